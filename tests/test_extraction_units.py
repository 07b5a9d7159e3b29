"""What one capture gives, and what a unit of an extraction makes of its captures: in this process, file by file."""

from __future__ import annotations

import errno
import gzip
import json
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.collection.captures import Elsewhere
from newsspider.collection.objects import ObjectStoreError
from newsspider.collection.source import WarcSource, index_of
from newsspider.collection.windows import Ranged
from newsspider.demo import pages
from newsspider.demo.site import Site
from newsspider.extraction import reading, unit
from newsspider.extraction.earlier import index_records
from newsspider.extraction.finished import kept_path, load, tally_path, waiting_path
from newsspider.extraction.plan import Unit
from newsspider.extraction.reading import CaptureOutcome, CaptureReader
from newsspider.extraction.unit import Done, Extract, Finish, Job
from newsspider.record.items import to_json_line
from newsspider.sites.kankanews import SITE
from newsspider.warc.reader import iter_records
from tests.archive.exchanges import page
from tests.archive.test_lookup import response, revisit, warc

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from newsspider.demo.stories import Story

STORIES = [story for story in Site(articles=20).stories if story.kind == "current"][:3]
STORY = STORIES[0]
HTML = b"Content-Type: text/html; charset=utf-8"
NEWS = "https://news.example/2026-01-30/harbour-lights-on.html"
MOST = 1 << 22


def html(story: Story = STORY) -> bytes:
    return pages.article(story).encode()


def shown(body: bytes, *fields: bytes, status: bytes = b"200 OK", url: str = STORY.url, **said: str) -> Any:
    """A response with a page."""
    return response(page(body, *(fields or (HTML,)), status=status), url=url, **said)


class Held:
    """A WARC file of some records, and its index."""

    def __init__(self, directory: Path, *records: Any, name: str = "a.warc.gz", data: bytes | None = None) -> None:
        self.path = directory / name
        self.path.write_bytes(warc(*records) if data is None else data)
        index = index_of([self.path], directory, lambda problem: None)
        self.source = WarcSource(directory, {name: self.path}, () if index is None else (index,))
        self.offsets = [each.offset for each in iter_records(self.path)] if data is None else []


@pytest.fixture
def outcome(tmp_path) -> Callable[..., CaptureOutcome]:
    """What the first of some captures gives."""

    def read(
        *records: Any, sites: tuple[str, ...] = ("kankanews",), most: int = MOST, **options: Any
    ) -> CaptureOutcome:
        held = Held(tmp_path, *records)
        reader = CaptureReader((held.source,), sites, most, several=options.get("several", False))
        reader.site_of = options.get("site_of", reader.site_of)
        return reader.outcome(held.source, "a.warc.gz", held.offsets[0])

    return read


NOTHING = CaptureOutcome(offset=0)


def test_an_article_gives_its_record_its_facts_and_who_gave_each_field(outcome):
    found = outcome(shown(html()))
    said = json.loads(found.line)

    article, facts = SITE.parse_page(
        html(), STORY.url, [(b"Content-Type", b"text/html; charset=utf-8")], datetime.fromisoformat(said["fetched_at"])
    )
    assert (said["archive"]["warc"], said["archive"]["offset"]) == ("a.warc.gz", 0)
    assert said["title"] == article.title
    assert found.witnesses == article.provenance.fields == said["provenance"]["fields"]
    assert json.loads(found.facts) == json.loads(to_json_line(facts)) | {"archive": said["archive"]}
    assert (found.offset, found.kind, found.problem, found.url) == (0, None, None, None)
    assert found.line.endswith(b"}\n")


@pytest.mark.parametrize(
    ("status", "is_page"),
    [(b"200 OK", True), (b"203 x", True), (b"299 x", True), (b"300 x", False), (b"404 x", False)],
)
def test_an_answer_with_success_is_looked_at(status, is_page, outcome):
    found = outcome(shown(html(), status=status))

    assert (found != NOTHING) == is_page
    assert (found.line is not None) == is_page


def test_a_page_that_was_archived_without_an_answer_is_one(outcome):
    """A snapshot of a browser, for one: there is no status that could say otherwise."""
    snapshot = {
        "WARC-Type": "resource", "WARC-Target-URI": STORY.url, "WARC-Date": "2026-01-30T08:00:00Z",
        "Content-Type": "text/html; charset=utf-8",
    }  # fmt: skip

    assert outcome((snapshot, html())).line is not None


def test_the_address_of_an_article_says_more_than_its_type(outcome):
    assert outcome(shown(html(), b"Content-Type: application/octet-stream")).line is not None


