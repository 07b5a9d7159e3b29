"""An article page of which no rules are known: its headline, masthead and main text, found by what all pages share.

The parts need each other: the headline shows where the article is, and where its text begins ends the masthead.
"""

from __future__ import annotations

import re
from functools import cached_property
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from newsspider.parsing.authors import Authors
from newsspider.parsing.body import read_body
from newsspider.parsing.byline import (
    find_byline,
    read_byline,
    read_offices,
    read_signature,
)
from newsspider.parsing.headings import is_called_headline
from newsspider.parsing.headline import Headline, find_headline, letters, names_of
from newsspider.parsing.jsonld import form, organizations, string
from newsspider.parsing.keywords import ABOVE, BELOW, find_keywords
from newsspider.parsing.live import first_entry
from newsspider.parsing.maintext import MainText
from newsspider.parsing.masthead import MAX_LINE, Masthead
from newsspider.parsing.people import read_line, read_names
from newsspider.parsing.printedtimes import marked_times, printed_times
from newsspider.parsing.saidtext import MAX_COMPARED
from newsspider.parsing.trail import find_channel
from newsspider.parsing.walls import is_wall
from newsspider.parsing.zones import Zone, find_zone
from newsspider.text.processors import clean_text
from newsspider.text.written import find_written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from newsspider.parsing.dateplaces import DatePlaces
    from newsspider.parsing.doubts import Doubts
    from newsspider.parsing.jsonld import Things
    from newsspider.parsing.landmarks import Landmarks
    from newsspider.parsing.metadata import Metadata
    from newsspider.parsing.page import Block, Page
    from newsspider.record.items import Person

ENOUGH = 300
"""Bytes of prose that make an article of a page that has a headline and does not call itself one."""

_LEAST_IN_METADATA = 300
"""Bytes of a text that only JSON-LD has."""
_MIN_SAID = 100  # characters of a text in JSON-LD that can stand against another
_ALIKE = 0.9
_FIRST = 4  # lines of the text among which the date may stand, or a name: below a standfirst or a caption
_MAX_BESIDE, _MAX_LABEL = 80, 12  # characters of such a line; letters in it beside the dates
_MAX_TIMES = 20  # <time> elements that are asked for the zone
_LETTERS = (
    (re.compile("[\u3041-\u30ff]"), "ja", ()),
    (re.compile("[\uac00-\ud7a3]"), "ko", ()),
    (re.compile("[\u4e00-\u9fff]{2}"), "zh", ("ja", "ko")),
    (re.compile("[\u0e01-\u0e5b]"), "th", ()),
    (re.compile("[\u0904-\u0939]{2}"), "hi", ("mr", "ne", "sa", "mai", "bho")),
    (re.compile("[ơưƠƯ\u1ea0-\u1ef9]"), "vi", ()),
    (re.compile("[\u0370-\u03ff]{3}"), "el", ()),
    (re.compile("[\u05d0-\u05ea]{2}"), "he", ("yi",)),
    (re.compile("[\u0620-\u06d3]{3}"), "ar", ("fa", "ur", "ps", "ku", "ug", "sd")),
    (re.compile("[\u0400-\u04ff]{3}"), "ru", ("uk", "be", "bg", "sr", "mk", "kk", "ky", "tg", "mn", "uz", "tt")),
)
_TAG = re.compile(r"<[^<>]{1,1000}>")
_OF_SITE = re.compile("[总總主]")
"""The editor of a whole paper, whom its pages name below all articles."""
_TITLES = ("og:title", "twitter:title", "articletitle")  # the last on pages of offices in China
_PRINTED_IN = re.compile(
    r"[(\uff08]?\s?《(?P<paper>[^《》]{2,20})》\s?[(\uff08]?\s?(?:[12]\d{3}年\d{1,2}月\d{1,2}日)?[\s,\uff0c]*(?:第\s?)?\w{1,4}\s?版"
    r"\s?[)\uff09]?"
)
"""Where a paper printed an article, and on which page."""
_DATES = ("datePublished", "dateModified", "uploadDate", "dateCreated")


