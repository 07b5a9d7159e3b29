"""A whole verification of a collection, or of one of its parts: what is found of each thing that is changed there."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.collection.collection import Collection
from newsspider.collection.runs import RunLink
from newsspider.collection.state import State
from newsspider.collection.work import here
from newsspider.packages.packing import pack
from newsspider.proof.findings import Finding, Report
from newsspider.proof.paths import find_targets
from newsspider.proof.verification import Verification, total_size
from tests.archive import odd
from tests.collected import RUNS, collect, described
from tests.history.seen import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

ARTICLES, LATER = (f"items/{run}/part-00001.jsonl" for run in RUNS)
EVENTS, LATER_EVENTS = (f"items/{run}/changes-00001.jsonl" for run in RUNS)
FACTS = f"items/{RUNS[0]}/site-facts-00001.jsonl"
PARTS = (ARTICLES, LATER, EVENTS, LATER_EVENTS, FACTS)
FIRST, SECOND = (f"runs/{run}.json" for run in RUNS)


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Collection:
    """Nobody changes it."""
    return collect(tmp_path_factory.mktemp("verified") / "kankanews")


class Changeable(Collection):
    """A collection that a test may change."""

    def change(self, name: str, change: Callable[[dict[str, Any]], Any]) -> None:
        """Change a manifest, and let the state remember it if it is the newest."""
        path = self.path / name
        said = json.loads(path.read_bytes())
        change(said)
        path.write_text(json.dumps(said), encoding="utf-8")
        newest = max(self.runs_dir.glob("*.json"))
        with closing(State(self.state_path)) as state:
            state.set_newest_run(newest.stem, RunLink.to(newest).sha256)

    def rewrite(self, name: str, change: Callable[[dict[str, Any]], Any]) -> None:
        """Change the records of a part, and let its manifest say so."""
        path = self.path / name
        lines = [json.loads(line) for line in path.read_bytes().splitlines()]
        for line in lines:
            change(line)
        path.write_bytes(
            b"".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for line in lines)
        )
        self.describe(name)

    def describe(self, name: str) -> None:
        """Let the manifest of a part's run say what the part is now."""
        path = self.path / name
        now = described(path, path.read_bytes().count(b"\n"))

        def change(said: dict[str, Any]) -> None:
            parts = said[KINDS[path.name.rpartition("-")[0]]]
            parts[:] = [*(each for each in parts if each["name"] != path.name), now]

        self.change(f"runs/{path.parent.name}.json", change)

    def warc(self, run: str) -> str:
        (name,) = [each["name"] for each in json.loads((self.runs_dir / f"{run}.json").read_bytes())["warcs"]]
        return str(name)


KINDS = {"part": "parts", "site-facts": "site_facts_parts", "changes": "changes_parts"}


@pytest.fixture
def changeable(sound, tmp_path) -> Changeable:
    return Changeable(shutil.copytree(sound.path, tmp_path / "archives/kankanews"))


@dataclass
class Verified:
    """What a verification found: severity, kind and place of each, in the first of its paths."""

    path: Path
    findings: list[Finding] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def told(self) -> list[tuple[str, str, str]]:
        at = f"{self.path}/"
        return [(each.severity, each.kind, str(each.place.file).removeprefix(at)) for each in self.findings]

    def of_kind(self, kind: str) -> list[str]:
        """Places of the findings of one kind."""
        return [place for _, each, place in self.told if each == kind]


def verified(*paths: Path, head: str | None = None, **options: Any) -> tuple[Verified, Verification]:
    found = Verified(paths[0])
    targets = find_targets([str(each) for each in paths], paths[0])
    report = Report(found.findings.append)
    verification = Verification(targets, report, found.sizes.append, **options)
    verification.run(head)
    found.counts = dict(report.counts)
    return found, verification


def told(collection: Collection, *beside: Path) -> list[tuple[str, str, str]]:
    return verified(collection.path, *beside)[0].told


def test_what_is_sound_is_counted_timed_and_read_once(sound):
    found, verification = verified(sound.path)

    assert found.told == []
    assert found.counts.items() >= {
        "WARC files": 2, "index lines": 4, "runs": 2, "feed parts": 5, "feed records": 5, "events": 4
    }.items()  # fmt: skip
    files = [*sound.warc_files(), *(sound.path / part for part in PARTS)]
    assert sum(found.sizes) == sum(each.stat().st_size for each in files)
    assert verification.heads == {str(sound.path): str(RunLink.to(sound.path / SECOND))}
    assert all(verification.seconds.values())


def test_what_there_is_to_read_is_known_before(sound, tmp_path):
    package = pack(sound, tmp_path / "x.wacz", since=None, run=None, key=None, now=NOON).path
    export = tmp_path / "export.jsonl"
    shutil.copyfile(sound.path / ARTICLES, export)
    collection, warc, *others = (sound.path, sound.warc_files()[0], package, export)
    sizes = [total_size(find_targets([str(each)], tmp_path)) for each in (collection, warc, package)]
    whole = total_size(find_targets([str(each) for each in (collection, warc, *others)], tmp_path))

    assert sizes == [sum(verified(collection)[0].sizes), warc.stat().st_size, package.stat().st_size]
    assert whole == sum(sizes) + export.stat().st_size


