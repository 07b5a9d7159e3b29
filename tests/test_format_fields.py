"""Where each field goes, value by value: what docs/formats.md says of a record in which every field says something."""

from __future__ import annotations

import csv
import io
import json
from itertools import permutations
from typing import Any

import pytest
from lxml import etree

from newsspider.feeds.formats.addresses import home_of, media_type, page_of, uri, urn
from newsspider.feeds.formats.export import ChannelNotFoundError, export
from newsspider.feeds.formats.newest import newest
from newsspider.feeds.formats.objects import line
from newsspider.record.items import Article
from newsspider.record.records import from_record
from tests.feeds import sample

ATOM = "{http://www.w3.org/2005/Atom}"

FULL: dict[str, Any] = {
    "id": "news:1",
    "url": "https://m.news.example/1",
    "canonical_url": "https://www.news.example/1",
    "title": "Title",
    "original_title": "Original",
    "page_title": "Title - News",
    "published_at": "2026-01-02T03:04:05.600000+08:00",
    "published_raw": "Jan 2",
    "modified_at": "2026-01-03T03:04:05.600000+08:00",
    "modification_notes": ["A name was wrong.", "So was a date."],
    "source": {"name": "Agency", "url": "https://agency.example/"},
    "authors": [{"name": "Ada", "role": "reporter"}, {"name": "Bob", "role": None}],
    "editors": [{"name": "Eve", "role": "editor"}],
    "channel": {"name": "World", "url": "https://www.news.example/world"},
    "section": "Asia",
    "summary": "In short",
    "body_text": "One.\n\nTwo.",
    "body_html": "<p>One.</p><p>Two.</p>",
    "images": [
        {"url": "https://cdn.example/1.jpg", "alt": "alt", "caption": "caption", "credit": "Cy", "position": 0},
        {"url": "https://cdn.example/2.jpg", "alt": None, "caption": None, "credit": None, "position": 1},
    ],
    "image_credit": {"raw": "Photos: Di", "name": "Di", "role": "Photos"},
    "videos": [
        {"url": "https://cdn.example/v.mp4", "poster": "https://cdn.example/p.jpg", "media_id": "7", "duration_s": 0},
        {"url": "https://cdn.example/play", "poster": None, "media_id": None, "duration_s": 63},
        {"url": None, "poster": None, "media_id": "8", "duration_s": None},
    ],
    "audio": [{"url": "https://cdn.example/a.mp3", "title": "Read aloud", "duration_s": 0}],
    "copyright_notice": "All rights reserved",
    "exclusive": True,
    "is_free": False,
    "sponsored": False,
    "keywords": ["k1", "k2"],
    "keywords_raw": "k1,k2",
    "comments": {"count": 0, "state": "empty"},
    "language": "zh-CN",
    "amp_url": "https://amp.news.example/1",
    "counts": {"chars": 8, "han": 0, "words": 2, "paragraphs": 2},
    "content_hash": "sha256:" + "0" * 64,
    "fetched_at": "2026-01-30T23:30:00.700000-05:00",
}


def made(**fields: Any) -> Article:
    return from_record(sample() | FULL | fields, Article)


def one(form: str, **fields: Any) -> dict[str, Any]:
    thing: dict[str, Any] = json.loads(b"".join(export([made(**fields)], form, name="news")))
    return thing


def entry(**fields: Any) -> etree._Element:
    found = etree.fromstring(b"".join(export([made(**fields)], "atom", name="news"))).find(f"{ATOM}entry")
    assert found is not None
    return found


def described(element: etree._Element) -> tuple[str, dict[str, str], str | None, list[Any]]:
    """Return name, attributes, text and children of an element."""
    attributes = {str(name).rpartition("}")[2]: str(value) for name, value in element.attrib.items()}
    return str(element.tag).removeprefix(ATOM), attributes, element.text, [described(child) for child in element]


