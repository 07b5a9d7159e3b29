"""Every friction of the table has a test that is there, or a sentence why not."""

from __future__ import annotations

import tomllib

import pytest

from tests.conftest import PROJECT
from tests.test_promises import names

FRICTIONS = tomllib.loads((PROJECT / "tests/frictions.toml").read_text(encoding="utf-8"))


def test_none_is_left_out():
    assert list(FRICTIONS) == [str(number) for number in range(1, 28)]


@pytest.mark.parametrize("number", FRICTIONS)
def test_friction_is_held_or_explained(number):
    friction = FRICTIONS[number]

    assert friction["seen"].endswith(".")
    assert friction.get("tests") or friction.get("why")
    for test in friction.get("tests", ()):
        path, _, name = test.partition("::")
        assert name in names(path), test
