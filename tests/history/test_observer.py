"""What a fetch tells of a page: worth, state, when it is due again, events; from real captures in a collection."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from newsspider.history.events import sighting
from tests.history.seen import HOUR, NOON, STORIES, STORY, Seen, seconds


@pytest.fixture
def seen(tmp_path):
    seen = Seen(tmp_path)
    with closing(seen):
        yield seen


def due(seen: Seen, story=STORY) -> int | None:
    """Hours from the last fetch to the next."""
    known = seen.page(story)
    return None if known.next_due is None else (known.next_due - known.last_fetch) // 3600


def edited(story=STORY, number: int = 1):
    return replace(story, paragraphs=(*story.paragraphs, f"这是后来添上的第{number}句。"))


def test_a_new_article_is_version_one_and_published(seen):
    assert seen.found(etag="x", last_modified="y") == "new"

    known = seen.page()
    assert (known.state, known.first_seen, known.last_fetch) == ("article", seconds(NOON), seconds(NOON))
    assert (known.etag, known.last_modified, known.unchanged, known.failures) == ("x", "y", 0, 0)
    assert known.published == seconds(STORY.published_at)
    assert [version.n for version in seen.ledger.versions(known.id)] == []  # not committed yet
    assert seen.ledger.newest(known.id).n == 1
    assert seen.told() == ["published"]


def test_an_article_that_is_as_it_was_is_due_later_each_time(seen):
    seen.found()
    assert due(seen) == 1
    for number in (1, 2, 3):
        assert seen.found(at=NOON + number * HOUR) == "unchanged"
        assert (seen.page().unchanged, due(seen)) == (number, 2**number)
        assert seen.page().first_seen == seconds(NOON)
    assert seen.told() == ["published"]


def test_a_changed_article_is_the_next_version_and_due_soon_again(seen):
    seen.found()
    seen.found(at=NOON + HOUR)
    assert seen.found(edited(), at=NOON + 2 * HOUR) == "changed"

    known = seen.page()
    assert (known.unchanged, due(seen), seen.ledger.newest(known.id).n) == (0, 1, 2)
    assert seen.told() == ["published", "silently_edited"]


@pytest.mark.parametrize(
    ("change", "events", "newest"), [(None, [], None), (edited(), ["published", "silently_edited"], 1)]
)
def test_what_is_not_given_is_no_version_and_of_a_new_article_no_event(change, events, newest, seen):
    if change is not None:
        seen.found()
    seen.found(change or STORY, at=NOON + HOUR, given=False)

    version = seen.ledger.newest(seen.page().id)
    assert (seen.told(), version and version.n) == (events, newest)
    assert seen.page().last_fetch == seconds(NOON + HOUR)


def test_an_article_under_the_address_of_another_is_an_alias_and_a_duplicate(seen):
    seen.found()
    other = "https://www.kankanews.com/detail/0ther000000"
    assert seen.found(at=NOON + HOUR, asked=other) == "unchanged"
    assert seen.found(at=NOON + HOUR, asked=other, landed=other) == "duplicate"

    alias = seen.ledger.find(other)
    assert (alias.state, alias.id, alias.next_due) == ("alias", seen.page().id, None)
    assert seen.told() == ["published"]


def test_an_article_that_landed_elsewhere_first_leaves_its_own_address_to_be_asked(seen):
    other = "https://www.kankanews.com/detail/0ther000000"
    assert seen.found(asked=other, landed=other) == "new"
    assert (seen.page().state, seen.page().next_due, seen.page().last_fetch) == ("seen", seconds(NOON), None)

    assert seen.found(at=NOON + HOUR) == "duplicate"
    assert (seen.page().state, due(seen)) == ("article", 1)
    assert seen.found(at=NOON + 2 * HOUR) == "unchanged"


def test_what_is_gone_is_told_at_once_and_what_comes_back_is_restored(seen):
    seen.found()
    seen.lost(status=410)
    assert (seen.page().state, seen.page().failures, due(seen)) == ("gone", 1, 2)
    assert seen.page().last_fetch == seconds(NOON + HOUR)

    assert seen.found(at=NOON + 2 * HOUR) == "unchanged"
    assert (seen.page().state, seen.page().failures) == ("article", 0)
    assert seen.told() == ["published", "gone", "restored"]


def test_what_went_and_comes_back_edited_is_restored_and_edited(seen):
    seen.found()
    seen.lost(status=404)
    assert seen.found(edited(), at=NOON + 2 * HOUR) == "changed"

    assert seen.told() == ["published", "gone", "restored", "silently_edited"]


@pytest.mark.parametrize(("status", "state"), [(404, "gone"), (410, "gone"), (200, "no_article"), (403, "no_article")])
def test_a_page_that_never_was_an_article_is_told_by_no_event(status, state, seen):
    seen.lost(status=status)

    assert (seen.page().state, seen.page().failures, due(seen)) == (state, 1, 2)
    assert seen.told() == []
    assert seen.observer.settle() == 0


def test_what_stays_away_keeps_its_state_and_is_told_once(seen):
    seen.found()
    seen.lost(status=404)
    seen.lost(status=404, at=NOON + 2 * HOUR)
    seen.lost(status=200, at=NOON + 3 * HOUR)

    assert (seen.page().state, seen.page().failures, due(seen)) == ("gone", 3, 8)
    assert seen.told() == ["published", "gone"]


def test_an_article_that_is_none_any_more_is_softly_gone_when_others_are_there(seen):
    seen.found()
    seen.lost(to_url="https://www.kankanews.com/")
    assert (seen.page().state, seen.told()) == ("article", ["published"])  # until it is known how many they are
    assert seen.observer.settle() == 0

    assert (seen.page().state, seen.page().failures) == ("soft_gone", 1)
    assert seen.told() == ["published", "soft_gone"]
    assert (seen.events[-1].status, seen.events[-1].to_url) == (200, "https://www.kankanews.com/")
    assert seen.observer.settle() == 0
    assert seen.told() == ["published", "soft_gone"]


@pytest.mark.parametrize(
    ("found", "missed", "left"),
    [(0, 1, 1), (0, 3, 3), (1, 3, 0), (1, 4, 4), (3, 4, 4), (4, 4, 0), (5, 4, 0)],
)
def test_a_site_that_looks_new_is_no_wave_of_deletions(found, missed, left, seen):
    """Three may go whatever else was fetched, if that was an article at all; more, while they are half at most."""
    for story in STORIES[: found + missed]:
        seen.found(story)
    seen.observer._found = 0  # as in the next run
    for story in STORIES[:found]:
        seen.found(story, at=NOON + HOUR)
    for story in STORIES[found : found + missed]:
        seen.lost(story)

    assert seen.observer.settle() == left
    states = {seen.page(story).state for story in STORIES[found : found + missed]}
    assert states == {"article" if left else "soft_gone"}
    assert {seen.page(story).failures for story in STORIES[found : found + missed]} == {1}
    assert seen.told().count("soft_gone") == missed - left


def test_an_answer_that_nothing_was_modified_counts_as_found(seen):
    seen.found()
    seen.observer._found = 0
    seen.observer.not_modified(STORY.url, NOON + HOUR)
    assert (seen.page().unchanged, seen.page().failures, due(seen)) == (1, 0, 2)
    seen.found(STORIES[1])
    seen.observer._found = 1
    for story in STORIES[1:4]:
        seen.found(story)
    seen.observer._found = 0
    seen.observer.not_modified(STORY.url, NOON + 2 * HOUR)
    seen.lost(STORIES[1])

    assert seen.observer.settle() == 0


def test_a_failed_fetch_keeps_the_state_and_an_answer_ends_the_row(seen):
    seen.found()
    for number in (1, 2):
        seen.observer.failed(STORY.url, NOON + number * HOUR)
        assert (seen.page().state, seen.page().failures, due(seen)) == ("article", number, 2**number)
    seen.observer.not_modified(STORY.url, NOON + 3 * HOUR)
    assert (seen.page().failures, seen.page().unchanged) == (0, 1)


def test_a_page_that_failed_the_first_time_stays_one_that_was_seen(seen):
    seen.observer.failed(STORY.url, NOON)

    assert (seen.page().state, seen.page().first_seen, due(seen)) == ("seen", seconds(NOON), 2)


def test_an_article_too_old_for_this_run_stays_due(seen):
    seen.ledger.see([STORY.url], seconds(NOON))
    seen.observer.passed_over(STORY.url, NOON + HOUR, STORY.published_at)
    known = seen.page()
    assert (known.state, known.next_due, known.published) == ("seen", seconds(NOON), seconds(STORY.published_at))

    seen.found()
    before = seen.page()
    seen.observer.passed_over(STORY.url, NOON + HOUR, STORY.published_at)
    assert seen.page() == before


def test_an_address_that_leads_to_another_is_an_alias(seen):
    seen.observer.leads_to_another(STORY.url, NOON)

    known = seen.page()
    assert (known.state, known.id, known.last_fetch, known.next_due) == ("alias", None, seconds(NOON), None)


def test_a_capture_that_cannot_be_read_any_more_makes_an_unexplained_event(seen):
    seen.found()
    known = seen.page()
    away = replace(known.last, where=replace(known.last.where, warc="away.warc.gz"))
    seen.ledger.stage(replace(known, last=away))
    assert seen.found(edited(), at=NOON + HOUR) == "changed"

    assert seen.told() == ["published", "changed"]
    assert "the earlier capture cannot be read" in seen.events[-1].warnings[0]


def test_records_of_a_killed_run_are_taken_in_once(seen):
    first, second = seen.fetch(), seen.fetch(edited(), NOON + HOUR)
    for article in (first, second, first):
        seen.observer.take_in(article, "killed")
        seen.ledger.commit()

    versions = seen.ledger.versions(first.id)
    assert [(each.n, each.seen, each.run) for each in versions] == [
        (1, sighting(first), "killed"), (2, sighting(second), "killed")
    ]  # fmt: skip
    assert (seen.page().last_fetch, due(seen)) == (seconds(NOON + HOUR), 1)
    assert seen.events == []


def test_a_record_under_another_address_is_taken_in_as_its_alias(seen):
    article = seen.fetch()
    article.url = "https://www.kankanews.com/detail/0ther000000"
    seen.observer.take_in(article, "killed")

    assert seen.page() is None
    alias = seen.ledger.find(article.url)
    assert (alias.state, alias.id, alias.last_fetch) == ("alias", article.id, seconds(NOON))


@pytest.mark.parametrize(("status", "state"), [(404, "gone"), (200, "soft_gone")])
def test_events_of_a_killed_run_are_taken_in(status, state, seen, tmp_path):
    seen.found()
    seen.lost(status=status)
    seen.observer.settle()
    event = seen.events[-1]
    again = Seen(tmp_path / "again")
    with closing(again):
        again.observer.take_in(seen.fetch(), "killed")
        again.observer.take_in_event(event, "killed")

        assert (again.page().state, again.page().failures) == (state, 1)
        assert again.ledger.away(STORY.url) == seen.ledger.away(STORY.url)
        again.ledger.commit()
        assert [each.event for each in again.ledger.events_of(event.id)] == [state]
