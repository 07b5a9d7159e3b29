"""A package is checked as a collection is, inside the one file: what is found of each thing that is changed in it."""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import shutil
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.collection.collection import Collection
from newsspider.collection.runs import RunLink
from newsspider.collection.scratch import ScratchError
from newsspider.packages.packing import pack
from newsspider.packages.signature import fingerprint, new_private_key, public_key
from newsspider.proof.findings import Finding, Report
from newsspider.proof.packages import PackageCheck
from newsspider.proof.paths import find_targets
from newsspider.proof.verification import Verification
from tests.archive import odd
from tests.archive.exchanges import page
from tests.collected import RUNS, collect
from tests.package_mutations import DIGEST, LIST, Packed, sealed

if TYPE_CHECKING:
    from collections.abc import Callable


KEY = new_private_key()
SIGNER = fingerprint(public_key(KEY))
INDEX = "indexes/index.cdx.gz"
FIRST, SECOND = (f"runs/{run}.json" for run in RUNS)
ARTICLES, LATER = (f"items/{run}-part-00001.jsonl" for run in RUNS)
EVENTS, LATER_EVENTS = (f"items/{run}-changes-00001.jsonl" for run in RUNS)
FACTS = f"items/{RUNS[0]}-site-facts-00001.jsonl"
Members = dict[str, bytes]


@dataclass(frozen=True)
class Made:
    collection: Collection
    path: Path
    """All of it in a package."""

    @property
    def members(self) -> Members:
        return Packed(self.path, self.path).members()


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Made:
    """Nobody changes it."""
    directory = tmp_path_factory.mktemp("packages")
    collection = collect(directory / "kankanews")
    now = datetime(2026, 11, 22, 19, 54, 17, tzinfo=UTC)
    return Made(collection, pack(collection, directory / "x.wacz", since=None, run=None, key=KEY, now=now).path)


@dataclass
class Verified:
    """What a verification found: severity, kind and file in the package of each."""

    path: Path
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    signers: dict[str, str] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def told(self) -> list[tuple[str, str, str]]:
        at = f"{self.path}: "
        return [(each.severity, each.kind, str(each.place.file).removeprefix(at)) for each in self.findings]

    def problem(self, kind: str) -> str:
        (problem,) = {each.problem for each in self.findings if each.kind == kind}
        return problem


@pytest.fixture
def verify(made, tmp_path) -> Callable[..., Verified]:
    def run(change: Callable[[Members], Any] | None = None, *beside: Path, seal: bool = True, **wishes: Any):
        """Change the files of a copy; *seal*: and make its list true of them again. Then verify it."""
        path = tmp_path / "x.wacz"
        shutil.copyfile(made.path, path)
        if change is not None:
            members = made.members
            change(members)
            Packed(path, made.path).write(sealed(members) if seal else members)
        return verified(path, *beside, **wishes)

    return run


def verified(path: Path, *beside: Path, head: str | None = None, signer: str | None = None) -> Verified:
    found = Verified(path)
    report = Report(found.findings.append)
    verification = Verification(find_targets([str(each) for each in (path, *beside)], path), report, found.sizes.append)
    verification.run(head, signer)
    assert path.exists()
    found.counts, found.signers, found.seconds = dict(report.counts), verification.signers, verification.seconds
    return found


def as_json(members: Members, name: str, change: Callable[[dict[str, Any]], Any]) -> None:
    said = json.loads(members[name])
    change(said)
    members[name] = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def listed(members: Members, name: str, **fields: Any) -> None:
    """Say something else of a file in the list, and make the digest of the list right."""
    as_json(members, LIST, lambda said: next(r for r in said["resources"] if r["path"] == name).update(fields))
    digest = hashlib.sha256(members[LIST]).hexdigest()
    as_json(members, DIGEST, lambda said: said.update(hash=f"sha256:{digest}"))
    as_json(members, DIGEST, lambda said: said.pop("signedData"))


def warcs(members: Members) -> list[str]:
    return [name for name in members if name.startswith("archive/")]


def test_what_is_sound_is_counted_and_read_once_or_its_records_twice(made, verify):
    checked = verify()
    members = made.members
    in_list = members.keys() - {LIST, DIGEST}
    records = sum(data.count(b"\n") for name, data in members.items() if "part-" in name or "site-facts-" in name)

    assert checked.told == []
    assert checked.counts.items() >= {
        "packages": 1, "signatures": 1, "WARC files": 2, "index lines": 4, "files of packages": len(in_list),
        "runs": 2, "feed parts": 5, "feed records": records, "events": 4,
    }.items()  # fmt: skip
    assert sum(checked.sizes) == sum(len(members[name]) * (1 + ("items/" in name)) for name in in_list)
    assert checked.signers == {str(checked.path): SIGNER}
    assert all(checked.seconds.values())


