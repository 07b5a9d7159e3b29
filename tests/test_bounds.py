"""Every bound is reached once: what lies on it is read, and one more is not. What is read here is made up."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from datetime import UTC, datetime
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from zipfile import ZipFile

import orjson
import pytest

from newsspider.collection.wacz import Wacz
from newsspider.crawl.extensions import errors
from newsspider.crawl.extensions.errors import Errors
from newsspider.feeds.loading import rejects
from newsspider.feeds.loading.rejects import Rejects
from newsspider.history import diff, schedule
from newsspider.history.schedule import Schedule
from newsspider.parsing import dateline, facts, jsonld, live, people
from newsspider.parsing.body import MAX_MEDIA, read_body
from newsspider.parsing.byline import read_byline
from newsspider.parsing.dateline import read_dateline
from newsspider.parsing.doubts import Doubts
from newsspider.parsing.live import with_entries
from newsspider.parsing.markup import read_html
from newsspider.parsing.page import outline
from newsspider.proof import datapackage, feed, units
from newsspider.proof import events as proven
from newsspider.proof import index as proof_index
from newsspider.proof.events import EventCheck
from newsspider.proof.feed import FeedCheck
from newsspider.proof.findings import Report
from newsspider.runs import advice, findings, ledger, tally
from newsspider.runs.findings import ListFindings
from newsspider.runs.ledger import ANSWERED, RequestLedger, failure
from newsspider.runs.tally import read_tallies
from newsspider.text import dates
from newsspider.text.urls import absolute
from tests.conftest import PROJECT

PAGE = "https://news.example/a/1"
BOUNDS = tomllib.loads((PROJECT / "tests/bounds.toml").read_text(encoding="utf-8"))
NAMED_SO = re.compile(r"_?(?:MAX|MOST|LONGEST)(?:_\w+)?|\w+_LIMIT")


@cache
def bounds() -> set[str]:
    """The bounds in the code, each as ``module.py:NAME``."""
    found = set()
    for path in sorted((PROJECT / "newsspider").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            if isinstance(target, ast.Name) and NAMED_SO.fullmatch(target.id) and path.name != "settings.py":
                found.add(f"{path.relative_to(PROJECT)}:{target.id}")
    return found


def test_every_bound_is_held_by_tests_that_are_there():
    for bound, tests in BOUNDS.items():
        assert bound in bounds(), f"{bound} is no more: take it out of tests/bounds.toml"
        for test in tests:
            path, _, name = test.partition("::")
            assert re.search(rf"^ *def {name}\(", (PROJECT / path).read_text(encoding="utf-8"), re.MULTILINE), test
    assert not bounds() - BOUNDS.keys(), "no test is named for these in tests/bounds.toml: on the bound, and one more"


# ---------------------------------------------------------------- of a page


def things(*texts: str) -> tuple[jsonld.Things, list[str]]:
    doubts = Doubts()
    return jsonld.read_things(texts, [], doubts), doubts.warnings


@pytest.mark.parametrize(("more", "read"), [(0, True), (1, False)])
def test_json_ld_is_read_up_to_a_length(more, read):
    text = json.dumps({"@type": "NewsArticle", "headline": "Title", "x": ""})
    text = text.replace('""', '"' + "x" * (jsonld.MAX_JSON - len(text) + more) + '"')
    assert len(text) == jsonld.MAX_JSON + more

    found, warnings = things(text)
    assert (found.article is not None) is read
    assert warnings == ([] if read else [f"json-ld: a script was not read: more than {jsonld.MAX_JSON} characters"])


def test_a_script_that_is_too_long_keeps_no_other_from_being_read():
    found, warnings = things("x" * (jsonld.MAX_JSON + 1), json.dumps({"@type": "NewsArticle"}))

    assert found.article == {"@type": "NewsArticle"}
    assert len(warnings) == 1


@pytest.mark.parametrize(("before", "read"), [(jsonld.MAX_THINGS - 2, True), (jsonld.MAX_THINGS - 1, False)])
def test_things_in_json_ld_are_looked_at_up_to_a_number(before, read):
    """The list that they stand in is one, too."""
    found, _ = things(json.dumps([{"@type": "Person"}] * before + [{"@type": "NewsArticle"}]))

    assert (found.article is not None) is read


@pytest.mark.parametrize(("digits", "kind"), [(15, int), (16, float), (5000, float)])
def test_numbers_in_json_ld_are_whole_as_far_as_javascript_has_them_so(digits, kind):
    found, _ = things('{"@type": "NewsArticle", "n": ' + "1" * digits + "}")

    assert type(found.article["n"]) is kind


def body(html: str) -> dict:
    return read_body(outline(read_html(html.encode())), partial(absolute, PAGE))


@pytest.mark.parametrize("count", [MAX_MEDIA, MAX_MEDIA + 1])
def test_pictures_and_films_are_read_up_to_a_number(count):
    films = '<video src="/v.mp4"></video>' * 10
    said = body("<p>一段话。</p>" + films + "".join(f'<img src="/{n}.jpg">' for n in range(count - 10)) + "<p>完。</p>")

    assert (len(said["videos"]), len(said["images"])) == (10, MAX_MEDIA - 10)
    assert said["paragraphs"] == ["一段话。", "完。"]


@pytest.mark.parametrize("more", [0, 1])
def test_names_are_read_up_to_a_number_and_a_length(more):
    assert len(people.read_names(f"Ada L{n}" for n in range(people.MAX_NAMES + more))) == people.MAX_NAMES == 50
    assert people.read_names(["a" * (people._MAX_NAME + more)]) == ["a" * people._MAX_NAME] * (1 - more)


@pytest.mark.parametrize("more", [0, 1])
def test_other_forms_of_an_article_are_read_up_to_a_number(more):
    tongues = [f"{one}{two}" for one in "abcdefghij" for two in "abcdefghijk"][: facts.MAX_TRANSLATIONS + more]
    links = read_html("".join(f'<link rel=alternate hreflang={each} href="/{each}/1">' for each in tongues).encode())
    audio = [f"/{n}.mp3" for n in range(facts.MAX_AUDIO + more)]
    resolve = partial(absolute, PAGE)

    assert len(facts.from_links(links.iter("link"), PAGE, resolve)["translations"]) == facts.MAX_TRANSLATIONS
    assert len(facts.from_json_ld({"audio": audio}, resolve)["audio"]) == facts.MAX_AUDIO


@pytest.mark.parametrize("more", [0, 1])
def test_entries_of_a_live_blog_are_read_up_to_a_number_and_a_length(more):
    many = with_entries([], {"liveBlogUpdate": [{"articleBody": "x"}] * (live.MAX_ENTRIES + more)})
    [_, long] = with_entries([], {"liveBlogUpdate": {"articleBody": "x" * (live._MAX_TEXT + more)}})

    assert sum(block["type"] == "live_entry" for block in many) == live.MAX_ENTRIES
    assert len(long["text"]) == live._MAX_TEXT


def test_a_picture_without_an_address_takes_no_place():
    said = body("<p>一段话。</p>" + "<img alt=x>" * MAX_MEDIA + '<img src="/a.jpg">')

    assert [image.url for image in said["images"]] == ["https://news.example/a.jpg"]


@pytest.mark.parametrize(("more", "read"), [(0, True), (1, False)])
def test_a_dateline_is_a_line_of_a_length(more, read):
    line = "2026-01-02 13:01:07 来源:看看新闻 阅读 "
    line += "9" * (dateline.MAX_LENGTH - len(line) + more)

    assert (read_dateline(line) is not None) is read


@pytest.mark.parametrize(("length", "source"), [(dateline._MAX_SOURCE, True), (dateline._MAX_SOURCE + 1, False)])
def test_a_name_beside_a_date_is_of_a_length(length, source):
    name = "看" * length
    said = read_dateline(f"2026-01-02 13:01:07 {name}")

    assert (said.source if said else None) == (name if source else None)


@pytest.mark.parametrize(("length", "named"), [(20, True), (21, False)])
def test_a_name_in_a_byline_is_of_a_length(length, named):
    name = "Ann" + "a" * (length - 3)
    said = read_byline(f"记者:{name}")

    assert ([each.name for each in said.authors] if said else []) == ([name] if named else [])


@pytest.mark.parametrize(("more", "read"), [(0, True), (1, False)])
def test_a_date_is_of_a_length(more, read, monkeypatch):
    text = "2026年1月2日 13:01"
    monkeypatch.setattr(dates, "MAX_LENGTH", len(text) - more)
    moment = dates.parse_date(text, datetime(2026, 2, 1, tzinfo=UTC))

    assert (moment is not None) is read


# ---------------------------------------------------------------- of a run


def test_what_went_wrong_is_told_in_so_many_kinds_and_examples_of_a_length():
    found = Errors()
    for number in range(errors._KINDS + 2):
        for _ in range(errors._EXAMPLES + 1):
            found.add(f"kind {number}", "https://news.example/" + "a" * 1000, "said " * 1000)
    told = found.found()

    assert len(told) == errors._KINDS + 1
    assert {each.kind: each.count for each in told}["others"] == 2 * (errors._EXAMPLES + 1)
    assert found.total == (errors._KINDS + 2) * (errors._EXAMPLES + 1)
    for each in told:
        assert [(len(one.url), len(one.said)) for one in each.examples] == [
            (errors._MAX_URL, errors._MAX_SAID)
        ] * errors._EXAMPLES


@pytest.mark.parametrize(("length", "cut"), [(errors._MAX_URL, False), (errors._MAX_URL + 1, True)])
def test_an_address_in_an_example_is_cut_behind_a_length(length, cut):
    url = "https://news.example/".ljust(length, "a")
    found = Errors()
    found.add("kind", url)
    ((example,),) = (each.examples for each in found.found())

    assert example.url == (url[: length - 2] + "…" if cut else url)
    assert example.said is None


def test_ends_of_requests_are_told_apart_up_to_a_number():
    """Beyond that failures are one line for each thing that is asked for; what is no failure has few words anyhow."""
    drawing = RequestLedger()
    for number in range(ledger._MAX_LINES + 3):
        drawing.end(drawing.ask(PAGE, "article"), failure(f"kind {number}"))
    drawing.end(drawing.ask(PAGE, "list"), ANSWERED)
    counts = {(each.of, each.kind): each.count for each in drawing.drawn().outcomes}

    assert len(counts) == ledger._MAX_LINES + 2
    assert (counts["article", "others"], counts["list", None]) == (3, 1)


@pytest.mark.parametrize(("length", "cut"), [(ledger._MAX_URL, False), (ledger._MAX_URL + 1, True)])
def test_an_address_in_the_sum_is_cut_behind_a_length(length, cut):
    drawing = RequestLedger()
    url = f"{PAGE}?".ljust(length, "a")
    drawing.ask(url, "article")
    (never,) = drawing.drawn().never

    assert never == (url[: length - 2] + "…" if cut else url)


def test_a_run_is_compared_with_so_many_before_it(monkeypatch):
    monkeypatch.setattr(tally, "_MOST_READ", 3)
    asked = []
    path = SimpleNamespace(read_bytes=lambda: asked.append(1) or b"{}")

    assert read_tallies(iter([path] * 9)) == []
    assert len(asked) == 3


@pytest.mark.parametrize("more", [0, 1])
def test_articles_without_a_record_are_named_up_to_a_number(more):
    lost = [f"{PAGE}?{number}" for number in range(advice._MOST_NAMED + more)]

    assert [str(each) for each in advice.no_record(lost).details] == [
        f"No record of: {url}" for url in lost[: advice._MOST_NAMED]
    ]


@pytest.mark.parametrize("more", [0, 1])
def test_lists_that_failed_are_named_up_to_a_number(more):
    lists = ListFindings()
    for number in range(findings._MAX_NAMED + more):
        lists.failed.append(f"{PAGE}?{number}")

    assert len(lists.failed) == findings._MAX_NAMED
    assert lists.failed[0] == f"{PAGE}?{more}"  # the last ones


@pytest.mark.parametrize("more", [0, 1])
def test_a_page_that_is_idle_is_due_later_up_to_a_number_of_doublings(more):
    due = Schedule.parse("1d:1s").next_due(0, since=0, idle=schedule._MAX_DOUBLINGS + more)

    assert due == 2**20


@pytest.mark.parametrize("more", [0, 1])
def test_words_are_matched_as_long_as_they_are_few(more, monkeypatch):
    monkeypatch.setattr(diff, "_MAX_PAIRS", 6)
    assert diff._Budget().allows(["看"] * 2, ["看"] * (3 + more)) is not bool(more)
    monkeypatch.undo()
    monkeypatch.setattr(diff, "_MAX_STEPS", 9)
    assert diff._Budget().allows(["看"] * 3, ["看"]) is True
    monkeypatch.setattr(diff, "_MAX_STEPS", 9 - more)
    assert diff._Budget().allows(["看"] * 3, ["看"]) is not bool(more)


# ---------------------------------------------------------------- of a verification


@pytest.mark.parametrize("less", [0, 1])
@pytest.mark.parametrize(("module", "check"), [(feed, FeedCheck), (proven, EventCheck)])
def test_a_line_is_verified_up_to_a_length(module, check, less, tmp_path, monkeypatch):
    """What is longer is more than one line, and none of them is complete."""
    line = b"[" + b" " * 100 + b"]\n"  # JSON, and no record
    (tmp_path / "part-00001.jsonl").write_bytes(line)
    monkeypatch.setattr(module, "_MAX_LINE", len(line) - 2 * less)
    found = []
    made = check(Report(found.append), lambda size: None, **({"facts": None} if check is FeedCheck else {}))
    made.check(tmp_path / "part-00001.jsonl", *(["article"] if check is FeedCheck else []), None)

    assert [each.kind for each in found] == (["line", "line"] if less else ["schema"])


@pytest.mark.parametrize("less", [0, 1])
def test_a_line_of_an_index_is_verified_up_to_a_length(less, tmp_path, monkeypatch):
    line = b'a 20260130080000 {"url": "http://a/", "length": "1", "offset": "0", "filename": "a.warc.gz"}\n'
    monkeypatch.setattr(proof_index, "_MAX_LINE", len(line) - less)
    found = []
    proof_index.IndexCheck("index", tmp_path, Report(found.append)).read("index", BytesIO(line))

    assert bool(found) is bool(less)


@pytest.mark.parametrize("less", [0, 1])
def test_the_parser_of_a_part_is_known_by_a_first_line_up_to_a_length(less, tmp_path, monkeypatch):
    line = b'{"provenance": {"parser_version": "7"}}\n'
    (tmp_path / "part-00001.jsonl").write_bytes(line)
    monkeypatch.setattr(units, "MAX_LINE", len(line) - 2 * less)

    assert units.parser_version(tmp_path / "part-00001.jsonl") == (None if less else "7")


@pytest.mark.parametrize("less", [0, 1])
def test_a_list_of_packed_files_is_read_up_to_a_length(less, tmp_path, monkeypatch):
    said = b'{"resources": [], "software": "other"}'
    with ZipFile(tmp_path / "a.wacz", "w") as package:
        package.writestr("datapackage.json", said)
    monkeypatch.setattr(datapackage, "_MAX_SIZE", len(said) - less)
    found = []
    read = datapackage.check_datapackage(Wacz(tmp_path / "a.wacz", tmp_path), str, Report(found.append))

    assert (read is None, [each.severity for each in found]) == ((True, ["fault"]) if less else (False, ["warning"]))


@pytest.mark.parametrize("more", [0, 1])
def test_of_a_bad_line_so_many_bytes_are_kept(more, tmp_path, monkeypatch):
    monkeypatch.setattr(rejects, "_MAX_LINE", 100)
    kept = Rejects(tmp_path / "rejects.jsonl")
    kept.add("here", "bad", b"x" * (100 + more))
    kept.close()

    assert orjson.loads(Path(kept.path).read_bytes()) == {"place": "here", "reason": "bad", "line": "x" * 100}
