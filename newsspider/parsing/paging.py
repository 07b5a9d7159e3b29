"""Page numbers: which page of an article a page is, and which is the next.

A page is the next of the same article where it says so (``rel=next``, 下一页, a number) and its address differs from
the own one in nothing but the number. What else calls itself next is another article.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from newsspider.text.processors import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.parsing.page import Element, Resolve

MAX_PAGES = 50
"""Pages of one article that are read."""

_PARAMETERS = frozenset(("page", "p", "pg", "pn", "pageno", "page_no", "pagenum", "curpage", "paged"))
# /a_2.html, /a-2, /a/page/2, /a/page-2, /a/p2, /a-long-name/2; a year is no number of a page, nor is 7 of /a/7.html
_IN_PATH = re.compile(
    r"(?P<before>.*?[^/_-])(?:(?:[_-]p?|/(?:page[/-]?|p))|(?<=[^/]{5})/(?=\d+/?$))(?P<number>\d{1,2})"
    r"(?P<behind>/?|\.[a-z]{3,5})",
    re.IGNORECASE,
)
_NEXT = frozenset(
    ("下一页", "下一頁", "下页", "后一页", "next", "next page", "nextpage", "次へ", "次のページ", "다음", "weiter",
     "nächste seite", "page suivante", "suivant", "siguiente", "página siguiente", "›", "»", ">", ">>")
)  # fmt: skip
_PREVIOUS = frozenset(
    ("上一页", "上一頁", "上页", "前一页", "previous", "previous page", "prev", "前へ", "前のページ", "이전", "zurück",
     "vorherige seite", "page précédente", "précédent", "anterior", "página anterior", "‹", "«", "<", "<<")
)  # fmt: skip
_LONGEST = 20  # characters of such a label
_PAGER = re.compile(
    r"(?:(?:上一?|下一?|首|尾|末|前一|后一)[页頁]|第?\d{1,3}[页頁]?|共\d{1,3}[页頁]|next(?:\spage)?|prev(?:ious)?(?:\spage)?"
    r"|pages?|of|[\s\[\]()<>«»‹›|/.…:\uff1a]){1,80}",
    re.IGNORECASE,
)


_MARK = re.compile(
    r"(?:[\s(\uff08\[_|-]+(?:第\s?\d{1,3}\s?[页頁]|page\s\d{1,3}|\d{1,2}(?:/\d{1,2})?)|第\s?\d{1,3}\s?[页頁])[)\uff09\]\s]*$",
    re.IGNORECASE,
)


def without_number(title: str) -> str:
    """A title without the number of the page that some add to it, in the form in which titles are compared.

    >>> without_number("大桥通车（第2页）") == without_number("大桥 通车(3)") == without_number("大桥通车")
    True
    """
    return "".join(fold(_MARK.sub("", title)).split())


class Number(NamedTuple):
    """The number of a page in its address, and what the addresses of all pages of the article have in common."""

    common: tuple[str, ...]
    number: int | None
    """None where the address has none, as that of a first page."""


class Paging(NamedTuple):
    """The place of a page among those of its article."""

    next_url: str | None
    """The next page."""

    previous_url: str | None
    """A page before it; None of a first page."""


ALONE = Paging(None, None)


def read_paging(links: Iterable[Element], url: str, resolve: Resolve) -> Paging:
    """Tell which page of an article the page at *url* is, by its *links*: ``<link>`` and ``<a>``."""
    own: list[Number] = []
    next_url = previous_url = None
    for element in links:
        rel = element.get("rel")
        label = "" if element.tag == "link" else _label(element)
        if not (rel or label in _NEXT or label in _PREVIOUS or label.isdecimal()):
            continue
        rels = rel.lower().split() if rel else ()
        says_next = "next" in rels or label in _NEXT
        says_previous = "prev" in rels or "previous" in rels or label in _PREVIOUS
        if not (says_next or says_previous or label.isdecimal()):
            continue
        address = resolve(element.get("href"))
        if address is None or address == url:
            continue
        own = own or _numbers(url)
        for one in own:
            for other in _numbers(address):
                if one.common != other.common:
                    continue
                here, there = one.number, other.number
                if next_url is None and _follows(here, there, label, says_next=says_next):
                    next_url = address
                elif previous_url is None and here is not None and (there is None or there < here) and not says_next:
                    previous_url = address
    return Paging(next_url, previous_url)


def is_pager(text: str, *, linked: bool) -> bool:
    """Tell whether a line leads to other pages of the article and says nothing else.

    >>> is_pager("1 2 3 下一页", linked=True), is_pager("第1页 共3页", linked=False), is_pager("3", linked=False)
    (True, True, False)
    """
    if len(text) > 80 or not _PAGER.fullmatch(text):
        return False
    return linked or not re.fullmatch(r"[\d\W]*", text)


def _follows(here: int | None, there: int | None, label: str, *, says_next: bool) -> bool:
    """Whether page *there* comes right after page *here*."""
    if there is None:
        return False
    if here is None:  # some call the second page 1, since they count from 0
        return there in (1, 2) and (says_next or label == "2")
    return there == here + 1 and (says_next or label in (str(there), str(there + 1)))


def _label(link: Element) -> str:
    text = link.text
    if text is None:
        text = link[0].text if len(link) else None
    elif len(text) > 4 * _LONGEST:
        text = None
    if not text:
        return ""
    text = text.strip()
    return text.strip("[]()").lower() if len(text) <= _LONGEST else ""


def _numbers(url: str) -> list[Number]:
    """The ways in which an address may be read: as having no number, or one in its query or path.

    >>> [number.number for number in _numbers("https://news.example/a/7_2.html?page=3")]
    [None, 3, 2]
    """
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    others = "&".join(f"{name}={value}" for name, value in query if name.lower() not in _PARAMETERS)
    host, path = parts.netloc.removeprefix("www."), parts.path.removesuffix("/")
    found = [Number((host, path, "&".join(f"{name}={value}" for name, value in query)), None)]
    for name, value in query:
        if name.lower() in _PARAMETERS and value.isdecimal() and len(value) <= 2:
            found.append(Number((host, path, others), int(value)))
    if match := _IN_PATH.fullmatch(parts.path):
        common = match["before"] + match["behind"].removesuffix("/")
        found.append(Number((host, common, found[0].common[2]), int(match["number"])))
    return found
