"""ArticleLoader: the table of fields and treatments, and the memory of who said what.

Witnesses bring raw values, best witness first. A field's input processors turn a raw value into the value of a record,
or drop it; its output processor takes the first that is left. Whoever brought that one is believed, and whoever
brought another is in dispute with them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from itemloaders import ItemLoader
from itemloaders.processors import MapCompose, TakeFirst

from newsspider.dates import Moment, parse_date
from newsspider.items import Channel, Comments, Source
from newsspider.processors import clean_text, fold
from newsspider.urls import absolute

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping, MutableMapping

_QUOTED = 60  # characters of a value in a warning

AHEAD = timedelta(days=1)
"""How far a page's clock may be ahead of the capture's; a later time is a mistake of the page."""


def read_date(text: str, loader_context: MutableMapping[str, Any]) -> Moment | None:
    """Read a date against the ``captured_at`` of the loader."""
    return parse_date(text, loader_context["captured_at"])


def without_site_name(title: str, loader_context: MutableMapping[str, Any]) -> str:
    """Cut off what the site adds to a headline in metadata: the ``title_suffix`` of the loader, a pattern."""
    suffix: re.Pattern[str] = loader_context["title_suffix"]
    return suffix.sub("", title)


def named(cls: type[Source] | type[Channel], label: str = "") -> Any:
    """Make a *cls* of a name and the ``href`` on it, without the *label* before the name."""

    def treat(name_and_href: tuple[str | None, str | None], loader_context: MutableMapping[str, Any]) -> Any:
        name, href = name_and_href
        name = clean_text((name or "").removeprefix(label).lstrip(":\uff1a"))
        return name and cls(name=name, url=absolute(loader_context["url"], href))

    return treat


class ArticleLoader(ItemLoader):
    """Collects what witnesses say of one article; ``load_item`` gives the fields believed, as a dict.

    Context: ``captured_at`` (aware), ``url`` of the page, ``title_suffix`` (a compiled pattern).
    """

    default_output_processor = TakeFirst()

    title_in = MapCompose(clean_text, without_site_name)
    published_at_in = MapCompose(clean_text, read_date)
    modified_at_in = MapCompose(clean_text, read_date)
    source_in = MapCompose(named(Source, label="来源"))
    channel_in = MapCompose(named(Channel))
    comments_in = MapCompose(lambda said: Comments(count=said[0], state=said[1]))

    def __init__(self, **context: Any):
        super().__init__(**context)
        self.latest: datetime = context["captured_at"] + AHEAD
        """The latest moment of which a page can tell."""

        self.witnesses: dict[str, list[str]] = {}
        """Who brought the values of each field, in the order of the values."""

    def get_output_processor(self, field_name: str) -> Callable[..., Any]:
        return self.default_output_processor  # a dict's fields bring none

    def hear(self, witness: str, said: Mapping[str, Any]) -> None:
        """Collect the raw values that *witness* brings, by field; ``None`` is silence."""
        for field, raw in said.items():
            if raw is None:
                continue
            treat = getattr(self, f"{field}_in", None)
            # Most fields need no treatment, and what add_value does for any of them takes longer than most treatments.
            values = treat([raw], self.context) if treat else [raw]
            if values:
                collected = self._values.setdefault(field, [])
                gives_way = collected and self._is_no_time(collected[0]) and not self._is_no_time(values[0])
                place = 0 if gives_way else len(collected)
                collected[place:place] = values
                self.witnesses.setdefault(field, []).insert(place, witness)

    def knows(self, field: str) -> bool:
        """Whether no further witness is needed for *field*."""
        return field in self.witnesses and not self._is_no_time(self._values[field][0])

    def _is_no_time(self, value: Any) -> bool:
        """Whether *value* is a day alone, or a time that cannot be, so that whoever knows the time is believed."""
        return isinstance(value, Moment) and (not isinstance(value.at, datetime) or value.earliest > self.latest)

    def disputes(self) -> list[str]:
        """A sentence for each witness that contradicts the one believed, compared in match form."""
        sentences = []
        for field in _COMPARED:
            values = self.get_collected_values(field)
            for witness, value in zip(self.witnesses.get(field, ())[1:], values[1:], strict=True):
                if _contradicts(value, values[0]):
                    believed = self.witnesses[field][0]
                    sentences.append(f"{field}: {believed} says {_quote(values[0])}, {witness} says {_quote(value)}")
        return sentences


# Others are lists that witnesses cut differently, or markup.
_COMPARED = ("title", "published_at", "modified_at", "source", "channel", "paragraphs", "keywords", "comments")


def _contradicts(value: Any, believed: Any) -> bool:
    if isinstance(value, Moment):  # the printed day has room for the time in the metadata
        return bool(value.latest < believed.earliest or believed.latest < value.earliest)
    return value != believed and bool(_match_form(value) != _match_form(believed))


def _match_form(value: Any) -> Any:
    match value:
        case str():
            return "".join(fold(value).split())
        case list():
            return _match_form("".join(value))
        case Source() | Channel():
            return _match_form(value.name)
    return value


def _quote(value: Any) -> str:
    match value:
        case list():
            value = "".join(value)
        case Source() | Channel():
            value = value.name
        case Moment():
            value = value.raw
        case Comments():
            value = str(value.count)
    return f"“{value[:_QUOTED]}…”" if len(value) > _QUOTED else f"“{value}”"
