"""``scrapy verify``: whether archives, records and runs are what they were when they were written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from newsspider.commands import summary
from newsspider.engines.engine import add_options, engine, jobs_for, reachable
from newsspider.parsing.garbage import look_seldom
from newsspider.proof.findings import Report
from newsspider.proof.paths import find_targets
from newsspider.proof.verification import Verification, total_size
from newsspider.terminal.called import as_called
from newsspider.terminal.command import BaseCommand, UsageError
from newsspider.terminal.console import say, say_json
from newsspider.terminal.interruption import interrupt_on_sigterm
from newsspider.terminal.progress import Progress
from newsspider.text.language import _, ngettext

if TYPE_CHECKING:
    import argparse
    from typing import Any

    from newsspider.collection.work import Runner
    from newsspider.proof.findings import Finding
    from newsspider.proof.paths import Targets

_HEAD = re.compile(r"(?:\S+ )?(?:sha256:)?([0-9a-f]{64})")
_FINGERPRINT = re.compile("[0-9a-f]{64}")


class Command(BaseCommand):
    def syntax(self) -> str:
        return "PATH…"

    def short_desc(self) -> str:
        return summary("verify")

    def long_desc(self) -> str:
        return _(
            "Check collections (by path or name), WARC files, WACZ packages and feed parts, here or at s3://: gzip "
            "members, record headers, digests, references, the index, every record against its page, the manifests "
            "and the chain that they form, a package's list of files and its signature. Nothing is changed. A line "
            "for each fault, then totals; ends with 1 when there is a fault, else with 0. "
            "Example: scrapy verify kankanews"
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        add_options(parser)
        parser.add_argument("--json", action="store_true", help=_("print one JSON object instead of lines"))
        parser.add_argument(
            "--head",
            metavar="SHA256",
            help=_("the newest run's digest, noted when it was printed: it must still be in the chain of runs"),
        )
        parser.add_argument(
            "--signer",
            metavar="FINGERPRINT",
            help=_("of the key that must have signed each package, that you received from its maker by another way"),
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if not args:
            raise UsageError(_("scrapy verify takes what is to be verified; example: scrapy verify kankanews"))
        head = None if opts.head is None else _HEAD.fullmatch(opts.head.strip())
        if opts.head is not None and head is None:
            raise UsageError(
                _(
                    "--head takes a SHA-256, 64 hexadecimal digits, as it is printed; got: %(given)s",
                    given=repr(opts.head),
                )
            )
        signer = None if opts.signer is None else opts.signer.strip().lower()
        if signer is not None and not _FINGERPRINT.fullmatch(signer):
            raise UsageError(
                _(
                    "--signer takes the fingerprint of a key, 64 hexadecimal digits; got: %(given)s",
                    given=repr(opts.signer),
                )
            )
        interrupt_on_sigterm()
        look_seldom()
        try:
            archives = reachable(Path(self.settings["ARCHIVE_DIR"]), opts.engine)
            targets = find_targets(args, archives, lambda path: reachable(path, opts.engine))
            if head is not None and not (targets.collections or targets.packages):
                raise UsageError(_("--head is about the runs of a collection, and none is given"))
            if signer is not None and not targets.packages:
                raise UsageError(_("--signer is about packages (WACZ files), and none is given"))
            size = total_size(targets)
            with engine(opts.engine, jobs_for(opts.jobs, size)) as run:
                verified = _verify(targets, size, run, head=head[1] if head else None, signer=signer, as_json=opts.json)
            self.exitcode = verified
        except KeyboardInterrupt:
            self.interrupted(_("the rest was not looked at"))


def _verify(targets: Targets, size: int, run: Runner, *, head: str | None, signer: str | None, as_json: bool) -> int:
    """Verify, and print what was found; return what to exit with."""
    findings: list[Finding] = []
    with Progress(size) as progress:
        report = Report(findings.append if as_json else progress.around(_say_finding))
        verification = Verification(targets, report, progress.advance, run)
        verification.run(head, signer)
    if as_json:
        say_json(_as_json(findings, report, verification), indent=1)
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
        "more_in_file": report.unlisted(),
        "counts": dict(report.counts),
        "faults": report.found["fault"],
        "warnings": report.found["warning"],
        "newest_runs": verification.heads,
        "signers": verification.signers,
    }


def _counted(what: str, number: int) -> str:
    """Return what a verification counts under this name, of so many: counts have names of many in JSON."""
    if what == "of them led elsewhere by CONNECT_TO":
        return _("of them led elsewhere by CONNECT_TO")
    said = {
        "signatures": ngettext("signature", "signatures", number),
        "block digests": ngettext("block digest", "block digests", number),
        "payload digests": ngettext("payload digest", "payload digests", number),
        "payload digests of the chunks as stored": ngettext(
            "payload digest of the chunks as stored", "payload digests of the chunks as stored", number
        ),
        "events": ngettext("event", "events", number),
        "feed records": ngettext("feed record", "feed records", number),
        "index lines": ngettext("index line", "index lines", number),
        "files of packages": ngettext("file of a package", "files of packages", number),
        "runs": ngettext("run", "runs", number),
        "packages": ngettext("package", "packages", number),
        "feed parts": ngettext("feed part", "feed parts", number),
        "history pages": ngettext("history page", "history pages", number),
        "reports": ngettext("report", "reports", number),
        "WARC files": ngettext("WARC file", "WARC files", number),
        "WARC records": ngettext("WARC record", "WARC records", number),
    }
    return said.get(what, what)


def _say_finding(finding: Finding) -> None:
    say(as_called(finding.localized()))


def _print_totals(report: Report, verification: Verification) -> None:
    for file, count in report.unlisted().items():
        say(_("%(file)s: and %(count)s more in this file", file=file, count=f"{count:,}"))
    for what, count in report.counts.items():
        seconds = verification.seconds.get(what)
        rate = " " + _("(%(rate)s a second)", rate=f"{count / seconds:,.0f}") if seconds else ""
        say(f"{count:>10,} {_counted(what, count)}{rate}")
    for collection, link in verification.heads.items():
        say(_("%(collection)s: the newest run is %(run)s; note this, and give it as --head the next time",
              collection=collection, run=link))  # fmt: skip
    for package, signer in verification.signers.items():
        say(_("%(package)s: signed by the key %(signer)s; only if that is the one you expect does it prove anything",
              package=package, signer=signer))  # fmt: skip
    faults, warnings = report.found["fault"], report.found["warning"]
    said = _(
        "%(faults)s, %(warnings)s",
        faults=ngettext("%(number)s fault", "%(number)s faults", faults) if faults else _("no faults"),
        warnings=ngettext("%(number)s warning", "%(number)s warnings", warnings) if warnings else _("no warnings"),
    )
    say(said)
