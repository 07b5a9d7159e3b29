"""What search servers, PostgreSQL and S3 answer, and what a load makes of it: by tables, without any of them."""

from __future__ import annotations

import base64
import hashlib
import json
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
import urllib3
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError, SSLError

from newsspider.feeds.loading import postgres, search, search_server, sending
from newsspider.feeds.loading.addresses import TargetAddressError
from newsspider.feeds.loading.relational import RowsRefusedError
from newsspider.feeds.loading.search_server import Action, SearchError, SearchServer
from newsspider.feeds.loading.sending import digest_of, part_size


class Answers:
    """Stands for the pool of connections to a server: gives one answer after another, and keeps what was asked."""

    def __init__(self, *answers: Any) -> None:
        self.headers = {"Accept": "application/json"}
        self.asked: list[tuple[str, str, bytes | None, dict[str, str]]] = []
        self._answers = list(answers)

    def urlopen(self, method: str, path: str, data: bytes | None, headers: dict[str, str], **options: Any) -> Any:
        assert options == {"redirect": False}
        self.asked.append((method, path, data, headers))
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, body = answer
        return SimpleNamespace(status=status, data=body if isinstance(body, bytes) else json.dumps(body).encode())


def server(*answers: Any) -> SearchServer:
    made = object.__new__(SearchServer)
    made.name = "opensearch+http://host:9200/news"
    made._pool = Answers(*answers)
    return made


def action(name: str = "a:1", *, size: int = 1, version: int | None = None) -> Action:
    return Action(index="news", id=name, document={"text": "x" * size}, version=version)


def items(*results: Any) -> tuple[int, Any]:
    """A bulk answer: a status, or a status and why, of each document."""
    return 200, {"items": [
        {"index": {"status": each} if isinstance(each, int) else {"status": each[0], "error": {"reason": each[1]}}}
        for each in results
    ]}  # fmt: skip


@pytest.fixture(autouse=True)
def slept(monkeypatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(search_server, "sleep", waits.append)
    return waits


# -- search servers: documents ----------------------------------------------------------------------------------------


def test_document_takes_two_lines_and_a_version_where_it_has_one():
    plain, versioned = (list(map(json.loads, action(version=version).lines().splitlines())) for version in (None, 0))

    assert plain == [{"index": {"_index": "news", "_id": "a:1"}}, {"text": "x"}]
    assert versioned[0] == {"index": {"_index": "news", "_id": "a:1", "version": 0, "version_type": "external_gte"}}


@pytest.mark.parametrize(
    ("name", "too_long"), [("x" * 512, False), ("x" * 513, True), ("看" * 170, False), ("看" * 171, True)]
)
def test_id_has_512_bytes_at_most_and_a_longer_one_is_not_sent(name, too_long):
    made = server(items(201) if too_long else items(201, 201))

    assert made.store([action(name), action()]) == ({0: "its id is longer than 512 bytes"} if too_long else {})


def test_id_that_is_too_long_leaves_the_others_to_be_stored():
    made = server(items(201, (400, "no")))

    assert made.store([action("x" * 513), action(), action()]) == {0: "its id is longer than 512 bytes", 2: "no"}
    assert made._pool.asked[0][2].count(b"\n") == 4


@pytest.mark.parametrize(
    ("sizes", "bulks"),
    [
        ([1] * 500, [500]), ([1] * 501, [500, 1]), ([1] * 1000, [500, 500]), ([], []), ([9 << 20], [1]),
        ([3 << 20, 2 << 20], [2]), ([3 << 20, (2 << 20) + 1], [1, 1]), ([1, 9 << 20, 1], [1, 1, 1]),
        ([2 << 20, 2 << 20, 2 << 20, 3 << 20], [2, 2]),
    ],
)  # fmt: skip
def test_documents_go_together_up_to_500_and_5_mib(sizes, bulks):
    found = list(search_server._bulks([bytes(size) for size in sizes]))

    assert [len(each) for each in found] == bulks
    assert [place for each in found for place in each] == list(range(len(sizes)))


@pytest.mark.parametrize("status", [200, 201, 299, 409])
def test_document_is_stored_also_where_a_newer_one_is_there(status, slept):
    assert (server(items(status)).store([action()]), slept) == ({}, [])


@pytest.mark.parametrize("status", [429, 500, 503])
def test_document_without_room_is_sent_again_and_no_other(status, slept):
    made = server(items((status, "full"), 201, (400, "no")), items((status, "full")), items(201))

    assert made.store([action("a"), action("b"), action("c")]) == {2: "no"}
    assert [data.count(b"\n") for _, _, data, _ in made._pool.asked] == [6, 2, 2]
    assert slept == [1.0, 2.0]


def test_server_that_stays_full_ends_the_load(slept):
    made = server(*[items((429, "full"), (429, "still full"))] * 7)

    with pytest.raises(SearchError, match="has no room for 2 documents: still full") as raised:
        made.store([action("a"), action("b")])
    assert raised.value.exit_code == 4
    assert slept == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0]


