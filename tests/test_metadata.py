"""What pages say to search engines and social networks: each name under which it stands, and who is heard first."""

from __future__ import annotations

import json

import pytest

from newsspider.parsing import jsonld
from newsspider.parsing.doubts import Doubts
from newsspider.parsing.jsonld import date, form, organizations, people, rank, read_things, string
from newsspider.parsing.metadata import Metadata, split_keywords
from newsspider.parsing.page import Page

TIME = "2026-01-29T18:30:00+08:00"
ARTICLE = {"@type": "Article"}
URL = "https://www.harbour.example/a/1"


def metadata(head, language="en"):
    html = f'<!doctype html><html lang="{language}"><head>{head}</head><body><p>x</p></body></html>'
    return Metadata(Page(html.encode(), URL, [(b"Content-Type", b"text/html; charset=utf-8")]))


def described(*things):
    scripts = "".join(f'<script type="application/ld+json">{json.dumps(thing)}</script>' for thing in things)
    return metadata(scripts).json_ld(Doubts())


PUBLISHED_OG = """
article:published_time og:published_time og:article:published_time article:published:time article:published
og:article:time og:pubdate og:release_date bytedance:published_time
"""
MODIFIED_OG = "article:modified_time og:updated_time og:article:modified_time article:modified:time"
PUBLISHED = """
datepublished publishdate pubdate publish-date publish_date publishtime publish_time publicationdate publication_date
published_time published dc.date.issued dcterms.issued dcterms.created dc.date.created dc.date dcterms.date
sailthru.date parsely-pub-date cxenseparse:recs:publishtime cxenseparse:publishtime weibo:article:create_at
article.published article.created rnews:datepublished citation_publication_date citation_date created datecreated date
pub_date published_at dc:date dc:date.created dc.created prism.publicationdate citation_online_date
"""
MODIFIED = """
datemodified dateupdate modified_time dcterms.modified dc.date.modified dc:date.modified dc.modified article:modified
article.updated parsely-mod-date modified lastmod revision_date last-modified
"""
AUTHORS = """
parsely-author byl sailthru.author cxenseparse:author citation_author dc.creator dcterms.creator author article:author
og:article:author dable:author article:author_name
"""


@pytest.mark.parametrize(
    ("witness", "field", "names"),
    [
        ("open_graph", "published_at", PUBLISHED_OG),
        ("open_graph", "modified_at", MODIFIED_OG),
        ("meta", "published_at", PUBLISHED + "\nweibo:article:create_at"),
        ("meta", "modified_at", MODIFIED),
    ],
)
def test_a_time_is_known_by_every_name_that_publishers_give_it(witness, field, names):
    for name in names.split():
        for attribute in ("property", "name", "itemprop"):
            head = f'<meta {attribute}=" {name.upper()} " content="{TIME}">'
            assert getattr(metadata(head), witness)()[field] == TIME, (attribute, name)


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ("property=og:title name=x itemprop=y", "og:title"),
        ("name=description itemprop=y", "description"),
        ("itemprop=y", "y"),
        ("property='' name=x", "x"),
    ],
)
def test_a_property_is_heard_before_a_name(attributes, name):
    assert metadata(f"<meta {attributes} content=Ferry>").named == {name: "Ferry"}


@pytest.mark.parametrize(
    ("around", "is_of_page"),
    [
        ("<div>{}</div>", True),
        ("<article itemscope itemtype=https://schema.org/NewsArticle><p>{}</p></article>", True),
        ("<main itemscope itemtype=https://schema.org/WebPage><p itemscope itemprop=mainEntity>{}</p></main>", True),
        ("<ul itemscope itemtype=https://schema.org/ItemList><li>{}</li></ul>", False),
        ("<div itemscope itemtype=http://schema.org/VideoObject><p>{}</p></div>", False),
        ("<main itemscope><p itemscope itemprop=citation itemtype=https://schema.org/Article>{}</p></main>", False),
        ("<article itemscope itemtype=https://schema.org/Article><b itemscope itemprop=author>{}</b></article>", False),
    ],
)
def test_property_of_another_thing_on_the_page_is_not_one_of_the_page(around, is_of_page):
    tag = f'<meta itemprop="datePublished" content="{TIME}">'
    html = f"<!doctype html><html><head></head><body>{around.format(tag)}</body></html>"
    page = Page(html.encode(), URL, [(b"Content-Type", b"text/html; charset=utf-8")])

    assert Metadata(page).meta()["published_at"] == (TIME if is_of_page else None)


