"""``scrapy export``: records in the formats that other people's readers know."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsspider.collection.places import place
from newsspider.commands import summary
from newsspider.durable import whole_file
from newsspider.errors import NewsspiderError
from newsspider.feeds.formats.export import FORMATS, NEWEST, TABLES, export, export_table
from newsspider.feeds.formats.flat import TABLE
from newsspider.feeds.formats.sheet import COLUMNS, USUAL, columns_named
from newsspider.feeds.loading.source import find_parts
from newsspider.feeds.reading import read_part
from newsspider.record.events import Event
from newsspider.record.items import Article
from newsspider.terminal.command import BaseCommand, UsageError
from newsspider.terminal.console import complain, print_no_more, say
from newsspider.terminal.interruption import interrupt_on_sigterm
from newsspider.terminal.progress import Progress
from newsspider.text.language import N_, _
from newsspider.text.message import message
from newsspider.text.nearest import nearest
from newsspider.text.redaction import redact
from newsspider.text.system import reason_of, remedy

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from newsspider.feeds.loading.source import Part

NAMES = tuple(dict.fromkeys((*TABLES, *FORMATS)))
_BOM = "\ufeff".encode()


class ExportWriteError(NewsspiderError):
    """The export cannot be written."""

    exit_code = 4

    def __init__(self, path: Path | None, error: OSError) -> None:
        text = N_("%(place)s: cannot be written: %(error)s. %(step)s")
        if path is not None and path.is_file():
            text = N_("%(place)s: cannot be written: %(error)s. What the file held before is still in it. %(step)s")
        super().__init__(
            message(
                text,
                place=message("standard output") if path is None else path,
                error=reason_of(error),
                step=message(remedy(error, N_("Make room, or name another file"))),
            )
        )


class Command(BaseCommand):
    def syntax(self) -> str:
        return "PATH --format FORMAT [-o FILE]"

    def short_desc(self) -> str:
        return summary("export")

    def long_desc(self) -> str:
        return _(
            "Write the records of a collection, of what scrapy extract wrote, or of a feed part in another format: "
            "jsonld (NewsArticle of schema.org), ninjs (IPTC ninjs 3) and zyte (Article of zyte-common-items), one "
            "object a line; atom and jsonfeed, the newest %(newest)s articles for feed readers; xlsx and csv, a table "
            "with one row an article, the newest first, for a spreadsheet. docs/formats.md says what is in them. A "
            "file is written whole or not at all. Example: scrapy export kankanews --format xlsx -o news.xlsx",
            newest=NEWEST,
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--format", metavar="FORMAT", help=_("one of: %(names)s", names=", ".join(NAMES)))
        parser.add_argument("-o", dest="to", metavar="FILE", help=_("default: standard output"))
        parser.add_argument(
            "--newest",
            type=int,
            metavar="N",
            help=_("only the N articles published last, as they were last (atom, jsonfeed: %(newest)s)", newest=NEWEST),
        )
        parser.add_argument("--channel", metavar="NAME", help=_("only articles of this channel"))
        parser.add_argument(
            "--columns",
            metavar="NAME,…",
            help=_("csv, xlsx: which, in that order (default: %(columns)s)", columns=",".join(USUAL)),
        )
        parser.add_argument(
            "--all-versions",
            action="store_true",
            help=_("csv, xlsx: a row a record, with all columns; in csv as programs want it, with lists in JSON"),
        )
        parser.add_argument(
            "--bom",
            action="store_true",
            help=_("csv: with the mark by which Excel knows UTF-8; a table in a file has it"),
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        _check(args, opts)
        interrupt_on_sigterm()
        try:
            path = place(args[0], Path(self.settings["ARCHIVE_DIR"]))
            _export(path, opts)
        except KeyboardInterrupt:
            self.interrupted(opts.to and _("%(path)s is as it was", path=opts.to))


def _check(args: list[str], opts: argparse.Namespace) -> None:
    if len(args) != 1 or opts.format is None:
        raise UsageError(_("takes one path and a format, as in: scrapy export kankanews --format csv -o kankanews.csv"))
    if opts.format not in NAMES:
        near, names = nearest(opts.format, NAMES), ", ".join(NAMES)
        if near:
            text = _("--format %(name)s: no such format; did you mean %(near)s? There is: %(names)s",
                     name=opts.format, near=near, names=names)  # fmt: skip
        else:
            text = _("--format %(name)s: no such format; there is: %(names)s", name=opts.format, names=names)
        raise UsageError(text)
    if opts.to is not None and "://" in opts.to:
        raise UsageError(_("-o %(path)s: takes a file of this machine", path=redact(opts.to)))
    if opts.newest is not None and opts.newest < 1:
        raise UsageError(_("--newest takes a number from 1"))
    if opts.bom and opts.format != "csv":
        raise UsageError(
            _("%(option)s is for %(names)s, and not for %(name)s", option="--bom", names="csv", name=opts.format)
        )
    for option, given in (("--columns", opts.columns is not None), ("--all-versions", opts.all_versions)):
        if given and opts.format not in TABLES:
            names = _("%(one)s and %(other)s", one=TABLES[0], other=TABLES[1])
            raise UsageError(
                _("%(option)s is for %(names)s, and not for %(name)s", option=option, names=names, name=opts.format)
            )
    if opts.all_versions and opts.newest is not None:
        raise UsageError(_("--newest takes each article once, and --all-versions every record"))
    if opts.format == "xlsx" and opts.to is None and sys.stdout.isatty():
        raise UsageError(_("an xlsx is a file: name one with -o news.xlsx"))


def _export(path: Path, opts: argparse.Namespace) -> None:
    target = None if opts.to is None else Path(opts.to)
    name = path.name or path.resolve().name  # "." has none
    for_program = opts.format not in TABLES or (opts.format == "csv" and opts.all_versions)
    columns = _columns(opts, TABLE.names if for_program else COLUMNS)
    kinds = ("article",) if for_program else ("article", "change")
    parts = [part for part in find_parts([path]) if part.kind in kinds]
    with Progress(sum(part.size for part in parts)) as progress, _opened(target) as write:
        advance = _quiet if target is None else progress.advance  # on a terminal it would stand amid the text
        articles = _items(parts, "article", Article, advance)
        if for_program:
            pieces = export(
                articles, opts.format, name=name, columns=columns, channel=opts.channel, count=opts.newest
            )  # fmt: skip
        else:
            pieces = export_table(
                articles, _items(parts, "change", Event, advance), opts.format, columns=columns,
                every=opts.all_versions, channel=opts.channel, count=opts.newest, warn=progress.around(_warn),
            )  # fmt: skip
        marked = opts.bom or (opts.format == "csv" and target is not None and not for_program)
        size = 0
        for piece in chain([_BOM] * marked, pieces):
            write(piece)
            size += len(piece)
    if target is not None:
        say(_("%(path)s: %(size)s kB written", path=target, size=f"{size / 1e3:,.1f}"))


def _columns(opts: argparse.Namespace, there: Sequence[str]) -> Sequence[str]:
    if opts.columns is not None:
        return columns_named(opts.columns, there)
    return there if opts.all_versions else USUAL


def _items(parts: Sequence[Part], kind: str, item: type[Any], advance: Callable[[int], None]) -> Iterator[Any]:
    for part in parts:
        if part.kind == kind:
            part.prove()
            yield from read_part(part.path, kind, item)
            advance(part.size)


def _warn(text: str) -> None:
    complain(f"scrapy export: {text}")


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
        print_no_more()
    except OSError as error:
        if path is None:
            print_no_more()
        raise ExportWriteError(path, error) from error


def _quiet(size: int) -> None:
    """Show nothing."""
