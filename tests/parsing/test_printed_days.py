"""The day of an article where no line between headline and text prints a time. All pages here are made up."""

from __future__ import annotations

import pytest

from tests.test_any_page import EN, ZH, article, html, json_ld, paragraphs

DAY = "9 January 2026"
TITLE = "<title>Ferry stays until spring | Post</title>"
HEADLINE = "<h1>Ferry stays until spring</h1>"
BODY = f"<div>{paragraphs(EN)}</div>"


def read(body, head="", lang="en-GB"):
    got = article(html(body, TITLE + head, lang))
    return got.published_raw, "published_at" in got.provenance.doubts


# --------------------------------------------------------------------------------------------------- above the headline


@pytest.mark.parametrize(
    ("line", "lang", "raw"),
    [
        ("<p>Veröffentlicht am 9. Januar 2026</p>", "de", "9. Januar 2026"),
        ("<p>Published on 9 January 2026</p>", "en-GB", DAY),
        ("<p>Harbour news of 9 January 2026</p>", "en-GB", None),
        # Day and section in boxes of their own.
        (f"<p><i>Press release</i> <i>Harbour</i> <b>{DAY}</b></p>", "en-GB", DAY),
        (f"<p>Press release Harbour <b>of {DAY}</b></p>", "en-GB", None),
    ],
)
def test_day_right_above_the_headline_has_a_label_or_a_box_of_its_own(line, lang, raw):
    assert read(f"<div>{line}{HEADLINE}{BODY}</div>", lang=lang) == (raw, raw is not None and "release" in line)


@pytest.mark.parametrize(
    ("page", "raw"),
    [
        (f"<article><header><p>{DAY}</p><p>The harbour</p>{HEADLINE}</header>{BODY}</article>", DAY),
        (f"<article><header><p>{DAY}</p><p>The harbour</p><span>{HEADLINE}</span></header>{BODY}</article>", DAY),
        (f"<article><header><p>{DAY} x</p><p>The harbour</p>{HEADLINE}</header>{BODY}</article>", None),
        (f"<article><header><p>{DAY}</p></header><p>The harbour</p>{HEADLINE}{BODY}</article>", None),
    ],
)
def test_day_further_up_stands_alone_in_a_box_around_the_headline_alone(page, raw):
    assert read(page) == (raw, False)


def test_how_many_words_stand_beside_a_day_above_the_headline_depends_on_the_box():
    page = f"<article><{{0}}><p>{DAY} - {'x' * 70}</p>{HEADLINE}</{{0}}>{BODY}</article>"

    assert read(page.format("header")) == (DAY, True)
    assert read(page.replace("</{0}>", "").replace("</article>", "</{0}></article>").format("div")) == (None, False)


def test_pictures_do_not_count_among_the_lines_above_the_headline():
    page = f"<article><p class=date>{DAY}</p>{'<img src=/a.png>' * 9}{HEADLINE}{BODY}</article>"

    assert read(page) == (DAY, False)


@pytest.mark.parametrize("around", ["article", "main"])
def test_day_in_another_box_of_an_article_element_is_its_own(around):
    page = f"<{around}><div><p class=post-date>{DAY}</p><p>7 min read</p></div><div>{HEADLINE}{BODY}</div></{around}>"

    assert read(page)[0] == (DAY if around == "article" else None)


@pytest.mark.parametrize(
    ("name", "lines", "raw"),
    [
        ("meta__date", 5, DAY),
        ("articleDate", 5, DAY),
        ("meta__date", 6, None),
        ("update", 5, None),
        ("dateline-of-today", 5, None),
    ],
)
def test_day_alone_in_a_box_of_that_name_may_stand_some_lines_above_the_headline(name, lines, raw):
    between = paragraphs(["Print"] * lines)

    assert read(f"<article><ul><li class={name}>{DAY}</li></ul>{between}{HEADLINE}{BODY}</article>") == (raw, False)


