"""ArticleLoader: the table of fields and treatments, and the memory of who said what.

Witnesses bring raw values, best witness first. A field's input processors turn a raw value into the value of a record,
or drop it; its output processor takes the first that is left. Whoever brought that one is believed, and whoever
brought another is in dispute with them.

Two that agree are believed before one who stands alone, whatever their rank: of what only one of them sees, it is the
one that is more likely mistaken. They have to be independent of each other. What stands in the head of a page is
written by one template from one set of fields, so that it has one voice; class names and landmarks are two, since each
can be misled where the other is not.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from itemloaders import ItemLoader
from itemloaders.processors import MapCompose, TakeFirst

from newsspider.record.items import Channel, Comments, Person, Source
from newsspider.text.dates import parse_date
from newsspider.text.moment import FROM_UTC, Moment
from newsspider.text.processors import clean_text, fold
from newsspider.text.written import read_written

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, MutableMapping
    from datetime import tzinfo

_QUOTED = 60  # characters of a value in a warning

AHEAD = timedelta(days=1)
"""How far a page's clock may be ahead of the capture's; a later time is a mistake of the page."""

_ZERO = datetime(1970, 1, 1, tzinfo=UTC)
"""What programs that count seconds print where they know no time."""


def read_date(text: str, loader_context: MutableMapping[str, Any]) -> Moment | None:
    """Read a date against the ``captured_at`` of the loader, on a page of its ``zone``: Shanghai where that is None.

    A page of a ``language`` that is not Chinese, or ``None`` for any, may write it as that language does.
    """
    captured_at = loader_context["captured_at"]
    # Where the language is known it says what 09/01 is, and that CST is no Chinese time.
    iso = read_written(text, loader_context["language"]) if "language" in loader_context else None
    moment = parse_date(iso or text, captured_at)
    if moment and abs(moment.earliest - _ZERO) <= FROM_UTC:
        return None
    if moment and iso:
        moment = replace(moment, raw=text)
    zone: tzinfo | None = loader_context.get("zone")
    return moment.within(zone, always=loader_context["is_zone_of_site"]) if moment and zone else moment


def without_site_name(title: str, loader_context: MutableMapping[str, Any]) -> str:
    """Cut off what the site adds to a headline in metadata: all but the ``title`` of the loader's ``page_title``."""
    page_title: re.Pattern[str] = loader_context["page_title"]
    match = page_title.fullmatch(title)
    return match["title"] if match else title


def named(cls: type[Source] | type[Channel], label: str = "") -> Any:
    """Make a *cls* of a name and the ``href`` on it, without the *label* before the name."""

    def treat(name_and_href: tuple[str | None, str | None], loader_context: MutableMapping[str, Any]) -> Any:
        name, href = name_and_href
        name = clean_text((name or "").removeprefix(label).lstrip(":\uff1a"))
        return name and cls(name=name, url=loader_context["resolve"](href))

    return treat


