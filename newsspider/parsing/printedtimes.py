"""The times around a headline: in markup that names them, or on a line that can be nothing else."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING

from newsspider.parsing.boxes import called
from newsspider.parsing.dateline import OF_SOMETHING_ELSE
from newsspider.parsing.masthead import MAX_BESIDE, MAX_ELEMENTS
from newsspider.parsing.shorttext import short_text
from newsspider.text.processors import clean_text
from newsspider.text.written import find_written, is_of_change, offset_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.parsing.doubts import Doubts
    from newsspider.parsing.masthead import Masthead
    from newsspider.parsing.page import Block, Element
    from newsspider.text.written import Written

NEAR = 3
"""Lines above the headline that may date the article; further up is the date of today."""

MAX_AROUND_DAY = 12
"""Characters beside a day among the first lines of the body: a weekday."""

MAX_ABOVE_HEADLINE = 60
"""Characters beside a day right above the headline from which a sign parts it: the section, a place, a name."""

MOST_OPENINGS = 3
"""Paragraphs of which one may begin with the day: a caption and a standfirst may stand before the text."""

MAX_OPENING = 80
"""Characters in which such a day stands, with the place before it."""

_LABEL = 20
"""Characters before a date in which its label stands."""


def marked_times(masthead: Masthead, captured_at: datetime) -> dict[str, str]:
    """The ``datetime`` of the first ``<time>`` of each kind around the headline, by field; also of hAtom's ``abbr``."""
    return _marked(masthead.lines, captured_at)


def _marked(blocks: Iterable[Block], captured_at: datetime) -> dict[str, str]:
    """Those of some lines, by field.

    One that only its class says to be of a change is that of the publication where there is no other: some themes call
    all times so.
    """
    found: dict[str, str] = {}
    labelled, today = False, _days_around(captured_at)
    for holder, of_holder in groupby(blocks, attrgetter("element")):
        lines = [block.text for block in of_holder]
        inside = [*islice(holder.iter("time", "abbr"), MAX_ELEMENTS)]
        parent = holder.getparent()
        for element in inside if parent is None else (*inside, parent):
            text = element.get("datetime" if element.tag == "time" else "title") or ""
            classes = (element.get("class") or "").lower().split()
            is_time = element.tag == "time" or (element.tag == "abbr" and "published" in classes)
            if not is_time or not _YEAR.search(text):
                continue
            printed = short_text(element.itertext(), MAX_BESIDE)
            if element is not parent and (printed is None or not any(printed in line for line in lines)):
                continue
            label = "" if "published" in classes else _before(element, holder)
            if _is_beside(element) or (text[:10] in today and _is_in_head(element)):
                continue
            if _is_of_something_else(f"{label.rstrip()} "):
                continue
            is_change = is_labelled = is_of_change(label)
            if "published" not in classes and any(map(_OF_CHANGE.search, classes)):
                is_change = True
            labelled = labelled or is_labelled
            found.setdefault("modified_at" if is_change else "published_at", _with_zone(str(text), printed or ""))
    if "modified_at" in found and "published_at" not in found and not labelled:
        return {"published_at": found["modified_at"]}
    return found


def _before(element: Element, line: Element) -> str:
    """The last words before an element in that of its line, down to another of its kind: its label."""
    if element in (line, line.getparent()):
        return ""
    parent, other = element.getparent(), element.getprevious()
    while parent is not line and parent is not None and other is None and not (parent.text or "").strip():
        parent, other = parent.getparent(), parent.getprevious()
    if other is None:
        return "" if parent is None else (parent.text or "")[-MAX_BESIDE:]
    label = short_text(other.itertext(), MAX_BESIDE) if other.tag in _OF_LABELS else None
    return f"{label or ''} {other.tail or ''}"[-MAX_BESIDE:]