@pytest.mark.parametrize(
    ("box", "raw"),
    [
        (f"<h2 class=date-header>Friday, {DAY}</h2>", DAY),
        (f"<div class=datum><p>{DAY}</p></div>", DAY),
        (f"<h2>Friday, {DAY}</h2>", None),
        (f"<h2 class=update-header>Friday, {DAY}</h2>", None),
        (f"<div class=date id=today><p>{DAY}</p></div>", None),
        (f"<p class=date>{DAY}</p><p>The harbour</p>", None),
    ],
)
def test_day_in_another_box_is_that_of_the_article_below_by_its_name_with_a_doubt(box, raw):
    page = f"<div>{box}<div><div class=post><h3>Ferry stays until spring</h3>{BODY}</div></div></div>"

    assert read(page) == (raw, raw is not None)


@pytest.mark.parametrize("day", ["29 January 2026", "30 January 2026", "31 January 2026"])
def test_day_of_the_capture_above_the_box_of_the_article_is_that_of_today(day):
    line = f"<div class=header-date>Friday, {day}</div>"

    assert read(f"<header>{line}</header><article>{HEADLINE}{BODY}</article>")[0] is None
    assert read(f"<article><header>{line}{HEADLINE}</header>{BODY}</article>")[0] == day
    earlier = line.replace(day, "28 January 2026")
    assert read(f"<header>{earlier}</header><article>{HEADLINE}{BODY}</article>")[0] == "28 January 2026"


@pytest.mark.parametrize("day", ["2026-01-29", "2026-01-30", "2026-01-31"])
def test_time_of_the_capture_in_the_head_of_the_page_is_that_of_today(day):
    time = f"<p><time datetime={day}T08:00:00Z>Friday</time></p>"
    other = time.replace(day, "2026-01-28")

    assert read(f"<header>{time}</header><article>{HEADLINE}{BODY}</article>")[0] is None
    assert read(f"<header>{other}</header><article>{HEADLINE}{BODY}</article>")[0] is not None
    for around in ("article", "main"):
        assert read(f"<{around}><header>{time}</header>{HEADLINE}{BODY}</{around}>")[0] is not None
    assert read(f"<div>{time}</div><article>{HEADLINE}{BODY}</article>")[0] is not None


# -------------------------------------------------------------------------------------------- between headline and text


def test_day_in_a_caption_dates_the_picture_where_words_stand_before_it():
    figure = "<figure><img src=/a.png><figcaption>{}</figcaption></figure>"

    assert read(f"<article>{HEADLINE}{figure.format(f'The ferry on {DAY}')}{BODY}</article>")[0] is None
    assert read(f"<article>{HEADLINE}{figure.format(f'{DAY} Harbour')}{BODY}</article>")[0] == DAY


def test_day_of_a_time_before_the_web_is_a_subject_of_the_article():
    for day in ("9 November 1989", "31 December 1993"):
        assert read(f"<article><h1>Harbour on {day}</h1>{BODY}</article>")[0] is None
        assert read(f"<article>{HEADLINE}<p>Harbour, {day}</p>{BODY}</article>")[0] is None
        assert read(f"<article>{HEADLINE}<p>{day}</p>{BODY}</article>")[0] == day
        assert read(f"<article>{HEADLINE}<p>Published on {day}</p>{BODY}</article>")[0] == day
    assert read(f"<article><h1>Harbour on 1 January 1994</h1>{BODY}</article>")[0] == "1 January 1994"


def test_day_in_the_headline_gives_way_to_any_other_and_is_in_doubt():
    headline = "<h1>Ferry stays until 20 January 2026</h1>"
    other = "<p>9 January 2026</p>"

    assert read(f"<article>{headline}{BODY}</article>") == ("20 January 2026", True)
    assert read(f"<article>{headline}{other}{BODY}</article>") == (DAY, False)
    assert read(f"<article>{other}{headline}{BODY}</article>") == (DAY, False)
    assert read(f"<article>{headline}{BODY}<p>Published on {DAY}</p></article>") == (DAY, True)


