"""The bounds of the archive browser, each reached, and passed by one."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from newsspider.browser import bigrams, cache, filling, guard, holding, replaying, search
from newsspider.browser.context import NotThereError
from newsspider.browser.holding import Directory, PackedHolding
from newsspider.browser.pages import article as article_page
from newsspider.browser.pages import downloads, replayed
from newsspider.browser.pages.one import One
from newsspider.browser.search import Asked
from newsspider.browser.shelf import Shelved
from newsspider.collection.captures import Captures, RecordPlace
from newsspider.collection.collection import Collection
from newsspider.collection.wacz import WaczError
from newsspider.packages import onepage
from newsspider.warc.cdxj import CdxjEntry
from newsspider.warc.reader import WarcError
from tests.archive.exchanges import exchange, page, writer
from tests.feeds import article, write_run

if TYPE_CHECKING:
    from pathlib import Path

RUN = "20261101T000000000Z-a"
PAGE = page(b"<img src=/1.png><img src=/2.png>", b"Content-Type: text/html")
PNG = page(b"\x89PNG" + b"x" * 96, b"Content-Type: image/png")
SITE = "https://a.example"


def filled(path: Path) -> Directory:
    """Return a collection whose cache is made."""
    directory = Directory(path, "one")
    cache.prepare(directory.cache_path)
    filling.refresh(directory, directory.cache_path, filling.RefreshProgress(), lambda: False)
    return directory


def found(directory: Directory) -> One:
    with cache.opened(directory.cache_path) as opened:
        row = opened.article("kankanews:made1")
        assert row is not None
        (version,) = opened.versions(row.id, start=1)
    return One(shelved=Shelved(directory, directory.path), row=row, version=version, record={}, problem=None)


@pytest.fixture
def captured(tmp_path) -> Collection:
    """A page with two pictures."""
    with writer(tmp_path / "captured") as open_writer:
        open_writer.write_exchange(exchange(PAGE, url=f"{SITE}/"))
        for name in ("1", "2"):
            open_writer.write_exchange(exchange(PNG, url=f"{SITE}/{name}.png"))
    return Collection(tmp_path / "captured")


def entry(collection: Collection, url: str) -> CdxjEntry:
    return next(each for each in map(CdxjEntry.parse, map(bytes.decode, collection.index.lines())) if each.url == url)


def record_of(collection: Collection) -> dict[str, object]:
    at = entry(collection, f"{SITE}/")
    place = {"warc": at.filename, "offset": at.offset, "length": at.length, "record_id": "x"}
    fields = {"url": f"{SITE}/", "archive": place, "images": [], "videos": [], "fetched_at": "2026-01-30T08:00:00Z"}
    return article(1) | fields


def test_a_query_is_read_up_to_a_length():
    most = bigrams.MAX_QUERY

    assert bigrams.wanted("a" * most).terms == ("a" * most,)
    assert bigrams.wanted("a" * (most + 1)).terms == ("a" * most,)


def test_what_an_address_asks_for_is_read_up_to_a_length():
    most = search._MOST

    assert len(Asked.of({"q": "a" * most, "channel": "b" * most}).channel) == most
    assert len(Asked.of({"q": "a" * (most + 1), "channel": "b" * (most + 1)}).channel) == most


def test_what_is_looked_for_is_read_up_to_a_length():
    address = "https://a.example/" + "a" * search._MOST_WRITTEN

    assert Asked.of({"q": address[: search._MOST_WRITTEN]}).q == address[: search._MOST_WRITTEN]
    assert Asked.of({"q": address[: search._MOST_WRITTEN + 1]}).q == address[: search._MOST_WRITTEN]


def test_a_list_has_so_many_pages():
    most = search.MOST_PAGES

    assert Asked.of({"page": str(most)}).page == most
    assert Asked.of({"page": str(most + 1)}).page == most


@pytest.mark.parametrize(("more", "refused"), [(0, False), (1, True)])
def test_a_form_has_so_many_bytes_at_most(more, refused):
    size = str(guard._MAX_BODY + more).encode()
    scope = {"type": "http", "method": "POST", "headers": [(b"host", b"127.0.0.1:1"), (b"content-length", size)]}

    assert bool(guard._refusal(scope)) == refused


@pytest.mark.parametrize(("most", "read"), [(12, True), (11, False)])
def test_a_manifest_in_a_package_is_read_up_to_a_length(tmp_path, monkeypatch, most, read):
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as package:
        package.writestr("runs/a.json", b'{"parts":[] }'[:12])
    monkeypatch.setattr(holding, "_MAX_MANIFEST", most)
    refused = pytest.raises(ValueError if read else WaczError, match="delimiter" if read else "more than 11 bytes")
    with closing(PackedHolding(tmp_path / "a.wacz", "a")) as one, refused:
        one.manifest("a")


def test_so_many_values_of_a_kind_are_chosen_from(tmp_path, monkeypatch):
    monkeypatch.setattr(filling, "_MAX_FACETS", 2)
    for number in (2, 3):
        channels = [article(each, channel={"name": f"频道{each}", "url": None}) for each in range(number)]
        write_run(tmp_path / str(number), RUN, channels)
        with cache.opened(filled(tmp_path / str(number)).cache_path) as opened:
            assert len(opened.facets("channel")) == 2


def test_so_many_addresses_of_an_index_are_listed(tmp_path, monkeypatch):
    monkeypatch.setattr(filling, "_MOST_PAGES", 2)
    for number in (2, 3):
        with writer(tmp_path / str(number)) as open_writer:
            for each in range(number):
                open_writer.write_exchange(exchange(page(b"x", b"Content-Type: text/html"), url=f"{SITE}/{each}"))
        with cache.opened(filled(tmp_path / str(number)).cache_path) as opened:
            assert opened.count("SELECT count(*) FROM article", {}) == 2
            more = ["indexes/ has more than 2 addresses; only so many are shown."]
            assert opened.problems() == (more if number > 2 else [])


def test_lines_of_a_list_of_pages_that_cannot_be_read_are_counted(tmp_path):
    page_line = b'{"url": "https://a.example/1", "ts": "2026-11-29T08:00:00Z"}\n'
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as package:
        lines = (b'{"format": "json-pages-1.0"}\n', page_line, b"[]\n", b'{"url": "https://a.example/2"}\n', b"{\n")
        package.writestr("pages/pages.jsonl", b"".join(lines))
    with closing(PackedHolding(tmp_path / "a.wacz", "a")) as one:
        cache.prepare(tmp_path / "cache.sqlite3")
        filling.refresh(one, tmp_path / "cache.sqlite3", filling.RefreshProgress(), lambda: False)

    with cache.opened(tmp_path / "cache.sqlite3") as opened:
        assert opened.count("SELECT count(*) FROM article", {}) == 1
        (said,) = opened.problems()
    assert said.startswith("3 lines of pages/pages.jsonl cannot be read. See what is wrong with it: ")


def test_so_many_collections_are_replayed_at_once(tmp_path):
    replays = replaying.Replays(tmp_path, 1)
    every = [Directory(tmp_path / str(number), str(number)) for number in range(replaying._MOST + 1)]
    for each in every:
        replays._at(each)

    assert list(replays._running) == [each.name for each in every[1:]]
    replays.stop()


def test_so_many_events_stand_in_a_piece_of_a_timeline(tmp_path, monkeypatch):
    monkeypatch.setattr(article_page, "_MOST_EVENTS", 2)
    write_run(tmp_path / "one", RUN, [article(1)])
    directory = filled(tmp_path / "one")
    for number in (2, 3):
        with closing(sqlite3.connect(directory.cache_path)) as db, db:
            db.execute("DELETE FROM event")
            row = ("kankanews:made1", 1, "edited", 1, 0, 1)
            db.executemany(
                "INSERT INTO event (article, at, event, part, offset, length) VALUES (?, ?, ?, ?, ?, ?)", [row] * number
            )
        with cache.opened(directory.cache_path) as opened:
            lines = article_page._timeline(opened, found(directory), 1, 1)
        assert sum(not line.is_version for line in lines) == 2


@pytest.mark.parametrize("later", ["new", "changed"])
def test_what_is_read_later_costs_as_much_as_what_was_read_first(tmp_path, later):
    """In steps of SQLite's machine: a statement that looks at every row takes more with each article."""
    first = [article(number, keywords=[f"词{number}", "天气"]) for number in range(300)]
    second = [article(number + 300 * (later == "new"), hours=1, title="另一个", keywords=[f"词{number}", "雨"])
              for number in range(300)]  # fmt: skip
    write_run(tmp_path / "one", RUN, first)
    write_run(tmp_path / "one", "20261102T000000000Z-a", second)
    directory = Directory(tmp_path / "one", "one")
    cache.prepare(directory.cache_path)
    steps: list[int] = []
    with closing(sqlite3.connect(directory.cache_path, isolation_level=None)) as db:
        db.set_progress_handler(lambda: steps.__setitem__(-1, steps[-1] + 1), 100)
        for run in directory.runs():
            steps.append(0)
            filling._Filling(db, directory).run(run, lambda: False)

    assert steps[1] < 1.75 * steps[0]


