"""A news site that changes from one act to the next, as a script says: for crawls that come again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from newsspider.demo import pages
from newsspider.demo.server import serve
from newsspider.demo.site import ServedPage
from newsspider.demo.stories import BASE, CLOCK, Story
from tests.patience import HUNG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Scene = str | ServedPage | None
"""What stands at an address: HTML, an answer of another kind, or nothing yet."""


@dataclass(frozen=True, slots=True)
class Role:
    """An article of the script: how it begins, and in which acts something else stands at its address."""

    story: Story
    acts: Mapping[int, Scene] = field(default_factory=dict)

    def scene(self, act: int) -> Scene:
        last = max((n for n in self.acts if n <= act), default=None)
        return pages.article(self.story) if last is None else self.acts[last]


class ChangingSite:
    """Serves every role at its address, and lists them all; *churn* is done to every page of an act."""

    def __init__(self, roles: Mapping[str, Role], churn: Callable[[str, int], str]) -> None:
        self.act = 0
        self._roles = {role.story.path: role for role in roles.values()}
        self._churn = churn

    def targets(self) -> tuple[str, ...]:
        return ()  # the server asks for each page anew

    def page(self, target: str) -> ServedPage | None:
        path = target.partition("?")[0]
        if path == "/robots.txt":
            return ServedPage(body=b"User-agent: *\nDisallow:\n", content_type="text/plain")
        if path in ("/", "/k24", "/xinwen/") or path.startswith("/channel/"):
            listed = [role.story.card for role in self._roles.values() if role.scene(self.act) is not None]
            return _html(pages.home([replace(card, url=BASE + card.url.removeprefix(BASE)) for card in listed], (), ()))
        role = self._roles.get(path)
        scene = role and role.scene(self.act)
        return _html(self._churn(scene, self.act)) if isinstance(scene, str) else scene


@contextmanager
def serving(site: ChangingSite) -> Iterator[str]:
    """Serve *site* in a thread, and give the ``CONNECT_TO`` that leads there."""
    connect_to: list[str] = []
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def run() -> None:
        async with serve(site) as (ports, _):
            connect_to.append(ports.connect_to())
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), daemon=True)
    thread.start()
    assert ready.wait(HUNG)
    try:
        yield connect_to[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(HUNG)
        loop.close()


def gone(status: int) -> ServedPage:
    return replace(_html(pages.not_found()), status=status)


def not_found_with_200() -> str:
    return pages.not_found()


def redirect(url: str, status: int = 301) -> ServedPage:
    return replace(_html(pages.moved(url)), status=status, location=url)


def _html(text: str) -> ServedPage:
    return ServedPage(body=text.encode(), content_type="text/html; charset=utf-8", modified=CLOCK)
