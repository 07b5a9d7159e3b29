"""What is said to people: numbers, spans, nearest names, sentences that are kept, and text of strangers in pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from markupsafe import Markup

from newsspider.text.counted import counted, duration, were
from newsspider.text.escaping import MAX_SHOWN, as_html, as_json, printable, printable_lines, quoted, shortened
from newsspider.text.language import speaking
from newsspider.text.message import Message, joined, message, message_of, messages
from newsspider.text.nearest import did_you_mean, nearest
from newsspider.text.replayed import replayed_at
from newsspider.text.since import moment_of
from newsspider.text.templates import lines, link, shown


@pytest.mark.parametrize(
    ("number", "thing", "text"),
    [
        *((2, "toy", "2 toys"), (2, "buy", "2 buys"), (2, "fly", "2 flies"), (0, "entry", "0 entries")),
        *((1, "entry", "1 entry"), (2, "entry", "2 entries"), (0, "day", "0 days"), (2, "key", "2 keys")),
        *((2, "address", "2 addresses"), (2, "box", "2 boxes"), (2, "batch", "2 batches"), (2, "wish", "2 wishes")),
        *((999, "run", "999 runs"), (1000, "run", "1,000 runs"), (1234567, "entry", "1,234,567 entries")),
        (2000, "box", "2,000 boxes"),
    ],
)
def test_a_number_with_what_it_counts(number, thing, text):
    assert counted(number, thing) == text
    assert were(number) == ("was" if number == 1 else "were")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((0.04, "0 s"), (0.05, "0.1 s"), (59.94, "59.9 s"), (60, "1 min"), (61, "1 min 1 s"), (3599, "59 min 59 s")),
        *((3600, "1 h"), (3659, "1 h"), (3660, "1 h 1 min"), (86399, "23 h 59 min"), (86400, "1 d")),
        *((90000, "1 d 1 h"), (10.0, "10 s")),
    ],
)  # fmt: skip
def test_a_span_of_time(seconds, text):
    assert duration(seconds) == text


def test_the_name_that_somebody_meant():
    assert nearest("kankannews", ["news", "kankanews"]) == "kankanews"
    assert [nearest("abcde", ["abcxy"], least=least) for least in (0.6, 0.61)] == ["abcxy", None]
    assert [nearest("ab", [known]) for known in ("abcd", "abxyz")] == ["abcd", None]  # 2 * 2 of 6 and of 7 letters
    assert nearest("ARCHIVE", ["Archives", "Article"]) == "Archives"
    assert (nearest("csv", ["CSV"]), nearest("CSV", ["csv"])) == ("CSV", "csv")
    assert nearest("x", []) is None
    assert did_you_mean("ARCHIVE", ["Archives"]) == "; did you mean Archives?"
    assert did_you_mean("xyz", ["kankanews"]) == did_you_mean("ab", ["abxyz"]) == ""


@pytest.mark.parametrize(
    ("text", "back"),
    [
        *(("1m", timedelta(minutes=1)), ("12h", timedelta(hours=12))),
        *(("3d", timedelta(days=3)), (" 2w ", timedelta(weeks=2)), ("99999m", timedelta(minutes=99999))),
    ],
)  # fmt: skip
def test_a_period_begins_a_span_ago(text, back):
    before = datetime.now(UTC)
    moment = moment_of(text, zone=UTC)

    assert before - back <= moment <= datetime.now(UTC) - back
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-11-01", "2026-10-31T16:00:00+00:00"),
        (" 2026-11-01T08:00 ", "2026-11-01T00:00:00+00:00"),
        ("2026-11-01T08:00Z", "2026-11-01T08:00:00+00:00"),
        ("2026-11-01T08:00-05:00", "2026-11-01T13:00:00+00:00"),
    ],
)
def test_a_period_begins_at_a_date_of_ones_own_zone(text, iso):
    assert moment_of(text, zone=timezone(timedelta(hours=8))).isoformat() == iso


@pytest.mark.parametrize(
    "text", ["", "yesterday", "1y", "1", "d", "-1d", "1dx", "1d 2h", "123456d", "2026-13-01", "0001-01-01"]
)
def test_what_is_no_beginning_of_a_period_is_told(text):
    with pytest.raises(ValueError, match="neither a span nor a date"):
        moment_of(text, zone=timezone(timedelta(hours=8)))


# ------------------------------------------------------------------------------------------------------- sentences


def test_a_sentence_has_its_values_and_no_others():
    kept = message("%(path)s: %(number)s of %(other)s, 100 %", path="a%(number)s", number=3)

    assert str(kept) == "a%(number)s: 3 of %(other)s, 100 %"
    assert str(message("%(path)s.", path="")) == "–."
    assert (kept.number, kept.many) == (1, None)
    assert Message.of({"text": "a", "many": None, "number": 7, "values": {}}) == Message(text="a", number=7, values={})
    assert message("%(why)s", why=ValueError(kept)).values == {"why": kept}
    assert str(message("%(to_1)s, %(A)s", to_1=1, A=2)) == "1, 2"
    assert str(message("%(why)s", why=ValueError("no"))) == str(message("%(why)s", why=message("no"))) == "no"
    assert Message.of({"text": kept.text, "many": None, "number": 1, "values": {"path": 7}}).values == {"path": "7"}


def test_an_error_says_its_sentence_or_what_it_says_itself():
    sentence = message("%(path)s: gone", path="a")

    assert message_of(ValueError(sentence)) == sentence
    assert [str(message_of(error)) for error in (ValueError(), ValueError("a", 1), OSError(2, "no file"))] == [
        "", "('a', 1)", "[Errno 2] no file",
    ]  # fmt: skip


@pytest.mark.parametrize(("by", "said"), [("; ", "a; b; c"), (", ", "a, b, c"), (" and ", "a and b and c")])
def test_several_sentences_are_one(by, said):
    assert joined([message(each) for each in "abc"], by).in_english() == said
    assert joined([message("a")], by).in_english() == joined(map(message, "a")).in_english() == "a"
    assert joined(map(message, "ab")).in_english() == "a; b"


@pytest.mark.parametrize(("number", "said"), [(0, "0 runs at a"), (1, "1 run at a"), (1234, "1,234 runs at a")])
def test_a_sentence_of_one_or_of_many(number, said):
    kept = messages("%(number)s run at %(path)s", "%(number)s runs at %(path)s", number, path="a")

    assert kept.in_english() == said
    assert messages("%(number)s x", "%(number)s xs", number, number="no").in_english() == (
        "no x" if number == 1 else "no xs"
    )
    record = {"text": kept.text, "many": kept.many, "number": str(kept.number), "values": kept.values}
    assert Message.of(record) == kept
    with speaking("zh"):
        assert kept.in_english() == said


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"text": "a", "many": None, "number": 1},
        {"text": "a", "number": 1, "values": {}},
        {"many": None, "number": 1, "values": {}},
        {"text": "a", "many": None, "values": {}},
        {"text": "a", "many": None, "number": "x", "values": {}},
    ],
)
def test_what_is_no_sentence_is_an_error(record):
    with pytest.raises((KeyError, ValueError)):
        Message.of(record)


# ---------------------------------------------------------------------------------------------- text of strangers


def test_each_character_that_moves_something_is_written_out():
    moving = [*range(0x20), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A)]
    moving += [0xFEFF, 0xD800, 0xDFFF]

    for code in moving:
        written = ascii(chr(code))[1:-1]
        assert printable(f"a{chr(code)}b") == f"a{written}b", hex(code)
        assert printable_lines(f"a{chr(code)}b") == ("a\nb" if code == 10 else f"a{written}b"), hex(code)
        assert chr(code) == "\n" or chr(code) not in as_html(chr(code)), hex(code)
        assert as_json(chr(code)).isprintable(), hex(code)
    for code in (0x20, 0x7E, 0xA0, 0x61B, 0x200D, 0x2010, 0x202F, 0x2065, 0x206A, 0xE000, 0x770B):
        assert printable(chr(code)) == printable_lines(chr(code)) == chr(code), hex(code)


def test_text_is_shown_up_to_so_many_bytes():
    assert MAX_SHOWN == 200
    assert [shortened("a" * n) for n in (200, 201)] == ["a" * 200, "a" * 197 + "…"]
    assert shortened("a" * 196 + "看" * 2) == "a" * 196 + "…"
    assert [len(shortened("\ud800" * n)) for n in (66, 67)] == [66, 1]  # three bytes each, of which none can be shown
    assert quoted("a" * 198) == "'" + "a" * 198 + "'"
    assert quoted(b"a" * 500) == "b'" + "a" * 195 + "…"
    assert quoted(7) == "7"


def test_a_value_in_json_is_the_same_when_it_is_read():
    assert as_json({"b": "看\x7f", "a": [1]}) == '{"b": "看\\u007f", "a": [1]}'
    assert as_json({"a": 1}, indent=2) == '{\n  "a": 1\n}'


def test_text_in_a_page_is_text_and_markup_is_markup():
    assert shown("<b>") == Markup("&lt;b&gt;")
    assert shown(Markup("<b>")) == Markup("<b>")
    assert shown(7) == Markup("7")
    assert lines("a\n<b>\x1b") == Markup("a<br>&lt;b&gt;\\x1b")
    assert as_html("\"'&") == "&quot;&#x27;&amp;"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https:a.example",
        "http:/a.example",
        "ftp://a.example/",
        "//a.example/",
        "data:,x",
        "HTTP://a.example/",
    ],
)
def test_only_a_page_of_the_web_is_linked_to(url):
    assert "<a" not in link(url)
    for scheme in ("http", "https"):
        assert link(f'{scheme}://a.example/?"') == Markup(
            f'<a href="{scheme}://a.example/?&quot;" rel="noreferrer">{scheme}://a.example/?&quot;</a>'
        )


@pytest.mark.parametrize("name", ["a/b", "a b", "看", "a%20b", "", "a?b", "static", "go", "a\udce4"])
def test_a_name_that_would_be_escaped_stands_in_no_address(name):
    path = replayed_at(name, "*", "https://a.example/")

    assert re.fullmatch(r"/collection-[0-9a-f]{8}/\*/https://a\.example/", path)
    assert replayed_at(path.split("/")[1], "*", "https://a.example/") == path
    assert replayed_at(f"{name}x", "*", "https://a.example/") != path


def test_the_address_of_a_capture_in_replay():
    assert replayed_at("a.b", "*", "https://a.example/?q=1&b=[%20],;~+()*$!@:看#x y") == (
        "/a.b/*/https://a.example/?q=1&b=[%20],;~+()*$!@:%E7%9C%8B%23x%20y"
    )
