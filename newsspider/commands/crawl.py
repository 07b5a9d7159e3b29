"""``scrapy crawl``: Scrapy's command, with an exit code that says what happened."""

from __future__ import annotations

import logging
import re
import signal
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from newsspider.collection.collection import Collection
from newsspider.collection.objects import forget_connections, path_of
from newsspider.collection.runs import manifest_of
from newsspider.commands import summary
from newsspider.errors import NewsspiderError
from newsspider.runs import notice
from newsspider.runs.closing import closing
from newsspider.runs.sitelist import Shard, read_sites
from newsspider.runs.verdict import as_lines
from newsspider.terminal.called import program_path
from newsspider.terminal.command import BaseCommand, UsageError
from newsspider.terminal.console import complain, say_json
from newsspider.terminal.interruption import INTERRUPTED
from newsspider.text.language import N_, _
from newsspider.text.message import message
from newsspider.text.nearest import nearest
from newsspider.text.redaction import redact
from newsspider.text.system import reason_of

if TYPE_CHECKING:
    import argparse
    from types import FrameType
    from typing import NoReturn

    from scrapy import Spider
    from scrapy.settings import BaseSettings

    from newsspider.crawl.one import CrawlEnd
    from newsspider.runs.sitelist import ListedSite
    from newsspider.runs.stored.crawl import StoredCrawl

logger = logging.getLogger(__name__)


_OPTIONS = ("site", "url", "since", "limit", "full", "archive", "at")
"""Arguments of spiders that are options, too."""


class SpiderNotFoundError(NewsspiderError):
    """The project has no spider of that name."""

    def __init__(self, name: str, known: list[str]):
        near = nearest(name, known)
        text = N_("no spider is called %(name)s; choose from: %(known)s")
        if near:
            text = N_("no spider is called %(name)s; choose from: %(known)s; did you mean %(near)s?")
        super().__init__(message(text, name=repr(name), known=", ".join(known), near=near))


