"""Checks a package: its list of files, and what a collection is checked for, inside the one file."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from newsspider.collection.source import foreign_lines
from newsspider.collection.wacz import DATAPACKAGE, Wacz, WaczError
from newsspider.proof.datapackage import DIGEST, check_datapackage
from newsspider.proof.findings import Place
from newsspider.proof.index import IndexCheck, captured_line
from newsspider.proof.references import References, resolve
from newsspider.proof.runs import check_head, check_part, check_warc, names_file_away, names_part_away, parse_manifest
from newsspider.proof.warcs import WarcCheck, WarcFacts
from newsspider.text.amounts import bytes_of
from newsspider.text.language import N_
from newsspider.text.message import message
from newsspider.warc.cdxj import CdxjEntry, LineSorter, decoded
from newsspider.warc.urlkey import urlkey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from newsspider.collection.wacz import FileSpan
    from newsspider.proof.datapackage import Resource
    from newsspider.proof.feed import PartFacts
    from newsspider.proof.findings import Report
    from newsspider.proof.runs import CheckedManifest

_PART = re.compile(r"items/(?P<run>.+)-(?P<name>(?:part|site-facts|changes)-\d+\.jsonl)")
_RUN = re.compile(r"runs/(.+)\.json")
_MAX_MANIFEST = 1 << 26
_INDEX = N_("Get the package again from who made it")


class PackageCheck:
    """Checks one WACZ; WaczError for a file that is not one, or not safe to read.

    *scratch* is a directory of its own, for what has to be unpacked. *advance* takes the number of bytes read since it
    was last called.
    """

    def __init__(self, path: Path, scratch: Path, report: Report, advance: Callable[[int], None]) -> None:
        self._path = path
        self._scratch = scratch
        self._report = report
        self._advance = advance
        self._wacz = Wacz(path, scratch)
        self._chain: list[CheckedManifest] = []
        self._parts: dict[tuple[str, str], PartFacts] = {}

    def _name(self, member: str) -> str:
        return f"{self._path}: {member}"

    def _place(self, member: str) -> Place:
        return Place(self._name(member))

    def check_files(self, head: str | None) -> str | None:
        """Check everything but the records; return the fingerprint of the key that signed it, if one did.

        *head* is the SHA-256 of a manifest that must be in it.
        """
        datapackage = check_datapackage(self._wacz, self._name, self._report)
        warcs = self._check_warcs()
        if datapackage is not None:
            self._check_resources(datapackage.resources, {f"archive/{name}": facts for name, facts in warcs.items()})
        self._check_runs(warcs)
        self._count_pages_for_people()
        if head is not None:
            check_head(self._path, self._chain, head, self._report)
        return datapackage.signer if datapackage else None

    def _check_warcs(self) -> dict[str, WarcFacts]:
        """Check the WARC files and their index; return what each is, by name."""
        indexes = self._wacz.indexes()
        name = indexes[0] if indexes else self._name("indexes")
        index = IndexCheck(name, self._scratch, self._report, remedy=_INDEX)
        references = LineSorter(self._scratch)
        check = WarcCheck(
            self._report,
            References(references.add),
            lambda entry, is_page: index.take(captured_line(_comparable(entry), is_page)),
            self._advance,
        )
        files: dict[str, FileSpan] = {}
        found: dict[str, WarcFacts] = {}
        for part in self._wacz.warcs():
            files[part.name] = part
            found[part.name] = check.check(part)
        for member, why in self._wacz.unread():
            self._report.warn("unread", self._place(member), why)
        if not files:
            self._report.fault("package", self._place("archive"), message("there is no WARC file in the package"))
        resolve(references, self._report, complete=False)
        for each in indexes:
            try:
                index.read_entries(_comparable(CdxjEntry.parse(decoded(line))) for line in foreign_lines(each, files))
            except (ValueError, OSError, EOFError, zlib.error) as error:
                problem = message("it cannot be read to its end: %(error)s", error=error)
                self._report.fault("index", Place(each), problem, remedy=_INDEX)
        index.compare(files, files)
        return found

    def _count_pages_for_people(self) -> None:
        """Count what is for a person to read; its digest alone proves it, and it can be made of the records again."""
        for what, directory in (("history pages", "history"), ("reports", "reports")):
            if pages := self._wacz.paths(directory, (".html",)):
                self._report.counts[what] += len(pages)

    def _check_resources(self, listed: dict[str, Resource], warcs: dict[str, WarcFacts]) -> None:
        """Hold the list to the files: each is there once, is listed, and is what the list says."""
        there = self._wacz.paths()
        for path in sorted(set(there) - set(listed) - {DATAPACKAGE, DIGEST}):
            problem = message("%(list)s does not list this file", list=DATAPACKAGE)
            self._report.fault("package", self._place(path), problem)
        for path, resource in listed.items():
            if path not in there:
                problem = message("%(list)s lists this file, and it is not in the package", list=DATAPACKAGE)
                self._report.fault("package", self._place(path), problem)
                continue
            self._report.counts["files of packages"] += 1
            try:
                size, matches = self._measured(path, resource, warcs.get(path))
            except WaczError as error:
                self._report.fault("package", self._place(path), error.said)
                continue
            if size != resource.size:
                problem = message(
                    "it has %(size)s, and %(list)s says %(stated)s",
                    size=bytes_of(size), list=DATAPACKAGE, stated=f"{resource.size:,}",
                )  # fmt: skip
                self._report.fault("package", self._place(path), problem)
            elif not matches:
                problem = message("it has not the digest that %(list)s says", list=DATAPACKAGE)
                self._report.fault("package", self._place(path), problem)

    def _measured(self, path: str, resource: Resource, warc: WarcFacts | None) -> tuple[int, bool]:
        """Return a file's size, and whether it has its digest; what was read before is not read again."""
        digest = resource.digest
        if warc is not None and digest is not None and digest.algorithm == "sha256":
            return warc.size, digest.matches(bytes.fromhex(warc.sha256))
        size, found = 0, digest.new() if digest else None
        for piece in self._wacz.pieces(path):
            size += len(piece)
            if found:
                found.update(piece)
            self._advance(len(piece))
        return size, digest is None or found is None or digest.matches(found.digest())

    def _check_runs(self, warcs: dict[str, WarcFacts]) -> None:
        """Hold the manifests to the WARC files, and to each other as far as there are several."""
        for path in self._wacz.paths("runs", (".json",)):
            if run := _RUN.fullmatch(path):
                try:
                    data = self._wacz.read(path, _MAX_MANIFEST)
                except WaczError as error:
                    self._report.fault("manifest", self._place(path), error.said)
                    continue
                self._chain.append(parse_manifest(data, run[1], self._name(path), self._report))
        by_run = {manifest.link.run: manifest for manifest in self._chain}
        for manifest in self._chain:
            before = by_run.get(manifest.previous.run) if manifest.previous else None
            if before is not None and before.link != manifest.previous:
                problem = message(
                    "its SHA-256 is %(sha256)s, but %(manifest)s cites %(cited)s",
                    sha256=before.link.sha256, manifest=manifest.path, cited=manifest.previous,
                )  # fmt: skip
                self._report.fault("chain", Place(before.path), problem)
            for name, said in manifest.warcs.items():
                path = self._name(f"archive/{name}")
                if name in warcs:
                    check_warc(path, said, warcs[name], manifest, None, self._report)
                else:
                    self._report.fault("warc", Place(path), names_file_away(manifest))

    def parts(self) -> Iterator[tuple[str, str, FileSpan]]:
        """Yield the feed parts, each with its run and its name in that run; those that cannot be read are reported.

        One at a time is unpacked.
        """
        for path in self._wacz.paths("items", (".jsonl",)):
            part = _PART.fullmatch(path)
            if part is None:
                continue
            try:
                unpacked = self._wacz.part(path)
            except WaczError as error:
                self._report.fault("part", self._place(path), error.said)
                continue
            yield part["run"], part["name"], unpacked
            if unpacked.path != self._path:
                unpacked.path.unlink()

    def check_parts(self, found: dict[tuple[str, str], PartFacts]) -> None:
        """Hold the manifests to the parts, *found* by run and name."""
        for manifest in self._chain:
            run = manifest.link.run
            for name in manifest.parts:
                path = self._name(f"items/{run}-{name}")
                if (run, name) in found:
                    check_part(path, name, manifest, found[run, name], self._report)
                else:
                    self._report.fault("part", Place(path), names_part_away(manifest))
            for other, name in found:
                if other == run and name not in manifest.parts:
                    check_part(self._name(f"items/{run}-{name}"), name, manifest, found[run, name], self._report)


def _comparable(entry: CdxjEntry) -> CdxjEntry:
    """Return what an entry says of the place of a capture; the rest every tool writes in its own way."""
    return CdxjEntry(
        urlkey=urlkey(entry.url),
        timestamp=entry.timestamp,
        url=entry.url,
        mime=None,
        status=None,
        digest=None,
        length=entry.length,
        offset=entry.offset,
        filename=entry.filename,
    )
