"""Answers that break the rules of HTTP and can be read all the same: live as out of the records they become."""

from __future__ import annotations

import hashlib
import json
import random
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Headers
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import Protocol
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, DONE, Request, ResponseFailed, ResponseNeverReceived
from twisted.web.client import ResponseDone
from twisted.web.http import PotentialDataLoss, _DataLoss
from twisted.web.http_headers import Headers as SentHeaders
from twisted.web.iweb import UNKNOWN_LENGTH

from newsspider.collection.lookup import Lookup
from newsspider.crawl.incoming import IncomingAnswer, MalformedAnswerError
from newsspider.crawl.tap import TapProtocol
from newsspider.warc.exchange import Wire
from newsspider.warc.http import END_OF_HEAD, MAX_HEAD, parse_head
from newsspider.warc.message import HttpMessage
from tests.servers.cases import Case, Pause, Then, chunked, page
from tests.servers.odd import odd
from tests.servers.wire import WireServer
from tests.warcs import of_url, read_warcs

READABLE = 120
_OK = b"HTTP/1.1 200 OK\r\n"
_PAGE = page("malformed")

MALFORMED = {
    "lengths-that-differ": _OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "length-of-many-digits": _OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nabcd",
    "length-with-a-sign": _OK + b"Content-Length: +4\r\n\r\nabcd",
    "length-with-a-fraction": _OK + b"Content-Length: 4.0\r\n\r\nabcd",
    "status-in-words": b"HTTP/1.1 OK\r\nContent-Length: 4\r\n\r\nabcd",
    "status-of-four-digits": b"HTTP/1.1 2000 OK\r\nContent-Length: 4\r\n\r\nabcd",
    "no-head": b"<!doctype html>\n<p>abcd\n",
    "only-blank-lines": b"\r\n\r\n",
    "chunk-of-no-size": _OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\nabc\r\n0\r\n\r\n",
    "first-chunk-of-no-size": _OK + b"Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n",
    "chunk-longer-than-it-says": _OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
    "no-last-chunk": _OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(_PAGE, 100).removesuffix(b"0\r\n\r\n"),
    "half-a-last-chunk": _OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(_PAGE, 100).removesuffix(b"\r\n\r\n"),
    "in-name-only-and-cut-off": _OK + b"Transfer-Encoding: chunked\r\nContent-Length: 9999\r\n\r\n" + _PAGE,
    "packed-chunks-cut-off": _OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n3\r\n\x1f\x8b\x08\r\n0\r\n\r\n",
}


def cut(wire: bytes, rng: random.Random) -> list[bytes]:
    places = sorted({0, len(wire), *(rng.randrange(len(wire)) for _ in range(rng.randrange(4)))})
    return [wire[start:end] for start, end in pairwise(places)]


@pytest.fixture(scope="module")
def crawled(scrapy_run_in, tmp_path_factory):
    rng = random.Random(11)
    answers = {f"http://wire.test/odd-{number}": odd(rng) for number in range(READABLE)}
    cases = [
        Case(
            name=url.rpartition("/")[2],
            script=(
                *(step for piece in cut(each.wire, rng) for step in (piece, Pause(0.002))),
                Then.CLOSE if each.closes else Then.KEEP,
            ),
            payload=each.body,
        )
        for url, each in answers.items()
    ]
    cases += [Case(name=name, script=(wire, Then.CLOSE), payload=None) for name, wire in MALFORMED.items()]
    tmp_path = tmp_path_factory.mktemp("incoming")
    out = tmp_path / "out.jsonl"
    with WireServer(cases) as server:
        run = scrapy_run_in(tmp_path)(
            "runspider", "tests/spiders/wire.py", "-a", f"out={out}", "-s", f"CONNECT_TO={server.connect_to}",
            "-a", f"requests={json.dumps([['GET', f'http://wire.test{case.path}', ''] for case in cases])}",
            "-s", "DOWNLOAD_TIMEOUT=5",
        )  # fmt: skip
    assert run.returncode == 0, run.stderr
    told = {each["url"]: each for each in map(json.loads, out.read_text(encoding="utf-8").splitlines())}
    return answers, told, run.archive_dir / "wire"


