"""What is written is, byte for byte, what the writer of commit 840ad83 wrote, which made its records by hand.

The digests below were taken once, from the files that the code of that commit wrote for these very exchanges.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.warc.exchange import MEMORY_LIMIT
from tests.archive.exchanges import REQUEST, STARTED, URL, chunked, exchange, page, writer

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "<p>看看新闻</p>".encode() * 200
NOISE = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(6000))  # no deflate makes it smaller
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"

EXCHANGES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "plain": (page(TEXT, b"Content-Type: text/html"), {}),
    "a payload that is there already": (page(TEXT, b"Content-Type: text/html", b"Age: 5", b"nonsense"), {}),
    "gzipped": (page(NOISE[:15_000], b"Content-Encoding: gzip", b"Content-Type: text/html"), {}),
    "image": (page(NOISE, b"Content-Type: image/jpeg"), {}),
    "image without a body": (page(b"", b"Content-Type: image/jpeg"), {}),
    "chunked, with a trailer": (CHUNKED + chunked(TEXT, trailer=b"X-Trailer: t\r\n"), {}),
    "large text": (page(TEXT * (MEMORY_LIMIT // len(TEXT) + 1) + b"!", b"Content-Type: text/html"), {}),
    "large video": (page(NOISE * (MEMORY_LIMIT // len(NOISE) + 1), b"Content-Type: video/mp4"), {}),
    "odd head": (
        page(b"x", b"A: b", b"\tc", b"nonsense", b"B: caf\xe9", b"C:   spaced  ", status=b"404 Nicht  da\xdf  "),
        {},
    ),
    "raw UTF-8": (page(b"x", "X-标题: 看看".encode(), status="200 好".encode()), {}),
    "HTTP/1.0, bare line feeds": (b"HTTP/1.0 200 OK\nContent-Type: text/html\n\n" + TEXT[:900], {}),
    "redirect": (page(b"", b"Location: /b", status=b"302 Found"), {}),
    "not modified": (b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", {}),
    "interim": (b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + page(b"x", b"Content-Type: text/html"), {}),
    "excess": (page(b"short") + b"and more", {}),
    "truncated": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b"x" * 200,
        {"truncated": "time", "failure": "timeout: 30 s"},
    ),
    "truncated in the head": (b"HTTP/1.1 200 OK\r\nContent-Le", {}),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n", {}),
    "no answer": (b"", {"failure": "timeout: nothing\ncame in 30 s"}),
    "no answer but an interim one": (b"HTTP/1.1 100 Continue\r\n\r\n", {}),
    "nothing sent": (b"", {"sent": b"", "failure": "connection lost"}),
    "posted, in the clear, by a proxy": (
        page(b"ok"),
        {
            "method": "POST",
            "sent": REQUEST.replace(b"GET", b"POST") + b"a=b",
            "ip": None,
            "tls_protocol": None,
            "cipher": None,
        },
    ),
    "an address of another script": (page(b"x"), {"url": "http://看看.cn/x y?标题#top"}),
}

OF_840AD83 = {
    "plain": "4c78762741bd67506862c55b0272045bce6aeca25246e3c155075e520914f62d",
    "a payload that is there already": "b6c04a01346df2d7ba5b4371f7e50be3131094f3ac7df2541e1b4e180812ae8b",
    "gzipped": "3406dd4f81fc25d1075ffa2f540bc822b78da4b056e98e3b00c853a4377f51d2",
    "image": "28029937a9aed3738872c5bb65acd63c3120d1b78105d723de1b908bdc0e4089",
    "image without a body": "90719c1184ce804f1b5a2ddd75e4f29be30f7ae7ed68d7977f5bc3ab13ece1ad",
    "chunked, with a trailer": "e996e7e6e458b87a83658f1e77046dedbaf1393551e1f7827c43e6ed033bc489",
    "large text": "50cf3b36d02e35ec6103f72e20686e6fdeca2aefb9cbb58199fb0aad7d4280da",
    "large video": "8dd35a5891ef61e9ebb0de18a1e39396cab7631162a0cdc1ade9322a814da17a",
    "odd head": "b1700e865adac35f7a9acd9d22edd1e2788118e6854171f259b79b91a33fc289",
    "raw UTF-8": "752abdc87126ccdddb5c092d7aa8bf99736740d88d0225c5ed015f6a022d6184",
    "HTTP/1.0, bare line feeds": "914c86114b197e4deff0b0305429fbac59f1fe02d8ebc6cde89ae9fa4a717f82",
    "redirect": "1d8f7a310dd513e241b0ede2d20604cd7f4cc62e4cfe768eb4d58773df50560f",
    "not modified": "4248d9f5023321b15fe079ff045fcd88b7b40122427c4bafc2b085f2751e2a22",
    "interim": "cb23abe11e2904f6073708fb3fea16e9ea3bce367111264f0ae23f511aa5a1e2",
    "excess": "84f7c45e647971916f2281ce15d4aa5f135c3a000d555b47b426c75b087c002f",
    "truncated": "1d9e8614ff7d000b627aa91664438e147062e22813172ef1b87231b2856105f1",
    "truncated in the head": "57fc996879e5b19f8a92cd8a6e37fd053b8d6bf7ce87537cc692a1de13454d62",
    "not HTTP": "fa9b2a91323381348e0f426ccd2ec81387a0346d61895b00126efd00dd4197c8",
    "no answer": "bbe850d29fe7099e44ff45b94857c3e7d226b23f378a225274b9a0aa200a05a9",
    "no answer but an interim one": "c28c6e1634f7cb98f025e134d375169504172880c37f7fe84dc8bf2ef798ad8a",
    "nothing sent": "22c9e37e0bfd4d3a3bccdd6e065fe9a720dab830601e6eb5984878894b1eda02",
    "posted, in the clear, by a proxy": "4d6a02c81b6cd7d906e03544ff58e1091077087c256861ec44933ce863acdf09",
    "an address of another script": "174c6e571a963111fcbe0075818849c0c3d40a5fcbcb9dc25f41cc23bee48ffd",
    "nothing sent, by name": "79a7824d53cd414a0cdfe8e82500277dd36cef09a53ee4870a8f33ab00819baf",
}
"""SHA-256 of the records of each exchange, unpacked, without their record IDs."""


def members(path: Path) -> list[bytes]:
    """What is in the members of a file, each record ID replaced by its number."""
    data = path.read_bytes()
    found = []
    while data:
        inflate = zlib.decompressobj(31)
        found.append(inflate.decompress(data))
        assert inflate.eof
        data = inflate.unused_data
    numbers: dict[bytes, bytes] = {}
    return [
        re.sub(rb"<urn:uuid:[0-9a-f-]{36}>", lambda one: numbers.setdefault(one[0], b"<%d>" % len(numbers)), member)
        for member in found
    ]


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, str]:
    path = tmp_path_factory.mktemp("collection")
    with writer(path) as open_writer:
        for number, (received, changes) in enumerate(EXCHANGES.values()):
            values = {"url": f"{URL}?n={number}", "started": STARTED + timedelta(seconds=number), **changes}
            open_writer.write_exchange(exchange(received, **values))
        open_writer.write_failure(url=URL, method="GET", started=STARTED, outcome="dns", detail="no address")
    (file,) = (path / "archive").iterdir()
    records: dict[bytes, bytes] = {}
    for member in members(file)[1:]:  # but for the warcinfo, which says when it was written, and by what
        address = re.search(rb"WARC-Target-URI: (.+)\r", member)
        assert address
        records[address[1]] = records.get(address[1], b"") + member
    names = [*EXCHANGES, "nothing sent, by name"]
    return {name: hashlib.sha256(own).hexdigest() for name, own in zip(names, records.values(), strict=True)}


@pytest.mark.parametrize("name", OF_840AD83)
def test_an_exchange_is_recorded_as_ever(name, written):
    assert written[name] == OF_840AD83[name]


def test_every_exchange_has_its_digest(written):
    assert list(written) == list(OF_840AD83)
