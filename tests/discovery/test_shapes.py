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
