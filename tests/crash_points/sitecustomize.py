"""Loaded by Python itself in a crawl that is to die: tells what it does to its files, and kills it before one of them.

``CRASH_ROOT`` is the collection. ``CRASH_LOG`` gets a line for each thing that is done to a file in it, before it is
done, so that the last one tells where the crawl was when it died. ``CRASH_AT`` is the number of the one that is not
done any more, of those in the place ``CRASH_IN`` (``items``, ``state.sqlite3``); without it somebody else kills. With
``CRASH_FILES`` runs add files to the index, and merge those only that are half as large as what is new.
"""

import os
import signal
import sqlite3
import sys
from pathlib import Path

_ROOT = os.environ["CRASH_ROOT"] + "/"
_LOG = os.open(os.environ["CRASH_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
_IN, _AT = os.environ.get("CRASH_IN"), int(os.environ.get("CRASH_AT", "0"))
_WRITES = os.O_WRONLY | os.O_RDWR
_done = 0

if "CRASH_FILES" in os.environ:
    from newsspider.collection import index

    index._SMALL, index._RATIO = 0, 0.5


def step(what, path):
    global _done
    path = os.fspath(path)
    if isinstance(path, bytes) or not path.startswith(_ROOT):
        return
    path = path.removeprefix(_ROOT)
    _done += path.partition("/")[0] == _IN
    if _done == _AT > 0:
        os.write(_LOG, f"{what} {path}: died\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)
    os.write(_LOG, f"{what} {path}\n".encode())


def _hook(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, os.PathLike)) and arguments[2] & _WRITES:
        step("open", arguments[0])
    elif event in ("os.rename", "os.remove", "os.rmdir"):
        step(event, arguments[0])


def _fsync(descriptor, fsync=os.fsync):
    step("fsync", Path(f"/proc/self/fd/{descriptor}").readlink())
    fsync(descriptor)


class _Connection(sqlite3.Connection):
    def execute(self, sql, *values):
        if sql == "COMMIT":
            step("commit", self.path)
            super().execute(sql)
            step("committed", self.path)
            return None
        return super().execute(sql, *values)


def _connect(path, *arguments, connect=sqlite3.connect, **options):
    connection = connect(path, *arguments, factory=_Connection, **options)
    connection.path = path
    return connection


sys.addaudithook(_hook)
os.fsync = _fsync
sqlite3.connect = _connect