def test_numbers_in_boxes_beside_each_other_are_not_one():
    assert read(f"{HEADLINE}<p><b>ada</b><i>09.01.19</i><i>12:44</i></p>{BODY}", lang="de")[0] == "09.01.19 12:44"


@pytest.mark.parametrize(
    ("line", "raw"),
    [
        ("(Unverändert gültig seit: 09.01.2026)", None),
        ("Termin: Freitag, 9. Januar 2026", None),
        ("Gültigkeit, 9. Januar 2026", "9. Januar 2026"),
        ("Terminal: 9. Januar 2026", "9. Januar 2026"),
    ],
)
def test_label_may_say_that_a_day_is_of_something_else(line, raw):
    assert read(f"{HEADLINE}<p>{line}</p>{BODY}", lang="de")[0] == raw


def test_day_above_a_text_whose_headline_is_not_printed_stands_near_it():
    menu = [f"Part {n} of the site" for n in range(60)]
    page = "<div>{}</div><div>{}<div>{}</div></div>"

    assert read(page.format(paragraphs(menu), f"<p>{DAY}</p>", BODY))[0] == DAY
    assert read(page.format(paragraphs([*menu[:30], f"Snow melts {DAY}", *menu]), "", BODY))[0] is None
    assert read(page.format(paragraphs([*menu, "8 January 2026"]), f"<p>{DAY}</p><p>x</p>", BODY))[0] == DAY


# ------------------------------------------------------------------------------------------------------- below the text


@pytest.mark.parametrize(
    ("lines", "lang", "raw"),
    [
        ("<h5>Datum:</h5><div>09.01.2026</div>", "de", "09.01.2026"),
        ("<p>Mise en ligne</p><p>9 janvier 2026</p>", "fr", "9 janvier 2026"),
        ("<p>Fecha</p><p>9 de enero de 2026</p>", "es", "9 de enero de 2026"),
        ("<h5>Datum:</h5><div>vom 09.01.2026</div>", "de", None),
        ("<h5>Datum:</h5><p>x</p><div>09.01.2026</div>", "de", None),
        ("<h5>Termin:</h5><div>09.01.2026</div>", "de", None),
        ("<dl><dt>Datum</dt><dd>09.01.2026</dd></dl>", "de", None),
    ],
)
def test_label_of_a_day_may_be_a_line_of_its_own(lines, lang, raw):
    assert read(f"<article>{HEADLINE}{BODY}<div>{lines}</div></article>", lang=lang) == (raw, raw is not None)


POSTED = "<p>Posted on <time class='{}' datetime=2026-01-09T10:00:00Z>9 January 2026</time> in Harbour</p>"
BIO = "<div><h2>About the author</h2><p>Ada Lovelace steers ferries.</p></div>"


@pytest.mark.parametrize(
    ("around", "name", "is_known"),
    [
        ("<article>{}<footer>{}</footer></article>", "entry-date published", True),
        ("<article>{}<footer>{}</footer></article>", "published", True),
        ("<article>{}<footer>{}</footer></article>", "updated", False),
        ("<article>{}<div>{}</div></article>", "published", False),
        ("<article>{}<div><footer>{}</footer></div></article>", "published", False),
        ("<article>{}<article><footer>{}</footer></article></article>", "published", False),
        ("<main>{}<footer>{}</footer></main>", "published", False),
    ],
)
def test_footer_of_the_article_itself_dates_it_wherever_it_stands(around, name, is_known):
    page = around.format(HEADLINE + BODY + BIO, POSTED.format(name))

    assert read(page) == (("2026-01-09T10:00:00Z", True) if is_known else (None, False))


