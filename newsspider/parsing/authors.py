"""The authors of an article: which of those whom the witnesses of its page name are believed.

People come before the site itself, desks and the names in addresses. The last are those whom ``<meta>`` names: on many
pages whoever edited the article, or put it there. In Chinese that is often the site, or a source, which are no authors.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from newsspider.parsing.byline import HELPERS, is_name, read_bare_byline
from newsspider.parsing.headline import letters
from newsspider.parsing.jsonld import form
from newsspider.parsing.masthead import MAX_BESIDE
from newsspider.parsing.namedauthors import find_authors, named_on_line
from newsspider.parsing.people import are_apart, is_of_person, is_office, read_linked
from newsspider.record.items import Person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.parsing.doubts import Doubts
    from newsspider.parsing.masthead import Masthead
    from newsspider.parsing.metadata import Metadata

_Said = list[tuple[str, list[Person]]]

_IN_THE_HEAD = frozenset(("json-ld", "meta"))
_PEN_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
_SENTENCE_ENDS = frozenset("。!\uff01?\uff1f…”")
_OF_ANOTHER = re.compile(
    r"(?:[编編][辑輯审審]?|[审審校][核对對]|[来來]源|稿源|[发發]布[者人]?|[录錄上][入传傳]|管理)\s?[:\uff1a/|]?\s?\Z"
)
"""A label before a name that is no author's."""


class Authors:
    """Hears who are said to be the authors of one page."""

    def __init__(
        self,
        masthead: Masthead,
        metadata: Metadata,
        doubts: Doubts,
        *,
        sites: list[str],
        hosts: set[str],
        offices: list[str],
        sources: list[str],
        is_chinese: bool,
    ) -> None:
        """Take the names of the site, *hosts* those after its address, and of whom JSON-LD itself calls an office."""
        self.masthead = masthead
        self.metadata = metadata
        self.doubts = doubts
        self._sites = {form(name) for name in sites}
        self._offices = {form(name) for name in offices}
        self._hosts = hosts
        self._sources = {form(name) for name in sources}
        self.is_chinese = is_chinese

    def believed(self, said: Iterable[tuple[str, list[Person] | None]]) -> _Said:
        """Those of whom witnesses have *said* that they are the authors, by witness, those who are believed first.

        The masthead takes a look at every line, and is asked where nobody else names people.
        """
        of_people, of_others = self._parted(said)
        if not of_people:
            around = ("masthead", find_authors(self.masthead, self._is_named_person))
            people, others = self._parted([around, ("meta", self.metadata.meta_authors)])
            of_people, of_others = people, of_others + others
        elif of_people[0][0] == "json-ld" and (printed := self._printed_instead(of_people[0][1])):
            of_people.insert(0, ("masthead", printed))
        elif of_people[0][0] == "json-ld" and (more := self._more_in_meta(of_people[0][1])):
            of_people.insert(0, ("meta", more))
        if self.is_chinese:
            of_others = [each for each in of_others if not all(self._is_owner(one.name) for one in each[1])]
        return of_people + of_others

    def _parted(self, said: Iterable[tuple[str, list[Person] | None]]) -> tuple[_Said, _Said]:
        """Those who name people, and those who name others."""
        of_people: _Said = []
        of_others: _Said = []
        for witness, people in said:
            if people and self.is_chinese and witness != "masthead":  # beside a place, or the office that they have
                people = [each for one in people for each in read_bare_byline(one.name) or [one]]
                if witness in _IN_THE_HEAD:
                    people = [each for each in people if is_name(each.name) or self._is_signed(each.name)]
            if not people:
                continue
            persons = [each for each in people if self._is_person(each.name)]
            if all(self._is_desk(each.name) for each in persons):  # beside a person, an agency is named too
                persons = []
            if persons and self.is_chinese:  # beside a name, a short one may be a pen name, or that of an office
                persons = [each for each in people if each in persons or _may_be_name(each, witness)]
            (of_people if persons else of_others).append((witness, persons or people))
        return of_people, of_others

    def _is_person(self, name: str) -> bool:
        if form(name) in self._sites or letters(name) in self._hosts or (name.islower() and "-" in name):
            return False
        return not self.is_chinese or is_name(name) or name.isascii()

    def _is_named_person(self, name: str) -> bool:
        return self._is_person(name) and not _is_account(name)

    def _is_desk(self, name: str) -> bool:
        """Whether a name is that of an office, or one by which somebody logs in."""
        return _is_account(name) or form(name) in self._offices

    def _is_owner(self, name: str) -> bool:
        """Whether a name is that of the site, which stands behind the title in the tab, or of a source."""
        tab = (self.metadata.title or "").casefold()
        return form(name) in self._sites or form(name) in self._sources or tab.find(name.casefold()) > 0

    def _is_signed(self, name: str) -> bool:
        """Whether a line prints what only the head of the page calls an author, and that is not of a source's name."""
        folded = form(name)
        if any(folded.startswith(source) or source.startswith(folded) for source in self._sources):
            return False
        places = ((line, line.find(name)) for line in self._lines)
        return any(place >= 0 and not _OF_ANOTHER.search(line, 0, place) for line, place in places)

    @cached_property
    def _lines(self) -> list[str]:
        """The lines around the text that are no sentences."""
        lines = (block.line for block in self.masthead.near_text)
        return [line for line in lines if line and len(line) <= MAX_BESIDE and line[-1] not in _SENTENCE_ENDS]

    def _more_in_meta(self, people: list[Person]) -> list[Person]:
        """Those whom ``<meta>`` names, where they are these *people* and more: many templates have the first alone."""
        known = {form(each.name) for each in people}
        named = [each for each in self.metadata.meta_authors if self._is_person(each.name) and is_of_person(each.name)]
        if not known < {form(each.name) for each in named}:
            return []
        surely = {form(each.name) for each in named if not is_office(each.name)}
        if not are_apart(self.metadata.author_texts):  # behind a comma a place may stand: San Francisco
            surely &= self._linked
        named = [each for each in named if form(each.name) in known | surely]
        return named if len(named) > len(known) else []

    @property
    def _linked(self) -> set[str]:
        """The names of those to whose pages lines at the headline lead, or whom the markup names, in match form."""
        around = (*self.masthead.lines, *self.masthead.first)
        linked = [name for block in around for name in read_linked(block.pieces)]
        return {form(name) for name in (*linked, *self.masthead.microdata.authors)}

    def _printed_instead(self, people: list[Person]) -> list[Person]:
        """Those by whom a line says that the article is, where no line around the text names one of these *people*."""
        around = (*self.masthead.lines, *self.masthead.first, *self.masthead.end)
        lines = [block.line.casefold() for block in around]
        families = [each.name.split()[-1].casefold() for each in people]
        if any(family in line for line in lines for family in families):
            return []
        names = named_on_line(self.masthead)
        if not names or not all(map(is_of_person, names)):
            return []
        said = ", ".join(each.name for each in people)
        self.doubts.doubt("authors", f"json-ld names {said}, the line at the headline {', '.join(names)}")
        return [Person(name=name) for name in names]


def _is_account(name: str) -> bool:
    return " " not in name and (name.islower() or any(map(str.isdigit, name)))


def _may_be_name(each: Person, witness: str) -> bool:
    said_so = witness == "masthead" or (witness == "text" and (each.role or "").endswith(HELPERS))
    return said_so and _PEN_NAME.fullmatch(each.name) is not None
