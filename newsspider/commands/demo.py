"""``scrapy demo``: the main job, end to end, on the bundled site."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsspider.counted import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

_COLLECTION = "demo"


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def short_desc(self) -> str:
        return "Crawl the bundled site: see what a run prints and writes"

    def long_desc(self) -> str:
        return (
            "Serve the bundled, made-up site on loopback and run `scrapy crawl kankanews` at it under the real host "
            "names. Nothing leaves this machine. Example: scrapy demo --articles 50"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--articles", type=int, default=120, metavar="N", help="articles on the site (default: %(default)s)"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise UsageError(f"demo takes no argument: {args[0]!r}", print_help=False)
        if not 1 <= opts.articles <= 100_000:
            raise UsageError("--articles takes a number from 1 to 100000", print_help=False)
        assert self.settings is not None
        collection = Path(self.settings["ARCHIVE_DIR"]) / (self.settings["COLLECTION"] or _COLLECTION)
        with _site(opts.articles) as site:
            articles = counted(site["articles"], "article")
            print(f"A made-up news site with {articles} is up on 127.0.0.1:{site['https']}.")
            print("Crawling it as https://www.kankanews.com/ (scrapy crawl kankanews) …", flush=True)
            self.exitcode = subprocess.run(_crawl(site, collection), check=False).returncode
        if self.exitcode:
            print(f"The crawl ended with exit code {self.exitcode}.", file=sys.stderr)
        else:
            _summarise(collection)


@contextmanager
def _site(articles: int) -> Iterator[dict[str, Any]]:
    """Serve the site in a process of its own, which ends with this one; yield where it is."""
    command = [sys.executable, "-m", "newsspider.demo", "--articles", str(articles)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())
        finally:
            server.terminate()


def _crawl(site: dict[str, Any], collection: Path) -> list[str]:
    settings = {
        "CONNECT_TO": site["connect_to"],
        "ARCHIVE_DIR": collection.parent,
        "COLLECTION": collection.name,
        "CONTACT": "https://example.org/newsspider-demo",
        # Nobody has to be spared here.
        "DOWNLOAD_DELAY": 0.01,
        "AUTOTHROTTLE_ENABLED": False,
        "LOG_LEVEL": "ERROR",
    }
    options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    return [sys.executable, "-m", "scrapy", "crawl", "kankanews", *options]


def _summarise(collection: Path) -> None:
    """Say what the run wrote, and what to try next."""
    manifest_path = max((collection / "runs").glob("*.json"))
    manifest = json.loads(manifest_path.read_bytes())
    counts = manifest["counts"]
    items = collection / "items" / manifest["run"]
    known = "" if counts["articles"] else f" Nothing is new: the {counts['known']} addresses on the lists are known."
    print(
        f"\nDone: {counted(counts['articles'], 'article')} from {counted(counts['requests'], 'request')}, "
        f"{counts['requisites']} of them for the images, style sheets and scripts of their pages.{known}\n"
        f"Of the answers {counts['revisits']} had a payload that the archive holds already (stored as revisits), and "
        f"{counts['unparsed']} of the article pages said that there is no article.\n"
        f"robots.txt forbade {counted(counts['forbidden_by_robots'], 'link')}.\n"
    )
    rows = [(items / each["name"], f"{counted(each['records'], 'record')}, one a line") for each in manifest["parts"]]
    rows += [
        (items / each["name"], f"{counted(each['records'], 'event')}: first seen") for each in manifest["changes_parts"]
    ]
    rows += [(items / part["name"], "the footer's facts, once") for part in manifest["site_facts_parts"]]
    rows += [
        (
            collection / "archive" / each["name"],
            f"{counted(each['records'], 'WARC record')}, {each['size'] / 1e6:.1f} MB",
        )
        for each in manifest["warcs"]
    ]
    rows.append((collection / "indexes" / "index.cdxj", "where each capture lies"))
    rows.append((manifest_path, "the manifest: what this run did, with digests"))
    for path, what in rows:
        print(f"  {path}\n      {what}")
    scrapy = _scrapy()
    newest_part = max((collection / "items").glob("*/part-*.jsonl"))  # not always of this run: it may find nothing new
    print(
        "\nTry next:\n"
        f"  head -n 1 {newest_part} | python3 -m json.tool --no-ensure-ascii\n"
        "      a record\n"
        f"  {scrapy} verify {collection}\n"
        "      prove every record from the bytes of its page\n"
        f"  {scrapy} crawl kankanews -s CONTACT=you@example.org\n"
        "      the real site, politely"
    )


def _scrapy() -> str:
    """Return how this shell calls the ``scrapy`` that runs now."""
    own = Path(sys.executable).with_name("scrapy")
    if shutil.which("scrapy") == str(own):
        return "scrapy"
    return str(own.relative_to(Path.cwd()) if own.is_relative_to(Path.cwd()) else own)
