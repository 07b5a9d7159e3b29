"""The versions of an article in `scrapy browse`: in the order of their captures, in whatever order runs read them."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from newsspider.browser import cache
from newsspider.browser.filling import RefreshProgress, record_at, refresh
from newsspider.browser.holding import Directory
from newsspider.browser.search import Asked, search
from tests.browsing import browsing
from tests.feeds import NOON, article, write_run

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

ID = "kankanews:made1"
CAPTURES = [(-1, "雨"), (0, "雨"), (1, "雪"), (2, "雨"), (3, "晴")]


def record(hours: float, word: str) -> dict[str, Any]:
    return article(1, hours=hours, title=f"今天{word}", body_text=word, paragraphs=[word], keywords=[word])


def read(path: Path, captures: list[tuple[float, str]]) -> Directory:
    """Have each capture read by a run of its own, one after the other."""
    for number, each in enumerate(captures):
        write_run(path, f"202611{number + 1:02}T000000000Z-a", [record(*each)])
    directory = Directory(path, "one")
    cache.prepare(directory.cache_path)
    refresh(directory, directory.cache_path, RefreshProgress(), lambda: False)
    return directory


def versions_of(directory: Directory) -> list[tuple[int, int, str]]:
    """Return number, second after noon and text of each version."""
    with cache.opened(directory.cache_path) as opened:
        return [
            (each.number, each.at - int(NOON.timestamp()), record_at(directory, each.place)["body_text"])
            for each in opened.versions(ID, most=99)
        ]


def found(directory: Directory, asked: Asked) -> list[int]:
    """Return the numbers of the versions that a search finds."""
    with cache.opened(directory.cache_path) as opened:
        return sorted(hit.row.number for hit in search({"one": opened}, asked).hits)


@pytest.mark.parametrize("order", list(permutations(range(len(CAPTURES))))[::7], ids=str)
def test_versions_are_those_of_the_captures_in_whatever_order_they_are_read(tmp_path, order):
    directory = read(tmp_path, [CAPTURES[each] for each in order])
    with cache.opened(directory.cache_path) as opened:
        row = opened.article(ID)

    assert versions_of(directory) == [(1, -3600, "雨"), (2, 3600, "雪"), (3, 7200, "雨"), (4, 10800, "晴")]
    assert row is not None
    assert (row.title, row.number, row.versions) == ("今天晴", 4, 4)
    assert [at - int(NOON.timestamp()) for at in (row.first_seen, row.last_seen)] == [-3600, 10800]
    assert {word: found(directory, Asked(q=word)) for word in "雨雪晴"} == {"雨": [], "雪": [], "晴": [4]}
    assert {word: found(directory, Asked(q=word, earlier=True)) for word in "雨雪晴"} == {
        "雨": [1, 3], "雪": [2], "晴": [4],
    }  # fmt: skip
    assert {word: found(directory, Asked(keyword=word)) for word in "雨雪晴"} == {"雨": [], "雪": [], "晴": [4]}


@pytest.mark.parametrize(
    ("captures", "versions"),
    [
        ([(0, "雨"), (1, "雪"), (0, "雨")], [(1, 0, "雨"), (2, 3600, "雪")]),
        ([(0, "雨"), (1, "雪"), (1, "雪")], [(1, 0, "雨"), (2, 3600, "雪")]),
        ([(0, "雨"), (1, "雪"), (-9, "晴")], [(1, -32400, "晴"), (2, 0, "雨"), (3, 3600, "雪")]),
        ([(0, "雨"), (0, "雪")], [(1, 0, "雨"), (2, 0, "雪")]),
        ([(1, "雨"), (1 - 1 / 3600, "雪")], [(1, 3599, "雪"), (2, 3600, "雨")]),
        ([(0, "雨"), (2, "雨"), (3, "雪"), (1, "雪")],
         [(1, 0, "雨"), (2, 3600, "雪"), (3, 7200, "雨"), (4, 10800, "雪")]),
    ],
    ids=["the first again", "the newest again", "an older one", "at the same time", "a second before", "in between"],
)  # fmt: skip
def test_what_is_read_late_is_put_where_it_belongs(tmp_path, captures, versions):
    assert versions_of(read(tmp_path, captures)) == versions


def happened(event: str, hours: float) -> dict[str, Any]:
    identity = {"record_id": "urn:uuid:5683f046-be06-44f9-8f5d-2b62c9dd5dec", "payload_digest": "sha1:" + "A" * 32}
    capture = {"warc": "one.warc.gz", "offset": 0, "length": 1, **identity}
    of = article(1, hours=hours)
    return {
        "schema_version": "1.1", "event": event, "id": ID, "site": of["site"], "url": of["url"], "to_url": None,
        "before_at": article(1)["fetched_at"], "at": of["fetched_at"], "before": capture, "after": capture,
        "status": 404 if event == "gone" else None, "changed": {}, "claim": None, "run": "r", "parser_version": "4",
        "warnings": [],
    }  # fmt: skip


def test_a_page_that_came_back_before_it_went_is_gone(tmp_path):
    """As two runs over an archive read them, the later time first."""
    gone, restored = (happened(event, at) for event, at in (("gone", 5), ("restored", 2)))
    write_run(tmp_path / "a", "20261101T000000000Z-a", [record(0, "雨")], changes=[gone])
    write_run(tmp_path / "a", "20261102T000000000Z-a", [record(1, "雨")], changes=[restored])
    write_run(tmp_path / "b", "20261101T000000000Z-a", [record(0, "雨")], changes=[restored])
    write_run(tmp_path / "b", "20261102T000000000Z-a", [record(1, "雨")], changes=[gone])
    write_run(tmp_path / "c", "20261101T000000000Z-a", [record(0, "雨")], changes=[happened("gone", 1)])
    write_run(tmp_path / "c", "20261102T000000000Z-a", [record(1, "雨")], changes=[restored])

    with browsing(*(tmp_path / each for each in "abc"), cache=tmp_path / "cache") as browsed:
        pages = [browsed.text(f"/?collection={each}&gone=1") for each in "abc"]

    assert ["1 article" in page for page in pages] == [True, True, False]