def test_fields_of_jsonld():
    picture = {"@type": "ImageObject", "contentUrl": "https://cdn.example/1.jpg"}

    assert one("jsonld") == {
        "@context": "https://schema.org", "@type": "NewsArticle", "@id": "https://www.news.example/1",
        "identifier": "news:1", "url": "https://m.news.example/1", "mainEntityOfPage": "https://www.news.example/1",
        "headline": "Title", "alternativeHeadline": "Original", "abstract": "In short",
        "datePublished": "2026-01-02T03:04:05.600000+08:00", "dateModified": "2026-01-03T03:04:05.600000+08:00",
        "correction": ["A name was wrong.", "So was a date."],
        "sourceOrganization": {"@type": "Organization", "name": "Agency", "url": "https://agency.example/"},
        "author": [{"@type": "Person", "name": "Ada", "jobTitle": "reporter"}, {"@type": "Person", "name": "Bob"}],
        "editor": [{"@type": "Person", "name": "Eve", "jobTitle": "editor"}],
        "articleSection": "Asia", "articleBody": "One.\n\nTwo.", "wordCount": 2,
        "image": [
            picture | {"caption": "caption", "description": "alt", "creditText": "Cy"},
            picture | {"contentUrl": "https://cdn.example/2.jpg", "creditText": "Photos: Di"},
        ],
        "video": [
            {"@type": "VideoObject", "identifier": "7", "contentUrl": "https://cdn.example/v.mp4",
             "thumbnailUrl": "https://cdn.example/p.jpg", "duration": "PT0S"},
            {"@type": "VideoObject", "contentUrl": "https://cdn.example/play", "duration": "PT63S"},
            {"@type": "VideoObject", "identifier": "8"},
        ],
        "audio": [{"@type": "AudioObject", "name": "Read aloud", "contentUrl": "https://cdn.example/a.mp3",
                   "duration": "PT0S"}],
        "isAccessibleForFree": False, "copyrightNotice": "All rights reserved", "keywords": ["k1", "k2"],
        "commentCount": 0, "inLanguage": "zh-CN", "version": "sha256:" + "0" * 64, "sdDatePublished": "2026-01-30",
    }  # fmt: skip
    assert one("jsonld", section=None)["articleSection"] == "World"


def test_fields_of_ninjs():
    about = {"type": "picture", "uri": "urn:newsspider:news:1:image:1", "name": "image-1"}

    assert one("ninjs") == {
        "uri": "urn:newsspider:news:1",
        "standard": {"name": "ninjs", "version": "3.2", "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.2.json#"},
        "type": "text", "representationType": "full", "version": "sha256:" + "0" * 64,
        "contentCreated": "2026-01-02T03:04:05.600000+08:00", "versionCreated": "2026-01-03T03:04:05.600000+08:00",
        "language": "zh-CN", "headlines": [{"value": "Title"}], "title": "Title - News", "by": "Ada、Bob",
        "infoSources": [
            {"role": "author", "name": "Ada"}, {"role": "author", "name": "Bob"}, {"role": "editor", "name": "Eve"},
            {"role": "source", "name": "Agency", "uri": "https://agency.example/"},
        ],
        "subjects": [
            {"rel": "channel", "name": "World", "uri": "https://www.news.example/world"},
            {"rel": "keyword", "name": "k1"}, {"rel": "keyword", "name": "k2"},
        ],
        "bodies": [
            {"contentType": "text/plain", "value": "One.\n\nTwo.", "charCount": 8, "wordCount": 2},
            {"contentType": "text/html", "value": "<p>One.</p><p>Two.</p>"},
        ],
        "descriptions": [
            {"role": "summary", "value": "In short"},
            {"role": "correction", "value": "A name was wrong."}, {"role": "correction", "value": "So was a date."},
        ],
        "copyrightNotice": "All rights reserved",
        "renditions": [{"name": "web", "href": "https://m.news.example/1", "contentType": "text/html"}],
        "associations": [
            about | {"by": "Cy", "renditions": [{"name": "main", "href": "https://cdn.example/1.jpg"}],
                     "descriptions": [{"role": "caption", "value": "caption"}, {"role": "alt", "value": "alt"}]},
            {"name": "image-2", "uri": "urn:newsspider:news:1:image:2", "type": "picture", "by": "Photos: Di",
             "renditions": [{"name": "main", "href": "https://cdn.example/2.jpg"}]},
            {"name": "video-1", "uri": "urn:newsspider:news:1:video:1", "type": "video", "renditions": [
                {"name": "main", "href": "https://cdn.example/v.mp4", "contentType": "video/mp4", "duration": 0},
                {"name": "poster", "href": "https://cdn.example/p.jpg"},
             ], "altIds": [{"role": "media_id", "value": "7"}]},
            {"name": "video-2", "uri": "urn:newsspider:news:1:video:2", "type": "video", "renditions": [
                {"name": "main", "href": "https://cdn.example/play", "duration": 63},
             ]},
            {"name": "video-3", "uri": "urn:newsspider:news:1:video:3", "type": "video",
             "altIds": [{"role": "media_id", "value": "8"}]},
        ],
        "altIds": [{"role": "id", "value": "news:1"}, {"role": "canonical_url", "value": "https://www.news.example/1"}],
    }  # fmt: skip
    bare = one("ninjs", body_text=None, body_html=None, modified_at=None)
    assert (bare["representationType"], "bodies" in bare) == ("partial", False)
    assert bare["versionCreated"] == "2026-01-30T23:30:00.700000-05:00"


