"""Archives with the oddities of other programs, made here: each function is the bytes of one file.

What each program is known for was seen in files that it wrote; addresses and pages are made up.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import zipfile
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.archive.exchanges import page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

URL = "http://made-up.example/"
TITLE = b"<title>A page that was made up</title>"
HTML = b"<!doctype html>\n<html><head>" + TITLE + b"</head><body><p>Made up.</p></body></html>\n"
OTHER_URL, ITS_URL = "http://other.made-up.example/", "http://user@made-up.example/"
STYLES_URL = "https://styles.example/css?family=Made:400,700"
STYLES = b"/* cyrillic-ext */ @font-face {font-family: 'Made'}"
QUERY = b"GET / HTTP/1.1\r\nHost: made-up.example\r\n\r\n"


def digest(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def record(kind: str, block: bytes, *, number: int, version: str = "WARC/1.0", **fields: str) -> bytes:
    """A record, unpacked; *fields* with low lines for hyphens. Its ID ends in *number*."""
    named = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{number:012}>",
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    named.setdefault("Content-Length", str(len(block)))
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"{version}\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"


def members(*records: bytes) -> bytes:
    return b"".join(gzip.compress(each, mtime=0) for each in records)


def _id(number: int) -> str:
    return f"<urn:uuid:00000000-0000-4000-8000-{number:012}>"


ANSWER, ASKED = "application/http;msgtype=response", "application/http;msgtype=request"


def wget() -> bytes:
    """Wget 1.19: addresses in angle brackets, its log and its arguments in records of addresses of its own."""
    at = {"WARC_Date": "2018-02-09T15:12:11Z"}
    of = {**at, "WARC_Warcinfo_ID": _id(1)}
    log = "Opening WARC file ‘made-up.warc.gz’.\n".encode()
    answer = page(HTML, b"Content-Type: text/html")
    own = "<metadata://gnu.org/software/wget/warc/"
    return members(
        record("warcinfo", b"software: Wget/1.19.4\r\n\r\n", number=1, Content_Type="application/warc-fields", **at),
        record("request", QUERY, number=2, WARC_Target_URI=f"<{URL}>", Content_Type=ASKED, **of),
        record(
            "response", answer, number=3, WARC_Target_URI=f"<{URL}>", WARC_Concurrent_To=_id(2), Content_Type=ANSWER,
            WARC_Block_Digest=digest(answer), WARC_Payload_Digest=digest(HTML), **of,
        ),
        record("metadata", _id(1).encode() + b"\n", number=4, WARC_Target_URI=f"{own}MANIFEST.txt>",
               Content_Type="text/plain", **of),
        record("resource", log, number=5, WARC_Target_URI=f"{own}wget.log>", WARC_Concurrent_To=_id(4),
               WARC_Block_Digest=digest(log), Content_Type="text/plain", **of),
    )  # fmt: skip


def wpull() -> bytes:
    """Wpull 1.0: a warcinfo record that names itself its warcinfo record, a log at a URN."""
    of = {"WARC_Warcinfo_ID": _id(1)}
    answer = page(HTML, b"Content-Type: text/html")
    info = b"Software: Wpull/1.0 Python/3.4.2\r\nRobots: off\r\n\r\n"
    return members(
        record("warcinfo", info, number=1, WARC_Date="2015-03-30T23:50:45Z", Content_Type="application/warc-fields",
               WARC_Block_Digest=digest(info), **of),
        record("request", QUERY, number=2, WARC_Date="2015-03-30T23:50:45Z", WARC_Target_URI=URL, Content_Type=ASKED,
               WARC_Block_Digest=digest(QUERY), WARC_Payload_Digest=digest(b""), **of),
        record("response", answer, number=3, WARC_Date="2015-03-30T23:50:46Z", WARC_Target_URI=URL, Content_Type=ANSWER,
               WARC_Concurrent_To=_id(2), WARC_Block_Digest=digest(answer), WARC_Payload_Digest=digest(HTML), **of),
        record("resource", b"FINISHED.\n", number=4, WARC_Target_URI="urn:X-wpull:log", Content_Type="text/plain",
               WARC_Date="2015-03-30T23:50:46Z", **of),
    )  # fmt: skip


def recorder(*, gzipped: bool = True) -> bytes:
    """A recorder built on warcio: two warcinfo records, a packed page and a revisit of it, each before its request."""
    file = io.BytesIO()
    warc = WARCWriter(file, gzip=gzipped, warc_version="1.0")
    packed = gzip.compress(HTML, mtime=0)
    heads = [("Content-Encoding", "gzip"), ("Content-Type", "text/html"), ("Content-Length", str(len(packed)))]
    for number, part in enumerate(("Made%20Up", "Made%20Up/Session")):
        about = {"software": "Recorder", "format": "WARC File Format 1.0", "isPartOf": part}
        info = warc.create_warcinfo_record("made-up.warc.gz", about)
        info.rec_headers.replace_header("WARC-Date", "2017-03-06T04:03:53Z")
        info.rec_headers.replace_header("WARC-Record-ID", _id(number))
        warc.write_record(info)
        info.raw_stream.close()
    response = warc.create_warc_record(
        URL, "response", payload=io.BytesIO(packed), http_headers=StatusAndHeaders("200 OK", heads, "HTTP/1.1"),
        warc_headers_dict={"WARC-Date": "2017-03-06T04:02:06Z", "WARC-Record-ID": _id(3)},
    )  # fmt: skip
    revisit = warc.create_revisit_record(
        URL, digest(packed), URL, "2017-03-06T04:02:06Z",
        http_headers=StatusAndHeaders("200 OK", heads, "HTTP/1.1"),
        warc_headers_dict={"WARC-Date": "2017-03-06T04:03:48Z", "WARC-Record-ID": _id(5)},
    )  # fmt: skip
    for number, answer in ((4, response), (6, revisit)):
        asked = warc.create_warc_record(
            URL, "request", http_headers=StatusAndHeaders("GET / HTTP/1.0", [("Host", "made-up.example")]),
            warc_headers_dict={"WARC-Record-ID": _id(number)},
        )  # fmt: skip
        warc.write_request_response_pair(asked, answer)
        for each in (asked, answer):
            each.raw_stream.close()  # warcio leaves its temporary files open
    return file.getvalue()


def snapshot() -> bytes:
    """A page as a browser had it after its scripts: a resource record, with fields that no standard knows."""
    at = {"WARC_Date": "2017-04-29T01:30:30Z"}
    return members(
        record("warcinfo", b"software: Recorder\r\n\r\n", number=1, Content_Type="application/warc-fields", **at),
        record("resource", HTML, number=2, Warc_Referer="http://recorder.example/", Warc_User_Agent="Mozilla/5.0",
               WARC_Target_URI=URL, WARC_Payload_Digest=digest(HTML), WARC_Block_Digest=digest(HTML),
               Content_Type="text/html; charset=utf-8", **at),
    )  # fmt: skip


def arc() -> bytes:
    """An ARC file of version 1, without the line ends that others write after a record."""
    about = b"1 0 LiveWeb Capture\nURL IP-address Archive-date Content-type Archive-length\n"
    answer = page(HTML, b"Content-Type: text/html")
    return members(
        b"filedesc://made-up.arc.gz 127.0.0.1 20140216050221 text/plain %d\n" % len(about) + about + b"\n",
        b"%b 203.0.113.7 20140216050221 text/html %d\n" % (URL.encode(), len(answer)) + answer + b"\n",
    )


def original() -> bytes:
    """Of the Internet Archive's tools: milliseconds in WARC/1.0, and a first record whose length takes its end in."""
    info = b"software: ia-web-commons.1.0\r\n"
    first = record("warcinfo", info, number=1, WARC_Date="2014-03-04T05:14:21.000Z", Content_Length=str(len(info) + 4),
                   Content_Type="application/warc-fields")  # fmt: skip
    answer = page(HTML, b"Content-Type: text/html; charset=UTF-8")
    return members(
        first,
        record("response", answer, number=2, WARC_Target_URI=OTHER_URL, WARC_Date="2013-07-02T19:54:02Z",
               WARC_Payload_Digest=digest(HTML), Content_Type=ANSWER),
    )  # fmt: skip


