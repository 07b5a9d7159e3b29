"""The map of ``make mutants`` is complete: every module of the core has its tests, and all that it names is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.mutants import MODULES, ROOMS, core, seen_by

CORE = ("durable.py", "text", "warc", "collection", "parsing", "feeds", "history", "runs", "proof", "crawl")


def test_every_module_of_the_core_has_tests(monkeypatch):
    monkeypatch.chdir(PROJECT)
    modules = [path for name in CORE for path in [Path("newsspider") / name, *Path("newsspider", name).rglob("*.py")]]
    modules = [path for path in modules if path.suffix == ".py" and path.name != "__init__.py"]

    assert [str(path) for path in modules if not seen_by(path)] == []
    assert set(modules) <= set(core())


@pytest.mark.parametrize("place", [*ROOMS, *MODULES])
def test_what_the_map_names_is_there(place):
    missing = [name for name in (place, *(ROOMS.get(place) or MODULES[place])) if not (PROJECT / name).exists()]

    assert missing == []


def test_a_module_has_its_own_tests_or_those_of_the_nearest_room():
    assert seen_by(Path("newsspider/durable.py")) == MODULES["newsspider/durable.py"]
    assert seen_by(Path("newsspider/feeds/loading/none_yet.py")) == ROOMS["newsspider/feeds/loading"]
    assert seen_by(Path("newsspider/commands/pack.py")) == []
