"""Compares two texts for a reader: paragraphs are aligned first, then the words of the changed ones.

The result is a pure structure; ``text.py`` and ``page.py`` show it. Two texts are compared as ``changes`` does it:
whitespace and the width of letters make no difference. The work is bounded: what would take longer than a second,
which no news article does, is shown as replaced from its first to its last difference.

diff-match-patch compares characters, and so cuts Chinese words in two; it shows a paragraph that was moved as deleted
and inserted.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from newsspider.history.words import words
from newsspider.text.width import fold_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Operation: TypeAlias = Literal["same", "deleted", "inserted"]
Kind: TypeAlias = Literal["same", "changed", "deleted", "inserted", "moved_away", "moved_here"]

BREAK = "¶"
"""Stands for the border of two paragraphs that was deleted or inserted."""

_MAX_PAIRS = 60_000
"""Pairs of equal words in two texts, at which SequenceMatcher looks again and again; a thousand words have 7,000."""
_MAX_STEPS = 5_000_000
"""Words in two texts that it may look at for all matches together; 2,000 words that all match take so many."""
_FEW = 4
"""What is the same between two changes so many times its length is more likely chance than text that was kept."""
_MIN_KEPT = 0.3
"""Of two paragraphs that have less in common, the one replaces the other."""
_MIN_MOVED = 8
"""Letters of a paragraph that is known again at another place."""
_LETTER = re.compile(r"\w")


class Span(NamedTuple):
    """A run of text that was kept, deleted or inserted."""

    operation: Operation
    text: str


@dataclass(frozen=True, slots=True)
class DiffBlock:
    """A paragraph of either text."""

    kind: Kind
    spans: tuple[Span, ...]


def diff(before: Sequence[str], after: Sequence[str]) -> list[DiffBlock]:
    """Compare two texts, lists of paragraphs, in the order of *after*.

    >>> [block.kind for block in diff(["开头。", "旧的一段话在这里。"], ["开头。", "旧的一段话,在这里。", "结尾。"])]
    ['same', 'changed', 'inserted']
    """
    keys = [_key(paragraph) for paragraph in before]
    keys_after = [_key(paragraph) for paragraph in after]
    budget = _Budget()
    hunks = _opcodes(keys, keys_after, budget)
    moved = _moved(keys, keys_after, hunks)
    blocks: list[DiffBlock] = []
    for same, i1, i2, j1, j2 in hunks:
        if same:
            blocks += (DiffBlock("same", (Span("same", paragraph),)) for paragraph in after[j1:j2])
            continue
        here = {j: DiffBlock("moved_here", (Span("same", after[j]),)) for j in range(j1, j2) if keys_after[j] in moved}
        blocks += (DiffBlock("moved_away", (Span("same", before[i]),)) for i in range(i1, i2) if keys[i] in moved)
        left = [before[i] for i in range(i1, i2) if keys[i] not in moved]
        rest = [j for j in range(j1, j2) if j not in here]
        changed = _changed(left, [after[j] for j in rest], budget)
        for j in range(j1, j2):
            if j in here:
                blocks.append(here[j])
            else:
                blocks += next(changed, ())
        for more in changed:
            blocks += more
    return blocks


def diff_line(before: str, after: str) -> tuple[Span, ...]:
    """Compare two lines, such as headlines.

    >>> [(span.operation, span.text) for span in diff_line("用脚板丈量民情", "用脚板丈量国情")][0]
    ('same', '用脚板丈量')
    """
    hunks = _hunks(words(before), words(after), _Budget())
    return tuple(span for hunk in hunks for span in hunk.spans())


# ------------------------------------------------------------------------------------------------- paragraphs


class _Budget:
    """The work left for one comparison, at worst about a second."""

    def __init__(self) -> None:
        self._pairs = _MAX_PAIRS
        self._steps = _MAX_STEPS

    def allows(self, before: Sequence[str], after: Sequence[str]) -> bool:
        """Tell whether two sequences can be matched, and pay for it."""
        there = Counter(after)
        pairs = sum(count * there[key] for key, count in Counter(before).items() if not _is_mark(key))
        steps = min(pairs, len(before)) * len(before)
        if pairs > self._pairs or steps > self._steps:
            return False
        self._pairs -= pairs
        self._steps -= steps
        return True


def _is_mark(key: str) -> bool:
    """Tell what no match begins with: a punctuation mark."""
    return len(key) < 2 and not _LETTER.match(key)


class _Opcode(NamedTuple):
    same: bool
    i1: int
    i2: int
    j1: int
    j2: int


def _opcodes(before: Sequence[str], after: Sequence[str], budget: _Budget) -> list[_Opcode]:
    """Align two sequences: what is the same, and what is not, in turn."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    middle, middle_after = before[start : len(before) - end], after[start : len(after) - end]
    found = [_Opcode(True, 0, start, 0, start)] if start else []
    if middle and middle_after and budget.allows(middle, middle_after):
        matcher = SequenceMatcher(_is_mark, middle, middle_after, autojunk=False)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            found.append(_Opcode(tag == "equal", start + i1, start + i2, start + j1, start + j2))
    elif middle or middle_after:
        found.append(_Opcode(False, start, start + len(middle), start, start + len(middle_after)))
    if end:
        found.append(_Opcode(True, len(before) - end, len(before), len(after) - end, len(after)))
    return found


