"""Finds a spider by its name without importing all others, with all that they import."""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from scrapy.spiderloader import SpiderLoader as ScrapySpiderLoader
from scrapy.utils.spider import iter_spider_classes

if TYPE_CHECKING:
    import builtins
    from typing import Self

    from scrapy import Request, Spider
    from scrapy.settings import BaseSettings


class SpiderLoader:
    """Looks into the module that is called as the spider; into all of ``SPIDER_MODULES``, as Scrapy's, otherwise."""

    def __init__(self, settings: BaseSettings):
        self._settings = settings

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        return cls(settings)

    def load(self, spider_name: str) -> type[Spider]:
        """Return the spider of that name. KeyError."""
        if spider_name.isidentifier():
            for package in self._settings.getlist("SPIDER_MODULES"):
                if find_spec(f"{package}.{spider_name}"):
                    module = import_module(f"{package}.{spider_name}")
                    if own := [each for each in iter_spider_classes(module) if each.name == spider_name]:
                        return own[0]
        return self._all.load(spider_name)

    def list(self) -> builtins.list[str]:
        """Return the names of all spiders."""
        return self._all.list()

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """Return the names of those that are for the host of a request."""
        return self._all.find_by_request(request)

    @cached_property
    def _all(self) -> ScrapySpiderLoader:
        return ScrapySpiderLoader.from_settings(self._settings)
