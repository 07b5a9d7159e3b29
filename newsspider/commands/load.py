"""``scrapy load``: records into a database or a search engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newsspider.collection.objects import SCHEME, ObjectPath, ObjectStoreError, path_of
from newsspider.collection.places import place
from newsspider.commands import summary
from newsspider.feeds.loading.addresses import FORMS
from newsspider.feeds.loading.loading import load
from newsspider.feeds.loading.rejects import Rejects
from newsspider.feeds.loading.source import find_parts
from newsspider.feeds.loading.targets import LAKE, compact, open_target
from newsspider.feeds.loading.upload import Upload, UploadError
from newsspider.terminal.command import BaseCommand, UsageError
from newsspider.terminal.console import complain, say_lines
from newsspider.terminal.interruption import interrupt_on_sigterm
from newsspider.terminal.progress import Progress
from newsspider.text.counted import counted, were
from newsspider.text.language import _, ngettext

if TYPE_CHECKING:
    import argparse

_NOT_ALL_STORED = 4


class Command(BaseCommand):
    def syntax(self) -> str:
        return "PATH… --to URL"

    def short_desc(self) -> str:
        return summary("load")

    def long_desc(self) -> str:
        return _(
            "Load the records of collections, of what scrapy extract wrote, or of single feed parts into another "
            "system. Loading again changes nothing, and goes on where a load was interrupted. A record that fits no "
            "schema, or that the other system refuses, goes to the file of rejects, with the reason. Into s3:// a "
            "collection goes as it is, archive files and all, and is read there by the other commands. "
            "Example: scrapy load kankanews --to sqlite:///kankanews.db"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--to", metavar="URL", help=_("one of: %(names)s", names=", ".join(FORMS)))
        parser.add_argument(
            "--rejects", metavar="FILE", default="rejects.jsonl", help=_("for bad records (default: %(default)s)")
        )
        parser.add_argument(
            "--compact", action="store_true", help=_("afterwards put the Parquet files of each site and month into one")
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if not args or opts.to is None:
            raise UsageError(_("takes paths and a target, as in: scrapy load kankanews --to sqlite:///kankanews.db"))
        if opts.to.startswith(SCHEME) and len(args) > 1:
            raise UsageError(_("--to s3://bucket/prefix takes one collection: each has its own prefix"))
        if opts.compact and not opts.to.startswith(LAKE):
            raise UsageError(_("--compact is for parquet:DIR"))
        interrupt_on_sigterm()
        rejects = Rejects(Path(opts.rejects))
        try:
            paths = [place(text, Path(self.settings["ARCHIVE_DIR"])) for text in args]
            if opts.to.startswith(SCHEME):
                say_lines(_upload(paths[0], opts.to))
            else:
                say_lines(_load(paths, opts.to, rejects))
                if opts.compact:
                    compact(opts.to)
        except KeyboardInterrupt:
            self.interrupted(_("what is loaded is kept, run it again to go on"))
        else:
            if rejects.count:
                rejected = f"{counted(rejects.count, 'record')} {were(rejects.count)} rejected"
                complain(f"scrapy load: {rejected}; see {rejects.path}")
                self.exitcode = _NOT_ALL_STORED
        finally:
            rejects.close()


def _load(paths: list[Path], address: str, rejects: Rejects) -> str:
    """Load records; return the numbers of the results, in words."""
    parts = find_parts(paths)
    target = open_target(address)
    try:
        with Progress(sum(part.size for part in parts)) as progress:
            loaded = load(parts, target, rejects, progress.advance)
    finally:
        target.close()
    counts = loaded.counts
    return _(
        "%(new)s, %(changed)s changed, %(unchanged)s unchanged, %(others)s, from %(parts)s; %(skipped)s",
        new=ngettext("%(number)s new article", "%(number)s new articles", counts.new),
        changed=f"{counts.changed:,}",
        unchanged=f"{counts.unchanged:,}",
        others=ngettext("%(number)s other record", "%(number)s other records", counts.others),
        parts=ngettext("%(number)s part", "%(number)s parts", loaded.parts),
        skipped=ngettext("%(number)s part was there already", "%(number)s parts were there already", loaded.skipped),
    )


def _upload(path: Path, address: str) -> str:
    """Upload a collection; say what that came to."""
    root = path_of(address)
    assert isinstance(root, ObjectPath)
    try:
        upload = Upload(path, root)
        with Progress(upload.size) as progress:
            upload.prove(progress.advance)
        with Progress(upload.size) as progress:
            index_changed = upload.send(progress.advance)
    except (ObjectStoreError, OSError) as error:
        raise UploadError(f"{error}. What is there stays, and running again goes on") from error
    return (
        f"{counted(upload.files, 'file')} with {counted(upload.size, 'byte')} sent to {root}, "
        f"{upload.skipped:,} {were(upload.skipped)} there already; "
        f"runs complete there: {upload.runs:,}{'; the index is new' if index_changed else ''}"
    )