def printed_times(
    masthead: Masthead, language: str | None, captured_at: datetime, doubts: Doubts, *, is_dated: bool
) -> dict[str, str]:
    """The times that a line prints in the manner of *language*, by field: the first below the headline, else above.

    A line that says more than that and a few names is a sentence, and what it dates is not the article. Where none
    prints a clock, the first day below the headline, or alone on the line above it; else one below the text. Where the
    page *is dated* otherwise, only lines count of which it is clear that they date it.
    """
    last, today = (captured_at + timedelta(days=1)).date().isoformat(), _days_around(captured_at)
    below = {id(block) for block in masthead.below}
    above = [block for block in masthead.lines if id(block) not in below | masthead.between]
    near, right_above = above[-NEAR:], above[-1] if above else None
    above = [
        block
        for block in above
        if (block in near and masthead.is_boxed(block))
        or (_is_called_date(block) and (block is right_above or masthead.is_boxed(block)))
    ]
    found: dict[str, str] = {}
    changed: dict[str, str] = {}
    day: Written | None = None
    for block in [*masthead.below, *reversed(above)]:
        is_between, is_below = id(block) in masthead.between, id(block) in below
        line, dates = _dates_of(block, language)
        rest = len(line) - sum(each.end - each.start for each in dates)
        if not dates or rest > MAX_BESIDE or not _may_date(block, dates, line, last if is_dated else None):
            continue
        if not (is_between or is_below or masthead.is_boxed(block)) and any(each.iso[:10] in today for each in dates):
            continue
        label = _PUBLISHED.match(line)
        if label and label.end() == dates[0].start:
            rest -= label.end()
        if any(_CLOCK.search(each.iso) for each in dates):
            if day and not is_between and not any(each.iso.startswith(day.iso) for each in dates):
                continue  # what the text speaks of, as the beginning of an event
            named = {"modified_at" if each.is_change else "published_at": each.raw for each in reversed(dates)}
            is_sure = is_between or (is_below and rest <= MAX_AROUND_DAY)
            if "published_at" in named and "published_at" not in found and not is_sure:
                doubts.doubt("published_at", f"{named['published_at']} is not between headline and text")
            found = named | found
        elif all(each.is_change for each in dates):
            if is_between:
                changed.setdefault("modified_at", dates[0].raw)
        elif (
            day is None
            and "published_at" not in found
            and (date := next((each for each in dates if not each.is_change), None))
        ):
            most = MAX_AROUND_DAY
            if not is_below:
                most = _most_above(block, date, line, masthead, is_right_above=block is right_above)
            if is_between or rest <= most:
                day = date
                if not is_between and (rest > MAX_AROUND_DAY or not masthead.is_boxed(block)):
                    doubts.doubt("published_at", f"{day.raw} is not between headline and text")
    if not found and day is None:
        found = _times_below(masthead, language, captured_at, doubts, is_dated=is_dated)
        if not (found or is_dated):
            found = _in_headline(masthead, language, doubts)
    return changed | ({"published_at": day.raw} if day else {}) | found


def _dates_of(block: Block, language: str | None) -> tuple[str, list[Written]]:
    """A line and the dates on it that may be of the article."""
    line = block.text
    dates = find_written(line, language)
    texts = [text for text, _ in block.pieces]
    if len(texts) > 1 and not (dates and any(dates[0].raw in text for text in texts)):
        # Day and clock in boxes of their own; 09.01.19 and 17:04 beside each other may seem to be of the year 1917.
        line = _SLASH.sub("/", clean_text(" ".join(texts)) or "")
        dates = find_written(line, language)
    return line, [each for each in dates if not _is_of_something_else(line[max(0, each.start - _LABEL) : each.start])]


def _days_around(moment: datetime) -> set[str]:
    """The days on which *moment* is somewhere in the world."""
    return {(moment + timedelta(days=days)).date().isoformat() for days in (-1, 0, 1)}


def _may_date(block: Block, dates: list[Written], line: str, last: str | None) -> bool:
    """Whether a line with *dates* may say when the article was published; where there is a *last* day, it is clear.

    It is clear of a day on a line of its own, behind a label, a name or a sign: not of one in a caption, among other
    articles, in a list of facts, in a sentence, or after the last.
    """
    place, date = next(((n, each) for n, each in enumerate(dates) if not each.is_change), (0, dates[0]))
    start = dates[place - 1].end if place else 0
    before, label = line[start : date.start].strip(), _PUBLISHED.match(line, start)
    is_led = not before or _LED.fullmatch(before) is not None or (label is not None and label.end() == date.start)
    if date.iso < _WEB and not is_led:
        return False
    if before and next(block.element.iterancestors("figcaption"), block.element).tag == "figcaption":
        return False
    if last is None or date.is_change:
        return True
    if date.iso[:10] > last or "。" in line or _is_beside(block.element) or _is_in_facts(block):
        return False
    if is_led or before[-1] in _DASHES:
        return True
    return any(text.strip() == date.raw for text, _ in block.pieces) and not _LEADS_ON.search(before)


