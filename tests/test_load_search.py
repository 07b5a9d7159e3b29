"""``scrapy load --to opensearch+…`` and ``elasticsearch+…``: the articles in an index, their history beside it.

Not seen against a real node: see ``tests/servers/search.py`` for what stands in for one, and what that leaves open.
"""

from __future__ import annotations

import json
import random
import signal
import socket
import ssl
import subprocess
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.feeds.loading import search, search_server
from newsspider.feeds.loading.addresses import TargetAddressError
from newsspider.feeds.loading.loading import load
from newsspider.feeds.loading.rejects import Rejects
from newsspider.feeds.loading.source import find_parts
from newsspider.feeds.loading.targets import open_target
from tests.feeds import article, write_run
from tests.loaded import start_scrapy
from tests.patience import HUNG
from tests.servers.search import Answer, Request, SearchServer, error, serve_search

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsspider.feeds.loading.versions import LoadCounts
    from tests.loaded import Started

BESIDE = ("news-versions", "news-changes", "news-site-facts", "news-loaded")


@pytest.fixture(scope="module")
def emulation() -> Iterator[Any]:
    osmem_server = pytest.importorskip("osmem_server", reason="needs an emulation of OpenSearch (osmem-server)")
    with osmem_server.OsmemServer.start(japanese=False) as server:
        yield server
    server.process.stdout.close()  # it leaves that to the collector


@pytest.fixture
def server(emulation) -> Iterator[SearchServer]:
    """A server with nothing in it."""
    with emulation.clone() as backend, serve_search(backend.url) as gateway:
        yield gateway


@pytest.fixture
def safe_server(emulation) -> Iterator[SearchServer]:
    """The same over TLS, with a certificate that nobody trusts who was not told to."""
    with emulation.clone() as backend, serve_search(backend.url, tls=True) as gateway:
        yield gateway


@pytest.fixture
def collection(tmp_path) -> Path:
    return tmp_path / "archives/kankanews"


@pytest.fixture
def loaded(server, tmp_path):
    """Load a path; the reasons of what was refused are in ``loaded.refused``."""

    def run(path: Path) -> LoadCounts:
        rejects_file = tmp_path / "rejects.jsonl"
        rejects_file.unlink(missing_ok=True)
        target = open_target(server.address())
        rejects = Rejects(rejects_file)
        try:
            return load(find_parts([path]), target, rejects, lambda size: None).counts
        finally:
            target.close()
            rejects.close()
            lines = rejects_file.read_text(encoding="utf-8").splitlines() if rejects.count else []
            run.refused = [json.loads(line) for line in lines]

    run.refused = []
    return run


def whole(server: SearchServer) -> dict[str, Any]:
    """All that the server holds; versions only of articles, as those of the others count how often they were sent."""
    return {"news": server.documents("news")} | {
        index: {name: document for name, (_, document) in server.documents(index).items()} for index in BESIDE
    }


def written(collection: Path, runs: int = 5) -> None:
    """Runs in which articles appear, change, change back and churn."""
    chance = random.Random(7)
    for run in range(runs):
        records = [
            article(number, hours=run + number / 100, body_text=f"正文{chance.randrange(3)}", recommendations=[])
            for number in chance.sample(range(12), 7)
        ]
        write_run(collection, f"run-{run}", records[:4], records[4:])


# -- what becomes of records ------------------------------------------------------------------------------------------


def test_newest_version_is_the_article_and_every_version_is_kept(server, collection, loaded):
    first, second = article(1, body_text="原文"), article(1, hours=1, body_text="改了")
    write_run(collection, "run-1", [first, article(2)])
    write_run(collection, "run-2", [second, article(2, hours=1)])
    counts = loaded(collection)

    assert (counts.new, counts.changed, counts.unchanged) == (2, 1, 1)
    articles = server.documents("news")
    assert set(articles) == {"kankanews:made1", "kankanews:made2"}
    version, document = articles["kankanews:made1"]
    assert {name: value for name, value in document.items() if name != "record_hash"} == second
    assert version == 1795352400 * 10**6  # 2026-11-22T13:00:00Z
    versions = server.documents("news-versions")
    assert {name: document["record"]["body_text"] for name, (_, document) in versions.items()} == {
        "kankanews:made1@2026-11-22T12:00:00+00:00": "原文",
        "kankanews:made1@2026-11-22T13:00:00+00:00": "改了",
        "kankanews:made2@2026-11-22T12:00:00+00:00": article(2)["body_text"],
    }


