"""``scrapy load``: records into a database or a search engine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsspider.archive.places import place
from newsspider.errors import NewsspiderError
from newsspider.interruption import INTERRUPTED, interrupt_on_sigterm
from newsspider.loading.addresses import FORMS
from newsspider.loading.loading import load
from newsspider.loading.rejects import Rejects
from newsspider.loading.source import find_parts
from newsspider.loading.targets import open_target
from newsspider.loading.upload import Upload, UploadError
from newsspider.objects import SCHEME, ObjectPath, ObjectStoreError, path_of
from newsspider.progress import ByteProgress
from newsspider.redaction import redact

if TYPE_CHECKING:
    import argparse

_NOT_ALL_STORED = 4


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "PATH… --to URL"

    def short_desc(self) -> str:
        return "Load records into a database, a search engine or Parquet files, or a collection into object storage"

    def long_desc(self) -> str:
        return (
            "Load the records of collections, of what scrapy extract wrote, or of single feed parts into another "
            "system. Loading again changes nothing, and goes on where a load was interrupted. A record that fits no "
            "schema, or that the other system refuses, goes to the file of rejects, with the reason. Into s3:// a "
            "collection goes as it is, archive files and all, and is read there by the other commands. "
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
        if opts.to.startswith(SCHEME) and len(args) > 1:
            raise UsageError("--to s3://bucket/prefix takes one collection: each has its own prefix", print_help=False)
        interrupt_on_sigterm()
        rejects = Rejects(Path(opts.rejects))
        try:
            paths = [place(text, Path(self.settings["ARCHIVE_DIR"])) for text in args]
            if opts.to.startswith(SCHEME):
                print(_upload(paths[0], opts.to))
            else:
                print(_load(paths, opts.to, rejects))
        except NewsspiderError as error:
            print(f"scrapy load: {redact(str(error))}", file=sys.stderr)
            self.exitcode = error.exit_code
        except KeyboardInterrupt:
            print("\nscrapy load: interrupted; what is loaded is kept, run it again to go on", file=sys.stderr)
            self.exitcode = INTERRUPTED
        else:
            if rejects.count:
                print(f"scrapy load: {rejects.count:,} records were rejected; see {rejects.path}", file=sys.stderr)
                self.exitcode = _NOT_ALL_STORED
        finally:
            rejects.close()


def _load(paths: list[Path], address: str, rejects: Rejects) -> str:
    """Load records; say what came of them."""
    parts = find_parts(paths)
    target = open_target(address)
    try:
        with ByteProgress(sum(part.size for part in parts)) as progress:
            loaded = load(parts, target, rejects, progress.advance)
    finally:
        target.close()
    counts = loaded.counts
    return (
        f"{counts.new:,} new articles, {counts.changed:,} changed, {counts.unchanged:,} unchanged, "
        f"{counts.others:,} other records, from {loaded.parts:,} parts; {loaded.skipped:,} parts were there already"
    )


def _upload(path: Path, address: str) -> str:
    """Upload a collection; say what that came to."""
    root = path_of(address)
    assert isinstance(root, ObjectPath)
    try:
        upload = Upload(path, root)
        with ByteProgress(upload.size) as progress:
            upload.prove(progress.advance)
        with ByteProgress(upload.size) as progress:
            index_changed = upload.send(progress.advance)
    except (ObjectStoreError, OSError) as error:
        raise UploadError(f"{error}. What is there stays, and running again goes on") from error
    return (
        f"{upload.files:,} files with {upload.size:,} bytes sent to {root}, {upload.skipped:,} were there already; "
        f"runs complete there: {upload.runs:,}{'; the index is new' if index_changed else ''}"
    )
