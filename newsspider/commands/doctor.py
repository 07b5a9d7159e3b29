"""``scrapy doctor``: what is wrong here, and what to do about it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.spiderloader import get_spider_loader

from newsspider import sites
from newsspider.collection.collection import Collection
from newsspider.commands import summary
from newsspider.crawl.connections import parse_connect_to
from newsspider.crawl.identity import UserAgent
from newsspider.crawl.one import collection_at
from newsspider.crawl.preflight import check, check_environment
from newsspider.doctor import history, machine, place, reach, store
from newsspider.doctor.finding import CheckResult
from newsspider.errors import NewsspiderError
from newsspider.spiders.news import NewsSpider
from newsspider.terminal.called import as_called
from newsspider.terminal.command import BaseCommand, UsageError
from newsspider.terminal.console import say, say_json
from newsspider.terminal.table import padded
from newsspider.text.language import N_, _, ngettext, speaking

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

_SIGNS = {"ok": N_("ok"), "warning": N_("WARNING"), "fault": N_("FAULT")}
_SUBJECTS = {
    "software": N_("software"), "disk": N_("disk"), "clock": N_("clock"), "contact": N_("contact"), "dns": N_("dns"),
    "permissions": N_("permissions"), "state": N_("state"), "lock": N_("lock"), "runs": N_("runs"),
    "settings": N_("settings"), "lease": N_("lease"), "store": N_("store"),
}  # fmt: skip


_SIGN_WIDTH = 7


class Command(BaseCommand):
    requires_scrapy = True
    settings: Any  # Scrapy's own

    def syntax(self) -> str:
        return "[SITE]"

    def short_desc(self) -> str:
        return summary("doctor")

    def long_desc(self) -> str:
        return _(
            "Look at what a crawl needs before it needs it, with the settings, the environment and the user that the "
            "crawl has: settings, disk, clock, permissions, DNS, the contact in the User-Agent, the lock, the last "
            "runs. Nothing is repaired or fetched. Exits with 1 where something would make a crawl fail. "
            "Example: sudo -u newsspider NEWSSPIDER_ARCHIVE_DIR=/var/lib/newsspider scrapy doctor kankanews"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--collection", metavar="ADDRESS", help=_("one in object storage: who holds it, and its newest run")
        )
        parser.add_argument("--json", action="store_true", help=_("a JSON object a line in place of text"))

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        known = sorted(get_spider_loader(self.settings).list())
        archives = Path(self.settings["ARCHIVE_DIR"])
        # A site without a file is known by its collection, which has the name of its host.
        if len(args) > 1 or not all(each in known or ("." in each and (archives / each).is_dir()) for each in args):
            raise UsageError(_("takes one site or none; choose from: %(names)s", names=", ".join(known)))
        counts = {"ok": 0, "warning": 0, "fault": 0}
        with speaking("en" if opts.json else None):
            for finding in self._findings(args or known, named=bool(args), stored=opts.collection):
                counts[finding.level] += 1
                if opts.json:
                    say_json(asdict(finding), flush=True)
                else:
                    say(as_called(_line(finding)), colours=sys.stdout.isatty(), flush=True)
        if not opts.json:
            faults = ngettext("%(number)s fault", "%(number)s faults", counts["fault"])
            warnings = ngettext("%(number)s warning", "%(number)s warnings", counts["warning"])
            say(_("%(faults)s, %(warnings)s", faults=faults, warnings=warnings))
        self.exitcode = 1 if counts["fault"] else 0

    def _findings(self, spiders: list[str], *, named: bool, stored: str | None) -> Iterator[CheckResult]:
        settings = self.settings.copy()
        try:
            check_environment()
            check(settings)
        except NewsspiderError as error:  # nothing else can be looked at with it
            yield CheckResult("fault", "settings", error.localized())
            return
        UserAgent.update_settings(settings)
        archives = Path(settings["ARCHIVE_DIR"])
        yield from machine.software()
        yield from place.archive_dir(archives, warc_max_size=settings.getint("WARC_MAX_SIZE"))
        if archives.is_dir():
            yield from machine.clock(archives)
        yield from reach.contact(settings["CONTACT"], settings["USER_AGENT"])
        led_elsewhere = {host for host, __ in parse_connect_to(settings["CONNECT_TO"])}
        for name in spiders:
            spider = get_spider_loader(settings).load(sites.ANY if "." in name else name)
            if issubclass(spider, NewsSpider):
                hosts = dict.fromkeys(urlsplit(url).hostname or "" for url in spider.site.start_urls)
                if not named:  # the example sites are nowhere (RFC 2606, 2), and that is no fault of this place
                    hosts = {host: None for host in hosts if not host.endswith(".example")}
                yield from reach.names(
                    hosts, led_elsewhere=led_elsewhere, allow_private=settings.getbool("ALLOW_PRIVATE_ADDRESSES")
                )
            collection = Collection.named(archives, settings["COLLECTION"] or name)
            if collection.path.is_dir():
                yield from place.collection(collection)
                yield from history.last_runs(collection, datetime.now(UTC))
        if stored is not None:
            try:
                yield from store.collection(collection_at(stored))
            except NewsspiderError as error:
                yield CheckResult("fault", "store", str(error))


def _line(finding: CheckResult) -> str:
    sign = padded(_(_SIGNS[finding.level]), _SIGN_WIDTH)
    if sys.stdout.isatty():
        colour = {"ok": 32, "warning": 33, "fault": 31}[finding.level]
        sign = f"\033[{colour}m{sign}\033[0m"
    return f"{sign} {_(_SUBJECTS[finding.subject])}: {finding.text}"
