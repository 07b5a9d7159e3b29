"""The list of a package's files, its digest and its signature: each thing that may be wrong with them, by itself."""

from __future__ import annotations

import hashlib
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.collection.wacz import Wacz
from newsspider.packages.signature import fingerprint, new_private_key, public_key, sign
from newsspider.proof.datapackage import Datapackage, check_datapackage
from newsspider.proof.findings import Finding, Report

if TYPE_CHECKING:
    from pathlib import Path

KEY, OTHER = new_private_key(), new_private_key()
LIST, DIGEST = "datapackage.json", "datapackage-digest.json"
FILE = {"path": "archive/a.warc.gz", "hash": f"sha256:{'0' * 64}", "bytes": 7}
SAID = {"resources": [FILE], "software": "newsspider 0.1.0", "created": "2026-01-30T08:00:00Z"}


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def signed(digest: str, **other: Any) -> dict[str, Any]:
    usual = {
        "hash": digest, "created": SAID["created"], "software": SAID["software"], "signature": sign(KEY, digest),
        "publicKey": public_key(KEY),
    }  # fmt: skip
    return {name: value for name, value in (usual | other).items() if value is not None}


class Checked:
    """A package with these two files, checked; None leaves one out."""

    def __init__(self, path: Path, said: Any, digest: Any) -> None:
        self.findings: list[Finding] = []
        with zipfile.ZipFile(path / "a.wacz", "w") as package:
            for name, content in ((LIST, said), (DIGEST, digest)):
                if content is not None:
                    package.writestr(name, content if isinstance(content, bytes) else json.dumps(content))
        self.report = Report(self.findings.append)
        self.found: Datapackage | None = check_datapackage(Wacz(path / "a.wacz", path), str, self.report)

    @property
    def told(self) -> list[tuple[str, str, str]]:
        return [(each.severity, each.kind, str(each.place)) for each in self.findings]


@pytest.fixture
def check(tmp_path):
    def run(said: Any = SAID, **digest: Any) -> Checked:
        """Check a list; *digest*: what its digest says otherwise, or has more."""
        data = said if isinstance(said, bytes) else json.dumps(said).encode()
        return Checked(tmp_path, data, {"path": LIST, "hash": sha256(data)} | digest)

    run.directory = tmp_path
    return run


def test_what_is_listed_is_returned(check):
    checked = check()

    assert checked.told == []
    assert [*checked.found.resources] == ["archive/a.warc.gz"]
    resource = checked.found.resources["archive/a.warc.gz"]
    assert (resource.size, resource.digest.text, checked.found.signer) == (7, FILE["hash"], None)
    assert checked.report.counts == {}


@pytest.mark.parametrize(
    "said",
    [
        b"no JSON", b"[]", b"{}", {"resources": {}}, {"resources": [], "software": 1},
        *({"resources": [{**FILE, **odd}]} for odd in ({"path": 1}, {"hash": 1}, {"bytes": "7"}, {"bytes": 7.5})),
        *({"resources": [{key: value for key, value in FILE.items() if key != name}]} for name in FILE),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_read_is_a_fault_and_no_list(said, check):
    checked = check(said)

    assert (checked.told, checked.found) == ([("fault", "package", LIST)], None)


def test_a_package_without_a_list_has_none(check):
    checked = Checked(check.directory, None, None)

    assert (checked.told, checked.found) == ([("fault", "package", LIST)], None)
    assert checked.findings[0].problem == "there is no such file in the package"


def test_a_file_is_listed_once(check):
    checked = check(SAID | {"resources": [FILE, FILE | {"bytes": 8}]})

    assert checked.told == [("fault", "package", LIST)]
    assert checked.findings[0].problem == "archive/a.warc.gz is listed twice"
    assert checked.found.resources["archive/a.warc.gz"].size == 8


def test_a_file_whose_digest_cannot_be_read_is_listed_all_the_same(check):
    checked = check(SAID | {"resources": [FILE | {"hash": "crc:1"}, FILE | {"path": "b"}]})

    assert checked.told == [("fault", "package", LIST)]
    assert [each.digest is None for each in checked.found.resources.values()] == [True, False]


# ---------------------------------------------------------------- the digest of the list


@pytest.mark.parametrize(
    ("software", "severity"), [("newsspider 0.1.0", "fault"), ("other 1", "warning"), (None, "warning")]
)
def test_a_digest_of_the_list_that_is_missing_is_a_fault_of_ours_alone(software, severity, check):
    said = {"resources": [FILE]} | ({"software": software} if software else {})
    checked = Checked(check.directory, said, None)

    assert checked.told == [(severity, "package", DIGEST)]
    assert checked.found.signer is None
    assert len(checked.found.resources) == 1


@pytest.mark.parametrize(
    "digest",
    [
        {"path": "other.json"}, {"hash": 1}, {"hash": "crc:1"}, {"signedData": []}, {"signedData": {"hash": "x"}},
        {"signedData": {"signature": "x"}}, {"signedData": {"hash": "x", "signature": 1}},
    ],
)  # fmt: skip
def test_a_digest_of_the_list_that_cannot_be_read_is_a_fault(digest, check):
    checked = check(**digest)

    assert checked.told == [("fault", "package", DIGEST)]
    assert (checked.found.signer, len(checked.found.resources)) == (None, 1)


def test_a_list_has_its_digest(check):
    checked = check(hash=sha256(b"another"))

    assert checked.told == [("fault", "package", LIST)]
    assert checked.findings[0].problem.endswith(f"and {DIGEST} says {sha256(b'another')}")


# ---------------------------------------------------------------- its signature

HASH = sha256(json.dumps(SAID).encode())


def test_who_signed_the_digest_of_the_list_is_returned(check):
    checked = check(signedData=signed(HASH))

    assert (checked.told, checked.found.signer) == ([], fingerprint(public_key(KEY)))
    assert checked.report.counts == {"signatures": 1}


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({"signature": sign(OTHER, HASH)}, "the signature is not of this package by this key"),
        ({"signature": sign(KEY, sha256(b"other"))}, "the signature is not of this package by this key"),
        ({"publicKey": public_key(OTHER)}, "the signature is not of this package by this key"),
        ({"hash": sha256(b"other")}, "what was signed is "),
        ({"hash": sha256(b"other"), "signature": sign(KEY, sha256(b"other"))}, "what was signed is "),
        ({"signature": "?"}, ""),
        ({"publicKey": "?"}, ""),
        ({"publicKey": None}, "a signature of an unknown kind, which cannot be checked here"),
        ({"publicKey": None, "domainCert": "x"}, "a signature by a domain's certificate, which cannot be checked"),
    ],
)
def test_a_signature_that_does_not_hold_is_a_fault_and_nobody_s(other, problem, check):
    checked = check(signedData=signed(HASH, **other))

    assert (checked.told, checked.found.signer) == ([("fault", "signature", DIGEST)], None)
    assert checked.findings[0].problem.startswith(problem)


@pytest.mark.parametrize("name", ["created", "software"])
@pytest.mark.parametrize("value", [None, "other"])
def test_what_no_signature_covers_is_held_to_the_list(name, value, check):
    checked = check(signedData=signed(HASH, **{name: value}))

    assert checked.told == [("fault", "signature", DIGEST)]
    assert checked.findings[0].problem.startswith(f"{name} is ")
