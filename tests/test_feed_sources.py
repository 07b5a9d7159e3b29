"""What there is to load: which files are parts, of which kind and run, and which of them a manifest names."""

from __future__ import annotations

import hashlib
import json

import pytest

from newsspider.feeds.loading.addresses import TargetAddressError
from newsspider.feeds.loading.source import find_parts
from newsspider.feeds.loading.targets import open_target
from newsspider.feeds.reading import FeedError, read, runs
from tests.feeds import article, write_part, write_run


def test_parts_of_a_run_come_together_and_runs_in_their_order(tmp_path):
    collection = tmp_path / "kankanews"
    for run in ("run-2", "run-1"):
        write_run(collection, run, [article(1)], [article(2)], changes=[], site_facts=[])
    found = find_parts([collection])

    names = ["part-00001.jsonl", "part-00002.jsonl", "site-facts-00001.jsonl", "changes-00001.jsonl"]
    kinds = ["article", "article", "site_facts", "change"]
    assert [(part.run, part.path.name, part.kind) for part in found] == [
        (run, name, kind) for run in ("run-1", "run-2") for name, kind in zip(names, kinds, strict=True)
    ]
    for part in found:
        data = part.path.read_bytes()
        assert (part.size, part.sha256, part.in_manifest) == (len(data), hashlib.sha256(data).hexdigest(), True)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("part-00001.jsonl", "article"),
        ("site-facts-00001.jsonl", "site_facts"),
        ("changes-00012.jsonl", "change"),
        ("mine.jsonl", "article"),
    ],
)
def test_a_part_without_a_manifest_is_of_the_kind_that_its_name_says(name, kind, tmp_path):
    told = write_part(tmp_path / "mine" / name, [article(1)])
    for path in (tmp_path / "mine", tmp_path / "mine" / name):
        (part,) = find_parts([path])
        assert (part.run, part.kind, part.size, part.sha256, part.in_manifest) == (
            "mine", kind, told["size"], told["sha256"], False
        )  # fmt: skip
        part.prove()


def test_a_part_in_the_directory_of_its_run_is_what_the_manifest_says(tmp_path):
    items = write_run(tmp_path / "kankanews", "run-1", [article(1)], [article(2)])
    write_part(items / "part-00002.jsonl", [article(3)])
    write_part(items / "more.jsonl", [article(3)])
    more, first, second = find_parts([items])

    assert [part.in_manifest for part in (more, first, second)] == [False, True, True]
    more.prove()
    first.prove()
    with pytest.raises(FeedError, match="SHA-256"):
        second.prove()
    (alone,) = find_parts([items / "part-00002.jsonl"])
    with pytest.raises(FeedError, match="SHA-256"):
        alone.prove()


def test_a_part_that_the_manifest_names_and_that_is_away_is_missed(tmp_path):
    items = write_run(tmp_path / "kankanews", "run-1", [article(1)], [article(2)])
    (items / "part-00001.jsonl").unlink()

    with pytest.raises(FeedError, match=r"part-00001\.jsonl: cannot be read: No such file"):
        find_parts([items])


def test_a_name_in_a_manifest_does_not_lead_out_of_its_directory(tmp_path):
    write_run(tmp_path / "kankanews", "run-1", [article(1)])
    manifest = tmp_path / "kankanews/runs/run-1.json"
    manifest.write_text(manifest.read_text().replace('"part-00001', '"../../../part-00001'))
    (part,) = find_parts([tmp_path / "kankanews"])

    assert part.path == tmp_path / "kankanews/items/run-1/part-00001.jsonl"


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        ([], "neither a collection nor a directory with feed parts"),
        (["x.txt"], "neither a collection nor a directory with feed parts"),
    ],
)
def test_a_directory_without_parts_is_told(made, problem, tmp_path):
    for name in made:
        (tmp_path / name).touch()
    with pytest.raises(FeedError, match=problem):
        find_parts([tmp_path])


@pytest.mark.parametrize("name", ["", "part-00001.jsonl"])
def test_what_was_not_extracted_to_its_end_is_refused(name, tmp_path):
    """Some of the records would be taken for all of them."""
    part = write_part(tmp_path / "part-00001.jsonl", [article(1)])
    (tmp_path / ".extract").mkdir()
    for ask in (lambda: find_parts([tmp_path / name]), lambda: read(tmp_path / name)):
        with pytest.raises(FeedError, match=f"^{tmp_path}: it is not finished: run the same scrapy extract again"):
            ask()
    with pytest.raises(FeedError, match="not finished"):
        next(runs(tmp_path))

    (tmp_path / "manifest.json").write_text(json.dumps({"schema_version": "1.0", "parts": [part]}), encoding="utf-8")
    assert [part.in_manifest for part in find_parts([tmp_path / name])] == [True]
    assert len(list(read(tmp_path / name))) == 1


def test_another_file_is_no_part(tmp_path):
    (tmp_path / "x.json").write_text("{}\n")
    with pytest.raises(FeedError, match=r"x\.json: no feed part"):
        find_parts([tmp_path / "x.json"])


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("news.db", "--to news.db: no such target; .*; did you mean sqlite:///news.db?"),
        ("mysql://user:secret@db/news", "--to mysql:…: no such target; "),
        ("sqlite:news.db", "--to sqlite:news.db: names no file"),
        ("sqlite:///", "--to sqlite:///: names no file"),
        ("sqlite:///:memory:", "--to sqlite:///:memory:: names no file"),
        ("parquet:", "--to parquet:: names no directory of this machine"),
        ("parquet:s3://bucket/lake", "--to parquet:s3://bucket/lake: names no directory of this machine"),
        ("s" * 60, f"--to {'s' * 40}: no such target"),
        ("s" * 60 + ":x", f"--to {'s' * 20}:…: no such target"),
    ],
)
def test_an_address_that_is_none_is_told_and_nothing_is_made(address, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TargetAddressError, match=said) as caught:
        open_target(address)

    assert "secret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_path_is_absolute_with_four_slashes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    open_target("sqlite:///here.db").close()
    open_target(f"sqlite:///{tmp_path}/sub/there.db").close()

    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.db")) == ["here.db", "sub/there.db"]
