"""Digests as archives write them, and the payload of a message by both conventions; with no archive around them."""

from __future__ import annotations

import base64
import hashlib

import pytest

from newsspider.proof.digests import (
    DigestFormError,
    Labelled,
    _PayloadDigests,
    check_digests,
    entity_digest,
    stored_digest,
)
from newsspider.proof.findings import Finding, Place, Report
from newsspider.warc import digests
from newsspider.warc.digests import digest_of
from newsspider.warc.exchange import Wire
from newsspider.warc.http import parse_head
from newsspider.warc.reader import iter_records
from tests.archive.exchanges import chunked
from tests.archive.odd import record

ALGORITHMS = {"md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}
WRITTEN = {
    "hex": bytes.hex,
    "HEX": lambda digest: digest.hex().upper(),
    "Base32": lambda digest: base64.b32encode(digest).decode(),
    "Base32, bare": lambda digest: base64.b32encode(digest).decode().rstrip("="),
    "base32": lambda digest: base64.b32encode(digest).decode().lower(),
    "Base64": lambda digest: base64.b64encode(digest).decode(),
    "Base64, bare": lambda digest: base64.b64encode(digest).decode().rstrip("="),
    "Base64 of addresses": lambda digest: base64.urlsafe_b64encode(digest).decode(),
    "blanks": lambda digest: f" {digest.hex()} ",
}
DATA = b"digest 4"  # whose digests all have what the two kinds of Base64 write in two ways


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("way", WRITTEN)
def test_a_digest_is_known_however_it_is_written(way, algorithm):
    digest, other = (hashlib.new(algorithm, data).digest() for data in (DATA, DATA + b"!"))
    label = algorithm.upper().replace("SHA", "SHA-")
    for labelled in (Labelled(f"{algorithm}:{WRITTEN[way](digest)}"), Labelled(f"{label}:{WRITTEN[way](digest)}")):
        assert (labelled.algorithm, len(labelled.decoded())) == (algorithm, ALGORITHMS[algorithm])
        assert (labelled.matches(digest), labelled.matches(other)) == (True, False)
        assert labelled.decoded() == digest
        started = labelled.new()
        started.update(DATA)
        assert started.digest() == digest


@pytest.mark.parametrize(
    "value",
    [
        *("", "0", "a:b", "g" * 40, "1" * 32, "8" * 32, "看" * 20, "看" * 32, "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBY"),
        *("3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJA", "da39a3ee5e6b4b0d3255bfef95601890afd8070", "\udc80" * 32),
    ],
)
def test_what_is_no_digest_of_anything_matches_nothing(value):
    labelled = Labelled(f"sha1:{value}")

    assert not labelled.matches(hashlib.sha1().digest())
    assert labelled.decoded() is None


def test_the_last_character_of_base32_counts_to_its_last_bit():
    digest = hashlib.sha256().digest()  # of 256 bits, the last character has but one
    text = base64.b32encode(digest).decode().rstrip("=")
    likely = {
        each: Labelled(f"sha256:{text[:-1]}{each}").matches(digest) for each in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    }

    assert {each for each, matches in likely.items() if matches} == {text[-1]}


@pytest.mark.parametrize("text", ["", "sha1", "sha1 3I42", "sha3:00", "blake2:00", ":00", "shasum:00"])
def test_a_digest_has_a_label_that_is_known(text):
    with pytest.raises(DigestFormError, match="is no digest by one of md5, sha1, sha224, sha256, sha384, sha512"):
        Labelled(text)


# ---------------------------------------------------------------- as lookups and indexes compare them


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("way", WRITTEN)
def test_two_spellings_of_a_digest_are_one(way, algorithm):
    digest = hashlib.new(algorithm, DATA).digest()
    value = WRITTEN[way](digest)

    for label in (algorithm, algorithm.upper(), algorithm.replace("sha", "SHA-"), f" {algorithm} "):
        assert digest_of(f"{label}:{value}") == (algorithm, digest)
    assert digest_of(value) == (("sha1", digest) if algorithm == "sha1" else None)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        *((None, None), ("", None), ("sha1", None), (" ", None), ("3I42", None)),
        *((":", ("", "")), ("sha1:", ("sha1", "")), ("SHA-1: x== ", ("sha1", "x")), ("sha1:a:b", ("sha1", "a:b"))),
        *(("blake2b:00", ("blake2b", "00")), ("x-y:Z=", ("xy", "Z")), ("md5:OTHER", ("md5", "OTHER"))),
        *((f"sha1:{value}", ("sha1", value)) for value in ("g" * 40, "1" * 32, "0" * 39, "0" * 41, "A" * 24 + "!!!")),
        ("sha1:" + "看" * 27, ("sha1", "看" * 27)),
        ("sha256:" + "0" * 40, ("sha256", "0" * 40)),
    ],
    ids=range(19),
)
def test_what_is_no_digest_stays_as_it_is_written(text, read):
    assert digest_of(text) == read


