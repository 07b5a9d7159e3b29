"""The kind of an archive file: by its name, else by its first bytes, so that none is overlooked."""

from __future__ import annotations

import bz2
import lzma
import re
import sys
import zlib
from typing import TYPE_CHECKING

from newsspider.text.message import message, messages
from newsspider.warc.header import is_warc
from newsspider.warc.recordbytes import DICTIONARY_FRAME, FRAME, GZIP

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import TypeAlias

    from newsspider.text.message import Message

    Unread: TypeAlias = tuple[Path, Message]
    """What is not read, and why, with what to do; without a full stop."""

WARC_ENDS = (".warc", ".warc.gz", ".warc.zst")
ARC_ENDS = (".arc", ".arc.gz", ".arc.zst")
OPEN_SUFFIX = ".open"
"""After a WARC file's name while it is written."""

PEEK = 1 << 12
"""Bytes that show how a file begins."""

_MAX_FILES = 10_000
"""Files of a folder within a folder that are looked at."""
_NAMED_SO = re.compile(r"\.(?:w?arc|wacz)(?:\.|$)", re.IGNORECASE)
_OTHER_COMPRESSIONS = {
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x04\x22\x4d\x18": "LZ4",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
    b"\x1f\x9d": "compress",
}
_ZIP = b"PK\x03\x04"


def is_warc_name(name: str) -> bool:
    """Tell whether a file of that name is a WARC file that is finished, and can be cited by a record."""
    return name.lower().endswith(WARC_ENDS) and not _is_of_bytes(name)


def is_arc_name(name: str) -> bool:
    """Tell whether a name is that of an ARC file."""
    return name.lower().endswith(ARC_ENDS) and not _is_of_bytes(name)


def _is_of_bytes(name: str) -> bool:
    """Tell whether a name is not UTF-8: Python has surrogates for such bytes, and JSON has nothing for these."""
    return not name.isascii() and any("\ud800" <= character <= "\udfff" for character in name)


def unpacked(start: bytes) -> bytes:
    """Return what a file that begins with *start* holds, as far as that shows it; *start* itself when it is plain."""
    try:
        if start.startswith(GZIP):
            return zlib.decompressobj(31).decompress(start, PEEK)
        if start.startswith(FRAME):
            return bytes(zstd.ZstdDecompressor().decompress(start, PEEK))
        if start.startswith(b"BZh"):
            return bz2.BZ2Decompressor().decompress(start, PEEK)
        if start.startswith(b"\xfd7zXZ\x00"):
            return lzma.LZMADecompressor(memlimit=1 << 27).decompress(start, PEEK)
    except (zlib.error, zstd.ZstdError, lzma.LZMAError, OSError, EOFError):
        return b""
    return start


def holds_warc(start: bytes) -> bool:
    """Tell whether a file that begins with *start* is a WARC file that can be read, whatever it is called."""
    return start.startswith(DICTIONARY_FRAME) or (_compression(start) is None and is_warc(unpacked(start)))


def holds_arc(start: bytes) -> bool:
    """Tell whether a file that begins with *start* is an ARC file."""
    return _compression(start) is None and unpacked(start).startswith(b"filedesc:")


def _compression(start: bytes) -> str | None:
    """Return the name of a compression that is not read."""
    return next((name for magic, name in _OTHER_COMPRESSIONS.items() if start.startswith(magic)), None)


def unread_kind(name: str, start: bytes) -> Message | None:
    """Say what a file that is not read is, and what to do about it; None for what looks like no archive."""
    if _is_of_bytes(name) and (holds_warc(start) or holds_arc(start)):
        return message("its name is not UTF-8, so that no record could cite it: rename it")
    if start.startswith(_ZIP):
        return message("a package of its own: give it by itself") if name.lower().endswith(".wacz") else None
    if (compression := _compression(start)) is not None:
        if _NAMED_SO.search(name) or is_warc(unpacked(start)) or b"WARC/1." in start[:64]:
            return message(
                "it is compressed by %(compression)s, which is not read: compress it by gzip, each record for itself",
                compression=compression,
            )
        return None
    if holds_arc(start) or (is_arc_name(name) and start):
        return message("an ARC file, the format before WARC: `warcio recompress OLD NEW` makes a WARC file of it")
    if holds_warc(start):
        return message(
            "it is a WARC file by how it begins, and is not called one: give it a name that ends in %(end)s",
            end=WARC_ENDS[1],
        )
    return None


def unread_in(directory: Path, is_read: Callable[[str], bool]) -> Iterator[Unread]:
    """Yield what lies in *directory*, looks like an archive and is not read; *is_read* takes the name of a file."""
    for path in sorted(directory.iterdir()):
        if path.is_dir():
            if (count := _archives_below(path)) > 0:
                yield path, messages(
                    "a folder with %(number)s WARC file in it, which is not read: give the folder by itself",
                    "a folder with %(number)s WARC files in it, which are not read: give the folder by itself",
                    count,
                )
        elif not is_read(path.name) and (kind := unread_kind(path.name, _start_of(path))) is not None:
            yield path, kind


def _archives_below(directory: Path) -> int:
    """Return how many files below a folder are called as archives are, of the first that there are."""
    count = seen = 0
    waiting = [directory]
    while waiting and seen < _MAX_FILES:
        for path in waiting.pop().iterdir():
            seen += 1
            if path.is_dir() and not path.is_symlink():
                waiting.append(path)
            else:
                count += is_warc_name(path.name) or is_arc_name(path.name) or path.name.lower().endswith(".wacz")
    return count


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(PEEK)