def revisit() -> bytes:
    """Of the same: a revisit of what ``original`` has, captured at another address, with a name of a user in it."""
    head = page(HTML, b"Content-Type: text/html; charset=UTF-8").removesuffix(HTML)
    return members(
        record("revisit", head, number=3, WARC_Target_URI=ITS_URL, WARC_Date="2013-07-29T19:51:51Z",
               WARC_Payload_Digest=digest(HTML), WARC_Truncated="length", WARC_Refers_To=_id(2),
               WARC_Profile="http://netpreserve.org/warc/1.0/revisit/uri-agnostic-identical-payload-digest",
               WARC_Refers_To_Target_URI=OTHER_URL, WARC_Refers_To_Date="2013-07-02T19:54:02Z", Content_Type=ANSWER),
    )  # fmt: skip


def whole() -> bytes:
    """Gzip over a whole file, as ``gzip FILE`` makes it, and not over each record."""
    return gzip.compress(recorder(gzipped=False), mtime=0)


def clipped() -> bytes:
    """A response whose Content-Length is two bytes short: reading by it ends within the record."""
    length = rb"Content-Length: (\d+)(?=\r\n\r\nHTTP/1.1 200 OK)"
    return re.sub(length, lambda said: b"Content-Length: %d" % (int(said[1]) - 2), recorder(gzipped=False), count=1)


