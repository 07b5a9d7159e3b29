"""A whole verification: WARC files first, then what cites them, from the index to the last record of the feed."""

from __future__ import annotations

from contextlib import ExitStack, closing, contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from newsspider.collection.scratch import is_full, scratch_directory
from newsspider.collection.wacz import WaczError
from newsspider.collection.work import Lost, here, in_order
from newsspider.proof.articles import Articles
from newsspider.proof.events import EventCheck
from newsspider.proof.feed import FeedCheck, PartFacts
from newsspider.proof.findings import Place
from newsspider.proof.index import IndexCheck
from newsspider.proof.packages import PackageCheck
from newsspider.proof.pages import PageOpener
from newsspider.proof.paths import collection_of_part
from newsspider.proof.references import resolve
from newsspider.proof.runs import (
    check_chain,
    check_head,
    check_part,
    check_parts,
    check_warcs,
    read_manifest,
    read_manifests,
)
from newsspider.proof.units import (
    CHANGES,
    FIRST_PART,
    MAX_LINE,
    SITE_FACTS,
    CheckParts,
    CheckWarc,
    PartsUnit,
    parser_version,
    together,
    unreadable,
    value_in,
)
from newsspider.text.language import N_
from newsspider.text.message import message
from newsspider.warc.cdxj import LineSorter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from newsspider.collection.collection import Collection
    from newsspider.collection.work import Runner
    from newsspider.proof.findings import Report
    from newsspider.proof.paths import Targets
    from newsspider.proof.runs import CheckedManifest
    from newsspider.proof.units import Checked
    from newsspider.proof.warcs import WarcFacts


