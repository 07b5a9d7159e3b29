"""``scrapy runs``: what ran, and how it ended."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsspider.archive.collection import Collection
from newsspider.archive.places import CollectionNotFoundError
from newsspider.errors import NewsspiderError
from newsspider.history.text import printable
from newsspider.reports.listing import list_runs
from newsspider.reports.plots import duration

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from newsspider.reports.listing import ListedRun


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[COLLECTION]"

    def short_desc(self) -> str:
        return "List the runs of a collection, newest first: verdict, counts, duration; also those that were killed"

    def long_desc(self) -> str:
        return (
            "List the runs of one collection, or of all, newest first, each with its exit code and why it is not 0. A "
            "run without a manifest is running, or was killed: the next run takes over what it left, and says so here. "
            "Example: scrapy runs kankanews -n 5"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("-n", type=int, default=20, metavar="N", help="at most so many (default: %(default)s)")
        parser.add_argument("--json", action="store_true", help="print one JSON object a run instead")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if len(args) > 1:
            raise UsageError(f"takes one collection, as in: scrapy runs kankanews; got: {' '.join(args)}")
        if opts.n < 1:
            raise UsageError(f"-n takes a number of runs, 1 or more; got: {opts.n}")
        archives = Path(self.settings["ARCHIVE_DIR"])
        name = args[0] if args else self.settings["COLLECTION"]
        try:
            collections = _collections(archives, name)
            if not collections and not opts.json:
                print(f"{archives}: no run yet")
            for place, collection in enumerate(collections):
                runs = list(islice(list_runs(collection), opts.n))
                if opts.json:
                    print(*(run.as_json() for run in runs), sep="\n", end="\n" if runs else "")
                else:
                    print(*[""] * (place > 0), *_table(collection, runs), sep="\n")
        except NewsspiderError as error:
            print(f"scrapy runs: {error}", file=sys.stderr)
            self.exitcode = error.exit_code


def _collections(archives: Path, name: str | None) -> list[Collection]:
    if name is not None:
        collection = Collection.named(archives, name)
        if not collection.path.is_dir():
            raise CollectionNotFoundError(name, archives)
        return [collection]
    if not archives.is_dir():
        raise CollectionNotFoundError(None, archives)
    return [Collection(path.parent) for path in sorted(archives.glob("*/runs"))]


def _table(collection: Collection, runs: list[ListedRun]) -> Iterator[str]:
    yield f"{collection.path}:" if runs else f"{collection.path}: no run yet"
    if runs:
        yield f"  {'run':34} {'exit':>8} {'records':>8} {'new':>6} {'changed':>8} {'failed':>7} {'requests':>9}  took"
    for run in runs:
        exit_code = run.state if run.exit_code is None else str(run.exit_code)
        numbers = [
            f"{'–' if number is None else format(number, ','):>{width}}"
            for number, width in (
                (run.articles, 8), (run.new, 6), (run.changed, 8), (run.failed, 7), (run.requests, 9)
            )
        ]  # fmt: skip
        took = "–" if run.seconds is None else duration(run.seconds)
        yield f"  {printable(run.run):34} {exit_code:>8} {' '.join(numbers)}  {took}"
        yield from (f"      {printable(reason)}" for reason in run.reasons)
