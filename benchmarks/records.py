"""Writing records against warcio's WARCWriter as it comes: same blocks, same digests, both gzipped, into one directory.

Ratios of CPU time in one process, best of several alternating rounds. The bars: 2.5 times as fast on gzipped pages of
15 kB, 8 times on images of 200 kB. A last column shows, without a bar, what a capture takes with what warcio's writer
does not do: looking for the payload in the collection, and the line of the index.
"""

from __future__ import annotations

import gzip
import random
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsspider.collection.collection import Collection
from newsspider.collection.writer import CollectionWriter
from newsspider.warc.answer import read_answer
from newsspider.warc.exchange import Exchange, Wire
from newsspider.warc.record import new_id, warc_date
from newsspider.warc.recording import connection_fields, records_of
from newsspider.warc.warcfile import OpenWarcFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from warcio.recordloader import ArcWarcRecord

ROUNDS = 7
_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Files lie in memory: what a disk takes is the same for both, and drowns the rest."""

RESPONSE_HEADERS = [
    ("Server", "Tengine"),
    ("Date", "Fri, 30 Jan 2026 08:00:00 GMT"),
    ("Connection", "keep-alive"),
    ("Vary", "Accept-Encoding"),
    ("Cache-Control", "max-age=60"),
    ("ETag", 'W/"7155-KdcGXS5zCNcaV2OjYhA6Hkbh8Zs"'),
    ("Via", "cache13.l2cn3022[0,0,304-0,H], cache41.l2cn3022[1,0], ens-cache3.cn5423[0,0,200-0,H]"),
    ("Age", "21"),
    ("X-Cache", "HIT TCP_MEM_HIT dirn:10:398414011"),
    ("Timing-Allow-Origin", "*"),
    ("EagleId", "2ff6169517698312345678901e"),
]
REQUEST = (
    b"GET /detail/LMwVGgj402z HTTP/1.1\r\nHost: www.kankanews.com\r\n"
    b"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: zh-CN\r\n"
    b"User-Agent: newsspider/0.1 (+https://example.org/crawler)\r\nAccept-Encoding: gzip, deflate\r\n\r\n"
)


def gzipped_page(rng: random.Random) -> tuple[list[tuple[str, str]], bytes]:
    """29 kB of markup that deflates to 15 kB."""
    words = [f"<p>{rng.randbytes(6).hex()}</p>" for _ in range(1850)]
    body = gzip.compress("".join(words).encode(), 6)
    return [("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip")], body


def image(rng: random.Random) -> tuple[list[tuple[str, str]], bytes]:
    return [("Content-Type", "image/jpeg")], rng.randbytes(200_000)


def exchanges(
    make: Callable[[random.Random], tuple[list[tuple[str, str]], bytes]], count: int, *, with_request: bool
) -> list[tuple[Exchange, list[tuple[str, str]], bytes]]:
    """Distinct answers, so that nothing is deduplicated; each as wire bytes and as warcio wants it."""
    rng = random.Random(count)
    made = []
    for number in range(count):
        own, body = make(rng)
        headers = [*RESPONSE_HEADERS, *own, ("Content-Length", str(len(body)))]
        head = "HTTP/1.1 200 OK\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
        exchange = Exchange(
            url=f"https://www.kankanews.com/detail/{number}",
            method="GET",
            started=datetime.now(UTC),
            sent=REQUEST if with_request else b"",
            received=Wire(head.encode() + body),
            ip="203.0.113.7",
            tls_protocol="TLSv1.3",
            cipher="TLS_AES_256_GCM_SHA384",
        )
        made.append((exchange, headers, body))
    return made


def record_time(made: list[tuple[Exchange, list[tuple[str, str]], bytes]], directory: Path) -> float:
    """Seconds for the records alone: digests, headers, members, file."""
    file = OpenWarcFile(directory, "records.warc.gz")
    warcinfo = new_id()
    start = time.process_time()
    for exchange, _, _ in made:
        interim, answer = read_answer(exchange, as_stored=False)
        file.append(records_of(exchange, interim, answer, None, identifier=new_id(), warcinfo_id=warcinfo))
    spent = time.process_time() - start
    file.discard()
    return spent


def capture_time(made: list[tuple[Exchange, list[tuple[str, str]], bytes]], directory: Path) -> float:
    """Seconds for captures in a collection, index and deduplication included."""
    collection = Collection(directory / "collection")
    with CollectionWriter(collection, prefix="bench", max_size=1 << 30, payload_digest="standard", info=[]) as writer:
        start = time.process_time()
        for exchange, _, _ in made:
            writer.write_exchange(exchange)
        spent = time.process_time() - start
    shutil.rmtree(collection.path)
    return spent


def warcio_time(made: list[tuple[Exchange, list[tuple[str, str]], bytes]], directory: Path) -> float:
    """Seconds for the same records by warcio's writer, with the same fields in their headers."""
    with tempfile.TemporaryFile(dir=directory) as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        warcinfo = new_id()
        start = time.process_time()
        for exchange, headers, body in made:
            response = writer.create_warc_record(
                exchange.url,
                "response",
                payload=BytesIO(body),
                length=len(body),
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
                warc_headers_dict={"WARC-Date": warc_date(exchange.started)},
            )
            add_fields(response, exchange, warcinfo)
            if not exchange.sent:
                writer.write_record(response)
                continue
            line, *lines = exchange.sent.decode().removesuffix("\r\n\r\n").split("\r\n")
            request_headers = [(name, value) for name, value in (one.split(": ", 1) for one in lines)]
            request = writer.create_warc_record(
                exchange.url,
                "request",
                http_headers=StatusAndHeaders(line, request_headers, is_http_request=True),
            )
            add_fields(request, exchange, warcinfo)
            writer.write_request_response_pair(request, response)
        return time.process_time() - start


def add_fields(warc_record: ArcWarcRecord, exchange: Exchange, warcinfo: str) -> None:
    for name, value in [("WARC-Warcinfo-ID", f"<{warcinfo}>"), *connection_fields(exchange)]:
        warc_record.rec_headers.add_header(name, value)


def main() -> int:
    missed = False
    cases = (
        ("gzipped page, 15 kB", gzipped_page, 600, False, 2.5),
        ("gzipped page, 15 kB, with request", gzipped_page, 600, True, 2.5),
        ("image, 200 kB", image, 100, False, 8),
        ("image, 200 kB, with request", image, 100, True, 8),
    )
    print(f"{'µs of CPU':36}{'newsspider':>12}{'warcio':>10}{'ratio':>8}{'bar':>6}{'whole capture':>16}")
    with tempfile.TemporaryDirectory(dir=_MEMORY) as temporary:
        directory = Path(temporary)
        for name, make, count, with_request, bar in cases:
            made = exchanges(make, count, with_request=with_request)
            rounds = [
                [measure(made, directory) for measure in (record_time, warcio_time, capture_time)]
                for _ in range(ROUNDS)
            ]
            ours, theirs, capture = (min(times) * 1e6 / count for times in zip(*rounds, strict=True))
            missed |= theirs / ours < bar
            print(f"{name:36}{ours:12.1f}{theirs:10.1f}{theirs / ours:8.1f}{bar:6}{capture:16.1f}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
