"""What goes into a package of some runs, and in which form: by a collection of two runs that no crawl has to make."""

from __future__ import annotations

import base64
import errno
import gzip
import hashlib
import io
import json
import os
import shutil
import struct
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

import newsspider
from newsspider.collection.collection import Collection
from newsspider.collection.wacz import Wacz
from newsspider.collection.work import Lost, here
from newsspider.packages import onepage, ziplines
from newsspider.packages import pages as listing
from newsspider.packages.index import CollectionIndex
from newsspider.packages.keys import KeyFileError, make_key, read_key
from newsspider.packages.onepage import pack_page
from newsspider.packages.package import PackageWriter, PackedFile, resource_names
from newsspider.packages.packing import PackWriteError, pack
from newsspider.packages.runs import PackError, Stored, pages_of, read_record, read_runs, select
from newsspider.packages.runs import records as records_in
from newsspider.packages.searchtext import search_text
from newsspider.packages.signature import (
    SignatureFormError,
    fingerprint,
    is_signed,
    new_private_key,
    public_key,
    sign,
)
from newsspider.packages.ziplines import Ziplines
from newsspider.warc import cdxj
from newsspider.warc.cdxj import CdxjEntry
from newsspider.warc.reader import WarcError, iter_records
from tests.archive.exchanges import exchange, page, writer
from tests.archive.test_lookup import capture, response, revisit, warc
from tests.collected import RUNS, collect
from tests.history.seen import NOON
from tests.order import order_below

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 22, 19, 54, 17, tzinfo=UTC)
FIRST, SECOND = RUNS
HTML = b"Content-Type: text/html"
ARTICLE = "https://news.example/article"


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Collection:
    """Nobody changes it."""
    return collect(tmp_path_factory.mktemp("packing") / "kankanews")


@pytest.fixture
def collection(sound, tmp_path) -> Collection:
    """A copy that may be changed."""
    return Collection(shutil.copytree(sound.path, tmp_path / "archives/kankanews"))


class Packed:
    """A package, unpacked."""

    def __init__(self, collection: Collection, path: Path, **wishes: Any) -> None:
        given = {"since": None, "run": None, "key": None, "now": NOW, **wishes}
        self.made = pack(collection, path, **given)
        with zipfile.ZipFile(self.made.path) as package:
            self.infos = package.infolist()
            self.members = {name: package.read(name) for name in package.namelist()}

    def names(self, directory: str) -> list[str]:
        return [name.partition("/")[2] for name in self.members if name.startswith(f"{directory}/")]

    def lines(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.members[name].splitlines()]

    def index(self) -> list[bytes]:
        return gzip.decompress(self.members["indexes/index.cdx.gz"]).splitlines(keepends=True)


@pytest.fixture
def packed(tmp_path) -> Any:
    return lambda collection, **wishes: Packed(collection, tmp_path / "x.wacz", **wishes)


def manifest(collection: Collection, run: str, /, **fields: Any) -> dict[str, Any]:
    """Change a manifest; return what it says."""
    path = collection.runs_dir / f"{run}.json"
    said: dict[str, Any] = json.loads(path.read_bytes()) | fields
    path.write_text(json.dumps(said), encoding="utf-8")
    return said


def warc_of(collection: Collection, run: str) -> str:
    (name,) = [each["name"] for each in manifest(collection, run)["warcs"]]
    return str(name)


# ---------------------------------------------------------------- what goes in


def test_a_whole_collection_goes_in_byte_for_byte(sound, packed):
    found = packed(sound)
    there = {
        **{f"archive/{path.name}": path for path in sound.warc_files()},
        **{f"runs/{path.name}": path for path in sound.runs_dir.glob("*.json")},
        **{f"items/{path.parent.name}-{path.name}": path for path in sound.items_dir.rglob("*.jsonl")},
    }

    assert {name: found.members[name] for name in there} == {name: path.read_bytes() for name, path in there.items()}
    assert len(found.names("items")) == 5
    assert set(found.members) - set(there) == {
        "pages/pages.jsonl", "indexes/index.cdx.gz", "indexes/index.idx", "datapackage.json", "datapackage-digest.json",
        *(f"history/{name}" for name in found.names("history")),
    }  # fmt: skip
    made = found.made
    assert (made.runs, made.pages, made.captures, made.warcs, made.problems) == (2, 4, 4, 2, ())
    assert made.size == made.path.stat().st_size


def test_reports_of_its_runs_go_in(collection, packed):
    collection.reports_dir.mkdir()
    for name in (FIRST, "index", "20200101T000000000Z-zzzzzz"):
        (collection.reports_dir / f"{name}.html").write_bytes(b"x")

    assert packed(collection).names("reports") == [f"{FIRST}.html"]


@pytest.mark.parametrize("wish", [{"run": SECOND}, {"since": NOON + timedelta(hours=1)}])
def test_a_run_brings_its_own_files_and_the_facts_that_it_cites(wish, sound, packed):
    """The facts are in a part of the first run, and the page that they are of in its WARC file."""
    found = packed(sound, **wish)

    assert found.names("runs") == [f"{SECOND}.json"]
    assert sorted(found.names("items")) == [
        f"{FIRST}-site-facts-00001.jsonl", f"{SECOND}-changes-00001.jsonl", f"{SECOND}-part-00001.jsonl"
    ]  # fmt: skip
    assert found.names("archive") == sorted(warc_of(sound, run) for run in RUNS)
    made = found.made
    assert (made.runs, made.pages, made.captures, made.warcs) == (1, 2, 4, 2)


@pytest.mark.parametrize("left_out", ["site_facts", "changes_parts"])
def test_a_run_brings_the_pages_of_its_facts_and_of_its_events(left_out, collection, packed):
    """Either of them is of a page in the file of the first run."""
    manifest(collection, SECOND, **{left_out: type(manifest(collection, SECOND)[left_out])()})
    found = packed(collection, run=SECOND)

    assert found.names("archive") == sorted(warc_of(collection, run) for run in RUNS)
    assert (f"{FIRST}-site-facts-00001.jsonl" in found.names("items")) == (left_out != "site_facts")


def test_a_run_brings_files_that_no_record_cites(collection, packed):
    name = "more.warc.gz"
    shutil.copyfile(collection.archive_dir / warc_of(collection, FIRST), collection.archive_dir / name)
    data = (collection.archive_dir / name).read_bytes()
    told = {"name": name, "size": len(data), "records": 5, "sha256": hashlib.sha256(data).hexdigest()}
    manifest(collection, FIRST, warcs=[*manifest(collection, FIRST)["warcs"], told])

    assert name in packed(collection, run=FIRST).names("archive")


def test_a_run_that_needs_no_other_brings_none(sound, packed):
    found = packed(sound, run=FIRST)

    assert (found.names("archive"), found.names("runs")) == ([warc_of(sound, FIRST)], [f"{FIRST}.json"])
    assert (len(found.index()), found.made.captures) == (2, 2)


@pytest.mark.parametrize(
    ("since", "runs"),
    [
        (NOON - timedelta(days=9), list(RUNS)), (NOON, list(RUNS)), (NOON + timedelta(seconds=1), [SECOND]),
        (NOON + timedelta(hours=1), [SECOND]),
    ],
)  # fmt: skip
def test_since_takes_the_runs_that_began_then_or_later(since, runs, sound):
    assert [run.id for run in select(read_runs(sound), since=since, run=None)] == runs


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"since": NOON + timedelta(hours=1, seconds=1)}, "no run that began at 2026-11-20 13:00 UTC or later: "),
        ({"run": "other"}, f"no run other: the newest are {FIRST}, {SECOND}"),
        ({"run": FIRST, "since": NOON + timedelta(hours=1)}, "no run "),
        ({"run": ""}, f"no run '': the newest are {FIRST}, {SECOND}"),
    ],
)  # fmt: skip
def test_runs_that_are_not_there_are_told_with_those_that_are(wish, words, sound, packed):
    with pytest.raises(PackError, match=words):
        packed(sound, **wish)


def test_three_runs_are_named_at_most_and_none_where_there_is_none(sound):
    runs = read_runs(sound) * 2
    with pytest.raises(PackError, match=f": the newest are {SECOND}, {FIRST}, {SECOND}$"):
        select(runs, since=None, run="other")
    with pytest.raises(PackError, match="no run other: no run is complete"):
        select([], since=None, run="other")
    assert select([], since=None, run=None) == []


def test_a_collection_without_a_run_is_packed_with_its_files(collection, packed):
    shutil.rmtree(collection.runs_dir)
    found = packed(collection)

    assert (found.names("runs"), found.names("items"), len(found.names("archive"))) == ([], [], 2)
    assert json.loads(found.members["datapackage.json"])["title"] == "kankanews"


def test_an_archive_that_is_empty_is_not_packed(collection, packed):
    shutil.rmtree(collection.archive_dir)
    collection.archive_dir.mkdir()
    with pytest.raises(PackError, match="there is no finished WARC file in it, so nothing to pack"):
        packed(collection)
    manifest(collection, FIRST, source={"archives": [str(collection.path / "away")]})
    with pytest.raises(PackError, match=rf"so nothing to pack; {collection.path}/away"):
        packed(collection)


def test_a_file_that_a_manifest_names_is_there(collection, packed):
    name = warc_of(collection, FIRST)
    (collection.archive_dir / name).unlink()
    with pytest.raises(PackError, match=rf"{name}: .*{FIRST}\.json names this file, and it is not there"):
        packed(collection)


