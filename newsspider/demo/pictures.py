"""Pictures made of nothing but zlib: a gradient sky over hills, as a real PNG."""

from __future__ import annotations

import math
import struct
import zlib
from base64 import b64encode
from functools import cache
from random import Random

WIDTH, HEIGHT = 320, 180
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(scene: int, comment: str) -> bytes:
    """Draw a scene; the comment is kept in the file, so that pictures of one scene differ in their bytes.

    >>> png(3, "one")[:8] == png(3, "two")[:8], png(3, "one") == png(3, "two")
    (True, False)
    """
    text = _chunk(b"tEXt", b"Comment\0" + comment.encode("latin-1"))
    return _file(WIDTH, HEIGHT, text + _chunk(b"IDAT", _pixels(scene)))


@cache
def placeholder(name: str) -> str:
    """A few coloured pixels as a ``data:`` URI, to stand where a picture is still loading.

    They are what makes a demo page weigh as much after compression as a real one: text written from templates
    compresses far too well.
    """
    columns, rows = 12, 7
    noise = Random(name).randbytes(columns * rows * 3)
    pixels = b"".join(b"\0" + noise[y * columns * 3 : (y + 1) * columns * 3] for y in range(rows))
    file = _file(columns, rows, _chunk(b"IDAT", zlib.compress(pixels)))
    return "data:image/png;base64," + b64encode(file).decode("ascii")


def _file(width: int, height: int, chunks: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)  # 8 bits, truecolour
    return _SIGNATURE + _chunk(b"IHDR", header) + chunks + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@cache
def _pixels(scene: int) -> bytes:
    """The compressed rows of a scene, each led by its filter byte (0: none)."""
    hue = scene * 47 % 360
    rows = bytearray()
    for y in range(HEIGHT):
        sky = _colour(hue, 0.45 + 0.5 * y / HEIGHT)
        near = _colour(hue + 150, 0.30 + 0.1 * y / HEIGHT)
        far = _colour(hue + 130, 0.50)
        rows.append(0)
        for x in range(WIDTH):
            if y > 130 + 18 * math.sin((x + 60 * scene) / 47):
                rows += near
            elif y > 105 + 22 * math.sin((x + 90 * scene) / 31):
                rows += far
            else:
                rows += sky
    return zlib.compress(bytes(rows), 6)


def _colour(hue: float, light: float) -> bytes:
    """A soft colour: three cosines a third of a turn apart."""
    return bytes(
        min(255, int(255 * light * (0.82 + 0.18 * math.cos(math.radians(hue - turn))))) for turn in (0, 120, 240)
    )