def test_time_is_that_of_all_that_were_checked(sound):
    def second(function, given):
        for unit, checked in here(function, given):
            checked.seconds = dict.fromkeys(checked.seconds, 1.0)
            yield unit, checked

    # Two WARC files; of parts the two of articles and the one of facts, in three units, and two of events.
    _, verification = verified(sound.path, run=second)
    assert verification.seconds == {"WARC records": 2.0, "feed records": 3.0, "events": 2.0}


@pytest.mark.parametrize("run", RUNS)
def test_a_head_is_one_of_the_runs(run, sound):
    head = RunLink.to(sound.runs_dir / f"{run}.json").sha256

    assert verified(sound.path, head=head)[0].told == []


def test_a_head_that_is_no_run_is_a_fault_of_the_collection(sound):
    assert verified(sound.path, head="0" * 64)[0].told == [("fault", "chain", str(sound.path))]


def test_a_collection_without_runs_has_no_head(changeable):
    shutil.rmtree(changeable.runs_dir)
    shutil.rmtree(changeable.items_dir)
    changeable.state_path.unlink()
    _, verification = verified(changeable.path)

    assert verification.heads == {}


# ---------------------------------------------------------------- WARC files, index and manifests


def test_what_is_no_warc_file_and_looks_like_one_is_named(changeable):
    (changeable.archive_dir / "old.arc").write_bytes(b"x")

    assert told(changeable) == [("warning", "unread", "archive/old.arc")]


def test_a_collection_has_all_that_its_records_refer_to(changeable):
    said = {"WARC-Type": "metadata", "Content-Type": "text/plain"}
    away = odd.record({**said, "WARC-Refers-To": "<urn:uuid:00000000-0000-4000-8000-000000000007>"})
    (changeable.archive_dir / "more.warc.gz").write_bytes(odd.members(away))

    first, *others = told(changeable)
    assert first == ("fault", "reference", "archive/more.warc.gz")
    assert {(severity, kind) for severity, kind, _ in others} == {("warning", "unfinished")}


def test_each_page_of_a_complete_run_has_its_line(changeable):
    index = changeable.index.path
    first, *rest = index.read_bytes().splitlines(keepends=True)
    index.write_bytes(b"".join(rest))

    assert told(changeable) == [("fault", "index", "indexes/index.cdxj")]
    index.write_bytes(b"".join([*rest[:2], rest[1], *rest[2:], b"no line\n"]))
    assert ("fault", "index", "indexes/index.cdxj") in told(changeable)
    index.write_bytes(b"".join([first, *rest, b"no line\n"]))
    assert told(changeable) == [("fault", "index", "indexes/index.cdxj")]


def test_a_page_of_a_run_that_was_killed_may_lack_its_line(changeable):
    (changeable.path / SECOND).unlink()
    warc = changeable.warc(RUNS[0])
    lines = changeable.index.path.read_bytes().splitlines(keepends=True)
    changeable.index.path.write_bytes(b"".join(line for line in lines if warc.encode() in line))
    found, _ = verified(changeable.path)

    assert found.of_kind("index") == []
    assert found.of_kind("chain") == ["state.sqlite3"]  # which remembers the run
    assert [each.severity for each in found.findings if each.kind == "unfinished"] == ["warning"] * 4
    assert found.of_kind("unfinished")[0] == "indexes/index.cdxj"


def test_files_are_what_the_manifest_says_and_runs_follow_each_other(changeable):
    changeable.change(SECOND, lambda said: said["warcs"][0].update(records=1))
    warc = f"archive/{changeable.warc(RUNS[1])}"

    assert told(changeable) == [("fault", "warc", warc)]
    changeable.change(FIRST, lambda said: said.update(note="later"))
    assert told(changeable) == [("fault", "chain", FIRST), ("fault", "warc", warc)]


# ---------------------------------------------------------------- parts


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_as_its_manifest_says_there_and_named(name, changeable):
    path = changeable.path / name
    data = path.read_bytes()
    path.write_bytes(data + b"\n")
    assert ("fault", "part", name) in told(changeable)
    path.rename(path.with_name(name.rpartition("/")[2].replace("1.", "2.")))
    assert {("fault", "part", name), ("fault", "part", name.replace("1.", "2."))} <= set(told(changeable))


def test_parts_that_are_hidden_are_left_alone(changeable):
    (changeable.path / ARTICLES).with_name(".part-00001.jsonl").write_bytes(b"x\n")

    assert told(changeable) == []
    assert total_size(find_targets([str(changeable.path)], changeable.path)) == sum(verified(changeable.path)[0].sizes)


