"""*Verify now*: the record is made once more out of the bytes that it cites, and compared with what is there."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from newsspider.browser.context import NotThereError
from newsspider.browser.pages.one import One, one
from newsspider.browser.pages.showing import page
from newsspider.browser.reasons import reason
from newsspider.collection.wacz import FileSpan, WaczError
from newsspider.feeds.reading import FeedError, prove
from newsspider.proof.feed import FeedCheck
from newsspider.proof.findings import Finding, Report
from newsspider.proof.pages import PageOpener
from newsspider.terminal.called import program
from newsspider.text.language import _

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from newsspider.browser.context import Browser
    from newsspider.browser.holding import Holding


def show(browser: Browser, request: Request, asked: dict[str, str]) -> Response:
    """Verify the article, and answer with what was found."""
    found = one(browser, asked)
    if not found.has_record:
        raise NotThereError(found.problem or _("The article has no record, so there is nothing to verify."))
    findings: list[Finding] = []
    problem = None
    try:
        _check(found, findings)
        part_is_whole = _part_is_whole(found)
    except (OSError, WaczError) as error:
        problem, part_is_whole = str(reason(error)), None
    faults = [each for each in findings if each.severity == "fault"]
    return page(
        browser,
        "verify",
        one=found,
        row=found.row,
        record=found.record,
        good=not faults and problem is None and part_is_whole is not False,
        findings=findings,
        problem=problem,
        part_is_whole=part_is_whole,
        whole_command=f"{program()} verify {found.holding.path}",
    )


def _check(found: One, findings: list[Finding]) -> None:
    """Check the one line, as ``scrapy verify`` checks every line of a part."""
    place = found.version.place
    part = found.holding.part(place.run, place.part)
    start = part.start if isinstance(part, FileSpan) else 0
    path = part.path if isinstance(part, FileSpan) else part
    line = FileSpan(path, start + place.offset, place.length, place.length, place.part, str(part))
    check = FeedCheck(Report(findings.append), lambda size: None, facts=None)
    with PageOpener(_archives(found.holding)) as pages:
        check.check(line, "article", pages)
    check.tell_of_other_versions()


def _archives(holding: Holding) -> list[Path]:
    return [archive.path for archive in holding.archives()]


def _part_is_whole(found: One) -> bool | None:
    """Tell whether the part is what the manifest of its run says; None where no manifest says it."""
    place = found.version.place
    manifest: dict[str, Any] = {}
    with suppress(OSError, ValueError, TypeError, WaczError):
        manifest = found.holding.manifest(place.run)
    sha256 = next((each["sha256"] for each in manifest.get("parts", ()) if each["name"] == place.part), None)
    if sha256 is None:
        return None
    try:
        prove(found.holding.part(place.run, place.part), sha256)
    except FeedError:
        return False
    return True
