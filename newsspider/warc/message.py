"""HTTP/1.x messages out of an archive: their payload, and their body as the server meant it (RFC 9112)."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from newsspider.warc.codings import MAX_BODY, BodyTooLargeError, decode, is_in_name_only
from newsspider.warc.exchange import Wire
from newsspider.warc.framing import unframer
from newsspider.warc.http import Head

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def body_pieces(block: Wire, head: Head) -> Iterator[memoryview]:
    """Yield the bytes of *block* after *head*, uncopied."""
    return behind(block.chunks(), head.end)


def behind(chunks: Iterable[bytes], skip: int) -> Iterator[memoryview]:
    """Yield the bytes of *chunks* after the first *skip*, uncopied."""
    for chunk in chunks:
        if skip < len(chunk):
            yield memoryview(chunk)[skip:]
        skip = max(0, skip - len(chunk))


@dataclass(frozen=True, slots=True)
class HttpMessage:
    """A response (or request) out of a WARC record."""

    head: Head
    block: Wire
    place: str
    """File and offset, for messages."""
    cut_off: bool = False
    """Whether the record is known to hold less than the message was."""
    original: HttpMessage | None = field(default=None, repr=False)
    """Of a revisit: the message whose payload this one's is identical to."""

    @property
    def status(self) -> int | None:
        return self.head.status

    @property
    def reason(self) -> bytes:
        return self.head.reason

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        return self.head.fields

    @property
    def truncated(self) -> bool:
        """Whether the payload is known not to be complete; a revisit's is its original's."""
        return self.cut_off if self.original is None else self.original.truncated

    @property
    def content_codings(self) -> list[str]:
        """As the head's; of a revisit whose head describes no body (304, or no Content-Type), its original's.

        A head that does and names no coding means what it says: the same bytes may come once with a coding, and once
        without.
        """
        bodiless = self.head.status == 304 or not self.head.values(b"content-type")
        if self.original is not None and bodiless and not self.head.values(b"content-encoding"):
            return self.original.content_codings
        return self.head.content_codings

    def payload(self, limit: int = MAX_BODY) -> bytes:
        """Return the body without transfer codings, content codings kept; BodyTooLargeError, ContentCodingError.

        WARC-Payload-Digest digests the same, but where a transfer coding besides ``chunked`` was applied.
        """
        if self.original is not None:
            return self.original.payload(limit)
        unframe = unframer(self.head)
        gathered = BytesIO()  # a list would have an object for each chunk, and those may be of one byte
        for piece in body_pieces(self.block, self.head):
            for part in unframe.feed(piece):
                gathered.write(part)
                if gathered.tell() > limit:
                    raise BodyTooLargeError(self.place, limit)
        payload = gathered.getvalue()
        if unframe.extra and unframe.length is not None and self._is_in_name_only(payload):
            return self._all(limit)
        if codings := self.head.transfer_codings:
            return decode(payload, codings, limit=min(limit, MAX_BODY), place=self.place, whole=not self.truncated)
        return payload

    def _is_in_name_only(self, payload: bytes) -> bool:
        return bool(codings := self.head.content_codings) and is_in_name_only(payload, codings[-1])

    def _all(self, limit: int) -> bytes:
        """Return what lies after the head: whoever undid the coding left the Content-Length of what was coded, too."""
        if len(self.block) - self.head.end > limit:
            raise BodyTooLargeError(self.place, limit)
        return b"".join(body_pieces(self.block, self.head))

    def body(self, limit: int = MAX_BODY) -> bytes:
        """Return the body as the server meant it: content codings undone too; BodyTooLargeError, ContentCodingError."""
        payload, whole = self.payload(limit), not self.truncated
        return decode(payload, self.content_codings, limit=limit, place=self.place, whole=whole)
