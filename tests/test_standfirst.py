"""The standfirst: the lines below a headline that say what an article is about. All pages here are made up."""

from __future__ import annotations

import pytest

from newsspider.parsing.markup import read_html
from newsspider.parsing.page import outline
from newsspider.parsing.standfirst import around_headline, find_standfirst

TITLE = "Zeppelin museum opens beside the harbour"
BODY = (
    "The council voted on Tuesday evening to keep the old ferry running until the new bridge is ready in spring.",
    "Residents had gathered outside the hall since noon, many of them with bicycles, and cheered at the result.",
    "The captain, who has steered the boat across for thirty-one years, said that nobody had asked him before.",
)
GIST = "Council keeps the old ferry running, residents cheered outside the hall"
BESIDE = "".join(f"<p>{each}</p>" for each in BODY)


def blocks(html):
    return outline(read_html(html.encode()))


def find(near="", *named, title=TITLE, paragraphs=BODY):
    found = find_standfirst(blocks(near), title, paragraphs, [("meta", each) for each in named])
    return found and (found.witness, found.text)


PRINTED = ("standfirst", GIST)

NAMES = """
standfirst stand-first dek deck subhead subheadline subheading subtitle sub-title subheader sub-header lead leadtext
leadparagraph leadin lede intro introduction introtext abstract summary excerpt chapeau chapo entradilla bajada copete
vorspann ingress manchet perex sommario occhiello zhaiyao daoyu daodu
"""


def test_classes_name_a_standfirst_in_many_languages():
    for name in NAMES.split():
        for attribute in (f"class='{name}'", f"class='x article-{name.upper()}_1'", f"data-testid='{name}'"):
            assert find(f"<p {attribute}>{GIST}</p>{BESIDE}") == PRINTED, (name, attribute)
    assert find(f"<p class=articleLead>{GIST}</p>{BESIDE}") == PRINTED
    assert find(f"<p itemprop=description>{GIST}</p>{BESIDE}") == PRINTED
    for name in ("leader", "decks", "introducer", "misleadtext", "description"):
        assert find(f"<p class={name}>{GIST}</p>{BESIDE}") is None, name


@pytest.mark.parametrize("label", ["摘要", "导语", "導語", "核心提示", "内容提要", "内容摘要"])
def test_a_label_opens_a_standfirst_of_twelve_characters(label):
    for line in (f"【{label}】", f"[{label}]", f"{label}：", f"{label}:"):
        assert find(f"<p>{line}{'渡' * 12}</p>") == ("standfirst", "渡" * 12), line
        assert find(f"<p>{line}{'渡' * 11}</p>") is None, line
    assert find(f"<p>{label}{'渡' * 12}</p>") is None


@pytest.mark.parametrize(
    ("near", "text"),
    [
        # The lines of one element, and of no other; not beyond the second paragraph.
        (f"<div class=lead><p>{GIST}.</p><p>{GIST}!</p></div>", f"{GIST}. {GIST}!"),
        (f"<p class=lead>{GIST}.</p><p class=lead>{GIST}!</p>", f"{GIST}."),
        (f"<div class=lead><p>{GIST}.</p><div><div><div>x</div></div></div><p>{GIST}!</p></div>", f"{GIST}."),
        (f"<p>{BODY[0]}</p><p class=lead>{GIST}</p>", GIST),
        (f"<p>{BODY[0]}</p><p>{BODY[1]}</p><p class=lead>{GIST}</p>", None),
        # Three elements, the line's own among them; a figure, an article or the page is called so for other reasons.
        (f"<div class=lead><div><p>{GIST}</p></div></div>", GIST),
        (f"<div class=lead><div><div><p>{GIST}</p></div></div></div>", None),
        *((f"<{tag} class=lead><p>{GIST}</p></{tag}>", None) for tag in ("figure", "figcaption", "article", "main")),
        # A line of links, of a day, or of a few letters says nothing; 24 bytes, a Chinese character is three.
        (f"<p class=lead><a href=/x>{GIST}</a></p>", None),
        (f"<p class=lead><a href=/x>Council</a>{GIST[7:]}</p>", GIST),
        ("<p class=lead>The harbour, 29 January 2026</p>", None),
        ("<p class=lead>The harbour, 29 January 1999</p>", None),
        ("<p class=lead>Of 1999 the town remembers the great storm</p>", "Of 1999 the town remembers the great storm"),
        ("<p class=lead>" + "x" * 24 + "</p>", "x" * 24),
        ("<p class=lead>" + "x" * 23 + "</p>", None),
        ("<p class=lead>" + "渡" * 8 + "</p>", "渡" * 8),
        ("<p class=lead>" + "渡" * 7 + "</p>", None),
        ("<p class=lead>" + "x" * 2000 + "</p>", "x" * 2000),
        ("<p class=lead>" + "x" * 2001 + "</p>", None),
    ],
)
def test_a_standfirst_is_the_lines_of_one_element(near, text):
    assert find(near) == (text and ("standfirst", text))


