"""A crawl that never ends, for tests that kill it: writes captures and says which are durable.

Usage: python -m tests.archive.crash COLLECTION SEED. Each line on standard output is a JSON list of the locators that a
sync has covered since the line before, as ``[warc, offset, length, record_id, marker]``.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from tests.archive.exchanges import exchange, page, writer


def main(path: Path, seed: int) -> None:
    rng = random.Random(seed)
    pool = [rng.randbytes(3000).hex().encode() for _ in range(5)]  # some payloads come again
    with writer(path, max_size=60_000) as open_writer:
        number = 0
        while True:
            done = []
            for _ in range(rng.randint(1, 6)):
                marker = f"{seed}-{number}"
                body = rng.choice(pool) if rng.random() < 0.4 else rng.randbytes(rng.randint(0, 9000))
                answer = page(body, f"X-Marker: {marker}".encode(), b"Content-Type: text/html")
                capture = open_writer.write_exchange(exchange(answer, url=f"https://a.cn/{number % 50}"))
                where = capture.where
                done.append([where.warc, where.offset, where.length, where.record_id, marker])
                number += 1
            open_writer.sync()
            print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
