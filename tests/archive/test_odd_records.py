"""Records as others wrote them: valid ones are read, odd ones are read and named, the rest is named and passed over."""

from __future__ import annotations

import contextlib
import gzip
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsspider import sites
from newsspider.collection.collection import Collection
from newsspider.collection.indexing import rebuild_index
from newsspider.collection.lookup import Lookup
from newsspider.collection.scratch import scratch_directory
from newsspider.collection.source import open_source
from newsspider.extraction.plan import make_plan
from newsspider.proof.findings import Finding, Report
from newsspider.proof.paths import find_targets
from newsspider.proof.verification import Verification
from newsspider.warc.cdxj import CdxjEntry, checked_lines
from newsspider.warc.header import parse_date
from newsspider.warc.reader import WarcError
from tests.archive.odd import PAGE, SOUND_URL, URL, members, record, sound

if TYPE_CHECKING:
    from pathlib import Path


def findings(path: Path) -> list[Finding]:
    found: list[Finding] = []
    Verification(find_targets([str(path)], path.parent), Report(found.append), lambda size: None).run(None)
    return found


def faults(path: Path) -> list[str]:
    """The kinds of fault that are found, with a star where the advice is to restore something."""
    return [
        each.kind + "*" * ("restore" in str(each).lower()) for each in findings(path) if each.severity == "fault"
    ]


def read(path: Path, *urls: str) -> tuple[list[bool], list[str]]:
    """Whether each address has its page, and what was reported."""
    reports: list[str] = []
    with closing(Lookup([path], reports.append, max_block=None)) as lookup:
        pages = [lookup.page(url, None) for url in urls]
    return [page is not None and page.http.body() in PAGE for page in pages], reports


def collection_of(tmp_path: Path, data: bytes, name: str = "x.warc.gz") -> Collection:
    collection = Collection(tmp_path / "collection")
    collection.archive_dir.mkdir(parents=True, exist_ok=True)
    (collection.archive_dir / name).write_bytes(data)
    return collection


def indexed(collection: Collection) -> tuple[list[str], list[str]]:
    """The addresses in the index that is made of a collection, and what was reported."""
    reports: list[str] = []
    rebuild_index(collection, lambda done, files, captures: None, reports.append)
    return [entry.url for entry in map(entry_of_line, checked_lines(collection.index_path))], reports


def entry_of_line(line: bytes) -> CdxjEntry:
    return CdxjEntry.parse(line.decode())


