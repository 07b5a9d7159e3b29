"""One odd value never costs the record: what the odd one says is null with a warning, and all the others are heard."""

from __future__ import annotations

import json
import string
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsspider.parsing import article
from newsspider.parsing.unparsed import UnparsedPageError
from newsspider.record import schema
from newsspider.record.items import as_record, to_json_line
from newsspider.sites.kankanews import SITE
from tests.test_kankanews_parse import CAPTURED_AT, URL, UTF8, golden, page, record


def with_json_ld(*texts):
    scripts = "".join(f'<script type="application/ld+json">{text}</script>' for text in texts)
    return page("scrambled").replace("</head>", f"{scripts}</head>")


def state_page(**members):
    """A page of which only the state knows the article; *members* are JavaScript."""
    known = {"id": json.dumps(URL.rpartition("/")[2]), "title": '"标题"', "content": '"<p>第一段。</p><p>第二段。</p>"'}
    source = ",".join(f"{name}:{value}" for name, value in (known | members).items())
    return (
        "<!doctype html><html><head><title>看看新闻网</title></head><body><div id=app></div>"
        f"<script>window.__NUXT__={{data:[{{detail:{{{source}}}}}]}};</script></body></html>"
    )


# ------------------------------------------------------------------------------------------- a witness that raises


def parse(site, html):
    return as_record(article.parse(site, html.encode(), URL, UTF8, CAPTURED_AT).article)


def raising(error):
    def scripts(page):
        raise error

    return replace(SITE, scripts=scripts)


def test_a_witness_that_raises_is_a_warning_and_the_others_are_heard():
    got = parse(raising(TypeError("unhashable type: 'dict'")), page())

    assert got["provenance"].pop("warnings") == ["script: raised TypeError: unhashable type: 'dict'"]
    expected = golden()
    del expected["provenance"]["warnings"]
    assert got == expected


def test_what_is_said_of_an_error_is_short_and_the_same_each_time():
    things = [object(), object()]  # both are kept, so that they are at two places in memory
    errors = [RuntimeError(f"{thing!r}\n\ud800{'x' * 5000}") for thing in things]

    first, second = (parse(raising(error), page())["provenance"]["warnings"] for error in errors)

    assert first == second
    assert len(first[0]) < 300
    assert "\n" not in first[0]


def test_a_machine_without_memory_says_nothing_of_the_page():
    with pytest.raises(MemoryError):
        parse(raising(MemoryError()), page())


def test_a_value_that_cannot_be_treated_costs_no_other_of_its_witness():
    site = replace(SITE, scripts=lambda page: {"title": 7, "copyright_notice": "版权声明:有"}, selectors={})

    got = parse(site, page("state-only"))

    assert got["copyright_notice"] == "版权声明:有"
    assert [each for each in got["provenance"]["warnings"] if each.startswith("script: raised ")]


# --------------------------------------------------------------------------------------------------------- JSON-LD


@pytest.mark.parametrize(
    "kind",
    ["null", "7", "true", "{}", "[]", '{"@id":"NewsArticle"}', '[{"@id":"NewsArticle"}]', '[["NewsArticle"]]', "[null]",
     "1e999", '"Thing"'],
)  # fmt: skip
@pytest.mark.parametrize("shape", ['{"@type":%s,"headline":"x"}', '[{"@type":%s}]', '{"@graph":[{"@type":%s},7,null]}'])
def test_json_ld_whose_type_is_no_word_says_nothing(kind, shape):
    got, expected = record(with_json_ld(shape % kind)), golden("scrambled")

    assert got == expected


@pytest.mark.parametrize(
    "text",
    [
        '{"@type":"NewsArticle","dateModified":"2019-01-11T10:00:00+08:00"}',
        '{"@type":[{"a":1},null,"NewsArticle"],"dateModified":"2019-01-11T10:00:00+08:00"}',
        '{"@type":"http://schema.org/NewsArticle","dateModified":"2019-01-11T10:00:00+08:00"}',
        '{"@graph":{"@type":"NewsArticle","dateModified":"2019-01-11T10:00:00+08:00"}}',
        '[7,[{"@graph":[{"@type":["Thing",{"a":1}]},{"@type":"Article","dateModified":["2019-01-11T10:00:00+08:00"]}]}]]',
        '{"@type":"Article","dateModified":{"@value":"2019-01-11T10:00:00+08:00"},"headline":7,"keywords":[{"a":1},2]}',
        '{"n":' + "9" * 5000 + ',"@type":"Article","dateModified":"2019-01-11T10:00:00+08:00"}',
    ],
)
def test_json_ld_is_read_wherever_the_article_stands_in_it(text):
    assert record(with_json_ld("not JSON", text))["modified_at"] == "2019-01-11T10:00:00+08:00"


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"@type":"NewsArticle",}'])
def test_json_ld_that_cannot_be_read_is_a_warning(text):
    got, expected = record(with_json_ld(text)), golden("scrambled")

    (warning,) = got["provenance"].pop("warnings")
    assert warning.startswith("json-ld: a script was not read: ")
    del expected["provenance"]["warnings"]
    assert got == expected


