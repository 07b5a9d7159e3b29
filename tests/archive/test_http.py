from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.warc.codings import BodyTooLargeError
from newsspider.warc.exchange import Wire
from newsspider.warc.framing import unframer
from newsspider.warc.http import Head, is_interim, is_part, parse_head
from newsspider.warc.message import HttpMessage
from tests.archive.exchanges import chunked, page


def message(block: bytes) -> HttpMessage:
    return HttpMessage(parse_head(block), Wire(block), "x.warc.gz at byte 0")


def payload(block: bytes, method: str = "GET") -> tuple[bytes, bool]:
    head = parse_head(block)
    unframe = unframer(head, method)
    return b"".join(unframe.feed(block[head.end :])), unframe.complete


HEADS = {
    "odd case and order kept": (
        b"HTTP/1.1 200 OK\r\nset-COOKIE: a=1\r\nX: y\r\nSet-Cookie: b=2\r\n\r\n",
        (200, b"OK", [(b"set-COOKIE", b"a=1"), (b"X", b"y"), (b"Set-Cookie", b"b=2")]),
    ),
    "bare line feeds, HTTP/1.0": (b"HTTP/1.0 200 OK\nA: b\n\nbody", (200, b"OK", [(b"A", b"b")])),
    "no reason": (b"HTTP/1.1 404\r\n\r\n", (404, b"", [])),
    "reason in Latin-1": (b"HTTP/1.1 404 Introuv\xe9 \r\n\r\n", (404, b"Introuv\xe9", [])),
    "folded": (b"HTTP/1.1 200 OK\r\nA: b\r\n\tc\r\n\r\n", (200, b"OK", [(b"A", b"b c")])),
    "a line without a colon": (b"HTTP/1.1 200 OK\r\nnonsense\r\nA: b\r\n\r\n", (200, b"OK", [(b"A", b"b")])),
    "raw UTF-8": (
        "HTTP/1.1 200 好\r\nX-标题: 看看\r\n\r\n".encode(),
        (200, "好".encode(), [("X-标题".encode(), "看看".encode())]),
    ),
    "space before the colon": (b"HTTP/1.1 200 OK\r\nA : b\r\n\r\n", (200, b"OK", [(b"A", b"b")])),
    "cut off in the head": (b"HTTP/1.1 200 OK\r\nA: b\r\nContent-Le", (200, b"OK", [(b"A", b"b")])),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n", (None, b"", [])),
    "nothing": (b"", (None, b"", [])),
    "after interim responses": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n",
        (200, b"OK", [(b"A", b"b")]),
    ),
    "an interim response and no other": (b"HTTP/1.1 100 Continue\r\n\r\n", (100, b"Continue", [])),
    "blank lines before the status line": (b"\r\n\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n", (200, b"OK", [(b"A", b"b")])),
    "a blank before the status line": (b" HTTP/1.1 200 OK\r\nA: b\r\n\r\n", (200, b"OK", [(b"A", b"b")])),
    "a blank line after an interim response": (
        b"HTTP/1.1 100 Continue\r\n\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n",
        (200, b"OK", [(b"A", b"b")]),
    ),
    "no version": (b"HTTP 200 Document follows\r\nA: b\r\n\r\n", (200, b"Document follows", [(b"A", b"b")])),
    "a version in letters": (b"HTTP/h2 200 OK\r\nA: b\r\n\r\n", (200, b"OK", [(b"A", b"b")])),
    "an empty version": (b"HTTP/ 200 OK\r\nA: b\r\n\r\n", (200, b"OK", [(b"A", b"b")])),
    "of another protocol": (b"ICY 200 OK\r\nA: b\r\n\r\n", (200, b"OK", [(b"A", b"b")])),
    "a later version": (b"HTTP/2.0 200\r\nA: b\r\n\r\n", (200, b"", [(b"A", b"b")])),
    "small letters": (b"http/1.1 200 ok\r\nA: b\r\n\r\n", (200, b"ok", [(b"A", b"b")])),
    "wide blanks": (b"HTTP/1.1 \t200  OK\r\nA: b\r\n\r\n", (200, b"OK", [(b"A", b"b")])),
    "no blank before the reason": (b"HTTP/1.1 200OK\r\nA: b\r\n\r\n", (200, b"OK", [(b"A", b"b")])),
    "a status of four digits": (b"HTTP/1.1 2000 OK\r\nA: b\r\n\r\n", (None, b"", [(b"A", b"b")])),
    "a status in words": (b"HTTP/1.1 OK\r\nA: b\r\n\r\n", (None, b"", [(b"A", b"b")])),
    "no name": (b"HTTP/1.1 200 OK\r\n: b\r\n\r\n", (200, b"OK", [(b"", b"b")])),
    "folded before the first field": (b"HTTP/1.1 200 OK\r\n a\r\nA: b\r\n\r\n", (200, b"OK", [(b"A", b"b")])),
    "switching protocols is final": (b"HTTP/1.1 101 Switching\r\n\r\n\x00\x01", (101, b"Switching", [])),
}


