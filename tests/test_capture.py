"""The archive holds the wire: every block that is captured is compared, byte for byte, with what a server sent."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from itertools import groupby

import pytest

from newsspider.crawl import capture
from tests.servers.cases import CASES, Case, Pause
from tests.servers.wire import WireServer
from tests.warcs import Kept, manifests, of_url, read_warcs

SCHEMES = ("http", "https")
URL = "http://wire.test/stopped"


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


@dataclass
class Crawled:
    records: list[Kept]
    outcomes: dict[str, dict]
    stderr: str


def crawl(scrapy_run, server, cases: list[Case], *, tmp_path, settings=(), schemes=SCHEMES) -> Crawled:
    requests = [
        [case.method, f"{scheme}://wire.test{case.path}", case.request_body.decode()]
        for scheme in schemes
        for case in cases
    ]
    out = tmp_path / "outcomes.jsonl"
    run = scrapy_run(
        "runspider", "tests/spiders/wire.py", "-a", f"requests={json.dumps(requests)}", "-a", f"out={out}",
        "-s", f"CONNECT_TO={server.connect_to}", *[part for each in settings for part in ("-s", "=".join(each))],
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    outcomes = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(outcomes) == len(requests)
    return Crawled(read_warcs(run.archive_dir / "wire"), {each["url"]: each for each in outcomes}, run.stderr)


def by_settings():
    key = lambda case: sorted(case.settings.items())  # noqa: E731
    return [list(cases) for _, cases in groupby(sorted(CASES, key=key), key)]


GROUPS = by_settings()


@pytest.fixture(
    scope="module", params=GROUPS, ids=lambda cases: ",".join(map("=".join, cases[0].settings.items())) or "-"
)
def crawled(request, scrapy_run_in, tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("capture")
    cases = request.param
    with WireServer() as server:
        settings = cases[0].settings.items()
        yield cases, crawl(scrapy_run_in(tmp_path), server, cases, tmp_path=tmp_path, settings=settings), server


def test_every_block_is_what_crossed_the_wire(crawled):
    cases, result, server = crawled
    compared = 0
    for scheme in SCHEMES:
        for case in cases:
            url = f"{scheme}://wire.test{case.path}"
            exchanges = [each for each in server.exchanges(case.path) if each.secure == (scheme == "https")]
            responses = of_url(result.records, url, "response", "revisit")
            requests = of_url(result.records, url, "request")
            if len(requests) > len(exchanges):  # a server that hangs up may do so before it has read what came
                missed = unanswered(result.records, requests)[: len(requests) - len(exchanges)]
                requests = [each for each in requests if each not in missed]
            assert [each.block for each in requests] == [each.received for each in exchanges], url
            if case.captured == "nothing":
                assert responses == [], url
                assert of_url(result.records, url, "metadata"), url
                continue
            (response,) = responses
            (sent,) = [bytes(each.sent) for each in exchanges if each.sent]
            # Interim responses lie beside the response; the two, one after the other, are what was sent.
            beside = [each.block for each in of_url(result.records, url, "metadata") if each.block[:5] == b"HTTP/"]
            kept = b"".join((*beside, response.block))
            if response.type == "revisit":
                assert case.same_payload_as is not None or scheme == "https", url
                assert sent.startswith(kept)
                assert kept.endswith(b"\r\n\r\n")
            elif case.captured == "start":
                assert kept, url
                assert sent.startswith(kept) or kept.startswith(sent), url
            else:
                assert kept == sent, url
            compared += 2
    assert compared


def unanswered(records, requests):
    """The requests beside which lies that nothing came back."""
    nothing = {each["WARC-Record-ID"] for each in records if each.type == "metadata" and not each["WARC-Concurrent-To"]}
    return [each for each in requests if each["WARC-Concurrent-To"] in nothing]


def test_payload_digest_is_of_the_entity_body(crawled):
    cases, result, _ = crawled
    for scheme in SCHEMES:
        for case in cases:
            for response in of_url(result.records, f"{scheme}://wire.test{case.path}", "response", "revisit"):
                if case.status == 304:  # a head about a payload, not a payload: nothing to digest
                    assert response["WARC-Payload-Digest"] is None
                elif case.payload is not None:
                    assert response["WARC-Payload-Digest"] == sha1(case.payload), case.name
                if response.type == "response":
                    assert response["WARC-Block-Digest"] == sha1(response.block), case.name


def test_what_is_missing_is_said(crawled):
    cases, result, _ = crawled
    for scheme in SCHEMES:
        for case in cases:
            for response in of_url(result.records, f"{scheme}://wire.test{case.path}", "response"):
                assert response["WARC-Truncated"] == case.truncated, case.name


def test_records_of_one_exchange_belong_together(crawled):
    cases, result, _ = crawled
    for scheme in SCHEMES:
        for case in cases:
            url = f"{scheme}://wire.test{case.path}"
            for response in of_url(result.records, url, "response", "revisit"):
                twins = [
                    each
                    for each in of_url(result.records, url, "request")
                    if response["WARC-Record-ID"] in each.headers.get("warc-concurrent-to", [])
                ]
                assert len(twins) == 1, url
                assert twins[0]["WARC-Date"] == response["WARC-Date"]
                assert response["WARC-IP-Address"] == twins[0]["WARC-IP-Address"] == "127.0.0.1"
                protocols = response.headers["warc-protocol"]
                assert ("tls/1.3" in protocols) == (scheme == "https"), url
                assert (response["WARC-Cipher-Suite"] is not None) == (scheme == "https"), url


def test_same_payload_is_stored_once(crawled):
    cases, result, _ = crawled
    for scheme in SCHEMES:
        for case in cases:
            if case.same_payload_as is not None:
                (record,) = of_url(result.records, f"{scheme}://wire.test{case.path}", "response", "revisit")
                assert record.type == "revisit", case.name
                assert record["WARC-Refers-To-Target-URI"] == f"http://wire.test/{case.same_payload_as}"
                assert record["WARC-Truncated"] == "length"


@pytest.mark.parametrize("stop", ["keep", "fail"])
def test_download_that_somebody_stopped_is_cut_off_for_a_reason_of_theirs(stop, scrapy_run, tmp_path):
    """WARC/1.1, 5.15: neither the time nor a length nor a broken connection ended it."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n"
    case = Case(name="stopped", script=(head + b"x" * 4000, Pause(5), b"x" * 5000), payload=None)
    out = tmp_path / "out.jsonl"
    with WireServer([case]) as server:
        run = scrapy_run(
            "runspider", "tests/spiders/wire.py", "-a", f"requests={json.dumps([['GET', URL, '']])}",
            "-a", f"out={out}", "-a", f"stop={stop}", "-s", f"CONNECT_TO={server.connect_to}",
        )  # fmt: skip

    assert run.returncode == 0, run.stderr
    (response,) = of_url(read_warcs(run.archive_dir / "wire"), URL, "response")
    assert response["WARC-Truncated"] == "unspecified"
    assert head + b"x" * 4000 == response.block
    became = json.loads(out.read_text(encoding="utf-8"))
    assert became.get("status", became.get("error")) == (200 if stop == "keep" else "StopDownload")


