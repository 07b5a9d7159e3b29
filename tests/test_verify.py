"""Verification: what a crawl wrote passes, and of what may happen to it everything is found and named."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from newsspider.verify.findings import KINDS, Finding, Report
from newsspider.verify.paths import find_targets
from newsspider.verify.verification import Verification
from tests.mutations import MUTATIONS, Made

PROOF = Path(__file__).parent.parent / "docs" / "proof.md"
FOREIGN = Path(__file__).parent.parent.parent / "shared" / "foreign"
QUICKLY = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=False")


@dataclass
class Verified:
    """What a verification found."""

    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)

    def faults(self, kind: str | None = None) -> list[Finding]:
        return [each for each in self.findings if each.severity == "fault" and kind in (None, each.kind)]

    def kinds(self, severity: str) -> set[str]:
        return {each.kind for each in self.findings if each.severity == severity}


def verify(*paths: Path, head: str | None = None) -> Verified:
    verified = Verified()
    report = Report(verified.findings.append)
    targets = find_targets([str(path) for path in paths], Path("/nowhere"))
    verification = Verification(targets, report, lambda size: None)
    verification.run(head)
    verified.counts, verified.heads = dict(report.counts), verification.heads
    return verified


@pytest.fixture(scope="module")
def crawled(demo_site, scrapy_run_in, tmp_path_factory) -> Made:
    """A collection that two crawls of the demo site have written, in small files; nobody changes it."""
    directory = tmp_path_factory.mktemp("verify")
    scrapy_run = scrapy_run_in(directory)
    urls = ",".join(story.url for story in demo_site.site.expected()[:6])
    small = ("-s", "WARC_MAX_SIZE=30000", "-s", "PART_ITEMS=3", "-a", f"url={urls}")
    connect = ("-s", f"CONNECT_TO={demo_site.connect_to}")
    collection = directory / "archives" / "kankanews"
    between = directory / "between"

    first = scrapy_run("crawl", "kankanews", *small, *connect, *QUICKLY)
    assert first.returncode == 0, first.stderr
    shutil.copytree(collection, between)
    second = scrapy_run("crawl", "kankanews", *small, *connect, *QUICKLY)
    assert second.returncode == 0, second.stderr
    return Made(collection, between)


@pytest.fixture
def made(crawled, tmp_path) -> Made:
    """A copy of it that may be changed."""
    return Made(Path(shutil.copytree(crawled.path, tmp_path / crawled.path.name)), crawled.after_first_run)


def published() -> dict[str, set[str]]:
    """The list of mutations in the documentation: name -> kinds of fault that must be found."""
    row = re.compile(r"^\| ([a-z][^|`]+) \| ((?:`[a-z-]+`(?:, )?)+) \|$", re.MULTILINE)
    rows = row.findall(PROOF.read_text(encoding="utf-8"))
    return {name: set(re.findall(r"`([a-z-]+)`", kinds)) for name, kinds in rows}


def test_original_passes(crawled):
    verified = verify(crawled.path)

    assert verified.findings == []
    assert verified.counts["feed records"] == 13  # six articles, twice, and the footer's facts
    assert verified.counts["runs"] == 2
    assert len(crawled.warcs) > 3


@pytest.mark.parametrize("name", MUTATIONS)
def test_mutation_is_caught_and_its_place_named(name, made):
    where = MUTATIONS[name](made)

    verified = verify(made.path)

    kinds = published()[name]
    assert kinds <= verified.kinds("fault"), "\n".join(map(str, verified.findings))
    assert any(where.is_named_by(each.place) for kind in kinds for each in verified.faults(kind)), "\n".join(
        map(str, [where, *verified.findings])
    )


def test_list_of_mutations_is_published():
    assert set(published()) == set(MUTATIONS)
    assert {kind for kinds in published().values() for kind in kinds} <= set(KINDS)
