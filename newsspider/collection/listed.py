"""Lists of WARC files, as archives publish them: ``warc.paths.gz``, a path on each line, after a common beginning."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from newsspider.collection.objects import path_of
from newsspider.collection.source import WarcSource
from newsspider.collection.web import SCHEMES, WebFile
from newsspider.errors import NewsspiderError
from newsspider.text.redaction import redact
from newsspider.warc.codings import BodyTooLargeError, ContentCodingError, decode
from newsspider.warc.recordbytes import WarcPath

if TYPE_CHECKING:
    from pathlib import Path

_MAX_LIST = 1 << 30
"""Bytes of a list: some seven million paths."""

_BEGINNING = re.compile(r"[a-z0-9]+://|/")
"""How a line begins that is an address by itself, where nothing is said to stand before it."""


class ListError(NewsspiderError):
    """A list cannot be read, or a line of it is no path."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}. A list has the path of a WARC file on each line")


class ListedFiles(Mapping[str, WarcPath]):
    """Files by name, of which only the addresses are kept."""

    def __init__(self, base: str, paths: list[str]) -> None:
        self._base = base
        self._paths = {_path_in(base, path).rpartition("/")[2]: path for path in paths}
        self._last: tuple[str, WarcPath] | None = None

    def __getitem__(self, name: str) -> WarcPath:
        address = self._base + self._paths[name]
        if self._last is None or self._last[0] != name:  # what is known of the file is known of the object
            self._last = name, WebFile(address) if address.startswith(SCHEMES) else path_of(address).absolute()
        return self._last[1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _path_in(base: str, line: str) -> str:
    """Return what in a line is a path: of an address of the web not the query, which may be a signature."""
    return re.split(r"[?#]", line, maxsplit=1)[0] if (base or line).startswith(SCHEMES) else line


def listed(path: Path, base: str) -> WarcSource:
    """Return the WARC files that the lines of *path* name after *base*, none of which is asked for. ListError.

    A list that breaks off, or is only a part of what was packed, would leave files out that nobody misses.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_LIST + 1)
        if data[:2] == b"\x1f\x8b":
            data = decode(data, ["gzip"], limit=_MAX_LIST, place=path.name, whole=True)
        text = data.decode("utf-8-sig")
    except ContentCodingError as error:
        raise ListError(path, f"the list cannot be unpacked ({error.cause})") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ListError(path, f"the list cannot be read ({error})") from error
    except BodyTooLargeError as error:
        raise ListError(path, f"the list has more than {_MAX_LIST:,} bytes") from error
    if len(data) > _MAX_LIST:
        raise ListError(path, f"the list has more than {_MAX_LIST:,} bytes")
    if base and not base.endswith("/"):
        base += "/"
    paths: list[str] = []
    names: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not (line := line.strip()):
            continue
        named = _path_in(base, line)
        name = named.rpartition("/")[2]
        below = named if base else _BEGINNING.sub("", named, count=1)
        if not name or {"", ".", ".."} & set(below.split("/")):
            raise ListError(path, f"line {number:,} is no path of a file: {redact(line)[:100]!r}")
        if name in names:
            raise ListError(path, f"lines {names[name]:,} and {number:,} are of files of one name, {name}")
        names[name] = number
        paths.append(line)
    if not paths:
        raise ListError(path, "the list names no file")
    files = ListedFiles(base, paths)
    for name in islice(files, 1 if base else None):
        _ = files[name]  # that the base, or each address, is one that can be read
    return WarcSource(path, files, (), unindexed=tuple(files))
