"""Which tests see a fault in which module of the core."""

from __future__ import annotations

import tomllib
from pathlib import Path

_MAP = tomllib.loads(Path(__file__).with_name("map.toml").read_text(encoding="utf-8"))
ROOMS: dict[str, list[str]] = _MAP["rooms"]
MODULES: dict[str, list[str]] = _MAP["modules"]


def seen_by(module: Path) -> list[str]:
    """Return the tests of a module, as pytest takes them; its own, or those of the nearest room that it is in."""
    places = [str(module), *map(str, module.parents)]
    return next((tests for place in places if (tests := MODULES.get(place) or ROOMS.get(place))), [])


def core() -> list[Path]:
    """Return the modules of the rooms that have tests here."""
    found = {path for room in ROOMS for path in Path(room).rglob("*.py")} | set(map(Path, MODULES))
    return sorted(path for path in found if path.name != "__init__.py")
