"""Records in other formats: what is written is what the standard says, and what independent readers read back."""

from __future__ import annotations

import csv
import dataclasses
import io
import itertools
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import feedparser
import feedparser_rs
import jsonschema_rs
import pytest
import zyte_common_items
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from itemadapter import ItemAdapter
from lxml import etree
from rdflib import RDF, SDO, Dataset, Literal, URIRef
from zyte_common_items import ZyteItemAdapter

from newsspider.feeds.formats.addresses import uri
from newsspider.feeds.formats.export import FORMATS, ChannelNotFoundError, export
from newsspider.feeds.formats.flat import TABLE
from newsspider.feeds.formats.newest import newest
from newsspider.record.items import Article
from newsspider.record.records import from_record
from tests.feeds import article as record_of
from tests.feeds import sample
from tests.published import FETCH_JSONFEED, JSONFEED, jsonfeed_schema, ninjs_schema

DOCS = Path(__file__).parent.parent / "docs" / "formats.md"
ATOM = "{http://www.w3.org/2005/Atom}"
PAGE = "https://www.kankanews.com/detail/LMwVGgj402z"


def full() -> dict[str, Any]:
    """The sample page's record, made up where the page says nothing, so that no field is empty."""
    record = sample()
    record["images"] = [
        {"url": "https://cdn.example/1.jpg", "alt": "一", "caption": "会场", "credit": "王某摄", "position": 0},
        {"url": "https://cdn.example/2.jpg", "alt": None, "caption": None, "credit": None, "position": 1},
    ]
    record |= {
        "modified_at": "2019-01-10T08:00:00+08:00",
        "modification_notes": ["更正:数字有误。"],
        "source": {"name": "看看新闻Knews", "url": "https://www.kankanews.com/knews"},
        "authors": [{"name": "张三", "role": "记者"}, {"name": "李四", "role": None}],
        "editors": [{"name": "王五", "role": "编辑"}],
        "channel": {"name": "时讯", "url": "https://www.kankanews.com/channel/shixun"},
        "videos": [
            {"url": "https://cdn.example/v.mp4", "poster": "https://cdn.example/p", "media_id": "7", "duration_s": 63},
            {"url": None, "poster": None, "duration_s": None, "media_id": "8"},
        ],
        "fetched_at": "2026-01-30T08:00:00+00:00",
    }  # fmt: skip
    return record


def made(**fields: Any) -> Article:
    return from_record(full() | fields, Article)


def bare() -> Article:
    """An article of which nothing is known but that it is there."""
    record = sample()
    for name, value in record.items():
        if name in {"title", "page_title", "published_at", "published_raw", "source", "channel", "body_text",
                    "body_html", "image_credit", "copyright_notice", "exclusive", "keywords", "keywords_raw",
                    "language", "site_facts"}:  # fmt: skip
            record[name] = None
        elif isinstance(value, list):
            record[name] = []
    record["comments"] = {"count": None, "state": "unknown"}
    return from_record(record, Article)


def written(form: str, *articles: Article, **options: Any) -> bytes:
    return b"".join(export(articles, form, name="kankanews", **options))


def objects(form: str, *articles: Article) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written(form, *articles).splitlines()]


# Texts as pages have them, and as nobody would: controls that XML forbids, bidi, formulas, markup, long ones.
odd_texts = st.one_of(
    st.text(min_size=1, max_size=40),
    st.sampled_from(["\x00", "\x0b\x1f", "\ufffe\uffff", "\u202eevil\u202c", "=1+1", "@SUM(A1)", "'", "''=", "]]>",
                     "</script><script>alert(1)</script>", "a\r\nb", '"', ",", "\ufeff", "\U0010ffff", "看" * 500]),
)  # fmt: skip
odd_urls = st.text(alphabet=[chr(number) for number in range(0x21, 0x7F)], max_size=30).map(
    "https://cdn.example/".__add__
)