def _moved(before: Sequence[str], after: Sequence[str], hunks: Sequence[_Opcode]) -> set[str]:
    """Return the paragraphs that stand once in either text, and in none of the places that are the same."""
    gone = Counter(key for same, i1, i2, _, _ in hunks if not same for key in before[i1:i2])
    come = Counter(key for same, _, _, j1, j2 in hunks if not same for key in after[j1:j2])
    return {key for key in gone if gone[key] == come[key] == 1 and len(_LETTER.findall(key)) >= _MIN_MOVED}


def _changed(before: list[str], after: list[str], budget: _Budget) -> Iterator[list[DiffBlock]]:
    """Yield for each paragraph of *after* the blocks that end with it, then those that are left."""
    if not (before and after):
        yield from ([DiffBlock("inserted", (Span("inserted", each),))] for each in after)
        yield [DiffBlock("deleted", (Span("deleted", each),)) for each in before]
        return
    hunks = _hunks(_tokens(before), _tokens(after), budget)
    blocks: list[DiffBlock] = []
    line: list[Span] = []

    def close() -> None:
        kinds = {span.operation for span in line}
        if line:
            kind: Kind = kinds.pop() if len(kinds) == 1 else "changed"
            blocks.append(DiffBlock(kind, tuple(line)))
            line.clear()

    for operation, text in (span for hunk in hunks for span in hunk.spans()):
        for piece in re.split("(\n)", text):
            if piece != "\n":
                line += [Span(operation, piece)] if piece else []
                continue
            of_its_own = all(span.operation == operation for span in line)
            if operation != "same" and not of_its_own:
                line.append(Span(operation, BREAK))
            if operation != "deleted" or of_its_own:
                close()
            if operation != "deleted":
                yield blocks
                blocks = []
    close()
    yield blocks


def _tokens(paragraphs: Sequence[str]) -> list[str]:
    return [token for paragraph in paragraphs for token in (*words(paragraph.replace("\n", " ")), "\n")]


# ------------------------------------------------------------------------------------------------------ words


@dataclass(slots=True)
class _Hunk:
    """Words that are the same in both texts, or those that differ."""

    same: bool
    before: list[str]
    after: list[str]

    def spans(self) -> Iterator[Span]:
        if self.same:
            yield Span("same", "".join(self.after))
            return
        for operation, tokens in (("deleted", self.before), ("inserted", self.after)):
            if tokens:
                yield Span(operation, "".join(tokens))  # type: ignore[arg-type]


def _key(text: str) -> str:
    return "\n" if text == "\n" else fold_width("".join(text.split()))


def _hunks(before: list[str], after: list[str], budget: _Budget) -> list[_Hunk]:
    before, after = _without_spaces(before), _without_spaces(after)
    opcodes = _opcodes(list(map(_key, before)), list(map(_key, after)), budget)
    hunks = [_Hunk(same, before[i1:i2], after[j1:j2]) for same, i1, i2, j1, j2 in opcodes]
    for place in range(1, len(hunks) - 1):
        _slide(*hunks[place - 1 : place + 2])
    hunks = _joined(hunk for hunk in hunks if hunk.before or hunk.after)
    return _without_chance(hunks)