READ = {
    # what it is: the record, the kinds of fault, the time of capture
    "a field folded over two lines": (record({"WARC-Date": "\r\n 2026-01-30T08:00:00Z"}), [], "2026-01-30T08:00:00"),
    "an address folded by tabs": (record({"WARC-Target-URI": f"\r\n\t{URL}\r\n\t "}), [], "2026-01-30T08:00:00"),
    "a date of a year": (record({"WARC-Date": "2016"}), [], "2016-01-01T00:00:00"),
    "a date of a month": (record({"WARC-Date": "2016-09"}), [], "2016-09-01T00:00:00"),
    "a date of a day": (record({"WARC-Date": "2016-09-19"}), [], "2016-09-19T00:00:00"),
    "a date of a minute": (record({"WARC-Date": "2016-09-19T17:20Z"}), [], "2016-09-19T17:20:00"),
    "a date with a tenth of a second": (record({"WARC-Date": "2016-09-19T17:20:24.5Z"}), [], "2016-09-19T17:20:24.5"),
    "a date with nanoseconds": (
        record({"WARC-Date": "2016-09-19T17:20:24.123456789Z"}), [], "2016-09-19T17:20:24.123456"
    ),
    "a leap second": (record({"WARC-Date": "2016-12-31T23:59:60Z"}), [], "2017-01-01T00:00:00"),
    "a type in capitals": (record({"WARC-Type": "Response"}), [], "2026-01-30T08:00:00"),
    "a date in small letters": (record({"WARC-Date": "2016-09-19t17:20:24z"}), ["field"], "2016-09-19T17:20:24"),
    "a date of another zone": (record({"WARC-Date": "2016-09-19T17:20:24+08:00"}), ["field"], "2016-09-19T09:20:24"),
    "a second that no clock shows": (record({"WARC-Date": "2016-09-19T17:20:60Z"}), ["field"], "2016-09-19T17:21:00"),
    "a date in digits alone": (record({"WARC-Date": "20160919172024"}), ["field"], "2016-09-19T17:20:24"),
    "an address in brackets": (record({"WARC-Target-URI": f"<{URL}>"}), [], "2026-01-30T08:00:00"),
    "blanks within the brackets": (record({"WARC-Target-URI": f"< {URL} >"}), ["field"], "2026-01-30T08:00:00"),
    "lines that end with LF alone": (record(end=b"\n"), ["line-ends"], "2026-01-30T08:00:00"),
    "a whole record in lines that end with LF": (
        record(end=b"\n").removesuffix(b"\r\n\r\n") + b"\n\n", ["line-ends"], "2026-01-30T08:00:00"
    ),
    "the version in lower case": (record(version=b"warc/1.1"), ["version"], "2026-01-30T08:00:00"),
    "WARC/1.0 in lower case": (record(version=b"warc/1.0"), ["version"], "2026-01-30T08:00:00"),
    "WARC/0.18": (record(version=b"WARC/0.18"), ["version"], "2026-01-30T08:00:00"),
    "WARC/0.17": (record(version=b"WARC/0.17"), ["version"], "2026-01-30T08:00:00"),
    "an unknown version": (record(version=b"WARC/1.2"), ["version"], "2026-01-30T08:00:00"),
    "no record ID": (record({"WARC-Record-ID": None}), ["field"], "2026-01-30T08:00:00"),
    "an empty record ID": (record({"WARC-Record-ID": "<>"}), ["field"], "2026-01-30T08:00:00"),
    "a record ID that is not UTF-8": (record({"WARC-Record-ID": b"<urn:\xff>"}), ["header"], "2026-01-30T08:00:00"),
    "a field that is there twice": (
        record({"warc-target-uri": URL}), ["field"], "2026-01-30T08:00:00"
    ),
    "a blank before the colon": (
        record({"WARC-Target-URI": None, "WARC-Target-URI ": URL}), ["header"], "2026-01-30T08:00:00"
    ),
}  # fmt: skip