def test_a_run_whose_pages_are_elsewhere_is_left_out_and_told(collection, packed):
    """A replay, say, of an archive that is away: its manifest names no file."""
    name = warc_of(collection, SECOND)
    (collection.archive_dir / name).unlink()
    manifest(collection, SECOND, warcs=[])
    collection.reports_dir.mkdir()
    (collection.reports_dir / f"{SECOND}.html").write_bytes(b"x")
    without_index(collection, name)
    found = packed(collection)

    assert (found.names("runs"), found.names("reports"), found.made.runs) == ([f"{FIRST}.json"], [], 1)
    assert f"{SECOND} is left out: its pages are in {name}, which no archive here has" in found.made.problems
    with pytest.raises(PackError, match=r"nothing to pack: .* is left out"):
        Packed(collection, collection.path / "y.wacz", run=SECOND)
    with pytest.raises(PackError, match=r"nothing to pack: .* is left out"):
        Packed(collection, collection.path / "y.wacz", since=NOON + timedelta(hours=1))


@pytest.mark.parametrize("named", [False, True], ids=["not in its manifest", "in its manifest"])
def test_of_another_archive_the_files_that_records_cite_go_in_and_no_other(named, collection, packed, tmp_path):
    """As after a replay; and a file that lies elsewhere now is still that which the manifest of its run names."""
    name = warc_of(collection, SECOND)
    other = tmp_path / "other/archive"
    other.mkdir(parents=True)
    (collection.archive_dir / name).rename(other / name)
    shutil.copyfile(collection.archive_dir / warc_of(collection, FIRST), other / "more.warc.gz")
    manifest(collection, SECOND, source={"archives": [str(other.parent)]}, **({} if named else {"warcs": []}))
    without_index(collection, name)
    found = packed(collection)

    assert found.names("runs") == [f"{run}.json" for run in RUNS]
    assert found.names("archive") == sorted([warc_of(collection, FIRST), name])
    assert found.members[f"archive/{name}"] == (other / name).read_bytes()
    assert (found.made.warcs, found.made.captures, found.made.problems) == (2, 4, ())


def without_index(collection: Collection, name: str) -> None:
    index = collection.index.path
    index.write_bytes(b"".join(line for line in index.read_bytes().splitlines(True) if name.encode() not in line))


