"""Whatever a server does to it, a crawl ends in time, tells of it, keeps what came, and gets the rest.

The real command, at a server whose every byte is known; what is promised of each fault is in ``faults.py``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sqlite3
import ssl
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from newsspider.demo.certificate import server_context
from newsspider.demo.stories import BASE, HOST
from tests import faults
from tests.conftest import PROJECT
from tests.faults import ARTICLES, FAULTY, HOSTS, KNOWN, SETTINGS, SOUND, STORIES, TRIES, Fault, HostFault
from tests.patience import HUNG
from tests.servers.cases import Case, Then
from tests.servers.wire import NOT_FOUND, WireServer
from tests.warcs import Kept, feed_lines, manifests, of_url, read_warcs, records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import ScrapyRun
    from tests.loaded import LoadedScrapy

TIMEOUT = float(SETTINGS["DOWNLOAD_TIMEOUT"])
BOUND = HUNG + TRIES * (len(ARTICLES) * TIMEOUT + 2 * 2)
"""Seconds in which the crawl of all faults is over, though each waited its time out, one after the other."""
NOT_OURS = "another.invalid:443:127.0.0.1:9"
"""Leads no host of the crawl elsewhere; without any CONNECT_TO, one is refused a collection that was made with it."""
MEMORY = 256 << 10
"""KiB that a crawl may take: less than the bomb has, unpacked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """How a crawl ended."""

    code: int
    said: str
    peak: int | None
    """KiB that it took at most; None where nobody counted."""
    path: Path
    """Its collection."""
    manifest: dict


class Crawl(Protocol):
    def __call__(
        self, path: Path, connect_to: str, *arguments: str, timeout: float = HUNG, env: Any = (), **settings: object
    ) -> Crawled: ...


@pytest.fixture(scope="session")
def crawl(loaded_scrapy: LoadedScrapy) -> Crawl:
    """Crawl into the collection *path*; it is killed after *timeout* seconds, and that is an error."""

    def run(path, connect_to, *arguments, timeout=HUNG, env=(), **settings):
        given = {**SETTINGS, "ARCHIVE_DIR": path.parent, "COLLECTION": path.name, "CONNECT_TO": connect_to, **settings}
        options = [part for name, value in given.items() for part in ("-s", f"{name}={value}")]
        named = [part for each in arguments for part in ("-a", each)]
        path.parent.mkdir(parents=True, exist_ok=True)
        command = ["crawl", "kankanews", *named, *options]
        ended = loaded_scrapy.run(command, {**os.environ, **dict(env)}, timeout)
        assert manifests(path), ended.stderr
        return Crawled(
            code=ended.returncode, said=ended.stderr, peak=ended.peak, path=path, manifest=manifests(path)[-1]
        )

    return run


@pytest.fixture(scope="session")
def verify(scrapy_run_in: Callable[[Path], ScrapyRun]) -> Callable[..., str]:
    """Return what ``scrapy verify`` says of sound collections."""

    def run(*paths: Path) -> str:
        ended = scrapy_run_in(PROJECT)("verify", *map(str, paths))
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    return run


def leads(server: WireServer, host: str = HOST) -> str:
    return f"{host}:80:127.0.0.1:{server.http},{host}:443:127.0.0.1:{server.https}"


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port: int = closed.getsockname()[1]
    return port


def make_due(path: Path, where: str) -> None:
    """Let time pass for the pages *where*."""
    with closing(sqlite3.connect(path / "state.sqlite3")) as db:
        db.execute(f"UPDATE pages SET next_due = 1 WHERE {where}")
        db.commit()


def urls(stories) -> list[str]:
    return sorted(story.url for story in stories)


# ---------------------------------------------------------------- faults of articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A crawl of the faulty site, read back."""

    crawled: Crawled
    server: WireServer
    warcs: list[Kept]

    @property
    def errors(self) -> dict[str, dict]:
        return {each["kind"]: each for each in self.crawled.manifest["errors"]}


