"""What the extensions of a crawl do at their moments, with stand-ins for engine and downloader: no crawl is begun."""

from __future__ import annotations

import asyncio
import io
import logging
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy import Spider, signals
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.utils.test import get_crawler

from newsspider.collection.lock import CollectionLockedError, locked
from newsspider.collection.objects import ObjectStoreError
from newsspider.collection.writer import ArchiveWriteError
from newsspider.crawl.extensions import ending, lease, progress, replay
from newsspider.crawl.extensions.ending import Ending
from newsspider.crawl.extensions.errors import Errors
from newsspider.crawl.extensions.lease import Lease
from newsspider.crawl.extensions.pages import PageSource
from newsspider.crawl.extensions.progress import Progress, describe
from newsspider.crawl.extensions.replay import Replay
from newsspider.crawl.extensions.run import Run
from newsspider.crawl.task import Task, TaskSpider, findings_of
from newsspider.record.runcounts import RunCounts
from newsspider.runs.findings import Findings
from newsspider.runs.journal import FeedWriteError
from newsspider.warc.http import MAX_HEAD

A, B = "https://news.example/a", "https://news.example/b"
AT = datetime(2026, 1, 30, tzinfo=UTC)


class Engine:
    """Engine and downloader of a crawl, which say what they are told."""

    def __init__(self, calls: list[str], *, running: bool = True) -> None:
        self.calls, self.running = calls, running
        self.downloader = self
        self._slot = None
        self.on_their_way = 0

    def refuse(self, reason: str) -> None:
        self.calls.append(f"refuse: {reason}")

    def break_off(self) -> int:
        self.calls.append("break off")
        return self.on_their_way

    async def close_spider_async(self, reason: str) -> None:
        self.calls.append(f"close: {reason}")


@pytest.fixture
def calls() -> list[str]:
    return []


@pytest.fixture
def crawler(tmp_path, calls):
    made = get_crawler(
        Spider, settings_dict={"ARCHIVE_DIR": str(tmp_path), "COLLECTION": "ours", "SHUTDOWN_TIMEOUT": 10}
    )
    made.engine = Engine(calls)
    return made


def closed(crawler) -> list[tuple]:
    """Say that the spider is closed; return what each who listens gave."""
    return crawler.signals.send_catch_log(signals.spider_closed, spider=Spider("news"), reason="finished")


# ---------------------------------------------------------------- the errors


def test_errors_are_told_most_frequent_first_and_without_what_is_secret():
    errors = Errors()
    errors.add("timeout", "https://ada:hunter2@news.example/a", "it  took\n too long")
    errors.add("refused", A)
    errors.add("refused", B)

    assert errors.total == 3
    assert [(each.kind, each.count) for each in errors.found()] == [("refused", 2), ("timeout", 1)]
    (timeout,) = errors.found()[1].examples
    assert "hunter2" not in timeout.url
    assert timeout.said == "it took too long"
    assert errors.found()[0].examples[0].said is None


# ---------------------------------------------------------------- the source of pages


@pytest.mark.parametrize(("named", "name"), [("ours", "ours"), (None, "kanka")])
def test_collection_is_the_one_that_is_named_or_has_the_name_of_the_spider(named, name, tmp_path):
    class Kanka(Spider):
        name = "kanka"

    made = get_crawler(Kanka, settings_dict={"ARCHIVE_DIR": str(tmp_path), "COLLECTION": named})

    assert PageSource(made).collection.path == tmp_path / name


def test_crawl_is_ended_once_and_asks_for_nothing_more(crawler, calls):
    async def end() -> None:
        source = PageSource(crawler)
        source.end_crawl("archive_failed")
        source.end_crawl("feed_failed")
        await asyncio.sleep(0)

    asyncio.run(end())

    assert calls == ["refuse: the crawl ends: archive_failed", "close: archive_failed"]


def test_crawl_that_has_ended_is_not_ended_again(crawler, calls):
    crawler.engine.running = False
    PageSource(crawler).end_crawl("archive_failed")

    assert calls == []


