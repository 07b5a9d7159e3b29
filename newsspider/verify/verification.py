"""All of a verification: WARC files first, then what cites them, from the index to the last record of the feed."""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import TYPE_CHECKING

import orjson

from newsspider.archive.scratch import is_full, scratch_directory
from newsspider.archive.wacz import WaczError
from newsspider.verify.events import EventCheck
from newsspider.verify.feed import FeedCheck, PartFacts
from newsspider.verify.findings import Place
from newsspider.verify.index import IndexCheck
from newsspider.verify.packages import PackageCheck
from newsspider.verify.pages import Pages
from newsspider.verify.paths import collection_of_part
from newsspider.verify.references import References
from newsspider.verify.runs import (
    check_chain,
    check_head,
    check_part,
    check_parts,
    check_warcs,
    read_manifest,
    read_manifests,
)
from newsspider.verify.warcs import WarcCheck, WarcFacts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from newsspider.archive.cdxj import CdxjEntry
    from newsspider.archive.collection import Collection
    from newsspider.archive.reader import WarcPath
    from newsspider.verify.findings import Report
    from newsspider.verify.paths import Targets
    from newsspider.verify.runs import Manifest

_SITE_FACTS = re.compile(r"site-facts-\d+\.jsonl")
_CHANGES = re.compile(r"changes-\d+\.jsonl")
_FIRST_PART = "part-00001.jsonl"
_MAX_LINE = 1 << 26


