"""Loaded by Python itself in a crawl whose clock is not right, where libfaketime is missing.

``CLOCK_FILE`` says how many seconds the clock is beside the real one, and may say another number at any time. What is
put right by the monotonic clock goes on, as on a machine whose clock is set.
"""

import os
import threading
import time
from pathlib import Path

import time_machine

_FILE = Path(os.environ["CLOCK_FILE"])


def _shift():
    return int(_FILE.read_text(encoding="utf-8"))


def _follow(coordinates, shift, pause=time.sleep):
    while True:
        pause(0.002)
        if (now := _shift()) != shift:
            coordinates.shift(now - shift)
            shift = now


_begun = _shift()
_coordinates = time_machine.travel(time.time() + _begun, tick=True).start()
threading.Thread(target=_follow, args=(_coordinates, _begun), daemon=True).start()
