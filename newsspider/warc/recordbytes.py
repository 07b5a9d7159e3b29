"""The bytes of one record of a WARC file: a gzip member, a Zstandard frame, or plain; and their faults.

What a record is packed in, its first bytes say, whatever the file is called. Zstandard as the IIPC has it
(https://iipc.github.io/warc-specifications/specifications/warc-zstd/): a frame for each record, and for all of them a
dictionary, which a skippable frame at the beginning of the file holds and which may be compressed itself.
"""

from __future__ import annotations

import os
import sys
import zlib
from struct import Struct
from typing import IO, TYPE_CHECKING, Literal, Protocol
from weakref import WeakKeyDictionary

from newsspider.errors import NewsspiderError
from newsspider.text.amounts import bytes_of
from newsspider.text.language import N_
from newsspider.text.message import Message, message
from newsspider.warc.exchange import CHUNK_SIZE
from newsspider.warc.header import is_warc

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Mapping

READ_SIZE = 1 << 15
"""Bytes read at once from a compressed file; what is read beyond a member is read again."""

_FIRST_SIZE = 1 << 13
"""Bytes of it that are read first: most members are not longer."""

_MAX_TAIL = 1 << 10
"""Bytes of blank lines after a record that are put up with."""

_MAX_SKIPPED = 1 << 26
"""Bytes, unpacked, of a record that cannot be used, in which its end is looked for."""

_OPTIONS: Mapping[int, int] = {zstd.DecompressionParameter.window_log_max: 27}
"""128 MB of memory, as `zstd --long` takes: a record is a frame of its own, and may be large."""

_MAX_FRAME_HEADER = 18  # bytes (RFC 8878, 3.1.1.1), the magic number included

_MAX_DICTIONARY = 1 << 24
"""Bytes of a dictionary; those in use have a hundred kilobytes to a few megabytes."""

GZIP = b"\x1f\x8b"
FRAME = b"\x28\xb5\x2f\xfd"
DICTIONARY_FRAME = b"\x5d\x2a\x4d\x18"
_DICTIONARY = b"\x37\xa4\x30\xec"
_SIZE = Struct("<4xI")


class WarcPath(Protocol):
    """The place of a WARC file: a Path, or a part of another file. As text, its name in messages."""

    @property
    def name(self) -> str: ...

    def open(self, mode: Literal["rb"], /) -> IO[bytes]: ...


RESTORE = N_("Restore the file from a copy, or move it out of the collection and run: scrapy index COLLECTION")
"""What to do about bytes that are not what was written."""

PASSED_OVER = N_("What can be read beside it is read. If nobody changed the file since, whatever wrote it is at fault")
"""What to do about a record that its writer left so."""

EMPTY = N_("Nothing is lost by it: it holds no record, and other programs read over it")

_PADDING = N_(
    "Some programs fill files up so, and a power cut leaves them where a record did not get to the disk. All records "
    "before them are read, and nothing has to be done"
)
_HOLE = N_(
    "A power cut leaves them, or a copy that was broken off: see if another copy of the file has a record there. What "
    "can be read beside them is read"
)
_DICTIONARY_AWAY = N_(
    "Such a file begins with its dictionary, in a frame of its own; get that from whoever split the file, or wrote it, "
    "and put it before the rest: cat DICTIONARY FILE > NEW"
)


class WarcError(NewsspiderError):
    """A WARC file is not what it should be at one place; *remedy* is what to do, in sentences without the last stop.

    It is a text for the catalogues.
    """

    resume: int | None = None
    """Where the next record begins, when the file itself says so."""

    def __init__(self, path: WarcPath, offset: int, said: Message, remedy: str = RESTORE) -> None:
        self.found = message("%(path)s at byte %(offset)s: %(problem)s", path=path, offset=f"{offset:,}", problem=said)
        """What is wrong and where, without the remedy."""
        super().__init__(message("%(found)s. %(remedy)s", found=self.found, remedy=message(remedy)))
        self.path = path
        self.offset = offset
        self.said = said
        """What is wrong."""
        self.remedy = remedy

    @property
    def problem(self) -> str:
        """The problem in English."""
        return self.said.in_english()

    @property
    def finding(self) -> str:
        """The problem and its place in English, for logs, manifests and programs."""
        return self.found.in_english()


