"""``scrapy runs``: what ran, and how it ended."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from newsspider.collection.collection import Collection
from newsspider.collection.objects import SCHEME, path_of
from newsspider.collection.places import CollectionNotFoundError, shown_together
from newsspider.collection.runs import named_moment
from newsspider.commands import summary
from newsspider.runs.advice import lines
from newsspider.runs.listing import KINDS, STATES, list_runs
from newsspider.terminal.called import as_called
from newsspider.terminal.command import BaseCommand, UsageError
from newsspider.terminal.console import say, say_json
from newsspider.terminal.table import Row, table
from newsspider.text.counted import duration
from newsspider.text.escaping import printable
from newsspider.text.language import _

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from newsspider.runs.listing import ListedRun


class Command(BaseCommand):
    def syntax(self) -> str:
        return "[COLLECTION]"

    def short_desc(self) -> str:
        return summary("runs")

    def long_desc(self) -> str:
        return _(
            "List the runs of one collection, or of all but the demo's, newest first, each with what kind it was, its "
            "exit code, and where that is not 0 what happened and what to do. Kinds: live, a crawl of what the site "
            "lists; urls, of the articles that were named; archive, of what was captured before; fetch, single pages. "
            "A run without a manifest is running, or was killed: the next run takes over what it left, and says so "
            "here. Example: scrapy runs kankanews -n 5"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-n", type=int, default=20, metavar="N", help=_("at most so many (default: %(default)s)"))
        parser.add_argument("--json", action="store_true", help=_("print one JSON object a run instead"))

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) > 1:
            raise UsageError(
                _("takes one collection, as in: scrapy runs kankanews; got: %(given)s", given=" ".join(args))
            )
        if opts.n < 1:
            raise UsageError(_("-n takes a number of runs, 1 or more; got: %(given)s", given=opts.n))
        archives = Path(self.settings["ARCHIVE_DIR"])
        name = args[0] if args else self.settings["COLLECTION"]
        collections, without_demo = _collections(archives, name)
        runs = list(islice(_newest_first(collections), min(opts.n, sys.maxsize)))
        if opts.json:
            for collection, run in runs:
                say_json({"collection": collection, **run.as_dict()})
            return
        rows = [_row(collection, run) for collection, run in runs]
        for line in table(_heading(), rows, numbers=_NUMBERS) if rows else ():
            say(as_called(line))
        if not rows:
            say(_("%(path)s: no run yet", path=name if name and name.startswith(SCHEME) else archives / (name or "")))
        if without_demo:
            say(as_called(_("The demo's runs are left out: scrapy runs demo")))


def _collections(archives: Path, name: str | None) -> tuple[list[Collection], bool]:
    if name is not None:
        collection = Collection(path_of(name)) if name.startswith(SCHEME) else Collection.named(archives, name)
        if not collection.path.is_dir():
            raise CollectionNotFoundError(name, archives)
        return [collection], False
    if not archives.is_dir():
        raise CollectionNotFoundError(None, archives)
    return shown_together(Collection(path.parent) for path in sorted(archives.glob("*/runs")))


def _newest_first(collections: list[Collection]) -> Iterator[tuple[str, ListedRun]]:
    def runs(collection: Collection) -> Iterator[tuple[str, ListedRun]]:
        return ((collection.name, run) for run in list_runs(collection))

    # Ids begin with the time.
    return merge(*map(runs, collections), key=lambda each: each[1].run, reverse=True)


_NUMBERS = range(3, 10)
"""Columns of the table."""


def _heading() -> list[str]:
    return [
        _("collection"), _("time (UTC)"), _("kind"), _("exit"), _("records"), _("new"), _("changed"), _("gone"),
        _("failed"), _("requests"), _("took"), _("run"),
    ]  # fmt: skip


def _row(collection: str, run: ListedRun) -> Row:
    begun = datetime.fromisoformat(run.started) if run.started else named_moment(run.run)
    counts = [run.articles, run.new, run.changed, run.gone, run.failed, run.requests]
    cells = [
        collection,
        f"{begun.astimezone(UTC):%Y-%m-%d %H:%M}" if begun else "–",
        _(KINDS[run.kind]) if run.kind else "–",
        _(STATES[run.state]) if run.exit_code is None else str(run.exit_code),
        *("–" if count is None else f"{count:,}" for count in counts),
        "–" if run.seconds is None else duration(run.seconds),
        run.run,
    ]
    notes = [*lines(run.advice)] or list(run.reasons)
    if run.connect_to:
        notes.append(_("led elsewhere by CONNECT_TO, as its manifest says"))
    return Row([printable(each) for each in cells], [printable(each) for each in notes])
