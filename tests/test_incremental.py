"""Run after run: lists always, articles when they are new or due, a record for what is new or changed.

The real command, at a site that changes between the runs.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sqlite3
import threading
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.collection.collection import Collection
from newsspider.demo.server import serve
from newsspider.demo.site import ServedPage, Site
from newsspider.history.ledger import Ledger
from newsspider.runs.adoption import adopt
from tests.patience import HUNG
from tests.warcs import feed_lines, manifests, records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from newsspider.demo.counts import ServerCounts
    from tests.conftest import ScrapyResult, ScrapyRun

QUICKLY = ("DOWNLOAD_DELAY=0.001", "AUTOTHROTTLE_ENABLED=False", "REQUISITES=")
LISTS = 9
"""List pages of the site below."""


class Changing(Site):
    """The demo site with a few articles, some of its pages replaced."""

    def __init__(self, **pages: ServedPage | Callable[[ServedPage], ServedPage]) -> None:
        super().__init__(articles=30)
        self.changed = pages
        self.asked: Counter[str] = Counter()

    def page(self, target: str) -> ServedPage | None:
        page = super().page(target)
        change = self.changed.get(target.partition("?")[0])
        return change(page) if callable(change) and page else change or page  # type: ignore[return-value]


@contextmanager
def serving(site: Site) -> Iterator[tuple[str, ServerCounts]]:
    """Serve a site from a thread; yield the CONNECT_TO setting, and what is asked."""
    loop = asyncio.new_event_loop()
    ready: list[Any] = []
    told, stop = threading.Event(), asyncio.Event()

    async def run() -> None:
        async with serve(site) as (ports, counts):
            ready.extend((ports.connect_to(), counts))
            told.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    assert told.wait(HUNG)
    yield ready[0], ready[1]
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


@pytest.fixture
def crawl(scrapy_run: ScrapyRun) -> Callable[..., ScrapyResult]:
    """Crawl a site as it is now; what it was asked is in its ``asked``."""

    def run(site: Changing, *arguments: str, **settings: object) -> ScrapyResult:
        with serving(site) as (connect_to, counts):
            given = [*QUICKLY, f"CONNECT_TO={connect_to}", *(f"{name}={value}" for name, value in settings.items())]
            options = [part for setting in given for part in ("-s", setting)]
            ended = scrapy_run("crawl", "kankanews", *(part for each in arguments for part in ("-a", each)), *options)
            site.asked = Counter(counts.as_json()["urls"])
        assert "Traceback" not in ended.stderr
        return ended

    return run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archives" / "kankanews"


@pytest.fixture(scope="module")
def first_run(scrapy_run_in: Callable[[Path], ScrapyRun], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection of one run over the site as it is at first."""
    directory = tmp_path_factory.mktemp("known")
    with serving(Changing()) as (connect_to, _):
        options = [part for setting in (*QUICKLY, f"CONNECT_TO={connect_to}") for part in ("-s", setting)]
        ended = scrapy_run_in(directory)("crawl", "kankanews", *options)
    assert ended.returncode == 0, ended.stderr
    return ended.archive_dir / "kankanews"


@pytest.fixture
def known(first_run: Path, path: Path) -> Path:
    """A copy of it, in the place of the collection."""
    shutil.copytree(first_run, path)
    return path


@contextmanager
def ledger(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path / "state.sqlite3")) as db:
        yield db
        db.commit()


def make_due(path: Path, where: str = "state NOT IN ('alias')") -> None:
    """Let time pass."""
    with ledger(path) as db:
        db.execute(f"UPDATE pages SET next_due = 1 WHERE {where}")


def given(path: Path, run: int = -1) -> list[str]:
    return sorted(json.loads(line)["canonical_url"] for line in feed_lines(path, manifests(path)[run]))


def events(path: Path, run: int = -1) -> list[tuple[str, str]]:
    lines = feed_lines(path, manifests(path)[run], "changes_parts")
    return sorted((event["event"], event["url"]) for event in map(json.loads, lines))