def test_pages_for_a_person_are_counted_where_they_are_some(verify):
    def change(members: Members) -> None:
        members |= {"history/a.html": b"a", "history/b.html": b"b", "history/b.css": b"b", "reports/a.html": b"a"}

    checked = verify(change)
    assert {kind for _, kind, _ in checked.told} == {"signature"}
    assert (checked.counts["history pages"], checked.counts["reports"]) == (2, 1)
    assert {"history pages", "reports"}.isdisjoint(verify().counts)


# ---------------------------------------------------------------- WARC files and their index


def without_warcs(members: Members) -> None:
    for name in warcs(members):
        del members[name]


def test_a_package_without_a_warc_file_is_none(verify):
    told = verify(without_warcs).told

    assert ("fault", "package", "archive") in told
    assert {place for severity, kind, place in told if kind == "warc"} != set()


def captured(*records: bytes) -> Members:
    return {"archive/a.warc.gz": odd.members(*records)}


def index_line(data: bytes, number: int = 0, **other: Any) -> bytes:
    """The line of the capture in the first member of a WARC file, as somebody else writes it."""
    said = {"url": odd.URL, "mime": "x/y", "status": "404", "digest": "sha1:no", "length": str(len(data)),
            "offset": "0", "filename": "a.warc.gz", **other}  # fmt: skip
    time = said.pop("timestamp", "20260130080000")
    return f"org,example)/else{number} {time} {json.dumps(said)}\n".encode()


ID = "<urn:uuid:00000000-0000-4000-8000-{:012}>"
PAGE = odd.record(block=page(b"<html>", b"Content-Type: text/html"))
POST = {"WARC-Type": "request", "WARC-Concurrent-To": ID.format(2), "Content-Type": "application/http;msgtype=request"}
POSTED = (odd.record(number=2), odd.record(POST, number=3, block=b"POST /a HTTP/1.1\r\n\r\n"))
"""An answer, and the request to which it is one: no index need have it."""


@pytest.fixture
def of_others(tmp_path):
    """Check a package by no run of ours; return what is found in its WARC files and index."""

    def run(members: Members) -> Verified:
        path = tmp_path / "others.wacz"
        with zipfile.ZipFile(path, "w") as package:
            for name, data in {"datapackage.json": b"{}", **members}.items():
                package.writestr(name, data)
        checked = verified(path)
        (missing,) = [each for each in checked.findings if str(each.place.file).endswith(LIST)]
        checked.findings.remove(missing)
        return checked

    return run


def test_an_index_of_others_may_say_what_it_likes_but_of_a_place(of_others):
    """It is written by other rules, and need not name what is no page."""
    warc = captured(PAGE, *POSTED)
    length = len(odd.members(PAGE))
    line = index_line(warc["archive/a.warc.gz"][:length])

    assert of_others({**warc, "indexes/a.cdxj": line}).told == []


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"length": "7"}, "has length '7'"), ({"timestamp": "20260130080001"}, "has timestamp '20260130080001'"),
        ({"url": "https://news.example/c"}, "has urlkey "), ({"offset": "1"}, "no capture begins there"),
    ],
)  # fmt: skip
def test_an_index_of_others_says_where_captures_are(other, said, of_others):
    warc = captured(PAGE)
    checked = of_others({**warc, "indexes/a.cdxj": index_line(warc["archive/a.warc.gz"], **other)})

    assert set(checked.told) == {("fault", "index", "indexes/a.cdxj")}
    assert any(said in each.problem for each in checked.findings)
    assert {each.remedy for each in checked.findings} == {"Get the package again from who made it"}


@pytest.mark.parametrize("index", ["indexes", "indexes/a.cdxj"])
def test_each_page_has_its_line_in_some_index(index, of_others):
    lines = {"indexes/a.cdxj": b"", "indexes/b.cdxj": b""} if index != "indexes" else {}
    checked = of_others(captured(PAGE, *POSTED) | lines)

    assert checked.told == [("fault", "index", index)]
    assert checked.findings[0].remedy == "Get the package again from who made it"
    assert checked.findings[0].problem.startswith("no line for the capture in a.warc.gz at byte 0")


