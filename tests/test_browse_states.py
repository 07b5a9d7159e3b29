"""`scrapy browse` over what is being written, damaged, of others, or very large: said on the page."""

from __future__ import annotations

import errno
import json
import os
import re
import sqlite3
import zipfile
from contextlib import ExitStack, closing
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from newsspider.browser import cache
from newsspider.browser.bigrams import folded, tokens, wanted
from newsspider.browser.filling import RefreshProgress, _LeftOut, _listed, record_at, refresh
from newsspider.browser.holding import holdings
from newsspider.browser.reasons import reason
from newsspider.browser.search import Asked, search
from newsspider.browser.shelf import Shelved
from newsspider.collection.collection import Collection
from newsspider.collection.lock import locked
from newsspider.feeds.reading import PartAlteredError
from newsspider.text.language import speaking
from newsspider.text.message import message
from newsspider.warc.recordbytes import WarcError
from tests.archive.exchanges import exchange, page, writer
from tests.archive.others import write_package
from tests.browsing import Browsed, browsing
from tests.feeds import article, line, write_run
from tests.patience import HUNG
from tests.prose import Shown, english

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNS = [f"202611{day:02}T000000000Z-a" for day in range(1, 29)]
MANY = 10_000
EVIL = "</bdi><script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def archives(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("states") / "archives"
    write_run(path / "whole", RUNS[0], [article(1, title="北京的雨"), article(2, title=EVIL)])

    write_run(path / "busy", RUNS[0], [article(1)])

    write_run(path / "torn", RUNS[0], [article(1, title="完好")], [article(2, title="受损")])
    write_run(path / "torn", RUNS[1], [article(3, title="其后")])
    (path / "torn/items" / RUNS[0] / "part-00002.jsonl").write_bytes(b"{}\n")
    (path / "torn/runs" / f"{RUNS[2]}.json").write_text("{", encoding="utf-8")

    write_run(path / "old", RUNS[0], [article(1)])
    with closing(sqlite3.connect(path / "old" / "browse.sqlite3")) as db:
        db.execute("PRAGMA user_version = 77")

    write_run(path / "rubbish", RUNS[0], [article(1)])
    (path / "rubbish" / "browse.sqlite3").write_bytes(b"no database at all" * 1000)

    bodies = [{"body_text": f"第{number}稿", "paragraphs": [f"第{number}稿"]} for number in range(MANY)]
    write_run(path / "many", RUNS[0], [article(1, hours=number / 100, **body) for number, body in enumerate(bodies)])

    with writer(path / "plain") as open_writer:
        open_writer.write_exchange(exchange(page(b"<p>one</p>", b"Content-Type: text/html"), url="https://a.example/1"))

    write_package(path.parent / "foreign.wacz")
    (path.parent / "broken.wacz").write_bytes(b"no zip at all")
    return path


@pytest.fixture(scope="module")
def browsed(archives, tmp_path_factory) -> Iterator[Browsed]:
    paths = [archives / name for name in ("whole", "busy", "torn", "old", "rubbish", "many", "plain")]
    packages = [archives.parent / f"{name}.wacz" for name in ("foreign", "broken")]
    with (
        locked(Collection(archives / "busy").lock_path),
        browsing(*paths, *packages, cache=tmp_path_factory.mktemp("cache")) as running,
    ):
        for _ in range(120):  # a page waits for what is read; ten thousand versions take longer than one page does
            if "New runs are being read" not in running.text("/") and "is being opened" not in running.text("/"):
                break
        yield running


def notes(html: str) -> dict[str, str]:
    """What is said of each collection."""
    return dict(re.findall(r"<p><b>([^<]+)</b> (.*?)</p>", html))


@pytest.mark.slow
def test_a_collection_that_is_written_into_says_so(browsed):
    assert "A run writes into this collection now" in notes(browsed.text("/"))["busy"]
    assert "whole" not in notes(browsed.text("/"))


def test_what_is_damaged_is_named_and_nothing_of_it_is_shown(browsed):
    html = browsed.text("/?collection=torn")
    said = re.findall(r"<p><b>torn</b> (.*?)</p>", html)

    assert "2 articles" in html
    assert "完好" in html
    assert "其后" in html
    assert "受损" not in html
    altered = "part-00002.jsonl cannot be read, so nothing of it is shown. Its SHA-256 is not the one in its manifest."
    assert any(altered in each for each in said)
    assert any(f"The manifest of run {RUNS[2]} cannot be read" in each for each in said)
    assert all("newsspider verify" in each or "scrapy verify" in each for each in said)


