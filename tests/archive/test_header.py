"""The header of a WARC record (ISO 28500:2017, clauses 4 and 5.4), read from bytes alone."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.errors import NewsspiderError
from newsspider.warc.header import (
    RECORD_END,
    WARC_FIELDS,
    HeaderError,
    ends_lines_with_lf,
    is_warc,
    lines_of,
    parse_date,
    parse_fields,
    parse_length,
    split_header,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize(
    ("data", "begins"),
    [
        *((b"WARC/1.0\r\n", True), (b"warc/1.1", True), (b"Warc/", True), (b"WARC/x", True)),
        *((b"WARC", False), (b"WARC-Type: x", False), (b"XWARC/1.0", False), (b"", False)),
        *((b"\r\nWARC/1.0", False), (b" WARC/1.0", False)),
    ],
)
def test_a_record_begins_with_its_version(data, begins):
    assert is_warc(data) is begins


def test_what_the_standard_names_is_called_so():
    """Two newlines end a record (ISO 28500:2017, 4); blocks of named fields have a media type."""
    assert (RECORD_END, WARC_FIELDS) == (b"\r\n\r\n", "application/warc-fields")


# -- lines ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "lf"),
    [
        *((b"A\r\nb\n", False), (b"A\nb\r\n", True), (b"A\n", True), (b"A\r\n", False)),
        *((b"A", False), (b"", False), (b"\nA", False), (b"\n", False)),
    ],
)
def test_the_first_line_says_how_all_end(header, lf):
    assert ends_lines_with_lf(header) is lf


@pytest.mark.parametrize(
    ("data", "header", "behind"),
    [
        (b"WARC/1.1\r\nA: b\r\n\r\nblock", b"WARC/1.1\r\nA: b", b"block"),
        (b"WARC/1.1\r\nA: b\r\n\r\n", b"WARC/1.1\r\nA: b", b""),
        (b"WARC/1.1\r\nA: b\r\n\r\n\r\n\r\n", b"WARC/1.1\r\nA: b", b"\r\n\r\n"),
        (b"WARC/1.1\r\nA: b\n\nc\r\n\r\nblock", b"WARC/1.1\r\nA: b\n\nc", b"block"),
        (b"WARC/1.1\r\nA: b\n\r\nc\r\n\r\nblock", b"WARC/1.1\r\nA: b\n\r\nc", b"block"),
        (b"WARC/1.1\nA: b\n\nblock", b"WARC/1.1\nA: b", b"block"),
        (b"WARC/1.1\nA: b\n\n\nblock", b"WARC/1.1\nA: b", b"\nblock"),
        (b"WARC/1.1\nA: b\n\r\nblock", b"WARC/1.1\nA: b", b"block"),
        (b"WARC/1.1\nA: b\r\n\r\nblock", b"WARC/1.1\nA: b", b"block"),
        (b"WARC/1.1\nA: b\r\r\n\nblock", b"WARC/1.1\nA: b\r", b"block"),
        (b"WARC/1.1\nA: b\r\n\nblock", b"WARC/1.1\nA: b", b"block"),
    ],
)
def test_a_header_ends_with_an_empty_line(data, header, behind):
    assert split_header(data) == (header, behind)


@pytest.mark.parametrize(
    "data",
    [b"", b"WARC/1.1", b"WARC/1.1\r\nA: b\r\n", b"WARC/1.1\r\nA: b\n\nblock", b"WARC/1.1\nA: b\n", b"WARC/1.1\nA: b\r"],
)
def test_a_header_without_an_empty_line_has_no_end(data):
    assert split_header(data) is None


HEADERS = pytest.mark.parametrize(
    ("header", "end"),
    [
        (b"WARC/1.1\r\nA: b\r\nC: d", b"\r\n\r\n"),
        (b"WARC/1.1\r\nA: b\nc\n\nd", b"\r\n\r\n"),
        (b"WARC/1.1\nA: b\nC: d", b"\n\n"),
        (b"WARC/1.1\nA: b\r\nC: d", b"\n\r\n"),
        (b"WARC/1.1\nA: b\rc", b"\r\n\r\n"),
    ],
)
BLOCKS = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n\r\n", b"\r\n\n", b" ", b"WARC/1.1\n", b"x"])).map(b"".join)


@HEADERS
@given(block=BLOCKS)
def test_whatever_a_block_holds_it_changes_nothing_of_the_header(header, end, block):
    assert split_header(header + end + block) == (header, block)


@HEADERS
def test_of_a_header_that_is_read_in_pieces_nothing_is_said_before_its_end_is_there(header, end):
    whole = header + end

    assert {split_header(whole[:read]) for read in range(len(whole))} == {None}


def test_a_header_whose_lines_end_in_more_than_one_way_is_refused_when_its_end_is_there():
    data = b"WARC/1.1\r\nA: b\r\n\nC: d\r\n\r\n"

    assert {split_header(data[:read]) for read in range(len(data))} == {None}
    with pytest.raises(HeaderError, match="end in more than one way"):
        split_header(data)


def test_a_header_whose_empty_line_ends_in_another_way_is_refused():
    with pytest.raises(HeaderError, match="end in more than one way"):
        split_header(b"WARC/1.1\r\nA: b\r\n\nContent-Length: 9\r\n\r\nblock")


@pytest.mark.parametrize(
    ("header", "lines"),
    [
        (b"WARC/1.1\r\nA: b\r\nC: d", [b"WARC/1.1", b"A: b", b"C: d"]),
        (b"WARC/1.1\r\nA: b\nc\rd\x0be\r\nC: d", [b"WARC/1.1", b"A: b\nc\rd\x0be", b"C: d"]),
        (b"WARC/1.1\nA: b\r\nC: d\n", [b"WARC/1.1", b"A: b", b"C: d", b""]),
        (b"WARC/1.1\nA: b\rc\r\nC", [b"WARC/1.1", b"A: b\rc", b"C"]),
        (b"WARC/1.1\r\nA: b \t", [b"WARC/1.1", b"A: b \t"]),
        (b"WARC/1.1", [b"WARC/1.1"]),
    ],
)
def test_lines_are_as_they_were_written(header, lines):
    assert lines_of(header) == lines


# -- fields -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        (b"A: b\r\nC: d", (("A", "b"), ("C", "d"))),
        (b"A: 1\r\na: 2\r\nA: 1", (("A", "1"), ("a", "2"), ("A", "1"))),
        (b"A:b\r\nC:\r\nD: \t e:f \t", (("A", "b"), ("C", ""), ("D", "e:f"))),
        (b" A \t: b\r\n: d", (("A", "b"), ("", "d"))),  # a blank before the first name folds nothing
        (b"A\x0b: b\r\n\xc2\xa0C\xe2\x80\x83: d", (("A\x0b", "b"), ("\xa0C\u2003", "d"))),
        (b"nonsense\r\nA: b\r\n\r\nC", (("A", "b"),)),
        (b"A: b\nc\r\nD: e\rf", (("A", "b\nc"), ("D", "e\rf"))),
        (b"A: b\x0b\x0c\x1c\xc2\x85\xe2\x80\xa8\r\nC: \xc2\xa0d", (("A", "b\x0b\x0c\x1c\x85\u2028"), ("C", "\xa0d"))),
        (b"A: b\r\n c\r\n\td \r\nE: f", (("A", "b c d"), ("E", "f"))),
        (b"A:\r\n\tb: c", (("A", "b: c"),)),
        (b"A: b\r\n c\r\n\x0bD: e", (("A", "b c"), ("\x0bD", "e"))),
        (b"A: b\n c", (("A", "b\n c"),)),
        ("A: 看".encode(), (("A", "看"),)),
    ],
)
def test_fields_are_as_they_were_written(lines, fields):
    assert parse_fields(b"WARC/1.1\r\n" + lines) == fields


def test_the_version_is_no_field():
    assert parse_fields(b"WARC/1.1: x\r\nA: b") == (("A", "b"),)


def test_lines_that_end_with_lf_have_fields_too():
    assert parse_fields(b"WARC/1.1\nA: b\r\nC: d\n e\nF: g") == (("A", "b"), ("C", "d e"), ("F", "g"))
    assert parse_fields(b"WARC/1.1\nA: b\r\r\nC: d") == (("A", "b\r"), ("C", "d"))  # one carriage return is the line's


@pytest.mark.parametrize(
    ("field", "read"),
    [
        (b"A: \xffb\xe7", ("A", "\\xffb\\xe7")),
        (b"\xffA: b", ("\\xffA", "b")),
        (b"WARC-Target-URI: http://a/\xff", ("WARC-Target-URI", "http://a/\udcff")),
        (b"warc-target-uri: http://a/\xff", ("warc-target-uri", "http://a/\udcff")),
        (b"WARC-Refers-To-Target-URI: http://a/\xff", ("WARC-Refers-To-Target-URI", "http://a/\\xff")),
    ],
)
def test_what_is_no_utf_8_is_shown_but_in_the_address(field, read):
    assert parse_fields(b"WARC/1.1\r\n" + field + b"\r\nB: \xe7\x9c\x8b") == (read, ("B", "看"))


@pytest.mark.parametrize(
    ("text", "length"),
    [("0", 0), ("000", 0), ("0074", 74), ("9" * 18, 10**18 - 1), pytest.param("0" * 5000 + "1", 1, id="zeros")],
)
def test_a_length_is_a_number(text, length):
    assert parse_length({text}) == length


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([], "no Content-Length"),
        ([""], "no Content-Length"),
        (["1", "2"], "it has 2 Content-Lengths"),
        (["1", "01"], "it has 2 Content-Lengths"),
        (["1", "2", "3"], "it has 3 Content-Lengths"),
        *((["7", other], "it has 2 Content-Lengths") for other in ("", "0", "7 ", "07", "x")),
        *(([text], "is no number") for text in ("-1", "+1", "1.0", "1_0", "0x1", "７", "²", "1 2", " 1", "x", " ")),
        (["1" + "0" * 18], "is a number of 19 digits"),
        (["00" + "9" * 5000], "is a number of 5,000 digits"),
    ],
)
def test_a_length_that_is_not_certain_is_refused(texts, said):
    with pytest.raises(HeaderError, match=said) as refused:
        parse_length(set(texts))
    assert isinstance(refused.value, ValueError)  # as of any text that is no number
    assert isinstance(refused.value, NewsspiderError)


# -- dates (W3C's profile of ISO 8601, and what else is written) ------------------------------------------------------


@pytest.fixture(params=["UTC", "Asia/Shanghai"])
def zone(request, monkeypatch) -> Iterator[None]:
    """Where the reader lives."""
    with monkeypatch.context() as changed:
        changed.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2016", (2016, 1, 1)),
        ("2016-09", (2016, 9, 1)),
        ("2016-09-19", (2016, 9, 19)),
        ("2016-09-19T17:20Z", (2016, 9, 19, 17, 20)),
        ("2016-09-19T17:20", (2016, 9, 19, 17, 20)),
        ("2016-09-19T17:20:24Z", (2016, 9, 19, 17, 20, 24)),
        ("2016-09-19T17:20:24", (2016, 9, 19, 17, 20, 24)),
        ("2016-09-19t17:20:24z", (2016, 9, 19, 17, 20, 24)),
        ("2016-09-19 17:20:24Z", (2016, 9, 19, 17, 20, 24)),
        ("2016-09-19T17:20:24.5Z", (2016, 9, 19, 17, 20, 24, 500_000)),
        ("2016-09-19T17:20:24.123Z", (2016, 9, 19, 17, 20, 24, 123_000)),
        ("2016-09-19T17:20:24.000001Z", (2016, 9, 19, 17, 20, 24, 1)),
        ("2016-09-19T17:20:24.123456Z", (2016, 9, 19, 17, 20, 24, 123_456)),
        ("2016-09-19T17:20:24.123456789Z", (2016, 9, 19, 17, 20, 24, 123_456)),
        ("2016-09-19T17:20:24.999999999Z", (2016, 9, 19, 17, 20, 24, 999_999)),
        ("2016-09-19T17:20:24.5+08:00", (2016, 9, 19, 9, 20, 24, 500_000)),
        ("2016-09-19T17:20:24-05:30", (2016, 9, 19, 22, 50, 24)),
        ("2016-09-19T17:20:24+00:00", (2016, 9, 19, 17, 20, 24)),
        ("2016-09-19T17:20+08:00", (2016, 9, 19, 9, 20)),
        ("2016-12-31T23:59:60Z", (2017, 1, 1)),
        ("2016-12-31T23:59:60.5Z", (2017, 1, 1)),
        ("2016-12-31T23:59:60.123456Z", (2017, 1, 1)),
        ("2017-01-01T07:59:60+08:00", (2017, 1, 1)),
        ("2016-12-31T15:59:60-08:00", (2017, 1, 1)),
        ("2016-09-19T17:20:59Z", (2016, 9, 19, 17, 20, 59)),
        ("20160919172024", (2016, 9, 19, 17, 20, 24)),
        ("20160919", (2016, 9, 19)),
        ("20160919T172024Z", (2016, 9, 19, 17, 20, 24)),
        ("20160919T172024+0800", (2016, 9, 19, 9, 20, 24)),
        ("2016-W38-1", (2016, 9, 19)),
        ("2016W381", (2016, 9, 19)),
        ("2016-W38-1T17:20:24+08:00", (2016, 9, 19, 9, 20, 24)),
        ("20160919T1720", (2016, 9, 19, 17, 20)),
        ("20160919 172024", (2016, 9, 19, 17, 20, 24)),
        ("2016-09-19T17", (2016, 9, 19, 17)),
        ("2016-09-19T172024Z", (2016, 9, 19, 17, 20, 24)),
        ("2016-09-19T17:20:24,5Z", (2016, 9, 19, 17, 20, 24, 500_000)),
        ("2016-09-19T17:20:24.123456", (2016, 9, 19, 17, 20, 24, 123_456)),
        ("2016-09-19T17:20:24.1234567", (2016, 9, 19, 17, 20, 24, 123_456)),  # as long as one of microseconds with Z
    ],
)
def test_a_date_is_the_first_moment_that_it_names(text, moment):
    read = parse_date(text)

    assert (read, read.tzinfo) == (datetime(*moment, tzinfo=UTC), UTC)


@pytest.mark.parametrize(
    "text",
    ["", "then", "16-09-19", "2016-13", "2016-02-30", "2016-09-19T", "2016-09-19T24:00:01Z", "2016-09-19T17:60Z",
     "2016-09-19T17:20:61Z", "2016-09-19T17:20:24Zulu", "２０１６", "２０１６０９１９１７２０２４",
     "２０１６0919172024", "20161319172024", "9999-12-31T23:59:60Z", "0001-01-01T00:00:00+14:00",
     "9999-12-31T23:59:59-14:00", "99991231T235959-1400", " 2016", "2016-09-19T17:20:24."],
)  # fmt: skip
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        parse_date(text)


STAMP = "20160919101112"


@pytest.mark.parametrize("length", [each for each in range(1, 21) if each not in (4, 8, 14)])
def test_digits_of_another_number_than_a_date_has_are_none(length):
    """One that has lost its end, or was written twice."""
    with pytest.raises(ValueError, match=r"."):
        parse_date((STAMP * 2)[:length])


@pytest.mark.parametrize("day", ["20160919", "2016-09-19", "2016-W38-1", "2016W381"])
@pytest.mark.parametrize("rest", ["1", "107", "10712", "1071230", "107:12", "+08:00", "-05:00", "-0500", ":07:12", "Z"])
def test_what_stands_behind_a_day_and_is_no_time_makes_it_no_date(day, rest):
    """The zone of a day is none of a time, and a digit does not part the two."""
    with pytest.raises(ValueError, match=r"."):
        parse_date(day + rest)


@pytest.mark.parametrize(
    "text", ["2016-09-19", "2016-09-19T17:20Z", "2016-09-19T17:20:24Z", "2016-09-19T17:20:24-05:30", "20160919T172024Z"]
)
def test_each_number_of_a_date_has_the_digits_that_it_has(text):
    for place in (place for place, character in enumerate(text) if character.isdigit()):
        for other in ("", "00", "x"):
            with pytest.raises(ValueError, match=r"."):
                parse_date(text[:place] + other + text[place + 1 :])
