"""The house keeps its shape: imports point down, documents and commands and settings are in step."""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

import newsspider.settings

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "newsspider"

# From the ground up; a module imports from layers below its own, and from its own.
LAYERS = [
    {"durable", "errors", "text"},
    {"record", "terminal", "warc"},
    {"collection"},
    {"parsing"},
    {"discovery", "sites"},
    {"feeds"},
    {"history"},
    {"packages", "runs"},
    {"extraction", "proof"},
    {"engines"},
    {"browser"},
    {"settings"},
    {"crawl"},
    {"doctor", "spiders"},
    {"commands", "items"},
]
CIRCLES = {
    # A site reads its pages by what reads pages, which is handed the site for its rules: `Site.parse` is the contract.
    "newsspider.parsing.article",
    "newsspider.parsing.links",
    "newsspider.parsing.site",
}
"""Modules that name each other, with the reason."""
WITHOUT_SCRAPY = {room for floor in LAYERS[:-4] for room in floor} | {"demo", "items"}


ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
MOST_NAMES = 25
"""Names at the top of the package that a stranger meets."""
MOST_LINES = 450
"""Of a module; a longer one has more than one idea."""


@functools.cache
def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent != PACKAGE or path.stem != "__init__"]


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@functools.cache
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


def test_no_circle_of_rooms():
    above: dict[str, set[str]] = {}
    for path in modules():
        rooms = {name.split(".")[1] for name in imported(path) if name.startswith("newsspider.")}
        above.setdefault(room(path), set()).update(rooms - {room(path)})

    assert in_circles(above) == {}


