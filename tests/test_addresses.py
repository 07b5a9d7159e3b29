r"""Addresses in a crawl: asked for as browsers would, recorded as they were asked for, and with nobody's password.

With the real command, at a real server on this machine. ``hunter2`` stands in links, redirects, ``-a url``, and in
what pages say of themselves; in the archive it is where the server sent it, and nowhere else.
"""

from __future__ import annotations

import gzip
import json
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import pytest

from newsspider.collection.collection import Collection
from newsspider.demo.certificate import server_context
from newsspider.demo.stories import BASE, HOST
from newsspider.errors import NewsspiderError
from newsspider.history.chronicle import Name, chronicle, name_of
from newsspider.history.ledger import Ledger
from tests.faults import STORIES, html, ok, redirect, sound
from tests.servers.cases import Case
from tests.servers.wire import WireServer
from tests.warcs import articles, manifests, read_warcs

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import ScrapyResult
    from tests.warcs import Kept

CURRENT = "https://www.kankanews.com/detail/LMwVGgj402z"
SECRET = "hunter2"
WHO = f"ada:{SECRET}@"
LINKED, SLASHED, TABBED, LED, ASTRAY, LOST, NAMED = STORIES[:7]
UNREAD = f"https://{WHO}{HOST}:99999/detail/x"
LINKS = (
    f"https://{WHO}{HOST}{LINKED.path}",
    f"\\\\{HOST}\\detail\\{SLASHED.page_id}",
    f" ht\ntps:///{HOST}/deta\til/{TABBED.page_id} ",
    LED.path,
    ASTRAY.path,
    LOST.path,
    UNREAD,
)
OPTIONS = (
    "-s", "DOWNLOAD_DELAY=0.001", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "RETRY_TIMES=0", "-s", "LIST_DEPTH=0",
    "-s", f"REQUISITE_HOSTS={HOST}", "-s", "COLLECTION=them", "-s", "LOG_LEVEL=DEBUG",
)  # fmt: skip


def secretive() -> bytes:
    """An article whose every address has the secret in it."""
    there = f"https://{WHO}{HOST}"
    page = html(LINKED).decode().replace('"canonical" href="', f'"canonical" href="https://{WHO}elsewhere.example')
    head = (
        f'<base href="{there}/detail/"><link rel="stylesheet" href="{there}/a.css">'
        f'<meta property="og:url" content="{there}/nothing">'
    )
    return page.replace("<head>", f"<head>{head}").replace("</body>", f'<img src="{there}/a.png"></body>').encode()


def site() -> list[Case]:
    listed = "".join(f'<li><a href="{link}">{number}</a></li>' for number, link in enumerate(LINKS))
    page = ok(f"<ul>{listed}</ul>".encode())
    return [
        *(Case(name=name, script=(page,), payload=None) for name in ("", "k24", "xinwen/")),
        sound(SLASHED), sound(TABBED), sound(NAMED),
        Case(name=LINKED.path[1:], script=(ok(secretive()),), payload=None),
        Case(name=LED.path[1:], script=(redirect(f"https:\\\\{WHO}{HOST}\\moved;?x=\u770b"),), payload=None),
        Case(name="moved?x=%E7%9C%8B", script=(ok(html(LED)),), payload=None),
        Case(name=ASTRAY.path[1:], script=(redirect(f"https:///{WHO}elsewhere.example/"),), payload=None),
        Case(name=LOST.path[1:], script=(redirect(f"https:\\\\{WHO}{HOST}:99999/"),), payload=None),
    ]  # fmt: skip


class Crawled(NamedTuple):
    collection: Path
    crawl: ScrapyResult
    named: ScrapyResult
    server: WireServer
    records: list[Kept]


@pytest.fixture(scope="module")
def crawled(scrapy_run_in, tmp_path_factory):
    """Two runs: all of the site, and an article that is named with credentials."""
    run = scrapy_run_in(tmp_path_factory.mktemp("addresses"))
    with WireServer(site(), tls=server_context((HOST,))) as server:
        there = ("-s", f"CONNECT_TO={HOST}:443:127.0.0.1:{server.https}", *OPTIONS)
        crawl = run("crawl", "kankanews", *there)
        named = run("crawl", "kankanews", "-a", f"url=https://{WHO}{HOST}{NAMED.path}#top", *there)
    collection = crawl.archive_dir / "them"
    return Crawled(collection, crawl, named, server, read_warcs(collection))


