"""Checks the runs of a collection: every file of a manifest is unaltered, and the manifests form one chain."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson

from newsspider.collection.database import StateDamagedError
from newsspider.collection.head import HeadError, read_head
from newsspider.collection.objects import ObjectPath, path_of
from newsspider.collection.runs import RunLink, manifests
from newsspider.collection.state import peek_newest_run
from newsspider.proof.findings import Place
from newsspider.proof.misfit import misfit
from newsspider.text.language import N_
from newsspider.text.message import joined, message
from newsspider.warc.filekinds import OPEN_SUFFIX

if TYPE_CHECKING:
    from newsspider.collection.collection import Collection
    from newsspider.proof.feed import PartFacts
    from newsspider.proof.findings import Report
    from newsspider.proof.warcs import WarcFacts
    from newsspider.text.message import Message

_SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_FILES = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "pattern": r"^[^./\\][^/\\]*$"},
            "size": {"type": "integer"},
            "records": {"type": "integer"},
            "sha256": _SHA256,
        },
        "required": ["name", "size", "records", "sha256"],
    },
}
_VALIDATOR = jsonschema_rs.Draft202012Validator(
    {
        "type": "object",
        "properties": {
            "run": {"type": "string"},
            "previous": {
                "type": ["object", "null"],
                "properties": {"run": {"type": "string"}, "sha256": _SHA256},
                "required": ["run", "sha256"],
            },
            "source": {
                "type": ["object", "null"],
                "properties": {"archives": {"type": "array", "items": {"type": "string"}}},
                "required": ["archives"],
            },
            "parts": _FILES,
            "site_facts_parts": _FILES,
            "changes_parts": _FILES,  # which the manifests of before there were events do not have
            "site_facts": {"type": "object", "additionalProperties": {"type": "string"}},
            "warcs": _FILES,
            "adopted": {
                "type": "object",
                "properties": {"warcs": {"type": "array", "items": {"type": "string"}}},
                "required": ["warcs"],
            },
        },
        "required": ["run", "previous", "parts", "site_facts_parts", "site_facts", "warcs"],
    }
)
"""What is read of a manifest."""

_PARTS = ("parts", "site_facts_parts", "changes_parts")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedManifest:
    """A manifest as far as it is checked; of one that cannot be read, its place in the chain only."""

    path: object
    """What the manifest is called in messages."""
    link: RunLink
    readable: bool
    previous: RunLink | None
    parts: Mapping[str, Mapping[str, Any]]
    """Names and what is said of them: articles, site facts and events."""
    warcs: Mapping[str, Mapping[str, Any]]
    adopted: frozenset[str]
    """Names of those among ``warcs`` that runs left which were killed."""
    archives: tuple[Path, ...]
    """Where the run's pages came from; empty when it captured them."""


def read_manifests(collection: Collection, report: Report) -> list[CheckedManifest]:
    """Read the manifests, oldest first; report what is wrong with them in themselves."""
    return [read_manifest(path, report) for path in manifests(collection)]


def read_manifest(path: Path, report: Report) -> CheckedManifest:
    """Read one manifest; report what is wrong with it in itself."""
    return parse_manifest(path.read_bytes(), path.stem, path, report)


def parse_manifest(data: bytes, run: str, path: object, report: Report) -> CheckedManifest:
    """Read the manifest that is kept for *run*, and is called *path*; report what is wrong with it in itself."""
    said: dict[str, Any] = {}
    readable = False
    link = RunLink(run, hashlib.sha256(data).hexdigest())
    try:
        said = orjson.loads(data)
        _VALIDATOR.validate(said)
        readable = True
    except orjson.JSONDecodeError as error:
        report.fault("manifest", Place(path), message("not JSON: %(error)s", error=error))
    except jsonschema_rs.ValidationError as error:
        problem = message("not the manifest of a run: %(problem)s", problem=misfit(error))
        report.fault("manifest", Place(path), problem)
    if not readable:
        said = {}
    elif said["run"] != run:
        problem = message("it is the manifest of %(run)s, under another name", run=said["run"])
        report.fault("manifest", Place(path), problem)
    report.counts["runs"] += 1
    if said.get("connect_to"):
        report.counts["of them led elsewhere by CONNECT_TO"] += 1
    previous = said.get("previous")
    source = said.get("source")
    return CheckedManifest(
        path=path,
        link=link,
        readable=readable,
        previous=RunLink(previous["run"], previous["sha256"]) if previous else None,
        parts={each["name"]: each for key in _PARTS for each in said.get(key, ())},
        warcs={each["name"]: each for each in said.get("warcs", ())},
        adopted=frozenset(said.get("adopted", {}).get("warcs", ())),
        archives=tuple(map(path_of, source["archives"])) if source else (),
    )


