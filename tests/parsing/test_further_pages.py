"""What the pages of one article say together, and which captures they are read from. All pages here are made up.

The pages are given as their records, so that nothing here depends on how one is read.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from newsspider.errors import NewsspiderError
from newsspider.parsing.article import Parsed, content_hash
from newsspider.parsing.pages import MAX_PAGES, Pages, is_part, nearest_of, with_further_pages
from newsspider.parsing.paging import ALONE, Paging
from newsspider.record.body import Audio, Image, ImageCredit, Video
from newsspider.record.items import Article, Charset, Counts, Locator, Person, Provenance, Source
from newsspider.warc.cdxj import CdxjEntry
from newsspider.warc.urlkey import urlkey

AT = datetime(2026, 1, 30, tzinfo=UTC)
URL = "https://gazette.example/bridge"
TITLE = "Harbour bridge reopens"


def numbered(number):
    return f"{URL}?page={number}"


def where(number):
    return Locator(warc="a.warc.gz", offset=number, length=1, record_id=None)


def page(paragraphs, url=URL, following=None, previous=None, provenance=(), title=TITLE, **fields):
    """The record of one page, with *paragraphs*."""
    counts = Counts(chars=0, han=0, words=0, paragraphs=len(paragraphs))
    known = Provenance(
        **{"parser": "p", "parser_version": "1", "layout": "text", "charset": Charset(used="utf-8")} | dict(provenance)
    )
    article = Article(
        id="gazette:bridge", site="gazette", url=url, canonical_url=url, counts=counts, fetched_at=AT, title=title,
        content_hash=content_hash(title, paragraphs), provenance=known, archive=where(9),
        **{"paragraphs": list(paragraphs), "blocks": [{"type": "paragraph", "text": each} for each in paragraphs]}
        | ({"body_text": "\n\n".join(paragraphs), "body_html": "".join(f"<p>{each}</p>" for each in paragraphs)}
           if paragraphs else {}) | fields,
    )  # fmt: skip
    return Parsed(article, None, Paging(following, previous) if following or previous else ALONE)


class Gazette:
    """A site whose pages say what they are told to; the body of a page is its number."""

    def __init__(self, pages):
        self.pages = pages

    def parse_page(self, body, url, headers, captured_at):
        parsed = self.pages[body]
        if isinstance(parsed, Exception):
            raise parsed
        return parsed


def read(first, *answers):
    """Read the pages that follow *first*: of each the address that answers and what is there, or None."""
    pages = Pages(Gazette({n: said for n, answer in enumerate(answers) if answer for said in answer[1:]}), first)
    asked = []
    for n, answer in enumerate(answers):
        if pages.wanted is None:
            break
        asked.append(pages.wanted)
        if answer is None:
            pages.fail()
        else:
            pages.add(n, answer[0], [], AT, where(n))
    return pages.whole().article, asked, pages.wanted


def joined(one, other):
    """Join two pages."""
    return read(one, (numbered(2), other))[0]


def two(first=(), second=()):
    """Join a page of these fields and one of those."""
    one = page(["One.", "Two."], following=numbered(2), **dict(first))
    return joined(one, page(["Three."], numbered(2), **dict(second)))


# --------------------------------------------------------------------------------------------- what is read


def test_a_page_that_is_no_article_is_a_doubt_and_the_last():
    first = page(["One."], following=numbered(2))
    got, asked, wanted = read(first, (numbered(2), NewsspiderError("it is a list")), (numbered(3), page(["Three."])))

    assert (asked, wanted, got.pages) == ([numbered(2)], None, [])
    assert got.provenance.doubts == ["body_text"]
    assert got.provenance.warnings == [f"body_text: a further page, {numbered(2)}, is missing: it is a list"]


def test_what_cannot_be_had_is_a_doubt_and_the_last():
    got, asked, wanted = read(page(["One."], following=numbered(2)), None, (numbered(3), page(["Three."])))

    assert (asked, wanted) == ([numbered(2)], None)
    assert got.provenance.warnings == [f"body_text: a further page, {numbered(2)}, is missing: it cannot be fetched"]


def test_a_fault_of_the_program_is_not_taken_for_the_page_s():
    with pytest.raises(ZeroDivisionError):
        read(page(["One."], following=numbered(2)), (numbered(2), ZeroDivisionError()))


def test_a_body_in_doubt_is_so_once():
    first = page(["One."], following=numbered(2), provenance={"doubts": ["title", "body_text"]})

    assert read(first, None)[0].provenance.doubts == ["title", "body_text"]


@pytest.mark.parametrize(
    ("first", "second", "third", "asked"),
    [
        # A server sends whoever asks for a page on to another one: what was asked for or was read is not asked again.
        (URL, numbered(1), numbered(2), [numbered(2)]),
        (numbered(1), numbered(0), numbered(1), [numbered(2)]),
        (URL, numbered(3), numbered(3), [numbered(2)]),
        (URL, numbered(2), numbered(3), [numbered(2), numbered(3)]),
    ],
)
def test_no_page_is_asked_for_again(first, second, third, asked):
    one = page(["One."], first, following=numbered(2))
    two = page(["Two."], second, following=third)

    assert read(one, (second, two), (third, page(["Three."], third)))[1] == asked


def test_a_page_that_says_what_one_of_the_others_did_is_none():
    def pages(last):
        first = page(["One."], following=numbered(2))
        return read(
            first,
            (numbered(2), page(["Two."], numbered(2), following=numbered(3))),
            (numbered(3), page([last], numbered(3), following=numbered(4))),
        )

    assert pages("One.")[0].paragraphs == ["One.", "Two."]
    assert pages("Two.")[0].paragraphs == ["One.", "Two."]
    assert pages("Two.")[2] is None
    assert pages("Three.")[0].paragraphs == ["One.", "Two.", "Three."]
    assert pages("Three.")[2] == numbered(4)


@pytest.mark.parametrize(
    ("title", "is_one"),
    [(TITLE, True), (f"{TITLE} (2)", True), (f"{TITLE} Page 2", True), ("Ferry sails", False), (None, False)],
)
def test_pages_of_one_article_have_one_title(title, is_one):
    got = joined(page(["One."], following=numbered(2)), page(["Two."], numbered(2), title=title or ""))

    assert got.paragraphs == (["One.", "Two."] if is_one else ["One."])
    assert got.provenance.doubts == []


@pytest.mark.parametrize(("last", "warned"), [(MAX_PAGES, False), (MAX_PAGES + 1, True)])
def test_so_many_pages_are_read(last, warned):
    answers = [
        (numbered(n), page([f"Page {n} of it."], numbered(n), following=numbered(n + 1) if n < last else None))
        for n in range(2, last + 1)
    ]
    got, asked, wanted = read(page(["One."], following=numbered(2)), *answers)

    assert (len(got.paragraphs), len(asked), wanted) == (MAX_PAGES, MAX_PAGES - 1, None)
    assert got.provenance.doubts == (["body_text"] if warned else [])
    problem = "is missing: no more than 50 pages of an article are read"
    assert got.provenance.warnings == [f"body_text: a further page, {numbered(last)}, {problem}"] * warned


# ------------------------------------------------------------------------------------------ what they say together


def test_the_parts_of_a_body_follow_each_other():
    def image(n, position):
        return Image(url=f"https://gazette.example/{n}.jpg", position=position)

    first = {"images": [image(1, 1)]}
    second = {"images": [image(2, 0), image(3, 1)]}
    got = two(first, second)

    assert got.paragraphs == ["One.", "Two.", "Three."]
    assert got.body_text == "One.\n\nTwo.\n\nThree."
    assert got.body_html == "<p>One.</p><p>Two.</p>\n<p>Three.</p>"
    assert [block["text"] for block in got.blocks] == got.paragraphs
    assert [each.position for each in got.images] == [1, 2, 3]
    assert (got.counts.paragraphs, got.counts.words, got.counts.chars) == (3, 3, 14)  # letters and full stops
    assert got.content_hash == content_hash(TITLE, got.paragraphs)
    assert got.pages == [where(0)]
    assert got.archive == where(9)


def test_a_first_page_without_text_takes_that_of_the_next():
    got = joined(page([], following=numbered(2)), page(["Two."], numbered(2)))

    assert (got.body_text, got.body_html, got.paragraphs) == ("Two.", "<p>Two.</p>", ["Two."])
    without = joined(page([], following=numbered(2)), page([], numbered(2), title=f"{TITLE} (2)"))
    assert (without.body_text, without.body_html) == (None, None)


def test_a_player_that_stands_on_each_page_is_one():
    video, other = (Video(url=f"https://gazette.example/{n}.mp4") for n in (1, 2))
    audio, spoken = (Audio(url=f"https://gazette.example/{n}.mp3") for n in (1, 2))
    got = two({"videos": [video], "audio": [audio]}, {"videos": [video, other], "audio": [audio, spoken]})

    assert (got.videos, got.audio) == ([video, other], [audio, spoken])


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("image_credit", ImageCredit(raw="(图/甲)", name="甲"), ImageCredit(raw="(图/乙)", name="乙")),
        ("authors", [Person(name="Ada Byron")], [Person(name="Grace Hopper")]),
        ("editors", [Person(name="Ada Byron")], [Person(name="Grace Hopper")]),
        ("original_title", "Bridge", "Harbour"),
    ],
)
def test_who_made_it_is_said_on_the_first_page_or_on_the_last(field, one, other):
    nothing = [] if isinstance(one, list) else None

    assert getattr(two({field: one}, {field: other}), field) == one
    assert getattr(two({field: nothing}, {field: other}), field) == other
    assert getattr(two({field: one}, {field: nothing}), field) == one


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("second", [True, False])
def test_an_article_is_cut_off_where_one_of_its_pages_is(first, second):
    got = two({"provenance": {"cut_off": first}}, {"provenance": {"cut_off": second}})

    assert got.provenance.cut_off is (first or second)


@pytest.mark.parametrize(
    ("first", "second", "doubts"),
    [
        ([], ["body_text"], ["body_text"]),
        (["body_text"], ["body_text"], ["body_text"]),
        (["title"], ["body_text"], ["title", "body_text"]),
        ([], ["title", "published_at"], []),  # what the first page says is not in doubt
        (["title"], [], ["title"]),
    ],
)
def test_of_further_pages_the_text_alone_can_be_in_doubt(first, second, doubts):
    got = two({"provenance": {"doubts": first}}, {"provenance": {"doubts": second}})

    assert got.provenance.doubts == doubts


def test_warnings_say_which_page_they_are_about():
    first = page(["One."], following=numbered(2), provenance={"warnings": ["title: a"]})
    second = page(["Two."], numbered(2), following=numbered(3), provenance={"warnings": ["title: b", "source: c"]})
    third = page(["Three."], numbered(3), provenance={"warnings": ["title: d"]})

    got = read(first, (numbered(2), second), (numbered(3), third))[0]

    assert got.provenance.warnings == ["title: a", "page 2: title: b", "page 2: source: c", "page 3: title: d"]


def test_the_witness_of_a_further_page_is_named_for_what_was_taken_of_it():
    one, other = [Person(name="Ada Byron")], [Person(name="Grace Hopper")]

    got = two(
        {"authors": one, "provenance": {"fields": {"authors": "meta", "title": "og"}}},
        {"authors": other, "editors": other, "source": Source(name="Gazette"),
         "provenance": {"fields": {"authors": "text", "editors": "text", "title": "headline", "source": "text"}}},
    )  # fmt: skip

    assert got.provenance.fields == {"authors": "meta", "title": "og", "editors": "text"}


# ------------------------------------------------------------------------------------------------ out of an archive


class Http:
    """An answer, whose body may be too long or unreadable."""

    headers = ()

    def __init__(self, body, error=None):
        self.content, self.error = body, error

    def body(self, most=None):
        if self.error:
            raise self.error
        if most is not None and most < 5:
            raise NewsspiderError("it is longer")
        return self.content


def found(url, body, error=None, at=AT):
    return SimpleNamespace(
        http=Http(body, error), capture=SimpleNamespace(url=url, captured=at, where=where(7)), truncated=False
    )


@pytest.mark.parametrize("error", [None, NewsspiderError("cut off"), OSError("gone")])
def test_what_an_archive_cannot_give_is_missing(error):
    first = page(["One."], following=numbered(2))
    asked = []

    def find(url, at):
        asked.append((url, at))
        return found(url, 2, error) if error else None

    got = with_further_pages(Gazette({}), first, find).article

    assert asked == [(numbered(2), AT)]
    assert got.provenance.warnings == [f"body_text: a further page, {numbered(2)}, is missing: it cannot be fetched"]


@pytest.mark.parametrize(("most", "is_read"), [(None, True), (5, True), (4, False)])
def test_a_further_page_has_the_bound_of_all_bodies(most, is_read):
    site = Gazette({2: page(["Two."], numbered(2))})
    first = page(["One."], following=numbered(2))

    got = with_further_pages(site, first, lambda url, at: found(url, 2), max_body=most).article

    assert got.paragraphs == (["One.", "Two."] if is_read else ["One."])
    assert got.pages == ([where(7)] if is_read else [])


def test_a_further_page_is_read_as_of_the_time_of_its_own_capture():
    later = AT + timedelta(days=1)
    seen = []

    class Watched(Gazette):
        def parse_page(self, body, url, headers, captured_at):
            seen.append((body, url, captured_at))
            return super().parse_page(body, url, headers, captured_at)

    site = Watched({2: page(["Two."], numbered(2))})
    with_further_pages(site, page(["One."], following=numbered(2)), lambda url, at: found(url, 2, at=later))

    assert seen == [(2, numbered(2), later)]


@pytest.mark.parametrize(
    ("before", "is_one"),
    [
        (page(["One."]), True),
        (page(["One."], title=f"{TITLE} (1)"), True),
        (page(["One."], title="Ferry sails"), False),
        (NewsspiderError("it is a list"), False),
        (OSError("gone"), False),
        (None, False),
    ],
)
def test_a_page_is_part_of_an_article_whose_page_before_is_there(before, is_one):
    second = page(["Two."], numbered(2), previous=URL)
    asked = []

    def find(url, at):
        asked.append((url, at))
        return None if before is None else found(url, 1)

    assert is_part(Gazette({1: before}), second, find) is is_one
    assert asked == [(URL, AT)]
    assert is_part(Gazette({1: before}), page(["Two."]), find) is False


def test_all_pages_come_out_of_an_archive_and_each_is_read_at_its_own_address():
    asked = []

    class Watched(Gazette):
        def parse_page(self, body, url, headers, captured_at):
            asked.append(url)
            return super().parse_page(body, url, headers, captured_at)

    third = page(["Three."], numbered(3), previous=numbered(2))
    site = Watched({2: page(["Two."], numbered(2), following=numbered(3)), 3: third})

    def find(url, at):
        return found(f"{url}&from=elsewhere", int(url[-1]))

    got = with_further_pages(site, page(["One."], following=numbered(2)), find).article

    assert got.paragraphs == ["One.", "Two.", "Three."]
    assert is_part(site, third, find)
    assert asked == [f"{numbered(n)}&from=elsewhere" for n in (2, 3, 2)]


class Captured:
    """Captures of addresses, each with its time, status, and whether it is complete."""

    def __init__(self, *captures):
        self.captures = captures

    def of_key(self, key):
        for n, (url, day, status, *_) in enumerate(self.captures):
            if urlkey(url) == key:
                entry = CdxjEntry(
                    urlkey=key, timestamp=f"202601{day:02}000000", url=url, mime="text/html", status=status,
                    digest="x", length=1, offset=n, filename="a.warc.gz",
                )  # fmt: skip
                yield SimpleNamespace(entry=entry, place=n)

    def read(self, place):
        kind = self.captures[place][3]
        return None if kind == "none" else SimpleNamespace(place=place, truncated=kind == "cut off")


@pytest.mark.parametrize(
    ("captures", "place"),
    [
        ([], None),
        ([(URL, 20, "200", ""), (URL, 28, "200", ""), (URL, 1, "200", "")], 1),
        ([(URL, 20, "200", ""), (URL, 28, "404", "")], 0),
        ([(URL, 20, "200", ""), (URL, 28, "200", "cut off")], 0),
        ([(URL, 20, "200", ""), (URL, 28, "200", "none")], 0),
        ([(URL, 28, "301", "")], None),
        # One index key may be that of several addresses.
        ([(URL.replace("https", "http"), 30, "200", ""), (URL, 1, "200", "")], 1),
        ([(URL.replace("//", "//www."), 30, "200", "")], None),
    ],
)
def test_of_captures_the_complete_one_nearest_in_time_is_read(captures, place):
    got = nearest_of(Captured(*captures))(URL, AT)

    assert (got and got.place) == place
