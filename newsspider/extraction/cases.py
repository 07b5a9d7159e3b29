"""Captured pages as test cases: a directory with the page as it came over the wire, and the expected record.

The page is a WARC file with the record of the capture and, where that is a revisit, the record of its original before
it: so address, date, headers and body cannot drift apart.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import newsspider
from newsspider.collection.captures import ArchivedPage, Captures, FoundEntry, message_of, page_of
from newsspider.durable import make_directory, sync_directory, write_whole
from newsspider.errors import NewsspiderError
from newsspider.parsing.unparsed import UnparsedPageError
from newsspider.record.items import as_record
from newsspider.text.urls import UrlError
from newsspider.warc.copying import member_of
from newsspider.warc.reader import iter_records
from newsspider.warc.urlkey import urlkey

if TYPE_CHECKING:
    from datetime import datetime

    from newsspider.collection.collection import Collection
    from newsspider.parsing.site import Site
    from newsspider.warc.cdxj import CdxjEntry
    from newsspider.warc.reader import Record

PAGE = "page.warc.gz"

NOT_CHECKED = "NOT YET CHECKED"
"""Stands in what ``page.json`` says of the record, until a person has read the record against the page."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")


class CaseError(NewsspiderError):
    """A case cannot be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case that was made."""

    directory: Path
    page: ArchivedPage
    problem: str | None
    """Why the page gives no record; None when it gives one."""


def save_case(
    site: Site, collection: Collection, url: str, name: str, *, cases: Path, at: datetime | None, force: bool
) -> Case:
    """Make the page at *url*, captured nearest to *at* or else last, a case of *site*; whole or not at all.

    CaseError for a *name* that is invalid, or is taken (unless *force*), and for a page that is not in the collection.
    """
    if not _NAME.fullmatch(name):
        raise CaseError(f"{name!r} is no name for a case: lower-case letters, digits and '-', as in no-title")
    directory = cases / site.name / name
    if directory.exists() and not force:
        raise CaseError(f"{directory} is there already; take another name, or replace it with --force")
    return write_case(site, FoundEntry(_nearest(site, collection, url, at), collection), directory)


def write_case(site: Site, found: FoundEntry, directory: Path) -> Case:
    """Make a capture a case of *site* in *directory*, in place of what is there; whole or not at all. CaseError."""
    half = directory.with_name(f".{directory.name}.part")
    try:
        shutil.rmtree(half, ignore_errors=True)
        make_directory(half)
        write_whole(half / PAGE, b"".join(chain.from_iterable(map(member_of, _records(found)))))
        page = read_page(half / PAGE)
        problem = _write_what_it_gives(site, page, half)
        _write_json(half / "page.json", _about(site, page, found.entry))
        if directory.exists():
            shutil.rmtree(directory)
        half.rename(directory)
        sync_directory(directory.parent)
    except OSError as error:
        raise CaseError(f"{directory}: the case cannot be written: {error}") from error
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return Case(directory=directory, page=page, problem=problem)


def read_page(path: Path) -> ArchivedPage:
    """Return the page that a case keeps in its WARC file."""
    records = []
    for record in iter_records(path):
        record.load()
        records.append(record)
    original = message_of(records[0]) if records[-1].type == "revisit" else None
    return page_of(records[-1], path.name, original)


def _nearest(site: Site, collection: Collection, url: str, at: datetime | None) -> CdxjEntry:
    """Return the capture that is meant; one with status 200 if there is one."""
    try:
        wanted = site.canonical_url(url)
    except UrlError as error:
        raise CaseError(str(error)) from error
    # The index folds letter case, and a site's identifiers may differ in nothing else.
    captures = [entry for entry in collection.index.find(urlkey(wanted)) if site.canonical_url(entry.url) == wanted]
    if not captures:
        raise CaseError(
            f"{wanted} is not in {collection.path}; get it with: scrapy crawl {site.name} -a url={wanted} "
            f"-s COLLECTION={collection.name}"
        )
    captures = [entry for entry in captures if entry.status == "200"] or captures
    if at is None:
        return captures[-1]
    return min(captures, key=lambda entry: abs(entry.captured - at))


def _records(found: FoundEntry) -> list[Record]:
    """Return the record of a capture, after its original if it is a revisit."""
    return Captures([found.archive], lambda _: None, max_block=None).records(found.place)


def _write_what_it_gives(site: Site, page: ArchivedPage, directory: Path) -> str | None:
    """Write the record and the site's facts, or the error; return the error."""
    try:
        article, site_facts = site.parse_page(
            page.http.body(), page.capture.url, page.http.headers, page.capture.captured
        )
    except UnparsedPageError as error:
        _write_json(directory / "error.json", {"error": type(error).__name__, "missing": list(error.missing)})
        return str(error)
    _write_json(directory / "golden.json", as_record(article))
    if site_facts is not None:
        _write_json(directory / "site_facts.json", as_record(site_facts))
    return None


def _about(site: Site, page: ArchivedPage, entry: CdxjEntry) -> dict[str, Any]:
    return {
        "what": f"captured page, as it came over the wire (from {entry.filename} at byte {entry.offset})",
        "expected": f"what the parser of newsspider {newsspider.__version__} (rules of {site.name}: version "
        f"{site.parser_version}) gave; {NOT_CHECKED} against the page by a person, who then says so here",
        "url": page.capture.url,
        "captured_at": page.capture.captured.isoformat(),
    }


def _write_json(path: Path, value: Any) -> None:
    write_whole(path, json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n")