class Verification:
    """Verifies targets into a report; *advance* takes the number of bytes read since it was last called.

    *run* has files and parts checked; what is found in them is reported in their order, whoever ends first.
    """

    def __init__(self, targets: Targets, report: Report, advance: Callable[[int], None], run: Runner = here) -> None:
        self._targets = targets
        self._report = report
        self._advance = advance
        self._beside = [*(each.path for each in targets.collections), *targets.warcs, *targets.packages]
        """Archives that may hold the page of any record."""
        self._run = run
        self._events = EventCheck(report, advance)
        self._records = FeedCheck(report, advance, facts=None)
        self.heads: dict[str, str] = {}
        """Newest run of each collection, as it is to be noted: ``<run> sha256:<hex>``."""
        self.signers: dict[str, str] = {}
        """Fingerprint of the key that signed each package that somebody signed."""
        self.seconds = {"WARC records": 0.0, "feed records": 0.0, "events": 0.0}
        """How long it took to read what the report counts under that name."""

    def run(self, head: str | None, signer: str | None = None) -> None:
        """Verify everything.

        *head* is the SHA-256 of a manifest that each chain must hold, *signer* the fingerprint of the key that must
        have signed each package.
        """
        with scratch_directory() as scratch:
            for collection in self._targets.collections:
                self._verify_collection(collection, head, scratch)
            if self._targets.warcs:
                references = LineSorter(scratch)
                self._check_warcs(list(self._targets.warcs), references, None)
                resolve(references, self._report, complete=False)
        for package in self._targets.packages:
            self._verify_package(package, head, signer)
        for feed in self._targets.feeds:
            self._verify_feed(feed)
        self._events.tell_of_other_versions()

    def _verify_collection(self, collection: Collection, head: str | None, scratch: Path) -> None:
        # In this order a run that ends meanwhile only adds: what was listed before it stays as it is.
        chain = read_manifests(collection, self._report)
        with ExitStack() as stack:
            indexes = stack.enter_context(collection.index.opened())
            index_check = IndexCheck(collection.index.path, scratch, self._report)
            references = LineSorter(scratch)
            found = self._check_warcs(collection.warc_files(), references, index_check.take)
            resolve(references, self._report, complete=True)
            for path, index in indexes.items():
                index_check.read(path, index)
            index_check.compare(found, {name for manifest in chain for name in manifest.warcs})
        for unread, why in collection.unread():
            self._report.warn("unread", Place(unread), why)
        check_chain(collection, chain, self._report)
        check_warcs(collection, chain, found, self._report)
        if head is not None:
            check_head(collection.path, chain, head, self._report)
        if chain:
            self.heads[str(collection.path)] = str(chain[-1].link)
        self._verify_parts(collection, chain)

    def _verify_package(self, path: Path, head: str | None, signer: str | None) -> None:
        self._report.counts["packages"] += 1
        with scratch_directory() as scratch:
            try:
                with self._timing("WARC records"):
                    check = PackageCheck(path, scratch, self._report, self._advance)
                    signed_by = check.check_files(head)
            except WaczError as error:
                self._report.fault("package", Place(path), error.said)
                return
            except OSError as error:
                if is_full(error):
                    raise
                self._report.fault("package", Place(path), unreadable(error))
                return
            if signed_by is not None:
                self.signers[str(path)] = signed_by
            if signer not in (None, signed_by):
                problem = message("no key has signed this package, and %(signer)s ought to", signer=signer)
                if signed_by:
                    problem = message(
                        "the key %(key)s has signed this package, and %(signer)s ought to", key=signed_by, signer=signer
                    )
                self._report.fault("signature", Place(path), problem)
            with PageOpener([path, *self._beside]) as pages:
                self._verify_packed_parts(check, pages)

    def _verify_packed_parts(self, package: PackageCheck, pages: PageOpener) -> None:
        # Of a run's parts those of the articles come first, and say which parser made the facts.
        articles = Articles()
        feed = FeedCheck(self._report, self._advance, facts=None, articles=articles)
        events = EventCheck(self._report, self._advance, articles)
        found: dict[tuple[str, str], PartFacts] = {}
        made_by: dict[str, str | None] = {}
        for run, name, part in package.parts():
            self._report.counts["feed parts"] += 1
            if CHANGES.fullmatch(name):
                with self._timing("events"):
                    found[run, name] = events.check(part, pages)
                continue
            if name == FIRST_PART:
                made_by[run] = parser_version(part)
            kind = "site_facts" if SITE_FACTS.fullmatch(name) else "article"
            with self._timing("feed records"):
                found[run, name] = feed.check(part, kind, pages, made_by=made_by.get(run))
        feed.tell_of_other_versions()
        self._events.add_other_versions(events.other_versions)
        package.check_parts(found)

    def _check_warcs(
        self, paths: list[Path], references: LineSorter, captured: Callable[[bytes], None] | None
    ) -> dict[str, WarcFacts]:
        """Check files; return what each of those that can be read is, by name."""
        found = {}
        for path, checked in in_order(self._run, CheckWarc(described=captured is not None), paths):
            if isinstance(checked, Lost):
                self._miss("record", path, checked)
                continue
            self._take(checked)
            for line in checked.references:
                references.add(line)
            if captured is not None:
                for line in checked.captured:
                    captured(line)
            if checked.warc is not None:
                found[path.name] = checked.warc
        return found

    def _miss(self, kind: str, path: Path, lost: Lost) -> None:
        remedy = N_("See that there is memory for it, and run again; else look at the file, and tell us of it")
        problem = message("it could not be checked: %(why)s", why=lost.why)
        self._report.fault(kind, Place(path), problem, remedy=remedy)

    def _take(self, checked: Checked) -> None:
        """Add the result of a unit."""
        if checked.error is not None:
            raise checked.error
        assert checked.taken is not None
        self._report.add(checked.findings, checked.taken)
        self._advance(checked.size)
        for what, seconds in checked.seconds.items():
            self.seconds[what] += seconds

    def _verify_parts(self, collection: Collection, chain: list[CheckedManifest]) -> None:
        """Check the parts of all runs; those of site facts first, since articles of any run may cite them."""
        self._records = FeedCheck(self._report, self._advance, facts=None)
        archives = {manifest.link.run: manifest.archives for manifest in chain}
        parts = sorted(collection.items_dir.glob("*/[!.]*.jsonl"))

        def units(of_facts: bool) -> list[PartsUnit]:
            chosen = [part for part in parts if bool(SITE_FACTS.fullmatch(part.name)) == of_facts]
            return [
                PartsUnit(
                    paths=paths, archives=(*archives.get(paths[0].parent.name, ()), collection.path, *self._beside)
                )
                for paths in together(chosen)
            ]

        facts: set[str] = set()
        found = self._check_parts(units(True), facts, facts)
        found |= self._check_parts(units(False), facts, facts)
        self._records.tell_of_other_versions()
        check_parts(collection, chain, found, self._report)

    def _check_parts(
        self, units: list[PartsUnit], known: set[str] | None, facts: set[str]
    ) -> dict[tuple[str, str], PartFacts]:
        """Check parts that may cite the *known* site facts; add those in them to *facts*."""
        found: dict[tuple[str, str], PartFacts] = {}
        check = CheckParts(None if known is None else frozenset(known))
        with closing(check):
            for unit, checked in in_order(self._run, check, units):
                if isinstance(checked, Lost):
                    self._miss("part", unit.paths[0], checked)
                    continue
                self._take(checked)
                found |= checked.parts
                facts |= checked.facts
                self._records.add_other_versions(checked.other_records)
                self._events.add_other_versions(checked.other_events)
        return found

    def _verify_feed(self, feed: Path) -> None:
        """Check one part, or somebody's export of the same records."""
        self._records = FeedCheck(self._report, self._advance, facts=None)
        collection = collection_of_part(feed)
        if collection is None:
            unit = PartsUnit(paths=(feed,), archives=tuple(self._beside), own_form=False)
            self._check_parts([unit], None, set())
        else:
            manifest_path = collection.runs_dir / f"{feed.parent.name}.json"
            manifest = read_manifest(manifest_path, self._report) if manifest_path.exists() else None
            archives = (*(manifest.archives if manifest else ()), collection.path, *self._beside)
            found = self._check_parts([PartsUnit(paths=(feed,), archives=archives)], _facts_of(collection), set())
            for facts in found.values():
                check_part(feed, feed.name, manifest, facts, self._report)
        self._records.tell_of_other_versions()

    @contextmanager
    def _timing(self, what: str) -> Iterator[None]:
        started = monotonic()
        yield
        self.seconds[what] += monotonic() - started


def total_size(targets: Targets) -> int:
    """Return how many bytes there are to read, as far as they are reported to *advance*."""
    files = [*targets.warcs, *targets.feeds, *targets.packages]
    for collection in targets.collections:
        files += [*collection.warc_files(), *collection.items_dir.glob("*/[!.]*.jsonl")]
    return sum(file.stat().st_size for file in files)


def _facts_of(collection: Collection) -> set[str]:
    """Return the ids of all site facts in a collection's parts, as they stand there."""
    ids = set()
    for part in collection.items_dir.glob("*/site-facts-*.jsonl"):
        with part.open("rb") as file:
            while line := file.readline(MAX_LINE):
                ids.add(value_in(line, "id"))
    return {each for each in ids if each is not None}