@pytest.fixture(scope="module")
def runs(crawl, tmp_path_factory) -> Iterator[dict[str, Run]]:
    """The crawl of the whole site, and that of the faulty articles alone, at the same time."""
    directory = tmp_path_factory.mktemp("faults")
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(2))
        begun = {}
        named = f"url={','.join(urls(FAULTY.values()))}"
        for name, arguments, least in (("among sound ones", (), 10), ("alone", (named,), 1000)):
            server = stack.enter_context(WireServer(faults.site(healed=False)))
            connect_to = (
                f"{leads(server)},refuses.kankanews.com:443:127.0.0.1:{closed_port()},"
                "nameless.kankanews.com:443:no-such-host.invalid:443"
            )
            path = directory / name.split()[0] / "kankanews"
            begun[name] = (
                server,
                pool.submit(crawl, path, connect_to, *arguments, timeout=BOUND, VERDICT_MIN_PAGES=least),
            )
        ended = {name: (server, future.result()) for name, (server, future) in begun.items()}
        yield {
            name: Run(crawled=crawled, server=server, warcs=read_warcs(crawled.path))
            for name, (server, crawled) in ended.items()
        }


@pytest.fixture(scope="module")
def run(runs) -> Run:
    return runs["among sound ones"]


def test_sound_articles_have_their_records_and_the_run_is_good(run):
    given = [json.loads(line) for line in feed_lines(run.crawled.path, run.crawled.manifest)]
    befallen = [FAULTY[fault.name] for fault in ARTICLES if fault.record]
    truth = {story.url: (story.title, "\n\n".join(story.paragraphs)) for story in SOUND}

    assert (run.crawled.code, run.crawled.manifest["reasons"]) == (0, [])
    assert "Traceback" not in run.crawled.said
    assert sorted(record["canonical_url"] for record in given) == urls([*SOUND, *befallen])
    assert {r["canonical_url"]: (r["title"], r["body_text"]) for r in given if r["canonical_url"] in truth} == truth


@pytest.mark.parametrize("fault", ARTICLES, ids=lambda fault: fault.name)
def test_what_came_is_in_the_archive(fault: Fault, run):
    story = FAULTY[fault.name]
    exchanges = run.server.exchanges(story.path)
    responses = of_url(run.warcs, story.url, "response", "revisit")

    # On a connection that is reset when it has served before, Twisted asks once more by itself.
    assert len(exchanges) in ((fault.tries,) if fault.name != "reset at once" else range(TRIES, 2 * TRIES + 1))
    # And what is sent on a connection that another fault is just closing, the server never sees.
    sent = Counter(each.block for each in of_url(run.warcs, story.url, "request"))
    assert Counter(each.received for each in exchanges) <= sent
    if fault.kept == "nothing":
        assert responses == []
        details = [each.fields()["detail"] for each in of_url(run.warcs, story.url, "metadata")]
        assert len(details) == sent.total()
        assert details[-1].startswith(f"{fault.outcome}: ")
        return
    assert len(responses) == len(exchanges)
    for response, exchange, number in zip(responses, exchanges, range(len(exchanges)), strict=True):
        wire = bytes(exchange.sent)
        whole = fault.kept == "whole" and response.type == "response"
        assert response.block == wire if whole else response.block and wire.startswith(response.block)
        if response.type == "response":
            healed = fault.first is not None and number > 0
            assert response["WARC-Truncated"] == (None if healed else fault.truncated)


@pytest.mark.parametrize("fault", ARTICLES, ids=lambda fault: fault.name)
def test_fault_is_told_or_the_record_is_right(fault: Fault, run):
    story = FAULTY[fault.name]
    lines = [json.loads(line) for line in feed_lines(run.crawled.path, run.crawled.manifest)]
    given = [record for record in lines if record["canonical_url"] == story.url]

    assert len(given) == fault.record
    assert (story.url in run.crawled.manifest["unparsed"]) == fault.unparsed
    assert (fault.kind is None) == (fault.record or fault.unparsed)
    for record in given:
        assert record["title"] == story.title
        if fault.warning:
            assert [warning for warning in record["provenance"]["warnings"] if fault.warning in warning]
        else:
            assert record["body_text"] == "\n\n".join(story.paragraphs)


def test_every_fault_is_counted_under_its_kind_with_examples(run):
    kinds = Counter(fault.kind for fault in ARTICLES if fault.kind)

    assert {kind: each["count"] for kind, each in run.errors.items()} == kinds
    for kind, each in run.errors.items():
        befallen = {FAULTY[fault.name].url for fault in ARTICLES if fault.kind == kind}
        named = {example["url"] for example in each["examples"]}
        assert len(named) == min(3, kinds[kind])
        assert named <= befallen or kind.startswith("robots.txt: ")  # whose own address is the example
        assert all(example["said"] or kind.startswith("HTTP ") for example in each["examples"])
    counts = run.crawled.manifest["counts"]
    assert counts["unparsed"] == sum(fault.unparsed for fault in ARTICLES)
    of_robots = sum(count for kind, count in kinds.items() if kind.startswith("robots.txt: "))
    assert (counts["unfetched"], counts["forbidden_by_robots"]) == (kinds.total() - of_robots, of_robots)