def test_fields_of_jsonfeed():
    feed = one("jsonfeed")

    assert {name: value for name, value in feed.items() if name != "items"} == {
        "version": "https://jsonfeed.org/version/1.1", "title": "news", "home_page_url": "https://www.news.example/"
    }  # fmt: skip
    assert feed["items"] == [{
        "id": "news:1", "url": "https://www.news.example/1", "title": "Title", "summary": "In short",
        "content_html": "<p>One.</p><p>Two.</p>", "content_text": "One.\n\nTwo.", "image": "https://cdn.example/1.jpg",
        "date_published": "2026-01-02T03:04:05.600000+08:00", "date_modified": "2026-01-03T03:04:05.600000+08:00",
        "authors": [{"name": "Ada"}, {"name": "Bob"}], "tags": ["World", "k1", "k2"], "language": "zh-CN",
        "attachments": [
            {"url": "https://cdn.example/v.mp4", "mime_type": "video/mp4", "duration_in_seconds": 0},
            {"url": "https://cdn.example/play", "mime_type": "application/octet-stream", "duration_in_seconds": 63},
        ],
    }]  # fmt: skip
    (item,) = one("jsonfeed", authors=[], modified_at=None, body_text=None, body_html=None)["items"]
    assert item["authors"] == [{"name": "Agency", "url": "https://agency.example/"}]
    assert item["date_modified"] == "2026-01-30T23:30:00.700000-05:00"
    assert item["content_text"] == ""  # JSON Feed 1.1: one of content_html and content_text must be there


def test_fields_of_zyte():
    assert one("zyte") == {
        "url": "https://m.news.example/1", "canonicalUrl": "https://www.news.example/1", "headline": "Title",
        "datePublished": "2026-01-02T03:04:05+08:00", "datePublishedRaw": "Jan 2",
        "dateModified": "2026-01-03T03:04:05+08:00", "authors": [{"name": "Ada"}, {"name": "Bob"}],
        "breadcrumbs": [{"name": "World", "url": "https://www.news.example/world"}], "inLanguage": "zh",
        "mainImage": {"url": "https://cdn.example/1.jpg"},
        "images": [{"url": "https://cdn.example/1.jpg"}, {"url": "https://cdn.example/2.jpg"}],
        "description": "In short", "articleBody": "One.\n\nTwo.", "articleBodyHtml": "<p>One.</p><p>Two.</p>",
        "videos": [{"url": "https://cdn.example/v.mp4"}, {"url": "https://cdn.example/play"}],
        "audios": [{"url": "https://cdn.example/a.mp3"}],
        "metadata": {"dateDownloaded": "2026-01-31T04:30:00Z", "probability": 1.0},  # in UTC, as the Z says
    }  # fmt: skip
    bare = one("zyte", images=[], modified_at=None)
    assert [name for name in ("mainImage", "images", "dateModified") if name in bare] == []