@pytest.mark.parametrize("case", HEADS)
def test_heads_are_read_as_far_as_they_go(case):
    block, expected = HEADS[case]
    head = parse_head(block)

    assert (head.status, head.reason, head.fields) == expected


@pytest.mark.parametrize(
    ("block", "expected", "complete"),
    [
        (page(b"abc"), b"abc", True),
        (page(b"abc") + b"excess", b"abc", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", b"abc", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\n\r\nabcd", b"abc", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc", b"abc", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\nabcd", b"abcd", True),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil close", b"until close", True),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc", b"", True),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n", b"", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b"abc" * 999), b"abc" * 999, True),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding:\r\n Chunked\r\n\r\n3\nabc\n0\n\n", b"abc", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", b"abc", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5\r\nde", b"abcde", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n", b"abc", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcde\r\n0\r\n\r\n", b"abc", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<p>undone already", b"<p>undone already", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n<p>undone", b"<p>undone", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n<p>cut", b"<p>cut", False),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            b"abc",
            True,
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", b"abc", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum", b"abc", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0", b"abc", False),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 30 + b"3 \t\r\nabc\r\n0\r\n\r\n",
            b"abc",
            True,
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc", b"abc", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, identity\r\n\r\n3\r\nabc\r\n0\r\n\r\n", b"abc", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked;q=1\r\n\r\n3\r\nabc\r\n0\r\n\r\n", b"abc", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3, 003,\r\ncontent-length: 3\r\n\r\nabcd", b"abc", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", b"abcd", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nno end of head", b"", True),
    ],
)
def test_the_payload_is_what_the_message_says(block, expected, complete):
    assert payload(block) == (expected, complete)


def test_an_answer_to_head_has_no_body_whatever_it_announces():
    assert payload(b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n", "HEAD") == (b"", True)


def head(*lines: bytes, status: bytes = b"HTTP/1.1 200 OK") -> Head:
    return parse_head(b"\r\n".join([status, *lines, b"", b""]))


@pytest.mark.parametrize(
    ("line", "version"),
    [
        *((b"HTTP/1.1 200", (1, 1)), (b"HTTP/1.0 200", (1, 0)), (b"HTTP/1 200", (1, 0)), (b"HTTP/2 200", (2, 0))),
        *((b"HTTP 200", (1, 0)), (b"HTTP/h2 200", (1, 0)), (b"ICY 200", (1, 0)), (b"nonsense", (1, 0))),
    ],
)
def test_what_names_no_version_is_as_old_as_the_first(line, version):
    assert head(status=line).version == version


@pytest.mark.parametrize(
    ("line", "connection", "keeps"),
    [
        (b"HTTP/1.1 200", None, True),
        (b"HTTP/1.1 200", b"close", False),
        (b"HTTP/1.1 200", b"Close", False),
        (b"HTTP/1.1 200", b"upgrade, close ,x", False),
        (b"HTTP/1.1 200", b"keep-alive, close", False),
        (b"HTTP/1.1 200", b"closed", True),
        (b"HTTP/2 200", None, True),
        (b"HTTP/1.0 200", None, False),
        (b"HTTP/1.0 200", b"close", False),
        (b"HTTP/1.0 200", b"x, Keep-Alive", True),
        (b"HTTP/1.0 200", b"keep-alive, close", False),
        (b"HTTP 200", None, False),
    ],
)
def test_another_message_may_follow_unless_the_head_says_otherwise(line, connection, keeps):
    """RFC 9112, 9.3."""
    lines = [] if connection is None else [b"Connection: " + connection]
    assert head(*lines, status=line).keeps_connection is keeps


def test_options_of_the_connection_may_be_in_several_fields():
    assert not head(b"Connection: x", b"connection:", b" close").keeps_connection
    assert head(b"Connection: x", b"A: b", b" close").keeps_connection


OF_THE_CONNECTION = (
    b"Connection", b"Keep-Alive", b"Proxy-Connection", b"TE", b"Trailers", b"Transfer-Encoding", b"Upgrade"
)  # fmt: skip


def test_what_is_about_the_connection_is_not_about_the_page():
    about_the_page = [(b"Content-Type", b"text/html"), (b"Trailer", b"x"), (b"Set-Cookie", b"a"), (b"Set-Cookie", b"b")]
    lines = [b"%b: x" % name for name in OF_THE_CONNECTION] + [b"%b: x" % name.lower() for name in OF_THE_CONNECTION]

    assert head(*lines, *(b"%b: %b" % each for each in about_the_page)).page_fields == about_the_page


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        ([b"A:", b" b"], [(b"A", b"b")]),
        ([b"A: b", b" ", b"\tc "], [(b"A", b"b c")]),
        ([b" a: b", b"A: b"], [(b"A", b"b")]),
        ([b"\ta: b", b" c: d", b"A: b"], [(b"A", b"b")]),
        ([b"nonsense", b"A: b"], [(b"A", b"b")]),
        ([b"A \t: b"], [(b"A", b"b")]),
        ([b" "], []),
    ],
)
def test_folded_lines_are_joined(lines, fields):
    assert head(*lines).fields == fields


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r\r\n"])
def test_the_first_line_is_without_its_end(end):
    assert parse_head(b"GET / HTTP/1.1" + end + b"\r\n").line == b"GET / HTTP/1.1"
    assert parse_head(b"HTTP/1.1 200 OK" + end + b"\r\n").line == b"HTTP/1.1 200 OK"
    assert parse_head(b"HTTP/1.1 200").line == b"HTTP/1.1 200"