@pytest.mark.parametrize("url", ["https://www.kankanews.com/", "https://elsewhere.example/detail/LMwVGgj402z"])
def test_an_address_that_is_no_article_s_is_passed_over(url, outcome):
    assert outcome(shown(html(), url=url)) == NOTHING


def test_a_capture_that_is_not_complete_is_told_with_its_address(outcome):
    assert outcome(shown(html(), WARC_Truncated="length")) == CaptureOutcome(
        offset=0, kind="truncated", problem="the capture is not complete", url=STORY.url
    )
    assert outcome(shown(html(), status=b"404 x", WARC_Truncated="length")) == NOTHING


def test_a_page_that_is_none_of_an_article_is_told_with_its_address(outcome):
    found = outcome(shown(b"<html><title>x</title></html>"))

    assert (found.kind, found.url, found.line) == ("unparsed", STORY.url, None)
    assert found.problem


@pytest.mark.parametrize(("most", "kind"), [(0, None), (-1, "unreadable")])
@pytest.mark.parametrize("packed", [False, True])
def test_a_body_may_be_so_large_whatever_is_above_it(most, kind, packed, outcome):
    """As in a crawl, which counts the bytes of a body."""
    body = gzip.compress(html()) if packed else html()
    fields = (HTML, b"Content-Encoding: gzip", b"X-Odd: " + b"x" * 9000) if packed else (HTML,)

    assert outcome(shown(body, *fields), most=len(html()) + most).kind == kind


def test_a_body_that_cannot_be_decoded_is_no_page(outcome):
    found = outcome(shown(html(), HTML, b"Content-Encoding: " + b", ".join([b"gzip"] * 99)))

    assert (found.kind, found.line, found.url) == ("unreadable", None, None)
    assert found.problem


@pytest.mark.parametrize("spoilt", ["cut off", "away"])
def test_a_record_that_cannot_be_read_is_told_without_what_to_do(spoilt, tmp_path):
    held = Held(tmp_path, shown(html()))
    if spoilt == "away":
        held.path.unlink()
    else:
        held.path.write_bytes(held.path.read_bytes()[:-100])
    found = CaptureReader((held.source,), ("kankanews",), MOST, several=False).outcome(held.source, "a.warc.gz", 0)

    assert (found.kind, found.url) == ("unreadable", None)
    assert "Restore" not in found.problem


def test_a_record_that_is_no_capture_gives_nothing(outcome):
    assert outcome(({"WARC-Type": "warcinfo"}, b"software: x\r\n")) == NOTHING


def failing(error: BaseException) -> Any:
    def parse_page(*given: Any) -> Any:
        raise error

    return lambda url: SimpleNamespace(articles=("x",), parse_page=parse_page)


def test_a_parser_that_fails_is_told_and_what_lies_elsewhere_is_not_its_failure(outcome):
    assert outcome(shown(html()), site_of=failing(ValueError("odd"))) == CaptureOutcome(
        offset=0, kind="raised", problem="ValueError: odd", url=STORY.url
    )
    with pytest.raises(Elsewhere):
        outcome(shown(html()), site_of=failing(Elsewhere()))


def test_a_record_that_does_not_fit_the_schema_is_told(outcome):
    def parse_page(*given: Any) -> Any:
        parsed = SITE.parse_page(*given)
        parsed.article.language = 7
        return parsed

    odd = SimpleNamespace(articles=SITE.articles, parse_page=parse_page, name="kankanews")
    found = outcome(shown(html()), site_of=lambda url: odd)

    assert (found.kind, found.url, found.line) == ("invalid", STORY.url, None)
    assert "language" in found.problem


def test_a_page_that_goes_on_with_an_article_gives_no_record(outcome, monkeypatch):
    monkeypatch.setattr(reading, "is_part", lambda site, parsed, find: True)

    assert outcome(shown(html())) == NOTHING


@pytest.mark.parametrize("several", [False, True])
def test_further_pages_are_looked_for_where_all_files_are_known(several, outcome, monkeypatch):
    given: list[Any] = []

    def further(site: Any, parsed: Any, find: Any, *, max_body: int) -> Any:
        given.extend((find, max_body))
        return parsed

    monkeypatch.setattr(reading, "with_further_pages", further)
    outcome(shown(html()), several=several)

    find, most = given
    assert most == MOST
    if several:
        with pytest.raises(Elsewhere):
            find(STORY.url, STORY.published_at)
    else:
        assert find(STORY.url, STORY.published_at).capture.url == STORY.url


# ---------------------------------------------------------------- a page of any site


