"""Settings of Scrapy's that a crawl does not take, each with what to use in their place.

They let something else answer, remember, fetch or count. A page would then be in no archive, or a request in no sum,
and nobody would hear of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from scrapy.utils.misc import load_object

from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from scrapy.settings import BaseSettings


class RefusedSettingError(NewsspiderError):
    """A setting of Scrapy's would take a crawl's work out of its hands."""

    def __init__(self, name: str, given: str, why: str, instead: str):
        super().__init__(f"the setting {name} is {given}: {why}; {instead}")


class _Refusal(NamedTuple):
    why: str
    instead: str


_MEMORIES = {
    "HTTPCACHE_ENABLED": _Refusal(
        "Scrapy's cache would answer, and what it answers is in no archive",
        "leave it out: -a archive=PATH reads captured pages again, and CONDITIONAL_REQUESTS=True spares the site pages "
        "that did not change",
    ),
    "JOBDIR": _Refusal(
        "Scrapy would remember there what it asked for, and not ask again",
        "leave it out: a run that was stopped or killed is taken up by the next run of the same collection",
    ),
}
"""What remembers by itself: refused of a spider's ``custom_settings`` too."""

_OFF = {
    "HTTPERROR_ALLOW_ALL": _Refusal(
        "pages that say that there is no page would be read as articles",
        "leave it out: the archive and the manifest have every answer, whatever its status",
    ),
    "HTTPERROR_ALLOWED_CODES": _Refusal(
        "pages that say that there is no page would be read as articles",
        "leave it out: the archive and the manifest have every answer, whatever its status",
    ),
    "DEPTH_LIMIT": _Refusal("the middleware that reads it is off", "LIST_DEPTH is how far lists are followed"),
    "DEPTH_PRIORITY": _Refusal(
        "the middleware that reads it is off", "leave it out: lists come first, then articles, then their requisites"
    ),
}
"""What has to be off."""

_CLASSES = {
    "DOWNLOADER": ("newsspider.crawl.downloader.Downloader", "it alone keeps to the pace, and ends a run in order"),
    "SCHEDULER": (
        "newsspider.crawl.scheduler.Scheduler",
        "the next run takes up what one left; several sites are a run each, and may be on several machines",
    ),
    "DUPEFILTER_CLASS": ("scrapy.dupefilters.RFPDupeFilter", "the collection knows what earlier runs fetched"),
    "STATS_CLASS": ("scrapy.statscollectors.MemoryStatsCollector", "the manifest of a run has its figures"),
    "ITEM_PROCESSOR": ("scrapy.pipelines.ItemPipelineManager", "put a pipeline of yours into ITEM_PIPELINES"),
}
"""The class that a setting has to name, or a subclass, and what to use instead of another."""

_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
_NO_DUPEFILTER = "scrapy.dupefilters.BaseDupeFilter"
"""It remembers nothing: `scrapy shell` takes it."""

_HANDLER = "newsspider.crawl.capture.CaptureHandler"
_REPLAY_HANDLER = "newsspider.crawl.replay.ReplayHandler"

COMPONENTS = {
    "DOWNLOADER_MIDDLEWARES": (
        "newsspider.crawl.middlewares.robotstxt.RobotsTxtMiddleware",
        "newsspider.crawl.middlewares.offsite.OffsiteMiddleware",
        "newsspider.crawl.middlewares.httpcompression.HttpCompressionMiddleware",
        "newsspider.crawl.middlewares.redirect.RedirectMiddleware",
    ),
    "EXTENSIONS": (
        "newsspider.crawl.extensions.archive.Archive",
        "newsspider.crawl.extensions.errors.Errors",
        "newsspider.crawl.extensions.outcomes.Outcomes",
        "newsspider.crawl.extensions.run.Run",
    ),
    "ITEM_PIPELINES": (
        "newsspider.crawl.pipelines.duplicates.Duplicates",
        "newsspider.crawl.pipelines.records.Records",
    ),
    "SPIDER_MIDDLEWARES": (
        "newsspider.crawl.middlewares.httperror.HttpErrorMiddleware",
        "newsspider.crawl.middlewares.made.MadeMiddleware",
    ),
}
"""Without which a run would not capture, store or count."""