@pytest.mark.parametrize("fails", [False, True])
def test_what_came_is_durable_before_a_feed_is_stored(fails, crawler, calls):
    class Source(PageSource):
        def sync(self) -> None:
            calls.append("sync")
            if fails:
                raise ArchiveWriteError(self.collection.path, OSError("full"))

    source = Source.from_crawler(crawler)
    told = dict(closed(crawler))

    assert calls == ["sync"]
    assert told[source._spider_closed] is None  # whoever was to sync has told of its failure


# ---------------------------------------------------------------- the end


@pytest.fixture
def clock(monkeypatch):
    """The time, as a list of one number."""
    now = [1000.0]
    for module in (ending, progress):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def test_crawl_that_does_not_end_is_left_alone(crawler, calls, clock):
    looking = Ending(crawler)
    looking._look()
    crawler.engine._slot = SimpleNamespace(closing=None)
    looking._look()
    clock[0] += 60
    looking._look()

    assert calls == []


@pytest.mark.parametrize(("number", "told"), [(0, []), (1, ["1 exchange that was"]), (3, ["3 exchanges that were"])])
def test_what_is_on_its_way_has_so_long_and_what_waits_is_not_sent(number, told, crawler, calls, clock, caplog):
    caplog.set_level("INFO", ending.__name__)
    looking = Ending(crawler)
    crawler.engine._slot, crawler.engine.on_their_way = SimpleNamespace(closing=object()), number
    looking._look()
    clock[0] += 9.75
    looking._look()
    assert calls == ["refuse: the crawl ends"]

    clock[0] += 0.25
    looking._look()
    assert calls == ["refuse: the crawl ends", "break off"]
    assert [message.removeprefix("Broke off ").partition(" not done")[0] for message in caplog.messages] == told


class Loop:
    """What calls a function each few seconds, and does not."""

    made: list[Loop]

    def __init__(self, called) -> None:
        self.called, self.running, self.started = called, False, None
        Loop.made.append(self)

    def start(self, seconds: float, *, now: bool = True) -> None:
        self.running, self.started = True, (seconds, now)

    def stop(self) -> None:
        assert self.running
        self.running = False


@pytest.fixture
def loops(monkeypatch):
    Loop.made = []
    for module in (ending, lease, progress):
        monkeypatch.setattr(module, "create_looping_call", Loop)
    return Loop.made


def test_end_is_looked_for_from_the_first_moment_to_the_last(crawler, loops):
    looking = Ending.from_crawler(crawler)
    crawler.signals.send_catch_log(signals.spider_opened, spider=Spider("news"))
    (loop,) = loops
    assert (loop.running, loop.called) == (True, looking._look)

    closed(crawler)
    assert not loop.running


# ---------------------------------------------------------------- the lease


class Stored:
    """A crawl into object storage."""

    def __init__(self, calls: list[str], push_every: float | None = 60) -> None:
        self.calls, self.push_every = calls, push_every
        self.claim = SimpleNamespace(expired=False, lost=False, root="s3://news")

    def finished(self, run: str) -> tuple[str, str]:
        self.calls.append(f"list {run}")
        return "warcs", "parts"

    def send_finished(self, warcs: str, parts: str) -> None:
        self.calls.append(f"send {warcs} {parts}")


@pytest.fixture
def leased(crawler, calls, loops, monkeypatch):
    """A lease, the extensions of whose crawl note what they are asked for."""

    def step(said: str):
        return lambda *_: calls.append(said)

    pages = SimpleNamespace(end_crawl=lambda reason: calls.append(f"end {reason}"), rotate=step("rotate"))
    run = SimpleNamespace(journal=SimpleNamespace(id="night", publish_waiting=step("publish")))
    extensions = {PageSource: pages, Run: run}
    crawler.get_extension = extensions.get
    threads = []

    class Thread:
        def __init__(self, send, *finished) -> None:
            self.send, self.finished = send, finished
            threads.append(self)

        def addBoth(self, then) -> None:  # noqa: N802 -- Twisted's name
            self.then = then

    monkeypatch.setattr(lease, "deferToThread", Thread)
    stored = Stored(calls)
    monkeypatch.setattr(lease, "stored_crawl_of", lambda _: stored)
    return SimpleNamespace(
        lease=Lease.from_crawler(crawler), stored=stored, pages=pages, run=run, extensions=extensions, threads=threads,
        loops=loops,
    )  # fmt: skip