def test_report_names_every_kind_with_its_examples(run):
    (report,) = (run.crawled.path / "reports").glob("[0-9]*.html")
    html = report.read_text(encoding="utf-8")

    assert [kind for kind in run.errors if f"<th>{escape(kind)}</th>" not in html] == []
    named = [example["url"] for each in run.errors.values() for example in each["examples"]]
    assert [url for url in (*named, *run.crawled.manifest["unparsed"]) if f'href="{url}"' not in html] == []


def test_faulty_articles_alone_are_no_good_run_and_their_number_is_told(runs):
    # Of so many named at once the share that failed would be told first; of one alone it is not.
    crawled = runs["alone"].crawled
    lost = urls(FAULTY[fault.name] for fault in ARTICLES if not fault.record)

    assert (crawled.code, sorted(crawled.manifest["without_record"])) == (5, lost)
    (told,) = crawled.manifest["reasons"]
    assert told.endswith(f"; and {len(lost) - 1} more articles that the manifest names")


@pytest.mark.parametrize("name", ["among sound ones", "alone"])
def test_bombs_and_floods_take_no_memory(name, runs):
    peak = runs[name].crawled.peak
    if peak is None:
        pytest.skip("the crawl was no child of a process that counts")

    assert peak < MEMORY
    longest = max(len(each.block) for each in runs[name].warcs)
    assert longest < int(SETTINGS["DOWNLOAD_MAXSIZE"]) + (1 << 20)
    (header,) = of_url(runs[name].warcs, FAULTY["10 MB header"].url, "response")
    assert faults.MAX_HEAD < len(header.block) < 2 * faults.MAX_HEAD


def test_next_run_gets_what_is_missing_once_the_site_is_healed(crawl, verify, run, tmp_path):
    path = tmp_path / "kankanews"
    shutil.copytree(run.crawled.path, path)
    make_due(path, "state != 'article'")
    missing = [FAULTY[fault.name] for fault in ARTICLES if not fault.record]

    with WireServer(faults.site(healed=True)) as server:
        healed = crawl(path, leads(server))

    assert (healed.code, healed.manifest["reasons"], healed.manifest["errors"]) == (0, [], [])
    asked = Counter(each.target for each in server.log if each.target.startswith(("/detail/", "/a/")))
    assert asked == Counter(story.path for story in missing)
    assert sorted(record["canonical_url"] for record in records(path)) == urls(STORIES)
    assert verify(path)


def test_verify_finds_nothing(verify, runs):
    for each in runs.values():
        assert verify(each.crawled.path)


# ---------------------------------------------------------------- faults of the whole host


@pytest.fixture(scope="module")
def known(crawl, tmp_path_factory) -> Path:
    """A collection that knows the articles of a small site, all of them due."""
    path = tmp_path_factory.mktemp("known") / "kankanews"
    with WireServer(faults.small_site()) as server:
        crawled = crawl(path, leads(server))
    assert crawled.code == 0, crawled.said
    make_due(path, "true")
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A fault, met."""

    crawled: Crawled
    asked: list[str]
    warcs: list[Kept]
    states: set[str]
    """Of the articles' pages, behind the crawl."""
    healed: Crawled | None
    """The next crawl, when the site is sound again, if articles were asked for."""


@pytest.fixture(scope="module")
def met(crawl, known, tmp_path_factory) -> Iterator[dict[str, Met]]:
    directory = tmp_path_factory.mktemp("hosts")
    with ThreadPoolExecutor(3) as pool:
        begun = {
            fault.name: pool.submit(meet, fault, known, directory / str(n), crawl) for n, fault in enumerate(HOSTS)
        }
        yield {name: future.result() for name, future in begun.items()}