def everything(site: Site) -> list[str]:
    return sorted(story.url for story in site.expected())


def articles_asked(site: Changing) -> list[str]:
    return sorted(url for url in site.asked if "/detail/" in url or "/a/" in url)


def edited(page: ServedPage) -> ServedPage:
    """The page with another text, at the end of its first paragraph."""
    body = page.body.decode()
    assert "</p>" in body
    return replace(page, body=body.replace("。</p>", "，记者昨日获悉。</p>", 1).encode())


def counts(path: Path) -> dict[str, int]:
    said = manifests(path)[-1]["counts"]
    return {name: said[name] for name in ("new", "changed", "unchanged", "known", "missed", "due") if said[name]}


def story_of(site: Site, kind: str = "current", number: int = 3) -> Any:
    return [story for story in site.expected() if story.kind == kind][number]


# ---------------------------------------------------------------- nothing new


def test_second_run_over_an_unchanged_site_fetches_lists_only_and_says_so(crawl, path):
    site = Changing()
    first = crawl(site)
    second = crawl(site)

    assert [first.returncode, second.returncode] == [0, 0], second.stderr
    assert given(path, 0) == everything(site)
    assert events(path, 0) == [("published", url) for url in everything(site)]
    assert articles_asked(site) == []
    assert sum(site.asked.values()) == LISTS + 1  # and robots.txt
    known = manifests(path)[-1]["counts"]["known"]
    assert f"INFO: nothing new: {LISTS} lists, {known} articles known, none due" in second.stderr
    assert (given(path), events(path), counts(path)) == ([], [], {"known": known})
    assert [each.name for each in (path / "items").iterdir()] == [manifests(path)[0]["run"]]


def test_full_run_and_that_of_a_named_article_say_what_they_looked_at(crawl, path, known):
    site = Changing()

    full, named = crawl(site, "full=1"), crawl(site, f"url={everything(site)[0]}")

    assert "INFO: nothing new: 9 lists, 0 articles known, 30 looked at again" in full.stderr
    assert "INFO: 0 new, 0 changed, 1 looked at again and unchanged; no list" in named.stderr


def test_what_is_due_is_looked_at_and_gives_no_record_while_it_is_unchanged(crawl, path, known):
    site = Changing()
    make_due(path, "state = 'article'")

    again = crawl(site)

    assert again.returncode == 0, again.stderr
    assert articles_asked(site) == everything(site)
    assert (given(path), events(path)) == ([], [])
    assert counts(path) == {"unchanged": 30, "due": 30, "known": counts(path)["known"]}
    assert "INFO: nothing new: 9 lists, " in again.stderr
    assert "30 of 30 due looked at again" in again.stderr


def test_known_pages_are_looked_at_within_bounds(crawl, path, known):
    site = Changing()
    make_due(path, "state = 'article'")

    crawl(site, REVISIT_LIMIT=7)
    assert len(articles_asked(site)) == 7
    crawl(site, REVISIT_LIMIT=0)
    assert articles_asked(site) == []


def test_the_table_of_intervals_is_what_the_settings_say(crawl, path):
    site = Changing()
    crawl(site, REVISIT="20000d:1h")
    with ledger(path) as db:
        rows = db.execute("SELECT next_due - last_fetch, unchanged FROM pages WHERE state = 'article'").fetchall()
    assert set(rows) == {(3600, 0)}
    make_due(path, "state = 'article'")

    crawl(site, REVISIT='{"20000d": "1h"}')

    with ledger(path) as db:
        rows = db.execute("SELECT next_due - last_fetch, unchanged FROM pages WHERE state = 'article'").fetchall()
    assert set(rows) == {(7200, 1)}


