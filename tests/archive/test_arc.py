"""ARC files, the format before WARC, are read."""

from __future__ import annotations

import gzip
from contextlib import closing
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.collection.lookup import Lookup
from newsspider.warc import arc
from newsspider.warc.reader import iter_records, read_record
from tests.archive.exchanges import page

ANSWER = page(b"<title>then</title>", b"Content-Type: text/html")

VERSION_1 = b"http://a.cn/x 192.0.2.1 20080516120000 text/html %d\n"
VERSION_2 = b"http://a.cn/x 192.0.2.1 20080516120000 text/html 200 2b2be7 - 1234 a.arc.gz %d\n"


def records(line: bytes) -> list[bytes]:
    about = b"1 1 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n"
    head = b"filedesc://a.arc 0.0.0.0 20080516000000 text/plain %d\n" % len(about) + about
    names = b"dns:a.cn 192.0.2.1 20080516120000 text/dns 20\n" + b"20080516120000\na.cn\n"
    return [head + b"\n", names + b"\n", line % len(ANSWER) + ANSWER + b"\n"]


@pytest.mark.parametrize("line", [VERSION_1, VERSION_2], ids=["version 1", "version 2"])
@pytest.mark.parametrize("gzipped", [False, True])
def test_a_page_in_an_arc_file_is_found(tmp_path, line, gzipped):
    path = tmp_path / ("a.arc.gz" if gzipped else "a.arc")
    path.write_bytes(b"".join(map(gzip.compress, records(line)) if gzipped else records(line)))

    assert [each.type for each in iter_records(path)] == ["warcinfo", "resource", "response"]
    with closing(Lookup([path], [].append, max_block=None)) as lookup:
        found = lookup.page("http://a.cn/x", None)
    assert (found.capture.url, found.capture.captured) == ("http://a.cn/x", datetime(2008, 5, 16, 12, tzinfo=UTC))
    assert (found.capture.where.record_id, found.capture.where.payload_digest) == (None, None)
    assert (found.http.status, found.http.body()) == (200, b"<title>then</title>")
    assert b"".join(read_record(path, found.capture.where.offset).chunks()) == ANSWER


@pytest.mark.parametrize(
    ("line", "url", "date"),
    [
        (b"http://a.cn/x - 20080516120000 text/html %d\n", "http://a.cn/x", "2008-05-16T12:00:00Z"),
        (b"http://a.cn/x www.a.cn 20080516120000 text/html %d\n", "http://a.cn/x", "2008-05-16T12:00:00Z"),
        (b"http://a.cn/x 192.0.2.1 20080516120000123 text/html %d\n", "http://a.cn/x", "2008-05-16T12:00:00Z"),
        (b"http://a.cn/x 192.0.2.1 20080516 text/html %d\n", "http://a.cn/x", "2008-05-16T00:00:00Z"),
        (b"http://a.cn/x y 192.0.2.1 200805161200  %d\r\n", "http://a.cn/x y", "2008-05-16T12:00:00Z"),
        (b"http://a.cn/x 192.0.2.1 20080516120000 text/html; a=b %d\n", "http://a.cn/x", "2008-05-16T12:00:00Z"),
    ],
)
def test_record_lines_are_read_as_they_were_written(line, url, date):
    header, rest = arc.as_warc(line % len(ANSWER) + ANSWER)

    assert rest == ANSWER
    fields = dict(field.split(": ", 1) for field in header.decode().splitlines()[1:])
    assert (fields["WARC-Target-URI"], fields["WARC-Date"]) == (url, date)
    assert (fields["WARC-Type"], fields["Content-Length"]) == ("response", str(len(ANSWER)))


def translated(line: bytes, data: bytes = b"") -> dict[str, str]:
    """The fields that are made of a record line."""
    header, rest = arc.as_warc(line + b"\n" + data)
    assert (header.split(b"\r\n", 1)[0], rest) == (b"ARC/1.0", data)
    return dict(field.split(": ", 1) for field in header.decode("latin-1").split("\r\n")[1:])