@pytest.mark.parametrize(
    ("flags", "truncated"),
    [
        ([], None),
        (["cached"], None),
        (["dataloss"], "disconnect"),
        (["download_stopped"], "unspecified"),
        (["download_stopped", "dataloss"], "disconnect"),
    ],
)
def test_what_is_missing_is_told_by_the_flags_of_an_answer(flags, truncated):
    assert capture._truncation_of(flags) == truncated


@pytest.mark.parametrize(
    ("outcome", "truncated"),
    [
        ("time", "time"), ("length", "length"), ("disconnect", "disconnect"), ("stopped", "unspecified"),
        ("tls", "unspecified"), ("malformed", "unspecified"), ("error", "unspecified"),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_by_how_a_request_failed(outcome, truncated):
    assert capture._TRUNCATED.get(outcome, "unspecified") == truncated


def test_address_longer_than_any_page_s_is_not_fetched(scrapy_run, tmp_path):
    url = "http://wire.test/" + "a" * 9000
    out = tmp_path / "out.jsonl"
    with WireServer() as server:
        run = scrapy_run(
            "runspider", "tests/spiders/wire.py", "-a", f"requests={json.dumps([['GET', url, '']])}",
            "-a", f"out={out}", "-s", f"CONNECT_TO={server.connect_to}",
        )  # fmt: skip

    assert json.loads(out.read_text(encoding="utf-8"))["error"] == "OverlongUrlError"
    assert "9017 characters, more than 8192: not fetched" in run.stderr
    assert [logged.target for logged in server.log] == ["/robots.txt"]


def test_page_that_came_unrecorded_ends_the_crawl(scrapy_run):
    with WireServer() as server:
        run = scrapy_run(
            "crawl", "kankanews", "-s", f"CONNECT_TO=www.kankanews.com:443:127.0.0.1:{server.https}",
            "-s", 'DOWNLOAD_HANDLERS={"https": "tests.spiders.untapped.UntappedHandler"}',
            "-s", "ROBOTSTXT_OBEY=False", "-s", "DOWNLOAD_DELAY=0.3",
        )  # fmt: skip

    assert run.returncode == 4
    assert "was answered, but no bytes were recorded" in run.stderr
    assert "install the versions of requirements.txt" in run.stderr
    assert len(server.log) == 1
    assert read_warcs(run.archive_dir / "kankanews") == []
    (manifest,) = manifests(run.archive_dir / "kankanews")
    assert (manifest["finish_reason"], manifest["exit_code"]) == ("archive_failed", 4)