@st.composite
def odd_articles(draw: st.DrawFn) -> Article:
    """An article with odd texts wherever a page could put them."""
    text, url = (lambda: draw(odd_texts)), (lambda: draw(odd_urls))
    return made(
        title=text(), page_title=text(), body_text=text(), body_html=text(), copyright_notice=text(),
        modification_notes=[text()], keywords=[text(), text()], keywords_raw=text(), canonical_url=url(), url=url(),
        source={"name": text(), "url": url()}, channel={"name": text(), "url": url()},
        authors=[{"name": text(), "role": text()}], editors=[{"name": text(), "role": None}],
        images=[{"url": url(), "alt": text(), "caption": text(), "credit": text(), "position": 0}],
        videos=[{"url": url(), "poster": url(), "duration_s": 0, "media_id": text()}],
        image_credit={"raw": text(), "name": None, "role": None}, id="kankanews:" + text(),
    )  # fmt: skip


def some(test: Any) -> Any:
    return settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])(test)


# -- JSON-LD ----------------------------------------------------------------------------------------------------------


def graph_of(thing: dict[str, Any]) -> Dataset:
    """Read JSON-LD as RDF, with what schema.org's context does for it: names are its terms. Nothing is fetched."""
    assert thing["@context"] == "https://schema.org"
    graph = Dataset()
    graph.parse(data=json.dumps(thing | {"@context": {"@vocab": str(SDO)}}), format="json-ld")
    return graph


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's reader uses its own earlier classes
def test_jsonld_is_a_news_article_in_terms_of_schema_org_alone():
    (thing,) = objects("jsonld", made())
    graph = graph_of(thing)
    node = URIRef(PAGE)

    terms = {predicate for _, predicate, _, _ in graph.quads()} - {RDF.type}
    assert [term for term in terms if term not in SDO] == []
    assert (node, RDF.type, SDO.NewsArticle) in graph
    assert set(graph.objects(None, RDF.type)) == {
        SDO.NewsArticle, SDO.Person, SDO.Organization, SDO.ImageObject, SDO.VideoObject
    }  # fmt: skip
    said = {
        term: set(graph.objects(node, SDO[term])) for term in ("headline", "datePublished", "dateModified", "keywords")
    }
    assert said == {
        "headline": {Literal("用脚板丈量民情 李强要求大调研不停步")},
        "datePublished": {Literal("2019-01-09T17:04:22+08:00")},
        "dateModified": {Literal("2019-01-10T08:00:00+08:00")},
        "keywords": set(map(Literal, ["上海市大调研总结和推进会", "李强", "群众", "企业", "大调研", "作风"])),
    }
    people = {str(name) for person in graph.objects(node, SDO.author) for name in graph.objects(person, SDO.name)}
    assert people == {"张三", "李四"}


def test_jsonld_of_images_and_videos():
    (thing,) = objects("jsonld", made())

    assert thing["image"] == [
        {"@type": "ImageObject", "contentUrl": "https://cdn.example/1.jpg", "caption": "会场", "description": "一",
         "creditText": "王某摄"},
        {"@type": "ImageObject", "contentUrl": "https://cdn.example/2.jpg", "creditText": "(图片来源:陈正宝/摄)"},
    ]  # fmt: skip
    assert thing["video"] == [
        {"@type": "VideoObject", "identifier": "7", "contentUrl": "https://cdn.example/v.mp4",
         "thumbnailUrl": "https://cdn.example/p", "duration": "PT63S"},
        {"@type": "VideoObject", "identifier": "8"},
    ]  # fmt: skip


@given(odd_articles())
@some
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_odd_texts_come_back_from_jsonld_and_no_line_ends_a_script_element(article):
    line = written("jsonld", article)
    thing = json.loads(line)

    assert b"<" not in line
    assert line.count(b"\n") == 1
    assert (thing["headline"], thing["articleBody"], thing["correction"]) == (
        article.title, article.body_text, article.modification_notes
    )  # fmt: skip
    headlines = set(graph_of(thing).objects(None, SDO.headline))
    assert {str(each) for each in headlines} == {article.title}


# -- ninjs ------------------------------------------------------------------------------------------------------------


def ninjs_validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(ninjs_schema(), validate_formats=True)