def test_conditional_requests_are_an_option_and_spare_what_is_as_it_was(crawl, path, known, scrapy_run):
    site = Changing()
    story, moved = story_of(site), story_of(site, number=4)
    make_due(path, "state = 'article'")
    crawl(site)
    assert "304" not in manifests(path)[-1]["statuses"]
    make_due(path, "state = 'article'")

    # Behind a redirect the same bytes: 304 says nothing of the page that was asked for.
    elsewhere = "/detail/M0vedHere01"
    there = moved.url.replace(moved.path, elsewhere)
    leads_there = replace(site.page(moved.path), status=301, location=there, body=b"")
    site = Changing(**{story.path: edited, moved.path: leads_there, elsewhere: site.page(moved.path)})
    run = crawl(site, CONDITIONAL_REQUESTS=True)

    assert run.returncode == 0, run.stderr
    assert manifests(path)[-1]["statuses"]["304"] == 29  # 30 but the one that changed
    assert (given(path), events(path)) == ([story.url], [("silently_edited", story.url)])
    assert (counts(path)["changed"], counts(path)["unchanged"]) == (1, 28)
    assert site.asked[there] == 2
    assert scrapy_run("verify", str(path)).returncode == 0
    replayed = scrapy_run("crawl", "kankanews", "-a", f"archive={path}")
    assert replayed.returncode == 0, replayed.stderr
    assert given(path) == everything(site)
    make_due(path, "state = 'article'")
    crawl(site, "full=1", CONDITIONAL_REQUESTS=True)
    assert "304" not in manifests(path)[-1]["statuses"]


# ---------------------------------------------------------------- what changed


def test_a_changed_article_gives_one_record_and_its_events(crawl, path, known):
    site = Changing()
    story = story_of(site)
    make_due(path)
    site = Changing(**{story.path: edited})

    run = crawl(site)

    assert run.returncode == 0, run.stderr
    assert given(path) == [story.url]
    assert events(path) == [("silently_edited", story.url)]
    assert (counts(path)["changed"], counts(path)["unchanged"]) == (1, 29)
    assert "INFO: 0 new, 1 changed, 29 looked at again and unchanged; 9 lists" in run.stderr
    make_due(path)
    crawl(site)
    assert (given(path), events(path)) == ([], [])


def test_an_article_that_goes_and_comes_back_is_told_and_gives_no_record_twice(crawl, path, known):
    site = Changing()
    hard, soft = story_of(site, number=3), story_of(site, number=4)
    gone = replace(site.page(hard.path), status=404, body=b"<html><body>404</body></html>")
    empty = site.page("/about/")
    make_due(path)

    crawl(Changing(**{hard.path: gone, soft.path: empty}))
    assert (given(path), events(path)) == ([], sorted([("gone", hard.url), ("soft_gone", soft.url)]))
    make_due(path)
    crawl(Changing(**{hard.path: gone, soft.path: empty}))
    assert (given(path), events(path)) == ([], [])
    make_due(path)
    crawl(site)
    assert (given(path), events(path)) == ([], sorted([("restored", hard.url), ("restored", soft.url)]))


def test_a_site_that_looks_new_is_no_wave_of_deletions(crawl, path, known):
    site = Changing()
    make_due(path, "state = 'article'")
    empty = site.page("/about/")

    run = crawl(Changing(**{story.path: empty for story in site.expected()}))

    assert events(path) == []
    assert run.returncode == 6
    assert "30 articles shown before, and none now: too many to be gone" in run.stderr
    with ledger(path) as db:
        assert db.execute("SELECT count(*) FROM pages WHERE state = 'article'").fetchone() == (30,)


def test_an_article_that_moved_is_told_once(crawl, path, known):
    site = Changing()
    old, new = story_of(site, number=3), story_of(site, number=4)
    make_due(path)
    moved = replace(site.page(old.path), status=301, location=new.url, body=b"")

    crawl(Changing(**{old.path: moved}))

    assert given(path) == []
    assert ("moved", old.url) in events(path)
    make_due(path)
    crawl(Changing(**{old.path: moved}))
    assert (given(path), events(path)) == ([], [])


# ---------------------------------------------------------------- what could not be had


