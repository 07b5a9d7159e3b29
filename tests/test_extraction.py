"""The parts of an extraction: how it is divided, counted, judged and compared, and cleared of what is left."""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from newsspider import sites
from newsspider.collection.source import WarcSource
from newsspider.collection.wacz import FileSpan
from newsspider.collection.web import WebFile
from newsspider.extraction import plan as planning
from newsspider.extraction import tally as tallying
from newsspider.extraction.comparison import Comparison, differences, excerpts
from newsspider.extraction.directory import (
    ExtractionBusyError,
    ExtractionWriteError,
    TargetError,
    remove_unfinished,
    working_directory,
)
from newsspider.extraction.earlier import EarlierRecords, EarlierRecordsError, find_parts, index_records
from newsspider.extraction.finished import load, store
from newsspider.extraction.manifest import judge
from newsspider.extraction.plan import LEAST_SPAN, archives_sha256, make_plan, may_be_article, span_for
from newsspider.extraction.request import Request
from newsspider.extraction.tally import KINDS, CaptureTally, Failure
from newsspider.feeds.parts import FeedPart
from newsspider.warc.cdxj import CdxjEntry, IndexDamagedError
from tests.feeds import article, line, write_part, write_run
from tests.order import order_below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

KANKANEWS = "https://www.kankanews.com/detail/LMwVGgj402z"


# -- counted and judged -----------------------------------------------------------------------------------------------


def tally(**fields: Any) -> CaptureTally:
    failures = Counter({kind: fields.pop(kind) for kind in KINDS if kind in fields})
    return CaptureTally(failures=failures, **fields)


@pytest.mark.parametrize(
    ("counted", "problems", "code", "said"),
    [
        (tally(captures=2, articles=2), [], 0, []),
        (tally(), [], 0, []),
        (tally(captures=4, articles=2, unparsed=2), [], 0, []),  # half of them
        (tally(captures=5, articles=2, unparsed=3), [], 6, ["3 of 5 pages gave no record"]),
        (tally(captures=2, unparsed=1, raised=1), [], 6, ["2 of 2 pages gave no record"]),
        (tally(captures=9, articles=8, raised=1), [], 6, ["the parser failed at 1 page"]),
        (tally(captures=9, articles=7, raised=2), [], 6, ["the parser failed at 2 pages"]),
        (tally(captures=9, articles=1, truncated=8), [], 0, []),
        (tally(captures=9, truncated=9), [], 6, ["9 of 9 pages were cut off, and no record was given"]),
        (tally(captures=9, truncated=8, raised=1), [], 6, ["the parser failed at 1 page"]),
        (tally(captures=9, articles=8, unreadable=1), [], 6, ["1 place of the archives could not be read"]),
        (tally(captures=9, articles=8, unreadable=1), ["x"], 6, ["2 places of the archives could not be read"]),
        (tally(captures=9, articles=9), ["x"], 6, ["1 place of the archives could not be read"]),
        (tally(captures=9, articles=8, invalid=1), [], 4, ["1 record did not fit the schema and went into no part"]),
        (
            tally(captures=3, articles=0, invalid=1, unparsed=2), ["x"], 4,
            ["1 record did not fit the schema and went into no part", "1 place of the archives could not be read",
             "2 of 3 pages gave no record"],
        ),
    ],
)  # fmt: skip
def test_extraction_is_judged_by_its_counts(counted, problems, code, said):
    verdict = judge(counted, problems)

    assert (verdict.exit_code, list(verdict.reasons)) == (code, said)


def failed(number: int) -> Failure:
    return Failure(url=f"https://news.example/{number}", warc="a.warc.gz", offset=number, problem="no title")


def full(number: int) -> CaptureTally:
    made = tally(
        seen=number, captures=10 * number, articles=20 * number, other=30 * number, truncated=number,
        witnesses={"title": Counter(page=number), f"only {number}": Counter(page=1)},
        parts=[FeedPart(name=f"part-{number}", records=1, size=2, sha256="0")], damaged=[f"damaged {number}"],
        comparison=Comparison(same=number, parsers=Counter({"kankanews 1": number})),
    )  # fmt: skip
    made.fail("unparsed", failed(number))
    return made


