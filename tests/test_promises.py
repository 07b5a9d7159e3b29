"""Every promise of the table stands in its document, and the tests that hold it are there."""

from __future__ import annotations

import ast
import tomllib
from functools import cache

import pytest

from tests.conftest import PROJECT

PROMISES = {
    (document, sentence): tests
    for document, sentences in tomllib.loads((PROJECT / "tests/promises.toml").read_text(encoding="utf-8")).items()
    for sentence, tests in sentences.items()
}


@cache
def words(document: str) -> str:
    return " ".join((PROJECT / document).read_text(encoding="utf-8").split())


@cache
def names(path: str) -> set[str]:
    """The tests in a file, and the classes of them."""
    tree = ast.parse((PROJECT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


@pytest.mark.parametrize(("document", "sentence"), PROMISES, ids=lambda text: text[:60])
def test_promise_stands_and_is_held(document, sentence):
    assert sentence in words(document)
    assert PROMISES[document, sentence] != []
    for test in PROMISES[document, sentence]:
        path, _, name = test.partition("::")
        assert not name or name in names(path), test
        assert (PROJECT / path).is_file()


@pytest.mark.parametrize("name", ["README.md", "docs/verdict.md", "docs/incremental.md", "docs/proof.md"])
def test_documents_that_promise_most_have_their_sentences_held(name):
    assert sum(document == name for document, _ in PROMISES) >= 8
