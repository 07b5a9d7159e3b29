"""A run without a crawl: what names, takes over, publishes and completes it needs nothing of Scrapy."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from newsspider.collection.collection import Collection
from newsspider.collection.database import StateDamagedError
from newsspider.collection.runs import remember_run
from newsspider.demo import pages
from newsspider.demo.stories import tell
from newsspider.history.ledger import KnownPage, Ledger
from newsspider.history.schedule import Schedule
from newsspider.record import schema
from newsspider.record.items import as_record, to_json_line
from newsspider.record.manifest import Scope
from newsspider.runs import journal
from newsspider.runs.adoption import REPLAYED
from newsspider.runs.findings import Findings
from newsspider.runs.journal import FeedWriteError, Journal, ManifestDamagedError, RunPlan
from newsspider.runs.ledger import RECORD, RequestLedger, failure
from newsspider.runs.summary import CrawlSide, judged
from newsspider.runs.thresholds import Thresholds
from newsspider.sites import load
from tests.archive.exchanges import exchange, page, writer
from tests.history.records import read
from tests.order import order_below

STORIES = tell(3, 1)
SCOPE = Scope(listed=True, full=False, since=False, recommendations=False, list_depth=0, replayed=False)


@pytest.fixture
def collection(tmp_path):
    made = Collection.named(tmp_path, "news")
    for directory in (made.archive_dir, made.index.path.parent):
        directory.mkdir(parents=True)
    return made


@pytest.fixture(autouse=True)
def ledgers_are_closed():
    """Of a run that is not ended, as if it were killed, the process goes on here, and with it what the run had open."""
    yield
    while NIGHTS:
        if (ledger := NIGHTS.pop().journal._ledger) is not None:
            ledger.close()


NIGHTS: list[Night] = []


class Night:
    """A run that reads stories of the demo; *batch* is how many records go into a part."""

    def __init__(self, collection: Collection, *, batch: int = 1000, **plan):
        self.findings = Findings(sought=True, finish_reason="finished")
        self.requests = RequestLedger()
        self.synced = self.failed = 0
        self.journal = Journal(
            collection,
            self.findings,
            RunPlan(schedule=Schedule.parse("1d:1h"), revisits=10, batch=batch, **plan),
            sync=self._sync,
            on_failure=self._fail,
        )
        NIGHTS.append(self)

    def _sync(self) -> None:
        self.synced += 1

    def _fail(self) -> None:
        self.failed += 1

    def read(self, *numbers: int) -> None:
        """Read articles, as a spider would."""
        for number in numbers:
            url = STORIES[number].url
            article = read(pages.article(STORIES[number]), url)
            self.requests.end(self.requests.ask(url, "article"), RECORD)
            self.findings.giving.add(url, article.provenance.fields)
            self.findings.lists.read, self.findings.lists.links = 1, 3
            article.site_facts = None
            observer = self.journal.observer
            if observer is not None and observer.left_out(
                article, asked=article.canonical_url, landed=article.canonical_url, etag=None, last_modified=None,
                always=False,
            ):  # fmt: skip
                continue
            self.journal.write_article(article, to_json_line(article))

    def end(self) -> dict:
        """End it, and return its manifest."""
        self.journal.publish()
        crawl = CrawlSide(spider="news", scrapy="none", settings_sha256="0" * 64, scope=SCOPE, requests=self.requests)
        self.journal.complete(crawl, [], Thresholds())
        return json.loads((self.journal._collection.runs_dir / f"{self.journal.id}.json").read_bytes())


def test_run_says_in_a_valid_manifest_what_it_published(collection):
    night = Night(collection, batch=2)
    night.read(0, 1, 2)
    manifest = night.end()

    schema.check_written(manifest, "manifest")
    assert [part["records"] for part in manifest["parts"]] == [2, 1]
    assert {name: count for name, count in manifest["counts"].items() if count} == {
        "articles": 3, "parsed": 3, "new": 3,
    }  # fmt: skip
    assert [(each["event"], each["count"]) for each in manifest["changes"]] == [("published", 3)]
    assert (manifest["exit_code"], manifest["reasons"]) == (0, [])
    assert manifest["last_success"] == manifest["last_new"] == manifest["ended"]
    assert night.synced  # what records cite is durable before they are published
    assert night.journal.verdict is not None


def test_runs_follow_each_other_by_name_and_cite_the_one_before(collection):
    made = []
    for number in range(3):
        night = Night(collection, job=f"night/{number}")
        night.read(number)
        made.append(night.end())

    assert all(before["run"] < after["run"] for before, after in pairwise(made))
    assert [each["run"].rpartition("-")[2] for each in made] == ["night0", "night1", "night2"]
    assert [each["previous"] and each["previous"]["run"] for each in made] == [None, made[0]["run"], made[1]["run"]]


def test_article_that_says_the_same_is_counted_and_gives_no_record(collection):
    first = Night(collection)
    first.read(0, 1)
    first.end()
    second = Night(collection)
    second.read(0, 1, 2)
    manifest = second.end()

    assert {name: manifest["counts"][name] for name in ("articles", "new", "unchanged")} == {
        "articles": 1, "new": 1, "unchanged": 2,
    }  # fmt: skip


def test_full_run_gives_every_article_again(collection):
    first = Night(collection)
    first.read(0, 1)
    first.end()
    second = Night(collection, full=True)
    second.read(0, 1)

    assert second.end()["counts"]["articles"] == 2


def test_parts_of_a_killed_run_are_taken_over_once(collection):
    killed = Night(collection, batch=1)
    killed.read(0, 1)  # and no end
    second = Night(collection)
    second.read(2)
    manifest = second.end()
    third = Night(collection).end()

    assert manifest["adopted"]["runs"] == [killed.journal.id]
    assert sum(part["records"] for part in manifest["parts"]) == 3
    assert manifest["counts"]["articles"] == 1  # of its own
    assert sorted(path.name for path in collection.items_dir.iterdir()) == [second.journal.id]
    assert (third["adopted"]["runs"], third["parts"]) == ([], [])


def test_replayed_run_leaves_the_ledger_alone_and_is_not_taken_over(collection):
    replayed = Night(collection, replayed=True, batch=1)
    replayed.read(0)  # and no end
    after = Night(collection)
    after.read(0)
    manifest = after.end()

    assert replayed.journal.observer is None
    assert (manifest["adopted"]["runs"], manifest["counts"]["new"]) == ([], 1)


def test_failed_write_is_counted_and_ends_the_crawl_and_the_verdict_tells(collection):
    night = Night(collection, batch=1)
    night.journal._directory.rmdir()
    night.journal._directory.write_bytes(b"")  # in the way of its parts

    with pytest.raises(FeedWriteError, match="cannot write records"):
        night.read(0)
    manifest = (night.journal.discard(), night.journal._directory.unlink(), _completed(night))[-1]

    assert night.failed == night.findings.unstored.feed_writes == 1
    assert (manifest["exit_code"], manifest["reasons"]) == (
        4, ["1 write to the feed failed", "lists link to 3 articles, and none was given"]
    )  # fmt: skip
    assert manifest["parts"] == []


def _completed(night: Night) -> dict:
    night.journal.complete(
        CrawlSide(spider="news", scrapy="none", settings_sha256="0" * 64, scope=SCOPE), [], Thresholds()
    )
    return json.loads((night.journal._collection.runs_dir / f"{night.journal.id}.json").read_bytes())


def test_counts_of_pages_are_those_of_the_requests(collection):
    night = Night(collection)
    night.read(0)
    for outcome in (failure("HTTP 403"), failure("HTTP 403"), failure("callback gave nothing", of_program=True)):
        night.requests.end(night.requests.ask("https://news.example/", "article"), outcome)
    counts = night.end()["counts"]

    assert {name: counts[name] for name in ("parsed", "failed", "unfetched", "broken", "lost")} == {
        "parsed": 1, "failed": 3, "unfetched": 2, "broken": 1, "lost": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "damaged",
    [
        b"", b"[]", b"{}", b'{"site_facts": {}, "last_new": "yesterday"}', b'{"site_facts": {}, "adopted": []}',
        b'{"site_facts": {}, "adopted": {"runs": 3}}', b'{"site_facts": 3}',
    ],
)  # fmt: skip
def test_manifest_that_cannot_be_read_is_named(collection, damaged):
    collection.runs_dir.mkdir()
    collection.items_dir.mkdir()
    path = collection.runs_dir / "20260101T000000000Z-aaaaaa.json"
    path.write_bytes(damaged)

    with pytest.raises(ManifestDamagedError, match=path.name):
        Night(collection)


def test_clock_that_was_set_back_gives_a_name_after_the_newest_run(collection):
    first = Night(collection)
    first.read(0)
    manifest = first.end()
    ahead = datetime.now(UTC) + timedelta(days=1)
    name = f"{ahead:%Y%m%dT%H%M%S}000Z-ahead0"
    newest = collection.runs_dir / f"{name}.json"
    newest.write_text(json.dumps(manifest | {"run": name}))

    assert Night(collection).journal.id > name


def test_default_counts_are_all_zero():
    assert set(as_record(Findings().counts).values()) == {0}


NEWS = {"new": 1, "changed": 2, "unchanged": 3, "known": 5}


@pytest.mark.parametrize(
    ("counts", "lists", "full", "said"),
    [
        (NEWS, 0, False, "1 new, 2 changed, 3 looked at again and unchanged; no list"),
        (NEWS, 2, False, "1 new, 2 changed, 3 looked at again and unchanged; 2 lists, 5 more articles known"),
        ({"changed": 1, "known": 1}, 1, False,
         "0 new, 1 changed, 0 looked at again and unchanged; 1 list, 1 more article known"),
        (NEWS | {"lists_failed": 1}, 2, False,
         "1 new, 2 changed, 3 looked at again and unchanged; 2 lists, 1 more could not be read, 5 more articles known"),
        ({"known": 5}, 2, False, "nothing new: 2 lists, 5 articles known, none due"),
        ({"known": 5, "unchanged": 3, "due": 4}, 2, False,
         "nothing new: 2 lists, 5 articles known, 3 of 4 due looked at again"),
        ({"known": 5, "unchanged": 3}, 2, True, "nothing new: 2 lists, 5 articles known, 3 looked at again"),
    ],
)  # fmt: skip
def test_log_says_what_was_new(counts, lists, full, said, collection, caplog):
    night = Night(collection, full=full)
    night.findings.lists.read = lists
    for name, count in counts.items():
        setattr(night.findings.counts, name, count)
    with caplog.at_level("INFO"):
        night.journal.log_news()
    assert caplog.messages == [said]

    night.findings.sought = False
    caplog.clear()
    night.journal.log_news()
    assert caplog.messages == []


@pytest.mark.parametrize(("moved", "told"), [(0, False), (4, False), (-4, False), (6, True), (-6, True), (3600, True)])
def test_a_run_lasts_as_long_as_it_did_whatever_was_done_to_the_clock(moved, told, collection, caplog):
    """Five seconds are not worth a word."""
    night = Night(collection)
    night.journal._started -= timedelta(seconds=moved)  # as if the clock had been put forward since
    begun = night.journal._started
    started, ended = night.journal._span()

    assert started <= ended <= datetime.now(UTC) + timedelta(seconds=4)
    assert (started == begun) is not told
    assert ("The clock was set during the run" in caplog.text) is told


@pytest.mark.parametrize("hours", [-1, 0, 1])
def test_a_moment_that_is_still_to_come_was_told_by_a_clock_that_was_wrong(hours):
    now = datetime(2026, 1, 30, 8, tzinfo=UTC)
    then = now + timedelta(hours=hours)

    assert journal._past(then.isoformat(), now) == min(then, now)
    assert journal._past(None, now) is None


# -- what is there when it begins, and what is left when it ends ------------------------------------------------------


def test_rooms_of_a_run_are_durable_before_the_first_request(collection):
    with order_below(collection.path) as steps:
        night = Night(collection)

    rooms = [step for step in steps if step in ("sync ./", "sync runs/", "sync items/")]
    assert rooms[:3] == [
        "sync ./",
        "sync ./",
        "sync runs/",
    ]  # items/, runs/, and what is in there
    assert rooms[-1] == "sync items/"
    assert night.journal._directory.is_dir()


def test_what_a_killed_run_left_half_written_is_removed(collection):
    killed = Night(collection, batch=1)
    killed.read(0)
    half = [
        killed.journal._directory / ".part-00002.jsonl.part",
        collection.runs_dir / f".{killed.journal.id}.json.part",
    ]
    for path in half:
        path.write_bytes(b"half")

    Night(collection)
    assert [path.exists() for path in half] == [False, False]


@pytest.mark.parametrize("room", ["items", "runs"])
def test_room_that_cannot_be_made_ends_the_run_before_it_begins(room, collection):
    (collection.path / room).write_bytes(b"in the way")

    with pytest.raises(FeedWriteError, match="cannot write records or manifest") as raised:
        Night(collection)
    assert raised.value.exit_code == 4


@pytest.mark.parametrize(("seconds", "told"), [(2, False), (3600, True)])
def test_clock_that_shows_a_time_before_the_newest_run_is_told_of(seconds, told, collection, caplog):
    manifest = Night(collection).end()
    ahead = datetime.now(UTC) + timedelta(seconds=seconds)
    name = f"{ahead:%Y%m%dT%H%M%S}000Z-ahead0"
    (collection.runs_dir / f"{name}.json").write_text(json.dumps(manifest | {"run": name}), encoding="utf-8")

    Night(collection)
    assert ("a time before the newest run: see that it is right" in caplog.text) is told


def test_directory_that_was_taken_over_is_removed_by_the_next_run_where_the_one_before_was_killed(collection):
    killed = Night(collection, batch=1)
    killed.read(0)
    Night(collection).end()
    killed.journal._directory.mkdir()  # its parts are the other run's now

    third = Night(collection)
    assert not killed.journal._directory.exists()
    assert third.end()["adopted"]["runs"] == []


def test_file_that_a_killed_run_left_is_named_by_the_next(collection):
    with writer(collection.path) as archive:
        archive.write_exchange(exchange(page(b"a page")))
    (warc,) = collection.archive_dir.glob("*.warc.gz")

    first, second = Night(collection).end(), Night(collection).end()
    assert ([each["name"] for each in first["warcs"]], first["adopted"]["warcs"]) == ([warc.name], [warc.name])
    assert (second["warcs"], second["adopted"]["warcs"]) == ([], [])


def test_run_that_answers_from_archives_is_marked_while_it_goes_on(collection):
    night = Night(collection, replayed=True)
    mark = night.journal._directory / REPLAYED
    assert mark.exists()
    night.end()

    assert not night.journal._directory.exists()
    kept = Night(collection, replayed=True)
    kept.read(0)
    kept.end()
    assert [path.name for path in kept.journal._directory.iterdir()] == ["part-00001.jsonl"]


def test_facts_are_written_by_the_first_run_that_sees_them(collection):
    names = []
    for number in (0, 1):
        night = Night(collection)
        html, url = pages.article(STORIES[number]), STORIES[number].url
        article = read(html, url)
        parsed = load("kankanews").parse_page(html.encode(), url, [], article.fetched_at)
        night.findings.site_facts[article.site_facts] = parsed.site_facts
        for _ in range(2):
            night.journal.write_article(article, to_json_line(article))
        manifest = night.end()
        names.append((manifest["run"], len(manifest["site_facts_parts"]), manifest["site_facts"]))
        assert sum(part["records"] for part in manifest["site_facts_parts"]) == (number == 0)

    (first, written, facts), (_, again, known) = names
    assert (written, again) == (1, 0)
    assert known == facts == dict.fromkeys(facts, first)


def test_first_write_that_failed_is_kept_and_every_one_is_counted(collection):
    night = Night(collection, batch=1)
    night.journal._directory.rmdir()
    night.journal._directory.write_bytes(b"")
    failures = []
    for _ in range(2):
        with pytest.raises(FeedWriteError) as raised:
            night.read(0)
        failures.append(raised.value)

    assert night.journal.failure is failures[0]
    assert (night.failed, night.findings.unstored.feed_writes) == (2, 2)


def test_what_cannot_be_noted_of_the_end_is_told_and_the_run_is_complete(collection, caplog, monkeypatch):
    def damaged(*_: object) -> None:
        raise StateDamagedError(collection.state_path, "x")

    monkeypatch.setattr(journal, "remember_run", damaged)
    night = Night(collection)
    night.read(0)
    manifest = night.end()

    assert manifest["exit_code"] == 0
    assert "cannot note the newest run" in caplog.text


def test_earlier_runs_are_compared_with_the_newest_first(collection):
    for number in range(3):
        night = Night(collection)
        night.read(*range(number))
        night.end()

    last = Night(collection)
    last.end()
    assert [each.records for each in last.journal.earlier] == [1, 1, 0]


@pytest.mark.parametrize("published", [False, True])
def test_ledger_is_told_of_the_end_where_all_was_published_and_closed_in_any_case(published, collection, monkeypatch):
    told: list[object] = []
    monkeypatch.setattr(journal.Ledger, "complete", lambda ledger, run, warcs: told.append(run))
    close = journal.Ledger.close
    monkeypatch.setattr(journal.Ledger, "close", lambda ledger: (told.append("closed"), close(ledger)))
    night = Night(collection)
    night.read(0)
    night.end() if published else _completed(night)
    night.journal.discard()

    assert told == [night.journal.id, "closed"][not published :]


def test_manifest_that_cannot_be_written_is_a_failed_write(collection):
    night = Night(collection)
    night.read(0)
    (collection.runs_dir / f"{night.journal.id}.json").mkdir()  # in the way

    with pytest.raises(FeedWriteError):
        night.end()
    assert (night.failed, night.findings.unstored.feed_writes, night.journal.verdict) == (1, 1, None)
    assert night.journal.failure is not None


# -- what it takes up, and what it keeps to --------------------------------------------------------------------------


def test_run_sorts_after_one_whose_manifest_is_away(collection):
    """As where somebody keeps the newest only elsewhere: the collection remembers which was cited last."""
    manifest = Night(collection).end()
    ahead = datetime.now(UTC) + timedelta(days=1)
    name = f"{ahead:%Y%m%dT%H%M%S}000Z-ahead0"
    path = collection.runs_dir / f"{name}.json"
    path.write_text(json.dumps(manifest | {"run": name}), encoding="utf-8")
    remember_run(collection, path)
    path.unlink()

    night = Night(collection)
    assert night.journal.id > name
    assert night.end()["previous"]["run"] == name


@pytest.mark.parametrize(("ahead", "told"), [(60, False), (86_400, True)])
def test_pages_that_were_fetched_after_this_moment_are_due(ahead, told, collection, caplog):
    """By a clock that was put back since (docs/history.md); a minute is not worth a word."""
    then = int(datetime.now(UTC).timestamp()) + ahead
    with closing(Ledger(collection.state_path)) as ledger:
        ledger.stage(KnownPage(url=URL, state="article", first_seen=then, last_fetch=then, next_due=then + 9))
        ledger.commit()
    night = Night(collection)

    words = "The clock was put back: 1 page fetched after this moment, due now"
    assert (words in caplog.text) is told
    assert list(night.journal.observer.due(lambda page: True)) == ([URL] if told else [])


URL = "https://www.kankanews.com/detail/LMwVGgj402z"


@pytest.mark.parametrize("full", [False, True])
def test_of_the_pages_that_are_due_so_many_are_fetched_again(full, collection):
    """At most ten by the plan of these runs; by that of a full one also those that are known and not due."""
    past, to_come = (int(datetime.now(UTC).timestamp()) + seconds for seconds in (-60, 3600))
    with closing(Ledger(collection.state_path)) as ledger:
        for number in range(12):
            ledger.stage(
                KnownPage(url=f"{URL}{number:02}", state="article", first_seen=1, last_fetch=2, next_due=past)
            )
        ledger.stage(KnownPage(url=f"{URL}-not-due", state="article", first_seen=1, last_fetch=2, next_due=to_come))
        ledger.commit()
    observer = Night(collection, full=full).journal.observer

    assert list(observer.choose([f"{URL}-not-due"], lambda page: True)) == ([f"{URL}-not-due"] if full else [])
    assert len(list(observer.due(lambda page: True))) == 10


def test_facts_that_a_killed_run_wrote_are_taken_over_and_not_written_again(collection):
    html, url = pages.article(STORIES[0]), STORIES[0].url
    article = read(html, url)
    facts = load("kankanews").parse_page(html.encode(), url, [], article.fetched_at).site_facts
    for _ in range(2):
        night = Night(collection, batch=1)
        night.findings.site_facts[article.site_facts] = facts
        night.journal.write_article(article, to_json_line(article))
    manifest = night.end()

    assert sum(part["records"] for part in manifest["site_facts_parts"]) == 1
    assert manifest["site_facts"] == {article.site_facts: night.journal.id}


def test_ledger_that_is_lost_is_made_again_from_the_parts_of_earlier_runs(collection, caplog):
    before = Night(collection)
    before.read(0, 1)
    before.end()
    for path in collection.path.glob("state.sqlite3*"):
        path.unlink()
    with caplog.at_level("INFO"):
        after = Night(collection)
    after.read(0, 1)

    assert f"{collection.state_path}: took in 2 records of earlier runs" in caplog.messages
    counts = after.end()["counts"]
    assert (counts["new"], counts["unchanged"], counts["articles"]) == (0, 2, 0)


def test_article_of_a_killed_run_is_known_by_its_canonical_address(collection):
    """Its record was published, and the ledger not told of it; what happened to it is published before all else."""
    killed = Night(collection, batch=1)
    url = f"{STORIES[0].url}?utm_source=app"
    article = read(pages.article(STORIES[0]), url)
    article.site_facts = None
    killed.journal.write_article(article, to_json_line(article))
    killed.journal._ledger.close()
    for path in collection.path.glob("state.sqlite3*"):
        path.unlink()

    night = Night(collection)
    address = load("kankanews").canonical_url(url)
    assert address != url
    found = night.journal.observer.find(address)
    assert (found.state, found.url) == ("article", address)
    assert [path.name for path in night.journal._directory.glob("changes-*")] == ["changes-00001.jsonl"]
    assert [part["records"] for part in night.end()["parts"]] == [1]


def test_events_are_in_parts_and_counted(collection):
    night = Night(collection)
    night.read(0, 1)
    manifest = night.end()

    (part,) = manifest["changes_parts"]
    assert part["records"] == 2
    lines = (night.journal._directory / part["name"]).read_bytes().splitlines()
    assert {json.loads(line)["event"] for line in lines} == {"published"}
    assert [(each["event"], each["count"]) for each in manifest["changes"]] == [("published", 2)]


def test_what_records_cite_is_made_durable_by_whoever_captures(collection):
    night = Night(collection, batch=1)
    assert night.synced == 0
    night.read(0)

    assert night.synced
    assert (night.journal._directory / "part-00001.jsonl").exists()


def test_waiting_records_are_published_on_demand(collection):
    night = Night(collection)
    night.read(0)
    assert not list(night.journal._directory.glob("part-*"))
    night.journal.publish_waiting()

    assert [path.name for path in night.journal._directory.glob("part-*")] == ["part-00001.jsonl"]


@pytest.mark.parametrize("publish", ["publish_waiting", "publish"])
def test_part_that_cannot_be_published_ends_the_crawl(publish, collection, monkeypatch):
    def full() -> None:
        raise OSError(28, "No space left on device")

    night = Night(collection)
    night.read(0)
    monkeypatch.setattr(night.journal._batches, "publish", full)
    with pytest.raises(FeedWriteError, match="No space left"):
        getattr(night.journal, publish)()

    assert (night.failed, night.findings.unstored.feed_writes) == (1, 1)
    assert night.journal._settled is False
    night.journal.discard()


def test_what_could_not_be_published_is_removed_and_where_that_fails_the_next_run_does_it(collection, monkeypatch):
    night = Night(collection)
    night.read(0)
    assert list(night.journal._directory.glob(".part-*"))
    night.journal.discard()
    assert not list(night.journal._directory.glob(".part-*"))

    def full() -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(night.journal._batches, "discard", full)
    night.journal.discard()


def test_articles_that_are_missed_in_great_numbers_are_told_of_and_left_as_they_were(collection, monkeypatch, caplog):
    night = Night(collection)
    monkeypatch.setattr(night.journal.observer, "settle", lambda: 70)
    night.end()

    assert "70 articles shown before, and none now: too many to be gone, left as they were" in caplog.text


def test_moments_of_the_last_success_and_of_the_last_news_are_kept_from_run_to_run(collection):
    first = Night(collection)
    first.read(0)
    begun = first.end()
    quiet = Night(collection)
    quiet.read(0)
    second = quiet.end()
    assert (second["last_new"], second["last_success"]) == (begun["last_new"], second["ended"])

    bad = Night(collection)
    bad.findings.unstored.feed_writes = 1
    third = bad.end()
    assert (third["last_new"], third["last_success"]) == (begun["last_new"], second["ended"])


def test_verdict_is_that_of_the_thresholds_that_are_given_and_of_the_runs_before(collection, monkeypatch):
    given = []
    monkeypatch.setattr(journal, "judged", lambda *told: given.append(told) or judged(*told))
    Night(collection).end()
    night = Night(collection)
    night.journal.publish()
    thresholds = Thresholds(runs=7)
    night.journal.complete(
        CrawlSide(spider="news", scrapy="none", settings_sha256="0" * 64, scope=SCOPE), [], thresholds
    )

    assert given[-1][3] is thresholds
    assert given[-1][2] is night.journal.earlier
    assert len(night.journal.earlier) == 1


@pytest.mark.parametrize("error", [OSError, StateDamagedError])
def test_end_that_the_ledger_cannot_note_is_told_and_the_ledger_closed(error, collection, monkeypatch, caplog):
    def fail(*_: object) -> None:
        raise OSError("full") if error is OSError else StateDamagedError(collection.state_path, "x")

    monkeypatch.setattr(journal.Ledger, "complete", fail)
    closed = []
    close = journal.Ledger.close
    monkeypatch.setattr(journal.Ledger, "close", lambda ledger: (closed.append(ledger), close(ledger)))
    night = Night(collection)
    night.read(0)

    assert night.end()["exit_code"] == 0
    assert "cannot note the end of the run" in caplog.text
    assert closed == [night.journal._ledger]


def test_manifest_is_there_though_nobody_can_remember_it(collection, monkeypatch, caplog):
    def full(*_: object) -> None:
        raise OSError("full")

    monkeypatch.setattr(journal, "remember_run", full)
    manifest = Night(collection).end()

    assert (collection.runs_dir / f"{manifest['run']}.json").exists()
    assert "cannot note the newest run" in caplog.text


def test_ledger_knows_the_run_as_complete_with_the_files_that_it_names(collection):
    with writer(collection.path) as archive:
        archive.write_exchange(exchange(page(b"a page")))
    (warc,) = collection.archive_dir.glob("*.warc.gz")
    night = Night(collection)
    night.read(0)
    night.end()

    with closing(Ledger(collection.state_path)) as ledger:
        assert (ledger.complete_runs(), ledger.named_warcs()) == ({night.journal.id}, {warc.name})


def test_run_that_only_changes_brought_has_news(collection, caplog):
    night = Night(collection)
    night.findings.lists.read, night.findings.counts.changed = 1, 2
    with caplog.at_level("INFO"):
        night.journal.log_news()
    replayed = Night(collection, replayed=True)
    with caplog.at_level("INFO"):
        replayed.journal.log_news()

    assert caplog.messages == ["0 new, 2 changed, 0 looked at again and unchanged; 1 list, 0 more articles known"]
