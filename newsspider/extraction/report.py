"""The differences between two parsers: as text for a terminal, as JSON for a program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from newsspider.extraction.comparison import KINDS, Comparison, FieldDifferences
from newsspider.terminal.table import padded
from newsspider.text import escaping
from newsspider.text.language import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator


NAMES = {"added": N_("added"), "lost": N_("lost"), "changed": N_("changed")}
"""What a person calls the kinds of differences, to be translated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """A comparison, and what it is of."""

    comparison: Comparison
    then: str
    """What a person calls the earlier records."""
    elsewhere: int
    """Earlier records whose pages were not among those that were extracted."""
    parsers: Mapping[str, str]
    """Version of today's parser, by site."""

    @property
    def fields(self) -> list[tuple[str, FieldDifferences]]:
        """The fields that differ, those with the most differences first."""
        return sorted(self.comparison.fields.items(), key=lambda each: (-sum(each[1].counts.values()), each[0]))

    def summary(self) -> Iterator[tuple[str, int]]:
        """Yield what there is to count, and the count."""
        comparison = self.comparison
        yield _("pages with the same record as then"), comparison.same
        yield _("pages with another record"), comparison.different
        yield _("pages that had a record and have none today"), comparison.lost
        yield _("pages that have a record only today"), comparison.gained
        yield _("records of pages that were not extracted"), self.elsewhere

    def one_sided(self) -> Iterator[tuple[str, list[str]]]:
        """Yield what pages have a record on one side only, and examples of them."""
        if self.comparison.lost_examples:
            yield _("pages that had a record and have none today, for example"), self.comparison.lost_examples
        if self.comparison.gained_examples:
            yield _("pages that have a record only today, for example"), self.comparison.gained_examples

    def versions(self) -> str:
        parsers = sorted(self.comparison.parsers.items())
        then = ", ".join(
            f"{parser} ({ngettext('%(number)s record', '%(number)s records', count)})" for parser, count in parsers
        )
        now = ", ".join(f"{site} {version}" for site, version in sorted(self.parsers.items()))
        return _("parser then: %(then)s; today: %(now)s", then=then or _("none"), now=now)


def as_json(differences: Differences) -> bytes:
    """Return the differences as a JSON document."""
    comparison = differences.comparison
    said = {
        "schema_version": "1.0",
        "then": differences.then,
        "parsers_then": dict(sorted(comparison.parsers.items())),
        "parsers_today": dict(differences.parsers),
        "same": comparison.same,
        "different": comparison.different,
        "lost": comparison.lost,
        "lost_examples": comparison.lost_examples,
        "gained": comparison.gained,
        "gained_examples": comparison.gained_examples,
        "elsewhere": differences.elsewhere,
        "fields": {
            path: {
                **{kind: of_field.counts[kind] for kind in KINDS},
                "examples": {kind: [asdict(each) for each in of_field.examples[kind]] for kind in KINDS},
            }
            for path, of_field in differences.fields
        },
    }
    return escaping.as_json(said, indent=1).encode() + b"\n"


def as_text(differences: Differences) -> str:
    """Return the differences as lines for a terminal, in the present language."""
    lines = [_("Today's records against those of %(then)s", then=differences.then) + f" ({differences.versions()})", ""]
    lines += [f"{count:>10,}  {what}" for what, count in differences.summary()]
    for what, urls in differences.one_sided():
        lines += ["", what, *(f"    {url}" for url in urls)]
    if differences.fields:
        width = max(len(path) for path, __ in differences.fields)
        heading = "".join(padded(_(NAMES[kind]), 10, right=True) for kind in KINDS)
        lines += ["", padded(_("field"), width) + heading]
        for path, of_field in differences.fields:
            lines.append(f"{path:{width}}" + "".join(f"{of_field.counts[kind]:>10,}" for kind in KINDS))
            for kind in KINDS:
                for example in of_field.examples[kind][:1]:
                    then, today = (repr(text) if text else _("nothing") for text in (example.then, example.now))
                    lines += [f"    {example.url}", f"      {_('then')}   {then}", f"      {_('today')}  {today}"]
    return "\n".join(lines) + "\n"
