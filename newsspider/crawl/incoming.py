"""An answer while it comes in: Twisted's client, with the archive's reader in place of its own parser.

So the same code decides what a page is, live and out of its record, and whatever the reader understands of servers that
break the rules, the crawl does too. Twisted's parser refuses more than browsers do: a field name that ends with a blank
or is empty, blanks after a chunk size, ``Transfer-Encoding: identity``, a blank line before the status line.

Private names of Twisted used here, beside those of :mod:`newsspider.crawl.tap`: those of ``HTTPClientParser`` that are
overridden or set, ``Response._construct``, ``_bodyDataReceived`` and ``_bodyDataFinished``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.web._newclient import BODY, DONE, HTTPClientParser, Response
from twisted.web.http import PotentialDataLoss, _DataLoss
from twisted.web.iweb import UNKNOWN_LENGTH

from newsspider.errors import NewsspiderError
from newsspider.warc.framing import unframer
from newsspider.warc.http import END_OF_HEAD, MAX_HEAD, is_interim, parse_head, skip_blank

if TYPE_CHECKING:
    from newsspider.warc.framing import Unframer
    from newsspider.warc.http import Head


class MalformedAnswerError(NewsspiderError):
    """An answer makes no sense, whatever more of it may come."""


class IncomingAnswer(HTTPClientParser):
    """Reads one answer. It is for whoever feeds it to bound its head: until that is over, the state is ``STATUS``."""

    transport: Any
    head: Head | None = None
    """Of the final response, once it is there."""
    _unframe: Unframer

    def __init__(self, request: Any, finisher: Any):
        super().__init__(request, finisher)  # type: ignore[no-untyped-call]
        self._top = bytearray()  # the head that is coming
        self._interim = 0  # bytes before it
        self._named = False  # its status line was seen

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  (Twisted's name)
        self._everReceivedData = True
        if self.state == BODY:
            self._read_body(data)
        elif self.state != DONE:
            self._read_head(data)

    @property
    def exceeds_length(self) -> bool:
        """Whether more came than the length that its head names."""
        return self._unframe.extra and self._unframe.length is not None

    def _read_head(self, data: bytes) -> None:
        new = max(0, len(self._top) - 2)  # where the search goes on: the line feed and carriage return may be there
        self._top += data
        while self._top:
            if not self._named:
                self._drop(skip_blank(self._top))  # of what came before, a carriage return at most: new is 0 then
                self._look_at_first_line(new)
            end = END_OF_HEAD.search(self._top, new)
            if end is None or self._interim + end.end() > MAX_HEAD:
                return
            head = parse_head(bytes(self._top[: end.end()]))
            self._drop(head.end)
            if not is_interim(head.status):
                rest, self._top = bytes(self._top), bytearray()
                self._begin(head, rest)
                return
            new, self._named = 0, False

    def _drop(self, size: int) -> None:
        del self._top[:size]
        self._interim += size

    def _look_at_first_line(self, new: int) -> None:
        end = self._top.find(b"\n", new) + 1
        if not end:
            return
        if parse_head(bytes(self._top[:end])).status is None:
            raise MalformedAnswerError(f"not HTTP: it begins with {bytes(self._top[: min(end, 60)])!r}")
        self._named = True

    def _begin(self, head: Head, rest: bytes) -> None:
        """Hand out the response, its body still to come."""
        unframe = self._unframe = unframer(head, self.request.method.decode("latin-1"))
        if head.has_bad_length and unframe.until_close:
            raise MalformedAnswerError(
                f"its length is {b', '.join(map(bytes.strip, head.values(b'content-length')))[:60]!r}"
            )
        self.head = head
        construct: Any = Response._construct
        self.response = construct(
            (b"HTTP", *head.version), head.status, head.reason, _Fields(head), self.transport, self.request
        )
        self.response.length = UNKNOWN_LENGTH if unframe.length is None else unframe.length
        if unframe.ended:
            unframe.feed(rest)
            self._end()
            self.response._bodyDataFinished()
        else:
            # Until someone is there to take the body: who that is, is found out in the callback.
            self.transport.pauseProducing()
            self.bodyDecoder: Any = self
            self.state = BODY
        self._responseDeferred.callback(self.response)
        del self._responseDeferred
        if self.state == BODY and rest:
            self._read_body(rest)

    def _read_body(self, data: bytes) -> None:
        for part in self._unframe.feed(data):
            self.response._bodyDataReceived(bytes(part))
        if self._unframe.broken:
            raise MalformedAnswerError("its chunks make no sense")
        if self._unframe.ended:
            self._end()

    def _end(self) -> None:
        assert self.head is not None
        if self._unframe.extra or not self.head.keeps_connection:
            self.connHeaders.setRawHeaders(b"Connection", [b"close"])
        self.state = DONE
        self.finisher(b"")

    def noMoreData(self) -> None:  # noqa: N802  (the name of a decoder's method, which is asked when a connection ends)
        if not self._unframe.complete:
            raise _DataLoss("the connection ended before the message")
        if self._unframe.until_close:
            raise PotentialDataLoss


class _Fields:
    """Header fields as Scrapy reads them; Twisted's class for them refuses names that servers do send."""

    def __init__(self, head: Head):
        self._head = head

    def getAllRawHeaders(self) -> list[tuple[bytes, list[bytes]]]:  # noqa: N802
        return [(name, [value]) for name, value in self._head.page_fields]
