"""A run as figures for Prometheus, in the text format that its node exporter reads from a directory.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format. The names and texts of the figures are
most of this file; the client library would save the dozen lines that write them.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newsspider.record.runcounts import RunCounts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def as_text(manifest: Mapping[str, Any]) -> str:
    """Return the figures of the run that *manifest* (as JSON) describes.

    ``newsspider_last_success_timestamp_seconds`` is the dead-man figure: runs that fail leave it where it was, so do
    those that fetch a single page or read an archive, and a run that never was leaves the whole file as it was. Alert
    on ``time() - newsspider_last_success_timestamp_seconds``.
    """
    labels = {"collection": manifest["collection"], "spider": manifest["spider"]}
    lines = []
    for name, explanation, values in _figures(manifest):
        lines += [f"# HELP {name} {explanation}", f"# TYPE {name} gauge"]
        lines += [f"{name}{_labels(labels | more)} {value!r}" for more, value in values]
    return "\n".join(lines) + "\n"


def _figures(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str, list[tuple[dict[str, str], float]]]]:
    def one(name: str, explanation: str, value: float) -> tuple[str, str, list[tuple[dict[str, str], float]]]:
        return f"newsspider_{name}", explanation, [({}, value)]

    ended = _seconds(manifest["ended"])
    counts = RunCounts.of(manifest["counts"])
    yield one("last_run_timestamp_seconds", "When the last run ended.", ended)
    yield one(
        "last_success_timestamp_seconds",
        "When the last run ended that looked for articles on the site and had exit code 0; 0 for none.",
        _seconds(manifest["last_success"]),
    )
    yield one(
        "last_new_timestamp_seconds",
        "When the last run ended that gave a record of what is new or changed; 0 for none.",
        _seconds(manifest["last_new"]),
    )
    yield one("exit_code", "Exit code of the last run.", manifest["exit_code"])
    yield one("duration_seconds", "How long the last run took.", ended - _seconds(manifest["started"]))
    yield one("list_links", "Links to articles on list pages of the last run.", manifest["lists"]["links"])
    yield (
        "newsspider_count",
        "What the last run counted.",
        [({"what": name}, count) for name, count in sorted(asdict(counts).items())],
    )
    yield (
        "newsspider_errors",
        "What went wrong in the last run, after all retries.",
        [({"kind": each["kind"]}, each["count"]) for each in manifest["errors"]],
    )
    if ledger := manifest.get("ledger"):
        yield one("requests_asked", "Requests of the last run; as many ended, or the sum is off.", ledger["asked"])
        yield (
            "newsspider_requests_ended",
            "How the requests of the last run ended.",
            [
                ({"of": each["of"], "outcome": each["outcome"], "kind": each["kind"] or ""}, each["count"])
                for each in ledger["outcomes"]
            ],
        )
    yield (
        "newsspider_answers",
        "Answers of the last run by HTTP status.",
        [({"status": status}, count) for status, count in manifest["statuses"].items()],
    )
    if counts.parsed:
        yield (
            "newsspider_witness_share",
            "Share of the articles of the last run for which a witness gave a field.",
            [
                ({"field": field, "witness": witness}, count / counts.parsed)
                for field, given in manifest["witnesses"].items()
                for witness, count in given.items()
            ],
        )


def _seconds(moment: str | None) -> float:
    return 0 if moment is None else datetime.fromisoformat(moment).timestamp()


def _labels(labels: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{name}="{_escape(value)}"' for name, value in labels.items()) + "}"


def _escape(value: str) -> str:
    r"""Escape a label's value.

    >>> print(_escape('say "\\"' + chr(10)))
    say \"\\\"\n
    """
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
