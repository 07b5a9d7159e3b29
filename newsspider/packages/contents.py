"""Gathers the contents of a package: complete runs, and every WARC file that their records and captures need.

The unit is the run: its parts and its manifest go in byte for byte, so their digests stay good. A WARC file is complete
or not in, and what a revisit in it stands for is in too, so that every page replays. A package of one run may
therefore hold more captures than the run made; its records and its list of pages are those of the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsspider.packages.runs import PackedRun, PackError, Stored, pages_of, records

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsspider.collection.collection import Collection
    from newsspider.packages.index import CollectionIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The files of a package, except those that are made for it."""

    runs: tuple[PackedRun, ...]
    """Oldest first."""
    stored: tuple[Stored, ...]
    """Manifests, reports, parts and WARC files."""
    warcs: frozenset[str]
    """Names of the WARC files."""
    problems: tuple[str, ...]
    """What is not in it that one may look for, a line each."""

    @property
    def parts(self) -> list[Stored]:
        """Those of the articles, the oldest first."""
        return [part for run in self.runs for part in run.parts]


def gather(
    collection: Collection,
    runs: list[PackedRun],
    chosen: list[PackedRun],
    index: CollectionIndex,
    advance: Callable[[int], None],
) -> Contents:
    """Find what a package of the runs *chosen* out of all *runs* needs; with all of them, the whole collection goes in.

    A run whose pages are missing is left out: a package proves its records. Of archives that a run read in place of the
    network, the files go in that its records cite. *advance* takes the number of
    bytes read since it was last called.
    """
    whole = len(chosen) == len(runs)
    names = set(index.own) if whole else set()
    kept: list[PackedRun] = []
    problems: list[str] = []
    facts: set[str] = set()
    for run in chosen:
        cited, of_facts = _cited(run, advance)
        for name in run.warcs:
            if name not in index.files:
                raise PackError(
                    f"{collection.archive_dir / name}: {run.manifest} names this file, and it is not there. "
                    "Restore it from a copy"
                )
        if elsewhere := cited - set(index.files):
            problems.append(f"{run.id} is left out: its pages are in {min(elsewhere)}, which no archive here has")
            continue
        kept.append(run)
        names |= cited | set(run.warcs)
        facts |= of_facts
    reports = [collection.reports_dir / f"{run.id}.html" for run in kept]
    stored = [Stored(path=path, member=f"reports/{path.name}", sha256=None) for path in reports if path.is_file()]
    stored += [Stored(path=run.manifest, member=f"runs/{run.manifest.name}", sha256=None) for run in kept]
    stored += [part for run in kept for part in (*run.facts_parts, *run.parts, *run.changes_parts)]
    for part in _facts_parts(runs, facts, without=kept):
        cited = {warc for _, record in records(part) for warc in pages_of(record)}
        if cited <= set(index.files):
            stored.append(part)
            names |= cited
        else:
            problems.append(f"{part.path} is left out: its page is in {min(cited)}, which no archive here has")
    if not whole or not names.issubset(index.own):
        names, unresolved = index.complete(names)
        problems += unresolved
    digests = {name: sha256 for run in runs for name, sha256 in run.warcs.items()}
    stored += [
        Stored(path=index.files[name], member=f"archive/{name}", sha256=digests.get(name)) for name in sorted(names)
    ]
    return Contents(runs=tuple(kept), stored=tuple(stored), warcs=frozenset(names), problems=tuple(problems))


def _cited(run: PackedRun, advance: Callable[[int], None]) -> tuple[set[str], set[str]]:
    """Return the WARC files with the pages of a run's records, and the runs that wrote the facts that they cite."""
    warcs: set[str] = set()
    facts: set[str] = set()
    for part in (*run.facts_parts, *run.parts, *run.changes_parts):
        for _, record in records(part):
            warcs |= pages_of(record)
            if (cited := record.get("site_facts")) in run.facts:
                facts.add(run.facts[cited])
        advance(part.size())
    return warcs, facts


def _facts_parts(runs: list[PackedRun], names: set[str], *, without: list[PackedRun]) -> list[Stored]:
    """Return the parts of site facts that the runs *names* wrote, but those *without*."""
    wanted = names - {run.id for run in without}
    return [part for run in runs if run.id in wanted for part in run.facts_parts]
