"""The pages that records name, as verification opens them: out of several archives, each small one once."""

from __future__ import annotations

import gzip
import tempfile
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from newsspider.proof import pages
from newsspider.proof.pages import PageNotFoundError, PageOpener, PageUnfinishedError
from newsspider.warc.reader import WarcError
from tests.archive.exchanges import STARTED, URL, exchange, page, writer
from tests.archive.test_lookup import capture, response, warc

if TYPE_CHECKING:
    from pathlib import Path

HTML = b"Content-Type: text/html"
ID, OTHER = (f"<urn:uuid:0190f0a0-0000-7000-8000-{number:012}>" for number in (1, 2))


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


def test_page_that_is_larger_than_any_may_be_is_not_read(tmp_path, monkeypatch):
    """A body and a head, each as large as it may be, still are."""
    head = len(page(b"", HTML)) + 3  # four digits of a length
    full, over = archived(tmp_path / "a", *(b"x" * (1400 - head + more) for more in (0, 1)))
    monkeypatch.setattr(pages, "MAX_BODY", 1000)
    monkeypatch.setattr(pages, "MAX_HEAD", 400)

    with PageOpener([tmp_path / "a"]) as opener:
        assert len(body(opener, full)) == 1400 - head
        with pytest.raises(WarcError, match=r"the block has 1,401 bytes, more than 1,400"):
            opener.page(*over)


def test_page_whose_second_segment_is_in_another_archive_is_whole(tmp_path):
    """That archive holds no capture of its own (ISO 28500, 7)."""
    whole = page(b"one and two", HTML)
    first = response(whole[:-4], WARC_Record_ID=ID, WARC_Segment_Number="1")
    second = {"WARC_Type": "continuation", "WARC_Segment_Number": "2", "WARC_Segment_Origin_ID": ID}
    second["WARC_Segment_Total_Length"] = str(len(whole))
    for name, made in (("a", first), ("b", response(whole[-4:], WARC_Record_ID=OTHER, **second))):
        (tmp_path / f"{name}.warc.gz").write_bytes(warc(made))

    with PageOpener([tmp_path / "a.warc.gz", tmp_path / "b.warc.gz"]) as opener:
        assert body(opener, ("a.warc.gz", 0)) == b"one and two"


def test_page_nearest_to_a_moment_is_that_of_its_address(tmp_path):
    for hours in (0, 2, 9):
        capture(tmp_path / "a", b"%d" % hours, after=3600 * hours)
    capture(tmp_path / "a", b"another", url="https://news.example/another", after=3600)

    with PageOpener([tmp_path / "a"]) as opener:
        found = {after: opener.nearest(URL, STARTED + timedelta(hours=after)) for after in (-5, 0.9, 1.1, 5, 6, 20)}
        assert {after: each and each.http.body() for after, each in found.items()} == {
            -5: b"0", 0.9: b"0", 1.1: b"2", 5: b"2", 6: b"9", 20: b"9"
        }  # fmt: skip
        assert opener.nearest("https://news.example/nowhere", STARTED) is None


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
