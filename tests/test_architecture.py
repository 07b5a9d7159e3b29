"""The house keeps its shape: imports point down, README and commands and settings are in step."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import newsspider.settings

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "newsspider"

# From the ground up; a module imports from layers below its own, and from its own.
LAYERS = [
    {"counted", "errors", "durable", "interruption", "progress", "since"},
    {"archive", "charsets", "dates", "items", "manifest", "nuxt", "objects", "processors", "redaction", "urls",
     "verdict"},
    {"loaders", "records", "schema"},
    {"witnesses"},
    {"requisites", "sites"},
    {"cases", "feeds", "history", "packing", "reports", "verify"},
    {"extraction", "loading", "playback"},
    {"formats"},
    {"connections", "downloader", "identity", "logformatter", "logs", "outcome", "settings", "tap", "extensions",
     "unloaded"},
    {"capture", "replay", "middlewares", "pipelines", "preflight"},
    {"spiders", "doctor"},
    {"commands"},
]
WITHOUT_SCRAPY = {"archive", "cases", "charsets", "counted", "dates", "durable", "errors", "extraction", "formats",
                  "history", "interruption", "items", "loaders", "loading", "manifest", "nuxt", "objects", "packing",
                  "playback", "processors", "progress", "records", "redaction", "reports", "requisites", "schema",
                  "since", "sites", "urls", "verdict", "verify", "witnesses", "demo"}  # fmt: skip


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent != PACKAGE or path.stem != "__init__"]


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Names of the modules that *path* imports, for types or for real."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names.add(str(node.module))
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def layer_of(name: str) -> int:
    return next(level for level, rooms in enumerate(LAYERS) if name in rooms)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path):
    own_rooms = {room(each) for each in modules()}
    rooms = {name.split(".")[1] for name in imported(path) if name.startswith("newsspider.")} & own_rooms
    if room(path) == "demo":
        assert rooms <= {"demo"}
    else:
        assert {name for name in rooms if layer_of(name) > layer_of(room(path))} == set()


@pytest.mark.parametrize(
    "path",
    [each for each in modules() if room(each) in WITHOUT_SCRAPY],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_core_knows_nothing_of_scrapy(path):
    assert {name for name in imported(path) if name.split(".")[0] in ("scrapy", "twisted")} == set()


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_pattern_repeats_a_group_possessively(path):
    """Python before 3.11.5, which Debian 12 has, matches them wrongly (cpython #101955); one character is safe."""
    assert re.findall(r"(?<!\\)\)[?*+]\+(?!,)", path.read_text(encoding="utf-8")) == []


def test_readme_names_every_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [path.stem for path in (PACKAGE / "commands").glob("*.py") if path.stem != "__init__"]

    assert [name for name in commands if f"`scrapy {name}" not in readme] == []


def test_readme_names_every_setting_of_our_own_with_its_default():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", readme, re.MULTILINE))

    assert set(rows) == own_settings()
    for name, default in rows.items():
        value = getattr(newsspider.settings, name)
        if isinstance(value, bool | int) and value < 1 << 20:
            assert default.strip() == str(value)


def own_settings() -> set[str]:
    """Settings of settings.py that Scrapy does not know, without those that Scrapy reads under that name."""
    from scrapy.settings import default_settings

    return {name for name in vars(newsspider.settings) if name.isupper() and not hasattr(default_settings, name)}