def meet(fault: HostFault, known: Path, directory: Path, crawl: Crawl) -> Met:
    path = directory / "kankanews"
    shutil.copytree(known, path)
    before = len(read_warcs(path))
    cases = faults.small_site() if fault.everywhere is None else []
    otherwise, tls = fault.everywhere or NOT_FOUND, certificate(expired=fault.connect == "proxy")
    with WireServer(cases, robots=fault.robots, otherwise=otherwise, tls=tls) as server:
        connect_to = {
            "server": leads(server),
            "closed port": f"{HOST}:443:127.0.0.1:{closed_port()}",
            "name without address": f"{HOST}:443:no-such-host.invalid:443",
            "proxy": NOT_OURS,
        }[fault.connect]
        env = through(server, directory) if fault.connect == "proxy" else {}
        crawled = crawl(path, connect_to, env=env, DOWNLOAD_TIMEOUT=2)
        asked = [each.target for each in server.log]
    with closing(sqlite3.connect(path / "state.sqlite3")) as db:
        states = {state for (state,) in db.execute("SELECT state FROM pages")}
    warcs, healed = read_warcs(path)[before:], None
    if fault.articles_asked:
        make_due(path, "true")
        with WireServer(faults.small_site()) as server:
            healed = crawl(path, leads(server))
    return Met(crawled=crawled, asked=asked, warcs=warcs, states=states, healed=healed)


def certificate(*, expired: bool) -> ssl.SSLContext:
    return server_context([HOST], valid_for=timedelta(minutes=-1 if expired else 60))


def through(server: WireServer, directory: Path) -> dict[str, str]:
    """The environment of a crawl that has *server* for its proxy, and trusts who signed the certificate there."""
    trusted = directory / "trusted.pem"
    trusted.write_text(ssl.get_server_certificate(("127.0.0.1", server.https)), encoding="ascii")
    proxy = f"http://127.0.0.1:{server.http}"
    return {"http_proxy": proxy, "https_proxy": proxy, "no_proxy": "", "SSL_CERT_FILE": str(trusted)}


def archived(warcs: list[Kept], url: str) -> set[str]:
    """What the archive has of an address: status codes, and why there was no answer."""
    statuses = {each.block.split(b" ")[1].decode() for each in of_url(warcs, url, "response", "revisit")}
    notes = [each.fields() for each in of_url(warcs, url, "metadata")]
    said = {note["detail"].partition(": ")[0] if note["outcome"] == "unanswered" else note["outcome"] for note in notes}
    return statuses | said


@pytest.mark.parametrize("fault", HOSTS, ids=lambda fault: fault.name)
def test_fault_of_the_host_is_the_verdict_and_has_an_example(fault: HostFault, met):
    found, manifest = met[fault.name], met[fault.name].crawled.manifest
    errors = {each["kind"]: [example["url"] for example in each["examples"]] for each in manifest["errors"]}

    assert found.crawled.code == fault.exit_code
    assert manifest["reasons"][0].startswith(fault.reason)
    assert "Traceback" not in found.crawled.said
    assert fault.archived in archived(found.warcs, fault.example)
    assert any(target.startswith("/detail/") for target in found.asked) == fault.articles_asked
    if fault.kind is not None:
        assert fault.example in errors[fault.kind]
        return
    assert errors == {}
    assert sorted(manifest["lists"]["empty"]) == [BASE + "/", f"{BASE}/k24", f"{BASE}/xinwen/"]
    assert sorted(manifest["unparsed"]) == urls(KNOWN)


@pytest.mark.parametrize("fault", HOSTS, ids=lambda fault: fault.name)
def test_fault_of_the_host_is_no_news_of_its_articles(fault: HostFault, met):
    found, manifest = met[fault.name], met[fault.name].crawled.manifest

    assert (manifest["changes"], manifest["changes_parts"], found.states) == ([], [], {"article"})
    assert manifest["counts"]["unsettled"] == (len(KNOWN) if fault.unsettled else 0)
    if found.healed is not None:
        assert (found.healed.code, found.healed.manifest["changes"]) == (0, [])
        assert found.healed.manifest["counts"]["unchanged"] == len(KNOWN)


def test_way_by_which_a_certificate_is_found_expired_lets_a_valid_one_pass(crawl, known, tmp_path):
    path = tmp_path / "kankanews"
    shutil.copytree(known, path)

    with WireServer(faults.small_site(), tls=certificate(expired=False)) as server:
        crawled = crawl(path, NOT_OURS, env=through(server, tmp_path))

    assert (crawled.code, crawled.manifest["counts"]["unchanged"]) == (0, len(KNOWN)), crawled.said


def test_verify_finds_nothing_behind_a_host_s_faults(verify, met):
    assert verify(*(each.crawled.path for each in met.values()))


