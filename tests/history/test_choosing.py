"""Which pages a run asks for, and what it keeps of what came of them."""

from __future__ import annotations

from contextlib import closing
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from newsspider.history import observer
from newsspider.history.ledger import KnownPage
from newsspider.record.items import as_record
from tests.history.seen import HOUR, NOON, STORY, Seen, seconds

if TYPE_CHECKING:
    from newsspider.history.observer import Observer

NOW = seconds(NOON)
OTHER = "https://www.kankanews.com/detail/0ther000000"


@pytest.fixture
def seen(tmp_path, monkeypatch):
    seen = Seen(tmp_path)
    monkeypatch.setattr(observer, "time", SimpleNamespace(time=lambda: NOW + 0.5))
    with closing(seen):
        yield seen


def remembering(seen: Seen, *, limit: int = 10, full: bool = False) -> Observer:
    return seen.observing(limit=limit, full=full)


def known(seen: Seen, *urls: str, state="article", due=NOW) -> None:
    for url in urls:
        seen.ledger.stage(KnownPage(url=url, state=state, first_seen=NOW - 99, last_fetch=NOW - 60, next_due=due))
    seen.ledger.commit()


def urls(number: int) -> list[str]:
    return [f"https://www.kankanews.com/detail/{each:011}" for each in range(number)]


def choose(chosen: Observer, *asked: str, wanted=lambda page: True) -> list[str]:
    return list(chosen.choose(asked, wanted))


def stats(seen: Seen) -> dict[str, int]:
    """What was counted."""
    return {name: count for name, count in as_record(seen.counts).items() if count}


def test_what_is_not_known_is_asked_for_and_kept_before_it_is(seen):
    chosen = remembering(seen).choose([OTHER], lambda page: True)

    assert next(chosen) == OTHER
    assert seen.ledger.find(OTHER) == KnownPage(url=OTHER, first_seen=NOW, next_due=NOW)
    assert stats(seen) == {}


@pytest.mark.parametrize("state", ["article", "gone", "soft_gone", "no_article"])
@pytest.mark.parametrize(("due", "asked"), [(NOW - 1, True), (NOW, True), (NOW + 1, False), (None, False)])
def test_what_is_known_is_asked_for_when_it_is_due(due, asked, state, seen):
    known(seen, OTHER, state=state, due=due)

    assert choose(remembering(seen), OTHER) == [OTHER] * asked
    assert stats(seen) == ({"due": 1} if asked else {"known": 1})


def test_what_nobody_wants_is_not_asked_for(seen):
    known(seen, OTHER)

    assert choose(remembering(seen), OTHER, wanted=lambda page: page.url != OTHER) == []
    assert stats(seen) == {"known": 1}


def test_what_was_asked_for_is_not_asked_for_again(seen):
    known(seen, *urls(2))
    asking = remembering(seen)

    assert choose(asking, urls(2)[0], OTHER) == [urls(2)[0], OTHER]
    assert choose(asking, *urls(2), OTHER) == urls(2)[1:]
    assert list(asking.due(lambda page: True)) == []
    assert stats(seen) == {"due": 2}


def test_a_page_that_is_on_two_lists_is_known_once(seen):
    known(seen, OTHER, due=None)
    asking = remembering(seen)
    for _ in range(2):
        choose(asking, OTHER)

    assert stats(seen) == {"known": 1}


@pytest.mark.parametrize("limit", [0, 1, 3])
def test_no_more_pages_are_looked_at_again_than_the_limit(limit, seen):
    known(seen, *urls(3))

    assert choose(remembering(seen, limit=limit), *urls(3)) == urls(3)[:limit]


def test_what_was_missed_does_not_count_against_the_limit_and_comes_first(seen):
    known(seen, *urls(2))
    known(seen, OTHER, state="seen")

    assert list(remembering(seen, limit=1).due(lambda page: True)) == [OTHER, urls(2)[0]]
    assert stats(seen) == {"missed": 1, "due": 1}


@pytest.mark.parametrize("state", ["seen", "article"])
def test_of_what_is_due_only_what_is_wanted_is_asked_for(state, seen):
    known(seen, *urls(2), state=state)

    assert list(remembering(seen).due(lambda page: page.url == urls(2)[1])) == urls(2)[1:]


def test_what_nobody_wants_takes_no_place_from_what_is_due_after_it(seen):
    known(seen, *urls(3), due=NOW - 9)
    known(seen, *urls(6)[3:])

    assert list(remembering(seen, limit=3).due(lambda page: page.url in urls(6)[3:])) == urls(6)[3:]
    assert stats(seen) == {"due": 3}


