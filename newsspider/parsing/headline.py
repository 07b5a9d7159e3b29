"""The headline of an article, found by comparing: the ``<h1>`` of the page with its tab and what it says to others.

The name of the site is cut off without knowing it: what the tab says beyond the line on the page is not the headline.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from newsspider.parsing.dateline import YEAR
from newsspider.parsing.headings import (
    MAX_LENGTH,
    begins,
    is_about,
    is_called_headline,
    is_in_text,
    is_in_trail,
    is_long_label,
    is_of_section,
    leads_elsewhere,
    own_text,
    parts_of,
    text_of,
    without_label,
)
from newsspider.parsing.jsonld import form
from newsspider.parsing.page import HOME
from newsspider.text.processors import clean_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from newsspider.parsing.page import Block, Element, Page

MAX_TAB = 1000
"""Characters of a title in metadata, or of the tab, that is compared."""
MAX_H1S = 100
"""``<h1>`` of one page that are looked at."""
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_MAX_DATED = 80  # characters of the line with the date
_AT_LEAST = 4  # characters of a line that is looked for in the tab
_MANY = 20  # characters of a title that is looked for in a longer headline
_SEPARATOR = re.compile(r"\s*(?:--+|[|｜_»›•·]|(?<=\s)[-–—:/](?=\s)|(?<=[^\x00-\x7f])[-–—－:：](?=.{1,24}$))\s*")
_BETWEEN_NAMES = re.compile(r"\s*[_|｜丨»]\s*|\s*::\s*|\s+/\s+|\s*(?:--+|——+)\s*|\s+[-–—]\s+")
_ENDS_TITLE = frozenset("|_-›•·")
"""What stands between a headline and the names of channel and site, in match form."""
_LARGE = ("h2", "h3", "h4")
_OF_TODAY = ("今天", "今日", "现在", "當前", "当前")
_BETWEEN = 2  # lines between a heading and the date
_HAN = re.compile("[\u4e00-\u9fff]")
_NO_HEADLINE = re.compile(r"^[—－-]|记者|記者|来源|來源|网站|網站|(?:中心|日报|日報|晚报|新闻网|电视台|政府|编辑部)$")
_HAN_LINE = re.compile(r"(?=.*[\u4e00-\u9fff]{4})[^。:：>|]+\Z")
_WORD = re.compile(r"\w+")
_MORE_WORDS, _MORE_LETTERS = 2, 6
"""Words, or characters of Chinese, that may stand beside the name of a site: of a section, or of its app."""


class Headline(NamedTuple):
    """The headline of a page."""

    text: str
    element: Element | None
    """The element on the page that says it."""

    confirmed: bool
    """Whether two say it: a line on the page, and the tab or metadata."""


def find_headline(
    page: Page, blocks: list[Block], *, named: list[str | None], tab: str | None, site_names: list[str | None]
) -> Headline | None:
    """Return the headline; *named* are the titles in metadata, best first, *tab* what the browser's tab shows."""
    sites = {form(name) for name in site_names if name}
    hosts = names_of(page.url)

    def is_site(text: str) -> bool:
        return form(text) in sites or letters(text) in hosts

    others = [text for each in named if each and len(each) <= MAX_TAB and (text := clean_text(each))]
    if page.elements["h1"]:
        others = [text for text in others if not is_site(text)]
    says = [(form(text), text) for text in (*others, tab) if text and len(text) <= MAX_TAB]
    said = [text for text in (*others, tab) if text]
    metadata = {folded for folded, _ in says[: len(others)]}
    all_h1s = [*islice(page.elements["h1"], MAX_H1S)]
    if len(all_h1s) > 1:
        ours = (h1 for h1 in all_h1s if not leads_elsewhere(h1, page.url) or begins(h1, (each for each, _ in says)))
        all_h1s = [*ours] or all_h1s
    seen, in_trail = _of_page(all_h1s, sites, metadata, says, is_site)
    h1s = [(element, text) for element in seen if (text := own_text(element, said))]
    sites |= {form(text) for element, text in h1s if letters(text) in hosts or _leads_home(element)}
    says += [*_behind_name(says, sites)]
    sites.update(_before_title(form(tab or ""), [folded for folded, _ in says[: len(others)]]))
    titles = [text for _, text in says]
    behind = {form(name) for title in titles for name in _BETWEEN_NAMES.split(title)[1:]}
    if in_trail:
        smaller = [*_smaller(page, said)]
        if printed := _called_so(smaller, sites, behind) or _about_the_same(smaller, titles, sites, behind):
            return printed
    if len(h1s) > 1 and (part := _behind_site(h1s, (), titles, sites)):  # the first may be the section
        return part
    for element, _ in h1s:  # behind a label in an element of its own, where metadata leaves that out
        for text in reversed(parts_of(element)):
            if form(text) in metadata:
                return Headline(_as_written(text, others), element, True)
    for element, text in h1s:
        folded = form(text)
        if len(folded) >= _AT_LEAST and folded not in sites and any(other.startswith(folded) for other, _ in says):
            said_whole = any(other == folded for other, _ in says[: len(others)])
            text = _without_site(text, says, sites, page.url, said_whole=said_whole)
            return Headline(_as_written(text, others), element, True)
    for element, _ in h1s:  # a label may stand before it or after it, in an element of its own
        for text in parts_of(element) if without_label(element) is None else ():
            if any(_ends_with(other, form(text)) for other, _ in says):
                return Headline(_as_written(text, others), element, True)
    cut = [_without_site(text, says, sites, page.url) for _, text in says]
    if printed := _about_the_same(h1s, cut, sites, behind):
        return printed
    if called := _called_so(h1s, sites, behind):
        return _below_section(page, said, says, sites) or called
    if h1s:  # else there is nothing better than the name of the site
        cut = [text for text in cut if not is_site(text)]
    for element, text in h1s:
        if any(_is_most_of(form(each).rstrip(".…"), form(text)) for each in cut):
            return Headline(text, element, True)
    if line := _behind_site(h1s, (), titles, sites) or _in_tab(blocks, says, sites):
        return line
    if line := _behind_site((), blocks, titles, sites) or _behind_label(page, h1s, says):
        return line
    for n, text in enumerate(cut):
        if any(form(text) == form(other) for other in cut[n + 1 :]):
            return Headline(text, _like(h1s, text), False)
    h1s = [each for each in h1s if form(each[1]) not in sites]
    names = {form(name) for _, text in says for name in _SEPARATOR.split(text)[1:]}
    h1s = [each for each in h1s if form(each[1]) not in names] or h1s
    if not (h1s or others) and (line := _above_date(blocks)):
        return line
    if len(h1s) == 1 or (h1s and not cut):
        element, text = max(h1s, key=lambda each: len(each[1]))
        return Headline(text, element, False)
    if cut:
        title = cut[0] if others else _longest_first(cut[0])
        return Headline(title, _like(h1s, title), False)
    return None


