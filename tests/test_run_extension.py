"""What a crawl tells its journal and in which order it is ended, and the report that follows; without a crawl."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import scrapy
from scrapy import Request, Spider, signals
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from newsspider.collection.collection import Collection
from newsspider.collection.writer import ArchiveWriteError
from newsspider.crawl import stored as stored_module
from newsspider.crawl.extensions import report
from newsspider.crawl.extensions.errors import Errors
from newsspider.crawl.extensions.outcomes import Outcomes
from newsspider.crawl.extensions.pace import Pace
from newsspider.crawl.extensions.pages import PageSource
from newsspider.crawl.extensions.report import Report
from newsspider.crawl.extensions.run import Run, _settings_sha256
from newsspider.crawl.task import Task, TaskSpider
from newsspider.record.manifest import Archives, Scope
from newsspider.runs.adoption import REPLAYED
from newsspider.runs.journal import FeedWriteError
from newsspider.runs.thresholds import Thresholds
from newsspider.warc.warcfile import WarcFile
from tests.test_journal import Night

SETTINGS = {
    "EXTENSIONS_BASE": {}, "COLLECTION": "ours", "REVISIT": {"1d": "1h"}, "REVISIT_LIMIT": 7, "PART_ITEMS": 3,
    "VERDICT_MAX_FAILED": 0.25, "VERDICT_MIN_PAGES": 3, "VERDICT_MIN_FOUND": 0.5, "VERDICT_MIN_GIVEN": 0.5,
    "VERDICT_MIN_ARTICLES": 30, "VERDICT_MAX_QUIET": 0, "VERDICT_RUNS": 30, "VERDICT_SINCE": None,
}  # fmt: skip
SCOPE = Scope(listed=True, full=False, since=False, recommendations=False, list_depth=0, replayed=False)
WARC = WarcFile(name="a.warc.gz", size=1, sha256="0" * 64, records=1)


class Pages:
    """The page source, which notes what it is asked for, and fails where it is told to."""

    def __init__(self, calls: list[str]) -> None:
        self.calls, self.fails = calls, None

    def _step(self, name: str) -> None:
        self.calls.append(name)
        if self.fails == name:
            raise ArchiveWriteError(Path("/archives"), OSError("full"))

    def finish(self) -> list[WarcFile]:
        self._step("finish")
        return [WARC]

    def close(self) -> None:
        self._step("close")

    def sync(self) -> None:
        self._step("sync")

    def end_crawl(self, reason: str) -> None:
        self._step(f"end: {reason}")

    def source(self) -> Archives | None:
        return Archives(archives=["/old"], at=None, missing=[], unreadable=0)


@pytest.fixture
def calls() -> list[str]:
    return []


@pytest.fixture
def begin(tmp_path, calls):
    """Begin a run of this task, with these settings; its pages note what they are asked for."""
    begun = []

    def run(task: Task | None = None, **settings) -> SimpleNamespace:
        crawler = get_crawler(TaskSpider, settings_dict={**SETTINGS, "ARCHIVE_DIR": str(tmp_path), **settings})
        crawler.spider = TaskSpider("news")
        crawler.spider.task = task or Task()
        collection = Collection.named(tmp_path, "ours")
        for directory in (collection.archive_dir, collection.index.path.parent):
            directory.mkdir(parents=True, exist_ok=True)
        pages = Pages(calls)
        extensions = {PageSource: pages, Outcomes: Outcomes(crawler), Pace: Pace(), Errors: Errors()}
        crawler.get_extension = extensions.get
        made = Run.from_crawler(crawler)
        begun.append(made)
        crawler.signals.send_catch_log(signals.spider_opened, spider=crawler.spider)
        return SimpleNamespace(run=made, crawler=crawler, pages=pages, extensions=extensions, collection=collection)

    yield run
    for each in begun:
        if each.journal._ledger is not None:
            each.journal._ledger.close()


def say(began, signal, **told) -> None:
    for _, answer in began.crawler.signals.send_catch_log(signal, spider=began.crawler.spider, **told):
        assert answer is None


def noted(began, calls, monkeypatch, fails: tuple[str, ...] = ()) -> list[str]:
    """Have the journal note what it is asked for, too."""
    for name in ("publish", "discard", "log_news", "complete"):
        def step(*given: object, name: str = name) -> None:
            calls.append(name)
            began.given = given
            if name in fails:
                raise FeedWriteError(Path("/archives"), OSError("full"))
        monkeypatch.setattr(began.run.journal, name, step)
    return calls


# -- what the run is to do --------------------------------------------------------------------------------------------


def test_plan_is_that_of_the_settings_and_of_the_task(begin, monkeypatch):
    monkeypatch.delenv("SCRAPY_JOB", raising=False)
    plan = begin(Task(job="night", full=True)).run.journal._plan

    assert (plan.revisits, plan.batch, plan.job, plan.full, plan.replayed) == (7, 3, "night", True, False)
    assert plan.schedule.steps == ((86_400, 3600),)


def test_scheduler_names_the_run_before_its_spider_does(begin, monkeypatch):
    """Scrapyd names a job in SCRAPY_JOB."""
    monkeypatch.setenv("SCRAPY_JOB", "of-scrapyd")

    assert begin(Task(job="night")).run.journal.id.endswith("-of-scrapyd")


@pytest.mark.parametrize("archives", [(), (Path("old"),)])
def test_run_that_answers_from_archives_observes_nothing(archives, begin):
    run = begin(Task(archives=archives)).run

    assert (run.observer is None) is bool(archives)
    assert (run.journal._directory / REPLAYED).exists() is bool(archives)


# -- while it goes on -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("signal", "told", "raised"), [
    (signals.item_dropped, {"exception": None, "response": None}, 0),
    (signals.item_error, {"failure": None, "response": None}, 1),
])  # fmt: skip
def test_article_that_gives_no_record_is_dropped_and_what_raised_is_counted(signal, told, raised, begin, monkeypatch):
    began, dropped = begin(), []
    monkeypatch.setattr(began.run.observer, "drop", dropped.append)
    for item in ("a", "b"):
        say(began, signal, item=item, **told)

    assert dropped == ["a", "b"]
    assert began.run.findings.unstored.articles_raised == 2 * raised


def test_article_of_an_archive_is_no_loss_to_anybody(begin):
    began = begin(Task(archives=(Path("old"),)))
    say(began, signals.item_dropped, item="a", exception=None, response=None)
    say(began, signals.item_error, item="a", failure=None, response=None)

    assert began.run.findings.unstored.articles_raised == 1


def test_counts_are_shown_among_those_of_scrapy_unless_there_is_nothing_to_count(begin):
    began = begin()
    began.run.findings.counts.new, began.run.findings.counts.bytes = 3, 70
    say(began, signals.spider_closed, reason="finished")
    stats = began.crawler.stats.get_stats()

    assert {name: count for name, count in stats.items() if name.startswith("newsspider/")} == {
        "newsspider/new": 3, "newsspider/bytes": 70,
    }  # fmt: skip


def test_what_records_cite_is_durable_before_they_are_and_the_crawl_ends_with_the_feed(begin, calls):
    began = begin()
    began.run.journal._sync()
    began.run.journal._on_failure()

    assert calls == ["sync", "end: feed_failed"]


def test_before_the_spider_is_there_nothing_is_synced_or_ended(begin, calls):
    began = begin()
    began.run._pages = None
    began.run.journal._sync()
    began.run.journal._on_failure()
    say(began, signals.engine_stopped)

    assert calls == []
    assert not list(began.collection.runs_dir.glob("*.json"))


# -- when it ends -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fails", "steps"), [
    ((), ["finish", "publish", "discard", "log_news", "complete", "close"]),
    (("publish",), ["finish", "publish", "discard", "log_news", "complete", "close"]),
    (("complete",), ["finish", "publish", "discard", "log_news", "complete", "close"]),
    (("close",), ["finish", "publish", "discard", "log_news", "complete", "close"]),
    # What cites a capture that is not durable is not published; there is a manifest all the same.
    (("finish",), ["finish", "discard", "log_news", "complete", "close"]),
])  # fmt: skip
def test_records_are_published_when_their_captures_are_durable_and_the_lock_is_kept_until_the_manifest_is_there(
    fails, steps, begin, calls, monkeypatch
):
    began = begin()
    began.pages.fails = fails[0] if fails else None
    noted(began, calls, monkeypatch, fails)
    say(began, signals.engine_stopped)

    assert calls == steps
    crawl, warcs, thresholds = began.given
    assert warcs == ([] if "finish" in fails else [WARC])
    assert thresholds == Thresholds(max_failed=0.25, min_pages=3, max_quiet=timedelta(0))
    assert (crawl.spider, crawl.scrapy) == ("news", scrapy.__version__)


def crawl_side(began):
    return began.run._crawl_side()


def test_manifest_gets_what_scrapy_counted(begin):
    began = begin()
    for name, value in {
        "finish_reason": "shutdown", "downloader/request_count": 9, "downloader/response_bytes": 900,
        "robotstxt/forbidden": 2, "spider_exceptions/count": 1, "feedexport/failed_count/FileFeedStorage": 1,
        "feedexport/failed_count/S3FeedStorage": 2, "feedexport/failed_items": 4,
        "downloader/response_status_count/200": 7, "downloader/response_status_count/404": 1,
    }.items():  # fmt: skip
        began.crawler.stats.set_value(name, value)
    side, findings = crawl_side(began), began.run.findings

    assert side.statuses == {"200": 7, "404": 1}
    assert findings.finish_reason == "shutdown"
    counts = findings.counts
    assert (counts.requests, counts.bytes, counts.forbidden_by_robots, counts.callbacks_raised) == (9, 900, 2, 1)
    assert (findings.unstored.feeds, findings.unstored.feed_items) == (3, 4)


def test_what_scrapy_did_not_count_was_not_there(begin):
    began = begin()
    side, findings = crawl_side(began), began.run.findings

    assert (side.statuses, findings.finish_reason, findings.unstored.feeds, findings.unstored.feed_items) == (
        {}, None, 0, 0
    )  # fmt: skip
    counts = findings.counts
    assert (counts.requests, counts.bytes, counts.forbidden_by_robots, counts.callbacks_raised) == (0, 0, 0, 0)


def test_manifest_gets_what_the_other_extensions_saw(begin):
    began = begin()
    request = Request("https://a.example/1", meta={"download_latency": 0.1})
    for url in ("https://a.example/1", "https://b.example/1", "https://b.example/2"):
        began.extensions[Pace].response_downloaded(Response(url, body=b"123"), request)
    began.extensions[Errors].add("timeout", "https://a.example/1")
    side = crawl_side(began)

    assert list(side.hosts.items()) == [("b.example", 2), ("a.example", 1)]  # the most asked first
    assert [(each.kind, each.count) for each in side.errors] == [("timeout", 1)]
    assert side.pace.pages == [3]
    assert side.requests is began.extensions[Outcomes].ledger
    assert side.source.archives == ["/old"]


def test_extensions_that_only_tell_more_may_be_missing(begin):
    began = begin()
    del began.extensions[Pace], began.extensions[Errors]
    side = crawl_side(began)

    assert (side.hosts, list(side.errors), side.pace) == ({}, [], None)


@pytest.mark.parametrize("kind", [PageSource, Outcomes])
def test_extension_that_a_run_needs_is_named_where_it_is_missing(kind, begin):
    began = begin()
    del began.extensions[kind]

    with pytest.raises(AssertionError, match=rf"Run needs newsspider\..*\.{kind.__name__} in EXTENSIONS"):
        began.run.spider_opened() if kind is PageSource else crawl_side(began)


def test_requests_that_are_open_are_ended_before_they_are_counted(begin, monkeypatch):
    began, closed = begin(), []
    monkeypatch.setattr(began.extensions[Outcomes], "close", lambda: closed.append(True))
    crawl_side(began)

    assert closed == [True]


@pytest.mark.parametrize("sought", [False, True])
def test_scope_and_parser_are_those_of_a_run_that_looks_for_articles(sought, begin):
    began = begin(Task(parser="3", scope=SCOPE))
    began.run.findings.sought = sought
    side = crawl_side(began)

    assert (side.parser, side.scope) == (("3", SCOPE) if sought else (None, None))


@pytest.mark.parametrize(("led", "archives", "told"), [
    ("", (), None),
    ("a.example:80:127.0.0.1:8080", (), "a.example:80:127.0.0.1:8080"),
    ("a:1:b:2,c:3:d:4", (), "a:1:b:2,c:3:d:4"),
    ("a:1:b:2", (Path("old"),), None),  # no request is led anywhere
])  # fmt: skip
def test_requests_that_were_led_elsewhere_are_told(led, archives, told, begin):
    assert crawl_side(begin(Task(archives=archives), CONNECT_TO=led)).connect_to == told


def test_manifest_is_there_at_the_end_with_all_of_it(begin, calls):
    began = begin(Task(scope=SCOPE))
    began.run.findings.sought = True
    began.crawler.stats.set_value("finish_reason", "finished")
    say(began, signals.engine_stopped)
    (path,) = began.collection.runs_dir.glob("*.json")
    manifest = json.loads(path.read_bytes())

    assert (path.stem, manifest["run"]) == (began.run.journal.id, began.run.journal.id)
    assert (manifest["finish_reason"], manifest["spider"]) == ("finished", "news")
    assert [each["name"] for each in manifest["warcs"]] == ["a.warc.gz"]
    assert calls[-1] == "close"


# -- the digest of the settings ---------------------------------------------------------------------------------------


def digest(**settings) -> str:
    return _settings_sha256(get_crawler(Spider, settings_dict=settings))


def test_runs_with_the_same_settings_have_one_digest_and_no_others():
    assert digest(DOWNLOAD_DELAY=1) == digest(DOWNLOAD_DELAY=1)
    assert len({digest(DOWNLOAD_DELAY=1), digest(DOWNLOAD_DELAY=2), digest(NEW=1)}) == 3
    # The order in which they were given is no setting; what is nested in them is.
    assert digest(A=1, B=2) == digest(B=2, A=1)
    assert digest(ITEM_PIPELINES={"a": 1}) == digest(ITEM_PIPELINES={"a": 1}) != digest(ITEM_PIPELINES={"a": 2})


def test_place_where_a_crawl_into_a_store_happens_to_work_is_no_setting(monkeypatch):
    root = ["s3://news"]
    monkeypatch.setattr(
        "newsspider.crawl.extensions.run.stored_crawl_of", lambda crawler: SimpleNamespace(
            claim=SimpleNamespace(root=root[0])
        )
    )  # fmt: skip
    here, there = digest(ARCHIVE_DIR="/tmp/a"), digest(ARCHIVE_DIR="/tmp/b")
    root[0] = "s3://other"

    assert here == there != digest(ARCHIVE_DIR="/tmp/a")
    monkeypatch.undo()
    assert digest(ARCHIVE_DIR="/tmp/a") != digest(ARCHIVE_DIR="/tmp/b")
    assert stored_module.stored_crawl_of(get_crawler(Spider)) is None


# -- the report -------------------------------------------------------------------------------------------------------


@pytest.fixture
def ended(tmp_path):
    """A run that has ended, and the extension that reports of it."""
    collection = Collection.named(tmp_path, "ours")
    for directory in (collection.archive_dir, collection.index.path.parent):
        directory.mkdir(parents=True)
    first = Night(collection)
    first.read(0)
    first.end()
    night = Night(collection)
    night.read(0, 1)
    night.end()

    def reported(textfile: str | None = None) -> Report:
        settings = {**SETTINGS, "ARCHIVE_DIR": str(tmp_path), "PROMETHEUS_TEXTFILE": textfile}
        crawler = get_crawler(Spider, settings_dict=settings)
        crawler.get_extension = {Run: SimpleNamespace(journal=night.journal)}.get
        return Report.from_crawler(crawler)

    return SimpleNamespace(collection=collection, journal=night.journal, report=reported)


def stop(extension: Report) -> None:
    crawler = extension._crawler
    assert [answer for _, answer in crawler.signals.send_catch_log(signals.engine_stopped)] == [None]


def test_report_is_written_when_the_run_has_ended_and_a_list_of_all_of_them(ended, caplog):
    caplog.set_level("INFO", report.__name__)
    stop(ended.report())
    pages = {path.name: path.read_text(encoding="utf-8") for path in ended.collection.reports_dir.iterdir()}

    assert set(pages) == {f"{ended.journal.id}.html", "index.html"}
    assert ended.journal.id in pages[f"{ended.journal.id}.html"]
    assert f'href="{ended.journal.id}.html"' in pages["index.html"]
    assert caplog.messages == [f"Report: {ended.collection.reports_dir / ended.journal.id}.html"]


def test_report_compares_the_run_with_those_before_it(ended, monkeypatch):
    compared = []
    monkeypatch.setattr(report, "as_html", lambda manifest, earlier: compared.append((manifest["run"], earlier)) or "")
    stop(ended.report())

    assert compared == [(ended.journal.id, ended.journal.earlier)]
    assert len(ended.journal.earlier) == 1


def test_run_without_a_manifest_has_no_report(ended):
    ended.journal.verdict = None
    stop(ended.report(str(ended.collection.path / "x.prom")))

    assert not ended.collection.reports_dir.exists()
    assert not (ended.collection.path / "x.prom").exists()


def test_crawl_without_a_run_has_no_report(ended):
    extension = ended.report()
    extension._crawler.get_extension = lambda _: None
    stop(extension)

    assert not ended.collection.reports_dir.exists()


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize(("named", "written"), [("ours.prom", "ours.prom"), (".", "newsspider-ours.prom")])
def test_figures_are_written_to_a_file_or_into_a_directory(named, written, there, ended, tmp_path):
    (tmp_path / "figures").mkdir()
    if there:
        (tmp_path / "figures" / written).write_bytes(b"old")
    stop(ended.report(str(tmp_path / "figures" / named)))

    assert [path.name for path in (tmp_path / "figures").iterdir()] == [written]
    assert 'collection="ours"' in (tmp_path / "figures" / written).read_text(encoding="utf-8")


def test_what_a_killed_run_left_of_a_page_is_removed_and_nothing_else(ended):
    rooms = ended.collection.reports_dir
    rooms.mkdir()
    for name in (".run-1.html.part", ".hidden", "run-1.html", "notes.part"):
        (rooms / name).write_bytes(b"x")
    (rooms / ".dir.part").mkdir()  # no file of ours; it cannot be removed so
    ended.report()

    assert sorted(path.name for path in rooms.iterdir()) == [
        ".dir.part", ".hidden", "notes.part", "run-1.html",
    ]  # fmt: skip


def test_what_cannot_be_written_is_told_and_is_no_reason_to_end_otherwise(ended, tmp_path, caplog):
    ended.collection.reports_dir.write_bytes(b"in the way")
    verdict = ended.journal.verdict
    stop(ended.report(str(tmp_path / "none" / "ours.prom")))

    page, figures = caplog.messages
    assert page.startswith(f"{ended.collection.reports_dir / ended.journal.id}.html: the report cannot be written: ")
    assert figures.startswith(f"{tmp_path}/none/ours.prom: the figures for Prometheus cannot be written: ")
    assert {each.levelname for each in caplog.records} == {"WARNING"}
    assert ended.journal.verdict is verdict


def test_figures_are_written_though_the_page_cannot_be(ended, tmp_path):
    ended.collection.reports_dir.write_bytes(b"in the way")
    stop(ended.report(str(tmp_path / "ours.prom")))

    assert (tmp_path / "ours.prom").exists()