def test_odd_answer_is_the_page_that_the_server_meant(crawled):
    answers, told, _ = crawled

    for url, answer in answers.items():
        assert "error" not in told[url], (url, answer.wire[:300])
        assert told[url]["body_sha1"] == hashlib.sha1(answer.body).hexdigest(), answer.wire[:300]
        assert told[url]["headers"] == as_text(Headers(answer.fields)), answer.wire[:300]


def test_odd_answer_says_the_same_live_and_from_its_record(crawled):
    answers, told, collection = crawled
    lookup = Lookup([collection], pytest.fail, max_block=None)

    for url in answers:
        found = lookup.page(url, None)
        assert not found.truncated
        assert told[url]["status"] == found.http.status
        assert told[url]["headers"] == as_text(Headers(found.http.head.page_fields))
        assert told[url]["body_sha1"] == hashlib.sha1(found.http.payload()).hexdigest()
    lookup.close()


def test_odd_answer_is_archived_to_the_byte(crawled):
    answers, _, collection = crawled
    records = read_warcs(collection)

    for url, answer in answers.items():
        (response,) = of_url(records, url, "response")
        before = b"".join(each.block for each in of_url(records, url, "metadata"))
        assert before + response.block == answer.wire
        assert response["WARC-Truncated"] is None


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_answer_is_an_error_and_archived(crawled, name):
    _, told, collection = crawled
    url = f"http://wire.test/{name}"

    assert told[url].get("error") in ("DownloadFailedError", "ResponseDataLossError", "ContentCodingError")
    kept = b"".join(each.block for each in of_url(read_warcs(collection), url, "response"))
    assert MALFORMED[name].endswith(kept)


def as_text(headers):
    return {name.decode("latin-1"): [each.decode("latin-1") for each in values] for name, values in headers.items()}


# ------------------------------------------------------------------------------------------------ without a network


class Body(Protocol):
    def __init__(self):
        self.data, self.ended = b"", False

    def dataReceived(self, data):  # noqa: N802  (Twisted's name)
        self.data += data

    def connectionLost(self, reason):  # noqa: N802
        self.ended = True


def receive(pieces, *, closes, method=b"GET"):
    """Feed the client a connection; return the response, if one began, with its body, and whether it may be reused."""
    protocol, transport, body = TapProtocol(), StringTransport(), Body()
    protocol.makeConnection(transport)
    responses, failures = [], []
    begun = protocol.request(Request(method, b"/", SentHeaders({b"Host": [b"wire.test"]}), None, persistent=True))
    begun.addCallback(lambda response: (responses.append(response), response.deliverBody(body)))
    begun.addErrback(failures.append)
    for piece in pieces:
        protocol.dataReceived(piece)
    free = protocol.state == "QUIESCENT" and not transport.disconnecting
    if closes:
        protocol.connectionLost(Failure(ConnectionDone()))
    return responses, body, failures, free


@given(st.integers(min_value=0), st.integers(min_value=0))
def test_answer_is_read_the_same_in_whatever_pieces_it_comes(seed, cuts):
    answer = odd(random.Random(seed))
    archived = HttpMessage(parse_head(answer.wire), Wire(answer.wire), "here")

    (response,), body, _, _ = receive(cut(answer.wire, random.Random(cuts)), closes=answer.closes)

    assert body.ended
    assert (response.code, response.phrase) == (archived.status, archived.reason)
    assert [(name, *values) for name, values in response.headers.getAllRawHeaders()] == archived.head.page_fields
    if archived.head.transfer_codings:  # undone by whoever has all of it
        assert archived.payload() == answer.body
    else:
        assert body.data == archived.payload() == answer.body