def test_a_digest_of_ours_is_written_as_the_field_does():
    for data in (b"", DATA, b"\0" * 99, BODY):
        assert digests.labelled(digests.sha1(data).digest()) == sha1(data)
    assert digests.labelled(bytes(20)) == "sha1:" + "A" * 32
    assert digests.labelled(b"\xff" * 20) == "sha1:" + "7" * 32


@pytest.mark.parametrize(
    ("stated", "written"), [("hex", "hex"), ("Base32", "Base32, bare"), ("Base64", "Base32, bare")]
)
def test_a_digest_is_told_in_the_way_in_which_it_was_stated(stated, written):
    digest = hashlib.sha1(DATA).digest()
    labelled = Labelled(f"sha1:{WRITTEN[stated](hashlib.sha1().digest())}")

    assert labelled.written(digest) == f"sha1:{WRITTEN[written](digest)}"


# ---------------------------------------------------------------- of a record

BODY = b"a page" * 100
CHUNKED = chunked(BODY, size=99)
INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
LONG = b"X-Long: " + b"x" * (1 << 13)
FIRST_LOOK = INTERIM.replace(b"</a>", b"</a>".ljust(4 + (1 << 13) - len(INTERIM), b"x"))


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def checked(tmp_path, block: bytes, *, fields: dict[str, str], **own: str) -> tuple[list[str], dict[str, int]]:
    """Check one record; return the kinds of findings, and what was counted."""
    path = tmp_path / "x.warc"
    path.write_bytes(record(fields | {name.replace("_", "-"): value for name, value in own.items()}, block=block))
    findings: list[Finding] = []
    report = Report(findings.append)
    for read in iter_records(path):
        check_digests(read, report)
    return [f"{each.severity} {each.kind}" for each in findings], dict(report.counts)


