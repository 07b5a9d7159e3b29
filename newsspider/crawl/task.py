"""The objects that a spider and its run exchange: the task at the start, the findings at the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from scrapy import Spider

from newsspider.record.manifest import Scope
from newsspider.runs.findings import Findings

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The default is that of a spider that looks for no articles, such as that of ``scrapy fetch``."""

    job: str = ""
    """What a scheduler calls the run."""
    full: bool = False
    """Whether every article is fetched and gives a record, also those that are known and not due."""
    archives: tuple[Path, ...] = ()
    """Archives that answer in place of the network."""
    at: datetime | None = None
    """The time whose nearest captures are taken from them; None: the newest."""
    parser: str | None = None
    """Version of the site's parser."""
    scope: Scope | None = None
    """What it sets out to do, for comparisons with other runs."""


class TaskSpider(Spider):
    """A spider that says what it sets out to do."""

    task: Task


def task_of(crawler: Crawler) -> Task:
    """Return the task of a crawl's spider."""
    spider = crawler.spider  # none yet in `scrapy shell`
    return spider.task if isinstance(spider, TaskSpider) else Task()


_FINDINGS: WeakKeyDictionary[Crawler, Findings] = WeakKeyDictionary()


def findings_of(crawler: Crawler) -> Findings:
    """Return the findings of a crawl: also while its extensions are being made, when none can ask for another."""
    return _FINDINGS.setdefault(crawler, Findings())
