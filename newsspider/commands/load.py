"""``scrapy load``: records into a database or a search engine."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsspider.archive.collection import Collection, CollectionNameError
from newsspider.commands.index import CollectionNotFoundError
from newsspider.errors import NewsspiderError
from newsspider.loading.loading import Loaded, load
from newsspider.loading.rejects import Rejects
from newsspider.loading.source import find_parts
from newsspider.loading.targets import FORMS, open_target
from newsspider.objects import path_of
from newsspider.progress import ByteProgress
from newsspider.redaction import redact

if TYPE_CHECKING:
    import argparse
    from types import FrameType

_NOT_ALL_STORED = 4
_INTERRUPTED = 75


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "PATH… --to URL"

    def short_desc(self) -> str:
        return "Load records into a database, a search engine or Parquet files"

    def long_desc(self) -> str:
        return (
            "Load the records of collections, of what scrapy extract wrote, or of single feed parts into another "
            "system. Loading again changes nothing, and goes on where a load was interrupted. A record that fits no "
            "schema, or that the other system refuses, goes to the file of rejects, with the reason. "
            "Example: scrapy load kankanews --to sqlite:///kankanews.db"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--to", metavar="URL", help=f"one of: {', '.join(FORMS)}")
        parser.add_argument(
            "--rejects", metavar="FILE", default="rejects.jsonl", help="for bad records (default: %(default)s)"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if not args or opts.to is None:
            raise UsageError("takes paths and a target, as in: scrapy load kankanews --to sqlite:///kankanews.db")
        signal.signal(signal.SIGTERM, _interrupt)
        rejects = Rejects(Path(opts.rejects))
        try:
            loaded = _load([feed_path(text, Path(self.settings["ARCHIVE_DIR"])) for text in args], opts.to, rejects)
        except NewsspiderError as error:
            print(f"scrapy load: {redact(str(error))}", file=sys.stderr)
            self.exitcode = error.exit_code
        except KeyboardInterrupt:
            print("\nscrapy load: interrupted; what is loaded is kept, run it again to go on", file=sys.stderr)
            self.exitcode = _INTERRUPTED
        else:
            _tell(loaded)
            if rejects.count:
                print(f"scrapy load: {rejects.count:,} records were rejected; see {rejects.path}", file=sys.stderr)
                self.exitcode = _NOT_ALL_STORED
        finally:
            rejects.close()


def _load(paths: list[Path], address: str, rejects: Rejects) -> Loaded:
    parts = find_parts(paths)
    target = open_target(address)
    try:
        with ByteProgress(sum(part.size for part in parts)) as progress:
            return load(parts, target, rejects, progress.advance)
    finally:
        target.close()


def feed_path(text: str, archives: Path) -> Path:
    """Return what is meant: a path, or the collection of that name."""
    path = path_of(text)
    if text and path.exists():
        return path
    try:
        collection = Collection.named(archives, text)
    except CollectionNameError:
        raise CollectionNotFoundError(text, archives) from None
    if not collection.path.is_dir():
        raise CollectionNotFoundError(text, archives)
    return collection.path


def _tell(loaded: Loaded) -> None:
    counts = loaded.counts
    print(
        f"{counts.new:,} new articles, {counts.changed:,} changed, {counts.unchanged:,} unchanged, "
        f"{counts.others:,} other records, from {loaded.parts:,} parts; {loaded.skipped:,} parts were there already"
    )


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
