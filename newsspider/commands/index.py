"""``scrapy index``: the index of a collection made anew from its WARC files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsspider.archive.indexing import rebuild_index
from newsspider.archive.places import collection_named
from newsspider.archive.writer import ArchiveWriteError
from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    import argparse


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "COLLECTION"

    def short_desc(self) -> str:
        return "Rebuild the index of a collection from its WARC files"

    def long_desc(self) -> str:
        return (
            "Read every WARC file of a collection and write indexes/index.cdxj anew: when the index is damaged or "
            "lost, or when files were added or taken away. Files that a killed crawl left open are finished first. "
            "Nothing else is changed, and the old index stays until the new one is whole. "
            "Example: scrapy index kankanews"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if len(args) != 1:
            raise UsageError("scrapy index takes one collection; example: scrapy index kankanews")
        try:
            captures = self._rebuild(args[0], Path(self.settings["ARCHIVE_DIR"]))
        except NewsspiderError as error:
            print(f"scrapy index: {error}", file=sys.stderr)
            self.exitcode = error.exit_code
        else:
            print(f"{captures:,} captures indexed")

    def _rebuild(self, name: str, archives: Path) -> int:
        collection = collection_named(name, archives)
        progress = _show if sys.stderr.isatty() else _stay_silent
        try:
            return rebuild_index(collection, progress)
        except OSError as error:
            raise ArchiveWriteError(collection.path, error) from error
        finally:
            if sys.stderr.isatty():
                print(file=sys.stderr)


def _show(done: int, files: int, captures: int) -> None:
    print(f"\r{done:,} of {files:,} files, {captures:,} captures", end="", file=sys.stderr, flush=True)


def _stay_silent(done: int, files: int, captures: int) -> None:
    """Leave logs free of a progress line."""
