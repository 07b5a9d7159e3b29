"""``python -m newsspider.demo``: serve the demo site until asked to stop.

Prints one line of JSON, then serves: ``{"http": PORT, "https": PORT, "articles": N, "seed": S, "connect_to": …}``,
where ``connect_to`` is the ``CONNECT_TO`` setting of a crawler that is to find the real host names here. Whoever
knows articles and seed knows the whole site: ``Site(articles=N, seed=S).expected()``. Ends with its input (a pipe:
when its parent dies), at SIGTERM or SIGINT, or after ``--seconds``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import threading
from contextlib import suppress

from newsspider.demo.server import serve
from newsspider.demo.site import Site


def main() -> None:
    options = _options()
    asyncio.run(_serve(options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m newsspider.demo", description="Serve the demo news site on loopback."
    )
    parser.add_argument("--articles", type=_positive, default=120, metavar="N", help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed, other articles (default: 1)")
    parser.add_argument("--delay-ms", type=float, default=0, metavar="MS", help="how long every answer waits")
    parser.add_argument("--seconds", type=float, metavar="N", help="end after so long")
    parser.add_argument("--redesigned", action="store_true", help="every class on the pages has another name")
    parser.add_argument("--no-redirect", action="store_true", help="answer http with pages, not with a way to https")
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of articles; give 1 or more")
    return number


async def _serve(options: argparse.Namespace) -> None:
    site = Site(articles=options.articles, seed=options.seed, redesigned=options.redesigned)
    async with serve(site, delay=options.delay_ms / 1000, redirect_to_https=not options.no_redirect) as (
        ports,
        _counts,
    ):
        ready = {
            "http": ports.http,
            "https": ports.https,
            "articles": site.articles,
            "seed": site.seed,
            "connect_to": ports.connect_to(),
        }
        print(json.dumps(ready), flush=True)
        await _told_to_stop(options.seconds)


async def _told_to_stop(seconds: float | None) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if not sys.stdin.isatty():
        # A thread, because a loop cannot watch every kind of file; a daemon, because the read may never return.
        threading.Thread(target=_read_to_end, args=(loop, stop), daemon=True).start()
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def _read_to_end(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    # os.read, not sys.stdin: a thread that holds its lock when the interpreter ends would abort the process.
    while os.read(0, 4096):
        pass
    with suppress(RuntimeError):  # the loop has ended for another reason
        loop.call_soon_threadsafe(stop.set)


if __name__ == "__main__":
    main()
