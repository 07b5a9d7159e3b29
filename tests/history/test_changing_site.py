"""Twenty-four articles that change by a script, over five runs of the real command: events exactly as scripted."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from newsspider import sites
from newsspider.collection.collection import Collection
from newsspider.history.chronicle import chronicle, name_of
from newsspider.history.ledger import Ledger
from newsspider.history.recorded import recorded
from newsspider.history.report import as_json
from tests.called import Reached, missed, noting, sites_of
from tests.conftest import ScrapyResult
from tests.event_mutations import EVENT_MUTATIONS, Told
from tests.mutations import Where
from tests.servers.changing import ChangingSite, serving
from tests.servers.script import ACTS, EVENTS, ROLES, by_name, churn, scripted
from tests.test_verify import PROOF, Verified, published, verify
from tests.warcs import manifests


@dataclass(frozen=True, kw_only=True)
class Played:
    """The collection after all runs."""

    runs: list[ScrapyResult]
    path: Path

    @property
    def events(self) -> list[list[dict]]:
        """The events of each run, out of the parts that its manifest names."""
        return [
            [
                json.loads(line)
                for part in manifest["changes_parts"]
                for line in (self.path / "items" / manifest["run"] / part["name"]).read_bytes().splitlines()
            ]
            for manifest in manifests(self.path)
        ]


@pytest.fixture(scope="module")
def scrapy(scrapy_run_in, tmp_path_factory):
    return scrapy_run_in(tmp_path_factory.mktemp("changing"))


@pytest.fixture(scope="module")
def played(scrapy) -> Played:
    site = ChangingSite(ROLES, churn)
    runs = []
    with serving(site) as connect_to:
        for site.act in range(ACTS):
            quickly = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "REQUISITES=")
            runs.append(scrapy("crawl", "kankanews", "-a", "full=1", "-s", f"CONNECT_TO={connect_to}", *quickly))
    return Played(runs=runs, path=runs[0].archive_dir / "kankanews")


def test_the_first_run_sees_every_article_for_the_first_time(played):
    assert by_name(played.events[0]) == scripted(0), played.runs[0].stderr


@pytest.mark.parametrize("run", range(1, ACTS))
def test_every_later_run_tells_what_the_script_says_and_no_more(played, run):
    assert by_name(played.events[run]) == scripted(run), played.runs[run].stderr


def test_log_says_of_an_article_that_is_replaced_that_it_was_one_and_where_its_address_leads(played):
    said = "shows no article any more, as it did before; the end of the run decides"
    home, replaced = url_of("led to the home page"), url_of("404 under a 200")

    assert f"{home} leads to https://www.kankanews.com/, and {said}" in played.runs[3].stderr
    assert f"{replaced} {said}" in played.runs[2].stderr
    assert f"{home} is not an article that can be read" not in "".join(run.stderr for run in played.runs)


def test_at_least_twelve_kinds_of_change_were_played(played):
    assert sum(bool(acts) for _, acts in EVENTS.values()) >= 12


def test_verify_finds_every_event_in_its_captures(played, scrapy):
    result = scrapy("verify", "kankanews", "--json")

    said = json.loads(result.stdout)
    assert (said["findings"], said["counts"]["events"]) == ([], sum(map(len, played.events)))


PUBLISHED = published(PROOF.read_text(encoding="utf-8").partition("### Of events\n")[2].partition("\n### ")[0])


@dataclass
class Laboratory:
    """Makes each mutation of an event once, in a copy, and keeps what verification of its part found, and where."""

    path: Path
    directory: Path
    reached: set[Reached] = field(default_factory=set)
    tried: dict[str, tuple[Where, Verified]] = field(default_factory=dict)

    def try_out(self, name: str) -> tuple[Where, Verified]:
        if name not in self.tried:
            copy = Path(tempfile.mkdtemp(dir=self.directory)) / "kankanews"
            shutil.copytree(self.path, copy)
            where = EVENT_MUTATIONS[name](Told(copy))
            with noting(self.reached):
                self.tried[name] = where, verify(where.file)
            shutil.rmtree(copy)
        return self.tried[name]


@pytest.fixture(scope="module")
def laboratory(played, tmp_path_factory) -> Laboratory:
    return Laboratory(played.path, tmp_path_factory.mktemp("mutated"))


@pytest.mark.parametrize("name", EVENT_MUTATIONS)
def test_verify_tells_of_an_event_that_was_altered(name, laboratory):
    where, verified = laboratory.try_out(name)

    told = "\n".join(map(str, [where, *verified.findings]))
    assert verified.kinds("fault") - {"part"} == PUBLISHED[name].faults, told  # the part's SHA-256 is another too
    assert PUBLISHED[name].warnings <= verified.kinds("warning"), told
    assert any(where.is_named_by(each.place) for each in verified.findings), told


def test_list_of_mutations_of_events_is_published():
    assert set(PUBLISHED) == set(EVENT_MUTATIONS)


def test_whatever_can_be_said_of_an_event_is_said_for_some_mutation(laboratory):
    for name in EVENT_MUTATIONS:
        laboratory.try_out(name)

    assert missed(sites_of("events"), laboratory.reached) == []


# ------------------------------------------------------------------------------------------ scrapy history


def history(scrapy, *arguments: str) -> ScrapyResult:
    return scrapy("history", *arguments)


def url_of(name: str) -> str:
    return ROLES[name].story.url


def test_history_shows_versions_events_and_words(played, scrapy):
    result = history(scrapy, url_of("edited without a word"))

    assert result.returncode == 0, result.stderr
    story = ROLES["edited without a word"].story
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[0] == story.title
    assert lines[2] == "2 versions, 2 events"
    assert f"{story.paragraphs[0]}{{+这是后来添上的一句。+}}" in lines
    assert "silently edited: the text changed, and the page says nothing of it" in lines
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize("form", ["{id}", "kankanews:{id}", "http://kankanews.com/detail/{id}?appid=1#top",
                                  " https://www.kankanews.com/detail/{id}/ "])  # fmt: skip
def test_history_knows_an_article_by_any_name(played, scrapy, form):
    story = ROLES["another headline"].story

    result = history(scrapy, form.format(id=story.page_id), "--json")

    said = json.loads(result.stdout)
    assert (said["id"], said["title"]) == (f"kankanews:{story.page_id}", "另一个标题")
    assert [[event["event"] for event in moment["events"]] for moment in said["moments"]] == [
        ["published"],
        ["headline_changed"],
    ]
    spans = said["moments"][1]["comparison"]["title"]
    assert "".join(text for operation, text in spans if operation != "inserted") == story.title
    assert "".join(text for operation, text in spans if operation != "deleted") == "另一个标题"


def test_history_tells_of_an_article_that_came_back_with_an_edit(played, scrapy):
    said = json.loads(history(scrapy, url_of("restored with an edit"), "--json").stdout)

    assert [[event["event"] for event in moment["events"]] for moment in said["moments"]] == [
        ["published"],
        ["gone"],
        ["restored", "silently_edited"],
    ]
    assert [moment["version"] and moment["version"]["n"] for moment in said["moments"]] == [1, None, 2]


def test_history_as_a_page_needs_nothing_but_itself(played, scrapy, tmp_path):
    page = tmp_path / "history.html"

    result = history(scrapy, url_of("headline and text"), "--html", str(page))

    html = page.read_text(encoding="utf-8")
    assert (result.returncode, result.stdout) == (0, f"{page}: 2 versions, 3 events\n")
    assert "<ins>这是后来添上的一句。</ins>" in html
    assert re.findall(r"<script|<link|<img|url\(|@import|\son\w+=", html) == []
    assert set(re.findall(r'(?:src|href)="([^"]*)"', html)) == {url_of("headline and text")}


def test_since_lists_what_happened_everywhere(played, scrapy):
    everything = history(scrapy, "--since", "1d")
    as_lines = history(scrapy, "--since", "1d", "--json")
    nothing = history(scrapy, "--since", "2999-01-01")

    events = [event for run in played.events for event in run]
    assert len(as_lines.stdout.splitlines()) == len(events)
    assert sum("  silently edited  " in line for line in everything.stdout.splitlines()) == sum(
        event["event"] == "silently_edited" for event in events
    )
    assert nothing.stdout == "since 2998-12-31 16:00 UTC: nothing happened\n"


def test_since_names_the_collection_of_each_event_and_leaves_the_demo_out(played, scrapy):
    demo, other = (played.path.with_name(name) for name in ("demo", "other"))
    try:
        for copy in (demo, other):
            shutil.copytree(played.path, copy)
        both = history(scrapy, "--since", "1d").stdout.splitlines()
        one = history(scrapy, "--since", "1d", "other").stdout.splitlines()
        its_own = history(scrapy, "--since", "1d", "demo").stdout.splitlines()
    finally:
        for copy in (demo, other):
            shutil.rmtree(copy)

    assert {line.split()[0] for line in both[:-2]} == {"kankanews", "other"}
    assert both[-1] == "The demo's articles are left out: scrapy history --since TIME demo"
    assert len(both) - 2 == 2 * (len(one) - 1) == 2 * (len(its_own) - 1)


@pytest.mark.parametrize("hours", [-12, 8])
def test_since_means_the_same_moment_in_every_zone(played, scrapy, hours):
    """Runs are named in UTC."""
    moment = min(datetime.fromisoformat(event["at"]) for event in played.events[1])
    later = [event for run in played.events for event in run if datetime.fromisoformat(event["at"]) >= moment]

    since = moment.astimezone(timezone(timedelta(hours=hours))).isoformat()
    told = history(scrapy, "--since", since, "--json").stdout.splitlines()

    assert len(told) == len(later) > len(played.events[-1])


def test_since_long_before_the_first_run_lists_everything(played, scrapy):
    told = history(scrapy, "--since", "0900-01-01", "--json").stdout.splitlines()

    assert len(told) == sum(map(len, played.events))


def test_a_damaged_part_is_named_and_what_other_runs_saw_is_listed(played, scrapy):
    part = min((played.path / "items").glob("*/changes-*.jsonl"))
    whole = part.read_bytes()
    part.write_bytes(whole[:-20])
    try:
        result = history(scrapy, "--since", "1d", "--json")
    finally:
        part.write_bytes(whole)

    assert result.returncode == 1
    assert len(result.stdout.splitlines()) == sum(map(len, played.events[1:]))
    assert re.fullmatch(rf"scrapy history: {re.escape(str(part))}, line \d+: .+\n", result.stderr)


def test_what_runs_recorded_is_what_todays_parser_reads_in_the_pages(played):
    collection = Collection(played.path)
    ids = sorted({event["id"] for run in played.events for event in run})
    with closing(Ledger.reading(collection.state_path)) as ledger:
        told = {
            read: {each: as_json(chronicle(collection, ledger, name_of(each), each, read=read)) for each in ids}
            for read in (False, True)
        }

    assert len(ids) > 20
    assert told[False] == told[True]


def test_history_of_an_article_is_told_without_the_parser(played):
    """It takes most of the time that the command would take."""
    program = (
        "import sys; from newsspider.commands.__main__ import main; ended = main(sys.argv[1:]); "
        "sys.exit(ended or 'newsspider.parsing.article' in sys.modules)"
    )
    command = (sys.executable, "-c", program, "history", url_of("edited again and again"), "--in", str(played.path))

    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "[-这是后来添上的-]{+又+}一句。" in ended.stdout


@pytest.fixture
def version(played, tmp_path):
    """The parts and the manifest of the first run, copied; of a version in it the capture and the parser's version."""
    collection = Collection(played.path)
    with closing(Ledger.reading(collection.state_path)) as ledger:
        first = next(iter(ledger.versions(played.events[0][0]["id"])))
    parts = Path(shutil.copytree(collection.items_dir / first.run, tmp_path / "items" / first.run))
    (tmp_path / "runs").mkdir()
    shutil.copy(played.path / "runs" / f"{first.run}.json", tmp_path / "runs")
    return parts, first.seen.where, sites.load("kankanews").parser_version