def test_an_article_that_failed_and_fell_off_the_lists_is_fetched_by_a_later_run(crawl, path):
    site = Changing()
    story = story_of(site)
    down = replace(site.page(story.path), status=503)
    crawl(Changing(**{story.path: down}), RETRY_TIMES=0)
    assert given(path) == [url for url in everything(site) if url != story.url]

    crawl(site)
    assert (given(path), articles_asked(site)) == ([], [])  # not yet: it failed a moment ago
    make_due(path, "state = 'seen'")
    nowhere = {target: site.page("/about/") for target in site.targets() if target == "/" or "/k24" in target}
    lists = {target: (lambda page: site.page("/about/")) for target in nowhere}
    crawl(Changing(**lists))

    assert given(path) == [story.url]
    assert (counts(path)["missed"], counts(path)["new"]) == (2, 1)  # robots.txt forbids the other
    assert sorted(record["canonical_url"] for record in records(path)) == everything(site)


def test_a_run_whose_articles_nearly_all_fail_is_no_good_run(crawl, path):
    site = Changing()
    down = {story.path: replace(site.page(story.path), status=503) for story in site.expected()[1:]}

    run = crawl(Changing(**down), RETRY_TIMES=0)

    assert run.returncode == 6
    assert re.match(r"\d\d of \d\d article pages could not be fetched or read", manifests(path)[-1]["reasons"][0])


def test_an_address_that_always_fails_is_asked_for_less_and_less(crawl, path):
    site = Changing()
    story = story_of(site)
    down = Changing(**{story.path: replace(site.page(story.path), status=503)})
    waits = []
    for _ in range(3):
        crawl(down, RETRY_TIMES=0)
        make_sure = "SELECT next_due - last_fetch FROM pages WHERE url = ?"
        with ledger(path) as db:
            waits.append(db.execute(make_sure, (story.url,)).fetchone()[0])
        make_due(path, "state = 'seen'")

    assert waits == [3600, 7200, 14400]


def test_a_clock_that_was_put_back_hides_nothing(crawl, path, known):
    site = Changing()
    with ledger(path) as db:
        db.execute("UPDATE pages SET last_fetch = last_fetch + 1000000, next_due = NULL WHERE state = 'article'")
        db.execute("UPDATE clock SET seconds = seconds + 1000000")

    run = crawl(site)

    assert "The clock was put back: 30 pages fetched after this moment, due now" in run.stderr
    assert articles_asked(site) == everything(site)
    assert (given(path), counts(path)["unchanged"]) == ([], 30)


# ---------------------------------------------------------------- what a person asks for


def test_full_gives_every_article_and_events_for_changes_only(crawl, path, known):
    site = Changing()
    story = story_of(site)

    run = crawl(Changing(**{story.path: edited}), "full=1")

    assert run.returncode == 0, run.stderr
    assert given(path) == everything(site)
    assert events(path) == [("silently_edited", story.url)]


def test_a_named_article_is_fetched_and_given_however_well_it_is_known(crawl, path, known):
    site = Changing()
    story = story_of(site)

    run = crawl(site, f"url={story.url}")

    assert run.returncode == 0, run.stderr
    assert (given(path), events(path), articles_asked(site)) == ([story.url], [], [story.url])


def test_articles_that_were_too_old_for_one_run_are_given_by_the_next_that_wants_them(crawl, path):
    site = Changing()
    stories = sorted(site.expected(), key=lambda story: story.published_at)
    day = stories[15].published_at.date().isoformat()
    young = sorted(story.url for story in stories if story.published_at.date().isoformat() >= day)
    crawl(site, f"since={day}")
    assert given(path) == young
    crawl(site, f"since={day}")
    assert (given(path), articles_asked(site)) == ([], [])

    crawl(site)

    assert sorted(record["canonical_url"] for record in records(path)) == everything(site)


