"""``scrapy verify``: whether archives, records and runs are what they were when they were written."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsspider.errors import NewsspiderError
from newsspider.interruption import INTERRUPTED, interrupt_on_sigterm
from newsspider.progress import ByteProgress
from newsspider.verify.findings import Report
from newsspider.verify.paths import find_targets
from newsspider.verify.verification import Verification, total_size

if TYPE_CHECKING:
    import argparse
    from typing import Any

    from newsspider.verify.findings import Finding
    from newsspider.verify.paths import Targets

_HEAD = re.compile(r"(?:\S+ )?(?:sha256:)?([0-9a-f]{64})")
_FINGERPRINT = re.compile("[0-9a-f]{64}")


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "PATH…"

    def short_desc(self) -> str:
        return "Check archives, index, runs and every record against its page"

    def long_desc(self) -> str:
        return (
            "Check collections (by path or name), WARC files, WACZ packages and feed parts, here or at s3://: gzip "
            "members, record headers, digests, references, the index, every record against its page, the manifests "
            "and the chain that they form, a package's list of files and its signature. Nothing is changed. A line "
            "for each fault, then totals; ends with 1 when there is a fault, else with 0. "
            "Example: scrapy verify kankanews"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
        parser.add_argument(
            "--head",
            metavar="SHA256",
            help="the newest run's digest, noted when it was printed: it must still be in the chain of runs",
        )
        parser.add_argument(
            "--signer",
            metavar="FINGERPRINT",
            help="of the key that must have signed each package, as whoever made them told you by another way",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if not args:
            raise UsageError("scrapy verify takes what is to be verified; example: scrapy verify kankanews")
        head = None if opts.head is None else _HEAD.fullmatch(opts.head.strip())
        if opts.head is not None and head is None:
            raise UsageError(f"--head takes a SHA-256, 64 hexadecimal digits, as it is printed; got: {opts.head!r}")
        signer = None if opts.signer is None else opts.signer.strip().lower()
        if signer is not None and not _FINGERPRINT.fullmatch(signer):
            raise UsageError(f"--signer takes the fingerprint of a key, 64 hexadecimal digits; got: {opts.signer!r}")
        interrupt_on_sigterm()
        try:
            targets = find_targets(args, Path(self.settings["ARCHIVE_DIR"]))
            if head is not None and not (targets.collections or targets.packages):
                raise UsageError("--head is about the runs of a collection, and none is given")
            if signer is not None and not targets.packages:
                raise UsageError("--signer is about packages (WACZ files), and none is given")
            self.exitcode = _verify(targets, head=head[1] if head else None, signer=signer, as_json=opts.json)
        except NewsspiderError as error:
            print(f"scrapy verify: {error}", file=sys.stderr)
            self.exitcode = error.exit_code
        except KeyboardInterrupt:
            print("\nscrapy verify: interrupted; the rest was not looked at", file=sys.stderr)
            self.exitcode = INTERRUPTED


def _verify(targets: Targets, *, head: str | None, signer: str | None, as_json: bool) -> int:
    """Verify, and print what was found; return what to exit with."""
    findings: list[Finding] = []
    with ByteProgress(total_size(targets)) as progress:
        report = Report(findings.append if as_json else progress.around(print))
        verification = Verification(targets, report, progress.advance)
        verification.run(head, signer)
    if as_json:
        json.dump(_as_json(findings, report, verification), sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        _print_totals(report, verification)
    return 1 if report.found["fault"] else 0


def _as_json(findings: list[Finding], report: Report, verification: Verification) -> dict[str, Any]:
    return {
        "findings": [
            {
                "severity": each.severity,
                "kind": each.kind,
                "file": str(each.place.file),
                "line": each.place.line,
                "offset": each.place.offset,
                "problem": each.problem,
                "clause": each.clause,
                "remedy": each.remedy,
            }
            for each in findings
        ],
        "more_in_file": report.untold(),
        "counts": dict(report.counts),
        "faults": report.found["fault"],
        "warnings": report.found["warning"],
        "newest_runs": verification.heads,
        "signers": verification.signers,
    }


def _print_totals(report: Report, verification: Verification) -> None:
    for file, count in report.untold().items():
        print(f"{file}: and {count:,} more in this file")
    for what, count in report.counts.items():
        seconds = verification.seconds.get(what)
        print(f"{count:>10,} {what}" + (f" ({count / seconds:,.0f} a second)" if seconds else ""))
    for collection, link in verification.heads.items():
        print(f"{collection}: the newest run is {link}; note this, and give it as --head the next time")
    for package, signer in verification.signers.items():
        print(f"{package}: signed by the key {signer}; only if that is the one you expect does it prove anything")
    faults, warnings = report.found["fault"], report.found["warning"]
    print(f"{faults or 'no'} fault{'s' * (faults != 1)}, {warnings or 'no'} warning{'s' * (warnings != 1)}")