@pytest.mark.parametrize(
    ("page", "is_known"),
    [
        ("<section>{}<footer>{}</footer></section>", True),
        ("<section>{}<footer><p>{}</p></footer></section>", True),
        ("<article>{}<footer>{}</footer></article>", True),
        ("<section>{}<p>{}</p></section>", False),
        ("<section>{}<section><footer>{}</footer></section></section>", False),
        ("<section>{}<footer><p><a href=/b>Bread is dear and other stories</a></p><p>{}</p></footer></section>", False),
        ("<section>{}</section><footer>{}</footer>", False),
    ],
)
def test_day_in_the_footer_of_the_section_around_headline_and_text_is_that_of_the_article(page, is_known):
    got = read(page.format(f"<header>{HEADLINE}</header>{BODY}", f"<span>{DAY}</span> | Ada Lovelace"))

    assert got == ((DAY, True) if is_known else (None, False))


@pytest.mark.parametrize(
    ("line", "is_known"),
    [
        (f"{DAY} / 0 comments", True),
        (f"Posted on {DAY}", True),
        (f"Posted by Ada on {DAY}", True),
        (f"Harbour | {DAY}", True),
        (f"Next meeting {DAY}", False),
        (f"Next meeting: {DAY}", False),
        (f"Price list of {DAY}", False),
    ],
)
def test_words_in_a_footer_may_lead_to_a_day_of_something_else(line, is_known):
    got = read(f"<section>{HEADLINE}{BODY}<footer><p>{line}</p></footer></section>")

    assert got == ((DAY, True) if is_known else (None, False))


@pytest.mark.parametrize(
    ("lines", "raw"),
    [
        (["Erschienen am: 9. Januar 2026"], "9. Januar 2026"),
        (["Veröffentlicht am 9. Januar 2026, 14:09 / Hafenpost"], "9. Januar 2026, 14:09"),
        (["Veröffentlicht am 9. Januar 2026", "Veröffentlicht am 8. Januar 2026"], None),
        (["Veröffentlicht am Freitag in der Ausgabe vom 9. Januar 2026"], None),
        (["Erschienen 9. Januar 2026"], None),
    ],
)
def test_label_of_a_day_that_only_one_line_of_the_page_has_is_that_of_the_article_with_a_doubt(lines, raw):
    far = paragraphs(["Mehr aus dem Hafen"] * 30)

    assert read(f"{HEADLINE}{BODY}{far}{paragraphs(lines)}", lang="de") == (raw, raw is not None)


# ------------------------------------------------------------------------------------------------ where the text begins


@pytest.mark.parametrize(
    ("opening", "lang", "raw"),
    [
        ("9.1.2026 - ", "de", "9.1.2026"),
        ("09.01.2026 „", "de", "09.01.2026"),
        ("Neuhafen, (09.01.2026). ", "de", "09.01.2026"),
        ("HARBOUR CITY, Jan. 9, 2026 (POST WIRE) -- ", "en-US", "Jan. 9, 2026"),
        ("Neuhafen, den 9. Januar 2026 – ", "de", "9. Januar 2026"),
        # A story that begins on a day.
        ("9 January 2026. ", "en-GB", None),
        ("On 9 January 2026 - ", "en-GB", None),
        ("Friday, 9 January 2026 – ", "en-GB", None),
        ("Am Freitag, 9. Januar 2026 – ", "de", None),
        ("Updated 9 January 2026 - ", "en-GB", None),
    ],
)
def test_text_may_begin_with_the_day_and_the_place(opening, lang, raw):
    page = f"<article>{HEADLINE}<p>{opening}{EN[0]}</p>{paragraphs(EN[1:])}</article>"

    assert read(page, lang=lang) == (raw, raw is not None)