class RecordError(WarcError):
    """A record that its writer left so cannot be used; it is passed over, and the file need not be damaged."""

    def __init__(self, path: WarcPath, offset: int, said: Message, remedy: str = PASSED_OVER) -> None:
        super().__init__(path, offset, said, remedy)


class ByteSource(Protocol):
    """The bytes of one record, decompressed."""

    what: str
    """What a message calls it, for the catalogues."""

    def read(self, size: int) -> bytes:
        """Return at least one and at most *size* bytes; none at the end."""

    def left(self) -> int | None:
        """Return how many bytes there are still to read, where that is known beforehand."""

    def finish(self, ahead: bytes) -> tuple[int, int, bytes]:
        """Return where the record ends, where the next begins, and what is after the block.

        *ahead* is what was read of that already.
        """

    def skip(self) -> int | None:
        """Return where the next record begins; None when the file does not say so."""


class _Compressed:
    """The common part of gzip members and Zstandard frames."""

    what = ""
    repair = ""

    def __init__(self, file: IO[bytes], path: WarcPath, offset: int) -> None:
        self._file, self._path, self._offset = file, path, offset
        file.seek(offset)

    def read(self, size: int) -> bytes:
        raise NotImplementedError

    def _unused(self) -> bytes:
        """Return what was read after the end."""
        raise NotImplementedError

    def left(self) -> None:
        return None

    def finish(self, ahead: bytes) -> tuple[int, int, bytes]:
        tail = ahead
        while not tail.strip(b"\r\n") and len(tail) <= _MAX_TAIL:
            data = self.read(_MAX_TAIL)
            if not data:
                end = self._file.tell() - len(self._unused())
                return end, end, tail
            tail += data
        behind = tail.lstrip(b"\r\n")
        # Of ARC the next record begins with an address.
        if is_warc(behind) or (len(behind) < len(tail) and behind[:1].isalpha()):
            problem = message(
                "the %(what)s goes on after the record (a file compressed as a whole? %(repair)s)",
                what=message(self.what), repair=message(self.repair),
            )  # fmt: skip
        else:
            problem = message(
                "the %(what)s goes on after the block, whose Content-Length is too small", what=message(self.what)
            )
        raise WarcError(self._path, self._offset, problem, PASSED_OVER)

    def skip(self) -> int | None:
        """Return where the next begins; None when that cannot be found out."""
        left = _MAX_SKIPPED
        try:
            while left > 0 and (data := self.read(CHUNK_SIZE)):
                left -= len(data)
        except WarcError:
            return None
        return self._file.tell() - len(self._unused()) if left > 0 else None

    def _ends_within(self) -> WarcError:
        return WarcError(self._path, self._offset, message("the file ends within a %(what)s", what=message(self.what)))


class _Member(_Compressed):
    """A gzip member. zlib checks its CRC and length when the end is read."""

    what = N_("gzip member")
    repair = N_("`warcio recompress OLD NEW` repairs that")

    def __init__(self, file: IO[bytes], path: WarcPath, offset: int) -> None:
        super().__init__(file, path, offset)
        self._inflate = zlib.decompressobj(31)
        self._size = _FIRST_SIZE

    def read(self, size: int) -> bytes:
        while not self._inflate.eof:
            # unconsumed_tail is what an earlier *size* did not let zlib take.
            raw = self._inflate.unconsumed_tail or self._more()
            try:
                data = self._inflate.decompress(raw, size)
            except zlib.error as error:
                problem = message("not a whole gzip member (%(error)s)", error=error)
                raise WarcError(self._path, self._offset, problem) from error
            if data:
                return data
            if not raw:
                raise self._ends_within()
        return b""

    def _more(self) -> bytes:
        size, self._size = self._size, READ_SIZE
        return self._file.read(size)

    def _unused(self) -> bytes:
        return self._inflate.unused_data