LONG = f"{GIST}, and many more are to come tomorrow, when the harbour master will speak to them"


@pytest.mark.parametrize(
    ("near", "text"),
    [
        *((f"<{tag}>{LONG}</{tag}>{BESIDE}", LONG) for tag in ("h2", "h3", "h4", "h5", "h6")),
        (f"<p>29 January 2026</p><h3>{LONG}</h3>{BESIDE}", LONG),
        (f"<h2>{GIST}.</h2>{BESIDE}", f"{GIST}."),
        (f"<h2>{GIST}</h2>{BESIDE}", None),  # the title of a part
        (f"<h2>{LONG[:99].ljust(120, 'x')}</h2>{BESIDE}", LONG[:99].ljust(120, "x")),
        (f"<h2>{LONG[:99].ljust(119, 'x')}</h2>{BESIDE}", None),
        (f"<h2>{GIST[:59]}.</h2>{BESIDE}", f"{GIST[:59]}."),
        (f"<h2>{GIST[:58]}.</h2>{BESIDE}", None),
        (f"<h2>{LONG}?</h2>{BESIDE}", None),  # of a part of the text, which answers it
        # It speaks of something else.
        (f"<h2>Sign up for our newsletter and get the best stories of this week every day.</h2>{BESIDE}", None),
        (f"<h2><a href=/b>{LONG}</a></h2>{BESIDE}", None),  # another article
        (f"<p>{BODY[0]}</p><h2>{LONG}</h2>", None),  # of a part of the text
        (f"<h2>{LONG}</h2><h3>{LONG} again</h3>{BESIDE}", LONG),
        (f"<h2>{LONG}</h2><p class=lead>{GIST}</p>{BESIDE}", GIST),
    ],
)
def test_a_heading_as_long_as_a_sentence_above_the_text_is_a_standfirst(near, text):
    assert find(near) == (text and ("standfirst", text))


def test_a_description_is_believed_before_a_heading():
    assert find(f"<h2>{LONG}</h2>{BESIDE}", GIST) == ("meta", GIST)


def test_a_byline_is_none_though_its_box_is_called_so():
    assert find(f"<div class=intro>By Ada Lovelace and Alan Turing</div>{BESIDE}") is None


def test_what_is_all_of_a_text_is_no_standfirst_of_it():
    printed = f"<p class=lead>{GIST}</p>"

    assert find(printed, paragraphs=(GIST,)) is None
    assert find(printed, paragraphs=(GIST[:30],)) is None
    assert find(printed, paragraphs=("Of other things.",)) == PRINTED
    assert find(printed, paragraphs=(GIST, GIST + "!!")) == PRINTED  # a text that is twice as long goes on


FORM = len("".join(TITLE.split()))
OTHER = "qwertyuiop"


@pytest.mark.parametrize(
    ("named", "text"),
    [
        (GIST, GIST),
        (f"<p>{GIST}</p>", GIST),
        (f"&lt;p&gt;{GIST.replace('hall', 'hall&amp;')}&lt;/p&gt;", f"{GIST}&"),
        (GIST + " " * (2000 - len(GIST)), GIST),
        (GIST + " " * (2001 - len(GIST)), None),
        # What repeats the headline, whole or cut off, and little else.
        (TITLE, None),
        *((TITLE[:32] + end, None) for end in ("…", "...", " […]", "[...]")),
        (f"{TITLE} {'x' * FORM}", None),
        (f"{TITLE} {'x' * (FORM + 1)}", f"{TITLE} {'x' * (FORM + 1)}"),
        # What begins as the body does: by itself, or behind some words.
        (BODY[0], None),
        (BODY[0][:60] + "…", None),
        ("HARBOUR CITY (Agency): " + BODY[0][:60], None),
        (" ".join(BODY), None),
        # Of four words two in five are the article's; those of the headline are.
        ("residents bicycles thirty", None),
        ("residents bicycles captain thirty", "residents bicycles captain thirty"),
        ("residents bicycles qqqq wwww rrrr", "residents bicycles qqqq wwww rrrr"),
        ("residents xxxxxxxx qqqq wwww rrrr", None),
        ("zeppelin museum qqqq wwww rrrrr", "zeppelin museum qqqq wwww rrrrr"),
        ("", None),
        (None, None),
    ],
)
def test_a_description_is_a_summary_where_it_says_something_of_the_article(named, text):
    assert find("", named) == (text and ("meta", text))


GIST_FORM = len("".join(GIST.split()))
LAST = GIST_FORM + 60 - int(0.8 * GIST_FORM)
"""Where the beginning of the gist stands at the end of what is looked at."""