def test_tallies_are_added_up():
    total = CaptureTally()
    for number in (1, 2):
        total.add(full(number))
    total.add(CaptureTally())  # of a unit that compares nothing

    assert json.loads(orjson.dumps(total)) == {
        "seen": 3, "captures": 30, "articles": 60, "other": 90, "failures": {"truncated": 3, "unparsed": 2},
        "named": {kind: [] for kind in KINDS} | {"unparsed": [asdict(failed(1)), asdict(failed(2))]},
        "witnesses": {"title": {"page": 3}, "only 1": {"page": 1}, "only 2": {"page": 1}},
        "parts": [{"name": f"part-{n}", "records": 1, "size": 2, "sha256": "0"} for n in (1, 2)],
        "damaged": ["damaged 1", "damaged 2"],
        "comparison": {
            "same": 3, "different": 0, "lost": 0, "gained": 0, "lost_examples": [], "gained_examples": [], "fields": {},
            "parsers": {"kankanews 1": 3},
        },
    }  # fmt: skip
    assert CaptureTally.from_record(json.loads(orjson.dumps(total))) == total


def test_pages_that_are_named_are_bounded_in_one_unit_and_in_all(monkeypatch):
    monkeypatch.setattr(tallying, "MAX_NAMED", 3)
    one, other = CaptureTally(), CaptureTally()
    for number in range(5):
        one.fail("unparsed", failed(number))
    for number in range(2):
        other.fail("unparsed", failed(number))
        other.fail("raised", failed(number))
    other.add(one)

    assert (one.failures, other.failures) == ({"unparsed": 5}, {"unparsed": 7, "raised": 2})
    assert [each.offset for each in one.named["unparsed"]] == [0, 1, 2]
    assert [each.offset for each in other.named["unparsed"]] == [0, 1, 0]
    assert [each.offset for each in other.named["raised"]] == [0, 1]


def test_what_a_unit_came_to_is_found_by_its_key_alone(tmp_path):
    store(tmp_path / "unit-00001.json", "key", full(1))

    assert load(tmp_path / "unit-00001.json", "key") == full(1)
    assert load(tmp_path / "unit-00001.json", "another") is None
    assert load(tmp_path / "unit-00002.json", "key") is None


# -- compared ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("then", "now", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        (1, True, [("", "changed")]),
        ({"a": None}, {}, []), ({"a": []}, {"a": None}, []), ({"a": {}}, {"a": []}, []),
        ({"a": 0}, {"a": None}, [("a", "lost")]), ({"a": ""}, {"a": None}, [("a", "lost")]),
        ({"a": False}, {}, [("a", "lost")]), ({}, {"a": 0}, [("a", "added")]),
        ({"a": []}, {"a": [1]}, [("a", "added")]),
        ({"a": {"b": 1}}, {"a": {"b": 2, "c": 3}}, [("a.b", "changed"), ("a.c", "added")]),
        ({"a": {"b": 1}}, {"a": None}, [("a", "lost")]),
        ({"a": [1, 2]}, {"a": [1, 3]}, [("a[]", "changed")]), ({"a": [1, 2]}, {"a": [2]}, [("a", "changed")]),
        ({"a": [1, 2]}, {"a": [3, None]}, [("a[]", "changed"), ("a[]", "lost")]),
        ({"a": [1]}, {"a": 1}, [("a", "changed")]), ({"a": {"b": 1}}, {"a": "b"}, [("a", "changed")]),
    ],
)  # fmt: skip
def test_what_differs_is_told_by_its_path(then, now, found):
    assert [(each.path, each.kind) for each in differences(then, now)] == found


def compared(*pairs: tuple[dict[str, Any] | None, dict[str, Any] | None]) -> Comparison:
    comparison = Comparison()
    for then, now in pairs:
        comparison.compare(then and line(then), now and line(now))
    return comparison