def _of_page(
    h1s: list[Element], sites: set[str], metadata: set[str], says: list[tuple[str, str]], is_site: Callable[[str], bool]
) -> tuple[list[Element], bool]:
    """Those of the ``<h1>`` that a reader sees, outside of trails; whether there are others alone.

    A word or two that are read aloud alone are the name of a section, as *sites* are no headlines, unless metadata has
    them as the title, or there is nothing else but the name of the site.
    """
    unseen = {h1: text for h1 in h1s if is_of_section(h1) and form(text := text_of(h1) or "") not in metadata}
    seen = [h1 for h1 in h1s if h1 not in unseen]
    if all(_leads_home(h1) or is_site(text_of(h1) or "") for h1 in seen):
        seen = h1s
    if len(seen) < len(h1s):
        sites.update(map(form, unseen.values()))
    outside = [h1 for h1 in seen if not is_in_trail(h1, [folded for folded, _ in says])]
    return outside or seen, bool(seen) and not outside


def _has_more_signs(title: str, text: str) -> bool:
    return form(title) == form(text) or len(title) > len(text)


def _smaller(page: Page, said: list[str]) -> Iterator[tuple[Element, str]]:
    """The headings in whose place a trail has the ``<h1>``, those first that the markup calls a headline."""
    marked = page.root.iterfind(".//*[@itemprop='headline']")
    for each in islice((*islice(marked, MAX_H1S), *islice(page.root.iterfind(".//h2"), MAX_H1S)), MAX_H1S):
        if each.tag != "h1" and not is_in_text(each) and (text := own_text(each, said)):
            yield each, text


