"""What a command does to the files under a directory, call by call, as strace sees it: SQLite's and DuckDB's too."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.patience import HUNG

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LONGEST = 1 << 24
"""Bytes of one call that strace prints; it would say of more that it left some out."""
_CALLS = (
    "openat", "open", "creat", "close", "dup", "dup2", "dup3", "fcntl", "read", "lseek", "write", "pwrite64", "writev",
    "pwritev", "pwritev2", "ftruncate", "truncate", "fallocate", "rename", "renameat", "renameat2", "unlink",
    "unlinkat", "mkdir", "mkdirat", "rmdir", "link", "linkat", "symlink", "symlinkat", "fsync", "fdatasync",
    "sync_file_range", "sync", "syncfs", "sendfile", "copy_file_range", "clone", "clone3", "fork", "vfork", "chdir",
    "fchdir",
)  # fmt: skip
_CALL = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+)(?: .*)?", re.DOTALL)
_UNFINISHED = re.compile(r"(\d+) +(\w+)\((.*) <unfinished \.\.\.>", re.DOTALL)
_RESUMED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)", re.DOTALL)
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


@dataclass(frozen=True, slots=True)
class Opened:
    """A file was opened; *handle* is what later events call it. *path* is relative to the root."""

    handle: int
    path: str
    create: bool
    truncate: bool


@dataclass(frozen=True, slots=True)
class Wrote:
    """Bytes came to an offset; None: to the end."""

    handle: int
    offset: int | None
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncated:
    handle: int
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """What the first *began* events did to a file or directory is on the disk."""

    handle: int
    began: int


@dataclass(frozen=True, slots=True)
class Renamed:
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Removed:
    path: str


@dataclass(frozen=True, slots=True)
class MadeDirectory:
    path: str


@dataclass(frozen=True, slots=True)
class Said:
    """The command wrote to standard output or error: somebody may have read it."""

    text: str


Event = Opened | Wrote | Truncated | Synced | Renamed | Removed | MadeDirectory | Said


@dataclass(frozen=True, slots=True)
class Recording:
    """A command that has ended, and what it did."""

    events: list[Event]
    returncode: int
    stdout: str
    stderr: str


@cache
def why_not() -> str | None:
    """Say why nothing can be recorded here; None where it can."""
    if shutil.which("strace") is None:
        return "needs strace (apt-get install strace)"
    tried = subprocess.run(["strace", "-f", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    return f"strace may not trace here: {tried.stderr.strip()}" if tried.returncode else None


def record(command: Sequence[str], root: Path, log: Path, *, cwd: Path, env: Mapping[str, str]) -> Recording:
    """Run *command* and return what it did under *root*, an absolute path without links. *log* is for strace."""
    options = ["-f", "-qq", "-xx", "-s", str(_LONGEST), "-e", "signal=none", "-e", "raw=read", "--seccomp-bpf"]
    traced = ["strace", *options, "-e", f"trace={','.join(_CALLS)}", "-o", str(log), *command]
    ended = subprocess.run(
        traced, cwd=cwd, env=env, capture_output=True, encoding="utf-8", timeout=HUNG, check=False
    )
    events = list(_Reader(root, cwd).events(log))
    return Recording(events, ended.returncode, ended.stdout, ended.stderr)


@dataclass
class _Open:
    """An open file description: what dup and fork share."""

    handle: int
    path: str
    append: bool
    offset: int = 0


@dataclass
class _Process:
    """What threads share."""

    directory: Path
    files: dict[int, _Open] = field(default_factory=dict)


class _Reader:
    def __init__(self, root: Path, cwd: Path) -> None:
        self._root = root
        self._cwd = cwd
        self._processes: dict[int, _Process] = {}
        self._forking: list[int] = []
        """Those whose fork has not returned yet; the child may run already."""
        self._handles = 0
        self._events: list[Event] = []
        self._first: int | None = None

    def events(self, log: Path) -> list[Event]:
        begun: dict[int, tuple[str, str, int]] = {}
        with log.open(encoding="ascii") as file:
            for line in file:
                text = line.rstrip("\n")
                if unfinished := _UNFINISHED.fullmatch(text):
                    pid, name, arguments = int(unfinished[1]), unfinished[2], unfinished[3]
                    self._process(pid)
                    begun[pid] = name, arguments, len(self._events)
                    if name in _FORKS:
                        self._forking.append(pid)
                    continue
                since = len(self._events)
                if resumed := _RESUMED.fullmatch(text):
                    pid = int(resumed[1])
                    name, arguments, since = begun.pop(pid)
                    text = f"{pid} {name}({arguments}{resumed[3]}"
                if call := _CALL.fullmatch(text):
                    self._take(int(call[1]), call[2], call[3], int(call[4], 0), since)
        return self._events

    def _process(self, pid: int) -> _Process:
        if pid not in self._processes:
            if self._first is None:
                self._first = pid
                self._processes[pid] = _Process(self._cwd)
            else:
                parent = self._processes[self._forking[-1] if self._forking else self._first]
                self._processes[pid] = _Process(parent.directory, dict(parent.files))
        return self._processes[pid]

    def _take(self, pid: int, name: str, arguments: str, result: int, since: int) -> None:
        process = self._process(pid)
        if name in _FORKS:
            if pid in self._forking:
                self._forking.remove(pid)
            if result > 0 and "CLONE_FILES" in arguments:
                self._processes[result] = process
            elif result > 0 and result not in self._processes:
                self._processes[result] = _Process(process.directory, dict(process.files))
        elif result >= 0 and (take := getattr(self, f"_{_SAME.get(name, name)}", None)) is not None:
            take(process, arguments, result, since)
        elif result >= 0 and name in _UNKNOWN:
            descriptor = arguments.split(",")[0]
            assert not (descriptor.isdigit() and int(descriptor) in process.files), f"cannot follow {name}"

    # ---------------------------------------------------------------------------------------------------- paths

    def _path(self, process: _Process, at: str, text: str) -> str | None:
        """Return a path relative to the root; None for one elsewhere."""
        if at == "AT_FDCWD":
            base = process.directory
        elif int(at) in process.files:
            base = self._root / process.files[int(at)].path
        else:
            return None if not text.startswith("/") else self._path(process, "AT_FDCWD", text)
        path = os.path.normpath(base / text)
        return os.path.relpath(path, self._root) if Path(path).is_relative_to(self._root) else None

    def _paths(self, process: _Process, arguments: str) -> list[str | None]:
        """Return all paths of a call, each behind the descriptor that it is relative to."""
        found = re.findall(r"(?:(AT_FDCWD|\d+), )?\"((?:\\x[0-9a-f]{2})*)\"", arguments)
        return [self._path(process, at or "AT_FDCWD", _bytes(text).decode()) for at, text in found]

    # ---------------------------------------------------------------------------------------------------- calls

    def _openat(self, process: _Process, arguments: str, descriptor: int, since: int) -> None:
        process.files.pop(descriptor, None)
        (path,) = self._paths(process, arguments)
        if path is None:
            return
        self._handles += 1
        process.files[descriptor] = _Open(self._handles, path, "O_APPEND" in arguments)
        self._events.append(Opened(self._handles, path, "O_CREAT" in arguments, "O_TRUNC" in arguments))

    def _close(self, process: _Process, arguments: str, result: int, since: int) -> None:
        process.files.pop(int(arguments), None)

    def _dup(self, process: _Process, arguments: str, descriptor: int, since: int) -> None:
        process.files.pop(descriptor, None)
        if (file := process.files.get(int(arguments.split(",")[0]))) is not None:
            process.files[descriptor] = file

    def _fcntl(self, process: _Process, arguments: str, descriptor: int, since: int) -> None:
        if "F_DUPFD" in arguments:
            self._dup(process, arguments, descriptor, since)

    def _read(self, process: _Process, arguments: str, size: int, since: int) -> None:
        if (file := process.files.get(int(arguments.split(",")[0], 0))) is not None:
            file.offset += size

    def _lseek(self, process: _Process, arguments: str, offset: int, since: int) -> None:
        if (file := process.files.get(int(arguments.split(",")[0]))) is not None:
            file.offset = offset

    def _write(self, process: _Process, arguments: str, size: int, since: int) -> None:
        descriptor = int(arguments.split(",")[0])
        if (file := process.files.get(descriptor)) is not None:
            data = _data(arguments)[:size]
            self._events.append(Wrote(file.handle, None if file.append else file.offset, data))
            file.offset += size
        elif descriptor in (1, 2) and self._first is not None and process is self._processes[self._first]:
            self._events.append(Said(_data(arguments)[:size].decode(errors="replace")))

    def _pwrite64(self, process: _Process, arguments: str, size: int, since: int) -> None:
        if (file := process.files.get(int(arguments.split(",")[0]))) is not None:
            offset = int(arguments.rsplit(",", 1)[1])
            self._events.append(Wrote(file.handle, offset, _data(arguments)[:size]))

    def _ftruncate(self, process: _Process, arguments: str, result: int, since: int) -> None:
        descriptor, size = map(int, arguments.split(","))
        if (file := process.files.get(descriptor)) is not None:
            self._events.append(Truncated(file.handle, size))

    def _fsync(self, process: _Process, arguments: str, result: int, since: int) -> None:
        if (file := process.files.get(int(arguments))) is not None:
            self._events.append(Synced(file.handle, since))

    def _rename(self, process: _Process, arguments: str, result: int, since: int) -> None:
        source, target = self._paths(process, arguments)
        assert (source is None) == (target is None), f"renamed into or out of the directory: {arguments}"
        if source is not None and target is not None:
            self._events.append(Renamed(source, target))

    def _unlink(self, process: _Process, arguments: str, result: int, since: int) -> None:
        (path,) = self._paths(process, arguments)
        if path is not None:
            self._events.append(Removed(path))

    def _mkdir(self, process: _Process, arguments: str, result: int, since: int) -> None:
        (path,) = self._paths(process, arguments)
        if path is not None:
            self._events.append(MadeDirectory(path))

    def _chdir(self, process: _Process, arguments: str, result: int, since: int) -> None:
        process.directory = process.directory / _data(arguments).decode()


_FORKS = ("clone", "clone3", "fork", "vfork")
_SAME = {
    "open": "openat", "creat": "openat", "dup2": "dup", "dup3": "dup", "writev": "write", "fdatasync": "fsync",
    "renameat": "rename", "renameat2": "rename", "unlinkat": "unlink", "rmdir": "unlink", "mkdirat": "mkdir",
}  # fmt: skip
_UNKNOWN = (
    "pwritev", "pwritev2", "truncate", "fallocate", "link", "linkat", "symlink", "symlinkat", "sendfile",
    "copy_file_range", "fchdir",
)  # fmt: skip
"""What no command of ours does to such a file; should one begin to, this file has to learn it."""


def _data(arguments: str) -> bytes:
    found = list(_TEXT.finditer(arguments))
    assert not any(each[2] for each in found), "strace left out some of what was written"
    return b"".join(_bytes(each[1]) for each in found)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
