"""What a run makes durable, in which order: captures, events, records, and last the ledger that calls them done."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from newsspider.history.events import Sighting
from newsspider.history.ledger import KnownPage, Ledger
from newsspider.record.events import Event
from newsspider.record.items import Locator
from newsspider.record.sitefacts import SiteFacts
from newsspider.runs.batches import Batches
from tests.order import order_below

NOW = 1_769_760_000
AT = datetime(2026, 1, 30, 8, tzinfo=UTC)
URL = "https://www.kankanews.com/detail/LMwVGgj402z"
SYNCED = "the archive is synced"


@pytest.fixture
def steps(tmp_path):
    with order_below(tmp_path) as steps:
        yield steps


@pytest.fixture
def ledger(tmp_path, steps):
    ledger = Ledger(tmp_path / "state.sqlite3")
    yield ledger
    ledger.close()


@pytest.fixture
def batches(tmp_path, steps, ledger):
    """Make batches of so many records; what was written is discarded at the end."""
    made = []

    def make(size: int = 100, *, ledger: Ledger | None = ledger) -> Batches:
        sync = lambda: steps.append(SYNCED)  # noqa: E731
        made.append(Batches(tmp_path / "items", size=size, sync=sync, ledger=ledger, adopted={}))
        return made[-1]

    yield make
    for each in made:
        each.discard()


WHERE = Locator(warc="a.warc.gz", offset=0, length=9, record_id=None)
EVENT = Event(
    event="published", id="kankanews:LMwVGgj402z", site="kankanews", url=URL, at=AT, after=WHERE, run="run-1",
    parser_version="1",
)  # fmt: skip


def looked_at(number: int = 0) -> KnownPage:
    """A page that was fetched, and whose article was as it was."""
    last = Sighting(at=AT, where=WHERE)
    return KnownPage(url=f"{URL}{number}", state="article", first_seen=NOW, last_fetch=NOW, last=last)


def done(steps: list[str]) -> list[str]:
    """The steps but for those of the disk: what gets its name, and what is committed."""
    kept = [step for step in steps if step == SYNCED or step.startswith(("rename", "commit"))]
    return [re.sub(r"rename items/\S+ items/(\S+)-00001.jsonl", r"\1", step) for step in kept]


def test_captures_then_events_then_records_then_the_ledger(batches, steps, ledger):
    written = batches()
    written.write_article(b"{}\n")
    written.write_event(EVENT)
    ledger.stage(looked_at())
    written.publish()

    assert done(steps) == [SYNCED, "changes", SYNCED, "part", SYNCED, "commit state.sqlite3"]


def test_pages_that_gave_no_record_are_committed_when_their_captures_are_durable(batches, steps, ledger):
    ledger.stage(looked_at())
    batches().publish()

    assert done(steps) == [SYNCED, "commit state.sqlite3"]
    assert (ledger.find(f"{URL}0"), ledger.staged) == (looked_at(), 0)


def test_where_nothing_is_staged_nothing_is_committed(batches, steps):
    written = batches()
    written.publish()
    assert done(steps) == []

    written.write_article(b"{}\n")
    written.publish()
    assert done(steps) == [SYNCED, "part"]


def test_facts_get_their_name_at_once_and_before_the_records_that_name_them(batches, steps):
    written = batches()
    written.write_article(b"{}\n")
    written.write_facts(SiteFacts(id="kankanews:facts:0", site="kankanews", url=URL, fetched_at=AT))
    written.publish()

    assert done(steps) == [SYNCED, "site-facts", SYNCED, "part"]


@pytest.mark.parametrize("kind", ["article", "event", "page"])
@pytest.mark.parametrize(("count", "full"), [(2, False), (3, True)])
def test_a_batch_is_full_with_its_last_record_event_or_page_and_not_before(kind, count, full, batches, steps, ledger):
    written = batches(size=3)
    for number in range(count):
        if kind == "article":
            written.write_article(b"{}\n")
        elif kind == "event":
            written.write_event(EVENT)
        else:
            ledger.stage(looked_at(number))
        written.publish_if_full()

    assert bool(done(steps)) is full


@pytest.mark.parametrize("lost", ["changes", "part"])
def test_what_a_lost_part_was_about_is_called_done_by_nobody(lost, tmp_path, batches, steps, ledger):
    written = batches()
    written.write_article(b"{}\n")
    written.write_event(EVENT)
    ledger.stage(looked_at())
    (tmp_path / "items" / f"{lost}-00001.jsonl").mkdir()  # in the way
    with pytest.raises(OSError, match="directory"):
        written.publish()
    written.publish()

    assert "commit state.sqlite3" not in steps
    assert ledger.staged == 1


def test_where_nothing_is_remembered_records_are_written_all_the_same(batches, steps):
    written = batches(size=1, ledger=None)
    written.write_article(b"{}\n")
    written.publish_if_full()

    assert done(steps) == [SYNCED, "part"]
