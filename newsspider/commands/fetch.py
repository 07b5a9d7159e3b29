"""``scrapy fetch``: Scrapy's command, with an exit code that says whether something came."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.commands.fetch import Command as FetchCommand
from scrapy.exceptions import UsageError
from scrapy.utils.spider import DefaultSpider, spidercls_for_request
from w3lib.url import is_url

from newsspider.collection.collection import Collection
from newsspider.commands import summary
from newsspider.spiders.apart import MixedCollectionError, refuse_mixture
from newsspider.terminal.console import complain, write
from newsspider.text.language import N_, _
from newsspider.text.nearest import did_you_mean

if TYPE_CHECKING:
    import argparse

    from scrapy.http import Response

_OPTIONS = {
    "--help": N_("print this and end"),
    "--spider": N_("fetch as this spider does"),
    "--headers": N_("print the headers of request and answer, and no body"),
    "--no-redirect": N_("print a redirect, and do not follow it"),
    "--logfile": N_("a file in place of standard error"),
    "--loglevel": N_("the least that is logged (default: INFO)"),
    "--nolog": N_("write no log"),
    "--profile": N_("write what cProfile counts to FILE"),
    "--pidfile": N_("write the process ID to FILE"),
    "--set": N_("a setting; may be repeated"),
    "--pdb": N_("begin the debugger at a failure"),
}
"""What Scrapy's options of this command do, for people who do not speak its language."""

NOTHING_CAME = 5
"""As a crawl ends that finds nothing: the log and the archive say why."""


class Command(FetchCommand):
    requires_project = True

    def short_desc(self) -> str:
        return summary("fetch")

    def long_desc(self) -> str:
        return _(
            "Fetch one address, print what it answers, and archive the exchange in the collection COLLECTION (without "
            "it: that of the site's spider). Ends with 5 where nothing came: the name is not found, robots.txt forbids "
            "it. Example: scrapy fetch https://www.kankanews.com/robots.txt --nolog"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        for group in parser._action_groups:
            group.title = _(N_("options of all commands")) if group.title == "Global Options" else group.title
        for action in parser._actions:
            if known := _OPTIONS.keys() & set(action.option_strings):
                action.help = _(_OPTIONS[known.pop()])

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Refuse here what is not understood: Scrapy's command looks when it has begun its log, and says nothing."""
        for each in args:
            if each.startswith("-"):
                raise UsageError(
                    _("there is no option %(name)s; scrapy fetch --help lists them", name=each), print_help=False
                )
        if len(args) != 1 or not is_url(args[0]):
            raise UsageError(
                _("takes one address, as in: scrapy fetch https://www.kankanews.com/robots.txt"), print_help=False
            )
        super().process_options(args, opts)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        self._came = False
        try:
            self._refuse_mixture(args, opts)
        except MixedCollectionError as error:  # the spider raises it too, in a task whose errors Scrapy only logs
            complain(f"scrapy fetch: {error.localized()}")
            self.exitcode = error.exit_code
            return
        super().run(args, opts)
        if not self.exitcode and not self._came:
            self.exitcode = NOTHING_CAME

    def _refuse_mixture(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        assert self.crawler_process is not None
        name = self.settings["COLLECTION"]
        if not name:
            loader = self.crawler_process.spider_loader
            if opts.spider and opts.spider not in loader.list():
                raise UsageError(f"no spider {opts.spider!r}{did_you_mean(opts.spider, loader.list())}")
            if opts.spider:
                spider = loader.load(opts.spider)
            else:
                spider = spidercls_for_request(loader, Request(args[0]), DefaultSpider)
            name = spider.name
        refuse_mixture(Collection(Path(self.settings["ARCHIVE_DIR"]) / name), self.settings["CONNECT_TO"])

    def _print_response(self, response: Response, opts: argparse.Namespace) -> None:
        self._came = True
        super()._print_response(response, opts)

    def _print_bytes(self, bytes_: bytes) -> None:
        write(bytes_ + b"\n")