def move_facts_to_second_run(collection: Changeable) -> None:
    later = f"items/{RUNS[1]}/site-facts-00002.jsonl"
    (line,) = (collection.path / FACTS).read_bytes().splitlines(keepends=True)
    (collection.path / FACTS).unlink()
    others = json.dumps(json.loads(line) | {"id": "kankanews:facts:other"}).encode() + b"\n"
    (collection.path / later).write_bytes(line + others)
    collection.describe(later)
    collection.change(FIRST, lambda said: said.update(site_facts_parts=[]))


def test_articles_may_cite_facts_of_any_run(changeable):
    move_facts_to_second_run(changeable)

    assert verified(changeable.path)[0].of_kind("site-facts") == []
    for part in (ARTICLES, LATER):
        assert verified(changeable.path / part)[0].of_kind("site-facts") == []


def test_articles_cite_facts_that_are_there(changeable):
    (changeable.path / FACTS).unlink()

    assert verified(changeable.path)[0].of_kind("site-facts") == [ARTICLES, ARTICLES, LATER, LATER]
    assert len(verified(changeable.path / LATER)[0].of_kind("site-facts")) == 2


def other_versions(collection: Changeable) -> None:
    """Let another parser have made the first run."""
    collection.rewrite(ARTICLES, lambda line: line["provenance"].update(parser_version="0"))
    collection.rewrite(EVENTS, lambda line: line.update(parser_version="0"))


def test_records_of_other_parsers_are_told_of_by_collection_and_events_once(changeable, tmp_path):
    other_versions(changeable)
    other = shutil.copytree(changeable.path, tmp_path / "other/kankanews")
    found, _ = verified(changeable.path, other)

    rules = [(each.severity, each.place.file, each.problem) for each in found.findings if each.kind == "rule"]
    assert [(severity, file) for severity, file, _ in rules] == [
        ("warning", changeable.path / FACTS), ("warning", other / FACTS), ("warning", changeable.path / EVENTS)
    ]  # fmt: skip
    # The facts of the first run have the version of its articles, and are checked first.
    assert [problem.split()[0] for _, _, problem in rules] == ["3", "3", "4"]


def test_of_a_part_by_itself_other_parsers_are_told_of_too(changeable):
    other_versions(changeable)

    for name in (ARTICLES, EVENTS):
        assert ("warning", "rule", str(changeable.path / name)) in verified(changeable.path / name)[0].told
    both = verified(changeable.path / ARTICLES, changeable.path / LATER)[0]
    assert both.of_kind("rule") == [str(changeable.path / ARTICLES)]


# ---------------------------------------------------------------- pages that lie elsewhere


def move_archive(collection: Changeable, to: Path) -> list[Path]:
    to.mkdir()
    return [path.rename(to / path.name) for path in collection.warc_files()]


def test_pages_may_lie_in_what_is_given_beside(changeable, tmp_path):
    warcs = move_archive(changeable, tmp_path / "elsewhere")

    assert verified(changeable.path)[0].of_kind("page") != []
    assert verified(changeable.path, *warcs)[0].of_kind("page") == []
    part = changeable.path / LATER
    assert verified(part)[0].of_kind("page") == [str(part)] * 2
    assert verified(part, *warcs)[0].of_kind("page") == []


def test_pages_lie_where_the_run_read_them(changeable, tmp_path):
    move_archive(changeable, tmp_path / "archive")
    for name in (FIRST, SECOND):
        changeable.change(name, lambda said: said.update(source={"archives": [str(tmp_path)]}))

    assert verified(changeable.path)[0].of_kind("page") == []
    assert verified(changeable.path / LATER)[0].of_kind("page") == []


# ---------------------------------------------------------------- one part


@pytest.mark.parametrize("name", PARTS)
def test_a_part_that_lies_in_its_collection_is_sound_by_itself(name, sound):
    found, _ = verified(sound.path / name)

    assert found.told == []
    assert sum(found.sizes) == (sound.path / name).stat().st_size


def test_a_part_by_itself_is_held_to_its_manifest(changeable):
    part = changeable.path / LATER
    changeable.change(SECOND, lambda said: said["parts"][0].update(records=7))

    assert verified(part)[0].told == [("fault", "part", str(part))]
    (changeable.path / SECOND).unlink()
    assert verified(part)[0].told == [("warning", "unfinished", str(part))]


def test_a_copy_of_a_part_is_held_to_what_it_says_and_not_to_its_bytes(changeable, tmp_path):
    export = tmp_path / "export.jsonl"
    lines = [json.loads(line) for line in (changeable.path / LATER).read_bytes().splitlines()]
    for line in lines:
        line["site_facts"] = line["site_facts"]
    export.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    (changeable.path / FACTS).unlink()  # nobody knows which there are

    assert [each for each in verified(export, changeable.path)[0].findings if each.place.file == export] == []