def told_in_manifest(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    return {"name": path.name, "size": len(data), "records": 1, "sha256": hashlib.sha256(data).hexdigest()}


def test_each_run_brings_the_facts_that_it_cites_whatever_the_next_one_cites(collection, packed):
    third = "20261120T140000000Z-cccccc"
    said = manifest(collection, SECOND) | {"run": third, "started": "2026-11-20T14:00:00+00:00"}
    said |= {"parts": [], "changes_parts": [], "site_facts": {}, "warcs": []}
    (collection.runs_dir / f"{third}.json").write_text(json.dumps(said), encoding="utf-8")

    found = packed(collection, since=NOON + timedelta(hours=1))
    assert found.names("runs") == [f"{SECOND}.json", f"{third}.json"]
    assert f"{FIRST}-site-facts-00001.jsonl" in found.names("items")


def test_facts_of_a_run_that_is_left_out_are_left_out_with_their_page_and_told(collection, packed):
    name = warc_of(collection, FIRST)
    (collection.archive_dir / name).unlink()
    without_index(collection, name)
    manifest(collection, FIRST, warcs=[])
    manifest(collection, SECOND, changes_parts=[])  # they compare pages with those of the first
    found = packed(collection)

    assert (found.names("runs"), found.names("items")) == ([f"{SECOND}.json"], [f"{SECOND}-part-00001.jsonl"])
    left_out, facts = found.made.problems[:2]
    assert left_out == f"{FIRST} is left out: its pages are in {name}, which no archive here has"
    path = collection.items_dir / FIRST / "site-facts-00001.jsonl"
    assert facts == f"{path} is left out: its page is in {name}, which no archive here has"


def test_a_run_brings_the_page_of_the_facts_that_it_wrote(collection, packed):
    name = warc_of(collection, FIRST)
    manifest(collection, FIRST, warcs=[], parts=[], changes_parts=[])

    assert packed(collection, run=FIRST).names("archive") == [name]


def test_a_file_of_another_run_is_what_the_manifest_of_that_run_says(collection, packed):
    path = collection.archive_dir / warc_of(collection, FIRST)
    path.write_bytes(path.read_bytes() + gzip.compress(b""))
    with pytest.raises(PackError, match=rf"{path.name}: its SHA-256 is .*, and the manifest of its run says"):
        packed(collection, run=SECOND)


@pytest.mark.parametrize(("where", "wish"), [("here", {"run": SECOND}), ("elsewhere", {})])
def test_what_revisits_stand_for_is_brought_and_what_is_in_no_file_is_told(where, wish, collection, packed, tmp_path):
    ids = [f"<urn:uuid:00000000-0000-4000-8000-{number:012}>" for number in range(2)]
    urls = [f"https://a.example/{number}" for number in range(2)]
    directory = collection.archive_dir if where == "here" else tmp_path / "other/archive"
    directory.mkdir(parents=True, exist_ok=True)
    made = {
        "x.warc.gz": [response(page(b"x", HTML), url=urls[0], WARC_Record_ID=ids[0])],
        "y.warc.gz": [revisit(url=urls[0], second=5, WARC_Refers_To=ids[0])],
        "z.warc.gz": [revisit(url=urls[1], second=5, WARC_Refers_To=ids[1])],
    }
    for name, records_of in made.items():
        (directory / name).write_bytes(warc(*records_of))
    said = manifest(collection, SECOND)
    said["warcs"] += [told_in_manifest(directory / name) for name in ("y.warc.gz", "z.warc.gz")]
    manifest(collection, SECOND, warcs=said["warcs"], source={"archives": [str(tmp_path / "other")]})
    found = packed(collection, **wish)

    assert {"x.warc.gz", "y.warc.gz", "z.warc.gz"} <= set(found.names("archive"))
    assert len([each for each in found.made.problems if "z.warc.gz" in each]) == 1


@pytest.mark.parametrize("name", [f"{FIRST}/part-00001", f"{SECOND}/changes-00001", f"{FIRST}/site-facts-00001"])
def test_a_part_that_is_not_what_its_manifest_says_is_named_and_nothing_is_left(name, collection, packed, tmp_path):
    path = collection.items_dir / f"{name}.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"', b' "', 1))
    with pytest.raises(PackError, match=rf"{name}\.jsonl: its SHA-256 is .*, and the manifest of its run says"):
        packed(collection)
    assert [each.name for each in tmp_path.iterdir() if "wacz" in each.name] == []


def test_a_warc_file_that_is_not_what_its_manifest_says_is_named(collection, packed):
    path = collection.archive_dir / warc_of(collection, SECOND)
    path.write_bytes(path.read_bytes() + gzip.compress(b""))
    with pytest.raises(PackError, match=rf"{path.name}: its SHA-256 is .*, and the manifest of its run says"):
        packed(collection)


WHOLE = {
    "id": "x", "fetched_at": "2026-11-20T20:00:00.25+08:00", "title": "x", "page_title": "x", "url": ARTICLE,
    "body_text": "x",
    "archive": {"record_id": "urn:uuid:0190f0a0-0000-7000-8000-00000000000d"},
}  # fmt: skip
NO_RECORDS = [
    b"{", b"[]", b'{"id": "x"}', b"\xff",
    *(json.dumps(WHOLE | odd).encode() for odd in (
        {"fetched_at": 7}, {"fetched_at": "yesterday"}, {"archive": None}, {"archive": {"record_id": 7}},
        {"fetched_at": "0001-01-01T00:00:00+08:00"},  # before the first moment that there is in UTC
    )),
]  # fmt: skip


@pytest.mark.parametrize("data", NO_RECORDS)
def test_a_line_of_which_no_page_can_be_made_is_told(data, tmp_path):
    part = tmp_path / "part-00001.jsonl"
    part.write_bytes(json.dumps(WHOLE).encode() + b"\n" + data + b"\n")
    first = len(json.dumps(WHOLE)) + 1
    stored = Stored(path=part, member="x", sha256=None)

    (page_of_first,) = map(json.loads, listing.make_lines(listing.PartBlock(part=stored, offsets=(0,))).lines)
    assert page_of_first["ts"] == "2026-11-20T12:00:00.250Z"
    assert page_of_first["id"] == "0190f0a0-0000-7000-8000-00000000000d"
    told = listing.make_lines(listing.PartBlock(part=stored, offsets=(0, first)))
    assert told.lines == ()
    assert told.problem is not None
    assert told.problem.startswith(f"{part} at byte {first}: no record can be read (")


@pytest.mark.parametrize(
    "data", [b"{\n", b"[]\n", b'{"id": "x"}\n', b"\xff\n", NO_RECORDS[4] + b"\n", NO_RECORDS[5] + b"\n"]
)
def test_a_line_that_is_no_record_is_named_with_its_place(data, collection, packed):
    path = collection.items_dir / FIRST / "part-00001.jsonl"
    size = path.stat().st_size
    path.write_bytes(path.read_bytes() + data)
    with pytest.raises(PackError, match=rf"part-00001\.jsonl at byte {size:,}: no record can be read"):
        packed(collection)


def test_a_file_that_cannot_be_read_is_told_apart_from_a_package_that_cannot_be_written(tmp_path):
    """The memory of a process is a file whose first bytes nobody may read."""
    away, unread = (Stored(path=path, member="x", sha256=None) for path in (tmp_path / "away", Path("/proc/self/mem")))
    why = r"it cannot be read \(No such file or directory\)\. Restore it from a copy"
    with pytest.raises(PackError, match=f"^{away.path}: {why}"):
        away.size()
    with pytest.raises(PackError, match=f"^{away.path}: {why}"):
        list(away.pieces(10))
    with pytest.raises(PackError, match=r"^/proc/self/mem: it cannot be read \(Input/output error\)"):
        list(unread.pieces(10))
    with pytest.raises(PackError, match=r"away at byte 0: no record can be read \(No such file or directory\)"):
        list(records_in(away))


def test_a_line_is_read_as_an_object_and_names_its_pages():
    for odd in (b"[1]", b'"x"', b"7"):
        with pytest.raises(ValueError, match="it is no object"):
            read_record(odd)
    assert read_record(b"{}") == {}
    event = {"before": {"warc": "a"}, "after": {"warc": "b"}}
    assert pages_of(event) == {"a", "b"}
    assert pages_of({"archive": {"warc": "c"}, "before": None, "after": {"warc": 7}}) == {"c"}
    assert pages_of({"archive": ["warc"], "before": {}}) == set()


def test_a_file_inside_a_package_has_its_own_size(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as package:
        package.writestr("archive/a.warc.gz", b"0123456789")
    span = Wacz(tmp_path / "a.wacz", tmp_path).part("archive/a.warc.gz")
    stored = Stored(path=span, member="x", sha256=None)

    assert (stored.size(), list(stored.pieces(4))) == (10, [b"0123", b"4567", b"89"])


def test_what_exists_is_not_overwritten_and_a_new_name_is_that_of_the_moment(collection, packed, tmp_path):
    assert packed(collection).made.path == tmp_path / "x.wacz"
    with pytest.raises(PackError, match=r"x\.wacz exists already, and somebody may have it"):
        packed(collection)
    assert Packed(collection, None).made.path == collection.wacz_dir / "kankanews-20261122T195417Z.wacz"


def test_a_directory_of_that_name_is_kept_too(sound, packed, tmp_path):
    (tmp_path / "x.wacz").mkdir()
    with pytest.raises(PackError, match=r"x\.wacz exists already, and somebody may have it"):
        packed(sound)


def test_a_package_that_is_broken_off_leaves_nothing(sound, packed, tmp_path):
    def stopped(function: Any, given: Any) -> Iterator[Any]:
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        packed(sound, work=stopped)
    assert list(tmp_path.iterdir()) == []


def test_a_package_gets_its_name_when_its_bytes_are_durable(sound, tmp_path):
    with order_below(tmp_path) as steps:
        size = Packed(sound, tmp_path / "x.wacz").made.size
    (renamed,) = [number for number, step in enumerate(steps) if step.startswith("rename ")]
    _, hidden, name = steps[renamed].split()

    assert (name, f"sync {hidden} {size}" in steps[:renamed], "sync ./" in steps[renamed:]) == ("x.wacz", True, True)


def test_a_package_that_has_no_room_is_not_begun(sound, tmp_path, monkeypatch):
    size = sum(
        path.stat().st_size
        for path in [*sound.warc_files(), *sound.items_dir.rglob("*.jsonl"), *sound.runs_dir.iterdir()]
    )
    monkeypatch.setattr(shutil, "disk_usage", lambda path: type("Usage", (), {"free": size - 1}))
    with pytest.raises(PackWriteError, match=r"\(it takes at least 0 MB, and 0 MB are free\)") as told:
        Packed(sound, tmp_path / "x.wacz")
    assert (told.value.exit_code, list(tmp_path.iterdir())) == (4, [])
    monkeypatch.setattr(shutil, "disk_usage", lambda path: type("Usage", (), {"free": size}))
    Packed(sound, tmp_path / "x.wacz")


@pytest.mark.parametrize(
    "fields",
    [{"run": "other"}, {"started": "yesterday"}, {"started": None}, {"parts": None}, {"parts": [{"name": "x"}]},
     {"warcs": [7]}, {"site_facts": None}, {"started": "0001-01-01T00:00:00+08:00"}],
)  # fmt: skip
def test_a_manifest_that_is_none_is_named(fields, collection):
    manifest(collection, SECOND, **fields)
    with pytest.raises(PackError, match=rf"{SECOND}\.json: not the manifest of a run \(.*scrapy verify kankanews"):
        read_runs(collection)


@pytest.mark.parametrize("name", ["run", "started", "parts", "site_facts_parts", "warcs", "site_facts"])
def test_what_a_manifest_lacks_is_named(name, collection):
    said = manifest(collection, SECOND)
    del said[name]
    (collection.runs_dir / f"{SECOND}.json").write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(PackError, match=rf"not the manifest of a run \(it has no '{name}'\)"):
        read_runs(collection)


def test_a_manifest_of_before_there_were_events_is_read(collection):
    said = manifest(collection, SECOND, started="2026-11-20T21:00:00+08:00")
    del said["changes_parts"]
    (collection.runs_dir / f"{SECOND}.json").write_text(json.dumps(said), encoding="utf-8")
    _, run = read_runs(collection)

    assert (run.changes_parts, run.started.isoformat()) == ((), "2026-11-20T13:00:00+00:00")


# ---------------------------------------------------------------- the index


def test_the_index_is_that_of_the_collection_and_files_that_it_lacks_are_read(collection, packed):
    before = list(collection.index.lines())
    assert packed(collection).index() == before
    name = warc_of(collection, SECOND).encode()
    collection.index.path.write_bytes(b"".join(line for line in before if name not in line))

    assert Packed(collection, collection.path / "y.wacz").index() == before


@pytest.fixture
def index_of(tmp_path) -> Any:
    """Make the index of what a collection's files, and those of other archives, are."""

    def made(collection: Collection) -> CollectionIndex:
        scratch = tmp_path / f"scratch-{len(list(tmp_path.iterdir()))}"
        scratch.mkdir()
        return CollectionIndex(collection, scratch)

    return made


@pytest.mark.parametrize("files_of_index", [1, 2])
def test_files_that_the_index_has_are_not_read_again(files_of_index, collection, index_of, monkeypatch):
    """Not even to say what is wrong with them; of the others that is said."""
    first, second = (warc_of(collection, run) for run in RUNS)
    without_index(collection, second)
    if files_of_index == 2:  # as crawls leave it until they put the files together
        collection.index.path.rename(collection.index.path.with_name("index-00001.cdxj"))
        collection.index.path.write_bytes(b"")
    read = []

    def lines(path: Path, report: Any) -> list[bytes]:
        report(f"{path} is odd")
        read.append(path.name)
        return []

    monkeypatch.setattr("newsspider.packages.index.index_lines", lines)
    index = index_of(collection)

    assert (read, index.problems) == ([second], [f"{collection.archive_dir / second} is odd"])
    assert index.own == [first, second]


def test_an_index_in_several_files_is_read_in_all_of_them(collection, index_of):
    """As crawls leave it until they put the files together."""
    lines = list(collection.index.lines())
    collection.index.path.write_bytes(lines[0])
    collection.index.path.with_name("index-00001.cdxj").write_bytes(b"".join(lines[1:]))

    assert list(index_of(collection).lines(set(collection.names()))) == lines


def test_what_lies_beside_the_files_is_told(collection, index_of):
    for name in ("a.warc.bz2", "b.warc.gz.bz2"):
        (collection.archive_dir / name).write_bytes(b"BZh")

    assert index_of(collection).problems == [
        f"{path} is not in it: {why.in_english()}" for path, why in collection.unread()
    ]
    assert len(list(collection.unread())) == 2


@pytest.mark.parametrize("form", ["folder", "package"])
def test_archives_of_others_are_two_and_what_is_odd_in_them_is_told(form, collection, index_of, tmp_path):
    """Each has a directory of its own for what is made of it."""
    others = [tmp_path / f"other-{number}" for number in range(2)]
    for number, other in enumerate(others):
        data = warc(response(page(b"x", HTML), url=f"https://{number}.example/")) + b"nonsense"
        other.mkdir()
        (other / f"{number}.warc.gz").write_bytes(data)
        if form == "package":
            with zipfile.ZipFile(other.with_suffix(".wacz"), "w") as package:
                package.write(other / f"{number}.warc.gz", f"archive/{number}.warc.gz")
                package.writestr("archive/rest.warc.bz2", b"BZh")
    suffix = ".wacz" if form == "package" else ""
    manifest(collection, SECOND, source={"archives": [f"{other}{suffix}" for other in others]})
    index = index_of(collection)

    found = [CdxjEntry.parse(line.decode()).url for line in index.lines({"0.warc.gz", "1.warc.gz"})]
    assert found == ["https://0.example/", "https://1.example/"]
    for number, other in enumerate(others):
        (odd,) = [each for each in index.problems if f"{number}.warc.gz" in each]
        assert odd.startswith(str(other))
        assert "no WARC record begins here" in odd
        assert any("rest.warc.bz2" in each and str(other) in each for each in index.problems) == (form == "package")


@pytest.mark.parametrize("form", ["own", "package"])
def test_lines_that_were_written_out_to_be_sorted_leave_no_file_open(form, collection, index_of, tmp_path, monkeypatch):
    monkeypatch.setattr(cdxj, "_SORT_BYTES", 0)
    if form == "own":
        collection.index.path.write_bytes(b"")
    else:
        with zipfile.ZipFile(tmp_path / "x.wacz", "w") as package:
            package.writestr("archive/x.warc.gz", warc(response(page(b"x", HTML), url="https://a.example/")))
        manifest(collection, SECOND, source={"archives": [str(tmp_path / "x.wacz")]})
    before = sorted(Path("/proc/self/fd").iterdir())
    index = index_of(collection)

    assert sorted(Path("/proc/self/fd").iterdir()) == before
    assert len(list(index.lines(set(index.files)))) == (4 if form == "own" else 5)


def test_all_files_of_a_package_of_others_are_read(collection, index_of, tmp_path):
    files = {
        f"archive/{name}.warc.gz": warc(response(page(b"x", HTML), url=f"https://{name}.example/")) for name in "abc"
    }
    laid_out(tmp_path / "x.wacz", files)
    manifest(collection, SECOND, source={"archives": [str(tmp_path / "x.wacz")]})
    index = index_of(collection)

    names = {name.removeprefix("archive/") for name in files}
    assert names <= index.files.keys()
    assert [CdxjEntry.parse(line.decode()).url for line in index.lines(names)] == [
        f"https://{name}.example/" for name in "abc"
    ]


def test_an_archive_of_which_nothing_can_be_made_keeps_no_other_from_being_read(collection, index_of, tmp_path):
    (tmp_path / "torn.wacz").write_bytes(b"PK")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/x.warc.gz").write_bytes(warc(response(page(b"x", HTML), url="https://a.example/")))
    manifest(collection, SECOND, source={"archives": [str(tmp_path / "torn.wacz"), str(tmp_path / "other")]})
    index = index_of(collection)

    assert "x.warc.gz" in index.files
    (problem,) = index.problems
    assert problem.startswith(f"{tmp_path / 'torn.wacz'}: ")


def test_what_a_revisit_stands_for_is_looked_for_from_the_file_that_goes_in(collection, index_of, tmp_path):
    """Not from another file of that name, which is in no package."""
    ids = [f"<urn:uuid:00000000-0000-4000-8000-{number:012}>" for number in range(2)]
    other = tmp_path / "other"
    other.mkdir()
    (collection.archive_dir / "x.warc.gz").write_bytes(
        warc(response(page(b"x", HTML), url="https://a.example/", WARC_Record_ID=ids[0]))
    )
    (collection.archive_dir / "r.warc.gz").write_bytes(
        warc(revisit(url="https://a.example/", second=5, WARC_Refers_To=ids[0]))
    )
    (other / "r.warc.gz").write_bytes(warc(revisit(url="https://b.example/", second=5, WARC_Refers_To=ids[1])))
    manifest(collection, SECOND, source={"archives": [str(other)]})

    assert index_of(collection).complete({"r.warc.gz"}) == ({"r.warc.gz", "x.warc.gz"}, [])


def test_a_page_that_is_called_like_a_revisit_stands_for_itself(collection, index_of):
    """The word may stand anywhere in a line of the index."""
    ids = [f"<urn:uuid:00000000-0000-4000-8000-{number:012}>" for number in range(2)]
    named = "https://a.example/?t=warc/revisit"
    (collection.archive_dir / "x.warc.gz").write_bytes(
        warc(response(page(b"x", HTML), url="https://z.example/", WARC_Record_ID=ids[0]))
    )
    (collection.archive_dir / "r.warc.gz").write_bytes(
        warc(response(page(b"r", HTML), url=named, WARC_Record_ID=ids[1]))
        + warc(revisit(url="https://z.example/", second=5, WARC_Refers_To=ids[0]))
    )

    assert index_of(collection).complete({"r.warc.gz"}) == ({"r.warc.gz", "x.warc.gz"}, [])


def test_a_collection_without_files_of_its_own_is_that_of_other_archives(collection, index_of, tmp_path):
    """Whatever its index says."""
    collection.archive_dir.rename(tmp_path / "other")
    collection.index.path.write_bytes(b"nonsense\n")
    manifest(collection, SECOND, source={"archives": [str(tmp_path / "other")]})
    index = index_of(collection)

    assert (index.own, sorted(index.files), index.problems) == (
        [],
        sorted(warc_of(collection, run) for run in RUNS),
        [],
    )
    assert len(list(index.lines(set(index.files)))) == 4


def test_an_archive_that_cannot_be_read_is_told(collection, tmp_path):
    (tmp_path / "other").mkdir()
    manifest(collection, SECOND, source={"archives": [str(tmp_path / "other")]})
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    (problem,) = CollectionIndex(collection, scratch).problems
    assert problem.startswith(f"{tmp_path / 'other'}: it holds no WARC file")


SOUND = warc(response(page(b"x", HTML), url="https://a.example/"))
GIVE = "Give a collection's directory, a WARC file, a folder of WARC files, or a WACZ file"
BZIP2 = "it is compressed by bzip2, which is not read: compress it by gzip, each record for itself"
REBUILD = "The captures are safe in the WARC files; rebuild the index from them with: scrapy index other. Until then"
RESTORE = "Restore the file from a copy, or move it out of the collection and run: scrapy index COLLECTION"
LOST = "<urn:uuid:00000000-0000-4000-8000-000000000001>"


def laid_out(place: Path, files: dict[str, bytes]) -> None:
    """Write files into a directory; or, under the name of a package, into a package."""
    if place.suffix == ".wacz":
        with zipfile.ZipFile(place, "w") as package:
            for name, data in files.items():
                package.writestr(name, data)
    for name, data in files.items() if place.suffix != ".wacz" else ():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)


@pytest.mark.parametrize(
    ("source", "files", "told"),
    [
        # Of an archive, an index or a file that is not read: what to do, too.
        ("gone", {}, f"SOURCE: it cannot be read (No such file or directory). {GIVE}"),
        ("other", {"a.txt": b"x"}, f"SOURCE: it holds no WARC file. {GIVE}"),
        ("x.wacz", {"pages/a": b"x"}, f"SOURCE: it holds no WARC file. {GIVE}"),
        ("other/x.wacz.zip", {"x.wacz.zip": b"PK"},
         "SOURCE: not a zip file that can be read (File is not a zip file). Get the file again from where it was made"),
        ("other", {"x.warc.gz": SOUND, "y.warc.gz.open": SOUND},
         "SOURCE/y.warc.gz.open: not finished, so not read; the next crawl or `scrapy index` finishes it"),
        ("other", {"x.warc.gz": SOUND, "y.warc.bz2": b"BZh"}, f"SOURCE/y.warc.bz2: {BZIP2}"),
        ("x.wacz", {"archive/x.warc.gz": SOUND, "archive/y.warc.bz2": b"BZh"}, f"SOURCE: archive/y.warc.bz2: {BZIP2}"),
        ("other", {"archive/x.warc.gz": SOUND, "indexes/index.cdxj": b"no\n"},
         rf"SOURCE/indexes/index.cdxj at byte 0: not a line of an index: b'no\n'. {REBUILD} the WARC files are read"),
        # Of a record: where, and what is wrong.
        ("other", {"x.warc.gz": SOUND + b"nonsense"},
         f"SOURCE/x.warc.gz at byte {len(SOUND)}: no WARC record begins here, but b'nonsense'"),
        ("other", {"x.warc.gz": SOUND, "y.warc.gz": SOUND[:-9]},
         "SOURCE/y.warc.gz at byte 0: the file ends within a gzip member"),
        ("other/y.warc.gz", {"y.warc.gz": SOUND + SOUND[:-9]},
         f"SOURCE at byte {len(SOUND)}: the file ends within a gzip member"),
        ("x.wacz", {"archive/x.warc.gz": SOUND + b"nonsense"},
         f"SOURCE: archive/x.warc.gz at byte {len(SOUND)}: no WARC record begins here, but b'nonsense'"),
        ("x.wacz", {"archive/x.warc.gz": SOUND + SOUND[:-9]},
         f"SOURCE: archive/x.warc.gz at byte {len(SOUND)}: the file ends within a gzip member"),
    ],
)  # fmt: skip
def test_what_of_another_archive_is_not_read_is_told_in_a_line(source, files, told, collection, index_of, tmp_path):
    place = tmp_path / source
    laid_out(place if place.suffix == ".wacz" or "/" not in source else place.parent, files)
    manifest(collection, SECOND, source={"archives": [str(place)]})

    assert index_of(collection).problems == [told.replace("SOURCE", str(place))]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("y.warc.bz2", b"BZh", f"FILE is not in it: {BZIP2}"),
        ("y.warc.gz", SOUND + warc(response(page(b"y", HTML), WARC_Date="then")),
         f"FILE at byte {len(SOUND)}: WARC-Date is no date: 'then'"),
    ],
)  # fmt: skip
def test_what_of_the_collection_is_not_read_is_told_in_a_line(name, data, told, collection, index_of):
    (collection.archive_dir / name).write_bytes(data)

    assert index_of(collection).problems == [told.replace("FILE", str(collection.archive_dir / name))]


