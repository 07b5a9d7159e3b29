"""What two parsers make differently of the same pages, told to a person at a terminal and to a program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from newsspider.extraction.comparison import KINDS, Comparison, FieldDifferences

if TYPE_CHECKING:
    from collections.abc import Iterator

@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
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
        yield "the same record", comparison.same
        yield "another record", comparison.different
        yield "a record then, none today", comparison.lost
        yield "a record today, none then", comparison.gained
        yield "records of pages that were not extracted", self.elsewhere

    def one_sided(self) -> Iterator[tuple[str, list[str]]]:
        """Yield what pages have a record on one side only, and examples of them."""
        if self.comparison.lost_examples:
            yield "pages with a record then and none today, for example", self.comparison.lost_examples
        if self.comparison.gained_examples:
            yield "pages with a record today and none then, for example", self.comparison.gained_examples

    def versions(self) -> str:
        then = ", ".join(f"{parser} ({count:,} records)" for parser, count in sorted(self.comparison.parsers.items()))
        now = ", ".join(f"{site} {version}" for site, version in sorted(self.parsers.items()))
        return f"parser then: {then or 'none'}; today: {now}"


def as_json(told: Told) -> bytes:
    comparison = told.comparison
    said = {
        "schema_version": "1.0",
        "then": told.then,
        "parsers_then": dict(sorted(comparison.parsers.items())),
        "parsers_today": dict(told.parsers),
        "same": comparison.same,
        "different": comparison.different,
        "lost": comparison.lost,
        "lost_examples": comparison.lost_examples,
        "gained": comparison.gained,
        "gained_examples": comparison.gained_examples,
        "elsewhere": told.elsewhere,
        "fields": {
            path: {
                **{kind: of_field.counts[kind] for kind in KINDS},
                "examples": {kind: [asdict(each) for each in of_field.examples[kind]] for kind in KINDS},
            }
            for path, of_field in told.fields
        },
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"


def as_text(told: Told) -> str:
    lines = [f"Today's records against those of {told.then} ({told.versions()})", ""]
    lines += [f"{count:>10,}  {what}" for what, count in told.summary()]
    for what, urls in told.one_sided():
        lines += ["", what, *(f"    {url}" for url in urls)]
    if told.fields:
        width = max(len(path) for path, _ in told.fields)
        lines += ["", f"{'field':{width}}" + "".join(f"{kind:>10}" for kind in KINDS)]
        for path, of_field in told.fields:
            lines.append(f"{path:{width}}" + "".join(f"{of_field.counts[kind]:>10,}" for kind in KINDS))
            for kind in KINDS:
                for example in of_field.examples[kind][:1]:
                    then, today = (repr(text) if text else "nothing" for text in (example.then, example.now))
                    lines += [f"    {example.url}", f"      then   {then}", f"      today  {today}"]
    return "\n".join(lines) + "\n"