def test_a_damaged_package_is_named_and_the_others_are_shown(browsed, archives):
    listed, runs = browsed.text("/"), browsed.text("/runs")

    assert notes(listed)["broken"] == "It cannot be read now. It is not a zip file that can be read."
    assert notes(runs)["broken"] == "It cannot be read now. It is not a zip file that can be read."
    assert "北京的雨" in browsed.text("/?collection=whole")
    assert [browsed.get(path).status for path in ("/changes", "/fields", "/runs/broken")] == [200, 200, 404]
    assert list(archives.parent.glob("broken.wacz?*")) == []


def test_pages_about_what_is_wrong_are_chinese(browsed):
    id_ = "kankanews:made1"
    asked = urlencode({"q": "…", "since": "soon", "until": "later"})
    pages = [
        Shown(browsed.get(path, method, Accept_Language="zh-CN").text)
        for path, method in (
            ("/", "GET"), (f"/?{asked}", "GET"), ("/runs", "GET"), ("/runs/broken", "GET"), ("/runs/none", "GET"),
            ("/changes?since=soon", "GET"), ("/article/plain/https://a.example/1", "GET"),
            ("/article/whole/none", "GET"), (f"/article/whole/{id_}?v=9", "GET"), (f"/warc/whole/{id_}", "GET"),
            ("/compare/plain/https://a.example/1", "GET"), ("/verify/plain/https://a.example/1", "POST"),
            (f"/wacz/whole/{id_}", "GET"), ("/page/plain/2026/https://a.example/1", "GET"),
            (f"/run/torn/{RUNS[2]}", "GET"), (f"/cite/whole/{id_}?format=x", "GET"),
        )
    ]  # fmt: skip

    assert {page.language for page in pages} == {"zh-CN"}
    assert [line for page in pages for line in english(page.lines) if "made-up" not in line] == []


@pytest.mark.parametrize(
    "error",
    [
        PartAlteredError(Path("items/a/part-00001.jsonl")),
        WarcError(Path("archive/a.warc.gz"), 1234, message("not a whole gzip member")),
        FileNotFoundError(errno.ENOENT, "No such file or directory", "a.warc.gz"),
        PermissionError(errno.EACCES, "Permission denied", "a.warc.gz"),
        json.JSONDecodeError("Expecting value", "{", 1),
    ],
    ids=lambda error: type(error).__name__,
)
def test_reasons_are_chinese(error):
    with speaking("zh_CN"):
        said = str(reason(error))

    assert re.search("[\u4e00-\u9fff]", said)
    assert english([said]) == []


def test_what_is_mended_is_read(archives, tmp_path):
    write_run(tmp_path / "one", RUNS[0], [article(1)], [article(2)])
    part = tmp_path / "one/items" / RUNS[0] / "part-00002.jsonl"
    whole = part.read_bytes()
    part.write_bytes(b"")
    (holding,) = holdings([tmp_path / "one"])
    cache.prepare(holding.cache_path)
    refresh(holding, holding.cache_path, RefreshProgress(), lambda: False)
    part.write_bytes(whole)

    refresh(holding, holding.cache_path, RefreshProgress(), lambda: False)

    with cache.opened(holding.cache_path) as opened:
        assert opened.problems() == []
        assert search({"one": opened}, Asked()).count == 2


def test_what_has_no_page_yet_is_asked_again(tmp_path):
    directory = tmp_path / "bare"
    (directory / "archive").mkdir(parents=True)
    (holding,) = holdings([directory])
    cache.prepare(holding.cache_path)
    refresh(holding, holding.cache_path, RefreshProgress(), lambda: False)
    refresh(holding, holding.cache_path, RefreshProgress(), lambda: False)
    with writer(directory) as open_writer:
        open_writer.write_exchange(exchange(page(b"<p>one</p>", b"Content-Type: text/html"), url="https://a.example/1"))

    refresh(holding, holding.cache_path, RefreshProgress(), lambda: False)

    with cache.opened(holding.cache_path) as opened:
        assert search({"bare": opened}, Asked()).count == 1


@pytest.mark.parametrize("name", ["old", "rubbish"])
def test_a_cache_of_another_version_or_none_is_made_anew(browsed, archives, name):
    assert "1 article" in browsed.text(f"/?collection={name}")
    with closing(sqlite3.connect(archives / name / "browse.sqlite3")) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (cache.FORMAT,)