class _Frame(_Compressed):
    """A Zstandard frame, which may need the dictionary that the file begins with."""

    what = "Zstandard frame"
    repair = "`zstd -d FILE` unpacks it, and then it can be read"

    def __init__(self, file: IO[bytes], path: WarcPath, offset: int, dictionary: zstd.ZstdDict | None) -> None:
        super().__init__(file, path, offset)
        self._dictionary = dictionary
        self._decompress = zstd.ZstdDecompressor(zstd_dict=dictionary, options=_OPTIONS)

    def read(self, size: int) -> bytes:
        while not self._decompress.eof:
            raw = self._file.read(READ_SIZE) if self._decompress.needs_input else b""
            ended = self._decompress.needs_input and not raw
            try:
                data: bytes = self._decompress.decompress(raw, size)
            except zstd.ZstdError as error:
                raise self._without_dictionary() or WarcError(
                    self._path, self._offset, message("not a whole Zstandard frame (%(error)s)", error=error)
                ) from error
            if data:
                return data
            if ended:
                raise self._ends_within()
        return b""

    def _unused(self) -> bytes:
        unused: bytes = self._decompress.unused_data
        return unused

    def _without_dictionary(self) -> WarcError | None:
        """Return the error for a frame that names another dictionary than the file has."""
        self._file.seek(self._offset)
        try:
            needed = zstd.get_frame_info(self._file.read(_MAX_FRAME_HEADER)).dictionary_id
        except zstd.ZstdError:
            return None
        there = self._dictionary.dict_id if self._dictionary else 0
        if needed in (0, there):
            return None
        problem = message("the Zstandard frame needs dictionary %(needed)s, and the file has none", needed=needed)
        if there:
            problem = message(
                "the Zstandard frame needs dictionary %(needed)s, and the file has dictionary %(there)s",
                needed=needed, there=there,
            )  # fmt: skip
        return WarcError(self._path, self._offset, problem, _DICTIONARY_AWAY)


class Plain:
    """A record in a file that is not compressed."""

    what = N_("record")

    def __init__(self, file: IO[bytes], offset: int) -> None:
        self._file = file
        file.seek(offset)

    def read(self, size: int) -> bytes:
        return self._file.read(size)

    def left(self) -> int:
        place = self._file.tell()
        end = self._file.seek(0, os.SEEK_END)
        self._file.seek(place)
        return end - place

    def finish(self, ahead: bytes) -> tuple[int, int, bytes]:
        end = self._file.tell() - len(ahead)
        self._file.seek(end)
        tail = self._file.read(_MAX_TAIL)
        blank = len(tail) - len(tail.lstrip(b"\r\n"))
        return end, end + blank, tail[:blank]

    def skip(self) -> int | None:
        return None  # only the record's length says where it ends


def is_skippable(magic: bytes) -> bool:
    """Tell whether a skippable frame begins so (RFC 8878, 3.1.2): one of sixteen kinds, each of which may be empty."""
    return magic[1:] == DICTIONARY_FRAME[1:] and magic[0] & 0xF0 == 0x50


class _DictionaryError(NewsspiderError):
    """A dictionary is not complete."""


_dictionaries: WeakKeyDictionary[IO[bytes], zstd.ZstdDict | None] = WeakKeyDictionary()
"""Of the files that are open."""


def _dictionary_of(file: IO[bytes], path: WarcPath) -> zstd.ZstdDict | None:
    if file not in _dictionaries:
        _dictionaries[file] = _read_dictionary(file, path)
    return _dictionaries[file]


