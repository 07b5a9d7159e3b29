"""The reason why a request got no answer: a word and a sentence."""

from __future__ import annotations

import asyncio
from typing import Any

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    StopDownload,
)
from service_identity.exceptions import VerificationError
from twisted.internet.error import ConnectionClosed

from newsspider.crawl.connections import PrivateAddressError
from newsspider.crawl.incoming import MalformedAnswerError
from newsspider.errors import NewsspiderError


def outcome_of(error: BaseException) -> str:
    """Name what became of a request: the word that the archive's metadata record gives."""
    match error:
        case DownloadTimeoutError():
            return "time"
        case PrivateAddressError():
            return "private-address"
        case CannotResolveHostError():
            return "dns"
        case DownloadConnectionRefusedError():
            return "refused"
        case StopDownload() | asyncio.CancelledError():
            return "stopped"
        case DownloadCancelledError():
            return "length"
    causes = list(_causes(error))
    if any(isinstance(cause, SSL.Error | VerificationError) for cause in causes):
        return "tls"
    if any(isinstance(cause, MalformedAnswerError) for cause in causes):
        return "malformed"
    if any(isinstance(cause, ResponseDataLossError | ConnectionClosed) for cause in causes):
        return "disconnect"
    return "malformed" if isinstance(error, DownloadFailedError) else "error"


def words_of(error: BaseException) -> str:
    """Say what happened; what Twisted put into a list of reasons is taken out of it."""
    if isinstance(error, asyncio.CancelledError):
        return "broken off, because the crawl ended"
    if isinstance(error, NewsspiderError):
        return str(error)
    if isinstance(error, DownloadCancelledError):
        return str(error) or "longer than DOWNLOAD_MAXSIZE allows: broken off"
    reasons = [reason.value for cause in _causes(error) for reason in getattr(cause, "reasons", ())]
    first = [reason for reason in reasons if not hasattr(reason, "reasons")]
    return "; ".join(f"{type(reason).__name__}: {reason}" for reason in first) or str(error) or type(error).__name__


def _causes(error: BaseException) -> Any:
    """Yield *error* and what led to it, through Twisted's lists of reasons."""
    yield error
    for reason in getattr(error, "reasons", ()):
        yield from _causes(reason.value)
    if error.__cause__ is not None:
        yield from _causes(error.__cause__)