BIG = gzip.compress(b"x" * 100_000 + b"\n")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("b.cdxj", b"no line\n"), ("b.cdxj", b"\xff\n"), ("b.cdx.gz", b"no gzip"), ("b.cdx.gz", BIG[:-30]),
        ("b.cdx.gz", BIG[:10] + b"\xff" + BIG[11:]),
    ],
)  # fmt: skip
def test_each_index_is_read_to_its_end(name, data, of_others):
    warc = captured(PAGE)
    checked = of_others({**warc, "indexes/a.cdxj": index_line(warc["archive/a.warc.gz"]), f"indexes/{name}": data})

    assert checked.told == [("fault", "index", f"indexes/{name}")]
    assert checked.findings[0].problem.startswith("it cannot be read to its end: ")
    assert checked.findings[0].remedy == "Get the package again from who made it"


def test_a_package_need_not_hold_all_that_its_records_refer_to(of_others):
    asked = odd.record({**POST, "WARC-Concurrent-To": ID.format(7)}, block=b"GET /a HTTP/1.1\r\n\r\n")

    assert of_others(captured(asked)).told == [("warning", "reference", "archive/a.warc.gz")]
    assert of_others(captured(*POSTED, *POSTED)).told == [("fault", "record-id", "archive/a.warc.gz")] * 2


def test_what_looks_like_an_archive_and_is_not_read_is_named(of_others):
    warc = captured(PAGE)
    members = {**warc, "indexes/a.cdxj": index_line(warc["archive/a.warc.gz"]), "elsewhere/old.arc": b"x"}

    assert of_others(members).told == [("warning", "unread", "elsewhere/old.arc")]


# ---------------------------------------------------------------- the list of files


def test_a_large_file_is_measured_whole(verify):
    """It is read in pieces of a MiB."""
    assert verify(lambda members: members.update({"more.bin": bytes((1 << 20) + 1)})).told == [
        ("fault", "signature", DIGEST)
    ]  # fmt: skip


def test_each_file_is_listed_and_each_listed_one_is_there(verify):
    def change(members: Members) -> None:
        members["items/more.txt"] = members.pop("pages/pages.jsonl")

    assert verify(change, seal=False).told == [
        ("fault", "package", "items/more.txt"), ("fault", "package", "pages/pages.jsonl")
    ]  # fmt: skip


@pytest.mark.parametrize("what", ["warc", "pages/pages.jsonl"])
@pytest.mark.parametrize("more", [-1, 1])
def test_each_file_has_the_size_that_is_listed(what, more, made, verify):
    name = warcs(made.members)[0] if what == "warc" else what
    checked = verify(lambda members: listed(members, name, bytes=len(members[name]) + more), seal=False)

    assert checked.told == [("fault", "package", name)]
    assert checked.findings[0].problem.startswith("it has ")


@pytest.mark.parametrize("what", ["warc", "pages/pages.jsonl"])
@pytest.mark.parametrize("algorithm", ["sha256", "sha512", "md5"])
@pytest.mark.parametrize("right", [True, False])
def test_each_file_has_the_digest_that_is_listed(what, algorithm, right, made, verify):
    name = warcs(made.members)[0] if what == "warc" else what
    digest = hashlib.new(algorithm, made.members[name] if right else b"x").hexdigest()
    checked = verify(lambda members: listed(members, name, hash=f"{algorithm}:{digest}"), seal=False)

    assert checked.told == ([] if right else [("fault", "package", name)])
    assert right or checked.findings[0].problem == "it has not the digest that datapackage.json says"


def test_a_digest_that_cannot_be_read_is_told_of_once(verify):
    checked = verify(lambda members: listed(members, "pages/pages.jsonl", hash="blake9:00"), seal=False)

    assert checked.told == [("fault", "package", LIST)]


def broken_on_disk(path: Path, *names: str) -> None:
    """Flip the first byte of what the zip has of each."""
    for name in names:
        start, _ = Packed(path, path).span(name)
        data = bytearray(path.read_bytes())
        data[start] ^= 0xFF
        path.write_bytes(data)


def test_a_file_that_cannot_be_unpacked_is_told_of_and_the_others_are_checked(made, tmp_path):
    path = tmp_path / "x.wacz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in made.members.items():
            package.writestr(name, data)
    broken_on_disk(path, EVENTS, FIRST)

    assert sorted(verified(path).told) == [
        ("fault", "manifest", FIRST), ("fault", "package", EVENTS), ("fault", "package", FIRST),
        ("fault", "part", EVENTS),
    ]  # fmt: skip


# ---------------------------------------------------------------- manifests


def test_a_run_follows_the_one_before_it_where_that_is_packed_too(verify):
    checked = verify(lambda members: as_json(members, FIRST, lambda said: said.update(note="later")))

    assert checked.told == [("fault", "signature", DIGEST), ("fault", "chain", FIRST)]
    assert checked.problem("chain").startswith("its SHA-256 is ")
    assert f"x.wacz: {SECOND} cites {RUNS[0]}" in checked.problem("chain")


