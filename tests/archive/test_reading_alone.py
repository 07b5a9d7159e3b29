"""Who reads an archive loads nothing of what writes one."""

from __future__ import annotations

import subprocess
import sys

READERS = {
    *(f"newsspider.warc.{name}" for name in ("reader", "salvage", "pagelines", "cdxj")),
    *(f"newsspider.collection.{name}" for name in ("captures", "collection", "index", "lookup", "source")),
}
WRITERS = {
    *(f"newsspider.warc.{name}" for name in ("member", "record", "recording", "warcfile")),
    *(f"newsspider.collection.{name}" for name in ("database", "indexing", "lock", "state", "writer")),
    "warcio",
    "fcntl",
}


def test_readers_load_no_writer():
    program = f"import sys, {', '.join(sorted(READERS))}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())

    assert loaded >= READERS
    assert loaded.isdisjoint(WRITERS)