def test_changes_and_site_facts_have_indices_of_their_own(server, collection, loaded):
    change = {
        "schema_version": "1.1", "event": "gone", "id": "kankanews:made1", "site": "kankanews",
        "url": "https://www.kankanews.com/detail/x", "at": "2026-11-22T12:00:00+00:00",
        "after": {"warc": "a.warc.gz", "offset": 0, "length": 9, "record_id": None, "payload_digest": None},
        "to_url": None, "before_at": None, "before": None, "status": 404, "changed": {}, "claim": None,
        "run": "run-1", "parser_version": "1", "warnings": [],
    }  # fmt: skip
    write_run(collection, "run-1", [article(1)], changes=[change])
    counts = loaded(collection)

    assert counts.others == 1
    assert server.documents("news-changes") == {"kankanews:made1@gone@2026-11-22T12:00:00+00:00": (1, change)}


def test_chinese_words_of_two_characters_are_found(server, collection, loaded):
    texts = {1: "进博会今天在上海开幕", 2: "杭州下雨了", 3: "我爱上海"}
    write_run(collection, "run-1", [article(n, title="题", body_text=text) for n, text in texts.items()])
    loaded(collection)
    server.documents("news")

    def found(words: str) -> set[str]:
        query = {"query": {"match_phrase": {"body_text": words}}}
        return {hit["_id"][-1] for hit in server.ask("POST", "/news/_search", query)["hits"]["hits"]}

    assert (found("上海"), found("杭州"), found("海上"), found("上海开幕")) == ({"1", "3"}, {"2"}, set(), {"1"})


def test_template_that_is_there_is_kept_and_used(server, collection, loaded):
    template = {
        "index_patterns": ["news"],
        "template": {
            "settings": {"number_of_shards": 1, "analysis": {"analyzer": {"chinese": {"type": "whitespace"}}}}
        },
    }
    server.ask("PUT", "/_index_template/newsspider-news", template)
    write_run(collection, "run-1", [article(1)])
    loaded(collection)

    settings = server.ask("GET", "/news/_settings")["news"]["settings"]["index"]
    assert settings["analysis"]["analyzer"]["chinese"] == {"type": "whitespace"}
    mappings = server.ask("GET", "/news/_mapping")["news"]["mappings"]
    assert mappings["properties"]["title"]["analyzer"] == "chinese"
    assert (mappings["dynamic"], "provenance" in mappings["properties"]) == ("false", True)
    assert "charset" not in mappings["properties"]["provenance"]["properties"]


# -- once, in any order, and to the same end --------------------------------------------------------------------------


def test_loading_twice_changes_nothing(server, collection, loaded, tmp_path):
    written(collection)
    loaded(collection)
    before = whole(server)
    again = loaded(collection)
    for directory in sorted((collection / "items").iterdir()):
        again.add(loaded(directory))

    assert (again.new, again.changed) == (0, 0)
    assert whole(server) == before


@pytest.mark.parametrize("found", [10_000, 6])
def test_the_same_is_new_and_changed_as_in_sqlite(found, server, collection, loaded, tmp_path, monkeypatch):
    """However many documents one search gives."""
    monkeypatch.setattr(search, "_FOUND", found)
    written(collection)
    target = open_target(f"sqlite:///{tmp_path}/same.db")
    in_sqlite = load(find_parts([collection]), target, Rejects(tmp_path / "r.jsonl"), lambda size: None).counts
    target.close()

    assert loaded(collection) == in_sqlite
    assert in_sqlite.changed > 5


def test_older_version_that_comes_later_does_not_replace_the_newer(server, collection, loaded):
    older = write_run(collection, "run-1", [article(1, body_text="旧")])
    newer = write_run(collection, "run-2", [article(1, hours=1, body_text="新")])
    loaded(newer)
    counts = loaded(older)

    assert (counts.new, counts.changed) == (0, 1)
    assert server.documents("news")["kankanews:made1"][1]["body_text"] == "新"
    assert len(server.documents("news-versions")) == 2


def test_newer_version_that_another_load_stored_meanwhile_stays(server, collection, loaded):
    """The other load is between our looking and our storing, so only the server can tell which is newer."""
    ours = write_run(collection, "run-1", [article(1, body_text="旧")])
    theirs = write_run(collection, "run-2", [article(1, hours=1, body_text="新")])

    def other_load_first(request: Request) -> None:
        if request.path == "/_bulk" and "旧".encode() in request.body:
            server.before = lambda request: None
            loaded(theirs)

    server.before = other_load_first
    loaded(ours)

    assert server.documents("news")["kankanews:made1"][1]["body_text"] == "新"
    assert len(server.documents("news-versions")) == 2