def test_as_many_properties_in_meta_are_read():
    for others, published in ((499, TIME), (500, None)):
        head = '<meta itemprop="x" content="y">' * others + f'<meta itemprop="datePublished" content="{TIME}">'
        assert metadata(head).meta()["published_at"] == published


def test_names_of_times_with_a_blank():
    assert metadata(f'<meta name="weibo: article:create_at" content="{TIME}">').meta()["published_at"] == TIME


@pytest.mark.parametrize("name", [*AUTHORS.split(), "weibo: article:author"])
def test_an_author_is_known_by_every_name_that_publishers_give_them(name):
    (author,) = metadata(f'<meta name="{name}" content="By Ada Lovelace">').meta()["authors"]

    assert (author.name, author.role) == ("Ada Lovelace", None)


def test_of_several_names_the_best_says_who_wrote_it_with_all_that_it_names():
    head = (
        '<meta name="author" content="The Harbour Post"><meta name="byl" content="By Ada Lovelace">'
        '<meta name="byl" content="Alan Turing"><meta name="parsely-author" content="https://post.example/ada">'
    )

    assert metadata(head).authors == ["Ada Lovelace", "Alan Turing"]


def test_where_a_publisher_is_says_nothing_of_authors():
    for author in ("Harbour Post, Basel, Switzerland", "Harbour Post, " + "x" * 60 + ", Germany "):
        assert metadata(f'<meta name="author" content="{author}">').authors == []
    for author in ("Frankfurter Rundschau, Frankfurt, Germany", "ISLE BOATS, Basel, Germany", "Isles, Basel, Germany"):
        assert metadata(f'<meta name="author" content="{author}">').authors == []
    assert metadata('<meta name="author" content="Ada Turing, Basel, Schweiz">').authors == ["Ada Turing"]
    assert metadata('<meta name="author" content="Ada Turing, Schweiz">').authors == []
    assert metadata('<meta name="author" content="Ada Turing, Old Town, Basel, Schweiz">').authors == []
    assert metadata('<meta name="author" content="Ada Turing, Alan France">').authors == ["Ada Turing", "Alan France"]


@pytest.mark.parametrize(
    ("label", "name", "authors"),
    [
        ("Written by", "Ada Lovelace", ["Ada Lovelace"]),
        ("Verfasst von", "Ada Lovelace and Alan Turing", ["Ada Lovelace", "Alan Turing"]),
        ("Écrit par", "Ada Lovelace", ["Ada Lovelace"]),
        ("Est. reading time", "2 minutes", []),
        ("Written by", "admin", []),
        *(("Written by", name, []) for name in ("wpadmin", "Redaktion", "PR Newswire", "Isle of Boats", "isle boats")),
        ("Written by", "Ada", ["Ada"]),
    ],
)
def test_the_card_for_a_social_network_says_who_wrote_it(label, name, authors):
    card = f'<meta name="twitter:label1" content="{label}"><meta name="twitter:data1" content="{name}">'
    card += '<meta property="og:site_name" content="ISLE OF BOATS">'

    assert metadata(card).authors == authors
    assert metadata(f'<meta name="author" content="Käthe Müller">{card}').authors == ["Käthe Müller"]
    assert metadata(f'<meta name="twitter:data1" content="{name}">').authors == []