def _below_section(page: Page, said: list[str], says: list[tuple[str, str]], sites: set[str]) -> Headline | None:
    """The smaller heading that is all that is said but the names of channel and site: the ``<h1>`` is the section."""
    for heading in islice(page.root.iter(*_LARGE), MAX_H1S):
        folded = form(text := own_text(heading, said) or "")
        is_said = len(folded) >= 2 * _AT_LEAST and any(_ends_with(each, folded) for each, _ in says)
        if is_said and folded not in sites and not leads_elsewhere(heading, page.url):
            return Headline(text, heading, True)
    return None


def _about_the_same(
    headings: Iterable[tuple[Element, str]], titles: list[str], sites: set[str], behind: set[str]
) -> Headline | None:
    """The heading on the page that says in other words what *titles* do.

    What stands *behind* a sign in one may be the name of the site; behind a colon it is what a label introduces.
    """
    for element, text in headings:
        folded = form(text)
        if folded in sites or len(folded) < 2 * _AT_LEAST:
            continue
        for title in titles:
            if form(title).endswith(f":{folded}"):
                label = title[: -len(text)]
                is_part = is_long_label(label) and without_label(element) is None
                return Headline(title if is_part else text, element, True)
        is_labelled = any(form(title).endswith(folded) for title in titles) and without_label(element)
        if is_labelled or (folded not in behind and is_about(text, titles)):
            signed = (title for title in titles if letters(title) == letters(text) and _has_more_signs(title, text))
            return Headline(next(signed, text), element, True)
    return None


def _called_so(headings: Iterable[tuple[Element, str]], sites: set[str], behind: set[str]) -> Headline | None:
    """The heading that the markup calls the headline."""
    for element, text in headings:
        folded = form(text)
        if len(folded) >= 2 * _AT_LEAST and folded not in sites | behind and is_called_headline(element):
            return Headline(text, element, False)
    return None


def place_of(headline: Element | None, blocks: Iterable[Block]) -> int | None:
    """The place of the first of *blocks* that is a line of the element of a headline; None where none is."""
    within = set() if headline is None else set(headline.iter())
    return next((n for n, block in enumerate(blocks) if block.line and block.element in within), None)


def _before_title(tab: str, named: list[str]) -> Iterator[str]:
    """Yield what the tab says before the title in metadata: the name of a blog, with and without a sign behind."""
    for title in named:
        if tab.endswith(title) and len(before := tab[: -len(title)].rstrip()) > _AT_LEAST:
            yield before
            yield before[:-1].rstrip()


def _behind_name(says: list[tuple[str, str]], sites: set[str]) -> Iterator[tuple[str, str]]:
    """Yield what is said after the name of the site and a colon."""
    for _, text in says:
        name, colon, behind = text.replace("\uff1a", ":").partition(":")
        if colon and form(name) in sites and (title := text[-len(behind) :].strip() if behind else ""):
            yield form(title), title


def _leads_home(h1: Element) -> bool:
    """Whether all of a heading is a link to the site's home page, as its name is."""
    links = [*h1.iter("a")]
    return len(links) == 1 and HOME.fullmatch(links[0].get("href") or "-") is not None


def _is_most_of(said: str, folded: str) -> bool:
    """Whether what is said is within a headline, and all of it but a few words."""
    return 2 * len(said) >= len(folded) > len(said) >= _MANY and said in folded


def _ends_with(said: str, folded: str) -> bool:
    """Whether what is said is a headline, or one and the names of channel and site, or one behind another label."""
    if said.startswith(folded):
        return said == folded or said[len(folded)] in _ENDS_TITLE
    return len(folded) >= _MANY and said.endswith(f":{folded}")


