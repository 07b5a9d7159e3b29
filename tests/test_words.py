"""Documents, docstrings and comments keep to words that a reader knows: no coinage comes back."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BANNED = {
    r"\b(is|are|was|were|stays?|stay) told\b": "reported",
    r"\b(told|tells?) of\b": "reports",
    r"\btold apart\b": "distinguished",
    r"\bbehind (the (last|end|body|head|record|block|date|name|articles)|it\b|them\b|its\b)": "after",
    r"\b(no|any) measure\b": "baseline",
    r"\bof then\b": "earlier",
    r"\bin no count\b": "not counted",
    r"\bbe had\b": "be fetched",
    r"\bso never asked\b|\bnever so asked\b": "never asked for",
    r"\bis no matter of\b|\bare no matter of\b": "does not depend on",
    r"\bhave to tell\b": "must say",
    r"\banew\b": "again, or rebuild",
    r"\b(is|are|was|were) away\b": "is missing",
    r"\bc[ao]mes? of\b": "result",
    r"\b(is|are|was|were|not) whole\b(?! seconds)": "complete",
    r"\bwhole or absent\b": "complete or absent",
    r"\b(or|what|which|one that|it) (is|are) none\b(?! of\b)": "is not one, invalid",
    r"\bas ever\b": "as usual",
    r"\balone suffices?\b": "is enough",
    r"\bno fault of the run\b": "does not fail the run",
}
"""Pattern of a phrase -> the word to use."""


def prose(path: Path) -> str:
    """All of a document; of a module its docstrings, comments and messages."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return text
    strings = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant))
    said = [each for each in strings if isinstance(each, str)]
    said += [
        each.string for each in tokenize.generate_tokens(io.StringIO(text).readline) if each.type == tokenize.COMMENT
    ]
    return "\n".join(said)


FILES = [
    *(ROOT / "newsspider").rglob("*.py"),
    *(ROOT / "docs").glob("*.md"),
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
]


@cache
def all_prose() -> dict[Path, str]:
    return {path: re.sub(r"\s+", " ", prose(path)) for path in FILES}


@pytest.mark.parametrize("banned", BANNED)
def test_no_coinage_comes_back(banned):
    found = [
        f"{path.relative_to(ROOT)}: {match[0]!r}, say {BANNED[banned]!r}"
        for path, text in all_prose().items()
        for match in re.finditer(banned, text, re.IGNORECASE)
    ]

    assert found == []


QUESTION = re.compile(r"(What|Whatever|Who|Whoever|Whom|Whose|Which|Why|How|Where|When)\b(?! to\b)")


@pytest.mark.parametrize("path", sorted((ROOT / "newsspider").rglob("*.py")), ids=lambda path: path.stem)
def test_docstring_begins_with_its_subject_or_verb(path):
    """"What came of it" makes a reader find out what "it" is; "The result of a load" does not."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    said = [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, documented)]

    assert [each for each in said if QUESTION.match(each)] == []


def test_what_a_module_offers_has_a_docstring():
    """But for commands, whose help says it, and for the advice of a verdict, which is the sentences that it returns."""
    bare = {
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in (ROOT / "newsspider").rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if not node.name.startswith("_") and node.name not in ("Command", "main") and not ast.get_docstring(node)
    }

    assert {each for each in bare if not each.startswith("newsspider/runs/advice.py")} == set()


NAMES = re.compile(r"_?(un)?told(_of)?|Told\w*|\w+Told")
"""Names of which a reader asks: told what, to whom? Better ones say what is returned or done."""


def test_no_name_of_a_function_is_a_riddle():
    found = {
        f"{path.name}: {node.name}"
        for path in (ROOT / "newsspider").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and NAMES.fullmatch(node.name)
    }

    assert found == set()


@pytest.mark.parametrize(
    ("phrase", "banned"),
    [("which is told as a warning", True), ("a guess of then", True), ("behind a proxy", False)],
)
def test_such_a_phrase_would_be_found(phrase, banned):
    assert any(re.search(each, phrase) for each in BANNED) == banned