def test_all_that_a_record_line_says_is_in_the_header():
    assert translated(b"http://a.cn/x 192.0.2.1 20080516120000 text/html 4", b"page") == {
        "WARC-Type": "resource",
        "WARC-Target-URI": "http://a.cn/x",
        "WARC-Date": "2008-05-16T12:00:00Z",
        "WARC-IP-Address": "192.0.2.1",
        "Content-Type": "text/html",
        "Content-Length": "4",
    }
    assert translated(b"http://a.cn/x 192.0.2.1 20080516120000 text/html 4", ANSWER)["Content-Type"] == (
        "application/http;msgtype=response"
    )


@pytest.mark.parametrize(
    ("url", "data", "kind"),
    [
        *((b"http://a.cn/", data, "response") for data in (b"HTTP/1.1 200", b"HTTP 200", b"http/1.0 200", b"ICY 200")),
        *((b"http://a.cn/", data, "response") for data in (b"\r\nHTTP/1.1 200", b"\n\r\n\nhttp/1.1 200")),
        *((b"http://a.cn/", data, "resource") for data in (b"<p>", b"", b" HTTP/1.1 200", b"HTTPS/1.1", b"xHTTP/1.1")),
        *((url, ANSWER, "response") for url in (b"https://a.cn/", b"HTTP://a.cn/", b"HTTPS://A.cn/", b"a.cn/x")),
        *((url, ANSWER, "resource") for url in (b"ftp://a.cn/", b"dns:a.cn", b"FTP://a.cn", b"x-y+z.1:a")),
        (b"filedesc://a.arc", b"1 0 x\n", "warcinfo"),
        (b"filedesc:a", ANSWER, "warcinfo"),
        (b"file:///x", b"1 0 x", "resource"),
    ],
    ids=range(22),
)
def test_a_page_with_its_head_is_an_answer(url, data, kind):
    assert translated(url + b" 192.0.2.1 20080516120000 text/html 4", data)["WARC-Type"] == kind


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (b"http://a.cn/ ::1 20080516120000 text/html 4", "http://a.cn/ ::1 2008-05-16T12:00:00Z 4"),
        (b"http://a.cn/ 2001:DB8::1 200805161200 text/html 4", "http://a.cn/ 2001:DB8::1 2008-05-16T12:00:00Z 4"),
        (b"http://a.cn/ 1.2.3.4 20080516120000999 text/html 4", "http://a.cn/ 1.2.3.4 2008-05-16T12:00:00Z 4"),
        (b"http://a.cn/ 1.2.3.4 20080516 text/html 4", "http://a.cn/ 1.2.3.4 2008-05-16T00:00:00Z 4"),
        (b"http://a.cn/ - 20080516 text/html 4", "http://a.cn/ - 2008-05-16T00:00:00Z 4"),
        (b"http://a.cn/ www.a.cn 200805161200 text/html 4", "http://a.cn/ www.a.cn 2008-05-16T12:00:00Z 4"),
        (b"http://a.cn/ 1 20080516120000 x 1.2.3.4 20090516120000 t/h 4", "http://a.cn/ 1 2008-05-16T12:00:00Z 4"),
        (b"x-y:a b c 1.2.3.4 20080516120000 text/html 4", "x-y:a b c 1.2.3.4 2008-05-16T12:00:00Z 4"),
        (b"http://a.cn/ 1.2.3.4 20080516120000 t/h 200 - - 99 a.arc 4", "http://a.cn/ 1.2.3.4 2008-05-16T12:00:00Z 4"),
        (b"a.cn/ 1.2.3.4 20080516120000 t " + b"9" * 18, f"a.cn/ 1.2.3.4 2008-05-16T12:00:00Z {'9' * 18}"),
        (b"http://a.cn/ 1.2.3.4 20080516120000 t 4\r", "http://a.cn/ 1.2.3.4 2008-05-16T12:00:00Z 4"),
    ],
    ids=range(11),
)
def test_address_and_date_are_known_by_what_stands_between(line, read):
    fields = translated(line)

    names = ("WARC-Target-URI", "WARC-IP-Address", "WARC-Date", "Content-Length")
    assert " ".join(fields[name] for name in names) == read