def test_why_a_cache_is_made_anew_is_known(tmp_path):
    path = tmp_path / "browse.sqlite3"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 77")

    assert "Another version of newsspider made the cache (format 77" in str(cache.prepare(path))
    assert cache.prepare(path) is None


def test_ten_thousand_versions_are_shown_in_pieces(browsed):
    id_ = "kankanews:made1"
    first = browsed.text(f"/article/many/{id_}")
    last = browsed.text(f"/article/many/{id_}?t=334")
    compared = browsed.text(f"/compare/many/{id_}?from=1&to={MANY}")

    assert "10,000 versions" in first
    assert first.count('<li class="version">') == 30
    assert "page 1 of 334" in first
    assert last.count('<li class="version">') == 10
    assert "<del>0</del>" in compared
    assert "<ins>9999</ins>" in compared


def test_what_has_no_records_is_listed_by_its_index_or_its_own_list(browsed):
    plain, foreign = browsed.text("/?collection=plain"), browsed.text("/?collection=foreign")

    assert "1 article" in plain
    assert "https://a.example/1" in plain
    assert "has no records, and its pages are listed by the index" in notes(plain)["plain"]
    assert "This package has no records: another program made it" in notes(foreign)["foreign"]
    assert "extract" in notes(foreign)["foreign"]
    assert int(re.findall(r'role="status">(\d+) article', foreign)[0]) > 0
    (first, *_) = re.findall(r'<h2><a href="([^"]+)"', foreign)
    assert "Page, as it was" in browsed.text(first.replace("&amp;", "&"))


def test_what_cannot_be_replayed_says_what_to_do(browsed):
    """The cache of this server has no environment of pywb."""
    html = browsed.text("/article/plain/https://a.example/1")

    assert "Pages are replayed by pywb, which is not set up yet." in html
    assert 'action="/set-up"' in html
    assert browsed.get("/page/plain/2026/https://a.example/1").status == 404
    assert browsed.get("/set-up", "POST", Origin="https://evil.example").status == 403


def test_a_record_whose_pages_are_away_can_be_read_and_is_not_proven(browsed):
    id_ = "kankanews:made1"
    verdict = browsed.get(f"/verify/whole/{id_}", "POST").text

    assert "北京的雨" in browsed.text(f"/article/whole/{id_}")
    assert "The record cannot be proven" in verdict
    assert "What this proves" not in verdict
    assert browsed.get(f"/warc/whole/{id_}").status == 404
    assert browsed.get(f"/wacz/whole/{id_}").status == 404


def test_hostile_text_is_text_wherever_it_stands(browsed):
    asked = urlencode({"q": EVIL, "channel": EVIL})
    for path in ("/?collection=whole", "/article/whole/kankanews:made2", f"/?{asked}"):
        html = browsed.text(path)
        assert "<script" not in html
        assert "<img src=x" not in html
    assert "<script" not in browsed.get("/article/whole/" + "%3Cscript%3E").text
    assert "<script" not in browsed.get("/%3Cscript%3Ealert(1)").text


def test_a_cache_that_is_deleted_meanwhile_is_made_again(tmp_path):
    write_run(tmp_path / "one", RUNS[0], [article(1)])
    with browsing(tmp_path / "one", cache=tmp_path / "cache") as running:
        assert "1 article" in running.text("/")
        for path in (tmp_path / "one").glob("browse.sqlite3*"):
            path.unlink()
        until = monotonic() + HUNG
        while "1 article" not in (shown := running.get("/")).text and monotonic() < until:
            sleep(0.1)

    assert (shown.status, "1 article" in shown.text) == (200, True)


def test_who_asks_a_deleted_cache_leaves_no_empty_one_in_its_place(tmp_path):
    write_run(tmp_path / "one", RUNS[0], [article(1)])
    (holding,) = holdings([tmp_path / "one"])
    shelved = Shelved(holding, tmp_path / "spare")
    shelved.refresh()
    for path in (tmp_path / "one").glob("browse.sqlite3*"):
        path.unlink()

    with pytest.raises(sqlite3.OperationalError, match="unable to open"), cache.opened(holding.cache_path) as gone:
        gone.runs()
    assert not holding.cache_path.exists()
    shelved.refresh()

    with cache.opened(holding.cache_path) as opened:
        assert search({"one": opened}, Asked()).count == 1