def test_a_run_from_archives_neither_reads_nor_changes_what_is_known(crawl, path, known, scrapy_run):
    site = Changing()
    with ledger(path) as db:
        before = [db.execute(f"SELECT * FROM {table}").fetchall() for table in ("pages", "versions", "events")]

    run = scrapy_run("crawl", "kankanews", "-a", f"archive={path}")

    assert run.returncode == 0, run.stderr
    assert given(path) == everything(site)
    with ledger(path) as db:
        assert [db.execute(f"SELECT * FROM {table}").fetchall() for table in ("pages", "versions", "events")] == before
    crawl(site)
    assert (given(path), events(path)) == ([], [])


def test_only_a_crawl_of_the_site_is_a_sign_of_life_and_only_news_is_news(crawl, path, known, scrapy_run):
    """Else whoever fetches a page by hand, or reads an archive again, silences the alarm that the timer is dead."""
    site = Changing()
    crawl(site, "full=1")
    first, full = manifests(path)

    crawl(site, f"url={story_of(site).url}")
    scrapy_run("crawl", "kankanews", "-a", f"archive={path}")
    with serving(site) as (connect_to, _):
        scrapy_run("fetch", story_of(site).url, "-s", f"CONNECT_TO={connect_to}")

    later = manifests(path)[2:]
    assert [(run["exit_code"], run["last_success"]) for run in later] == [(0, full["ended"])] * 3
    assert [run["last_new"] for run in (full, *later)] == [first["ended"]] * 4


# ---------------------------------------------------------------- the state itself


def test_a_lost_state_is_made_again_from_the_records(crawl, path, known):
    site = Changing()
    story = story_of(site)
    gone = story_of(site, number=4)
    make_due(path)
    changed = Changing(**{story.path: edited, gone.path: replace(site.page(gone.path), status=410, body=b"gone")})
    crawl(changed)
    with ledger(path) as db:
        versions = db.execute("SELECT id, n, captured FROM versions").fetchall()
        happened = db.execute("SELECT id, at, event FROM events").fetchall()
    for file in path.glob("state.sqlite3*"):
        file.unlink()

    run = crawl(changed)

    assert run.returncode == 0, run.stderr
    assert "does not know 2 runs: reading their feeds" in run.stderr
    assert (given(path), events(path)) == ([], [])
    with ledger(path) as db:
        assert db.execute("SELECT id, n, captured FROM versions").fetchall() == versions
        assert db.execute("SELECT id, at, event FROM events").fetchall() == happened
        assert db.execute("SELECT state FROM pages WHERE url = ?", (gone.url,)).fetchone() == ("gone",)


def test_articles_that_lead_to_each_other_in_a_circle_are_counted_and_asked_for_again(crawl, path):
    site = Changing()
    one, other, third = (story_of(site, number=number) for number in (3, 4, 5))
    rest = [story for story in site.expected() if story not in (one, other, third)]
    circle = {one.path: other.url, other.path: one.url, third.path: one.url}
    pages = {at: replace(site.page(at), status=301, location=url, body=b"") for at, url in circle.items()}
    site.changed = dict(pages)

    run = crawl(site)

    assert given(path) == sorted(story.url for story in rest)
    (manifest,) = manifests(path)
    assert {story.url for story in (one, other, third)} < set(manifest["unparsed"])
    assert "leads to" in run.stderr
    with ledger(path) as db:
        states = dict(db.execute("SELECT url, state FROM pages WHERE failures"))
    assert {story.url: states.get(story.url) for story in (one, other, third)} == dict.fromkeys(
        (one.url, other.url, third.url), "seen"
    )
    make_due(path)

    crawl(Changing(**{third.path: pages[third.path]}))

    assert given(path) == sorted(story.url for story in (one, other))
    with ledger(path) as db:
        assert db.execute("SELECT state FROM pages WHERE url = ?", (third.url,)).fetchone() == ("alias",)


