"""Tells on standard output in which order the archive is made durable and a feed of ``-o`` gets its name."""

from __future__ import annotations

from newsspider.collection.writer import CollectionWriter
from newsspider.crawl.storage import AtomicFileStorage

_sync = CollectionWriter.sync


def _telling_sync(self):
    _sync(self)
    print("synced")


CollectionWriter.sync = _telling_sync


class TellingStorage(AtomicFileStorage):
    def store(self, file):
        super().store(file)
        print("stored")