# --------------------------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("written", "comments"),
    [("0", (0, "empty")), ("12", (12, "unknown")), ('"12"', (12, "unknown")), ("12.0", (12, "unknown")),
     ("9007199254740992", (2**53, "unknown")), ("null", (None, "unknown")), ("NaN", (None, "unknown"))],
)  # fmt: skip
def test_a_count_of_the_state(written, comments):
    got = record(state_page(comment_count=written))

    assert (got["comments"]["count"], got["comments"]["state"]) == comments
    assert "comments" not in got["provenance"]["doubts"]


@pytest.mark.parametrize(
    "written",
    ["!0", "!1", "true", "99999999999999999999", "1e20", "9007199254740994", "-1", "1.5", "1e999", "[]", "{a:1}",
     '"1.2万"', '"十二"', '"-3"', "new Date(1e12)", '"\\ud800"'],
)  # fmt: skip
def test_a_count_that_makes_no_sense_is_null_with_a_warning(written):
    got = record(state_page(comment_count=written, source_name='"新华社"'))

    assert got["comments"] == {"count": None, "state": "unknown"}
    assert "comments" in got["provenance"]["doubts"]
    assert (got["title"], got["source"]["name"], len(got["paragraphs"])) == ("标题", "新华社", 2)


@pytest.mark.parametrize(
    ("written", "seconds", "doubted"),
    [("63", 63, False), ("63.48", 63, False), ('"01:03"', 63, False), ('"63"', 63, False), ("0", None, False),
     ("!0", None, True), ("-5", None, True), ("1e20", None, True), ('"一分钟"', None, True), ("[63]", None, True)],
)  # fmt: skip
def test_a_length_of_the_state(written, seconds, doubted):
    film = f'{{play_url:"https://www.kankanews.com/a.mp4",duration:{written}}}'
    cards = f'[{{id:"An0therOne1",title:"另一条",duration:{written}}}]'

    got = record(state_page(video_info=film, related=cards))

    assert [each["duration_s"] for each in (*got["videos"], *got["recommendations"])] == [seconds, seconds]
    assert {"videos", "recommendations"} & set(got["provenance"]["doubts"]) == (
        {"videos", "recommendations"} if doubted else set()
    )


def test_an_odd_value_does_not_hide_the_one_under_the_next_name():
    got = record(
        state_page(
            title="!0", headline='"标题"', publish_time="{}", pub_time='"2026-01-29 08:00:00"', source_name="[1]",
            origin='"新华社"', channel_name="7", channel='"时讯"',
        )
    )  # fmt: skip

    assert (got["title"], got["published_at"]) == ("标题", "2026-01-29T08:00:00+08:00")
    assert (got["source"]["name"], got["channel"]["name"]) == ("新华社", "时讯")


@pytest.mark.parametrize("written", ["!0", "{}", "1e300", "new Date(253402300799999)", "-1"])
def test_a_time_that_cannot_be_is_null_with_a_warning(written):
    got = record(state_page(publish_time=written))

    assert got["published_at"] is None
    assert "published_at" in got["provenance"]["doubts"]


# ------------------------------------------------------------------------------------------------------ properties

NAMES = sorted(
    {name for names in (getattr(SITE.state_names, each) for each in SITE.state_names.__slots__)
     if isinstance(names, tuple) for name in names}
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["<p>x", "2026-01-29 08:00", "01:30", "//a.example/b", "\ud800", "NewsArticle", "1e5", "独家"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["@type", "@graph", *NAMES]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize(
    ("written", "quoted"),
    [
        ('"28/11/2026"', "28/11/2026"),
        ('"heute"', "heute"),
        ("176439246", "176439246"),
        ('{"year": 2026}', '{"year": 2026}'),
        ('["heute"]', "heute"),
        ("true", "true"),
    ],
)
def test_a_date_of_metadata_that_cannot_be_read_is_a_warning(written, quoted):
    html = with_json_ld(f'{{"@type": "NewsArticle", "datePublished": {written}}}')

    warnings = record(html)["provenance"]["warnings"]

    assert f"published_at: json-ld says “{quoted}”, which is no date that can be read" in warnings


@pytest.mark.parametrize(
    "written", ["null", '""', '" "', '"2019-01-09T09:04:22Z"', '{"@value": "2019-01-09T17:04:22+08:00"}']
)
def test_a_date_of_metadata_that_says_nothing_or_the_same_is_none(written):
    html = with_json_ld(f'{{"@type": "NewsArticle", "datePublished": {written}}}')

    assert record(html)["provenance"]["warnings"] == record(page("scrambled"))["provenance"]["warnings"]


def in_script(value):
    """*value* as JSON that can stand in a script element."""
    return json.dumps(value).replace("<", "\\u003c")


def checked(html):
    """The record of a page, which can be written and fits the schema; None where the page gives none."""
    try:
        item = SITE.parse(html.encode("utf-8", "replace"), URL, UTF8, CAPTURED_AT)
    except UnparsedPageError:
        return None
    got = json.loads(to_json_line(item))
    schema.check(got)
    return got


def test_the_fuzz_knows_the_names_of_the_state():
    assert {"title", "comment_count", "video_info", "publish_time", "id"} <= set(NAMES)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=8), JSON)