def of_version(version: str, **fields: Any) -> dict[str, Any]:
    record = article(1, **fields)
    record["provenance"] = record["provenance"] | {"parser_version": version}
    return record


def test_pages_are_counted_by_which_records_they_have():
    lead = {"kind": "list", "locator": None}
    found = compared(
        (article(1), article(1)),
        (of_version("1"), of_version("2")),
        (article(1, schema_version="1.0"), article(1)),
        (article(1), article(1, discovered=lead)),
        (article(1), article(1, title="other")),
        (article(1, url="https://news.example/lost"), None),
        (None, article(1, url="https://news.example/gained")),
        (None, None),
    )

    assert (found.same, found.different, found.lost, found.gained, found.earlier) == (4, 1, 1, 1, 6)
    assert (found.lost_examples, found.gained_examples) == (
        ["https://news.example/lost"],
        ["https://news.example/gained"],
    )
    usual = f"kankanews {article(1)['provenance']['parser_version']}"
    assert found.parsers == Counter({usual: 5}) + Counter(["kankanews 1"])


def test_record_of_an_earlier_schema_says_what_it_meant():
    then, now = article(1, schema_version="1.0"), article(1)
    warnings = ["body_text: the page has no end"]
    now["provenance"] = now["provenance"] | {"warnings": warnings, "cut_off": True, "doubts": ["body_text"]}
    then["provenance"] = {
        name: value for name, value in now["provenance"].items() if name not in ("cut_off", "doubts")
    }  # fmt: skip

    assert (compared((then, now)).same, compared((then, now)).fields) == (1, {})


def test_record_without_a_provenance_is_compared_too():
    then = article(1)
    del then["provenance"]

    assert compared((then, article(1))).parsers == {"None None": 1}


def test_field_counts_once_a_page_and_has_three_examples():
    pages = [
        (article(1, keywords=["a", "b"], url=f"https://news.example/{n}"), article(1, keywords=["c", "d"]))
        for n in range(5)
    ]
    of_field = compared(*pages).fields["keywords[]"]
    assert of_field.counts == {"changed": 5}
    assert [(each.url[-1], each.then, each.now) for each in of_field.examples["changed"]] == [
        ("0", "a", "c"), ("1", "a", "c"), ("2", "a", "c")
    ]  # fmt: skip

    captioned = [
        {"url": f"https://cdn.example/{n}", "alt": None, "caption": "a", "credit": None, "position": n} for n in (0, 1)
    ]
    without = [each | {"caption": None} for each in captioned]
    for then, now, kind in ((captioned, without, "lost"), (without, captioned, "added")):
        found = compared((article(1, images=then), article(1, images=now)))
        assert {path: each.counts for path, each in found.fields.items()} == {"images[].caption": {kind: 1}}

    total = Comparison()
    for some in (pages[:2], pages[2:], []):
        part = compared(*some, (pages[0][0], None), (None, pages[0][1]))
        total.add(Comparison.from_record(json.loads(orjson.dumps(part))))
    assert (total.different, total.lost, total.gained, total.parsers.total()) == (5, 3, 3, 8)
    assert total.fields["keywords[]"].counts == {"changed": 5}
    assert [each.url[-1] for each in total.fields["keywords[]"].examples["changed"]] == ["0", "1", "2"]
    assert (len(total.lost_examples), len(total.gained_examples)) == (3, 3)


@pytest.mark.parametrize(
    ("then", "now", "cut"),
    [
        ("a" * 160, "b" * 160, ("a" * 160, "b" * 160)),
        ("a" * 161, "b", ("a" * 160 + "…", "b")),
        ("x" * 29 + "a" * 200, "x" * 29 + "b", ("x" * 29 + "a" * 131 + "…", "x" * 29 + "b")),
        ("x" * 31 + "a" * 200, "x" * 31 + "b", ("…" + "x" * 30 + "a" * 130 + "…", "…" + "x" * 30 + "b")),
        ("x" * 31 + "a" * 130, "x" * 31 + "b", ("…" + "x" * 30 + "a" * 130, "…" + "x" * 30 + "b")),
        ("x" * 200, "x" * 200 + "b", ("…" + "x" * 30, "…" + "x" * 30 + "b")),
    ],
)
def test_texts_are_cut_to_where_they_part(then, now, cut):
    assert excerpts(then, now) == cut


