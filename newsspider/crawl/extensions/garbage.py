"""How often Python collects garbage: a crawl makes many objects that live for one page, and few cycles."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

_THRESHOLD = 20_000
"""New objects between two looks at the young ones; Python's 700 costs a tenth of the crawl's CPU."""


class Garbage:
    """Sets the collector for the crawl, and spares it what was imported before."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        gc.freeze()
        gc.set_threshold(_THRESHOLD, *gc.get_threshold()[1:])
        return cls()
