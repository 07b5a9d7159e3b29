"""The verdict of an extraction, and the manifest that states it."""

from __future__ import annotations

import platform
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import newsspider
from newsspider import sites
from newsspider.extraction.program import program_sha256
from newsspider.extraction.tally import KINDS, CaptureTally
from newsspider.runs.verdict import Verdict
from newsspider.text.counted import counted, were
from newsspider.text.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsspider.extraction.request import Request
    from newsspider.feeds.parts import FeedPart

_MAX_UNPARSED = 0.5
"""Share of the pages that may be unparsed: a broken page is one, a parser that no longer fits nearly all."""


def judge(tally: CaptureTally, problems: Sequence[str]) -> Verdict:
    """Judge an extraction that has come to its end, by the exit codes of a crawl.

    >>> from collections import Counter
    >>> judge(CaptureTally(captures=2, articles=2), []).exit_code
    0
    >>> judge(CaptureTally(captures=2, articles=1, failures=Counter(truncated=1)), []).exit_code
    0
    >>> judge(CaptureTally(captures=1, failures=Counter(truncated=1)), []).reasons
    ('1 of 1 page was cut off, and no record was given',)
    """
    failures = tally.failures
    findings = []
    if invalid := failures["invalid"]:
        findings.append((4, f"{counted(invalid, 'record')} did not fit the schema and went into no part"))
    if unreadable := failures["unreadable"] + len(problems):
        findings.append((6, f"{counted(unreadable, 'place')} of the archives could not be read"))
    if (lost := failures["unparsed"] + failures["raised"]) > _MAX_UNPARSED * tally.captures:
        findings.append((6, f"{lost} of {counted(tally.captures, 'page')} gave no record"))
    elif failures["raised"]:
        findings.append((6, f"the parser failed at {counted(failures['raised'], 'page')}"))
    elif (cut := failures["truncated"]) and not tally.articles:
        findings.append((6, f"{cut} of {counted(tally.captures, 'page')} {were(cut)} cut off, and no record was given"))
    return Verdict(exit_code=findings[0][0] if findings else 0, reasons=tuple(reason for _, reason in findings))


def manifest(
    request: Request,
    tally: CaptureTally,
    facts: list[FeedPart],
    problems: list[str],
    verdict: Verdict,
    started: datetime,
) -> dict[str, Any]:
    """Return the manifest of an extraction, as JSON values."""
    return {
        "schema_version": "1.0",
        "archives": [str(path.absolute()) for path in request.archives],
        "parsers": {name: sites.load(name).parser_version for name in request.sites},
        "versions": {"newsspider": newsspider.__version__, "python": platform.python_version()},
        "program_sha256": program_sha256(),
        "started": started.isoformat(),
        "ended": datetime.now(UTC).isoformat(),
        "exit_code": verdict.exit_code,
        "reasons": list(verdict.reasons),
        "counts": {
            "captures": tally.captures,
            "articles": tally.articles,
            "other": tally.other,
            **{kind: tally.failures[kind] for kind in KINDS},
        },
        "witnesses": {name: dict(sorted(given.items())) for name, given in sorted(tally.witnesses.items())},
        "damaged": [redact(problem) for problem in problems],
        **{kind: [{**asdict(each), "problem": redact(each.problem)} for each in tally.named[kind]] for kind in KINDS},
        "parts": [asdict(part) for part in tally.parts],
        "site_facts_parts": [asdict(part) for part in facts],
        "compared_with": request.earlier_name or None,
    }