def test_a_collection_from_before_there_was_a_ledger_is_taken_in_and_its_state_kept(crawl, path, known):
    site = Changing()
    with ledger(path) as db:  # as it was then
        for table in ("pages", "versions", "away", "events", "runs", "warcs", "clock", "index_files"):
            db.execute(f"DROP TABLE {table}")
        db.execute("PRAGMA user_version = 0")

    run = crawl(site)

    assert run.returncode == 0, run.stderr
    assert "took in 30 records of earlier runs" in run.stderr
    assert (given(path), events(path)) == ([], [])
    assert (path / "state.sqlite3.v0").exists()


def test_a_state_of_a_newer_version_stops_the_crawl_before_it_begins(crawl, path, known):
    site = Changing()
    with ledger(path) as db:
        db.execute("PRAGMA user_version = 99")

    run = crawl(site)

    assert (run.returncode, sum(site.asked.values())) == (1, 0)
    assert run.stderr.splitlines()[-1].endswith(
        "state.sqlite3: it is of version 99, written by a newer newsspider, and this one knows versions up to 3: "
        "install the newer one again"
    )


# ---------------------------------------------------------------- a run that was killed


def test_parts_of_a_killed_run_are_in_one_manifest_and_their_events_are_found_again(crawl, path, scrapy_run):
    site = Changing()
    crawl(site, PART_ITEMS=8)
    (manifest,) = (path / "runs").glob("*.json")
    killed = manifest.stem
    # As if it had been killed before the ledger had its last batches: no manifest, two of its parts unknown.
    manifest.unlink()
    with ledger(path) as db:
        db.execute("DELETE FROM newest_run")
        db.execute("UPDATE runs SET complete = 0")
        db.execute("UPDATE warcs SET named = 0")
        parts = [path / "items" / killed / f"part-0000{number}.jsonl" for number in (3, 4)]
        lines = [line for part in parts for line in part.read_text(encoding="utf-8").splitlines()]
        for record in map(json.loads, lines):
            db.execute("DELETE FROM versions WHERE id = ?", (record["id"],))
            db.execute("DELETE FROM events WHERE id = ?", (record["id"],))
            db.execute("UPDATE pages SET state = 'seen', id = NULL, captured = NULL WHERE url = ?", (record["url"],))

    run = crawl(site)

    assert run.returncode == 0, run.stderr
    assert given(path) == everything(site)
    assert events(path) == [("published", url) for url in everything(site)]
    (said,) = manifests(path)
    assert said["adopted"]["runs"] == [killed]
    assert [file["name"] for file in said["warcs"]][: len(said["adopted"]["warcs"])] == said["adopted"]["warcs"]
    assert [each.name for each in (path / "items").iterdir()] == [said["run"]]
    assert articles_asked(site) == []
    verified = scrapy_run("verify", str(path))
    assert (verified.returncode, "no faults, no warnings" in verified.stdout) == (0, True), verified.stdout
    with ledger(path) as db:
        assert db.execute("SELECT DISTINCT runs.run FROM versions JOIN runs ON number = versions.run").fetchall() == [
            (said["run"],)
        ]


def test_runs_that_are_killed_one_after_the_other_are_all_told_and_each_once(crawl, path, known, scrapy_run):
    site = Changing()
    killed = [f"20991231T00000000{number}Z-killed" for number in (1, 2)]
    for run in killed:  # each takes over what was left, and comes to no manifest
        with closing(Ledger(path / "state.sqlite3")) as ledger_of_it:
            adopt(Collection(path), ledger_of_it, run)
        (path / "items" / run).mkdir()

    crawl(site)
    (path / "items" / killed[0]).mkdir()  # as if that run had been killed right behind its manifest
    listed = scrapy_run("runs", "kankanews", "--json").stdout.splitlines()
    crawl(site)

    assert [each["adopted"]["runs"] for each in manifests(path)] == [[], killed, []]
    states = [(run["run"], run["state"]) for run in map(json.loads, listed)]
    assert states[1:3] == [(run, "killed") for run in reversed(killed)]
    assert len(states) == 4
    assert not any((path / "items" / run).exists() for run in killed)