def test_ninjs_is_valid_and_says_what_the_record_says():
    (thing,) = objects("ninjs", made())

    ninjs_validator().validate(thing)
    assert thing["uri"] == "urn:newsspider:kankanews:LMwVGgj402z"
    assert thing["headlines"] == [{"value": "用脚板丈量民情 李强要求大调研不停步"}]
    assert (thing["contentCreated"], thing["versionCreated"]) == (
        "2019-01-09T17:04:22+08:00",
        "2019-01-10T08:00:00+08:00",
    )
    assert [body["contentType"] for body in thing["bodies"]] == ["text/plain", "text/html"]
    assert thing["infoSources"] == [
        {"role": "author", "name": "张三"},
        {"role": "author", "name": "李四"},
        {"role": "editor", "name": "王五"},
        {"role": "source", "name": "看看新闻Knews", "uri": "https://www.kankanews.com/knews"},
    ]
    assert [(each["name"], each["type"]) for each in thing["associations"]] == [
        ("image-1", "picture"), ("image-2", "picture"), ("video-1", "video"), ("video-2", "video")
    ]  # fmt: skip


@pytest.mark.parametrize("change", [{"headline": "x"}, {"uri": "not a uri"}, {"versionCreated": "yesterday"}])
def test_ninjs_schema_finds_faults(change):
    (thing,) = objects("ninjs", made())

    with pytest.raises(jsonschema_rs.ValidationError):
        ninjs_validator().validate(thing | change)


@given(odd_articles())
@some
def test_odd_texts_come_back_from_ninjs(article):
    (thing,) = objects("ninjs", article)

    ninjs_validator().validate(thing)
    assert thing["headlines"] == [{"value": article.title}]
    assert [body["value"] for body in thing["bodies"]] == [article.body_text, article.body_html]


# -- zyte-common-items ------------------------------------------------------------------------------------------------


class ZyteAdapter(ItemAdapter):
    """As zyte-common-items tells its users to write its items."""

    ADAPTER_CLASSES = (ZyteItemAdapter,)


def as_zyte_writes(item: zyte_common_items.Article) -> dict[str, Any]:
    return ZyteAdapter(item).asdict()


def test_zyte_is_what_the_package_itself_would_write():
    (thing,) = objects("zyte", made())
    item = zyte_common_items.Article.from_dict(thing)

    assert as_zyte_writes(item) == thing
    assert (item.datePublished, item.datePublishedRaw) == ("2019-01-09T17:04:22+08:00", "2019-01-09 17:04:22")
    assert (item.headline, item.inLanguage, item.mainImage.url) == (
        "用脚板丈量民情 李强要求大调研不停步", "zh", "https://cdn.example/1.jpg"
    )  # fmt: skip
    assert item.metadata.get_date_downloaded_parsed() == datetime(2026, 1, 30, 8, tzinfo=UTC)


@given(odd_articles())
@some
def test_odd_texts_come_back_from_zyte(article):
    (thing,) = objects("zyte", article)

    assert as_zyte_writes(zyte_common_items.Article.from_dict(thing)) == thing
    assert (thing["headline"], thing["articleBody"], thing["articleBodyHtml"]) == (
        article.title, article.body_text, article.body_html
    )  # fmt: skip


# -- CSV --------------------------------------------------------------------------------------------------------------


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))


def told(cell: str) -> str:
    """What docs/formats.md says that a reader has to do with a cell."""
    return cell.removeprefix("'")


def test_csv_has_a_row_an_article_and_lists_in_json():
    (row,) = rows(written("csv", made()))
    record = full()

    assert tuple(row) == TABLE.names
    assert {name: row[name] for name in ("id", "published_at", "source_name", "exclusive", "comments_count")} == {
        "id": record["id"], "published_at": record["published_at"], "source_name": "看看新闻Knews", "exclusive": "true",
        "comments_count": "0",
    }  # fmt: skip
    assert row["body_text"] == record["body_text"]
    for name in ("authors", "editors", "keywords", "images", "videos", "modification_notes"):
        assert json.loads(row[name]) == record[name], name


def test_csv_says_nothing_where_nothing_is_known():
    (row,) = rows(written("csv", bare()))

    assert [name for name in ("title", "source_name", "exclusive", "keywords", "comments_count") if row[name]] == []


def test_csv_is_read_by_duckdb(tmp_path):
    article = made(title='他说:"好",\r\n走了')
    (tmp_path / "a.csv").write_bytes(written("csv", article, made()))

    with duckdb.connect() as db:
        (first, _) = db.execute(
            "SELECT title, body_text, published_at, keywords::VARCHAR, exclusive, han FROM read_csv(?)",
            [str(tmp_path / "a.csv")],
        ).fetchall()
    assert first[:2] == (article.title, article.body_text)
    assert first[2] == article.published_at
    assert json.loads(first[3]) == article.keywords
    assert first[4:] == (True, article.counts.han)