def test_a_cache_that_is_damaged_meanwhile_is_made_anew(tmp_path):
    write_run(tmp_path / "one", RUNS[0], [article(1)])
    (holding,) = holdings([tmp_path / "one"])
    shelved = Shelved(holding, tmp_path / "spare")
    shelved.refresh()
    for path in (tmp_path / "one").glob("browse.sqlite3-*"):
        path.unlink()
    holding.cache_path.write_bytes(b"no database at all" * 1000)

    shelved.refresh()

    assert list(shelved.notes()) == []
    with cache.opened(holding.cache_path) as opened:
        assert search({"one": opened}, Asked()).count == 1


def packed(collection: Path, path: Path) -> Path:
    """Put the runs of a collection into a package, under a new name first, as one that is fetched."""
    with zipfile.ZipFile(path.with_name("coming"), "w") as package:
        for manifest in collection.glob("runs/*.json"):
            package.write(manifest, f"runs/{manifest.name}")
        for part in collection.glob("items/*/*.jsonl"):
            package.write(part, f"items/{part.parent.name}-{part.name}")
    return path.with_name("coming").rename(path)


def foreign(path: Path, title: str) -> Path:
    with zipfile.ZipFile(path.with_name("coming"), "w") as package:
        shown = {"url": "https://a.example/", "ts": "2026-01-01T00:00:00Z", "title": title}
        package.writestr("pages/pages.jsonl", json.dumps(shown) + "\n")
    return path.with_name("coming").rename(path)


def titles(shelved: Shelved) -> list[str]:
    """Return the headlines that are listed, each after its record was read."""
    assert shelved.problem() is None
    with cache.opened(shelved.holding.cache_path) as opened:
        hits = search({"a": opened}, Asked()).hits
    return [record_at(shelved.holding, hit.row.place)["title"] for hit in hits if hit.row.title]


def shelved_at(path: Path) -> Shelved:
    (holding,) = holdings([path])
    shelved = Shelved(holding, path.parent / "spare")
    shelved.refresh()
    return shelved


@pytest.mark.parametrize("restarted", [True, False])
@pytest.mark.parametrize("runs", [RUNS[1], RUNS[0], ""], ids=["other runs", "a run of the same name", "no runs"])
def test_a_package_that_takes_the_place_of_another_is_read_anew(tmp_path, runs, restarted):
    write_run(tmp_path / "one", RUNS[0], [article(1, title="先前")])
    write_run(tmp_path / "two", runs or RUNS[0], [article(2, title="后来，长一些")])
    path = tmp_path / "a.wacz"
    first = shelved_at(packed(tmp_path / "one", path) if runs else foreign(path, "先前"))
    before = titles(first)
    packed(tmp_path / "two", path) if runs else foreign(path, "后来，长一些")

    second = shelved_at(path) if restarted else first
    second.refresh()

    assert (before, titles(second)) == (["先前"], ["后来，长一些"])
    for each in (first, second):
        each.holding.close()


def test_a_package_that_is_the_same_keeps_its_cache(tmp_path):
    write_run(tmp_path / "one", RUNS[0], [article(1)])
    path = packed(tmp_path / "one", tmp_path / "a.wacz")
    first = shelved_at(path)
    made = first.holding.cache_path.stat().st_ino

    second = shelved_at(path)

    assert second.holding.cache_path.stat().st_ino == made
    for each in (first, second):
        each.holding.close()


@pytest.mark.parametrize("whole", [True, False])
def test_a_run_that_is_no_longer_there_is_not_listed(tmp_path, whole):
    """Nor one of which a part was read, and another could not be."""
    write_run(tmp_path / "one", RUNS[0], [article(1, title="留下")])
    write_run(tmp_path / "one", RUNS[1], [article(2, title="移走")], [article(3, title="坏的")])
    if not whole:
        (tmp_path / "one" / "items" / RUNS[1] / "part-00002.jsonl").write_bytes(b"")
    before = titles(shelved_at(tmp_path / "one"))
    (tmp_path / "one" / "runs" / f"{RUNS[1]}.json").unlink()

    after = titles(shelved_at(tmp_path / "one"))

    assert ("移走" in before, "坏的" in before, after) == (True, whole, ["留下"])


