"""``scrapy pack``: runs of a collection as one WACZ, for a colleague, a browser or a court."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newsspider.collection.following import package_of
from newsspider.collection.places import collection_to_read
from newsspider.commands import summary
from newsspider.engines.engine import add_jobs, engine, jobs_for
from newsspider.packages.keys import make_key, read_key
from newsspider.packages.packing import pack
from newsspider.packages.signature import fingerprint, public_key
from newsspider.terminal.called import as_called
from newsspider.terminal.command import BaseCommand, UsageError
from newsspider.terminal.console import complain, say
from newsspider.terminal.interruption import interrupt_on_sigterm
from newsspider.text.language import _, ngettext
from newsspider.text.since import moment_of

if TYPE_CHECKING:
    import argparse

    from cryptography.hazmat.primitives.asymmetric import ec


class Command(BaseCommand):
    def syntax(self) -> str:
        return "COLLECTION"

    def short_desc(self) -> str:
        return summary("pack")

    def long_desc(self) -> str:
        return _(
            "Write one WACZ: the WARC files and their index, a list of pages with their text, for full-text search, "
            "the records and manifests, and digests of all. It opens in ReplayWeb.page (archive → choose file), "
            "without a network, and `scrapy verify` checks it. What a crawl writes meanwhile is left out. "
            "Example: scrapy pack kankanews --since 2026-11-01 --sign key.pem. To sign, make a key once: "
            "scrapy pack --new-key key.pem"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--since", metavar="TIME", help=_("only runs that began since: 1d, 12h, or a date in UTC"))
        parser.add_argument("--run", metavar="RUN", dest="only", help=_("only this run: the name of its manifest"))
        parser.add_argument(
            "-o", dest="to", metavar="FILE", help=_("a new file (default: COLLECTION/wacz/COLLECTION-TIME.wacz)")
        )
        add_jobs(parser)
        parser.add_argument("--sign", metavar="KEY", help=_("sign with the key in this file"))
        parser.add_argument("--new-key", metavar="KEY", help=_("make a key in a new file, and pack nothing"))

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        interrupt_on_sigterm()
        try:
            if opts.new_key is not None:
                self._make_key(args, opts)
            else:
                self._pack(args, opts)
        except KeyboardInterrupt:
            self.interrupted(_("nothing was written"))

    def _make_key(self, args: list[str], opts: argparse.Namespace) -> None:
        if args or any(each is not None for each in (opts.since, opts.only, opts.to, opts.sign)):
            raise UsageError(_("--new-key goes alone; example: scrapy pack --new-key key.pem"))
        key = make_key(Path(opts.new_key))
        say(_("The key is in %(path)s. Keep it safe: whoever has it can sign in your name.", path=opts.new_key))
        say(_("Its fingerprint, to give to those who verify: %(fingerprint)s", fingerprint=_fingerprint(key)))

    def _pack(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError(_("scrapy pack takes one collection; example: scrapy pack kankanews"))
        if opts.since is not None and opts.only is not None:
            raise UsageError(_("--since and --run both choose runs; give one of them"))
        if opts.to is not None and not opts.to.endswith(".wacz"):
            raise UsageError(_("-o %(path)s: a WACZ file has to be called .wacz", path=opts.to))
        since = None if opts.since is None else _moment(opts.since)
        key = None if opts.sign is None else read_key(Path(opts.sign))
        archives = Path(self.settings["ARCHIVE_DIR"])
        collection = collection_to_read(args[0], archives)
        if package_of(collection) is not None:
            raise UsageError(_("%(path)s is a package already; scrapy pack takes a collection", path=args[0]))
        output = None if opts.to is None else Path(opts.to)
        size = sum(part.stat().st_size for part in collection.items_dir.glob("*/*.jsonl"))
        with engine("local", jobs_for(opts.jobs, size)) as work:
            packed = pack(collection, output, since=since, run=opts.only, key=key, now=datetime.now(UTC), work=work)
        for problem in packed.problems:
            complain(f"scrapy pack: {problem}")
        say(_(
            "%(path)s: %(size)s MB; %(runs)s, %(pages)s, %(captures)s in %(warcs)s",
            path=packed.path,
            size=f"{packed.size / 1e6:,.1f}",
            runs=ngettext("%(number)s run", "%(number)s runs", packed.runs),
            pages=ngettext("%(number)s page with text", "%(number)s pages with text", packed.pages),
            captures=ngettext("%(number)s capture", "%(number)s captures", packed.captures),
            warcs=ngettext("%(number)s WARC file", "%(number)s WARC files", packed.warcs),
        ))  # fmt: skip
        if key is not None:
            say(as_called(_("Signed; to be checked by: scrapy verify %(path)s --signer %(signer)s",
                            path=packed.path, signer=_fingerprint(key))))  # fmt: skip


def _moment(text: str) -> datetime:
    try:
        return moment_of(text, zone=UTC)
    except ValueError as error:
        raise UsageError(f"--since {error}") from error


def _fingerprint(key: ec.EllipticCurvePrivateKey) -> str:
    return fingerprint(public_key(key))
