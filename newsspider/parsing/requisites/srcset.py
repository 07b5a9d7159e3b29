"""The image candidates of a ``srcset`` or ``imagesrcset``, as the HTML standard parses it.

https://html.spec.whatwg.org/#parse-a-srcset-attribute: an address may have commas in it, a descriptor parentheses, and
a candidate whose descriptors contradict each other is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

IMAGE_SRCSETS = ("srcset", "data-srcset", "data-lazy-srcset")
"""Attributes of a picture that have candidates; the last two are of scripts that put off its loading."""

ASCII_WHITESPACE = "\t\n\f\r "

_ADDRESS = re.compile(rf"[{ASCII_WHITESPACE},]*+([^{ASCII_WHITESPACE}]++)")
_DESCRIPTOR = re.compile(rf"[{ASCII_WHITESPACE}]*+((?:[^{ASCII_WHITESPACE},(]++|\([^)]*+\)?)+|,?)")
_SIZE = r"0*+[1-9][0-9]*+(?P<size>[wh])"
_DENSITY = r"(?:-(?=[0.]++[eEx]))?(?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?x"
"""A valid floating-point number that is not less than 0."""
_KIND = re.compile(f"{_SIZE}|{_DENSITY}")


def candidates(srcset: str) -> Iterator[str]:
    """Yield the addresses of the image candidates, as they are written.

    >>> list(candidates("a.png, b,c.png 2x,d.png 640w , e.png 1x 2x, f.png (a, b) 2x, g.png"))
    ['a.png', 'b,c.png', 'd.png', 'g.png']
    """
    place = 0
    while found := _ADDRESS.match(srcset, place):
        address, place = found[1], found.end()
        if address.endswith(","):
            yield address.rstrip(",")
            continue
        descriptors = []
        while (found := _DESCRIPTOR.match(srcset, place)) and found[1]:
            place = found.end()
            if found[1] == ",":
                break
            descriptors.append(found[1])
        if _agree(descriptors):
            yield address


def _agree(descriptors: list[str]) -> bool:
    """Tell whether each descriptor is one (a width, a height, a density), and they go together."""
    seen: set[str] = set()
    for descriptor in descriptors:
        found = _KIND.fullmatch(descriptor)
        if found is None:
            return False
        kind = found["size"] or "x"
        if kind in seen or (seen and "x" in (kind, *seen)):
            return False
        seen.add(kind)
    return seen != {"h"}
