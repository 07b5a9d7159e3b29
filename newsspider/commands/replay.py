"""``scrapy replay``: a person looks at what was archived, in a browser."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

import newsspider
from newsspider.archive.collection import Collection, CollectionNameError
from newsspider.archive.places import CollectionNotFoundError, collection_named
from newsspider.errors import NewsspiderError
from newsspider.interruption import INTERRUPTED, interrupt_on_sigterm
from newsspider.playback.environment import cache_directory, environment_python
from newsspider.playback.server import START

if TYPE_CHECKING:
    import argparse
    from typing import NoReturn

_HOST = "127.0.0.1"  # what is archived is for who sits here; others get it by a tunnel, or as a WACZ


class NothingToReplayError(NewsspiderError):
    """A collection has no capture that could be replayed."""

    def __init__(self, collection: Collection) -> None:
        warcs = "there are WARC files; make it with: scrapy index" if collection.warc_files() else "crawl into it first"
        super().__init__(f"{collection.path} has nothing to replay: no capture is in its index ({warcs})")


class WhichCollectionError(NewsspiderError):
    """No collection was named, and there is not just one."""

    def __init__(self, archives: Path, names: list[str]) -> None:
        there = f"there are: {', '.join(names)}; name one of them" if names else "there is none; make one: scrapy demo"
        super().__init__(f"which collection in {archives}? {there}")


class PortError(NewsspiderError):
    """The port cannot be listened on."""

    def __init__(self, port: int, error: OSError) -> None:
        super().__init__(
            f"port {port} of {_HOST} cannot be used ({os.strerror(error.errno or 0)}); "
            "give another with --port, or --port 0 for any that is free"
        )


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[COLLECTION]"

    def short_desc(self) -> str:
        return "Replay archived pages for a browser on this machine, beginning with a list of the articles"

    def long_desc(self) -> str:
        return (
            "Serve a collection (a name, a path, or nothing when there is only one) with pywb on 127.0.0.1, until "
            "Ctrl-C: a list of the archived articles, every capture as it was, TimeMap and TimeGate (Memento). "
            "Replayed pages reach nothing outside. The collection is only read. pywb runs in an environment of its "
            "own, which the first use makes from the package index (pinned, checked by hash; where: REPLAY_CACHE). "
            "Example: scrapy replay kankanews --port 8080"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--port", type=int, default=8080, metavar="N", help="0 takes any that is free (default: %(default)s)"
        )
        parser.add_argument(
            "--offline", action="store_true", help="use the environment that is there; never touch the network"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) > 1:
            raise UsageError("takes one collection, as in: scrapy replay kankanews")
        if not 0 <= opts.port <= 65535:
            raise UsageError("--port takes a number from 0 to 65535", print_help=False)
        assert self.settings is not None
        interrupt_on_sigterm()
        try:
            collection = _collection(args[0] if args else None, Path(self.settings["ARCHIVE_DIR"]))
            listener = _listen(opts.port)
            cache = cache_directory(self.settings["REPLAY_CACHE"])
            python = environment_python(cache, _say, offline=opts.offline)
            _become_server(python, collection, listener)
        except NewsspiderError as error:
            print(f"scrapy replay: {error}", file=sys.stderr)
            self.exitcode = error.exit_code
        except KeyboardInterrupt:
            print("\nscrapy replay: interrupted; nothing is left half made", file=sys.stderr)
            self.exitcode = INTERRUPTED


def _collection(text: str | None, archives: Path) -> Collection:
    """Return the collection that is meant: by path, by name, or the only one; it has something to replay."""
    if text is None:
        names = sorted(each.parent.name for each in archives.glob("*/archive") if each.is_dir())
        if len(names) != 1:
            raise WhichCollectionError(archives, names)
        text = names[0]
    collection = Collection(Path(text).resolve())
    if not collection.archive_dir.is_dir():
        try:
            collection = collection_named(text, archives.resolve())
        except CollectionNameError:
            raise CollectionNotFoundError(text, archives) from None
    if not any(path.stat().st_size for path in collection.index.files()):
        raise NothingToReplayError(collection)
    return collection


def _listen(port: int) -> socket.socket:
    """Take the port at once: no environment is made for a server that cannot start."""
    try:
        return socket.create_server((_HOST, port))
    except OSError as error:
        raise PortError(port, error) from error


def _become_server(python: Path, collection: Collection, listener: socket.socket) -> NoReturn:
    """Turn this process into the server: there is no other that could outlive it."""
    listener.set_inheritable(True)
    root = Path(newsspider.__file__).parent.parent
    # Of pyamf, which pywb brings, and of its like: for their authors.
    options = ("-I", "-W", "ignore", "-c", START, str(root), str(collection.path), str(listener.fileno()))
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.execv(python, (str(python), *options))


def _say(line: str) -> None:
    print(line, flush=True)
