"""A record is held to its page by itself: to each thing that it says of the place, and to all that the page gives."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.proof.feed import FeedCheck
from newsspider.proof.findings import Finding, Report
from newsspider.proof.pages import PageOpener
from newsspider.record.items import to_json_line
from tests.history.seen import HOUR, NOON, STORIES, STORY, Seen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OTHER_DIGEST = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"


@pytest.fixture(scope="module")
def archived(tmp_path_factory) -> tuple[Path, dict[str, Any], dict[str, Any]]:
    """A collection, the record of an article in it, and where another page lies."""
    path = tmp_path_factory.mktemp("feed") / "kankanews"
    path.mkdir()
    seen = Seen(path)
    article = seen.fetch(STORY)
    other = seen.fetch(STORIES[1], NOON + HOUR)
    seen.close()
    record, elsewhere = (json.loads(to_json_line(each)) for each in (article, other))
    return path, record, elsewhere["archive"]


@pytest.fixture
def check(archived, tmp_path) -> Callable[..., tuple[list[Finding], FeedCheck]]:
    def run(*records: Any, own_form: bool = True, facts: set[str] | None = None, kind: str = "article"):
        """Check records, or lines as they are; return what is found."""
        found: list[Finding] = []
        part = tmp_path / "part-00001.jsonl"
        lines = [
            each if isinstance(each, bytes)
            else json.dumps(each, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            for each in records
        ]  # fmt: skip
        part.write_bytes(b"".join(lines))
        feed = FeedCheck(Report(found.append), lambda size: None, facts=facts)
        with PageOpener([archived[0]]) as pages:
            said = feed.check(part, kind, pages, own_form=own_form)
        assert (said.records, said.size) == (len(lines), sum(map(len, lines)))
        return found, feed

    return run


def kinds(found: list[Finding]) -> list[tuple[str, str]]:
    return [(each.severity, each.kind) for each in found]


def changed(record: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A copy of a record; ``archive__offset`` is what is said below another field."""
    copied = copy.deepcopy(record)
    for path, value in fields.items():
        *above, name = path.split("__")
        place = copied
        for each in above:
            place = place[each]
        place[name] = value
    return copied


def test_a_record_that_its_page_gives_passes(archived, check):
    assert check(archived[1])[0] == []


ALTERED = {
    "title": "另一个标题", "page_title": "x", "source": None, "body_text": "x", "paragraphs": ["x"], "keywords": ["x"],
    "published_at": "2026-01-30T08:00:00+08:00", "content_hash": "sha256:" + "0" * 64, "canonical_url": "https://a/",
    "id": "kankanews:other", "language": "en", "images": [], "copyright_notice": None,
}  # fmt: skip


@pytest.mark.parametrize("name", ALTERED)
def test_each_thing_that_a_record_says_is_what_its_page_gives(name, archived, check):
    found, _ = check(changed(archived[1], **{name: ALTERED[name]}))

    assert ("fault", "differs") in kinds(found)
    (problem,) = [each.problem for each in found if f": {name} is " in each.problem]
    assert problem.endswith(", and the page is as it was: the record was altered")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("length", 1), ("record_id", "urn:uuid:01234567-89ab-4cde-8f01-23456789abcd"), ("record_id", None),
        ("payload_digest", OTHER_DIGEST), ("payload_digest", None),
    ],
)  # fmt: skip
def test_each_thing_that_a_record_says_of_its_place_is_so(name, value, archived, check):
    found, _ = check(changed(archived[1], **{f"archive__{name}": value}))

    assert kinds(found) == [("fault", "locator")]
    assert f"has {name} " in found[0].problem


@pytest.mark.parametrize(
    ("fields", "kind", "said"),
    [
        ({"archive": None}, "locator", "names no page"),
        ({"archive__warc": "away.warc.gz"}, "page", "cannot be opened: away.warc.gz is not in "),
        ({"archive__offset": 1}, "page", "cannot be opened: "),
        ({"archive__offset": 0}, "locator", "is a record without a page"),  # the file's warcinfo
        ({"site": "nowhere"}, "page", "cannot be made again: "),
    ],
)
def test_a_record_whose_page_is_not_there_is_told(fields, kind, said, archived, check):
    found, _ = check(changed(archived[1], **fields))

    assert kinds(found) == [("fault", kind)]
    assert said in found[0].problem


def test_a_record_of_another_page_differs_from_it(archived, check):
    found, _ = check(changed(archived[1], archive=archived[2]))

    assert set(kinds(found)) == {("fault", "differs")}
    assert {each.problem.split()[1] for each in found} >= {"id", "title", "url", "fetched_at", "content_hash"}


