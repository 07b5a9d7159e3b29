"""The spiders of sites whose crawl has nothing of its own: a site that has a file of rules, and none here."""

from __future__ import annotations

from importlib.util import find_spec
from types import new_class
from typing import Any

from newsspider import sites
from newsspider.spiders.news import NewsSpider


def _spider(site: sites.Rules) -> type[NewsSpider]:
    def own(namespace: dict[str, Any]) -> None:
        namespace["__module__"] = __name__  # Scrapy asks a module for the spiders that it defines

    return new_class(f"{site.NAME.capitalize()}Spider", (NewsSpider,), {"site": site}, own)


for _name in sites.names():
    if find_spec(f"newsspider.spiders.{_name}") is None:
        globals()[_name] = _spider(sites.load(_name))