# -- the records to compare with --------------------------------------------------------------------------------------


def placed(number: int, offset: int | None, **fields: Any) -> dict[str, Any]:
    where = None if offset is None else {"warc": "a.warc.gz", "offset": offset, "length": 9}
    return article(number, **fields) | {"archive": where}


def test_record_is_found_by_the_place_of_its_page_the_last_of_two(tmp_path):
    parts = [tmp_path / "one.jsonl", tmp_path / "two.jsonl"]
    write_part(parts[0], [placed(1, 100), placed(2, None), placed(3, 300)])
    write_part(parts[1], [placed(4, 300, title="later"), placed(5, 500)])

    assert index_records(parts, tmp_path / "index.sqlite3") == 3
    assert index_records(parts, tmp_path / "index.sqlite3") == 3  # made anew
    records = EarlierRecords(tmp_path / "index.sqlite3")
    found = {offset: records.find("a.warc.gz", offset) for offset in (100, 300, 500, 0)}
    assert found == {
        100: line(placed(1, 100)), 300: line(placed(4, 300, title="later")), 500: line(placed(5, 500)), 0: None
    }  # fmt: skip
    assert records.find("b.warc.gz", 100) is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (line(placed(1, 100)) + b"{\n", "no record at byte"),
        (b"{}\n", r"no record at byte 0 \('archive'\)"),
        (b"[]\n", "no record at byte 0"),
        (b'{"archive":{"warc":"a"}}\n', "no record at byte 0"),
        (b'{"archive":{"warc":"a","offset":"x"}}\n', "no record at byte 0"),
        (None, "No such file"),
    ],
)
def test_part_that_cannot_be_compared_with_is_told(data, said, tmp_path):
    if data is not None:
        (tmp_path / "part.jsonl").write_bytes(data)

    with pytest.raises(EarlierRecordsError, match=rf"part\.jsonl: cannot be compared with: .*{said}"):
        index_records([tmp_path / "part.jsonl"], tmp_path / "index.sqlite3")


@pytest.fixture
def archives(tmp_path) -> Path:
    for run in ("run-2", "run-1"):
        write_run(tmp_path / "archives/kankanews", run, [article(1)], [article(2)])
    made = tmp_path / "extracted"
    told = write_part(made / "part-00001.jsonl", [article(1)])
    (made / "manifest.json").write_text(json.dumps({"parts": [told]}), encoding="utf-8")
    return tmp_path / "archives"


@pytest.mark.parametrize(
    "text", ["kankanews", "{}/kankanews", "{}/kankanews/runs/run-1.json", "run-1", "{}/../extracted"]
)
def test_parts_to_compare_with_are_those_of_a_collection_a_run_or_an_extraction(text, archives):
    items = archives / "kankanews/items"
    of_run = {run: [items / run / f"part-0000{n}.jsonl" for n in (1, 2)] for run in ("run-1", "run-2")}
    expected = of_run["run-1"] + ([] if "run-1" in text else of_run["run-2"])
    if "extracted" in text:
        expected = [archives / "../extracted/part-00001.jsonl"]

    assert find_parts(text.format(archives), archives) == expected


def test_collection_that_is_here_comes_before_that_of_the_name(archives, tmp_path, monkeypatch):
    write_run(tmp_path / "here/kankanews", "run-9", [article(9)])
    monkeypatch.chdir(tmp_path / "here")

    assert [part.absolute() for part in find_parts("kankanews", archives)] == [
        tmp_path / "here/kankanews/items/run-9/part-00001.jsonl"
    ]  # fmt: skip


