"""An address is an article's by what most sites do, and by what turned out on this one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.discovery.shapes import Experience, likeness, shape

SITE = "https://news.example"


@pytest.mark.parametrize(
    "path",
    [
        *("/2026/11/28/harbour", "/2026/11/harbour/", "/world/20261128/c12.html", "/n1/2026/1128/c1-40001234.html"),
        *("/a/2026-01-30/12.shtml", "/t20261128_1.htm", "/world-europe-68123456", "/articles/c8vr2m3k7gzo"),
        *("/detail/LMwVGgj402z", "/story.php?id=4711", "/?p=123", "/news/1234567.html", "/newsDetail_forward_29876543"),
        "/politics/council-votes-on-new-bridge",
        "/%E6%B8%AF%E5%8F%A3%E4%BA%AE%E7%81%AF%E5%A4%9C%E8%88%AA%E9%A6%96%E6%97%A5",
    ],
)
def test_address_of_an_article_is_likely_one(path):
    assert likeness(SITE + path) == "likely"


@pytest.mark.parametrize(
    "path",
    [
        *("/", "", "/world", "/world/europe/", "/2026/11/28/", "/2026", "/tag/lights-on-in-the-harbour", "/page/12"),
        *("/author/ada-king-lovelace", "/about-us", "/privacy-policy", "/feed/", "/search?q=harbour", "/index.html"),
        *("/img/20261128-harbour-lights-on.jpg", "/2026/11/28/report-of-the-council.pdf", "/wp-login.php?id=12345"),
    ],
)
def test_address_of_a_list_or_a_file_is_none(path):
    assert likeness(SITE + path, "Lights go on in the harbour after nine years") == (
        "perhaps" if path in ("/world", "/world/europe/") else "no"
    )
    assert likeness(SITE + path, "World") == "no"


def test_headline_makes_a_plain_address_worth_a_look():
    assert likeness(f"{SITE}/harbour", "港口亮灯夜航首日迎客三千") == "perhaps"
    assert likeness(f"{SITE}/harbour", "Harbour lights") == "no"


def test_pages_of_a_shape_tell_of_their_like():
    site = Experience()
    assert site.likeness(f"{SITE}/story/harbour", "Harbour") == "no"

    site.add(f"{SITE}/story/oldbridge", is_article=True)

    assert site.likeness(f"{SITE}/story/harbour", "Harbour") == "sure"
    assert site.likeness(f"{SITE}/tag/harbour", "Harbour") == "no"


def test_shape_that_is_none_three_times_is_left_alone():
    site = Experience()
    for n in range(3):
        assert site.likeness(f"{SITE}/poll-of-the-day-{n}") == "likely"
        site.add(f"{SITE}/poll-of-the-day-{n}", is_article=False)

    assert site.likeness(f"{SITE}/poll-of-the-day-3") == "no"


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_address_has_a_shape_and_a_likeness(path, query):
    url = f"{SITE}/{path}?{query}"

    assert shape(url) == shape(url)
    assert likeness(url, path) in ("likely", "perhaps", "no")


NEVER = """
about about-us contact contact-the-desk cookie cookies cookiepolicy legal privacy privacy-policy terms
terms-of-use account accounts ad ads advertise advertising amp api app apps archive archives author authors
browse career careers cart category categories cdn-cgi columnist columnists comment comments corrections
copyright donate download event events faq faqs feeds gallery galleries help horoscope horoscopes impressum
imprint index jobs journalists kontakt latest link links list lists login log-in logout log-out mentions-legales
my newsletter newsletters page pages profiles puzzle puzzles quiz quizzes redirect register rss search section
sections series service services share shop signin sign-in signup sign-out sitemap sitemaps staff subscribe
subscription support tag tags team teams theme themes topic topics user users verify weather wp-content wp-admin
zt Tag SEARCH feed
"""
HEADLINE = "Lights go on in the harbour after nine years"


def test_below_such_segments_are_no_articles():
    for word in NEVER.split():
        assert likeness(f"https://news.example/{word}/lights-go-on-in-the-harbour") == "no", word
        assert likeness(f"https://news.example/{word}", HEADLINE) == "no", word
        experience = Experience()
        experience.add("https://news.example/harbour/harbour", is_article=True)
        assert experience.likeness(f"https://news.example/{word}/harbour") != "sure", word
    for word in ("tagged", "mylife", "about-a-boy-again", "adsorption", "searching", "indexes", "world"):
        assert likeness(f"https://news.example/{word}/lights-go-on-in-the-harbour") == "likely", word


@pytest.mark.parametrize(
    ("path", "how"),
    [
        # A date in the path, with something behind it.
        *((path, "likely") for path in ("2026/1/x", "2026/12/31/x", "2026-01-30/x", "20260130x", "a_2026_01_30_x/")),
        *((path, "no") for path in ("2026/13/x", "2026/01", "2026/01/30", "1899/01/x")),
        # An identifier in the query.
        *((f"show?{name}=12", "likely") for name in ("id", "newsid", "p", "aid", "nid", "sid", "no", "num")),
        *((f"show?{name}=12", "likely") for name in ("article", "newsId", "articleno")),
        *((path, "no") for path in ("show?id=1", "show?page=12", "show?q=12", "index?page=12")),
        *((path, "likely") for path in ("index.php?id=12", "show?a=1&id=a12")),
        # What the last segment is made of.
        *((path, "likely") for path in ("a-b-c-d", "a_b.c d", "12345", "a-12345", "a123456", "abcdefg1H", "abcdef12")),
        *((path, "likely") for path in ("港口灯光亮了", "a.html?id=12", "12345.ece", "12345.shtml")),
        *((path, "no") for path in ("a-b-c", "1234", "a-1234", "a1234", "abcdef1", "abcdefg1", "港口灯光亮")),
        *((path, "no") for path in ("12345.pdf", "12345.jpg", "12345.mp4", "12345.xml")),
    ],
)  # fmt: skip
def test_an_address_is_like_that_of_an_article(path, how):
    assert likeness(f"https://news.example/{path}") == how


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Five words are enough now", "perhaps"),
        ("Five words are enough no", "no"),
        ("Fourwords arenotenough forthis one", "no"),
        ("港口的灯光又亮起来", "perhaps"),
        ("港口的灯光又亮起", "no"),
    ],
)
def test_a_word_is_perhaps_an_article_where_its_link_is_a_headline(text, how):
    assert likeness("https://news.example/harbour", text) == how
    assert likeness("https://news.example/", text) == "no"
    assert likeness("https://news.example/2026", text) == "no"


@pytest.mark.parametrize(
    ("articles", "others", "evidence"),
    [(1, 0, True), (1, 1, True), (1, 2, None), (1, 3, False), (0, 2, None), (0, 3, False), (3, 3, True), (2, 3, False)],
)
def test_pages_of_a_shape_are_evidence(articles, others, evidence):
    experience = Experience()
    for is_article, count in ((True, articles), (False, others)):
        for n in range(count):
            experience.add(f"https://news.example/town/harbour{n}", is_article=is_article)

    assert experience.evidence("https://news.example/city/bridge") is evidence
    assert experience.evidence("https://news.example/city/a/bridge") is None