class Command(BaseCommand):
    """Reports a mistyped command line before Scrapy is imported, if it was called as ``newsspider``."""

    requires_scrapy = True
    requires_crawler_process = True
    default_settings: ClassVar[dict[str, Any]] = {}
    settings: Any  # Scrapy's own
    crawler_process: Any
    _of = ""
    """The site that is spoken of, where there are many."""

    def syntax(self) -> str:
        return "[options] SITE"

    def short_desc(self) -> str:
        return summary("crawl")

    def long_desc(self) -> str:
        return _(
            "Crawl a site of the project: what is new or changed, or with --full all of it. "
            "Example: scrapy crawl kankanews --since 2026-11-01 --limit 20 "
            "-s CONTACT=https://example.org/crawler. From what was captured, without the network: "
            "scrapy crawl kankanews --archive archives/kankanews --at 2026-01-30. "
            "Any other news site: scrapy crawl news --site https://www.example.org/ --limit 20. "
            "Exit codes: 0 done, 1 could not start, 2 not understood, 3 ended before its time, "
            "4 something was not stored, 5 too few articles found, 6 too many pages failed, or say less than before, "
            "75 interrupted or locked: try later."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(_("the log"))
        group.add_argument("-L", "--loglevel", metavar="LEVEL", help="DEBUG, INFO, WARNING, ERROR, CRITICAL")
        group.add_argument("--logfile", metavar="FILE", help=_("a file in place of standard error"))
        group.add_argument("--nolog", action="store_true", help=_("write no log"))
        group = parser.add_argument_group(_("as in Scrapy"))
        group.add_argument(
            "-a", dest="spargs", action="append", default=[], metavar="NAME=VALUE", help=_("an argument of the spider")
        )
        group.add_argument(
            "-o", "--output", action="append", metavar="FILE[:FORMAT]", help=_("add the records to this file, too")
        )
        group.add_argument(
            "-O", "--overwrite-output", action="append", metavar="FILE[:FORMAT]",
            help=_("write the records into this file, too"),
        )  # fmt: skip
        group = parser.add_argument_group(_("what to crawl (each is the same as -a NAME=VALUE)"))
        group.add_argument("--site", metavar="URL", help=_("of the spider `news`: what is new on this site"))
        group.add_argument("--url", metavar="URL", help=_("exactly this article; several by commas"))
        group.add_argument("--since", metavar="TIME", help=_("no older articles: 2026-11-01, 1d, 12h, 2w"))
        group.add_argument("--limit", metavar="N", help=_("at most so many records; the next run goes on"))
        group.add_argument(
            "--full", action="store_true", help=_("every article, also those that are known and not due")
        )
        group.add_argument(
            "--archive", metavar="PATH", help=_("from archives in place of the network; several by commas")
        )
        group.add_argument("--at", metavar="TIME", help=_("with --archive: the captures nearest to that time"))
        group = parser.add_argument_group(_("many sites, in place of SITE (docs/scale.md)"))
        group.add_argument("--sites", metavar="FILE", help=_("a site's name or address a line; prints JSON lines"))
        group.add_argument(
            "--shard", metavar="i/N", help=_("of these the part i of N, from 0 on, by a hash of the host")
        )
        group.add_argument("--at-once", type=int, metavar="N", help=_("sites at a time (default: 1)"))
        group = parser.add_argument_group(_("where the collection lives, if not on this machine (docs/scale.md)"))
        group.add_argument(
            "--collection", metavar="URL", help=_("s3://bucket/SITE: one machine at a time crawls into it")
        )
        group.add_argument(
            "--push-every", type=float, metavar="SECONDS", help=_("with it: send finished files on the way, too")
        )

    def check(self, args: list[str], opts: argparse.Namespace) -> None:
        opts.spargs = _arguments(opts)
        if opts.push_every is not None and (opts.collection is None or opts.push_every <= 0):
            raise UsageError(_("--push-every takes seconds, more than 0, and goes with --collection"))
        if opts.collection is not None and "archive" in opts.spargs:
            raise UsageError(_("--collection is for crawls of the network, and --archive asks none"))
        if opts.sites is None:
            _check_site(args, opts)
        else:
            _check_sites(args, opts)

    def prepare(self, args: list[str], opts: argparse.Namespace) -> None:
        # Until the crawl begins, when Scrapy takes over, there is nothing to end in order.
        signal.signal(signal.SIGTERM, _exit_early)
        signal.signal(signal.SIGINT, _exit_early)
        # Names in it that are deprecated look at the whole stack when they are made, which in the reactor is deep.
        import_module("scrapy.core.downloader.contextfactory")
        self._set_log(opts)
        self._set_feeds(opts)
        try:
            if opts.sites is None:
                spider = _spider(args[0], self.settings)
                spider(**opts.spargs)  # made for its complaints only: now they stand alone, later after Scrapy's log
                self._stored = self._stored_crawl(opts.collection, opts)
            else:
                self._prepare_sites(opts)
        except NewsspiderError as error:
            complain(f"scrapy crawl: {_as_typed(error.localized(), opts)}")
            sys.exit(error.exit_code)

    def _set_log(self, opts: argparse.Namespace) -> None:
        if opts.logfile:
            try:
                Path(opts.logfile).open("a", encoding="utf-8").close()
            except OSError as error:
                said = _("--logfile %(path)s: cannot be written: %(error)s", path=opts.logfile, error=reason_of(error))
                self._parser.error(said)
        for name, value in (("LOG_FILE", opts.logfile), ("LOG_LEVEL", opts.loglevel)):
            if value:
                self.settings.setdict({"LOG_ENABLED": True, name: value}, priority="cmdline")
        if opts.nolog:
            self.settings.set("LOG_ENABLED", False, priority="cmdline")

    def _set_feeds(self, opts: argparse.Namespace) -> None:
        if opts.output or opts.overwrite_output:
            from scrapy.exceptions import UsageError as FeedsUsageError
            from scrapy.utils.conf import feed_process_params_from_cli

            try:
                feeds = feed_process_params_from_cli(self.settings, opts.output, overwrite_output=opts.overwrite_output)
            except FeedsUsageError as error:
                raise UsageError(str(error)) from error
            self.settings.set("FEEDS", feeds, priority="cmdline")

    def _prepare_sites(self, opts: argparse.Namespace) -> None:
        from newsspider.crawl.preflight import Preflight

        self.requires_crawler_process = False  # each site has one of its own
        if opts.output or opts.overwrite_output:
            raise UsageError(_("-o and -O are for one site: with --sites each has its records"))
        if self.settings["COLLECTION"]:
            raise UsageError(_("COLLECTION is for one site: with --sites each has its own"))
        Preflight.update_pre_crawler_settings(self.settings)
        shard = Shard(0, 1) if opts.shard is None else Shard.parse(opts.shard)
        self._sites = [site for site in read_sites(path_of(opts.sites)) if shard.has(site)]
        spiders = {name: _spider(name, self.settings) for name in {site.spider for site in self._sites}}
        for site in self._sites:
            spiders[site.spider](**opts.spargs, **site.arguments)
            self._stored_crawl_of(site, opts)

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if opts.sites is None:
            from newsspider.crawl.one import crawl

            ended = crawl(self.crawler_process, args[0], opts.spargs, self._stored)
            self.exitcode = self._end(args[0], ended)
            self._show_files(ended)
            return
        from newsspider.crawl.many import Crew, import_what_crawls_need

        import_what_crawls_need(self.settings)
        if opts.collection is not None:
            forget_connections()
        crew = Crew(lambda site: self._crawl(site, opts), partial(say_json, flush=True), at_once=opts.at_once or 1)
        self.exitcode = crew.run(self._sites)

    def _crawl(self, site: ListedSite, opts: argparse.Namespace) -> dict[str, Any]:
        """Crawl one of many, in a process of its own; return what is to be said of it."""
        from scrapy.crawler import AsyncCrawlerProcess

        from newsspider.crawl.one import crawl

        self._of = f"{site.name}: "
        self.settings = self.settings.copy()
        process = AsyncCrawlerProcess(self.settings)
        ended = crawl(process, site.spider, {**opts.spargs, **site.arguments}, self._stored_crawl_of(site, opts))
        code = self._end(site.spider, ended)
        reasons = list(map(redact, ended.verdict.reasons))
        return {"collection": ended.collection, "run": ended.run, "exit_code": code, "reasons": reasons, **ended.counts}

    def _stored_crawl_of(self, site: ListedSite, opts: argparse.Namespace) -> StoredCrawl | None:
        address = None if opts.collection is None else opts.collection.replace("{site}", site.name)
        return self._stored_crawl(address, opts)

    def _stored_crawl(self, address: str | None, opts: argparse.Namespace) -> StoredCrawl | None:
        from newsspider.crawl.one import stored_crawl

        return stored_crawl(address, self.settings, opts.push_every)

    def _end(self, spider: str, ended: CrawlEnd) -> int:
        """Report how a crawl ended; return the exit code."""
        if ended.verdict.exit_code not in (0, INTERRUPTED):
            self._tell_others(spider, ended)
        programs = self.settings.getbool("LOG_JSON")
        for line in ended.verdict.reasons if programs else as_lines(ended.verdict):
            self._say(line)
        return ended.verdict.exit_code

    def _show_files(self, ended: CrawlEnd) -> None:
        """Say to a person what there is now, and what to do with it."""
        from newsspider.crawl.logs import is_for_a_person

        if self._stored is not None or ended.run is None or not is_for_a_person(self.settings):
            return
        collection = Collection.named(Path(self.settings["ARCHIVE_DIR"]), ended.collection)
        manifest, program = manifest_of(collection, ended.run), program_path()
        next_steps = (
            (f"{program} history --since 1d", _("what was published, edited or taken away")),
            (f"{program} verify {collection.path}", _("prove every record from the bytes of its page")),
            (f"{program} replay {collection.name}", _("look at the archived pages in a browser")),
        )
        if manifest.is_file():
            for line in closing(collection, manifest, next_steps):
                complain(line)

    def _tell_others(self, spider: str, ended: CrawlEnd) -> None:
        """Notify whoever the settings name of a bad verdict. Nothing is lost when that fails."""
        said = notice.notice(
            collection=ended.collection,
            spider=spider,
            run=ended.run,
            verdict=ended.verdict,
            files=ended.files,
        )
        for setting, tell in (("VERDICT_WEBHOOK", notice.post), ("VERDICT_COMMAND", notice.run)):
            if target := self.settings[setting]:
                try:
                    tell(target, said)
                except NewsspiderError as error:
                    self._say(str(error))

    def _say(self, sentence: str) -> None:
        """Tell a person, or the collector of the log."""
        if self.settings.getbool("LOG_JSON"):
            logger.error("%s", sentence)
        else:
            complain(f"scrapy crawl: {self._of}{redact(sentence)}")


def _arguments(opts: argparse.Namespace) -> dict[str, str]:
    """Return the arguments of the spider, however they are given."""
    arguments = {}
    for each in opts.spargs:
        name, equals, value = each.partition("=")
        if not equals:
            raise UsageError(_("%(option)s: takes NAME=VALUE", option=f"-a {name}"))
        arguments[name] = value
    for name in _OPTIONS:
        value = getattr(opts, name)
        if value not in (None, False):
            if name in arguments:
                raise UsageError(_("--%(name)s and -a %(name)s= say the same; give one of them", name=name))
            arguments[name] = "1" if value is True else value
    return arguments


def _as_typed(text: str, opts: argparse.Namespace) -> str:
    """Return *text* with the arguments of the spider named as they were given: ``--since 1d``, ``-a since=1d``."""
    for name in _OPTIONS:
        if getattr(opts, name) not in (None, False):
            text = re.sub(rf"-a {name}(?![a-z])", f"--{name}", text).replace(f"--{name}=", f"--{name} ")
    return text


def _check_site(args: list[str], opts: argparse.Namespace) -> None:
    if len(args) != 1:
        example = _("takes the name of one spider, as in: scrapy crawl kankanews")
        raise UsageError(_("%(example)s; got: %(given)s", example=example, given=" ".join(args)) if args else example)
    if opts.shard is not None or opts.at_once is not None:
        raise UsageError(_("--shard and --at-once go with --sites FILE"))


def _check_sites(args: list[str], opts: argparse.Namespace) -> None:
    if args:
        raise UsageError(_("--sites names the sites, and nothing else does; got: %(given)s", given=" ".join(args)))
    if refused := sorted({"site", "url", "archive", "at"} & opts.spargs.keys()):
        raise UsageError(_("--%(name)s is for one site, and --sites for many", name=refused[0]))
    if opts.collection is not None and "{site}" not in opts.collection:
        raise UsageError(_("with --sites, --collection says where {site} goes: s3://bucket/{site}"))
    if opts.at_once is not None and opts.at_once < 1:
        raise UsageError(_("--at-once takes a number of sites, 1 or more"))


def _exit_early(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(INTERRUPTED)


def _spider(name: str, settings: BaseSettings) -> type[Spider]:
    from scrapy.spiderloader import get_spider_loader

    loader = get_spider_loader(settings)
    try:
        return loader.load(name)
    except KeyError:
        raise SpiderNotFoundError(name, sorted(loader.list())) from None