def test_until_all_runs_are_known_a_page_says_that_it_is_being_opened(tmp_path, monkeypatch):
    write_run(tmp_path / "one", RUNS[0], [article(1)])
    (holding,) = holdings([tmp_path / "one"])
    shelved, said = Shelved(holding, tmp_path / "spare"), []
    runs_of = cache.Cache.runs

    def asked(opened: cache.Cache) -> set[str]:
        if not said:
            said.append("")  # before the notes ask for the same
            said[0] = next(shelved.notes())
        return runs_of(opened)

    monkeypatch.setattr(cache.Cache, "runs", asked)
    shelved.refresh()

    assert said == ["It is being opened. Reload the page in a moment."]
    assert list(shelved.notes()) == []


def test_what_happened_within_a_second_stands_in_its_order(tmp_path):
    """Made up: no site is crawled twice in a second, but a test is."""
    identity = {"record_id": "urn:uuid:5683f046-be06-44f9-8f5d-2b62c9dd5dec", "payload_digest": "sha1:" + "A" * 32}
    capture = {"warc": "one.warc.gz", "offset": 0, "length": 1, **identity}
    for run, event, word in ((RUNS[0], "published", "一"), (RUNS[1], "silently_edited", "二")):
        record = article(1, body_text=word, paragraphs=[word])
        happened = {
            "schema_version": "1.1", "event": event, "id": record["id"], "site": record["site"], "url": record["url"],
            "to_url": None, "before_at": None, "at": record["fetched_at"], "before": None, "after": capture,
            "status": None, "changed": {}, "claim": None, "run": run, "parser_version": "4", "warnings": [],
        }  # fmt: skip
        write_run(tmp_path / "one", run, [record], changes=[happened])

    with browsing(tmp_path / "one", cache=tmp_path / "cache") as running:
        html = running.text("/article/one/kankanews:made1")

    assert re.findall(r"· (silently edited|published|version \d)</h3>", html) == [
        "silently edited", "version 2", "published", "version 1",
    ]  # fmt: skip


def test_a_directory_that_nobody_may_write_to_has_its_cache_elsewhere(tmp_path, monkeypatch):
    write_run(tmp_path / "one", RUNS[0], [article(1)])
    monkeypatch.setattr(os, "access", lambda path, mode: False)

    assert cache.place_of(tmp_path / "one" / "browse.sqlite3", tmp_path / "spare").parent == tmp_path / "spare"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "no collection 'nowhere' in"),
        (["../nowhere"], "there is no such file, directory or collection"),
        (["--port", "70000"], "--port takes a number from 0 to 65535"),
        ([], "there is none yet; `scrapy demo` makes one"),
        (["s3://bucket/collection"], "browse takes collections on the disk"),
        (["tests/feeds.py"], "neither a collection nor a WACZ"),
        (["{made}/broken.wacz"], "not a zip file that can be read"),
        (["{made}/broken.wacz", "{made}/bare.wacz"], "not a zip file that can be read"),
        (["{made}/bare.wacz"], "so there is nothing to show. Get the file again"),
    ],
)
def test_what_cannot_be_browsed_is_said(scrapy_run, tmp_path, arguments, said):
    (tmp_path / "broken.wacz").write_bytes(b"no zip at all")
    with zipfile.ZipFile(tmp_path / "bare.wacz", "w") as package:
        package.writestr("datapackage.json", "{}")

    run = scrapy_run("browse", *(each.format(made=tmp_path) for each in arguments))

    assert run.returncode in (1, 2)
    assert said in run.stdout + run.stderr
    assert "Traceback" not in run.stderr


def test_a_port_in_use_is_said(scrapy_run, browsed, archives):
    run = scrapy_run("browse", str(archives / "whole"), "--port", str(browsed.port))

    assert run.returncode == 1
    assert f"port {browsed.port} of 127.0.0.1 cannot be used (Address already in use); give another" in run.stderr


def test_articles_of_the_demo_are_not_among_real_ones(scrapy_run, browsed, tmp_path):
    for name in ("demo", "kankanews"):
        (tmp_path / "archives" / name / "archive").mkdir(parents=True)
    run = scrapy_run("browse", "--port", str(browsed.port))  # in use, so that it ends there

    assert run.stdout == "The demo's articles are left out: scrapy browse demo\n"


