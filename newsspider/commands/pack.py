"""``scrapy pack``: runs of a collection as one WACZ, for a colleague, a browser or a court."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsspider.archive.places import collection_named
from newsspider.archive.signature import fingerprint, public_key
from newsspider.errors import NewsspiderError
from newsspider.interruption import INTERRUPTED, interrupt_on_sigterm
from newsspider.packing.keys import make_key, read_key
from newsspider.packing.packing import pack
from newsspider.since import moment_of

if TYPE_CHECKING:
    import argparse

    from cryptography.hazmat.primitives.asymmetric import ec


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "COLLECTION"

    def short_desc(self) -> str:
        return "Pack a collection, or runs of it, into one WACZ file"

    def long_desc(self) -> str:
        return (
            "Write one WACZ: the WARC files and their index, a list of pages with their text, for full-text search, "
            "the records and manifests, and digests of all. It opens in ReplayWeb.page (archive → choose file), "
            "without a network, and `scrapy verify` checks it. What a crawl writes meanwhile is left out. "
            "Example: scrapy pack kankanews --since 2026-11-01 --sign key.pem. To sign, make a key once: "
            "scrapy pack --new-key key.pem"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--since", metavar="TIME", help="only runs that began since: 1d, 12h, or a date in UTC")
        parser.add_argument("--run", metavar="RUN", dest="only", help="only this run: the name of its manifest")
        parser.add_argument(
            "-o", dest="to", metavar="FILE", help="a new file (default: COLLECTION/wacz/COLLECTION-TIME.wacz)"
        )
        parser.add_argument("--sign", metavar="KEY", help="sign with the key in this file")
        parser.add_argument("--new-key", metavar="KEY", help="make a key in a new file, and pack nothing")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        interrupt_on_sigterm()
        try:
            if opts.new_key is not None:
                self._make_key(args, opts)
            else:
                self._pack(args, opts)
        except NewsspiderError as error:
            print(f"scrapy pack: {error}", file=sys.stderr)
            self.exitcode = error.exit_code
        except KeyboardInterrupt:
            print("\nscrapy pack: interrupted; nothing was written", file=sys.stderr)
            self.exitcode = INTERRUPTED

    def _make_key(self, args: list[str], opts: argparse.Namespace) -> None:
        if args or any((opts.since, opts.only, opts.to, opts.sign)):
            raise UsageError("--new-key goes alone; example: scrapy pack --new-key key.pem")
        key = make_key(Path(opts.new_key))
        print(f"The key is in {opts.new_key}. Keep it: who has it can sign in your name.")
        print(f"Its fingerprint, to give to those who verify: {_fingerprint(key)}")

    def _pack(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if len(args) != 1:
            raise UsageError("scrapy pack takes one collection; example: scrapy pack kankanews")
        if opts.since is not None and opts.only is not None:
            raise UsageError("--since and --run both choose runs; give one of them")
        if opts.to is not None and not opts.to.endswith(".wacz"):
            raise UsageError(f"-o {opts.to}: a WACZ file has to be called .wacz")
        since = None if opts.since is None else _moment(opts.since)
        key = None if opts.sign is None else read_key(Path(opts.sign))
        archives = Path(self.settings["ARCHIVE_DIR"])
        collection = collection_named(args[0], archives)
        output = None if opts.to is None else Path(opts.to)
        packed = pack(collection, output, since=since, run=opts.only, key=key, now=datetime.now(UTC))
        for problem in packed.problems:
            print(f"scrapy pack: {problem}", file=sys.stderr)
        print(
            f"{packed.path}: {packed.size / 1e6:,.1f} MB; {packed.runs:,} runs, {packed.pages:,} pages with text, "
            f"{packed.captures:,} captures in {packed.warcs:,} WARC files"
        )
        if key is not None:
            print(f"Signed; to be checked by: scrapy verify {packed.path} --signer {_fingerprint(key)}")


def _moment(text: str) -> datetime:
    try:
        return moment_of(text, zone=UTC)
    except ValueError as error:
        raise UsageError(f"--since {error}") from error


def _fingerprint(key: ec.EllipticCurvePrivateKey) -> str:
    return fingerprint(public_key(key))