def test_name_of_a_part_does_not_lead_out_of_its_run(archives):
    manifest = archives / "kankanews/runs/run-1.json"
    manifest.write_text(json.dumps({"run": "../../x", "parts": [{"name": "../../part-1"}]}), encoding="utf-8")

    (archives / "kankanews/items/x").mkdir()
    (archives / "kankanews/items/x/part-1").touch()
    assert find_parts(str(manifest), archives) == [archives / "kankanews/items/x/part-1"]


def test_part_that_is_away_is_told_before_anything_is_written(archives):
    (archives / "kankanews/items/run-1/part-00002.jsonl").unlink()

    with pytest.raises(EarlierRecordsError, match=r"run-1/part-00002\.jsonl: cannot be compared with: No such file"):
        find_parts("kankanews", archives)


@pytest.mark.parametrize(("text", "said"), [
    ("nothing", "neither a collection nor a run in"), ("a/b", "neither a collection nor a run in"),
    ("{}/kankanews/items/run-1/part-00001.jsonl", "not the manifest of a run or an extraction"),
])  # fmt: skip
def test_what_cannot_be_compared_with_is_told(text, said, archives):
    with pytest.raises(EarlierRecordsError, match=said):
        find_parts(text.format(archives), archives)


@pytest.mark.parametrize("manifest", ["{", "[]", "{}", '{"parts": [{}]}', '{"parts": 1}'])
def test_manifest_that_is_none_is_told(manifest, archives):
    (archives / "kankanews/runs/run-1.json").write_text(manifest, encoding="utf-8")

    with pytest.raises(EarlierRecordsError, match="not the manifest of a run or an extraction"):
        find_parts("kankanews", archives)


def test_run_without_records_leaves_nothing_to_compare_with(archives):
    for run in ("run-1", "run-2"):
        (archives / f"kankanews/runs/{run}.json").write_text(json.dumps({"run": run, "parts": []}), encoding="utf-8")

    with pytest.raises(EarlierRecordsError, match="no run there gave a record; there is nothing to compare with"):
        find_parts("kankanews", archives)


# -- divided ----------------------------------------------------------------------------------------------------------


def entry(offset: int = 0, filename: str = "a.warc.gz", **fields: Any) -> CdxjEntry:
    usual = {
        "urlkey": "com,kankanews)/detail/lmwvggj402z", "timestamp": "20260130080000", "url": KANKANEWS,
        "mime": "text/html", "status": "200", "digest": None, "length": 9,
    }  # fmt: skip
    return CdxjEntry(offset=offset, filename=filename, **{**usual, **fields})


@pytest.mark.parametrize(
    ("fields", "taken"),
    [
        ({}, True), ({"status": "206"}, True), ({"status": "299"}, True), ({"status": None}, True),
        ({"status": "-"}, True),
        ({"status": "301"}, False), ({"status": "404"}, False), ({"status": "500"}, False), ({"status": "199"}, False),
        ({"mime": "application/json"}, True), ({"url": "https://www.kankanews.com/"}, False),
        ({"url": "https://news.example/detail/LMwVGgj402z"}, False),
    ],
)  # fmt: skip
def test_capture_may_be_an_article_by_its_status_and_address(fields, taken):
    assert may_be_article(entry(**fields), sites.among(("kankanews",))) is taken


@pytest.mark.parametrize(
    ("mime", "taken"),
    [
        ("text/html", True), ("TEXT/HTML", True), ("application/xhtml+xml", True), ("unk", True),
        ("warc/revisit", True),
        (None, True), ("image/png", False), ("application/json", False),
    ],
)  # fmt: skip
def test_capture_of_any_site_may_be_one_where_it_may_be_html(mime, taken):
    found = entry(url="https://news.example/2026/a.html", urlkey="example,news)/2026/a.html", mime=mime)

    assert may_be_article(found, sites.among((sites.ANY,))) is taken