@pytest.mark.parametrize(
    ("opening", "raw"),
    [
        ("Harbour City, 5 May 1941 - ", None),
        ("Harbour City, 5 May 2001 - ", "5 May 2001"),
        ("Harbour City, 5 May 2001: ", None),
        ("Harbour City, 5 May 2001. ", None),
        ("Harbour City, 5 May 2025. ", "5 May 2025"),
        ("Harbour City (5 May 2001). ", "5 May 2001"),
        ("Harbour City, 29 January 2025: ", "29 January 2025"),
        ("Harbour City, 28 January 2025: ", None),
    ],
)
def test_text_may_begin_with_the_day_of_a_memory(opening, raw):
    assert read(f"<article>{HEADLINE}<p>{opening}{EN[0]}</p>{paragraphs(EN[1:])}</article>")[0] == raw


def test_how_far_down_a_text_may_begin_with_the_day():
    for before, raw in ((2, "9.1.2026"), (3, None)):
        body = [*EN[:before], f"9.1.2026 - {EN[3]}", *EN]
        assert read(f"<article>{HEADLINE}{paragraphs(body)}</article>", lang="de")[0] == raw
    for letters, raw in ((64, DAY), (65, None)):
        body = [f"{'x' * letters}, {DAY} - {EN[0]}", *EN]
        assert read(f"<article>{HEADLINE}{paragraphs(body)}</article>")[0] == raw


def test_clock_in_the_text_is_not_that_of_a_day_between_headline_and_text():
    at = f"{DAY} at 10.30 GMT"
    for day, raw in ((DAY, at), ("2 January 2026", "2 January 2026")):
        page = f"<article>{HEADLINE}<p>{day}</p><div><p>{EN[0]}</p><p>Last ferry: {at}</p>{BODY}</div></article>"
        assert read(page)[0] == raw


# --------------------------------------------------------------------------------------------- what the head says of it


@pytest.mark.parametrize("name", ["date", "DC.date", "dcterms.date"])
@pytest.mark.parametrize("at", ["2026-01-20T10:00:00Z", "2026-01-20"])
def test_date_in_the_head_of_which_it_is_not_known_what_it_dates_gives_way_to_the_one_printed(name, at):
    meta = f"<meta name={name} content={at}>"

    assert read(f"{HEADLINE}<p>{DAY}</p>{BODY}", meta) == (DAY, True)
    assert read(f"{HEADLINE}<p><time datetime=2026-01-09>x</time></p>{BODY}", meta) == ("2026-01-09", True)
    assert read(f"{HEADLINE}{BODY}", meta) == (at, False)
    assert read(f"<div><p>News of the harbour | {DAY}</p>{HEADLINE}{BODY}</div>", meta) == (DAY, True)
    named = f"{meta}<meta name=pubdate content={at}>"
    assert read(f"{HEADLINE}<p>{DAY}</p>{BODY}", named)[0] == at


VAGUE = "<meta name=date content=2026-01-20T10:00:00Z>"
MARKED = f"<time datetime=2026-01-09T19:00:00Z>{DAY}</time>"
OTHER_TITLE = "<a href=/bread>Bread is dear</a>"


