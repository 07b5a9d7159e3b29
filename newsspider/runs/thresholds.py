"""The ``VERDICT_`` settings as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The defaults are those of ``settings.py``, where each has its reason."""

    max_failed: float = 0.5
    """Share of the article pages asked for that may fail."""
    min_pages: int = 10
    """Article pages without which a run is judged together with those before it."""
    min_found: float = 0.5
    """Share of the median of the last runs that must be found."""
    min_given: float = 0.5
    """Share of what a field or a witness gave before that it must give."""
    min_articles: int = 30
    """Articles without which a run's fields are judged together with those of the runs before it."""
    max_quiet: timedelta = timedelta(hours=72)
    """How long nothing new may come; zero: for ever."""
    runs: int = 30
    """Good runs that one is compared with."""
    since: date | None = None
    """Runs before this day (UTC) are not compared with."""

    @classmethod
    def of(cls, settings: Any) -> Self:
        """Take them from Scrapy's settings, which preflight has checked."""
        since = settings["VERDICT_SINCE"]
        return cls(
            max_failed=settings.getfloat("VERDICT_MAX_FAILED"),
            min_pages=settings.getint("VERDICT_MIN_PAGES"),
            min_found=settings.getfloat("VERDICT_MIN_FOUND"),
            min_given=settings.getfloat("VERDICT_MIN_GIVEN"),
            min_articles=settings.getint("VERDICT_MIN_ARTICLES"),
            max_quiet=timedelta(hours=settings.getfloat("VERDICT_MAX_QUIET")),
            runs=settings.getint("VERDICT_RUNS"),
            since=date.fromisoformat(since) if since else None,
        )

    def is_comparable(self, ended: datetime) -> bool:
        """Whether a run that *ended* then may be compared with."""
        return self.since is None or ended.astimezone(UTC).date() >= self.since
