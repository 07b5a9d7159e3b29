"""Files to object storage, to one in this process: what is sent, in which order, over what, and what is believed."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.collection.collection import Collection
from newsspider.collection.objects import ObjectChangedError, ObjectStoreError
from newsspider.collection.runs import RunLink
from newsspider.feeds.loading import sending, upload
from newsspider.feeds.loading.sending import SendError, digest_of, holds, put, send
from newsspider.feeds.loading.upload import Upload, UploadError
from tests.collected import RUNS, collect
from tests.feeds import article, write_part
from tests.held import Held

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("botocore.exceptions", reason="needs boto3 (extra s3)")


@pytest.fixture
def held(monkeypatch) -> Held:
    return Held.in_place_of_a_store(monkeypatch)


@pytest.fixture
def in_parts(monkeypatch) -> None:
    """Send what is larger than 8 bytes in parts."""
    monkeypatch.setattr(sending, "PART_SIZE", 8)


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(DATA)
    return path


DATA = b"0123456789abcdefghij"
SHA256 = hashlib.sha256(DATA).hexdigest()
OTHER = b"another one, of others"


def operations(held: Held) -> list[str]:
    return [what for what, _ in held.asked]


# ---------------------------------------------------------------- one file


def test_a_file_is_sent_with_its_digest_and_proven(held, file):
    sizes: list[int] = []
    send(file, held.path("a/x"), digest_of(file), sizes.append)

    assert held.objects == {"a/x": DATA}
    assert held.stated["a/x"]["Metadata"] == {"sha256": SHA256}
    assert (operations(held), sizes) == (["put", "head"], [20])
    assert held.asked[0][1]["IfNoneMatch"] == "*"


def test_a_large_file_is_sent_in_parts_each_with_its_digest(held, file, in_parts):
    sizes: list[int] = []
    send(file, held.path("a/x"), digest_of(file), sizes.append)

    assert held.objects == {"a/x": DATA}
    assert operations(held) == ["create", "part", "part", "part", "complete", "head"]
    assert (sizes, held.begun) == ([8, 8, 4], {})
    assert (held.stated["a/x"]["Metadata"], digest_of(file).checksum[-2:]) == ({"sha256": SHA256}, "-3")
    assert held.asked[4][1]["IfNoneMatch"] == "*"


@pytest.mark.parametrize("large", [False, True])
def test_what_is_there_stays_unless_it_is_the_same(large, held, file, monkeypatch):
    if large:
        monkeypatch.setattr(sending, "PART_SIZE", 8)
    held.put("same", DATA)
    held.put("other", OTHER)
    send(file, held.path("same"), digest_of(file))
    with pytest.raises(ObjectChangedError):
        send(file, held.path("other"), digest_of(file))

    assert held.objects == {"same": DATA, "other": OTHER}
    assert held.begun == {}  # nothing is left half sent


@pytest.mark.parametrize("large", [False, True])
def test_what_is_there_is_replaced_where_it_is_what_was_meant(large, held, file, monkeypatch):
    if large:
        monkeypatch.setattr(sending, "PART_SIZE", 8)
    held.put("x", OTHER)
    send(file, held.path("x"), digest_of(file), over=held.etag("x"))
    assert held.objects == {"x": DATA}
    with pytest.raises(ObjectChangedError):
        send(file, held.path("x"), digest_of(file), over='"of another"')
    with pytest.raises(ObjectChangedError):
        send(file, held.path("gone"), digest_of(file), over='"of another"')


def test_an_answer_that_was_lost_is_as_good_as_one(held, file, monkeypatch):
    write = held.put_object
    lost = [True]

    def put_object(**request: Any) -> Any:
        answer = write(**request)
        if lost:
            lost.pop()
            raise held.refusal("InternalError", 500)
        return answer

    monkeypatch.setattr(held, "put_object", put_object)
    send(file, held.path("x"), digest_of(file))
    assert operations(held).count("put") == 2
    lost.append(True)
    assert put(file, held.path("y"), digest_of(file)) == held.etag("y")


def test_what_was_begun_is_taken_back_where_a_part_cannot_be_sent(held, file, in_parts, monkeypatch):
    def upload_part(**request: Any) -> Any:
        raise held.refusal("AccessDenied", 403)

    monkeypatch.setattr(held, "upload_part", upload_part)
    with pytest.raises(ObjectStoreError, match="access denied"):
        send(file, held.path("x"), digest_of(file))
    assert (held.objects, held.begun) == ({}, {})

    def abort_multipart_upload(**request: Any) -> Any:
        raise held.refusal("NoSuchBucket", 404)

    monkeypatch.setattr(held, "abort_multipart_upload", abort_multipart_upload)
    with pytest.raises(ObjectStoreError, match="access denied"):
        send(file, held.path("x"), digest_of(file))


@pytest.mark.parametrize(
    ("stated", "believed"),
    [
        ({}, True), ({"ChecksumSHA256": "other"}, False), ({"ChecksumSHA256": None}, True),
        ({"ContentLength": 19}, False), ({"ChecksumSHA256": None, "ContentLength": 19}, False),
    ],
)  # fmt: skip
def test_a_store_is_believed_by_its_checksum_and_size_or_is_read(stated, believed, held, file, monkeypatch):
    ask = held.head_object

    def head_object(**request: Any) -> Any:
        return {name: value for name, value in (ask(**request) | stated).items() if value is not None}

    monkeypatch.setattr(held, "head_object", head_object)
    if believed:
        send(file, held.path("x"), digest_of(file))
    else:
        with pytest.raises(SendError, match=r"s3://bucket/x: the store holds something else than was sent") as told:
            send(file, held.path("x"), digest_of(file))
        assert told.value.exit_code == 4
        assert operations(held).count("head") == 2  # a no is asked about again


def test_a_store_that_states_nothing_is_read(held, file, monkeypatch):
    ask = held.head_object

    def head_object(**request: Any) -> Any:
        held.objects["x"] = b"x" * len(DATA)
        return {name: value for name, value in ask(**request).items() if name != "ChecksumSHA256"}

    monkeypatch.setattr(held, "head_object", head_object)
    with pytest.raises(SendError):
        send(file, held.path("x"), digest_of(file))


@pytest.mark.parametrize("lacking", ["ContentLength", "ETag", "Metadata"])
def test_an_answer_that_breaks_off_is_asked_for_again(lacking, held, file):
    send(file, held.path("x"), digest_of(file))
    held.asked.clear()
    held.lacking = [lacking]

    assert holds(held.path("x"), SHA256)
    assert operations(held) == ["head", "head"]


def test_a_no_that_broke_off_is_asked_about_again(held, file, monkeypatch):
    send(file, held.path("x"), digest_of(file))
    ask, broken = held.head_object, [{"ChecksumSHA256": "half"}]
    monkeypatch.setattr(held, "head_object", lambda **request: ask(**request) | (broken.pop() if broken else {}))

    assert holds(held.path("x"), SHA256)
    assert broken == []


def test_a_file_that_became_shorter_is_what_is_left_of_it():
    shorter = SimpleNamespace(stat=lambda: SimpleNamespace(st_size=99), open=lambda mode: io.BytesIO(DATA))

    assert (digest_of(shorter).size, digest_of(shorter).sha256) == (20, SHA256)


def test_what_a_store_holds_is_what_it_states_or_what_is_read(held, file, in_parts):
    large = held.path("large")
    send(file, large, digest_of(file))
    foreign = held.put("foreign", DATA)
    small = held.path("small")
    held._keep("small", DATA, sending._base64(hashlib.sha256(DATA).digest()), {})

    for path, reads in ((large, 0), (small, 0), (foreign, 1)):
        held.asked.clear()
        assert holds(path, SHA256)
        assert ("get" in operations(held)) == bool(reads)
        assert not holds(path, "0" * 64)
    held.stated["large"]["Metadata"] = {}
    assert holds(large, SHA256)
    with pytest.raises(FileNotFoundError):
        holds(held.path("gone"), SHA256)


def test_a_store_that_says_what_it_has_is_not_asked_again(held, file, monkeypatch):
    assert put(file, held.path("x"), digest_of(file)) == held.etag("x")
    assert operations(held) == ["put"]
    held.lacking = ["ChecksumSHA256"]
    assert put(file, held.path("y"), digest_of(file)) == held.etag("y")
    assert operations(held) == ["put", "put", "head"]
    assert held.asked[1][1]["IfNoneMatch"] == "*"

    held.put("z", OTHER)
    assert put(file, held.path("z"), digest_of(file), over=held.etag("z")) == held.etag("z")
    held.put("z", OTHER)
    with pytest.raises(ObjectChangedError):
        put(file, held.path("z"), digest_of(file))
    monkeypatch.setattr(sending, "PART_SIZE", 8)
    assert put(file, held.path("parts"), digest_of(file)) == held.etag("parts")


# ---------------------------------------------------------------- a collection


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    """Nobody changes it."""
    return collect(tmp_path_factory.mktemp("sending") / "kankanews").path


@pytest.fixture
def collection(sound, tmp_path) -> Path:
    return shutil.copytree(sound, tmp_path / "kankanews")


def uploaded(path: Path, held: Held) -> tuple[Upload, bool]:
    made = Upload(path, held.path("a"))
    made.prove(lambda size: None)
    return made, made.send(lambda size: None)


def sent(held: Held) -> list[str]:
    """The keys that were sent, in order, without the prefix."""
    return [asked["Key"].removeprefix("a/") for what, asked in held.asked if what in ("put", "complete")]


def files(path: Path) -> dict[str, bytes]:
    found = [each for name in ("archive", "items", "indexes", "runs") for each in (path / name).rglob("*")]
    return {f"a/{each.relative_to(path)}": each.read_bytes() for each in found if each.is_file()}


def test_all_files_are_sent_the_manifests_last(held, sound):
    sizes: list[int] = []
    made = Upload(sound, held.path("a"))
    assert (operations(held).count("put"), made.runs, made.files, made.skipped) == (0, 2, 9, 0)
    made.prove(sizes.append)
    assert (sum(sizes), operations(held).count("put")) == (made.size, 0)
    assert made.send(sizes.append) is True

    assert held.objects == files(sound)
    assert sum(sizes) == 2 * made.size
    order = [name.split("/")[0] for name in sent(held)]
    assert order == [*["archive"] * 2, *["items"] * 5, "indexes", *["runs"] * 2]
    assert made.size == sum(len(data) for key, data in held.objects.items() if "/indexes/" not in key)


def test_what_is_there_is_not_sent_again(held, sound):
    uploaded(sound, held)
    held.asked.clear()
    made, index_changed = uploaded(sound, held)

    assert (made.files, made.skipped, made.size, made.runs, index_changed) == (0, 9, 0, 2, False)
    assert sent(held) == []


@pytest.mark.parametrize("name", ["archive/*.gz", "items/*/part-*", "items/*/changes-*", "items/*/site-facts-*"])
def test_a_file_that_a_manifest_names_is_there_and_is_what_it_says(name, held, collection):
    path = min(collection.glob(name))
    data = path.read_bytes()
    path.write_bytes(data + b"x")
    made = Upload(collection, held.path("a"))
    with pytest.raises(UploadError, match=r"its SHA-256 is not the one in .*json; .*Nothing was sent") as told:
        made.prove(lambda size: None)
    assert told.value.exit_code == 4
    path.unlink()
    with pytest.raises(UploadError, match=r"there is no such file, and .*json names it\. Nothing was sent"):
        Upload(collection, held.path("a"))
    assert sent(held) == []


def test_a_file_of_no_run_is_sent_too(held, collection):
    (collection / "archive/more.warc.gz").write_bytes(b"x")
    uploaded(collection, held)

    assert held.objects["a/archive/more.warc.gz"] == b"x"


@pytest.mark.parametrize("name", ["archive/*.gz", "items/*/part-*", "runs/*.json"])
def test_another_object_of_the_name_is_left_alone(name, held, collection):
    path = max(collection.glob(name))
    key = f"a/{path.relative_to(collection)}"
    held.put(key, b"another")
    with pytest.raises(UploadError, match=r"another object is there than .*, and it was not overwritten"):
        Upload(collection, held.path("a"))
    held.put(key, path.read_bytes())
    assert Upload(collection, held.path("a")).skipped == 1


def test_an_object_that_comes_meanwhile_is_left_alone(held, sound):
    made = Upload(sound, held.path("a"))
    made.prove(lambda size: None)
    key = next(key for key in files(sound) if "/items/" in key)
    held.put(key, b"another")

    with pytest.raises(UploadError, match="another object is there"):
        made.send(lambda size: None)
    assert held.objects[key] == b"another"
    assert not any("/runs/" in each for each in held.objects)


def test_archives_have_an_index(held, collection):
    shutil.rmtree(collection / "indexes")
    with pytest.raises(UploadError, match=r"there is no index; make it with: scrapy index kankanews"):
        Upload(collection, held.path("a"))


def test_records_alone_need_no_index(held, collection):
    shutil.rmtree(collection / "archive")
    shutil.rmtree(collection / "indexes")
    for run in RUNS:
        changed(collection, run, warcs=[])
    made, index_changed = uploaded(collection, held)

    assert (made.files, index_changed) == (7, False)
    assert held.objects == files(collection)


def changed(collection: Path, run: str, **fields: Any) -> None:
    path = collection / f"runs/{run}.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | fields), encoding="utf-8")


def test_what_was_extracted_is_no_run_and_breaks_no_chain(held, tmp_path):
    held.put("a/runs/20261231T000000000Z-zzzzzz.json", b"{}")
    part = write_part(tmp_path / "out/part-00001.jsonl", [article(1)])
    (tmp_path / "out/manifest.json").write_text(
        json.dumps({"schema_version": "1.1", "parts": [part]}), encoding="utf-8"
    )
    uploaded(tmp_path / "out", held)

    assert {"a/part-00001.jsonl", "a/manifest.json"} <= set(held.objects)


def test_no_name_in_a_manifest_leads_out_of_its_directory(held, collection):
    path = collection / f"runs/{RUNS[1]}.json"
    said = json.loads(path.read_bytes())
    said["parts"][0]["name"] = f"../{RUNS[0]}/{said['parts'][0]['name']}"
    path.write_text(json.dumps(said), encoding="utf-8")
    uploaded(collection, held)

    assert f"a/items/{RUNS[1]}/part-00001.jsonl" in held.objects


def test_a_collection_that_crawls_keep_in_the_store_is_left_to_them(held, sound):
    held.put("a/HEAD", b"{}")
    with pytest.raises(UploadError, match=r"crawls with --collection keep this collection there"):
        Upload(sound, held.path("a"))


# ---------------------------------------------------------------- the chain of runs


def first_only(collection: Path) -> None:
    """Leave the first run alone."""
    (collection / f"runs/{RUNS[1]}.json").unlink()
    shutil.rmtree(collection / f"items/{RUNS[1]}")


def second_only(collection: Path) -> None:
    (collection / f"runs/{RUNS[0]}.json").unlink()
    shutil.rmtree(collection / f"items/{RUNS[0]}")


def test_a_run_that_follows_the_newest_there_is_added(held, collection):
    held.put(f"a/runs/{RUNS[0]}.json", (collection / f"runs/{RUNS[0]}.json").read_bytes())
    second_only(collection)
    uploaded(collection, held)

    assert f"a/runs/{RUNS[1]}.json" in held.objects


def test_runs_that_follow_each_other_after_the_newest_there_are_added(held, collection):
    held.put("a/runs/20261101T000000000Z-yyyyyy.json", b"{}")
    before = {"run": "20261101T000000000Z-yyyyyy", "sha256": hashlib.sha256(b"{}").hexdigest()}
    changed(collection, RUNS[0], previous=before)
    uploaded(collection, held)

    assert {f"a/runs/{run}.json" for run in RUNS} <= set(held.objects)


def test_an_older_collection_adds_nothing_to_what_follows_it(held, sound, collection):
    uploaded(sound, held)
    first_only(collection)
    before = dict(held.objects)
    with pytest.raises(UploadError, match="the newest run there is none of those here, nor the one that they follow"):
        Upload(collection, held.path("a"))
    assert held.objects == before


@pytest.mark.parametrize("name", ["20260101T000000000Z-zzzzzz", "20261231T000000000Z-zzzzzz"])
def test_a_chain_that_was_begun_elsewhere_is_not_broken(name, held, sound):
    held.put(f"a/runs/{name}.json", b"{}")
    with pytest.raises(UploadError, match=rf"{name}\.json: the newest run there is none of those here"):
        Upload(sound, held.path("a"))


def test_what_is_no_manifest_is_no_run_there(held, sound):
    held.put("a/runs/notes.txt", b"x")
    held.put("a/runs-of-others/z.json", b"{}")
    uploaded(sound, held)


def test_a_run_of_others_that_comes_meanwhile_stops_the_manifests(held, sound):
    made = Upload(sound, held.path("a"))
    made.prove(lambda size: None)
    held.put("a/runs/20261231T000000000Z-zzzzzz.json", b"{}")

    with pytest.raises(UploadError, match="No manifest was sent"):
        made.send(lambda size: None)
    assert [key for key in held.objects if "/runs/" in key] == ["a/runs/20261231T000000000Z-zzzzzz.json"]
    assert RunLink.parse("") is None


# ---------------------------------------------------------------- the index


def their_line(name: str = "theirs.warc.gz") -> bytes:
    said = {"url": "https://a.example/", "mime": "text/html", "status": "200", "length": "1", "offset": "0",
            "filename": name}  # fmt: skip
    return f"example,a)/ 20260130080000 {json.dumps(said)}\n".encode()


def test_the_index_there_keeps_the_lines_of_files_that_are_only_there(held, sound):
    ours = Collection(sound).index.path.read_bytes().splitlines(keepends=True)
    stale = ours[0].replace(b'"length": "', b'"length": "9')
    assert stale != ours[0]
    held.put("a/indexes/index.cdxj", b"".join(sorted([their_line(), stale])))
    _, changed = uploaded(sound, held)

    assert changed is True
    assert held.objects["a/indexes/index.cdxj"] == b"".join(sorted([their_line(), *ours]))
    assert uploaded(sound, held)[1] is False


def test_lines_of_files_that_are_not_here_are_not_sent(held, collection):
    index = Collection(collection).index.path
    ours = index.read_bytes()
    index.write_bytes(b"".join(sorted([*ours.splitlines(keepends=True), their_line("gone.warc.gz")])))
    uploaded(collection, held)

    assert held.objects["a/indexes/index.cdxj"] == ours


@pytest.mark.parametrize(("times", "lands"), [(4, True), (5, False)])
def test_an_index_that_others_change_is_merged_again_so_often(times, lands, held, sound, monkeypatch):
    held.put("a/indexes/index.cdxj", their_line("theirs-0.warc.gz"))
    write, left = held.put_object, [times]

    def put_object(**request: Any) -> Any:
        if request["Key"].endswith(".cdxj") and left[0]:
            held.put("a/indexes/index.cdxj", their_line(f"theirs-{left[0]}.warc.gz"))
            left[0] -= 1
        return write(**request)

    monkeypatch.setattr(held, "put_object", put_object)
    if lands:
        uploaded(sound, held)
        assert b"theirs-1.warc.gz" in held.objects["a/indexes/index.cdxj"]
    else:
        with pytest.raises(UploadError, match=r"index\.cdxj: others change it all the time; run again"):
            uploaded(sound, held)


# ---------------------------------------------------------------- what killed processes left


@pytest.mark.parametrize("parts", [2, 1])
def test_parts_that_killed_loads_left_are_taken_back_where_parts_are_sent(parts, held, sound, monkeypatch):
    largest = max(len(data) for key, data in files(sound).items() if "/indexes/" not in key)
    monkeypatch.setattr(sending, "PART_SIZE", largest if parts == 1 else largest - 1)
    day = timedelta(days=1)
    for key, age in (("a/old", 1.01 * day), ("a/new", 0.99 * day), ("b/old", 2 * day)):
        name = held.create_multipart_upload(Key=key, ChecksumAlgorithm="SHA256", Metadata={})["UploadId"]
        held.begun[name]["Initiated"] -= age
    uploaded(sound, held)

    assert [each["Key"] for each in held.begun.values()] == (
        ["a/new", "b/old"] if parts > 1 else ["a/old", "a/new", "b/old"]
    )
    assert held.objects == files(sound)
    assert day == upload._LEFT_BEHIND
