"""An event is held to both of its captures: to each thing that it says of their places, and to what they tell."""

from __future__ import annotations

import copy
import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from newsspider.demo import pages
from newsspider.proof.articles import Articles
from newsspider.proof.events import EventCheck
from newsspider.proof.feed import PartFacts
from newsspider.proof.findings import Finding, Place, Report
from newsspider.proof.pages import PageOpener, PageUnfinishedError
from newsspider.record.items import to_json_line
from newsspider.warc.recordbytes import WarcError
from tests.history.seen import HOUR, NOON, STORIES, Seen
from tests.history.test_observer import edited


@pytest.fixture(scope="module")
def happened(tmp_path_factory) -> tuple[Any, dict[str, dict[str, Any]]]:
    """A collection, and the events that its captures tell, by kind."""
    path = tmp_path_factory.mktemp("events") / "kankanews"
    path.mkdir()
    seen = Seen(path)
    changing, going, away = STORIES[:3]
    for story in (changing, going, away):
        seen.found(story)
    seen.found(edited(changing), at=NOON + HOUR)
    seen.lost(going, at=NOON + HOUR, status=200)
    seen.lost(away, at=NOON + HOUR, status=404)
    seen.observer.settle()
    seen.found(going, at=NOON + 2 * HOUR)
    # The page of an article in an answer that says that it is gone.
    shown = seen.archived(pages.article(away), away.url, NOON + 3 * HOUR, status=410)
    seen.close()
    events = {event.event: json.loads(to_json_line(event)) for event in seen.events}
    assert set(events) == {"published", "silently_edited", "soft_gone", "gone", "restored"}
    events["shown"] = {"at": shown.at.isoformat(), "after": asdict(shown.where)}
    return path, events


@dataclass
class Checked:
    findings: list[Finding] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    facts: Any = None
    report: Any = None
    check: Any = None

    @property
    def told(self) -> list[tuple[str, str, int | None, int | None]]:
        return [(each.severity, each.kind, each.place.line, each.place.offset) for each in self.findings]


