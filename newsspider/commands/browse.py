"""``scrapy browse``: a person looks at what was archived, in a browser."""

from __future__ import annotations

import json
import os
import signal
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import newsspider
from newsspider.browser.listening import listen
from newsspider.browser.playback.environment import cache_directory
from newsspider.collection.collection import Collection
from newsspider.collection.objects import SCHEME, path_of
from newsspider.collection.places import CollectionNotFoundError, place, shown_together
from newsspider.collection.scratch import scratch_directory
from newsspider.commands import SUMMARIES, summary
from newsspider.errors import NewsspiderError
from newsspider.terminal.called import as_called, program
from newsspider.terminal.command import BaseCommand, UsageError
from newsspider.terminal.console import finish, say
from newsspider.terminal.extras import ExtraMissingError
from newsspider.text.language import _
from newsspider.text.message import message
from newsspider.text.redaction import redact

if TYPE_CHECKING:
    import argparse
    import socket
    from collections.abc import Sequence
    from typing import NoReturn

START = """\
import sys
sys.path.append(sys.argv.pop(1)); import newsspider; sys.path.pop()  # newsspider, and nothing else that lies beside it
from newsspider.browser.server import serve
serve(*sys.argv[1:])
"""
"""The program: run it with the directory that ``newsspider`` lies in, a listening socket, and what to do as JSON."""


class NothingToBrowseError(NewsspiderError):
    """A path is neither a collection nor a WACZ."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            message(
                "%(path)s: neither a collection nor a WACZ; give the name or the directory of a collection, or a file "
                "that is called .wacz. What other archives hold is read by: scrapy extract PATH --site news --to DIR",
                path=path,
            )
        )


class UnreadableError(NewsspiderError):
    """A package cannot be opened."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path}: it cannot be read ({error.strerror or error}). See that this user may read it")


class NothingInItError(NewsspiderError):
    """A package holds neither records nor pages."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: a package without records, without a list of pages and without WARC files, so there is nothing "
            "to show. Get the file again from where it was made"
        )


class NotOnDiskError(NewsspiderError):
    """A collection lies in object storage, where no cache can lie beside it."""

    def __init__(self, place: str) -> None:
        super().__init__(f"{place}: browse takes collections on the disk; copy this one there, or a WACZ of it")


class Command(BaseCommand):
    def syntax(self) -> str:
        return "[COLLECTION|WACZ]…"

    def short_desc(self) -> str:
        return summary("browse")

    def long_desc(self) -> str:
        return _(
            "Serve collections (names, paths or WACZ files; all in ARCHIVE_DIR where none is named) on 127.0.0.1, "
            "until Ctrl-C: full text in Chinese and other languages, every article beside its page as it was, its "
            "versions with what changed, its proof, how to cite it, the runs. Collections are only read; a cache, "
            "browse.sqlite3, is kept beside each, and may be deleted. Pages are replayed when scrapy replay has been "
            "run once. Example: scrapy browse kankanews --port 8080"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--port", type=int, default=8080, metavar="N", help=_("0 takes any that is free (default: %(default)s)")
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if not 0 <= opts.port <= 65535:
            raise UsageError(_("--port takes a number from 0 to 65535"))
        for module in ("starlette", "uvicorn"):
            if find_spec(module) is None:
                raise ExtraMissingError("browse", ImportError(name=module))
        paths = _paths(args, Path(self.settings["ARCHIVE_DIR"]))
        _see_that_one_can_be_shown(paths)
        listener = listen(opts.port)
        told = {
            "paths": [str(path.absolute()) for path in paths],
            "cache": str(cache_directory(self.settings["REPLAY_CACHE"])),
            "language": self.settings["UI_LANGUAGE"],
            "program": program(),
            "commands": list(SUMMARIES),
        }
        _become_server(listener, json.dumps(told))


def _paths(args: Sequence[str], archives: Path) -> list[Path]:
    """Return what is to be looked at; CollectionNotFoundError, NothingToBrowseError, and what ``place`` raises."""
    if not args:
        found = sorted(each for each in archives.glob("*") if _is_collection(each))
        if not found:
            raise CollectionNotFoundError(None, archives)
        shown, without_demo = shown_together(map(Collection, found))
        if without_demo:
            say(as_called(_("The demo's articles are left out: scrapy browse demo")))
        return [each.path for each in shown]
    if stored := next((each for each in args if each.startswith(SCHEME)), None):
        raise NotOnDiskError(redact(stored))
    paths = list(dict.fromkeys(path_of(str(place(each, archives))) for each in args))
    for path in paths:
        if not (_is_collection(path) or (path.is_file() and path.suffix.lower() == ".wacz")):
            raise NothingToBrowseError(path)
    return paths


def _see_that_one_can_be_shown(paths: Sequence[Path]) -> None:
    """Raise the error of the first path where none can be shown; one among others is named on the pages."""
    first: NewsspiderError | None = None
    for path in paths:
        if path.is_dir():
            return
        from newsspider.collection.packed import Package  # zipfile takes longer to import than all else here

        try:
            with scratch_directory() as scratch:
                package = Package(path, scratch)
            if package.has("runs") or package.has_pages():
                return
            first = first or NothingInItError(path)
        except NewsspiderError as error:
            first = first or error
        except OSError as error:
            first = first or UnreadableError(path, error)
    if first is not None:
        raise first


def _is_collection(path: Path) -> bool:
    return (path / "archive").is_dir() or any((path / "runs").glob("*.json"))


def _become_server(listener: socket.socket, told: str) -> NoReturn:
    """Turn this process into the server, which needs nothing of what a command has loaded."""
    root = Path(newsspider.__file__).parent.parent
    options = ("-I", "-c", START, str(root), str(listener.fileno()), told)
    finish("scrapy browse", 0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.execv(sys.executable, (sys.executable, *options))
