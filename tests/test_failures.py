"""What a request that brought no answer is said to have come to: the word of the archive, the kind of the manifest."""

from __future__ import annotations

import asyncio

import pytest
from OpenSSL import SSL
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    StopDownload,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from service_identity.exceptions import VerificationError
from twisted.internet.error import ConnectionDone, ConnectionLost
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from newsspider.crawl.capture import OverlongHeadError, OverlongUrlError
from newsspider.crawl.connections import PrivateAddressError
from newsspider.crawl.downloader import RequestRefusedError
from newsspider.crawl.extensions.outcomes import _outcome_of
from newsspider.crawl.incoming import MalformedAnswerError
from newsspider.crawl.middlewares.offsite import OffsiteError
from newsspider.crawl.middlewares.redirect import RedirectError
from newsspider.crawl.middlewares.robotstxt import ForbiddenByRobotsError
from newsspider.crawl.outcome import outcome_of, words_of
from newsspider.crawl.pipelines.records import InvalidRecordError, UnstoredRecordError
from newsspider.errors import NewsspiderError
from newsspider.runs.ledger import IGNORED, NOT_SENT, OFFSITE, ROBOTS, failure
from newsspider.text.message import message
from newsspider.warc.codings import BodyTooLargeError, ContentCodingError

URL = "https://www.kankanews.com/detail/LMwVGgj402z"


def caused(error: Exception, by: BaseException) -> Exception:
    """*error*, raised because of another."""
    error.__cause__ = by
    return error


def listed(*reasons: Exception) -> ResponseFailed:
    """What Twisted raises for several."""
    return ResponseFailed([Failure(reason) for reason in reasons])


def verification() -> VerificationError:
    return VerificationError(errors=[])


FAILED = {
    "timeout": (DownloadTimeoutError("late"), "time", "timeout"),
    "private": (PrivateAddressError("a.example", ["10.0.0.1"]), "private-address", "private address"),
    "no name": (CannotResolveHostError("no"), "dns", "name not found"),
    "refused": (DownloadConnectionRefusedError("no"), "refused", "connection refused"),
    "too long": (DownloadCancelledError("too long"), "length", "too long"),
    "TLS": (caused(DownloadFailedError("x"), SSL.Error()), "tls", "TLS failed"),
    "TLS in a list": (caused(DownloadFailedError("x"), listed(SSL.Error())), "tls", "TLS failed"),
    "certificate": (caused(DownloadFailedError("x"), listed(verification())), "tls", "TLS failed"),
    "TLS, then lost": (listed(ConnectionLost(), SSL.Error()), "tls", "TLS failed"),
    "TLS below one of several": (
        listed(ValueError("x"), caused(DownloadFailedError("x"), SSL.Error())), "tls", "TLS failed"
    ),
    "malformed": (caused(DownloadFailedError("x"), MalformedAnswerError("x")), "malformed", "malformed answer"),
    "malformed, then closed": (listed(ConnectionDone(), MalformedAnswerError("x")), "malformed", "malformed answer"),
    "lost": (caused(DownloadFailedError("x"), listed(ConnectionLost())), "disconnect", "connection lost"),
    "closed": (listed(ConnectionDone()), "disconnect", "connection lost"),
    "part of it": (ResponseDataLossError(), "disconnect", "connection lost"),
    "failed somehow": (DownloadFailedError("x"), "malformed", "malformed answer"),
}


@pytest.mark.parametrize("name", FAILED)
def test_a_failure_has_a_word_in_the_archive_and_a_kind_in_the_manifest(name):
    error, word, kind = FAILED[name]

    assert outcome_of(error) == word
    assert _outcome_of(error) == failure(kind)


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (StopDownload(), "stopped"),
        (asyncio.CancelledError(), "stopped"),
        (ValueError("x"), "error"),
        (OSError(), "error"),
    ],
)
def test_what_no_server_did_has_a_word_too(error, word):
    assert outcome_of(error) == word


RESPONSE = Response(URL, status=451, request=Request(URL))


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (HttpError(RESPONSE), failure("HTTP 451")),
        (BodyTooLargeError(URL, 1), failure("too long")),
        (ContentCodingError(URL, "gzip", message("x")), failure("damaged content coding")),
        (OverlongHeadError(URL), failure("too long")),
        (OverlongUrlError(URL), failure("OverlongUrlError")),
        (RedirectError(URL, "redirect in a ring", URL), failure("redirect in a ring")),
        (NewsspiderError("x"), failure("NewsspiderError")),
        (InvalidRecordError("x"), failure("record not valid")),
        (UnstoredRecordError("x"), failure("record not stored")),
        (ForbiddenByRobotsError("x"), ROBOTS),
        (OffsiteError("x"), OFFSITE),
        (RequestRefusedError("x"), NOT_SENT),
        (IgnoreRequest("x"), IGNORED),
        (caused(IgnoreRequest("no store"), NewsspiderError("x")), failure("no store")),
        (caused(IgnoreRequest("x"), ValueError("x")), IGNORED),
        (OSError("x"), failure("OSError")),
        (ConnectionResetError("x"), failure("ConnectionResetError")),
        (ValueError("x"), failure("ValueError", of_program=True)),
    ],
)  # fmt: skip
def test_what_is_raised_instead_of_an_answer_is_an_outcome(error, outcome):
    assert _outcome_of(error) == outcome


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (asyncio.CancelledError(), "broken off, because the crawl ended"),
        (NewsspiderError("ours"), "ours"),
        (caused(NewsspiderError("ours"), listed(ValueError("a"))), "ours"),
        (DownloadCancelledError("so long"), "so long"),
        (DownloadCancelledError(), "longer than DOWNLOAD_MAXSIZE allows: broken off"),
        (ValueError("x"), "x"),
        (ValueError(), "ValueError"),
        (listed(ValueError("a"), OSError("b")), "ValueError: a; OSError: b"),
        (listed(listed(ValueError("a")), OSError("b")), "OSError: b; ValueError: a"),
        (caused(DownloadFailedError("x"), listed(ValueError("a"))), "ValueError: a"),
        (caused(DownloadFailedError("x"), ValueError("a")), "x"),
    ],
)
def test_a_failure_is_told_in_a_sentence(error, words):
    assert words_of(error) == words