@pytest.mark.parametrize(
    ("data", "said"), [(SOUND[:-9], "the file ends within a gzip member"), (b"", "the file is empty")]
)
def test_a_damaged_file_of_the_collection_is_an_error_that_says_what_to_do(data, said, collection, index_of):
    (collection.archive_dir / "y.warc.gz").write_bytes(data)
    with pytest.raises(WarcError) as told:
        index_of(collection)

    assert str(told.value) == f"{collection.archive_dir / 'y.warc.gz'} at byte 0: {said}. {RESTORE}"


def test_a_revisit_whose_original_is_nowhere_is_told_in_a_line(collection, index_of):
    lost = warc(revisit(url="https://b.example/", second=5, WARC_Refers_To=LOST))
    (collection.archive_dir / "r.warc.gz").write_bytes(SOUND + lost)
    place = f"{collection.archive_dir / 'r.warc.gz'} at byte {len(SOUND)}"

    (told,) = index_of(collection).complete({"r.warc.gz"})[1]
    assert told == f"{place}: a revisit whose original, of https://b.example/, is in none of the files given"


def test_files_of_an_archive_without_a_capture_are_there_and_it_is_told(collection, index_of, tmp_path):
    """They may hold the rest of what begins in another file."""
    other = tmp_path / "other"
    other.mkdir()
    about = {"WARC-Type": "warcinfo", "WARC-Date": "2026-01-30T08:00:00Z", "Content-Type": "text/plain"}
    (other / "more.warc.gz").write_bytes(warc((about, b"x")))
    manifest(collection, SECOND, source={"archives": [str(other)]})
    index = index_of(collection)

    assert "more.warc.gz" in index.files
    assert index.problems == [f"{other}: it holds no capture"]