def as_elasticsearch(request: Request, answer: Answer) -> Answer:
    """Answer ``GET /`` as version 9 does."""
    if request.path != "/":
        return answer
    version = {"number": "9.2.0", "build_flavor": "default", "build_type": "docker", "lucene_version": "10.3.1"}
    about = {"name": "node", "cluster_name": "docker", "version": version, "tagline": "You Know, for Search"}
    return Answer(200, json.dumps(about).encode(), answer.headers | {"X-Elastic-Product": "Elasticsearch"})


def test_two_loads_at_once_come_to_the_same_end(server, collection, emulation, scrapy_run):
    written(collection)
    server.after = as_elasticsearch
    to = ("--to", server.address("elasticsearch+http"), "kankanews")
    command = ["load", "-s", f"ARCHIVE_DIR={collection.parent}", *to]
    both = [start_scrapy(command, stderr=subprocess.PIPE) for _ in range(2)]
    ended = [(process.communicate(timeout=HUNG)[1], process.returncode) for process in both]
    at_once = server.documents("news")
    with emulation.clone() as backend, serve_search(backend.url) as other:
        scrapy_run("load", "kankanews", "--to", other.address())
        assert at_once == other.documents("news")
    assert ended == [("", 0), ("", 0)]


@pytest.mark.slow
def test_load_that_is_killed_goes_on_to_the_same_end(server, collection, emulation, scrapy_run):
    """Killed where it matters: when a request was carried out and its answer not heard."""
    written(collection)
    arguments = ("load", "kankanews", "-s", f"ARCHIVE_DIR={collection.parent}", "--to", server.address())
    for number in (1, 2, 3, 4, 5, 6):
        bulks = server.asked("/_bulk") + number
        process: Future[Started] = Future()

        def kill(request: Request, answer: Answer, bulks: int = bulks, process: Any = process) -> Answer | None:
            if server.asked("/_bulk") < bulks:
                return answer
            process.result(HUNG).send_signal(signal.SIGKILL)
            return None

        server.after = kill
        process.set_result(start_scrapy(arguments))
        assert process.result().wait(timeout=HUNG) == -signal.SIGKILL
    server.after = lambda request, answer: answer
    ended = scrapy_run(*arguments)

    assert ended.returncode == 0, ended.stderr
    with emulation.clone() as backend, serve_search(backend.url) as other:
        scrapy_run(*arguments[:-1], other.address())
        expected = whole(other)
    assert whole(server) == expected


# -- what the server does not want ------------------------------------------------------------------------------------


def test_document_that_does_not_fit_the_mapping_is_refused_alone(server, collection, loaded):
    server.ask("PUT", "/news", {
        "settings": {"analysis": {"analyzer": {"chinese": {"type": "cjk"}}}},
        "mappings": {"properties": {"published_raw": {"type": "date"}}},
    })  # fmt: skip
    records = [article(1, published_raw="2026-01-01"), article(2, published_raw="昨天"), article(3, published_raw=None)]
    write_run(collection, "run-1", records)
    counts = loaded(collection)

    assert (counts.new, counts.changed, counts.unchanged) == (2, 0, 0)
    assert set(server.documents("news")) == {"kankanews:made1", "kankanews:made3"}
    assert len(server.documents("news-versions")) == 2
    (refused,) = loaded.refused
    assert refused["place"].endswith("part-00001.jsonl, line 2")
    assert refused["reason"].startswith("failed to parse field [published_raw] of type [date]")
    assert json.loads(refused["line"])["id"] == "kankanews:made2"


def test_id_that_is_too_long_is_refused_alone(server, collection, loaded):
    write_run(collection, "run-1", [article(1), article(2, id="kankanews:" + "长" * 200)])
    counts = loaded(collection)

    assert counts.new == 1
    assert [refused["reason"] for refused in loaded.refused] == ["its id is longer than 512 bytes"]


def test_index_with_another_mapping_is_told_and_left_alone(server, collection, scrapy_run):
    server.ask("PUT", "/news", {"mappings": {"properties": {"title": {"type": "keyword"}}}})
    write_run(collection, "run-1", [article(1)])
    run = scrapy_run("load", "kankanews", "--to", server.address())

    assert run.returncode == 4
    assert "index news is there and has another mapping: mapper [title] cannot be changed from type" in run.stderr
    assert server.documents("news") == {}