def check_chain(collection: Collection, chain: list[CheckedManifest], report: Report) -> None:
    """Report every run that does not follow the one before it, as that is now."""
    by_run = {manifest.link.run: manifest for manifest in chain}
    for before, manifest in pairwise([None, *chain]):
        assert manifest is not None
        if not manifest.readable:
            continue
        cited, run = manifest.previous, manifest.link.run
        if cited is None:
            if before is not None:
                problem = message(
                    "%(run)s cites no run before it, but there is one: this one is no part of the chain", run=run
                )
                report.fault("chain", Place(before.path), problem)
        elif cited.run not in by_run:
            problem = message("it cites %(run)s as the run before it, and that run is gone", run=cited)
            report.fault("chain", Place(manifest.path), problem)
        elif before is None or cited.run != before.link.run:
            problem = message(
                "%(run)s follows %(before)s: what sorts between them is no part of the chain",
                run=run, before=cited.run,
            )  # fmt: skip
            report.fault("chain", Place(before.path if before else manifest.path), problem)
        elif cited != before.link:
            otherwise = message("%(run)s, the run after it, cites %(sha256)s", run=run, sha256=cited.sha256)
            problem = _altered(before, otherwise)
            report.fault("chain", Place(before.path), problem)
    _check_memory(collection, chain, by_run, report)


def _check_memory(
    collection: Collection, chain: list[CheckedManifest], by_run: Mapping[str, CheckedManifest], report: Report
) -> None:
    """Hold the chain's end to what the collection remembers of it: nothing else cites the newest run."""
    try:
        row = _remembered(collection)
    except (StateDamagedError, HeadError, OSError) as error:
        problem = message("it cannot be read, and nothing else cites the newest run: %(error)s", error=error)
        report.warn("state", Place(collection.state_path), problem)
        return
    if row is None:
        if chain:
            problem = message("there is no memory of the newest run here, and nothing else cites that")
            report.warn("state", Place(collection.state_path), problem)
        return
    remembered = RunLink(*row)
    manifest = by_run.get(remembered.run)
    if manifest is None:
        problem = message("its newest run was %(run)s, and that run is gone", run=remembered)
        report.fault("chain", Place(collection.state_path), problem)
    elif manifest.link != remembered:
        otherwise = message(
            "%(file)s remembers %(sha256)s", file=collection.state_path.name, sha256=remembered.sha256
        )
        report.fault("chain", Place(manifest.path), _altered(manifest, otherwise))


def _remembered(collection: Collection) -> tuple[str, str] | None:
    """Return the newest run and its SHA-256: by the state, or by HEAD where crawls keep the collection in a store."""
    if not isinstance(collection.path, ObjectPath):
        return peek_newest_run(collection.state_path)
    head = read_head(collection.path)
    return None if head is None or head.run is None else (head.run.run, head.run.sha256)


def _altered(manifest: CheckedManifest, otherwise: Message) -> Message:
    return message(
        "its SHA-256 is %(sha256)s, but %(otherwise)s: it was altered, or an older one was put back",
        sha256=manifest.link.sha256, otherwise=otherwise,
    )  # fmt: skip


def check_head(runs: object, chain: list[CheckedManifest], head: str, report: Report) -> None:
    """Report that the chain in *runs* does not hold *head*, the SHA-256 of what was once its newest manifest."""
    if all(manifest.link.sha256 != head for manifest in chain):
        problem = message(
            "no manifest has the SHA-256 %(sha256)s, which you noted: runs were altered or removed since", sha256=head
        )
        report.fault("chain", Place(runs), problem)