def line(event: dict[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode() + b"\n"


@pytest.fixture
def checked(happened, tmp_path):
    """Write lines; return what is found in them."""
    path, _ = happened

    def check(*lines: bytes, articles: Articles | None = None, pages: Any = None) -> Checked:
        found = Checked()
        found.report = Report(found.findings.append)
        part = tmp_path / "changes-00001.jsonl"
        part.write_bytes(b"".join(lines))
        found.check = EventCheck(found.report, found.sizes.append, articles)
        with PageOpener([path]) as opener:
            found.facts = found.check.check(part, pages or opener)
        return found

    return check


@pytest.fixture
def faults(checked):
    """Write an event, changed; return the kinds of fault that are found, and what is said of them."""
    return lambda event: [(each.kind, str(each)) for each in checked(line(event)).findings]


@pytest.mark.parametrize("kind", ["published", "silently_edited", "soft_gone", "gone", "restored"])
def test_a_true_event_passes(kind, happened, faults):
    assert faults(happened[1][kind]) == []


def test_each_line_is_counted_and_told_of_by_its_place(happened, checked):
    lines = [line(happened[1]["published"]), b"no JSON, " + b"x" * 100 + b"\n", b"{}\n", line({"event": "other"})]
    found = checked(*lines)

    ends = [sum(map(len, lines[:number])) for number in (1, 2, 3)]
    assert found.told == [
        ("fault", "line", 2, ends[0]), ("fault", "schema", 3, ends[1]), ("fault", "schema", 4, ends[2])
    ]  # fmt: skip
    assert f"no JSON, {'x' * 71}'" in found.findings[0].problem
    data = b"".join(lines)
    assert found.facts == PartFacts(size=len(data), sha256=hashlib.sha256(data).hexdigest(), records=4)
    assert (found.sizes, found.report.counts["events"]) == ([len(each) for each in lines], 4)


CHANGES = {
    "length": lambda where: where | {"length": where["length"] + 1},
    "record_id": lambda where: where | {"record_id": "urn:uuid:01234567-89ab-4cde-8f01-23456789abcd"},
    "payload_digest": lambda where: where | {"payload_digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"},
    "payload_digest ": lambda where: where | {"payload_digest": None},
}


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("name", CHANGES)
def test_each_thing_that_is_said_of_a_capture_is_compared_with_it(name, side, happened, faults):
    event = copy.deepcopy(happened[1]["silently_edited"])
    event[side] = CHANGES[name](event[side])

    ((kind, said),) = faults(event)
    assert kind == "locator"
    assert f"has {name.strip()} " in said


@pytest.mark.parametrize("name", ["before_at", "at"])
def test_the_time_of_a_capture_is_compared_with_it(name, happened, faults):
    event = copy.deepcopy(happened[1]["silently_edited"])
    event[name] = (datetime.fromisoformat(event[name]) + timedelta(seconds=1)).isoformat()

    assert [(kind, "has time" in said) for kind, said in faults(event)] == [("locator", True)]


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_capture_that_is_not_there_is_told(side, happened, faults):
    event = copy.deepcopy(happened[1]["silently_edited"])
    event[side]["warc"] = "away.warc.gz"

    assert [kind for kind, _ in faults(event)] == ["page"]


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_capture_is_one_of_a_page(side, happened, faults):
    event = copy.deepcopy(happened[1]["silently_edited"])
    event[side]["offset"] = 0  # the file's warcinfo

    assert [kind for kind, _ in faults(event)] == ["locator"]


@pytest.mark.parametrize("offset", [1e30, 10**18, 2**63, 2**64 - 1])
def test_a_place_that_no_file_has_is_no_page(offset, happened, faults):
    event = copy.deepcopy(happened[1]["published"])
    event["after"]["offset"] = offset

    assert [kind for kind, _ in faults(event)] == ["page"]


@pytest.mark.parametrize("error", [OSError(5, "no"), OverflowError(), TypeError(), WarcError("a.warc", 0, "no")])
def test_a_page_that_cannot_be_read_is_a_fault_and_the_next_event_is_checked(error, happened, checked):
    class Failing:
        def page(self, warc: str, offset: int) -> Any:
            raise error

    found = checked(*[line(happened[1]["published"])] * 2, pages=Failing())
    assert [(severity, kind, number) for severity, kind, number, _ in found.told] == [
        ("fault", "page", 1), ("fault", "page", 2)
    ]  # fmt: skip


def test_a_page_in_a_file_that_is_being_written_is_a_warning(happened, checked):
    class Unfinished:
        def page(self, warc: str, offset: int) -> Any:
            raise PageUnfinishedError("not yet")

    found = checked(line(happened[1]["published"]), pages=Unfinished())
    assert found.told == [("warning", "unfinished", 1, 0)]


@pytest.mark.parametrize("kind", ["silently_edited", "soft_gone", "gone", "restored"])
@pytest.mark.parametrize("fields", [{"before": None}, {"before_at": None}, {"before": None, "before_at": None}])
def test_an_event_of_two_captures_names_the_earlier_one(kind, fields, happened, faults):
    ((fault, said),) = faults(happened[1][kind] | fields)

    assert fault == "locator"
    assert f"{kind} of {happened[1][kind]['id']} names no earlier capture" in said


def test_of_a_version_whose_earlier_capture_cannot_be_read_the_later_one_is_checked(happened, faults):
    event = copy.deepcopy(happened[1]["silently_edited"]) | {"event": "changed", "changed": {}}
    event["before"]["warc"] = "away.warc.gz"

    assert faults(event) == []
    assert [kind for kind, _ in faults(event | {"id": "kankanews:other"})] == ["differs"]


def test_an_event_of_a_site_that_is_not_known_is_a_fault_and_the_next_is_checked(happened, checked):
    event = happened[1]["published"]
    found = checked(line(event | {"site": "nowhere"}), line(event | {"id": "kankanews:other"}))

    assert [(kind, number) for _, kind, number, _ in found.told] == [("page", 1), ("differs", 2)]
    assert "cannot be made again: no site is called 'nowhere'" in found.findings[0].problem


def test_captures_that_cannot_be_compared_are_told_of(happened, checked):
    class Failing(Articles):
        def parsed(self, *page: Any) -> Any:
            raise WarcError("a.warc", 0, "no")

    found = checked(line(happened[1]["published"]), articles=Failing())
    assert found.told == [("fault", "differs", 1, 0)]
    assert "its captures cannot be compared: " in found.findings[0].problem


def test_pages_are_parsed_by_who_parsed_the_records_and_further_pages_are_those_of_the_archive(happened, checked):
    class Noting(Articles):
        def __init__(self) -> None:
            super().__init__()
            self.finds: list[Any] = []

        def parsed(self, site: Any, page: Any, find: Any) -> Any:
            self.finds.append(find)
            return super().parsed(site, page, find)

    articles = Noting()
    found = checked(line(happened[1]["silently_edited"]), articles=articles)

    assert found.told == []
    assert {each.__func__ for each in articles.finds} == {PageOpener.nearest}


# ---------------------------------------------------------------- events that another parser found


def test_events_of_another_parser_are_counted_by_whether_the_installed_one_finds_them(happened, checked):
    true = happened[1]["published"] | {"parser_version": "0"}
    found = checked(line(true), line(true | {"id": "kankanews:other"}), line(true))

    assert found.told == []
    ((key, (first, outcomes)),) = found.check.other_versions.items()
    assert (key, first.line, outcomes) == (("kankanews", "0"), 1, Counter({True: 2, False: 1}))
    found.check.tell_of_other_versions()
    assert found.told == [("warning", "rule", 1, 0)]
    assert found.findings[0].problem == (
        "3 events from here on were found by version 0 of the parser of kankanews; by the installed one, 1 would be "
        "found otherwise"
    )


def test_events_that_the_installed_parser_finds_too_are_counted(happened, checked):
    found = checked(line(happened[1]["published"] | {"parser_version": "0"}))
    found.check.tell_of_other_versions()

    assert found.findings[0].problem == (
        "1 event from here on was found by version 0 of the parser of kankanews; by the installed one, none would be "
        "found otherwise"
    )


def test_what_other_checks_counted_is_added_to_what_is_known():
    found: list[Finding] = []
    check = EventCheck(Report(found.append), lambda size: None)
    first, second = Place("a", 0, 1), Place("b", 0, 1)
    check.add_other_versions({("kankanews", "0"): (first, Counter({True: 2}))})
    check.add_other_versions({("kankanews", "0"): (second, Counter({True: 1, False: 4}))})

    assert check.other_versions == {("kankanews", "0"): (first, Counter({True: 3, False: 4}))}


# ---------------------------------------------------------------- what the captures tell


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("silently_edited", {"event": "headline_changed"}, "its two captures do not differ so"),
        ("silently_edited", {"claim": "更正：本文有改动"}, "claim is"),
        ("silently_edited", {"changed": {"title": {"before": "旧", "after": "新"}}}, "changed is"),
        ("soft_gone", {"status": 404}, "the later capture has status 200, and the event says 404"),
        ("soft_gone", {"event": "gone"}, "the later capture says something else"),
        ("gone", {"event": "soft_gone"}, "the later capture says something else"),
        ("gone", {"status": 410}, "the later capture has status 404, and the event says 410"),
        *(
            (kind, {"id": "kankanews:other"}, "the earlier capture is of kankanews:")
            for kind in ("silently_edited", "soft_gone", "gone")
        ),
        *(
            (kind, {"id": "kankanews:other"}, "the later capture is of kankanews:")
            for kind in ("published", "restored")
        ),
    ],
)
def test_an_event_that_its_captures_do_not_tell_is_told(kind, fields, said, happened, faults):
    ((fault, told),) = faults(happened[1][kind] | fields)

    assert fault == "differs"
    assert said in told


