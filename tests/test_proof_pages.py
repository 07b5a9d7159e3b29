"""The pages that records name, as verification opens them: out of several archives, each small one once."""

from __future__ import annotations

import gzip
import tempfile
from typing import TYPE_CHECKING

import pytest

from newsspider.proof import pages
from newsspider.proof.pages import PageNotFoundError, PageOpener, PageUnfinishedError
from tests.archive.exchanges import exchange, page, writer

if TYPE_CHECKING:
    from pathlib import Path

HTML = b"Content-Type: text/html"


def archived(path: Path, *bodies: bytes, **options: str) -> list[tuple[str, int]]:
    """Write a collection of pages; return where they are."""
    with writer(path, **options) as made:
        captures = [
            made.write_exchange(exchange(page(body, HTML), url=f"https://news.example/{number}"))
            for number, body in enumerate(bodies)
        ]
    return [(each.where.warc, each.where.offset) for each in captures]


def body(opener: PageOpener, place: tuple[str, int]) -> bytes:
    found = opener.page(*place)
    assert found is not None
    return found.http.body(limit=1 << 22)


def test_page_is_found_in_whichever_archive_has_it(tmp_path):
    (one,), (two,) = archived(tmp_path / "a", b"one"), archived(tmp_path / "b", b"two", prefix="other")

    with PageOpener([tmp_path / "a", tmp_path / "b", tmp_path / "a"]) as opener:
        assert (body(opener, one), body(opener, two)) == (b"one", b"two")
        with pytest.raises(PageNotFoundError, match=rf"^c\.warc\.gz is not in {tmp_path}/a, {tmp_path}/b$"):
            opener.page("c.warc.gz", 0)


def test_archive_that_holds_no_page_is_passed_over(tmp_path):
    (place,) = archived(tmp_path / "a", b"one")
    (tmp_path / "empty/archive").mkdir(parents=True)
    (tmp_path / "a.wacz").write_bytes(b"PK\x03\x04 and nothing else")
    (tmp_path / "notes").mkdir()

    with PageOpener([tmp_path / name for name in ("empty", "a.wacz", "notes", "nowhere", "a")]) as opener:
        assert body(opener, place) == b"one"


def test_what_is_unpacked_stays_as_long_as_pages_are_opened(tmp_path, monkeypatch):
    archived(tmp_path / "a", b"one")
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))

    with PageOpener([tmp_path / "a", tmp_path / "nowhere"]):
        assert len(list((tmp_path / "scratch").iterdir())) == 2  # one for each archive
    assert list((tmp_path / "scratch").iterdir()) == []


def test_page_in_a_file_that_is_still_written_is_none_yet(tmp_path):
    archived(tmp_path / "a", b"one")
    archived(tmp_path / "b", b"two")
    (tmp_path / "b/archive/c.warc.gz.open").write_bytes(b"")

    with PageOpener([tmp_path / "a", tmp_path / "b"]) as opener:
        with pytest.raises(PageUnfinishedError, match=r"c\.warc\.gz is not finished yet"):
            opener.page("c.warc.gz", 0)
        with pytest.raises(PageNotFoundError):
            opener.page("d.warc.gz", 0)


def test_record_without_a_page_has_none(tmp_path):
    ((warc, _),) = archived(tmp_path / "a", b"one")

    with PageOpener([tmp_path / "a"]) as opener:
        assert opener.page(warc, 0) is None  # the warcinfo record


def test_page_of_more_than_its_head_may_have_is_read(tmp_path):
    (place,) = archived(tmp_path / "a", b"x" * (1 << 21))

    with PageOpener([tmp_path / "a"]) as opener:
        assert len(body(opener, place)) == 1 << 21


def test_small_pages_that_were_read_last_are_remembered(tmp_path, monkeypatch):
    """Those of 64 KiB with their head, and of them as many as a part has records and some more."""
    head = len(page(b"", HTML)) + 4  # five digits of a length
    sizes = (10, 20, 65_536 - head, 65_537 - head)
    places = archived(tmp_path / "a", *(b"x" * size for size in sizes))
    monkeypatch.setattr(pages, "_KEPT", 2)

    with PageOpener([tmp_path / "a"]) as opener:
        first, second, full, over = (opener.page(*place) for place in places)
        assert [len(each.http.block) for each in (full, over)] == [65_536, 65_537]
        assert opener.page(*places[1]) is second
        assert opener.page(*places[2]) is full
        assert opener.page(*places[3]) is not over
        assert opener.page(*places[0]) is not first  # which takes the place of the second
        assert opener.page(*places[2]) is full
        assert opener.page(*places[1]) is not second


def test_as_many_pages_are_remembered_as_a_part_has_records():
    assert 200 <= pages._KEPT <= 1000  # PART_ITEMS, and pages in memory


def test_revisit_is_as_large_as_what_it_repeats(tmp_path):
    big = b"x" * (1 << 17)
    archived(tmp_path / "a", big)
    with writer(tmp_path / "a") as made:
        capture = made.write_exchange(exchange(page(big, HTML), url="https://news.example/0"))
    place = capture.where.warc, capture.where.offset
    assert b"WARC-Type: revisit" in gzip.decompress((tmp_path / "a/archive" / place[0]).read_bytes()[place[1] :])

    with PageOpener([tmp_path / "a"]) as opener:
        assert body(opener, place) == big
        assert opener.page(*place) is not opener.page(*place)
