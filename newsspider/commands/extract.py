"""``scrapy extract``: the parser of today over whole archives, without the crawl engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newsspider import sites
from newsspider.collection.listed import listed
from newsspider.collection.objects import path_of
from newsspider.collection.places import each_once, place
from newsspider.collection.source import existing
from newsspider.commands import summary
from newsspider.crawl.preflight import SettingError, check_whole_number
from newsspider.engines.engine import add_options, cores, engine, jobs_for, reachable
from newsspider.extraction.earlier import find_parts
from newsspider.extraction.extraction import extract
from newsspider.extraction.request import Request
from newsspider.terminal.command import BaseCommand, UsageError
from newsspider.terminal.console import complain, say, say_lines
from newsspider.terminal.interruption import interrupt_on_sigterm
from newsspider.terminal.progress import Progress
from newsspider.text.language import _, ngettext
from newsspider.warc.codings import MAX_BODY

if TYPE_CHECKING:
    import argparse

    from newsspider.extraction.extraction import Extracted


class Command(BaseCommand):
    def syntax(self) -> str:
        return "PATH…"

    def short_desc(self) -> str:
        return summary("extract")

    def long_desc(self) -> str:
        return _(
            "Write the record of every capture of an article in the archives (collections, WARC files, folders of "
            "them, WACZ files, here or at s3://) into DIR, as feed parts; a manifest, written last, says that they are "
            "complete. When it was interrupted, the same command goes on where it was. With --diff, say what differs "
            "from the records of a collection, or of one run: here, in DIR/diff.json and in DIR/diff.html. "
            "Example: scrapy extract kankanews --to again --diff kankanews. Exit codes: 0 done, 1 could not start, "
            "3 an engine or a store went away, 4 something could not be stored, 5 no article, 6 pages could "
            "not be read or most gave no record, 75 interrupted: run it again."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--site",
            metavar="SITE",
            help=_("only articles of this site; news: of any host (default: of all sites that have a file)"),
        )
        add_options(parser)
        parser.add_argument(
            "--paths", metavar="FILE", help=_("a list of WARC files, a path on each line; plain or gzipped")
        )
        parser.add_argument(
            "--base", metavar="URL", help=_("what each path of the list is added to: s3://, https://, or a directory")
        )
        parser.add_argument(
            "--to",
            default="extracted",
            metavar="DIR",
            help=_("a new or empty directory, here or at s3:// (default: %(default)s)"),
        )
        parser.add_argument("--diff", metavar="COLLECTION|RUN", help=_("compare with the records of these"))

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if not args and opts.paths is None:
            raise UsageError(_("takes one or more archives, as in: scrapy extract kankanews --to again"))
        if opts.base is not None and opts.paths is None:
            raise UsageError(_("--base goes with --paths, a list of WARC files"))
        interrupt_on_sigterm()
        try:
            request = self._request(args, opts)
            jobs = jobs_for(cores() if opts.jobs is None else opts.jobs) or 1  # a page may kill it, and not the command
            with engine(opts.engine, jobs) as run, Progress(unit="unit") as progress:
                extracted = extract(request, run, progress)
            _tell(extracted)
            self.exitcode = extracted.verdict.exit_code
        except KeyboardInterrupt:
            self.interrupted(_("what is finished is kept, run it again to go on"))

    def _request(self, args: list[str], opts: argparse.Namespace) -> Request:
        archives = Path(self.settings["ARCHIVE_DIR"])
        try:
            for name in ("EXTRACT_SPAN", "DOWNLOAD_MAXSIZE"):
                check_whole_number(self.settings, name)
        except SettingError as error:
            raise UsageError(error.localized()) from error
        names = (opts.site,) if opts.site is not None else tuple(sites.names())
        for name in names:
            sites.load(name)
        return Request(
            paths=each_once(place(text, archives) for text in args),
            lists=() if opts.paths is None else (listed(existing(opts.paths), opts.base or ""),),
            sites=names,
            directory=reachable(path_of(opts.to), opts.engine),
            span=self.settings.getint("EXTRACT_SPAN"),
            max_body=self.settings.getint("DOWNLOAD_MAXSIZE") or MAX_BODY,
            earlier=() if opts.diff is None else tuple(part.absolute() for part in find_parts(opts.diff, archives)),
            earlier_name=opts.diff or "",
        )


def _tell(extracted: Extracted) -> None:
    tally = extracted.tally
    directory = extracted.manifest.parent
    if extracted.comparison is not None:
        say_lines(extracted.comparison)
        page, json = directory / "diff.html", directory / "diff.json"
        say(_("As a page: %(page)s; for programs: %(json)s", page=page, json=json))
    cut = tally.failures["truncated"]
    failed = tally.failures.total() - cut
    say(_(
        "%(directory)s: %(records)s of %(captures)s; %(failed)s without one, %(cut)s cut off (%(manifest)s names "
        "both), %(other)s no page",
        directory=directory,
        records=ngettext("%(number)s record", "%(number)s records", tally.articles),
        captures=ngettext("%(number)s capture", "%(number)s captures", tally.captures),
        failed=f"{failed:,}", manifest=extracted.manifest, cut=f"{cut:,}", other=f"{tally.other:,}",
    ))  # fmt: skip
    for reason in extracted.verdict.reasons:
        complain(f"scrapy extract: {reason}")