def test_any_value_in_the_state_leaves_a_record_that_can_be_written(members, beside):
    detail = {"id": URL.rpartition("/")[2], "title": "标题", "content": "<p>第一段。</p>"} | members
    html = state_page().split("<script>")[0] + (
        f"<script>window.__NUXT__={in_script({'data': [{'detail': detail}, beside]})};</script></body></html>"
    )

    got = checked(html)

    if not members.keys() & {"id", "title", "headline", "content", "body", "text", "detail", *SITE.state_names.id}:
        assert got is not None
        assert (got["title"], got["paragraphs"]) == ("标题", ["第一段。"])


VISIBLE = ("title", "published_at", "source", "channel", "paragraphs", "copyright_notice", "comments", "keywords")


@settings(max_examples=60, deadline=None)
@given(st.lists(JSON | st.fixed_dictionaries({"@type": JSON}, optional=dict.fromkeys(
    ["headline", "datePublished", "dateModified", "keywords", "@graph"], JSON)), max_size=3))
def test_any_json_ld_leaves_what_the_reader_sees(things):
    got, expected = checked(with_json_ld(*map(in_script, things))), golden("scrambled")

    assert {name: got[name] for name in VISIBLE} == {name: expected[name] for name in VISIBLE}


CONTENT = st.text(max_size=40) | st.sampled_from(["2026-01-29 08:00", "99999-99-99", "http://[", "//", "//a:b/", ""])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["og:title", "og:url", "article:published_time", "article:modified_time",
                                           "publishdate", "pubdate", "source", "keywords"]), CONTENT), max_size=6),
       CONTENT)
def test_any_metadata_leaves_what_the_reader_sees(metas, canonical):
    def attribute(text):
        return text.replace("&", "&amp;").replace('"', "&quot;")

    tags = "".join(f'<meta property="{name}" content="{attribute(text)}">' for name, text in metas)
    tags += f'<link rel="canonical" href="{attribute(canonical)}">'
    got, expected = checked(page("scrambled").replace("</head>", f"{tags}</head>")), golden("scrambled")

    assert {name: got[name] for name in VISIBLE} == {name: expected[name] for name in VISIBLE}


TAG = st.sampled_from(
    ["p", "div", "span", "a", "b", "i", "table", "tr", "td", "ul", "li", "h1", "h2", "article", "aside", "video", "img",
     "br", "hr", "svg", "title", "math", "template", "noscript", "select", "option", "textarea", "iframe", "frameset",
     "body", "html", "head", "form", "button", "time", "figure", "figcaption", "pre", "code", "base", "meta"]
)  # fmt: skip
ATTRIBUTE = st.sampled_from(
    ["", " hidden", " style='display:none'", " href='/detail/An0therOne1'", " src=x.mp4", " itemprop=headline",
     " itemscope itemtype=http://schema.org/NewsArticle", " content=''", " class='bt nrHeader textBody time'",
     " datetime=x", " href='http://['", " title"]
)  # fmt: skip
MARKUP = st.lists(
    st.one_of(
        st.tuples(TAG, ATTRIBUTE).map(lambda each: f"<{each[0]}{each[1]}>"),
        TAG.map(lambda tag: f"</{tag}>"),
        st.text(alphabet=string.printable + "看看新闻。:：年月日\ud800", max_size=15),
        st.sampled_from(["<!--", "-->", "<![CDATA[", "]]>", "&#0;", "&#xD800;", "2026-01-29 08:00", "版权声明:",
                         "关键词", "全部评论(99999999999999999999)", "推荐视频", "收藏", "分享", "<p>句子。</p>",
                         "来源:新华社"]),
    ),
    max_size=40,
).map("".join)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(MARKUP, MARKUP)
def test_any_markup_gives_a_record_that_can_be_written_or_none(head, body):
    line = "<h1 class=bt>标题</h1><p>2026-01-29 08:00:00 来源:新华社</p>"
    checked(f"<title>标题_时讯_看看新闻网</title>{head}{line}{body}")