@pytest.mark.parametrize("status", [300, 401, 403, 404])
def test_index_that_takes_nothing_ends_the_load(status):
    with pytest.raises(SearchError, match="refuses to store documents: no"):
        server(items((status, "no"))).store([action()])


def test_request_that_is_too_large_is_halved_until_one_is_alone():
    made = server((413, b""), items(201), (413, b""), (413, b""), items(201))

    assert made.store([action("a"), action("b"), action("c")]) == {1: "the server takes no request of that size (413)"}
    assert [data.count(b"\n") // 2 for _, _, data, _ in made._pool.asked] == [3, 1, 2, 1, 1]


@pytest.mark.parametrize("answer", [items(201, 201), items(), (200, {})])
def test_answer_that_is_not_for_each_document_is_none(answer):
    with pytest.raises(SearchError, match="answers a bulk request, but not for each of its documents"):
        server(answer).store([action()])


# -- search servers: answers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((401, {"error": "no"}), "refuses GET /x (401): no"), ((403, b"closed"), "refuses GET /x (403): 'closed'"),
        ((300, b""), "answers GET /x with 300: ''"), ((404, {"a": 1}), "answers GET /x with 404: {'a': 1}"),
        ((500, {"error": {"type": "t", "reason": "r", "caused_by": {"reason": "c"}}}), "answers GET /x with 500: r: c"),
        ((500, b"\xff" * 100), f"answers GET /x with 500: {chr(0xFFFD) * 80!r}"),
        ((200, b"<html>"), "answers, but not in JSON"),
    ],
)  # fmt: skip
def test_answer_that_is_no_success_is_told(answer, said):
    with pytest.raises(SearchError) as raised:
        server(answer)._ask("GET", "/x")
    assert f"opensearch+http://host:9200/news: {said}. What was loaded before is " in str(raised.value)


def test_answer_that_is_allowed_is_returned():
    assert server((404, {"a": 1}))._ask("GET", "/x", allowed=(404,)) == (404, {"a": 1})
    assert server((200, b"no JSON"))._ask("HEAD", "/x") == (200, None)
    assert server((299, {}))._ask("GET", "/x") == (299, {})
    for status in (401, 403):
        with pytest.raises(SearchError, match="refuses"):
            server((status, {}))._ask("GET", "/x", allowed=(401, 403))


@pytest.mark.parametrize(
    ("body", "data", "kind"),
    [
        (None, None, None), ({"a": 1}, b'{"a":1}', "application/json"), ({}, b"{}", "application/json"),
        (b"{}\n", b"{}\n", "application/x-ndjson"),
    ],
)  # fmt: skip
def test_what_is_sent_is_called_what_it_is(body, data, kind):
    made = server((200, {}))
    made._ask("POST", "/x", body)

    ((_, _, sent, headers),) = made._pool.asked
    assert (sent, headers.get("Content-Type"), headers["Accept"]) == (data, kind, "application/json")
    assert "Content-Type" not in made._pool.headers


def test_document_is_there_or_not():
    made = server((200, {"_source": {"a": 1}}), (404, {}))

    assert (made.get("news", "a/b?c"), made.get("news", "x")) == ({"a": 1}, None)
    assert made._pool.asked[0][1] == "/news/_doc/a%2Fb%3Fc"
    assert [server((status, b"")).exists("/news") for status in (200, 404)] == [True, False]


def test_index_that_another_load_made_is_taken():
    server((200, {})).create("news")
    server((400, {"error": {"type": "resource_already_exists_exception"}})).create("news")
    with pytest.raises(SearchError, match="index news cannot be made: bad name"):
        server((400, {"error": {"type": "invalid_index_name_exception", "reason": "bad name"}})).create("news")
    with pytest.raises(SearchError, match="index news is there and has another mapping: differs"):
        server((400, {"error": {"reason": "differs"}})).add_mapping("news", {})