class ArticleLoader(ItemLoader):
    """Collects what witnesses say of one article; ``load_item`` gives the fields believed, as a dict.

    Context: ``captured_at`` (aware), ``resolve`` of the page, ``page_title`` (a compiled pattern), ``zone``,
    ``is_zone_of_site`` and ``is_zone_unknown``.
    """

    default_output_processor = TakeFirst()

    title_in = MapCompose(clean_text, without_site_name)
    published_at_in = MapCompose(clean_text, read_date)
    modified_at_in = MapCompose(clean_text, read_date)
    summary_in = MapCompose(clean_text)
    source_in = MapCompose(named(Source, label="来源"))
    channel_in = MapCompose(named(Channel))
    comments_in = MapCompose(lambda said: Comments(count=said[0], state=said[1]))

    def __init__(self, **context: Any):
        super().__init__(**context)
        self.latest: datetime = context["captured_at"] + AHEAD
        """The latest moment of which a page can tell."""

        self.unsure: set[str] = set()
        """Witnesses whose time of publication may be that of a draft."""

        self.witnesses: dict[str, list[str]] = {}
        """Who brought the values of each field, in the order of the values."""

    def get_output_processor(self, field_name: str) -> Callable[..., Any]:
        return self.default_output_processor  # a dict's fields bring none

    def hear(self, witness: str, field: str, raw: Any, *, is_vague: bool = False) -> bool:
        """Collect the raw value that *witness* brings for *field*; return whether anything is left of it.

        A time takes the place of a day, but not where it is a *vague* one of another day; either takes that of one that
        cannot be.
        """
        treat = getattr(self, f"{field}_in", None)
        # Most fields need no treatment, and what add_value does for any of them takes longer than most treatments.
        values = treat([raw], self.context) if treat else [raw]
        if values:
            collected = self._values.setdefault(field, [])
            gives_way = collected and self._exactness(collected[0]) < self._exactness(values[0])
            if gives_way and is_vague and self._exactness(collected[0]) and _is_apart(values[0], collected[0]):
                gives_way = False
            place = 0 if gives_way else len(collected)
            collected[place:place] = values
            self.witnesses.setdefault(field, []).insert(place, witness)
        return bool(values)

    def said_by(self, witness: str, field: str) -> Any:
        """The first value that *witness* brought for *field*; ``None`` where it brought none."""
        said = zip(self.witnesses.get(field, ()), self._values.get(field, ()), strict=False)
        return next((value for name, value in said if name == witness), None)

    def put(self, field: str, value: Any) -> None:
        """Put *value* in place of the one that is believed."""
        self._values[field][0] = value

    def knows(self, field: str) -> bool:
        """Whether no further witness is needed for *field*."""
        return field in self.witnesses and not self._is_no_time(self._values[field][0])

    def knows_clock(self, field: str) -> bool:
        """Whether a time of day is known, be it in a zone of which nothing is."""
        return field in self.witnesses and not self._is_no_clock(self._values[field][0])

    def knows_day(self, field: str) -> bool:
        """Whether a time or a day is known that can be."""
        return field in self.witnesses and self._exactness(self._values[field][0]) > 0

    def _exactness(self, value: Any) -> int:
        """The rank of *value* as a date: 0 for one that cannot be, 1 where it says no moment, 2 where it does."""
        if isinstance(value, Moment) and value.earliest > self.latest:
            return 0
        return 1 if self._is_no_time(value) else 2

    def _is_no_time(self, value: Any) -> bool:
        """Whether *value* says no moment: no clock that can be, or one in a zone of which nothing is known.

        Whoever knows the time is believed then.
        """
        if self._is_no_clock(value):
            return True
        return bool(self.context.get("is_zone_unknown")) and isinstance(value, Moment) and value.is_of_unnamed_zone

    def _is_no_clock(self, value: Any) -> bool:
        """Whether *value* is a day alone, or a time that cannot be."""
        return isinstance(value, Moment) and (not isinstance(value.at, datetime) or value.earliest > self.latest)

    def is_contested(self) -> bool:
        """Whether one voice says what another contradicts, and no further one was heard that would decide."""
        return any(
            _differ(values) and len(self._voices(field, values[0])) == 1
            for field in _VOTED
            if len(values := self._values.get(field, [])) > 1
        )

    def vote(self) -> None:
        """Believe, for each field, what two voices agree on rather than what the first witness says alone."""
        for field in _VOTED:
            values = self._values.get(field, [])
            if len(values) < 3 or not _differ(values) or len(self._voices(field, values[0])) > 1:
                continue
            for place, value in enumerate(values):
                if not self._is_no_time(value) and len(self._voices(field, value)) > 1:
                    self._believe(field, place)
                    break
        for field in ("published_at", "modified_at"):
            values = self._values.get(field, [])
            if len(values) > 1 and (clock := _clock_in_utc(values[0])):
                place = next((n for n, each in enumerate(values) if _has_clock(each, clock)), 0)
                self._believe(field, place)
        self._believe_earlier()

    def _believe_earlier(self) -> None:
        """Believe the head of a page, where it says an earlier time than one that is that of the last change.

        Templates that know one time say it of both; so do those of articles that nobody has changed, of which a draft
        may be older.
        """
        values, changes = (self._values.get(field, []) for field in ("published_at", "modified_at"))
        if len(values) < 2 or not any(_is_same_time(values[0], change) for change in changes):
            return
        for place, value in enumerate(values):
            witness = self.witnesses["published_at"][place]
            is_sure = witness in _IN_THE_HEAD and witness not in self.unsure
            if is_sure and not self._is_no_time(value) and value.latest < values[0].earliest - FROM_UTC:
                self._believe("published_at", place)
                return

    def _believe(self, field: str, place: int) -> None:
        """Put the value at *place* before all others."""
        for each in (self._values[field], self.witnesses[field]):
            each.insert(0, each.pop(place))

    def _voices(self, field: str, value: Any) -> set[str]:
        """The voices that say *value* of a field."""
        said = zip(self.witnesses[field], self._values[field], strict=True)
        return {_IN_THE_HEAD.get(witness, witness) for witness, other in said if not _contradicts(other, value)}

    def agreement(self, field: str) -> list[tuple[str, bool]]:
        """Return the witnesses of *field*, the believed one first, each with whether its value is the believed one."""
        values = self.get_collected_values(field)
        said = zip(self.witnesses.get(field, ()), values, strict=True)
        return [(witness, not _contradicts(value, values[0])) for witness, value in said]

    def disputes(self) -> list[tuple[str, str]]:
        """A field and a sentence for each witness that contradicts the one believed, compared in match form."""
        disputes = []
        for field in _COMPARED:
            values = self.get_collected_values(field)
            for witness, value in zip(self.witnesses.get(field, ())[1:], values[1:], strict=True):
                if _contradicts(value, values[0]):
                    believed = self.witnesses[field][0]
                    disputes.append((field, f"{believed} says {_quote(values[0])}, {witness} says {_quote(value)}"))
        return disputes


