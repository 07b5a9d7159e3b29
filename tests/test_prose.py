"""No decision reads prose: a warning is for people, and a program asks the fields beside it."""

from __future__ import annotations

import ast
from itertools import chain
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "newsspider"
READER_OF_OLD_RECORDS = "record/records.py: up_to_date"
"""Records of 1.0 have nothing but sentences."""

SEARCHES = frozenset(
    ("startswith", "endswith", "find", "rfind", "index", "rindex", "count", "partition", "rpartition", "split",
     "rsplit", "splitlines", "removeprefix", "removesuffix", "match", "fullmatch", "search", "findall", "finditer",
     "sub", "subn", "fnmatch", "fnmatchcase", "contains", "eq")
)  # fmt: skip


def speaks_of_warnings(expression, names):
    """Whether an expression holds ``….warnings``, ``…["warnings"]``, or a name that was made of one."""
    for node in ast.walk(expression):
        match node:
            case ast.Attribute(attr="warnings") | ast.Subscript(slice=ast.Constant(value="warnings")):
                return True
            case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value="warnings"), *_]):
                return True
            case ast.Name(id=name) if name in names:
                return True
    return False


def bound(tree):
    """Yield what binds names in a function: the target, and the expression that it comes from."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from ((target, value) for target in targets)
            case ast.AnnAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
                if value is not None:
                    yield target, value
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                yield target, value


def names_of_warnings(function):
    parameters = function.args.args + function.args.kwonlyargs + function.args.posonlyargs
    names = {each.arg for each in parameters if each.arg in ("warning", "warnings")}
    while True:
        more = {
            each.id
            for target, value in bound(function)
            if speaks_of_warnings(value, names)
            for each in ast.walk(target)
            if isinstance(each, ast.Name)
        }
        if more <= names:
            return names
        names |= more


def decisions_on_prose(source):
    """Names of the functions that compare or search the text of warnings."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    found = []
    for function in functions:
        names = names_of_warnings(function)
        for node in ast.walk(function):
            match node:
                case ast.Compare(left=left, comparators=others):
                    parts = [left, *others]
                case ast.Call(func=ast.Attribute(attr=name, value=owner), args=arguments) if name in SEARCHES:
                    parts = [owner, *arguments]
                case ast.Call(func=ast.Name(id=name), args=arguments) if name in SEARCHES:
                    parts = arguments
                case ast.Match(subject=subject):
                    parts = [subject]
                case _:
                    continue
            if any(speaks_of_warnings(part, names) for part in parts):
                found.append(function.name)
                break
    return found


def test_nothing_compares_or_searches_the_text_of_warnings():
    found = chain.from_iterable(
        [f"{path.relative_to(PACKAGE)}: {name}" for name in decisions_on_prose(path.read_text(encoding="utf-8"))]
        for path in sorted(PACKAGE.rglob("*.py"))
    )

    assert list(found) == [READER_OF_OLD_RECORDS]


@pytest.mark.parametrize(
    "body",
    [
        "return any(warning.startswith('body_text: ') for warning in article.provenance.warnings)",
        "return 'title: a' in record['provenance']['warnings']",
        "return [each for each in record.get('warnings', ()) if 'cut' in each]",
        "for each in article.provenance.warnings:\n        text = each.lower()\n        return text[:5] == 'title'",
        "return re.match('title', '\\n'.join(doubts.warnings))",
        "return [PATTERN.search(one) for one in sorted(event.warnings)]",
        "match article.provenance.warnings:\n        case ['title: a', *_]:\n            return 1",
        "first, *_ = provenance.warnings\n    return first.partition(': ')[0]",
        "if (said := article.provenance.warnings) and said[0].endswith('ignored'):\n        return 1",
    ],
)  # fmt: skip
def test_this_test_sees_it(body):
    assert decisions_on_prose(f"def decide(article):\n    {body}\n") == ["decide"]


@pytest.mark.parametrize(
    "body",
    [
        "return article.provenance.cut_off",
        "article.provenance.warnings.append('title: ' + problem)",
        "return ''.join(f'<small>{each}</small>' for each in event.warnings)",
        "return len(article.provenance.fields) == 3",
    ],
)
def test_this_test_lets_through_what_only_prints(body):
    assert decisions_on_prose(f"def tell(article):\n    {body}\n") == []
