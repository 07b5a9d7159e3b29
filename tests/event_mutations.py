"""What can happen to the events of a collection: each function changes one, and says where.

The list of them is published in ``docs/proof.md`` under the same names, with the kinds of fault that each is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.mutations import Where, change_line, change_record

if TYPE_CHECKING:
    from collections.abc import Callable

EVENT_MUTATIONS: dict[str, Callable[[Told], Where]] = {}


@dataclass(frozen=True)
class Told:
    """A collection with events of all kinds, which may be changed."""

    path: Path

    def find(self, kind: str, article: str | None = None) -> tuple[Path, int, dict[str, Any]]:
        """Return the first event of a kind, of that article if one is named: its part, its number in that, and it."""
        for part in sorted((self.path / "items").glob("*/changes-*.jsonl")):
            for number, line in enumerate(part.read_bytes().splitlines()):
                event = json.loads(line)
                if event["event"] == kind and article in (None, event["id"]):
                    return part, number, event
        raise LookupError(f"no event is {kind}")

    def change(self, kind: str, change: Callable[[dict[str, Any]], Any]) -> Where:
        """Change the first event of a kind."""
        part, number, _ = self.find(kind)
        return change_record(part, number, change)


def mutation(function: Callable[[Told], Where]) -> Callable[[Told], Where]:
    """Enter a function in the list under its name in words."""
    EVENT_MUTATIONS[function.__name__.replace("_", " ")] = function
    return function


# ------------------------------------------------------------------------------------------------------ the line


@mutation
def an_event_cut_short(told: Told) -> Where:
    part, number, _ = told.find("silently_edited")
    return change_line(part, number, lambda line: line[:-20] + b"\n")


@mutation
def a_field_left_out_of_an_event(told: Told) -> Where:
    return told.change("silently_edited", lambda event: event.pop("site"))


@mutation
def an_event_of_another_version_of_the_parser(told: Told) -> Where:
    return told.change("silently_edited", lambda event: event.update(parser_version="0"))


# ------------------------------------------------------------------------------------------------------ its captures


def after(told: Told, **changes: Any) -> Where:
    """Change where the later capture of an event lies."""
    return told.change("silently_edited", lambda event: event["after"].update(changes))


@mutation
def a_later_capture_in_a_file_that_is_not_there(told: Told) -> Where:
    return after(told, warc="gone.warc.gz")


@mutation
def a_later_capture_without_a_page(told: Told) -> Where:
    return after(told, offset=0)


@mutation
def a_later_capture_of_another_length(told: Told) -> Where:
    return after(told, length=9)


@mutation
def a_later_capture_with_another_record_id(told: Told) -> Where:
    return after(told, record_id="urn:uuid:0190f0a0-0000-7000-8000-000000000000")


@mutation
def a_later_capture_with_another_digest(told: Told) -> Where:
    return after(told, payload_digest="sha1:" + "A" * 32)


@mutation
def an_earlier_capture_with_another_digest(told: Told) -> Where:
    return told.change("silently_edited", lambda event: event["before"].update(payload_digest="sha1:" + "A" * 32))


@mutation
def no_earlier_capture(told: Told) -> Where:
    return told.change("silently_edited", lambda event: event.update(before=None))


@mutation
def no_earlier_time(told: Told) -> Where:
    return told.change("restored", lambda event: event.update(before_at=None))


@mutation
def a_later_time(told: Told) -> Where:
    return told.change("silently_edited", lambda event: event.update(at="2999-01-01T00:00:00+00:00"))


@mutation
def an_earlier_time(told: Told) -> Where:
    return told.change("silently_edited", lambda event: event.update(before_at="2020-01-01T00:00:00+00:00"))


@mutation
def a_capture_of_an_event_in_a_file_that_is_being_written(told: Told) -> Where:
    part, number, event = told.find("silently_edited")
    warc = told.path / "archive" / event["after"]["warc"]
    warc.rename(warc.with_name(warc.name + ".open"))
    return Where(part, line=number + 1)


# ------------------------------------------------------------------------------------------------------ what it says


def capture_of(event: dict[str, Any]) -> dict[str, Any]:
    return {"after": event["after"], "at": event["at"]}


@mutation
def a_site_of_an_event_that_is_not_known(told: Told) -> Where:
    return told.change("silently_edited", lambda event: event.update(site="nowhere"))


@mutation
def an_edit_that_was_announced(told: Told) -> Where:
    return told.change("silently_edited", lambda event: event.update(event="edited"))


@mutation
def a_word_of_a_headline_in_an_event(told: Told) -> Where:
    return told.change("headline_changed", lambda event: event["changed"]["title"].update(after="第三个标题"))


@mutation
def a_word_of_the_headline_before_in_an_event(told: Told) -> Where:
    return told.change("headline_changed", lambda event: event["changed"]["title"].update(before="第三个标题"))


@mutation
def the_pages_claim_in_an_event(told: Told) -> Where:
    return told.change("edited", lambda event: event.update(claim="更正：一切有误。"))


@mutation
def the_article_of_an_edit(told: Told) -> Where:
    return told.change("silently_edited", lambda event: event.update(id="kankanews:LMwVGgj402z"))


@mutation
def an_article_published_by_a_page_without_one(told: Told) -> Where:
    _, _, gone = told.find("gone")
    return told.change("published", lambda event: event.update(capture_of(gone)))


@mutation
def an_article_published_by_the_page_of_another(told: Told) -> Where:
    _, _, other = told.find("headline_changed")
    return told.change("published", lambda event: event.update(capture_of(other)))


@mutation
def an_article_that_was_there_when_it_was_restored(told: Told) -> Where:
    _, _, restored = told.find("restored")
    _, _, published = told.find("published", restored["id"])
    there = {"before": published["after"], "before_at": published["at"]}
    return told.change("restored", lambda event: event.update(there))


@mutation
def an_article_restored_by_a_page_without_one(told: Told) -> Where:
    _, _, restored = told.find("restored")
    _, _, gone = told.find("gone", restored["id"])
    return told.change("restored", lambda event: event.update(capture_of(gone)))


@mutation
def another_status_of_an_article_that_is_gone(told: Told) -> Where:
    return told.change("gone", lambda event: event.update(status=418))


@mutation
def an_article_that_is_gone_said_to_be_hidden(told: Told) -> Where:
    return told.change("gone", lambda event: event.update(event="soft_gone"))


@mutation
def an_article_that_is_hidden_said_to_be_gone(told: Told) -> Where:
    return told.change("soft_gone", lambda event: event.update(event="gone"))


@mutation
def an_article_that_is_gone_and_never_was(told: Told) -> Where:
    return told.change("gone", lambda event: event.update(before=event["after"], before_at=event["at"]))