class Verification:
    """Verifies targets into a report; *advance* takes the number of bytes read since it was last called."""

    def __init__(self, targets: Targets, report: Report, advance: Callable[[int], None]) -> None:
        self._targets = targets
        self._report = report
        self._advance = advance
        self._beside = [*(each.path for each in targets.collections), *targets.warcs, *targets.packages]
        """Archives that may hold the page of any record."""
        self._events = EventCheck(report, advance)
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
                references = References(scratch)
                self._check_warcs(self._targets.warcs, references, _pass_over)
                references.resolve(self._report, complete=False)
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
            references = References(scratch)
            found = self._check_warcs(collection.warc_files(), references, index_check.captured)
            references.resolve(self._report, complete=True)
            for path, index in indexes.items():
                index_check.read(path, index)
            index_check.compare(found, {name for manifest in chain for name in manifest.warcs})
        check_chain(collection, chain, self._report)
        check_warcs(collection, chain, found, self._report)
        if head is not None:
            check_head(collection, chain, head, self._report)
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
                self._report.fault("package", Place(path), error.problem)
                return
            except OSError as error:
                if is_full(error):
                    raise
                self._report.fault("package", Place(path), f"the file cannot be read: {error}")
                return
            if signed_by is not None:
                self.signers[str(path)] = signed_by
            if signer not in (None, signed_by):
                who = f"the key {signed_by} has signed this package" if signed_by else "no key has signed this package"
                self._report.fault("signature", Place(path), f"{who}, and {signer} ought to")
            with Pages([path, *self._beside]) as pages:
                self._verify_packed_parts(check, pages)

    def _verify_packed_parts(self, package: PackageCheck, pages: Pages) -> None:
        # Of a run's parts those of the articles come first, and say which parser made the facts.
        feed = FeedCheck(self._report, self._advance, facts=None)
        found: dict[tuple[str, str], PartFacts] = {}
        made_by: dict[str, str | None] = {}
        for run, name, part in package.parts():
            self._report.counts["feed parts"] += 1
            if _CHANGES.fullmatch(name):
                with self._timing("events"):
                    found[run, name] = self._events.check(part, pages)
                continue
            if name == _FIRST_PART:
                made_by[run] = _parser_version(part)
            kind = "site_facts" if _SITE_FACTS.fullmatch(name) else "article"
            with self._timing("feed records"):
                found[run, name] = feed.check(part, kind, pages, made_by=made_by.get(run))
        feed.tell_of_other_versions()
        package.check_parts(found)

    def _check_warcs(
        self, paths: Iterable[Path], references: References, captured: Callable[[CdxjEntry], None]
    ) -> dict[str, WarcFacts]:
        """Check files; return what each of those that can be read is, by name."""
        check = WarcCheck(self._report, references, captured, self._advance)
        found = {}
        with self._timing("WARC records"):
            for path in paths:
                try:
                    found[path.name] = check.check(path)
                except OSError as error:
                    if is_full(error):
                        raise
                    self._report.fault("record", Place(path), f"the file cannot be read: {error}")
        return found

    def _verify_parts(self, collection: Collection, chain: list[Manifest]) -> None:
        """Check the parts of all runs; those of site facts first, since articles of any run may cite them."""
        check = FeedCheck(self._report, self._advance, facts=set())
        archives = {manifest.link.run: manifest.archives for manifest in chain}
        parts = sorted(collection.items_dir.glob("*/[!.]*.jsonl"))
        parts.sort(key=lambda part: not _SITE_FACTS.fullmatch(part.name))
        found: dict[tuple[str, str], PartFacts] = {}
        with ExitStack() as stack:
            opened: dict[tuple[Path, ...], Pages] = {}
            for part in parts:
                run = part.parent.name
                where = (*archives.get(run, ()), collection.path, *self._beside)
                if where not in opened:
                    opened[where] = stack.enter_context(Pages(where))
                if (facts := self._check_part(check, part, opened[where])) is not None:
                    found[run, part.name] = facts
        check.tell_of_other_versions()
        check_parts(collection, chain, found, self._report)

    def _verify_feed(self, feed: Path) -> None:
        """Check one part, or somebody's export of the same records."""
        collection = collection_of_part(feed)
        if collection is None:
            check = FeedCheck(self._report, self._advance, facts=None)
            with Pages(self._beside) as pages:
                self._check_part(check, feed, pages, own_form=False)
        else:
            manifest_path = collection.runs_dir / f"{feed.parent.name}.json"
            manifest = read_manifest(manifest_path, self._report) if manifest_path.exists() else None
            archives = manifest.archives if manifest else ()
            check = FeedCheck(self._report, self._advance, facts=_facts_of(collection))
            with Pages([*archives, collection.path, *self._beside]) as pages:
                facts = self._check_part(check, feed, pages)
            if facts is not None:
                check_part(feed, feed.name, manifest, facts, self._report)
        check.tell_of_other_versions()

    def _check_part(self, check: FeedCheck, part: Path, pages: Pages, *, own_form: bool = True) -> PartFacts | None:
        self._report.counts["feed parts"] += 1
        of_events = _CHANGES.fullmatch(part.name)
        try:
            with self._timing("events" if of_events else "feed records"):
                if of_events:
                    return self._events.check(part, pages)
                return self._check_records(check, part, pages, own_form)
        except OSError as error:
            self._report.fault("part", Place(part), f"the file cannot be read: {error}")
            return None

    def _check_records(self, check: FeedCheck, part: Path, pages: Pages, own_form: bool) -> PartFacts:
        if _SITE_FACTS.fullmatch(part.name):
            made_by = _parser_version(part.with_name(_FIRST_PART))
            return check.check(part, "site_facts", pages, own_form=own_form, made_by=made_by)
        return check.check(part, "article", pages, own_form=own_form)

    @contextmanager
    def _timing(self, what: str) -> Iterator[None]:
        started = monotonic()
        yield
        self.seconds[what] += monotonic() - started


def total_size(targets: Targets) -> int:
    """Return how many bytes there are to read, as far as they are told to *advance*."""
    files = [*targets.warcs, *targets.feeds, *targets.packages]
    for collection in targets.collections:
        files += [*collection.warc_files(), *collection.items_dir.glob("*/[!.]*.jsonl")]
    return sum(file.stat().st_size for file in files)


def _pass_over(entry: CdxjEntry) -> None:
    """Files that were given one by one have no index to compare."""


def _facts_of(collection: Collection) -> set[str]:
    """Return the ids of all site facts in a collection's parts, as they stand there."""
    ids = set()
    for part in collection.items_dir.glob("*/site-facts-*.jsonl"):
        with part.open("rb") as file:
            while line := file.readline(_MAX_LINE):
                ids.add(_value(line, "id"))
    return {each for each in ids if each is not None}


def _parser_version(part: WarcPath) -> str | None:
    """Return the version of the parser that made a part's first record; None when that cannot be told."""
    try:
        with part.open("rb") as file:
            return _value(file.readline(_MAX_LINE), "provenance", "parser_version")
    except OSError:
        return None


def _value(line: bytes, *path: str) -> str | None:
    try:
        value = orjson.loads(line)
        for name in path:
            value = value[name]
    except (ValueError, TypeError, LookupError):
        return None
    return value if isinstance(value, str) else None