def test_the_first_line_is_no_field():
    assert head(b"A: b", status=b"HTTP/1.1 200 OK: yes").fields == [(b"A", b"b")]
    assert parse_head(b"GET http://a.cn/ HTTP/1.1\r\nHost: a.cn\r\n\r\n").fields == [(b"Host", b"a.cn")]


def test_of_several_types_and_ranges_the_first_counts():
    several = head(b"Content-Type : text/html ", b"content-TYPE: text/plain")
    assert several.content_type == b"text/html"
    assert head(b"X-Content-Type: text/html").content_type == b""
    ranges = (b"Content-Range: bytes 0-9/10", b"Content-Range: bytes 0-9/11")
    assert [head(*order, status=b"HTTP/1.1 206").partial for order in (ranges, ranges[::-1])] == [False, True]
    assert head(b"Content-Range:", b" bytes 0-9/10", status=b"HTTP/1.1 206").partial is False


@pytest.mark.parametrize(
    ("status", "content_range", "part"),
    [
        (206, b"bytes 0-9/10", False),
        (206, b"BYTES \t0-009/10", False),
        (206, b" bytes 0-9/10 ", False),
        (206, b"bytes 0-0/1", False),
        *((206, each, True) for each in (b"bytes 0-8/10", b"bytes 0-10/10", b"bytes 1-9/9", b"bytes 10-19/20")),
        *((206, each, True) for each in (b"bytes 0-9/*", b"bytes */10", b"bytes 0-9", b"0-9/10", b"x bytes 0-9/10")),
        *((206, each, True) for each in (b"", b"bytes 0-9/10, 0-9/10", b"bytes0-9/10", b"bytes 0-%b/10" % (b"9" * 19))),
        (200, b"bytes 0-8/10", False),
        (416, b"bytes */10", False),
        (None, b"", False),
    ],
)
def test_an_answer_is_a_part_where_its_range_is_not_all(status, content_range, part):
    """RFC 9110, 14.4."""
    assert is_part(status, content_range) is part


@pytest.mark.parametrize(
    ("value", "chunked"),
    [
        *((b"chunked", True), (b"CHUNKED", True), (b"gzip, chunked ;q=1", True), (b"gzip,chunked", True)),
        *((b"gzip", False), (b"x-chunked", False), (b"chunkedx", False), (b"", False), (b"gzip;chunked", False)),
    ],
)
def test_chunks_are_a_coding_among_others(value, chunked):
    assert head(b"Transfer-Encoding: " + value).chunked is chunked
    assert head(b"Transfer-Encoding: identity", b"Transfer-encoding : " + value).chunked is chunked