@pytest.mark.parametrize(("limit", "due"), [(0, 3), (2, 3)])
def test_a_page_that_is_on_many_lists_is_due_once(limit, due, seen):
    known(seen, *urls(3))
    asking = remembering(seen, limit=limit)
    for _ in range(4):
        choose(asking, *urls(3))

    assert stats(seen) == {name: count for name, count in (("due", due), ("known", 3 - limit)) if count}


@pytest.mark.parametrize("due", [NOW + 1, None])
@pytest.mark.parametrize("state", ["seen", "article"])
def test_a_full_run_asks_for_every_page_on_a_list(state, due, seen):
    known(seen, *urls(3), state=state, due=due)

    assert choose(remembering(seen, limit=1, full=True), *urls(3)) == urls(3)
    assert choose(remembering(seen), *urls(3)) == []


def passes(seen: Seen, asking: Observer, *, at=NOON, always=False, story=STORY):
    article = seen.fetch(story, at)
    own = article.canonical_url
    return article, asking.left_out(article, asked=own, landed=own, etag=None, last_modified=None, always=always)


def test_a_new_article_is_kept_when_it_is_in_the_feed(seen):
    asking = remembering(seen)
    article, worth = passes(seen, asking)
    assert (worth, seen.page(), seen.events) == (None, None, [])
    asking.keep(article, given=True)

    assert seen.page().state == "article"
    assert seen.told() == ["published"]
    assert stats(seen) == {"new": 1}
    asking.keep(article, given=True)
    assert stats(seen) == {"new": 1}


def test_an_article_of_which_another_record_is_given_counts_as_none(seen):
    asking = remembering(seen)
    article, _ = passes(seen, asking)
    asking.keep(article, given=False)

    assert seen.page().state == "article"
    assert (seen.told(), stats(seen)) == ([], {})


def test_an_article_as_it_was_belongs_into_no_feed(seen):
    seen.found()
    seen.counts.new = 0
    asking = remembering(seen)
    article, worth = passes(seen, asking, at=NOON + HOUR)

    assert worth == "unchanged"
    assert seen.page().unchanged == 1
    assert stats(seen) == {"unchanged": 1}
    asking.drop(article)  # nobody waits for it
    assert seen.page().failures == 0


@pytest.mark.parametrize(("full", "always"), [(True, False), (False, True)])
def test_an_article_as_it_was_is_given_all_the_same_where_that_is_wanted(full, always, seen):
    seen.found()
    seen.counts.new = 0
    asking = remembering(seen, full=full)
    article, worth = passes(seen, asking, at=NOON + HOUR, always=always)
    assert worth is None
    asking.keep(article, given=True)

    assert stats(seen) == {"unchanged": 1}
    assert seen.told() == ["published"]


def test_a_dropped_article_has_failed_and_is_asked_for_again(seen):
    asking = remembering(seen)
    article, _ = passes(seen, asking)
    asking.drop(article)

    page = seen.page()
    assert (page.state, page.failures) == ("seen", 1)
    assert page.next_due - page.last_fetch == 2 * 3600
    assert seen.told() == []
    asking.drop(article)
    assert seen.page().failures == 1


def test_a_dropped_article_has_failed_at_its_canonical_address(seen):
    asking = remembering(seen)
    article = seen.fetch(STORY)
    article.url = f"{STORY.url}?from=app"
    asking.left_out(article, asked=STORY.url, landed=STORY.url, etag=None, last_modified=None, always=False)
    asking.drop(article)

    assert seen.page().failures == 1
    assert seen.ledger.find(article.url) is None


def test_an_article_that_could_not_be_stored_is_as_if_it_had_not_been_fetched(seen):
    asking = remembering(seen)
    article, _ = passes(seen, asking)
    asking.discard_pending(article)
    asking.drop(article)
    asking.keep(article, given=True)

    assert (seen.page(), seen.events) == (None, [])


def test_what_else_came_of_a_page_is_kept(seen):
    asking = remembering(seen)
    seen.found()
    seen.counts.new = 0
    asking.not_modified(STORY.url, NOON + HOUR)
    assert (seen.page().unchanged, stats(seen)) == (1, {"unchanged": 1})

    asking.passed_over(OTHER, NOON, STORY.published_at)
    assert asking.find(OTHER).published == seconds(STORY.published_at)
    asking.failed(OTHER)
    assert asking.find(OTHER).failures == 1
    asking.no_article(asked=OTHER, seen=seen.page().last, status=404, to_url=None)
    assert asking.find(OTHER).state == "gone"
    asking.leads_to_another(OTHER)
    assert asking.find(OTHER).state == "alias"