def check_warcs(
    collection: Collection, chain: list[CheckedManifest], found: Mapping[str, WarcFacts], report: Report
) -> None:
    """Compare the WARC files with what the manifests say of them, and what they cite with the chain."""
    named: set[str] = set()
    before: set[str] = set()
    for manifest in chain:
        for name, said in manifest.warcs.items():
            named.add(name)
            path = collection.archive_dir / name
            facts = found.get(name)
            if facts is None:
                report.fault("warc", Place(path), names_file_away(manifest))
                continue
            check_warc(path, said, facts, manifest, before, report)
        before.add(str(manifest.link))
    by_run = {manifest.link.run: manifest.link for manifest in chain}
    for name, facts in found.items():
        if name in named:
            continue
        place = Place(collection.archive_dir / name)
        report.warn("unfinished", place, message("no manifest names this file: its run did not come to its end"))
        for citation in facts.previous_run:
            link = RunLink.parse(citation) if citation is not None else None
            if link is not None and by_run.get(link.run) != link:
                problem = message("it cites %(run)s as the run before, and that run is gone", run=link)
                if link.run in by_run:
                    problem = message("it cites %(run)s as the run before, and that run was altered", run=link)
                report.fault("chain", place, problem)
    for path in sorted(collection.archive_dir.glob("*" + OPEN_SUFFIX)):
        report.warn("unfinished", Place(path), _being_written())


def check_warc(
    path: object,
    said: Mapping[str, Any],
    facts: WarcFacts,
    manifest: CheckedManifest,
    before: Container[str] | None,
    report: Report,
) -> None:
    """Compare a WARC file with what the manifest of its run says of it, and what it cites with what that cites.

    A file that was taken over from a run that was killed cites any of the runs *before*, or none; None: it is not known
    which there were.
    """
    _compare("warc", path, said, facts, manifest, report)
    cited = str(manifest.previous) if manifest.previous else None
    for citation in facts.previous_run:
        of_killed = said["name"] in manifest.adopted and (citation is None or before is None or citation in before)
        if citation != cited and not of_killed:
            problem = message(
                "it cites %(citation)s as the run before, and its manifest, %(manifest)s, cites %(cited)s",
                citation=citation, manifest=manifest.path, cited=cited,
            )  # fmt: skip
            report.fault("chain", Place(path), problem)


def check_parts(
    collection: Collection, chain: list[CheckedManifest], found: Mapping[tuple[str, str], PartFacts], report: Report
) -> None:
    """Compare the parts, *found* by run and name, with what the manifests say of them."""
    for manifest in chain:
        for name in manifest.parts:
            if (manifest.link.run, name) not in found:
                path = collection.items_dir / manifest.link.run / name
                report.fault("part", Place(path), names_part_away(manifest))
    by_run = {manifest.link.run: manifest for manifest in chain}
    for (run, name), facts in found.items():
        check_part(collection.items_dir / run / name, name, by_run.get(run), facts, report)
    for path in sorted([*collection.items_dir.glob("*/.*.part"), *collection.runs_dir.glob(".*.part")]):
        report.warn("unfinished", Place(path), _being_written())


def check_part(path: object, name: str, manifest: CheckedManifest | None, facts: PartFacts, report: Report) -> None:
    """Compare one part with what the manifest of its run says of it, where it is called *name*."""
    place = Place(path)
    if manifest is None:
        report.warn("unfinished", place, message("its run has no manifest: it did not come to its end"))
    elif name in manifest.parts:
        _compare("part", path, manifest.parts[name], facts, manifest, report)
    elif manifest.readable:
        problem = message("its run is complete, and %(manifest)s does not name it", manifest=manifest.path)
        report.fault("part", place, problem)


def _compare(
    kind: str,
    path: object,
    said: Mapping[str, Any],
    facts: WarcFacts | PartFacts,
    manifest: CheckedManifest,
    report: Report,
) -> None:
    wrong = [
        message("%(what)s %(there)s and not %(stated)s", what=message(name), there=there, stated=said[name])
        for name, there in ((N_("size"), facts.size), (N_("records"), facts.records), ("sha256", facts.sha256))
        if there != said[name]
    ]
    if wrong:
        problem = message("it has %(wrong)s, as %(manifest)s says", wrong=joined(wrong, ", "), manifest=manifest.path)
        report.fault(kind, Place(path), problem)


def names_file_away(manifest: CheckedManifest) -> Message:
    """Say so of a WARC file."""
    return message("%(manifest)s names this file, and it is not there", manifest=manifest.path)


def names_part_away(manifest: CheckedManifest) -> Message:
    """Say so of a part."""
    return message("%(manifest)s names this part, and it is not there", manifest=manifest.path)


def _being_written() -> Message:
    return message("the file is being written, or was when its run was killed; not checked")
