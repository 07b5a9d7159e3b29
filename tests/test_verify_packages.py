"""Verification of packages: what was packed passes, and of what may happen to it everything is found and named."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsspider.collection.collection import Collection
from newsspider.collection.runs import RunLink
from newsspider.packages.keys import make_key
from newsspider.packages.packing import pack
from newsspider.packages.runs import read_runs
from newsspider.packages.signature import fingerprint, public_key
from newsspider.proof.findings import Finding, Report
from newsspider.proof.paths import find_targets
from newsspider.proof.verification import Verification
from tests.archive import others
from tests.called import Reached, missed, noting, sites_of
from tests.package_mutations import MEANWHILE, PACKAGE_MUTATIONS, Packed
from tests.prose import left_in_english
from tests.test_verify import published

if TYPE_CHECKING:
    from collections.abc import Callable

PROOF = Path(__file__).parent.parent / "docs" / "proof.md"


@dataclass
class Verified:
    """What a verification found."""

    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    signers: dict[str, str] = field(default_factory=dict)

    def faults(self) -> list[Finding]:
        return [each for each in self.findings if each.severity == "fault"]

    def kinds(self, severity: str) -> set[str]:
        return {each.kind for each in self.findings if each.severity == severity}


def verify(
    *paths: Path, head: str | None = None, signer: str | None = None, meanwhile: Callable[[], object] = lambda: None
) -> Verified:
    verified = Verified()
    report = Report(verified.findings.append)
    verification = Verification(find_targets([*map(str, paths)], Path("/nowhere")), report, lambda size: None)
    meanwhile()
    verification.run(head, signer)
    assert left_in_english(verified.findings) == []
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


PUBLISHED = published(PROOF.read_text(encoding="utf-8").partition("### Of a package\n")[2])


@dataclass
class Laboratory:
    """Makes each mutation once, in a copy, and keeps what verification found, and by which lines."""

    made: Made
    directory: Path
    reached: set[Reached] = field(default_factory=set)
    tried: dict[str, tuple[str, Verified]] = field(default_factory=dict)

    def try_out(self, name: str) -> tuple[str, Verified]:
        """Return how the changed file is called in findings, and all of them."""
        if name not in self.tried:
            path = Path(tempfile.mkdtemp(dir=self.directory)) / "x.wacz"
            shutil.copyfile(self.made.whole, path)
            members: list[str] = []

            def mutate() -> None:
                members.append(PACKAGE_MUTATIONS[name](Packed(path, self.made.one_run)))

            if name not in MEANWHILE:
                mutate()
            with noting(self.reached):
                late = mutate if name in MEANWHILE else list
                verified = verify(path, signer=self.made.signer, meanwhile=late)
            (member,) = members
            self.tried[name] = f"{path}: {member}" if member else str(path), verified
        return self.tried[name]


@pytest.fixture(scope="module")
def laboratory(made, tmp_path_factory) -> Laboratory:
    return Laboratory(made, tmp_path_factory.mktemp("mutated"))


def test_packages_pass_and_their_signer_is_told(made):
    verified = verify(made.whole, made.one_run, signer=made.signer)

    assert verified.faults() == []
    assert verified.counts["feed records"] == 8 + 1 + 4 + 1  # articles, and the facts that they cite
    assert verified.counts["signatures"] == 2
    assert verified.signers == {str(made.whole): made.signer, str(made.one_run): made.signer}


@pytest.mark.parametrize("name", PACKAGE_MUTATIONS)
def test_mutation_is_caught_and_the_file_named(name, laboratory):
    where, verified = laboratory.try_out(name)

    found = "\n".join([where, *map(str, verified.findings)])
    assert PUBLISHED[name].faults <= verified.kinds("fault"), found
    assert PUBLISHED[name].warnings <= verified.kinds("warning"), found
    assert where in {str(each.place.file) for each in verified.findings}, found


@pytest.mark.parametrize(
    "name",
    [
        "a packed index line dropped with the digests made right",
        "a packed index cut short with the digests made right",
    ],
)
def test_advice_on_the_index_of_a_package_can_be_followed(name, laboratory):
    """``scrapy index`` takes collections."""
    _, verified = laboratory.try_out(name)

    (remedy,) = {each.remedy for each in verified.findings if each.kind == "index"}
    assert remedy.startswith("Get the package again")


def test_list_of_mutations_is_published():
    assert set(PUBLISHED) == set(PACKAGE_MUTATIONS)


def test_whatever_can_be_reported_of_a_package_is_reported_for_some_mutation(laboratory):
    for name in PACKAGE_MUTATIONS:
        laboratory.try_out(name)

    assert missed(sites_of("package"), laboratory.reached) == []


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


def test_package_as_a_browser_makes_it_passes_with_its_signature(tmp_path):
    signer = others.write_package(tmp_path / "browser.wacz")

    verified = verify(tmp_path / "browser.wacz")

    assert verified.findings == []
    assert list(verified.signers.values()) == [signer]


@pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning")  # of surt's source, if not compiled
@pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtimestamp:DeprecationWarning")  # of py-wacz's pyamf
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