def test_files_of_one_name_are_one_and_the_other_is_told(collection, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    name = warc_of(collection, FIRST)
    (other / name).write_bytes(warc(response(page(b"another", HTML), url="https://a.example/")))
    manifest(collection, SECOND, source={"archives": [str(other)]})
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    index = CollectionIndex(collection, scratch)

    assert index.files[name] == collection.archive_dir / name
    assert index.problems == [
        f"{other / name} is not in it: there is another file of that name, {collection.archive_dir / name}"
    ]
    assert list(index.lines(set(index.files))) == list(collection.index.lines())
    assert list(index.lines({name})) == [line for line in collection.index.lines() if name.encode() in line]


def test_an_index_of_others_is_made_anew_with_digests(collection, tmp_path):
    data = warc(response(page(b"<html>", HTML), url="https://a.example/"))
    line = {
        "url": "https://a.example/",
        "status": "200",
        "length": str(len(data)),
        "offset": "0",
        "filename": "o.warc.gz",
    }
    with zipfile.ZipFile(tmp_path / "other.wacz", "w") as package:
        package.writestr("archive/o.warc.gz", data)
        package.writestr("indexes/index.cdxj", f"example,a)/ 20260130080000 {json.dumps(line)}\n")
    manifest(collection, SECOND, source={"archives": [str(tmp_path / "other.wacz")]})
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (found,) = CollectionIndex(collection, scratch).lines({"o.warc.gz"})

    assert CdxjEntry.parse(found.decode()).digest is not None


def test_another_collection_is_read_by_its_own_index(sound, collection, index_of, tmp_path, monkeypatch):
    other = Path(shutil.copytree(sound.path, tmp_path / "other"))
    for path in collection.warc_files():
        path.unlink()
    manifest(collection, SECOND, source={"archives": [str(other)]})
    monkeypatch.setattr("newsspider.packages.index.page_lines", lambda *given: pytest.fail("a file is read"))
    index = index_of(collection)

    assert list(index.lines(set(index.files))) == list(sound.index.lines())


def test_files_of_what_revisits_stand_for_are_found_and_what_these_need(tmp_path):
    made = Collection(tmp_path / "kankanews")
    made.archive_dir.mkdir(parents=True)
    ids = [f"<urn:uuid:00000000-0000-4000-8000-{number:012}>" for number in range(4)]
    urls = [f"https://a.example/{number}" for number in range(4)]
    files = {
        "z.warc.gz": [response(page(b"z", HTML), url=urls[0], WARC_Record_ID=ids[0])],
        "a.warc.gz": [response(page(b"a", HTML), url=urls[1], WARC_Record_ID=ids[1]),
                      revisit(url=urls[0], second=5, WARC_Refers_To=ids[0])],
        "b.warc.gz": [revisit(url=urls[1], second=5, WARC_Refers_To=ids[1])],
        "c.warc.gz": [response(page(b"c", HTML), url=urls[2], WARC_Record_ID=ids[2])],
        "d.warc.gz": [revisit(url=urls[3], second=5, WARC_Refers_To=ids[3])],
    }  # fmt: skip
    for name, records in files.items():
        (made.archive_dir / name).write_bytes(warc(*records))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    index = CollectionIndex(made, scratch)

    given = {"b.warc.gz"}
    assert index.complete(given) == ({"a.warc.gz", "b.warc.gz", "z.warc.gz"}, [])
    assert given == {"b.warc.gz"}
    assert index.complete({"c.warc.gz"}) == ({"c.warc.gz"}, [])
    names, (problem,) = index.complete({"d.warc.gz"})
    assert names == {"d.warc.gz"}
    assert problem.startswith(
        f"{made.archive_dir / 'd.warc.gz'} at byte 0: a revisit whose original, of {urls[3]}, is in"
    )
    assert not problem.endswith(".")  # what to do is not said in it
    (made.archive_dir / "e.warc.gz").write_bytes(warc(revisit(url=urls[3], second=6, WARC_Refers_To=ids[3])))
    (tmp_path / "again").mkdir()
    assert len(CollectionIndex(made, tmp_path / "again").complete({"d.warc.gz", "e.warc.gz"})[1]) == 2


def test_a_block_has_as_many_lines_as_that_of_other_tools():
    assert ziplines.LINES_IN_BLOCK == 1024  # py-wacz and ArchiveWeb.page


@pytest.mark.parametrize(("lines", "blocks"), [(0, 0), (3, 1), (4, 2), (6, 2), (7, 3)])
def test_an_index_is_cut_into_blocks_that_are_found(lines, blocks, monkeypatch):
    monkeypatch.setattr(ziplines, "LINES_IN_BLOCK", 3)
    given = [f"a,{number})/ 2026013008000{number} {{}}\n".encode() for number in range(lines)]
    made = Ziplines(given, "index.cdx.gz")
    data = b"".join(made)
    assert data[4:8] in (b"", bytes(4))  # no time (RFC 1952, 2.3.1), so the same lines make the same bytes
    header, *entries = bytes(made.index).splitlines()

    assert header == b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    assert (made.count, len(entries), gzip.decompress(data) if data else b"") == (lines, blocks, b"".join(given))
    for number, entry in enumerate(entries):
        key, time, said = entry.split(b" ", 2)
        place = json.loads(said)
        block = data[place["offset"] : place["offset"] + place["length"]]
        assert gzip.decompress(block).splitlines(True) == given[3 * number : 3 * number + 3]
        assert place["digest"] == f"sha256:{hashlib.sha256(block).hexdigest()}"
        assert given[3 * number].startswith(key + b" " + time + b" ")


# ---------------------------------------------------------------- the list of pages


def rewrite(collection: Collection, name: str, *records: dict[str, Any]) -> None:
    path = collection.items_dir / name
    path.write_bytes(b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in records))
    run = path.parent.name
    said = manifest(collection, run)
    said["parts"][0]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest(collection, run, **said)


def records(collection: Collection, run: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (collection.items_dir / run / "part-00001.jsonl").read_bytes().splitlines()]


def test_pages_are_the_versions_newest_first_as_their_records_say(sound, packed):
    header, *pages = packed(sound).lines("pages/pages.jsonl")
    made = [record for run in reversed(RUNS) for record in records(sound, run)]

    assert header == {"format": "json-pages-1.0", "id": "pages", "title": "kankanews, 2026-11-20", "hasText": True}
    assert {page["url"] for page in pages[:2]} == {record["url"] for record in made[:2]}
    by_id = {f"urn:uuid:{page['id']}": page for page in pages}
    for record in made:
        page = by_id[record["archive"]["record_id"]]
        assert (page["url"], page["title"]) == (record["url"], record["title"])
        assert page["ts"] == record["fetched_at"].replace("+00:00", ".000Z")
        assert page["text"].startswith(f"{record['title']}\n\n{record['body_text']}")


def test_a_version_is_listed_once_with_the_capture_that_first_says_it(collection, packed):
    first, second = records(collection, FIRST)
    again, other = records(collection, SECOND)
    said_again = {**first, "fetched_at": again["fetched_at"], "archive": again["archive"]}
    rewrite(collection, f"{SECOND}/part-00001.jsonl", said_again, other)
    found = packed(collection)
    _, *pages = found.lines("pages/pages.jsonl")

    assert found.made.pages == 3
    assert [f"urn:uuid:{page['id']}" for page in pages] == [
        other["archive"]["record_id"],
        *sorted(each["archive"]["record_id"] for each in (first, second)),
    ]


def test_what_is_said_anew_after_something_else_is_a_version(collection, packed):
    first, second = records(collection, FIRST)
    other, _ = records(collection, SECOND)
    back = {**first, "fetched_at": "2026-11-20T14:00:00+00:00",
            "archive": {**other["archive"], "record_id": "urn:uuid:00000000-0000-4000-8000-000000000009"}}  # fmt: skip
    rewrite(collection, f"{SECOND}/part-00001.jsonl", other, back)
    _, *pages = packed(collection).lines("pages/pages.jsonl")

    assert [page["id"] for page in pages][:2] == [
        "00000000-0000-4000-8000-000000000009", other["archive"]["record_id"].removeprefix("urn:uuid:")
    ]  # fmt: skip
    assert len(pages) == 4
    assert second["url"] in {page["url"] for page in pages}


