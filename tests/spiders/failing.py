"""Spiders that fail, each in its own way, at the demo site (``-s SPIDER_MODULES=tests.spiders``)."""

from __future__ import annotations

import os
from dataclasses import fields

from newsspider.parsing.site import Site
from newsspider.sites.kankanews import SITE
from newsspider.spiders.kankanews import KankanewsSpider


class StartRaises(KankanewsSpider):
    name = "start_raises"

    async def start(self):
        async for request in super().start():
            yield request
            raise RuntimeError("start() is broken")


class StoppedEarly(KankanewsSpider):
    name = "stopped_early"

    def __init__(self, number: str):
        super().__init__()
        os.kill(os.getpid(), int(number))


class CallbacksRaise(KankanewsSpider):
    name = "callbacks_raise"

    def parse_article(self, response):
        raise RuntimeError("parse_article() is broken")


class PipelineRaises(KankanewsSpider):
    name = "pipeline_raises"
    custom_settings = {"ITEM_PIPELINES": {"tests.spiders.failing.BrokenPipeline": 200}}


class KeepsAJob(KankanewsSpider):
    name = "keeps_a_job"
    custom_settings = {"JOBDIR": "job"}


class BrokenPipeline:
    """Fails for one article of the run."""

    broken = True

    def process_item(self, item):
        if self.broken:
            self.broken = False
            raise RuntimeError("the pipeline is broken")
        return item


class _WithoutSource(Site):
    def parse_page(self, *page):
        parsed = super().parse_page(*page)
        parsed.article.source = None
        parsed.article.provenance.fields.pop("source", None)
        return parsed


class LosesSource(KankanewsSpider):
    name = "loses_source"
    site = _WithoutSource(**{each.name: getattr(SITE, each.name) for each in fields(Site)})


class NothingFits(KankanewsSpider):
    name = "nothing_fits"

    def parse_article(self, response):
        for article in super().parse_article(response):
            if hasattr(article, "title"):
                article.title = 7
            yield article
