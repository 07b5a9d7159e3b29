"""Tells the caption of a picture that stands in a paragraph of its own, by its words: it says whose picture it is.

Only a line right below a picture is asked, for a sentence of an article may end with the same words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsspider.parsing.markup import IMAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsspider.parsing.page import Block

MAX_LENGTH = 300
"""Characters; a longer line is a paragraph."""

_CREDIT = 150  # characters at its end that say whose picture it is
_SENTENCE_ENDS = frozenset("。!\uff01?\uff1f…”")
_NEAR = 4  # blocks above the first line of a text among which a caption may be
_BEGINS = re.compile(
    r"[▲△▼]|[图圖](?:为|為|说|說|注|片[说說]明|[一二三四五六七八九十0-9]{1,2}\s?[:\uff1a])"
    r"|[资資]料[图圖照]片?\s?[:\uff1a]"
    r"|[图圖]片?\s?[/\uff0f|\uff5c丨:\uff1a]\s?\S{1,20}\s文字?\s?[/\uff0f|\uff5c丨:\uff1a]"
)
_NO_BRACKET = r"[^()\uff08\uff09]"
_WHOSE = (
    rf"(?:[摄攝]|供[图圖]|提供|翻[摄攝]{_NO_BRACKET}{{0,20}}|截[图圖]|[资資]料[图圖照]?片?"
    rf"|[图圖]源?[/:\uff0f\uff1a]{_NO_BRACKET}{{1,20}})"
)
_AGENCY = r"(?:Getty|AP|AFP|Reuters|EPA|dpa|PA|Shutterstock|iStock|picture alliance|imago|ANSA|EFE|Lusa|TASS|РИА)\b"
_LABEL = (
    r"(?:photos?(?:\sby|\scredit)?|images?(?:\scredit)?|pictures?|picture\sby|credit|fotos?|bild(?:er|quelle)?"
    r"|symbolbild|archivfoto|crédits?(?:\sphoto)?|crédito|фото|zdj[ęe]cie|写真|사진)"
)
_ENDS = re.compile(
    rf"(?:[(\uff08【\[〔]{_NO_BRACKET}{{0,40}}{_WHOSE}{_NO_BRACKET}{{0,8}}[)\uff09】\]〕]"
    r"|(?:[\s。]|[记記]者)[\u4e00-\u9fff·]{2,4}\s?[/\uff0f]?[摄攝]|\S供[图圖]|(?:[视視][频頻])?截[图圖]"
    r"|[资資]料[图圖照]片?|(?:视觉中国|東方IC|东方IC|IC\s?photo)(?:\s[图圖]|\s[资資]料)?"
    r"|[图圖](?:源|片?[来來][源自])?\s?[/:\uff0f\uff1a]\s?\S{1,20}"
    rf"|(?i:\({_LABEL}\b[^()]{{1,80}}\))"
    rf"|(?i:\A\W?{_LABEL}\s?[:=|\uff1a]\s?[^.:]{{2,60}})"
    rf"|(?i:(?<![^\W\d_]){_LABEL}\s?[:=|\uff1a]\s?(?:privat|(?-i:[^a-z\s])[^.:]{{1,60}}))"
    rf"|\((?!{_AGENCY}\))[^()]{{0,60}}\b{_AGENCY}[^()]{{0,30}}\)"
    rf"|(?<![.!?])(?<![.!?]\s)\({_AGENCY}\)"  # behind a sentence it signs a text
    rf"|\w/\s?{_AGENCY}[^.]{{0,20}}|©\s?[^.]{{2,60}})\.?\Z"
)


def is_credited(line: str) -> bool:
    """Tell whether a line right below a picture is its caption.

    >>> is_credited("渡轮昨天停靠在新码头。港口社记者 王乐文 摄"), is_credited("The old ferry (Photo: Harbour Post)")
    (True, True)
    >>> is_credited("渡轮照常运行。"), is_credited("The ferry runs as before.")
    (False, False)
    """
    if len(line) > MAX_LENGTH:
        return False
    return bool(_BEGINS.match(line) or (line[-1:] not in _SENTENCE_ENDS and _ENDS.search(line[-_CREDIT:])))


def is_picture(block: Block) -> bool:
    """Tell whether a block is an image."""
    return not block.pieces and block.element.tag in IMAGES


def begin_at_picture(blocks: Sequence[Block], first: int) -> int:
    """Return the place of the picture whose caption stands above the *first* line of a text, among lines like it."""
    element = blocks[first].element
    for n in range(first - 1, max(0, first - 1 - _NEAR), -1):
        if blocks[n].element.getparent() is not element.getparent():
            break
        if blocks[n].pieces and is_picture(blocks[n - 1]) and is_credited(blocks[n].line):
            return n - 1
        if blocks[n].element.tag != element.tag:
            break
    return first


def end_at_caption(blocks: Sequence[Block], last: int) -> int:
    """Return the place of the caption of a picture right below the *last* line of a text; that line where none is."""
    below = blocks[last + 1 : last + 3]
    has_caption = len(below) > 1 and is_picture(below[0]) and below[1].pieces and is_credited(below[1].line)
    return last + 2 if has_caption else last
