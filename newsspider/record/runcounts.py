"""The counts of a run, as its manifest has them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Self

from newsspider.record.values import Natural

if TYPE_CHECKING:
    from collections.abc import Mapping


_LATER = {"optional": True}
"""Of a count that manifests from before it was kept do not have."""


@dataclass(slots=True, kw_only=True)
class RunCounts:
    """The counts of a run, from its first request to its last file."""

    articles: Natural = 0
    """Records in the feed of this run; what it took over from killed runs is not among them."""

    parsed: Natural = 0
    """Article pages that were read."""

    failed: Natural = 0
    """Article pages that could not be fetched or read; without those that failed before and never were articles."""

    lost: Natural = field(default=0, metadata=_LATER)
    """Article pages that were read, and whose record was not written."""

    broken: Natural = field(default=0, metadata=_LATER)
    """Article pages, among those two, on which a program on this side failed."""

    not_modified: Natural = field(default=0, metadata=_LATER)
    """Article pages of which the site says that they are as they were (304)."""

    gone: Natural = field(default=0, metadata=_LATER)
    """Known articles that answer 404 or 410."""

    same: Natural = field(default=0, metadata=_LATER)
    """Addresses beside its own of the article that most addresses turned out to be."""

    aliases: Natural = field(default=0, metadata=_LATER)
    """Addresses of articles that redirect to one that was asked for by itself."""

    new: Natural = 0
    """Records of articles seen for the first time."""

    changed: Natural = 0
    """Records of articles that say something else than before."""

    unchanged: Natural = 0
    """Articles that were fetched again and say the same."""

    known: Natural = 0
    """Addresses on lists that were fetched before and are not due."""

    missed: Natural = field(default=0, metadata=_LATER)
    """Addresses that earlier runs saw and did not fetch."""

    due: Natural = 0
    """Addresses that were due to be fetched again."""

    unsettled: Natural = 0
    """Articles whose pages show none now, and that are too many to be gone."""

    duplicate: Natural = 0
    """Article pages whose article has its record by another address."""

    older: Natural = 0
    """Articles left out because they are older than was asked for."""

    lists_failed: Natural = field(default=0, metadata=_LATER)
    """List pages that could not be read."""

    unparsed: Natural = 0
    """Pages that look like articles by their address and show none."""

    invalid: Natural = 0
    """Records that did not fit the schema."""

    requests: Natural = 0
    """Requests that were sent, retries and redirects included."""

    responses: Natural = 0
    """WARC records of answers."""

    revisits: Natural = 0
    """WARC records of answers whose payload the archive had already."""

    unanswered: Natural = 0
    """Exchanges in the archive that have no answer."""

    requisites: Natural = 0
    """Page requisites that were captured."""

    requisite_bytes: Natural = 0
    """Bytes of those in the archive."""

    requisites_failed: Natural = 0
    """Page requisites that could not be fetched."""

    requisites_known: Natural = 0
    """Page requisites that the archive has already."""

    requisites_refused: Natural = 0
    """Page requisites on hosts that are not asked."""

    requisites_over_limit: Natural = 0
    """Page requisites beyond ``REQUISITES_MAX`` of their article."""

    replayed: Natural = 0
    """Answers that came from archives."""

    missing: Natural = 0
    """Requests that the archives have no answer to."""

    articles_forbidden: Natural = field(default=0, metadata=_LATER)
    """Article pages that robots.txt forbids."""

    forbidden_by_robots: Natural = 0
    """Requests that robots.txt forbids."""

    unfetched: Natural = field(default=0, metadata=_LATER)
    """Article pages that could not be fetched."""

    bytes: Natural = 0
    """Bytes of the answers."""

    callbacks_raised: Natural = field(default=0, metadata=_LATER)
    """Errors in callbacks."""

    @classmethod
    def of(cls, counts: Mapping[str, Any]) -> Self:
        """Read the counts of a manifest; KeyError, TypeError or ValueError for other values.

        >>> RunCounts.of({"articles": "many"})
        Traceback (most recent call last):
        ValueError: invalid literal for int() with base 10: 'many'
        """
        named = (each.name for each in fields(cls) if each.name in counts or not each.metadata.get("optional"))
        return cls(**{name: int(counts[name]) for name in named})
