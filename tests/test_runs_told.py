"""What is told of runs: lists of them, figures for Prometheus, notices, the closing lines; each by a manifest."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import threading
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.collection.collection import Collection
from newsspider.record.runcounts import RunCounts
from newsspider.runs import notice as notices
from newsspider.runs.closing import closing
from newsspider.runs.listing import complete, list_runs
from newsspider.runs.notice import NoticeError, is_webhook, notice, post, program, run
from newsspider.runs.prometheus import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNTS = asdict(RunCounts()) | {
    "articles": 5, "new": 3, "changed": 2, "failed": 1, "requests": 40, "requisites": 7, "revisits": 6, "unparsed": 4,
    "known": 9, "parsed": 8,
}  # fmt: skip
MANIFEST: dict[str, Any] = {
    "run": "run-1", "collection": "shanghai", "spider": "kankanews", "exit_code": 6, "reasons": ["one", "two"],
    "advice": [], "started": "2026-01-30T08:00:00+00:00", "ended": "2026-01-30T08:01:30+00:00", "last_success": None,
    "last_new": "2026-01-30T07:00:00+00:00", "counts": COUNTS, "scope": {"listed": True}, "source": None,
    "lists": {"links": 11}, "errors": [{"kind": "HTTP 503", "count": 2}], "statuses": {"200": 30, "404": 1},
    "witnesses": {"title": {"h1": 8, "og": 4}}, "connect_to": None, "parts": [], "changes_parts": [],
    "site_facts_parts": [], "warcs": [],
}  # fmt: skip


# ---------------------------------------------------------------- the list


@pytest.fixture
def collection(tmp_path) -> Collection:
    made = Collection(tmp_path / "kankanews")
    for directory in (made.archive_dir, made.items_dir, made.runs_dir):
        directory.mkdir(parents=True)
    return made


def ran(collection: Collection, *names: str, **fields: Any) -> None:
    for name in names:
        (collection.items_dir / name).mkdir(exist_ok=True)
        (collection.runs_dir / f"{name}.json").write_text(
            json.dumps(MANIFEST | {"run": name} | fields), encoding="utf-8"
        )


def begun(collection: Collection, *names: str) -> None:
    for name in names:
        (collection.items_dir / name).mkdir()


def states(collection: Collection) -> list[tuple[str, str]]:
    return [(each.run, each.state) for each in list_runs(collection)]


def test_runs_are_listed_newest_first_killed_ones_too(collection):
    ran(collection, "run-1", "run-4")
    begun(collection, "run-0", "run-2", "run-5")
    (collection.items_dir / "notes.txt").write_bytes(b"x")

    assert states(collection) == [
        ("run-5", "killed"), ("run-4", "complete"), ("run-2", "killed"), ("run-1", "complete"), ("run-0", "killed")
    ]  # fmt: skip


def test_the_newest_without_a_manifest_is_running_while_somebody_writes(collection):
    begun(collection, "run-2", "run-5")
    ran(collection, "run-6")
    descriptor = os.open(collection.lock_path, os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        assert states(collection) == [("run-6", "complete"), ("run-5", "running"), ("run-2", "killed")]
        begun(collection, "run-7")
        assert states(collection)[0] == ("run-7", "running")
    finally:
        os.close(descriptor)


def test_runs_that_were_taken_over_follow_the_one_that_did_and_are_listed_once(collection):
    ran(collection, "run-1")
    ran(collection, "run-4", adopted={"runs": ["run-2", "run-3"], "warcs": []})
    begun(collection, "run-3")  # its directory was to be removed

    assert states(collection) == [
        ("run-4", "complete"), ("run-3", "killed"), ("run-2", "killed"), ("run-1", "complete")
    ]  # fmt: skip
    assert [each.reasons for each in list_runs(collection)][1:3] == [("taken over by run-4",)] * 2


@pytest.mark.parametrize(
    "fields",
    [
        {"counts": 7},
        {"started": "no"},
        {"started": "0001-01-01T00:00:00+14:00"},
        {"started": None},
        {"exit_code": "x"},
        {"reasons": 7},
        {"scope": 7},
        {"adopted": []},
    ],
)
def test_a_manifest_that_is_none_is_damaged_and_the_others_are_listed(fields, collection):
    ran(collection, "run-1")
    ran(collection, "run-2", **fields)

    assert states(collection) == [("run-2", "damaged"), ("run-1", "complete")]
    for data in (b"{", b"{}", b"[]", b'"run-2"', b"[" * 100_000, b'{"counts": Infinity}'):
        (collection.runs_dir / "run-2.json").write_bytes(data)
        assert states(collection) == [("run-2", "damaged"), ("run-1", "complete")]


def test_a_run_is_listed_as_its_manifest_says():
    events = [{"event": "gone", "count": 2}, {"event": "soft_gone", "count": 3}, {"event": "published", "count": 9}]
    listed, taken_over = complete("run-1", MANIFEST | {"changes": events, "connect_to": "a:1:b:2"})

    assert (listed.run, listed.started, listed.seconds, listed.exit_code) == ("run-1", MANIFEST["started"], 90.0, 6)
    assert (listed.articles, listed.new, listed.changed, listed.failed, listed.requests) == (5, 3, 2, 1, 40)
    assert (listed.reasons, listed.gone, listed.connect_to, taken_over) == (("one", "two"), 5, "a:1:b:2", [])
    assert complete("run-1", MANIFEST)[0].gone == 0
    assert listed.as_dict() | {"advice": []} == {**listed.as_dict(), "advice": []}


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, "live"), ({"scope": {"listed": False}}, "urls"), ({"scope": None}, "fetch"),
        ({"source": {"archives": ["x"]}}, "archive"), ({"source": {"archives": ["x"]}, "scope": None}, "archive"),
    ],
)  # fmt: skip
def test_a_run_is_of_a_kind(fields, kind):
    assert complete("run-1", MANIFEST | fields)[0].kind == kind


# ---------------------------------------------------------------- figures


def figures(**fields: Any) -> dict[str, float]:
    text = as_text(MANIFEST | fields)
    assert text.endswith("\n")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


OF = 'collection="shanghai",spider="kankanews"'


def test_figures_are_those_of_the_manifest():
    found = figures()

    assert found.items() >= {
        f"newsspider_last_run_timestamp_seconds{{{OF}}}": 1769760090.0,
        f"newsspider_last_success_timestamp_seconds{{{OF}}}": 0.0,
        f"newsspider_last_new_timestamp_seconds{{{OF}}}": 1769756400.0,
        f"newsspider_exit_code{{{OF}}}": 6.0, f"newsspider_duration_seconds{{{OF}}}": 90.0,
        f"newsspider_list_links{{{OF}}}": 11.0, f'newsspider_count{{{OF},what="articles"}}': 5.0,
        f'newsspider_count{{{OF},what="gone"}}': 0.0, f'newsspider_errors{{{OF},kind="HTTP 503"}}': 2.0,
        f'newsspider_answers{{{OF},status="200"}}': 30.0, f'newsspider_answers{{{OF},status="404"}}': 1.0,
        f'newsspider_witness_share{{{OF},field="title",witness="h1"}}': 1.0,
        f'newsspider_witness_share{{{OF},field="title",witness="og"}}': 0.5,
    }.items()  # fmt: skip
    assert not any("requests" in name and "what=" not in name for name in found)
    assert figures(last_success="2026-01-30T09:01:30+01:00")[f"newsspider_last_success_timestamp_seconds{{{OF}}}"] == (
        1769760090.0
    )


def test_each_figure_is_explained_before_its_values():
    lines = as_text(MANIFEST).splitlines()
    explained: set[str] = set()
    for number, line in enumerate(lines):
        if line.startswith("# HELP "):
            name = line.split()[2]
            assert lines[number + 1] == f"# TYPE {name} gauge"
            assert line.endswith(".")
            explained.add(name)
        elif not line.startswith("#"):
            assert line.partition("{")[0] == name
    assert len(explained) == 10


def test_a_ledger_tells_how_requests_ended_and_no_article_has_no_share():
    outcomes = [{"of": "article", "outcome": "record", "kind": None, "count": 5, "example": "x"},
                {"of": "list", "outcome": "failure", "kind": 'a"b\\c\nd', "count": 1, "example": "x"}]  # fmt: skip
    found = figures(ledger={"asked": 6, "outcomes": outcomes}, counts=COUNTS | {"parsed": 0})

    assert found[f"newsspider_requests_asked{{{OF}}}"] == 6.0
    assert found[f'newsspider_requests_ended{{{OF},of="article",outcome="record",kind=""}}'] == 5.0
    escaped = r"a\"b\\c\nd"
    assert found[f'newsspider_requests_ended{{{OF},of="list",outcome="failure",kind="{escaped}"}}'] == 1.0
    assert not any("witness_share" in name for name in found)


# ---------------------------------------------------------------- notices


def verdict(**fields: Any) -> Any:
    return SimpleNamespace(**{"exit_code": 5, "reasons": ["at https://u:hunter2@h/"], "advice": (), **fields})


def test_a_notice_says_what_is_wrong_and_no_secret():
    said = notice(collection="k", spider="s", verdict=verdict(), run="run-1", files={"manifest": "m.json"})

    assert "hunter2" not in json.dumps(said)
    reason = said["reasons"][0]
    assert said == {
        "schema_version": "1.0", "collection": "k", "spider": "s", "run": "run-1", "exit_code": 5, "reasons": [reason],
        "advice": [reason], "manifest": "m.json", "text": f"k: the crawl ended with 5: {reason}",
    }  # fmt: skip
    two = notice(collection="k", spider="s", verdict=verdict(reasons=["a", "b"]), run=None, files={})
    assert (two["run"], two["text"]) == (None, "k: the crawl ended with 5: a\nb")


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://a.example/x", True), ("http://a.example:8080", True), ("HTTPS://a.example", True),
        ("ftp://a.example/", False), ("https://", False), ("https:///x", False), ("https://a.example:0/", False),
        ("https://a.example:99999/", False), ("https://[a", False), ("", False),
    ],
)  # fmt: skip
def test_a_webhook_is_an_address_of_the_web(address, found):
    assert is_webhook(address) == found


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("true a 'b c'", ["true", "a", "b c"]),
        ("", None),
        ("  ", None),
        ("true 'a", None),
        ("no-such-program-here a", None),
    ],
)
def test_a_command_is_a_program_that_there_is(command, words):
    assert program(command) == words


@pytest.fixture
def hook() -> Iterator[Any]:
    """A server that takes notices, and answers as it is told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.server.taken.append(
                (self.headers["Content-Type"], self.rfile.read(int(self.headers["Content-Length"])))
            )
            self.send_response(self.server.status)
            if self.server.status == 302:
                self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST  # noqa: N815

        def log_message(self, *arguments: Any) -> None:
            """Stay silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.taken, server.status = [], 200
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_notice_that_is_taken_is_json(status, hook):
    hook.status = status
    post(f"http://127.0.0.1:{hook.server_port}/x", {"text": "看"})

    ((kind, body),) = hook.taken
    assert (kind, json.loads(body)) == ("application/json", {"text": "看"})


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_notice_that_is_not_taken_is_told_and_follows_no_redirect(status, hook):
    hook.status = status
    with pytest.raises(
        NoticeError, match=rf"VERDICT_WEBHOOK \(127\.0\.0\.1\) did not get the verdict: it answered {status}"
    ):
        post(f"http://127.0.0.1:{hook.server_port}/secret", {})
    assert len(hook.taken) == 1


def test_an_answer_that_is_none_of_http_is_told_without_the_address():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"garbage\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        with pytest.raises(NoticeError, match=r"it did not answer in HTTP \(BadStatusLine\)") as raised:
            post(f"http://127.0.0.1:{server.getsockname()[1]}/hooks/secret", {})
        thread.join()
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("address", ["https://chat.example/a b", "https://chat.example/a\n", "https://chat.example/看"])
def test_an_address_with_a_sign_that_none_has_is_no_webhook(address):
    assert not notices.is_webhook(address)


def test_a_webhook_that_is_away_or_silent_delays_nothing(monkeypatch):
    with pytest.raises(NoticeError, match=r"did not get the verdict: .*refused"):
        post("http://127.0.0.1:9/", {})
    monkeypatch.setattr(notices, "_SECONDS", 0.05)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(NoticeError, match=r"timed out|took more than"),
    ):
        post(f"http://127.0.0.1:{silent.getsockname()[1]}/", {})


def test_a_program_gets_the_notice_and_may_fail(tmp_path, monkeypatch):
    run(f"sh -c 'cat > {tmp_path}/said'", {"text": "看"})
    assert json.loads((tmp_path / "said").read_bytes()) == {"text": "看"}

    with pytest.raises(NoticeError, match=r"VERDICT_COMMAND \(sh\) did not get the verdict: it ended with 3"):
        run("sh -c 'exit 3'", {})
    with pytest.raises(NoticeError, match=r"VERDICT_COMMAND \(…\) did not get the verdict"):
        run("no-such-program-here", {})
    monkeypatch.setattr(notices, "_SECONDS", 0.05)
    with pytest.raises(NoticeError, match=r"\(sh\) did not get the verdict: it took more than 0\.05 s"):
        run("sh -c 'sleep 60 & sleep 60'", {})


# ---------------------------------------------------------------- the closing lines


def told(collection: Collection, **fields: Any) -> list[str]:
    path = collection.runs_dir / "run-1.json"
    path.write_text(json.dumps(MANIFEST | fields), encoding="utf-8")
    return list(closing(collection, path, [("scrapy runs", "lists them")]))


def test_a_run_that_ended_well_says_what_it_did(collection):
    lines = told(collection, exit_code=0)

    assert (
        lines[1]
        == "Done: 5 articles from 40 requests, 7 of them for the images, style sheets and scripts of their pages."
    )
    assert lines[2].startswith("Of the answers 6 had a payload that the archive holds already")
    assert "4 of the article pages said that there is no article" in lines[2]
    assert lines[-3:] == ["Try next:", "  scrapy runs", "      lists them"]
    assert lines[3:6] == [
        "", f"  {collection.runs_dir / 'run-1.json'}", "      the manifest: what this run did, with digests"
    ]  # fmt: skip


def test_a_run_that_ended_badly_says_its_code(collection):
    assert told(collection)[1] == "Ended with exit code 6, for the reasons above: 5 articles from 40 requests."


@pytest.mark.parametrize(
    ("counts", "line"),
    [
        ({"articles": 0}, "Nothing is new: the 9 addresses on the lists are known."),
        ({"articles": 0, "known": 1}, "Nothing is new: 1 address on the lists is known."),
        ({"forbidden_by_robots": 1}, "robots.txt forbade 1 link."),
        ({"forbidden_by_robots": 2}, "robots.txt forbade 2 links."),
    ],
)  # fmt: skip
def test_what_is_out_of_the_ordinary_is_said(counts, line, collection):
    assert line in told(collection, counts=COUNTS | counts)
    assert line not in told(collection)


def test_files_are_named_with_what_is_in_them(collection):
    def file(name: str, records: int) -> dict[str, Any]:
        return {"name": name, "records": records, "size": 2_345_678, "sha256": "0" * 64}

    collection.reports_dir.mkdir()
    (collection.reports_dir / "run-1.html").write_bytes(b"x")
    lines = told(
        collection, parts=[file("part-00001.jsonl", 1)], changes_parts=[file("changes-00001.jsonl", 2)],
        site_facts_parts=[file("site-facts-00001.jsonl", 1)], warcs=[file("a.warc.gz", 3)],
    )  # fmt: skip
    items = collection.items_dir / "run-1"
    start = lines.index("", 1) + 1

    assert lines[start : lines.index("", start)] == [
        f"  {items / 'part-00001.jsonl'}", "      1 record, one a line",
        f"  {items / 'changes-00001.jsonl'}", "      2 events: new or changed",
        f"  {items / 'site-facts-00001.jsonl'}", "      the footer's facts, once",
        f"  {collection.archive_dir / 'a.warc.gz'}", "      3 WARC records, 2.3 MB",
        f"  {collection.index.path}", "      where each capture lies",
        f"  {collection.runs_dir / 'run-1.json'}", "      the manifest: what this run did, with digests",
        f"  {collection.reports_dir / 'run-1.html'}",
        "      the report, for a browser: how complete each field is, what failed and why",
    ]  # fmt: skip