@pytest.mark.parametrize(
    ("status", "interim"), [(100, True), (101, False), (102, True), (199, True), (200, False), (600, False)]
)
def test_an_interim_answer_is_followed_by_another(status, interim):
    """RFC 9110, 15.2; 101 leaves HTTP."""
    answers = b"HTTP/1.1 %d X\r\n\r\nHTTP/1.1 404 Y\r\n\r\n" % status

    assert is_interim(status) is interim
    assert parse_head(answers).status == (404 if interim else status)
    assert is_interim(None) is False


@pytest.mark.parametrize(
    ("block", "start"),
    [
        (b"HTTP/1.1 200\r\n\r\n", 0),
        (b"\r\n \t\nHTTP/1.1 200\r\n\r\n", 5),
        (b"\r\nA: b\r\n\r\n", 0),
        (b" GET / HTTP/1.1\r\n\r\n", 0),
        (b"HTTP/1.1 100\r\n\r\n\r\nHTTP/1.1 200\r\n\r\n", 18),
        (b"HTTP/1.1 100\r\n\r\n\r\nno answer\r\n\r\n", 16),
    ],
)
def test_a_head_begins_behind_blank_lines_where_an_answer_does(block, start):
    assert parse_head(block).start == start


@pytest.mark.parametrize("length", [b"about 3", b"-3", b"+3", b"3.0", b"0x3", b"3 3", b"3, 4", b"3, x", b"9" * 5000])
def test_a_length_that_makes_no_sense_is_known_as_such(length):
    head = parse_head(b"HTTP/1.1 200 OK\r\nContent-Length: " + length + b"\r\n\r\n")

    assert (head.content_length, head.has_bad_length) == (None, True)


@pytest.mark.parametrize(
    ("length", "read"), [(b"0", 0), (b"9" * 18, 10**18 - 1), (b"1" + b"0" * 18, None), (b"0" * 30 + b"7", 7)]
)
def test_a_length_has_so_many_digits(length, read):
    assert head(b"Content-Length: " + length).content_length == read


@pytest.mark.parametrize("length", [b"3", b" 3,3", b"0" * 5000 + b"3", b"3,,"])
def test_a_length_may_be_written_more_than_once(length):
    head = parse_head(b"HTTP/1.1 200 OK\r\nContent-Length: " + length + b"\r\n\r\n")

    assert (head.content_length, head.has_bad_length) == (3, False)


@given(
    st.binary(max_size=5000),
    st.integers(min_value=1, max_value=700),
    st.lists(st.integers(min_value=1, max_value=300), min_size=1),
)
def test_chunks_are_undone_however_the_pieces_arrive(body, size, arrivals):
    block = chunked(body, size=size, trailer=b"X-Trailer: t\r\n")
    unframe = unframer(parse_head(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
    out, position, turn = b"", 0, 0
    while position < len(block):
        step = arrivals[turn % len(arrivals)]
        out += b"".join(unframe.feed(block[position : position + step]))
        position, turn = position + step, turn + 1

    assert (out, unframe.complete) == (body, True)


@given(
    st.lists(
        st.tuples(
            st.from_regex(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+", fullmatch=True),
            st.binary().map(lambda value: value.replace(b"\n", b"").strip()),
        )
    ),
    st.binary(max_size=20),
)
def test_fields_come_back_as_they_were_sent(fields, body):
    block = b"HTTP/1.1 200 OK\r\n" + b"".join(b"%b: %b\r\n" % field for field in fields) + b"\r\n" + body

    head = parse_head(block)

    assert (head.fields, head.data + block[head.end :]) == (fields, block)


@given(st.binary(max_size=400))
def test_no_bytes_are_too_odd_to_be_read(block):
    head = parse_head(block)

    assert head.data == block[head.start : head.end]
    assert isinstance(head.fields, list)
    payload(block)


def test_many_tiny_chunks_take_linear_time():
    def seconds(count: int) -> float:
        block = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * count + b"0\r\n\r\n"
        start = time.process_time()
        assert payload(block) == (b"x" * count, True)
        return time.process_time() - start

    assert seconds(80_000) < 40 * min(seconds(5_000) for _ in range(3))


def test_a_payload_ends_at_the_limit():
    with pytest.raises(BodyTooLargeError):
        message(page(b"x" * 101)).payload(limit=100)
