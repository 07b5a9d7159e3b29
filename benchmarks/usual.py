"""What a user would write instead, as a peer: stock Scrapy, trafilatura, warcio's writer and a feed of JSON Lines.

Every exchange becomes a request and a response record in one gzipped WARC file, with the digests that warcio makes; of
every article trafilatura makes the record. What this lacks, such as the bytes as they came over the wire, an index and
a memory from run to run, costs it nothing here.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import trafilatura
from scrapy.settings import Settings
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.stock import StockSpider, crawl

if TYPE_CHECKING:
    from scrapy.http import Request, Response


class UsualSpider(StockSpider):
    """Fetches the URLs of a file, archives the exchanges, and gives a record of every article."""

    name = "usual"

    @classmethod
    def from_crawler(cls, crawler, *args, **kwargs):
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.file = (Path(spider.folder) / "usual.warc.gz").open("wb")
        spider.writer = WARCWriter(spider.file, gzip=True)
        return spider

    def parse(self, response):
        self.archive(response.request, response)
        if "/detail/" not in response.url and "/a/" not in response.url:
            return
        found = trafilatura.bare_extraction(response.text, url=response.url, with_metadata=True, include_images=True)
        if found is not None:
            yield {name: value for name, value in found.as_dict().items() if isinstance(value, str)}

    def archive(self, request: Request, response: Response) -> None:
        date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        answer = self.record("response", response.url, date, f"{response.status} OK", "HTTP/1.1", response)
        sent = self.record("request", request.url, date, "", f"GET {urlsplit(request.url).path} HTTP/1.1", request)
        self.writer.write_request_response_pair(sent, answer)

    def record(self, kind, url, date, status, protocol, message):
        headers = [
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, values in message.headers.items()
            for value in values
            if name != b"Content-Encoding"  # Scrapy hands over the body decoded
        ]
        head = StatusAndHeaders(status, headers, protocol=protocol)
        return self.writer.create_warc_record(
            url, kind, payload=BytesIO(message.body), http_headers=head, warc_headers_dict={"WARC-Date": date}
        )

    def closed(self, reason):
        self.file.close()


def main(options: str) -> None:
    settings, arguments = json.loads(options)
    feed = str(Path(arguments["folder"]) / "usual.jsonl")
    crawl(UsualSpider, Settings(settings | {"FEEDS": {feed: {"format": "jsonlines"}}}), **arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
