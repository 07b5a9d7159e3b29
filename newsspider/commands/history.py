"""``scrapy history``: the versions of an article and what was changed, or what changed everywhere."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from newsspider.collection.collection import Collection
from newsspider.collection.places import CollectionNotFoundError, collection_to_read, shown_together
from newsspider.commands import summary
from newsspider.durable import whole_file
from newsspider.errors import NewsspiderError
from newsspider.history.events import place_in_order
from newsspider.history.names import named
from newsspider.history.since import events_since
from newsspider.history.text import as_lines, counts, event_line
from newsspider.record.items import as_record
from newsspider.terminal.called import as_called
from newsspider.terminal.command import BaseCommand, UsageError
from newsspider.terminal.console import complain, say, say_json
from newsspider.text.clock import SHANGHAI
from newsspider.text.escaping import printable
from newsspider.text.language import _
from newsspider.text.since import moment_of

if TYPE_CHECKING:
    import argparse
    from datetime import datetime


class PageWriteError(NewsspiderError):
    """The page could not be written."""

    exit_code = 4

    def __init__(self, path: Path, error: OSError):
        super().__init__(
            f"--html {path}: cannot be written: {error.strerror or error}; name a file in a directory that is there "
            "and can be written"
        )


class Command(BaseCommand):
    def syntax(self) -> str:
        return "URL|ID | --since TIME [COLLECTION]"

    def short_desc(self) -> str:
        return summary("history")

    def long_desc(self) -> str:
        return _(
            "Show what happened to an article, named by its address in any form or by its id: every version, the "
            "events between them, and what was changed in the text. Texts are what today's parser reads in the "
            "archive, or read there when the run published them. With --since, list what happened to all articles of "
            "a collection, or else of all collections but the demo's. Examples: scrapy history "
            "https://www.kankanews.com/detail/LMwVGgj402z --html history.html; "
            "scrapy history --since 1d kankanews"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--in", dest="collection", metavar="PATH", help=_("a collection, by name or path, or a WACZ of one")
        )
        parser.add_argument("--json", action="store_true", help=_("print JSON; with --since an object a line"))
        parser.add_argument("--html", metavar="FILE", help=_("write a page that needs nothing but itself"))
        parser.add_argument(
            "--since", metavar="TIME", help=_("what happened since: 1d, 12h, 30m, 2w, or a date as 2026-11-01")
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) > 1 or (not args and opts.since is None):
            raise UsageError(
                _(
                    "takes one article, or --since and a collection, as in: scrapy history kankanews:LMwVGgj402z, "
                    "scrapy history --since 1d kankanews"
                )
            )
        if opts.since is not None and args and opts.collection is not None:
            raise UsageError(_("--since takes one collection: name it, or give its path by --in, and not both"))
        if opts.since is not None and opts.html is not None:
            raise UsageError(_("--html is a page about one article; --since is about all"))
        try:
            if opts.since is not None:
                name = args[0] if args else opts.collection or self.settings["COLLECTION"]
                self._show_since(name, _moment(opts.since), as_lines=opts.json)
            else:
                self._show_article(args[0], opts)
        except OSError as error:
            complain(f"scrapy history: {error}")
            self.exitcode = 1

    def _show_article(self, named: str, opts: argparse.Namespace) -> None:
        # --since needs none of these.
        from newsspider import sites
        from newsspider.history.chronicle import NoArticleNameError, name_of
        from newsspider.history.retelling import history_of

        name = name_of(named)
        try:
            collection = self._collection(opts.collection or self.settings["COLLECTION"] or name.site)
        except CollectionNotFoundError:
            if name.site in sites.names():
                raise
            raise NoArticleNameError(named) from None  # an address of any host may be an article's
        story = history_of(collection, name, named)
        if opts.html is not None:
            from newsspider.history.page import as_html

            _write(Path(opts.html), as_html(story))
        if opts.json:
            from newsspider.history.report import as_json

            say_json(as_json(story), indent=1)
        elif opts.html is not None:
            say(f"{opts.html}: {counts(story)}")
        else:
            colours = sys.stdout.isatty()
            for line in as_lines(story, colours=colours):
                say(line, colours=colours)

    def _show_since(self, name: str | None, since: datetime, *, as_lines: bool) -> None:
        archives = Path(self.settings["ARCHIVE_DIR"])
        collections, without_demo = ([self._collection(name)], False) if name else _all(archives)
        width = max(len(each.name) for each in collections)
        kinds: Counter[str] = Counter()
        problems: list[str] = []
        happened = [(event, each.name) for each in collections for event in events_since(each, since, problems)]
        for event, of in sorted(happened, key=lambda each: place_in_order(each[0])):
            kinds[event.event] += 1
            if as_lines:
                say_json(as_record(event))
            elif event.event != "published":  # every new article; their number is enough
                colours = sys.stdout.isatty()
                say(f"{printable(of):{width}}  {event_line(event, colours=colours)}", colours=colours)
        if not as_lines:
            happening = ", ".join(f"{count:,} {named(kind)}" for kind, count in sorted(kinds.items()))
            since_when = f"{since:%Y-%m-%d %H:%M}"
            say(_("since %(time)s UTC: %(counts)s", time=since_when, counts=happening or _("nothing happened")))
            if without_demo:
                say(as_called(_("The demo's articles are left out: scrapy history --since TIME demo")))
        for problem in problems:
            complain(f"scrapy history: {problem}")
            self.exitcode = 1

    def _collection(self, named: str) -> Collection:
        return collection_to_read(named, Path(self.settings["ARCHIVE_DIR"]))


def _all(archives: Path) -> tuple[list[Collection], bool]:
    found = [Collection(path.parent) for path in sorted(archives.glob("*/archive")) if path.is_dir()]
    if not found:
        raise CollectionNotFoundError(None, archives)
    return shown_together(found)


def _write(path: Path, html: str) -> None:
    try:
        with whole_file(path) as file:
            file.write(html.encode())
    except OSError as error:
        raise PageWriteError(path, error) from error


def _moment(text: str) -> datetime:
    """Read ``--since`` as a moment in UTC; a date or time without a zone is the site's, as with ``-a at``."""
    try:
        return moment_of(text, zone=SHANGHAI)
    except ValueError as error:
        raise UsageError(f"--since {error}") from error
