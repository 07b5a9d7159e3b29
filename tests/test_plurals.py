"""One is told as one: what counts a thing writes it by ``counted``, so that nobody reads "1 runs"."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import newsspider
from newsspider.commands.verify import _counted
from newsspider.text.language import speaking

PACKAGE = Path(newsspider.__file__).parent
THINGS = (
    "address|answer|article|capture|collection|day|entry|event|exchange|fault|field|file|finding|hour|"
    "image|item|line|link|list|member|package|page|part|place|process|record|request|row|run|segment|table|version|"
    "warning"
)
PLURAL = re.compile(rf" (?:(?!of )[a-zA-Z]+ )?(?:{THINGS.replace('entry', 'entrie')})e?s\b")
PRINTED = re.compile(rf"%[sd] (?:[a-z]+ )?(?:{THINGS.replace('entry', 'entrie')})e?s\b")


def miscounted(source: str) -> list[str]:
    """The texts in Python source that write a number before a plural, whatever the number is.

    A limit, in capitals or with ``limit`` or ``max`` in its name, is never one.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            for value, text in zip(node.values, node.values[1:], strict=False):
                if (
                    isinstance(value, ast.FormattedValue)
                    and isinstance(text, ast.Constant)
                    and _is_a_number(value)
                    and PLURAL.match(str(text.value))
                ):
                    found.append(ast.unparse(node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and PRINTED.search(node.value):
            found.append(node.value)
    return found


def _is_a_number(value: ast.FormattedValue) -> bool:
    """By its format, or because it is a length or a count."""
    name = ast.unparse(value.value)
    if name.isupper() or re.search("limit|max", name, re.IGNORECASE):
        return False
    spec = ast.unparse(value.format_spec) if value.format_spec else ""
    return "," in spec or re.search(r"\blen\(|\bcounts?\b|\bnumber\b|\btotal\b", name) is not None


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('f"{len(runs)} runs"', True),
        ('f"{done:,} of {total:,} captures"', True),
        ('f"{found.count} other records"', True),
        ('f"{len(keys)} entries"', True),
        ('"took %d runs"', True),
        ("f\"{counted(n, 'run')} were\"", False),
        ('f"{_MOST} runs"', False),
        ('f"{name} runs"', False),
        ('f"{self._max_runs:,} runs"', False),
        ('f"{taken:,} of articles"', False),
    ],
)
def test_what_is_looked_for(source, text):
    assert bool(miscounted(source)) is text


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_is_counted_is_written_by_its_number(path):
    assert miscounted(path.read_text(encoding="utf-8")) == []


PROOF = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("proof/*.py"))
COUNTED = {"history pages", "reports", *re.findall(r'counts\["(.+?)"\]', PROOF)}


@pytest.mark.parametrize("what", sorted(COUNTED))
def test_what_a_verification_counts_has_a_name_in_each_language(what):
    for number in (1, 2):
        with speaking("zh_CN"):
            assert not _counted(what, number).isascii()


@pytest.mark.parametrize(
    "what",
    ["WARC files", "packages", "runs", "feed parts", "index lines", "signatures", "history pages", "reports"],
)
def test_verification_writes_one_as_one(what):
    with speaking("en"):
        assert _counted(what, 1) == what.removesuffix("s")
        assert _counted(what, 2) == what