def _longest_first(tab: str) -> str:
    """Return the beginning of a tab, if nothing else says the title and the names of channel and site are shorter."""
    first, *names = _BETWEEN_NAMES.split(tab)
    return first if names and len(first) >= _AT_LEAST and all(len(first) > len(each) for each in names) else tab


def _as_written(text: str, others: list[str]) -> str:
    """The same headline as metadata has it, where its quotation marks are those of the editors and not of the page."""
    return next((other for other in others if form(other) == form(text)), text)


def _in_tab(blocks: list[Block], says: list[tuple[str, str]], sites: set[str]) -> Headline | None:
    """The longest line on the page with which the tab, or what metadata says, begins; a link only where no other is."""
    best, longest, is_link = None, 0, False
    starts = {text[:1] for text, _ in says}
    for n, block in enumerate(blocks):
        if not block.pieces or block.line[:1].casefold() not in starts:
            continue
        for line in (_over_breaks(blocks, n, says), block.line):
            if line is None or len(line) + is_link <= longest or len(line) > MAX_LENGTH:
                continue
            folded = form(line)
            if len(folded) + is_link < max(_AT_LEAST, longest + 1) or folded in sites:
                continue
            is_menu = all(href for _, href in block.pieces)
            for text, _ in says:
                rest = text[len(folded) :]
                is_said = text.startswith(folded)
                if is_said and (2 * len(folded) >= len(text) or (rest[0] in _ENDS_TITLE and not is_menu)):
                    best, longest = Headline(clean_text(line) or "", block.element, True), len(folded)
                    is_link = is_menu and block.element.tag not in _HEADINGS
    return best


def _over_breaks(blocks: list[Block], n: int, says: list[tuple[str, str]]) -> str | None:
    """The text of the element of which a line is the first; ``None`` for another, and where the line is all of it."""
    element = blocks[n].element
    below = blocks[n + 1].element if n + 1 < len(blocks) else None
    if below is None or below not in (element, element.getparent()) or (n and blocks[n - 1].element is below):
        return None
    whole = text_of(below, [text for _, text in says])
    return whole if whole and whole.startswith(blocks[n].line) else None


def _behind_site(
    h1s: Iterable[tuple[Element, str]], blocks: Iterable[Block], titles: list[str], sites: set[str]
) -> Headline | None:
    """The line on the page that is the longest part of the tab, or of what metadata says, behind the site's name."""
    for title in titles:
        first, *parts = _BETWEEN_NAMES.split(title)
        longest = max((part for part in parts if form(part) not in sites), key=len, default="")
        if len(longest) < 2 * max(_AT_LEAST, 0 if form(first) in sites else len(first)):
            continue
        folded = form(longest)
        if h1 := next((Headline(text, element, True) for element, text in h1s if form(text) == folded), None):
            return h1
        for block in blocks:
            if block.line[:1].casefold() == folded[0] and len(block.line) <= MAX_LENGTH and form(block.line) == folded:
                return Headline(block.text, block.element, True)
    return None


def _behind_label(page: Page, h1s: list[tuple[Element, str]], says: list[tuple[str, str]]) -> Headline | None:
    """A smaller heading, where no ``<h1>`` is: the tab has a label before it, or the name of a blog."""
    if h1s:
        return None
    for heading in islice(page.root.iter(*_LARGE), MAX_H1S):
        for text in (text_of(heading), *parts_of(heading)):
            folded = form(text or "")
            if text and len(folded) >= _MANY and any(said.endswith(f":{folded}") for said, _ in says):
                return Headline(text, heading, True)
    return None


