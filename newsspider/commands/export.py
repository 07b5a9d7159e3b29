"""``scrapy export``: records in the formats that other people's readers know."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsspider.archive.places import place
from newsspider.durable import whole_file
from newsspider.errors import NewsspiderError
from newsspider.feeds.reading import read_part
from newsspider.formats.export import FORMATS, NEWEST, export
from newsspider.interruption import INTERRUPTED, interrupt_on_sigterm
from newsspider.items import Article
from newsspider.loading.source import find_parts
from newsspider.progress import ByteProgress
from newsspider.redaction import redact

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from newsspider.loading.source import Part

_BOM = "\ufeff".encode()


class ExportWriteError(NewsspiderError):
    """What is exported cannot be written."""

    exit_code = 4

    def __init__(self, path: Path | None, error: OSError) -> None:
        place = "standard output" if path is None else str(path)
        kept = " What the file held before is still in it." if path is not None and path.is_file() else ""
        super().__init__(
            f"{place}: cannot be written: {error.strerror or error}.{kept} Make room, or name another file"
        )


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "PATH --format FORMAT [-o FILE]"

    def short_desc(self) -> str:
        return "Write records in another format: JSON-LD, ninjs, Atom, JSON Feed, CSV, zyte"

    def long_desc(self) -> str:
        return (
            "Write the records of a collection, of what scrapy extract wrote, or of a feed part in another format: "
            "jsonld (NewsArticle of schema.org), ninjs (IPTC ninjs 3) and zyte (Article of zyte-common-items), one "
            f"object a line; csv; atom and jsonfeed, the newest {NEWEST} articles for feed readers. docs/formats.md "
            "says what is in them. A file is written whole or not at all. "
            "Example: scrapy export kankanews --format atom --channel 时讯 -o news.atom"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--format", metavar="FORMAT", help=f"one of: {', '.join(FORMATS)}")
        parser.add_argument("-o", dest="to", metavar="FILE", help="default: standard output")
        parser.add_argument(
            "--newest",
            type=int,
            metavar="N",
            help=f"only the N articles published last, each as it was last (atom, jsonfeed: {NEWEST})",
        )
        parser.add_argument("--channel", metavar="NAME", help="only articles of this channel")
        parser.add_argument("--bom", action="store_true", help="csv: with the mark by which Excel knows UTF-8")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        _check(args, opts)
        interrupt_on_sigterm()
        try:
            path = place(args[0], Path(self.settings["ARCHIVE_DIR"]))
            _export(path, opts)
        except NewsspiderError as error:
            print(f"scrapy export: {redact(str(error))}", file=sys.stderr)
            self.exitcode = error.exit_code
        except KeyboardInterrupt:
            kept = "" if opts.to is None else f"; {opts.to} is as it was"
            print(f"\nscrapy export: interrupted{kept}", file=sys.stderr)
            self.exitcode = INTERRUPTED


def _check(args: list[str], opts: argparse.Namespace) -> None:
    if len(args) != 1 or opts.format is None:
        raise UsageError("takes one path and a format, as in: scrapy export kankanews --format csv -o kankanews.csv")
    if opts.format not in FORMATS:
        raise UsageError(f"--format {opts.format}: no such format; there is: {', '.join(FORMATS)}", print_help=False)
    if opts.to is not None and "://" in opts.to:
        raise UsageError(f"-o {redact(opts.to)}: takes a file of this machine", print_help=False)
    if opts.newest is not None and opts.newest < 1:
        raise UsageError("--newest takes a number from 1", print_help=False)
    if opts.bom and opts.format != "csv":
        raise UsageError(f"--bom is for csv, and not for {opts.format}", print_help=False)


def _export(path: Path, opts: argparse.Namespace) -> None:
    target = None if opts.to is None else Path(opts.to)
    name = path.name or path.resolve().name  # "." has none
    parts = [part for part in find_parts([path]) if part.kind == "article"]
    with ByteProgress(sum(part.size for part in parts)) as progress, _opened(target) as write:
        advance = _quiet if target is None else progress.advance  # on a terminal it would stand amid the text
        if opts.bom:
            write(_BOM)
        articles = _articles(parts, advance)
        for piece in export(articles, opts.format, name=name, channel=opts.channel, count=opts.newest):
            write(piece)


def _articles(parts: Sequence[Part], advance: Callable[[int], None]) -> Iterator[Article]:
    for part in parts:
        part.prove()
        yield from read_part(part.path, part.kind, Article)
        advance(part.size)


@contextmanager
def _opened(path: Path | None) -> Iterator[Callable[[bytes], object]]:
    """Give what writes to *path*, or to standard output until nobody reads it any more. ExportWriteError."""
    try:
        if path is not None:
            with whole_file(path) as file:
                yield file.write
        else:
            yield sys.stdout.buffer.write
            sys.stdout.buffer.flush()
    except BrokenPipeError:  # whoever reads has seen enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        raise ExportWriteError(path, error) from error


def _quiet(size: int) -> None:
    """Show nothing."""