def test_csv_is_read_by_pandas():
    pandas = pytest.importorskip("pandas", reason="needs pandas (tests/requirements-integration.txt)")
    article = made(title='他说:"好",\r\n走了')
    frame = pandas.read_csv(io.BytesIO(written("csv", article, bare())))

    assert frame["title"][0] == article.title
    assert pandas.isna(frame["title"][1])
    assert pandas.to_datetime(frame["published_at"][0]) == article.published_at


@given(odd_articles())
@some
def test_odd_texts_come_back_from_csv_and_none_is_a_formula(article):
    data = written("csv", article)
    (row,) = rows(data)

    assert data.count(b"\r\n") >= 2
    assert (told(row["title"]), told(row["body_text"]), told(row["copyright_notice"]), told(row["source_name"])) == (
        article.title, article.body_text, article.copyright_notice, article.source.name
    )  # fmt: skip
    assert json.loads(row["keywords"]) == article.keywords
    assert [cell for cell in row.values() if cell[:1] in set("=+-@\t\r\n＝＋－＠")] == []


# -- Atom -------------------------------------------------------------------------------------------------------------

# RFC 4287: how often an element may stand there, 4.1.1 and 4.1.2.
ONCE_IN_FEED = {"id": (1, 1), "title": (1, 1), "updated": (1, 1), "generator": (0, 1)}
ONCE_IN_ENTRY = {
    "id": (1, 1),
    "title": (1, 1),
    "updated": (1, 1),
    "published": (0, 1),
    "content": (0, 1),
    "rights": (0, 1),
}
# 3.3, as RFC 3339 has it, with an upper-case T.
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
URI = re.compile(r"[a-z][a-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{2})+")


def checked_atom(data: bytes) -> etree._Element:
    """Hold a feed against what RFC 4287 says that it MUST be; return it."""
    feed = etree.fromstring(data)
    assert feed.tag == f"{ATOM}feed"
    _check_counts(feed, ONCE_IN_FEED)
    entries = feed.findall(f"{ATOM}entry")
    assert feed.find(f"{ATOM}author") is not None or all(each.find(f"{ATOM}author") is not None for each in entries)
    for entry in entries:
        _check_counts(entry, ONCE_IN_ENTRY)
        assert entry.find(f"{ATOM}content") is not None or entry.find(f"{ATOM}link[@rel='alternate']") is not None
    for date in feed.iter(f"{ATOM}updated", f"{ATOM}published"):
        assert DATE.fullmatch(date.text), date.text
    for person in feed.iter(f"{ATOM}author", f"{ATOM}contributor"):
        assert [child.tag for child in person if child.tag == f"{ATOM}name"] == [f"{ATOM}name"]
        assert {child.tag for child in person} <= {f"{ATOM}name", f"{ATOM}uri", f"{ATOM}email"}
    for identifier in feed.iter(f"{ATOM}id", f"{ATOM}uri"):
        assert URI.fullmatch(identifier.text), identifier.text
    for link in feed.iter(f"{ATOM}link"):
        assert URI.fullmatch(link.get("href")), link.get("href")
    for content in feed.iter(f"{ATOM}content"):
        assert content.get("type") in ("text", "html")
        assert len(content) == 0
    ids = [entry.find(f"{ATOM}id").text for entry in entries]
    assert len(set(ids)) == len(ids)
    return feed


def _check_counts(parent: etree._Element, counts: dict[str, tuple[int, int]]) -> None:
    for name, (least, most) in counts.items():
        assert least <= len(parent.findall(f"{ATOM}{name}")) <= most, name


