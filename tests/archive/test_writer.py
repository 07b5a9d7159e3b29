"""What lies in the WARC files: every record, field and byte, seen by other people's readers."""

from __future__ import annotations

import gzip
import hashlib
import os
import random
import re
import subprocess
import sys
from base64 import b32encode
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from newsspider.collection import writer as writing
from newsspider.collection.captures import page_at
from newsspider.collection.collection import Collection
from newsspider.collection.writer import ArchiveWriteError, CollectionLockedError
from newsspider.warc.exchange import MEMORY_LIMIT
from tests.archive.exchanges import REQUEST, STARTED, URL, chunked, exchange, page, writer

if TYPE_CHECKING:
    from newsspider.collection.capture import Capture

RANDOM = random.Random(20260130)
TEXT = b"<p>\xe7\x9c\x8b\xe7\x9c\x8b\xe6\x96\xb0\xe9\x97\xbb</p>" * 200
GZIPPED = gzip.compress(RANDOM.randbytes(1500).hex().encode())
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
EMPTY_DIGEST = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"

ANSWERS = {
    "plain": page(TEXT, b"Content-Type: text/html"),
    "gzipped": page(GZIPPED, b"Content-Encoding: gzip", b"Content-Type: text/html"),
    "chunked": CHUNKED + chunked(TEXT),
    "chunked, with a trailer": CHUNKED + chunked(TEXT, trailer=b"X-Trailer: t\r\n"),
    "chunked and gzipped": CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n") + chunked(GZIPPED),
    "image": page(RANDOM.randbytes(200_000), b"Content-Type: image/jpeg"),
    "redirect": page(b"", b"Location: /b", status=b"302 Found"),
    "no content": b"HTTP/1.1 204 No Content\r\nX: y\r\n\r\n",
    "not modified": b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n",
    "odd reason": page(b"gone", status=b"404 Nicht  da\xdf  "),
    "no reason": page(b"gone", status=b"410"),
    "cookies in two cases": page(b"x", b"Set-Cookie: a=1", b"X: 1", b"set-cookie: b=2"),
    "folded, no colon, Latin-1": page(b"x", b"A: b", b"\tc", b"nonsense", b"B: caf\xe9", b"C:   spaced  "),
    "raw UTF-8": page(b"x", "X-标题: 看看".encode(), status="200 好".encode()),
    "HTTP/1.0, bare line feeds": b"HTTP/1.0 200 OK\nContent-Type: text/html\n\n" + TEXT,
    "excess": page(b"short") + b"and more",
    "interim": b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + page(TEXT, b"Content-Type: text/html"),
    "truncated": b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b"x" * 200,
    "truncated in the head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "not HTTP": b"SSH-2.0-OpenSSH_9.2\r\n",
    "odd status": b"HTTP/1.1 2000 What\r\nContent-Type:\r\n\r\nbody",
    "large text": page(RANDOM.randbytes(600_000).hex().encode(), b"Content-Type: text/plain"),
    "large video": page(RANDOM.randbytes(MEMORY_LIMIT + 1), b"Content-Type: video/mp4"),
    "large and chunked": CHUNKED + chunked(RANDOM.randbytes(700_000).hex().encode(), size=70_001),
}


def write(path: Path, *received: bytes, **changes: Any) -> list[Capture]:
    """One capture for each answer, a second apart, at addresses of their own."""
    with writer(path, **changes) as open_writer:
        return [
            open_writer.write_exchange(
                exchange(answer, url=f"{URL}?n={number}", started=STARTED + timedelta(seconds=number))
            )
            for number, answer in enumerate(received)
        ]


def files(path: Path) -> list[Path]:
    return sorted((path / "archive").iterdir())


def records(path: Path) -> list[tuple[str, dict[str, list[str]], bytes]]:
    """Type, fields and block of every record, as warcio reads them."""
    found = []
    for file in files(path):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream, no_record_parse=True):
                fields: dict[str, list[str]] = {}
                for name, value in record.rec_headers.headers:
                    fields.setdefault(name, []).append(value)
                found.append((record.rec_type, fields, record.raw_stream.read()))
    return found


def sha1(data: bytes) -> str:
    return "sha1:" + b32encode(hashlib.sha1(data).digest()).decode()