@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        ({"timed_out": False, "_shards": {"failed": 0}}, True), ({"_shards": {"failed": 0}}, True),
        ({"timed_out": True, "_shards": {"failed": 0}}, False), ({"timed_out": False, "_shards": {"failed": 1}}, False),
    ],
)  # fmt: skip
def test_search_is_answered_by_all_shards_or_not_at_all(answer, whole):
    made = server((200, answer | {"hits": {"hits": [{"_source": 1}, {"_source": 2}]}}))

    if whole:
        assert made.search("news", {}) == [1, 2]
    else:
        with pytest.raises(SearchError, match="a search in news was not answered whole"):
            made.search("news", {})


@pytest.mark.parametrize(
    ("answer", "is_one"),
    [
        ({"version": {"number": "2.0", "lucene_version": "9"}}, True), ({"version": {"number": "2.0"}}, False),
        ({"version": "2.0 lucene_version"}, False), ({}, False), ([], False), ("lucene_version", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("status", [200, 302, 404, 405])
def test_search_server_tells_the_version_of_lucene(answer, is_one, status):
    if is_one:
        server((status, answer))._look()
    else:
        with pytest.raises(SearchError, match="answers, but not as OpenSearch or Elasticsearch does"):
            server((status, answer))._look()


CERTIFICATE = SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (CERTIFICATE, "its certificate is not trusted: "),
        (MaxRetryError(None, "/", CERTIFICATE), "its certificate is not trusted: "),
        (SSLError("WRONG_VERSION_NUMBER"), "does not answer: WRONG_VERSION_NUMBER"),
        (MaxRetryError(None, "/", NewConnectionError(None, "refused")), "cannot be reached: "),
        (MaxRetryError(None, "/", ProtocolError("gone")), "does not answer: gone"),
        (ProtocolError("gone"), "does not answer: gone"),
    ],
)  # fmt: skip
def test_server_that_cannot_be_reached_is_told_by_the_cause(error, said):
    with pytest.raises(SearchError) as raised:
        server(error)._ask("GET", "/")
    assert f": {said}" in str(raised.value)
    assert ("SSL_CERT_FILE" in str(raised.value)) is (CERTIFICATE in (error, getattr(error, "reason", None)))


def test_requests_are_tried_six_times_more_where_that_may_help():
    retries = search_server._RETRIES

    assert (retries.total, retries.other, retries.allowed_methods) == (6, 0, None)
    assert [status for status in range(400, 600) if retries.is_retry("POST", status)] == [429, 502, 503, 504]
    assert retries.get_retry_after(urllib3.HTTPResponse(headers={"Retry-After": "3600"})) == 60


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({}, "None"), ({"error": "short"}, "short"), ({"error": "x" * 301}, "x" * 300), ({"error": {"type": "t"}}, "t"),
        ({"error": {"type": "t", "reason": "r"}}, "r"), ({"error": {"reason": "r", "caused_by": {"type": "c"}}}, "r"),
        ({"error": {"reason": "r" * 200, "caused_by": {"reason": "c" * 200}}}, "r" * 200 + ": " + "c" * 98),
    ],
)  # fmt: skip
def test_reason_of_a_server_is_told_in_part(result, said):
    assert search_server._reason(result) == said


@pytest.mark.parametrize(
    ("moment", "version"),
    [
        ("1970-01-01T00:00:00+00:00", 0), ("1969-12-31T23:59:59+00:00", 0), ("1970-01-01T00:00:00.000001+00:00", 1),
        ("2026-01-30T08:00:00+08:00", 1_769_731_200_000_000),
    ],
)  # fmt: skip
def test_version_of_a_document_is_its_time_in_microseconds(moment, version):
    assert search._microseconds(moment) == version


@pytest.mark.parametrize(
    "rest",
    [
        "//host:9200", "//host:9200/", "//host/News", "//host/-news", "//host/a/b", "//host/n?x=1", "//host/n#x",
        "///news",
        f"//host/{'n' * 202}", "//host:x/news", "//user:p@ss@host:99999/news",
    ],
)  # fmt: skip
def test_address_names_a_server_and_an_index(rest):
    with pytest.raises(TargetAddressError) as raised:
        search.SearchTarget("opensearch+http", rest)
    assert "p@ss" not in str(raised.value)


# -- PostgreSQL -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("problem", "step"),
    [
        ('FATAL:  database "news" does not exist', "make the database first: createdb news"),
        ('FATAL:  password authentication failed for user "x"', "see that user and password are right"),
        ('FATAL:  role "x" does not exist', "see that user and password are right"),
        ("permission denied for schema public", "let the user create tables there"),
        ("it has another program's articles", "name another database"),
        ('could not translate host name "x" to address', "see that the name of the host is right"),
        ("failed to resolve host 'x'", "see that the name of the host is right"),
        ("connection refused", "see that the server is up and the user may create tables there"),
    ],
)
def test_next_step_is_told_by_what_the_server_said(problem, step):
    error = postgres.PostgresError("postgresql://host/news", problem)

    assert str(error).startswith(f"postgresql://host/news: {problem}. ")
    assert str(error).endswith(f"; {step}, then run again")
    assert error.exit_code == 4


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ("connection refused", True), ("FATAL:  the database system is starting up", True),
        ("FATAL:  the database system is shutting down", True), ("FATAL:  sorry, too many clients already", False),
        ('FATAL:  password authentication failed for user "x"', False),
    ],
)  # fmt: skip
def test_it_may_help_to_wait_where_nothing_is_refused(said, may):
    assert postgres._may_pass(said) is may


