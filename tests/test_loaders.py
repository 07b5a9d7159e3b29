"""Who is believed, and what is made of what witnesses say: one loader, with witnesses that say this or that."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest

from newsspider.parsing.doubts import Doubts
from newsspider.parsing.hearing import Hearing
from newsspider.parsing.loaders import ArticleLoader
from newsspider.record.items import Channel, Comments, Person, Source
from newsspider.text.message import message
from newsspider.text.urls import UrlError

SEEN = datetime(2026, 1, 30, 12, tzinfo=UTC)
TOKYO = timezone(timedelta(hours=9))


def loader(*said, field="title", **context):
    context = {
        "captured_at": SEEN, "resolve": lambda href: href and f"https://news.example{href}",
        "page_title": re.compile(r"(?P<title>.+)_港口网"), "zone": None, "is_zone_of_site": False,
    } | context  # fmt: skip
    heard = ArticleLoader(**context)
    for witness, raw in said:
        heard.hear(witness, field, raw)
    return heard


def believed(heard, field="title"):
    heard.vote()
    value = heard.load_item().get(field)
    return heard.witnesses[field][0], getattr(value, "raw", getattr(value, "name", value))


# ------------------------------------------------------------------------------------------------------------- votes


@pytest.mark.parametrize(
    ("said", "witness", "is_contested"),
    [
        # One alone; two that agree; two that do not: the better is believed.
        ([("landmarks", "甲")], "landmarks", False),
        ([("landmarks", "甲"), ("json-ld", "甲")], "landmarks", False),
        ([("landmarks", "甲"), ("json-ld", "乙")], "landmarks", True),
        # Two against one, whatever their rank.
        ([("landmarks", "甲"), ("json-ld", "乙"), ("state", "乙")], "json-ld", True),
        ([("class:a", "甲"), ("landmarks", "乙"), ("state", "乙")], "landmarks", True),
        ([("landmarks", "甲"), ("text", "丙"), ("json-ld", "乙"), ("state", "乙")], "json-ld", True),
        # The head has one voice, whatever stands in it.
        ([("landmarks", "甲"), ("json-ld", "乙"), ("og", "乙"), ("meta", "乙"), ("title", "乙")], "landmarks", True),
        ([("json-ld", "甲"), ("og", "甲"), ("landmarks", "乙"), ("state", "乙")], "landmarks", True),
        # Two beside the best: nobody is asked again, and nobody outvotes them.
        ([("landmarks", "甲"), ("json-ld", "乙"), ("state", "甲")], "landmarks", False),
        ([("landmarks", "甲"), ("json-ld", "乙"), ("text", "乙"), ("state", "甲")], "landmarks", False),
        # What is compared is the match form.
        ([("landmarks", "Ａ 甲"), ("json-ld", "a甲")], "landmarks", False),
        ([("landmarks", "丙"), ("json-ld", "Ａ 甲"), ("state", "a甲")], "json-ld", True),
    ],
)
def test_two_voices_are_believed_before_one(said, witness, is_contested):
    heard = loader(*said)

    assert heard.is_contested() is is_contested
    assert believed(heard) == (witness, dict(said)[witness])


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("title", "甲", "乙"),
        ("source", ("甲", None), ("乙", None)),
        ("channel", ("甲", "/a"), ("乙", "/b")),
        ("published_at", "2026-01-29 10:00", "2026-01-28 10:00"),
        ("modified_at", "2026-01-29 10:00", "2026-01-28 10:00"),
    ],
)
def test_these_fields_are_voted_on(field, one, other):
    heard = loader(("landmarks", one), ("json-ld", other), ("state", other), field=field)

    assert heard.is_contested()
    assert believed(heard, field)[0] == "json-ld"


@pytest.mark.parametrize("field", ["paragraphs", "keywords", "authors", "videos"])
def test_of_other_fields_the_best_witness_is_believed(field):
    heard = loader(("landmarks", ["甲"]), ("json-ld", ["乙"]), ("state", ["乙"]), field=field)

    assert not heard.is_contested()
    assert believed(heard, field) == ("landmarks", ["甲"])


# ------------------------------------------------------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("first", "second", "witness", "is_known"),
    [
        ("2026-01-29", "2026-01-29 10:00", "b", True),  # a day alone gives way to a time
        ("2026-01-29 10:00", "2026-01-29", "a", True),
        ("2026-01-29", "2026-01-28", "a", False),
        ("2026-01-31 20:01", "2026-01-29 10:00", "b", True),  # so does what is more than a day ahead
        ("2026-01-31 20:00", "2026-01-29 10:00", "a", True),
        ("2026-01-29", "2026-02-02 10:00", "a", False),
        ("2小时前", "2026-01-29 10:00", "a", True),
    ],
)
def test_who_knows_no_time_gives_way_to_who_does(first, second, witness, is_known):
    heard = loader(("a", first), ("b", second), field="published_at")

    assert heard.knows("published_at") is is_known
    assert believed(heard, "published_at")[0] == witness


@pytest.mark.parametrize("is_zone_unknown", [False, True])
def test_a_clock_in_a_zone_that_nobody_knows_gives_way_to_a_moment(is_zone_unknown):
    said = (("a", "2026-01-29 10:00"), ("b", "2026-01-28T10:00:00Z"), ("c", "2小时前"))
    heard = loader(said[0], field="published_at", is_zone_unknown=is_zone_unknown)

    assert (heard.knows("published_at"), heard.knows_clock("published_at")) == (not is_zone_unknown, True)
    heard = loader(*said, field="published_at", is_zone_unknown=is_zone_unknown)
    assert heard.knows("published_at")
    assert believed(heard, "published_at")[0] == ("b" if is_zone_unknown else "a")
    assert loader(said[2], field="published_at", is_zone_unknown=is_zone_unknown).knows("published_at")


@pytest.mark.parametrize(
    ("said", "is_known"), [("2026-01-29 10:00", True), ("2026-01-29", False), ("2026-01-31 20:01", False)]
)
def test_a_day_and_a_time_that_cannot_be_have_no_clock(said, is_known):
    assert loader(("a", said), field="published_at").knows_clock("published_at") is is_known
    assert not loader(field="published_at").knows_clock("published_at")


def test_votes_are_of_those_who_know_a_time():
    heard = loader(("a", "2026-01-29 10:00"), ("b", "2026-01-28"), ("c", "2026-01-28"), field="published_at")

    assert believed(heard, "published_at") == ("a", "2026-01-29 10:00")


def test_a_day_has_room_for_a_time_of_it_and_none_for_another():
    heard = loader(("a", "2026-01-29 10:00"), ("b", "2026-01-29"), ("c", "2026-01-28"), field="published_at")

    assert heard.disputes() == [("published_at", "a says “2026-01-29 10:00”, c says “2026-01-28”")]


@pytest.mark.parametrize(
    ("first", "others", "believes"),
    [
        # Templates call UTC what their editors' clock shows: who has the same clock in a zone of its own is believed.
        ("2026-01-29T10:00:00Z", ["2026-01-29T10:00:00+08:00"], 1),
        ("2026-01-29T10:00:00Z", ["2026-01-29T09:00:00+08:00", "2026-01-29T10:00:00-05:00"], 2),
        ("2026-01-29T10:00:00Z", ["2026-01-29T18:00:00+08:00"], 0),
        ("2026-01-29T10:00:00Z", ["2026-01-29T10:00:00Z"], 0),
        ("2026-01-29T10:00:00+08:00", ["2026-01-29T10:00:00-05:00"], 0),
        ("2026-01-29T10:00:00Z", ["2026-01-29"], 0),
    ],
)
@pytest.mark.parametrize("field", ["published_at", "modified_at"])
def test_a_clock_that_calls_itself_utc(field, first, others, believes):
    said = [(f"w{n}", text) for n, text in enumerate([first, *others])]
    heard = loader(*said, field=field, zone=TOKYO)

    assert believed(heard, field) == said[believes]


@pytest.mark.parametrize(
    ("text", "context", "at"),
    [
        ("2026-01-29 10:00", {}, "2026-01-29T10:00:00+08:00"),
        ("2026-01-29 10:00", {"zone": TOKYO}, "2026-01-29T10:00:00+09:00"),
        ("2026-01-29 10:00Z", {"zone": TOKYO}, "2026-01-29T10:00:00+00:00"),
        ("2026-01-29 10:00Z", {"zone": TOKYO, "is_zone_of_site": True}, "2026-01-29T19:00:00+09:00"),
        ("09/01/2026 10:00", {"language": "fr"}, "2026-01-09T10:00:00+08:00"),
        ("9. Januar 2026 10:00", {"language": None}, "2026-01-09T10:00:00+08:00"),
        ("09/01/2026 10:00", {"language": "en-US", "zone": TOKYO}, "2026-09-01T10:00:00+09:00"),
        ("2026-01-09 10:00 CST", {"language": "en-US", "zone": TOKYO}, "2026-01-09T10:00:00-06:00"),
        ("2026-01-09 10:00 CST", {}, "2026-01-09T10:00:00+08:00"),
    ],
)
def test_a_date_is_read_in_the_zone_and_the_language_of_the_page(text, context, at):
    heard = loader(("a", f" {text}\n"), field="published_at", **context)
    moment = heard.load_item()["published_at"]

    assert (moment.at.isoformat(), moment.raw) == (at, text)


# ------------------------------------------------------------------------------------------------------------ values


def test_values_are_treated_field_by_field():
    heard = loader(("a", " 渡轮　继续_港口网 "), ("b", "渡轮_别的网"))
    for field, raw in (("summary", " 一句 "), ("source", ("来源：港口报", "/p")), ("channel", ("来源 本地", None)),
                       ("comments", (3, "unknown"))):  # fmt: skip
        assert heard.hear("a", field, raw)

    assert heard.get_collected_values("title") == ["渡轮　继续", "渡轮_别的网"]
    assert heard.load_item() == {
        "title": "渡轮　继续",
        "summary": "一句",
        "source": Source(name="港口报", url="https://news.example/p"),
        "channel": Channel(name="来源 本地", url=None),
        "comments": Comments(count=3, state="unknown"),
    }


@pytest.mark.parametrize(
    ("field", "raw"),
    [("title", "  "), ("published_at", "heute"), ("source", ("来源：", "/p")), ("source", (None, "/p"))],
)  # fmt: skip
def test_of_what_says_nothing_nothing_is_kept(field, raw):
    heard = loader(("a", raw), field=field)

    assert (heard.witnesses, heard.load_item(), heard.knows(field)) == ({}, {}, False)


def test_what_each_witness_said_can_be_asked():
    heard = loader(("a", ["甲"]), ("b", ["乙"]), ("a", ["丙"]), field="paragraphs")
    heard.put("paragraphs", ["丁"])

    assert [heard.said_by(name, "paragraphs") for name in "abc"] == [["丁"], ["乙"], None]
    assert heard.said_by("a", "title") is None
    assert heard.agreement("paragraphs") == [("a", True), ("b", False), ("a", False)]


def test_people_agree_whose_names_do():
    heard = loader(("a", [Person(name="Ａda")]), ("b", [Person(name="ada", role="记者")]), ("c", [Person(name="Bob")]),
                   field="authors")  # fmt: skip

    assert heard.agreement("authors") == [("a", True), ("b", True), ("c", False)]


@pytest.mark.parametrize(
    ("field", "values", "sentence"),
    [
        ("title", ("甲", "乙"), "a says “甲”, b says “乙”"),
        ("channel", (("甲", None), ("乙", None)), "a says “甲”, b says “乙”"),
        ("title", ("渡轮_港口网", "渡轮"), None),
        ("title", ("渡轮_港口网之外", "渡轮"), "a says “渡轮_港口网之外”, b says “渡轮”"),
        ("published_at", ("2026-01-29 10:00:00", "2026-01-29T02:00:00Z"), None),
        ("published_at", ("2026-01-29 10:00:00", "2026-01-29 10:00:01"),
         "a says “2026-01-29 10:00:00”, b says “2026-01-29 10:00:01”"),
        ("modified_at", ("2026-01-29 10:00", "2026-01-28"), "a says “2026-01-29 10:00”, b says “2026-01-28”"),
        ("title", ("长" * 60, "长" * 61), f"a says “{'长' * 60}”, b says “{'长' * 60}…”"),
        ("source", (("甲", None), ("乙", "/p")), "a says “甲”, b says “乙”"),
        ("source", (("甲", None), ("甲", "/p")), None),
        ("comments", ((1, "unknown"), (2, "unknown")), "a says “1”, b says “2”"),
        ("paragraphs", (["甲", "乙"], ["甲乙"]), None),
        ("paragraphs", (["甲", "乙"], ["甲", "丙"]), "a says “甲乙”, b says “甲丙”"),
        ("keywords", (["甲"], ["乙"]), "a says “甲”, b says “乙”"),
        ("authors", ([Person(name="甲")], [Person(name="乙")]), None),
        ("images", ([1], [2]), None),
    ],
)  # fmt: skip
def test_who_is_contradicted_is_told(field, values, sentence):
    heard = loader(("a", values[0]), ("b", values[1]), field=field)

    assert heard.disputes() == ([] if sentence is None else [(field, sentence)])


# ----------------------------------------------------------------------------------------------------------- hearing


def hearing():
    return Hearing(loader(), Doubts())


def fails(error):
    def answer():
        raise error

    return answer


@pytest.mark.parametrize("field", ["published_at", "modified_at"])
@pytest.mark.parametrize(
    ("raw", "quoted"),
    [(" heute\n früh ", "heute früh"), ("x" * 61, "x" * 60), (" \u200b", None), (None, None)],
)
def test_a_date_that_cannot_be_read_is_quoted(field, raw, quoted):
    heard = hearing()
    heard.collect("meta", {field: raw})

    expected = [f"{field}: meta says “{quoted}”, which is no date that can be read"] if quoted else []
    assert (heard.doubts.warnings, heard.doubts.fields) == (expected, set())


def test_of_other_fields_nothing_is_said_where_nothing_is_left():
    heard = hearing()

    assert heard.hear("meta", lambda: {"title": " ", "summary": "一句"}) == {"title": " ", "summary": "一句"}
    assert (heard.doubts.warnings, heard.loader.witnesses) == ([], {"summary": ["meta"]})


@pytest.mark.parametrize(
    ("error", "warning"),
    [
        (KeyError("x"), "meta: raised KeyError: 'x'"),
        (ValueError(""), "meta: raised ValueError: "),
        (ValueError("a\n b"), "meta: raised ValueError: a b"),
        (ValueError("y" * 201), "meta: raised ValueError: " + "y" * 200),
        (ValueError("at 0x7f12ab and 10x5"), "meta: raised ValueError: at 0x… and 10x5"),
        (ValueError("at 0x00000C7F12AB"), "meta: raised ValueError: at 0x…"),
        (ValueError("10x5 is no 0x"), "meta: raised ValueError: 10x5 is no 0x"),
        (ValueError("y" * 190 + " 0x7f12ab34 " + "z" * 9), "meta: raised ValueError: " + "y" * 190 + " 0x… zzzzz"),
        (RecursionError("too deep"), "meta: raised RecursionError: too deep"),
        (
            UrlError("x", message("it is none")),
            "meta: 'x' is not a web address: it is none; give one like https://host/path",
        ),
    ],
)
def test_a_witness_that_raises_is_a_warning(error, warning):
    heard = hearing()

    assert heard.ask("meta", fails(error)) is None
    assert heard.hear("meta", fails(error)) == {}
    assert heard.doubts.warnings == [warning] * 2


def test_a_value_that_cannot_be_treated_costs_no_other():
    heard = hearing()
    heard.collect("meta", {"source": 7, "title": "渡轮"})

    assert heard.loader.load_item() == {"title": "渡轮"}
    assert [each.partition(":")[0] for each in heard.doubts.warnings] == ["meta"]


def test_what_is_not_known_costs_no_other_and_false_is_a_value():
    heard = hearing()

    assert heard.hear("meta", lambda: {"summary": None, "is_free": False, "title": "渡轮"})
    assert heard.loader.load_item() == {"is_free": False, "title": "渡轮"}
    assert heard.doubts.warnings == []


def test_a_machine_without_memory_says_nothing_of_a_page():
    heard = hearing()

    with pytest.raises(MemoryError):
        heard.ask("meta", fails(MemoryError()))
    with pytest.raises(MemoryError):
        heard.hear("meta", fails(MemoryError()))
    assert heard.doubts.warnings == []


def test_doubts_are_of_fields_and_warnings_of_anything():
    doubts = Doubts()
    doubts.warn("meta", "a")
    doubts.doubt("title", "b")
    doubts.doubt("paragraphs", "c")
    doubts.mark("body_html")

    assert doubts.warnings == ["meta: a", "title: b", "paragraphs: c"]
    assert doubts.fields == {"title", "body_text"}