def message(*fields: bytes, body: bytes, status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return b"\r\n".join([status, *fields, b"", body])


@pytest.mark.parametrize(
    ("block", "payload", "stored"),
    [
        (message(body=BODY), BODY, BODY),
        (message(b"Content-Length: 600", body=BODY), BODY, BODY),
        (message(b"Content-Length: 600", body=BODY + b"more"), BODY, BODY + b"more"),
        (message(b"Transfer-Encoding: chunked", body=CHUNKED), BODY, CHUNKED),
        (message(LONG, b"Transfer-Encoding: chunked", body=CHUNKED), BODY, CHUNKED),
        (INTERIM + message(b"Transfer-Encoding: chunked", body=CHUNKED), BODY, CHUNKED),
        (INTERIM + message(LONG, b"Transfer-Encoding: chunked", body=CHUNKED), BODY, CHUNKED),
        (message(LONG * 12, b"Transfer-Encoding: chunked", body=CHUNKED), BODY, CHUNKED),
        (FIRST_LOOK + message(b"Transfer-Encoding: chunked", body=CHUNKED), BODY, CHUNKED),
    ],
    ids=[
        *("until close", "as long as it says", "longer", "chunked", "behind a long head", "behind an interim one"),
        *("behind an interim one and a long one", "behind a head of several chunks"),
        "behind an interim one that is all of what is looked at first",
    ],
)
def test_a_payload_has_its_digest_by_either_convention(block, payload, stored, tmp_path):
    for data, counted in ((payload, {}), (stored, {"payload digests of the chunks as stored": 1})):
        found, counts = checked(tmp_path, block, fields={}, WARC_Payload_Digest=sha1(data))
        assert (found, counts) == ([], {"payload digests": 1, **(counted if data != payload else {})})
    for data in (block, b"", payload + b"!", payload[:-1]):
        found, counts = checked(tmp_path, block, fields={}, WARC_Payload_Digest=sha1(data))
        assert (found, counts) == (["fault payload-digest"], {"payload digests": 1})


@pytest.mark.parametrize(
    ("fields", "is_http"),
    [
        ({}, True),
        ({"Content-Type": "Application/HTTP"}, True),
        ({"Content-Type": "application/httpx"}, False),
        ({"Content-Type": "text/html"}, False),
        ({"Content-Type": None}, False),
        ({"WARC-Type": "request"}, True),
        ({"WARC-Type": "resource"}, False),
        ({"WARC-Type": "metadata"}, False),
    ],
)
def test_only_a_message_has_a_head_that_is_no_payload(fields, is_http, tmp_path):
    block = message(b"Transfer-Encoding: chunked", body=CHUNKED)
    payload = BODY if is_http else block

    found = checked(tmp_path, block, fields=fields, WARC_Payload_Digest=sha1(payload))
    assert found == ([], {"payload digests": 1})


@pytest.mark.parametrize(
    "fields",
    [
        {"WARC-Type": "revisit"},
        {"WARC-Segment-Number": "1"},
        {"WARC-Type": "continuation", "WARC-Segment-Number": "2"},
    ],
)
def test_the_payload_of_a_revisit_or_a_segment_lies_elsewhere(fields, tmp_path):
    block = message(body=BODY)
    found, counts = checked(
        tmp_path, block, fields=fields, WARC_Payload_Digest=sha1(b"elsewhere"), WARC_Block_Digest=sha1(block)
    )

    assert (found, counts) == ([], {"block digests": 1})


@pytest.mark.parametrize(
    ("block_digest", "payload_digest", "found"),
    [
        (sha1(b"!"), sha1(BODY), ["fault block-digest"]),
        (sha1(b"!"), sha1(b"!"), ["fault block-digest", "fault payload-digest"]),
        ("sha9:00", sha1(b"!"), ["warning digest-form", "fault payload-digest"]),
        (sha1(b"!"), "sha9:00", ["warning digest-form", "fault block-digest"]),
    ],
)
def test_each_digest_is_compared_by_itself(block_digest, payload_digest, found, tmp_path):
    block = message(body=BODY)
    stated = {"WARC_Block_Digest": block_digest, "WARC_Payload_Digest": payload_digest}

    assert checked(tmp_path, block, fields={}, **stated)[0] == found


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_digest_of_any_length_is_written_in_base32_without_padding(algorithm):
    digest = hashlib.new(algorithm, b"").digest()
    written = base64.b32encode(digest).decode().rstrip("=")

    assert Labelled(f"{algorithm}:{written}").written(digest) == f"{algorithm}:{written}"


@pytest.mark.parametrize("text", ["!!!!", "\n\n\n\n", "...."])
def test_what_is_no_base64_is_no_digest(text):
    assert Labelled("md5:1B2M2Y8AsgTpgAmY7PhCfg").decoded() == hashlib.md5().digest()
    assert Labelled(f"md5:1B2M2Y8AsgTp{text}gAmY7PhCfg").decoded() is None


def test_of_a_long_digest_the_beginning_is_told():
    assert Labelled("sha1:" + "x" * 1000).text == "sha1:" + "x" * 192 + "…"  # 200 bytes


@pytest.mark.parametrize("field", ["WARC-Block-Digest", "WARC-Payload-Digest"])
def test_a_digest_of_no_known_form_is_told_with_its_field(field, tmp_path):
    path = tmp_path / "x.warc"
    path.write_bytes(record({field: "sha9:00"}, block=message(body=BODY)))
    findings: list[Finding] = []
    check_digests(next(iter_records(path)), Report(findings.append))

    (told,) = findings
    assert told.place == Place(path, 0)
    assert told.problem == f"{field}: 'sha9:00' is no digest by one of md5, sha1, sha224, sha256, sha384, sha512"


def test_what_is_stated_is_told_with_what_is_there(tmp_path):
    """Of a payload the digest that the standard wants, and not that of its chunks."""
    block = message(b"Transfer-Encoding: chunked", body=CHUNKED)
    wrong = "sha1:" + "A" * 32
    path = tmp_path / "x.warc"
    path.write_bytes(record({"WARC-Block-Digest": wrong, "WARC-Payload-Digest": wrong}, block=block))
    findings: list[Finding] = []
    check_digests(next(iter_records(path)), Report(findings.append))

    assert [each.problem for each in findings] == [
        f"WARC-Block-Digest is {wrong}, but the block has {sha1(block)}",
        f"WARC-Payload-Digest is {wrong}, but the payload has {sha1(BODY)}",
    ]
    assert {each.place.offset for each in findings} == {0}


@pytest.mark.parametrize("size", [1, 7, 100, 1 << 20])
def test_a_payload_has_its_digests_in_whatever_pieces_it_is_read(size):
    block = message(b"Transfer-Encoding: chunked", body=CHUNKED)
    found = _PayloadDigests(Labelled(sha1(b"")), parse_head(block), len(block))
    for start in range(0, len(block), size):
        found.update(block[start : start + size])

    assert [each.digest() for each in (found.entity, found.stored)] == [
        hashlib.sha1(data).digest() for data in (BODY, CHUNKED)
    ]


def test_digests_of_a_message_are_of_all_of_it():
    """However many pieces it is read in."""
    body = b"a page" * 100_000
    stored = chunked(body, size=70_000)
    wire = Wire(message(b"Transfer-Encoding: chunked", body=stored[:100]))
    for start in range(100, len(stored), 50_000):
        wire.append(stored[start : start + 50_000])
    by = Labelled(sha1(b""))

    assert (entity_digest(wire, by), stored_digest(wire, by)) == tuple(
        hashlib.sha1(data).digest() for data in (body, stored)
    )
