"""``scrapy index``: rebuilds the index of a collection from its WARC files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newsspider.collection.collection import Collection
from newsspider.collection.indexing import rebuild_index
from newsspider.collection.objects import ObjectPath, path_of
from newsspider.collection.places import collection_named
from newsspider.collection.writer import ArchiveWriteError
from newsspider.commands import summary
from newsspider.engines.engine import add_options, engine, jobs_for, reachable
from newsspider.errors import NewsspiderError
from newsspider.runs.stored.reindex import rebuild_stored_index
from newsspider.terminal.command import BaseCommand, UsageError
from newsspider.terminal.console import complain, say
from newsspider.terminal.progress import Progress
from newsspider.text.language import _, ngettext

if TYPE_CHECKING:
    import argparse

    from newsspider.collection.source import Report


_CHEAP = 16
"""To read a file is so many times cheaper than to verify it."""


class Command(BaseCommand):
    def syntax(self) -> str:
        return "COLLECTION"

    def short_desc(self) -> str:
        return summary("index")

    def long_desc(self) -> str:
        return _(
            "Read every WARC file of a collection and rebuild indexes/index.cdxj: when the index is damaged or "
            "lost, or when files were added or taken away. Files that a killed crawl left open are finished first. "
            "Nothing else is changed, and the old index stays until the new one is complete. A record that cannot be "
            "indexed is named, and ends it with 1. Of a collection in object storage it is refused "
            "where crawls keep it there. "
            "Example: scrapy index kankanews"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add_options(parser)

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError(_("scrapy index takes one collection; example: scrapy index kankanews"))
        problems: list[str] = []
        try:
            captures = self._rebuild(args[0], opts, problems.append)
        except NewsspiderError as error:
            complain(f"scrapy index: {error.localized()}")
            self.exitcode = error.exit_code
        else:
            say(ngettext("%(number)s capture indexed", "%(number)s captures indexed", captures))
            self.exitcode = 1 if problems else 0
        for problem in problems:
            complain(f"scrapy index: {problem}")

    def _rebuild(self, name: str, opts: argparse.Namespace, report: Report) -> int:
        root = path_of(name)
        stored = isinstance(root, ObjectPath)
        archives = reachable(Path(self.settings["ARCHIVE_DIR"]), opts.engine)
        collection = Collection(root) if stored else collection_named(name, archives)
        try:
            for unread, why in collection.unread():
                complain(f"scrapy index: {unread}: {why}")
            jobs = jobs_for(opts.jobs, sum(path.stat().st_size for path in collection.warc_files()) // _CHEAP)
            with engine(opts.engine, jobs) as run, Progress() as progress:

                def show(done: int, files: int, captures: int) -> None:
                    found = ngettext("%(number)s capture", "%(number)s captures", captures)
                    read = ngettext("%(done)s of %(number)s file", "%(done)s of %(number)s files", files, done=done)
                    progress.say(f"{read}, {found}")

                rebuild = rebuild_stored_index if stored else rebuild_index
                return rebuild(collection, show, report, run)
        except OSError as error:
            raise ArchiveWriteError(collection.path, error) from error