def test_fields_of_atom():
    assert described(entry()) == ("entry", {"lang": "zh-CN"}, None, [
        ("id", {}, "urn:newsspider:news:1", []),
        ("title", {}, "Title", []),
        ("updated", {}, "2026-01-03T03:04:05.600000+08:00", []),
        ("published", {}, "2026-01-02T03:04:05.600000+08:00", []),
        ("link", {"rel": "alternate", "href": "https://www.news.example/1", "type": "text/html"}, None, []),
        ("link", {"rel": "enclosure", "href": "https://cdn.example/v.mp4", "type": "video/mp4"}, None, []),
        ("link", {"rel": "enclosure", "href": "https://cdn.example/play"}, None, []),
        ("author", {}, None, [("name", {}, "Ada", [])]),
        ("author", {}, None, [("name", {}, "Bob", [])]),
        ("contributor", {}, None, [("name", {}, "Eve", [])]),
        ("category", {"term": "World", "scheme": "urn:newsspider:channel"}, None, []),
        ("category", {"term": "k1"}, None, []),
        ("category", {"term": "k2"}, None, []),
        ("rights", {}, "All rights reserved", []),
        ("summary", {}, "In short", []),
        ("content", {"type": "html"}, "<p>One.</p><p>Two.</p>", []),
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "path", "told"),
    [
        ({"title": None}, "title", "Title - News"),
        ({"title": None, "page_title": None}, "title", "https://www.news.example/1"),
        ({"authors": []}, "author/{*}name", "Agency"),
        ({"authors": []}, "author/{*}uri", "https://agency.example/"),
        ({"modified_at": None}, "updated", "2026-01-30T23:30:00.700000-05:00"),
        ({"body_html": None}, "content[@type='text']", "One.\n\nTwo."),
        ({"copyright_notice": "a\x00b\uffffc"}, "rights", "a\ufffdb\ufffdc"),
    ],
)
def test_what_stands_in_atom_for_what_is_not_known(fields, path, told):
    assert [each.text for each in entry(**fields).iterfind("{*}" + path)] == [told]


def test_a_language_that_xml_has_no_place_for_becomes_readable():
    assert described(entry(language="z\x00h"))[1] == {"lang": "z\ufffdh"}


@pytest.mark.parametrize("form", ["atom", "jsonfeed", "ninjs"])
def test_keywords_that_are_not_known_are_none(form):
    assert b"k1" in b"".join(export([made()], form, name="news"))
    assert b"k1" not in b"".join(export([made(keywords=None)], form, name="news"))


def test_atom_of_several_articles_was_updated_with_the_last_and_of_none_never():
    articles = [made(id=f"news:{day}", modified_at=f"2026-01-{day:02}T00:00:00+00:00") for day in (3, 9, 5)]
    feed = etree.fromstring(b"".join(export(articles, "atom", name="news")))
    none = etree.fromstring(b"".join(export([], "atom", name="news")))

    assert feed.findtext(f"{ATOM}updated") == "2026-01-09T00:00:00+00:00"
    assert [described(each) for each in none] == [
        ("id", {}, "urn:newsspider:feed:news", []),
        ("title", {}, "news", []),
        ("updated", {}, "1970-01-01T00:00:00+00:00", []),
        ("author", {}, None, [("name", {}, "news", [])]),
        ("generator", {}, "newsspider", []),
    ]


@pytest.mark.parametrize(("cell", "field"), [
    ("is_free", "false"), ("exclusive", "true"), ("keywords", '["k1","k2"]'), ("comments_count", "0"),
    ("audio", '[{"url":"https://cdn.example/a.mp3","title":"Read aloud","duration_s":0}]'),
    ("published_at", "2026-01-02T03:04:05.600000+08:00"), ("image_credit", "Photos: Di"), ("amp_url", FULL["amp_url"]),
])  # fmt: skip
def test_cells_of_csv(cell, field):
    (row,) = csv.DictReader(io.StringIO(b"".join(export([made()], "csv", name="news")).decode(), newline=""))

    assert row[cell] == field
    assert len(row["record_hash"]) == 64


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'"])
def test_text_that_a_spreadsheet_runs_gets_an_apostrophe(first):
    data = b"".join(export([made(title=f"{first}1", summary=f"1{first}")], "csv", name="news")).decode()
    (row,) = csv.DictReader(io.StringIO(data, newline=""))

    assert (row["title"], row["summary"]) == (f"'{first}1", f"1{first}")


