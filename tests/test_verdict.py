"""The exit code is decided from what happened, beside what happened before."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from newsspider.record.manifest import RequestOutcomes
from newsspider.record.runcounts import RunCounts
from newsspider.runs.findings import Findings, ListFindings, SameArticle, Unstored
from newsspider.runs.given import Given, WitnessCounts
from newsspider.runs.tally import Tally
from newsspider.runs.thresholds import Thresholds
from newsspider.runs.verdict import Compared, judge

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
LISTS = {"listed": True, "full": False, "since": False, "recommendations": False, "list_depth": 2, "replayed": False}
FULL = {**LISTS, "full": True}
NAMED = {**FULL, "listed": False}


def tally(hours_ago: float = 0, scope=FULL, **numbers) -> Tally:
    """A run that ended so many hours ago; a good one, but for *numbers*."""
    ended = NOW - timedelta(hours=hours_ago)
    usual = {"links": 120, "records": 60, "parsed": 60, "last_new": ended}
    return Tally(ended=ended, scope=scope, **(usual | numbers))


def found(*, read: int = 8, unstored: dict | None = None, counts: dict | None = None, **more) -> Findings:
    """What a good run found, but for what is named."""
    return Findings(
        lists=ListFindings(read=read), unstored=Unstored(**unstored or {}), counts=RunCounts(**counts or {}),
        **{"finish_reason": "finished", **more},
    )  # fmt: skip


def verdict(run: Tally, *earlier: Tally, thresholds=None, **happened):
    return judge(found(**happened), Compared(run=run, earlier=earlier, thresholds=thresholds or Thresholds()))


def hourly(count: int, **numbers) -> list[Tally]:
    """The runs of the last hours, newest first."""
    return [tally(hours_ago, **numbers) for hours_ago in range(1, count + 1)]


def given(**shares: int) -> Counter[Given]:
    """``title_state=30``: the state gave the title of thirty articles."""
    return Counter({Given(*name.split("_")): count for name, count in shares.items()})


# ---------------------------------------------------------------- what happened


@pytest.mark.parametrize(
    ("happened", "code"),
    [
        ({}, 0),
        ({"finish_reason": "start_error"}, 3),
        ({"finish_reason": "closespider_errorcount"}, 3),
        ({"finish_reason": None}, 3),  # it ended before Scrapy could say how
        ({"finish_reason": "shutdown"}, 75),
        ({"finish_reason": "retry_after"}, 75),
        ({"unstored": {"archive_writes": 1}, "finish_reason": "archive_failed"}, 4),
        ({"unstored": {"feed_writes": 1}}, 4),
        ({"unstored": {"feeds": 1}}, 4),
        ({"unstored": {"feed_items": 1}}, 4),
        ({"unstored": {"articles_raised": 1}}, 4),
        ({"counts": {"invalid": 1}}, 4),
        ({"read": 0}, 5),
    ],
)
def test_exit_code(happened, code):
    said = verdict(tally(), **happened)

    assert said.exit_code == code
    assert bool(said.reasons) == bool(code)


@pytest.mark.parametrize(
    ("numbers", "happened", "code"),
    [
        ({"failed": 3}, {}, 0),
        ({"failed": 60}, {}, 0),
        ({"failed": 61}, {}, 6),
        ({"parsed": 3, "failed": 9}, {}, 6),
        ({"parsed": 0, "failed": 9, "records": 1}, {}, 0),
        ({"forbidden": 60}, {}, 0),
        ({"forbidden": 61}, {}, 6),
        ({"parsed": 3, "forbidden": 6}, {}, 0),
        ({"parsed": 3, "forbidden": 7}, {}, 6),
        ({"parsed": 0, "failed": 1, "records": 0}, {"counts": {"callbacks_raised": 1}}, 6),
        ({"parsed": 1, "failed": 1}, {"counts": {"callbacks_raised": 1}}, 0),
        ({"records": 0, "parsed": 7}, {"counts": {"older": 7}}, 0),
        ({"records": 0}, {}, 5),
        ({"records": 0}, {"finish_reason": "shutdown"}, 75),
        ({"links": 0}, {}, 5),
        ({"links": 0, "records": 0, "scope": NAMED}, {"read": 0}, 0),
        ({"links": 0, "records": 0, "scope": None}, {"read": 0}, 0),
    ],
)
def test_exit_code_of_what_was_found(numbers, happened, code):
    assert verdict(tally(**numbers), **happened).exit_code == code


@pytest.mark.parametrize(
    ("read", "failed", "reasons"),
    [
        (1, 0, ()),
        (1, 1, ()),  # half of them may
        (1, 2, ("2 of 3 list pages could not be read",)),
        (2, 2, ()),
        (2, 3, ("3 of 5 list pages could not be read",)),
        (0, 1, ("no list page could be read",)),
    ],
)
def test_more_than_half_of_the_lists_must_be_read(read, failed, reasons):
    said = verdict(tally(), read=read, counts={"lists_failed": failed})

    assert (said.reasons, said.exit_code) == (reasons, 5 if reasons else 0)


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ({"parsed": 0, "failed": 10}, 6),
        ({"parsed": 0, "failed": 10, "not_modified": 10}, 0),  # half of those that were asked for
        ({"parsed": 0, "failed": 10, "gone": 10}, 0),
        ({"parsed": 0, "failed": 10, "not_modified": 5, "gone": 4}, 6),
        ({"parsed": 0, "failed": 10, "aliases": 10}, 6),  # the site was not asked for these
    ],
)
def test_base_of_the_share_is_every_article_page_that_the_site_was_asked_for(numbers, code):
    assert verdict(tally(**numbers)).exit_code == code


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ({"parsed": 1, "aliases": 19, "same": 19}, 6),
        ({"parsed": 20, "same": 19}, 6),
        ({"parsed": 10, "aliases": 10, "same": 1}, 0),  # two addresses each
        ({"parsed": 20, "same": 9}, 0),  # half of them
        ({"parsed": 20, "same": 10}, 6),
        ({"parsed": 9, "same": 8}, 0),  # too few to say
    ],
)
def test_most_addresses_that_are_one_article_are_a_change_of_the_site(numbers, code):
    same = SameArticle()
    same.add("https://news.example/1")
    said = verdict(tally(**numbers), same=same)

    assert said.exit_code == code
    assert all("one and the same article, https://news.example/1" in reason for reason in said.reasons)


@pytest.mark.parametrize(("numbers", "code"), [({"parsed": 1}, 0), ({"parsed": 2, "same": 1}, 6)])
def test_an_article_with_one_address_is_never_too_many(numbers, code):
    same = SameArticle()
    same.add("https://news.example/1")

    assert verdict(tally(**numbers), same=same, thresholds=Thresholds(min_pages=1)).exit_code == code


@pytest.mark.parametrize("numbers", [{"failed": 1}, {"lost": 1}, {"broken": 1}, {"forbidden": 1}])
def test_bounds_on_pages_are_shares_of_those_asked_for_from_the_tenth_on(numbers):
    """With a bound of 1 in 10, of ten pages one may fail and two may not; of nine nobody knows yet."""
    (kind,) = numbers
    bound = Thresholds(max_failed=0.1, min_pages=10)

    def said(bad: int, of: int) -> int:
        rest = {"failed": of - bad, "forbidden": of - bad}.get(kind, of)
        failed = {"failed": bad, "broken": bad, "lost": 0, "forbidden": 0}[kind]
        parsed = rest if kind != "broken" else of - bad
        count = {kind: bad} if kind != "failed" else {}
        return verdict(tally(parsed=parsed, failed=failed, **count), thresholds=bound).exit_code

    assert [said(0, 10), said(1, 10), said(2, 10)] == [0, 0, 6]
    assert said(2, 9) == (6 if kind == "broken" else 0)  # an error of a program is no chance


def test_gravest_reason_decides_and_all_are_told():
    said = verdict(tally(), finish_reason="shutdown", unstored={"archive_writes": 2})

    assert said.reasons == ("2 writes to the archive failed", "ended by shutdown")
    assert said.exit_code == 4


def test_articles_that_were_named_and_gave_no_record_are_told():
    lost = dict.fromkeys(["https://news.example/1", "https://news.example/2"])

    said = verdict(tally(scope=NAMED), read=0, without_record=lost)

    told = "named by -a url, and gave no record: https://news.example/1; and 1 more article that the manifest names"
    assert (said.exit_code, said.reasons) == (5, (told,))


def test_one_article_that_was_named_is_told_alone():
    said = judge(found(read=0, without_record=["https://news.example/1"]), Compared(run=tally(scope=NAMED)))

    assert said.reasons == ("named by -a url, and gave no record: https://news.example/1",)


def test_of_why_no_list_could_be_read_the_most_frequent_is_told():
    lists = ListFindings(read=0, unread=Counter({"HTTP 404": 1, "HTTP 503": 3, "timeout": 2}))
    said = judge(replace(found(), lists=lists), Compared(run=tally()))

    assert said.reasons == ("no list page could be read: HTTP 503",)


def test_one_is_told_as_one():
    said = verdict(tally(links=1, records=0), unstored={"archive_writes": 1})

    assert said.reasons == ("1 write to the archive failed", "lists link to 1 article, and none was given")


def drawn(**numbers) -> RequestOutcomes:
    even = {"asked": 57, "ended": 57, "never": [], "never_count": 0, "twice": [], "twice_count": 0}
    return RequestOutcomes(outcomes=[], **{**even, **numbers})


def test_sum_of_requests_that_is_off_is_a_reason_of_its_own_and_names_them():
    lost, twice = "https://news.example/lost", "https://news.example/twice"
    never = drawn(ended=55, never=[lost], never_count=2)
    both = drawn(never=[lost], never_count=1, twice=[twice], twice_count=1)

    said = [judge(found(), Compared(run=tally(), ledger=each)) for each in (drawn(), never, both)]

    assert [each.exit_code for each in said] == [0, 6, 6]
    assert [each.reasons for each in said[1:]] == [
        (f"the sum is off: 57 requests asked, 55 ended; 2 requests never ended, such as {lost}",),
        (
            (
                f"the sum is off: 57 requests asked, 57 ended; 1 request never ended, such as {lost}; "
                f"1 request ended twice, such as {twice}"
            ),
        ),
    ]


@pytest.mark.parametrize(
    "numbers",
    [{"ended": 56}, {"ended": 58}, {"never_count": 1}, {"twice_count": 1}, {"never_count": 1, "twice_count": 1}],
)
def test_a_sum_may_be_off_in_each_of_three_ways(numbers):
    said = judge(found(), Compared(run=tally(), ledger=drawn(**numbers)))

    assert (said.exit_code, len(said.reasons)) == (6, 1)


def test_a_run_that_was_interrupted_is_not_told_of_what_it_did_not_come_to():
    for happened in (
        {"read": 0},
        {"without_record": {"https://news.example/1": None}},
        {"counts": {"lists_failed": 20}},
    ):
        said = verdict(tally(links=0, records=0), finish_reason="shutdown", **happened)

        assert (said.exit_code, said.reasons) == (75, ("ended by shutdown",))


@pytest.mark.parametrize(
    ("numbers", "happened", "reasons"),
    [
        ({"parsed": 4, "failed": 16, "broken": 16}, {}, ["16 of 20 article pages could not be fetched or read"]),
        # Three of four pages that a program fails on are no chance; that a site does not give are.
        ({"parsed": 1, "failed": 3}, {}, []),
        ({"parsed": 1, "failed": 3, "broken": 3}, {}, ["3 of 4 article pages met an error of the program; the log"]),
        ({"parsed": 2, "failed": 2, "broken": 2}, {}, []),
        # A page whose record came to nothing is one page.
        ({"parsed": 20, "failed": 0, "lost": 11}, {}, ["11 of 20 article pages could not be fetched or read"]),
        ({"parsed": 20, "failed": 0, "lost": 10}, {}, []),
        # What did not get into the feed is told as that, and not twice.
        (
            {"parsed": 20, "failed": 2, "lost": 20},
            {"counts": {"invalid": 15}, "unstored": {"articles_raised": 5}},
            ["15 ar", "5 ar"],
        ),
    ],
)
def test_failures_of_programs_and_records_that_were_lost_count_once(numbers, happened, reasons):
    said = verdict(tally(**numbers), **happened)

    assert len(said.reasons) == len(reasons)
    assert all(any(reason.startswith(start) for reason in said.reasons) for start in reasons)


# ---------------------------------------------------------------- against the runs before


def test_quiet_night_is_a_good_run():
    quiet = tally(scope=LISTS, records=0, parsed=0, last_new=NOW - timedelta(hours=9))

    assert verdict(quiet, *hourly(30, scope=LISTS)).exit_code == 0


@pytest.mark.parametrize(("links", "code"), [(60, 0), (59, 5)])
def test_lists_must_show_half_of_what_they_usually_do(links, code):
    others = {"finished": False}, {"scope": {**FULL, "list_depth": 5}}, {"good": False}
    earlier = [*hourly(3), *[tally(links=900, **other) for other in others * 2]]

    said = verdict(tally(links=links), *earlier)

    assert said.exit_code == code
    assert said.reasons == ("lists link to 59 articles; the median of the last 3 runs is 120",) * bool(code)


def test_two_runs_have_no_median():
    assert verdict(tally(links=1), *hourly(2)).exit_code == 0


def test_run_that_ended_early_is_not_told_that_it_found_less():
    said = verdict(tally(links=10, finished=False), *hourly(9), finish_reason="closespider_timeout")

    assert said.reasons == ("ended by closespider_timeout",)


def test_lists_are_those_of_full_runs_and_of_others():
    assert verdict(tally(scope=LISTS, links=59), *hourly(3)).exit_code == 5
    assert verdict(tally(scope=LISTS, links=59), *hourly(3, scope=NAMED)).exit_code == 0


def test_the_median_is_that_of_so_many_runs():
    earlier = [*hourly(3, links=20), *[tally(hours_ago) for hours_ago in range(4, 13)]]

    assert verdict(tally(links=10), *earlier, thresholds=Thresholds(runs=3)).exit_code == 0
    assert verdict(tally(links=10), *earlier, thresholds=Thresholds(runs=7)).exit_code == 5


def test_full_run_must_give_half_of_what_full_runs_do():
    earlier = [*hourly(5, scope=LISTS, records=2), *hourly(3)]

    assert verdict(tally(records=29, parsed=29), *earlier).reasons == (
        "the run gave 29 articles; the median of the last 3 runs is 60",
    )
    assert verdict(tally(records=30, parsed=30), *earlier).exit_code == 0
    assert verdict(tally(scope=LISTS, records=29, parsed=29), *earlier).exit_code == 0


def test_site_that_stays_changed_stays_told():
    """Runs that saw the site changed are no measure, or after a while the new state would pass for the usual one."""
    earlier = [*hourly(200, links=10, good=False), *[tally(hours_ago) for hours_ago in range(201, 210)]]

    assert verdict(tally(links=10), *earlier).exit_code == 5


def test_change_that_is_right_as_it_is_can_be_accepted():
    accepting = Thresholds(since=date(2026, 11, 22))

    assert verdict(tally(links=10), *hourly(200, links=120), thresholds=accepting).exit_code == 5
    assert verdict(tally(links=10), *[tally(24 + each) for each in range(9)], thresholds=accepting).exit_code == 0


@pytest.mark.parametrize(("hours", "code"), [(72, 0), (73, 5)])
def test_nothing_new_for_too_long_is_told_though_the_lists_are_there(hours, code):
    stale = tally(scope=LISTS, records=0, parsed=0, last_new=NOW - timedelta(hours=hours))

    said = verdict(stale)

    assert said.exit_code == code
    assert said.reasons == ("nothing new for 73 hours, since 2026-11-19 19:00 UTC",) * bool(code)


def test_no_bound_on_silence_when_none_is_set():
    stale = tally(scope=LISTS, records=0, parsed=0, last_new=NOW - timedelta(days=400))

    assert verdict(stale, thresholds=Thresholds(max_quiet=timedelta())).exit_code == 0


def test_few_failing_pages_are_judged_with_those_of_the_runs_before():
    failing = tally(scope=LISTS, parsed=0, failed=3)

    assert verdict(failing, *hourly(2, scope=LISTS, parsed=0, failed=3)).exit_code == 0
    assert verdict(failing, *hourly(3, scope=LISTS, parsed=0, failed=3)).reasons == (
        "12 of 12 article pages could not be fetched or read, over 4 runs",
    )
    assert verdict(tally(scope=LISTS, parsed=0), *hourly(9, scope=LISTS, parsed=0, failed=3)).exit_code == 0


def test_enough_failing_pages_are_judged_by_themselves():
    assert verdict(tally(scope=LISTS, parsed=4, failed=6), *hourly(3, scope=LISTS)).reasons == (
        "6 of 10 article pages could not be fetched or read",
    )
    assert verdict(tally(scope=LISTS, parsed=3, failed=6), *hourly(3, scope=LISTS)).exit_code == 0


def test_runs_without_a_page_or_from_before_a_day_are_not_among_those_beside_which_one_is_judged():
    failing = tally(scope=LISTS, parsed=0, failed=5)
    idle, alike = tally(1, scope=LISTS, parsed=0), tally(2, scope=LISTS, parsed=0, failed=5)

    assert verdict(failing, idle, alike).reasons == (
        "10 of 10 article pages could not be fetched or read, over 2 runs",
    )
    assert verdict(failing, idle, alike, thresholds=Thresholds(since=date(2026, 11, 23))).exit_code == 0


def test_few_forbidden_pages_are_judged_with_those_of_the_runs_before():
    run = tally(scope=LISTS, parsed=0, forbidden=3, records=0)

    assert verdict(run, *hourly(2, scope=LISTS, parsed=0, forbidden=3)).exit_code == 0
    said = verdict(run, *hourly(3, scope=LISTS, parsed=0, forbidden=3))
    assert (said.exit_code, said.reasons) == (6, ("robots.txt forbids 12 of 12 article pages, over 4 runs",))


def what_happened(said) -> list[str]:
    return [str(each.happened) for each in said.advice]


def test_few_articles_that_are_all_forbidden_are_no_sign_that_the_site_has_changed():
    closed, open_to_none = (tally(links=3, records=0, parsed=0, forbidden=2, failed=failed) for failed in (0, 1))

    assert verdict(closed).exit_code == 5
    assert verdict(closed).reasons == ("lists link to 3 articles, and none was given",)
    assert what_happened(verdict(closed)) == ["robots.txt forbids 2 of 2 article pages."]
    assert what_happened(verdict(open_to_none)) == ["The lists link to 3 articles, and none gave a record."]


def test_many_articles_that_are_all_forbidden_are_told_once():
    said = verdict(tally(links=24, records=0, parsed=0, forbidden=24))

    assert what_happened(said) == ["robots.txt forbids 24 of 24 article pages."]


def test_what_robots_txt_forbade_before_is_not_told_once_it_is_allowed():
    assert verdict(tally(scope=LISTS, parsed=3), *hourly(3, scope=LISTS, parsed=0, forbidden=9)).exit_code == 0


def test_mended_parser_does_not_answer_for_the_one_before():
    failing = hourly(9, scope=LISTS, parsed=0, failed=3, parser="1")

    assert verdict(tally(scope=LISTS, parsed=2, failed=1, parser="2"), *failing).exit_code == 0


# ---------------------------------------------------------------- fields and witnesses

BEFORE = hourly(30, parsed=60, given=given(title_state=40, title_landmarks=20, source_landmarks=60, video_state=6))


@pytest.fixture
def giving():
    giving = WitnessCounts()
    giving.add("https://news.example/1", {"title": "landmarks", "source": "landmarks"})
    giving.add("https://news.example/2", {"title": "landmarks"})
    return giving


def test_field_that_falls_is_named_with_a_page_without_it(giving):
    now = tally(parsed=60, given=given(title_state=40, title_landmarks=20, source_landmarks=20, video_state=6))

    assert verdict(now, *BEFORE, giving=giving).reasons == (
        "source is given for 33% of 60 articles, before 100%; not in https://news.example/2",
        "the witness landmarks gives source for 33% of 60 articles, before 100%; not in https://news.example/2",
    )
    assert verdict(now, *BEFORE).exit_code == 6


def test_witness_that_dies_is_named_though_another_takes_over(giving):
    now = tally(parsed=60, given=given(title_landmarks=60, source_landmarks=60, video_state=6))

    assert verdict(now, *BEFORE, giving=giving).reasons == (
        "the witness state gives title for 0% of 60 articles, before 67%; not in https://news.example/2",
    )


def test_what_chance_explains_is_no_drift():
    """Six of sixty articles have a video: that none of thirty has one happens once in twenty-four."""
    now = tally(parsed=30, given=given(title_state=20, title_landmarks=10, source_landmarks=30))

    assert verdict(now, *BEFORE).exit_code == 0


def test_few_articles_are_judged_with_those_of_the_runs_before():
    bad = {"scope": LISTS, "parsed": 6, "given": given(title_landmarks=6)}
    good = hourly(30, scope=LISTS, parsed=6, given=given(title_landmarks=6, source_landmarks=6))

    assert verdict(tally(**bad), *good).exit_code == 0
    assert verdict(tally(**bad), *hourly(4, **bad), *good).exit_code == 6


def test_runs_that_one_is_judged_with_are_no_measure_of_it():
    bad = {"scope": LISTS, "parsed": 10, "given": given(title_landmarks=10)}
    good = hourly(30, scope=LISTS, parsed=10, given=given(title_landmarks=10, source_landmarks=10))

    (field, _) = verdict(tally(**bad), *hourly(2, **bad), *good, thresholds=Thresholds(runs=3)).reasons
    assert field == "source is given for 0% of 30 articles, before 100%"


def test_runs_that_saw_a_field_fall_are_no_measure():
    now = {"parsed": 60, "given": given(title_state=40, title_landmarks=20, video_state=6)}

    assert verdict(tally(**now), *hourly(40, **now, good=False), *BEFORE).exit_code == 6
    assert verdict(tally(**now), *hourly(40, **now), *BEFORE).exit_code == 0
    assert verdict(tally(**now), *BEFORE, thresholds=Thresholds(since=date(2026, 11, 23))).exit_code == 0
    assert verdict(tally(parsed=0), *hourly(3, **now), *BEFORE).exit_code == 0  # it has no article that could lack it


@pytest.mark.parametrize(("parsed", "code"), [(29, 0), (30, 6)])
def test_so_many_articles_are_a_measure(parsed, code):
    now = tally(parsed=60, given=given(source_state=60))

    assert verdict(now, tally(1, parsed=parsed, given=given(title_state=parsed))).exit_code == code


@pytest.mark.parametrize(("still", "code"), [(30, 0), (29, 6)])
def test_a_field_must_be_given_for_half_of_what_it_was(still, code):
    now = tally(parsed=60, given=given(source_state=still))

    assert verdict(now, *hourly(3, given=given(source_state=60))).exit_code == code


@pytest.mark.parametrize(("parsed", "code"), [(130, 0), (131, 6)])
def test_a_fall_is_no_chance_from_one_in_a_million_on(parsed, code):
    """A tenth of 1800 had a video: with (180 + 1) / (1800 + 2) none of 130 has one by chance in 1.06 of a million."""
    before = hourly(30, parsed=60, given=given(video_state=6, title_state=60))

    assert verdict(tally(parsed=parsed, given=given(title_state=parsed)), *before).exit_code == code


def test_a_field_is_given_by_whichever_witnesses():
    now = tally(parsed=60, given=given(title_a=20, title_b=20, title_c=20))

    assert verdict(now, *hourly(3, given=given(title_a=60))).reasons == (
        "the witness a gives title for 33% of 60 articles, before 100%",
    )


@pytest.mark.parametrize(("count", "more"), [(3, ""), (4, "; and 1 more field"), (5, "; and 2 more fields")])
def test_of_a_witness_that_dies_three_fields_are_told(count, more):
    fields = "abcde"[:count]
    before = hourly(3, given=given(**{f"{field}_state": 60 for field in fields}))
    now = tally(parsed=60, given=given(**{f"{field}_landmarks": 60 for field in fields}))
    said = verdict(now, *before)

    loss = "; ".join(f"{field} for 0% of 60 articles, before 100%" for field in "abc")
    assert said.reasons == (f"the witness state gives {loss}{more}",)


def test_whether_records_lack_something_is_said_of_a_witness_that_dies():
    before = hourly(3, given=given(title_state=60))
    lost, taken_over = (
        verdict(tally(parsed=60, given=given(**now)), *before).advice for now in ({}, {"title_landmarks": 60})
    )

    assert str(lost[-1].records) == "Some records lack a field; see below."
    assert str(taken_over[-1].records).startswith("The records are as complete as before")


def test_first_runs_of_a_collection_are_compared_with_nothing():
    assert verdict(tally(parsed=60, given=given(title_state=1)), *hourly(1, parsed=2)).exit_code == 0


def test_run_that_looked_for_other_articles_is_compared_with_nothing():
    now = tally(scope={**FULL, "since": True}, parsed=60, links=1, records=1)

    assert verdict(now, *BEFORE).exit_code == 0


def test_large_runs_are_compared_without_overflow():
    many = tally(parsed=1_000_000, given=given(title_state=100))
    before = [replace(each, parsed=1_000_000, given=given(title_state=999_999)) for each in BEFORE]

    assert verdict(many, *before).exit_code == 6