def check(settings: BaseSettings) -> None:
    """Raise for the first setting of a crawl that is not taken."""
    check_memories(settings)
    for name, refusal in _OFF.items():
        if _is_on(settings, name):
            raise RefusedSettingError(name, _short(settings[name]), *refusal)
    if settings["COMPRESSION_ENABLED"] is not None and not settings.getbool("COMPRESSION_ENABLED"):
        raise RefusedSettingError(
            "COMPRESSION_ENABLED", "off", "every page is decoded, and so it would do nothing",
            "leave it out; to be sent plain pages, set DEFAULT_REQUEST_HEADERS with Accept-Encoding: identity",
        )  # fmt: skip
    _check_reactor(settings)
    for name, (ours, instead) in _CLASSES.items():
        given = settings[name]
        if given is not None and given != _NO_DUPEFILTER and not _is_a(given, ours):
            raise RefusedSettingError(name, _short(given), f"it has to be {ours}", f"leave it out: {instead}")
    _check_handlers(settings)
    for name, paths in COMPONENTS.items():
        _check_components(settings, name, paths)


def check_memories(settings: BaseSettings) -> None:
    """Raise for the first setting by which Scrapy would remember by itself."""
    for name, refusal in _MEMORIES.items():
        if _is_on(settings, name):
            raise RefusedSettingError(name, _short(settings[name]), *refusal)


def _check_reactor(settings: BaseSettings) -> None:
    """Without it, or on another one, a crawl fetches nothing, or never ends."""
    if settings["TWISTED_REACTOR_ENABLED"] is not None and not settings.getbool("TWISTED_REACTOR_ENABLED"):
        raise RefusedSettingError(
            "TWISTED_REACTOR_ENABLED", "off", "pages are fetched, and recorded, by Twisted", "leave it out"
        )
    reactor = settings["TWISTED_REACTOR"]
    if settings.getpriority("TWISTED_REACTOR") and reactor != _REACTOR:
        raise RefusedSettingError("TWISTED_REACTOR", _short(reactor), f"it has to be {_REACTOR}", "leave it out")


def _check_handlers(settings: BaseSettings) -> None:
    handlers = settings.getdict("DOWNLOAD_HANDLERS")
    given = [handlers[scheme] for scheme in ("http", "https") if handlers.get(scheme) is not None]
    if not given or not all(handler == _REPLAY_HANDLER or _is_a(handler, _HANDLER) for handler in given):
        raise RefusedSettingError(
            "DOWNLOAD_HANDLERS", _short(settings["DOWNLOAD_HANDLERS"]),
            f"http and https have to be {_HANDLER}, or what is fetched is in no archive",
            "leave it out: -a archive=PATH answers from archives, CONNECT_TO leads to another server",
        )  # fmt: skip


def _check_components(settings: BaseSettings, name: str, ours: Iterable[str]) -> None:
    given = settings.getdict(name)
    active = [component for component, order in given.items() if order is not None]
    for path in ours:
        if path not in active and not any(_is_a(component, path) for component in active):
            raise RefusedSettingError(
                name, f"without {path}", "a run would no longer be what its manifest says",
                "give it all that newsspider/settings.py has there, and yours beside it",
            )  # fmt: skip


def _is_on(settings: BaseSettings, name: str) -> bool:
    value = settings[name]
    if isinstance(value, str):
        return value.strip().lower() not in ("", "0", "0.0", "false", "none", "[]")
    return bool(value)


def _is_a(component: Any, path: str) -> bool:
    """Tell whether a *component*, a class or where to find it, is the class at *path*, or inherits from it."""
    if component == path:
        return True
    try:
        found = load_object(component) if isinstance(component, str) else component
        return load_object(path) in found.__mro__  # Scrapy's own issubclass looks at the names of methods only
    except (AttributeError, ImportError, NameError, TypeError, ValueError):
        return False


def _short(value: object, most: int = 120) -> str:
    text = json.dumps(dict(value), default=str) if isinstance(value, Mapping) else repr(value)
    return text if len(text) <= most else f"{text[:most]}…"