def test_value_that_is_false_or_nought_is_known():
    assert line({"b": 1, "a": False}) == b'{"b":1,"a":false}\n'


def test_of_captures_of_one_moment_the_one_that_comes_last_stands():
    first, second = made(title="first"), made(title="second")

    assert [each.article.title for each in newest([first, second], 1)] == ["second"]


def test_capture_that_is_older_takes_nobodys_place():
    earlier, later = (made(title=f"{day}", fetched_at=f"2026-01-{day}T00:00:00+00:00") for day in (10, 11))

    assert [each.article.title for each in newest([later, earlier], 1)] == ["11"]
    assert [each.article.title for each in newest([earlier, later], 1)] == ["11"]


def test_newest_is_what_was_published_last_else_captured_last():
    days = {"a": ("03", "20"), "b": ("05", "10"), "c": (None, "04")}
    articles = [
        made(
            id=f"news:{name}",
            published_at=at and f"2026-01-{at}T00:00:00+00:00",
            fetched_at=f"2026-01-{seen}T00:00:00+00:00",
        )
        for name, (at, seen) in days.items()
    ]

    assert [each.article.id[-1] for each in newest(articles, 3)] == ["b", "c", "a"]
    assert [each.article.id[-1] for each in newest(articles, 2)] == ["b", "c"]


def test_line_of_jsonld_ends_no_script_element():
    (line_of,) = export([made(title="</script>")], "jsonld", name="news")

    assert b"<" not in line_of
    assert json.loads(line_of)["headline"] == "</script>"


def test_articles_of_one_moment_are_in_one_order_whichever_comes_first():
    articles = [made(id=f"news:{n}") for n in (2, 3, 1)]

    assert [each.article.id for each in newest(articles, 3)] == [each.article.id for each in newest(articles[::-1], 3)]


def captured(hour: int, text: str, modified: int | None) -> Article:
    """The article as it was at an hour of a day, with what its page says of the hour of its change."""
    day = "2026-01-30T{:02}:00:00+00:00"
    digest = "sha256:" + text * 64
    changed = None if modified is None else day.format(modified)
    return made(fetched_at=day.format(hour), modified_at=changed, content_hash=digest, body_text=text)


@pytest.mark.parametrize(
    ("captures", "updated"),
    [
        ([(12, "a", 10)], 10),
        ([(12, "a", None)], 12),
        ([(12, "a", 10), (14, "a", 10)], 10),
        ([(12, "a", None), (14, "a", None)], 12),
        ([(12, "a", 10), (14, "b", 13)], 13),
        ([(12, "a", 10), (14, "b", 12)], 14),
        ([(12, "a", 10), (14, "b", 10)], 14),
        ([(12, "a", 10), (14, "b", 10), (16, "b", 10)], 14),
        ([(12, "a", 10), (14, "b", 10), (16, "a", 10)], 16),
        ([(12, "a", 10), (13, "a", 10), (14, "b", 12)], 14),
    ],
)
def test_entry_is_updated_when_the_page_says_so_or_else_when_it_was_seen_to_be_another(captures, updated):
    """In whatever order it was captured; each change is later than what was told before."""
    for order in permutations(captured(*each) for each in captures):
        feed = etree.fromstring(b"".join(export(order, "atom", name="news")))
        (item,) = json.loads(b"".join(export(order, "jsonfeed", name="news")))["items"]

        assert feed.findtext(f"{ATOM}entry/{ATOM}updated") == f"2026-01-30T{updated}:00:00+00:00"
        assert item["date_modified"] == f"2026-01-30T{updated}:00:00+00:00"


# -- how many, and of which channel -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "count", "found"), [
    ("atom", None, 50), ("atom", 51, 51), ("atom", 1, 1), ("atom", 0, 0), ("jsonfeed", None, 50), ("jsonfeed", 2, 2),
    ("zyte", None, 51), ("zyte", 2, 2), ("zyte", 0, 0), ("csv", 3, 4), ("csv", 0, 1),
])  # fmt: skip
def test_as_many_come_as_are_asked_for(form, count, found):
    """CSV has a row of names besides."""
    data = b"".join(export([made(id=f"news:{n}") for n in range(51)], form, name="news", count=count))
    mark = {"atom": b"<entry", "jsonfeed": b'"id":', "zyte": b"\n", "csv": b"\r\n"}[form]

    assert data.count(mark) == found


