"""Processes with directories of their own, as machines that crawl into one collection in object storage."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsspider import feeds
from newsspider.collection.head import read_head
from newsspider.proof.findings import Finding, Report
from newsspider.proof.paths import find_targets
from newsspider.proof.verification import Verification
from tests.loaded import start_scrapy
from tests.patience import HUNG

if TYPE_CHECKING:
    from newsspider.collection.objects import ObjectPath
    from tests.loaded import Started
    from tests.stores import Store


@dataclass(frozen=True, slots=True)
class Machine:
    """A directory of its own for everything, and an environment that leads to the store."""

    directory: Path
    environment: dict[str, str]
    connect_to: str

    def start(self, *arguments: str, env: dict[str, str] | None = None, before: str = "") -> Started:
        """Start ``scrapy`` there; *before* is run first."""
        (self.directory / "tmp").mkdir(parents=True, exist_ok=True)
        here = {"TMPDIR": str(self.directory / "tmp"), "NEWSSPIDER_ARCHIVE_DIR": str(self.directory / "archives")}
        environment = {**os.environ, **self.environment, **here, **(env or {})}
        return start_scrapy(arguments, environment, before=before, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, env=env)
        out, errors = process.communicate(timeout=HUNG)
        return subprocess.CompletedProcess(arguments, process.returncode, out, errors)

    def crawl(self, at: ObjectPath, *more: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return self.run(*self.crawling(at), *more, env=env)

    def crawling(self, at: ObjectPath) -> tuple[str, ...]:
        return (
            "crawl", "kankanews", "--collection", str(at), "-s", f"CONNECT_TO={self.connect_to}",
            "-s", "DOWNLOAD_DELAY=0.001", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "LOG_LEVEL=INFO",
            "-s", "REQUISITES=",
        )  # fmt: skip

    def left(self) -> list[str]:
        """Return what is there after a command."""
        return sorted(str(path.relative_to(self.directory)) for path in self.directory.rglob("*") if path.is_file())


def copy_collection(source: Store, target: Store) -> None:
    """Make *target* what *source* is, as if crawls had made it there."""
    for name, data in source.tree().items():
        if name != "HEAD":
            target.put(name, data)
    head = read_head(source.path())
    assert head is not None
    etags = {name: target.path(name).etag for name in head.etags}
    target.put("HEAD", replace(head, etags=etags).as_json())


def ids(at: ObjectPath) -> Counter[str]:
    """Return how often each article is in the feed."""
    return Counter(each.id for each in feeds.read(at))


def findings(at: ObjectPath) -> list[Finding]:
    """Return all that ``scrapy verify`` finds."""
    found: list[Finding] = []
    targets = find_targets([str(at)], Path("archives"))
    Verification(targets, Report(found.append), lambda size: None).run(None)
    return found


def assert_whole(at: ObjectPath, articles: int) -> None:
    """``scrapy verify`` finds nothing, not even a warning, and each article is there once."""
    found = findings(at)
    assert found == [], "\n".join(map(str, found))
    counts = ids(at)
    assert (len(counts), set(counts.values())) == (articles, {1})
