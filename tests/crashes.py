"""Loads that are killed in their middle, at random points that a seed repeats."""

from __future__ import annotations

import random
import signal
import time
from typing import TYPE_CHECKING

from tests.loaded import start_scrapy
from tests.patience import HUNG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_KILLS = 4


def kill_while_loading(arguments: Sequence[str], parts: Callable[[], int], seed: int) -> Iterator[bool]:
    """Start ``scrapy`` so often, and each time kill it when *parts* tells of some more; yield whether it still ran."""
    chance = random.Random(seed)
    for _ in range(_KILLS):
        goal, deadline = parts() + chance.randrange(1, 4), time.monotonic() + HUNG
        process = start_scrapy(arguments)
        while parts() < goal and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(chance.random() / 50)
        process.send_signal(signal.SIGKILL)
        yield process.wait() == -signal.SIGKILL