def test_a_run_may_follow_one_that_is_not_packed(verify):
    def change(members: Members) -> None:
        del members[FIRST]

    assert [each for each in verify(change).told if each[1] == "chain"] == []


def test_what_is_no_manifest_is_none(verify):
    def change(members: Members) -> None:
        members |= {"runs/notes.txt": b"x", "runs/old/x.json": b"{}"}

    assert verify(change).told == [("fault", "signature", DIGEST)]
    assert verify(lambda members: members.update({"runs/x.json": b"{}"})).told == [
        ("fault", "signature", DIGEST), ("fault", "manifest", "runs/x.json")
    ]  # fmt: skip


def cited_otherwise(members: Members, *, adopted: bool) -> str:
    """Alter the first run with all that cites it, but the WARC file of the next; return that file."""
    as_json(members, FIRST, lambda said: said.update(note="later"))
    now = hashlib.sha256(members[FIRST]).hexdigest()
    (name,) = [each["name"] for each in json.loads(members[SECOND])["warcs"]]
    as_json(members, SECOND, lambda said: said["previous"].update(sha256=now))
    if adopted:
        as_json(members, SECOND, lambda said: said.update(adopted={"warcs": [name]}))
    return f"archive/{name}"


@pytest.mark.parametrize("adopted", [False, True])
def test_a_warc_file_cites_what_its_manifest_cites_unless_a_killed_run_left_it(adopted, made, verify):
    """Such a file may cite any run before, and a package need not hold that."""
    name = cited_otherwise(made.members, adopted=adopted)
    checked = verify(lambda members: cited_otherwise(members, adopted=adopted))

    assert checked.told == [("fault", "signature", DIGEST)] + [("fault", "chain", name)] * (not adopted)


def test_a_warc_file_is_as_its_manifest_says_and_there(made, verify):
    (name,) = [f"archive/{each['name']}" for each in json.loads(made.members[SECOND])["warcs"]]

    checked = verify(lambda members: as_json(members, SECOND, lambda said: said["warcs"][0].update(records=1)))
    assert checked.told == [("fault", "signature", DIGEST), ("fault", "warc", name)]
    checked = verify(
        lambda members: as_json(members, SECOND, lambda said: said["warcs"][0].update(name="away.warc.gz"))
    )
    assert checked.told == [("fault", "signature", DIGEST), ("fault", "warc", "archive/away.warc.gz")]


@pytest.mark.parametrize("run", RUNS)
def test_a_head_is_one_of_the_runs_in_it(run, made, verify):
    head = RunLink.to(made.collection.runs_dir / f"{run}.json").sha256

    assert verify(head=head).told == []


def test_a_head_that_is_none_of_the_runs_is_a_fault_of_the_package(verify):
    checked = verify(head="0" * 64)

    assert checked.told == [("fault", "chain", str(checked.path))]


# ---------------------------------------------------------------- parts and their records


@pytest.mark.parametrize("name", [ARTICLES, LATER, EVENTS, LATER_EVENTS, FACTS])
def test_a_part_is_as_its_manifest_says_and_there(name, verify):
    def dropped(members: Members) -> None:
        del members[name]

    # An empty line is no record; that the parts of other runs are sound is seen by what is not told of them.
    assert [each for each in verify(dropped).told if each[1] == "part"] == [("fault", "part", name)]
    checked = verify(lambda members: members.update({name: members[name] + b"\n"}))
    assert checked.told == [("fault", "signature", DIGEST), ("fault", "line", name), ("fault", "part", name)]


def test_a_part_that_its_manifest_does_not_name_is_a_fault(verify):
    checked = verify(lambda members: as_json(members, SECOND, lambda said: said.update(changes_parts=[])))

    assert checked.told == [("fault", "signature", DIGEST), ("fault", "part", LATER_EVENTS)]


def test_what_is_no_part_is_left_alone(verify):
    checked = verify(lambda members: members.update({"items/0.jsonl": b"x", "items/0.txt": b"x"}))

    assert checked.told == [("fault", "signature", DIGEST)]
    assert checked.counts["feed parts"] == 5