# Of other fields each witness knows another part, or the moment decides what is right.
_VOTED = ("title", "published_at", "modified_at", "source", "channel")
_IN_THE_HEAD = dict.fromkeys(("json-ld", "og", "meta", "title"), "head")

# Others are lists that witnesses cut differently, or markup.
_COMPARED = ("title", "published_at", "modified_at", "source", "channel", "paragraphs", "keywords", "comments")


def _differ(values: list[Any]) -> bool:
    """Whether one of *values* contradicts the first."""
    return any(_contradicts(value, values[0]) for value in values[1:])


def _contradicts(value: Any, believed: Any) -> bool:
    if isinstance(value, Moment):  # the printed day has room for the time in the metadata
        return bool(value.latest < believed.earliest or believed.latest < value.earliest)
    return value != believed and bool(_match_form(value) != _match_form(believed))


def _is_same_time(value: Moment, other: Moment) -> bool:
    """Whether two moments are times that are less than a minute apart."""
    if not (isinstance(value.at, datetime) and isinstance(other.at, datetime)):
        return False
    return abs(value.at - other.at) < timedelta(minutes=1)


def _is_apart(value: Moment, other: Moment) -> bool:
    """Whether two moments are on different days, whatever the zone of one that names none."""
    return value.latest < other.earliest - FROM_UTC or other.latest + FROM_UTC < value.earliest


def _clock_in_utc(value: Any) -> datetime | None:
    """The time of day of a moment that calls itself UTC, as templates call what their editors' clock shows."""
    at = value.at if isinstance(value, Moment) else None
    return at.replace(tzinfo=None) if isinstance(at, datetime) and not at.utcoffset() else None


def _has_clock(value: Any, clock: datetime) -> bool:
    """Whether a moment has the same time of day in a zone of its own."""
    at = value.at if isinstance(value, Moment) else None
    return isinstance(at, datetime) and bool(at.utcoffset()) and at.replace(tzinfo=None) == clock


def _match_form(value: Any) -> Any:
    match value:
        case str():
            return "".join(fold(value).split())
        case list() if all(isinstance(each, str) for each in value):
            return _match_form("".join(value))
        case list():
            return [_match_form(each) for each in value]
        case Source() | Channel() | Person():
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