LINE = b"http://a.cn/x 192.0.2.1 20080516120000 text/html 5"


@pytest.mark.parametrize(
    "line",
    [
        *(LINE.replace(b"http://a.cn/x", url) for url in (b"", b"http:", b"localhost", b"/x.cn", b"-a.cn", b"a_b:c")),
        LINE.replace(b"http://a.cn/x", b"a.cn/x y"),
        *(LINE.replace(b"20080516120000", date) for date in (b"2008", b"2008051612000", b"200805161200001")),
        *(LINE.replace(b"20080516120000", date) for date in (b"20080230", b"20081332999999", b"200805162500")),
        *(LINE.replace(b"20080516120000", date) for date in (b"x0080516120000", b"")),
        *(LINE.replace(b" 5", length) for length in (b"", b" ", b" many", b" -5", b" 5x", b" 5 ", b" " + b"5" * 19)),
        LINE.replace(b"text", b"te\rxt"),
        LINE.replace(b"a.cn", b"a\r.cn"),
        LINE + b"\r\r",
    ],
    ids=range(25),
)
def test_a_line_that_lacks_a_part_is_none(line):
    assert arc.as_warc(LINE + b"\n") is not None
    assert arc.as_warc(line + b"\n") is None
    assert not arc.is_record_line(line + b"\n")


@pytest.mark.parametrize(("length", "read"), [(arc.MAX_LINE, True), (arc.MAX_LINE + 1, False)])
def test_a_line_is_read_up_to_a_length(length, read):
    line = LINE.replace(b"/x", b"/" + b"x" * (length - len(LINE)))
    assert len(line) + 1 == length

    assert (arc.as_warc(line + b"\n") is not None) is read
    assert arc.as_warc(line) is None


@pytest.mark.parametrize(
    ("line", "certain"),
    [
        (LINE, True),
        (LINE.replace(b"192.0.2.1", b"::1"), True),
        (LINE.replace(b"20080516120000", b"20080516120000123"), True),
        (LINE.replace(b"20080516120000", b"200805161200"), True),
        (LINE.replace(b"20080516120000", b"20080516"), False),
        (LINE.replace(b"192.0.2.1", b"www.a.cn"), False),
        (LINE.replace(b"192.0.2.1", b"-"), False),
    ],
)
def test_anywhere_a_line_is_known_for_certain_by_ip_and_time(line, certain):
    assert arc.is_record_line(line + b"\n") is certain
    assert arc.as_warc(line + b"\n") is not None


@pytest.mark.parametrize(
    "odd", [b" 192.0.2.1 20080516120000 text/html 5\nxxxxx\n", b"http://a.cn/y 1.2.3.4 0 text/html 2\nxx\n"]
)
@pytest.mark.parametrize("stated", [3, 0, 4])
def test_behind_a_line_or_a_length_that_is_wrong_the_next_record_is_read(tmp_path, odd, stated):
    head, names, sound = records(VERSION_1)
    cut = b"http://a.cn/z 192.0.2.1 20080516120000 text/html %d\nabc\n" % stated
    path = tmp_path / "a.arc"
    path.write_bytes(head + odd + names + cut + sound)

    said: list[str] = []
    with closing(Lookup([path], said.append, max_block=None)) as lookup:
        found = lookup.page("http://a.cn/x", None)
    assert found is not None
    assert found.http.body() == b"<title>then</title>"
    assert said


@pytest.mark.parametrize(
    "line",
    [
        b"WARC/1.1\r\n",
        b"GET / HTTP/1.1\r\n",
        b"http://a.cn/x 192.0.2.1 20081332999999 text/html 5\n",
        b"http://a.cn/x 192.0.2.1 20080516120000 text/html many\n",
        b"http://a.cn/x 192.0.2.1 20080516120000 text/html 5",
    ],
)
def test_other_lines_are_none(line):
    assert arc.as_warc(line) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_looked_at(data):
    arc.as_warc(b"http:" + data)