def _read_dictionary(file: IO[bytes], path: WarcPath) -> zstd.ZstdDict | None:
    """Return the dictionary that a file begins with; None where there is none."""
    file.seek(0)
    head = file.read(_SIZE.size)
    if not head.startswith(DICTIONARY_FRAME) or len(head) < _SIZE.size:
        return None
    (size,) = _SIZE.unpack(head)
    data = file.read(size) if size <= _MAX_DICTIONARY else b""
    try:
        if len(data) < size:
            found = f"{len(data):,}"
            raise _DictionaryError(message("it has %(size)s, and %(read)s were read", size=bytes_of(size), read=found))
        if data.startswith(FRAME):
            unpack = zstd.ZstdDecompressor(options=_OPTIONS)
            data = unpack.decompress(data, _MAX_DICTIONARY)
            if not unpack.eof:
                raise _DictionaryError(message("it does not end within %(size)s", size=bytes_of(len(data))))
        dictionary = zstd.ZstdDict(data, is_raw=not data.startswith(_DICTIONARY))
        zstd.ZstdDecompressor(zstd_dict=dictionary)  # which looks at it first
    except (_DictionaryError, ValueError, EOFError, zstd.ZstdError) as error:
        problem = message("the dictionary of its Zstandard frames cannot be read (%(error)s)", error=error)
        raise WarcError(path, 0, problem) from error
    return dictionary


def _blank_lines(file: IO[bytes], path: WarcPath, offset: int) -> WarcError:
    """Return the error for more blank lines than those after a record, or for such before the first one."""
    file.seek(offset)
    data = file.read(_MAX_TAIL)
    error = WarcError(path, offset, message("blank lines where a record would begin"), PASSED_OVER)
    error.resume = offset + len(data) - len(data.lstrip(b"\r\n"))
    return error


def _zeros(file: IO[bytes], path: WarcPath, offset: int) -> WarcError:
    """Return the error for NUL bytes where a record would begin: at the end of a file they hide nothing."""
    file.seek(offset)
    end = offset
    while data := file.read(CHUNK_SIZE):
        behind = len(data.lstrip(b"\0"))
        end += len(data) - behind
        if behind:
            break
    count = end - offset
    error = (
        WarcError(path, offset, message("%(count)s NUL bytes where a record would begin", count=f"{count:,}"), _HOLE)
        if data
        else RecordError(path, offset, message("the file ends with %(count)s NUL bytes", count=f"{count:,}"), _PADDING)
    )
    error.resume = end
    return error


def source_at(file: IO[bytes], path: WarcPath, offset: int) -> tuple[int, ByteSource] | None:
    """Return where the record at *offset* begins, after what has to be skipped, and its bytes; None at the end."""
    file.seek(offset)
    magic = file.read(4)
    if magic[:2] == GZIP:
        return offset, _Member(file, path, offset)
    if magic[:1] in (b"\r", b"\n"):
        raise _blank_lines(file, path, offset)
    if magic and not magic.strip(b"\0"):
        raise _zeros(file, path, offset)
    while is_skippable(magic):
        (size,) = _SIZE.unpack(magic + file.read(4).ljust(4, b"\xff"))
        offset += _SIZE.size + size
        if file.seek(0, os.SEEK_END) < offset:
            raise WarcError(path, offset - size - _SIZE.size, message("the file ends within a skippable frame"))
        file.seek(offset)
        magic = file.read(4)
    if not magic:
        return None
    if magic == FRAME:
        return offset, _Frame(file, path, offset, _dictionary_of(file, path))
    # A record of an ARC file begins with a URL.
    if not (is_warc(magic + b"/") or magic[:2].isalnum()):
        problem = message(
            "neither a gzip member nor a WARC record begins here, but %(magic)s", magic=repr(magic[:2])
        )
        raise WarcError(path, offset, problem)
    return offset, Plain(file, offset)
