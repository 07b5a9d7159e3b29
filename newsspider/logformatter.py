"""One line an event: an article is named in the log, not printed into it."""

from __future__ import annotations

from typing import Any

from scrapy.logformatter import LogFormatter as ScrapyLogFormatter
from scrapy.logformatter import LogFormatterResult


class LogFormatter(ScrapyLogFormatter):
    def scraped(self, item: Any, *args: Any) -> LogFormatterResult:
        return super().scraped(_name(item), *args)

    def dropped(self, item: Any, *args: Any) -> LogFormatterResult:
        return super().dropped(_name(item), *args)

    def item_error(self, item: Any, *args: Any) -> LogFormatterResult:
        return super().item_error(_name(item), *args)


def _name(item: Any) -> str:
    return getattr(item, "id", None) or type(item).__name__