# ------------------------------------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("上海", "在上海市", True),
        ("海上", "在上海市", False),
        ("海", "在上海", True),
        ("上海市民", "在上海市民中", True),
        ("上海市民", "上海市，民", False),
        ("knews", "看看新闻Knews综合", True),
        ("news", "看看新闻Knews综合", False),
        ("kn*", "看看新闻Knews综合", True),
        ("新闻knews", "看看新闻Ｋｎｅｗｓ", True),
        ("cafe", "Le Café", True),
        ('"city hall"', "the City Hall of", True),
        ('"city hall"', "hall of the city", False),
        ("hall city", "hall of the city", True),
        ("city -hall", "hall of the city", False),
        ("𠮷野", "在𠮷野家", True),
        ('"', "a", False),
        ('a" OR b NEAR(', "a", False),
    ],
)
def test_what_is_looked_for_is_found(query, text, found):
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE text USING fts5 (body, tokenize='ascii')")
        db.execute("INSERT INTO text VALUES (?)", [" ".join(tokens(text))])
        match = wanted(query).match
        rows = db.execute("SELECT 1 FROM text WHERE text MATCH ?", [match]).fetchall() if match else []

    assert bool(rows) == found


def test_an_address_is_the_same_list_again():
    values = {
        "q": "上海 -天气", "collection": "demo", "site": "kankanews", "channel": "时讯", "source": "x&y",
        "keyword": "#",
        "since": "2026-11-01", "until": "2026-11-30", "changed": "1", "gone": "1", "video": "1", "earlier": "1",
        "order": "relevance", "page": "3",
    }  # fmt: skip
    from urllib.parse import parse_qsl, urlsplit

    asked = Asked.of(values)

    assert Asked.of(dict(parse_qsl(urlsplit(asked.address()).query))) == asked
    assert folded("ＡＢＣ") == "abc"
    assert json.loads(line({"a": 1})) == {"a": 1}


@pytest.mark.parametrize("names", [["one"], ["one", "two"]])
def test_pages_of_a_list_follow_each_other_over_collections(tmp_path, names):
    expected = []
    for place, name in enumerate(names):
        moments = [f"2026-11-{1 + number:02}T{place:02}:00:00+08:00" for number in range(28)]
        records = [article(number, published_at=moment) for number, moment in enumerate(moments)]
        write_run(tmp_path / name, RUNS[0], [each | {"id": f"kankanews:{name}{each['id']}"} for each in records])
        expected += moments
    found = []
    with ExitStack() as stack:
        caches = {}
        for each in holdings([tmp_path / name for name in names]):
            cache.prepare(each.cache_path)
            refresh(each, each.cache_path, RefreshProgress(), lambda: False)
            caches[each.name] = stack.enter_context(cache.opened(each.cache_path))
        for number in (1, 2, 3):
            answer = search(caches, Asked(page=number))
            assert answer.count == len(expected)
            found += [hit.row.published for hit in answer.hits]

    assert found == sorted(expected, reverse=True)


@pytest.mark.parametrize(
    "page",
    [
        {"url": "https://a.example/", "ts": "2026-01-01T00:00:00Z", "title": "\ud83d"},
        {"url": "https://a.example/", "ts": "2026-01-01T00:00:00Z", "text": "\ud83d"},
        {"url": "https://a.example/", "ts": "2016-12-31T23:59:60Z"},
        {"url": "https://a.example/", "ts": "2026-02-30T00:00:00Z"},
        {"url": "https://a.example/", "ts": 7},
        [],
    ],
)
def test_page_of_a_package_that_cannot_be_shown_is_counted(page, tmp_path):
    path, left = tmp_path / "pages.jsonl", _LeftOut()
    good = {"url": "https://a.example/1", "ts": "2026-01-01T00:00:00"}
    path.write_text("".join(json.dumps(each) + "\n" for each in ({"format": "json-pages-1.0"}, page, good)))

    (shown,) = _listed(path, left)
    assert (shown[0], shown[3].isoformat(), left.unread) == ("https://a.example/1", "2026-01-01T00:00:00+00:00", 1)


@pytest.mark.parametrize(
    "error", [ValueError("odd"), OverflowError("odd"), UnicodeEncodeError("utf-8", "x", 0, 1, "odd")]
)
def test_whatever_ends_the_reading_of_runs_is_noted_and_the_next_are_read(error, tmp_path, monkeypatch):
    class Held:
        name, path = "a", tmp_path

    shelved = Shelved(Held(), tmp_path)
    monkeypatch.setattr(shelved, "_refresh_or_remake", lambda: (_ for _ in ()).throw(error))
    shelved.refresh()
    assert "odd" in str(shelved._problem)
    monkeypatch.setattr(shelved, "_refresh_or_remake", lambda: None)
    shelved.refresh()
    assert shelved._problem is None
