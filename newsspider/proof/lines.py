"""Values as lines whose order is that of their text, so that an external sort groups them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def as_line(values: Sequence[str | int | None]) -> bytes:
    r"""Write values as a line of JSON, the same ones always in the same bytes.

    >>> as_line(["a", 1, None]), as_line(["看\udc80"])
    (b'["a",1,null]\n', b'["\xe7\x9c\x8b\xed\xb2\x80"]\n')
    """
    try:
        return orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # a surrogate, which stands for a byte that is not UTF-8
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "surrogatepass") + b"\n"


def values_of(lines: Iterable[bytes]) -> Iterator[list[Any]]:
    r"""Read such lines.

    >>> list(values_of([as_line(["a", 1, None]), as_line(["看\udc80"])]))
    [['a', 1, None], ['看\udc80']]
    """
    for line in lines:
        try:
            yield orjson.loads(line)
        except ValueError:
            yield json.loads(line.decode("utf-8", "surrogatepass"))