class Coded(psycopg.OperationalError):
    def __init__(self, sqlstate: str | None, text: str = "gone\nDETAIL: x") -> None:
        super().__init__(text)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("code", "lost"),
    [
        (None, True), ("57P01", True), ("57P02", True), ("57P03", True), ("08006", True), ("53300", False),
        ("57014", False),
        ("28P01", False),
    ],
)  # fmt: skip
def test_server_has_gone_by_its_code(code, lost):
    wrapped = sa.exc.OperationalError("SELECT secret", {}, Coded(code))
    assert postgres._lost(Coded(code)) is postgres._lost(wrapped) is lost
    assert not postgres._lost(psycopg.ProgrammingError("no"))

    database = object.__new__(postgres.PostgresDatabase)
    database._name = "postgresql://host/news"
    for error in (Coded(code), wrapped):
        with pytest.raises(postgres.PostgresError, match=r"host/news: gone\. What") as raised, database._errors():
            raise error
        assert isinstance(raised.value, postgres.PostgresLostError) is lost
        assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "error",
    [
        psycopg.DataError("bad"),
        psycopg.errors.ProgramLimitExceeded("bad"),
        psycopg.errors.NumericValueOutOfRange("bad"),
        UnicodeEncodeError("utf-8", "\ud800", 0, 1, "bad"),
        sa.exc.DataError("SELECT", {}, psycopg.DataError("bad")),
    ],
)
def test_value_that_is_refused_is_no_fault_of_the_server(error):
    database = object.__new__(postgres.PostgresDatabase)
    database._name = "postgresql://host/news"

    with pytest.raises(RowsRefusedError, match="PostgreSQL refuses it: "), database._errors():
        raise error


def test_error_without_a_word_is_told_by_its_kind():
    assert postgres._said(psycopg.OperationalError("")) == "OperationalError"
    assert postgres._said(psycopg.OperationalError(" \n first\nsecond")) == "first"


# -- S3 ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "parts"), [(0, [0]), (1, [1]), (7, [7]), (8, [8]), (9, [8, 1]), (16, [8, 8]), (17, [8, 8, 1])]
)
def test_file_is_sent_in_parts_where_it_is_larger_than_one(size, parts, tmp_path, monkeypatch):
    monkeypatch.setattr(sending, "PART_SIZE", 8)
    monkeypatch.setattr(sending, "_CHUNK", 3)
    data = bytes(range(size))
    (tmp_path / "a").write_bytes(data)
    read: list[int] = []
    digest = digest_of(tmp_path / "a", read.append)

    starts = [sum(parts[:n]) for n in range(len(parts))]
    of_parts = [hashlib.sha256(data[start : start + part]).digest() for start, part in zip(starts, parts, strict=True)]
    assert (digest.size, digest.sha256, list(digest.parts)) == (size, hashlib.sha256(data).hexdigest(), of_parts)
    assert sum(read) == size
    alone = base64.b64encode(hashlib.sha256(data).digest()).decode()
    together = base64.b64encode(hashlib.sha256(b"".join(of_parts)).digest()).decode()
    assert digest.checksum == (alone if len(parts) == 1 else f"{together}-{len(parts)}")


@pytest.mark.parametrize(
    ("size", "part"),
    [
        (0, 16 << 20), (160_000 << 20, 16 << 20), ((160_000 << 20) + 1, (16 << 20) + 1),
        (5 << 40, -(-(5 << 40) // 10_000)),
    ],
)  # fmt: skip
def test_parts_are_as_large_as_ten_thousand_of_them_need(size, part):
    assert part_size(size) == part
    assert -(-size // part) <= 10_000


@pytest.mark.parametrize(
    ("answers", "told", "asked"), [([True], True, 1), ([False, True], True, 2), ([False, False], False, 2)]
)
def test_a_no_is_asked_about_again(answers, told, asked):
    left = list(answers)

    assert sending._twice(lambda: left.pop(0)) is told
    assert len(answers) - len(left) == asked