@pytest.fixture
def planned(tmp_path) -> Callable[..., list[tuple[int, str, tuple[int, ...] | None, int | None]]]:
    def plan(*sources: WarcSource, span: int = 100, common: object = "x") -> list[Any]:
        told: list[tuple[int, int]] = []
        made = make_plan(
            sources, sites.among(("kankanews",)), tmp_path / "plan", span=span,
            progress=lambda seen, taken: told.append((seen, taken)),
        )  # fmt: skip
        plan.made, plan.told = made, told
        return [(unit.number, unit.file, unit.offsets, unit.end) for unit in made.read(common)]

    return plan


def source(
    tmp_path: Path, name: str, entries: Iterable[CdxjEntry], *files: str, unindexed: tuple[str, ...] = ()
) -> WarcSource:
    index = tmp_path / f"{name}.cdxj"
    index.write_bytes(b"".join(sorted(each.line() for each in entries)))
    return WarcSource(
        path=tmp_path,
        files={file: tmp_path / file for file in (*files, *unindexed)},
        indexes=(index,),
        unindexed=unindexed,
    )


def test_file_is_cut_where_a_capture_begins_behind_a_span(planned, tmp_path):
    offsets = (0, 99, 100, 150, 199, 200, 450)
    found = planned(source(tmp_path, "one", map(entry, offsets), "a.warc.gz"))

    assert found == [
        (1, "a.warc.gz", (0, 99), 100), (2, "a.warc.gz", (100, 150, 199), 200), (3, "a.warc.gz", (200,), 450),
        (4, "a.warc.gz", (450,), None),
    ]  # fmt: skip
    assert list(planned.made.units) == [1, 2, 3, 4]
    assert planned.made.seen == (7,)
    assert planned.told[-1] == (7, 7)


def test_units_are_in_the_order_of_sources_files_and_offsets(planned, tmp_path):
    one = source(tmp_path, "one", [entry(5, "b.warc.gz"), entry(3, "c.warc.gz"), entry(1, "b.warc.gz")],
                 "c.warc.gz", "b.warc.gz", "nothing.warc.gz", unindexed=("whole.warc.gz",))  # fmt: skip
    two = source(tmp_path, "two", [entry(9, "a.warc.gz"), entry(9, "a.warc.gz", status="404")], "a.warc.gz")

    assert planned(one, two) == [
        (1, "c.warc.gz", (3,), None), (2, "b.warc.gz", (1, 5), None), (3, "whole.warc.gz", None, None),
        (4, "a.warc.gz", (9,), None),
    ]  # fmt: skip
    assert planned.made.seen == (3, 2)
    units = list(planned.made.read("x"))
    assert [unit.source for unit in units] == [0, 0, 0, 1]
    assert [unit.located for unit in units] == [None, None, tmp_path / "whole.warc.gz", None]


def test_key_of_a_unit_depends_on_its_places_and_what_is_common(planned, tmp_path):
    def keys(*, span: int = 100, common: object = "x") -> list[str]:
        planned(source(tmp_path, "one", map(entry, (0, 100)), "a.warc.gz"), span=span, common=common)
        return [unit.key for unit in planned.made.read(common)]

    first = keys()
    assert (keys() == first, first[0] != first[1]) == (True, True)
    assert set(keys(common="y")).isdisjoint(first)
    assert set(keys(span=1000)).isdisjoint(first)  # other places


def test_archives_are_others_when_any_file_or_line_of_an_index_is(tmp_path):
    def digest(*, index: int = 0, **options: Any) -> str:
        of = source(tmp_path, "one", [entry(index)], "a.warc.gz", **options)
        return archives_sha256([of])

    file = tmp_path / "a.warc.gz"
    file.write_bytes(b"12")
    os.utime(file, ns=(7, 7))
    first = digest()
    others = [digest(index=1), digest(unindexed=("b.warc.gz",)), digest(unindexed=("a.warc.gz",))]
    assert digest() == first
    os.utime(file, ns=(7, 8))
    others.append(digest())
    file.write_bytes(b"123")
    os.utime(file, ns=(7, 7))
    others.append(digest())
    file.unlink()
    others.append(digest())
    assert len({first, *others}) == 7


