"""A spider and components whose articles end as the test says, each in its own way (``-a acts=JSON``: path -> act)."""

from __future__ import annotations

import json
from copy import deepcopy
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.exceptions import DropItem, IgnoreRequest

from newsspider import settings
from newsspider.spiders.kankanews import KankanewsSpider


def act_of(spider, url: str) -> str | None:
    return spider.acts.get(urlsplit(url).path)


class MixedSpider(KankanewsSpider):
    name = "mixed"
    custom_settings = {
        "DOWNLOADER_MIDDLEWARES": {**settings.DOWNLOADER_MIDDLEWARES, "tests.spiders.mixed.Downloads": 800},
        "SPIDER_MIDDLEWARES": {**settings.SPIDER_MIDDLEWARES, "tests.spiders.mixed.Answers": 500},
        "ITEM_PIPELINES": {**settings.ITEM_PIPELINES, "tests.spiders.mixed.Items": 200},
        "EXTENSIONS": {**settings.EXTENSIONS, "tests.spiders.mixed.Scheduling": 500},
    }

    def __init__(self, acts: str = "{}", **kwargs):
        super().__init__(**kwargs)
        self.acts = json.loads(acts)

    def parse_article(self, response):
        act = act_of(self, response.url)
        if act == "callback raises":
            raise TypeError("unhashable type")
        if act == "callback gives nothing":
            return
        yield from super().parse_article(response)
        if act == "raises behind the record":
            raise KeyError("behind")
        if act == "yields one request twice":
            request = Request("https://www.kankanews.com/other", self.parse_other)
            yield request
            yield request
            yield Request("https://elsewhere.example/", self.parse_other)
            # As many spiders hand their own data on; it is another request all the same.
            yield Request("https://www.kankanews.com/handed-on", self.parse_other, meta=response.meta)

    def parse_other(self, response):
        """Have seen it."""

    def article_failed(self, failure):
        super().article_failed(failure)
        if act_of(self, failure.request.url) == "errback raises":
            raise ValueError("errback")


class Downloads:
    """A middleware that is in the way; next to the network."""

    def __init__(self, crawler):
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler)

    def process_request(self, request):
        act = act_of(self.crawler.spider, request.url)
        if act == "middleware ignores":
            raise IgnoreRequest("not wanted")
        if act == "middleware asks for another" and not request.url.endswith("#again"):
            meta = {name: value for name, value in request.meta.items() if name in ("asked", "handle_httpstatus_list")}
            return Request(
                request.url + "#again", request.callback, errback=request.errback, meta=meta, dont_filter=True
            )
        return None

    def process_response(self, request, response):
        act = act_of(self.crawler.spider, request.url)
        if act == "middleware ignores an answer":
            raise IgnoreRequest("not wanted")
        if act == "middleware raises":
            raise AttributeError("no such thing")
        if act == "middleware asks again in vain":
            return request.copy()  # as retries that forget dont_filter
        return response


class Answers:
    """A spider middleware that is in the way."""

    def __init__(self, crawler):
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler)

    def process_spider_input(self, response):
        if act_of(self.crawler.spider, response.url) == "spider middleware raises":
            raise LookupError("not here")

    async def process_start(self, start):
        async for each in start:
            if act_of(self.crawler.spider, each.url) != "request swallowed":
                yield each

    async def process_spider_output(self, response, result):
        async for each in result:
            if isinstance(each, Request) and act_of(self.crawler.spider, each.url) == "request swallowed":
                continue
            if isinstance(each, Request) and act_of(self.crawler.spider, each.url) == "request replaced":
                each = each.replace(priority=7)
            if act_of(self.crawler.spider, response.url) != "spider middleware swallows" or isinstance(each, Request):
                yield each


class Items:
    """A pipeline that is in the way, before the records are written."""

    def __init__(self, crawler):
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler)

    def process_item(self, item):
        match act_of(self.crawler.spider, item.url):
            case "pipeline raises":
                raise RuntimeError("the pipeline is broken")
            case "pipeline drops":
                raise DropItem("not wanted", log_level="DEBUG")
            case "pipeline swallows":
                return None
            case "pipeline spoils":
                item = deepcopy(item)
                item.title = 7
        return item


class Scheduling:
    """An extension that turns requests down before they are scheduled."""

    @classmethod
    def from_crawler(cls, crawler):
        extension = cls()
        extension.crawler = crawler
        crawler.signals.connect(extension.request_scheduled, signals.request_scheduled)
        return extension

    def request_scheduled(self, request):
        if act_of(self.crawler.spider, request.url) == "extension ignores":
            raise IgnoreRequest("not wanted")