def _is_in_facts(block: Block) -> bool:
    """Whether a line is in a caption or a list of facts, and not called a date."""
    around = (block.element, *block.element.iterancestors())
    return any("caption" in called(each) or (each.tag == "dl" and not _is_called_date(block)) for each in around)


def _is_beside(element: Element) -> bool:
    """Whether an element is in the caption of a picture, or in a box with links to other articles beside this one."""
    boxes = (element, *element.iterancestors("figcaption", "aside"))
    box = next((each for each in boxes if each.tag in ("figcaption", "aside")), None)
    if box is None or box.tag == "figcaption" or _OF_ARTICLE.search(called(box)):
        return box is not None and box.tag == "figcaption"
    return any(len((link.text or "").strip()) > _NAME for link in islice(box.iter("a"), MAX_ELEMENTS))


def _is_in_head(element: Element) -> bool:
    """Whether an element is in the head of a page, above all that is of the article."""
    head = next(element.iterancestors("header", "article", "main"), None)
    return head is not None and head.tag == "header" and next(head.iterancestors("article", "main"), None) is None


def _most_above(block: Block, date: Written, line: str, masthead: Masthead, *, is_right_above: bool) -> int:
    """Return how many characters may stand beside a day above the headline; -1 where it may not stand there."""
    if not is_right_above:
        return 0 if masthead.is_headed(block) or _is_called_date(block) else -1
    if not (any(text.strip() == date.raw for text, _ in block.pieces) or _is_apart(date, line)):
        return MAX_AROUND_DAY
    return MAX_BESIDE if masthead.is_headed(block) else MAX_ABOVE_HEADLINE


def _is_called_date(block: Block) -> bool:
    """Whether a line, or what is around it, is called a date, and not that of today."""
    parent = block.element.getparent()
    names = called(block.element) if parent is None else f"{called(block.element)} {called(parent)}"
    return _OF_DATE.search(names) is not None and not _OF_TODAY.search(names)


def _times_below(
    masthead: Masthead, language: str | None, captured_at: datetime, doubts: Doubts, *, is_dated: bool
) -> dict[str, str]:
    """The times below the text: themes of blogs print there when it was posted, and by whom."""
    # A time alone stands above another title.
    found = _marked((block for block in masthead.below_text if len(block.pieces) > 1), captured_at)
    place = "is below the text"
    if "published_at" not in found and (day := masthead.posted or _labelled_below(masthead, language)):
        found["published_at"] = day
    if "published_at" not in found and not is_dated and (day := _in_footer(masthead, language)):
        found["published_at"] = day
    if "published_at" not in found and not is_dated and (day := _dated_in_opening(masthead, language, captured_at)):
        found["published_at"], place = day, "begins the text"
    if "published_at" not in found and (day := _labelled_once(masthead, language)):
        found["published_at"], place = day, "is apart from the article"
    if printed := found.get("published_at"):
        doubts.doubt("published_at", f"{printed} {place}")
    return found


def _in_headline(masthead: Masthead, language: str | None, doubts: Doubts) -> dict[str, str]:
    """The day in the headline itself, as that of an issue, a report of each week or a match."""
    dates = _dates_of(masthead.headed, language)[1] if masthead.headed else []
    if not dates or dates[0].is_change or dates[0].iso < _WEB:
        return {}
    doubts.doubt("published_at", f"{dates[0].raw} is in the headline")
    return {"published_at": dates[0].raw}


def _dated_in_opening(masthead: Masthead, language: str | None, captured_at: datetime) -> str | None:
    """The day with which a text begins, maybe behind the place where it was written, as press offices have it.

    A colon or a full stop after that ends the dateline of a letter too, or of a memory: then it is of the last year.
    """
    year_ago = (captured_at - timedelta(days=366)).date().isoformat()
    texts = (block.text for block in masthead.opening if len(block.text) > MAX_BESIDE)
    for text in islice(texts, MOST_OPENINGS):
        date = next(iter(find_written(text[:MAX_OPENING], language)), None)
        if date is None or not _PLACE.fullmatch(text, 0, date.start) or _WEEKDAY.search(text, 0, date.start):
            continue
        sign = (_BEHIND_PLACE if date.start else _BEHIND_DAY).match(text, date.end)
        if sign and date.iso >= (year_ago if sign[0] in _ENDS else _WEB):
            return date.raw
    return None


