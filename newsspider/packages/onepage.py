"""A package of one article: its page, what the page shows, and the record, out of the archives that hold them.

The WARC records go in byte for byte, compressed where they were not, each once, in a file of their own. So a locator in
the record names a file that is not here: who wants to hold one against the other takes the WARC-Record-ID.
ReplayWeb.page opens it.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import orjson

import newsspider
from newsspider.collection.captures import Captures, RecordPlace
from newsspider.collection.indexing import index_lines
from newsspider.packages.package import PackageWriter
from newsspider.packages.runs import PackError
from newsspider.packages.searchtext import search_text
from newsspider.packages.ziplines import Ziplines
from newsspider.parsing.page import Page
from newsspider.parsing.requisites.page import of_page, of_style_sheet
from newsspider.text.charsets import decode
from newsspider.warc.address import address
from newsspider.warc.cdxj import LineSorter
from newsspider.warc.copying import member_of
from newsspider.warc.reader import WarcError
from newsspider.warc.urlkey import urlkey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsspider.collection.captures import Archive, ArchivedPage

_MOST = 300
"""Captures besides the page's; a crawl takes no more for one article either."""
_MAX_BLOCK = 1 << 26
_INDEX = "index.cdx.gz"
_PIECE = 1 << 20


def pack_page(archives: Sequence[Archive], record: dict[str, Any], out: IO[bytes], now: datetime) -> int:
    """Write the package of the article that *record* is of to *out*; return how many captures are in it.

    WarcError or OSError where its page cannot be read, PackError where it was captured before the first moment that
    there is in UTC; what the page shows and cannot be read is left out.
    """
    captures = Captures(archives, lambda problem: None, max_block=_MAX_BLOCK)
    with tempfile.TemporaryDirectory(prefix="newsspider-pack-") as name:
        scratch = Path(name)
        warc = scratch / "article.warc.gz"
        count = _copy(captures, record, warc)
        lines = LineSorter(scratch)
        for line in index_lines(warc, lambda problem: None):
            lines.add(line)
        blocks = Ziplines(iter(lines), _INDEX)
        with PackageWriter(out, now, f"newsspider {newsspider.__version__}") as package:
            package.add("pages/pages.jsonl", _pages(record), deflate=True)
            package.add(f"archive/{warc.name}", _pieces(warc))
            package.add(f"indexes/{_INDEX}", blocks)
            package.add("indexes/index.idx", [bytes(blocks.index)])
            package.add("record.json", [orjson.dumps(record, option=orjson.OPT_INDENT_2)], deflate=True)
            package.finish({"title": record["title"] or record["url"]}, None)
        lines.clear()
    return count


def _copy(captures: Captures, record: dict[str, Any], warc: Path) -> int:
    copied: set[tuple[str, int]] = set()
    at = datetime.fromisoformat(record["fetched_at"])
    with warc.open("xb") as file:
        for where in (record["archive"], *(record.get("pages") or ())):
            place = captures.place(where["warc"], where["offset"])
            if place is None:
                raise FileNotFoundError(f"no archive that is open here holds {where['warc']}")
            page = captures.read(place)
            _take(captures, place, file, copied)
            if page is not None:
                _requisites(captures, page, record, at, file, copied)
    return len(copied)


def _requisites(
    captures: Captures,
    page: ArchivedPage,
    record: dict[str, Any],
    at: datetime,
    file: IO[bytes],
    copied: set[tuple[str, int]],
) -> None:
    """Copy what a page shows, and what its style sheets do."""
    parsed = Page(page.http.body(), page.capture.url, page.http.headers)
    wanted = [(each.url, each.kind == "styles") for each in of_page(parsed)]
    wanted += [(image["url"], False) for image in record["images"]]
    wanted += [(video["poster"], False) for video in record["videos"] if video["poster"]]
    seen: set[str] = set()
    while wanted and len(seen) < _MOST:
        url, is_style = wanted.pop(0)
        if url in seen:
            continue
        seen.add(url)
        try:
            found = _nearest(captures, url, at)
            if found is None:
                continue
            _take(captures, found, file, copied)
            if is_style and (sheet := captures.read(found)) is not None:
                css = decode(sheet.http.body(), "text/css").text
                wanted += [(each.url, each.kind == "styles") for each in of_style_sheet(css, url)]
        except (WarcError, OSError):  # the page is complete without it, and verify names it
            continue


def _nearest(captures: Captures, url: str, at: datetime) -> RecordPlace | None:
    there = [each for each in captures.of_key(urlkey(url)) if address(each.entry.url) == address(url)]
    nearest = min(there, key=lambda each: abs(each.entry.captured - at), default=None)
    return None if nearest is None else nearest.place


def _take(captures: Captures, place: RecordPlace, file: IO[bytes], copied: set[tuple[str, int]]) -> None:
    """Copy the record of a capture, of a revisit after the one that it stands for."""
    for record in captures.records(place):
        key = (str(record.path), record.offset)
        if key not in copied:
            copied.add(key)
            file.writelines(member_of(record))


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _pages(record: dict[str, Any]) -> Iterator[bytes]:
    title = record["title"] or record["page_title"] or record["url"]
    yield orjson.dumps({"format": "json-pages-1.0", "id": "pages", "title": title, "hasText": True}) + b"\n"
    try:
        captured = datetime.fromisoformat(record["fetched_at"]).astimezone(UTC)
    except OverflowError as error:
        raise PackError(f"{record['url']}: captured at {record['fetched_at']}, before all moments in UTC") from error
    page = {
        "id": record["content_hash"].removeprefix("sha256:")[:32],
        "url": record["url"],
        "ts": captured.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "title": title,
        "text": search_text(title, record["body_text"] or ""),
    }
    yield orjson.dumps(page) + b"\n"