def test_crawl_that_stores_nothing_elsewhere_has_no_lease(crawler, monkeypatch):
    monkeypatch.setattr(lease, "stored_crawl_of", lambda _: None)
    with pytest.raises(NotConfigured):
        Lease.from_crawler(crawler)


@pytest.mark.parametrize("how", ["expired", "lost"])
def test_crawl_ends_with_its_lease_and_is_told_so_once(how, leased, calls):
    leased.lease.spider_opened()
    leased.lease._look()
    assert calls == []

    setattr(leased.stored.claim, how, True)
    leased.lease._look()
    assert calls == ["end lease_lost"]
    assert [loop.running for loop in leased.loops] == [False, False]
    leased.lease.spider_closed()  # and nothing is stopped twice


def test_lease_is_looked_at_more_often_than_something_is_sent(leased, crawler, loops, calls):
    leased.lease.spider_opened()
    assert [(loop.called, loop.started) for loop in loops] == [
        (leased.lease._look, (0.5, False)), (leased.lease._push, (60, False)),
    ]  # fmt: skip

    loops.clear()
    Lease(crawler, Stored(calls, push_every=None))
    assert len(loops) == 1


def test_records_are_published_before_the_pages_are_closed_and_both_before_what_is_sent_is_listed(leased, calls):
    leased.lease._push()
    (thread,) = leased.threads
    thread.send(*thread.finished)

    assert calls == ["publish", "rotate", "list night", "send warcs parts"]


def test_one_thread_sends_at_a_time(leased, calls):
    leased.lease._push()
    leased.lease._push()
    assert calls == ["publish", "rotate", "list night"]

    leased.threads[0].then(None)  # of success and of failure
    leased.lease._push()
    assert len(leased.threads) == 2


def test_nothing_is_sent_without_a_run(leased, calls):
    del leased.extensions[Run]
    leased.lease._push()

    assert (calls, leased.threads) == ([], [])


@pytest.mark.parametrize("error", [FeedWriteError, ArchiveWriteError])
def test_nothing_is_sent_of_what_could_not_be_written(error, leased, tmp_path):
    def fail() -> None:
        raise error(tmp_path, OSError("full"))

    leased.run.journal.publish_waiting = fail
    leased.lease._push()

    assert leased.threads == []


# ---------------------------------------------------------------- the archives that answer


class Archived:
    """What looks pages up in archives, and says what it is asked for."""

    def __init__(self, paths, report, max_block) -> None:
        self.report, self.max_block = report, max_block
        self.asked, self.closed = [], False
        self.answers = {}

    def page(self, url, at):
        self.asked.append((url, at))
        answer = self.answers.get(url)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def replaying(tmp_path, calls, monkeypatch):
    """Begin to answer from an archive."""
    monkeypatch.setattr(replay, "Lookup", Archived)

    def begin(**settings) -> Replay:
        crawler = get_crawler(Spider, settings_dict={"ARCHIVE_DIR": str(tmp_path), "COLLECTION": "ours", **settings})
        crawler.engine = Engine(calls, running=False)
        crawler.spider = TaskSpider("news")
        crawler.spider.task = Task(archives=(Path("old"),), at=AT)
        return Replay(crawler)

    return begin


def test_archives_are_asked_for_what_a_browser_would_get_at_that_time(replaying):
    source = replaying()
    page = SimpleNamespace(truncated=None)
    source._lookup.answers[A] = page

    assert [source.page(A, "GET"), source.page(A, "POST"), source.page(B, "GET")] == [page, None, None]
    assert source._lookup.asked == [(A, AT), (B, AT)]
    assert (source.findings.counts.replayed, source.findings.counts.missing) == (1, 2)
    told = source.source()
    assert (told.archives, told.at, told.unreadable, told.missing) == ([str(Path("old").absolute())], AT, 0, [A, B])


@pytest.mark.parametrize(("only_whole", "replayed"), [(True, 0), (False, 1)])
def test_page_that_is_not_complete_is_none_where_a_crawl_would_take_none(only_whole, replayed, replaying):
    source = replaying(DOWNLOAD_FAIL_ON_DATALOSS=only_whole)
    source._lookup.answers[A] = SimpleNamespace(truncated="length")

    assert (source.page(A, "GET") is not None) == bool(replayed)
    assert (source.findings.counts.replayed, source.findings.counts.missing) == (replayed, 1 - replayed)