def test_of_two_records_of_one_capture_the_last_run_s_is_listed(collection, packed):
    first, _ = records(collection, FIRST)
    rewrite(collection, f"{SECOND}/part-00001.jsonl", {**first, "title": "由更好的解析器读出"})
    _, *pages = packed(collection).lines("pages/pages.jsonl")

    assert [page["title"] for page in pages if page["url"] == first["url"]] == ["由更好的解析器读出"]


@pytest.mark.parametrize(
    ("fields", "title"),
    [({}, None), ({"title": None}, "标签"), ({"title": None, "page_title": None}, "url"), ({"title": ""}, "标签")],
)
def test_a_page_is_called_by_its_title_or_what_there_is(fields, title, collection, packed):
    first, second = records(collection, FIRST)
    rewrite(
        collection, f"{FIRST}/part-00001.jsonl", {**first, "page_title": "标签", "body_text": None, **fields}, second
    )
    pages = packed(collection).lines("pages/pages.jsonl")
    (page,) = [each for each in pages if each["id"] == first["archive"]["record_id"].removeprefix("urn:uuid:")]

    assert page["title"] == {None: first["title"], "url": first["url"]}.get(title, title)


def test_of_many_parts_the_last_that_has_a_capture_is_taken():
    places = [listing._place(WHOLE, part, 0) for part in (100, 9, 10)]  # counted from the last one
    newer = listing._place(WHOLE | {"fetched_at": "2026-11-20T20:00:00.26+08:00"}, 1000, 0)

    assert sorted([*places, newer]) == [newer, places[1], places[2], places[0]]


def test_pages_are_made_in_blocks_and_what_is_lost_is_told(sound, packed, monkeypatch, tmp_path):
    monkeypatch.setattr(listing, "_BLOCK", 1)
    sizes: list[int] = []

    def counting(function: Any, given: Any) -> Iterator[Any]:
        for each, made in here(function, given):
            if isinstance(each, listing.PartBlock):
                sizes.append(len(each.offsets))
            yield each, made

    one = Packed(sound, tmp_path / "one.wacz", work=counting)
    assert sizes == [1, 1, 1, 1]
    monkeypatch.undo()
    assert packed(sound).members["pages/pages.jsonl"] == one.members["pages/pages.jsonl"]

    def losing(function: Any, given: Any) -> Iterator[Any]:
        for each in given:
            yield each, Lost("killed")

    with pytest.raises(PackError, match="no list of pages can be made of it: killed"):
        Packed(sound, tmp_path / "lost.wacz", work=losing)


@pytest.mark.parametrize(("data", "at"), [(None, 0), (b"{}\n", 0), (b"[]\n", 0), (b"", 0)])
def test_a_part_that_changes_while_the_list_is_made_is_named(data, at, sound, packed, tmp_path):
    """Another process makes the list, of what was read once already."""
    part = tmp_path / "part-00001.jsonl"
    if data is not None:
        part.write_bytes(data)
    block = listing.PartBlock(part=Stored(path=part, member="x", sha256=None), offsets=(at, 7))
    made = listing.make_lines(block)

    assert made.lines == ()
    assert made.problem is not None
    assert made.problem.startswith(f"{part} at byte {at}: no record can be read (")

    def failing(function: Any, given: Any) -> Iterator[Any]:
        for each in given:
            yield each, made

    with pytest.raises(PackError, match=r"part-00001\.jsonl at byte 0: no record can be read"):
        packed(sound, work=failing)


# ---------------------------------------------------------------- the form


def test_text_is_deflated_and_archives_lie_as_they_are(sound, packed):
    found = packed(sound)

    for info in found.infos:
        stored = info.filename.startswith(("archive/", "indexes/"))
        assert (info.compress_type == zipfile.ZIP_STORED) == stored, info.filename
        assert (info.date_time, info.external_attr >> 16) == ((2026, 11, 22, 19, 54, 16), 0o644)
        assert info.extra[:5] == b"UT\x05\x00\x01"
        assert int.from_bytes(info.extra[5:9], "little") == int(NOW.timestamp())


def test_the_list_has_each_file_and_its_digest_is_signed(sound, packed, tmp_path):
    key = make_key(tmp_path / "key.pem")
    found = packed(sound, key=key)
    said, digest = (json.loads(found.members[name]) for name in ("datapackage.json", "datapackage-digest.json"))

    assert {each["path"]: (each["bytes"], each["hash"], each["type"]) for each in said["resources"]} == {
        name: (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}", "file")
        for name, data in found.members.items()
        if not name.startswith("datapackage")
    }
    assert [each["name"] for each in said["resources"]] == resource_names(
        [PackedFile(path=each["path"], size=0, sha256="") for each in said["resources"]]
    )
    about = (said["profile"], said["wacz_version"], said["created"], said["software"], said["title"])
    software = f"newsspider {newsspider.__version__}"
    assert about == ("data-package", "1.1.1", "2026-11-22T19:54:17Z", software, "kankanews, 2026-11-20")
    listed = f"sha256:{hashlib.sha256(found.members['datapackage.json']).hexdigest()}"
    assert (digest["path"], digest["hash"]) == ("datapackage.json", listed)
    signed = digest["signedData"]
    assert (signed["hash"], signed["created"], signed["software"], signed["version"]) == (
        listed, said["created"], said["software"], "0.1.0"
    )  # fmt: skip
    assert signed["publicKey"] == public_key(key)
    assert is_signed(listed, signed["signature"], signed["publicKey"])
    assert "signedData" not in json.loads(Packed(sound, tmp_path / "y.wacz").members["datapackage-digest.json"])


def test_files_are_listed_in_their_order_with_their_sizes_in_64_bits_before_them(sound, packed):
    """The size is not known when its place is written; ReplayWeb.page reads the extra fields before a file."""
    found = packed(sound)
    listed = [each["path"] for each in json.loads(found.members["datapackage.json"])["resources"]]
    data = found.made.path.read_bytes()

    assert [info.filename for info in found.infos] == [*listed, "datapackage.json", "datapackage-digest.json"]
    for info in found.infos:
        name_length, extra_length = struct.unpack_from("<HH", data, info.header_offset + 26)
        extra = data[info.header_offset + 30 + name_length :][:extra_length]
        assert struct.pack("<HHQQ", 1, 16, info.file_size, info.compress_size) in extra


def test_what_a_package_is_made_of_is_a_field_a_line(sound, packed):
    found = packed(sound)
    for text in (found.members[f"datapackage{each}.json"].decode() for each in ("", "-digest")):
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n"


def test_a_title_names_the_days_of_the_runs(collection, packed):
    manifest(collection, SECOND, started="2026-11-21T00:30:00+01:00")
    assert packed(collection).lines("pages/pages.jsonl")[0]["title"] == "kankanews, 2026-11-20"
    manifest(collection, SECOND, started="2026-11-21T13:00:00+00:00")
    title = Packed(collection, collection.path / "y.wacz").lines("pages/pages.jsonl")[0]["title"]
    assert title == "kankanews, 2026-11-20 to 2026-11-21"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a.jsonl", None), ("a_b.jsonl", None), ("A.jsonl", "a.jsonl"), ("看.jsonl", "jsonl"), ("-a b.-", "a-b"),
        ("x y" * 50, ("x-y" * 50)[:100]),
    ],
)  # fmt: skip
def test_a_resource_has_a_name_of_small_letters(name, kept):
    """As Frictionless has it: of a-z, 0-9, ``-``, ``_`` and ``.``; what has none is called after its path."""
    (found,) = resource_names([PackedFile(path=f"items/{name}", size=0, sha256="")])
    digest = hashlib.sha256(f"items/{name}".encode()).hexdigest()[:8]

    assert found == (name if kept is None else kept if kept == name.lower() else f"{digest}-{kept}")


def test_each_resource_has_a_name_of_its_own():
    paths = ("x/a.b", "x/c--d", "y/a.b", "z/A.B", "y/c~--d", "x/y/e.f")
    names = resource_names([PackedFile(path=path, size=0, sha256="") for path in paths])

    digest = {path: hashlib.sha256(path.encode()).hexdigest()[:8] for path in paths}
    of_one_name = (f"{digest[each]}-a.b" for each in paths[2:4])
    assert names == ["a.b", "c--d", *of_one_name, f"{digest['y/c~--d']}-c---d", "e.f"]


def test_a_file_that_ends_by_an_error_is_no_package():
    out = io.BytesIO()

    def fail() -> None:
        with PackageWriter(out, NOW, "x") as package:
            package.add("a", [b"1"])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not out.closed


class Full(io.BytesIO):
    """A file on a disk that becomes full."""

    full = False

    def write(self, data: Any) -> int:
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(data)


@pytest.mark.parametrize("end", ["full", "closed"])
def test_what_ended_a_package_is_told_whatever_its_end_brings(end):
    out = Full()

    def fail() -> None:
        with PackageWriter(out, NOW, "x") as package:
            package.add("a", [b"1"])
            out.full = end == "full"
            if end == "closed":
                out.close()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()


def test_a_disk_that_is_full_when_all_is_added_is_told(monkeypatch):
    """The directory of a zip stands at its end."""
    out = Full()

    def write() -> None:
        with PackageWriter(out, NOW, "x") as package:
            add = package.add

            def added(path: str, pieces: Any, *, deflate: bool = False) -> PackedFile:
                found = add(path, pieces, deflate=deflate)
                out.full = path == "datapackage-digest.json"
                return found

            monkeypatch.setattr(package, "add", added)
            package.finish({}, None)

    with pytest.raises(OSError, match="No space left on device"):
        write()