@pytest.fixture(scope="module")
def everything(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("collections") / "everything"
    write(path, *ANSWERS.values())
    return path


def test_a_capture_is_a_response_and_its_request(tmp_path):
    (capture,) = write(tmp_path, ANSWERS["plain"])
    warcinfo, response, request = records(tmp_path)

    info_id = warcinfo[1]["WARC-Record-ID"]
    common = {
        "WARC-Date": ["2026-01-30T08:00:00.123456Z"],
        "WARC-Target-URI": [f"{URL}?n=0"],
        "WARC-Warcinfo-ID": info_id,
        "WARC-IP-Address": ["203.0.113.7"],
        "WARC-Protocol": ["http/1.1", "tls/1.3"],
        "WARC-Cipher-Suite": ["TLS_AES_256_GCM_SHA384"],
    }
    assert response == (
        "response",
        {
            "WARC-Type": ["response"],
            "WARC-Record-ID": [f"<{capture.where.record_id}>"],
            **common,
            "WARC-Payload-Digest": [sha1(TEXT)],
            "WARC-Block-Digest": [sha1(ANSWERS["plain"])],
            "Content-Type": ["application/http;msgtype=response"],
            "Content-Length": [str(len(ANSWERS["plain"]))],
        },
        ANSWERS["plain"],
    )
    assert request == (
        "request",
        {
            "WARC-Type": ["request"],
            "WARC-Record-ID": request[1]["WARC-Record-ID"],
            **common,
            "WARC-Concurrent-To": [f"<{capture.where.record_id}>"],
            "WARC-Block-Digest": [sha1(REQUEST)],
            "Content-Type": ["application/http;msgtype=request"],
            "Content-Length": [str(len(REQUEST))],
        },
        REQUEST,
    )


def test_a_file_begins_with_who_made_it(tmp_path):
    write(tmp_path, ANSWERS["plain"], info=[("software", "other/1"), ("operator", "A\nB"), ("robots", "classic")])
    kind, fields, block = records(tmp_path)[0]

    assert (kind, fields["WARC-Filename"], fields["Content-Type"]) == (
        "warcinfo", [files(tmp_path)[0].name], ["application/warc-fields"]
    )  # fmt: skip
    assert "WARC-Target-URI" not in fields
    assert block.decode().splitlines() == [
        "format: WARC File Format 1.1",
        "conformsTo: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "hostname: crawler.example",
        "software: other/1",
        "operator: A B",
        "robots: classic",
    ]
    assert re.fullmatch(r"test-\d{17}-00000-crawler\.example\.warc\.gz", files(tmp_path)[0].name)


def test_the_names_of_files_are_safe_whatever_the_host_is_called(tmp_path):
    write(tmp_path, ANSWERS["plain"], prefix="../a b", hostname="höst/../x")

    assert re.fullmatch(r"a_b-\d{17}-00000-h_st_.._x\.warc\.gz", files(tmp_path)[0].name)


@pytest.mark.parametrize("name", ANSWERS)
def test_the_block_is_the_wire(name, tmp_path):
    (capture,) = write(tmp_path, ANSWERS[name])
    kinds = [(kind, block) for kind, _, block in records(tmp_path)[1:]]

    interim = b"".join(block for kind, block in kinds if kind == "metadata")
    responses = [block for kind, block in kinds if kind == "response"]
    assert [interim + response for response in responses] == [ANSWERS[name]]
    assert capture.type == "response"


def test_every_reader_accepts_every_file(everything):
    (file,) = files(everything)
    count = 1 + 2 * len(ANSWERS) + 1  # warcinfo, and the interim response

    subprocess.run(["gzip", "-t", file], check=True)
    # Digests of stored chunks are not payload digests, so `fastwarc check -p` and `warcio check` report those.
    fastwarc = [Path(sys.executable).with_name("fastwarc"), "check", file]
    checked = subprocess.run(fastwarc, capture_output=True, text=True, check=True)
    assert f"{count} records were verified" in checked.stdout
    with file.open("rb") as stream:
        assert sum(1 for _ in ArchiveIterator(stream)) == count
    with file.open("rb") as stream:
        assert all(record.verify_block_digest() for record in FastIterator(stream, parse_http=False))


def test_payload_digests_are_those_of_the_entity_body(everything):
    digests = {
        fields["WARC-Target-URI"][0]: fields.get("WARC-Payload-Digest", [None])[0]
        for kind, fields, _ in records(everything)
        if kind == "response"
    }
    expected = {
        "plain": TEXT,
        "gzipped": GZIPPED,
        "chunked": TEXT,
        "chunked, with a trailer": TEXT,
        "chunked and gzipped": GZIPPED,
        "odd reason": b"gone",
        "excess": b"short",
        "interim": TEXT,
        "truncated": b"x" * 200,
        "redirect": b"",
    }

    numbers = {name: number for number, name in enumerate(ANSWERS)}
    present = {name: digests.get(f"{URL}?n={numbers[name]}") for name in expected}
    # Of the same text in chunks, and again behind an interim response, one is a revisit and not a response.
    assert {name: digest for name, digest in present.items() if digest} == {
        name: sha1(body) for name, body in expected.items() if present[name]
    }
    assert digests[f"{URL}?n={numbers['not modified']}"] is None


def test_stored_digests_are_those_of_the_bytes_behind_the_head(tmp_path):
    (capture,) = write(tmp_path, ANSWERS["chunked"], payload_digest="stored")

    assert capture.where.payload_digest == sha1(chunked(TEXT))


def test_an_unknown_kind_of_digest_is_refused(tmp_path):
    with pytest.raises(ValueError, match="'standard' or 'stored'"):
        writer(tmp_path, payload_digest="md5")


def test_an_interim_response_is_no_page(tmp_path):
    write(tmp_path, ANSWERS["interim"])
    _, response, request, interim = records(tmp_path)

    assert (interim[0], interim[2]) == ("metadata", b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
    assert interim[1]["Content-Type"] == ["application/warc-fields"]
    assert interim[1]["WARC-Concurrent-To"] == request[1]["WARC-Concurrent-To"] == response[1]["WARC-Record-ID"]
    assert response[2].startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize(
    ("received", "changes", "expected"),
    [
        (ANSWERS["truncated"], {"truncated": "time", "failure": "timeout: 30 s"}, "time"),
        (ANSWERS["truncated"], {"truncated": "length"}, "length"),
        (ANSWERS["truncated"], {}, "disconnect"),
        (ANSWERS["truncated in the head"], {}, "disconnect"),
        (CHUNKED + b"5\r\nabc", {}, "disconnect"),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil close", {"truncated": "disconnect"}, "disconnect"),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil close", {}, None),
        (ANSWERS["plain"], {"truncated": "unspecified"}, None),  # its own framing says that it is complete
    ],
)
def test_an_answer_that_is_not_whole_says_why(received, changes, expected, tmp_path):
    with writer(tmp_path) as open_writer:
        capture = open_writer.write_exchange(exchange(received, **changes))
    _, response, _, *said = records(tmp_path)

    assert (capture.type, response[1].get("WARC-Truncated", [None])) == ("response", [expected])
    assert [block for _, _, block in said] == (
        [b"outcome: truncated\r\nmethod: GET\r\ndetail: timeout: 30 s\r\n"] if "failure" in changes else []
    )


@pytest.mark.parametrize("received", [b"", b"HTTP/1.1 100 Continue\r\n\r\n"])
def test_a_request_without_an_answer_is_recorded_with_the_reason(received, tmp_path):
    with writer(tmp_path) as open_writer:
        capture = open_writer.write_exchange(exchange(received, failure="timeout: nothing came in 30 s"))
    _, request, *rest = records(tmp_path)

    assert (request[0], request[2]) == ("request", REQUEST)
    assert [block for _, _, block in rest] == [
        *([received] if received else []),
        b"outcome: unanswered\r\nmethod: GET\r\ndetail: timeout: nothing came in 30 s\r\n",
    ]
    assert rest[-1][1]["WARC-Record-ID"] == request[1]["WARC-Concurrent-To"] == [f"<{capture.where.record_id}>"]
    assert (capture.type, capture.status, capture.where.payload_digest) == (None, None, None)


def test_a_request_that_was_never_sent_is_recorded_with_the_reason(tmp_path):
    with writer(tmp_path) as open_writer:
        open_writer.write_failure(
            url=URL, method="GET", started=STARTED, outcome="dns", detail="no address for www.kankanews.com"
        )
    kind, fields, block = records(tmp_path)[1]

    assert (kind, fields["WARC-Target-URI"], fields["Content-Type"], block) == (
        "metadata",
        [URL],
        ["application/warc-fields"],
        b"outcome: dns\r\nmethod: GET\r\ndetail: no address for www.kankanews.com\r\n",
    )
    assert (tmp_path / "indexes/index.cdxj").read_text() == ""


def test_an_identical_payload_is_stored_once_whatever_its_url(tmp_path):
    other_head = page(TEXT, b"Content-Type: text/html", b"Date: later", b"nonsense")
    first, second = write(tmp_path, ANSWERS["plain"], other_head)
    _, _, _, revisit, request = records(tmp_path)

    head = other_head.removesuffix(TEXT)
    assert (second.type, second.where.payload_digest, request[0]) == ("revisit", first.where.payload_digest, "request")
    assert revisit[0] == "revisit"
    assert revisit[2] == head
    expected = {
        "WARC-Profile": ["http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"],
        "WARC-Refers-To": [f"<{first.where.record_id}>"],
        "WARC-Refers-To-Target-URI": [f"{URL}?n=0"],
        "WARC-Refers-To-Date": ["2026-01-30T08:00:00.123456Z"],
        "WARC-Truncated": ["length"],
        "WARC-Payload-Digest": [sha1(TEXT)],
        "WARC-Block-Digest": [sha1(head)],
        "Content-Length": [str(len(head))],
    }
    assert {name: revisit[1][name] for name in expected} == expected


def test_a_later_run_knows_what_earlier_ones_stored(tmp_path):
    (first,) = write(tmp_path, ANSWERS["plain"])
    (second,) = write(tmp_path, ANSWERS["plain"])

    page_ = page_at(Collection(tmp_path), second.where)
    assert (second.type, second.where.warc != first.where.warc) == ("revisit", True)
    assert (page_.http.status, page_.http.body()) == (200, TEXT)


@pytest.mark.parametrize(
    ("received", "changes"),
    [
        (page(b"x" * 1023), {}),
        (page(TEXT, status=b"404 Not Found"), {}),
        (page(TEXT), {"method": "POST"}),
        (b"HTTP/1.1 200 OK\r\n\r\n" + TEXT, {"truncated": "disconnect"}),
    ],
)
def test_small_odd_and_truncated_payloads_are_neither_originals_nor_revisits(received, changes, tmp_path):
    with writer(tmp_path) as open_writer:
        types = [open_writer.write_exchange(exchange(received, **changes)).type for _ in range(2)]

    assert types == ["response", "response"]


def test_two_chunkings_of_one_body_are_stored_once(tmp_path):
    captures = write(tmp_path, CHUNKED + chunked(TEXT, size=100), CHUNKED + chunked(TEXT, size=999))

    assert [capture.type for capture in captures] == ["response", "revisit"]


@pytest.mark.parametrize("received", [CHUNKED + chunked(TEXT, trailer=b"A: b\r\n"), CHUNKED + chunked(TEXT) + b"!"])
def test_an_answer_with_more_than_head_and_body_is_stored_whole(received, tmp_path):
    captures = write(tmp_path, ANSWERS["chunked"], received)

    assert [capture.type for capture in captures] == ["response", "response"]


def test_a_body_in_chunks_is_not_the_original_of_one_that_came_whole(tmp_path):
    """Readers undo chunking by the revisit's head; the other way round they do without."""
    captures = write(tmp_path, ANSWERS["chunked"], ANSWERS["plain"], ANSWERS["chunked"], ANSWERS["plain"])

    assert [capture.type for capture in captures] == ["response", "response", "revisit", "revisit"]
    assert [page_at(Collection(tmp_path), capture.where).http.body() for capture in captures] == [TEXT] * 4


def test_files_are_rotated_and_no_exchange_is_split(tmp_path):
    answers = [page(RANDOM.randbytes(3000), b"Content-Type: image/png") for _ in range(10)]
    with writer(tmp_path, max_size=15_000) as open_writer:
        captures = [open_writer.write_exchange(exchange(answer)) for answer in answers]
        finished = open_writer.close()

    assert [file.name for file in finished] == [path.name for path in files(tmp_path)]
    assert len(finished) == 4
    for file, path in zip(finished, files(tmp_path), strict=True):
        data = path.read_bytes()
        assert (file.size, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        assert len(data) < 15_000
        with path.open("rb") as stream:
            kinds = [record.rec_type for record in ArchiveIterator(stream)]
        assert kinds == ["warcinfo"] + ["response", "request"] * (len(kinds) // 2)
        assert file.records == len(kinds)
    kept = [page_at(Collection(tmp_path), capture.where) for capture in captures]
    assert [each.http.payload() for each in kept] == [answer[-3000:] for answer in answers]


def test_an_exchange_larger_than_a_file_gets_a_file_of_its_own(tmp_path):
    captures = write(tmp_path, ANSWERS["plain"], ANSWERS["large video"], ANSWERS["odd reason"], max_size=10_000)

    assert len({capture.where.warc for capture in captures}) == 3


def test_a_run_without_captures_leaves_no_file(tmp_path):
    with writer(tmp_path) as open_writer:
        assert open_writer.close() == []

    assert files(tmp_path) == []


def test_closing_again_returns_the_same(tmp_path):
    open_writer = writer(tmp_path)
    open_writer.write_exchange(exchange(ANSWERS["plain"]))

    assert open_writer.close() == open_writer.close()
    with pytest.raises(RuntimeError, match="closed"):
        open_writer.sync()


def test_a_capture_can_be_read_while_the_run_goes_on(tmp_path):
    with writer(tmp_path) as open_writer:
        capture = open_writer.write_exchange(exchange(ANSWERS["gzipped"]))
        open_writer.sync()

        assert page_at(Collection(tmp_path), capture.where).http.body() == gzip.decompress(GZIPPED)


def test_a_second_writer_is_told_to_come_back_later(tmp_path):
    with writer(tmp_path), pytest.raises(CollectionLockedError, match=r"process \d+ is writing") as caught:
        writer(tmp_path)

    assert caught.value.exit_code == 75
    writer(tmp_path).close()


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(ArchiveWriteError, match="file/collection") as caught:
        writer(tmp_path / "file" / "collection")

    assert caught.value.exit_code == 4


def test_an_address_cannot_break_the_header(tmp_path):
    odd = replace(exchange(ANSWERS["plain"]), url="http://a.cn/x y\r\nWARC-Type: warcinfo/看\ud800#top")
    with writer(tmp_path) as open_writer:
        capture = open_writer.write_exchange(odd)

    assert records(tmp_path)[1][1]["WARC-Target-URI"] == [capture.url]
    assert capture.url == "http://a.cn/x%20y%0D%0AWARC-Type:%20warcinfo/%E7%9C%8B?"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answers=st.lists(st.binary(max_size=300), min_size=1, max_size=4), known=st.booleans())
def test_any_bytes_survive(answers, known, tmp_path_factory):
    path = tmp_path_factory.mktemp("any")
    prefix = b"HTTP/1.1 200 OK\r\n" if known else b""
    captures = write(path, *(prefix + answer for answer in answers))

    blocks: dict[str, bytes] = {}
    for kind, fields, block in records(path):
        interim = kind == "metadata" and not block.startswith(b"outcome: ")
        if kind == "response" or interim:
            url = fields["WARC-Target-URI"][0]
            blocks[url] = block + blocks.get(url, b"") if interim else blocks.get(url, b"") + block
    sent = {capture.url: prefix + answer for capture, answer in zip(captures, answers, strict=True)}
    assert blocks == {url: answer for url, answer in sent.items() if answer}
    for file in files(path):
        assert gzip.decompress(file.read_bytes())


def test_a_capture_of_the_future_is_not_taken_for_a_fresh_one(tmp_path):
    """Else a picture that was fetched by a clock that was a year ahead would not be fetched again for a year."""
    write(tmp_path, ANSWERS["plain"])
    known = Collection(tmp_path)
    week = timedelta(days=7)

    assert known.has_between(f"{URL}?n=0", STARTED - week, STARTED)
    assert not known.has_between(f"{URL}?n=0", STARTED + timedelta(days=1), STARTED + week)
    assert not known.has_between(f"{URL}?n=0", STARTED - 2 * week, STARTED - week)


def test_a_moment_that_a_clock_shows_twice_gives_two_files(tmp_path, monkeypatch):
    class Stopped(datetime):
        @classmethod
        def now(cls, zone=None):
            return STARTED

    monkeypatch.setattr(writing, "datetime", Stopped)
    for _ in range(2):
        write(tmp_path, ANSWERS["plain"])

    assert [file.name for file in files(tmp_path)] == [
        f"test-20260130080000123-{serial}-crawler.example.warc.gz" for serial in ("00000", "00001")
    ]


def test_index_that_rots_during_a_crawl_is_named_and_the_captures_are_there(tmp_path):
    with writer(tmp_path / "a") as first:
        first.write_exchange(exchange(page(b"one"), url="https://www.a.example/1"))
    index = Collection(tmp_path / "a").index.path
    there, data = index.stat(), bytearray(index.read_bytes())
    opened = writer(tmp_path / "a")
    data[data.index(b" ")] = ord("x")
    index.write_bytes(data)
    os.utime(index, ns=(there.st_atime_ns, there.st_mtime_ns))

    opened.write_exchange(exchange(page(b"two"), url="https://www.a.example/2"))
    with pytest.raises(ArchiveWriteError, match=r"index\.cdxj.*rebuild the index from them with: scrapy index a"):
        opened.finish()
    assert len(opened.close()) == 1
    assert len([*(tmp_path / "a" / "archive").glob("*.warc.gz")]) == 2