@pytest.mark.parametrize(
    ("line", "is_clear"),
    [
        (f"<p>{DAY}</p>", True),
        (f"<p>Friday, {DAY}</p>", True),
        (f"<p>On {DAY}</p>", True),
        (f"<p>Published on {DAY}</p>", True),
        (f"<p>By Ada Lovelace on {DAY}</p>", True),
        (f"<p>Harbour | {DAY}</p>", True),
        (f"<p>Harbour <b>{DAY}</b></p>", True),
        (f"<p>{DAY} Harbour and sea</p>", True),
        (f"<p>Updated 12 January 2026, published {DAY}</p>", False),
        (f"<p>Updated 12 January 2026 | {DAY}</p>", True),
        (f"<p>The ferry {DAY}</p>", False),
        (f"<p>Ruling of <b>{DAY}</b>, no. 12</p>", False),
        (f"<p>Ferry: <b>{DAY}</b></p>", False),
        (f"<p>Match: {DAY}, 20:45</p>", False),
        (f"<p>Kick-off: {DAY}, 20:45</p>", False),
        (f"<figure><img src=/a.png><figcaption>{DAY}</figcaption></figure>", False),
        (f"<div class=photo-caption><p>{DAY}</p></div>", False),
        (f"<aside>{OTHER_TITLE}<p class=date>{DAY}</p></aside>", False),
        (f"<aside><a href=/ada>Ada Lovelace</a><p class=date>{DAY}</p></aside>", True),
        (f"<dl><dt>Date</dt><dd>{DAY}</dd></dl>", False),
        (f"<dl><dt>In</dt><dd>Harbour</dd><dd class=date>{DAY}</dd></dl>", True),
        (f"<aside class=meta>{OTHER_TITLE}<p class=date>{DAY}</p></aside>", True),
        (f"<aside class=updates>{OTHER_TITLE}<p class=date>{DAY}</p></aside>", False),
        (f"<aside>{OTHER_TITLE}<p>{MARKED}</p></aside>", False),
        (f"<aside class=meta>{OTHER_TITLE}<p>{MARKED}</p></aside>", True),
        (f"<figure><img src=/a.png><figcaption>{MARKED}</figcaption></figure>", False),
        (f"<p>{MARKED}</p>", True),
        ("<p>Bis 9 January 2026</p>", False),
        ("<p>1 February 2026</p>", False),
        ("<p>When: <time datetime=2026-01-09T19:00:00Z>9 January, 7 pm</time></p>", False),
        ("<p>Concert <time datetime=2026-03-05T19:00:00Z>5 March, 7 pm</time></p>", False),
    ],
)
def test_date_in_the_head_gives_way_to_a_line_of_which_it_is_clear_that_it_dates_the_article(line, is_clear):
    at = "2026-01-20T10:00:00Z"

    assert (read(f"<article>{HEADLINE}{line}{BODY}</article>", VAGUE)[0] == at) is not is_clear


def test_day_in_chinese_below_a_picture_is_none_before_which_a_date_in_the_head_gives_way():
    caption = "<p>2025年3月1日,渡轮停靠在北岸码头。新华社发</p>"
    page = f"<article><h1>旧渡轮将服役至明年春天</h1><p><img src=/a.jpg></p>{caption}{paragraphs(ZH)}</article>"

    assert article(html(page, VAGUE)).published_raw == "2026-01-20T10:00:00Z"


def test_date_in_the_head_does_not_give_way_to_one_in_headline_opening_or_footer():
    for page in (
        f"<article><h1>Ferry stays until {DAY}</h1>{BODY}</article>",
        f"<article>{HEADLINE}<p>HARBOUR CITY, {DAY} -- {EN[0]}</p>{BODY}</article>",
        f"<section>{HEADLINE}{BODY}<footer><p>{DAY}</p></footer></section>",
    ):
        assert read(page)[0] == DAY
        assert read(page, VAGUE) == ("2026-01-20T10:00:00Z", False)
    assert read(f"<article>{HEADLINE}{BODY}<p>Published on {DAY}</p></article>", VAGUE) == (DAY, True)


def test_date_in_the_head_that_cannot_be_leaves_the_word_to_any_line():
    for content in ("2026-02-20T10:00:00Z", "soon"):
        page = f"<article>{HEADLINE}<p>The ferry {DAY}</p>{BODY}</article>"
        assert read(page, f"<meta name=date content={content}>")[0] == DAY


def test_time_in_the_head_is_more_than_the_same_day_that_is_printed():
    at = "2026-01-09T10:00:00Z"

    assert read(f"{HEADLINE}<p>{DAY}</p>{BODY}", f"<meta name=date content={at}>") == (at, False)


