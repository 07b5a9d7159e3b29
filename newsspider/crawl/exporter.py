"""Scrapy's feeds (``-o``, ``-O``, ``FEEDS``): a feed that can never be stored is refused, and failures are counted."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import NotConfigured
from scrapy.extensions.feedexport import FeedExporter as ScrapyFeedExporter

from newsspider.errors import NewsspiderError
from newsspider.text.redaction import redact

if TYPE_CHECKING:
    from scrapy import Spider


class FeedRefusedError(NewsspiderError):
    """A feed of ``-o``, ``-O`` or ``FEEDS`` could never be stored, which is known before anything is fetched."""

    exit_code = 4

    def __init__(self, uri: str, problem: str) -> None:
        super().__init__(
            f"{redact(uri)}: this feed cannot be stored: {problem}. Nothing was fetched; "
            "give -o, -O or FEEDS a file, ftp://user:password@host/path, s3://bucket/key or gs://bucket/key"
        )


_LIBRARIES = {"s3": ("boto3", "boto3"), "gs": ("google.cloud.storage", "google-cloud-storage")}
"""By scheme, the module that Scrapy stores feeds by, and its package. For gs it asks only when all is fetched."""


class FeedExporter(ScrapyFeedExporter):
    """Refuses a feed that Scrapy would switch off with a line in the log, and with it all others: FeedRefusedError.

    Counts the items that no exporter could take: Scrapy logs them, and the run would pass for a good one.
    """

    def _storage_supported(self, uri: str, feed_options: dict[str, Any]) -> bool:
        scheme = urlsplit(uri).scheme
        module, package = _LIBRARIES.get(scheme, ("", ""))
        if module and not _is_installed(module):
            raise FeedRefusedError(uri, f"{scheme}:// takes a library that is not installed: pip install {package}")
        try:
            self._get_storage(uri, feed_options)
        except NotConfigured as error:
            raise FeedRefusedError(uri, str(error)) from error
        except (ValueError, AssertionError) as error:  # no host, a port that is no number
            raise FeedRefusedError(uri, redact(str(error)) or "its address names no host or bucket") from error
        if not super()._storage_supported(uri, feed_options):
            raise FeedRefusedError(uri, f"nothing is known of {scheme}://")
        return True

    def _exporter_supported(self, format_: str) -> bool:
        if not super()._exporter_supported(format_):
            raise FeedRefusedError("FEEDS", f"its format {format_!r} is none of {', '.join(sorted(self.exporters))}")
        return True

    def item_scraped(self, item: Any, spider: Spider) -> None:
        try:
            super().item_scraped(item, spider)
        except Exception:
            self.crawler.stats.inc_value("feedexport/failed_items")
            raise


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of a package that it is in
        return False
