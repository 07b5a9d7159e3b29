"""The body of an article as its record has it, block by block, ready to be shown.

Nothing in here is markup: ``body.html`` escapes it all. A picture is named by its number among the record's images, by
which it comes out of the archive; an address of a stranger is shown, and loads nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_FIRST_LEVEL = 3
"""Of a heading within the text: h1 is the headline, h2 a part of the page."""
_LAST_LEVEL = 6


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block, and what only this page knows of it."""

    block: dict[str, Any]
    level: int = 0
    """Of a heading, as HTML counts: no level is skipped, whatever the site wrote."""
    picture: int = 0
    """The number of an image among the record's images, from 1; 0 where it is none of them."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Blocks that belong together: an entry of a live blog, or what stands before the first."""

    entry: dict[str, Any] | None
    title: str = ""
    """Of the entry; empty where the next block says it too."""
    blocks: list[ShownBlock] = field(default_factory=list)


def body_of(record: dict[str, Any]) -> list[Stretch]:
    """Return the body of a record, or of a line in a package's list of pages; empty where there is no text."""
    blocks = _blocks(record)
    numbers = {image["url"]: number for number, image in reversed(list(enumerate(record.get("images") or (), start=1)))}
    stretches = [Stretch(None)]
    headings: list[int] = []
    for place, block in enumerate(blocks):
        match block.get("type"):
            case "live_entry":
                following = blocks[place + 1].get("text") if place + 1 < len(blocks) else None
                title = str(block.get("title") or "")
                stretches.append(Stretch(block, "" if title == following else title))
                headings = [0]  # what an entry has for headings stands below its own
            case "heading":
                shown = ShownBlock(block, level=_level(headings, int(block.get("level") or _FIRST_LEVEL)))
                stretches[-1].blocks.append(shown)
            case "image":
                stretches[-1].blocks.append(ShownBlock(block, picture=numbers.get(block.get("url"), 0)))
            case _:
                stretches[-1].blocks.append(ShownBlock(block))
    return [each for each in stretches if each.entry is not None or each.blocks]


def pictures_beside(record: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """Return the images that no block shows, each address once, with their numbers."""
    seen = {block.get("url") for block in record.get("blocks") or () if block.get("type") == "image"}
    found = []
    for number, image in enumerate(record.get("images") or (), start=1):
        if image["url"] not in seen:
            seen.add(image["url"])
            found.append((number, image))
    return found


def _blocks(record: dict[str, Any]) -> list[dict[str, Any]]:
    if "schema_version" not in record:  # a line of a package's list
        lines = str(record.get("text") or "").splitlines()
    elif record.get("blocks"):
        return list(record["blocks"])
    else:  # of version 1.0, or a page that was read by its text alone
        lines = [str(each) for each in record.get("paragraphs") or ()]
    return [{"type": "paragraph", "text": line} for line in lines if line.strip()]


def _level(open_headings: list[int], level: int) -> int:
    """Return the level at which a heading is shown, below those of *open_headings* that it stands under; note it.

    >>> above = []
    >>> [_level(above, each) for each in (2, 4, 4, 3, 2, 1)]
    [3, 4, 4, 4, 3, 3]
    """
    while open_headings and open_headings[-1] >= level:
        open_headings.pop()
    open_headings.append(level)
    return min(_FIRST_LEVEL + len(open_headings) - 1, _LAST_LEVEL)
