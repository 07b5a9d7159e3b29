"""The checks of runs, one by one: the chain of manifests, the end that is remembered, the files that they name."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.collection import head as heads
from newsspider.collection.collection import Collection
from newsspider.collection.head import CollectionHead
from newsspider.collection.objects import path_of
from newsspider.collection.runs import RunLink
from newsspider.collection.state import State
from newsspider.proof import runs
from newsspider.proof.feed import PartFacts
from newsspider.proof.findings import Finding, Report
from newsspider.proof.warcs import WarcFacts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

A, B, C = "20260101T000000000Z-aaaaaa", "20260102T000000000Z-bbbbbb", "20260103T000000000Z-cccccc"
OTHER = "0" * 64
FILE = {"name": "a.warc.gz", "size": 10, "records": 2, "sha256": "a" * 64}


@dataclass(frozen=True)
class Chain:
    """Manifests, oldest first, and the collection that has them."""

    collection: Collection
    manifests: list[runs.CheckedManifest]

    def found(self, check: Callable[[Report], Any]) -> list[tuple[str, str, str, str]]:
        """Severity, kind, name of the place and problem of what a check reports."""
        findings: list[Finding] = []
        check(Report(findings.append))
        return [(each.severity, each.kind, str(each.place.file).rpartition("/")[2], each.problem) for each in findings]


def said(of: str, before: RunLink | None = None, /, **more: Any) -> bytes:
    """The manifest of a run."""
    empty: dict[str, Any] = {"parts": [], "site_facts_parts": [], "site_facts": {}, "warcs": []}
    cited = before and {"run": before.run, "sha256": before.sha256}
    return json.dumps({"run": of, "previous": cited, **empty, **more}).encode()


def link(run: str, data: bytes) -> RunLink:
    return RunLink(run, hashlib.sha256(data).hexdigest())


def chain(path: Path, *data: tuple[str, bytes], remembered: RunLink | None) -> Chain:
    collection = Collection(path)
    report = Report(lambda finding: None)
    manifests = [runs.parse_manifest(each, run, collection.runs_dir / f"{run}.json", report) for run, each in data]
    if remembered is not None:
        state = State(collection.state_path)
        state.set_newest_run(remembered.run, remembered.sha256)
        state.close()
    return Chain(collection, manifests)


def three(second: Callable[[RunLink], RunLink | None], third: Callable[[RunLink, RunLink], RunLink | None]):
    first = said(A)
    middle = said(B, second(link(A, first)))
    return (A, first), (B, middle), (C, said(C, third(link(A, first), link(B, middle))))


LINKED = three(lambda a: a, lambda a, b: b)


@pytest.mark.parametrize(
    ("data", "place", "problem"),
    [
        (LINKED, None, None),
        (three(lambda a: None, lambda a, b: b), f"{A}.json", f"{B} cites no run before it, but there is one"),
        (three(lambda a: a, lambda a, b: None), f"{B}.json", f"{C} cites no run before it, but there is one"),
        (three(lambda a: a, lambda a, b: a), f"{B}.json", f"{C} follows {A}"),
        (three(lambda a: a, lambda a, b: RunLink(B, OTHER)), f"{B}.json", f"its SHA-256 is .* cites {OTHER}"),
        (three(lambda a: RunLink(A, OTHER), lambda a, b: b), f"{A}.json", f"its SHA-256 is .* cites {OTHER}"),
        (LINKED[1:], f"{B}.json", f"it cites {A} sha256:.* and that run is gone"),
        ([LINKED[0], LINKED[2]], f"{C}.json", f"it cites {B} sha256:.* and that run is gone"),
        ([(A, said(A, RunLink(C, OTHER))), (C, said(C, link(A, said(A, RunLink(C, OTHER)))))], f"{A}.json",
         f"{A} follows {C}"),
        ([LINKED[0], (B, b"[]"), LINKED[2]], f"{B}.json", "its SHA-256 is "),
        ([(A, b"[]"), (B, said(B))], f"{A}.json", f"{B} cites no run before it, but there is one"),
    ],
)  # fmt: skip
def test_each_run_follows_the_one_before_it_as_that_is_now(data, place, problem, tmp_path):
    made = chain(tmp_path, *data, remembered=link(*data[-1]))
    found = made.found(lambda report: runs.check_chain(made.collection, made.manifests, report))

    assert [each[:3] for each in found] == ([] if place is None else [("fault", "chain", place)])
    if found:
        assert re.match(problem, found[0][3]), found


def test_what_is_wrong_with_a_chain_is_told_with_both_of_its_sides(tmp_path):
    (_, first), _, (_, third) = data = three(lambda a: RunLink(A, OTHER), lambda a, b: b)
    made = chain(tmp_path, *data, remembered=RunLink(C, "1" * 64))
    found = made.found(lambda report: runs.check_chain(made.collection, made.manifests, report))
    altered = "it was altered, or an older one was put back"

    assert [(place, problem) for _, _, place, problem in found] == [
        (f"{A}.json", f"its SHA-256 is {link(A, first).sha256}, but {B}, the run after it, cites {OTHER}: {altered}"),
        (f"{C}.json", f"its SHA-256 is {link(C, third).sha256}, but state.sqlite3 remembers {'1' * 64}: {altered}"),
    ]
    found = made.found(lambda report: runs.check_chain(made.collection, made.manifests[:0], report))
    assert [each[:2] for each in found] == [("fault", "chain")]
    assert found[0][3].startswith(f"its newest run was {C} ")


@pytest.mark.parametrize(
    ("remembered", "finding"),
    [
        (link(*LINKED[-1]), None),
        (None, ("warning", "state", "state.sqlite3", "there is no memory of the newest run here")),
        (RunLink(C, OTHER), ("fault", "chain", f"{C}.json", "its SHA-256 is ")),
        (RunLink("20260104T000000000Z-dddddd", OTHER), ("fault", "chain", "state.sqlite3", "its newest run was ")),
    ],
)
def test_the_newest_run_is_the_one_that_the_state_remembers(remembered, finding, tmp_path):
    made = chain(tmp_path, *LINKED, remembered=remembered)
    found = made.found(lambda report: runs.check_chain(made.collection, made.manifests, report))

    assert [each[:3] for each in found] == ([finding[:3]] if finding else [])
    assert not finding or found[0][3].startswith(finding[3])


@pytest.mark.parametrize(
    ("head", "finding"),
    [
        (CollectionHead(run=link(*LINKED[-1])), None),
        (CollectionHead(run=RunLink(C, OTHER)), ("fault", "chain", f"{C}.json", "its SHA-256 is ")),
        (CollectionHead(), ("warning", "state", "state.sqlite3", "there is no memory of the newest run here")),
        (None, ("warning", "state", "state.sqlite3", "there is no memory of the newest run here")),
        (b"no JSON", ("warning", "state", "state.sqlite3", "it cannot be read, and nothing else cites the newest run")),
    ],
)
def test_the_newest_run_of_a_collection_in_a_store_is_the_one_that_its_head_names(head, finding, monkeypatch):
    data = head.as_json() if isinstance(head, CollectionHead) else head
    read = None if data is None else heads._Read(data, "etag", datetime(2026, 1, 4, tzinfo=UTC))
    monkeypatch.setattr(heads, "_read", lambda root: read)
    made = chain(path_of("s3://bucket/k"), *LINKED, remembered=None)
    found = made.found(lambda report: runs.check_chain(made.collection, made.manifests, report))

    assert [each[:3] for each in found] == ([] if finding is None else [finding[:3]])
    assert not finding or found[0][3].startswith(finding[3])


def test_a_collection_without_a_run_needs_no_memory_of_one(tmp_path):
    made = chain(tmp_path, remembered=None)

    assert made.found(lambda report: runs.check_chain(made.collection, [], report)) == []


def test_a_state_that_cannot_be_read_is_a_warning(tmp_path):
    made = chain(tmp_path, *LINKED, remembered=None)
    made.collection.state_path.write_bytes(b"no database" * 1000)
    found = made.found(lambda report: runs.check_chain(made.collection, made.manifests, report))

    assert [each[:3] for each in found] == [("warning", "state", "state.sqlite3")]
    assert found[0][3].startswith("it cannot be read, and nothing else cites the newest run: ")


@pytest.mark.parametrize("noted", [link(*LINKED[0]), link(*LINKED[2]), RunLink(C, OTHER)])
def test_a_head_that_was_noted_is_in_the_chain(noted, tmp_path):
    made = chain(tmp_path, *LINKED, remembered=None)
    found = made.found(lambda report: runs.check_head(tmp_path / "runs", made.manifests, noted.sha256, report))

    assert [each[:3] for each in found] == [("fault", "chain", "runs")] * (noted.sha256 == OTHER)


# ---------------------------------------------------------------- a manifest in itself


@pytest.mark.parametrize(
    ("more", "sound"),
    [
        ({}, True),
        ({"warcs": [FILE], "parts": [FILE], "changes_parts": [FILE], "site_facts_parts": [FILE]}, True),
        ({"source": None}, True),
        ({"source": {"archives": ["/a"]}}, True),
        ({"adopted": {"warcs": ["a.warc.gz"]}}, True),
        ({"previous": {"run": A, "sha256": OTHER}}, True),
        ({"run": A}, False),
        ({"run": 1}, False),
        ({"previous": {"run": A}}, False),
        ({"previous": {"sha256": OTHER}}, False),
        ({"previous": {"run": A, "sha256": OTHER + "0"}}, False),
        ({"previous": {"run": A, "sha256": OTHER.replace("0", "A")}}, False),
        ({"source": {}}, False),
        ({"source": {"archives": [1]}}, False),
        ({"adopted": {}}, False),
        ({"adopted": {"warcs": [1]}}, False),
        ({"site_facts": {"x": 1}}, False),
        *(
            ({kind: [{**FILE, **wrong}]}, False)
            for kind in ("warcs", "parts", "changes_parts", "site_facts_parts")
            for wrong in (
                {"name": "../a"}, {"name": "a/b"}, {"name": "a\\b"}, {"name": ".a"}, {"name": ""}, {"size": "10"},
                {"records": 1.5}, {"size": 10.5}, {"sha256": "a" * 63}, {"sha256": None},
            )
        ),
    ],
)  # fmt: skip
def test_a_manifest_says_what_is_read_of_it(more, sound):
    findings: list[Finding] = []
    manifest = runs.parse_manifest(said(B, **more), B, "b.json", Report(findings.append))

    assert [(each.severity, each.kind) for each in findings] == ([] if sound else [("fault", "manifest")])
    assert manifest.readable is (sound or more == {"run": A})


@pytest.mark.parametrize(
    ("data", "begins"),
    [(b"{", "not JSON: "), (b"7", "not the manifest of a run: "), (said(A, warcs=7), "not the manifest of a run: ")],
)
def test_what_a_manifest_is_not_is_told_in_one_line(data, begins):
    findings: list[Finding] = []
    runs.parse_manifest(data, A, "a.json", Report(findings.append))

    (told,) = findings
    assert told.problem.startswith(begins)
    assert "\n" not in told.problem


def test_all_manifests_are_read_oldest_first_by_the_runs_that_they_are_called_after(tmp_path):
    made = Collection(tmp_path)
    made.runs_dir.mkdir()
    for run, data in ((B, said(A)), (A, said(A))):
        (made.runs_dir / f"{run}.json").write_bytes(data)
    findings: list[Finding] = []
    manifests = runs.read_manifests(made, Report(findings.append))

    assert [each.link.run for each in manifests] == [A, B]
    assert [each.problem for each in findings] == [f"it is the manifest of {A}, under another name"]


@pytest.mark.parametrize("missing", ["run", "previous", "parts", "site_facts_parts", "site_facts", "warcs"])
def test_a_manifest_lacks_nothing(missing):
    data = json.loads(said(B))
    del data[missing]
    findings: list[Finding] = []
    manifest = runs.parse_manifest(json.dumps(data).encode(), B, "b.json", Report(findings.append))

    assert [each.kind for each in findings] == ["manifest"]
    assert (manifest.readable, manifest.parts, manifest.warcs) == (False, {}, {})


@pytest.mark.parametrize("missing", FILE)
@pytest.mark.parametrize("kind", ["warcs", "parts", "changes_parts", "site_facts_parts"])
def test_a_manifest_says_all_of_a_file(kind, missing):
    file = {name: value for name, value in FILE.items() if name != missing}
    findings: list[Finding] = []
    runs.parse_manifest(said(B, **{kind: [file]}), B, "b.json", Report(findings.append))

    assert [each.kind for each in findings] == ["manifest"]


@pytest.mark.parametrize(("led", "counted"), [({}, 0), ({"connect_to": None}, 0), ({"connect_to": "a:1:b:2"}, 1)])
def test_runs_that_were_led_elsewhere_are_counted(led, counted):
    report = Report(lambda finding: None)
    for _ in range(2):
        runs.parse_manifest(said(A, **led), A, "a.json", report)

    assert (report.counts["runs"], report.counts["of them led elsewhere by CONNECT_TO"]) == (2, 2 * counted)


def test_a_manifest_is_read_as_it_is():
    report = Report(lambda finding: None)
    names = {kind: f"{kind}-1" for kind in ("parts", "site_facts_parts", "changes_parts")}
    data = said(
        B, RunLink(A, OTHER), warcs=[FILE], adopted={"warcs": ["b.warc.gz"]}, source={"archives": ["/a", "/b"]},
        connect_to="x", **{kind: [{**FILE, "name": name}] for kind, name in names.items()},
    )  # fmt: skip
    manifest = runs.parse_manifest(data, B, "b.json", report)

    assert (manifest.link, manifest.previous) == (link(B, data), RunLink(A, OTHER))
    assert runs.parse_manifest(data + b"\n", B, "b.json", report).link == link(B, data + b"\n")
    report.counts.clear()
    runs.parse_manifest(data, B, "b.json", report)
    assert (set(manifest.parts), set(manifest.warcs)) == (set(names.values()), {"a.warc.gz"})
    assert (manifest.adopted, list(map(str, manifest.archives))) == (frozenset({"b.warc.gz"}), ["/a", "/b"])
    assert report.counts == {"runs": 1, "of them led elsewhere by CONNECT_TO": 1}


# ---------------------------------------------------------------- what a manifest names


def warc(*previous: str | None, **other: Any) -> WarcFacts:
    return WarcFacts(**{"size": 10, "sha256": "a" * 64, "records": 2, "previous_run": previous, **other})


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        (warc(), None),
        (warc(size=11), "size 11 and not 10"),
        (warc(records=1), "records 1 and not 2"),
        (warc(sha256="b" * 64), f"sha256 {'b' * 64} and not {'a' * 64}"),
        (warc(size=9, records=3), "size 9 and not 10, records 3 and not 2"),
    ],
)
@pytest.mark.parametrize("kind", ["warc", "part"])
def test_a_file_is_what_its_manifest_says(kind, facts, wrong):
    findings: list[Finding] = []
    report = Report(findings.append)
    key = {"warc": "warcs", "part": "parts"}[kind]
    manifest = runs.parse_manifest(said(A, **{key: [FILE]}), A, "a.json", report)
    if kind == "warc":
        runs.check_warc("there", FILE, facts, manifest, None, report)
    else:
        part = PartFacts(size=facts.size, sha256=facts.sha256, records=facts.records)
        runs.check_part("there", "a.warc.gz", manifest, part, report)

    problems = [(each.severity, each.kind, each.problem) for each in findings]
    assert problems == ([] if wrong is None else [("fault", kind, f"it has {wrong}, as a.json says")])


BEFORE = RunLink(A, OTHER)
EARLIER = str(RunLink("20250101T000000000Z-999999", OTHER))


@pytest.mark.parametrize(
    ("previous", "adopted", "before", "cites", "fits"),
    [
        (BEFORE, False, set(), [str(BEFORE)], True),
        (BEFORE, False, set(), [str(BEFORE), str(BEFORE)], True),
        (BEFORE, False, set(), [], True),
        (BEFORE, False, set(), [None], False),
        (BEFORE, False, {EARLIER}, [EARLIER], False),
        (BEFORE, False, None, [EARLIER], False),
        (BEFORE, False, set(), [str(BEFORE), EARLIER], False),
        (None, False, set(), [None], True),
        (None, False, set(), [str(BEFORE)], False),
        # Taken over from a run that was killed: of any run before, or of none.
        (BEFORE, True, {EARLIER}, [EARLIER], True),
        (BEFORE, True, {EARLIER}, [None], True),
        (BEFORE, True, None, [EARLIER], True),
        (BEFORE, True, set(), [EARLIER], False),
        (BEFORE, True, {str(BEFORE)}, [EARLIER], False),
    ],
)
def test_a_warc_file_cites_the_run_that_its_manifest_cites(previous, adopted, before, cites, fits):
    findings: list[Finding] = []
    report = Report(findings.append)
    taken_over = {"adopted": {"warcs": [FILE["name"]]}} if adopted else {}
    manifest = runs.parse_manifest(said(B, previous, warcs=[FILE], **taken_over), B, "b.json", report)
    runs.check_warc("there", FILE, warc(*cites), manifest, before, report)

    assert [(each.severity, each.kind) for each in findings] == ([] if fits else [("fault", "chain")])
    if not fits:
        cited = f"it cites {cites[-1]} as the run before, and its manifest, b.json, cites {previous}"
        assert findings[0].problem == cited


def test_only_a_file_that_was_taken_over_may_cite_another_run(tmp_path):
    findings: list[Finding] = []
    report = Report(findings.append)
    manifest = runs.parse_manifest(said(B, BEFORE, warcs=[FILE], adopted={"warcs": ["b.warc.gz"]}), B, "b.json", report)
    runs.check_warc("there", FILE, warc(EARLIER), manifest, {EARLIER}, report)

    assert [(each.severity, each.kind) for each in findings] == [("fault", "chain")]


def test_a_file_that_was_taken_over_cites_a_run_of_the_chain_before_it(tmp_path):
    (_, first), (_, second), _ = LINKED
    third = said(C, link(B, second), warcs=[FILE], adopted={"warcs": [FILE["name"]]})
    made = chain(tmp_path, (A, first), (B, second), (C, third), remembered=None)
    for cited, fits in (
        (link(A, first), True), (link(B, second), True), (RunLink(A, OTHER), False), (link(C, third), False)
    ):  # fmt: skip
        facts = {FILE["name"]: warc(str(cited))}
        found = made.found(lambda report, facts=facts: runs.check_warcs(made.collection, made.manifests, facts, report))

        assert [each[:3] for each in found] == ([] if fits else [("fault", "chain", "a.warc.gz")]), cited


def test_a_file_that_is_missing_keeps_no_other_from_being_compared(tmp_path):
    made = chain(tmp_path, (A, said(A, warcs=[FILE, {**FILE, "name": "b.warc.gz"}])), remembered=None)
    facts = {"b.warc.gz": warc(None, size=11)}
    found = made.found(lambda report: runs.check_warcs(made.collection, made.manifests, facts, report))

    assert [each[:3] for each in found] == [("fault", "warc", "a.warc.gz"), ("fault", "warc", "b.warc.gz")]
    findings: list[Finding] = []
    runs.check_warcs(made.collection, made.manifests, facts, Report(findings.append))
    places = [made.collection.archive_dir / name for name in ("a.warc.gz", "b.warc.gz")]
    assert [each.place.file for each in findings] == places


def test_a_file_of_no_run_is_a_warning_and_cites_a_run_that_is_there(tmp_path):
    first = said(A, warcs=[FILE])
    made = chain(tmp_path, (A, first), remembered=None)
    cited = link(A, first)

    def found(*cites: str | None) -> list[tuple[str, str, str, str]]:
        facts = {"a.warc.gz": warc(None), "left.warc.gz": warc(*cites)}
        return made.found(lambda report: runs.check_warcs(made.collection, made.manifests, facts, report))

    left = ("warning", "unfinished", "left.warc.gz")
    for cites, there in (
        ((), None), ((None,), None), ((str(cited),), None), (("no citation",), None),
        ((str(RunLink(A, OTHER)),), "was altered"), ((EARLIER,), "is gone"), ((str(cited), EARLIER), "is gone"),
    ):  # fmt: skip
        problems = found(*cites)
        assert [each[:3] for each in problems] == [left] + [("fault", "chain", "left.warc.gz")] * bool(there)
        assert there is None or problems[1][3].endswith(f"and that run {there}")


def test_what_a_manifest_names_is_there_and_what_is_there_is_named(tmp_path):
    part = {**FILE, "name": "part-00001.jsonl"}
    made = chain(tmp_path, (A, said(A, warcs=[FILE], parts=[part])), (B, b"{}"), remembered=None)
    facts = PartFacts(size=10, sha256="a" * 64, records=2)
    parts = {(A, "part-00002.jsonl"): facts, (B, "part-00001.jsonl"): facts, (C, "part-00001.jsonl"): facts}

    warcs = made.found(lambda report: runs.check_warcs(made.collection, made.manifests, {}, report))
    assert [each[:3] for each in warcs] == [("fault", "warc", "a.warc.gz")]
    assert [
        (*each[:2], each[3])
        for each in made.found(lambda report: runs.check_parts(made.collection, made.manifests, parts, report))
    ] == [
        ("fault", "part", f"{made.manifests[0].path} names this part, and it is not there"),
        ("fault", "part", f"its run is complete, and {made.manifests[0].path} does not name it"),
        # That of B cannot be read, which is told; whether it names the part nobody knows.
        ("warning", "unfinished", "its run has no manifest: it did not come to its end"),
    ]


def test_each_part_that_is_missing_is_told(tmp_path):
    names = ["part-00001.jsonl", "part-00002.jsonl"]
    made = chain(tmp_path, (A, said(A, parts=[{**FILE, "name": name} for name in names])), remembered=None)
    found = made.found(lambda report: runs.check_parts(made.collection, made.manifests, {}, report))

    assert [each[:3] for each in found] == [("fault", "part", name) for name in names]


def test_a_part_that_is_there_as_its_manifest_says_is_no_fault(tmp_path):
    made = chain(tmp_path, (A, said(A, parts=[FILE])), remembered=None)
    facts = PartFacts(size=10, sha256="a" * 64, records=2)

    parts = {(A, FILE["name"]): facts}
    assert made.found(lambda report: runs.check_parts(made.collection, made.manifests, parts, report)) == []
    findings: list[Finding] = []
    runs.check_parts(made.collection, [], parts, Report(findings.append))
    assert [each.place.file for each in findings] == [made.collection.items_dir / A / FILE["name"]]


def test_files_that_are_being_written_are_named(tmp_path):
    made = chain(tmp_path, remembered=None)
    others = ("archive/a.open.gz", f"items/{A}/part-00001.part", f"runs/{A}.part")  # of nobody's here
    for path in ("archive/a.warc.gz.open", f"items/{A}/.part-00001.jsonl.part", f"runs/.{A}.json.part", *others):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()

    def check(report: Report) -> None:
        runs.check_warcs(made.collection, [], {}, report)
        runs.check_parts(made.collection, [], {}, report)

    found = made.found(check)
    assert {each[:2] for each in found} == {("warning", "unfinished")}
    assert [each[2] for each in found] == ["a.warc.gz.open", ".part-00001.jsonl.part", f".{A}.json.part"]