class AnyPage:
    """The parts of one page."""

    def __init__(self, page: Page, metadata: Metadata, doubts: Doubts) -> None:
        self.page = page
        self.metadata = metadata
        self.doubts = doubts

    @cached_property
    def things(self) -> Things:
        return self.metadata.things(self.doubts)

    @cached_property
    def article_body(self) -> str | None:
        """The text of the article in JSON-LD, without the markup that some have in it."""
        text = string((self.things.article or {}).get("articleBody"))
        return text and unescape(_TAG.sub("", text) if "</" in text else text).replace("\xad", "")

    @cached_property
    def _sites(self) -> list[str | None]:
        """Return the names that the site may have."""
        publisher = (self.things.article or {}).get("publisher")
        application = self.metadata.named.get("application-name")
        return [
            self.metadata.named.get("og:site_name"),
            string(publisher.get("name")) if isinstance(publisher, dict) else None,
            None if application == self.metadata.named.get("og:title") else application,  # some call each page one
        ]

    @cached_property
    def headline(self) -> Headline | None:
        thing = self.things.article or {}
        named = [string(thing.get("headline")), *map(self.metadata.named.get, _TITLES)]
        return find_headline(self.page, self.page.outline, named=named, tab=self.metadata.title, site_names=self._sites)

    @cached_property
    def text(self) -> MainText:
        return MainText(self.page, self.headline and self.headline.element, self.article_body)

    @property
    def calls_itself_article(self) -> bool:
        """Whether the page says by a type that it is an article, or a video."""
        kind = self.metadata.named.get("og:type", "").lower()
        return self.things.is_article or kind.startswith(("article", "video", "news"))

    def is_article(self, *, is_dated: bool) -> bool:
        """Whether the page says that it is an article, or shows a text below a headline: a long one or a dated one.

        Lines that stand below links are no text: they are what a list says of its articles. Nor is a page in the place
        of an article, as that which asks for consent.
        """
        if self.calls_itself_article:
            return True
        titles = (self.headline and self.headline.text, self.metadata.title)
        is_list = self.text.is_list and not (is_dated and self.text.begins_alone)
        if is_list or any(is_wall(title) for title in titles if title):
            return False
        if self.text.scope.tag == "article":
            is_dated = True
        has_text = self.headline is not None and self.text.prose >= (1 if is_dated else ENOUGH)
        return has_text and 2 * self.text.teased < self.text.prose

    def zone(self) -> Zone | None:
        """The zone of what the page prints without one."""
        # Templates call any page American, whose country has no zone of its own here.
        locales = (self.metadata.named.get("og:locale"), string((self.things.article or {}).get("inLanguage")))
        return find_zone(self._dates(), self.page.url, self.language, locales)

    @cached_property
    def language(self) -> str | None:
        """The language of the headline by its letters, where they are of one language; else what the page declares.

        Templates declare English on pages of any language.
        """
        declared = self.metadata.language
        title = self.headline.text if self.headline else ""
        for writing, language, others in _LETTERS:
            if writing.search(title):
                is_declared = declared is not None and declared[:2].lower() in (language, *others)
                return declared if is_declared else language
        return declared

    def _dates(self) -> Iterator[str]:
        thing = self.things.article or {}
        yield from (text for name in _DATES if (text := string(thing.get(name))))
        yield from (content for name, content in self.metadata.named.items() if "time" in name or "date" in name)
        for element in self.page.elements["time"][:_MAX_TIMES]:
            if text := element.get("datetime"):
                yield text

    # ------------------------------------------------------------------------------ what the parts say

    def title(self) -> dict[str, Any]:
        headline, tab = self.headline, letters(self.metadata.title or "")
        if headline and not headline.confirmed:
            sites = {*map(letters, filter(None, self._sites)), *names_of(self.page.url)}
            if tab and tab not in sites:
                self._doubt_section(headline)
        return {"title": headline and headline.text}

    def _doubt_section(self, headline: Headline) -> None:
        """A heading that the markup alone calls the headline may be that of the section."""
        if headline.element is not None and is_called_headline(headline.element):
            self.doubts.doubt("title", f"the page calls {headline.text!r} its headline, its tab says something else")

    def another_title(self, said: dict[str, Any]) -> dict[str, Any]:
        """Return the fields of metadata, without a title that is the headline with the site's addition."""
        title = said.get("title")
        if title and self.headline and form(self.headline.text) in form(title):
            return {name: value for name, value in said.items() if name != "title"}
        return said

    @cached_property
    def masthead(self) -> Masthead:
        lines = [block for block in self.text.lines if block.pieces]
        element = self.headline and self.headline.element
        return Masthead(self.page, element, lines, self.text.scope)

    def date_places(self) -> DatePlaces:
        return self.masthead.date_places

    def marked_times(self, captured_at: datetime) -> dict[str, Any]:
        """Return the times in the markup around the headline, by field, and the source that a line there names."""
        microdata, source = self.masthead.microdata, self.masthead.source()
        said = {"published_at": microdata.published, "modified_at": microdata.modified, "source": source}
        return said if microdata.published else said | marked_times(self.masthead, captured_at)

    def printed_times(self, captured_at: datetime, *, is_dated: bool) -> dict[str, str]:
        return printed_times(self.masthead, self.language, captured_at, self.doubts, is_dated=is_dated)

    def around_date(self, landmarks: Landmarks) -> dict[str, Any]:
        """Return what the line with the date says.

        Where it is not in Chinese, what stands beside the date without a label is the author or the channel.
        """
        said = landmarks.around_date()
        if not (self.is_chinese or landmarks.source_is_labelled):
            said.pop("source", None)
        return said

    def body(self) -> dict[str, Any]:
        """The main text, and whom its lines name; a doubt where it may be more or less than the article."""
        lines = self.text.lines
        begin = first_entry(self.page.outline, self.page.outline.index(lines[0]), lines) if lines else ()
        around = {id(block) for block in (*lines[:_FIRST], *lines[-1:]) if block.pieces and self._is_beside(block.text)}
        if begin:  # a time is the beginning of an entry then
            around.clear()
        around |= {id(block) for block, _ in self._printed_in}
        lines = [block for block in lines if id(block) not in around]
        said = read_body([*self.text.above, *begin, *lines, *self.text.below], self.page.resolve)
        for reason in self.text.doubts if said.get("paragraphs") else ():
            self.doubts.doubt("body_text", reason)
        if "authors" not in said and (people := _reporters(self.text.lines)):
            said["authors"] = people
        if "editors" not in said and self.is_chinese and (people := self._editors()):
            said["editors"] = people
        return said

    def body_in_metadata(self, printed: dict[str, Any]) -> dict[str, Any]:
        """The paragraphs of the text in JSON-LD, where the page *printed* none: scripts write it when it is opened."""
        lines = [line for each in (self.article_body or "").splitlines() if (line := clean_text(each))]
        if printed.get("paragraphs") or sum(len(line.encode()) for line in lines) < _LEAST_IN_METADATA:
            return {}
        self.doubts.doubt("body_text", "the page prints none; JSON-LD has it, maybe without its paragraphs")
        return {"paragraphs": lines}

    @property
    def paper(self) -> str | None:
        """The paper that a line at the end of the body names, with the page on which it printed the article."""
        return self._printed_in[-1][1] if self._printed_in else None

    @cached_property
    def _printed_in(self) -> list[tuple[Block, str | None]]:
        """The lines at the end of the body that say no more than that, with the paper."""
        blocks = [*self.text.lines[-_FIRST:], *self._below_text(_FIRST)]
        found = [(block, _PRINTED_IN.fullmatch(block.line)) for block in blocks if "《" in block.line[:2]]
        return [(block, clean_text(match["paper"])) for block, match in found if match]

    def _editors(self) -> list[Person]:
        """The editors whom the lines between headline and text name, and those right below the text."""
        found: dict[str, Person] = {}
        for block in self.masthead.near_text:
            line = clean_text(" ".join([text for text, _ in block.pieces])) or ""
            if 0 < len(line) <= MAX_LINE and (byline := read_byline(line) or read_offices(line)):
                found |= {each.name: each for each in byline.editors if not _OF_SITE.match(each.role or "")}
        return [*found.values()]

    def channel(self) -> dict[str, Any]:
        """The channel to which the trail of links above the headline leads."""
        place = self.text.headed
        if self.headline is None or place is None:
            return {}
        found = find_channel(self.page.outline[:place], self.headline.text, self.page.url, self.page.resolve)
        return {"channel": found} if found else {}

    def keywords(self) -> dict[str, Any]:
        """The keywords that the page prints one by one below the text, or above it."""
        if not (blocks := self.page.outline) or not (lines := self.text.lines):
            return {}
        first = blocks.index(lines[0])
        found = find_keywords(self._below_text(BELOW)) or find_keywords(blocks[max(0, first - ABOVE) : first])
        return {"keywords": found or None}

    def _below_text(self, number: int) -> list[Block]:
        """So many blocks below the last line of the text."""
        blocks, lines = self.page.outline, self.text.lines
        last = blocks.index(lines[-1]) if lines else len(blocks)
        return blocks[last + 1 : last + 1 + number]

    def _is_beside(self, line: str) -> bool:
        """Whether a line is no more than when an article was published, or who wrote it."""
        if len(line) > _MAX_BESIDE:
            return False
        dates = find_written(line, self.language) or find_written(line, "fr")  # or days and months the other way round
        if not dates:
            return not self.is_chinese and bool(read_line(line))  # ``read_body`` keeps whom one in Chinese names
        rest = "".join([line[: dates[0].start], *(line[one.end : two.start] for one, two in pairwise(dates))])
        return sum(map(str.isalpha, rest + line[dates[-1].end :])) <= _MAX_LABEL

    def against(self, paragraphs: list[str]) -> dict[str, Any]:
        """The main text, where JSON-LD has it too and *paragraphs* are not that; else nothing.

        Two that agree are believed against one.
        """
        text = form(self.article_body or "")
        if len(text) < _MIN_SAID or _is_text(paragraphs, text):
            return {}
        body = self.body()
        return body if _is_text(body.get("paragraphs", []), text) else {}

    def authors(
        self, said: Iterable[tuple[str, list[Person] | None]], sources: Iterable[str | None] = ()
    ) -> list[tuple[str, list[Person]]]:
        """Those whom witnesses name as authors, the believed ones first; *sources* are those of the article."""
        thing, named = self.things
        offices = read_names(organizations((thing or {}).get("author"), named))
        return Authors(
            self.masthead,
            self.metadata,
            self.doubts,
            sites=[name for name in self._sites if name],
            hosts=names_of(self.page.url),
            offices=offices,
            sources=[name for name in sources if name],
            is_chinese=self.is_chinese,
        ).believed(said)

    @staticmethod
    def is_of_names(source: tuple[str, str | None] | None, authors: list[tuple[str, list[Person]]]) -> bool:
        """Whether what stands beside the date is the names of *authors* and nothing else."""
        rest = source[0] if source else ""
        for _, people in authors:
            for each in people:
                rest = rest.replace(each.name, "")
        return source is not None and not any(map(str.isalnum, rest))

    @cached_property
    def is_chinese(self) -> bool:
        """Whether it is in Chinese, whose dates need no other reading."""
        return (self.language or "").lower().startswith("zh")


def _is_text(paragraphs: list[str], text: str) -> bool:
    """Whether *paragraphs* are the *text*, give or take a tenth."""
    if len(paragraphs) * len(text) > MAX_COMPARED:
        return False
    forms = [form(each) for each in paragraphs]
    size = sum(map(len, forms))
    shared = sum(len(each) for each in forms if each in text)
    return min(shared, len(text)) >= _ALIKE * max(size, len(text))


def _reporters(lines: list[Block]) -> list[Person]:
    """Those whom the first and the last lines of a Chinese text name."""
    texts = [block.text for block in lines if block.pieces]
    for text in [*texts[:2], *texts[2:][-3:]]:
        if people := find_byline(text):
            return people
    return next(filter(None, map(read_signature, texts[-2:])), [])
