"""``scrapy savefixture``: a captured page becomes a test case."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newsspider import sites
from newsspider.collection.places import collection_named
from newsspider.commands import summary
from newsspider.extraction.cases import PAGE, save_case
from newsspider.terminal import project
from newsspider.terminal.command import BaseCommand, UsageError
from newsspider.terminal.console import say
from newsspider.text.language import _

if TYPE_CHECKING:
    import argparse

    from newsspider.extraction.cases import Case


class Command(BaseCommand):
    def syntax(self) -> str:
        return "SITE URL CASE"

    def short_desc(self) -> str:
        return summary("savefixture")

    def long_desc(self) -> str:
        return _(
            "Copy the capture of URL out of a collection (COLLECTION, or the one called as the site) into "
            "tests/cases/SITE/CASE, with the record that the parser gives today. Check the record against the page: "
            "it is a golden one only when a person has read it. Example: scrapy savefixture kankanews "
            "https://www.kankanews.com/detail/LMwVGgj402z live-2026 --at 2026-01-30"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--at", metavar="TIME", help=_("take the capture nearest to TIME (UTC); default: the last"))
        parser.add_argument("--force", action="store_true", help=_("replace a case of that name"))
        parser.add_argument(
            "--cases", metavar="DIR", help=_("where the cases are (default: tests/cases of the project)")
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        try:
            site, url, case = args
        except ValueError:
            raise UsageError(
                _("takes a site, an address and a name, as in: scrapy savefixture kankanews URL no-title")
            ) from None
        _tell(self._save(site, url, case, opts))

    def _save(self, site_name: str, url: str, case: str, opts: argparse.Namespace) -> Case:
        site = sites.load(site_name)
        archives = Path(self.settings["ARCHIVE_DIR"])
        collection = collection_named(self.settings["COLLECTION"] or site_name, archives)
        cases = Path(opts.cases) if opts.cases else (project.directory() or Path()) / "tests" / "cases"
        at = None if opts.at is None else _moment(opts.at)
        return save_case(site, collection, url, case, cases=cases, at=at, force=opts.force)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            _("--at %(text)s: not a time; write it as 2026-01-30 or 2026-01-30T08:00:00", text=text)
        ) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _tell(case: Case) -> None:
    page = case.page
    say(f"{page.capture.url}, captured {page.capture.captured:%Y-%m-%d %H:%M:%S} UTC, is {case.directory / PAGE}")
    if case.problem:
        say(f"It gives no record: {case.problem}")
    expected = case.directory / ("error.json" if case.problem else "golden.json")
    say(f"Now read {expected} against the page, mend what is wrong, and say so in {case.directory / 'page.json'}.")