def test_a_package_is_another_when_its_own_file_is(tmp_path):
    """Of what it holds compressed there is a copy, which is made anew each time."""
    package, copy = tmp_path / "a.wacz", tmp_path / "copy"
    package.write_bytes(b"PK")
    copy.write_bytes(b"1")
    span = FileSpan(copy, 0, 1, 1, "a.warc.gz", f"{package}: archive/a.warc.gz")
    of = WarcSource(package, {"a.warc.gz": span}, ())
    first = archives_sha256([of])

    os.utime(copy, ns=(1, 1))
    assert archives_sha256([of]) == first
    os.utime(package, ns=(1, 1))
    assert archives_sha256([of]) != first


def test_a_file_elsewhere_is_another_by_what_is_known_without_asking(tmp_path):
    def digest(met: Any) -> str:
        file = WebFile("https://archive.example/a.warc.gz")
        file._met = met
        return archives_sha256([WarcSource(tmp_path, {"a.warc.gz": file}, (), unindexed=("a.warc.gz",))])

    assert len({digest(None), digest((1, "x")), digest((1, "y")), digest((2, "x"))}) == 4


def test_line_of_an_index_that_is_none_is_told_with_its_place(tmp_path):
    good = entry(1).line()
    (tmp_path / "a.cdxj").write_bytes(good + b"com,kankanews)/z 20260130080000 {}\n")

    with pytest.raises(IndexDamagedError, match=rf"at byte {len(good)}\b"):
        list(planning.entries_of(tmp_path / "a.cdxj"))


@pytest.mark.parametrize(
    ("total", "most", "span"),
    [
        (0, 64 << 20, LEAST_SPAN), (64 * LEAST_SPAN, 64 << 20, LEAST_SPAN),
        (64 * (LEAST_SPAN + 1), 64 << 20, LEAST_SPAN + 1),
        (64 * (64 << 20), 64 << 20, 64 << 20), (65 * (64 << 20), 64 << 20, 64 << 20), (1 << 40, 1 << 20, 1 << 20),
    ],
)  # fmt: skip
def test_span_makes_units_enough_and_none_too_small(total, most, span):
    assert span_for(total, most) == span
    assert planning.LEAST_SPAN == 6 << 20


# -- the directory ----------------------------------------------------------------------------------------------------


def request(directory: Path) -> Request:
    return Request(paths=(), sites=("kankanews",), directory=directory, span=1, max_body=1)


def test_directory_is_gone_again_where_no_unit_was_finished(tmp_path):
    (tmp_path / "there").mkdir()
    for directory in (tmp_path / "new/deep", tmp_path / "there"):
        with pytest.raises(ZeroDivisionError), working_directory(request(directory)) as (work, scratch):  # noqa: PT012
            assert (work, scratch.parent, list(scratch.iterdir())) == (directory / ".extract", work, [])
            (directory / "part-00001.jsonl").write_bytes(b"x")
            raise ZeroDivisionError
    assert [path.name for path in tmp_path.rglob("*")] == ["there"]


def test_directory_that_is_made_is_durable(tmp_path):
    with order_below(tmp_path) as steps, working_directory(request(tmp_path / "new/deep")):
        assert steps[:3] == ["sync ./", "sync new/", "sync new/deep/"]


@pytest.mark.parametrize("finished", ["unit-00001.json", "waiting-00001.json"])
def test_what_is_finished_is_kept_and_what_was_only_for_that_process_is_not(finished, tmp_path):
    for _ in range(2):
        with working_directory(request(tmp_path / "to")) as (work, scratch):
            assert list(scratch.iterdir()) == []
            (work / finished).write_bytes(b"{}")
            (scratch / "plan").write_bytes(b"x")

    assert (tmp_path / "to/.extract" / finished).exists()


def test_directory_that_holds_something_else_is_refused(tmp_path):
    for name, said in (("manifest.json", "it holds a finished extraction"), ("notes.txt", "it is not empty")):
        directory = tmp_path / name.partition(".")[0]
        directory.mkdir()
        (directory / name).write_bytes(b"x")
        with pytest.raises(TargetError, match=said), working_directory(request(directory)):
            pytest.fail("it was taken")
        assert [path.name for path in directory.iterdir()] == [name]


