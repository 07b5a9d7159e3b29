"""One load: which batches a target gets, what goes to the rejects, what is durable before a part counts as loaded."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.feeds.loading import loading
from newsspider.feeds.loading.loading import load
from newsspider.feeds.loading.rejects import Rejects, RejectsError
from newsspider.feeds.loading.source import find_parts
from newsspider.feeds.loading.versions import LoadCounts
from newsspider.feeds.reading import FeedError
from tests.archive.test_recovery import limited_files
from tests.feeds import article, line, write_part, write_run
from tests.order import order_below

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Target:
    """A system that notes what it gets, and in the order of what is done beside it."""

    def __init__(self, steps: list[Any] | None = None, refuses: str = "") -> None:
        self.steps = [] if steps is None else steps
        self.parts: set[tuple[str, str]] = set()
        self.batches: list[tuple[str, list[str], bool]] = []
        self._refuses = refuses

    def has(self, part) -> bool:
        return (part.run, part.path.name) in self.parts

    def load(self, part, records, refuse: Callable[[int, str], None], *, last: bool) -> LoadCounts:
        self.steps.append("load")
        for number, record in enumerate(records):
            if record["id"] == self._refuses:
                refuse(number, "too large")
        self.batches.append((part.path.name, [record["id"].rpartition("made")[2] for record in records], last))
        if last:
            self.parts.add((part.run, part.path.name))
        return LoadCounts(new=len(records))

    def close(self) -> None:
        """There is nothing to close."""


@pytest.fixture
def rejects(tmp_path):
    rejects = Rejects(tmp_path / "rejects.jsonl")
    yield rejects
    rejects.close()


@pytest.fixture
def part(tmp_path):
    def write(*records: dict[str, Any] | bytes) -> Path:
        path = tmp_path / "part-00001.jsonl"
        path.write_bytes(b"".join(each if isinstance(each, bytes) else line(each) for each in records))
        return path

    return write


def rejected(rejects: Rejects) -> list[tuple[str, str]]:
    lines = rejects.path.read_text("utf-8").splitlines() if rejects.path.exists() else []
    return [(each["place"].rpartition(", ")[2], each["reason"]) for each in map(json.loads, lines)]


def nowhere(size: int) -> None:
    """No progress."""


@pytest.mark.parametrize(
    ("count", "batches"),
    [
        (0, [([], True)]),
        (1, [(["0"], True)]),
        (2, [(["0", "1"], True)]),
        (3, [(["0", "1"], False), (["2"], True)]),
        (4, [(["0", "1"], False), (["2", "3"], True)]),
    ],
)
def test_a_target_gets_batches_and_is_told_which_is_the_last(count, batches, part, rejects, monkeypatch):
    monkeypatch.setattr(loading, "_BATCH", 2)
    target = Target()
    loaded = load(find_parts([part(*map(article, range(count)))]), target, rejects, nowhere)

    assert [(ids, last) for _, ids, last in target.batches] == batches
    assert (loaded.parts, loaded.skipped, loaded.counts) == (1, 0, LoadCounts(new=count))


@pytest.mark.parametrize(("less", "batches"), [(0, [3, 1]), (1, [2, 2])])
def test_a_batch_of_long_records_ends_when_it_has_more_bytes_than_it_may(less, batches, part, rejects, monkeypatch):
    records = [article(number) for number in range(4)]
    monkeypatch.setattr(loading, "_BATCH_BYTES", sum(len(line(each)) for each in records[:2]) - less)
    target = Target()
    load(find_parts([part(*records)]), target, rejects, nowhere)

    assert [len(ids) for _, ids, _ in target.batches] == batches


def test_what_is_there_is_passed_over_and_counts_as_done(tmp_path, rejects):
    collection = tmp_path / "kankanews"
    write_run(collection, "run-1", [article(1)], [article(2)])
    parts = find_parts([collection])
    target, done = Target(), []
    target.parts.add(("run-1", "part-00001.jsonl"))
    loaded = load(parts, target, rejects, done.append)

    assert target.batches == [("part-00002.jsonl", ["2"], True)]
    assert (loaded.parts, loaded.skipped, loaded.counts) == (1, 1, LoadCounts(new=1))
    assert done == [part.size for part in parts]


def test_rejects_are_durable_before_their_part_counts_as_loaded(tmp_path, part, rejects):
    with order_below(tmp_path) as steps:
        load(find_parts([part(article(1), b"{\n", article(2))]), Target(steps), rejects, nowhere)

    size = rejects.path.stat().st_size
    assert steps == ["sync ./", f"sync rejects.jsonl {size}", "load"]
    assert [place for place, _ in rejected(rejects)] == ["line 2"]


def test_what_a_target_refuses_is_durable_at_once(tmp_path, part, rejects):
    with order_below(tmp_path) as steps:
        target = Target(steps, refuses="kankanews:made2")
        load(find_parts([part(article(1), article(2))]), target, rejects, nowhere)

    assert steps == ["load", "sync ./", f"sync rejects.jsonl {rejects.path.stat().st_size}"]
    assert rejected(rejects) == [("line 2", "too large")]
    assert json.loads(rejects.path.read_bytes())["line"] == line(article(2)).decode()


def test_a_part_that_is_not_what_its_manifest_says_ends_the_load_before_any_of_its_records(tmp_path, rejects):
    collection = tmp_path / "kankanews"
    items = write_run(collection, "run-1", [article(1)], [article(2)])
    write_part(items / "part-00002.jsonl", [article(3)])
    target, done = Target(), []
    with pytest.raises(FeedError, match=r"part-00002\.jsonl: its SHA-256 is not the one in its manifest"):
        load(find_parts([collection]), target, rejects, done.append)

    assert target.batches == [("part-00001.jsonl", ["1"], True)]
    assert len(done) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (rb"a\u0000b", "NUL"),
        (rb"\u0000", "NUL"),
        (rb"a\\\u0000", "NUL"),  # a backslash, and then one
        (rb"a\\\\\u0000", "NUL"),
        (rb"a\\u0000", None),  # a backslash, and then five characters
        (rb"a\\\\u0000", None),
        (rb"a\\u0000 \u0000", "NUL"),
        (rb"a\u0001", None),
    ],
)
def test_a_nul_character_is_rejected_and_what_only_looks_like_one_is_not(text, reason, part, rejects):
    written = line(article(1, title="X")).replace(b'"X"', b'"' + text + b'"')
    load(find_parts([part(written)]), Target(), rejects, nowhere)

    assert [reason in told for _, told in rejected(rejects)] == ([True] if reason else [])


def test_the_last_line_has_to_have_its_end(part, rejects):
    target = Target()
    load(find_parts([part(article(1), line(article(2))[:-1])]), target, rejects, nowhere)

    assert target.batches == [("part-00001.jsonl", ["1"], True)]
    assert rejected(rejects) == [("line 2", "the line has no end, so the record is not complete")]


def test_a_part_that_cannot_be_read_is_named(tmp_path, rejects, part):
    (found,) = find_parts([part(article(1))])
    found.path.unlink()

    with pytest.raises(FeedError, match=r"part-00001\.jsonl: cannot be read: No such file"):
        load([found], Target(), rejects, nowhere)


# -- the file of rejects ----------------------------------------------------------------------------------------------


def test_rejects_are_added_to_those_of_before_and_synced_when_there_are_new_ones(tmp_path, rejects):
    rejects.path.write_bytes(b"before\n")
    with order_below(tmp_path) as steps:
        rejects.sync()
        assert steps == []
        for _ in range(2):
            rejects.add("x, line 1", "odd", b"\xff\n")
            rejects.sync()
            rejects.sync()

    one = b'{"place":"x, line 1","reason":"odd","line":"\\\\xff\\n"}\n'
    assert rejects.path.read_bytes() == b"before\n" + 2 * one
    assert rejects.count == 2
    assert steps == ["sync ./", *(f"sync rejects.jsonl {7 + n * len(one)}" for n in (1, 2))]


@pytest.mark.parametrize("over", [0, 1])
def test_of_a_bad_line_a_mebibyte_is_kept(over, rejects):
    rejects.add("x, line 1", "odd", b"a" * ((1 << 20) + over))

    assert len(json.loads(rejects.path.read_bytes())["line"]) == 1 << 20


def test_a_reject_that_is_there_in_part_is_not_taken_for_written(rejects):
    with limited_files(60):
        rejects.add("x", "y", b"z")
        with pytest.raises(RejectsError, match=r"rejects\.jsonl: a record was rejected, .*--rejects") as caught:
            rejects.add("x", "y", b"z" * 30)

    assert (caught.value.exit_code, rejects.count) == (4, 1)


@pytest.mark.parametrize("fail", ["open", "sync"])
def test_rejects_that_cannot_be_kept_are_told(fail, tmp_path, monkeypatch):
    def failing(*_: object) -> None:
        raise OSError(5, "Input/output error")

    rejects = Rejects(tmp_path if fail == "open" else tmp_path / "rejects.jsonl")
    add = partial(rejects.add, "x", "y", b"z")
    if fail == "open":
        with pytest.raises(RejectsError, match="directory"):
            add()
        return
    add()
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", failing)
        with pytest.raises(RejectsError, match="Input/output error"):
            rejects.sync()
    rejects.close()
    assert rejects._file.closed