def _labelled_below(masthead: Masthead, language: str | None) -> str | None:
    """The date after its label in the last lines of the text, or right below; the label may be a line of its own."""
    is_labelled = False
    for block in masthead.end:
        line = block.text
        label = _PUBLISHED.match(line)
        if label and (dates := find_written(line[label.end() :], language)):
            return dates[0].raw
        if is_labelled and (dates := find_written(line, language)) and len(dates[0].raw) == len(line):
            return dates[0].raw
        # In a list of terms a date is one of the facts, as of an event.
        is_labelled = label is not None and label.end() == len(line) and block.element.tag != "dt"
    return None


def _in_footer(masthead: Masthead, language: str | None) -> str | None:
    """The day in the footer of the article, where no other words lead to it."""
    for block in masthead.footer:
        line = block.text
        if len(line) > MAX_BESIDE:
            continue
        for date in find_written(line, language):
            before = line[: date.start].strip()
            is_led = before and before[-1] not in _DASHES and not _LED.fullmatch(before)
            if not date.is_change and not is_led:
                return date.raw
    return None


def _labelled_once(masthead: Masthead, language: str | None) -> str | None:
    """The date after its label that one line of the page has, and no other."""
    lines = [block.text for block in masthead.page_lines if len(block.line) <= MAX_BESIDE]
    found = [(line, label.end()) for line in lines if (label := _PUBLISHED_ON.match(line))]
    dates = find_written(found[0][0][found[0][1] :], language) if len(found) == 1 else []
    return dates[0].raw if dates and dates[0].start == 0 else None


def _is_apart(date: Written, line: str) -> bool:
    """Whether a sign parts a date from the words beside it, as it does not in the name of an issue."""
    before, behind = line[: date.start].rstrip(), line[date.end :].lstrip()
    return before[-1:] in _SIGNS and behind[:1] in _SIGNS


def _with_zone(time: str, printed: str) -> str:
    """A time that names no zone with an offset by which it is what is *printed*, where that names one.

    >>> _with_zone("2026-01-09T17:04:00", "Jan 9, 2026, 5:04 pm EST")
    '2026-01-09T17:04:00-05:00'
    >>> _with_zone("2026-01-09T22:04:00", "Jan 9, 2026, 5:04 pm EST")
    '2026-01-09T22:04:00+00:00'
    """
    clock = _PRINTED_CLOCK.search(printed)
    try:
        at = datetime.fromisoformat(time)
    except ValueError:
        return time
    if clock is None or at.tzinfo is not None or not (offset := offset_in(printed, at)):
        return time
    hour = int(clock[1]) % 12 + 12 * (clock[3].lower() == "p") if clock[3] else int(clock[1])
    zone = datetime.fromisoformat(f"{at.date()}T00:00{offset}").tzinfo
    for each in (offset, "+00:00"):
        local = datetime.fromisoformat(f"{at.isoformat()}{each}").astimezone(zone)
        if (local.hour, local.minute) == (hour, int(clock[2])):
            return f"{at.isoformat()}{each}"
    return time


