"""The lines of an index: what a record's line says, which lines stand for a page, and what is no line."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.warc import cdxj
from newsspider.warc.cdxj import (
    CdxjEntry,
    IndexDamagedError,
    LineSorter,
    check_entry,
    checked_lines,
    entry_of,
    filename_of,
    find,
    line_of,
    merged,
    mime_of,
    moment_of,
    status_of,
    timestamp,
    write_index,
)
from newsspider.warc.http import parse_head
from newsspider.warc.pagelines import FilePages, page_lines
from newsspider.warc.reader import RecordError, WarcError, read_record
from newsspider.warc.salvage import salvage
from tests.archive.odd import PAGE, URL, members, record
from tests.order import order_below

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsspider.warc.reader import Record

LINE = 'cn,a)/ 20260130080000 {"url": "http://a.cn/", "length": "1", "offset": "2", "filename": "f"}\n'


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def alone(tmp_path: Path, data: bytes) -> Record:
    path = tmp_path / "x.warc"
    path.write_bytes(data)
    return read_record(path, 0)


# -- what a record's line says ----------------------------------------------------------------------------------------

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=x\r\n\r\n"
RESPONSE: dict[str, Any] = {"mime": "text/html", "status": "200", "digest": sha1(b"page")}
SAID: dict[str, tuple[dict[str, str | None], bytes, dict[str, Any], bool]] = {
    "a response": ({}, OK + b"page", RESPONSE, True),
    "one with a digest": ({"WARC-Payload-Digest": "sha256:x"}, OK + b"page", {**RESPONSE, "digest": "sha256:x"}, True),
    "https": ({"WARC-Target-URI": "https://a.cn/"}, OK + b"page", RESPONSE, True),
    "behind an interim one": ({}, b"HTTP/1.1 100 X\r\n\r\n" + OK + b"page", RESPONSE, True),
    "long": ({}, OK + b"page" * 50_000, {**RESPONSE, "digest": sha1(b"page" * 50_000)}, True),
    "a page that others ask for": ({}, b"HTTP/1.1 404 X\r\n\r\n", {"status": "404", "digest": sha1(b"")}, True),
    "not modified": ({}, b"HTTP/1.1 304 X\r\n\r\n", {"status": "304", "digest": sha1(b"")}, False),
    "a part": ({}, b"HTTP/1.1 206 X\r\n\r\npa", {"status": "206", "digest": sha1(b"pa")}, False),
    "all, as a part": (
        {},
        b"HTTP/1.1 206 X\r\nContent-Range: bytes 0-3/4\r\n\r\npage",
        {"status": "206", "digest": sha1(b"page")},
        True,
    ),
    "nothing": ({}, b"", {"digest": sha1(b"")}, True),
    "an answer of the DNS": ({"WARC-Target-URI": "dns:a.cn"}, OK, {"digest": sha1(OK)}, True),
    "an answer by FTP": ({"WARC-Target-URI": "ftp://a.cn/"}, OK, {"digest": sha1(OK)}, True),
    "a revisit": ({"WARC-Type": "revisit"}, OK, {"mime": "warc/revisit", "status": "200"}, True),
    "a revisit of a digest": (
        {"WARC-Type": "revisit", "WARC-Payload-Digest": "sha1:x"},
        OK,
        {"mime": "warc/revisit", "status": "200", "digest": "sha1:x"},
        True,
    ),
    "a revisit without a head": ({"WARC-Type": "revisit"}, b"", {"mime": "warc/revisit"}, True),
    "a revisit that is not modified": (
        {"WARC-Type": "revisit"},
        b"HTTP/1.1 304 X\r\n\r\n",
        {"mime": "warc/revisit", "status": "304"},
        False,
    ),
    "a resource": (
        {"WARC-Type": "resource", "Content-Type": "text/html; charset=x"},
        OK,
        {"mime": "text/html", "digest": sha1(OK)},
        True,
    ),
    "a resource of no type": ({"WARC-Type": "resource", "Content-Type": None}, b"x", {"digest": sha1(b"x")}, True),
    "metadata": (
        {"WARC-Type": "metadata", "Content-Type": "text/xml"},
        b"x",
        {"mime": "text/xml", "digest": sha1(b"x")},
        True,
    ),
}


@pytest.mark.parametrize("case", SAID)
def test_a_line_says_what_the_record_does(tmp_path, case):
    fields, block, said, is_page = SAID[case]
    read = alone(tmp_path, record(fields, block=block) + record())

    check_entry(read)
    entry, may_be_page = entry_of(read)
    assert may_be_page is is_page
    assert (entry.url, entry.timestamp) == (fields.get("WARC-Target-URI", URL), "20260130080000")
    assert {"mime": entry.mime, "status": entry.status, "digest": entry.digest} == {
        "mime": None, "status": None, "digest": None, **said
    }  # fmt: skip
    assert (entry.offset, entry.length, entry.filename) == (0, len(record(fields, block=block)) - 4, "x.warc")
    assert CdxjEntry.parse(line_of(alone(tmp_path, record(fields, block=block)))[0].decode()) == entry


def test_metadata_may_be_of_no_address(tmp_path):
    read = alone(tmp_path, record({"WARC-Type": "metadata", "WARC-Target-URI": None, "Content-Type": "text/xml"}))

    entry, _ = entry_of(read)
    assert (entry.urlkey, entry.url) == ("-", "")


@pytest.mark.parametrize(
    "fields",
    [
        *({"WARC-Type": kind} for kind in ("request", "warcinfo", "conversion", "continuation", "other")),
        *({"WARC-Type": kind, "Content-Type": "application/warc-fields"} for kind in ("metadata", "resource")),
    ],
)
def test_other_records_have_no_line(tmp_path, fields):
    read = alone(tmp_path, record({**fields, "WARC-Date": "then"}))

    check_entry(read)
    assert (entry_of(read), line_of(read)) == (None, None)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"WARC-Type": None}, "no WARC-Type"),
        ({"WARC-Type": "a type"}, "WARC-Type is no type"),
        ({"WARC-Date": None}, "no WARC-Date"),
        ({"WARC-Date": "then"}, "WARC-Date is no date"),
        ({"WARC-Target-URI": "http://a.cn/\a"}, "WARC-Target-URI is no address"),
        ({"WARC-Type": "resource", "WARC-Target-URI": "http://a.cn/\a"}, "WARC-Target-URI is no address"),
    ],
)
def test_a_record_that_is_not_certain_has_no_line(tmp_path, fields, problem):
    for use in (check_entry, entry_of, line_of):
        with pytest.raises(RecordError, match=rf"x\.warc at byte 0: {problem}"):
            use(alone(tmp_path, record(fields)))


def test_a_capture_of_no_address_has_no_line(tmp_path):
    for kind in ("response", "resource", "revisit"):
        with pytest.raises(RecordError, match="no WARC-Target-URI"):
            line_of(alone(tmp_path, record({"WARC-Type": kind, "WARC-Target-URI": None})))


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", "200"),
        (b"HTTP/1.1 200\r\n\r\n", "200"),
        (b"HTTP/1.1  404 \t Not Found\r\n\r\n", "404"),
        (b"HTTP/1.1 2000 odd\r\n\r\n", "2000"),
        (b"HTTP/1.1 \xff OK\r\n\r\n", "\xff"),
        (b"HTTP/1.1 \xe7\x9c\x8b OK\r\n\r\n", "看"),
        (b"HTTP/1.1 \r\nA: b\r\n\r\n", ""),
        (b"HTTP/1.1\r\nA: b\r\n\r\n", ""),
        (b"HTTP/1.1 \r\n\r\n", None),
        (b"", None),
    ],
)
def test_a_status_is_what_stands_in_its_place(head, status):
    assert status_of(parse_head(head)) == status


@pytest.mark.parametrize(
    ("lines", "mime"),
    [
        (b"", None),
        (b"Content-Type:\r\n", ""),
        (b"Content-Type: text/html\r\n", "text/html"),
        (b"Content-Type: text/html;charset=x\r\n", "text/html"),
        (b"Content-Type: text/html charset=x\r\n", "text/html"),
        (b"Content-Type: text/html\tx\r\n", "text/html"),
        (b"Content-Type:  Text/HTML \r\n", "Text/HTML"),
        (b"Content-Type: a/b\r\nContent-Type: c/d\r\n", "a/b"),
        (b"Content-Type:\r\n text/html\r\n", ""),
        (b"Content-Type: text\r\n /html\r\n", "text"),
        (b"Content-Type: \xe9/\xe7\x9c\x8b\r\n", "\xe9/\xe7\x9c\x8b"),
        (b"Content-Type: \xe7\x9c\x8b/x\r\n", "看/x"),
    ],
)
def test_a_media_type_is_without_its_parameters(lines, mime):
    assert mime_of(parse_head(b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n")) == mime


@pytest.mark.parametrize(
    ("moment", "digits"),
    [
        (datetime(2026, 1, 30, 8, 0, 1, 999_999, tzinfo=UTC), "20260130080001"),
        (datetime(2026, 1, 30, 7, 0, 1, tzinfo=timezone(timedelta(hours=8))), "20260129230001"),
        (datetime(33, 4, 3, tzinfo=UTC), "00330403000000"),
    ],
)
def test_a_timestamp_has_fourteen_digits_of_utc(moment, digits):
    assert timestamp(moment) == digits
    assert moment_of(digits) == moment.astimezone(UTC).replace(microsecond=0)


def test_a_capture_of_no_valid_time_is_of_the_last_moment():
    entry = CdxjEntry.parse(LINE)

    assert entry.captured == datetime(2026, 1, 30, 8, tzinfo=UTC)
    assert CdxjEntry.parse(LINE.replace("0130", "1330")).captured == datetime.max.replace(tzinfo=UTC)


# -- what is no line --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *(('"1"', new) for new in ('"x"', "null", "[1]", "1e999", '"' + "9" * 5000 + '"')),
        ('"2"', '"two"'),
        ('"http://a.cn/"', "5"),
        ('"http://a.cn/"', "null"),
        ('"f"', "7"),
        ('{"url"', '["url"'),
        ("{", "[" * 100_000 + "{"),
        (LINE[22:-1], "[1]"),
        (LINE[22:-1], '"x"'),
        (LINE[22:-1], "5"),
        (LINE[22:-1], ""),
        (" 20260130080000", ""),
        *((f'"{name}"', '"other"') for name in ("url", "length", "offset", "filename")),
    ],
    ids=range(20),
)
def test_what_says_nothing_of_a_capture_is_no_line(old, new):
    assert CdxjEntry.parse(LINE).length == 1
    with pytest.raises(ValueError, match="not a CDXJ line"):
        CdxjEntry.parse(LINE.replace(old, new, 1))


def test_fields_of_others_are_passed_over_and_their_numbers_read():
    line = LINE.replace('"1"', "1").replace('"2"', "2").replace("{", '{"x": {"y": "}"}, ')

    assert CdxjEntry.parse(line) == CdxjEntry.parse(LINE.rstrip("\n")) == CdxjEntry.parse(LINE)


@pytest.mark.parametrize(
    "line",
    [
        LINE[:-1],
        LINE[1:].replace("n,a)/ ", " "),
        LINE.replace("20260130080000", "2026013008000"),
        LINE.replace("20260130080000", "202601300800000"),
        LINE.replace("20260130080000", "2026013008000x"),
        LINE.replace(" 2026", "  2026"),
        LINE.replace("}", ""),
        LINE[:50] + LINE,
        LINE[:57] + LINE,
        LINE[:-2] + LINE,
        LINE[:-1] + LINE,
        LINE[:-1] + "}\n",
        LINE.replace('"f"', '{"f": 1}'),
        LINE.replace('"f"', '"f'),
        "\n",
        LINE + "\n",
    ],
    ids=range(16),
)
def test_a_line_that_is_torn_is_told_with_its_place(tmp_path, line):
    path = tmp_path / "c" / "indexes" / "index.cdxj"
    path.parent.mkdir(parents=True)
    first = LINE.replace("cn,a", "a,a") * 2  # a line that is there twice is in order
    path.write_text(first + line)

    place = len(first) + (len(line) - 1 if line == LINE + "\n" else 0)
    with pytest.raises(IndexDamagedError, match=rf"index\.cdxj at byte {place}: not a line .* index c$") as told:
        list(checked_lines(path))
    assert told.value.offset == place


def test_a_line_out_of_order_is_told_with_its_place(tmp_path):
    path = tmp_path / "index.cdxj"
    path.write_text(LINE + LINE.replace("cn,a", "cn,c") + LINE.replace("cn,a", "cn,b"))

    with pytest.raises(IndexDamagedError, match=f"at byte {2 * len(LINE)}: out of order"):
        list(checked_lines(path))


def test_braces_and_quotes_in_a_value_tear_no_line(tmp_path):
    entry = CdxjEntry(
        urlkey='cn,a)/{}"', timestamp="20260130080000", url='http://a.cn/{"x": "\\"}', mime="}", status="{",
        digest=None, length=1, offset=0, filename='"\\.warc',
    )  # fmt: skip
    path = tmp_path / "index.cdxj"
    path.write_bytes(entry.line())

    assert [CdxjEntry.parse(line.decode()) for line in checked_lines(path)] == [entry]
    assert list(find(path, entry.urlkey)) == [entry]


@pytest.mark.parametrize("key", ["", "a b", "a\n"])
def test_of_a_key_with_a_blank_no_line_is_made(key):
    entry = CdxjEntry.parse(LINE)

    with pytest.raises(ValueError, match="no line of an index"):
        CdxjEntry(**{**{name: getattr(entry, name) for name in CdxjEntry.__slots__}, "urlkey": key}).line()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (b'"filename": "a.warc.gz"', "a.warc.gz"),
        (b'"filename":"a.warc.gz"', "a.warc.gz"),
        (b'"filename":"a.warc.gz", "filename": "b"', "a.warc.gz"),
        (rb'"filename": "\u770b\"\\.warc"', '看"\\.warc'),
        (b'"filename": "\xe7\x9c\x8b"', "看"),
        (b'"filename": "\xff"', "\udcff"),
        (b'"filename": "\\u770b\t"', "看\t"),
        (rb'"filename": "\x"', None),
        (b'"filename": 7', None),
        (b'"filenames": "a"', None),
        (b'"filename": "a', None),
    ],
)
def test_the_file_that_a_line_leads_to_is_read_out_of_it(written, name):
    assert filename_of(b'cn,a)/ 20260130080000 {"url": "http://a.cn/", ' + written + b"}\n") == name


# -- files of lines ---------------------------------------------------------------------------------------------------


def numbered(*numbers: int, width: int = 0) -> list[str]:
    return [f"cn,a)/{number:0{width}}" + LINE[6:] for number in numbers]


def test_a_key_is_found_between_lines_of_any_length(tmp_path):
    path = tmp_path / "index.cdxj"
    keys = [f"cn,a)/{number:02}{'x' * (number * 7 % 31)}" for number in range(0, 40, 2)]
    lines = [f"{key}{LINE[6:].replace('20260130', f'202601{day}')}".encode() for key in keys for day in (28, 29, 30)]
    for count in range(len(lines) + 1):
        path.write_bytes(b"".join(lines[:count]))
        for number, key in enumerate(keys):
            there = [CdxjEntry.parse(line.decode()) for line in lines[3 * number : min(count, 3 * number + 3)]]
            assert list(find(path, key)) == there
    for away in ("cn,a)/", "cn,a)/0", "cn,a)/01", "cn,a)/39", "zz", "a"):
        assert list(find(path, away)) == []


def test_a_key_that_others_begin_with_is_itself_alone(tmp_path):
    path = tmp_path / "index.cdxj"
    path.write_text("".join(sorted(numbered(1, 10, 12, 100))))

    assert [entry.urlkey for entry in find(path, "cn,a)/1")] == ["cn,a)/1"]
    assert list(find(path, "cn,a)/")) == []


def test_a_line_that_is_found_and_torn_is_told_with_its_place(tmp_path):
    path = tmp_path / "c" / "indexes" / "index.cdxj"
    path.parent.mkdir(parents=True)
    path.write_text(LINE.replace("cn,a", "a,a") + LINE + LINE.replace('"2"', '"x"'))

    with pytest.raises(IndexDamagedError, match="not a CDXJ line") as told:
        list(find(path, "cn,a)/"))
    assert told.value.offset == 2 * len(LINE) - 1


def test_a_union_has_each_line_once():
    one, two, three = (line.encode() for line in numbered(1, 2, 3))

    assert list(merged([one, one, three], [], [one, two], [three])) == [one, two, three]


def test_an_index_is_durable_before_it_has_its_name(tmp_path):
    path = tmp_path / "index.cdxj"
    with order_below(tmp_path) as steps:
        write_index(path, [LINE.encode()])

    assert steps == [f"sync index.cdxj.tmp {len(LINE)}", "rename index.cdxj.tmp index.cdxj", "sync ./"]


def test_an_index_that_cannot_be_written_leaves_the_old_one(tmp_path):
    path = tmp_path / "index.cdxj"
    path.write_text("as it was")

    def lines() -> Iterator[bytes]:
        yield LINE.encode()
        raise WarcError(path, 0, "damaged")

    with pytest.raises(WarcError):
        write_index(path, lines())
    assert (list(tmp_path.iterdir()), path.read_text()) == ([path], "as it was")


def test_a_sorter_that_was_cleared_begins_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(cdxj, "_SORT_BYTES", 100)
    sorter = LineSorter(tmp_path)
    assert (bool(sorter), sorter.size, list(sorter)) == (False, 0, [])
    for number in (5, 3, 5, 9, 1):
        for lines in range(1, 30):
            sorter.add(b"%d\n" % number)
            assert (bool(sorter), sorter.size) == (True, 2 * lines)
        assert list(sorter) == list(sorter) == [b"%d\n" % number]
        sorter.clear()
        assert (bool(sorter), sorter.size, list(sorter)) == (False, 0, [])


def test_a_sorter_that_has_put_all_it_has_on_the_disk_is_not_empty(tmp_path, monkeypatch):
    monkeypatch.setattr(cdxj, "_SORT_BYTES", 1)
    sorter = LineSorter(tmp_path)
    sorter.add(b"a\n")

    assert (bool(sorter), list(sorter)) == (True, [b"a\n"])
    sorter.clear()


# -- which lines stand for a page -------------------------------------------------------------------------------------

IDS = [f"urn:uuid:00000000-0000-4000-8000-00000000000{digit}" for digit in "abc"]


def pages(tmp_path: Path, *records: bytes) -> list[str]:
    """The addresses whose lines stand for pages."""
    path = tmp_path / "x.warc.gz"
    path.write_bytes(members(*records))
    return [CdxjEntry.parse(line.decode()).url for line in page_lines(path, lambda error: pytest.fail(str(error)))]


def asked(request_line: bytes, **fields: str) -> bytes:
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    own = {"WARC-Type": "request", "WARC-Record-ID": f"<{IDS[1]}>", "WARC-Concurrent-To": f"<{IDS[0]}>"}
    return record({**own, **named}, block=request_line + b"\r\nHost: a\r\n\r\n")


@pytest.mark.parametrize(
    ("request_line", "is_page"),
    [
        *((b"GET / HTTP/1.1", True), (b"GET\t/ HTTP/1.1", True), (b"get / HTTP/1.0", True), (b"GET", True)),
        *((b"GETS / HTTP/1.1", False), (b"G / HTTP/1.1", False), (b"POST\t/ HTTP/1.1", False), (b"post / x", False)),
        *((b"VERSION-CONTROL / x", False), (b"!#$%&'*+.^_`|~09Az- /", False), (b"X" * 20 + b" /", False)),
        *((b"X" * 21 + b" /", True), (b"P(ST / x", True), (b" POST / x", True), (b"POST", True), (b"", True)),
    ],
)
def test_an_answer_to_another_method_than_get_is_no_page(tmp_path, request_line, is_page):
    """A method is any token (RFC 9110, 9.1), of twenty characters at most here."""
    answer = record({"WARC-Record-ID": f"<{IDS[0]}>"})

    for records in ([answer, asked(request_line)], [asked(request_line), answer]):
        assert pages(tmp_path, *records) == ([URL] if is_page else [])


@pytest.mark.parametrize(
    ("of_answer", "of_request"),
    [
        ({}, {"WARC_Concurrent_To": f"<{IDS[0]}>"}),
        ({}, {"WARC_Concurrent_To": IDS[0].upper()}),
        ({}, {"WARC_Concurrent_To": f"<{IDS[0].replace('a', 'A')}>"}),
        ({}, {"WARC_Concurrent_To": f"<{IDS[2]}>", "warc_concurrent_to": f"<{IDS[0]}>"}),
        ({"WARC-Concurrent-To": f"<{IDS[1]}>"}, {"WARC_Concurrent_To": ""}),
        ({"WARC-Concurrent-To": IDS[1].replace("b", "B")}, {"WARC_Concurrent_To": "<>"}),
        ({"WARC-Concurrent-To": f"<{IDS[1]}>"}, {"WARC_Concurrent_To": "", "WARC_Record_ID": f"<{IDS[1].upper()}>"}),
        ({"WARC-Concurrent-To": IDS[2], "warc-concurrent-to": IDS[1]}, {"WARC_Concurrent_To": ""}),
    ],
)
def test_request_and_answer_name_each_other_in_any_way(tmp_path, of_answer, of_request):
    answer = record({"WARC-Record-ID": f"<{IDS[0]}>", **of_answer})
    other = record({"WARC-Record-ID": f"<{IDS[2]}x>", "WARC-Target-URI": f"{URL}2"})

    assert pages(tmp_path, answer, other, asked(b"HEAD / HTTP/1.1", **of_request)) == [f"{URL}2"]


def test_captures_that_are_no_answers_to_get_or_parts_are_told_apart(tmp_path):
    def answer(number: int, **fields: Any) -> bytes:
        return record({"WARC-Target-URI": f"{URL}{number}", "WARC-Record-ID": f"<urn:x:{number}>"}, **fields)

    part, unmodified = b"HTTP/1.1 206 X\r\n\r\npa", b"HTTP/1.1 304 X\r\n\r\n"
    records = [answer(1), answer(2, block=part), answer(3, block=unmodified), answer(4), record(number=5)]
    by_get = [asked(b"GET / HTTP/1.1", WARC_Concurrent_To=f"<urn:x:{number}>") for number in (1, 2, 3)]
    odd = record({"WARC-Type": "resource", "WARC-Target-URI": f"{URL}6"}, block=b"POST / HTTP/1.1\r\n\r\n", number=6)

    assert pages(tmp_path, *records, *by_get, odd) == [f"{URL}1", f"{URL}4", URL, f"{URL}6"]


def test_a_record_that_is_no_request_makes_no_answer_one_to_another_method(tmp_path):
    about = {"WARC-Type": "note", "WARC-Record-ID": f"<{IDS[1]}>", "WARC-Concurrent-To": f"<{IDS[0]}>"}

    assert pages(tmp_path, record({"WARC-Record-ID": f"<{IDS[0]}>"}), record(about, block=b"seen at eight")) == [URL]


def test_captures_that_stand_for_no_page_are_told_with_the_others(tmp_path):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(members(record({"WARC-Target-URI": f"{URL}1"}, block=b"HTTP/1.1 304 X\r\n\r\n"), record(number=2)))
    with FilePages() as captures:
        for _ in salvage(path, captures.add, lambda error: pytest.fail(str(error))):
            pass
        told = [(CdxjEntry.parse(line.decode()).url, is_page) for line, is_page in captures.decided()]

    assert told == [(f"{URL}1", False), (URL, True)]


def test_what_cannot_be_read_is_reported_and_the_rest_has_its_lines(tmp_path):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(members(record({"WARC-Date": "then"}), record()))
    problems: list[WarcError] = []

    assert len(list(page_lines(path, problems.append))) == 1
    assert [each.offset for each in problems] == [0]
    assert PAGE in record()
