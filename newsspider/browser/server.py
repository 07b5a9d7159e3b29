"""Serves the pages on a socket that is there already, until it is asked to stop."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from uvicorn import Config, Server

from newsspider.browser.app import application
from newsspider.browser.context import Browser
from newsspider.browser.holding import holdings
from newsspider.browser.replaying import Replays
from newsspider.browser.shelf import Shelf
from newsspider.terminal.called import call
from newsspider.terminal.console import say
from newsspider.text import language

if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

_CONNECTIONS = 64
_KEEP_ALIVE = 15
_LAST_WORDS = 3
"""Seconds for answers that are on their way when the server is asked to stop."""


def serve(descriptor: str, told: str) -> None:
    """Serve on the inherited socket *descriptor* until SIGINT, SIGTERM or SIGHUP; *told* is what the command says."""
    given = json.loads(told)
    language.use(given["language"])
    call(given["program"], given["commands"])
    listener = socket.socket(fileno=int(descriptor))
    paths = [Path(each) for each in given["paths"]]
    cache = Path(given["cache"])
    browser = Browser(Shelf(holdings(paths), cache), Replays(cache, listener.getsockname()[1]))
    config = Config(
        application(browser),
        log_config=None, access_log=False, server_header=False, lifespan="on", ws="none", loop="asyncio", http="h11",
        limit_concurrency=_CONNECTIONS, timeout_keep_alive=_KEEP_ALIVE, timeout_graceful_shutdown=_LAST_WORDS,
    )  # fmt: skip
    server = _Server(config)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, server.end)
    asyncio.run(server.serve([listener]))
    sys.exit(0 if server.started else 1)


class _Server(Server):
    """Says when it is up; its signals are set before it starts, so that none comes too early."""

    def end(self, number: int, frame: FrameType | None) -> None:
        self.should_exit = True

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()
            say(language._("Open http://%(host)s:%(port)s/ (Ctrl-C ends it)", host=host, port=port), flush=True)
