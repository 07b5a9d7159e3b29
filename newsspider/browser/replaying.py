"""pywb beside the browser: a process for each collection whose pages somebody looks at, started when they do.

It has a port of its own, so that a replayed page is of another origin than this one. It ends with this process, whose
end it notices by its standard input.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING

import newsspider
from newsspider.browser.holding import Directory
from newsspider.browser.listening import HOST, listen
from newsspider.errors import NewsspiderError
from newsspider.terminal.called import program
from newsspider.text.language import _
from newsspider.text.replayed import replayed_at

if TYPE_CHECKING:
    import socket

    from newsspider.browser.holding import Holding
    from newsspider.collection.collection import Collection

_MOST = 4
"""Collections that are replayed at the same time; of more, the one that was asked for least recently ends."""
_END = 5
"""Seconds that one gets to end by itself."""


@dataclass(frozen=True, slots=True)
class Replay:
    """Whether the pages of a collection can be replayed."""

    origin: str | None
    why: str = ""
    """Why not, and what to do."""
    lacks_pywb: bool = False
    """Whether it would do to set up pywb."""


class _Running:
    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.origin = f"http://{HOST}:{listener.getsockname()[1]}"
        self.process: subprocess.Popen[bytes] | None = None


class Replays:
    """The replays of all collections. *port* is that of the pages that frame them."""

    def __init__(self, environments: Path, port: int) -> None:
        self.environments = environments
        self._ancestors = f"http://{HOST}:{port} http://localhost:{port}"
        self._running: dict[str, _Running] = {}
        self._lock = Lock()
        self._maker = Thread()
        self._setting_up: str | None = None
        """How far the environment of pywb is, or why it could not be made; None before anybody asked for it."""

    def of(self, holding: Holding) -> Replay:
        """Say where pages of a collection are replayed; nothing is started yet."""
        if self._python() is None:
            return Replay(None, self._setting_up or _("Pages are replayed by pywb, which is not set up yet."), True)
        if isinstance(holding, Directory) and not _is_indexed(holding.collection):
            command = f"{program()} index {holding.path}"
            return Replay(None, _("The index is empty, so no page is found. Make it: %(command)s", command=command))
        with self._lock:
            return Replay(self._at(holding).origin)

    def address(self, holding: Holding, rest: str) -> str:
        """Return where something of a collection is replayed; its process is started. OSError."""
        with self._lock:
            running = self._at(holding)
            self._running[holding.name] = self._running.pop(holding.name)  # the last that was asked for
            if running.process is None:
                self._start(holding, running)
        captured, _, url = rest.partition("/")
        name = holding.path.name.removesuffix(".wacz") or "collection"
        return running.origin + replayed_at(name, captured, url)

    def set_up(self) -> None:
        """Make the environment of pywb, once for this user, in a thread of its own; ``of`` says how far it is."""
        with self._lock:
            if self._setting_up is None or not self._maker.is_alive():
                self._setting_up = _("It is being set up. Reload the page in a minute.")
                self._maker = Thread(target=self._make, daemon=True)
                self._maker.start()

    def _make(self) -> None:
        from newsspider.browser.playback.environment import environment_python

        def say(line: str) -> None:
            self._setting_up = line

        try:
            environment_python(self.environments, say)
        except NewsspiderError as error:
            self._setting_up = str(error)

    def stop(self) -> None:
        """End all replays."""
        with self._lock:
            for name in list(self._running):
                self._end(name)

    def _python(self) -> Path | None:
        from newsspider.browser.playback.environment import EnvironmentMissingError, environment_python

        try:
            return environment_python(self.environments, lambda line: None, offline=True)
        except EnvironmentMissingError:
            return None

    def _at(self, holding: Holding) -> _Running:
        if holding.name not in self._running:
            while len(self._running) >= _MOST:
                self._end(next(iter(self._running)))
            self._running[holding.name] = _Running(listen(0))
        return self._running[holding.name]

    def _start(self, holding: Holding, running: _Running) -> None:
        """Start one; who connects before it is up waits in the socket's queue."""
        from newsspider.browser.playback.server import START

        python = self._python()
        assert python is not None
        root = Path(newsspider.__file__).parent.parent
        descriptor = running.listener.fileno()
        options = ("-I", "-W", "ignore", "-c", START, str(root), str(holding.path), str(descriptor), self._ancestors)
        process = running.process = subprocess.Popen(
            [str(python), *options], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, pass_fds=[descriptor]
        )
        Thread(target=self._when_ended, args=(holding.name, running, process), daemon=True).start()

    def _when_ended(self, name: str, running: _Running, process: subprocess.Popen[bytes]) -> None:
        """Let go of the port of one that has ended, so that nobody waits there; the next page starts another."""
        process.wait()
        with self._lock:
            if self._running.get(name) is running:
                self._end(name)

    def _end(self, name: str) -> None:
        running = self._running.pop(name)
        running.listener.close()
        if running.process is None:
            return
        assert running.process.stdin is not None
        running.process.stdin.close()
        try:
            running.process.wait(_END)
        except subprocess.TimeoutExpired:
            running.process.kill()
            running.process.wait()


def _is_indexed(collection: Collection) -> bool:
    """Tell whether there is a page to be found; of a collection without an archive of its own others know."""
    return not collection.archive_dir.is_dir() or any(path.stat().st_size for path in collection.index.files())