def test_a_record_is_found_by_its_capture(version):
    parts, where, parser = version

    assert (found := recorded(parts, where, parser)) is not None
    assert found.archive == where


def test_a_record_by_another_parser_is_not_taken_for_what_todays_reads(version):
    parts, where, parser = version

    assert recorded(parts, where, f"{parser}.1") is None


def test_a_record_of_another_place_in_the_archive_is_not_taken(version):
    parts, where, parser = version

    assert recorded(parts, replace(where, offset=where.offset + 1), parser) is None


def test_a_record_that_cannot_be_read_is_left_to_its_page(version):
    parts, where, parser = version
    manifest = parts.parent.parent / "runs" / f"{parts.name}.json"
    for part in parts.glob("part-*.jsonl"):
        before = part.read_bytes()
        part.write_bytes(before.replace(b'"title":', b'"tittle":'))
        digests = [hashlib.sha256(data).hexdigest() for data in (before, part.read_bytes())]
        manifest.write_text(manifest.read_text(encoding="utf-8").replace(*digests), encoding="utf-8")

    assert recorded(parts, where, parser) is None


def test_a_warc_file_that_is_away_is_named_and_the_rest_is_shown(played, scrapy):
    first = min((played.path / "archive").glob("*.warc.gz"))
    elsewhere = first.rename(played.path / first.name)
    try:
        result = history(scrapy, url_of("edited again and again"))
    finally:
        elsewhere.rename(first)

    assert result.returncode == 0
    assert f"not shown: version 1 cannot be read: {first}" in result.stdout
    assert "[-这是后来添上的-]{+又+}一句。" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["https://www.kankanews.com/detail/N0bodyKnows"], "no run has seen this article"),
        (["https://example.org/a"], "kankanews nor the id of a record"),
        (["what is this"], "kankanews nor the id of a record"),
        (["kankanews:LMwVGgj402z", "-s", "COLLECTION=other"], "no collection 'other' in"),
        ([url_of("source"), "--html", "not/there/x.html"], "--html not/there/x.html: cannot be written"),
        (["--since", "0001-01-01"], "neither a span nor a date"),
        (["--since", "yesterday"], "neither a span nor a date"),
        (["--since", "1d", "--html", "x.html"], "--html is a page about one article"),
        ([], "takes one article, or --since and a collection"),
    ],
)
def test_what_cannot_be_shown_is_said(played, scrapy, arguments, message):
    result = history(scrapy, *arguments)

    assert result.returncode != 0
    assert message in result.stderr + result.stdout
    assert "Traceback" not in result.stderr