@pytest.mark.parametrize("parse", [feedparser.parse, feedparser_rs.parse])
def test_atom_is_read_by_independent_readers(parse):
    data = written("atom", made())
    checked_atom(data)
    feed = parse(data)

    assert (feed.bozo, feed.version, feed.feed.title) == (False, "atom10", "kankanews")
    (entry,) = feed.entries
    assert entry.id == "urn:newsspider:kankanews:LMwVGgj402z"
    assert entry.link == PAGE
    assert entry.title == "用脚板丈量民情 李强要求大调研不停步"
    assert [tag.term for tag in entry.tags] == [
        "时讯", "上海市大调研总结和推进会", "李强", "群众", "企业", "大调研", "作风"
    ]  # fmt: skip
    assert [author.name for author in entry.authors] == ["张三", "李四"]
    assert "<p>市委副书记尹弘" in entry.content[0].value


def test_atom_times_are_those_of_the_page_and_else_of_the_capture():
    data = written("atom", made(), made(id="kankanews:b", modified_at=None))
    feed = feedparser.parse(data)

    assert sorted(entry.updated for entry in feed.entries) == ["2019-01-10T08:00:00+08:00", "2026-01-30T08:00:00+00:00"]
    assert {entry.published for entry in feed.entries} == {"2019-01-09T17:04:22+08:00"}
    assert feed.feed.updated == "2026-01-30T08:00:00+00:00"


def test_atom_of_an_article_of_which_nothing_is_known_and_of_none():
    (entry,) = checked_atom(written("atom", bare())).findall(f"{ATOM}entry")

    assert entry.find(f"{ATOM}title").text == PAGE
    assert checked_atom(written("atom")).findall(f"{ATOM}entry") == []


def test_feed_of_a_channel_has_a_name_of_its_own():
    other = made(id="kankanews:b", channel={"name": "新闻坊", "url": None})
    feed = checked_atom(written("atom", made(), other, channel="时讯"))

    assert feed.find(f"{ATOM}id").text == "urn:newsspider:feed:kankanews:%E6%97%B6%E8%AE%AF"
    assert feed.find(f"{ATOM}title").text == "kankanews: 时讯"
    assert [each.text for each in feed.iterfind(f"{ATOM}entry/{ATOM}id")] == ["urn:newsspider:kankanews:LMwVGgj402z"]


@given(odd_articles())
@some
def test_odd_texts_come_back_from_atom_but_for_what_xml_forbids(article):
    feed = checked_atom(written("atom", article))
    entry = feed.find(f"{ATOM}entry")

    def readable(text: str) -> str:
        return "".join(each if _in_xml(ord(each)) else "\ufffd" for each in text)

    assert entry.find(f"{ATOM}title").text == readable(article.title)
    assert entry.find(f"{ATOM}content").text == readable(article.body_html)
    terms = [each.get("term") for each in entry.iterfind(f"{ATOM}category")]
    assert terms == [readable(each) for each in (article.channel.name, *article.keywords)]


def _in_xml(code: int) -> bool:
    """XML 1.0, 2.2."""
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


# -- JSON Feed --------------------------------------------------------------------------------------------------------


def test_jsonfeed_is_read_by_an_independent_reader():
    data = written("jsonfeed", made())
    feed = feedparser_rs.parse(data)

    assert (feed.bozo, feed.version, feed.feed.title) == (False, "json11", "kankanews")
    (entry,) = feed.entries
    assert (entry.id, entry.link, entry.title) == ("kankanews:LMwVGgj402z", PAGE, "用脚板丈量民情 李强要求大调研不停步")
    assert entry.author == "张三"
    assert [tag.term for tag in entry.tags][:2] == ["时讯", "上海市大调研总结和推进会"]
    (item,) = json.loads(data)["items"]
    assert (item["date_published"], item["date_modified"]) == ("2019-01-09T17:04:22+08:00", "2019-01-10T08:00:00+08:00")
    assert item["attachments"] == [
        {"url": "https://cdn.example/v.mp4", "mime_type": "video/mp4", "duration_in_seconds": 63}
    ]  # fmt: skip


@pytest.mark.skipif(
    not JSONFEED.exists(), reason=f"the schema of JSON Feed is not here; fetch it with: {FETCH_JSONFEED}"
)
class TestJsonFeedSchema:
    @pytest.mark.parametrize("articles", [[], [made()], [bare()], [made(), bare()]])
    def test_feed_is_valid(self, articles):
        jsonschema_rs.validate(jsonfeed_schema(), json.loads(written("jsonfeed", *articles)), validate_formats=True)

    @given(odd_articles())
    @some
    def test_feed_of_odd_texts_is_valid_and_has_them(self, article):
        feed = json.loads(written("jsonfeed", article))

        jsonschema_rs.validate(jsonfeed_schema(), feed, validate_formats=True)
        (item,) = feed["items"]
        assert (item["id"], item["title"], item["content_html"], item["tags"]) == (
            article.id, article.title, article.body_html, [article.channel.name, *article.keywords]
        )  # fmt: skip