def _above_date(blocks: list[Block]) -> Headline | None:
    """The line right above that with the date, where neither metadata nor an ``<h1>`` says what the page is.

    It is a heading, or a line in Chinese: there are sites whose tab shows their name on every page.
    """
    heading, since = None, 0
    for block in blocks:
        line = block.line
        is_heading = block.element.tag in _HEADINGS
        if is_heading and 2 * _AT_LEAST <= len(line) <= MAX_LENGTH:
            heading, since = None if all(href for _, href in block.pieces) else block, 0
        elif len(line) <= _MAX_DATED and YEAR.search(line) and not line.startswith(_OF_TODAY):
            if heading is not None:
                return Headline(text_of(heading.element) or heading.text, heading.element, False)
        elif line:
            since += 1
            is_over = since > _BETWEEN or not _HAN.search(line)  # of a source, a subtitle
            if heading is not None and (is_over or heading.element.tag not in _HEADINGS):
                heading = None
            if heading is None and _is_like_headline(block):
                heading, since = None if all(href for _, href in block.pieces) else block, 0
    return None


def _is_like_headline(block: Block) -> bool:
    """Whether a line is all that its element holds, in Chinese, and neither a sentence nor dated."""
    line = block.line
    return (
        block.whole
        and 2 * _AT_LEAST <= len(line) <= _MAX_DATED
        and _HAN_LINE.match(line) is not None
        and not _NO_HEADLINE.search(line)
        and not YEAR.search(line)
    )


def names_of(url: str) -> set[str]:
    """The names that a site may have after its host, in letters and digits.

    >>> sorted(names_of("https://www.harbour-post.example.org/a"))
    ['example', 'harbourpostexample', 'harbourpostexampleorg']
    """
    labels = (urlsplit(url).hostname or "").casefold().removeprefix("www.").split(".")
    return {letters("".join(each)) for each in (labels, labels[:-1], labels[-2:-1])}


def letters(text: str) -> str:
    """Return the letters and digits of a text, without their case."""
    return "".join(filter(str.isalnum, text.casefold()))


def _without_site(
    text: str, says: list[tuple[str, str]], sites: set[str], url: str, *, said_whole: bool = False
) -> str:
    """*text* without the name of the site after it: what another says without it, or what the host is called.

    Of a text that metadata has as a whole no more is cut off than a name that is the site's to the letter.
    """
    parts = list(_SEPARATOR.finditer(text))
    if not parts:
        return text
    folded = form(text)
    shorter = [other for other, _ in says if len(other) < len(folded) and folded.startswith(other)]
    for part in reversed(parts):
        before = text[: part.start()].strip()
        if not before:
            break
        if form(before) in shorter:
            return before
    names = {*map(letters, sites)} - {""}
    for part in reversed(parts):
        behind = text[part.end() :]
        if _is_name(behind, names | names_of(url)) or (not said_whole and _is_like_name(behind, names | names_of(url))):
            text = text[: part.start()].strip() or text
    return text


def _is_name(text: str, names: set[str]) -> bool:
    return letters(text) in names


def _is_like_name(text: str, names: set[str]) -> bool:
    """Whether a text is one of the *names* of a site and a word or two, or half of one or more."""
    name, words = letters(text), _WORD.findall(text.casefold())
    if not name:
        return False
    if name.isascii() and any(
        "".join(some) in names for n in range(1, _MORE_WORDS + 1) for some in (words[:-n], words[n:])
    ):
        return True
    more = 0 if name.isascii() else _MORE_LETTERS
    return any(
        each.startswith(name) or each.endswith(name)
        if len(name) < len(each) <= 2 * len(name)
        else len(name) <= len(each) + more and (name.startswith(each) or name.endswith(each))
        for each in names
    )


def is_of_another(h1: Element, headline: Element, *, within: bool) -> bool:
    """Tell whether an ``<h1>`` is the headline of another article: in an element like that of the *headline*.

    *within* the element of the article it is called as the headline is, and in another element.
    """
    one, other = headline.getparent(), h1.getparent()
    if one is None or other is None or one is other:
        return False
    if within:
        names = {*(h1.get("class") or "").split()}
        return bool(names) and names <= {*(headline.get("class") or "").split()}
    return bool(one.tag == other.tag and one.get("class") == other.get("class"))


def _like(h1s: list[tuple[Element, str]], text: str) -> Element | None:
    return h1s[0][0] if len(h1s) == 1 else next((element for element, h1 in h1s if form(h1) in form(text)), None)
