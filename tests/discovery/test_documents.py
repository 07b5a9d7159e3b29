"""What a document is, its content decides; what it says of time is believed as far as it can be."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from newsspider.discovery import candidates as waiting
from newsspider.discovery.candidates import Candidate, Candidates
from newsspider.discovery.documents import is_html, read_document
from newsspider.discovery.found import Found, latest_of, newest_first, without_one_date
from newsspider.discovery.links import read_page
from newsspider.discovery.shapes import Experience
from newsspider.text.clock import SHANGHAI

URL = "https://news.example/x"
AT = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "is_one"),
    [
        ([], True),
        ([(b"Content-Type", b"text/html; charset=utf-8")], True),
        ([(b"content-type", b" TEXT/HTML ")], True),
        ([(b"Content-Type", b"application/xhtml+xml")], True),
        ([(b"Content-Type", b"text/xml")], False),
        ([(b"Content-Type", b"text/html"), (b"Content-Type", b"text/plain")], False),
        ([(b"X-Type", b"text/plain")], True),
    ],
)
def test_an_answer_is_html_where_it_says_so_or_nothing(headers, is_one):
    assert is_html(headers) is is_one


RSS = b"<rss version='2.0'><channel><title>t</title><item><title>t</title><link>/a</link></item></channel></rss>"
JSON = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "/a"}]}'
SITEMAP = b"<urlset><url><loc>/a</loc></url></urlset>"
TEXT = b"https://news.example/a\r\n"


@pytest.mark.parametrize(
    ("body", "kind"),
    [(RSS, "feed"), (JSON, "feed"), (b" \n" + JSON, "feed"), (SITEMAP, "sitemap"), (TEXT, "sitemap"),
     (b"\xef\xbb\xbf" + TEXT, "sitemap"), (b"\xef\xbb\xbf" + JSON, "feed"), (gzip.compress(SITEMAP), "sitemap"),
     (gzip.compress(RSS), "feed"), (b"https://news.example/ is our site", None), (b"[]", None), (b"", None),
     (gzip.compress(b"\xef\xbb\xbf" + SITEMAP), "sitemap"), (gzip.compress(TEXT), "sitemap"),
     (b"<html><p>no</html>", None)],
)  # fmt: skip
def test_the_content_says_what_a_document_is_whatever_it_is_called(body, kind):
    for content_type in (None, "text/html", "application/json"):
        document = read_document(body, URL, content_type, AT)

        assert (document and document.kind) == kind
        if document:
            assert [each.url for each in document.articles] == ["https://news.example/a"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("head", ["", '<?xml version="1.0" encoding="UTF-16"?>\n'])
def test_a_document_in_utf_16_is_read_by_its_mark(encoding, head):
    """XML in UTF-16 begins with a mark (XML 1.0, 4.3.3)."""
    for xml in (RSS, SITEMAP):
        body = f"\ufeff{head}{xml.decode().replace('/a', '/看')}".encode(encoding)
        for content_type in ("text/xml", "text/xml; charset=utf-16"):
            document = read_document(body, URL, content_type, AT)

            assert [each.url for each in document.articles] == ["https://news.example/%E7%9C%8B"]
    assert read_document(f"\ufeff{JSON.decode()}".encode(encoding), URL, None, AT).kind == "feed"
    assert read_document("\ufeff<html>".encode(encoding) + b"\xd8", URL, None, AT) is None


def test_a_sitemap_of_lines_names_each_address_once_and_counts_the_rest():
    lines = b"https://news.example/a\nhttps://news.example/b#x\nhttps://news.example/b\n no address\nftp://x.example/\n"

    document = read_document(lines, URL, None, AT)

    assert [each.url for each in document.articles] == ["https://news.example/a", "https://news.example/b"]
    assert document.dropped == 4


@pytest.mark.parametrize(
    ("text", "latest"),
    [
        ("2026-11-28T08:00:00Z", datetime(2026, 11, 28, 8, tzinfo=UTC)),
        ("2026-11-28", datetime(2026, 11, 28, 23, 59, 59, tzinfo=SHANGHAI)),
        ("2026-11-29T12:00:00Z", AT + timedelta(days=1)),
        ("2026-11-29T12:00:01Z", None),
        ("1994-01-01T00:00:00Z", datetime(1994, 1, 1, tzinfo=UTC)),
        ("1993-12-31T23:59:59Z", None),
        ("", None),
    ],
)
def test_a_date_is_believed_between_the_first_web_page_and_tomorrow(text, latest):
    assert latest_of(text, AT) == latest


def found(*days):
    return [Found(url=f"{URL}{n}", latest=day and AT.replace(day=day)) for n, day in enumerate(days)]


@pytest.mark.parametrize(
    ("days", "most", "order"),
    [
        ((3, None, 9, 1, None), 9, [2, 0, 3, 1, 4]),
        ((3, None, 9, 1, None), 2, [2, 0]),
        ((5, 5, 5), 9, [0, 1, 2]),
        ((), 9, []),
    ],
)
def test_the_newest_are_taken_first(days, most, order):
    assert [int(each.url[-1]) for each in newest_first(found(*days), most)] == order


@pytest.mark.parametrize(
    ("days", "dated"), [((5, 5, 5), False), ((5, 5), True), ((5, 5, 6), True), ((5, 5, None), True)]
)
def test_one_date_on_several_entries_is_that_of_the_document(days, dated):
    assert any(each.latest for each in without_one_date(found(*days))) is dated


# -------------------------------------------------------------------------------------------------- what may wait


def candidate(url, likeness="likely", place=(0, "/", 0)):
    return Candidate(url=f"https://news.example{url}", likeness=likeness, lead="/", place=place)


def taken(candidates):
    return [each.url.removeprefix("https://news.example") for each in candidates]


def test_what_is_named_comes_first_and_in_the_order_of_its_places():
    of_site = Candidates[str](Experience())
    of_site.add(candidate("/b", "named", (1, "/", 0)))
    of_site.add(candidate("/a", "named", (0, "/", 5)))
    of_site.add(candidate("/c", "named", (0, "/", 1)))
    of_site.add(candidate("/a", "named", (2, "/", 0)))  # the best place of an address counts
    of_site.add(candidate("/b", "likely", (0, "/", 0)))

    assert taken(of_site.named(2)) == ["/c", "/a"]
    assert taken(of_site.named(9)) == ["/b"]
    assert of_site.named(9) == []


def test_of_guesses_a_few_of_each_shape_are_tried_the_likelier_first():
    of_site = Candidates[str](Experience())
    for n in range(10, 16):
        of_site.add(candidate(f"/poll-of-the-day-{n}", "perhaps", (0, "/", n)))
        of_site.add(candidate(f"/story/the-harbour-in-winter-{n}.html", "sure", (0, "/", n)))
        of_site.add(candidate(f"/town/the-harbour-in-winter-{n}", "likely", (0, "/", n)))

    assert taken(of_site.guesses(99)) == [
        *(f"/story/the-harbour-in-winter-{n}.html" for n in (10, 11, 12)),  # whose like turned out to be none
        *(f"/town/the-harbour-in-winter-{n}" for n in (10, 11, 12)),
        "/poll-of-the-day-10",
    ]
    assert of_site.guesses(99) == []


def test_no_more_shapes_are_tried_and_no_more_addresses_wait_than_a_bound(monkeypatch):
    monkeypatch.setattr(waiting, "MAX_SHAPES", 2)
    monkeypatch.setattr(waiting, "MAX_WAITING", 3)
    of_site = Candidates[str](Experience())
    added = [of_site.add(candidate(f"/{place}/the-harbour-in-winter-10")) for place in ("one", "two", "three", "four")]
    added.append(of_site.add(candidate("/one/the-harbour-in-winter-10", "named")))  # which waits already

    assert added == [True, True, True, False, True]
    assert taken(of_site.named(9)) == ["/one/the-harbour-in-winter-10"]
    assert len(of_site.guesses(9)) == 2


def test_what_is_named_is_asked_for_before_what_is_sure():
    experience = Experience()
    experience.add("https://news.example/a/oldbridge", is_article=True)
    of_site = Candidates[str](experience)
    of_site.add(candidate("/a/harbour", "sure", (0, "/", 0)))
    of_site.add(candidate("/b/harbour", "named", (9, "/", 9)))

    assert [taken(of_site.named(1)) for _ in range(3)] == [["/b/harbour"], ["/a/harbour"], []]


def test_so_many_shapes_are_guessed_at_and_so_many_addresses_wait():
    """As docs/any-site.md says."""
    of_site = Candidates[str](Experience())
    for n in range(60):
        of_site.add(candidate(f"/poll-of-the-day-12345?q{n}=1"))

    assert len(of_site.guesses(99)) == 50
    assert waiting.MAX_WAITING == 50_000


def test_of_a_shape_that_is_tried_more_come_later_though_no_further_shape_does(monkeypatch):
    monkeypatch.setattr(waiting, "MAX_SHAPES", 1)
    of_site = Candidates[str](Experience())
    for n in range(10, 15):
        of_site.add(candidate(f"/poll-of-the-day-{n}"))
    of_site.add(candidate("/town/poll-of-the-day-10", "likely", (9, "/", 0)))

    assert [len(of_site.guesses(1)) for _ in range(5)] == [1, 1, 1, 0, 0]


def test_of_two_leads_that_are_alike_the_first_counts():
    of_site = Candidates[str](Experience())
    for lead in ("first", "second"):
        of_site.add(Candidate(url="https://news.example/a", likeness="named", lead=lead, place=(0, "/", 0)))

    assert [each.lead for each in of_site.named(9)] == ["first"]


def test_where_pages_of_a_shape_were_no_articles_the_others_are_let_go():
    experience = Experience()
    of_site = Candidates[str](experience)
    for n in (10, 11):
        of_site.add(candidate(f"/poll-of-the-day-{n}"))
    experience.add("https://news.example/poll-of-the-day-1", is_article=False)

    for _ in range(9):
        experience.add("https://news.example/poll-of-the-day-2", is_article=False)
    assert (taken(of_site.guesses(9)), taken(of_site.named(9))) == ([], [])


# ------------------------------------------------------------------------------------------------------ of a page


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        (b"http://news.example/a\n", ["http://news.example/a"]),
        (b"https://news.example/a\nno address\nhttps://news.example/b\n", ["https://news.example/a", "https://news.example/b"]),
        (b"https://news.example/a \t\r\nhttps://news.example/a\n", ["https://news.example/a"]),
        (b"https://news.example/a\nhttps://news.example/\xff\n", ["https://news.example/a", "https://news.example/%EF%BF%BD"]),
    ],
)  # fmt: skip
def test_a_sitemap_of_lines_is_read_over_what_is_none(text, pages):
    document = read_document(text, URL, None, AT)

    assert [each.url for each in document.articles] == pages


def test_a_line_longer_than_an_address_makes_no_sitemap():
    """8,192 characters are what an address may have here."""
    fits = b"https://news.example/".ljust(len(b"https://") + 8192, b"x")

    assert read_document(fits[:8192] + b"\n", URL, None, AT).articles
    assert read_document(fits + b"x\n", URL, None, AT) is None


def test_a_sitemap_of_lines_gives_so_many_and_counts_the_rest():
    document = read_document(b"".join(b"https://news.example/%d\n" % n for n in range(2003)), URL, None, AT)

    assert (len(document.articles), document.dropped) == (2000, 3)


@pytest.mark.parametrize(
    ("text", "credible"),
    [
        ("2026-11-29T12:00:00+00:00", True), ("2026-11-29T12:00:01+00:00", False),  # a day after the capture
        ("2026-11-29", True),  # it begins in time
        ("1994-01-01T00:00:00+00:00", True), ("1993-12-31T23:59:59+00:00", False),
    ],
)  # fmt: skip
def test_a_date_is_credible_up_to_a_day_after_the_capture(text, credible):
    assert (latest_of(text, AT) is not None) is credible


@pytest.mark.parametrize(
    ("link", "feeds"),
    [
        ('<link rel=alternate type="application/rss+xml" href="/f">', 1),
        ('<link rel=alternate type="application/atom+xml" href="/f">', 1),
        ('<link rel=alternate type="application/rdf+xml" href="/f">', 1),
        ('<link rel=alternate type="application/feed+json" href="/f">', 1),
        ('<link rel="ALTERNATE home" type=" Application/RSS+XML ; charset=utf-8" href="/f">', 1),
        ('<link rel=alternate type="text/xml" href="/f">', 0),
        ('<link rel=stylesheet type="application/rss+xml" href="/f">', 0),
        ('<link rel=alternate type="application/rss+xml" title="评论" href="/f">', 0),
        ('<link rel=alternate type="application/rss+xml" href="/comments/f">', 0),
    ],
)  # fmt: skip
def test_a_page_names_its_feeds(link, feeds):
    links = read_page(link.encode(), "https://news.example/", [], AT, canonical=str, likeness=lambda url, text: "no")

    assert (len(links.feeds), links.declared) == (feeds, feeds)


@pytest.mark.parametrize(
    ("path", "is_feed"),
    [
        *((path, True) for path in ("/feed", "/feed/", "/rss.xml", "/news/atom.xml", "/a.rss", "/a.atom", "/rss?x=1")),
        *((path, True) for path in ("/feed.json", "/rss.php", "/my-feed.xml", "/my_rss", "/RSS")),
        *((path, False) for path in ("/feedback", "/feed/me", "/press", "/atomic", "/rss.html", "/xfeed")),
        ("/feed.xml.gz", False),
    ],
)  # fmt: skip
def test_a_link_looks_like_a_feed_by_its_path(path, is_feed):
    html = f'<a href="{path}">x</a>'.encode()
    links = read_page(html, "https://news.example/", [], AT, canonical=str, likeness=lambda url, text: "no")

    assert (len(links.feeds), links.declared) == (int(is_feed), 0)