def test_a_line_is_written_as_this_program_writes_it_unless_somebody_exported_it(archived, check):
    line = json.dumps(archived[1], ensure_ascii=False).encode() + b"\n"
    found, _ = check(line)

    assert kinds(found) == [("fault", "differs")]
    assert found[0].problem.endswith("says the same as its page, in other bytes than this program writes")
    assert check(line, own_form=False)[0] == []
    assert kinds(check(changed(archived[1], title="x"), own_form=False)[0]) == [("fault", "differs")]


@pytest.mark.parametrize(
    ("line", "kind"), [(b"{\n", "line"), (b"\xff\n", "line"), (b"{}\n", "schema"), (b"[]\n", "schema")]
)
def test_a_line_that_is_no_record_is_told_and_the_next_is_checked(line, kind, archived, check):
    found, _ = check(line, changed(archived[1], title="x"))

    assert kinds(found) == [("fault", kind), ("fault", "differs")]
    assert [(each.place.line, each.place.offset) for each in found] == [(1, 0), (2, len(line))]


# ---------------------------------------------------------------- records of another parser


def test_what_another_parser_read_otherwise_is_counted_and_no_fault(archived, check):
    old = changed(archived[1], provenance__parser_version="0")
    found, feed = check(old, changed(old, title="x"), changed(old, title="x", source=None))

    assert found == []
    ((key, seen),) = feed.other_versions.items()
    assert key[:2] == ("kankanews", "0")
    assert (seen.records, seen.changed, seen.fields["title"], seen.fields["source"]) == (3, 2, 2, 1)
    assert (seen.first.line, seen.first.offset) == (1, 0)
    feed.tell_of_other_versions()
    assert kinds(found) == [("warning", "rule")]
    assert "3 records from here on were made by version 0 of the parser of kankanews" in found[0].problem
    assert found[0].problem.endswith(
        "their pages are as they were, and 2 come out differently, in title (2), source (1)"
    )


def test_what_another_parser_read_alike_is_said_to_come_out_the_same(archived, check):
    found, feed = check(changed(archived[1], provenance__parser_version="0"))
    feed.tell_of_other_versions()

    assert found[0].problem.endswith("they come out the same")


@pytest.mark.parametrize(
    ("name", "value"), [("url", "https://www.kankanews.com/detail/0ther000000"), ("fetched_at", "2026-01-30T08:00:00Z")]
)
def test_what_no_rule_decides_is_held_to_the_page_whatever_parser_read_it(name, value, archived, check):
    found, feed = check(changed(archived[1], provenance__parser_version="0", **{name: value}))

    assert kinds(found) == [("fault", "differs")]
    assert f": {name} is " in found[0].problem
    assert [seen.changed for seen in feed.other_versions.values()] == [0]


def test_what_several_processes_counted_of_another_parser_adds_up(archived, check):
    old = changed(archived[1], provenance__parser_version="0")
    _, first = check(old)
    _, second = check(changed(old, title="x"), changed(old, title="y"))
    first.add_other_versions(second.other_versions)

    (seen,) = first.other_versions.values()
    assert (seen.records, seen.changed, seen.fields["title"]) == (3, 2, 2)


# ---------------------------------------------------------------- what else a record cites


@pytest.mark.parametrize(
    ("known", "fault"), [(None, False), (set(), True), ({"facts:other"}, True), ({"facts:1"}, False)]
)
def test_site_facts_that_a_record_cites_are_in_some_part(known, fault, archived, check):
    found, _ = check(changed(archived[1], site_facts="facts:1"), facts=known)

    told = [each for each in found if each.kind == "site-facts"]
    assert kinds(told) == [("fault", "site-facts")] * fault
    assert all("cites the site facts facts:1, which are in no part" in each.problem for each in told)


def test_what_led_to_articles_is_where_they_say_and_told_once(archived, check):
    _, record, elsewhere = archived
    led = changed(record, discovered={"kind": "list", "locator": elsewhere})
    assert check(led)[0] == []
    assert check(changed(record, discovered={"kind": "list", "locator": None}))[0] == []

    wrong = changed(led, discovered__locator__length=1)
    away = changed(led, discovered__locator__warc="away.warc.gz")
    found, _ = check(wrong, wrong, away, led)
    assert kinds(found) == [("fault", "locator"), ("fault", "page")]
    assert [each.place.line for each in found] == [1, 3]
    assert all(f"the list that led to {record['id']}, " in each.problem for each in found)
