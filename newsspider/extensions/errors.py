"""What went wrong in a crawl: each way once, with how often and on which pages, as many as a person reads."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from scrapy import signals

from newsspider.manifest import Errors as ErrorsOfKind
from newsspider.manifest import Example
from newsspider.redaction import redact

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

_KINDS = 30
_EXAMPLES = 3
_MAX_URL = 500
_MAX_SAID = 300


class Errors:
    """Collects them, in memory that does not grow with the crawl."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, list[Example]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls()
        crawler.signals.connect(extension.spider_error, signals.spider_error)
        crawler.signals.connect(extension.item_error, signals.item_error)
        crawler.signals.connect(extension.item_dropped, signals.item_dropped)
        return extension

    def add(self, kind: str, url: str, said: str = "") -> None:
        """Count what went wrong with *url*, after all retries."""
        if kind not in self._counts and len(self._counts) >= _KINDS:
            kind = "others"
        self._counts[kind] += 1
        examples = self._examples.setdefault(kind, [])
        if len(examples) < _EXAMPLES:
            examples.append(Example(url=_short(url, _MAX_URL), said=_short(said, _MAX_SAID) or None))

    def spider_error(self, failure: Failure, response: Response | None) -> None:
        url = response.url if response is not None else "start()"
        self.add(f"callback raised {type(failure.value).__name__}", url, str(failure.value))

    def item_error(self, item: Any, failure: Failure) -> None:
        self.add(f"pipeline raised {type(failure.value).__name__}", _url(item), str(failure.value))

    def item_dropped(self, item: Any, exception: Any) -> None:
        if exception.log_level == "ERROR":
            self.add("record not valid", _url(item), str(exception))

    @property
    def total(self) -> int:
        """How many there are."""
        return self._counts.total()

    def found(self) -> list[ErrorsOfKind]:
        """Return them for the manifest, the most frequent first."""
        return [
            ErrorsOfKind(kind=kind, count=count, examples=self._examples[kind])
            for kind, count in self._counts.most_common()
        ]


def _url(item: Any) -> str:
    return getattr(item, "url", type(item).__name__)


def _short(text: str, most: int) -> str:
    text = " ".join(redact(text).split())
    return text if len(text) <= most else text[: most - 1] + "…"
