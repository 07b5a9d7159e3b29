"""Saved pages and the records that they must give; a directory under ``tests/cases/<site>`` is one case."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from newsspider import sites
from newsspider.extraction.cases import NOT_CHECKED, PAGE, read_page
from newsspider.parsing.unparsed import UnparsedPageError
from newsspider.record import schema
from newsspider.record.items import as_record

CASES = sorted(path.parent for path in Path(__file__).parent.glob("cases/*/*/page.json"))
READABLE = [case for case in CASES if (case / "golden.json").exists()]
UNREADABLE = [case for case in CASES if (case / "error.json").exists()]


def named(case):
    return f"{case.parent.name}/{case.name}"


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def parse_page(case):
    """Parse the page of a case: captured (``page.warc.gz``), or written (``page.html``, and ``page.json`` about it)."""
    site = sites.load(case.parent.name)
    if (case / PAGE).exists():
        page = read_page(case / PAGE)
        return site.parse_page(page.http.body(), page.capture.url, page.http.headers, page.capture.captured)
    about = load(case / "page.json")
    return site.parse_page(
        (case / "page.html").read_bytes(),
        about["url"],
        [(name.encode(), value.encode()) for name, value in about["headers"]],
        datetime.fromisoformat(about["captured_at"]),
    )


@pytest.mark.parametrize("case", READABLE, ids=named)
def test_page_yields_its_record(case):
    record = as_record(parse_page(case).article)

    assert record == load(case / "golden.json")


@pytest.mark.parametrize("case", READABLE, ids=named)
def test_footer_yields_the_site_facts_that_the_record_cites(case):
    article, site_facts = parse_page(case)
    expected = case / "site_facts.json"

    assert as_record(site_facts) == (load(expected) if expected.exists() else None)
    assert article.site_facts == (site_facts.id if site_facts else None)


@pytest.mark.parametrize("case", READABLE, ids=named)
def test_record_is_valid_and_its_fields_are_in_order(case):
    article, site_facts = parse_page(case)
    record = as_record(article)

    schema.check(record)
    assert list(record) == list(load(case / "golden.json"))
    if site_facts:
        schema.check(as_record(site_facts), "site_facts")


@pytest.mark.parametrize("case", READABLE, ids=named)
def test_every_filled_field_has_a_witness(case):
    record = as_record(parse_page(case).article)
    not_from_the_page = {
        "schema_version", "site", "url", "counts", "content_hash", "fetched_at", "archive", "provenance",
    }  # fmt: skip
    filled = {name for name, value in record.items() if value not in (None, [])} - not_from_the_page
    if record["comments"] == {"count": None, "state": "unknown"}:
        filled.remove("comments")

    assert set(record["provenance"]["fields"]) == filled


@pytest.mark.parametrize("case", UNREADABLE, ids=named)
def test_page_that_nobody_can_explain_is_an_error_that_says_what_is_missing(case):
    expected = load(case / "error.json")

    with pytest.raises(UnparsedPageError) as caught:
        parse_page(case)

    assert type(caught.value).__name__ == expected["error"]
    assert list(caught.value.missing) == expected["missing"]
    assert expected.get("because", "") in str(caught.value)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_case_says_what_it_is_and_what_it_gives(case):
    assert load(case / "page.json")["what"]
    assert (case / "golden.json").exists() != (case / "error.json").exists()


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_person_has_checked_what_the_case_gives(case):
    expected = load(case / "page.json").get("expected", "")

    assert NOT_CHECKED not in expected, (
        f"read what {case} gives against the page, mend it, and then say in page.json who checked it, under 'expected'"
    )


@pytest.mark.parametrize("site", sites.names())
def test_every_site_has_a_case_that_yields_a_record(site):
    directories = {case.parent.name for case in READABLE}

    assert site in directories, f"put a page, what it is and its record into tests/cases/{site}/<case>/"


def test_there_are_cases_that_yield_none():
    assert UNREADABLE
