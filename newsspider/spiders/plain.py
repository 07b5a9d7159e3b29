"""Makes the spiders of sites that have a file of rules and no spider of their own."""

from __future__ import annotations

from importlib.util import find_spec
from types import new_class
from typing import TYPE_CHECKING, Any

from newsspider import sites
from newsspider.spiders.news import NewsSpider

if TYPE_CHECKING:
    from newsspider.parsing.site import Site


def _spider(site: Site) -> type[NewsSpider]:
    def own(namespace: dict[str, Any]) -> None:
        namespace["__module__"] = __name__  # Scrapy asks a module for the spiders that it defines

    return new_class(f"{site.name.capitalize()}Spider", (NewsSpider,), {"site": site}, own)


for _name in sites.names():
    if find_spec(f"newsspider.spiders.{_name}") is None:
        globals()[_name] = _spider(sites.load(_name))