def test_channel_is_looked_for_behind_articles_of_none_and_of_others():
    articles = [made(channel=None), made(channel={"name": "Sports", "url": None}), made(id="news:2"), made(id="news:3")]
    lines = b"".join(export(articles, "jsonld", name="news", channel="World")).splitlines()

    assert [json.loads(each)["identifier"] for each in lines] == ["news:2", "news:3"]


@pytest.mark.parametrize(
    ("channels", "there"), [([], "none is named"), ([None], "none is named"), (["b", "a", "b"], "a, b")]
)
def test_channel_that_is_not_there_is_told(channels, there):
    articles = [made(channel=each and {"name": each, "url": None}) for each in channels]

    with pytest.raises(ChannelNotFoundError, match=f"no article is of that channel; there are: {there}$"):
        list(export(articles, "jsonld", name="news", channel="World"))


def test_channels_that_are_named_in_a_message_are_bounded():
    articles = [made(channel={"name": f"c{number:03}", "url": None}) for number in range(101)]

    with pytest.raises(ChannelNotFoundError) as raised:
        list(export(articles, "jsonld", name="news", channel="World"))
    assert str(raised.value).endswith(", ".join(f"c{number:03}" for number in range(98, 100)))


# -- addresses and names ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://news.example/", "http://news.example/"),
        ("https://news.example:8443/a", "https://news.example:8443/a"),
        ("https://news.example:123456/a", None),  # no port has six digits
        ("https://[2001:db8::1]:80/a", "https://[2001:db8::1]:80/a"),
        ("https://news.example?q=1", "https://news.example?q=1"),
        ("https://news.example#x", "https://news.example#x"),
        ("https://news.example/%e4%bD", "https://news.example/%e4%bD"),  # RFC 3986, 2.1: hex digits of either case
        ("https://news.example/%4", "https://news.example/%254"),
        ("https://news.example/%zz", "https://news.example/%25zz"),
        ("https://news.example/时?讯=1#页", "https://news.example/%E6%97%B6?%E8%AE%AF=1#%E9%A1%B5"),
        ("https://news.example/[a]\\", "https://news.example/%5Ba%5D%5C"),
        ("https://user@news.example/", None),
        ("https://时讯.example/", None),
        ("ftp://news.example/", None),
        ("//news.example/", None),
        ("", None),
        (None, None),
    ],
)
def test_address_is_written_as_a_uri(url, told):
    assert uri(url) == told


def test_name_of_ours_has_no_slash_question_or_hash():
    assert urn("a/b", "?", "#", "c:d") == "urn:newsspider:a%2Fb:%3F:%23:c:d"  # RFC 8141: ?+, ?=, # end the name


def test_page_of_an_article_is_its_canonical_address_or_its_name():
    assert page_of(made()) == "https://www.news.example/1"
    assert page_of(made(canonical_url="https://u:p@news.example/1")) == "urn:newsspider:news:1"


@pytest.mark.parametrize(
    ("pages", "home"),
    [
        (["https://news.example/1", "https://news.example/2"], "https://news.example/"),
        (["http://news.example:8080/1"], "http://news.example:8080/"),
        (["https://news.example/1", "http://news.example/2"], None),
        (["https://news.example/1", "https://www.news.example/2"], None),
        ([], None),
    ],
)
def test_front_page_is_that_of_the_one_site(pages, home):
    assert home_of(made(canonical_url=page) for page in pages) == home


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("a.flv", "video/x-flv"), ("a.m3u8", "application/vnd.apple.mpegurl"), ("a.m4v", "video/x-m4v"),
        ("a.mov", "video/quicktime"), ("a.mp4", "video/mp4"), ("a.webm", "video/webm"), ("a.WebM", "video/webm"),
        ("a.mp4?b.webm", "video/mp4"), ("a.mp4.html", None), ("mp4", None),
    ],
)  # fmt: skip
def test_media_type_is_told_by_the_end_of_the_name(name, media):
    assert media_type(f"https://cdn.example/{name}") == media