def test_a_moment_after_the_seconds_of_unix_end_in_32_bits_keeps_its_last_ones():
    """The zip's own moment, which ends in 2107, has the year."""
    out, late = io.BytesIO(), datetime(2106, 2, 7, 6, 28, 17, tzinfo=UTC)
    with PackageWriter(out, late, "x") as package:
        package.add("a", [b"1"])
        package.finish({}, None)
    with zipfile.ZipFile(out) as read:
        info = read.getinfo("a")

    # "UT", of five bytes: the first says that a moment of change follows.
    assert (info.extra[:9], info.date_time) == (b"UT\x05\0\x01\x01\0\0\0", (2106, 2, 7, 6, 28, 16))


def test_a_file_is_described_as_it_was_written():
    with PackageWriter(io.BytesIO(), NOW, "x") as package:
        added = package.add("a", [b"12", b"3"])
        package.finish({}, None)
    assert (added.path, added.size, added.sha256) == ("a", 3, hashlib.sha256(b"123").hexdigest())


# ---------------------------------------------------------------- keys and signatures


def test_a_key_is_for_its_owner_and_never_overwritten(tmp_path):
    path = tmp_path / "key.pem"
    key = make_key(path)
    before = path.read_bytes()

    assert path.stat().st_mode & 0o777 == 0o600
    assert before.startswith(b"-----BEGIN PRIVATE KEY-----\n")  # PKCS #8 in PEM (RFC 7468, 10)
    assert fingerprint(public_key(read_key(path))) == fingerprint(public_key(key))
    with pytest.raises(KeyFileError, match="exists already, and a key is never overwritten"):
        make_key(path)
    assert path.read_bytes() == before
    with pytest.raises(KeyFileError, match="the key cannot be written"):
        make_key(tmp_path / "no/key.pem")
    for odd, why in (("away.pem", "No such file or directory"), (".", "Is a directory")):
        with pytest.raises(KeyFileError, match=rf"the key cannot be read \({why}\)\. .*scrapy pack --new-key"):
            read_key(tmp_path / odd)


MODES = {0o600: True, 0o400: True, 0o700: True, **dict.fromkeys((0o640, 0o620, 0o610, 0o604, 0o602, 0o601), False)}


@pytest.mark.parametrize(("mode", "allowed"), MODES.items())
def test_a_key_that_others_can_read_or_change_signs_nothing(mode, allowed, tmp_path):
    path = tmp_path / "key.pem"
    make_key(path)
    path.chmod(mode)
    if allowed:
        read_key(path)
    else:
        with pytest.raises(KeyFileError, match=f"by others \\(mode {mode:o}\\)"):
            read_key(path)


def pem(key: Any, encryption: Any = None) -> bytes:
    data: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())
    return data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not a private key in PEM form"), (b"x" * 99, "not a private key in PEM form"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "a key of another kind"),
        (pem(rsa.generate_private_key(public_exponent=65537, key_size=2048)), "a key of another kind"),
        (pem(new_private_key(), BestAvailableEncryption(b"secret")), "the key is encrypted with a password"),
    ],
)  # fmt: skip
def test_what_is_no_key_to_sign_with_is_told(data, words, tmp_path):
    path = tmp_path / "key.pem"
    path.touch(0o600)
    path.write_bytes(data)
    with pytest.raises(KeyFileError, match=words):
        read_key(path)


def test_a_key_is_durable_when_it_is_there(tmp_path):
    with order_below(tmp_path) as steps:
        make_key(tmp_path / "key.pem")

    assert steps == [f"sync key.pem {(tmp_path / 'key.pem').stat().st_size}", "sync ./"]


def test_a_key_that_is_half_written_is_none(tmp_path, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(28, "no room")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeyFileError, match="cannot be written"):
        make_key(tmp_path / "key.pem")
    assert list(tmp_path.iterdir()) == []


