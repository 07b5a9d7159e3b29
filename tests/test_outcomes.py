"""Every request ends in exactly one counted outcome, whatever becomes of it: with the real command, at a real server.

``LEDGER_EXAMPLES=50`` tries so many mixtures at random; by default there is one of everything, and two at random.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from scrapy.http import Response

from newsspider.crawl.extensions import outcomes
from newsspider.demo import pages
from newsspider.demo.certificate import server_context
from newsspider.demo.stories import BASE, HOST
from newsspider.record import schema
from newsspider.runs.ledger import Outcome, failure
from tests.faults import STORIES, answer, html, lists, ok, redirect, sound
from tests.servers.cases import ROBOTS_ALLOW, Case, Script, Then, robots_txt
from tests.servers.wire import WireServer
from tests.warcs import manifests

EXAMPLES = int(os.environ.get("LEDGER_EXAMPLES", "2"))


class Fate(NamedTuple):
    """What an article is made to end as."""

    outcome: Outcome
    parsed: bool = False
    """Whether its page was read."""
    script: Script | None = None
    """What the server does in place of sending the article; what is not here, tests/spiders/mixed.py does."""
    also: tuple[tuple[str, str, str | None], ...] = ()
    """What else is asked for on its account, and how that ends."""


def of(status: str, *headers: str, kind: str | None = None) -> Fate:
    return Fate(failure(kind or f"HTTP {status[:3]}"), script=(answer(status, *headers),))


def broken(kind: str, *, parsed: bool = False) -> Fate:
    return Fate(failure(kind, of_program=True), parsed)


RECORD = Outcome("record")
FATES = {
    "sound": Fate(RECORD, parsed=True),
    # what a server does
    "302 to nowhere": of("302 Found"),
    "304 that nobody asked for": of("304 Not Modified"),
    "300": of("300 Multiple Choices"),
    "305": of("305 Use Proxy"),
    "204": of("204 No Content"),
    "206": Fate(failure("HTTP 206"), script=(answer("206 Partial Content", body=html(STORIES[0])),)),
    "403": of("403 Forbidden"),
    "404": of("404 Not Found"),
    "410": of("410 Gone"),
    "451": of("451 Unavailable For Legal Reasons"),
    "ring": Fate(failure("redirect in a ring"), script=(redirect("/ring"),)),
    "off the site": Fate(failure("redirect off the site"), script=(redirect("https://elsewhere.example/"),)),
    "to no address": Fate(failure("redirect to no address"), script=(redirect("https://[/"),)),
    "another scheme": of("302 Found", "Location: ftp://www.kankanews.com/a", kind="redirect to no address"),
    "br in name only": Fate(failure("damaged content coding"), script=(ok(html(STORIES[0]), b"Content-Encoding: br"),)),
    "no such page": Fate(Outcome("not an article"), script=(ok(pages.not_found().encode()),)),
    "hangs up": Fate(failure("connection lost"), script=(Then.CLOSE,)),
    "alias": Fate(Outcome("alias"), script=(redirect(STORIES[0].path),)),
    # what programs on this side do
    "callback raises": broken("callback raised TypeError"),
    "callback gives nothing": broken("callback gave nothing"),
    "raises behind the record": broken("callback raised KeyError", parsed=True),
    "middleware raises": broken("AttributeError"),
    "spider middleware raises": broken("LookupError"),
    "request swallowed": Fate(Outcome("not handed on")),
    "request replaced": Fate(RECORD, parsed=True),
    "spider middleware swallows": broken("callback gave nothing", parsed=True),
    "pipeline raises": Fate(failure("pipeline raised RuntimeError"), parsed=True),
    "pipeline swallows": Fate(failure("pipeline raised AttributeError"), parsed=True),
    "pipeline spoils": Fate(failure("record not valid"), parsed=True),
    "errback raises": of("403 Forbidden"),
    "pipeline drops": Fate(Outcome("dropped"), parsed=True),
    "middleware ignores": Fate(Outcome("ignored")),
    "middleware ignores an answer": Fate(Outcome("ignored")),
    "middleware asks for another": Fate(RECORD, parsed=True),
    "middleware asks again in vain": broken("its next step was dropped as asked already"),
    "extension ignores": Fate(Outcome("ignored")),
    "yields one request twice": Fate(
        RECORD,
        parsed=True,
        also=(
            ("other", "answered", None), ("other", "asked already", None), ("other", "off-site", None),
            ("other", "answered", None),
        ),
    ),
}  # fmt: skip
UNSTORED = {"pipeline raises", "pipeline swallows", "pipeline spoils"}
TWICE = "yields one request twice"


def exit_code(names: list[str]) -> int:
    """What the run ends with, by the rules of docs/verdict.md: these names, and a sound article."""
    if UNSTORED & set(names):
        return 4
    fates = [FATES["sound"], *(FATES[name] for name in names)]
    failed = sum(fate.outcome.failed or fate.outcome.name == "not an article" for fate in fates)
    asked = sum(fate.parsed or fate.outcome.failed or fate.outcome.name == "not an article" for fate in fates)
    if asked >= 10 and failed > asked / 2:
        return 6
    aliases = names.count("alias")  # of the sound article
    if asked + aliases >= 10 and aliases + 1 > (asked + aliases) / 2:
        return 6
    return 6 if sum(fate.outcome.of_program for fate in fates) > asked / 2 else 0


@pytest.fixture(scope="module")
def crawls(scrapy_run_in):
    """Crawl a site whose first article is sound, and whose others end as they are named."""

    def crawl(names: list[str], *instead: Case, robots: Case = ROBOTS_ALLOW, acts: dict[str, str] | None = None):
        acts = {story.path: name for story, name in zip(STORIES[1:], names, strict=False)} | (acts or {})
        cases = [*lists(STORIES[: len(names) + 1]), sound(STORIES[0])]
        cases += [
            sound(story) if (script := FATES[name].script) is None else Case(
                name=story.path[1:], script=script, payload=None
            )
            for story, name in zip(STORIES[1:], names, strict=False)
        ]
        cases += [Case(name="ring", script=(redirect("/ring"),), payload=None)]
        cases += [Case(name=name, script=(ok(b"<p>more</p>"),), payload=None) for name in ("other", "handed-on")]
        directory = Path(tempfile.mkdtemp())
        with WireServer([*cases, *instead], robots=robots, tls=server_context((HOST,))) as server:
            run = scrapy_run_in(directory)(
                "crawl", "mixed", "-a", f"acts={json.dumps(acts)}", "-s", "SPIDER_MODULES=tests.spiders",
                "-s", f"CONNECT_TO={HOST}:443:127.0.0.1:{server.https}", "-s", "DOWNLOAD_DELAY=0.001",
                "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "RETRY_TIMES=1", "-s", "REQUISITES=",
                "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8", "-s", "LIST_DEPTH=0", "-s", "LOG_LEVEL=ERROR",
            )  # fmt: skip
            (manifest,) = manifests(run.archive_dir / "mixed")
        shutil.rmtree(directory)
        return run, manifest

    return crawl


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(names=list(FATES))
@given(names=st.lists(st.sampled_from(sorted(FATES)), min_size=1, max_size=24))
def test_every_request_ends_once_and_as_what_became_of_it(names, crawls):
    if names.count(TWICE) > 1:  # what it asks for would be the same
        names = [name for name in names if name != TWICE]
    run, manifest = crawls(names)

    ledger = manifest["ledger"]
    expected = Counter({("list", "read", None): 3, ("robots.txt", "read", None): 1, ("article", "record", None): 1})
    for fate in map(FATES.get, names):
        expected["article", fate.outcome.name, fate.outcome.kind] += 1
        expected.update(fate.also)
    assert {(each["of"], each["outcome"], each["kind"]): each["count"] for each in ledger["outcomes"]} == dict(expected)
    assert (ledger["asked"], ledger["never"], ledger["twice"]) == (expected.total(), [], []), run.stderr
    assert ledger["ended"] == ledger["asked"]
    assert all(each["example"].startswith("http") for each in ledger["outcomes"])
    failures = {each["kind"]: each["count"] for each in ledger["outcomes"] if each["outcome"] == "failure"}
    assert failures.items() <= {each["kind"]: each["count"] for each in manifest["errors"]}.items()
    schema.check(manifest, "manifest")
    assert (run.returncode, manifest["exit_code"]) == (exit_code(names),) * 2, run.stderr


@pytest.mark.parametrize("fate", ["302 to nowhere", "spider middleware swallows"])
def test_failures_count_as_those_by_403_do(fate, crawls):
    run, manifest = crawls(["403"] * 6 + [fate] * 6)

    assert run.returncode == 6
    assert manifest["reasons"] == ["12 of 13 article pages could not be fetched or read"]


def test_what_leads_to_an_article_that_failed_has_failed_too(crawls, monkeypatch):
    for name, path in (("led", STORIES[1].path), ("led off the lists", "/detail/N0tF0undPag")):
        monkeypatch.setitem(FATES, name, Fate(failure("led to an article that failed"), script=(redirect(path),)))

    run, manifest = crawls(["403", *["led"] * 5, *["led off the lists"] * 5])

    ended = {each["kind"]: each["count"] for each in manifest["ledger"]["outcomes"] if each["outcome"] == "failure"}
    assert ended == {"HTTP 403": 1, "HTTP 404": 1, "led to an article that failed": 9}
    assert (run.returncode, manifest["counts"]["failed"]) == (6, 11)


def test_list_that_is_led_elsewhere_empty_or_forbidden_is_one_that_could_not_be_read(crawls):
    elsewhere = Case(name="k24", script=(redirect("/"),), payload=None)
    empty = Case(name="xinwen/", script=(ok(b" "),), payload=None)
    forbidding = b"User-agent: *\nDisallow: /xinwen/\n"
    forbidden = Case(name="robots.txt", script=(robots_txt(forbidding),), payload=forbidding)

    for instead, robots, of_other in (
        ([elsewhere, empty], ROBOTS_ALLOW, ("failure", "empty page")),
        ([elsewhere], forbidden, ("robots", None)),
    ):
        run, manifest = crawls(["sound"], *instead, robots=robots)

        ended = [(each["outcome"], each["kind"]) for each in manifest["ledger"]["outcomes"] if each["of"] == "list"]
        assert sorted(ended, key=str) == sorted(
            [("read", None), ("failure", "led to what was asked for already"), of_other], key=str
        )
        assert (run.returncode, manifest["reasons"]) == (5, ["2 of 3 list pages could not be read"])
        assert len(manifest["lists"]["failed"]) == manifest["counts"]["lists_failed"] == 2


def test_list_of_the_rules_that_a_spider_middleware_keeps_to_itself_could_not_be_read(crawls):
    run, manifest = crawls(["sound"], acts={"/k24": "request swallowed", "/xinwen/": "request swallowed"})

    ended = {(each["outcome"], each["count"]) for each in manifest["ledger"]["outcomes"] if each["of"] == "list"}
    assert ended == {("read", 1), ("not handed on", 2)}
    assert (run.returncode, manifest["reasons"]) == (5, ["2 of 3 list pages could not be read"])
    assert len(manifest["lists"]["failed"]) == 2


@pytest.mark.parametrize(("aliases", "code"), [(9, 6), (8, 0)])
def test_site_that_shows_one_article_in_place_of_most_has_changed(aliases, code, crawls):
    """Of ten addresses and more; of fewer nobody knows."""
    run, manifest = crawls(["alias"] * aliases)

    assert (run.returncode, manifest["counts"]["same"]) == (code, aliases)
    reason = f"10 of 10 addresses of articles are one and the same article, {BASE}{STORIES[0].path}"
    assert manifest["reasons"] == [f"{reason}: the site shows it in place of the others"] * bool(code)


def test_error_of_a_program_is_no_chance_however_few_pages_there_are(crawls):
    run, manifest = crawls(["callback raises"] * 3)

    assert (run.returncode, manifest["reasons"]) == (
        6, ["3 of 4 article pages met an error of the program; the log says why"],
    )  # fmt: skip
    assert BASE in manifest["errors"][0]["examples"][0]["url"]


def test_a_page_that_is_gone_and_never_was_an_article_has_failed(crawls):
    """That an article is gone is news; that an address of the lists leads nowhere is none."""
    run, manifest = crawls(["404"] * 5 + ["410"] * 5)

    assert (run.returncode, manifest["counts"]["failed"]) == (6, 10)
    assert manifest["reasons"] == ["10 of 11 article pages could not be fetched or read"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        *((status, "read") for status in (200, 203, 204, 299)),
        *((status, "absent") for status in (400, 401, 403, 404, 410, 428, 430, 451, 499)),
        *((status, "failure") for status in (100, 199, 206, 300, 301, 304, 399, 429, 500, 502, 503, 599, 600)),
        (None, "failure"),  # a connection that failed
    ],
)
def test_a_robots_txt_is_read_absent_or_failed_by_its_status(answer, outcome):
    got = None if answer is None else Response(f"{BASE}/robots.txt", status=answer)

    assert outcomes._of_robots(got).name == outcome
