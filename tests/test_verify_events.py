"""An event is held to both of its captures: to each thing that it says of their places, and to what they tell."""

from __future__ import annotations

import copy
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from newsspider.proof.events import EventCheck
from newsspider.proof.findings import Report
from newsspider.proof.pages import PageOpener
from newsspider.record.items import to_json_line
from tests.history.seen import HOUR, NOON, STORIES, Seen
from tests.history.test_observer import edited


@pytest.fixture(scope="module")
def happened(tmp_path_factory) -> tuple[Any, dict[str, dict[str, Any]]]:
    """A collection, and the events that its captures tell, by kind."""
    path = tmp_path_factory.mktemp("events") / "kankanews"
    path.mkdir()
    seen = Seen(path)
    changing, going = STORIES[:2]
    seen.found(changing)
    seen.found(going)
    seen.found(edited(changing), at=NOON + HOUR)
    seen.lost(going, at=NOON + HOUR, status=200)
    seen.observer.settle()
    seen.found(going, at=NOON + 2 * HOUR)
    seen.close()
    events = {event.event: json.loads(to_json_line(event)) for event in seen.events}
    assert set(events) == {"published", "silently_edited", "soft_gone", "restored"}
    return path, events


@pytest.fixture
def faults(happened, tmp_path):
    """Write an event, changed; return the kinds of fault that are found, and what is said of them."""
    path, _ = happened

    def check(event: dict[str, Any]) -> list[tuple[str, str]]:
        found = []
        report = Report(found.append)
        part = tmp_path / "changes-00001.jsonl"
        part.write_text(json.dumps(event, ensure_ascii=False) + "\n", encoding="utf-8")
        with PageOpener([path]) as pages:
            EventCheck(report, lambda size: None).check(part, pages)
        return [(each.kind, str(each)) for each in found]

    return check


@pytest.mark.parametrize("kind", ["published", "silently_edited", "soft_gone", "restored"])
def test_a_true_event_passes(kind, happened, faults):
    assert faults(happened[1][kind]) == []


CHANGES = {
    "length": lambda where: where | {"length": where["length"] + 1},
    "record_id": lambda where: where | {"record_id": "urn:uuid:01234567-89ab-4cde-8f01-23456789abcd"},
    "payload_digest": lambda where: where | {"payload_digest": "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"},
}


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("name", CHANGES)
def test_each_thing_that_is_said_of_a_capture_is_compared_with_it(name, side, happened, faults):
    event = copy.deepcopy(happened[1]["silently_edited"])
    event[side] = CHANGES[name](event[side])

    ((kind, said),) = faults(event)
    assert kind == "locator"
    assert f"has {name} " in said


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


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("silently_edited", {"event": "headline_changed"}, "its two captures do not differ so"),
        ("silently_edited", {"claim": "更正：本文有改动"}, "claim is"),
        ("silently_edited", {"changed": {"title": {"before": "旧", "after": "新"}}}, "changed is"),
        ("soft_gone", {"status": 404}, "the later capture has status 200, and the event says 404"),
        ("soft_gone", {"event": "gone"}, "the later capture says something else"),
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