def in_circles(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """What in *graph* leads back to itself, and to which names on the way."""
    reached = {name: set(others) for name, others in graph.items()}
    for between in graph:
        for others in reached.values():
            if between in others:
                others |= reached[between]
    circles = {name for name, others in reached.items() if name in others}
    return {name: {each for each in graph[name] & circles if name in reached[each]} for name in circles}


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, {}),
        ({"a": {"b"}, "b": {"a"}}, {"a": {"b"}, "b": {"a"}}),
        ({"a": {"b"}, "b": {"c"}, "c": {"d"}, "d": {"b", "e"}, "e": set()}, {"b": {"c"}, "c": {"d"}, "d": {"b"}}),
        ({"a": {"b"}, "b": {"a", "c"}, "c": {"d"}, "d": {"c"}}, {"a": {"b"}, "b": {"a"}, "c": {"d"}, "d": {"c"}}),
    ],
)
def test_a_circle_would_be_found(graph, expected):
    assert in_circles(graph) == expected


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@functools.cache
def called_by_name(path: Path) -> tuple[str, ...]:
    """Beginnings of the names of our own modules that *path* hands to ``import_module``."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            match node.args[0]:
                case ast.Constant(value=str(name)) | ast.JoinedStr(values=[ast.Constant(value=str(name)), *_]):
                    found.append(name)
                case ast.JoinedStr(values=[ast.FormattedValue(value=ast.Name(id="__name__")), *_]):
                    found.append(f"{dotted(path)}.")
    return tuple(name for name in found if name.startswith("newsspider."))


def test_no_circle_of_modules():
    """Whether for types, at the top, within a function or by a name that is put together."""
    names = {dotted(path): path for path in modules()}
    above = {
        name: {
            each
            for each in names.keys() - {name}
            if each in imported(path) or (each.startswith(called_by_name(path)) and "__" not in each)
        }
        for name, path in names.items()
    }

    circles = in_circles(above)

    assert circles.keys() == CIRCLES, circles


def classes(path: Path) -> list[str]:
    return [
        node.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]


def test_one_name_is_one_idea():
    """A class whose name another has sends a reader to the wrong file.

    Scrapy loads commands and extensions by their place: a command is called ``Command``, and an extension by what it
    makes or keeps. The demo stands alone: nothing of it is imported elsewhere, nor anything else there.
    """
    by_place = [path for path in modules() if room(path) in ("commands", "demo") or path.parent.name == "extensions"]
    places: dict[str, list[str]] = {}
    for path in modules():
        for name in classes(path) if path not in by_place else ():
            places.setdefault(name, []).append(dotted(path))

    assert {name: named for name, named in places.items() if len(named) > 1} == {}


def test_few_names_at_the_top():
    assert len({room(path) for path in modules()}) <= MOST_NAMES


def test_no_module_is_long():
    lengths = {str(path.relative_to(PACKAGE)): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}

    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def first_sentence(path: Path) -> str:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return re.split(r"(?<=\.)\s", " ".join(said.split("\n\n")[0].split()))[0]


def test_map_in_readme_is_what_rooms_say_of_themselves():
    loose = sorted(path.name for path in PACKAGE.glob("*.py") if path.stem != "__init__")
    places = [(f"{name}/", PACKAGE / name / "__init__.py") for name in ROOMS]
    places += [(name, PACKAGE / name) for name in loose]
    lines = [f"      {name:<13}{first_sentence(path).replace('``', '')}" for name, path in places]

    assert "\n".join(["    newsspider/", *lines]) in (ROOT / "README.md").read_text(encoding="utf-8"), "\n".join(lines)


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


def test_document_names_every_command():
    document = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    commands = [path.stem for path in (PACKAGE / "commands").glob("*.py") if "__" not in path.stem]

    assert [name for name in commands if f"`scrapy {name}" not in document] == []


def test_document_names_every_setting_of_our_own_with_its_default():
    document = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", document, re.MULTILINE))

    assert set(rows) == own_settings()
    for name, default in rows.items():
        value = getattr(newsspider.settings, name)
        if isinstance(value, bool | int) and value < 1 << 20:
            assert default.strip() == str(value)


def own_settings() -> set[str]:
    """Settings of settings.py that Scrapy does not know, without those that Scrapy reads under that name."""
    from scrapy.settings import default_settings

    return {name for name in vars(newsspider.settings) if name.isupper() and not hasattr(default_settings, name)}


def outside(path: Path) -> list[str]:
    """What a script names beyond the repository: by climbing from where it lies, or by an absolute path of a home."""
    depth = len(path.relative_to(ROOT).parts)
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and re.match(r"/(home|root|work|Users)(/|$)", str(node.value)):
            found.append(f"{node.lineno}: {node.value}")
        elif isinstance(node, ast.Attribute | ast.Subscript):
            steps = re.fullmatch(r"Path\(__file__\)((?:\.resolve\(\)|\.parent|\.parents\[\d+\])+)", ast.unparse(node))
            climbed = re.findall(r"\.parent\b|\.parents\[(\d+)\]", steps[1]) if steps else []
            if sum(int(number or 0) + 1 for number in climbed) > depth or re.fullmatch(
                r"(ROOT|PROJECT)\.parent.*", ast.unparse(node)
            ):
                found.append(f"{node.lineno}: {ast.unparse(node)}")
    return found


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("Path(__file__).parent.parent", []),
        ("Path(__file__).resolve().parents[1] / 'docs'", []),
        ("Path(__file__).parent.parent.parent / 'shared'", ["1: Path(__file__).parent.parent.parent"]),
        ("Path(__file__).parents[1].parent", ["1: Path(__file__).parents[1].parent"]),
        ("ROOT.parent / 'shared'", ["1: ROOT.parent"]),
        ("open('/home/me/x')", ["1: /home/me/x"]),
    ],
)
def test_what_lies_outside_the_repository_is_recognised(line, named, monkeypatch, tmp_path):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text(line, encoding="utf-8")

    assert outside(tmp_path / "tests" / "test_x.py") == named


def test_no_test_names_what_lies_outside_the_repository():
    """A stranger who clones the repository has nothing beside it."""
    scripts = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__).resolve()]

    assert {str(path.relative_to(ROOT)): named for path in scripts if (named := outside(path))} == {}


def test_package_requires_warcio():
    """It writes the archive; ``pip show newsspider`` names it."""
    required = importlib.metadata.requires("newsspider") or []

    assert any(re.match(r"warcio\b(?!.*extra ==)", each) for each in required)


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("newsspider.settings", ["BOT_NAME", "ARCHIVE_DIR", "COLLECTION"]),
        ("newsspider.feeds", ["read", "runs", "FeedError"]),
        ("newsspider.items", ["Article", "Event", "SiteFacts", "as_record", "to_json_line"]),
    ],
)
def test_what_others_import_keeps_its_place(module, names):
    imported = importlib.import_module(module)

    assert [name for name in names if not hasattr(imported, name)] == []


def sources() -> dict[str, str]:
    return {str(path.relative_to(PACKAGE)): path.read_text(encoding="utf-8") for path in modules()}


def test_one_module_makes_html():
    """By Jinja2, which escapes; ``tests/test_browse_states.py`` and ``tests/test_reports.py`` try it with markup."""
    assert [name for name, text in sources().items() if re.search(r"\bjinja2\b|string import .*Template", text)] == [
        "text/templates.py"
    ]


def test_one_module_draws_lines_that_are_redrawn():
    assert [name for name, text in sources().items() if r"\r\x1b[" in text] == ["terminal/console.py"]


OF_SCRAPY = {
    "allow_offsite", "dont_obey_robotstxt", "download_latency", "download_maxsize", "download_timeout", "proxy",
    "redirect_urls",
}  # fmt: skip
"""Keys of ``Request.meta`` that Scrapy reads or writes (its documentation, "Request.meta special keys")."""


def test_spider_and_run_speak_through_typed_objects():
    """What a request is for is one ``Errand`` in its ``meta``; a spider is asked for no attribute that Scrapy lacks."""
    keys = {name: set(re.findall(r"\bmeta(?:\[|\.get\(|\.pop\()\"(\w+)\"", text)) for name, text in sources().items()}
    asked = {name: set(re.findall(r"getattr\([\w.]*spider, \"(\w+)\"", text)) for name, text in sources().items()}

    assert {name for name, used in keys.items() if used - OF_SCRAPY} <= {"crawl/errand.py"}
    assert set().union(*asked.values()) <= {"allowed_domains"}


@pytest.mark.parametrize("path", sorted((ROOT / "findings").glob("*.sh")), ids=lambda path: path.stem)
def test_finding_has_the_form_that_their_readme_asks_for(path):
    """It says first what it shows and of which version, and installs pinned packages into a folder that it removes."""
    text = path.read_text(encoding="utf-8")

    assert re.match(r"#!/bin/bash\n# .*\d+\.\d+.*\n(# .+\n)+set -euo pipefail\n", text)
    assert re.search(r"mktemp -d\)\"?\ntrap 'rm -rf \"\$(work|PWD)\"' EXIT", text)
    assert re.search(r"\w(==|@)\d+\.\d+", text)


def test_what_runs_in_pywb_s_environment_needs_no_package_that_is_not_there():
    """Only the packages are there that its requirements name, and nothing of ours is installed."""
    code = (
        "import newsspider.browser.playback.standin, newsspider.browser.playback.guard, sys\n"
        "import newsspider.browser.playback.wombat, newsspider.text.templates, newsspider.text.language\n"
        "from importlib.metadata import packages_distributions\n"
        "found = packages_distributions()\n"
        "print(*{each.lower() for name in sys.modules for each in found.get(name.partition('.')[0], ())})"
    )
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    pinned = (ROOT / "newsspider" / "browser" / "playback" / "requirements.txt").read_text(encoding="utf-8")
    there = {match[1] for match in re.finditer(r"^([\w-]+)==", pinned, re.MULTILINE)}

    assert {re.sub("[._]", "-", name) for name in loaded.stdout.split()} - there <= {"newsspider", "setuptools"}