@pytest.mark.parametrize(
    ("head", "published"),
    [
        # Of several the most exact, of those without a time the first.
        ('<meta name="pubdate" content="2026-01-29"><meta name="date" content="2026-01-28 08:00">', "2026-01-28 08:00"),
        ('<meta name="date" content="2026-01-28"><meta name="pubdate" content="2026-01-29">', "2026-01-29"),
        ('<meta name="date" content="1.1.26 1:00"><meta name="pubdate" content="2.1.26 2:00">', "2.1.26 2:00"),
        ('<meta name="pubdate" content=""><meta name="date" content="2026-01-28">', "2026-01-28"),
        # Of one name the first.
        ('<meta name="pubdate" content="2026-01-29"><meta name="pubdate" content="2026-01-28">', "2026-01-29"),
        ('<meta name="other" content="2026-01-29">', None),
    ],
)  # fmt: skip
def test_of_several_times_the_most_exact_is_heard(head, published):
    assert metadata(head).meta()["published_at"] == published


def test_what_the_head_says_of_the_page_itself():
    said = metadata(
        '<title> Ferry  stays </title><link rel="canonical" href="/a"><link rel="canonical" href="/b">'
        '<link rel="icon" href="/c"><meta property="og:title" content="Ferry"><meta name="source" content="Post">'
        '<meta name="keywords" content="ferry, bridge，harbour、sea;boat；pier|ship,,">',
        "en-GB",
    )

    assert (said.canonical, said.language) == ("/a", "en-GB")
    assert said.open_graph()["title"] == "Ferry"
    assert said.meta()["source"] == ("Post", None)
    assert said.meta()["keywords"] == ["ferry", "bridge", "harbour", "sea", "boat", "pier", "ship"]
    assert said.meta()["authors"] is None


def test_keywords_are_a_list_or_a_line():
    assert split_keywords(["ferry", 7, " bridge ", None, ""]) == ["ferry", "bridge"]
    assert [split_keywords(value) for value in (None, 7, {}, [], "", ", ,")] == [None] * 6


# ------------------------------------------------------------------------------------------------------- JSON-LD


@pytest.mark.parametrize("kind", ["application/ld+json", " APPLICATION/LD+JSON "])
def test_of_several_articles_the_one_that_the_tab_names_is_heard(kind):
    things = [ARTICLE | {"headline": "Bridge"}, ARTICLE | {"headline": "Ferry stays"}]
    script = f'<script type="{kind}">{json.dumps(things)}</script>'

    assert metadata(f"<title>Ferry stays | Post</title>{script}").json_ld(Doubts())["title"] == "Ferry stays"
    assert metadata(f'<meta property="og:title" content="Ferry stays">{script}').json_ld(Doubts())["title"] == (
        "Ferry stays"
    )
    assert metadata(script).json_ld(Doubts())["title"] == "Bridge"


def test_what_json_ld_says_of_an_article():
    thing = {
        "@type": "NewsArticle", "headline": "Ferry &amp; bridge", "datePublished": TIME, "dateModified": "2026-01-30",
        "keywords": "ferry,bridge", "author": [{"name": "Ada Lovelace"}, "Alan Turing"],
    }  # fmt: skip
    said = described(thing)

    assert {name: said[name] for name in ("title", "published_at", "modified_at", "keywords")} == {
        "title": "Ferry & bridge", "published_at": TIME, "modified_at": "2026-01-30", "keywords": ["ferry", "bridge"],
    }  # fmt: skip
    assert [each.name for each in said["authors"]] == ["Ada Lovelace", "Alan Turing"]
    assert described({"@type": "NewsArticle"})["authors"] is None
    assert described() == described({"@type": "Person", "datePublished": TIME}) == {}


@pytest.mark.parametrize(
    ("thing", "published"),
    [
        ({"datePublished": "1", "pubDate": "2", "uploadDate": "3"}, "1"),
        ({"datePublished": "", "pubDate": "2", "uploadDate": "3"}, "2"),
        ({"uploadDate": "3"}, "3"),
        ({"dateCreated": "4"}, None),
    ],
)
def test_the_time_of_publication_has_three_names_in_json_ld(thing, published):
    assert described({"@type": "NewsArticle"} | thing)["published_at"] == published


