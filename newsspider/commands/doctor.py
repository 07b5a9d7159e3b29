"""``scrapy doctor``: what is wrong here, and what to do about it."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader

from newsspider.archive.collection import Collection
from newsspider.connections import parse_connect_to
from newsspider.counted import counted
from newsspider.doctor import history, machine, place, reach
from newsspider.doctor.finding import Finding
from newsspider.errors import NewsspiderError
from newsspider.identity import Identity
from newsspider.preflight import check, check_environment
from newsspider.spiders.news import NewsSpider

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

_SIGNS = {"ok": "ok     ", "warning": "WARNING", "fault": "FAULT  "}


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[SITE]"

    def short_desc(self) -> str:
        return "Check settings, disk, clock, permissions, DNS, contact, lock and the last runs"

    def long_desc(self) -> str:
        return (
            "Look at what a crawl needs before it needs it, with the settings, the environment and the user that the "
            "crawl has: settings, disk, clock, permissions, DNS, the contact in the User-Agent, the lock, the last "
            "runs. Nothing is repaired or fetched. Exits with 1 where something would make a crawl fail. "
            "Example: sudo -u newsspider NEWSSPIDER_ARCHIVE_DIR=/var/lib/newsspider scrapy doctor kankanews"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="a JSON object a line in place of text")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        known = sorted(get_spider_loader(self.settings).list())
        if len(args) > 1 or not set(args) <= set(known):
            raise UsageError(f"takes one site or none; there is: {', '.join(known)}", print_help=False)
        counts = {"ok": 0, "warning": 0, "fault": 0}
        for finding in self._findings(args or known):
            counts[finding.level] += 1
            print(json.dumps(asdict(finding), ensure_ascii=False) if opts.json else _line(finding), flush=True)
        if not opts.json:
            print(f"{counted(counts['fault'], 'fault')}, {counted(counts['warning'], 'warning')}")
        self.exitcode = 1 if counts["fault"] else 0

    def _findings(self, spiders: list[str]) -> Iterator[Finding]:
        assert self.settings is not None
        settings = self.settings.copy()
        try:
            check_environment()
            check(settings)
        except NewsspiderError as error:  # nothing else can be looked at with it
            yield Finding("fault", "settings", str(error))
            return
        Identity.update_settings(settings)
        archives = Path(settings["ARCHIVE_DIR"])
        yield from machine.software()
        yield from place.archive_dir(archives, warc_max_size=settings.getint("WARC_MAX_SIZE"))
        if archives.is_dir():
            yield from machine.clock(archives)
        yield from reach.contact(settings["CONTACT"], settings["USER_AGENT"])
        led_elsewhere = {host for host, _ in parse_connect_to(settings["CONNECT_TO"])}
        for name in spiders:
            spider = get_spider_loader(settings).load(name)
            if issubclass(spider, NewsSpider):
                hosts = dict.fromkeys(urlsplit(url).hostname or "" for url in spider.site.START_URLS)
                yield from reach.names(
                    hosts, led_elsewhere=led_elsewhere, allow_private=settings.getbool("ALLOW_PRIVATE_ADDRESSES")
                )
            collection = Collection.named(archives, settings["COLLECTION"] or name)
            if collection.path.is_dir():
                yield from place.collection(collection)
                yield from history.last_runs(collection, datetime.now(UTC))


def _line(finding: Finding) -> str:
    sign = _SIGNS[finding.level]
    if sys.stdout.isatty():
        colour = {"ok": 32, "warning": 33, "fault": 31}[finding.level]
        sign = f"\033[{colour}m{sign}\033[0m"
    return f"{sign} {finding.subject}: {finding.text}"