@pytest.mark.parametrize(("most", "block"), [(1000, 1000 + MAX_HEAD), (0, None)])
def test_block_may_be_as_long_as_a_head_and_a_body(most, block, replaying):
    assert replaying(DOWNLOAD_MAXSIZE=most)._lookup.max_block == block


def test_crawl_that_reads_archives_holds_its_collection_until_it_is_closed(replaying):
    source = replaying()
    with pytest.raises(CollectionLockedError), locked(source.collection.lock_path):
        pass
    source.close()

    assert source._lookup.closed
    with locked(source.collection.lock_path):
        pass


def test_collection_that_cannot_be_made_ends_the_crawl_before_it_begins(replaying, tmp_path):
    (tmp_path / "ours").write_bytes(b"no directory")
    with pytest.raises(ArchiveWriteError):
        replaying()


def test_store_that_gives_nothing_now_ends_the_crawl_and_its_pages_are_not_missing(replaying, monkeypatch, caplog):
    source, ends = replaying(), []
    monkeypatch.setattr(source, "end_crawl", ends.append)
    first = ObjectStoreError("s3://old", "no answer")
    source._lookup.answers[A] = first
    for url in (A, B):
        with pytest.raises(IgnoreRequest):
            source.page(url, "GET")

    assert (source._lookup.asked, source.failure) == ([(A, AT)], first)  # it is not waited for again
    assert caplog.messages == [str(first)]  # and told once
    assert ends
    assert set(ends) == {"store_failed"}
    assert source.findings.counts.missing == 0


def test_what_cannot_be_read_is_named_up_to_a_number_and_counted(replaying, caplog):
    source = replaying()
    for number in range(22):
        source._lookup.report(f"old: problem {number}")
        source.page(f"{A}{number}", "GET")

    assert len(caplog.messages) == 20
    assert [message.endswith("only counted") for message in caplog.messages] == [False] * 19 + [True]
    assert source.source().unreadable == 22
    assert source.source().missing == [f"{A}{number}" for number in range(2, 22)]  # the newest


# ---------------------------------------------------------------- the line at a terminal


@pytest.fixture
def terminal(monkeypatch):
    """A terminal of 80 columns, as a list of what is drawn."""
    drawn = []
    monkeypatch.setattr(progress, "watched", lambda: True)
    monkeypatch.setattr(progress, "redraw", lambda text="": drawn.append(text))
    monkeypatch.setattr(progress, "complain", lambda: drawn.append("complain"))
    monkeypatch.setattr(progress.shutil, "get_terminal_size", lambda: SimpleNamespace(columns=80))
    return drawn


def test_log_without_a_terminal_has_no_line(crawler, terminal, monkeypatch):
    monkeypatch.setattr(progress, "watched", lambda: False)
    with pytest.raises(NotConfigured):
        Progress(crawler)


def test_last_line_tells_of_the_whole_crawl_and_of_nothing_that_waits(crawler, terminal, loops, clock):
    crawler.engine.active, crawler.engine.scheduler = [1, 2], [3]
    crawler.get_extension = lambda _: None
    watching = Progress(crawler)
    watching.spider_opened()
    watching._draw()
    for _ in range(19):
        clock[0] += 0.5
    crawler.stats.set_value("response_received_count", 38)
    watching._draw()
    assert terminal == [
        "0 pages, 0 articles, 0 failed, 0.0 MB, 0.0 pages/s, 0 s; 3 waiting",
        "38 pages, 0 articles, 0 failed, 4.0 pages/s; 3 waiting, 0 s or more left",
    ]

    clock[0] += 28.5
    watching.spider_closed()
    assert terminal[2:] == ["38 pages, 0 articles, 0 failed, 0.0 MB, 1.0 pages/s, 38 s", "complain"]
    assert not loops[0].running


