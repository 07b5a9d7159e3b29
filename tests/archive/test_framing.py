"""What a message says while it comes: whether it is complete, over, broken, or followed by more."""

from __future__ import annotations

import pytest

from newsspider.warc.framing import unframer
from newsspider.warc.http import MAX_HEAD, parse_head

PLAIN = b"HTTP/1.1 200 OK\r\n\r\n"
COUNTED = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BOTH = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"


def told(head: bytes, body: bytes, piece: int) -> tuple[bytes, str]:
    """The payload, and what holds at the end of *body*, which comes so many bytes at a time."""
    unframe = unframer(parse_head(head))
    out = b"".join(b"".join(unframe.feed(body[at : at + piece])) for at in range(0, len(body), piece))
    names = ("complete", "ended", "broken", "until_close", "extra")
    return out, " ".join(name for name in names if getattr(unframe, name))


@pytest.mark.parametrize("piece", [1, 2, 5, 10_000])
@pytest.mark.parametrize(
    ("head", "body", "payload", "holds"),
    [
        (PLAIN, b"abc", b"abc", "complete until_close"),
        (COUNTED, b"ab", b"ab", ""),
        (COUNTED, b"abc", b"abc", "complete ended"),
        (COUNTED, b"abcd", b"abc", "complete ended extra"),
        (CHUNKED, b"", b"", ""),
        (CHUNKED, b"3\r\nabc\r\n", b"abc", ""),
        (CHUNKED, b"3\r\nabc\r\n0\r\n", b"abc", "complete"),  # a trailer may follow
        (CHUNKED, b"3\r\nabc\r\n0\r\n\r\n", b"abc", "complete ended"),
        (CHUNKED, b"3\r\nabc\r\n0\r\n\r\n!", b"abc", "complete ended extra"),
        (CHUNKED, b"3\r\nabc\r\n0\r\nX: y\r\n\r\n", b"abc", "complete ended extra"),
        (CHUNKED, b"3\r\nabc\r\nzz\r\nabc", b"abc", "broken"),
        (CHUNKED, b"3\r\nabcd\r\n", b"abc", "broken"),
        # What does not begin with a size is taken as it lies; with a last chunk it is the first size that is wrong.
        (CHUNKED, b"<p>x", b"<p>x", "complete until_close"),
        (CHUNKED, b"zz\r\nabc\r\n0\r\n\r\n", b"zz\r\nabc\r\n0\r\n\r\n", "broken until_close"),
        (CHUNKED, b"<p>\n0\r\n\r\n!", b"<p>\n0\r\n\r\n!", "complete until_close"),
        (CHUNKED, b"<p>\r\n\r\n0\n\n", b"<p>\r\n\r\n0\n\n", "broken until_close"),
        (CHUNKED, b"3;a=b\r\nabc\r\n0;c\r\n\r\n", b"abc", "complete ended"),
        (CHUNKED, b" \t3 \t;a=b\r\nabc\r\n 0\r\n\r\n", b"abc", "complete ended"),
        (CHUNKED, b"3\nabc\n0\n\n", b"abc", "complete ended"),
        (CHUNKED, b"A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", b"0123456789" * 2, "complete ended"),
        (CHUNKED, b"00000000000000000003\r\nabc\r\n000\r\n\r\n", b"abc", "complete ended"),
        (CHUNKED, b"123456789ABCDEF\r\nabc", b"abc", ""),
        (CHUNKED, b"123456789ABCDEF0\r\nabc", b"123456789ABCDEF0\r\nabc", "complete until_close"),
        (CHUNKED, b"3\r\nabc\r\n0\r\n \r\n", b"abc", "complete extra"),  # a blank does not end the trailer
        (CHUNKED, b"3\r\nabc\r\n0\r\n \r\n\r\n", b"abc", "complete ended extra"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"", b"", "complete ended"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"a", b"", "complete ended extra"),
        (b"HTTP/1.1 204 X\r\nContent-Length: 3\r\n\r\n", b"", b"", "complete ended"),
        (b"HTTP/1.1 205 X\r\nContent-Length: 3\r\n\r\n", b"ab", b"ab", ""),
        (b"HTTP/1.1 304 X\r\nTransfer-Encoding: chunked\r\n\r\n", b"3", b"", "complete ended extra"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n", b"", b"", "complete ended"),
        (BOTH, b"<p>", b"<p>", "complete ended"),
        (BOTH, b"4\r\nabcd\r\n0\r\n\r\n", b"abcd", "complete ended"),
        (BOTH, b"<p", b"<p", ""),
        (BOTH, b"<p>x", b"<p>", "complete ended extra"),
    ],
)
def test_a_message_says_how_far_it_is(head, body, payload, holds, piece):
    assert told(head, body, piece) == (payload, holds)


@pytest.mark.parametrize(("more", "holds"), [(0, "complete extra"), (1, "complete broken extra")])
@pytest.mark.parametrize("piece", [1000, 1 << 20])
def test_a_trailer_may_be_so_long(more, holds, piece):
    """As long as a head, in lines as long as those with a size."""
    lines = b"X: " + b"x" * 4091 + b"\r\n"
    trailer = lines * (MAX_HEAD // len(lines))
    assert len(trailer) == MAX_HEAD

    assert told(CHUNKED, b"1\r\na\r\n0\r\n" + trailer + b"\n"[:more].replace(b"\n", b"!\n"), piece) == (b"a", holds)


@pytest.mark.parametrize(("length", "holds"), [(8192, "complete ended"), (8193, "broken")])
def test_a_line_with_a_size_may_be_so_long(length, holds):
    line = b"3;" + b"x" * (length - 4) + b"\r\n"
    assert len(line) == length

    first = b"1\r\na\r\n"
    assert told(CHUNKED, first + line + b"abc\r\n0\r\n\r\n", 10_000)[1] == holds