def news(*, dated: bool = True, path: str = "2026-01-30/harbour-lights-on.html") -> tuple[bytes, str]:
    time = '<meta property="article:published_time" content="2026-01-30T08:00:00+00:00">' if dated else ""
    text = "".join(
        f"<p>{line} The lights of the harbour go on again after nine years of darkness.</p>" for line in "abcdefgh"
    )
    title = "Lights go on in the harbour again"
    body = (
        f"<html><head><title>{title}</title>{time}</head><body><article><h1>{title}</h1>{text}</article></body></html>"
    )
    return body.encode(), f"https://news.example/{path}"


@pytest.mark.parametrize(
    ("dated", "path", "is_article"),
    [
        (True, "2026-01-30/harbour-lights-on.html", True),
        (False, "2026-01-30/harbour-lights-on.html", True),
        (True, "about/us", True), (False, "about/us", False),
    ],
)  # fmt: skip
def test_a_page_of_any_site_is_one_by_its_date_or_its_address(dated, path, is_article, outcome):
    body, url = news(dated=dated, path=path)
    found = outcome(shown(body, url=url), sites=("news",))

    assert (found.line is not None) == is_article
    assert (found == NOTHING) == (not is_article)


def test_a_page_that_prints_the_day_alone_is_dated_too(outcome):
    """A crawl gives its record: a feed names it, which an archive of others may lack."""
    body, url = news(dated=False, path="harbour/")
    printed = body.replace(b"</h1>", b'</h1><time datetime="2026-01-30">Jan 30, 2026</time>')

    assert outcome(shown(printed, url=url), sites=("news",)).line is not None
    assert outcome(shown(body, url=url), sites=("news",)) == NOTHING


def test_of_any_site_what_is_no_article_is_no_failure(outcome):
    body, url = news()

    assert outcome(shown(b"<html></html>", url=url), sites=("news",)) == NOTHING
    assert outcome(shown(body, b"Content-Type: image/png", url=url), sites=("news",)) == NOTHING
    assert outcome(shown(body, b"Content-Type: text/html", url=url), sites=("news",)).line is not None


@pytest.mark.parametrize(
    "found",
    [
        CaptureOutcome(offset=7, line='{"a":"看"}\n'.encode(), facts=b"{}\n", witnesses={"title": "h1"}),
        CaptureOutcome(offset=8, kind="raised", problem="看", url=NEWS),
        CaptureOutcome(offset=0),
    ],
)  # fmt: skip
def test_an_outcome_is_kept_as_a_line(found):
    line = found.as_line()

    assert (line.count(b"\n"), line[-1:], line[:1]) == (1, b"\n", b"{")
    assert CaptureOutcome.from_line(line) == found


# ---------------------------------------------------------------- a unit


class Work:
    """A job of one file, and what comes of its units."""

    def __init__(self, directory: Path, held: Held, **options: Any) -> None:
        self.held, self.out, self.work = held, directory / "out", directory / "work"
        self.out.mkdir(exist_ok=True)
        self.work.mkdir(exist_ok=True)
        self.job = Job(
            **{
                "sources": (held.source,), "sites": ("kankanews",), "directory": self.out, "work": self.work,
                "max_body": MOST, "earlier": None, "several": False, **options,
            }
        )  # fmt: skip

    def unit(self, **other: Any) -> Unit:
        usual: dict[str, Any] = {
            "number": 3, "source": 0, "file": self.held.path.name, "offsets": tuple(self.held.offsets), "end": None,
            "key": "k", "located": None,
        }  # fmt: skip
        return Unit(**{**usual, **other})

    @property
    def tally(self) -> Any:
        return load(tally_path(self.work, 3), "k")

    def files(self) -> dict[str, list[str]]:
        """The titles, or names, in the parts that were written."""
        return {
            path.name: [json.loads(line).get("title", "facts") for line in path.read_bytes().splitlines()]
            for path in sorted([*self.out.iterdir(), *self.work.glob("facts-*")])
        }


TITLES = [story.title for story in STORIES]
PART, FACTS = "part-00003.jsonl", "facts-00003.jsonl"


@pytest.fixture
def three(tmp_path) -> Held:
    """Two articles, a page that is none, answers without one, and an article that is cut off."""
    return Held(
        tmp_path, shown(html(STORIES[0]), url=STORIES[0].url), shown(html(STORIES[1]), url=STORIES[1].url, second=1),
        shown(b"<html></html>", url=STORIES[2].url, second=2),
        shown(b"x", url=STORIES[2].url, second=3, status=b"404 x"),
        shown(html(STORIES[2]), url=STORIES[2].url, second=4, WARC_Truncated="time"),
        shown(b"x", url=STORIES[2].url, second=5, status=b"410 x"),
    )  # fmt: skip