@pytest.mark.parametrize(
    ("place", "types"),
    [
        (0, "NewsArticle Article OpinionNewsArticle BlogPosting LiveBlogPosting SocialMediaPosting Report"),
        (0, "http://schema.org/NewsArticle https://schema.org/BlogPosting schema:Report"),
        (1, "VideoObject AudioObject ClaimReview Review Recipe ImageGallery"),
        (2, "WebPage ItemPage"),
        (3, "Person Organization Product NewsArticles"),
    ],
)
def test_things_are_near_to_an_article_or_far_from_one(place, types):
    for word in types.split():
        assert rank({"@type": word, "datePublished": TIME}) == place, word
        assert rank({"@type": ["Thing", word], "pubDate": TIME}) == place, word
        assert rank({"@type": word}) == (3 if place == 2 else place), word  # a page that does not say when
    assert rank({"datePublished": TIME}) == 2
    assert rank({}) == rank({"@type": ["Thing", "WebPage"]}) == 3


@pytest.mark.parametrize(
    ("things", "name", "is_article"),
    [
        ([{"@type": "VideoObject", "n": 1}, {"@type": "Article", "n": 2}], 2, True),
        ([{"@type": "WebPage", "datePublished": TIME, "n": 1}, {"@type": "Review", "n": 2}], 2, True),
        ([{"@type": "WebPage", "datePublished": TIME, "n": 1}], 1, False),
        ([{"@type": "Article", "n": 1}, {"@type": "Article", "n": 2}], 1, True),
        ([ARTICLE | {"headline": "Bridge", "n": 1}, ARTICLE | {"headline": "Ferry", "n": 2}], 2, True),
        ([ARTICLE | {"n": 1}, ARTICLE | {"headline": "Ferry", "n": 2}], 2, True),
        ([{"@graph": [ARTICLE | {"n": 1}, ARTICLE | {"n": 2}], "mainEntity": ARTICLE | {"n": 3}}], 1, True),
        ([ARTICLE | {"name": "Bridge", "n": 1}, ARTICLE | {"name": "FERRY  stays", "n": 2}], 2, True),
        ([ARTICLE | {"headline": "Ferry leaves", "n": 1}, ARTICLE | {"headline": "Boat", "n": 2}], 1, True),
    ],
)  # fmt: skip
def test_of_several_things_the_article_of_this_page_is_taken(things, name, is_article):
    """The page is called ``Ferry stays``."""
    for texts in ([json.dumps(things)], [json.dumps(each) for each in things]):
        said = read_things(texts, [None, "Ferry stays | Post"], Doubts())

        assert (said.article["n"], said.is_article) == (name, is_article)


@pytest.mark.parametrize(
    "form",
    [
        "{}", "<!-- {} -->", "//<![CDATA[\n{}\n//]]>", "<![CDATA[{}]]>", "{};", '[[{}]]', '{{"@graph": [{}]}}',
        '{{"mainEntity": {}}}', '{{"mainEntityOfPage": [{}]}}', "[7, null, {}]",
    ],
)  # fmt: skip
def test_an_article_is_found_in_whatever_it_is_wrapped(form):
    doubts = Doubts()
    said = read_things([form.format('{"@type": "Article", "n": 1}')], [], doubts)

    assert (said.article, doubts.warnings) == ({"@type": "Article", "n": 1}, [])


def test_a_script_that_cannot_be_read_costs_no_other():
    doubts = Doubts()
    texts = ["[" * 100_000, "{", '{"@type": "Article", "n": "a\tb"}']

    assert read_things(texts, [], doubts).article == {"@type": "Article", "n": "a\tb"}
    assert [each.partition(":")[0] for each in doubts.warnings] == ["json-ld", "json-ld"]


