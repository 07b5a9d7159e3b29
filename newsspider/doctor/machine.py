"""The machine: its Python, its libraries and its clock."""

from __future__ import annotations

import importlib.util
import platform
import ssl
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from newsspider.doctor.finding import CheckResult
from newsspider.terminal.extras import command_for
from newsspider.text.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_SKEW = 2.0
"""Seconds that the clock of the disk may differ from the machine's; a disk over the network has one of its own."""

_BUILT = 1_767_225_600
"""2026-01-01 UTC: no clock that is right shows an earlier time to this program."""


def software() -> Iterator[CheckResult]:
    """Report the versions of the programs that a crawl runs with."""
    yield CheckResult(
        "ok",
        "software",
        f"newsspider {version('newsspider')}, Scrapy {version('scrapy')}, Python {platform.python_version()}, "
        f"{ssl.OPENSSL_VERSION}",
    )
    if importlib.util.find_spec("isal") is None:
        yield CheckResult(
            "warning",
            "software",
            _(
                "isal is not installed, so WARC files are compressed by zlib, which takes several times the CPU; "
                "%(command)s",
                command=command_for("fast"),
            ),
        )


def clock(place: Path) -> Iterator[CheckResult]:
    """Hold the clock against the disk of *place*, an existing directory."""
    now = time.time()
    shown = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now))
    if now < _BUILT:
        yield CheckResult(
            "fault", "clock", _("it shows %(time)s; set it (timedatectl), every capture is dated by it", time=shown)
        )
        return
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".doctor-") as probe:
            before = time.time()
            probe.write(b"newsspider")
            probe.flush()
            written = Path(probe.name).stat().st_mtime
    except OSError:  # the check of the disk reports it
        return
    skew = written - before
    if abs(skew) > _MAX_SKEW:
        yield CheckResult(
            "warning",
            "clock",
            _(
                "files in %(path)s are dated %(skew)s s off this machine's clock; set both by the same time server",
                path=place,
                skew=f"{skew:+.0f}",
            ),
        )
    else:
        yield CheckResult("ok", "clock", shown)
