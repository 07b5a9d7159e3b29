"""``scrapy newsite``: the file of a site and five cases, from its pages, for a person to check."""

from __future__ import annotations

import keyword
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from newsspider import sites
from newsspider.collection.places import place
from newsspider.collection.source import SourceError, open_source
from newsspider.commands import summary
from newsspider.durable import write_whole
from newsspider.errors import NewsspiderError
from newsspider.extraction.cases import write_case
from newsspider.extraction.survey.file import file_of
from newsspider.extraction.survey.survey import PAGES, survey
from newsspider.extraction.survey.table import table
from newsspider.terminal import project
from newsspider.terminal.called import program
from newsspider.terminal.command import BaseCommand, UsageError
from newsspider.terminal.console import complain, say
from newsspider.text.counted import counted
from newsspider.text.language import _

if TYPE_CHECKING:
    import argparse

    from newsspider.extraction.survey.survey import Survey

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class NewSiteError(NewsspiderError):
    """The file of a site cannot be written."""


class Command(BaseCommand):
    def syntax(self) -> str:
        return "NAME URL"

    def short_desc(self) -> str:
        return summary("newsite")

    def long_desc(self) -> str:
        return _(
            "Crawl a few articles of the site at URL (as scrapy crawl news does: robots.txt is obeyed, every answer is "
            "archived), find what they have in common, and write newsspider/sites/NAME.py and five cases. A table says "
            "which witness agrees on which field of which page; a person checks it, and the cases. With --archive, the "
            "pages are taken from there and nothing is asked for. Example: scrapy newsite harbour "
            "https://www.harbour.example/ -s CONTACT=https://example.org/crawler"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--archive", metavar="PATH", help=_("a collection, WARC file or WACZ that has the pages"))
        parser.add_argument("--force", action="store_true", help=_("replace the file and the cases of that name"))

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 2:
            raise UsageError(
                _("takes a name and an address, as in: scrapy newsite harbour https://www.harbour.example/")
            )
        name, url = args
        self._describe(name, url, opts)

    def _describe(self, name: str, url: str, opts: argparse.Namespace) -> None:
        if not _NAME.fullmatch(name) or keyword.iskeyword(name) or name == sites.ANY:
            raise NewSiteError(f"{name!r} is no name for a site: lower-case letters, digits and _, as in harbour")
        file = Path(sites.__path__[0]) / f"{name}.py"
        directory = project.directory()
        if directory is None:
            raise NewSiteError("a site's file belongs to the project's source: run this in a clone of newsspider")
        cases = directory / "tests" / "cases" / name
        taken = [path for path in (file, cases) if path.exists()]
        if taken and not opts.force:
            raise NewSiteError(f"{taken[0]} is there already; take another name, or replace it with --force")
        host, own = sites.without_file(url).name, sites.of(url).name
        if own not in (host, name):
            raise NewSiteError(
                f"{host} is of {own}.py already: replace that file (the name {own}, and --force), or move it away first"
            )
        archives = Path(self.settings["ARCHIVE_DIR"])
        if opts.archive is None:
            if own == name:
                complain(f"scrapy newsite: {host} has a file, by which the crawl goes: move {own}.py away first")
            self._crawl(url, opts)
            path = archives / (self.settings["COLLECTION"] or host)
        else:
            path = place(opts.archive, archives)
        with tempfile.TemporaryDirectory(prefix="newsite-") as scratch:
            try:
                source = open_source(path, Path(scratch), complain)
            except SourceError as error:
                if opts.archive is not None:
                    raise
                raise NewSiteError(
                    f"the crawl got no page of {url}, for the reason above; mend that, and run it again"
                ) from error
            found = survey(source, name, url, complain)
            _tell(found)
            for number, each in enumerate(found.pages, 1):
                write_case(found.site, each.found, cases / f"article-{number}")
            try:  # last: where it is, the cases are, too
                write_whole(file, file_of(found).encode())
            except OSError as error:
                raise NewSiteError(f"{file}: it cannot be written: {error}") from error
        say()
        say(f"Written: {file}, and {counted(len(found.pages), 'case')} in {cases}.")
        say("Read the table, the file and each golden.json against its page, mend what is wrong (docs/new-site.md).")

    def _crawl(self, url: str, opts: argparse.Namespace) -> None:
        """Crawl a few articles in a process of its own. What it says is seen; a bad end is no reason to give up."""
        settings = [part for each in opts.set for part in ("-s", each)]
        arguments = ["crawl", sites.ANY, "-a", f"site={url}", "-a", f"limit={PAGES}"]
        command = [sys.executable, "-m", "newsspider.commands", *arguments]
        say(f"Looking at {url} ({program()} {' '.join(arguments)}) …", flush=True)
        ended = subprocess.run([*command, "-s", "LOG_LEVEL=WARNING", *settings], check=False)
        if ended.returncode:
            complain(f"scrapy newsite: the crawl ended with exit code {ended.returncode}; what it got is looked at")


def _tell(found: Survey) -> None:
    """Show what a person has to check."""
    say()
    for number, page in enumerate(found.pages, 1):
        say(f"page {number}  {page.page.capture.url}")
    say()
    for line in table(found.pages):
        say(line)
    say()
    say(
        "= says what the record says, x says something else, . says nothing. "
        f"The pattern of articles knows {found.matched:,} of {counted(found.candidates, 'link')} that look like "
        "articles on lists and in feeds."
    )
    if len(found.pages) < PAGES:
        complain(f"scrapy newsite: only {counted(len(found.pages), 'article')} could be read; look at more by hand")
