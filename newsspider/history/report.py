"""The history of an article for programs: JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsspider.record.items import as_record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.history.chronicle import Chronicle, Occurrence, VersionComparison
    from newsspider.history.diff import DiffBlock, Span


def as_json(chronicle: Chronicle) -> dict[str, Any]:
    """Return a history as JSON values.

    ``moments``, oldest first, have ``at``, ``events`` (records of the schema ``change``), ``version`` and
    ``comparison`` with the version before; a text is a list of blocks, a block of spans ``[operation, text]``.
    """
    return {
        "schema_version": "1.0",
        "id": chronicle.id,
        "url": chronicle.url,
        "title": chronicle.title,
        "moments": [_moment(moment) for moment in chronicle.moments],
        "problems": chronicle.problems,
    }


def _moment(moment: Occurrence) -> dict[str, Any]:
    version = moment.version
    return {
        "at": moment.at.isoformat(),
        "events": [as_record(event) for event in moment.events],
        "version": version
        and {
            "n": version.n,
            "run": version.run,
            "archive": as_record(version.seen.where),
            "title": version.article and version.article.title,
            "paragraphs": version.article and version.article.paragraphs,
            "problem": version.problem,
        },
        "comparison": moment.comparison and _comparison(moment.comparison),
    }


def _comparison(comparison: VersionComparison) -> dict[str, Any]:
    return {
        "title": comparison.headline and _spans(comparison.headline),
        "text": None if comparison.text is None else [_block(block) for block in comparison.text],
        "fields": {name: _spans(spans) for name, spans in comparison.fields.items()},
    }


def _block(block: DiffBlock) -> dict[str, Any]:
    return {"kind": block.kind, "spans": _spans(block.spans)}


def _spans(spans: Iterable[Span]) -> list[list[str]]:
    return [[span.operation, span.text] for span in spans]