def test_a_signature_is_of_one_text_by_one_key():
    key, other = new_private_key(), new_private_key()
    signature = sign(key, "text")

    assert is_signed("text", signature, public_key(key))
    assert not is_signed("texts", signature, public_key(key))
    assert not is_signed("text", signature, public_key(other))
    for odd in ("", signature[:-4], signature + "AAAA", "no Base64!", f"{signature[:4]}!{signature[4:]}", "看"):
        with pytest.raises(SignatureFormError):
            is_signed("text", odd, public_key(key))
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    of_rsa = base64.b64encode(rsa_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    for odd in ("", "AAAA", "no Base64!", "看", public_key(ec.generate_private_key(ec.SECP256R1())), of_rsa):
        with pytest.raises(SignatureFormError):
            is_signed("text", signature, odd)


def test_a_signature_is_of_sha_256_and_its_two_numbers_lie_one_after_the_other():
    """As Web Crypto API has ECDSA: each number in 48 bytes, the first byte the highest."""
    key = new_private_key()
    numbers = base64.b64decode(sign(key, "text"))
    r, s = (int.from_bytes(half, "big") for half in (numbers[:48], numbers[48:]))

    assert len(numbers) == 96
    key.public_key().verify(encode_dss_signature(r, s), b"text", ec.ECDSA(hashes.SHA256()))
    r, s = decode_dss_signature(key.sign(b"text", ec.ECDSA(hashes.SHA256())))
    theirs = base64.b64encode(r.to_bytes(48, "big") + s.to_bytes(48, "big")).decode()
    assert is_signed("text", theirs, public_key(key))


def test_a_key_is_known_by_the_digest_of_its_subject_public_key_info():
    key = new_private_key()
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    assert (base64.b64decode(public_key(key)), fingerprint(public_key(key))) == (spki, hashlib.sha256(spki).hexdigest())


def test_a_key_of_a_curve_that_nobody_knows_is_told():
    key = new_private_key()
    secp384r1, none = (bytes.fromhex(f"06052b810400{last}") for last in ("22", "7f"))  # 1.3.132.0.34 and 127
    spki = base64.b64decode(public_key(key))
    assert spki.count(secp384r1) == 1
    odd = base64.b64encode(spki.replace(secp384r1, none)).decode()

    with pytest.raises(SignatureFormError, match="the public key cannot be read"):
        is_signed("text", sign(key, "text"), odd)


# ---------------------------------------------------------------- one article


def test_the_package_of_one_article_holds_its_page_and_its_record(sound):
    record, _ = records(sound, FIRST)
    out = io.BytesIO()
    count = pack_page([sound], record, out, NOW)
    with zipfile.ZipFile(out) as package:
        members = {name: package.read(name) for name in package.namelist()}

    assert json.loads(members["record.json"]) == record
    header, page = (json.loads(line) for line in members["pages/pages.jsonl"].splitlines())
    assert (header["title"], page["title"], page["url"]) == (record["title"], record["title"], record["url"])
    assert (page["id"], page["ts"]) == (record["content_hash"][7:39], "2026-11-20T12:00:00.000Z")
    lines = gzip.decompress(members["indexes/index.cdx.gz"]).decode().splitlines(True)
    assert [CdxjEntry.parse(line).url for line in lines] == [record["url"]]
    assert count == 1
    assert json.loads(members["datapackage.json"])["title"] == record["title"]


def test_the_capture_in_it_is_the_record_as_it_lies(sound, tmp_path):
    record, _ = records(sound, FIRST)
    out = io.BytesIO()
    pack_page([sound], record, out, NOW)
    with zipfile.ZipFile(out) as package:
        (tmp_path / "a.warc.gz").write_bytes(package.read("archive/article.warc.gz"))
    (found,) = iter_records(tmp_path / "a.warc.gz")
    where = record["archive"]
    whole = (sound.archive_dir / where["warc"]).read_bytes()

    assert (tmp_path / "a.warc.gz").read_bytes() == whole[where["offset"] : where["offset"] + where["length"]]
    assert f"urn:uuid:{found.record_id.removeprefix('urn:uuid:')}" == where["record_id"]


def test_an_article_whose_page_is_away_has_no_package(sound):
    record, _ = records(sound, FIRST)
    with pytest.raises(FileNotFoundError, match=r"no archive that is open here holds away\.warc\.gz"):
        pack_page([sound], {**record, "archive": {**record["archive"], "warc": "away.warc.gz"}}, io.BytesIO(), NOW)


def test_an_article_of_a_moment_that_utc_does_not_have_has_no_package(sound):
    record, _ = records(sound, FIRST)
    with pytest.raises(PackError, match=r"captured at 0001-01-01T00:00:00\+08:00, before all moments in UTC"):
        pack_page([sound], {**record, "fetched_at": "0001-01-01T00:00:00+08:00"}, io.BytesIO(), NOW)


def urls_in(out: io.BytesIO) -> list[str]:
    with zipfile.ZipFile(out) as package:
        lines = gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines(True)
    return sorted(CdxjEntry.parse(line).url for line in lines)


def test_what_the_page_shows_is_in_it_by_the_capture_nearest_to_it(collection):
    record, _ = records(collection, FIRST)
    picture, poster, away = (f"https://img.example/{name}.jpg" for name in ("picture", "poster", "away"))
    for hours, body in ((-99, b"too early"), (1, b"the nearest"), (9, b"too late")):
        capture(collection.path, body, url=picture, started=NOON + timedelta(hours=hours))
    capture(collection.path, b"poster", url=poster, started=NOON)
    capture(collection.path, b"other", url="https://img.example/other.jpg", started=NOON)
    shows = {"images": [{"url": picture}, {"url": away}, {"url": picture}],
             "videos": [{"url": away, "poster": poster}, {"url": away, "poster": None}]}  # fmt: skip
    out = io.BytesIO()

    assert pack_page([collection], record | shows, out, NOW) == 3
    assert urls_in(out) == sorted([record["url"], picture, poster])
    with zipfile.ZipFile(out) as package:
        data = b"".join(gzip.decompress(package.read("archive/article.warc.gz")).splitlines(True))
    assert [body in data for body in (b"the nearest", b"too early", b"too late", b"other")] == [
        True,
        False,
        False,
        False,
    ]


def test_the_pages_on_which_it_goes_on_are_in_it(collection):
    record, other = records(collection, FIRST)
    out = io.BytesIO()

    assert pack_page([collection], record | {"pages": [other["archive"], other["archive"]]}, out, NOW) == 2
    assert urls_in(out) == sorted([record["url"], other["url"]])


def fetched(collection: Collection, url: str, body: bytes, media: bytes = HTML) -> dict[str, Any]:
    """Archive an answer at noon; return where it is."""
    with writer(collection.path) as archive:
        made = archive.write_exchange(exchange(page(body, media), url=url, started=NOON))
    return {"warc": made.where.warc, "offset": made.where.offset}


PLAIN = {
    "url": ARTICLE, "title": "标题", "page_title": None, "body_text": None, "images": [], "videos": [],
    "fetched_at": "2026-11-20T20:00:00.25+08:00", "content_hash": f"sha256:{'0123456789abcdef' * 4}",
}  # fmt: skip


def test_a_style_sheet_and_what_it_shows_are_in_it_and_no_page_that_is_linked(tmp_path):
    """``import`` and ``url()`` (CSS Values 4, 4.5) are relative to the sheet; a picture that looks like one is none."""
    made = Collection(tmp_path / "kankanews")
    css, image = b"Content-Type: text/css", b"Content-Type: image/png"
    where = fetched(made, ARTICLE, b"""<html><link rel="stylesheet" href="/css/a.css"><img src="p.png">
        <a href="/other">other</a>""")  # fmt: skip
    shown = {
        "/css/a.css": (b"@import 'b.css'; p {background: url(bg.png)}", css), "/css/b.css": (b"@import 'a.css';", css),
        "/css/bg.png": (b"bg", image), "/p.png": (b"p {background: url(not.png)}", image),
    }  # fmt: skip
    for path, (body, media) in {**shown, "/other": (b"other", HTML), "/not.png": (b"not", image)}.items():
        fetched(made, f"https://news.example{path}", body, media)
    out = io.BytesIO()

    assert pack_page([made], PLAIN | {"archive": where}, out, NOW) == 5
    assert urls_in(out) == sorted([ARTICLE, *(f"https://news.example{path}" for path in shown)])


def test_of_two_addresses_of_one_key_the_one_that_is_shown_is_in_it(tmp_path):
    """The scheme is no part of the key, and a fragment and a port that goes without saying none of the address."""
    made = Collection(tmp_path / "kankanews")
    where = fetched(made, ARTICLE, b"<html>")
    for name in ("http://img.example/a.jpg", "https://img.example/a.jpg"):
        fetched(made, name, name.encode())
    for shown in ("http://img.example/a.jpg", "http://IMG.example:80/a.jpg"):
        out = io.BytesIO()
        record = PLAIN | {"archive": where, "images": [{"url": shown}]}

        assert pack_page([made], record, out, NOW) == 2
        assert urls_in(out) == ["http://img.example/a.jpg", ARTICLE]


def test_of_many_pictures_as_many_are_in_it_as_a_crawl_takes(tmp_path, monkeypatch):
    made = Collection(tmp_path / "kankanews")
    where = fetched(made, ARTICLE, b"<html>")
    urls = [f"https://img.example/{number}.jpg" for number in range(5)]
    for url in urls:
        fetched(made, url, url.encode())
    record = PLAIN | {"archive": where, "images": [{"url": url} for url in urls]}

    assert pack_page([made], record, io.BytesIO(), NOW) == 6
    monkeypatch.setattr(onepage, "_MOST", 2)
    assert pack_page([made], record, io.BytesIO(), NOW) == 3


def test_a_page_that_said_the_same_again_brings_what_it_repeats_and_this_once(tmp_path):
    made = Collection(tmp_path / "kankanews")
    body = b"the same page again" * 400
    first, again = (fetched(made, ARTICLE, body) for _ in range(2))
    out = io.BytesIO()

    assert pack_page([made], PLAIN | {"archive": again, "pages": [first]}, out, NOW) == 2
    with zipfile.ZipFile(out) as package:
        data = gzip.decompress(package.read("archive/article.warc.gz"))
    assert (data.count(body), data.count(b"WARC-Type: revisit")) == (1, 1)


@pytest.mark.parametrize("problem", ["is away", "cannot be read"])
def test_what_the_page_shows_and_cannot_be_read_is_left_out(problem, tmp_path):
    made = Collection(tmp_path / "kankanews")
    where = fetched(made, ARTICLE, b"<html>")
    lost, there = (f"https://img.example/{name}.jpg" for name in ("lost", "there"))
    file = made.archive_dir / fetched(made, lost, b"lost")["warc"]
    fetched(made, there, b"there")
    if problem == "is away":
        file.unlink()
    else:
        file.write_bytes(b"no WARC file")
    out = io.BytesIO()

    assert pack_page([made], PLAIN | {"archive": where, "images": [{"url": lost}, {"url": there}]}, out, NOW) == 2
    assert urls_in(out) == [there, ARTICLE]


@pytest.mark.parametrize(
    ("fields", "title"), [({}, "标题"), ({"title": None, "page_title": "标签"}, "标签"), ({"title": None}, ARTICLE)]
)
def test_the_list_of_one_page_says_its_moment_and_its_words(fields, title, tmp_path, monkeypatch):
    monkeypatch.setattr(onepage, "_PIECE", 100)
    made = Collection(tmp_path / "kankanews")
    record = PLAIN | {"archive": fetched(made, ARTICLE, b"<html>"), "pages": None} | fields
    out = io.BytesIO()
    pack_page([made], record, out, NOW)
    with zipfile.ZipFile(out) as package:
        header, found = (json.loads(line) for line in package.read("pages/pages.jsonl").splitlines())
        index, data = package.read("indexes/index.idx"), package.read("indexes/index.cdx.gz")
        about = json.loads(package.read("datapackage.json"))
        assert gzip.decompress(package.read("archive/article.warc.gz")).endswith(b"<html>\r\n\r\n")

    assert (header["title"], found["title"], found["text"]) == (title, title, search_text(title, ""))
    assert (found["id"], found["ts"]) == ("0123456789abcdef" * 2, "2026-11-20T12:00:00.250Z")
    assert about["title"] == (record["title"] or ARTICLE)
    assert json.loads(index.splitlines()[1].partition(b" {")[2].join((b"{", b"")))["length"] == len(data)
    assert urls_in(out) == [ARTICLE]


# ---------------------------------------------------------------- what can be searched


HAN = "一二三四五六七八九十百千万亿"


def runs_of(text: str, longest: int) -> set[str]:
    """All runs of up to so many characters, but the text itself."""
    ends = ((start, start + size) for start in range(len(text)) for size in range(1, longest + 1))
    return {text[start:end] for start, end in ends if end <= len(text)} - {text}


@pytest.mark.parametrize("length", [2, 4, 5, 13, 14])
def test_runs_of_four_characters_of_a_body_and_twelve_of_a_title_are_found(length):
    text = HAN[:length]
    _, words = search_text("", text).split("\n\n")
    assert set(words.split()) == runs_of(text, 4)
    _, words = search_text(text, "").split("\n\n")
    assert set(words.split()) == runs_of(text, 12)
    title, body, words = search_text(text, "news").split("\n\n")
    assert (title, body, set(words.split())) == (text, "news", runs_of(text, 12))


@pytest.mark.parametrize("text", ["", "news", "of today", "大", "大 小", "大_小", "大,小", "2026"])
def test_words_of_one_unit_are_found_as_they_stand(text):
    assert search_text("", text) == text


@pytest.mark.parametrize(
    "character",
    [
        "\u3005",
        "\u3007",
        "\u3042",
        "\u30ab",
        "\u3400",
        "\u4dbf",
        "\u4e00",
        "\u9fff",
        "\uf900",
        "\U00020000",
        "\U0003134a",
    ],
)
def test_a_character_of_what_is_written_without_spaces_is_found_by_itself(character):
    """The first and the last Han character of Unicode's blocks, the iteration mark, zero, hiragana and katakana."""
    assert character in search_text("", f"A{character}B").split("\n\n")[1].split()


@pytest.mark.parametrize("character", ["é", "б", "한", "ก"])
def test_letters_of_other_scripts_are_parts_of_a_word(character):
    assert search_text("", f"A{character}B") == f"A{character}B"


def test_each_run_is_listed_once():
    words = search_text("大小大小", "大小大小").split("\n\n")[2].split()

    assert sorted(words) == sorted(set(words))


def test_package_has_the_further_pages_of_an_article():
    place = {"warc": "a.warc.gz", "offset": 0}
    record = {"archive": place, "pages": [place | {"warc": "b.warc.gz"}, place | {"warc": 7}, None]}

    assert pages_of(record) == {"a.warc.gz", "b.warc.gz"}
    assert pages_of(record | {"pages": None}) == {"a.warc.gz"}
