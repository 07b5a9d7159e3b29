"""Writes what follows from the manifest: the report for a person, the figures for Prometheus.

Neither is data: what cannot be written is logged, and changes no verdict.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy import signals

from newsspider.collection.runs import manifest_of
from newsspider.crawl.extensions.pages import collection_of
from newsspider.crawl.extensions.run import Run
from newsspider.durable import make_directory, write_whole
from newsspider.runs import index
from newsspider.runs.page import as_html
from newsspider.runs.prometheus import as_text

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class Report:
    """Writes ``reports/<run>.html``, a list of all of them, and the file of ``PROMETHEUS_TEXTFILE`` if that is set."""

    def __init__(self, crawler: Crawler):
        self._crawler = crawler
        self._textfile: str | None = crawler.settings["PROMETHEUS_TEXTFILE"]
        # What a run left that was killed while it wrote its page; Archive, before this in EXTENSIONS, holds the lock.
        for path in collection_of(crawler).reports_dir.glob(".*.part"):
            with suppress(OSError):
                path.unlink()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        # After Run, which comes before this in EXTENSIONS.
        crawler.signals.connect(extension.engine_stopped, signals.engine_stopped)
        return extension

    def engine_stopped(self) -> None:
        run = self._crawler.get_extension(Run)
        if run is None or run.journal.verdict is None:
            return
        collection = collection_of(self._crawler)
        manifest = json.loads(manifest_of(collection, run.journal.id).read_bytes())
        page = collection.reports_dir / f"{run.journal.id}.html"
        try:
            make_directory(page.parent)
            write_whole(page, as_html(manifest, run.journal.earlier).encode())
            write_whole(page.with_name("index.html"), index.as_html(collection).encode())
            logger.info("Report: %s", page)
        except OSError as error:
            logger.warning("%s: the report cannot be written: %s", page, error)
        if self._textfile:
            path = Path(self._textfile)
            if path.is_dir():
                path /= f"newsspider-{collection.name}.prom"
            try:
                write_whole(path, as_text(manifest).encode())
            except OSError as error:
                logger.warning("%s: the figures for Prometheus cannot be written: %s", path, error)
