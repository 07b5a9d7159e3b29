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