def _without_spaces(tokens: list[str]) -> list[str]:
    """Give the space between two words to the first, so that it is compared with nothing."""
    found: list[str] = []
    for token in tokens:
        if found and found[-1] != "\n" and token != "\n" and token.isspace():
            found[-1] += token
        else:
            found.append(token)
    return found


def _slide(left: _Hunk, change: _Hunk, right: _Hunk) -> None:
    """Move what was only deleted or only inserted to where a sentence or clause ends, if it can be moved there.

    Of ``甲。{+乙。+}丙。`` a matcher may also say ``甲{+。乙+}。丙。``.
    """
    only = change.before or change.after
    if change.same or (change.before and change.after) or not (left.same and right.same):
        return
    size, back, forward = len(only), 0, 0
    while back < len(left.after) and _key(left.after[-1 - back]) == _key(only[-1 - back % size]):
        back += 1
    while forward < len(right.after) and _key(right.after[forward]) == _key(only[forward % size]):
        forward += 1

    def end(place: int) -> int:
        return _END.get(only[(place - 1) % size][-1:], 0)

    best = max(range(-back, forward + 1), key=lambda place: (end(place), -abs(place)))
    only[:] = only[best % size :] + only[: best % size]
    for one, other in ((left.before, right.before), (left.after, right.after)):
        if best < 0:
            other[:0] = one[best:]
            del one[best:]
        else:
            one += other[:best]
            del other[:best]


_END = {"\n": 3} | dict.fromkeys("。！？!?；;”》", 2) | dict.fromkeys("，,、：:)）", 1)


def _joined(hunks: Iterator[_Hunk] | list[_Hunk]) -> list[_Hunk]:
    """Put neighbours of one kind together."""
    found: list[_Hunk] = []
    for hunk in hunks:
        if found and found[-1].same == hunk.same:
            found[-1].before += hunk.before
            found[-1].after += hunk.after
        else:
            found.append(hunk)
    return found


def _without_chance(hunks: list[_Hunk]) -> list[_Hunk]:
    """Take for changed what is the same by chance: a word or two between two changes that are longer."""
    for left, hunk, right in zip(hunks, hunks[1:], hunks[2:], strict=False):
        if hunk.same and "\n" not in hunk.after:
            kept = _letters(hunk.after)
            hunk.same = kept > 2 or kept * _FEW > min(_size(left), _size(right)) or not (kept or _both(left, right))
    found: list[_Hunk] = []
    for paragraph in _by_paragraph(_joined(hunks)):
        kept = sum(_letters(hunk.after) for hunk in paragraph if hunk.same)
        if kept < _MIN_KEPT * max(sum(_letters(side) for side in sides) for sides in _sides(paragraph)):
            for hunk in paragraph:
                hunk.same &= not _letters(hunk.after)
        found += paragraph
    return _joined(found)


def _by_paragraph(hunks: list[_Hunk]) -> Iterator[list[_Hunk]]:
    """Divide hunks at the borders of paragraphs that are the same."""
    paragraph: list[_Hunk] = []
    for hunk in hunks:
        if not (hunk.same and "\n" in hunk.after):
            paragraph.append(hunk)
            continue
        first, last = hunk.after.index("\n"), len(hunk.after) - hunk.after[::-1].index("\n")
        yield [*paragraph, _Hunk(True, hunk.before[:first], hunk.after[:first])]
        yield [_Hunk(True, hunk.before[first:last], hunk.after[first:last])]
        paragraph = [_Hunk(True, hunk.before[last:], hunk.after[last:])]
    yield paragraph


def _sides(hunks: list[_Hunk]) -> tuple[list[list[str]], list[list[str]]]:
    return [hunk.before for hunk in hunks], [hunk.after for hunk in hunks]


def _both(*hunks: _Hunk) -> bool:
    """Tell whether each of the changes replaced something: a mark between two such is no border to a reader."""
    return all(hunk.before and hunk.after for hunk in hunks)


def _size(hunk: _Hunk) -> int:
    return max(_letters(hunk.before), _letters(hunk.after))


def _letters(tokens: list[str]) -> int:
    return sum(len(_LETTER.findall(token)) for token in tokens)