def test_requests_are_bounded_and_halved_where_the_server_takes_less(server, collection, loaded, monkeypatch):
    monkeypatch.setattr(search_server, "_BULK_BYTES", 100_000)
    records = [article(n, body_html=f"<p>{'长' * 7_000}</p>") for n in range(8)]
    write_run(collection, "run-1", [*records, article(9, body_html=f"<p>{'长' * 30_000}</p>")])
    server.before = lambda request: error(413, "too_large", "entity too large") if len(request.body) > 80_000 else None
    counts = loaded(collection)

    bulks = [
        len(request.body)
        for request in server.requests
        if request.path == "/_bulk" and b"made9" not in request.body  # alone it is larger
    ]
    assert counts.new == 8
    assert len(server.documents("news")) == 8
    assert [refused["reason"] for refused in loaded.refused] == ["the server takes no request of that size (413)"]
    assert 80_000 < max(bulks) <= 100_000


# -- a server in trouble ----------------------------------------------------------------------------------------------


def test_busy_server_is_asked_again_when_it_says(server, collection, loaded):
    write_run(collection, "run-1", [article(1)])
    asked: list[float] = []

    def busy_at_first(request: Request) -> Answer | None:
        if request.path != "/_bulk":
            return None
        asked.append(time.monotonic())
        if len(asked) == 1:
            return error(503, "unavailable", "starting", **{"Retry-After": "2"})
        return error(429, "too_many", "later", **{"Retry-After": "1"}) if len(asked) == 2 else None

    server.before = busy_at_first
    counts = loaded(collection)

    assert counts.new == 1
    assert len(server.documents("news")) == 1
    assert asked[1] - asked[0] >= 2
    assert asked[2] - asked[1] >= 1