def counted(tally: Any) -> tuple[int, int, int, dict[str, int]]:
    return tally.captures, tally.articles, tally.other, dict(tally.failures)


def test_a_unit_becomes_a_part_the_facts_once_and_a_count(three, tmp_path):
    work = Work(tmp_path, three)

    assert Extract(work.job)(work.unit()) == Done()
    assert work.files() == {FACTS: ["facts"], PART: TITLES[:2]}
    tally = work.tally
    assert (counted(tally), tally.seen, tally.damaged, tally.comparison) == (
        (6, 2, 2, {"unparsed": 1, "truncated": 1}), 0, [], None
    )  # fmt: skip
    assert [(part.name, part.records) for part in tally.parts] == [(PART, 2)]
    assert tally.witnesses["title"].total() == 2
    assert [(each.url, each.warc, each.offset) for each in tally.named["unparsed"]] == [
        (STORIES[2].url, "a.warc.gz", three.offsets[2])
    ]  # fmt: skip
    assert load(tally_path(work.work, 3), "other") is None


def test_only_the_captures_of_a_unit_are_read(three, tmp_path):
    work = Work(tmp_path, three)
    Extract(work.job)(work.unit(offsets=(three.offsets[1],)))

    assert work.files()[PART] == TITLES[1:2]
    assert work.tally.captures == 1


def test_a_unit_without_a_record_has_no_part(three, tmp_path):
    work = Work(tmp_path, three)
    Extract(work.job)(work.unit(offsets=tuple(three.offsets[2:])))

    assert (work.files(), work.tally.parts) == ({}, [])


def test_a_record_need_not_cite_facts(tmp_path):
    body, url = news()
    work = Work(tmp_path, Held(tmp_path, shown(body, url=url)), sites=("news",))
    Extract(work.job)(work.unit())

    assert work.files() == {PART: ["Lights go on in the harbour again"]}


def test_records_are_compared_with_earlier_ones_by_the_places_of_their_pages(three, tmp_path):
    work = Work(tmp_path, three)
    Extract(work.job)(work.unit())
    lines = [json.loads(line) for line in (work.out / PART).read_bytes().splitlines()]
    lines[1]["title"] = "另一个标题"
    earlier = tmp_path / "earlier.jsonl"
    earlier.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines[1:]), encoding="utf-8")
    index_records([earlier], tmp_path / "earlier.db")
    again = Work(tmp_path, three, earlier=tmp_path / "earlier.db")

    assert Extract(again.job)(again.unit()) == Done()
    comparison = again.tally.comparison
    assert (comparison.different, comparison.gained, comparison.lost) == (1, 1, 0)
    assert comparison.fields["title"].counts["changed"] == 1


def test_a_file_without_an_index_is_indexed_and_read_in_one_go(three, tmp_path):
    plain = WarcSource(tmp_path, three.source.files, (), unindexed=("a.warc.gz",))
    work = Work(tmp_path, three, sources=(plain,))

    assert Extract(work.job)(work.unit(offsets=None, located=three.path)) == Done()
    assert work.files() == {FACTS: ["facts"], PART: TITLES[:2]}
    assert (work.tally.seen, work.tally.captures) == (6, 4)  # the index shows that two were not found
    assert list(work.work.glob("index-*")) == []


def test_records_of_a_file_without_an_index_are_in_the_order_of_the_file(tmp_path):
    later, sooner = sorted(STORIES[:2], key=lambda story: story.url, reverse=True)
    held = Held(tmp_path, shown(html(later), url=later.url), shown(html(sooner), url=sooner.url))
    work = Work(tmp_path, held)
    Extract(work.job)(work.unit(offsets=None, located=held.path))

    assert work.files()[PART] == [later.title, sooner.title]


def test_a_file_that_is_away_is_named_and_its_unit_is_done(three, tmp_path):
    work = Work(tmp_path, three)
    three.path.unlink()

    assert Extract(work.job)(work.unit(offsets=None, located=three.path)) == Done()
    assert work.tally.damaged == [f"{three.path}: No such file or directory"]
    assert counted(work.tally) == (0, 0, 0, {})


def test_what_cannot_be_read_is_named_so_many_times(tmp_path, monkeypatch):
    monkeypatch.setattr(unit, "MAX_NAMED", 2)
    good = warc(shown(html()))
    broken = b"".join(gzip.compress(b"WARC/1.0\r\nno record %d\r\n\r\n" % number) for number in range(3))
    held = Held(tmp_path, data=good + broken)
    work = Work(tmp_path, held)
    Extract(work.job)(work.unit(offsets=None, located=held.path))

    assert (len(work.tally.damaged), work.tally.articles) == (2, 1)


