"""One process of an extraction: ``python -m newsspider.extraction.worker``, started by ``workers.py``.

It is told its job by a pickle on standard input, and then, a line each, which unit to extract; it answers with a line
of JSON when the unit is on the disk. It ends when its input does, in the midst of a unit: so it outlives nobody.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import signal
import sys
import threading
from queue import SimpleQueue
from typing import IO

if __name__ == "__main__":
    # itemadapter, of the loader, imports Scrapy if it is there: for nothing here, and half of the start-up.
    sys.modules["scrapy"] = None  # type: ignore[assignment]

from newsspider.extraction.finished import store
from newsspider.extraction.unit import Extractor
from newsspider.objects import ObjectStoreError

_THRESHOLD = 20_000
"""New objects between two looks for garbage: pages make many that live shortly, and few cycles."""


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes of a terminal; the first one decides
    gc.freeze()
    gc.set_threshold(_THRESHOLD)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    try:
        job = pickle.load(sys.stdin.buffer)
    except EOFError:
        return
    asked: SimpleQueue[tuple[int, str]] = SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, asked), daemon=True).start()
    extractor = Extractor(job)
    while True:
        unit, key = asked.get()
        problem = unread = None
        try:
            store(job.work, unit, key, extractor.extract(unit))
        except ObjectStoreError as error:
            unread = str(error)
        except OSError as error:
            problem = str(error)
        answers.write(json.dumps({"unit": unit, "problem": problem, "unread": unread}) + "\n")
        answers.flush()


def _listen(questions: IO[bytes], asked: SimpleQueue[tuple[int, str]]) -> None:
    for line in questions:
        unit, key = line.decode().split()
        asked.put((int(unit), key))
    os._exit(0)


if __name__ == "__main__":
    main()