def test_of_an_event_the_captures_of_another_are_none(happened, faults):
    events = happened[1]
    came_back = events["restored"] | {"before": events["restored"]["after"], "before_at": events["restored"]["at"]}
    ((kind, said),) = faults(came_back)
    assert (kind, "so it was not away" in said) == ("differs", True)

    published = events["published"] | {name: events["soft_gone"][name] for name in ("after", "at")}
    ((kind, said),) = faults(published)
    assert (kind, "the later capture" in said) == ("differs", True)


def test_an_article_that_is_there_is_not_hidden(happened, faults):
    events = happened[1]
    ((kind, said),) = faults(events["soft_gone"] | {name: events["restored"][name] for name in ("after", "at")})

    assert (kind, "the later capture says something else" in said) == ("differs", True)


def test_a_page_in_an_answer_that_says_that_it_is_gone_is_not_there(happened, faults):
    """As RFC 9110, 15.5.5 and 15.5.11, have it, whatever is shown with such an answer."""
    events = happened[1]
    shown = events["shown"]
    gone = events["gone"] | shown | {"status": 410}
    assert faults(gone) == []

    there = next(event for event in [events["published"]] if event["id"] == gone["id"])
    back = events["restored"] | {
        "id": gone["id"], "url": gone["url"], "before": shown["after"], "before_at": shown["at"], "at": there["at"],
        "after": there["after"],
    }  # fmt: skip
    assert faults(back) == []
