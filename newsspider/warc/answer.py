"""Parses an answer once, before it is archived: where its head begins, its digests, whether it is complete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsspider.warc.digests import labelled, sha1
from newsspider.warc.exchange import Truncation, Wire
from newsspider.warc.framing import unframer
from newsspider.warc.http import MAX_HEAD, Head, is_interim, parse_head
from newsspider.warc.message import body_pieces

if TYPE_CHECKING:
    from newsspider.warc.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Answer:
    """The final response of an exchange."""

    head: Head
    received: Wire
    """All that was received, the interim responses before the head included."""
    block_digest: bytes
    """SHA-1 of the response, from the head to the last byte received."""
    payload_digest: bytes
    """SHA-1 of the payload: without transfer coding, as the standard has it, or as stored."""
    payload_size: int
    extra: bool
    """Whether there is more than head and payload: a trailer, or bytes after the end of the message."""
    truncated: Truncation | None

    @property
    def length(self) -> int:
        """Bytes from the head to the last one received."""
        return len(self.received) - self.head.start

    @property
    def labelled_payload(self) -> str | None:
        """The payload digest as a record has it.

        None for a 304, which has no payload but only a head about one: a digest of nothing would be taken for that
        of the page.
        """
        return None if self.head.status == 304 else labelled(self.payload_digest)


@dataclass(frozen=True, slots=True)
class Original:
    """A record whose payload a revisit may stand for."""

    record_id: str
    url: str
    date: str
    warc: str
    chunked: int
    """1 if its block holds the payload in chunks, else 0."""


def read_answer(exchange: Exchange, *, as_stored: bool) -> tuple[bytes, Answer | None]:
    """Return the bytes of the interim responses, and the answer after them if one came; one pass over it.

    *as_stored*: the payload digest is of what lies after the head, chunk sizes and all.
    """
    top = exchange.received.head(MAX_HEAD)
    head = parse_head(top)
    if not top or (head.whole and is_interim(head.status)):
        return top, None

    block, payload = sha1(head.data), sha1()
    size = 0
    unframe = unframer(head, exchange.method)
    for piece in body_pieces(exchange.received, head):
        block.update(piece)
        for part in unframe.feed(piece):
            size += len(part)
            if not as_stored:
                payload.update(part)
        if as_stored:
            payload.update(piece)

    truncated = exchange.truncated
    if head.whole and not unframe.until_close and unframe.complete:
        truncated = None  # the message itself says that it is complete, whatever came after it
    elif not (head.whole and unframe.complete):
        truncated = truncated or "disconnect"
    return top[: head.start], Answer(
        head=head,
        received=exchange.received,
        block_digest=block.digest(),
        payload_digest=payload.digest(),
        payload_size=size,
        extra=unframe.extra,
        truncated=truncated,
    )
