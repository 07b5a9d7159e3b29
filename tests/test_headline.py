"""The headline, found by comparing what stands on a page with what its tab and its metadata say. All is made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.headline import MAX_H1S, MAX_LENGTH, MAX_TAB, find_headline
from newsspider.parsing.page import Page

POST = "Harbour Post"


def find(body="", *, tab=None, named=(), sites=(), url="https://www.news.example/a"):
    page = Page(f"<body>{body}</body>".encode(), url, [(b"Content-Type", b"text/html; charset=utf-8")])
    found = find_headline(page, page.outline, named=list(named), tab=tab, site_names=list(sites))
    return found and (found.text, found.element.tag if found.element is not None else None, found.confirmed)


@pytest.mark.parametrize(
    ("body", "said", "found"),
    [
        # A heading with which the tab, or metadata, begins.
        ("<h1>Ferry stays</h1>", {"tab": "Ferry stays | City"}, ("Ferry stays", "h1", True)),
        ("<h1>Ferry stays</h1>", {"named": [None, "FERRY  STAYS afloat"]}, ("Ferry stays", "h1", True)),
        ("<h1>City</h1><h1>Ferry stays</h1>", {"tab": "Ferry stays"}, ("Ferry stays", "h1", True)),
        ("<h1>Ferry</h1><h1>Ferry stays</h1>", {"tab": "Ferry stays"}, ("Ferry", "h1", True)),
        # Four characters are enough, three are not.
        ("<h1>Boat</h1><h1>Ferry stays</h1>", {"tab": "Boats: ferry"}, ("Boat", "h1", True)),
        ("<h1>Boa</h1><h1>Ferry stays</h1>", {"tab": "Boa"}, ("Boa", "h1", False)),
        # The name of the site is no headline.
        (f"<h1>{POST}</h1><h2>Ferry stays</h2>", {"tab": f"{POST}: boat", "sites": [POST]},
         (f"{POST}: boat", None, False)),
        (f"<h1>{POST}</h1><h1>Ferry stays</h1>", {"tab": f"{POST}: news", "sites": [None, POST]},
         ("Ferry stays", "h1", False)),
        # Editors' signs, where metadata has the same headline.
        ("<h1>Harbour’s ‘ferry’</h1>", {"named": ["Other", "Harbour's 'ferry'"]}, ("Harbour's 'ferry'", "h1", True)),
        # A label in an element of its own, before or behind.
        ("<h1><b>Live</b> <i>Ferry stays</i></h1>", {"tab": "Ferry stays | City"}, ("Ferry stays", "h1", True)),
        ("<h1>Ferry stays <i>live</i></h1>", {"named": ["Ferry stays"]}, ("Ferry stays", "h1", True)),
        ("<h1><b>Live</b> <i>Ferry stays</i></h1>", {"tab": "Ferry stays afloat"}, ("Live Ferry stays", "h1", False)),
        ("<h1><b>Live</b> <i>Ferries</i></h1>", {"tab": "Ferries"}, ("Live Ferries", "h1", False)),
        ("<h1>" + "<b>x</b>" * 6 + "<i>Ferry stays</i></h1>", {"tab": "Ferry stays"},
         ("xxxxxxFerry stays", "h1", False)),
        ("<h1>" + "<b>x</b>" * 5 + "<i>Ferry stays</i></h1>", {"tab": "Ferry stays"}, ("Ferry stays", "h1", True)),
        ("<h1><span><b>Harbour</b> Ferry stays</span></h1>", {"named": ["Ferry stays"]}, ("Ferry stays", "h1", True)),
        ("<h1>Ferry stays <b>and a long second line</b></h1>", {"named": ["Ferry stays"]}, ("Ferry stays", "h1", True)),
        # The label may be in the tab, or be another one there.
        ("<h1><b>Old</b> <i>Ferry stays</i></h1>", {"tab": "Old - Ferry stays | Post", "named": ["Ferry stays"]},
         ("Ferry stays", "h1", True)),
        ("<h1><b>Harbour</b> <i>The ferry stays in spring</i></h1>", {"named": ["Live: The ferry stays in spring"]},
         ("The ferry stays in spring", "h1", True)),
        ("<h1><b>Harbour</b> <i>Ferry stays</i></h1>", {"named": ["Live: Ferry stays"]},
         ("Harbour Ferry stays", "h1", False)),
        # The longest line of the page with which the tab begins.
        ("<p>Ferry</p><h2>Ferry stays</h2><p>Stays</p>", {"tab": "Ferry stays_City"}, ("Ferry stays", "h2", True)),
        ("<h2>Ferry stays</h2><p>Ferry s</p>", {"tab": "Ferry stays_City"}, ("Ferry stays", "h2", True)),
        ("<h2>Ferry stays</h2>", {"tab": "Ferry stays afloat"}, ("Ferry stays", "h2", True)),
        ("<h2>Ferry</h2>", {"tab": "Ferry stays afloat"}, ("Ferry stays afloat", None, False)),
        # A smaller heading behind a label, where no <h1> is; twenty characters are enough, nineteen are not.
        ("<h3>The ferries stay afloat</h3>", {"tab": "Harbour Notes: The ferries stay afloat"},
         ("The ferries stay afloat", "h3", True)),
        ("<h4>The ferry stays afloat</h4>", {"tab": "Harbour Notes: The ferry stays afloat"},
         ("Harbour Notes: The ferry stays afloat", None, False)),
        ("<h2><b>City</b> <i>The ferry stays in spring</i></h2>", {"named": ["City: The ferry stays in spring"]},
         ("The ferry stays in spring", "h2", True)),
        ("<h5>The ferries stay afloat</h5>", {"tab": "Harbour Notes: The ferries stay afloat"},
         ("Harbour Notes: The ferries stay afloat", None, False)),
        ("<h1>Notes of Ada</h1><h3>The ferries stay afloat</h3>", {"tab": "Harbour: The ferries stay afloat"},
         ("Notes of Ada", "h1", False)),
        # The line above the date, in Chinese, where the tab shows no more than the name of the site.
        ("<b>首页</b><table><tr><td><b>老渡轮保留至新桥通车</b><tr><td>2026-01-29 来源：日报</table>",
         {"tab": "港口新闻网"}, ("老渡轮保留至新桥通车", "td", False)),
        ("<div>老渡轮保留至新桥通车</div><div>2026-01-29 来源：日报</div>", {"tab": "老渡轮保留至新桥通车_港口新闻网"},
         ("老渡轮保留至新桥通车", "div", True)),
        ("<div>老渡轮保留至新桥</div><div>日报</div><div>2026-01-29</div>", {"tab": "港口新闻网"},
         ("港口新闻网", None, False)),
        ("<div>保留老渡轮至新桥通车。</div><div>2026-01-29</div>", {"tab": "港口新闻网"}, ("港口新闻网", None, False)),
        ("<div><a href=/>老渡轮保留至新桥通车</a></div><div>2026-01-29</div>", {"tab": "港口新闻网"},
         ("港口新闻网", None, False)),
        ("<h2>老渡轮保留至新桥通车</h2><p>港口市融媒体中心</p><p>2026-01-29</p>", {"tab": "港口网"},
         ("老渡轮保留至新桥通车", "h2", False)),
        ("<h2>老渡轮保留至新桥通车</h2><p>——记船长马建国的三十年</p><p>日报</p><p>2026-01-29</p>", {"tab": "港口网"},
         ("老渡轮保留至新桥通车", "h2", False)),
        ("<h2>老渡轮保留至新桥通车</h2><p>一二三</p><p>四五六</p><p>七八九</p><p>2026-01-29</p>", {"tab": "港口网"},
         ("港口网", None, False)),
        ("<p>港口市人民政府门户主页</p><p>今天是2026-01-29</p><h2>老渡轮保留至新桥通车</h2><p>2026-01-28</p>",
         {"tab": "港口网"}, ("老渡轮保留至新桥通车", "h2", False)),
        *((f"<div>{line}</div><div>2026-01-29</div>", {"tab": "港口网"}, ("港口网", None, False)) for line in (
            "——记港口市老渡轮船长马建国", "港口日报社记者马建国陈正宝", "港口市融媒体中心", "港口市人民政府网站",
        )),
        # The name of the site is no headline where there is another, nor is a tab that was cut off.
        ("<h1>Ferry stays</h1>", {"named": ["Harbour Post - News"], "tab": POST, "sites": [POST]},
         ("Ferry stays", "h1", False)),
        ("<h1>Ferry stays</h1>", {"named": ["Harbour"], "tab": "Harbour", "url": "https://www.harbour.example/"},
         ("Ferry stays", "h1", False)),
        ("<h1>The ferry stays in spring and summer</h1>", {"tab": "The ferry stays in spring an..."},
         ("The ferry stays in spring and summer", "h1", True)),
        ("<h1>Local</h1><h1>Ferry stays</h1>", {"tab": POST, "sites": [POST]}, ("Ferry stays", "h1", False)),
        ("<div>The ferries stay afloat</div><div>2026-01-29</div>", {"tab": "Harbour"}, ("Harbour", None, False)),
        ("<h2>Ferry</h2>", {"tab": "Ferry | City and harbour"}, ("Ferry", "h2", True)),
        ("<h2><a href=/>Ferry</a></h2>", {"tab": "Ferry | City and harbour"},
         ("Ferry | City and harbour", None, False)),
        ("<h2><a href=/>Ferry stays</a></h2>", {"tab": "Ferry stays | City"}, ("Ferry stays", "h2", True)),
        ("<p><a href=/>Ferry stays</a></p><h2>Ferry stays</h2><p><a href=/>Ferry stays</a></p>",
         {"tab": "Ferry stays | City"}, ("Ferry stays", "h2", True)),
        ("<h2><a href=/>Ferry stays</a></h2><p>Ferry stays</p>", {"tab": "Ferry stays | City"},
         ("Ferry stays", "h2", True)),
        (f"<h2>{POST}</h2>", {"tab": f"{POST}: ferry", "sites": [POST]}, (f"{POST}: ferry", None, False)),
        ("<h2>Boa</h2>", {"tab": "Boa"}, ("Boa", None, False)),
        # A tab that begins with the names of site and channel: its longest part, where that is a line of the page.
        ("<p>Ferry stays</p><h1>Ferry stays afloat</h1>", {"tab": "City | Ferry stays afloat"},
         ("Ferry stays afloat", "h1", True)),
        ("<p>Harbour Post</p>", {"tab": "Ferry | Harbour Post"}, ("Harbour Post", "p", True)),
        ("<p>Harbour Post</p>", {"tab": "Ferries | Harbour Post"}, ("Ferries | Harbour Post", None, False)),
        ("<p>Ferry stays afloat</p>", {"tab": "Post - City :: Ferry stays afloat"}, ("Ferry stays afloat", "p", True)),
        ("<p>Ferry stays afloat!</p>", {"tab": "Bay | Ferry stays afloat"}, ("Bay | Ferry stays afloat", None, False)),
        ("<p>Ferry stays afloat</p>", {"tab": "City | Ferry stays afloat", "sites": ["Ferry stays afloat"]},
         ("City", None, False)),
        ("<p>Harbours</p>", {"tab": "City | Harbours"}, ("Harbours", "p", True)),
        ("<p>Harbour</p>", {"tab": "City | Harbour"}, ("City | Harbour", None, False)),
        # What is called as the host is, or as the tab ends, is a name of the site.
        ("<h1>News.example</h1><h2>Ferry to stay for years</h2>", {"tab": "News.example | Ferry to stay for years"},
         ("Ferry to stay for years", "h2", True)),
        ("<h1>News</h1><h1>‘Ferry’ stays</h1>", {"tab": "News of today"}, ("‘Ferry’ stays", "h1", False)),
        (f"<h1>{POST}</h1><h1>Ferry to stay</h1>", {"tab": f"Ferry stays | {POST}"}, ("Ferry to stay", "h1", False)),
        (f"<h1>{POST}</h1>", {"tab": f"News of today | {POST}"}, (POST, "h1", False)),
        # Of several headings the one that is the longest part of it, a section may be one too.
        ("<h1>City</h1><h1>Ferry stays afloat</h1>", {"tab": "City - Ferry stays afloat - Harbour Post of the Isles",
         "sites": ["Harbour Post of the Isles"]}, ("Ferry stays afloat", "h1", True)),
        ("<h1>Harbour</h1><h1>Ferry stays</h1>", {"tab": "Harbour - Ferry stays"}, ("Harbour", "h1", True)),
        ("<p>Bay</p><h1>Ferry stays afloat</h1>", {"tab": "Bay - Press - Ferry stays afloat"},
         ("Ferry stays afloat", "h1", True)),
        # What the tab says before the title that metadata has is the name of a blog.
        ("<h1>Harbour tales</h1><h3>Ferry stays</h3>", {"tab": "Harbour tales: Ferry stays", "named": ["Ferry stays"]},
         ("Ferry stays", "h3", True)),
        ("<h1>Harbour tales</h1><h3>Ferry stays</h3>", {"tab": "Harbour tales Ferry stays", "named": ["Ferry stays"]},
         ("Ferry stays", "h3", True)),
        ("<h1>Bays</h1><h3>Ferry stays</h3>", {"tab": "Bays Ferry stays", "named": ["Ferry stays"]},
         ("Bays", "h1", True)),
        # A heading that says more than metadata; behind a sign it is the section.
        ("<h1>Ferry stays | City</h1>", {"tab": "Ferry stays | City | Post", "named": ["Ferry stays"]},
         ("Ferry stays", "h1", True)),
        ("<h1>Ferry to stay until 2031. PHOTOS</h1>", {"tab": "Ferry to stay until 2031"},
         ("Ferry to stay until 2031. PHOTOS", "h1", True)),
        ("<h1>Live: Ferry to stay for two years</h1>", {"tab": "Ferry to stay for two years | Post", "sites": ["Post"]},
         ("Live: Ferry to stay for two years", "h1", True)),
        (f"<h1>{'x' * 20}{'y' * 20}</h1>", {"named": ["x" * 20]}, (f"{'x' * 20}{'y' * 20}", "h1", True)),
        (f"<h1>{'x' * 20}{'y' * 21}</h1><p>{'x' * 20}</p>", {"named": ["x" * 20]}, ("x" * 20, "p", True)),
        (f"<h1>{'x' * 19}{'y' * 19}</h1><p>{'x' * 19}</p>", {"named": ["x" * 19]}, ("x" * 19, "p", True)),
        # The heading above the line with the date, where nothing else says what the page is.
        ("<h5>Ferry stays</h5><p>5 May 2026</p>", {"tab": "News"}, ("News", None, False)),
        ("<h5>Ferry stays</h5><p>2026-05-05 City</p>", {"tab": "News"}, ("Ferry stays", "h5", False)),
        ("<h5>Ferry stays</h5><img src=/x><p>2026-05-05 City</p>", {"tab": "News"}, ("Ferry stays", "h5", False)),
        ("<h5>Ferry stays</h5><p>Anna</p><p>2026-05-05</p>", {"tab": "News"}, ("News", None, False)),
        ("<h5><a href=/x>Ferry stays</a></h5><p>2026-05-05</p>", {"tab": "News"}, ("News", None, False)),
        ("<p>Ferry stays</p><p>2026-05-05</p>", {"tab": "News"}, ("News", None, False)),
        ("<h5>Ferries</h5><p>2026-05-05</p>", {"tab": "News"}, ("News", None, False)),
        ("<h5>Ferry stays</h5><p>2026-05-05" + "x" * 70 + "</p>", {"tab": "News"}, ("Ferry stays", "h5", False)),
        ("<h5>Ferry stays</h5><p>2026-05-05" + "x" * 71 + "</p>", {"tab": "News"}, ("News", None, False)),
        ("<h5>Ferry stays</h5><p>2026-05-05</p>", {"named": ["Boat"], "tab": "News"}, ("Boat", None, False)),
        # Two that agree, when the site's name is off.
        ("", {"named": ["Ferry stays"], "tab": f"Ferry stays - {POST}"}, ("Ferry stays", None, False)),
        ("", {"named": [f"Ferry stays | {POST}"], "tab": f"Ferry stays - {POST}", "sites": [POST]},
         ("Ferry stays", None, False)),
        ("", {"named": ["Boat", "Ferry stays"], "tab": f"Ferry stays - {POST}"}, ("Ferry stays", None, False)),
        # The name of the site is known by what the site is called, or by its host.
        ("", {"named": [f"Ferry stays - {POST}"], "sites": [POST]}, ("Ferry stays", None, False)),
        ("", {"named": ["Ferry stays - The Harbour Post"], "sites": [POST]}, ("Ferry stays", None, False)),
        ("", {"named": ["Ferry stays - Harbour"], "sites": [POST]}, ("Ferry stays", None, False)),
        ("", {"named": ["Ferry stays - News"]}, ("Ferry stays", None, False)),
        ("", {"named": ["Ferry stays | Har.Bour"], "url": "https://har-bour.example/"}, ("Ferry stays", None, False)),
        ("", {"named": ["Ferry stays - City - News"]}, ("Ferry stays - City", None, False)),
        ("", {"named": ["Ferry stays - City"]}, ("Ferry stays - City", None, False)),
        ("", {"named": ["渡轮继续运行－港口网"], "sites": ["港口网"]}, ("渡轮继续运行", None, False)),
        ("", {"named": ["- News"]}, ("- News", None, False)),
        # A tab alone: what stands first, where that is the longest.
        ("", {"tab": "Ferry stays | City | Post"}, ("Ferry stays", None, False)),
        ("", {"tab": "Ferry stays - City"}, ("Ferry stays", None, False)),
        ("", {"tab": "Ferry stays--City"}, ("Ferry stays", None, False)),
        ("", {"tab": "City | Ferry stays"}, ("City | Ferry stays", None, False)),
        ("", {"tab": "Boa | C"}, ("Boa | C", None, False)),
        ("", {"named": ["Ferry stays | City"]}, ("Ferry stays | City", None, False)),
        # Headings that nobody confirms: the only one; of several the first where nothing else is said.
        ("<h1>Boats</h1>", {"tab": "Ferry stays"}, ("Boats", "h1", False)),
        ("<h1>Boats</h1><h1>Trams</h1>", {}, ("Boats", "h1", False)),
        ("<h1>Boats</h1><h1>Trams</h1>", {"named": ["Ferry stays"]}, ("Ferry stays", None, False)),
        (f"<h1>{POST}</h1>", {"sites": [POST]}, None),
        ("", {}, None),
    ],
)  # fmt: skip
def test_a_headline_is_what_the_page_and_others_say(body, said, found):
    assert find(body, **said) == found


@pytest.mark.parametrize(
    ("body", "said", "found"),
    [
        # Metadata is believed before the tab; two that agree are compared in match form.
        ("", {"named": ["Ferry stays"], "tab": "Boats sink"}, ("Ferry stays", None, False)),
        ("", {"named": ["Boats", "Harbour’s Ferry"], "tab": f"harbour's ferry - {POST}"},
         ("Harbour’s Ferry", None, False)),
        # Editors' signs, also of a headline beside its label.
        ("<h1><b>Live</b> <i>Harbour’s ferry</i></h1>", {"named": ["Harbour's ferry"]},
         ("Harbour's ferry", "h1", True)),
        # What stands between a headline and the names of channel and site.
        *(("<h2>Ferry</h2>", {"tab": f"Ferry {sign} City and harbour"}, ("Ferry", "h2", True))
          for sign in "|｜_-–—›•·"),
        ("<h2>Ferry</h2>", {"tab": "Ferry ~ City and harbour"}, ("Ferry ~ City and harbour", None, False)),
        *(("", {"named": [f"Ferry stays {sign} News"]}, ("Ferry stays", None, False))
          for sign in ("--", "|", "｜", "_", "»", "›", "•", "·", "-", "–", "—", ":", "/")),
        ("", {"named": ["Ferry stays ~ News"]}, ("Ferry stays ~ News", None, False)),
        *(("", {"tab": f"Ferry stays {sign} City"}, ("Ferry stays", None, False))
          for sign in ("_", "|", "｜", "丨", "»", "--", "——", "-", "–", "—")),
        # Without white space a dash stands before a name where no ASCII is before it; 24 characters, no more.
        ("", {"named": ["渡轮继续运行-" + "港" * 24], "sites": ["港" * 24]}, ("渡轮继续运行", None, False)),
        ("", {"named": ["渡轮继续运行-" + "港" * 25], "sites": ["港" * 25]},
         ("渡轮继续运行-" + "港" * 25, None, False)),
        # One name after the other is cut off, the last one first.
        ("", {"named": ["Ferry stays - Example - News"]}, ("Ferry stays", None, False)),
        # Names as long as what stands first are no reason to take that.
        ("", {"tab": "Boats | Trams"}, ("Boats | Trams", None, False)),
        ("", {"tab": "Boats | Tram"}, ("Boats", None, False)),
        # White space is no text: so much of it may stand in a heading, and no more.
        ("<h1>" + " " * 1189 + "Ferry stays</h1>", {"tab": "b"}, ("Ferry stays", "h1", False)),
        ("<h1>" + " " * 1190 + "Ferry stays</h1>", {"tab": "b"}, ("b", None, False)),
        # Of lines that say the same the first; of a tab a line says half, or what ends before a name.
        ("<p>Ferry stays</p><h2>Ferry stays</h2>", {"tab": "Ferry stays_City"}, ("Ferry stays", "p", True)),
        ("<h2>Boats</h2>", {"tab": "Boats float"}, ("Boats", "h2", True)),
        ("<h2>Boats</h2>", {"tab": "Boats floats"}, ("Boats floats", None, False)),
        ("<h2><a href=/>Fer</a>ry</h2>", {"tab": "Ferry | City and harbour"}, ("Ferry", "h2", True)),
        # Where metadata agrees, its element is the one heading there is, or the one that says a part of it.
        ("<h1>Boats</h1>", {"named": ["Ferry stays", "FERRY stays"]}, ("Ferry stays", "h1", False)),
        ("<h1>Boats</h1><h1>stays</h1>", {"named": ["Ferry stays", "FERRY stays"]}, ("Ferry stays", "h1", False)),
        ("<h1>Boats</h1><h1>Trams</h1>", {"named": ["Ferry stays", "FERRY stays"]}, ("Ferry stays", None, False)),
    ],
)  # fmt: skip
def test_what_belongs_to_a_headline_and_what_to_the_site(body, said, found):
    assert find(body, **said) == found


@pytest.mark.parametrize(("more", "is_dated"), [(0, True), (1, False)])
def test_a_heading_stands_above_a_line_with_a_date_of_a_length(more, is_dated):
    body = "<h2>Ferry stays</h2><p>" + "2026-01-30 ".ljust(80 + more, "x") + "</p>"

    assert find(body) == (("Ferry stays", "h2", False) if is_dated else None)


def test_bounds_of_what_is_compared():
    for more in (0, 1):
        text = "a" * (MAX_LENGTH + more)
        assert find(f"<h1>{text}</h1>", tab="b") == ((text, "h1", False) if not more else ("b", None, False))
        assert find(f"<h2>{text}</h2>", tab=text) == ((text, "h2", True) if not more else (text, None, False))
        tab = "Ferry stays " + "x" * (MAX_TAB - len("Ferry stays ") + more)
        assert find("<h1>Ferry stays</h1>", tab=tab) == ("Ferry stays", "h1", not more)
        assert find("<h1>Ferry stays</h1>", named=[tab]) == ("Ferry stays", "h1", not more)
        h1s = "<h1>Boats</h1>" * (MAX_H1S - 1 + more) + "<h1>Ferry stays</h1>"
        assert find(h1s, named=["Ferry stays"]) == ("Ferry stays", "h1", True)
    assert (MAX_LENGTH, MAX_TAB, MAX_H1S) == (300, 1000, 100)


def test_a_title_in_metadata_that_is_too_long_is_none():
    tab = "Ferry stays afloat | Post"

    assert find(tab=tab, named=["x " * (MAX_TAB // 2) + "x"]) == find(tab=tab) == ("Ferry stays afloat", None, False)


@pytest.mark.parametrize(
    ("title", "site"),
    [
        ("Storm hits the coast – what comes next", " "),
        ("Mayor resigns – the Sunday inquiry begins", "The Sun"),
        ("Ferry sails – for the last time", "Time"),
        ("Old bridge closed – council postpones vote", "Post"),
        ("Ferry stays – what happens next", "AP"),
        ("Ferry stays – live", None),
        ("Ferry stays – paper", None),
    ],
)
def test_the_second_half_of_a_headline_is_no_name_of_a_site(title, site):
    url = "https://www.livepaper.example/a"

    assert find(f"<h1>{title}</h1>", tab=title, named=[title], sites=[site], url=url) == (title, "h1", True)


@pytest.mark.parametrize(
    ("behind", "sites", "host"),
    [
        ("Harbour Post", ["Harbour Post"], "x"),
        ("harbour-post", ["Harbour Post"], "x"),
        ("The Harbour Post", ["Harbour Post"], "x"),
        ("Harbour Post", ["The Harbour Post"], "x"),
        ("CNN Politics", ["CNN"], "x"),
        ("Local News CNN", ["CNN"], "x"),
        ("Harbour Post", [], "harbour-post"),
        ("Guardian", [], "theguardian"),
        ("港口报客户端", ["港口报"], "x"),
        ("港口报", ["港口报网"], "x"),
    ],
)
def test_the_name_of_the_site_in_a_tab_is_cut_off(behind, sites, host):
    found = find(tab=f"Ferry stays - {behind}", named=[f"Ferry stays - {behind}"], sites=sites, url=f"https://www.{host}.example/a")

    assert found == ("Ferry stays", None, False)


@pytest.mark.parametrize(
    "behind", ["a word about CNN", "CNN and all the others", "CNNs", "guard", "港口报说明天渡轮照常开"]
)
def test_more_words_than_two_beside_a_name_are_of_the_headline(behind):
    title = f"Ferry stays - {behind}"

    assert find(tab=title, named=[title], sites=["CNN", "港口报"], url="https://www.theguardian.example/a")[0] == title


def test_a_tab_that_is_no_more_than_the_name_of_the_site_is_a_title_still():
    assert find(tab=f"| {POST}", sites=[POST]) == (f"| {POST}", None, False)