@pytest.mark.parametrize(("before", "text"), [(60, None), (LAST, None), (LAST + 1, GIST), (200, GIST)])
def test_a_text_goes_on_with_a_description_behind_a_few_words(before, text):
    paragraphs = ("x" * before + GIST, *BODY)

    assert find("", GIST, paragraphs=paragraphs) == (text and ("meta", text))


def test_forty_characters_of_a_body_are_its_beginning():
    body = "abcdefghij" * 4 + "k" * 400
    said = "residents bicycles captain thirty "

    for same, taken in ((40, False), (39, True)):
        text = said + body[:same] + "z"
        assert (find("", text, paragraphs=(body, *BODY)) is not None) is taken, same


def test_the_first_description_that_says_something_is_taken():
    assert find("", None, TITLE, GIST, GIST + "!") == ("meta", GIST)
    assert find("", " ".join(BODY), GIST) == ("meta", GIST)  # the whole text
    assert find("", BODY[0], GIST) == ("meta", GIST)  # its beginning
    assert find("", "Of other boats and towns nobody speaks there", GIST) == ("meta", GIST)  # something else


@pytest.mark.parametrize(("size", "is_summary"), [(79, True), (80, True), (81, False)])
def test_a_description_has_eight_tenths_of_the_text_at_most(size, is_summary):
    words = [f"{each}bridge" for each in "abcdefghij"]
    text = "".join(word.ljust(10, "x") for word in words)  # of a hundred letters
    said = f"{' '.join(reversed(words))} {'y' * (size - 70)}"

    assert (find("", said, paragraphs=(text,)) is not None) is is_summary


def test_a_description_has_twenty_four_bytes():
    assert find("", "ferry running until bridges") == ("meta", "ferry running until bridges")
    assert find("", "ferry running until bridge") is None


def test_a_standfirst_is_looked_for_around_the_headline_that_is_named():
    found = blocks(f"<h1>The Post</h1><p class=lead>{GIST}</p><h1>{TITLE}</h1><p>{BODY[0]}</p>")

    assert [each.line for each in around_headline(found).below] == [GIST, TITLE, BODY[0]]
    assert [each.line for each in around_headline(found, found[2].element).below] == [BODY[0]]
    assert [each.line for each in around_headline(found, found[2].element).above] == ["The Post", GIST]


@pytest.mark.parametrize(
    ("near", "text"),
    [
        (f"<img src=/a.jpg><p class=lead>{GIST}</p>", GIST),
        (f"<div class=lead><p><a href=/x>Pictures of the harbour and the bridge</a></p><p>{GIST}</p></div>", GIST),
        (f"<div class=lead><p>{GIST}</p><section class=dek>{BODY[0]}</section><p>{BODY[1]}</p></div>", GIST),
    ],
)
def test_pictures_and_links_above_a_standfirst_are_passed_over_and_another_box_ends_it(near, text):
    assert find(near, paragraphs=("Of other things.", *BODY)) == ("standfirst", text)


@pytest.mark.parametrize(
    ("near", "is_summary"),
    [
        (f"<section><h2>{BODY[0]}</h2><p>{BODY[1]}</p></section>", True),
        (f"<section><h3>{BODY[0]}</h3><p>{BODY[1]}</p></section>", True),
        (f"<section><b>{BODY[0]}<br></b><p>{BODY[1]}</p></section>", True),
        (f"<section><strong>{BODY[0]}<br></strong><p>{BODY[1]}</p></section>", True),
        (f"<section><p>{BODY[0]}</p><p>{BODY[1]}</p></section>", False),
        (f"<section><div><p>{BODY[0]}</p><img src=/a></div><p>{BODY[1]}</p></section>", True),
        (f"<section><h2>{BODY[1]}</h2><p>{BODY[0]}</p></section>", False),
    ],
)
def test_a_body_may_begin_with_a_summary_that_stands_apart(near, is_summary):
    assert find(near, BODY[0]) == (("meta", BODY[0]) if is_summary else None)


def test_what_stands_around_a_headline():
    lines = "".join(f"<p>{n}</p>" for n in range(9))
    near = around_headline(blocks(f"{lines}<h1>x</h1>{lines}{lines}{lines}"))

    assert [each.line for each in near.above] == list("345678")
    assert [each.line for each in near.below] == list("012345678" * 2 + "012345")
    assert [each.line for each in around_headline(blocks("<h2>a</h2><p>b</p><h1>x</h1>")).above] == ["a", "b"]
    assert [each.line for each in around_headline(blocks(f"<h2>a</h2><h1>x</h1>{lines}")).above] == ["a"]
    assert around_headline(blocks("<h2>x</h2><p>a</p>")) == ((), ())