@given(st.binary(max_size=300), st.sampled_from([b"", _OK, _OK + b"Transfer-Encoding: chunked\r\n\r\n"]))
def test_no_bytes_leave_a_request_without_an_end(noise, start):
    responses, body, failures, _ = receive([start, noise], closes=True)

    assert body.ended if responses else failures


@pytest.mark.parametrize(
    ("wire", "free"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", True),
        (b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 3\r\n\r\nabc", True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", False),
        (b"HTTP/1.1 200 OK\r\nConnection: foo, Close\r\nContent-Length: 3\r\n\r\nabc", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd", False),
        (b"HTTP/1.1 304 Not Modified\r\n\r\nabc", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n", False),
    ],
)
def test_connection_is_used_again_only_when_nothing_is_left_on_it(wire, free):
    assert receive([wire], closes=False)[-1] is free


@pytest.mark.parametrize(
    ("wire", "exceeds"),
    [
        (b"Content-Length: 3\r\n\r\nabc", False),
        (b"Content-Length: 3\r\n\r\nabcd", True),
        (b"Content-Length: 0\r\n\r\na", True),
        (b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nabcd", False),
        (b"\r\nabcd", False),
    ],
)
def test_more_than_its_length_is_what_follows_where_one_is_named(wire, exceeds):
    answer = incoming(_OK + wire)

    assert bool(answer.exceeds_length) is exceeds


def incoming(*pieces: bytes, method: bytes = b"GET", finished: Any = lambda rest: None) -> IncomingAnswer:
    """Return an answer that has received *pieces*, and whose body nobody takes yet."""
    answer = IncomingAnswer(Request(method, b"/", SentHeaders({b"Host": [b"wire.test"]}), None), finished)
    answer.makeConnection(StringTransport())
    answer._responseDeferred.addErrback(lambda failure: None)
    for piece in pieces:
        answer.dataReceived(piece)
    return answer


@pytest.mark.parametrize(
    ("wire", "length"),
    [
        (b"Content-Length: 0\r\n\r\n", 0), (b"Content-Length: 3\r\n\r\n", 3), (b"\r\n", UNKNOWN_LENGTH),
        (b"Transfer-Encoding: chunked\r\n\r\n", UNKNOWN_LENGTH),
    ],
)  # fmt: skip
def test_length_is_what_the_head_says_or_unknown(wire, length):
    assert incoming(_OK + wire).response.length == length


def test_answer_waits_until_somebody_takes_its_body():
    """The connection is not read on meanwhile."""
    waiting, ended = incoming(_OK + b"Content-Length: 3\r\n\r\n"), incoming(_OK + b"Content-Length: 0\r\n\r\n")

    assert (waiting.transport.producerState, ended.transport.producerState) == ("paused", "producing")
    assert (waiting.state, ended.state) == (BODY, DONE)


@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"\r\n" * 9])
@pytest.mark.parametrize(("more", "whole"), [(-1, True), (0, True), (1, False)])
def test_head_has_so_many_bytes_with_all_before_it(before, more, whole):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: "
    wire = head + b"x" * (MAX_HEAD - len(before) - len(head) - 4 + more) + b"\r\n\r\n"

    assert len(before + wire) == MAX_HEAD + more
    assert (incoming(before + wire).head is not None) is whole
    assert (incoming(before, wire[:-3], wire[-3:]).head is not None) is whole


@pytest.mark.parametrize("end", [b"\r\n\r\n", b"\n\n", b"\n\r\n", b"\r\n\n"])
def test_end_of_a_head_is_found_wherever_it_is_cut(end):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 0"
    for size in range(1, len(head + end)):
        answer = incoming((head + end)[:size], (head + end)[size:])
        assert answer.head is not None, size
        assert answer.state == DONE


@pytest.mark.parametrize("interim", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"])
def test_answer_before_the_answer_is_passed_over_and_what_follows_is_looked_at_anew(interim):
    answer = incoming(interim * 3 + b"\r\n" + _OK + b"Content-Length: 0\r\n\r\n")
    assert answer.head is not None
    assert (answer.head.status, answer.state) == (200, DONE)
    for cut_at in (0, 10):
        with pytest.raises(MalformedAnswerError, match="not HTTP: it begins with b'nonsense"):
            incoming(interim + b"nonsense\r\n"[:cut_at], b"nonsense\r\n"[cut_at:])


@pytest.mark.parametrize("cut_at", [-1, -2, -4, -30])
def test_head_that_is_shorter_than_what_came_before_it_is_found(cut_at):
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: " + b"x" * 200 + b"\r\n\r\n"
    answer = incoming(interim[:cut_at], interim[cut_at:] + b"HTTP/1.1 204 No Content\r\n\r\n")

    assert answer.state == DONE


def test_what_an_answer_begins_with_is_told_in_part():
    with pytest.raises(MalformedAnswerError) as raised:
        incoming(b"x" * 100 + b"\n")
    assert str(raised.value) == f"not HTTP: it begins with {b'x' * 60!r}"
    for blank in (b"", b"\r\n", b"\n\r\n"):
        with pytest.raises(MalformedAnswerError) as raised:
            incoming(blank + b"xyz\n" + b"x" * 100)
        assert str(raised.value) == r"not HTTP: it begins with b'xyz\n'"


@pytest.mark.parametrize(
    ("fields", "malformed"),
    [
        (b"Content-Length: x\r\n", True),
        (b"Content-Length: x\r\nTransfer-Encoding: chunked\r\n", False),
        (b"Content-Length: 3\r\n", False),
    ],
)
def test_length_that_is_none_makes_an_answer_malformed_where_it_counts(fields, malformed):
    if malformed:
        with pytest.raises(MalformedAnswerError, match="its length is b'x'"):
            incoming(_OK + fields + b"\r\n")
    else:
        assert incoming(_OK + fields + b"\r\n").head is not None


@pytest.mark.parametrize(("size", "told"), [(60, 60), (61, 60)])
def test_of_a_length_that_is_none_so_much_is_told(size, told):
    with pytest.raises(MalformedAnswerError) as raised:
        incoming(_OK + b"Content-Length: " + b"x" * size + b"\r\n\r\n")
    assert str(raised.value) == f"its length is {b'x' * told!r}"


def test_lengths_that_differ_are_told_without_their_white_space():
    with pytest.raises(MalformedAnswerError, match=r"its length is b'3, 4'$"):
        incoming(_OK + b"Content-Length:  3 \r\nContent-Length: 4\r\n\r\n")


@pytest.mark.parametrize(
    ("line", "version"), [(b"HTTP/1.0 200", (1, 0)), (b"HTTP/1.1 200", (1, 1)), (b"ICY 200", (1, 0))]
)
def test_version_is_that_of_the_status_line(line, version):
    assert incoming(line + b" OK\r\nContent-Length: 0\r\n\r\n").response.version == (b"HTTP", *version)


@pytest.mark.parametrize(
    ("fields", "pieces"),
    [
        (b"", [b"1\r\na\r\nno size\r\n"]),
        (b"", [b"0\r\n", b"X: y\r\n" * MAX_HEAD]),  # all of the body is there
        (b"Content-Length: 10\r\n", [b"0x1\r\n0\r\n\r\n"]),  # its length is over, and there is a last chunk after all
    ],
)
def test_chunks_that_make_no_sense_end_an_answer_that_is_not_over(fields, pieces):
    finished = []
    with pytest.raises(MalformedAnswerError, match="its chunks make no sense"):
        incoming(_OK + b"Transfer-Encoding: chunked\r\n" + fields + b"\r\n", *pieces, finished=finished.append)
    assert finished == []


@pytest.mark.parametrize(
    "pieces",
    [
        [b"Content-Length: 0\r\n\r\n"], [b"Content-Length: 0\r\n\r\nab"], [b"Content-Length: 1\r\n\r\nab"],
        [b"Content-Length: 2\r\n\r\na", b"b", b"c"], [b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"HTTP/1.1"],
    ],
)  # fmt: skip
def test_answer_is_over_once(pieces):
    finished = []
    incoming(_OK, *pieces, finished=finished.append)

    assert finished == [b""]


@pytest.mark.parametrize(
    ("wire", "data", "error"),
    [
        (b"Content-Length: 3\r\n\r\nabc", b"abc", None),
        (b"Content-Length: 3\r\n\r\nab", b"ab", _DataLoss),
        (b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n", b"a", _DataLoss),
        (b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", b"a", None),
        (b"\r\nabc", b"abc", PotentialDataLoss),
        (b"\r\n", b"", PotentialDataLoss),
    ],
)
def test_connection_that_ends_is_the_end_of_an_answer_or_of_a_part_of_it(wire, data, error):
    class Told(Body):
        def connectionLost(self, reason):  # noqa: N802
            self.reason = reason

    protocol, body = TapProtocol(), Told()
    protocol.makeConnection(StringTransport())
    begun = protocol.request(Request(b"GET", b"/", SentHeaders({b"Host": [b"wire.test"]}), None, persistent=True))
    begun.addCallback(lambda response: response.deliverBody(body))
    protocol.dataReceived(_OK + wire)
    protocol.connectionLost(Failure(ConnectionDone()))

    assert body.data == data
    reasons = [body.reason.value, *(each.value for each in getattr(body.reason.value, "reasons", ()))]
    assert error is None or any(isinstance(each, error) for each in reasons)
    assert error is not None or body.reason.check(ResponseDone)


def test_answer_to_head_has_no_body_whatever_length_it_names():
    responses, body, _, free = receive([_OK + b"Content-Length: 3\r\n\r\n"], closes=False, method=b"HEAD")

    assert (len(responses), body.ended, body.data, free) == (1, True, b"", True)


def test_what_comes_behind_an_answer_is_no_answer():
    answer = incoming(_OK + b"Content-Length: 0\r\n\r\n")
    answer.dataReceived(b"nonsense\r\n")
    answer.dataReceived(_OK + b"Content-Length: 0\r\nX: second\r\n\r\n")

    assert (answer.state, answer.head.values(b"x")) == (DONE, [])


class Searched(bytearray):
    """Counts the bytes that are looked at in it."""

    looked_at = 0

    def find(self, wanted: Any, start: int = 0) -> int:
        self.looked_at += len(self) - start
        return super().find(wanted, start)


def test_head_that_comes_byte_by_byte_is_searched_once(monkeypatch):
    """What came before is not looked at again, but for the two bytes that may begin its end."""
    ends = []

    def search(top: bytearray, start: int) -> Any:
        ends.append(len(top) - start)
        return END_OF_HEAD.search(top, start)

    monkeypatch.setattr("newsspider.crawl.incoming.END_OF_HEAD", SimpleNamespace(search=search))
    wire = b"\r\n" * 100 + b"HTTP/1.1 200 OK" + b"K" * 300 + b"\r\nX: " + b"x" * 2000 + b"\r\nContent-Length: 1\r\n\r\n"
    answer = incoming()
    top = answer._top = Searched()
    for at in range(len(wire)):
        answer.dataReceived(wire[at : at + 1])

    assert answer.head is not None
    assert max(ends) <= 3
    assert 315 <= top.looked_at <= 3 * 320  # the first line only


def test_answer_of_which_not_all_came_is_told_apart_from_one_of_which_nothing_did():
    """What was never answered is asked again on another connection."""
    for pieces, error in (
        ([], ResponseNeverReceived), ([b"\r\n"], ResponseFailed), ([b"HTTP/1.1 200 OK\r\nX:"], ResponseFailed)
    ):  # fmt: skip
        (failure,) = receive(pieces, closes=True)[2]
        assert type(failure.value) is error, pieces