def test_a_store_that_gives_no_more_is_no_fault_of_the_disk(three, tmp_path):
    def failing(error: OSError | ObjectStoreError) -> Done:
        class Stage(Extract):
            def _extract(self, unit: Unit) -> None:
                raise error

        work = Work(tmp_path, three)
        return Stage(work.job)(work.unit())

    assert failing(ObjectStoreError("s3://b/x", "no")) == Done(unread="s3://b/x: no")
    assert failing(OSError(errno.ENOSPC, "no room")) == Done(problem="[Errno 28] no room")


class Far(Ranged):
    """A file that is read over a network, which keeps up to where it is expected to be read."""

    def __init__(self, path: Path) -> None:
        self._path, self.expected = path, list[int]()

    def __str__(self) -> str:
        return f"far://{self._path}"

    @property
    def name(self) -> str:
        return self._path.name

    def length(self) -> int:
        return self._path.stat().st_size

    def range(self, start: int, size: int) -> bytes:
        return self._path.read_bytes()[start : start + size]

    def open(self, mode: str, /) -> Any:
        return self.opened()

    def expect(self, end: int) -> None:
        self.expected.append(end)
        super().expect(end)


@pytest.mark.parametrize("end", [None, 7])
def test_a_file_that_lies_elsewhere_is_asked_for_up_to_the_end_of_the_unit(end, three, tmp_path):
    far = Far(three.path)
    work = Work(tmp_path, three, sources=(replace(three.source, files={"a.warc.gz": far}),))
    Extract(work.job)(work.unit(end=end))

    assert far.expected == [end or three.path.stat().st_size]
    assert work.files()[PART] == TITLES[:2]


def test_a_file_that_lies_elsewhere_is_copied_where_it_has_no_index(three, tmp_path):
    far = Far(three.path)
    work = Work(tmp_path, three, sources=(replace(three.source, files={"a.warc.gz": far}),))
    Extract(work.job)(work.unit(offsets=None, located=far))

    assert work.files() == {FACTS: ["facts"], PART: TITLES[:2]}
    assert far.expected == [three.path.stat().st_size]


# ---------------------------------------------------------------- a unit that waits for what is in another file


def test_where_there_are_several_files_nothing_waits_that_need_not(three, tmp_path):
    work = Work(tmp_path, three, several=True)
    Extract(work.job)(work.unit(offsets=None, located=three.path))

    assert work.files() == {FACTS: ["facts"], PART: TITLES[:2]}
    assert counted(work.tally) == (4, 2, 0, {"unparsed": 1, "truncated": 1})
    assert not waiting_path(work.work, 3).exists()
    (index,) = work.work.glob("index-*")
    assert index.read_bytes().count(b"\n") == 6


def test_a_revisit_waits_until_the_file_of_its_original_is_known(tmp_path):
    """The second stage has all files, each with its index."""
    there, here = tmp_path / "there", tmp_path / "here"
    there.mkdir()
    here.mkdir()
    name = "<urn:uuid:00000000-0000-4000-8000-000000000007>"
    original = Held(there, shown(html(STORIES[1]), url=STORIES[1].url, WARC_Record_ID=name), name="b.warc.gz")
    held = Held(
        here, shown(html()), revisit(url=STORIES[1].url, second=5, WARC_Refers_To=name),
        shown(html(STORIES[2]), url=STORIES[2].url, second=6),
    )  # fmt: skip
    first = Work(tmp_path, held, several=True)

    assert Extract(first.job)(first.unit(offsets=None, located=held.path)) == Done()
    assert first.files() == {}
    assert (first.tally, load(waiting_path(first.work, 3), "k").seen) == (None, 3)
    kept = kept_path(first.work, 3).read_bytes().splitlines()
    assert [line if line.isdigit() else json.loads(line)["offset"] for line in kept] == [
        0, b"%d" % held.offsets[1], held.offsets[2]
    ]  # fmt: skip

    indexed = Work(tmp_path, held, several=True)
    assert Extract(indexed.job)(indexed.unit(key="indexed")) == Done()
    assert load(waiting_path(indexed.work, 3), "indexed").seen == 0

    Extract(first.job)(first.unit(offsets=None, located=held.path))
    both = Work(tmp_path, held, sources=(held.source, original.source))
    assert Finish(both.job)(both.unit(offsets=None)) == Done()
    assert both.files() == {FACTS: ["facts"], PART: TITLES}
    assert (both.tally.seen, both.tally.captures, both.tally.articles) == (3, 3, 3)
