"""What a stranger wrote is shown in messages up to a length, whatever its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.proof.findings import Finding, Report
from newsspider.proof.paths import find_targets
from newsspider.proof.verification import Verification
from newsspider.text.escaping import MAX_SHOWN, quoted, shortened
from newsspider.text.message import message
from newsspider.text.urls import UrlError
from newsspider.warc.cdxj import CdxjEntry
from newsspider.warc.codings import ContentCodingError
from newsspider.warc.salvage import salvage

if TYPE_CHECKING:
    from pathlib import Path

LONG = "看\x1b" * 20_000
OURS = 300
"""Characters of a message that are our own words, and the file's name."""


@given(st.text(st.characters(), max_size=300) | st.binary(max_size=300))
def test_what_is_shown_is_a_line_of_at_most_so_many_bytes(value):
    assert len(quoted(value).encode()) <= MAX_SHOWN
    assert "\n" not in quoted(value)
    if isinstance(value, str):
        shown = shortened(value)
        assert shown == value or (value.startswith(shown[:-1]) and shown.endswith("…"))


def refusal(line: str) -> str:
    with pytest.raises(ValueError, match="not a CDXJ line") as refused:
        CdxjEntry.parse(line)
    return str(refused.value)


@pytest.mark.parametrize(
    "message",
    [
        lambda: str(ContentCodingError("here", LONG, message("it is damaged"))),
        lambda: str(UrlError(LONG, message("it has no host"))),
        lambda: refusal(f'a 20260130080000 {{"x": "{LONG}"}}'),
    ],
)
def test_an_error_shows_the_beginning(message):
    assert len(message().encode()) <= MAX_SHOWN + OURS


FIELDS = [
    "WARC-Type", "WARC-Date", "WARC-Record-ID", "WARC-Target-URI", "WARC-Block-Digest", "WARC-Payload-Digest",
    "WARC-Refers-To-Date", "WARC-Profile", "Content-Length", "WARC-Warcinfo-ID",
]  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", [LONG, "sha1:" + "x" * 60_000, "<urn:" + "x" * 60_000 + ">"])
def test_a_finding_shows_the_beginning_of_a_field(tmp_path: Path, field, value):
    sound = {
        "WARC-Type": "response",
        "WARC-Date": "2026-01-30T08:00:00Z",
        "WARC-Record-ID": "<urn:uuid:0190f0a0-0000-7000-8000-000000000000>",
        "WARC-Target-URI": "https://news.example/",
        "Content-Length": "0",
    }
    lines = [f"{name}: {said}\r\n" for name, said in {**sound, field: value}.items()]
    path = tmp_path / "x.warc"
    path.write_bytes(("WARC/1.1\r\n" + "".join(lines) + "\r\n\r\n\r\n").encode())
    findings: list[Finding] = []

    Verification(find_targets([str(path)], tmp_path), Report(findings.append), lambda size: None).run(None)

    for finding in findings:
        assert len(finding.problem.encode()) <= MAX_SHOWN + OURS, finding.problem[:500]
    problems: list[str] = []
    list(salvage(path, lambda record: (record.date, record.url), lambda error: problems.append(str(error))))
    assert all(len(problem.encode()) <= MAX_SHOWN + OURS + len(str(path)) for problem in problems)
