"""The toolbar above a title: where it begins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsspider.parsing.dateline import YEAR

if TYPE_CHECKING:
    from newsspider.parsing.page import Block

WORD = re.compile(r"[^\W\d]")
_COUNT = re.compile(r"[\d.,]+\s?[万千wWkK]?\+?")
AROUND_WORD = " \t\r\n\xa0\u3000\u200b\ufeff"  # shows nothing


def find_toolbar(blocks: list[Block], tools: re.Pattern[str]) -> int | None:
    """The line where two words of the toolbar or more follow each other, each a node of its own.

    Headers have some of these words too: of several such lines above the date and the text, the one with the most.
    """
    best, most = None, 2
    run: dict[str, int] = {}  # word -> its line, of the different words that follow each other
    is_best = False  # whether the best is part of this run
    for position, block in enumerate(blocks):
        line = block.line
        if best is not None and (line.endswith("。") or YEAR.search(line)):
            break
        if not line or (not run and not tools.search(line)):
            continue
        for text, _ in block.visible:
            if (tool := tools.fullmatch(text.strip(AROUND_WORD))) is None:
                if WORD.search(text) and not _COUNT.fullmatch(text.strip()):  # nor an icon
                    run, is_best = {}, False
                continue
            while tool["word"] in run:  # the same word again is the toolbar's: the header's stands before it
                del run[next(iter(run))]
            run[tool["word"]] = position
            if len(run) > most or (len(run) == most and (is_best or best is None)):
                best, most, is_best = next(iter(run.values())), len(run), True
    return best


def start_of_part(blocks: list[Block], position: int) -> int:
    """The first line of the largest element around the line at *position* that holds no sentence."""
    around = blocks[position].element
    while (parent := around.getparent()) is not None and "。" not in "".join(parent.itertext()):
        around = parent
    inside = set(around.iter())
    return next(n for n, block in enumerate(blocks) if block.element in inside)