def digests() -> bytes:
    """Requests with one ID: a wrong digest, then the right one in Base64 and in Base64 for addresses."""
    block, nothing = hashlib.sha1(QUERY).digest(), hashlib.sha1(b"").digest()
    plain, for_addresses = base64.b64encode, base64.urlsafe_b64encode
    said = [
        (digest(QUERY), digest(b"")[:5] + "111" + digest(b"")[8:]),
        (digest(QUERY), f"sha1:{plain(nothing).decode()}"),
        (f"sha1:{plain(block).decode()}", f"sha1:{for_addresses(nothing).decode()}"),
    ]
    return b"".join(
        record("request", QUERY, number=1, WARC_Target_URI=URL, WARC_Date="2017-03-06T04:02:06Z", Content_Type=ASKED,
               WARC_Block_Digest=of_block, WARC_Payload_Digest=of_payload)
        for of_block, of_payload in said
    )  # fmt: skip


FILES: dict[str, Callable[[], bytes]] = {
    "wget.warc.gz": wget,
    "wpull.warc.gz": wpull,
    "recorder.warc.gz": recorder,
    "snapshot.warc.gz": snapshot,
    "live.arc.gz": arc,
    "original.warc.gz": original,
    "revisit.warc.gz": revisit,
    "whole.warc.gz": whole,
    "clipped.warc": clipped,
    "digests.warc": digests,
}


def write_files(directory: Path) -> Path:
    """Write all of them there."""
    for name, made in FILES.items():
        (directory / name).write_bytes(made())
    return directory


