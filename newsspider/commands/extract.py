"""``scrapy extract``: the parser of today over whole archives, without the crawl engine."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsspider import sites
from newsspider.archive.places import place
from newsspider.errors import NewsspiderError
from newsspider.extraction.earlier import find_parts
from newsspider.extraction.extraction import Request, extract
from newsspider.extraction.progress import Progress
from newsspider.interruption import INTERRUPTED, interrupt_on_sigterm
from newsspider.redaction import redact

if TYPE_CHECKING:
    import argparse

    from newsspider.extraction.extraction import Extracted

_MAX_JOBS = 1024


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "PATH…"

    def short_desc(self) -> str:
        return "Parse all article pages of archives again, over several processes; compare with earlier records"

    def long_desc(self) -> str:
        return (
            "Write the record of every capture of an article in the archives (collections, WARC files, folders of "
            "them, WACZ files, here or at s3://) into DIR, as feed parts; a manifest, written last, says that they are "
            "complete. When it was interrupted, the same command goes on where it was. With --diff, say what differs "
            "from the records of a collection, or of one run: here, in DIR/diff.json and in DIR/diff.html. "
            "Example: scrapy extract kankanews --to again --diff kankanews. Exit codes: 0 done, 1 could not start, "
            "3 a process was killed or a store went away, 4 something could not be stored, 5 no article, 6 pages could "
            "not be read or most gave no record, 75 interrupted: run it again."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        parser.add_argument("--site", metavar="SITE", help="only articles of this site (default: of all that we know)")
        parser.add_argument("--jobs", type=int, default=cores, metavar="N", help="processes (default: %(default)s)")
        parser.add_argument(
            "--to", default="extracted", metavar="DIR", help="a new or empty directory (default: %(default)s)"
        )
        parser.add_argument("--diff", metavar="COLLECTION|RUN", help="compare with the records of these")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if not args:
            raise UsageError("takes one or more archives, as in: scrapy extract kankanews --to again")
        if not 1 <= opts.jobs <= _MAX_JOBS:
            raise UsageError(f"--jobs takes a number from 1 to {_MAX_JOBS}", print_help=False)
        if "://" in opts.to:
            raise UsageError(f"--to {redact(opts.to)}: takes a directory of this machine", print_help=False)
        interrupt_on_sigterm()
        try:
            _tell(extracted := extract(self._request(args, opts), Progress()))
            self.exitcode = extracted.verdict.exit_code
        except NewsspiderError as error:
            print(f"scrapy extract: {error}", file=sys.stderr)
            self.exitcode = error.exit_code
        except KeyboardInterrupt:
            print("\nscrapy extract: interrupted; what is finished is kept, run it again to go on", file=sys.stderr)
            self.exitcode = INTERRUPTED

    def _request(self, args: list[str], opts: argparse.Namespace) -> Request:
        assert self.settings is not None
        archives = Path(self.settings["ARCHIVE_DIR"])
        names = (opts.site,) if opts.site is not None else tuple(sites.names())
        for name in names:
            sites.load(name)
        return Request(
            paths=tuple(dict.fromkeys(place(text, archives) for text in args)),
            sites=names,
            directory=Path(opts.to),
            jobs=opts.jobs,
            unit_size=self.settings.getint("PART_ITEMS"),
            max_body=self.settings.getint("DOWNLOAD_MAXSIZE") or sys.maxsize,
            earlier=() if opts.diff is None else tuple(find_parts(opts.diff, archives)),
            earlier_name=opts.diff or "",
        )


def _tell(extracted: Extracted) -> None:
    tally = extracted.tally
    directory = extracted.manifest.parent
    if extracted.comparison is not None:
        print(extracted.comparison)
        print(f"As a page: {directory / 'diff.html'}; for programs: {directory / 'diff.json'}")
    failed = sum(tally.failures.values())
    print(
        f"{tally.articles:,} records of {tally.captures:,} captures are in {directory}; {failed:,} gave none "
        f"({extracted.manifest} names them), {tally.truncated:,} were cut off, {tally.other:,} were no page"
    )
    for reason in extracted.verdict.reasons:
        print(f"scrapy extract: {reason}", file=sys.stderr)
