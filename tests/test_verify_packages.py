"""Verification of packages: what was packed passes, and of what may happen to it everything is found and named."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsspider.archive.collection import Collection
from newsspider.archive.runs import RunLink
from newsspider.archive.signature import fingerprint, public_key
from newsspider.packing.keys import make_key
from newsspider.packing.packing import pack
from newsspider.packing.runs import read_runs
from newsspider.verify.findings import Finding, Report
from newsspider.verify.paths import find_targets
from newsspider.verify.verification import Verification
from tests.package_mutations import PACKAGE_MUTATIONS, Packed

PROOF = Path(__file__).parent.parent / "docs" / "proof.md"
FOREIGN = Path(__file__).parent.parent.parent / "shared" / "foreign"


@dataclass
class Verified:
    """What a verification found."""

    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    signers: dict[str, str] = field(default_factory=dict)

    def faults(self) -> list[Finding]:
        return [each for each in self.findings if each.severity == "fault"]


def verify(*paths: Path, head: str | None = None, signer: str | None = None) -> Verified:
    verified = Verified()
    report = Report(verified.findings.append)
    verification = Verification(find_targets([*map(str, paths)], Path("/nowhere")), report, lambda size: None)
    verification.run(head, signer)
    verified.counts, verified.signers = dict(report.counts), verification.signers
    return verified


@dataclass(frozen=True)
class Made:
    """A collection, all of it in a signed package, its second run in another."""

    collection: Collection
    whole: Path
    one_run: Path
    signer: str


@pytest.fixture(scope="module")
def made(demo_site, scrapy_run_in, tmp_path_factory) -> Made:
    """Nobody changes it."""
    directory = tmp_path_factory.mktemp("packages")
    stories = [story.url for story in demo_site.site.expected()]
    settings = ("-s", f"CONNECT_TO={demo_site.connect_to}", "-s", "WARC_MAX_SIZE=30000", "-s", "PART_ITEMS=3",
                "-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=False")  # fmt: skip
    for urls in (stories[:4], stories[2:6]):
        run = scrapy_run_in(directory)("crawl", "kankanews", "-a", f"url={','.join(urls)}", *settings)
        assert run.returncode == 0, run.stderr
    collection = Collection(directory / "archives" / "kankanews")
    key = make_key(directory / "key.pem")
    now = datetime(2026, 11, 22, 19, 54, 17, tzinfo=UTC)
    second = read_runs(collection)[1].id
    whole = pack(collection, directory / "whole.wacz", since=None, run=None, key=key, now=now).path
    one_run = pack(collection, directory / "one.wacz", since=None, run=second, key=key, now=now).path
    return Made(collection, whole, one_run, fingerprint(public_key(key)))


@pytest.fixture
def packed(made, tmp_path) -> Packed:
    """A copy of the whole that may be changed."""
    return Packed(Path(shutil.copyfile(made.whole, tmp_path / "x.wacz")), made.one_run)


def published() -> dict[str, set[str]]:
    """The list in the documentation: name -> kinds of fault that must be found."""
    _, section = PROOF.read_text(encoding="utf-8").split("### Of a package\n")
    rows = re.findall(r"^\| ([a-z][^|`]+) \| ((?:`[a-z-]+`(?:, )?)+) \|$", section, re.MULTILINE)
    return {name: set(re.findall(r"`([a-z-]+)`", kinds)) for name, kinds in rows}


def test_packages_pass_and_their_signer_is_told(made):
    verified = verify(made.whole, made.one_run, signer=made.signer)

    assert verified.faults() == []
    assert verified.counts["feed records"] == 8 + 1 + 4 + 1  # articles, and the facts that they cite
    assert verified.counts["signatures"] == 2
    assert verified.signers == {str(made.whole): made.signer, str(made.one_run): made.signer}


@pytest.mark.parametrize("name", PACKAGE_MUTATIONS)
def test_mutation_is_caught_and_the_file_named(name, packed, made):
    member = PACKAGE_MUTATIONS[name](packed)
    where = f"{packed.path}: {member}" if member else str(packed.path)

    verified = verify(packed.path, signer=made.signer)

    found = "\n".join(map(str, verified.findings))
    assert published()[name] <= {each.kind for each in verified.faults()}, found
    assert where in {str(each.place.file) for each in verified.faults()}, found


def test_list_of_mutations_is_published():
    assert set(published()) == set(PACKAGE_MUTATIONS)


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_any_bit_of_any_file_in_a_package_is_caught(made, data):
    with tempfile.TemporaryDirectory() as directory:
        changed = Packed(Path(shutil.copyfile(made.whole, Path(directory) / "x.wacz")), made.one_run)
        before = changed.members()
        start, size = changed.span(data.draw(st.sampled_from(sorted(before))))
        content = bytearray(changed.path.read_bytes())
        content[start + data.draw(st.integers(0, size - 1))] ^= 1 << data.draw(st.integers(0, 7))
        changed.path.write_bytes(content)

        verified = verify(changed.path)

        # A few bits of a deflated file say nothing: the last byte's filling.
        assert verified.faults() or changed.members() == before


def test_head_must_be_in_the_package(made):
    newest = RunLink.to(max(made.collection.runs_dir.glob("*.json"))).sha256

    assert verify(made.one_run, head=newest).faults() == []
    assert [each.kind for each in verify(made.one_run, head="0" * 64).faults()] == ["chain"]


def test_export_is_verified_against_the_pages_in_a_package(made, tmp_path):
    records = b"".join(part.read_bytes() for part in sorted(made.collection.items_dir.glob("*/part-*.jsonl")))
    (tmp_path / "export.jsonl").write_bytes(records)
    (tmp_path / "forged.jsonl").write_bytes(records.replace("居民".encode(), "官员".encode(), 1))

    assert verify(tmp_path / "export.jsonl", made.whole).faults() == []
    assert [each.kind for each in verify(tmp_path / "forged.jsonl", made.whole).faults()] == ["differs"]


def test_package_of_a_browser_passes_with_its_signature():
    """ArchiveWeb.page made and signed it: a hand that is not ours."""
    if not (FOREIGN / "quotes.wacz").exists():
        pytest.skip("there are no foreign archives here")

    verified = verify(FOREIGN / "quotes.wacz")

    assert verified.findings == []
    assert list(verified.signers.values()) == ["cc0a3ccbe28907509c44f9c79ebb8607a9f46dc7cccd353d857aa44cc6ae92a7"]


def test_package_of_py_wacz_passes(made, tmp_path):
    pytest.importorskip("wacz", reason="py-wacz is not installed")
    from wacz.main import main

    warcs = [str(path) for path in made.collection.warc_files()]
    assert main(["create", "-o", str(tmp_path / "theirs.wacz"), "--detect-pages", *warcs]) == 0

    assert verify(tmp_path / "theirs.wacz").faults() == []


# ------------------------------------------------------------------------------------------------------ the command


def leading_outside(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("../../etc/passwd", b"x")


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("archive/x.warc.gz", bytes(10_000_000))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (leading_outside, "leads outside it"),
        (bomb, "zip bomb"),
        (lambda path: path.write_bytes(b"PK\x03\x04 and no more"), "not a zip file that can be read"),
        (lambda path: path.write_bytes(b"no zip"), "not a zip file that can be read"),
        (lambda path: zipfile.ZipFile(path, "w").close(), "there is no such file in the package"),
    ],
)
def test_file_that_is_no_package_is_a_fault(make, said, tmp_path):
    make(tmp_path / "x.wacz")

    faults = verify(tmp_path / "x.wacz").faults()

    assert faults[0].kind == "package"
    assert said in faults[0].problem


def test_command_tells_the_signer(scrapy_run, made, tmp_path):
    right = scrapy_run("verify", str(made.whole), "--signer", made.signer)
    wrong = scrapy_run("verify", str(made.whole), "--signer", "0" * 64, "--json")

    assert (right.returncode, wrong.returncode) == (0, 1)
    assert f"signed by the key {made.signer}" in right.stdout
    assert json.loads(wrong.stdout)["signers"] == {str(made.whole): made.signer}
    assert json.loads(wrong.stdout)["findings"][0]["kind"] == "signature"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--signer", "x"), "64 hexadecimal digits"),
        (("--signer", "0" * 64), "none is given"),
    ],
)
def test_option_that_cannot_be_used_is_named(options, said, scrapy_run, made):
    run = scrapy_run("verify", str(made.collection.path), *options)

    assert (run.returncode, said in run.stderr + run.stdout) == (2, True)
