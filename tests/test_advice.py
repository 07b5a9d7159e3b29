"""What a person is told of a bad run: what is behind it, each thing once, with pages where there are some."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from newsspider.record.manifest import Advice, RequestOutcomes
from newsspider.runs import advice
from newsspider.text.message import message

LOST, TWICE, PAGE = "https://news.example/lost", "https://news.example/twice", "https://news.example/a"


def said(happened: str, next_step: str, *details: str, records: str = "All are there.") -> Advice:
    return Advice(
        happened=message(happened), records=message(records), next_step=message(next_step),
        details=[message(each) for each in details],
    )  # fmt: skip


def details(of: Advice) -> list[str]:
    return [str(each) for each in of.details]


def test_advice_in_a_manifest_is_what_was_said():
    told = [said("It rained.", "Wait.", "Water", "Wind"), advice.told_to_wait()]

    assert advice.read({"advice": [asdict(each) for each in told]}) == told
    assert advice.read({}) == []  # a run from before there was any


def test_error_comes_after_all_that_is_said():
    first, last = said("It rained.", "Wait.", "Water"), said("It snowed.", "Wait.", "Ice")

    assert advice.with_error((first, last), OSError("100 % wet")) == (
        first, replace(last, details=[*last.details, message("100 % wet")]),
    )  # fmt: skip
    assert advice.with_error((), OSError("wet")) == ()


def test_same_advice_is_given_once_with_the_details_of_all():
    given = [
        said("It rained.", "Wait.", "Water", "Wind"),
        said("It rained.", "Go in.", "Mud"),
        said("It rained.", "Wait.", "Wind", "Mist"),
        said("It snowed.", "Wait.", "Ice"),
    ]

    assert [(str(each.happened), str(each.next_step), details(each)) for each in advice.merged(given)] == [
        ("It rained.", "Wait.", ["Water", "Wind", "Mist"]),
        ("It rained.", "Go in.", ["Mud"]),
        ("It snowed.", "Wait.", ["Ice"]),
    ]


def test_terminal_shows_sentences_and_what_they_rest_on_below_them():
    given = [said("It rained.", "Wait.", "Water", "Wind"), said("It snowed.", "Go in.")]

    assert list(advice.lines(given)) == [
        "It rained. All are there. Wait.", "  Water", "  Wind", "It snowed. All are there. Go in."
    ]  # fmt: skip


@pytest.mark.parametrize("of", [advice.pages_failed, advice.pages_forbidden])
def test_runs_that_were_judged_together_are_told_where_there_is_more_than_one(of):
    assert details(of(2, 10, 1)) == []
    assert details(of(2, 10, 2)) == ["Counted over the last 2 runs."]


def test_requests_without_an_end_and_with_two_are_named():
    ledger = RequestOutcomes(
        asked=1200, ended=1199, outcomes=[], never=[LOST], never_count=1, twice=[TWICE], twice_count=1
    )

    assert details(advice.unbalanced(ledger)) == [
        "Requests asked: 1,200; ended: 1,199.", f"It never ended: {LOST}", f"It ended twice: {TWICE}"
    ]  # fmt: skip


def test_five_articles_without_a_record_are_named():
    lost = [f"{LOST}{number}" for number in range(6)]

    told = advice.no_record(lost)
    assert str(told.happened).startswith("6 articles ")
    assert details(told) == [f"No record of: {url}" for url in lost[:5]]


@pytest.mark.parametrize(
    ("told", "detail"),
    [
        pytest.param(advice.one_article(9, 10, PAGE), [f"The article: {PAGE}"], id="one article"),
        pytest.param(advice.one_article(9, 10, None), ["The article: –"], id="one article without an address"),
        pytest.param(advice.no_list("timeout"), ["Most often: timeout"], id="no list"),
        pytest.param(advice.no_list(None), [], id="no list for no reason"),
        pytest.param(
            advice.field_lost("author", "1 %", "90 %", PAGE),
            ["author: 1 % of articles, before 90 %.", f"A page without it: {PAGE}"],
            id="field",
        ),
        pytest.param(
            advice.field_lost("author", "1 %", "90 %", None), ["author: 1 % of articles, before 90 %."],
            id="field without a page",
        ),
    ],
)  # fmt: skip
def test_page_or_cause_is_named_where_there_is_one(told, detail):
    assert details(told) == detail


@pytest.mark.parametrize(("lost", "records"), [(True, "Some records lack a field"), (False, "The records are as ")])
def test_fields_of_a_witness_that_fell_alike_are_one_line(lost, records):
    shares = [("author", "0 %", "90 %"), ("section", "0 %", "80 %"), ("title", "0 %", "90 %"), ("date", "1 %", "90 %")]
    told = advice.design_changed("JSON-LD", shares, PAGE, lost=lost)

    assert str(told.records).startswith(records)
    assert details(told) == [
        "author, title by JSON-LD: 0 % of articles, before 90 %.",
        "section by JSON-LD: 0 % of articles, before 80 %.",
        "date by JSON-LD: 1 % of articles, before 90 %.",
        f"A page without it: {PAGE}",
    ]