# -- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_records_give_the_same_bytes(form):
    assert written(form, made(), bare()) == written(form, made(), bare())


@pytest.mark.parametrize("form", ["jsonld", "ninjs", "csv", "zyte"])
def test_records_are_written_as_they_come(form):
    """From a feed without end the first come at once: nothing is collected."""
    pieces = export(itertools.repeat(made()), form, name="endless")

    assert len(list(itertools.islice(pieces, 5))) == 5


def test_every_version_is_written_as_a_record_and_the_newest_as_an_entry():
    versions = [from_record(record_of(1, hours=hours, title=f"{hours}"), Article) for hours in (0, 2, 1)]

    assert [each["headline"] for each in objects("jsonld", *versions)] == ["0", "2", "1"]
    assert [each.title for each in feedparser.parse(written("atom", *versions)).entries] == ["2"]
    assert [each["headline"] for each in map(json.loads, written("zyte", *versions, count=3).splitlines())] == ["2"]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 20)), max_size=60),
    st.integers(1, 12),
)
@some
def test_newest_are_those_that_sorting_all_would_give(captures, count):
    """Each article was published once, and was captured at some hours, in any order."""
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    articles = [
        dataclasses.replace(
            BASE, id=f"kankanews:{number}", published_at=noon + timedelta(days=number * 7 % 10),
            fetched_at=noon + timedelta(hours=hours), page_title=str(place),
        )
        for place, (number, hours) in enumerate(captures)
    ]  # fmt: skip
    last = {}
    for each in sorted(articles, key=lambda each: (each.fetched_at, int(each.page_title))):
        last[each.id] = each
    expected = sorted(last.values(), key=lambda each: each.published_at, reverse=True)[:count]

    assert [each.article for each in newest(articles, count)] == expected


BASE = made()


def test_channel_of_which_there_is_nothing_is_told_with_those_that_there_are():
    with pytest.raises(ChannelNotFoundError, match="--channel 体育: no article is of that channel; there are: 时讯"):
        written("csv", made(), bare(), channel="体育")


@given(st.text(alphabet=[chr(number) for number in range(0x21, 0x7F)], max_size=30).map("https://".__add__))
def test_address_is_a_uri_or_none_and_stays_what_it_is(url):
    found = uri(url)

    assert found is None or URI.fullmatch(found)
    assert found is None or uri(found) == found


# -- the documentation ------------------------------------------------------------------------------------------------


def table() -> list[list[str]]:
    text = DOCS.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_documentation_names_every_field_in_every_format():
    head, _, *body = [row for row in table() if len(row) == len(FORMATS) + 1]

    assert head == ["field", *FORMATS]
    assert [row[0].strip("`") for row in body] == [field.name for field in dataclasses.fields(Article)]
    assert [row[0] for row in body if "" in row] == []


def leaves(value: Any) -> set[str]:
    """Every text that stands somewhere in a JSON value."""
    if isinstance(value, dict):
        return set().union(*(leaves(each) for each in value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(leaves, value)) if value else set()
    return {str(value)}


@pytest.mark.parametrize("field", ["title", "page_title", "published_raw", "body_text", "body_html", "copyright_notice",
                                   "keywords_raw", "id", "content_hash", "site_facts"])  # fmt: skip
@pytest.mark.parametrize("form", ["jsonld", "ninjs", "jsonfeed", "zyte"])
def test_documentation_tells_truly_whether_a_format_has_a_field(form, field):
    head, _, *body = [row for row in table() if len(row) == len(FORMATS) + 1]
    (cell,) = (row[head.index(form)] for row in body if row[0] == f"`{field}`")
    mark = "kankanews:mark" if field == "id" else "mark-of-this-field"
    there = any(mark in text for text in leaves(json.loads(written(form, made(**{field: mark})))))

    assert there == (cell != "–"), f"{field} in {form} is documented as {cell}"
