"""What a run tells others: a page for a person, figures for a monitor, a notice of a bad verdict, a list of runs."""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from newsspider.collection.collection import Collection
from newsspider.collection.lock import locked
from newsspider.crawl.extensions.pace import Timeline
from newsspider.record.events import Altered, Event
from newsspider.record.items import Locator, as_record
from newsspider.runs import index, notice
from newsspider.runs.advice import no_record
from newsspider.runs.changed import Changed
from newsspider.runs.listing import list_runs
from newsspider.runs.page import as_html
from newsspider.runs.prometheus import as_text
from newsspider.runs.tally import Tally
from newsspider.runs.verdict import Verdict
from tests.given_back import given_back
from tests.warcs import manifests

if TYPE_CHECKING:
    from collections.abc import Iterator

QUICKLY = ("-s", "DOWNLOAD_DELAY=0.001", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "LOG_LEVEL=ERROR")


@pytest.fixture(scope="module")
def ran(scrapy_run_in, demo_site, tmp_path_factory):
    """A good run, with figures for Prometheus; the directory that it ran in, and its manifest."""
    directory = tmp_path_factory.mktemp("ran")
    (directory / "textfiles").mkdir()
    run = scrapy_run_in(directory)(
        "crawl", "kankanews", "-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY,
        "-s", f"PROMETHEUS_TEXTFILE={directory / 'textfiles'}",
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    (manifest,) = manifests(run.archive_dir / "kankanews")
    return directory, manifest


@pytest.fixture
def manifest(ran):
    """The manifest of that run, to be changed."""
    return deepcopy(ran[1])


def figures(text: str) -> dict[str, float]:
    """Read Prometheus' text format: ``name{labels}`` -> value; the labels of the run itself are left out."""
    read = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            series, value = re.fullmatch(r'(\w+\{collection="\w+",spider="\w+"(?:,.*)?\}) (\S+)', line).groups()
            read[re.sub(r'collection="\w+",spider="\w+",?', "", series)] = float(value)
    return read


# ---------------------------------------------------------------- the page


class Page(HTMLParser):
    """The elements of a page, and what they would load or lead to."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: set[str] = set()
        self.loads: list[str] = []
        self.leads: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        for name, value in attributes:
            assert not name.startswith("on")
            if name == "href":
                self.leads.add(value)
            elif name in ("src", "srcset", "data", "action", "poster"):
                self.loads.append(value)


def test_every_run_has_a_page_that_needs_nothing_but_itself(ran):
    directory, manifest = ran
    (report,) = (directory / "archives" / "kankanews" / "reports").glob("2*.html")
    text = report.read_text(encoding="utf-8")
    page = Page(text)

    assert report.name == f"{manifest['run']}.html"
    assert page.loads == []
    assert page.tags.isdisjoint({"script", "link", "iframe", "object", "embed", "img", "form", "base"})
    assert "url(" not in text
    assert "@import" not in text
    assert text.index("<h1>Done</h1>") < text.index("<h2>Pace</h2>")
    assert "https://www.kankanews.com/detail/N0tF0undPag" in page.leads  # an error's example


def test_reports_have_a_list_that_leads_to_each_of_them(ran, tmp_path):
    directory, manifest = ran
    written = (directory / "archives" / "kankanews" / "reports" / "index.html").read_text(encoding="utf-8")
    collection = Collection(tmp_path / "<b>c")
    for path in (collection.runs_dir, collection.reports_dir):
        path.mkdir(parents=True)
    said = manifest | {"exit_code": 6, "reasons": ["not in https://news.example/<b>"]}
    months = [f"2024{month:02}{day:02}T000000000Z-a" for month in (1, 2) for day in range(1, 29)]
    days = [f"2026{month:02}{day:02}T000000000Z-a" for month in range(1, 5) for day in range(1, 26)]
    for run in (*months, *days):
        (collection.reports_dir / f"{run}.html").write_text("", encoding="utf-8")
        (collection.runs_dir / f"{run}.json").write_text(json.dumps(said), encoding="utf-8")

    text = index.as_html(collection)
    page = Page(text)

    assert f'href="{manifest["run"]}.html"' in written
    assert page.leads == {f"{run}.html" for run in (*months, *days)}
    assert text.count("not in https://news.example/&lt;b&gt;") == len(days)
    assert "2024-01 (28)" in text
    assert page.loads == []


def test_page_of_a_bad_run_says_first_why(manifest):
    manifest |= {"exit_code": 5, "reasons": ["no list page could be read"]}

    text = as_html(manifest)

    assert text.index("<h1>Too few articles were found</h1>") < text.index("<li>no list page could be read</li>")
    assert text.index("<li>no list page could be read</li>") < text.index("<svg")


def test_text_of_a_hostile_site_is_only_text(manifest):
    evil = "</style></svg><script>alert(1)</script><img src=x onerror=alert(1)>\" onload='x'"
    manifest["errors"] = [{"kind": evil, "count": 1, "examples": [{"url": evil, "said": evil}]}]
    manifest["changes"] = [{"event": evil, "count": 1, "examples": [{"url": evil, "said": evil}]}]
    manifest["unparsed"] = ["javascript:alert(1)", f"https://news.example/{evil}"]
    manifest["reasons"] = [evil]
    manifest["statuses"] = {evil: 1}
    manifest["hosts"] = {evil: 1}
    manifest["witnesses"] = {evil: {evil: 1}}
    manifest["lists"]["empty"] = [evil]
    manifest["ledger"]["outcomes"] = [{"of": evil, "outcome": evil, "kind": evil, "count": 1, "example": evil}]
    manifest["ledger"]["never"] = manifest["ledger"]["twice"] = [evil]
    manifest["spider"] = manifest["collection"] = evil

    page = Page(as_html(manifest))

    assert page.loads == []
    assert page.tags.isdisjoint({"script", "img"})
    captures = {url for url in page.leads if url.startswith("http://127.0.0.1:8080/")}
    assert page.leads - captures == {f"https://news.example/{evil}", "index.html"}
    assert [url for url in captures if set(url) & set("<>\"'")] == []


def test_page_shows_the_fields_past_by_day_as_soon_as_there_are_days(manifest):
    run = Tally.of(manifest)
    hourly = [replace(run, ended=run.ended - timedelta(hours=hours)) for hours in range(1, 24 * 5)]

    days = as_html(manifest, hourly)
    assert "last 6 days" in days or "last 5 days" in days  # by the hour of the run
    assert "last 2 runs" in as_html(manifest, hourly[:1])
    assert '<th class="optional">this run<th' in as_html(manifest, [replace(each, scope=None) for each in hourly])


def test_page_shows_how_the_requests_ended_and_which_did_not(manifest):
    manifest["ledger"] = {
        "asked": 1201,
        "ended": 1200,
        "outcomes": [
            {"of": "article", "outcome": "record", "kind": None, "count": 1199, "example": "https://news.example/1"},
            {"of": "article", "outcome": "failure", "kind": "HTTP 302", "count": 1, "example": "https://news.example/2"},
        ],
        "never": ["https://news.example/3"],
        "never_count": 1,
        "twice": [],
        "twice_count": 0,
    }

    text = as_html(manifest)

    assert "1,201 requests asked, 1,200 ended" in text
    rows = re.findall(r"<tr><th>article</th><td>(.*?)</td><td[^>]*>(.*?)</td><td[^>]*><a href=\"(.*?)\"", text)
    assert rows == [
        ("record", "1,199", "https://news.example/1"), ("failure: HTTP 302", "1", "https://news.example/2")
    ]  # fmt: skip
    assert re.search(r"Never ended.*news.example/3", text)
    assert "Ended twice" not in text


def test_page_of_a_run_from_before_requests_were_counted_is_a_page(manifest):
    del manifest["ledger"]

    assert "How the requests ended" not in as_html(manifest)
    assert "newsspider_requests" not in as_text(manifest)


def test_page_of_a_run_that_met_nothing_is_a_page(manifest):
    manifest |= {"pace": None, "witnesses": {}, "errors": [], "statuses": {}, "hosts": {}}

    assert "<h2>Errors</h2><p>None.</p>" in as_html(manifest)


def test_page_tells_what_happened_to_articles_with_the_first_of_them(manifest):
    changed = Changed()
    for number in range(9):
        changed.add(event("headline_changed", number, title=Altered(before="旧标题", after=f"新标题{number}")))
    changed.add(event("gone", 7))

    manifest["changes"] = as_record(changed.as_manifest())
    text = as_html(manifest)

    assert [(each["event"], each["count"]) for each in manifest["changes"]] == [("headline_changed", 9), ("gone", 1)]
    assert manifest["changes"][1]["examples"] == [{"url": "https://news.example/7", "said": None}]
    assert [f"新标题{number}" in text for number in (0, 4, 5)] == [True, True, False]
    assert text.index("What happened to articles") < text.index("Errors, after all retries")


def event(name: str, number: int, **changed: Altered) -> Event:
    return Event(
        event=name, id=f"news:{number}", site="news", url=f"https://news.example/{number}", changed=changed, run="r",
        parser_version="1", at=datetime(2026, 1, 30, tzinfo=UTC),
        after=Locator(warc="a.warc.gz", offset=0, length=1, record_id=None),
    )  # fmt: skip


# ---------------------------------------------------------------- the pace


def test_pace_of_a_long_run_is_told_in_as_many_points_as_that_of_a_short_one():
    timeline = Timeline()
    for second in range(86_400):
        timeline.add(second + 0.25, 1000, 0.1 if second % 10 else 2.0)
    pace = timeline.as_manifest()

    assert 60 <= len(pace.pages) <= 120
    assert sum(pace.pages) == 86_400
    assert sum(pace.bytes) == 86_400_000
    assert pace.interval * len(pace.pages) >= 86_400
    assert all(100 <= wait <= 110 for wait in pace.median_ms)
    assert all(2000 <= wait <= 2200 for wait in pace.slow_ms)


def plots(manifest: dict) -> dict[str, str]:
    """The plots over time on the page of a run, as SVG, by what a screen reader says of them."""
    return dict(re.findall(r'<svg class="plot"[^>]* aria-label="([^"]+)">(.*?)</svg>', as_html(manifest)))


def test_answers_bytes_and_waiting_time_are_drawn_over_time(manifest):
    manifest["pace"] = {
        "interval": 2.0, "pages": [4, 0, 2], "bytes": [1_000_000, 0, 500_000], "median_ms": [5, None, 7],
        "slow_ms": [9, 8, 7],
    }  # fmt: skip

    drawn = plots(manifest)

    assert list(drawn) == ["Answers a second over the run", "Bytes a second over the run", "Waiting time over the run"]
    assert drawn["Bytes a second over the run"].count("<rect ") == 2
    assert ">500 kB</text>" in drawn["Bytes a second over the run"]
    manifest["pace"]["bytes"][0] *= 2
    assert ">1 MB</text>" in plots(manifest)["Bytes a second over the run"]
    assert [drawn["Waiting time over the run"].count(each) for each in ("<polyline ", "<circle ")] == [1, 2]


def test_waiting_time_of_a_run_of_half_a_second_can_be_seen(manifest):
    manifest["pace"] = {"interval": 0.5, "pages": [9], "bytes": [9], "median_ms": [5], "slow_ms": [8]}

    waiting = plots(manifest)["Waiting time over the run"]

    assert waiting.count("<circle ") == 2
    assert "<polyline " not in waiting


# ---------------------------------------------------------------- Prometheus


def test_figures_for_prometheus_are_those_of_the_manifest(ran):
    directory, manifest = ran
    (textfile,) = (directory / "textfiles").iterdir()
    read = figures(textfile.read_text(encoding="utf-8"))

    assert textfile.name == "newsspider-kankanews.prom"
    assert read["newsspider_exit_code{}"] == 0
    assert read['newsspider_count{what="articles"}'] == manifest["counts"]["articles"] == 40
    assert read['newsspider_errors{kind="HTTP 404"}'] == 1
    assert read['newsspider_witness_share{field="page_title",witness="title"}'] == 1
    assert read['newsspider_requests_ended{of="article",outcome="record",kind=""}'] == 40
    assert read['newsspider_requests_ended{of="article",outcome="failure",kind="HTTP 404"}'] == 1
    total = sum(count for name, count in read.items() if name.startswith("newsspider_requests_ended{"))
    assert total == read["newsspider_requests_asked{}"] == manifest["ledger"]["asked"]
    ended = read["newsspider_last_run_timestamp_seconds{}"]
    assert read["newsspider_last_success_timestamp_seconds{}"] == ended > 1.7e9


def test_dead_man_figure_stays_where_the_last_good_run_put_it(ran, scrapy_run_in, tmp_path):
    directory, manifest = ran
    before = figures(as_text(manifest))
    own = tmp_path / "own.prom"

    with given_back(directory / "archives"):
        failed = scrapy_run_in(directory)(
            "crawl", "kankanews", "-s", "CONNECT_TO=www.kankanews.com:443:127.0.0.1:9", "-s", "RETRY_TIMES=0", *QUICKLY,
            "-s", f"PROMETHEUS_TEXTFILE={own}",
        )  # fmt: skip

    assert failed.returncode == 5
    after = figures(own.read_text(encoding="utf-8"))
    assert after["newsspider_exit_code{}"] == 5
    assert after["newsspider_last_run_timestamp_seconds{}"] > before["newsspider_last_run_timestamp_seconds{}"]
    for kept in ("newsspider_last_success_timestamp_seconds{}", "newsspider_last_new_timestamp_seconds{}"):
        assert after[kept] == before[kept]


# ---------------------------------------------------------------- the notice


@contextmanager
def webhook(status: int = 200, *, credentials: str | None = None) -> Iterator[tuple[str, list[dict]]]:
    """Take notices from whoever has the *credentials*; yield the address and what came."""
    taken = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status if self.headers["Authorization"] == credentials else 401)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/hooks/s3cret", taken
        server.shutdown()


def test_bad_verdict_is_told_by_webhook_and_to_a_program_and_a_good_one_to_nobody(scrapy_run, demo_site, tmp_path):
    told, copy = tmp_path / "told.json", "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"
    with webhook() as (address, taken):
        whom = ("-s", f"VERDICT_WEBHOOK={address}", "-s", f'VERDICT_COMMAND="{sys.executable}" -c "{copy}" "{told}"')
        good = scrapy_run("crawl", "kankanews", "-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY, *whom)
        assert (good.returncode, taken, told.exists()) == (0, [], False)

        nowhere = ("-s", "CONNECT_TO=www.kankanews.com:443:127.0.0.1:9", "-s", "RETRY_TIMES=0")
        bad = scrapy_run("crawl", "kankanews", *nowhere, *QUICKLY, *whom)

    assert bad.returncode == 5
    run = manifests(bad.archive_dir / "kankanews")[-1]["run"]
    advice = [line.removeprefix("scrapy crawl: ") for line in bad.stderr.splitlines()[-2:]]
    assert advice[0].startswith("No list page of the site could be read, so no new article was found. The run wrote no")
    (reason,) = manifests(bad.archive_dir / "kankanews")[-1]["reasons"]
    assert reason.startswith("no list page could be read: robots.txt cannot be fetched: Connection was refused")
    assert taken == [json.loads(told.read_bytes())] == [
        {
            "schema_version": "1.0",
            "collection": "kankanews",
            "spider": "kankanews",
            "run": run,
            "exit_code": 5,
            "reasons": [reason],
            "advice": advice,
            "manifest": str(bad.archive_dir / "kankanews" / "runs" / f"{run}.json"),
            "report": str(bad.archive_dir / "kankanews" / "reports" / f"{run}.html"),
            "text": f"kankanews: the crawl ended with 5: {advice[0]}\n{advice[1]}",
        }
    ]
    assert "s3cret" not in bad.stderr


def test_crawl_that_cannot_start_is_told_too(scrapy_run, tmp_path):
    told, copy = tmp_path / "told.json", "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"

    run = scrapy_run(
        "crawl", "kankanews", "-s", f"ARCHIVE_DIR={__file__}", *QUICKLY,
        "-s", f'VERDICT_COMMAND="{sys.executable}" -c "{copy}" "{told}"',
    )  # fmt: skip

    said = json.loads(told.read_bytes())
    assert run.returncode == said["exit_code"] == 4
    assert said["run"] is None
    assert run.stderr == f"scrapy crawl: {said['reasons'][0]}\n"


def test_notice_has_no_secret_in_it():
    url = "https://a.example/?token=hunter2"
    verdict = Verdict(exit_code=6, reasons=(f"not in {url}",), advice=(no_record([url]),))

    said = notice.notice(collection="c", spider="s", verdict=verdict, run=None, files={})

    assert said["reasons"] == ["not in https://a.example/?token=***"]
    assert said["advice"][-1] == "  No record of: https://a.example/?token=***"
    assert "hunter2" not in said["text"]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_webhook_that_does_not_take_a_notice_is_told_without_its_secret(status):
    with webhook(status) as (address, taken), pytest.raises(notice.NoticeError) as caught:
        notice.post(address, {"exit_code": 5})

    assert str(caught.value) == f"VERDICT_WEBHOOK (127.0.0.1) did not get the verdict: it answered {status}"
    assert taken == [{"exit_code": 5}]


@pytest.mark.parametrize(
    ("user", "credentials"),
    [
        ("ada:hunter2@", "Basic YWRhOmh1bnRlcjI="),
        ("ada:a%40b%3Ac@", "Basic YWRhOmFAYjpj"),  # escaped in the address, and not for the server
        ("ada@", "Basic YWRhOg=="),
        ("", None),
    ],
)
def test_webhook_with_a_user_and_a_password_gets_them_as_browsers_send_them(user, credentials):
    with webhook(credentials=credentials) as (address, taken):
        notice.post(address.replace("//", f"//{user}"), {"exit_code": 5})

    assert taken == [{"exit_code": 5}]


@pytest.mark.parametrize(
    ("command", "problem"),
    [("false", "it ended with 1"), ("sh -c 'sleep 60 & sleep 60'", "it took more than 0.2 s")],
)
def test_program_that_fails_or_hangs_holds_up_nobody(command, problem, monkeypatch):
    monkeypatch.setattr(notice, "_SECONDS", 0.2)

    with pytest.raises(notice.NoticeError, match=re.escape(problem)):
        notice.run(command, {"exit_code": 5})


def test_webhook_that_hangs_holds_up_nobody(monkeypatch):
    monkeypatch.setattr(notice, "_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(notice.NoticeError, match=r"127\.0\.0\.1"):
        notice.post(f"http://127.0.0.1:{silent.getsockname()[1]}/", {})


def test_nothing_of_a_notice_reaches_a_shell(tmp_path):
    taken, code = tmp_path / "taken", "import sys; open(sys.argv[1], 'w').write(sys.stdin.read() + str(sys.argv[2:]))"

    notice.run(f'"{sys.executable}" -c "{code}" "{taken}" ; touch $HOME `id` > never', {"text": "$(touch never)"})

    assert taken.read_text(encoding="utf-8") == (
        """{"text": "$(touch never)"}[';', 'touch', '$HOME', '`id`', '>', 'never']"""
    )


# ---------------------------------------------------------------- the list


def test_runs_are_listed_newest_first_with_those_that_were_killed(ran, scrapy_run_in):
    directory, manifest = ran
    scrapy_runs = scrapy_run_in(directory)
    killed = directory / "archives" / "kankanews" / "items" / "20250101T000000000Z-killed"
    killed.mkdir(exist_ok=True)

    listed = [json.loads(line) for line in scrapy_runs("runs", "kankanews", "--json").stdout.splitlines()]
    table = scrapy_runs("runs").stdout

    assert [run["run"] for run in listed] == sorted((run["run"] for run in listed), reverse=True)
    assert (listed[-1]["run"], listed[-1]["state"], listed[-1]["exit_code"]) == (killed.name, "killed", None)
    (first,) = [run for run in listed if run["run"] == manifest["run"]]
    assert (first["state"], first["exit_code"], first["articles"], first["reasons"]) == ("complete", 0, 40, [])
    begun = f"{datetime.fromisoformat(manifest['started']):%Y-%m-%d %H:%M}"
    counts = manifest["counts"]
    cells = [begun, "live", 0, 40, *(counts[name] for name in ("new", "changed", "gone", "failed", "requests"))]
    assert re.search(rf"^kankanews +{' +'.join(map(str, cells))} +.* {manifest['run']}$", table, re.MULTILINE)
    assert re.search(rf"^kankanews +2025-01-01 00:00 +– +killed .* {killed.name}$", table, re.MULTILINE)
    assert (first["collection"], first["kind"], first["gone"], first["advice"]) == ("kankanews", "live", 0, [])
    assert len(scrapy_runs("runs", "kankanews", "-n", "1", "--json").stdout.splitlines()) == 1


def test_run_that_is_not_killed_but_running_is_listed_so(tmp_path):
    collection = Collection(tmp_path / "c")
    for run in ("20260101T000000000Z-a", "20260102T000000000Z-b"):
        (collection.items_dir / run).mkdir(parents=True)
    collection.runs_dir.mkdir()
    (collection.runs_dir / "20260103T000000000Z-c.json").write_text("[]", encoding="utf-8")

    with locked(collection.lock_path):
        states = [run.state for run in list_runs(collection)]

    assert states == ["damaged", "running", "killed"]
    assert [run.state for run in list_runs(collection)] == ["damaged", "killed", "killed"]


@pytest.mark.parametrize(
    "damage",
    [{"counts": {"articles": "many", "requests": 1}}, {"counts": 0}, {"started": 7}, {"reasons": 0}, {"adopted": []}],
)
def test_manifest_that_says_nonsense_is_listed_as_damaged(damage, ran, tmp_path):
    _, manifest = ran
    collection = Collection(tmp_path / "c")
    collection.runs_dir.mkdir(parents=True)
    for run, said in (("20260101T000000000Z-a", manifest), ("20260102T000000000Z-b", manifest | damage)):
        (collection.runs_dir / f"{run}.json").write_text(json.dumps(said), encoding="utf-8")

    assert [run.state for run in list_runs(collection)] == ["damaged", "complete"]


def test_list_of_runs_does_not_obey_what_a_reason_says(ran, scrapy_run):
    _, manifest = ran
    runs = scrapy_run("runs").archive_dir / "kankanews" / "runs"
    runs.mkdir(parents=True)
    said = manifest | {"exit_code": 6, "reasons": ["not in https://news.example/\x1b[2J\nno"]}
    (runs / f"{manifest['run']}.json").write_text(json.dumps(said), encoding="utf-8")

    assert r"    not in https://news.example/\x1b[2J\nno" in scrapy_run("runs").stdout.splitlines()


def test_runs_of_all_collections_are_one_list_with_kinds_and_what_is_gone_and_without_the_demo(ran, scrapy_run):
    _, manifest = ran
    archives = scrapy_run("runs").archive_dir
    named = {**manifest["scope"], "listed": False}
    gone = [{"event": event, "count": 2, "examples": []} for event in ("gone", "soft_gone", "edited")]
    archived = {"archives": ["a"], "at": None, "unreadable": 0, "missing": []}
    for collection, day, said in (
        ("one", 1, {}), ("two", 2, {"source": archived}), ("one", 3, {"scope": named}), ("two", 4, {"scope": None}),
        ("one", 5, {"changes": gone}), ("demo", 6, {}),
    ):  # fmt: skip
        path = archives / collection / "runs" / f"2026010{day}T000000000Z-a.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(manifest | said), encoding="utf-8")

    listed = [json.loads(line) for line in scrapy_run("runs", "--json").stdout.splitlines()]
    table = scrapy_run("runs", "-n", "2").stdout.splitlines()

    assert [(run["collection"], run["kind"], run["gone"]) for run in listed] == [
        ("one", "live", 4), ("two", "fetch", 0), ("one", "urls", 0), ("two", "archive", 0), ("one", "live", 0),
    ]  # fmt: skip
    assert [line.split()[0] for line in table[1:-1] if not line.startswith(" ")] == ["one", "two"]
    assert table[-1] == "The demo's runs are left out: scrapy runs demo"
    assert scrapy_run("runs", "demo").stdout.count("\ndemo ") == 1


def test_collection_that_is_not_there_is_named(scrapy_run):
    run = scrapy_run("runs", "nosuch")

    assert run.returncode == 1
    assert run.stderr.startswith("scrapy runs: no collection 'nosuch' in")


def test_directory_of_collections_that_is_not_there_is_named(scrapy_run, tmp_path):
    for command in (["runs"], ["history", "--since", "1d"]):
        run = scrapy_run(*command, "-s", f"ARCHIVE_DIR={tmp_path / 'slip'}")

        assert run.returncode == 1
        assert f"no collection in {tmp_path / 'slip'}; there is none yet" in run.stderr
