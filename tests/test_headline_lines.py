"""Headlines of several lines, and those below the name of the site. All pages here are made up."""

from __future__ import annotations

import pytest

from tests.test_any_page import EN, ZH, article, html, paragraphs


@pytest.mark.parametrize(
    ("h1", "tab", "title"),
    [
        ("Ferry service<br>expands", "Ferry service expands | Gazette", "Ferry service expands"),
        ("Ferry service<br/>\n  <span>expands</span>", None, "Ferry service expands"),
        ("渡轮保留到春天<br>票价不变", None, "渡轮保留到春天 票价不变"),
        ("渡轮保留到春天<br>票价不变", "渡轮保留到春天 票价不变_港口报", "渡轮保留到春天 票价不变"),
        ("渡轮保留<br>到春天", "渡轮保留到春天_港口报", "渡轮保留到春天"),
    ],
)
def test_a_line_break_in_a_headline_parts_words(h1, tab, title):
    head = f"<title>{tab}</title>" if tab else ""

    assert article(html(f"<h1>{h1}</h1><div>{paragraphs(EN)}</div>", head=head)).title == title


@pytest.mark.parametrize("line", ["<h2>{}</h2>", "<div class=t>{}</div>", "<p><b>{}</b></p>", "<td>{}</td>"])
@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ("Ferry stays<br>until spring", "Ferry stays until spring"),
        ("渡轮保留到春天<br>票价不变", "渡轮保留到春天票价不变"),
        ("渡轮保留到春天<br>——票价不变", "渡轮保留到春天——票价不变"),
    ],
)
def test_a_line_that_the_tab_says_goes_on_over_a_break(line, lines, title):
    texts = EN if title.isascii() else ZH
    page = f"{line.format(lines)}<p>2026-01-12 10:00</p><div>{paragraphs(texts)}</div>"
    got = article(html(page, head=f"<title>{title} - 港口报</title>"))

    assert (got.title, got.paragraphs) == (title, texts)


def test_lines_below_a_headline_that_the_tab_does_not_say_are_none_of_it():
    page = f"<div>Ferry stays until spring<br>By Ada Byron</div><div>{paragraphs(EN)}</div>"
    got = article(html(page, head="<title>Ferry stays until spring - Gazette</title>"))

    assert got.title == "Ferry stays until spring"


def test_a_heading_above_the_date_goes_on_over_a_break():
    got = article(html(f"<h2>Ferry stays<br>until spring</h2><p>2026-01-12 10:00</p><div>{paragraphs(EN)}</div>"))

    assert got.title == "Ferry stays until spring"


@pytest.mark.parametrize("home", ["/", "https://notes.example/", "/index.html", "index.php"])
def test_a_heading_that_leads_home_is_the_name_of_the_site(home):
    body = f"<h1 class=title><a href={home}>Harbour Notes</a></h1><h3 class=post-title>Ferry stays: until spring</h3>"
    for tab in ("Harbour Notes: Ferry stays: until spring", "Ferry stays: until spring - Harbour Notes"):
        got = article(html(f"{body}<div>{paragraphs(EN)}</div>", head=f"<title>{tab}</title>"))

        assert got.title == "Ferry stays: until spring"


def test_a_headline_that_leads_to_its_own_page_is_one():
    body = f"<h1><a href=/2026/ferry.html>Ferry stays</a></h1><div>{paragraphs(EN)}</div>"

    assert article(html(body, head="<title>Ferry stays: Harbour Notes</title>")).title == "Ferry stays"


def test_a_page_of_an_office_says_its_title_in_metadata():
    head = "<title>港口市人民政府 要闻 渡轮将保留到春天</title><meta name=ArticleTitle content=渡轮将保留到春天>"
    got = article(html(f"<div class=title>渡轮将保留到春天</div><div>{paragraphs(ZH * 2)}</div>", head=head, lang="zh"))

    assert got.title == "渡轮将保留到春天"


def test_an_abbreviation_says_its_time_in_its_title():
    time = "<abbr itemprop=datePublished title=2026-01-12T09:14:00-08:00>9:14 AM</abbr>"
    got = article(html(f"<h1>Ferry stays</h1><div>{paragraphs(EN)}</div><p>at {time}</p>"))

    assert got.published_at.isoformat() == "2026-01-12T09:14:00-08:00"
