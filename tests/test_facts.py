"""What a page says of its article besides the text. All pages here are made up."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from newsspider import sites
from newsspider.record import schema
from newsspider.record.items import as_record

URL = "https://www.kankanews.com/detail/LMwVGgj402z"
TITLE = "Harbour bridge reopens after two years of repairs"
BODY = (
    "The old harbour bridge was opened to traffic again on Monday morning, two years after a ship had hit its pier.",
    "Repairs cost forty million, said the port authority, which expects ten thousand cars a day.",
)


def page(*, head="", below_title="", thing=None, body="", title=TITLE):
    script = "" if thing is None else f'<script type="application/ld+json">{json.dumps(thing)}</script>'
    return f"""<!doctype html><html lang="en"><head><title>{title}</title>{head}{script}</head>
<body><div class="detail-main">
<h1 class="video-bt">{title}</h1>{below_title}<p>2026-01-29 08:00:00 Made-up Gazette</p>
<div>{"".join(f"<p>{each}</p>" for each in BODY)}{body}</div><p>版权声明:无</p></div></body></html>"""


def record(html):
    article = sites.load("kankanews").parse(
        html.encode(), URL, [(b"Content-Type", b"text/html; charset=utf-8")], datetime(2026, 1, 30, tzinfo=UTC)
    )
    given = as_record(article)
    schema.check(given)
    return given


def described(text):
    return f'<meta name="description" content="{text}">'


def news(**fields):
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE} | fields


# ------------------------------------------------------------------------------------------------- standfirst

GIST = "Drivers save half an hour: the harbour bridge, closed since a ship hit its pier, is opened to traffic again"


@pytest.mark.parametrize(
    ("given", "witness"),
    [
        ({"below_title": f'<p class="article-standfirst">{GIST}</p>'}, "standfirst"),
        ({"below_title": f'<div class="articleLead"><p>{GIST}</p></div>'}, "standfirst"),
        ({"below_title": f'<h2 itemprop="description">{GIST}</h2>'}, "standfirst"),
        ({"below_title": f"<p>核心提示：{GIST}</p>"}, "standfirst"),
        ({"thing": news(description=GIST)}, "json-ld"),
        ({"thing": news(abstract=GIST, description="other")}, "json-ld"),
        ({"thing": news(abstract=GIST, description=GIST.replace("Drivers", "Lorries"))}, "json-ld"),
        ({"thing": news(description=GIST), "head": described(GIST.replace("Drivers", "Lorries"))}, "json-ld"),
        ({"thing": news(description=f"<p>{GIST.replace('an hour', 'an&nbsp;hour')}</p>")}, "json-ld"),
        ({"head": f'<meta property="og:description" content="{GIST}">'}, "og"),
        ({"head": described(GIST)}, "meta"),
    ],
)
def test_standfirst_is_the_summary(given, witness):
    got = record(page(**given))

    assert got["summary"] == GIST
    assert got["provenance"]["fields"]["summary"] == witness
    assert got["paragraphs"] == list(BODY)


@pytest.mark.parametrize(
    "text",
    [
        BODY[0][:80] + "…",
        BODY[0][:80] + "...",
        BODY[0],
        " ".join(BODY)[:150],
        "HARBOUR CITY (Made-up Agency) — " + BODY[0][:90],
        TITLE,
        f"{TITLE}, bridge, harbour, ship, port",
        "All the news from the coast, weather and sport: your daily newspaper with reports, videos and opinion",
        "News",
        "x " * 3000,
    ],
)
def test_what_only_repeats_the_body_the_title_or_speaks_of_the_site_is_no_summary(text):
    assert record(page(head=described(text)))["summary"] is None


def test_line_of_date_caption_or_links_in_such_an_element_is_none():
    lines = (
        '<p class="lead">Made-up Agency, 29 January 2026</p><figure class="lead"><figcaption>The bridge as it is seen '
        'from the harbour today</figcaption></figure>'
        '<div class="summary"><a href="/1">Read the whole story here</a></div>'
    )

    assert record(page(below_title=lines))["summary"] is None


def test_text_that_is_all_of_the_body_is_no_summary():
    html = page().replace("".join(f"<p>{each}</p>" for each in BODY), f'<p class="intro">{GIST}</p>')

    assert (record(html)["summary"], record(html)["paragraphs"]) == (None, [GIST])


# ------------------------------------------------------------------------------------------------- the rest


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"thing": news(isAccessibleForFree=True)}, True),
        ({"thing": news(isAccessibleForFree="False")}, False),
        ({"thing": news(isAccessibleForFree="http://schema.org/True")}, True),
        ({"thing": news(hasPart={"@type": "WebPageElement", "isAccessibleForFree": False})}, False),
        ({"head": '<meta property="article:content_tier" content="free">'}, True),
        ({"head": '<meta property="article:content_tier" content="locked">'}, False),
        ({"head": '<meta property="article:content_tier" content="metered">'}, None),
        ({"thing": news(isAccessibleForFree={"a": [1]})}, None),
        ({}, None),
    ],
)
def test_article_is_free_or_not_where_the_page_says_so(given, expected):
    assert record(page(**given))["is_free"] is expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"thing": news(articleSection=["Harbour &amp; Sea", "News"])}, "Harbour & Sea"),
        ({"head": '<meta property="article:section" content=" Local ">'}, "Local"),
        ({"thing": news(articleSection=[{}, 7, "https://news.example/local"])}, None),
        ({"thing": news(articleSection="x" * 500)}, None),
    ],
)
def test_section_is_what_metadata_names(given, expected):
    assert record(page(**given))["section"] == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"thing": news() | {"@type": ["NewsArticle", "AdvertiserContentArticle"]}}, True),
        ({"below_title": "<p>Sponsored content</p>"}, True),
        ({"below_title": "<p>【商业推广】</p>"}, True),
        ({"head": '<meta name="article:sponsored" content="true">'}, True),
        ({"head": '<meta name="article:sponsored" content="false">'}, None),
        ({"body": "<p>Sponsored content is on the rise.</p>"}, None),
        ({}, None),
    ],
)
def test_article_that_somebody_paid_for_says_so(given, expected):
    assert record(page(**given))["sponsored"] is expected


@pytest.mark.parametrize("line", ["原标题：大桥今天通车", "（原标题：大桥今天通车）", "[原文标题: 大桥今天通车]"])
@pytest.mark.parametrize("place", ["below_title", "body"])
def test_headline_of_the_source_is_kept_and_no_paragraph(line, place):
    got = record(page(**{place: f"<p>{line}</p>"}))

    assert (got["original_title"], got["title"], got["paragraphs"]) == ("大桥今天通车", TITLE, list(BODY))


def test_other_forms_of_the_article_are_addresses():
    links = (
        '<link rel="amphtml" href="/amp/LMwVGgj402z"><link rel="alternate" hreflang="en" href="/en/detail/bridge">'
        '<link rel="alternate" hreflang="x-default" href="/detail/bridge">'
        '<link rel="alternate" hreflang="fr" href="/fr/">'
        '<link rel="alternate" hreflang="zh-Hant" href="https://hant.example/detail/bridge#top">'
        '<link rel="alternate" hreflang="de" href="javascript:alert(1)">'
        '<link rel="alternate" type="application/rss+xml" href="/feed">'
        f'<link rel="alternate" hreflang="zh" href="{URL}">'
    )

    got = record(page(head=links))

    assert got["amp_url"] == "https://www.kankanews.com/amp/LMwVGgj402z"
    assert got["translations"] == [
        {"language": "en", "url": "https://www.kankanews.com/en/detail/bridge"},
        {"language": "zh-Hant", "url": "https://hant.example/detail/bridge"},
    ]
    assert [got["provenance"]["fields"][name] for name in ("amp_url", "translations")] == ["link", "link"]


def test_no_more_translations_than_a_bound():
    letters = "abcdefghijklmnopqrstuvwxyz"
    links = "".join(
        f'<link rel="alternate" hreflang="{a}{b}" href="/{a}{b}/detail/x">' for a in letters for b in letters
    )

    assert len(record(page(head=links))["translations"]) == 100


@pytest.mark.parametrize(
    ("audio", "expected"),
    [
        ({"@type": "AudioObject", "contentUrl": "/a.mp3", "name": "Read aloud", "duration": "PT3M20S"},
         [{"url": "https://www.kankanews.com/a.mp3", "title": "Read aloud", "duration_s": 200}]),
        (["https://cdn.example/b.mp3", {"contentUrl": "data:audio/mp3,x"}, 7, {"contentUrl": {}}],
         [{"url": "https://cdn.example/b.mp3", "title": None, "duration_s": None}]),
        ([{"contentUrl": f"/{n}.mp3", "duration": n} for n in range(60)],
         [{"url": f"https://www.kankanews.com/{n}.mp3", "title": None, "duration_s": n} for n in range(50)]),
    ],
)  # fmt: skip
def test_recordings_that_metadata_names_are_the_articles(audio, expected):
    assert record(page(thing=news(audio=audio)))["audio"] == expected


def test_what_a_page_does_not_say_is_null():
    got = record(page())

    for name in ("summary", "section", "is_free", "sponsored", "original_title", "amp_url"):
        assert got[name] is None
    assert [got[name] for name in ("translations", "audio", "pages")] == [[], [], []]
    assert got["discovered"] is None


def test_entries_of_a_live_blog_that_only_metadata_has_are_paragraphs_too():
    update = {"headline": "Open", "datePublished": "2026-01-29T09:00:00+08:00", "articleBody": "Cars <b>pass</b>."}

    got = record(page(thing=news(liveBlogUpdate=[update]) | {"@type": "LiveBlogPosting"}))

    assert got["paragraphs"] == [*BODY, "Cars <b>pass</b>."]
    assert got["body_html"].splitlines()[-1] == "<p>Cars &lt;b&gt;pass&lt;/b&gt;.</p>"
    assert got["blocks"][-2:] == [
        {"type": "live_entry", "at": "2026-01-29T09:00:00+08:00", "title": "Open"},
        {"type": "paragraph", "text": "Cars <b>pass</b>."},
    ]