def test_time_of_the_change_is_not_that_of_the_publication_where_the_head_says_an_earlier_one():
    later, earlier = "2026-01-20T10:00:00Z", "2026-01-09T10:00:00Z"
    meta = f"<meta name=pubdate content={later}>"
    head = json_ld(**{"@type": "NewsArticle", "datePublished": earlier, "dateModified": "2026-01-20T10:00:59Z"})
    page = f"<article>{HEADLINE}<p><i itemprop=datePublished content={later}>x</i></p>{BODY}</article>"

    assert read(page, meta + head) == (earlier, True)
    other = head.replace("10:00:59Z", "10:01:00Z")
    assert read(page, meta + other) == (later, True)
    hours = head.replace("2026-01-09T10", "2026-01-19T20")  # another zone may be meant
    assert read(page, meta + hours)[0] == later


@pytest.mark.parametrize(
    ("name", "is_believed"),
    [("pubdate", True), ("created", False), ("dcterms.created", False), ("date", False)],
)
def test_time_of_a_draft_is_not_that_of_the_publication_of_an_article_that_nobody_changed(name, is_believed):
    later, earlier = "2026-01-20T10:00:00Z", "2026-01-09T10:00:00Z"
    head = json_ld(**{"@type": "NewsArticle", "datePublished": later, "dateModified": later})
    draft = f"<meta name={name} content={earlier}>"

    assert read(f"{HEADLINE}{BODY}", head + draft) == (earlier if is_believed else later, True)
    named = f"{draft}<meta name=pubdate content={earlier}>"
    assert read(f"{HEADLINE}{BODY}", head + named)[0] == earlier


@pytest.mark.parametrize(("changed", "is_known"), [("2026-01-19T10:00:00", True), ("2026-01-19T09:59:59", False)])
def test_change_before_the_publication_is_that_of_something_else(changed, is_known):
    head = json_ld(**{"@type": "NewsArticle", "datePublished": "2026-01-20T10:00:00Z"})
    got = article(html(f"{HEADLINE}{BODY}", f"{TITLE}{head}<meta name=last-modified content={changed}Z>"))

    assert (got.modified_at is not None) is is_known
    assert ("modified_at" in got.provenance.doubts) is not is_known


def test_time_that_its_label_says_to_be_of_the_change_is_not_that_of_the_publication():
    at = "2026-01-09T10:00:00Z"
    got = article(html(f"{HEADLINE}<p>last updated <time datetime={at}>9 January</time></p>{BODY}"))

    assert (got.published_at, got.modified_at.strftime("%Y-%m-%dT%H:%M:%SZ")) == (None, at)


@pytest.mark.parametrize("zero", ["1970-01-01T01:00:00+01:00", "1970-01-01 00:00:00", "1970-01-01"])
def test_zero_of_a_clock_is_no_time(zero):
    head = json_ld(**{"@type": "NewsArticle", "datePublished": zero})

    assert read(f"{HEADLINE}<p>{DAY}</p>{BODY}", head) == (DAY, False)


def test_script_may_call_a_time_that_of_the_first_publication():
    script = '<script>var page = {"firstPublished": "2026-01-09T10:00:00.000Z"}</script>'

    assert read(f"{HEADLINE}{BODY}", script) == ("2026-01-09T10:00:00.000Z", True)


@pytest.mark.parametrize("line", ["Stand: 9. Januar 2026", "Autor: Ada, aktualisiert 9. Januar 2026"])
def test_day_of_a_change_is_in_the_warnings(line):
    got = article(html(f"{HEADLINE}<p>{line}</p>{BODY}", TITLE, "de"))

    assert (got.published_raw, got.modified_at) == (None, None)
    assert got.provenance.warnings[0] == "modified_at: printed only to the day: 9. Januar 2026"


def test_pictures_do_not_count_among_the_first_lines_of_a_text():
    media = "<video src=/a.mp4></video><img src=/a.png>" * 3
    line = f"<p>{DAY}, 10:00 GMT</p>"
    text = f"<div><p>{EN[0]}</p>{media}<p>By Ada Lovelace</p>{line}{paragraphs(EN[1:])}</div>"

    assert read(f"<article>{HEADLINE}{text}</article>")[0] == f"{DAY}, 10:00 GMT"
