"""The records that an exchange becomes in the archive; a block is the wire, byte for byte.

Interim responses (103 before 200): a reader of WARC takes the first head of a response record for the answer, so
they lie in a ``metadata`` record of their own beside it, byte for byte. Its type is ``application/warc-fields``,
the only one that both cdxj-indexer and pywb leave out of an index. The blocks of the two, one after the other, are
what came over the wire.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from newsspider.warc.address import target_uri
from newsspider.warc.digests import labelled
from newsspider.warc.exchange import MEMORY_LIMIT
from newsspider.warc.header import WARC_FIELDS
from newsspider.warc.member import Deflated, Hybrid, Whole, incompressible
from newsspider.warc.message import body_pieces
from newsspider.warc.record import NewRecord, new_id, warc_date, warc_fields

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from newsspider.warc.answer import Answer, Original
    from newsspider.warc.exchange import Exchange
    from newsspider.warc.member import Member, Out
    from newsspider.warc.record import Fields

IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
"""Profile of a revisit whose payload is another record's, byte for byte (6.7.2)."""

_REQUEST = "application/http;msgtype=request"
_RESPONSE = "application/http;msgtype=response"

_TLS_VERSION = re.compile(r"(TLS|SSL)v(\d)(?:\.(\d))?")


def records_of(
    exchange: Exchange,
    interim: bytes,
    answer: Answer | None,
    original: Original | None,
    *,
    identifier: str,
    warcinfo_id: str,
) -> list[NewRecord]:
    """Return the records of an exchange in the order in which they are written.

    *interim* and *answer*: as ``read_answer`` returns them. *original*: the record whose payload the answer's is; a
    revisit then stands for it. *identifier*: the ID of the record that a capture is of, the answer's, or the one that
    says why there is none.
    """
    common = [*_common(exchange.url, exchange.started, warcinfo_id), *connection_fields(exchange)]
    beside: Fields = [*common, ("WARC-Concurrent-To", f"<{identifier}>")]
    records: list[NewRecord] = []
    if answer and original:
        records.append(_revisit(identifier, common, answer, original))
    elif answer:
        records.append(_response(identifier, common, answer))
    if exchange.sent:
        records.append(NewRecord.of_block("request", new_id(), beside, _REQUEST, exchange.sent))
    if interim:
        records.append(NewRecord.of_block("metadata", new_id(), beside, WARC_FIELDS, interim))
    outcome = warc_fields(_outcome(exchange, answer))
    if not answer:
        records.append(NewRecord.of_block("metadata", identifier, common, WARC_FIELDS, outcome))
    elif exchange.failure:
        records.append(NewRecord.of_block("metadata", new_id(), beside, WARC_FIELDS, outcome))
    return records


def failure_record(url: str, started: datetime, fields: Fields, *, warcinfo_id: str) -> NewRecord:
    """Return the record of a request of which nothing was sent; *fields* say why."""
    return NewRecord.of_block(
        "metadata", new_id(), _common(url, started, warcinfo_id), WARC_FIELDS, warc_fields(fields)
    )


def warcinfo_record(identifier: str, created: datetime, filename: str, fields: Fields) -> NewRecord:
    """Return the first record of a file: who made it, with what."""
    own = [("WARC-Date", warc_date(created)), ("WARC-Filename", filename)]
    return NewRecord.of_block("warcinfo", identifier, own, WARC_FIELDS, warc_fields(fields))


def _common(url: str, started: datetime, warcinfo_id: str) -> Fields:
    return [
        ("WARC-Date", warc_date(started)),
        ("WARC-Target-URI", target_uri(url)),
        ("WARC-Warcinfo-ID", f"<{warcinfo_id}>"),
    ]


def _response(identifier: str, fields: Fields, answer: Answer) -> NewRecord:
    """Return the record of an answer as it came, compressed by what is in it."""
    fields = [*fields]
    if answer.truncated:
        fields.append(("WARC-Truncated", answer.truncated))
    if digest := answer.labelled_payload:
        fields.append(("WARC-Payload-Digest", digest))
    fields += [("WARC-Block-Digest", labelled(answer.block_digest)), ("Content-Type", _RESPONSE)]
    head, member = answer.head, _member_for(answer)
    body = body_pieces(answer.received, head)
    return NewRecord("response", identifier, fields, head.data, body, length=answer.length, member=member)


def _member_for(answer: Answer) -> Callable[[Out], Member]:
    head = answer.head
    if incompressible(head.content_type, head.content_codings):
        return partial(Hybrid, head=head.data)
    return Deflated if len(answer.received) > MEMORY_LIMIT else Whole


def _revisit(identifier: str, fields: Fields, answer: Answer, original: Original) -> NewRecord:
    """Return the record of an answer whose payload another record has: its whole head, without the body."""
    fields = [
        *fields,
        ("WARC-Profile", IDENTICAL_PAYLOAD),
        ("WARC-Refers-To", f"<{original.record_id}>"),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", original.date),
        ("WARC-Truncated", "length"),  # the body is left out, and the standard wants that said (6.7.2)
        ("WARC-Payload-Digest", labelled(answer.payload_digest)),
    ]
    return NewRecord.of_block("revisit", identifier, fields, _RESPONSE, answer.head.data)


def connection_fields(exchange: Exchange) -> Fields:
    """Say with whom and over which protocols; repeated WARC-Protocol is the community's proposal."""
    fields = [("WARC-IP-Address", exchange.ip)] if exchange.ip else []
    # Requests are sent as HTTP/1.1; an older server answers in its own version.
    old = exchange.received.head(8) == b"HTTP/1.0"
    fields.append(("WARC-Protocol", "http/1.0" if old else "http/1.1"))
    if exchange.tls_protocol:
        fields.append(("WARC-Protocol", protocol_id(exchange.tls_protocol)))
    if exchange.cipher:
        fields.append(("WARC-Cipher-Suite", exchange.cipher))
    return fields


@lru_cache(maxsize=16)
def protocol_id(openssl_name: str) -> str:
    """Name a TLS version as WARC-Protocol does.

    >>> protocol_id("TLSv1.3"), protocol_id("TLSv1"), protocol_id("SSLv3")
    ('tls/1.3', 'tls/1.0', 'ssl/3')
    """
    named = _TLS_VERSION.fullmatch(openssl_name)
    if named is None:
        return openssl_name.lower()
    family, major, minor = named.groups()
    return f"ssl/{major}" if family == "SSL" else f"tls/{major}.{minor or 0}"


def _outcome(exchange: Exchange, answer: Answer | None) -> Fields:
    """Say in words why an answer is not there, or not complete."""
    if answer is None:
        outcome = "unanswered"
    elif answer.truncated:
        outcome = "truncated"
    else:
        outcome = "failed"
    return [
        ("outcome", outcome),
        ("method", exchange.method),
        ("detail", exchange.failure or "the connection ended before an answer came"),
    ]
