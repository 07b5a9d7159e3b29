r"""The log as a collector wants it: one line an event, as text or as JSON, and nothing secret in it.

What strangers put into it moves no cursor (``newsspider.text.escaping``).

What has several lines (a traceback, Scrapy's statistics) is folded into one, with ``\n`` for the line breaks, so that
lines can be counted; ``sed 's/\\n/\n/g'`` unfolds it. A person at a terminal reads it unfolded; who says nothing of
``LOG_LEVEL`` there watches the progress, and of the log sees warnings.

The lines of Scrapy and Twisted come by the standard library's logging, so that is where they are formatted; structlog
would format our own alone.
"""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapy.settings import SETTINGS_PRIORITIES
from scrapy.utils import log as scrapy_log

from newsspider.terminal.console import watched
from newsspider.text.escaping import as_json, printable, printable_lines
from newsspider.text.redaction import redact

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


_ABOUT_SCRAPY = frozenset(
    ("scrapy.addons", "scrapy.crawler", "scrapy.extensions.logstats", "scrapy.middleware", "scrapy.statscollectors",
     "scrapy.utils.log")
)  # fmt: skip
"""Loggers that say of which objects Scrapy is made, and what they counted."""


class Logs:
    """Scrapy add-on: the formatter of Scrapy's log is ours, wherever Scrapy's settings send it."""

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        if is_for_a_person(settings) and not settings["LOG_FILE"]:
            settings.set("LOG_LEVEL", "WARNING", priority="project")
        # There is no setting for it, and Scrapy makes another handler for every crawler.
        scrapy_log._get_formatter = _formatter


def _formatter(handler: logging.Handler, settings: BaseSettings) -> logging.Formatter:
    if settings.getbool("LOG_JSON"):
        return JsonFormatter()
    stream = getattr(handler, "stream", None)
    at_terminal = stream is not None and stream.isatty()
    if at_terminal and settings["LOG_LEVEL"] != "DEBUG":
        handler.addFilter(_is_about_the_crawl)
    return TextFormatter(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"], folded=not at_terminal)


def is_for_a_person(settings: BaseSettings) -> bool:
    """Tell whether somebody watches who said nothing of the log, and so wants to see how far it is and how it ended."""
    priority = settings.getpriority("LOG_LEVEL") or 0
    chosen = priority > SETTINGS_PRIORITIES["project"] or "NEWSSPIDER_LOG_LEVEL" in os.environ
    usual = settings["LOG_LEVEL"] in ("INFO", "WARNING") and settings.getbool("LOG_ENABLED")
    return watched() and usual and not chosen and not settings.getbool("LOG_JSON")


def _is_about_the_crawl(record: logging.LogRecord) -> bool:
    return record.levelno > logging.INFO or record.name not in _ABOUT_SCRAPY


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
        return printable(_fold(text)) if self._folded else printable_lines(text)


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
        return as_json(said)


def _fold(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\\n")
