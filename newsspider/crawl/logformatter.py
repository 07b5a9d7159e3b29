"""One line an event: an article is named in the log, not printed into it."""

from __future__ import annotations

import logging
from typing import Any

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.logformatter import LogFormatter as ScrapyLogFormatter
from scrapy.logformatter import LogFormatterResult

from newsspider.errors import NewsspiderError

_OUTSIDE = (
    CannotResolveHostError, DownloadCancelledError, DownloadConnectionRefusedError, DownloadFailedError,
    DownloadTimeoutError, NewsspiderError, ResponseDataLossError,
)  # fmt: skip
"""What the network, a disk or a person is the cause of: a traceback through the program would mislead."""

_TELL_OF_THEM = (
    "asyncio",  # of a crawl by `scrapy fetch` that could not start
    "scrapy.core.scraper", "scrapy.downloadermiddlewares.robotstxt", "scrapy.extensions.feedexport",
)  # fmt: skip


class LogFormatter(ScrapyLogFormatter):
    """Scrapy's formatter; the line of an item names it, and does not print it."""

    def __init__(self) -> None:
        for name in _TELL_OF_THEM:
            logging.getLogger(name).addFilter(_in_one_line)

    def scraped(self, item: Any, *args: Any) -> LogFormatterResult:
        return super().scraped(_name(item), *args)

    def dropped(self, item: Any, *args: Any) -> LogFormatterResult:
        return super().dropped(_name(item), *args)

    def item_error(self, item: Any, *args: Any) -> LogFormatterResult:
        return super().item_error(_name(item), *args)


def _in_one_line(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, _OUTSIDE):
        said = record.getMessage()
        if record.name == "asyncio":
            said = str(error)
        elif str(error) not in said:
            said = f"{said}: {error}"
        record.msg = said
        record.args, record.exc_info = (), None
    return True


def _name(item: Any) -> str:
    return getattr(item, "id", None) or type(item).__name__