def write_package(path: Path) -> str:
    """Write a WACZ as a browser's extension makes it and signs it; return the key's fingerprint.

    Its index says each member's hash, a WARC-Date has milliseconds, digests are SHA-256 in hex, revisits have none; the
    key is made anew, in the form of the Web Crypto API.
    """
    fields = {"version": "WARC/1.1", "Content_Type": "application/http; msgtype=response"}

    def hashed(data: bytes) -> str:
        return f"sha256:{hashlib.sha256(data).hexdigest()}"

    def answer(body: bytes, kind: bytes) -> bytes:
        return b"HTTP/1.1 200 OK\r\ncontent-type: " + kind + b"\r\n\r\n" + body

    html, css = answer(HTML, b"text/html"), answer(STYLES, b"text/css")
    records = [
        record("warcinfo", b"software: Extension\r\n", number=1, version="WARC/1.1",
               WARC_Date="2024-10-07T08:14:04.269Z", Content_Type="application/warc-fields"),
        record("response", css, number=2, WARC_Target_URI=STYLES_URL, WARC_Date="2024-10-07T08:14:11.296Z",
               WARC_Payload_Digest=hashed(STYLES), WARC_Block_Digest=hashed(css), **fields),
        record("revisit", answer(b"", b"text/css"), number=3, WARC_Target_URI=STYLES_URL,
               WARC_Date="2024-10-07T08:14:20.100Z", WARC_Refers_To_Target_URI=STYLES_URL,
               WARC_Refers_To_Date="2024-10-07T08:14:11.296Z",
               WARC_Profile="http://netpreserve.org/warc/1.1/revisit/identical-payload-digest", **fields),
        record("response", html, number=4, WARC_Target_URI=URL, WARC_Date="2024-10-07T08:14:21.001Z",
               WARC_Payload_Digest=hashed(HTML), WARC_Block_Digest=hashed(html), **fields),
    ]  # fmt: skip
    packed = [members(each) for each in records]
    lines = []
    for number, key, mime, url, moment in (
        (1, "example,styles)/css?family=made%3A400%2C700", "text/css", STYLES_URL, "20241007081411296"),
        (2, "example,styles)/css?family=made%3A400%2C700", "warc/revisit", STYLES_URL, "20241007081420100"),
        (3, "example,made-up)/", "text/html", URL, "20241007081421001"),
    ):
        said = {
            "url": url, "digest": f"sha-256:{hashlib.sha256(STYLES if number < 3 else HTML).hexdigest()}", "mime": mime,
            "offset": sum(map(len, packed[:number])), "length": len(packed[number]),
            "recordDigest": hashed(packed[number]), "status": 200, "filename": "data.warc.gz",
        }  # fmt: skip
        lines.append(f"{key} {moment} {json.dumps(said, separators=(',', ':'))}\n")
    pages = [
        {"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": True},
        {"title": "A page", "url": URL, "id": "3d34", "ts": "2024-10-07T08:14:21.001Z", "text": "Made up."},
    ]
    files = {
        "pages/pages.jsonl": "".join(json.dumps(each) + "\n" for each in pages).encode(),
        "archive/data.warc.gz": b"".join(packed),
        "indexes/index.cdx": "".join(sorted(lines)).encode(),
    }
    resources = [
        {"name": name.rpartition("/")[2], "path": name, "hash": hashed(data), "bytes": len(data)}
        for name, data in files.items()
    ]
    software, created = "Extension", "2024-10-07T08:14:04.269Z"
    listed = {"profile": "data-package", "resources": resources, "wacz_version": "1.1.1", "software": software,
              "created": created}  # fmt: skip
    package = json.dumps(listed, indent=2).encode()
    key = ec.generate_private_key(ec.SECP384R1())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    numbers = decode_dss_signature(key.sign(hashed(package).encode(), ec.ECDSA(hashes.SHA256())))
    signed = {
        "hash": hashed(package),
        "signature": base64.b64encode(b"".join(each.to_bytes(48, "big") for each in numbers)).decode(),
        "publicKey": base64.b64encode(public).decode(),
        "created": created,
        "software": software,
    }
    ending = {"path": "datapackage.json", "hash": hashed(package), "signedData": signed}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in (
            ("datapackage.json", package), ("archive/", b""), *files.items(),
            ("datapackage-digest.json", json.dumps(ending, indent=2).encode()),
        ):  # fmt: skip
            zipped.writestr(name, data)
    return hashlib.sha256(public).hexdigest()