@pytest.mark.parametrize(("less", "given"), [(0, True), (1, False)])
def test_a_warc_record_of_so_many_bytes_is_given(captured, monkeypatch, less, given):
    write_run(captured.path, RUN, [article(1)])
    at = entry(captured, f"{SITE}/1.png")
    one = found(filled(captured.path))
    monkeypatch.setattr(downloads, "_MAX_RECORD", at.length - less)
    where = {"warc": at.filename, "offset": at.offset, "length": at.length}

    if given:
        assert len(downloads.raw(one, where)) == at.length
    else:
        with pytest.raises(NotThereError):
            downloads.raw(one, where)


@pytest.mark.parametrize(("less", "shown"), [(0, True), (1, False)])
def test_a_picture_of_so_many_bytes_is_shown(captured, monkeypatch, less, shown):
    monkeypatch.setattr(replayed, "_MAX_PICTURE", len(PNG) - less)

    body = replayed._body(Directory(captured.path, "one"), f"{SITE}/1.png", datetime(2026, 1, 30, tzinfo=UTC))

    assert bool(body) == shown


@pytest.mark.parametrize(("most", "count"), [(2, 3), (1, 2)])
def test_so_many_requisites_go_into_a_package(captured, monkeypatch, most, count):
    monkeypatch.setattr(onepage, "_MOST", most)

    assert onepage.pack_page([captured], record_of(captured), io.BytesIO(), datetime(2026, 1, 30, tzinfo=UTC)) == count


@pytest.mark.parametrize(("less", "packed"), [(0, True), (1, False)])
def test_a_page_of_so_many_bytes_goes_into_a_package(captured, monkeypatch, less, packed):
    monkeypatch.setattr(onepage, "_MAX_BLOCK", max(len(PAGE), len(PNG)) - less)
    at = entry(captured, f"{SITE}/1.png")

    if packed:
        onepage.pack_page([captured], record_of(captured), io.BytesIO(), datetime(2026, 1, 30, tzinfo=UTC))
    else:
        captures = Captures([captured], lambda problem: None, max_block=onepage._MAX_BLOCK)
        with pytest.raises(WarcError):
            captures.read(RecordPlace(captured, at.filename, at.offset))
