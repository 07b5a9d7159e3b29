"""Reads the number and the state of a page's comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from newsspider.parsing.words import MAX_LABEL
from newsspider.text.processors import natural
from newsspider.text.width import fold_width

if TYPE_CHECKING:
    from newsspider.parsing.doubts import Doubts
    from newsspider.parsing.page import Block
    from newsspider.parsing.words import Words


def read_comments(text: str, words: Words, doubts: Doubts) -> dict[str, Any]:
    """Return the number of comments and their state, from the *text* of their part."""
    match = re.match(words.comment_count, text)
    count = natural(fold_width(match[1])) if match else None
    if match and count is None:
        doubts.doubt("comments", f"printed as {match[1][:MAX_LABEL]}, which is no count")
    if not count and re.search(words.no_comments, text):
        return {"comments": (0, "empty")}
    if re.search(words.comments_closed, text):
        state = "closed"
    elif re.search(words.login_to_comment, text):
        state = "login_required"
    else:
        state = "unknown"
    return {"comments": (count, state)}


def opens_comments(block: Block) -> bool:
    """Whether a line is the heading of the comments: a heading, or a label that says what follows."""
    line = block.line
    if not line or (match := _COMMENTS_HEADING.fullmatch(line)) is None:
        return False
    return block.element.tag in ("h1", "h2", "h3", "h4", "h5", "h6") or (
        bool(match["label"] or match["before"] or match["count"]) and not any(href for _, href in block.pieces)
    )


_COMMENTS_HEADING = re.compile(
    r"(?P<before>[0-9.,]{1,9}\s)?(?:(?P<label>(?:最新|网友|全部|热门|精彩|用户|所有)(?:评论|跟帖|留言)|(?:讀者|网友|網友)(?:留言|回應))"
    r"|(?:评论|評論|跟帖|留言|(?i:(?:reader\s)?comments?|kommentare?|leserkommentare|commentaires|comentarios|comentários|commenti"
    r"|reacties|kommentarer|komentarze|комментарии|yorumlar)|コメント|댓글))"
    r"\s?(?P<count>[(\uff08]?[0-9.,]{1,9}\s?[条則则개件]?[)\uff09]?)?\s?[:\uff1a]?"
)
