"""``scrapy replay``: a person looks at what was archived, in a browser."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import newsspider
from newsspider.browser.listening import listen
from newsspider.browser.playback.environment import cache_directory, environment_python
from newsspider.browser.playback.server import START
from newsspider.browser.playback.standin import check_index, replayed_paths
from newsspider.collection.collection import Collection
from newsspider.collection.places import CollectionNotFoundError, place
from newsspider.collection.scratch import scratch_directory
from newsspider.collection.wacz import Wacz, is_package
from newsspider.commands import summary
from newsspider.errors import NewsspiderError
from newsspider.terminal.command import BaseCommand, UsageError
from newsspider.terminal.console import finish, say
from newsspider.terminal.interruption import interrupt_on_sigterm
from newsspider.text.language import _

if TYPE_CHECKING:
    import argparse
    import socket
    from typing import NoReturn


class WhichCollectionError(NewsspiderError):
    """No collection was named, and there is not just one."""

    def __init__(self, archives: Path, names: list[str]) -> None:
        there = f"there are: {', '.join(names)}; name one of them" if names else "there is none; make one: scrapy demo"
        super().__init__(f"which collection in {archives}? {there}")


class Command(BaseCommand):
    def syntax(self) -> str:
        return "[COLLECTION]"

    def short_desc(self) -> str:
        return summary("replay")

    def long_desc(self) -> str:
        return _(
            "Serve a collection (a name, a path, or nothing when there is only one) or a WACZ with pywb on 127.0.0.1, "
            "until Ctrl-C: every capture as it was, TimeMap and TimeGate (Memento). Articles are searched by "
            "scrapy browse. Replayed pages reach nothing outside. The collection is only read. pywb runs in an "
            "environment of its own, which the first use makes from the package index (pinned, checked by hash; where: "
            "REPLAY_CACHE). "
            "Example: scrapy replay kankanews --port 8080"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--port", type=int, default=8080, metavar="N", help=_("0 takes any that is free (default: %(default)s)")
        )
        parser.add_argument(
            "--offline", action="store_true", help=_("use the environment that is there; never touch the network")
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) > 1:
            raise UsageError(_("takes one collection, as in: scrapy replay kankanews"))
        if not 0 <= opts.port <= 65535:
            raise UsageError(_("--port takes a number from 0 to 65535"))
        interrupt_on_sigterm()
        try:
            path = _what(args[0] if args else None, Path(self.settings["ARCHIVE_DIR"]))
            listener = listen(opts.port)
            cache = cache_directory(self.settings["REPLAY_CACHE"])
            python = environment_python(cache, _say, offline=opts.offline)
            _become_server(python, path, listener)
        except KeyboardInterrupt:
            self.interrupted(_("nothing is left half made"))


def _what(text: str | None, archives: Path) -> Path:
    """Return what is meant: a collection by path or by name, or the only one, or a WACZ; it has something to replay."""
    if text is None:
        found = (each for part in ("archive", "runs") for each in archives.glob(f"*/{part}"))
        names = sorted({each.parent.name for each in found if each.is_dir()})
        if len(names) != 1:
            raise WhichCollectionError(archives, names)
        text = names[0]
    path = place(text, archives).resolve()
    paths = replayed_paths(path)
    if not paths:
        raise CollectionNotFoundError(text, archives)
    if is_package(path):
        with scratch_directory() as scratch:
            Wacz(path, scratch)  # before anything is installed for it
    elif paths == [path]:
        check_index(Collection(path))
    return path


def _become_server(python: Path, path: Path, listener: socket.socket) -> NoReturn:
    """Turn this process into the server: there is no other that could outlive it."""
    root = Path(newsspider.__file__).parent.parent
    # Of pyamf, which pywb brings, and of its like: for their authors.
    options = ("-I", "-W", "ignore", "-c", START, str(root), str(path), str(listener.fileno()))
    finish("scrapy replay", 0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.execv(python, (str(python), *options))


def _say(line: str) -> None:
    say(line, flush=True)
