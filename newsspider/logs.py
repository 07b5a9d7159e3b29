r"""The log as a collector wants it: one line an event, as text or as JSON, and nothing secret in it.

What has several lines (a traceback, Scrapy's statistics) is folded into one, with ``\n`` for the line breaks, so that
lines can be counted; ``sed 's/\\n/\n/g'`` unfolds it. A person at a terminal reads it unfolded.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy.utils import log as scrapy_log

from newsspider.redaction import redact

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


class Logs:
    """Scrapy add-on: the formatter of Scrapy's log is ours, wherever Scrapy's settings send it."""

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        # There is no setting for it, and Scrapy makes its handler anew for every crawler.
        scrapy_log._get_formatter = _formatter


def _formatter(handler: logging.Handler, settings: BaseSettings) -> logging.Formatter:
    if settings.getbool("LOG_JSON"):
        return JsonFormatter()
    stream = getattr(handler, "stream", None)
    watched = stream is not None and stream.isatty()
    return TextFormatter(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"], folded=not watched)


class TextFormatter(logging.Formatter):
    r"""Scrapy's own format.

    >>> record = logging.makeLogRecord({"msg": "proxy http://ada:hunter2@proxy.example\nis down"})
    >>> TextFormatter("%(message)s", None, folded=True).format(record)
    'proxy http://***@proxy.example\\nis down'
    """

    def __init__(self, fmt: str | None, datefmt: str | None, *, folded: bool):
        super().__init__(fmt, datefmt)
        self._folded = folded

    def format(self, record: logging.LogRecord) -> str:
        text = redact(super().format(record)).rstrip("\n")
        return _fold(text) if self._folded else text


class JsonFormatter(logging.Formatter):
    """One JSON object a line: ``time`` (ISO 8601, UTC), ``level``, ``logger``, ``message``, ``exception`` if any."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        if record.exc_info:
            said["exception"] = redact(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)


def _fold(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
