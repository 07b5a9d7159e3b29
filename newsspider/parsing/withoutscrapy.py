"""Parsing in a process that needs nothing else of Scrapy: the loader's itemadapter imports it wherever it is there."""

from __future__ import annotations

import sys


def do_without_scrapy() -> None:
    """Let nothing import Scrapy in this process from now on: that is half of the time that a process takes to start.

    itemadapter then knows no ``scrapy.Item``, so a process that crawls must not call this.
    """
    sys.modules["scrapy"] = None  # type: ignore[assignment]