def test_numbers_are_read_as_javascript_does():
    (read, longer) = (read_things([f'{{"@type": "Article", "n": {digits}}}'], [], Doubts()).article["n"]
                      for digits in ("9" * 15, "9" * 5000))  # fmt: skip

    assert (read, type(read)) == (999_999_999_999_999, int)
    assert longer == float("inf")


def test_things_have_names_and_the_one_that_says_more_is_known_by_it():
    named = read_things(
        [
            json.dumps([{"@id": "#a", "name": "Ada"}, {"@id": "#a", "url": "/a"}, {"@id": 7}]),
            json.dumps([{"@id": "#b", "url": "/b"}, {"@id": "#b", "name": "Bob"}]),
        ],
        [],
        Doubts(),
    ).named

    assert {key: thing["name"] for key, thing in named.items()} == {"#a": "Ada", "#b": "Bob"}


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Ada", ["Ada"]),
        (["Ada", {"name": "Bob"}], ["Ada", "Bob"]),
        ({"@id": "#c"}, ["Cid"]),
        ({"@id": "#c", "name": "Dan"}, ["Dan"]),
        ({"@id": "#x"}, []),
        ({"byline": "Eve"}, ["Eve"]),
        ({"givenName": "Ada", "familyName": "Lovelace"}, ["Ada Lovelace"]),
        ({"familyName": "Lovelace"}, ["Lovelace"]),
        ({"name": ["Ada", {"@value": "Bob"}]}, ["Ada", "Bob"]),
        ([None, 7, {}, {"name": 7}], []),
        ("Ada &amp; Bob", ["Ada & Bob"]),
    ],
)
def test_people_are_named_in_many_ways(value, names):
    assert people(value, {"#c": {"name": "Cid"}}) == names


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *(("a", "a"), (["a", "b"], "a"), ([7, "b"], "b"), ({"@value": "a"}, "a"), ([{"@value": "a"}], None)),
        *((7, None), (None, None), ({}, None), ([], None), ("a &lt; b", "a < b")),
    ],
)
def test_a_text_stands_alone_in_a_list_or_in_an_object(value, text):
    assert string(value) == text


def test_what_is_no_date_is_quoted_as_it_stands():
    assert [date(value) for value in (TIME, None, 7, {"年": 1}, [7])] == [TIME, None, "7", '{"年": 1}', "[7]"]


def test_titles_are_compared_without_blanks_case_and_sorts_of_signs():
    assert form("“Ａ b” – ‘C’") == form("\"a B\"-'c'") == "\"ab\"-'c'"
    for sign in "“”„«»″「」『』":
        assert form(f"a{sign}") == 'a"', sign
    for sign in "‘’‚`´′":
        assert form(f"a{sign}") == "a'", sign
    for sign in "‐‑‒–—":
        assert form(f"a{sign}") == "a-", sign


def test_bounds_are_what_they_say():
    assert (jsonld.MAX_JSON, jsonld.MAX_THINGS) == (1024 * 1024, 2000)


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ({"@type": "Organization", "name": "Post"}, ["Post"]),
        ({"@type": "http://schema.org/NewsMediaOrganization", "name": ["Post", "Desk"]}, ["Post", "Desk"]),
        ([{"@type": "Person", "name": "Ada"}, {"@type": ["Thing", "Organization"], "name": "Post"}, "Desk"], ["Post"]),
        ({"@id": "#post"}, ["The Post"]),
        ({"@id": "#ada"}, []),
        ({"@type": "Organization"}, []),
        ({"@type": "OrganizationRole", "name": "Ada"}, []),
        *((value, []) for value in (None, "Post", ["Post"], 7, {})),
    ],
)
def test_an_author_may_be_an_office_by_its_type(author, names):
    named = {"#post": {"@type": "Organization", "name": "The Post"}, "#ada": {"@type": "Person", "name": "Ada"}}

    assert organizations(author, named) == names
