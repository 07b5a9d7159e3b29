"""``scrapy demo``: the main job, end to end, on the bundled site."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsspider.collection.collection import Collection
from newsspider.collection.places import DEMO
from newsspider.commands import summary
from newsspider.runs.closing import closing
from newsspider.terminal.called import program, program_path
from newsspider.terminal.command import BaseCommand, UsageError
from newsspider.terminal.console import complain, say
from newsspider.text.language import _, ngettext

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


class Command(BaseCommand):
    def short_desc(self) -> str:
        return summary("demo")

    def long_desc(self) -> str:
        return _(
            "Serve the bundled, made-up site on loopback and run `scrapy crawl kankanews` at it under the real host "
            "names. Nothing leaves this machine. Example: scrapy demo --articles 50"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--articles", type=int, default=120, metavar="N", help=_("articles on the site (default: %(default)s)")
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise UsageError(_("demo takes no argument: %(given)s", given=repr(args[0])))
        if not 1 <= opts.articles <= 100_000:
            raise UsageError(_("--articles takes a number from 1 to 100000"))
        collection = Path(self.settings["ARCHIVE_DIR"]) / (self.settings["COLLECTION"] or DEMO)
        if mixed := _with_real_runs(collection):
            complain(
                f"scrapy demo: {collection} has the run {mixed}, which crawled no made-up site: its articles would mix "
                "with those of the demo. Leave COLLECTION out, or name a new one"
            )
            self.exitcode = 1
            return
        with _site(opts.articles) as site:
            say(ngettext(
                "A made-up news site with %(number)s article is up on 127.0.0.1:%(port)s.",
                "A made-up news site with %(number)s articles is up on 127.0.0.1:%(port)s.",
                site["articles"], port=site["https"],
            ))  # fmt: skip
            command = f"{program()} crawl kankanews"
            say(_("Crawling it as https://www.kankanews.com/ (%(command)s) …", command=command), flush=True)
            self.exitcode = subprocess.run(_crawl(site, collection), check=False).returncode
        if self.exitcode:
            complain(_("The crawl ended with exit code %(code)s.", code=self.exitcode))
        else:
            _summarise(collection)


def _with_real_runs(collection: Path) -> str | None:
    """Return a run of the collection that was not led elsewhere by CONNECT_TO, as the demo is; None where all were."""
    for path in sorted((collection / "runs").glob("*.json")):
        manifest = json.loads(path.read_bytes())
        # Manifests from before this was noted have no such field.
        if manifest.get("connect_to", "") is None and manifest["source"] is None:
            return path.stem
    return None


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
    return [sys.executable, "-m", "newsspider.commands", "crawl", "kankanews", *options]


def _summarise(directory: Path) -> None:
    """Say what the run wrote, and what to try next."""
    collection, called = Collection(directory), program_path()
    newest_part = max(collection.items_dir.glob("*/part-*.jsonl"))  # not always of this run: it may find nothing new
    next_steps = (
        (f"head -n 1 {newest_part} | python3 -m json.tool --no-ensure-ascii", _("a record")),
        (f"{called} browse {directory}", _("search the articles, and see each beside its page, in a browser")),
        (f"{called} verify {directory}", _("prove every record from the bytes of its page")),
        (f"{called} crawl kankanews -s CONTACT=you@example.org", _("the real site, politely")),
    )
    for line in closing(collection, max(collection.runs_dir.glob("*.json")), next_steps):
        say(line)
