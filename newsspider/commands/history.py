"""``scrapy history``: the versions of an article and what was changed, or what changed everywhere."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsspider.archive.collection import Collection
from newsspider.archive.places import CollectionNotFoundError, collection_named
from newsspider.dates import SHANGHAI
from newsspider.durable import write_whole
from newsspider.errors import NewsspiderError
from newsspider.history.chronicle import chronicle, events_since, name_of
from newsspider.history.events import in_order
from newsspider.history.ledger import Ledger
from newsspider.history.page import as_html
from newsspider.history.report import as_json
from newsspider.history.text import event_line, told
from newsspider.items import as_record
from newsspider.since import moment_of

if TYPE_CHECKING:
    import argparse
    from datetime import datetime


class NoHistoryError(NewsspiderError):
    """A collection has no ledger."""

    def __init__(self, collection: Collection):
        super().__init__(
            f"{collection.state_path} is not there, so nothing is known of versions; the next `scrapy crawl` into "
            f"this collection makes it, out of the records of earlier runs"
        )


class PageWriteError(NewsspiderError):
    """The page could not be written."""

    exit_code = 4

    def __init__(self, path: Path, error: OSError):
        super().__init__(
            f"--html {path}: cannot be written: {error.strerror or error}; name a file in a directory that is there "
            "and can be written"
        )


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "URL|ID | --since TIME"

    def short_desc(self) -> str:
        return "Show the versions of an article and what was changed, to the word; or what changed everywhere"

    def long_desc(self) -> str:
        return (
            "Show what happened to an article, named by its address in any form or by its id: every version, the "
            "events between them, and what was changed in the text. Texts come from the archive, read by today's "
            "parser. With --since, list what happened to all articles of COLLECTION, or else of every collection. "
            "Example: scrapy history https://www.kankanews.com/detail/LMwVGgj402z --html history.html"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print JSON; with --since an object a line")
        parser.add_argument("--html", metavar="FILE", help="write a page that needs nothing but itself, too")
        parser.add_argument(
            "--since", metavar="TIME", help="what happened since: 1d, 12h, 30m, 2w, or a date as 2026-11-01"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != (opts.since is None):
            raise UsageError(
                "takes one article or --since, as in: scrapy history kankanews:LMwVGgj402z, scrapy history --since 1d"
            )
        if opts.since is not None and opts.html is not None:
            raise UsageError("--html is a page about one article; --since is about all", print_help=False)
        try:
            if opts.since is not None:
                self._show_since(_moment(opts.since), as_lines=opts.json)
            else:
                self._show_article(args[0], opts)
        except NewsspiderError as error:
            print(f"scrapy history: {error}", file=sys.stderr)
            self.exitcode = error.exit_code
        except BrokenPipeError:  # whoever reads has seen enough, as `head` has
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:
            print(f"scrapy history: {error}", file=sys.stderr)
            self.exitcode = 1

    def _show_article(self, named: str, opts: argparse.Namespace) -> None:
        name = name_of(named)
        collection = self._collection(name.site)
        if not collection.state_path.exists():
            raise NoHistoryError(collection)
        with closing(Ledger.reading(collection.state_path)) as ledger:
            story = chronicle(collection, ledger, name, named)
        if opts.html is not None:
            _write(Path(opts.html), as_html(story))
        if opts.json:
            print(json.dumps(as_json(story), ensure_ascii=False, indent=1))
        else:
            for line in told(story, colours=sys.stdout.isatty()):
                print(line)

    def _show_since(self, since: datetime, *, as_lines: bool) -> None:
        assert self.settings is not None
        collections = [self._collection("")] if self.settings["COLLECTION"] else self._all_collections()
        kinds: Counter[str] = Counter()
        problems: list[str] = []
        happened = (event for each in collections for event in events_since(each, since, problems))
        for event in in_order(happened):
            kinds[event.event] += 1
            if as_lines:
                print(json.dumps(as_record(event), ensure_ascii=False))
            elif event.event != "published":  # every new article; their number tells enough
                print(event_line(event, colours=sys.stdout.isatty()))
        if not as_lines:
            counts = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))
            print(f"since {since:%Y-%m-%d %H:%M} UTC: {counts or 'nothing happened'}")
        for problem in problems:
            print(f"scrapy history: {problem}", file=sys.stderr)
            self.exitcode = 1

    def _collection(self, site: str) -> Collection:
        assert self.settings is not None
        archives = Path(self.settings["ARCHIVE_DIR"])
        return collection_named(self.settings["COLLECTION"] or site, archives)

    def _all_collections(self) -> list[Collection]:
        assert self.settings is not None
        archives = Path(self.settings["ARCHIVE_DIR"])
        found = [Collection(path.parent) for path in sorted(archives.glob("*/archive")) if path.is_dir()]
        if not found:
            raise CollectionNotFoundError(None, archives)
        return found


def _write(path: Path, html: str) -> None:
    try:
        write_whole(path, html.encode())
    except OSError as error:
        raise PageWriteError(path, error) from error


def _moment(text: str) -> datetime:
    """Read ``--since`` as a moment in UTC; a date or time without a zone is the site's, as with ``-a at``."""
    try:
        return moment_of(text, zone=SHANGHAI)
    except ValueError as error:
        raise UsageError(f"--since {error}", print_help=False) from error