@pytest.mark.parametrize("gzipped", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize("name", READ)
def test_record_is_read_and_named_for_what_it_is(name, gzipped, tmp_path):
    data, kinds, captured = READ[name]
    path = tmp_path / ("x.warc.gz" if gzipped else "x.warc")
    path.write_bytes(members(data, sound()) if gzipped else data + sound())

    assert faults(path) == kinds
    assert read(path, URL, SOUND_URL) == ([True, True], [])
    with closing(Lookup([path], print, max_block=None)) as lookup:
        assert lookup.page(URL, None).capture.captured == datetime.fromisoformat(captured).replace(tzinfo=UTC)


PASSED_OVER = {
    "an address that is not UTF-8": record({"WARC-Target-URI": "http://news.example/看".encode("gbk")}),
    "a bare line feed in an address": record({"WARC-Target-URI": "http://x:99999/a\nb"}),
    "an index line in an address": record({"WARC-Target-URI": 'http://x:9999999/\na 20260130080000 {"url": "http://a/"}'}),
    "a bare carriage return in an address": record({"WARC-Target-URI": "http://news.example/a\rb"}),
    "a NUL in an address": record({"WARC-Target-URI": "http://news.example/a\0b"}),
    "a terminal's sequence in an address": record({"WARC-Target-URI": "http://news.example/\x1b]0;x\x07"}),
    "a control character of the second set in an address": record({"WARC-Target-URI": "http://news.example/\x9b1m"}),
    "no type": record({"WARC-Type": None}),
    "a type that is none": record({"WARC-Type": "response\nx"}),
    "no address": record({"WARC-Target-URI": None}),
    "an empty address": record({"WARC-Target-URI": "<>"}),
    "no date": record({"WARC-Date": None}),
    "a date that is none": record({"WARC-Date": "yesterday"}),
    "a date that no calendar has": record({"WARC-Date": "2026-02-30T08:00:00Z"}),
    "a date before all years": record({"WARC-Date": "0001-01-01T00:00:00+14:00"}),
    "a date behind all years": record({"WARC-Date": "9999-12-31T23:59:60Z"}),
    "a date that is not UTF-8": record({"WARC-Date": b"2026-\xff"}),
}  # fmt: skip


@pytest.mark.parametrize("gzipped", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize("name", PASSED_OVER)
def test_record_that_says_nothing_certain_is_named_once_and_the_rest_is_read(name, gzipped, tmp_path):
    data = PASSED_OVER[name]
    path = tmp_path / ("x.warc.gz" if gzipped else "x.warc")
    path.write_bytes(members(data, sound()) if gzipped else data + sound())
    collection = collection_of(tmp_path, path.read_bytes(), path.name)

    assert [kind for kind in faults(path) if kind != "header"][1:] == []
    assert faults(path)
    assert "*" not in "".join(faults(path))
    found, reports = read(path, SOUND_URL)
    assert (found, len(reports)) == ([True], 1)
    assert reports[0].startswith(f"{path} at byte 0: ")
    urls, named = indexed(collection)
    assert (urls, len(named)) == ([SOUND_URL], 1)


UNTRUSTED_LENGTHS = {
    "a number of five thousand digits": {"Content-Length": "9" * 5002},
    "a number of thousands of zeros and more": {"Content-Length": "0" * 5000 + "9" * 19},
    "a sign": {"Content-Length": "-5"},
    "a plus": {"Content-Length": "+74"},
    "digits that are none in ASCII": {"Content-Length": "７４"},
    "hexadecimal": {"Content-Length": "0x4a"},
    "nothing": {"Content-Length": ""},
    "no such field": {"Content-Length": None},
    "two that differ": {"content-length": "1"},
    "more than there is": {"Content-Length": "999999999999999999"},
}


@pytest.mark.parametrize("gzipped", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize("name", UNTRUSTED_LENGTHS)
def test_record_of_untrusted_length_is_named_and_the_next_one_read(name, gzipped, tmp_path):
    data = record(UNTRUSTED_LENGTHS[name])
    path = tmp_path / "x.warc.gz"
    path.write_bytes(members(data, sound()) if gzipped else data + sound())

    assert [kind.rstrip("*") for kind in faults(path)] == ["record"]
    found, reports = read(path, SOUND_URL)
    assert (found, len(reports)) == ([True], 1)
    if name != "more than there is":  # that may be a file cut off, which an index is not made over
        assert indexed(collection_of(tmp_path, path.read_bytes()))[0] == [SOUND_URL]


def test_length_with_zeros_before_it_is_read(tmp_path):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(members(record({"Content-Length": f"{len(PAGE):05000}"}), sound()))

    assert faults(path) == []
    assert read(path, URL, SOUND_URL) == ([True, True], [])


def test_same_length_twice_is_one(tmp_path):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(members(record({"content-length": str(len(PAGE))})))

    assert faults(path) == ["field"]
    assert read(path, URL) == ([True], [])


def test_record_inside_the_page_of_an_unusable_one_is_not_taken_for_one(tmp_path):
    """What a stranger serves must not get into the archive under an address of their choice."""
    forged = "http://bank.example/"
    inner = record({"WARC-Target-URI": forged})
    for number, bad in enumerate(({"WARC-Target-URI": "http://news.example/\n"}, {"Content-Length": "x"})):
        stored = gzip.compress(record(bad, block=PAGE + b"\r\n" + gzip.compress(inner)), compresslevel=0, mtime=0)
        path = tmp_path / f"{number}.warc.gz"
        path.write_bytes(stored + members(sound()))

        assert read(path, forged, SOUND_URL)[0] == [False, True]
    plain = tmp_path / "2.warc"
    plain.write_bytes(record({"WARC-Target-URI": "http://news.example/\n"}, block=PAGE + b"\r\n" + inner) + sound())
    assert read(plain, forged, SOUND_URL)[0] == [False, True]


def test_line_feed_in_a_value_ends_no_header(tmp_path):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(members(record({"WARC-Target-URI": f"{URL}\nContent-Length: 3\n\nHTTP/1.1 200 OK"}), sound()))

    assert faults(path) == ["header", "field"]
    assert read(path, URL, SOUND_URL)[0] == [False, True]


@pytest.mark.parametrize("blank", [b"\r\n", b"\n", b"\r\n" * 300])
def test_blank_lines_between_records_are_one_fault_and_nothing_is_to_be_restored(blank, tmp_path):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(members(record()) + blank + members(sound()) + blank)

    assert faults(path) == ["record", "record"]
    assert read(path, URL, SOUND_URL)[0] == [True, True]
    (tmp_path / "y.warc").write_bytes(blank + record() + sound())
    assert faults(tmp_path / "y.warc") == ["record"]
    assert read(tmp_path / "y.warc", URL, SOUND_URL)[0] == [True, True]


HOLDS_NOTHING = {
    "an empty member between two": (members(record()) + members(b"") + members(sound()), "an empty gzip member"),
    "an empty member first": (members(b"", record(), sound()), "an empty gzip member"),
    "an empty member last, as bgzip ends a file": (members(record(), sound(), b""), "an empty gzip member"),
    "zeros behind the last member": (members(record(), sound()) + bytes(3), "the file ends with 3 NUL bytes"),
    "zeros behind the last record": (record() + sound() + bytes(100_000), "the file ends with 100,000 NUL bytes"),
}


@pytest.mark.parametrize("name", HOLDS_NOTHING)
def test_what_holds_no_record_is_one_fault_and_keeps_nothing_from_being_read(name, tmp_path):
    data, problem = HOLDS_NOTHING[name]
    path = tmp_path / "x.warc"
    path.write_bytes(data)

    assert ([each.problem for each in findings(path)], faults(path)) == ([problem], ["record"])
    assert read(path, URL, SOUND_URL)[0] == [True, True]
    urls, named = indexed(collection_of(tmp_path, data))
    assert (sorted(urls), len(named)) == ([URL, SOUND_URL], 1)


def test_zeros_between_records_may_hide_one_and_another_copy_may_have_it(tmp_path):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(members(record()) + bytes(4096) + members(sound()))

    (found,) = findings(path)
    assert found.problem == "4,096 NUL bytes where a record would begin"
    assert "another copy of the file" in found.remedy
    assert read(path, URL, SOUND_URL)[0] == [True, True]


@pytest.mark.parametrize("more", [5, 40, 90])
def test_length_that_is_too_large_in_a_plain_file_hides_no_other_record(more, tmp_path):
    path = tmp_path / "x.warc"
    path.write_bytes(record({"Content-Length": str(len(PAGE) + more)}) + sound())

    assert {each.place.offset for each in findings(path)} == {0}
    assert "the block does not end where its Content-Length says" in [each.problem for each in findings(path)]
    assert read(path, SOUND_URL)[0] == [True]


@pytest.mark.parametrize("less", [1, 4, 40])
def test_length_that_is_too_small_is_named_for_what_it_is(less, tmp_path):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(members(record({"Content-Length": str(len(PAGE) - less)}), sound()))

    (found,) = findings(path)
    assert "Content-Length is too small" in found.problem
    assert "recompress" not in str(found)
    assert read(path, SOUND_URL)[0] == [True]


def test_file_compressed_as_a_whole_has_advice_that_fits(tmp_path):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(gzip.compress(record() + sound()))

    assert faults(path) == ["record", "record"]
    assert "warcio recompress" in str(findings(path)[0])


def test_records_without_ids_are_one_fault_each_and_no_file_has_to_be_moved(tmp_path):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(members(record({"WARC-Record-ID": None}), record({"WARC-Record-ID": None})))

    found = findings(path)
    assert [each.kind for each in found] == ["field", "field"]
    assert not any("move" in str(each).lower() for each in found)


def test_id_that_is_there_twice_in_one_file_moves_no_file(tmp_path):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(members(record(), record()))

    (found,) = findings(path)
    assert found.kind == "record-id"
    assert "move" not in str(found).lower()


@pytest.mark.parametrize(
    "text",
    ["", "0000", "2026-13", "2026-W05-1", "2026-01-30T25:00:00Z", "2026-01-30T08:00:61Z", "２０２６", "1" * 5000],
)
def test_what_is_no_date_is_a_value_error_or_a_moment(text):
    with contextlib.suppress(ValueError):
        assert parse_date(text).tzinfo is UTC


# -------------------------------------------------------------------------------------------- whatever a header holds

NASTY = st.sampled_from(
    ["\n", "\r", "\0", "\t", " ", "\x1b[2J", "\x7f", "\x85", "\x9b", "\u2028", "\u202e", "\ufeff", "看", ":", "<", ">",
     '"', "\\", "{", "}", "%", "\r\n", "\r\n ", "WARC/1.0", "http://", "9" * 50, "-1", "2026", "response", "urn:uuid:"]
)  # fmt: skip
TEXTS = st.lists(NASTY | st.text(max_size=5), max_size=6).map("".join).map(lambda text: text.encode("utf-8", "replace"))
VALUES = st.one_of(st.none(), TEXTS, st.binary(max_size=20))
NAMES = st.sampled_from(
    ["WARC-Type", "WARC-Record-ID", "WARC-Date", "WARC-Target-URI", "Content-Type", "Content-Length",
     "WARC-Refers-To", "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date", "WARC-Payload-Digest", "WARC-Block-Digest",
     "WARC-Concurrent-To", "WARC-Truncated", "WARC-Segment-Number", "content-length", "warc-date"]
)  # fmt: skip
TYPES = st.sampled_from(["response", "revisit", "resource", "request", "metadata", "warcinfo", "conversion", "Odd"])
RECORDS = st.builds(
    lambda kind, fields, version, end, block: record(
        {"WARC-Type": kind, **fields}, version=version, end=end, block=block
    ),
    TYPES,
    st.dictionaries(NAMES, VALUES, max_size=3),
    st.sampled_from([b"WARC/1.1", b"WARC/1.0", b"warc/1.0", b"WARC/0.18", b"WARC/", b"WARC/1.1 "]),
    st.sampled_from([b"\r\n", b"\n", b"\r"]),
    st.sampled_from([PAGE, b"", b"\r\n\r\n", b"HTTP/1.1 200 OK\n\nx"]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records=st.lists(RECORDS, min_size=1, max_size=3), gzipped=st.booleans())
def test_whatever_a_header_holds_nothing_but_our_errors_come_of_it(records, gzipped, tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("fuzz")
    path = tmp_path / "x.warc.gz"
    path.write_bytes(members(*records, sound()) if gzipped else b"".join([*records, sound()]))

    for finding in findings(path):
        assert finding.problem
    reports: list[str] = []
    with scratch_directory() as scratch:
        source = open_source(path, scratch, reports.append)
        entries = [entry_of_line(line) for index in source.indexes for line in checked_lines(index)]
        assert all(entry.urlkey.isascii() and entry.urlkey.isprintable() for entry in entries)
        if gzipped:
            assert SOUND_URL in [entry.url for entry in entries]
    with closing(Lookup([path], reports.append, max_block=None)) as lookup:
        for entry in entries:
            lookup.page(entry.url, None)
            lookup.page(entry.url, entry.captured)
    with scratch_directory() as scratch:
        plan = make_plan(
            [open_source(path, scratch, reports.append)], sites.among(["kankanews"]), scratch / "plan",
            span=9, progress=lambda seen, taken: None,
        )  # fmt: skip
        assert not plan.units
    collection = collection_of(tmp_path, path.read_bytes())
    with contextlib.suppress(WarcError):
        indexed(collection)