_is_of_something_else = re.compile(
    rf"(?:{OF_SOMETHING_ELSE}|\b(?:(?:event|kick-?off|anpfiff|anstoß|termin|anmeldeschluss|deadline|beginn|wann|when"
    r"|born|geboren(?:\sam)?"
    r"|gültig(?:\s(?:ab|seit|bis))?|valid(?:\s(?:from|since|until))?|expires(?:\son)?)\b\s?[:\uff1a]?"
    r"(?:\s[^\W\d_]{2,12},)?\s))\Z",
    re.IGNORECASE,
).search
_PUBLISHED = re.compile(
    r"(?:(?:发布|发表|發布|發表)?(?:日期|时间|時間)|发[布表]于|(?:公開|掲載|配信|投稿)日時?"
    r"|(?:(?:this\s)?(?:story|article)\s)?(?:was\s)?(?:first\s)?published(?:\son)?"
    r"|date|datum|data|fecha|(?:erschienen|erstellt|veröffentlicht|publiziert)(?:\sam)?"
    r"|publié(?:\sle)?|mise?\sen\sligne(?:\sle)?|publicado(?:\sel|\sem)?|pubblicato(?:\sil)?|gepubliceerd(?:\sop)?"
    r"|geplaatst(?:\sop)?|publicerad|publiceret|publisert|julkaistu|opublikowano|publikováno|yayınlanma(?:\starihi)?"
    r"|дата(?:\sпубликации)?|опубликован[оа]|опубліковано)\s?[:\uff1a]?\s?",
    re.IGNORECASE,
)
_PUBLISHED_ON = re.compile(
    r"(?:published(?:\son)?|(?:erschienen|veröffentlicht)\sam|publié\sle|publicado\s(?:el|em)|pubblicato\sil"
    r"|gepubliceerd\sop|发[布表](?:时间|日期)|發[布佈表](?:時間|日期)|(?:公開|掲載|配信)日時?)\s?[:\uff1a]?\s?(?=[^\W_])",
    re.IGNORECASE,
)
_LED = re.compile(
    r"(?!(?:ab|bis|zum)\b)[^\W\d_]{1,3}[.,]?|[^\W\d_]{2,10}(?:day|tag|woch|[dt]i|dì|nes|tes|les|ves|feira|[оеа][гкта])[,.]?"
    r"|\W?(?:by|von|par|por|door|di|da|af|av|(?:(?:posted|written|published|verfasst|veröffentlicht|erstellt"
    r"|geschrieben|publié|écrit|publicado|pubblicato|scritto|geplaatst|geschreven)(?:\s[^\W\d_]{1,3})?))\b"
    r"(?-i:\s?[,|]|\s[^\W\d_]{1,3}(?!\w)|\s[^\Wa-z]\S{0,30}){0,9}",
    re.IGNORECASE,
)
"""What may stand before the day of an article: a weekday, a word such as on, who wrote it, its label."""
_LEADS_ON = re.compile(r"(?:[:\uff1a,]|\b[^\W\d_]{1,3})\Z")
"""The end of words that speak of a day."""
_PLACE = re.compile(r"(?:[^\W\d_][\w.'’/-]*(?:\s[^\W\d_][\w.'’/-]*){0,2}\s?(?:[,(]|,\s\(|,\s[a-z]{2,3}\b)\s?)?")
_WEEKDAY = re.compile("(?:day|tag|woch|[dt]i|dì|nes|tes|les|ves|feira|[оеа][гкта]),", re.IGNORECASE)
_BEHIND_PLACE = re.compile(r"\)?\s?(?:\([^()]{2,40}\)\s?)?[-–—:.|/]")
_BEHIND_DAY = re.compile(r"\s?[-–—|/„“«\"]")
_OF_DATE = re.compile(
    r"(?:(?<![^\W\d_])(?:[dD]at(?:e|um)|[fF]echa|[pP]ub[dD]ate|[tT]ime(?:stamp)?)|(?<=[a-z])Dat(?:e|um))(?![a-z])"
)
_OF_TODAY = re.compile("today|current|now|clock|heute|weather", re.IGNORECASE)
_OF_LABELS = frozenset(("span", "b", "strong", "em", "i", "small", "label", "font", "a"))
_OF_CHANGE = re.compile("updated|modified")
_SLASH = re.compile(r"(?<=[0-9]) ?/ ?(?=[0-9])")
_YEAR = re.compile("[0-9]{4}")
_OF_ARTICLE = re.compile("meta|info|author|autor|byline|(?<![a-z])date")
_DASHES = frozenset("|/·•–—->»")
_ENDS = frozenset((":", "."))
_WEB = "1994"
"""The year before which no page was published; an earlier one is a subject of the article."""
_NAME = 12  # characters of a link that is no title
_SIGNS = frozenset(("", *"|/·•–—-,:"))
_PRINTED_CLOCK = re.compile(r"\b([01]?[0-9]|2[0-3])[:.]([0-5][0-9])\s?([ap])?", re.IGNORECASE)
_CLOCK = re.compile("T[0-9]")