# ---------------------------------------------------------------- faults of lists, and of page requisites


def test_start_page_that_fails_makes_no_quiet_night(crawl, known, tmp_path):
    path = tmp_path / "kankanews"
    shutil.copytree(known, path)
    make_due(path, "false")
    with closing(sqlite3.connect(path / "state.sqlite3")) as db:
        db.execute("UPDATE pages SET next_due = NULL")
        db.commit()
    home, k24, old = faults.lists(KNOWN)
    broken = Case(name=k24.name, script=(faults.answer("500 Oops"),), payload=b"")

    with WireServer([home, broken, old]) as server:
        one = crawl(path, leads(server))
    with WireServer([home, broken]) as server:
        two = crawl(path, leads(server))

    assert (one.code, one.manifest["lists"]["failed"]) == (0, [f"{BASE}/k24"])
    (error,) = one.manifest["errors"]
    assert (error["kind"], [example["url"] for example in error["examples"]]) == ("HTTP 500", [f"{BASE}/k24"])
    assert f"nothing new: 2 lists, 1 more could not be read, {len(KNOWN)} articles known, none due" in one.said
    assert (two.code, two.manifest["reasons"]) == (5, ["2 of 3 list pages could not be read"])
    assert sorted(two.manifest["lists"]["failed"]) == [f"{BASE}/k24", f"{BASE}/xinwen/"]
    (_, report) = sorted((path / "reports").glob("[0-9]*.html"))[-2:]
    assert f'href="{BASE}/xinwen/"' in report.read_text(encoding="utf-8")


@pytest.mark.slow
def test_hosts_of_pictures_that_fail_hold_nobody_up(crawl, verify, tmp_path):
    path = tmp_path / "kankanews"
    silent = Case(name="", script=(Then.STALL,), payload=None)
    with WireServer() as inside, WireServer([], otherwise=silent) as pictures:
        private = f"http://localhost:{inside.http}/plain"
        shown = [private, "https://no-such-host.invalid/a.png"]
        shown += [f"https://{host}/{n}.png" for host in faults.PICTURES for n in range(40)]
        with WireServer([*faults.lists(KNOWN), *(faults.sound(story, pictures=shown) for story in KNOWN)]) as server:
            crawled = crawl(
                path, ",".join((leads(server), *(leads(pictures, host) for host in faults.PICTURES))),
                REQUISITES="images", REQUISITE_HOSTS=",".join((*faults.PICTURES, "localhost", "no-such-host.invalid")),
                DOWNLOAD_TIMEOUT=2,
            )  # fmt: skip

    assert (crawled.code, crawled.manifest["reasons"]) == (0, [])
    assert len(feed_lines(path, crawled.manifest)) == len(KNOWN)
    for host in faults.PICTURES:
        assert f"{host} left 10 requests in a row unanswered: nothing more is fetched from this host" in crawled.said
    kinds = {each["kind"] for each in crawled.manifest["errors"]}
    assert kinds == {
        "page requisite: timeout", "page requisite: private address",
        "robots.txt: name not found", "robots.txt: private address",
    }  # fmt: skip
    assert inside.log == []
    warcs = read_warcs(path)
    assert archived(warcs, private) == {"private-address"}
    # Ten in vain, and those that were on their way by then.
    files = [each.target for each in pictures.log if each.target != "/robots.txt"]
    assert len(files) <= len(faults.PICTURES) * TRIES * (10 + int(SETTINGS["CONCURRENT_REQUESTS_PER_DOMAIN"]))
    assert verify(path)


# ---------------------------------------------------------------- the table for a reader


def test_documentation_has_the_same_faults():
    text, _ = (PROJECT / "docs" / "faults.md").read_text(encoding="utf-8").split("## Archives of others")
    rows = [row.split(" | ") for row in re.findall(r"^\| (.+) \|$", text, re.MULTILINE)]
    rows = [row for row in rows if row[0] not in ("fault", "---")]

    assert [row[0] for row in rows] == [fault.name for fault in (*ARTICLES, *HOSTS)]
    assert {len(row) for row in rows} == {4}
    for row, fault in zip(rows, (*ARTICLES, *HOSTS), strict=True):
        if fault.kind is not None:
            assert f"`{fault.kind}`" in row[2], fault.name
    for row, fault in zip(rows[len(ARTICLES) :], HOSTS, strict=True):
        assert row[3] == str(fault.exit_code), fault.name