def test_rate_is_that_of_the_last_looks(crawler, terminal, loops, clock):
    crawler.engine.active, crawler.engine.scheduler = [], None
    errors = Errors()
    errors.add("timeout", A)
    crawler.get_extension = {Errors: errors}.get
    watching = Progress(crawler)
    watching.spider_opened()
    for pages in (*range(0, 100, 10), *range(100, 120)):  # at first ten times as many
        crawler.stats.set_value("response_received_count", pages)
        watching._draw()
        clock[0] += 0.5

    assert terminal[-1] == "119 pages, 0 articles, 1 failed, 0.0 MB, 2.0 pages/s, 14 s"


def test_rate_on_the_last_line_is_that_from_the_start_and_not_from_the_first_look(crawler, terminal, loops, clock):
    crawler.engine.active, crawler.engine.scheduler = [], None
    crawler.get_extension = lambda _: None
    watching = Progress(crawler)
    watching.spider_opened()
    for pages in (10, 30):
        clock[0] += 5
        crawler.stats.set_value("response_received_count", pages)
        watching._draw()
    watching.spider_closed()

    assert [line.split(", ")[4] for line in terminal[1:3]] == ["4.0 pages/s", "3.0 pages/s"]


@pytest.mark.parametrize(("looks", "rate"), [(20, "2.0"), (21, "0.0")])
def test_rate_goes_over_twenty_looks(looks, rate, crawler, terminal, loops, clock):
    """All pages come between the first look and the second, which are 9.5 s before the twentieth."""
    crawler.engine.active, crawler.engine.scheduler = [], None
    crawler.get_extension = lambda _: None
    watching = Progress(crawler)
    watching.spider_opened()
    for _ in range(looks):
        watching._draw()
        clock[0] += 0.5
        crawler.stats.set_value("response_received_count", 19)

    assert f"19 pages, 0 articles, 0 failed, 0.0 MB, {rate} pages/s" in terminal[-1]


def test_lines_of_the_log_have_room_at_the_terminal_and_need_none_in_a_file(
    crawler, terminal, loops, clock, monkeypatch, tmp_path
):
    file, shown = logging.FileHandler(tmp_path / "log", delay=True), logging.StreamHandler(io.StringIO())
    monkeypatch.setattr(logging.getLogger(), "handlers", [file, shown])
    Progress(crawler).spider_opened()

    drawn = {}
    for handler in (file, shown):
        handler.filter(logging.makeLogRecord({}))
        drawn[handler], terminal[:] = list(terminal), []
    assert drawn == {file: [], shown: [""]}


def test_line_of_the_log_has_room(terminal):
    assert progress._clear_line(None) is True
    assert terminal == [""]


def told(columns: int = 200, *, waiting: int = 0, rate: float = 2.0, **counts: int) -> str:
    found = Findings(counts=RunCounts(**counts))
    found.unstored.archive_writes = 1
    stats = {"response_received_count": 5, "downloader/response_bytes": 1_960_000}
    return describe(found, stats, errors=2, seconds=70, rate=rate, waiting=waiting, columns=columns)


def test_failed_are_requests_articles_and_writes_and_changed_alone_is_news():
    assert told(changed=3, unparsed=4) == "5 pages, 0 new, 3 changed, 7 failed, 2.0 MB, 2.0 pages/s, 1 min 10 s"


def test_nobody_knows_how_long_it_takes_before_there_is_a_rate():
    assert told(waiting=7, rate=0.0).endswith("0.0 pages/s, 1 min 10 s; 7 waiting")


def test_narrow_terminal_is_spared_one_thing_after_the_other():
    whole = ["5 pages", "0 new", "3 changed", "3 failed", "2.0 MB", "2.0 pages/s", "1 min 10 s"]
    for spared in ("1 min 10 s", "2.0 MB", "2.0 pages/s", "3 changed"):
        line = ", ".join(whole)
        assert told(len(line), changed=3) == line
        whole.remove(spared)
        assert told(len(line) - 1, changed=3) == ", ".join(whole)

    assert told(10, changed=3) == ", ".join(whole)[:10]


def test_findings_are_those_of_the_crawl(crawler, terminal, loops, clock):
    crawler.engine.active, crawler.engine.scheduler = [], None
    crawler.get_extension = lambda _: None
    findings_of(crawler).counts.new = 2
    watching = Progress(crawler)
    watching.spider_opened()
    watching._draw()

    assert terminal == ["0 pages, 2 new, 0 changed, 0 failed, 0.0 MB, 0.0 pages/s, 0 s"]
