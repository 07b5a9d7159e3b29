"""Time and authors in the lines around a headline, by markup and by words. Every page is made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.people import read_dated
from tests.test_any_page import EN, STAMP, ZH, article, html, json_ld, paragraphs

OTHER = "2020-02-02T02:02:02+01:00"
PICTURE = (
    f"<div itemscope itemtype=http://schema.org/ImageObject><i itemprop=datePublished content='{OTHER}'></i></div>"
)


def read(masthead, lang="en-GB", above="", body=EN):
    page = f"<article>{above}<h1>Ferry stays</h1>{masthead}{paragraphs(body)}</article>"
    return article(html(page, "<title>Ferry stays | Post</title>", lang))


@pytest.mark.parametrize(
    ("masthead", "above"),
    [
        (f"<p>{STAMP[:4]} <time datetime='{OTHER}'>x</time><meta itemprop=datePublished content='{STAMP}'></p>", ""),
        (f"<p><time itemprop=datePublished datetime='{STAMP}' content='{OTHER}'>x</time></p>", ""),
        (f"<p><span itemprop='x datePublished'>{STAMP}</span></p>", ""),
        (f"<p><b itemprop=datePublished content='{STAMP}'>x</b><b itemprop=datePublished content='{OTHER}'></p>", ""),
        (f"<p>On <time datetime='{STAMP}'>Thursday</time>, <time datetime='{OTHER}'>Sunday</time></p>", ""),
        (f"<time datetime='{STAMP}'><div>Thursday</div></time>", ""),
        (f"<p><time datetime=18:30>x</time></p><p><time datetime='{STAMP}'>y</time></p>", ""),
        ("", f"<p><time datetime='{STAMP}'>Thursday</time></p>"),
        (f"<p><time datetime='{STAMP}'>y</time></p>" + f"<figure><time itemprop=datePublished datetime='{OTHER}'>", ""),
        (f"<p><time datetime='{STAMP}'>y</time></p>{PICTURE}", ""),
    ],
)
def test_the_time_is_what_the_markup_around_the_headline_says(masthead, above):
    assert read(masthead, above=above).published_at.isoformat() == STAMP


def test_microdata_tells_of_changes_too():
    got = read(
        f"<p><time itemprop=datePublished datetime='{OTHER}'>x</time> <i itemprop=dateModified content='{STAMP}'></p>"
    )

    assert (got.published_at.isoformat(), got.modified_at.isoformat()) == (OTHER, STAMP)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("<p itemprop=author content='Ada Lovelace'>x</p>", ["Ada Lovelace"]),
        ("<p itemprop=creator>Ada Lovelace</p>", ["Ada Lovelace"]),
        ("<p itemprop=author><i itemprop=name>Ada Lovelace</i> of the Post</p>", ["Ada Lovelace"]),
        ("<p>x <a rel=author href=/ada>Ada Lovelace</a></p>", ["Ada Lovelace"]),
        ("<ul><li rel=author>Ada Lovelace</li></ul>", ["Ada Lovelace"]),
        ("<aside><a rel=author href=/ada>Ada Lovelace</a></aside>", []),
        ("<p>Harbour <span>By Ada Lovelace</span></p>", ["Ada Lovelace"]),
        ("<p>News <a href=/author/ada>Ada Lovelace</a></p>", ["Ada Lovelace"]),
        ("<p>News <a href=/town/ada>Ada Lovelace</a></p>", []),
        *((f"<p class='{name}'>Ada Lovelace</p>", ["Ada Lovelace"]) for name in ("byline", "by-line", "author-name")),
        *((f"<p id='{name}'>Ada Lovelace</p>", ["Ada Lovelace"]) for name in ("post-author", "autor", "auteur")),
        ("<p id=autore>Ada Lovelace</p>", ["Ada Lovelace"]),
        *((f"<p class='{name}'>Ada Lovelace</p>", ["Ada Lovelace"]) for name in ("reporter", "journalist", "writer")),
        ("<p class='coauthority'>Ada Lovelace</p>", []),
        ("<div class=byline><p><b>Ada Lovelace</b></p></div>", ["Ada Lovelace"]),
        ("<div id=byline><div><p>Ada Lovelace</p></div></div>", ["Ada Lovelace"]),
        ("<div class=byline><div><div><p>Ada Lovelace</p></div></div></div>", []),
        ("<p class=byline><i>Ada Lovelace</i> <i>Alan Turing</i></p>", ["Ada Lovelace", "Alan Turing"]),
        ("<p class=byline><a href=/x>Ada Lovelace</a> in the harbour</p>", ["Ada Lovelace"]),
        ("<div class=author-box><h4>Ada Lovelace</h4><a href=/x>Profile</a><a href=/y>Follow</a></div>",
         ["Ada Lovelace"]),
        ("<p>by <a href=/author/ada>Ada Lovelace</a><span>22 Dec 2026</span></p>", ["Ada Lovelace"]),
        ("<p class=byline>all our reporters</p>", []),
        ("<p class=author><a href=/ada>Ada Lovelace</a> <i>Senior Harbour Correspondent</i></p>", ["Ada Lovelace"]),
        ("<p class=byline><i>Ada Lovelace</i>, <i>Special for HARBOUR POST</i></p>", ["Ada Lovelace"]),
        ("<p class=byline>Harbour Staff Writer</p>", ["Harbour Staff Writer"]),
        ("<p itemprop=author content='Ada Lovelace'>x</p><p itemprop=author content='Alan Turing'>y</p>",
         ["Ada Lovelace", "Alan Turing"]),
        # A date beside the name, or an office; the name in a line further down.
        ("<p class=author><b>Ada Lovelace</b> <i>2026-01-09 17:04</i></p>", ["Ada Lovelace"]),
        ("<p class=author><b>Posted on</b> <i>2026-01-09 17:04</i></p>", []),
        ("<p class=byline>Harbour</p><p class=author>Ada Lovelace</p>", ["Ada Lovelace"]),
        ("<p class=byline>Harbour</p><p>Town <a href=/author/ada>Ada Lovelace</a></p>", ["Ada Lovelace"]),
        ("<p class=byline>Ada</p><p class=byline>Alan</p>", ["Ada"]),
        ("<p>By<a href=/x>Ada Lovelace</a><span>Staff Writer</span></p>", ["Ada Lovelace"]),
        ("<p class=author-path><a href=/>Post</a> &gt; <a href=/h>Old Harbour</a> &gt; Ferry</p>", []),
        ("<p class=byline>Post 24</p>", []),
        # A word of the name in capitals; a label in a box of its own; the paper for which somebody wrote.
        ("<p class=postAssistAuthor>Ada Lovelace</p>", ["Ada Lovelace"]),
        ("<div>Article by</div><div>Ada Lovelace</div>", ["Ada Lovelace"]),
        ("<div>Article by</div><div>harbourpost</div>", []),
        ("<div>By <a href=/x>Ada Lovelace</a></div><div><a href=/y>Alan Turing</a></div>", ["Ada Lovelace"]),
        ("<p>Autor/in: Ada Lovelace</p>", ["Ada Lovelace"]),
        ("<p>By Ada Lovelace For The Harbour Post</p>", ["Ada Lovelace"]),
        ("<section aria-labelledby=article-byline><ul><li>Ada Lovelace</li></ul></section>", ["Ada Lovelace"]),
        # Behind a date, and behind a dash; one by which somebody logs in, where the markup has it for an author's.
        ("<p>Posted on 9 January 2026 by Ada Lovelace</p>", ["Ada Lovelace"]),
        ("<p>9.1.2026 13:30 Uhr von Ada</p>", ["Ada"]),
        ("<p><a href=/x>9 January 2026</a> by <a href=/y>Ada Lovelace</a> and <a href=/z>Alan Turing</a></p>",
         ["Ada Lovelace", "Alan Turing"]),
        ("<p>9 January 2026 · by <a href=/y>ada1815</a></p>", ["ada1815"]),
        ("<p>9 January 2026 · by ada1815</p>", []),
        ("<p>9 January 2026 - Speech by Ada Lovelace</p>", []),
        ("<p>9 January 2026 by Ada Lovelace in the harbour of the isles, Basel</p>", ["Ada Lovelace"]),
        ("<p>9 January 2026 by those who know, Basel</p>", []),
        ("<p>9 January 2026 <i>- Redaktion: Ada Lovelace (spokeswoman)</i></p>", ["Ada Lovelace"]),
        ("<p>Erstellt von Ada Lovelace</p>", ["Ada Lovelace"]),
        ("<p>News <a rel=author href=/x>ada1815</a></p>", ["ada1815"]),
        ("<p>News <a rel=author href=/x>siteadmin</a></p>", []),
        ("<p>Today <b class='author vcard'><a class='url fn' href=/y>ada</a></b> <a href=/x>City</a></p>", ["ada"]),
        ("<p class=meta><i class=author>Ada Lovelace</i> <a href=/x>City News</a></p>", ["Ada Lovelace"]),
        ("<p><i class=author><a href=/y>Ada Lovelace</a></i> <a href=/x>City News</a></p>", ["Ada Lovelace"]),
        ("<p><i class=by-author>Ada Lovelace</i> <i class=by-author>Alan Turing</i> <i>City News</i></p>",
         ["Ada Lovelace", "Alan Turing"]),
        ("<p class='fn org'>Harbour Company</p>", []),
        ("<p class=meta><i class=author></i> <a href=/x>City</a></p>", []),
        # Pages of people; one of a channel is none.
        *((f"<p>News <a href=/{where}/ada>Ada Lovelace</a></p>", ["Ada Lovelace"])
          for where in ("about/editors", "redaktion", "writer", "profil")),
        ("<p>News <a href=/file/redaktion/2026/ada.jpg>Ada Lovelace</a></p>", []),
        ("<p><a href=/>Home</a> &gt; <a href=/people/real-life>Real Life</a> &gt; Ferry</p>", []),
        # The word that says so alone, behind a topic; what was drawn or photographed by somebody is no text.
        ("<p>City! <i>| By</i> <b>Ada Lovelace</b> | <i>9 January 2026</i></p>", ["Ada Lovelace"]),
        ("<p>Illustration <i>by</i> <b>Ada Lovelace</b></p>", []),
        ("<p>" + "x" * 30 + "<i>by</i><b>Ada Lovelace</b></p>", ["Ada Lovelace"]),
        ("<p>" + "x" * 31 + "<i>by</i><b>Ada Lovelace</b></p>", []),
        ("<p>Autoren Ada Lovelace und Alan Turing</p>", ["Ada Lovelace", "Alan Turing"]),
        ("<p>Autorin: Ada Lovelace, Leiterin des Hafens in Basel.</p>", ["Ada Lovelace"]),
        ("<p>Von Ada Lovelace, Leiterin des Hafens in Basel.</p>", []),
        ("<p>News <a rel=author href=/x>post.example Redaktion</a></p>", ["post.example Redaktion"]),
        ("<p class=author><a href=/topics/sea>Sea</a> <a href=/thema/bay>Old Bay</a></p>", []),
        ("<p class=author>Choice: Ada</p>", []),
        ("<div class=photo-text><i class=author>Ada Lovelace</i></div>", []),
        ("<p class=image-caption>By Ada Lovelace</p>", []),
        ("<figure><img src=/x><figcaption><p>By Ada Lovelace</p></figcaption></figure>", []),
        # An agency beside a name, an office, buttons.
        ("<p>Autor:</p><p>Ada Lovelace/dpa</p>", ["Ada Lovelace"]),
        ("<p class=author><a href=/x>Ada Lovelace</a> <i>CEO</i></p>", ["Ada Lovelace"]),
        ("<p class=author><a href=/x>Ada Lovelace</a> <a href=/y>Follow</a></p>", ["Ada Lovelace"]),
        ("<p class=byline>Veröffentlicht am 9.1.2026</p>", []),
        # Whose pages these are: of a service, of an office; a house is no author.
        ("<p>Brought to you <i>by</i> <a href=/x>Old Bank</a></p>", []),
        ("<p>Hosted <i>by</i> <a href=/x>Old Radio</a></p>", []),
        ("<p><a href=/redaktion/kontakt>Unser Kontakt</a> <a href=/profil/login>Mein Profil</a></p>", []),
        ("<p><a href=/profil/meine-artikel>Meine Artikel</a></p>", []),
        ("<p><a href=/writers/guidelines>Writers Guide</a></p>", []),
        ("<p><a href=/redaktion/ada-lovelace>Ada Lovelace</a></p>", ["Ada Lovelace"]),
        ("<p><a href=/profil/5/ada>Ada Lovelace</a></p>", ["Ada Lovelace"]),
        ("<p>Autoren Union Berlin</p>", []),
        ("<p>Autoren: Ada Lovelace</p>", ["Ada Lovelace"]),
        ("<p>27 November 2026 by Old Harbour Staff</p>", []),
        ("<p>27 November 2026 by Old Harbour Press</p>", []),
        *((f"<p class='byline vcard'><i class=fn>{name}</i></p>", []) for name in ("hp-web", "redaktion2", "x_team")),
        ("<p class='byline vcard'><i class=fn>webber</i></p>", ["webber"]),
        # A trail on one line with the author, whose page is where it ends.
        ("<p>Home › News › <a href=/author/ada>Ada Lovelace</a></p>", ["Ada Lovelace"]),
        ("<p>Home › <a href=/author/ada>Ada Lovelace</a> › Ferry stays</p>", []),
    ],
)  # fmt: skip
def test_authors_are_named_by_markup_by_words_and_by_what_a_box_is_called(line, names):
    assert [each.name for each in read(line).authors] == names


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ("<div class=hero-photo><h1>Ferry stays</h1><p>By Ada Lovelace</p></div>", ["Ada Lovelace"]),
        ("<div class=photo><h2>Ferry stays</h2><p>By Ada Lovelace</p></div>", ["Ada Lovelace"]),
        ("<h1>Ferry stays</h1><div class=photo><p>By Ada Lovelace</p></div>", []),
        ("<h1><i>Ferry stays</i> <b class=author>Ada Lovelace</b></h1>", ["Ada Lovelace"]),
        ("<h1 class=author-title>Ferry Stays</h1>", []),
        ("<h1><i>Ferry stays</i> <b class=author>boats</b></h1>", []),
    ],
)
def test_an_author_is_named_beside_the_headline_above_a_picture_and_within_it(head, names):
    page = html(f"<article>{head}{paragraphs(EN)}</article>", "<title>Ferry stays | Post</title>")

    assert [each.name for each in article(page).authors] == names


@pytest.mark.parametrize(
    ("meta", "names"),
    [
        ("Ada Lovelace and Alan Turing", ["Ada Lovelace", "Alan Turing"]),
        ("Ada Lovelace, Alan Turing", ["Ada Lovelace"]),  # who may be a place
        ("Ada Lovelace, Grace Hopper", ["Ada Lovelace", "Grace Hopper"]),  # a link leads to her
        ("Ada Lovelace, Emmy Noether", ["Ada Lovelace", "Emmy Noether"]),  # in microdata
        ("Ada Lovelace, Harbour Post", ["Ada Lovelace"]),  # the site
        ("Ada Lovelace, London", ["Ada Lovelace"]),
        ("Alan Turing, Grace Hopper", ["Ada Lovelace"]),
    ],
)
def test_where_metadata_names_more_people_than_json_ld_all_are_authors(meta, names):
    thing = {"@type": "NewsArticle", "headline": "Ferry stays", "author": {"@type": "Person", "name": "Ada Lovelace"}}
    head = f"<meta property=og:site_name content='Harbour Post'><meta name=author content='{meta}'>{json_ld(**thing)}"
    line = "<p>With <a href=/author/grace>Grace Hopper</a>, <i itemprop=author>Emmy Noether</i>, Alan Turing</p>"
    page = f"<article itemscope itemtype=http://schema.org/Article><h1>Ferry stays</h1>{line}{paragraphs(EN)}</article>"

    assert [each.name for each in article(html(page, head)).authors] == names


def test_a_line_below_the_text_in_its_box_says_by_a_label_who_wrote_it():
    below = "<div><p>Posted by <b>Ada Lovelace</b> at <a href=/x>17:04</a></p></div>"
    page = f"<div><h1>Ferry stays</h1><div>{paragraphs(EN)}</div>{below}</div>"

    assert [each.name for each in article(html(page, "<title>Ferry stays</title>")).authors] == ["Ada Lovelace"]


def test_a_name_that_is_that_of_the_site_gives_way_to_that_of_a_person():
    head = "<title>Ferry stays | Harbour Post</title><meta property=og:site_name content='Harbour Post'>"
    lines = "<p>x <a rel=author href=/post>Harbour Post</a></p>{}"
    page = f"<article><h1>Ferry stays</h1>{lines}{paragraphs(EN)}</article>"

    for line, names in (("<p class=byline>Ada Lovelace</p>", ["Ada Lovelace"]), ("", ["Harbour Post"])):
        assert [each.name for each in article(html(page.format(line), head)).authors] == names


@pytest.mark.parametrize(("words", "is_name"), [(8, True), (9, False)])
def test_a_name_has_so_many_words(words, is_name):
    name = " ".join(["Office"] * words)

    assert [each.name for each in read(f"<p class=author>{name}</p>").authors] == ([name] if is_name else [])


@pytest.mark.parametrize("called", ["hentry author-ada-lovelace", "post author-ada"])
def test_an_article_that_is_called_after_its_author_names_nobody(called):
    page = f"<article class='{called}'><h1>Ferry Stays and I</h1><p>9 January 2026</p>{paragraphs(EN)}</article>"

    assert article(html(page, "<title>Ferry Stays and I | Post</title>")).authors == []


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("9 January 2026 by Ada Lovelace | ".ljust(150, "x"), 1),
        ("9 January 2026 by Ada Lovelace | ".ljust(151, "x"), 0),
        ("Wednesday 9 September 2026 by Ada Lovelace", 1),
        ("Wednesday in 9 September 2026 by Ada Lovelace", 1),
        ("Wednesday of 9 Septembers 2026 by Ada Lovelace", 0),
    ],
)
def test_a_line_that_begins_with_a_date_is_of_a_length(line, names):
    assert len(read_dated([(line, None)])) == names


@pytest.mark.parametrize(("nodes", "names"), [(6, ["Ada Lovelace"]), (7, [])])
def test_a_name_behind_a_date_stands_among_so_many_nodes(nodes, names):
    line = [("9", None)] * nodes + [("2026", None), ("by", None), ("Ada Lovelace", None)]

    assert read_dated(line) == names


@pytest.mark.parametrize(
    ("masthead", "above", "at"),
    [
        ("<p>9 January 2026 17:04 GMT</p><p>8 January 2026 16:00 GMT</p>", "", "2026-01-09T17:04:00+00:00"),
        ("<p>Updated 9 January 2026 17:04 GMT</p><p>8 January 2026 16:00 GMT</p>", "", "2026-01-08T16:00:00+00:00"),
        ("", "<p>9 January 2026 17:04 GMT</p>", "2026-01-09T17:04:00+00:00"),
        ("", "<p>9 January 2026 17:04 GMT</p><p>a</p><p>b</p>", "2026-01-09T17:04:00+00:00"),
        ("", "<p>9 January 2026 17:04 GMT</p><p>a</p><p>b</p><p>c</p>", None),
        ("<p>9 January 2026 17:04 GMT " + "x" * 79 + "</p>", "", "2026-01-09T17:04:00+00:00"),
        ("<p>9 January 2026 17:04 GMT " + "x" * 80 + "</p>", "", None),
    ],
)
def test_a_line_near_the_headline_prints_the_time(masthead, above, at):
    got = read(masthead, above=above).published_at

    assert (got and got.isoformat()) == at


def test_a_line_among_the_first_of_the_body_may_say_who_wrote_it():
    for before, names in ((3, ["Ada Lovelace"]), (4, [])):
        body = [*EN[:before], "By Ada Lovelace", *EN[before:], *EN]
        assert [each.name for each in read("", body=body).authors] == names


@pytest.mark.parametrize(
    ("below", "names"),
    [
        ("<p>By Ada Lovelace</p>", ["Ada Lovelace"]),
        ("<p>Share</p><p>Autor: Ada Lovelace</p>", ["Ada Lovelace"]),
        ("<p>By Ada</p>", []),
        ("<p>By Ada Lovelace 12 May 2026</p>", []),  # of another article
        ("<p><a href=/b>By Ada Lovelace</a></p>", []),
        ("<p>x</p>" * 6 + "<p>By Ada Lovelace</p>", []),
    ],
)
def test_a_line_right_below_the_text_may_say_who_wrote_it(below, names):
    page = f"<h1>Ferry stays</h1><div>{paragraphs(EN)}</div><div>{below}</div>"

    assert [each.name for each in article(html(page, "<title>Ferry stays</title>")).authors] == names


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (("王乐天", "港口社中文记者"), ["王乐天"]),
        (("王樂天", "駐東京記者"), ["王樂天"]),
        (("<span>作者, </span><span>王乐天</span>", "港口中文"), ["王乐天"]),
        (("港口报", "25人参与评论"), []),
        (("王乐天", "港口"), []),
        (("时事", "渡轮"), []),
        (("港口报", "记者"), []),
    ],
)
def test_a_name_in_chinese_and_an_office_may_stand_in_boxes_of_their_own(lines, names):
    zh = ["港口委员会周二晚间表决，在新桥明年春天通车之前，保留运行了九十年的老渡轮，票价不变。"] * 4
    masthead = "".join(f"<li>{each}</li>" for each in lines)

    got = article(html(f"<h1>渡轮将保留到春天</h1><ul>{masthead}</ul>{paragraphs(zh)}", lang="zh"))

    assert [each.name for each in got.authors] == names


def test_names_near_the_headline_are_taken_before_those_that_the_markup_has_further_down():
    below = "<h4>More</h4><p><a rel=author href=/alan>Alan Turing</a></p>"
    page = f"<article><h1>Ferry stays</h1>{{}}{paragraphs(EN)}{below}</article>"
    by = "<p>x <a rel=author href=/ada>Ada Lovelace</a></p>"

    for above, names in ((by, ["Ada Lovelace"]), ("", ["Alan Turing"])):
        got = article(html(page.format(above), "<title>Ferry stays | Post</title>"))
        assert [each.name for each in got.authors] == names


def test_a_date_or_a_name_among_the_first_lines_of_the_body_is_no_text():
    dates = ("Published 9 January 2026 17:04", "10/12/2020 - 09:49", "Jan. 9, 2026")
    for line in (*dates, "By Ada Lovelace", "Von Käthe Müller"):
        for before in (1, 3):
            assert read("", body=[*EN[:before], line, *EN[before:]]).paragraphs == EN, line
    assert read("", body=[*EN, "9 gennaio 2026 (modifica il 10 gennaio 2026 | 10:19)"], lang="it").paragraphs == EN
    assert read("", body=[EN[0], "發表時間： 01/09/2026 - 09:49", *EN[1:]], lang="zh-TW").paragraphs == EN


@pytest.mark.parametrize(
    "line",
    [
        "9 January 2026: the thirteen of them",
        "By the river",
        "2026",
        "By Ada Lovelace, who steered the ferry for thirty-one years and knows " + "each stone",
    ],
)
def test_a_line_that_says_more_than_a_date_or_a_name_is_text(line):
    assert read("", body=[EN[0], line, *EN[1:]]).paragraphs == [EN[0], line, *EN[1:]]


def test_how_far_down_and_how_long_a_line_with_a_date_may_be():
    day = "9 January 2026"
    for before, is_text in ((3, False), (4, True)):
        body = [*EN, *EN][:before], day, [*EN, *EN][before:]
        assert (day in read("", body=[*body[0], body[1], *body[2]]).paragraphs) is is_text
    for letters, is_text in ((12, False), (13, True)):
        line = f"{day} {'x' * letters}"
        assert (line in read("", body=[EN[0], line, *EN[1:]]).paragraphs) is is_text
    for signs, is_text in ((80, False), (81, True)):
        line = day + "." * (signs - len(day))
        assert (line in read("", body=[EN[0], line, *EN[1:]]).paragraphs) is is_text


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("<p><b>王樂天 方敏／台北 高雄報導</b> <i>發布時間：2026-01-09 17:04</i></p>", ["王樂天", "方敏"]),
        ("<p><a href=/a>港口快訊／王樂天</a>、<a href=/b>方敏</a> <i>2026年01月09日 17:04</i></p>", ["王樂天", "方敏"]),
        ("<p><b>港口／渡輪</b> <i>2026年01月09日 17:04</i></p>", []),
    ],
)
def test_names_may_stand_before_the_date_in_chinese(line, names):
    page = f"<article><h1>渡輪繼續運行到春天</h1>{line}{paragraphs(ZH * 2)}</article>"

    got = article(html(page, "<title>渡輪繼續運行到春天</title>", "zh-TW"))

    assert [each.name for each in got.authors] == names


def test_an_author_in_json_ld_may_be_named_with_a_place_in_chinese():
    head = json_ld(**{"@type": "NewsArticle", "author": {"name": "王樂天／綜合報導"}})

    got = article(html(f"<article><h1>渡輪繼續運行到春天</h1>{paragraphs(ZH * 2)}</article>", head, "zh-TW"))

    assert [each.name for each in got.authors] == ["王樂天"]


ADA = "<p>By Ada Lovelace</p>"
X = "<p>x</p>"


@pytest.mark.parametrize(
    ("masthead", "above", "names"),
    [
        # Six lines above a headline may belong to it; below it the fortieth line is the last.
        ("", ADA + 5 * X, ["Ada Lovelace"]),
        ("", ADA + 6 * X, []),
        (38 * X + ADA, "", ["Ada Lovelace"]),
        (39 * X + ADA, "", []),
        # Each of the first four nodes of a line may say it.
        ("<p>a <b>b</b> c <span>By Ada Lovelace</span></p>", "", ["Ada Lovelace"]),
        ("<p>a <b>b</b> c <i>d</i><span>By Ada Lovelace</span></p>", "", []),
        # 150 characters, no more.
        ("<p>By Ada Lovelace | " + "x" * 132 + "</p>", "", ["Ada Lovelace"]),
        ("<p>By Ada Lovelace | " + "x" * 133 + "</p>", "", []),
        # The fiftieth element of a line, its own among them.
        ("<p>" + 48 * "<b></b>" + "<i class=byline>Ada Lovelace</i></p>", "", ["Ada Lovelace"]),
        ("<p>" + 49 * "<b></b>" + "<i class=byline>Ada Lovelace</i></p>", "", []),
        # Of what is called an author only people are.
        *((f"<p itemprop=author content='{text}'>x</p>", "", ["Ada Lovelace"]) for text in
          ("Ada Lovelace in Berlin", "Ada Lovelace, on Monday", "Ada Lovelace at the port", "Ada Lovelace am Montag",
           "Ada Lovelace um 12 Uhr", "Ada Lovelace le 3 mai", "Ada Lovelace el lunes")),
        *((f"<p itemprop=author content='{text}'>x</p>", "", []) for text in
          ("[email protected]", "(staff only)", "the harbour desk", "Desk 24", "Ada " + "x" * 147)),
        *((f"<p itemprop=author content='王乐文{text}'>x</p>", "", ["王乐文"]) for text in
          ("报道", "报导", "報導", "報道", "综合报道", "綜合報導")),
        # However many words the property has.
        (f"<p><b itemprop='{'x ' * 99}author'>Ada Lovelace</b></p>", "", ["Ada Lovelace"]),
    ],
)  # fmt: skip
def test_how_far_around_a_headline_authors_are_looked_for(masthead, above, names):
    assert [each.name for each in read(masthead, above=above).authors] == names


@pytest.mark.parametrize("name", ["comment", "Comments", "comment-list", "commentlist", "comments-area", "kommentare"])
def test_who_wrote_a_comment_or_took_a_picture_is_no_author(name):
    ada = "<b itemprop=author>Ada Lovelace</b>"

    assert read(f"<div class='x {name}'>{ada}</div>").authors == []
    assert read(f"<div id='{name}'>{ada}</div>").authors == []
    for tag in ("figure", "aside", "figure><figcaption", "div itemtype=https://schema.org/Comment"):
        assert read(f"<{tag}>{ada}</{tag.partition(' ')[0].partition('>')[0]}>").authors == []
    assert [each.name for each in read(f"<div class='uncommented'>{ada}</div>").authors] == ["Ada Lovelace"]


@pytest.mark.parametrize(
    ("masthead", "above", "published", "modified"),
    [
        # Of changes the first below the headline, and a day beside it.
        ("<p>Updated 9 January 2026 17:04 GMT</p><p>Updated 8 January 2026 16:00 GMT</p>", "", None,
         "2026-01-09T17:04:00+00:00"),
        ("<p>Updated 9 January 2026 17:04 GMT</p><p>8 January 2026</p>", "", "8 January 2026",
         "2026-01-09T17:04:00+00:00"),
        ("<p>9 January 2026</p><p>8 January 2026</p>", "", "9 January 2026", None),
        ("<p>Updated 9 January 2026</p>", "", None, None),
        # Above the headline a day stands alone, with a weekday at most, on the next line.
        ("", "<p>" + "x" * 11 + " 9 January 2026</p>", "9 January 2026", None),
        ("", "<p>" + "x" * 12 + " 9 January 2026</p>", None, None),
        ("", "<p>9 January 2026</p><p>x</p>", None, None),
        # A sign may part it from more words there, though not in the name of an issue.
        *(("", f"<p>{line}</p>", "9 January 2026", None) for line in
          ("9 January 2026 | Ada Lovelace", "Harbour // 9 January 2026", "London, 9 January 2026 — Releases",
           "Home | By Ada Lovelace | 9 January 2026", "9 January 2026: " + "x" * 58)),
        *(("", f"<p>{line}</p>", None, None) for line in
          ("Harbour News of 9 January 2026", "9 January 2026 as of this day", "9 January 2026: " + "x" * 59)),
        # Of two times above it the nearer one; of two on a line the first.
        ("", "<p>8 January 2026 16:00 GMT</p><p>9 January 2026 17:04 GMT</p>", "9 January 2026 17:04 GMT", None),
        ("<p>9 January 2026 17:04 GMT | 8 January 2026 16:00 GMT</p>", "", "9 January 2026 17:04 GMT", None),
        # Day and clock in boxes of their own.
        ("<p><b>09/</b><b>01/2026</b><i>17:04 GMT</i></p>", "", "09/01/2026 17:04 GMT", None),
    ],
)  # fmt: skip
def test_which_of_several_times_is_the_articles(masthead, above, published, modified):
    got = read(masthead, above=above)

    assert (got.published_raw, got.modified_at and got.modified_at.isoformat()) == (published, modified)


def test_a_time_above_the_headline_is_in_doubt():
    line = "<p>9 January 2026 17:04 GMT</p>"

    assert "published_at" in read("", above=line).provenance.doubts
    assert "published_at" not in read(line).provenance.doubts


@pytest.mark.parametrize(
    ("datetime", "printed", "at"),
    [
        ("2026-01-09 17:04", "9 January 2026, 17:04 GMT", "2026-01-09T17:04:00+00:00"),
        ("2026-01-09T17:04:30", "Jan 9, 2026 5:04 PM EST", "2026-01-09T17:04:30-05:00"),
        # The printed clock shows that the other one is Greenwich's.
        ("2026-01-09T22:04:00", "Jan 9, 2026 5:04 PM EST", "2026-01-09T22:04:00+00:00"),
        ("2026-01-09T12:04:00+02:00", "Jan 9, 2026 5:04 PM EST", "2026-01-09T12:04:00+02:00"),
        # Where it is not the same moment in any, the printed one alone says where.
        ("2026-01-09T20:00:00", "Jan 9, 2026 5:04 PM EST", "2026-01-09T17:04:00-05:00"),
        ("2026-01-09T17:04:00", "Jan 9, 2026 5:04 PM", None),
        ("2026-01-09T17:04:00", "Jan 9, 2026 5:04 PM XQZ", None),
    ],
)
def test_a_time_that_names_no_zone_is_of_the_zone_that_is_printed(datetime, printed, at):
    got = read(f"<p><time datetime='{datetime}'>{printed}</time></p>", lang="en")

    assert (got.published_at and got.published_at.isoformat()) == at
    assert ("published_at" in got.provenance.doubts) == (at is None or at[11:16] not in datetime)


def test_a_day_alone_may_stand_among_the_first_lines_of_the_body():
    def raw(line):
        return read("", body=[EN[0], line, *EN[1:]]).published_raw

    assert raw("9 January 2026") == "9 January 2026"
    assert raw("Friday, 9 January 2026") == "9 January 2026"
    assert raw("The old ferry runs until 9 January 2026.") is None


@pytest.mark.parametrize(
    ("line", "raw"),
    [
        ("Published 9 January 2026", "9 January 2026"),
        ("This story was first published on 9 January 2026.", "9 January 2026"),
        ("Date: 9 January 2026 17:04 GMT", "9 January 2026 17:04 GMT"),
        ("发布日期：2026-01-09 责任编辑：王乐文", "2026-01-09"),
        ("Erschienen am: 9. Januar 2026", "9. Januar 2026"),
        ("Datum: 09.01.2026", "09.01.2026"),
        ("9 January 2026", None),
        ("The bridge opens on 9 January 2026", None),
        ("Published 9 January 2026 " + "x" * 60, None),
    ],
)
def test_a_date_after_its_label_may_stand_below_the_body(line, raw):
    got = read("", body=[*EN, "x", line])

    assert got.published_raw == raw
    assert ("published_at" in got.provenance.doubts) is (raw is not None)
    assert read("<p>8 January 2026</p>", body=[*EN, line]).published_raw == "8 January 2026"


def test_twelve_lines_below_the_body_may_date_it():
    for between, raw in ((11, "9 January 2026"), (12, None)):
        assert read("", body=[*EN, *["x"] * between, "Date: 9 January 2026"]).published_raw == raw


@pytest.mark.parametrize(("lines", "raw"), [(38, "9 January 2026 17:04 GMT"), (39, None)])
def test_a_time_stands_on_one_of_forty_lines(lines, raw):
    assert read(lines * X + "<p>9 January 2026 17:04 GMT</p>").published_raw == raw


@pytest.mark.parametrize(("lines", "raw"), [(2, "9 January 2026 17:04 GMT"), (3, None)])
def test_a_time_may_stand_among_the_first_four_lines_of_the_body(lines, raw):
    body = [EN[0], *["x"] * lines, "9 January 2026 17:04 GMT", *EN[1:]]

    assert read("", body=body).published_raw == raw


@pytest.mark.parametrize(("before", "at"), [(499, STAMP), (500, None)])
def test_so_many_properties_of_microdata_are_read(before, at):
    found = read("<p>" + before * "<i itemprop=x></i>" + f"<i itemprop=datePublished content='{STAMP}'></i>x</p>")

    assert (found.published_at and found.published_at.isoformat()) == at


@pytest.mark.parametrize(("name", "at"), [("x published", STAMP), ("unpublished", None), ("updated", None)])
def test_an_abbreviation_of_hatom_names_the_time_of_publication(name, at):
    found = read(f"<p><abbr class='{name}' title='{STAMP}'>Thursday</abbr></p>")

    assert (found.published_at and found.published_at.isoformat()) == at


@pytest.mark.parametrize(
    ("line", "name"),
    [
        *((f"{label}：港口报", "港口报") for label in ("来源", "來源", "信息来源", "文章来源", "稿源")),
        *((f"来源：{name}", name) for name in ("港" * 2, "港" * 30)),
        *((f"来源：{name}", None) for name in ("港", "港" * 31, "港口，报", "港口。")),
        ("图片来源：港口报", None),
    ],
)
def test_a_line_below_the_headline_names_the_source(line, name):
    source = read(f"<p>{line}</p>").source

    assert (source and source.name) == name


@pytest.mark.parametrize(("above", "names"), [(3, []), (4, ["Ada Lovelace"]), (29, ["Ada Lovelace"])])
def test_without_a_headline_the_lines_above_the_body_are_looked_at(above, names):
    page = f"<article>{above * X}{ADA}{(29 - above) * X}{paragraphs(EN)}</article>"

    assert [each.name for each in article(html(page, "<title>Ferry stays | Post</title>")).authors] == names


def test_the_line_below_a_headline_is_asked_before_meta_who_wrote_it():
    meta = "<title>Ferry stays | Post</title><meta name=author content='Alan Turing'>"
    page = f"<article><h1>Ferry stays</h1>{{}}{paragraphs(EN)}</article>"

    assert [each.name for each in article(html(page.format(ADA), meta)).authors] == ["Ada Lovelace"]
    assert [each.name for each in article(html(page.format(""), meta)).authors] == ["Alan Turing"]


# ---------------------------------------------------------------------------------------------------- below the text


POSTED = f"<a href=/a/1 rel=bookmark><time class=published datetime='{STAMP}'>September 29, 2025</time></a>"
CARD = "<span class='author vcard'><a class='url fn n' href=/author/ada>Ada Lovelace</a></span>"
LONG = "Bread is dear and other stories"


def footer(below, outside=""):
    text = f"<article class=hentry><h1>Ferry stays</h1><div>{paragraphs(EN)}</div>{below}</article>{outside}"
    return article(html(text, "<title>Ferry stays | Post</title>"))


@pytest.mark.parametrize(
    "below",
    [
        f"<footer>{CARD} Posted on {POSTED}</footer>",
        f"<footer>{CARD}</footer><footer>Posted on {POSTED}</footer>",
        f"<footer>Posted on {POSTED} by <a href=/author/ada>Ada Lovelace</a></footer>",
        f"<footer>Posted on {POSTED} <i class='author vcard'>Ada Lovelace</i></footer>",
        f"<footer>Posted on {POSTED} <a rel=author href=/ada>Ada Lovelace</a></footer>",
        # Other links of such a line: to what the article belongs to, and to its comments.
        f"<p>{CARD} {POSTED} in <a href=/category/harbour>{LONG}</a> <a href=/a/1#respond>Leave a comment</a></p>",
        f"<p>Posted by <b class=fn>Ada Lovelace</b> at <a href=/x><abbr class=published title='{STAMP}'>1:05 PM</abbr>",
    ],
)
def test_a_footer_right_below_the_text_may_say_when_and_by_whom_with_a_doubt(below):
    got = footer(below)

    assert (got.published_at.isoformat(), [each.name for each in got.authors]) == (STAMP, ["Ada Lovelace"])
    assert got.provenance.doubts == ["published_at"]
    assert got.paragraphs == EN


@pytest.mark.parametrize(
    ("below", "outside"),
    [
        (f"<h2>{LONG}</h2><p>{CARD} {POSTED}</p>", ""),
        (f"<p><a href=/b>{LONG}</a></p><p>{CARD} {POSTED}</p>", ""),
        (f"<p>{CARD} {POSTED} <a href=/b>{LONG}</a></p>", ""),
        (f"<p>3 comments</p><p>{CARD} {POSTED}</p>", ""),
        (f"<div class=comments><p>{CARD} {POSTED}</p></div>", ""),
        ("<p>x</p>" * 6 + f"<p>{CARD} {POSTED}</p>", ""),
        (f"<p>{POSTED}</p>", ""),
        ("", f"<article class=hentry><p>{CARD} {POSTED}</p><h2>{LONG}</h2></article>"),
    ],
)
def test_what_stands_further_down_or_in_another_box_is_of_another_article(below, outside):
    got = footer(below, outside)

    assert (got.published_raw, got.authors) == (None, [])


def test_a_footer_is_asked_where_nothing_above_the_text_says_more():
    other = f"<footer><a rel=bookmark href=/a><time class=published datetime='{OTHER}'>x</time></a> Posted</footer>"

    assert footer(f"<p>Posted on {POSTED}</p>{other}").published_at.isoformat() == STAMP
    page = f"<article><h1>Ferry stays</h1><p>{{}}</p><div>{paragraphs(EN)}</div>{other}</article>"
    for printed in (POSTED, "29 January 2026 18:30 GMT", "29 January 2026"):
        assert article(html(page.format(printed), "<title>Ferry stays</title>")).published_raw != OTHER