def test_documents_that_the_server_has_no_room_for_are_sent_again(server, collection, loaded, monkeypatch):
    monkeypatch.setattr(search_server, "_ITEM_WAITS", (0.01, 0.01))
    write_run(collection, "run-1", [article(1), article(2), article(3)])
    sent: list[int] = []

    def full_for_the_second(request: Request) -> Answer | None:
        """Carry out what is not for article 2, as a node does with a full queue on one of its shards."""
        if request.path != "/_bulk" or sent:
            return None
        lines = request.body.splitlines(keepends=True)
        sent.append(len(lines) // 2)
        answer = server.forward(Request("POST", "/_bulk", request.headers, b"".join(lines[:2] + lines[4:])))
        items = json.loads(answer.body)["items"]
        full = {"status": 429, "error": {"type": "rejected_execution_exception", "reason": "queue capacity"}}
        items.insert(1, {"index": {"_index": "news", "_id": "kankanews:made2", **full}})
        return Answer(200, json.dumps({"errors": True, "items": items}).encode(), answer.headers)

    server.before = full_for_the_second
    counts = loaded(collection)

    assert (counts.new, loaded.refused, sent) == (3, [], [3])
    assert len(server.documents("news")) == 3


def test_server_that_stays_busy_ends_the_load_and_the_next_one_goes_on(server, collection, loaded, monkeypatch):
    monkeypatch.setattr(search_server, "_RETRIES", search_server._RETRIES.new(backoff_factor=0.001))
    write_run(collection, "run-1", [article(1)], [article(2)])

    def busy_later(request: Request) -> Answer | None:
        busy = request.path == "/_bulk" and b"made2" in request.body
        return error(429, "circuit_breaking_exception", "Data too large") if busy else None

    server.before = busy_later
    with pytest.raises(search_server.SearchError) as told:
        loaded(collection)
    assert "answers POST /_bulk with 429: Data too large. What was loaded before is complete" in str(told.value)
    assert len(server.documents("news-loaded")) == 1

    server.before = lambda request: None
    assert loaded(collection).new == 1
    assert len(server.documents("news-loaded")) == 2


def test_answer_that_is_cut_off_is_asked_for_again(server, collection, loaded):
    write_run(collection, "run-1", [article(1), article(2)])
    cut: list[str] = []

    def cut_each_first(request: Request, answer: Answer) -> Answer | None:
        if request.path in cut:
            return answer
        cut.append(request.path)
        return None

    server.after = cut_each_first
    counts = loaded(collection)

    assert counts.new == 2
    assert len(server.documents("news-versions")) == 2
    assert "/_bulk" in cut


def test_node_that_takes_no_writes_ends_the_load_and_nothing_is_rejected(server, collection, loaded):
    """A full disk makes an index read-only; that is no fault of the documents."""
    write_run(collection, "run-1", [article(1)])
    blocked = {"status": 403, "error": {"type": "cluster_block_exception", "reason": "index [news] blocked"}}
    body = json.dumps({"errors": True, "items": [{"index": blocked}]}).encode()
    server.before = lambda request: (
        Answer(200, body, {"Content-Type": "application/json"}) if request.path == "/_bulk" else None
    )
    with pytest.raises(search_server.SearchError, match=r"refuses to store documents: index \[news\] blocked"):
        loaded(collection)

    assert loaded.refused == []
    assert server.documents("news-loaded") == {}


@pytest.mark.parametrize("scheme", ["opensearch+http", "elasticsearch+http"])
def test_wrong_password_is_told_and_never_printed(scheme, server, collection, scrapy_run):
    write_run(collection, "run-1", [article(1)])
    run = scrapy_run("load", "kankanews", "--to", server.address(scheme, password="wrong pony@"))

    assert run.returncode == 4
    assert run.stderr == (
        f"scrapy load: {scheme}://***@127.0.0.1:{server.port}/news: refuses GET / (401): unable to authenticate "
        "user. What was loaded before is complete; see that user and password are right, and that the user may write "
        "and manage these indices, then run again\n"
    )
    assert "pony" not in run.stdout


def test_certificate_that_is_not_trusted_is_told_and_trusted_when_named(safe_server, collection, scrapy_run, tmp_path):
    write_run(collection, "run-1", [article(1)])
    arguments = ("load", "kankanews", "--to", safe_server.address("opensearch+https"))
    refused = scrapy_run(*arguments)
    authority = tmp_path / "ca.pem"
    authority.write_text(ssl.get_server_certificate(("127.0.0.1", safe_server.port)), encoding="ascii")
    trusted = scrapy_run(*arguments, env={"SSL_CERT_FILE": str(authority)})

    assert refused.returncode == 4
    assert "its certificate is not trusted: [SSL: CERTIFICATE_VERIFY_FAILED]" in refused.stderr
    assert "name the file with its certificate in SSL_CERT_FILE" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert "horse" not in refused.stderr
    assert (trusted.returncode, trusted.stderr) == (0, "")
    assert len(safe_server.documents("news")) == 1


def test_server_that_is_down_is_tried_again_and_then_told(collection, monkeypatch, tmp_path):
    monkeypatch.setattr(search_server, "_RETRIES", search_server._RETRIES.new(backoff_factor=0.001))
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(search_server.SearchError) as told:
        open_target(f"opensearch+http://me:secret@127.0.0.1:{port}/news")

    assert str(told.value).startswith(f"opensearch+http://me:***@127.0.0.1:{port}/news: cannot be reached: ")
    assert "see that it is up, then run again" in str(told.value)


def test_host_that_is_no_name_is_told_without_the_password():
    with pytest.raises(search_server.SearchError, match=r"me:\*\*\*@ho st:9200/news: .*see that the address is right"):
        open_target("opensearch+https://me:secret@ho st/news")


def test_server_that_is_no_search_server_is_told(wire_server, collection, scrapy_run):
    write_run(collection, "run-1", [article(1)])
    run = scrapy_run("load", "kankanews", "--to", f"elasticsearch+http://127.0.0.1:{wire_server.http}/news")

    assert run.returncode == 4
    assert run.stderr.count("\n") == 1
    assert "see that the address is right" in run.stderr


@pytest.mark.parametrize(
    "address",
    [
        "opensearch+https://me:sec/ret@host:9200/news",
        "opensearch+https://me:sec#ret@host:9200/news",
        "opensearch+https://me:secret@host:9200",
        "opensearch+https://me:secret@host:9200/News",
        "opensearch+https://me:secret@host:9200/news/_doc",
        "opensearch+https:///news",
    ],
)
def test_address_without_a_server_or_an_index_is_told_without_its_password(address):
    with pytest.raises(TargetAddressError) as told:
        open_target(address)

    assert str(told.value).startswith("--to opensearch+https://…: ")
    assert "choose from: sqlite:///file.db, " in str(told.value)
    assert "sec" not in str(told.value)