def test_one_part_at_a_time_is_unpacked(made, tmp_path):
    check = PackageCheck(made.path, tmp_path, Report(lambda finding: None), lambda size: None)
    seen = [(run, name, len(list(tmp_path.iterdir()))) for run, name, _ in check.parts()]

    assert seen == [
        (run, name, 1)
        for run, name in (
            (RUNS[0], "changes-00001.jsonl"), (RUNS[0], "part-00001.jsonl"), (RUNS[0], "site-facts-00001.jsonl"),
            (RUNS[1], "changes-00001.jsonl"), (RUNS[1], "part-00001.jsonl"),
        )
    ]  # fmt: skip
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "kind"), [(ARTICLES, "differs"), (FACTS, "differs"), (EVENTS, "locator"), (LATER_EVENTS, "locator")]
)
def test_each_line_is_held_to_its_page(name, kind, verify):
    def change(members: Members) -> None:
        line = json.loads(members[name].splitlines()[0])
        where = line["after"] if kind == "locator" else line
        where[{"locator": "length"}.get(kind, "fetched_at" if name == FACTS else "title")] = {
            "locator": 1, "differs": "2026-11-20T12:00:01+00:00" if name == FACTS else "假"
        }[kind]  # fmt: skip
        _, *rest = members[name].splitlines(keepends=True)
        members[name] = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" + b"".join(rest)

    assert ("fault", kind, name) in verify(change).told


def by_another_parser(members: Members) -> None:
    """Have articles, facts and events of the first run made by another version, and come out otherwise."""
    for name in (ARTICLES, EVENTS, FACTS):
        lines = [json.loads(line) for line in members[name].splitlines()]
        for line in lines:
            if name == ARTICLES:
                line["provenance"]["parser_version"] = "0"
            elif name == EVENTS:
                line["parser_version"] = "0"
            else:
                line["publisher"] = "另一家"
        members[name] = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)


def test_what_another_parser_made_is_told_of_once_for_each_kind(verify):
    checked = verify(by_another_parser)

    told = [each for each in checked.told if each[1] in ("rule", "differs")]
    assert told == [("warning", "rule", ARTICLES), ("warning", "rule", EVENTS)]
    assert [each.problem.split(" was ")[0].split(" were ")[0] for each in checked.findings if each.kind == "rule"] == [
        "3 records from here on", "2 events from here on",
    ]  # fmt: skip


def test_pages_may_lie_in_what_is_given_beside_it(made, verify):
    def pages(*beside: Path) -> list[str]:
        return [place for _, kind, place in verify(without_warcs, *beside).told if kind == "page"]

    assert pages() != []
    assert pages(made.path) == pages(made.collection.path) == []


def test_pages_in_it_come_before_others_of_their_name(made, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(made.collection.path, other)
    for warc in (other / "archive").iterdir():
        warc.write_bytes(odd.members(PAGE))
    checked = verified(made.path, other)

    assert [each for each in checked.findings if str(each.place.file).startswith(str(made.path))] == []


# ---------------------------------------------------------------- who signed it, and what is no package


@pytest.mark.parametrize(
    ("signed", "signer", "problem"),
    [
        (True, None, None), (True, SIGNER, None), (False, None, None),
        (True, "0" * 64, f"the key {SIGNER} has signed this package, and {'0' * 64} ought to"),
        (False, SIGNER, f"no key has signed this package, and {SIGNER} ought to"),
    ],
    ids=["any key", "its key", "none", "another key", "none, where one ought to have"],  # the key is made for each run
)  # fmt: skip
def test_a_package_is_signed_by_the_key_that_was_asked_for(signed, signer, problem, verify):
    checked = verify(
        None if signed else lambda members: as_json(members, DIGEST, lambda said: said.pop("signedData")),
        seal=False, signer=signer,
    )  # fmt: skip

    assert checked.told == ([] if problem is None else [("fault", "signature", str(checked.path))])
    assert checked.signers == ({str(checked.path): SIGNER} if signed else {})
    assert problem is None or checked.problem("signature") == problem


def test_what_is_no_package_is_counted_as_one(tmp_path):
    path = tmp_path / "a.wacz"
    path.write_bytes(b"PK\x03\x04 and nothing else")
    checked = verified(path)

    assert (checked.told, checked.counts) == ([("fault", "package", str(path))], {"packages": 1})
    assert checked.findings[0].problem.startswith("not a zip file that can be read")


def test_a_package_that_cannot_be_read_is_a_fault_and_a_full_disk_is_none(made, monkeypatch):
    def failing(number: int) -> Callable[..., Any]:
        def check_files(*arguments: Any) -> Any:
            raise OSError(number, "as it is")

        return check_files

    monkeypatch.setattr(PackageCheck, "check_files", failing(errno.EIO))
    checked = verified(made.path)
    assert checked.told == [("fault", "package", str(made.path))]
    assert checked.findings[0].problem.startswith("the file cannot be read: ")
    monkeypatch.setattr(PackageCheck, "check_files", failing(errno.ENOSPC))
    with pytest.raises(ScratchError, match="as it is"):
        verified(made.path)
