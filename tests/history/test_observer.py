"""What a fetch tells of a page: worth, state, when it is due again, events; from real captures in a collection."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from newsspider.demo import pages
from newsspider.history.events import sighting
from newsspider.history.learning import Learner
from newsspider.history.ledger import Ledger
from newsspider.history.schedule import Schedule
from tests.history.records import read
from tests.history.seen import HOUR, NOON, STORIES, STORY, Seen, seconds

HOURLY = Schedule.parse("30d:1h")


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
        Learner(seen.ledger, HOURLY).take_in(article, "killed")
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
    Learner(seen.ledger, HOURLY).take_in(article, "killed")

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
        Learner(again.ledger, HOURLY).take_in(seen.fetch(), "killed")
        Learner(again.ledger, HOURLY).take_in_event(event, "killed")

        assert (again.page().state, again.page().failures) == (state, 1)
        assert again.ledger.away(STORY.url) == seen.ledger.away(STORY.url)
        again.ledger.commit()
        assert [each.event for each in again.ledger.events_of(event.id)] == [state]


SHOWN = {
    "gone": lambda seen: seen.lost(status=404),
    "gone, and still": lambda seen: (seen.lost(status=404), seen.lost(status=404, at=NOON + 2 * HOUR)),
    "back": lambda seen: (seen.lost(status=404), seen.found(at=NOON + 2 * HOUR)),
    "back, and edited": lambda seen: (seen.lost(status=404), seen.found(edited(), at=NOON + 2 * HOUR)),
    "gone again": lambda seen: (
        seen.lost(status=404), seen.found(at=NOON + 2 * HOUR), seen.lost(status=404, at=NOON + 3 * HOUR)
    ),
    "moved": lambda seen: seen.found(STORIES[1], at=NOON + HOUR, asked=STORY.url),
    "moved to what is known": lambda seen: (
        seen.found(STORIES[1], at=NOON), seen.found(STORIES[1], at=NOON + HOUR, asked=STORY.url)
    ),
}  # fmt: skip
"""Ways on from a page that shows an article."""

THEN = {
    "found": lambda seen, at: seen.found(at=at),
    "lost": lambda seen, at: seen.lost(status=404, at=at),
    "led": lambda seen, at: seen.found(STORIES[1], at=at, asked=STORY.url),
}


@pytest.mark.parametrize("shown", SHOWN.values(), ids=SHOWN)
@pytest.mark.parametrize("then", THEN.values(), ids=THEN)
def test_a_ledger_made_again_tells_of_the_next_fetch_what_the_lost_one_would(shown, then, seen, tmp_path):
    articles = []
    keep = seen.observer.keep
    seen.observer.keep = lambda article, *, given: (articles.append(article), keep(article, given=given))
    seen.found()
    shown(seen)
    seen.ledger.commit()
    with closing(seen.ledger) as lost, closing(Ledger(tmp_path / "again.sqlite3")) as again:
        learner = Learner(again, HOURLY)
        for article in articles:
            learner.take_in(article, "run-1", {(event.id, event.at) for event in seen.events})
        for event in seen.events:
            learner.take_in_event(event, "run-1")
        told = []
        for seen.ledger in (lost, again):
            seen.observer, seen.events = seen.observing(full=True), []
            then(seen, NOON + 5 * HOUR)
            events = [(event.event, event.id, event.to_url, event.before_at) for event in seen.events]
            page, newest = seen.page(), seen.ledger.newest(articles[0].id)
            told.append((events, page.state, page.id, newest.n))
        assert told[0] == told[1]


@pytest.mark.parametrize(("parser", "told", "versions"), [("same", False, 2), ("other", False, 1), ("other", True, 2)])
def test_what_a_mended_rule_reads_is_a_version_only_where_an_edit_was_told(parser, told, versions, seen):
    first, second = seen.fetch(), seen.fetch(edited(), NOON + HOUR)
    if parser == "other":
        first.provenance.parser_version = "0"
    edits = {(second.id, second.fetched_at)} if told else set()
    for article in (first, second):
        Learner(seen.ledger, HOURLY).take_in(article, "run", edits)
        seen.ledger.commit()

    assert len(seen.ledger.versions(first.id)) == versions


# ---------------------------------------------------------------- when it is due


def test_the_age_of_an_article_is_that_of_its_publication(seen):
    seen.found(at=STORY.published_at + timedelta(days=31))  # the schedule ends after thirty days

    assert seen.page().first_seen == seen.page().last_fetch
    assert due(seen) is None


def test_fetches_that_brought_nothing_new_and_those_that_failed_count_together(seen):
    seen.found()
    seen.found(at=NOON + HOUR)
    seen.observer.failed(STORY.url, NOON + 2 * HOUR)
    assert (seen.page().unchanged, seen.page().failures, due(seen)) == (1, 1, 4)

    seen.observer.not_modified(STORY.url, NOON + 3 * HOUR)
    assert (seen.page().unchanged, seen.page().failures, due(seen)) == (2, 0, 4)


# ---------------------------------------------------------------- a page that came cut off


def cut_off(seen: Seen, at, *, story=STORY, **validators) -> str | None:
    """Fetch a page whose end is missing; return what it is worth, None where it belongs in the feed."""
    html = pages.article(story)
    html = html[: html.index(story.paragraphs[-1])]
    archived = seen.archived(html, story.url, at)
    article = read(html, story.url, at)
    article.archive = archived.where
    assert article.provenance.cut_off
    return seen.observer.left_out(
        article, asked=story.url, landed=story.url, always=False, **{"etag": None, "last_modified": None, **validators}
    )


@pytest.mark.parametrize("readable", [True, False])
def test_a_page_that_came_cut_off_changes_nothing_that_is_known(readable, seen):
    seen.found(etag="whole", last_modified="then")
    if not readable:
        away = replace(seen.page().last, where=replace(seen.page().last.where, warc="away.warc.gz"))
        seen.ledger.stage(replace(seen.page(), last=away))
    known = seen.page()
    assert cut_off(seen, NOON + HOUR, etag="cut", last_modified="now") == "unchanged"

    assert seen.page() == replace(
        known, last_fetch=seconds(NOON + HOUR), unchanged=1, next_due=seconds(NOON + 3 * HOUR)
    )
    assert seen.told() == ["published"]


def test_a_page_that_came_cut_off_shows_no_other_title(seen):
    seen.found()
    assert cut_off(seen, NOON + HOUR, story=replace(STORY, title="另一个标题")) == "unchanged"

    assert seen.told() == ["published"]


def test_a_page_that_came_cut_off_is_there_again(seen):
    seen.found()
    seen.lost(status=404)
    assert cut_off(seen, NOON + 2 * HOUR) == "unchanged"

    assert seen.page().state == "article"
    assert seen.told() == ["published", "gone", "restored"]


def test_the_rest_of_a_page_that_came_cut_off_is_a_version_and_no_event(seen):
    assert cut_off(seen, NOON, etag="cut") is None
    seen.observer.keep(seen.fetch(STORY, NOON), given=True)  # by its address
    assert seen.page().etag is None  # the site would say of the whole page that it is as it was

    assert seen.found(at=NOON + HOUR, etag="whole") == "changed"
    assert (seen.page().etag, seen.ledger.newest(seen.page().id).n, seen.told()) == ("whole", 2, ["published"])


def test_a_time_that_a_clock_could_not_believe_is_a_version_and_no_event(seen):
    assert seen.found(at=STORY.published_at - timedelta(days=2)) == "new"
    assert seen.page().published is None

    assert seen.found(at=STORY.published_at + HOUR) == "changed"
    assert (seen.page().published, seen.told()) == (seconds(STORY.published_at), ["published"])


def test_a_clock_that_was_put_back_makes_no_version(seen):
    seen.found(at=STORY.published_at + HOUR)

    assert seen.found(at=STORY.published_at - timedelta(days=2)) == "unchanged"
    assert seen.told() == ["published"]


# ---------------------------------------------------------------- captures and parsers of before


def unreadable(seen: Seen, **other) -> None:
    """Take the earlier capture away."""
    known = seen.page()
    away = replace(known.last, where=replace(known.last.where, warc="away.warc.gz"))
    seen.ledger.stage(replace(known, last=away, **other))


def test_a_page_that_says_the_same_needs_no_capture_to_be_compared_with(seen):
    seen.found()
    unreadable(seen)

    assert seen.found(at=NOON + HOUR) == "unchanged"
    assert seen.told() == ["published"]


def test_what_another_parser_read_of_a_capture_that_is_away_shows_no_change(seen):
    seen.found()
    unreadable(seen, parser="0")

    assert seen.found(edited(), at=NOON + HOUR) == "changed"
    assert (seen.ledger.newest(seen.page().id).n, seen.told()) == (2, ["published"])


def test_an_earlier_capture_that_is_no_article_by_today_s_rules_is_told(seen):
    seen.found()
    seen.ledger.stage(replace(seen.page(), last=seen.archived(pages.not_found(), STORY.url, NOON)))
    assert seen.found(edited(), at=NOON + HOUR) == "changed"

    assert seen.told() == ["published", "changed"]
    assert seen.events[-1].warnings[0].startswith("today's parser cannot read the earlier capture: ")


def test_what_another_parser_read_otherwise_is_no_change_of_the_article(seen):
    seen.found()
    article = seen.fetch(STORY, NOON + HOUR)
    article.provenance.parser_version, article.title = "0", "misread"
    worth = seen.observer.left_out(
        article, asked=STORY.url, landed=STORY.url, etag=None, last_modified=None, always=False
    )

    assert worth == "unchanged"
    assert seen.told() == ["published"]


# ---------------------------------------------------------------- away, elsewhere, back


@pytest.mark.parametrize(("status", "state"), [(404, "gone"), (200, "soft_gone")])
def test_what_comes_back_was_away_by_the_capture_that_showed_it(status, state, seen):
    seen.found()
    seen.lost(status=status)
    seen.observer.settle()
    away = seen.ledger.away(STORY.url)
    assert (seen.page().state, away.at) == (state, NOON + HOUR)
    assert seen.found(at=NOON + 2 * HOUR) == "unchanged"

    restored = seen.events[-1]
    assert (restored.event, restored.before, restored.before_at) == ("restored", away.where, away.at)
    assert (seen.page().state, seen.page().failures) == ("article", 0)


def test_an_address_that_leads_to_another_article_has_moved_once(seen):
    seen.found()
    other = STORIES[1]
    assert seen.found(other, at=NOON + HOUR, asked=STORY.url) == "new"

    assert (seen.page().state, seen.page().id) == ("alias", seen.page(other).id)
    assert [event.event for event in seen.events if event.event in ("published", "moved")] == [
        "published", "moved", "published"
    ]  # fmt: skip
    moved = next(event for event in seen.events if event.event == "moved")
    assert (moved.url, moved.to_url, moved.before_at) == (STORY.url, other.url, NOON)
    told = seen.told()
    assert seen.found(other, at=NOON + 2 * HOUR, asked=STORY.url) == "unchanged"
    assert seen.told() == told


def test_an_alias_that_leads_to_another_article_was_none_that_could_move(seen):
    other = "https://www.kankanews.com/detail/0ther000000"
    for number, story in enumerate(STORIES[:2]):
        seen.found(story, at=NOON + number * HOUR, asked=other)

    assert seen.ledger.find(other).id == seen.page(STORIES[1]).id
    assert seen.told() == ["published", "published"]


def test_a_moved_article_whose_earlier_capture_cannot_be_read_has_moved_all_the_same(seen):
    seen.found()
    known = seen.page()
    away = replace(known.last, where=replace(known.last.where, warc="away.warc.gz"))
    seen.ledger.stage(replace(known, last=away))
    other = STORIES[1]
    seen.found(other, at=NOON + HOUR, asked=STORY.url)

    moved = next(event for event in seen.events if event.event == "moved")
    assert (moved.id, moved.url, moved.to_url, moved.before_at) == (
        seen.events[0].id, STORY.url, other.url, NOON
    )  # fmt: skip
    assert "the earlier capture cannot be read" in moved.warnings[0]
    assert seen.told() == ["published", "moved", "published"]


@pytest.mark.parametrize(
    ("story", "worth", "told"),
    [(STORY, "unchanged", ["restored"]), (edited(), "changed", ["restored", "silently_edited"])],
    ids=["as it was", "edited"],
)
def test_an_article_that_moved_and_is_back_is_restored(story, worth, told, seen):
    seen.found()
    seen.found(STORIES[1], at=NOON + HOUR, asked=STORY.url)
    before = len(seen.events)
    assert seen.found(story, at=NOON + 2 * HOUR) == worth

    assert seen.told()[before:] == told
    assert seen.events[before].before_at == NOON + HOUR
    assert seen.page().state == "article"
    assert seen.found(story, at=NOON + 3 * HOUR) == "unchanged"
    assert seen.told()[before:] == told


def test_an_edit_before_an_article_s_own_address_was_asked_is_told(seen):
    other = "https://www.kankanews.com/detail/0ther000000"
    seen.found(asked=other, landed=other)
    assert seen.found(edited(), at=NOON + HOUR) == "changed"

    assert seen.told() == ["published", "silently_edited"]
    assert seen.ledger.newest(seen.page().id).n == 2


def test_what_comes_back_was_away_by_the_last_capture_that_says_so(seen):
    seen.found()
    for hours in (1, 20):
        seen.lost(status=404, at=NOON + hours * HOUR)
    seen.found(at=NOON + 21 * HOUR)

    restored = seen.events[-1]
    assert (restored.event, restored.before_at) == ("restored", NOON + 20 * HOUR)


def test_an_article_under_another_of_its_addresses_has_not_moved(seen):
    seen.found()
    other = "https://www.kankanews.com/detail/0ther000000"
    seen.ledger.stage(replace(seen.page(), url=other))
    assert seen.found(edited(), at=NOON + HOUR, asked=other) == "changed"

    assert seen.told() == ["published", "silently_edited"]


def test_how_many_articles_are_left_as_they_were_is_counted(seen):
    for story in STORIES[:4]:
        seen.found(story)
    seen.observer._found = 0  # as in the next run
    for story in STORIES[:4]:
        seen.lost(story)

    assert seen.observer.settle() == seen.counts.unsettled == 4
    assert seen.observer.settle() == 0


@pytest.mark.parametrize(
    ("state", "last", "was"),
    [("article", True, True), ("article", False, False), ("gone", True, False), ("soft_gone", True, False),
     ("alias", False, False), ("seen", False, False)],
)  # fmt: skip
def test_a_page_was_an_article_when_it_was_looked_at_last(state, last, was, seen):
    seen.found()
    seen.ledger.stage(replace(seen.page(), state=state, last=seen.page().last if last else None))

    assert seen.observer.was_article(STORY.url) is was
    assert seen.observer.was_article(STORIES[1].url) is False


def test_addresses_are_known_by_what_they_turned_out_to_be(seen):
    for number, story in enumerate(STORIES[:3]):
        seen.found(story, at=NOON + number * HOUR)
    seen.lost(STORIES[3])
    seen.lost(STORIES[4], status=404)
    seen.ledger.commit()

    articles = [story.url for story in STORIES[:3]]
    assert seen.observer.turned_out(article=True, most=9) == articles[::-1]
    assert seen.observer.turned_out(article=True, most=2) == articles[:0:-1]
    assert seen.observer.turned_out(article=False, most=9) == [STORIES[3].url]


# ---------------------------------------------------------------- what killed runs left


def test_a_record_of_an_adopted_part_is_as_if_it_were_of_this_run(seen):
    article = seen.fetch()
    seen.observer.adopt(article, STORY.url)

    assert (seen.page().state, seen.told()) == ("article", ["published"])
    assert (seen.ledger.newest(article.id).n, seen.ledger.newest(article.id).run) == (1, "run-1")
    assert seen.counts.new == 0


def test_a_record_that_says_the_same_is_no_version_when_it_is_taken_in(seen):
    for at in (NOON, NOON + HOUR):
        Learner(seen.ledger, HOURLY).take_in(seen.fetch(STORY, at), "killed")
        seen.ledger.commit()

    assert [each.n for each in seen.ledger.versions(seen.page().id)] == [1]
    assert seen.page().last_fetch == seconds(NOON + HOUR)


def test_a_record_of_an_article_that_only_an_alias_led_to_is_its_next_version(seen):
    led = seen.fetch()
    led.url = "https://www.kankanews.com/detail/0ther000000"
    Learner(seen.ledger, HOURLY).take_in(led, "killed")
    seen.ledger.commit()
    Learner(seen.ledger, HOURLY).take_in(seen.fetch(STORY, NOON + HOUR), "killed")
    seen.ledger.commit()

    assert [each.n for each in seen.ledger.versions(led.id)] == [1, 2]


def test_an_event_is_known_to_the_ledger(seen):
    seen.found()
    seen.ledger.commit()
    (event,) = seen.events

    assert seen.ledger.has_event(event.id, event.at, event.event)
    assert not seen.ledger.has_event(event.id, event.at, "edited")


def test_an_article_that_an_older_parser_read_is_compared_as_today_s_reads_its_page(seen):
    """As where a killed run's records are taken over after an update."""
    seen.found()
    article = seen.fetch(edited(), NOON + HOUR)
    article.provenance.parser_version = "0"
    seen.observer.adopt(article, article.canonical_url)
    *_, event = seen.events

    assert (event.event, event.after, event.at) == ("silently_edited", article.archive, NOON + HOUR)
