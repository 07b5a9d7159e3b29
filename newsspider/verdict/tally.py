"""What is compared of runs: a few numbers of each, taken from its manifest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import orjson

from newsspider.verdict.given import Given

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
    """Whether the site was found as it should be: a run that saw it changed is no measure for the next."""
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
    forbidden: int = 0
    """Article pages that were wanted, and that robots.txt forbids."""
    given: Counter[Given] = field(default_factory=Counter)
    last_new: datetime | None = None

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Self:
        """Take them from a manifest as JSON; raises KeyError, TypeError, ValueError for what is none of this version.

        >>> Tally.of({"ended": "2026-01-30T08:00:00+00:00"})
        Traceback (most recent call last):
        KeyError: 'counts'
        """
        ended = datetime.fromisoformat(manifest["ended"])
        counts = manifest["counts"]
        last_new = manifest["last_new"]
        scope = manifest["scope"]
        if scope is not None and manifest["previous"] is None and not manifest.get("adopted", {}).get("runs"):
            scope = {**scope, "full": True}  # the first run knows no article yet, nor had one before it that was killed
        return cls(
            ended=ended,
            finished=manifest["finish_reason"] == "finished",
            good=manifest["exit_code"] not in (5, 6),
            scope=scope,
            parser=manifest["versions"]["parser"],
            links=int(manifest["lists"]["links"]),
            records=int(counts["articles"]),
            parsed=int(counts["parsed"]),
            failed=int(counts["failed"]),
            forbidden=int(counts.get("articles_forbidden", 0)),
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
        """Article pages that were asked for, without those that robots.txt forbids."""
        return self.parsed + self.failed

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
        except (OSError, KeyError, TypeError, ValueError, AttributeError):  # verify tells of it
            continue
    return tallies