def test_directory_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"x")

    with pytest.raises(TargetError, match="it cannot be written"), working_directory(request(tmp_path / "file/to")):
        pytest.fail("it was made")


def test_two_do_not_extract_into_one_directory(tmp_path):
    with working_directory(request(tmp_path / "to")) as (work, _):
        (work / "unit-00001.json").write_bytes(b"{}")
        with pytest.raises(ExtractionBusyError) as raised, working_directory(request(tmp_path / "to")):
            pytest.fail("it was taken")
    assert raised.value.exit_code == 75
    assert (work / "unit-00001.json").exists()


def test_who_comes_second_takes_nothing_away_from_who_has_finished_no_unit_yet(tmp_path):
    """Neither while that one works, nor what both of them might have made."""
    with working_directory(request(tmp_path / "new/to")) as (work, scratch):
        (scratch / "plan").write_bytes(b"x")
        (work.parent / ".part-00001.jsonl.part").write_bytes(b"x")
        there = sorted(path for path in tmp_path.rglob("*"))
        for _ in range(2):
            with pytest.raises(ExtractionBusyError), working_directory(request(tmp_path / "new/to")):
                pytest.fail("it was taken")
        assert sorted(path for path in tmp_path.rglob("*")) == there
    assert list(tmp_path.iterdir()) == []


def test_who_gets_the_lock_when_the_other_has_finished_does_not_begin_anew(tmp_path, monkeypatch):
    @contextmanager
    def finished_meanwhile(path: Path) -> Iterator[None]:
        (tmp_path / "manifest.json").write_bytes(b"{}")
        yield

    monkeypatch.setattr("newsspider.extraction.directory.locked", finished_meanwhile)
    with pytest.raises(TargetError, match="finished"), working_directory(request(tmp_path)):
        pytest.fail("it was taken")
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


@pytest.mark.parametrize("error", [OSError("no room"), sqlite3.OperationalError("no room")])
def test_disk_that_fails_is_told(error, tmp_path):
    with pytest.raises(ExtractionWriteError, match="cannot be written: no room") as raised:  # noqa: SIM117
        with working_directory(request(tmp_path / "to")):
            raise error
    assert raised.value.exit_code == 4


def test_all_but_what_is_of_finished_and_waiting_units_is_removed(tmp_path):
    work = tmp_path / ".extract"
    work.mkdir()
    of_unit = ("unit-{}.json", "facts-{}.jsonl", "waiting-{}.json", "kept-{}.jsonl", "index-{}.cdxj")
    here = {name.format(f"0000{n}") for n in (1, 2, 3) for name in of_unit} | {
        ".unit-00004.json.part", ".facts-00004.jsonl.part", "index-00004.cdxj.tmp", "lock", "plan", "unit-x.json"
    }  # fmt: skip
    there = {f"part-0000{n}.jsonl" for n in (1, 2, 3)} | {
        ".part-00004.jsonl.part", "site-facts-00001.jsonl", "diff.json", "diff.html", ".diff.json.part", "notes.txt",
        "part-x.jsonl", "part-00004.jsonl.bak",
    }  # fmt: skip
    for name in here:
        (work / name).write_bytes(b"x")
    for name in there:
        (tmp_path / name).write_bytes(b"x")

    remove_unfinished(tmp_path, work, {1}, {2})

    assert {path.name for path in work.iterdir()} == {
        "unit-00001.json", "facts-00001.jsonl", "index-00001.cdxj",
        "waiting-00002.json", "kept-00002.jsonl", "index-00002.cdxj", "lock", "plan", "unit-x.json",
    }  # fmt: skip
    assert {path.name for path in tmp_path.iterdir()} == {
        ".extract", "part-00001.jsonl", "notes.txt", "part-x.jsonl", "part-00004.jsonl.bak",
    }  # fmt: skip