def test_requests_of_other_spiders_have_no_credentials_either(scrapy_run):
    with WireServer(site()) as server:
        there = f"127.0.0.1:{server.http}"
        run = scrapy_run("fetch", f"http://{WHO}{there}/k24", "-s", "ALLOW_PRIVATE_ADDRESSES=True", *OPTIONS)

    assert [each.target for each in server.log] == ["/robots.txt", "/k24"]
    assert SECRET not in run.stderr
    records = read_warcs(run.archive_dir / "them")
    assert SECRET not in json.dumps([each.headers for each in records])
    assert f"http://{there}/k24 is asked for without the user and password" in run.stderr


@pytest.mark.parametrize("address", [CURRENT, f" https:\\\\{WHO}kankanews.com\\detail\\LMwVGgj402z#top", "LMwVGgj402z"])
def test_an_article_is_named_by_its_address_as_a_browser_reads_it(address):
    assert name_of(address) == Name("kankanews", "kankanews:LMwVGgj402z", CURRENT)


@pytest.mark.parametrize("address", [f"https://{WHO}elsewhere.example/a", f"https:\\\\{WHO}{HOST}\\k24", f"http://{WHO}["])
def test_an_article_that_is_not_known_is_told_of_without_credentials(address, tmp_path):
    with closing(Ledger(tmp_path / "state.sqlite3")) as ledger, pytest.raises(NewsspiderError) as error:
        chronicle(Collection(tmp_path), ledger, name_of(address), address)

    assert "***" in str(error.value)
    assert SECRET not in str(error.value)


def test_links_and_redirects_lead_where_browsers_are_led(crawled):
    first, second = manifests(crawled.collection)

    asked = {each.target for each in crawled.server.log}
    assert asked >= {story.path for story in (LINKED, SLASHED, TABBED, LED, NAMED)} | {"/moved?x=%E7%9C%8B"}
    assert {each["kind"]: each["count"] for each in first["errors"]} == {
        "redirect off the site": 1, "redirect to no address": 1, "page requisite: HTTP 404": 2,
    }  # fmt: skip
    assert first["lists"]["dropped"] == 3  # one on each of the lists
    assert "/detail/x" not in asked
    assert (first["counts"]["articles"], second["counts"]["articles"]) == (4, 1)


def test_what_is_asked_for_is_what_is_recorded_and_remembered(crawled):
    asked = {f"{BASE}{each.target}" for each in crawled.server.log}

    assert {each["WARC-Target-URI"] for each in crawled.records if each.type == "request"} == asked
    assert [each["url"] for each in articles(crawled.collection)] == [f"{BASE}{NAMED.path}"]
    assert manifests(crawled.collection)[1]["without_record"] == []


def test_a_password_in_an_address_is_where_the_server_sent_it_and_nowhere_else(crawled):
    said = [crawled.crawl.stdout, crawled.crawl.stderr, crawled.named.stdout, crawled.named.stderr]
    for record in crawled.records:
        said.append(json.dumps(record.headers))
        if record.type not in ("response", "revisit"):
            said.append(record.block.decode("latin-1"))
    for path in crawled.collection.rglob("*"):
        if path.is_file() and path.parent.name != "archive":
            data = path.read_bytes()
            said.append((gzip.decompress(data) if path.suffix == ".gz" else data).decode("latin-1"))

    assert sum(SECRET.encode() in record.block for record in crawled.records) >= 7
    assert [text[max(0, place - 200) : place + 50] for text in said if (place := text.find(SECRET)) >= 0] == []
    assert [text for text in said if "ada:" in text] == []


def test_credentials_of_a_named_article_are_left_out_in_one_line(crawled):
    told = [line for line in crawled.named.stderr.splitlines() if "-a url" in line]

    assert len(told) == 1
    assert f"-a url: {BASE}{NAMED.path} is asked for without the user and password" in told[0]
