"""The few numbers of a manifest by which runs are compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import orjson

from newsspider.record.runcounts import RunCounts
from newsspider.runs.given import Given

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_MOST_READ = 1000
"""Manifests; more than a month of hourly runs, read in a tenth of a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The numbers of one run."""

    ended: datetime
    finished: bool = True
    """Whether nothing was left to do."""
    good: bool = True
    """Whether the site was found as it should be: a run that saw it changed is no baseline for the next."""
    scope: Mapping[str, Any] | None = None
    """See the manifest; runs without one are compared with nothing."""
    parser: str | None = None
    links: int = 0
    """Links to articles on list pages."""
    records: int = 0
    parsed: int = 0
    """Article pages that were read."""
    failed: int = 0
    """Article pages that could not be fetched or read."""
    lost: int = 0
    """Article pages that were read, and whose record was not written."""
    broken: int = 0
    """Of those two, the pages that a program on this side failed on, which is no chance."""
    not_modified: int = 0
    """Article pages of which the site said that they are as they were."""
    gone: int = 0
    """Known articles that the site says are gone."""
    aliases: int = 0
    """Addresses of articles that redirect to one that was asked for by itself."""
    same: int = 0
    """Addresses, beside its own, of the article that most addresses turned out to be."""
    forbidden: int = 0
    """Article pages that were wanted, and that robots.txt forbids."""
    given: Counter[Given] = field(default_factory=Counter)
    last_new: datetime | None = None

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Self:
        """Take them from a manifest (parsed JSON). KeyError, TypeError, ValueError: it is of another form or version.

        >>> Tally.of({"ended": "2026-01-30T08:00:00+00:00"})
        Traceback (most recent call last):
        KeyError: 'counts'
        """
        ended = datetime.fromisoformat(manifest["ended"])
        counts = RunCounts.of(manifest["counts"])
        last_new = manifest["last_new"]
        scope = manifest["scope"] and {"limit": None, "starts": [], **manifest["scope"]}
        if scope is not None and manifest["previous"] is None and not manifest.get("adopted", {}).get("runs"):
            scope = {**scope, "full": True}  # the first run knows no article yet, nor had one before it that was killed
        return cls(
            ended=ended,
            finished=manifest["finish_reason"] == "finished",
            good=manifest["exit_code"] not in (5, 6),
            scope=scope,
            parser=manifest["versions"]["parser"],
            links=int(manifest["lists"]["links"]),
            records=counts.articles,
            parsed=counts.parsed,
            failed=counts.failed,
            lost=counts.lost,
            broken=counts.broken,
            not_modified=counts.not_modified,
            gone=counts.gone,
            aliases=counts.aliases,
            same=counts.same,
            forbidden=counts.articles_forbidden,
            given=Counter(
                {
                    Given(name, witness): int(count)
                    for name, by_witness in manifest["witnesses"].items()
                    for witness, count in by_witness.items()
                }
            ),
            last_new=None if last_new is None else datetime.fromisoformat(last_new),
        )

    @property
    def pages(self) -> int:
        """Article pages that the site was asked for, and that it answered or failed to: the base of all shares."""
        return self.parsed + self.failed + self.not_modified + self.gone

    def has_same_scope(self, other: Tally, *, apart_from: str = "") -> bool:
        """Whether both runs set out to do the same, *apart_from* one thing."""
        if self.scope is None or other.scope is None:
            return False
        return {**self.scope, apart_from: None} == {**other.scope, apart_from: None}


def read_tallies(newest_first: Iterable[Path]) -> list[Tally]:
    """Return the tallies of manifests, in their order; what is no manifest, or of an older version, is passed over."""
    tallies = []
    for path, _ in zip(newest_first, range(_MOST_READ), strict=False):
        try:
            tallies.append(Tally.of(orjson.loads(path.read_bytes())))
        except (OSError, KeyError, TypeError, ValueError, AttributeError):  # verify reports it
            continue
    return tallies
