"""The headings of a page: which may be its headline, what of one is a label, and which is about what metadata says.

Editors write a title for search engines besides the printed one; the two share most of their words.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING

from lxml import etree

from newsspider.parsing.boxes import called, words_in
from newsspider.parsing.jsonld import form
from newsspider.parsing.shorttext import short_text
from newsspider.text.processors import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsspider.parsing.page import Element

MAX_WORDS = 60
"""Words of a heading that are compared."""

MAX_LENGTH = 300
"""Characters; a longer text is no headline."""

_MAX_AROUND = 6  # elements around a heading that may be a trail of links
_MAX_PARTS = 6  # elements in a heading of which each may be the headline
_LEAST_WORDS = 3  # that two titles share, and at least half of them
_LEAST_REST = 8  # characters that are a headline without the label before them
_MOST_OF_LABEL = 2  # words of a topic
_WORD, _LONG_WORD = re.compile(r"\w{2,}"), re.compile(r"[^\W\d_]{4,}")
_HAN, _HAN_OF_SECTION = re.compile("[\u3041-\u30ff\u4e00-\u9fff]"), 8  # characters
_END_OF_URL = re.compile(r"[?#].*$", re.DOTALL)
_HAN_SIGN = "[\u2010-\u2027\u3001-\u30ff\u3400-\u9fff\uff01-\uff5e]"  # and the signs beside them
_BREAK_IN_HAN = re.compile(rf"(?<={_HAN_SIGN})\s*\n\s*(?={_HAN_SIGN})")
_TRAILS = frozenset(("breadcrumb", "breadcrumbs", "crumb", "crumbs"))
_HIDDEN = frozenset(("hidden", "sr-only", "visually-hidden", "screen-reader-text", "invisible", "aural"))
_UNSEEN = frozenset(("hidden", "invisible", "offscreen", "sr", "aural"))
_LABELS = (
    "kicker", "overline", "highline", "eyebrow", "dachzeile", "spitzmarke", "topline", "roofline", "pretitle",
    "preheadline", "surtitre", "antetitulo", "occhiello", "subtitle", "subline",
)  # fmt: skip
"""Ends of what programmers call the line above a headline; the last two stand below where they come after it."""
_SIGNS = re.compile(r"[\s:|/·•\-\u2010-\u2015]+")
_DASHES = re.compile(r"[\s\-\u2010-\u2015]+")
"""Signs that stand between two names as well: Harbour – Isles 3:2."""
_PARAGRAPHS_BEFORE, _LONG = 3, "x" * 80  # elements, characters
_OF_TRAIL = 40  # elements in a box that is no more than a trail and its heading
_AROUND_TEXT = frozenset(("body", "main", "article", "header", "section"))
"""Elements that are called after a trail somewhere in them, or after its absence."""
_OF_HEADLINE = frozenset(("headline", "entry-title", "article-title", "post-title"))


def is_in_trail(heading: Element, said: Iterable[str] = ()) -> bool:
    """Tell whether a heading stands in a trail of links, or in a menu: there it is the title for search engines.

    A small box that is called a trail may hold the headline beside one: it does where what is *said*, in match form,
    begins with the heading, unless other parts of the trail stand before it.
    """
    around = [*islice(heading.iterancestors(), _MAX_AROUND)]
    if any(each.tag == "nav" or (each.tag in ("ol", "ul") and _is_trail(called(each))) for each in around):
        return True
    boxes = [each for each in around if each.tag not in _AROUND_TEXT and _is_trail(called(each)) and _is_small(each)]
    return bool(boxes) and (not begins(heading, said) or any(_has_text_before(heading, box) for box in boxes))


def begins(heading: Element, said: Iterable[str]) -> bool:
    """Tell whether something that is *said*, in match form, begins with a heading."""
    folded = form(text_of(heading) or "")
    return any(each.startswith(folded) for each in said)


def _has_text_before(heading: Element, box: Element) -> bool:
    before = takewhile(lambda each: each is not heading, box.iter())
    return any((each.text or "").strip() for each in before)


def is_in_text(heading: Element) -> bool:
    """Tell whether a paragraph stands shortly before a heading: it is one within the text."""
    before = islice(heading.itersiblings(preceding=True), _PARAGRAPHS_BEFORE)
    return any(each.tag == "p" and len(text_of(each) or _LONG) >= len(_LONG) for each in before)


def _is_small(box: Element) -> bool:
    return next(islice(box.iter(), _OF_TRAIL, None), None) is None


@lru_cache(maxsize=1024)  # the headings of a page stand in the same boxes
def _is_trail(names: str) -> bool:
    return not _TRAILS.isdisjoint(words_in(names))


def is_hidden(heading: Element) -> bool:
    """Tell whether a heading is no more than read aloud; a class for some widths of a screen hides nothing."""
    classes = (heading.get("class") or "").split()
    return not _HIDDEN.isdisjoint(classes) and not any(":" in each for each in classes)


def without_label(heading: Element, said: Iterable[str] = ()) -> str | None:
    """Return the text of a heading behind the label in it; ``None`` where there is none.

    A label is called so, or a sign that stands in an element of its own parts it from the headline.

    >>> from lxml.html import fromstring
    >>> without_label(fromstring("<h1><b class=kicker>Harbour</b> The ferry stays</h1>"))
    'The ferry stays'
    >>> without_label(fromstring("<h1><b>Harbour</b><i>: </i><b>The ferry stays</b></h1>"))
    'The ferry stays'
    >>> without_label(fromstring("<h1>The <b class=kicker>ferry</b> stays</h1>"))
    """
    while len(heading) == 1 and not _own(heading):
        heading = heading[0]
    if not 0 < len(heading) <= _MAX_PARTS or (heading.text or "").strip():
        return None
    parts = [each for each in heading if isinstance(each.tag, str)]
    if not parts:
        return None
    if any(word.endswith(_LABELS) for word in words_in(called(parts[0]))):
        behind = 1
    elif len(parts) > 1 and _is_sign(parts[0].tail or " ") and _parts_label(parts[1]):
        behind = 2
    else:
        return None
    texts = (text for each in parts[behind:] for text in chain(_texts(each), (each.tail or "",)))
    rest = _line([parts[behind - 1].tail or "", " ", *islice(texts, MAX_LENGTH)], said) or ""
    rest = rest[match.end() :] if (match := _SIGNS.match(rest)) else rest
    return rest if len(rest) >= _LEAST_REST else None


def _parts_label(sign: Element) -> bool:
    """Whether an element is a sign behind a label; a dash may stand between two names, unless nobody sees it."""
    text = _text(sign)
    return _is_sign(text) and (text == "" or _is_unseen(sign) or _DASHES.fullmatch(text) is None)


def own_text(heading: Element, said: list[str]) -> str | None:
    """The text of a heading, without the label in it.

    Words of which metadata has *said* that they are in the headline are no label, if they are more than a topic's.
    """
    whole, text = text_of(heading, said), without_label(heading, said)
    if not (whole and text):
        return whole
    if not is_long_label(whole[: -len(text)]) or _is_parted_unseen(heading):
        return text
    forms = [form(each) for each in said]
    is_said = any(each.startswith(form(whole)) for each in forms) and form(text) not in forms
    return whole if is_said else text


def is_long_label(text: str) -> bool:
    """Tell whether what stands before a headline has more words than a topic: it is a part of it then."""
    return len(_WORD.findall(text)) > _MOST_OF_LABEL


def is_of_section(heading: Element) -> bool:
    """Tell whether a heading that is no more than read aloud is as short as the name of a section."""
    text = text_of(heading) or ""
    return is_hidden(heading) and not is_long_label(text) and len(_HAN.findall(text)) <= _HAN_OF_SECTION


def leads_elsewhere(heading: Element, url: str) -> bool:
    """Tell whether a heading is of another article: all of it is a link to that, or it stands in a box beside."""
    around = [*islice(heading.iterancestors(), 2 * _MAX_AROUND)]
    if any(each.tag == "aside" for each in around):
        return True
    links = [*islice(heading.iter("a"), 2)]
    if len(links) == 1:
        links = links if text_of(links[0]) == text_of(heading) else []
    else:
        links = [] if links else [each for each in around if each.tag == "a"]
    name = _END_OF_URL.sub("", links[0].get("href") or "").rstrip("/").rpartition("/")[2] if links else ""
    return bool(name) and name not in url


def parts_of(h1: Element) -> list[str]:
    """The texts of which a headline is made, in elements of their own or between; those that are long enough."""
    while len(h1) == 1 and not f"{h1.text or ''}{h1[0].tail or ''}".strip():
        h1 = h1[0]
    if not 0 < len(h1) <= _MAX_PARTS:
        return []
    texts = [h1.text, *(text for each in h1 for text in (text_of(each), each.tail))]
    return [each for text in texts if text and _LEAST_REST <= len(each := clean_text(text) or "") <= MAX_LENGTH]


def text_of(element: Element, said: Iterable[str] = ()) -> str | None:
    """The text of an element, without readings of characters.

    A line break parts words. Between Chinese characters it may be no more than where the page breaks the line: there it
    shows nothing if the page has *said* the same elsewhere without a space.
    """
    return _line([*islice(_texts(element), MAX_LENGTH)], said)


def _line(texts: list[str | None], said: Iterable[str]) -> str | None:
    """The line that *texts* are, in which ``None`` is a line break."""
    if None not in texts:
        return short_text(filter(None, texts), MAX_LENGTH) or None
    raw = "".join(["\n" if text is None else text for text in texts])
    joined = short_text([_BREAK_IN_HAN.sub("", raw)], MAX_LENGTH)
    return joined if joined and any(joined in each for each in said) else short_text([raw], MAX_LENGTH) or None


def _texts(element: Element) -> Iterator[str | None]:
    """Yield the texts in an element, without readings of characters, and ``None`` for each line break.

    One after the other: an element that is asked for its first line may be all of a page.
    """
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, each in walk:
        if event == "end":
            text = None if each is element else each.tail
        elif each.tag in ("rt", "rp"):
            walk.skip_subtree()
            continue
        else:
            text = each.text
            if each.tag == "br":
                yield None
        if text:
            yield text


def is_called_headline(heading: Element) -> bool:
    """Tell whether the markup has a heading for that of the article."""
    if "headline" in (heading.get("itemprop") or "").split():
        return True
    return not _OF_HEADLINE.isdisjoint((heading.get("class") or "").lower().split())


def is_about(heading: str, titles: Iterable[str]) -> bool:
    """Tell whether one of *titles* has half of the words of a heading, and three of them at least.

    >>> is_about("The old ferry stays until spring", ["Harbour: ferry stays in spring"])
    True
    >>> is_about("Harbour news", ["The ferry stays", "Harbour Post"])
    False
    """
    words = _words(heading)
    return any(len(words & _words(each)) >= max(_LEAST_WORDS, (len(words) + 1) // 2) for each in titles)


def _words(text: str) -> set[str]:
    return {word.casefold() for word in islice(_LONG_WORD.findall(text), MAX_WORDS)}


def _is_parted_unseen(heading: Element) -> bool:
    """Whether the sign behind a label is only for those to whom a page is read: the label is a line of its own."""
    children = islice(heading.iterdescendants(), 2 * _MAX_PARTS)
    return any(_is_unseen(each) and _is_sign(_text(each)) for each in children)


def _is_unseen(sign: Element) -> bool:
    return sign.get("aria-hidden") == "true" or not _UNSEEN.isdisjoint(words_in(called(sign)))


def _own(element: Element) -> str:
    return f"{element.text or ''}{element[0].tail or ''}".strip()


def _is_sign(text: str) -> bool:
    return text == "" or _SIGNS.fullmatch(text) is not None


def _text(element: Element) -> str:
    return text_of(element) or ""
