"""The index as several files: what is merged when, what a reader sees meanwhile, and what a killed run leaves."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from newsspider.collection import index as index_module
from newsspider.collection import indexing
from newsspider.collection.captures import page_at
from newsspider.collection.collection import Collection
from newsspider.collection.index import Index
from newsspider.collection.indexing import index_lines, rebuild_index
from newsspider.collection.state import State
from newsspider.warc.cdxj import CdxjEntry, IndexDamagedError, LineSorter
from tests.archive.exchanges import exchange, page, writer
from tests.archive.test_writer import files, write

ROOT = Path(__file__).parents[2]
CRASH_POINTS = ROOT / "tests" / "crash_points"


def entry(number: int) -> CdxjEntry:
    return CdxjEntry(
        urlkey=f"cn,a)/{number % 50}",
        timestamp=f"2026{number:010}",
        url=f"http://a.cn/{number % 50}",
        mime=None,
        status="200",
        digest=None,
        length=1,
        offset=number,
        filename="f.warc.gz",
    )


def line(number: int) -> bytes:
    return entry(number).line()


def add(index: Index, *numbers: int) -> None:
    sorter = LineSorter(index.path.parent)
    for number in numbers:
        sorter.add(line(number))
    for obsolete in index.add(sorter):
        obsolete.unlink()
    sorter.clear()


@pytest.fixture
def index(tmp_path, monkeypatch) -> Index:
    monkeypatch.setattr(index_module, "_SMALL", 0)
    return Index(tmp_path)


@pytest.fixture
def tiers(monkeypatch) -> None:
    """Let a run add a file instead of writing all that is small again."""
    monkeypatch.setattr(index_module, "_SMALL", 0)


def names(path: Path) -> list[str]:
    return [file.name for file in Index(path / "indexes").files()]


def expected_lines(path: Path) -> list[bytes]:
    return sorted({each for file in files(path) for each in index_lines(file)})


# ---------------------------------------------------------------- files


@settings(deadline=None)
@given(
    batches=st.lists(st.lists(st.integers(min_value=0, max_value=400), max_size=40), max_size=25),
    small=st.sampled_from([0, 300, 3000]),
)
def test_whatever_is_added_is_found_once_and_in_order(batches, small, tmp_path_factory):
    index = Index(tmp_path_factory.mktemp("indexes"))
    known: set[int] = set()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(index_module, "_SMALL", small)
        for batch in batches:
            add(index, *batch)
            known.update(batch)

            assert list(index.lines()) == sorted(map(line, known))
    of_key = sorted((number for number in known if number % 50 == 7), key=line)
    assert list(index.find("cn,a)/7")) == [entry(number) for number in of_key]
    sizes = [path.stat().st_size for path in index.files()]
    assert all(larger > index_module._RATIO * smaller for larger, smaller in pairwise(sizes))


def test_lines_are_written_again_a_few_times_only(index, monkeypatch):
    """A thousand runs of ten lines each: were all written again by each, it would be five million lines."""
    written = 0
    write_index = index_module.write_index

    def counting(path, *parts):
        nonlocal written
        write_index(path, *parts)
        written += path.read_bytes().count(b"\n")

    monkeypatch.setattr(index_module, "write_index", counting)
    for run in range(1000):
        add(index, *range(run * 10, run * 10 + 10))

    assert sum(1 for _ in index.lines()) == 10_000
    assert written < 40 * 10_000
    assert len(index.files()) <= 7


def test_a_small_index_is_one_file(tmp_path):
    index = Index(tmp_path)
    for run in range(20):
        add(index, *range(run * 10, run * 10 + 10))

    assert index.files() == [index.path]


def test_an_index_that_is_not_there_has_nothing(tmp_path):
    index = Index(tmp_path / "nowhere")

    assert (index.files(), list(index.lines()), list(index.find("cn,a)/7"))) == ([], [], [])


def test_what_was_opened_stays_as_it_was_while_a_run_merges(index):
    add(index, *range(100))
    add(index, 200)
    with index.opened() as files:
        add(index, *range(300, 400))

        assert b"".join(file.read() for file in files.values()).count(b"\n") == 101


def test_a_reader_that_comes_while_a_run_merges_misses_nothing(index, monkeypatch):
    add(index, *range(100))
    add(index, 200)
    listed = index.files()
    assert [path.name for path in listed] == ["index.cdxj", "index-1.cdxj"]
    add(index, *range(300, 400))  # between the listing and the opening, and takes index-1.cdxj away
    monkeypatch.setattr(Index, "files", lambda self: listed)

    assert list(index.lines()) == sorted(map(line, [*range(100), 200, *range(300, 400)]))


def test_a_snapshot_has_all_lines_though_runs_go_on(index, tmp_path):
    add(index, *range(1000))
    add(index, *range(1000, 1100))
    add(index, 2000)
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    snapshot = index.snapshot(scratch)
    add(index, *range(3000, 4000))

    assert index.files() == [index.path]
    lines = {each for path in snapshot for each in path.read_bytes().splitlines(keepends=True)}
    assert lines >= set(map(line, [*range(1100), 2000]))


@pytest.mark.parametrize("name", ["index-0.cdxj", "index-01.cdxj", "index-999999999.cdxj", f"index-{'9' * 40}.cdxj"])
def test_what_is_added_behind_an_odd_name_is_found(name, index):
    add(index, *range(100))
    add(index, *range(200, 210))
    index.path.with_name("index-1.cdxj").rename(index.path.with_name(name))

    add(index, 300)

    assert len(index.files()) == 3
    assert list(index.lines()) == sorted(map(line, [*range(100), *range(200, 210), 300]))


def test_what_is_no_file_is_not_of_the_index(index):
    add(index, *range(100))
    index.path.with_name("index-1.cdxj").mkdir()
    index.path.with_name("index-2.cdxj").symlink_to("nowhere")

    assert index.files() == [index.path]
    assert list(index.lines()) == sorted(map(line, range(100)))


def test_what_a_killed_run_had_not_finished_is_removed_and_nothing_else(index):
    add(index, *range(100))
    add(index, 200)
    kept = ["index.cdxj", "index-1.cdxj", "notes.tmp", "index-x.cdxj.tmp", "index-1.cdxj.bak", "xindex-1.cdxj.tmp"]
    half = ["index.cdxj.tmp", "index-1.cdxj.tmp", "index-12.cdxj.tmp"]
    for name in (*half, *kept[2:]):
        index.path.with_name(name).touch()
    index.remove_unfinished()

    assert sorted(path.name for path in index.path.parent.iterdir()) == sorted(kept)
    Index(index.path.parent / "nowhere").remove_unfinished()


def test_files_behind_are_in_the_order_of_their_numbers(index):
    add(index, *range(100))
    for number in (10, 9, 2):
        shutil.copy(index.path, index.path.with_name(f"index-{number}.cdxj"))

    assert [path.name for path in index.files()] == ["index.cdxj", "index-2.cdxj", "index-9.cdxj", "index-10.cdxj"]
    assert list(index.as_left([index.path.with_name("index-9.cdxj")])) == [
        "index.cdxj",
        "index-2.cdxj",
        "index-10.cdxj",
    ]
    with index.opened() as opened:
        assert list(opened) == index.files()


def test_a_file_is_merged_when_what_is_new_has_a_quarter_of_its_size(index):
    add(index, *range(1010, 1050))  # of one length each
    add(index, *range(2010, 2019))  # less than a quarter
    assert [path.name for path in index.files()] == ["index.cdxj", "index-1.cdxj"]

    index.path.with_name("index-1.cdxj").unlink()
    add(index, *range(2010, 2020))
    assert index.files() == [index.path]


def test_an_index_without_lines_is_a_file_and_stays_as_it_is(index):
    add(index)
    assert (index.files(), index.path.read_bytes()) == ([index.path], b"")

    add(index, 1)
    before = index.path.stat()
    add(index)
    assert index.path.stat() == before


def test_a_snapshot_of_a_small_index_is_the_index_and_of_none_is_nothing(index, tmp_path):
    assert index.snapshot(tmp_path) == ()

    add(index, 1)
    assert index.snapshot(tmp_path) == (index.path,)
    index.path.rename(index.path.with_name("index-1.cdxj"))
    (copy,) = index.snapshot(tmp_path)
    assert (copy.name, copy.read_bytes()) == ("behind.cdxj", line(1))


def test_a_damaged_line_is_named_with_its_place_in_its_file(index):
    add(index, *range(100))
    add(index, 107)
    behind = index.path.with_name("index-1.cdxj")
    (whole,) = behind.read_bytes().splitlines(keepends=True)
    broken = whole.replace(b'"length": "1"', b'"length": "x"')
    behind.write_bytes(whole + broken)

    with pytest.raises(IndexDamagedError, match=rf"index-1\.cdxj at byte {len(whole)}: not a CDXJ line"):
        list(index.find("cn,a)/7"))


# ---------------------------------------------------------------- runs


def test_a_run_leaves_the_large_file_alone(tmp_path, tiers):
    write(tmp_path, *map(page, (b"%d" % number for number in range(40))))
    before = (tmp_path / "indexes/index.cdxj").stat()

    write(tmp_path, page(b"new"))

    assert names(tmp_path) == ["index.cdxj", "index-1.cdxj"]
    assert (tmp_path / "indexes/index.cdxj").stat() == before
    assert list(Collection(tmp_path).index.lines()) == expected_lines(tmp_path)


def test_an_original_is_found_in_whatever_file_it_is(tmp_path, tiers):
    write(tmp_path, *map(page, (b"%d" % number for number in range(40))), page(b"a" * 5000))
    write(tmp_path, page(b"b" * 5000))

    captures = write(tmp_path, page(b"a" * 5000), page(b"b" * 5000))

    assert len(names(tmp_path)) > 1
    assert [capture.type for capture in captures] == ["revisit", "revisit"]
    payloads = [page_at(Collection(tmp_path), each.where).http.payload() for each in captures]
    assert payloads == [b"a" * 5000, b"b" * 5000]


def test_a_file_that_was_taken_away_is_made_up_for(tmp_path, tiers):
    write(tmp_path, *map(page, (b"%d" % number for number in range(40))))
    write(tmp_path, page(b"new"))
    for name in ("index-1.cdxj", "index.cdxj"):
        (tmp_path / "indexes" / name).unlink()

        writer(tmp_path).close()

        assert list(Collection(tmp_path).index.lines()) == expected_lines(tmp_path)


def test_an_older_index_that_was_put_back_gets_the_lines_that_it_lacks(tmp_path, tiers):
    """Out of a backup, or of a copy made while a run ended: ``indexes/`` is read before ``state.sqlite3``."""
    write(tmp_path, *map(page, (b"%d" % number for number in range(40))))
    write(tmp_path, page(b"second"))
    shutil.copytree(tmp_path / "indexes", tmp_path / "yesterday")
    write(tmp_path, page(b"third"))
    shutil.rmtree(tmp_path / "indexes")
    (tmp_path / "yesterday").rename(tmp_path / "indexes")
    assert list(Collection(tmp_path).index.lines()) != expected_lines(tmp_path)

    writer(tmp_path).close()

    assert list(Collection(tmp_path).index.lines()) == expected_lines(tmp_path)


@pytest.mark.parametrize("name", ["index.cdxj", "index-1.cdxj"])
def test_a_file_that_became_empty_is_made_up_for(name, tmp_path, tiers):
    write(tmp_path, *map(page, (b"%d" % number for number in range(40))))
    write(tmp_path, page(b"second"))
    (tmp_path / "indexes" / name).write_bytes(b"")

    writer(tmp_path).close()

    assert list(Collection(tmp_path).index.lines()) == expected_lines(tmp_path)


def test_only_warc_files_whose_lines_are_away_are_read_again(tmp_path, tiers, monkeypatch):
    write(tmp_path, *map(page, (b"%d" % number for number in range(40))))
    write(tmp_path, page(b"second"))
    (tmp_path / "indexes/index-1.cdxj").unlink()
    read: list[Path] = []
    monkeypatch.setattr(indexing, "index_lines", lambda path: read.append(path) or index_lines(path))

    writer(tmp_path).close()

    assert read == files(tmp_path)[1:]


def test_files_that_are_taken_away_while_a_run_goes_on_are_made_up_for(tmp_path, tiers):
    write(tmp_path, *map(page, (b"%d" % number for number in range(40))))
    with writer(tmp_path) as open_writer:
        open_writer.write_exchange(exchange(page(b"second")))
        (tmp_path / "indexes/index.cdxj").unlink()

    assert list(Collection(tmp_path).index.lines()) == expected_lines(tmp_path)


def test_a_file_that_was_damaged_is_told_and_a_rebuilt_index_is_one_file(tmp_path, tiers):
    write(tmp_path, *map(page, (b"%d" % number for number in range(40))))
    write(tmp_path, page(b"new"))
    behind = tmp_path / "indexes/index-1.cdxj"
    behind.write_bytes(behind.read_bytes()[:-20])

    with pytest.raises(IndexDamagedError, match=r"index-1\.cdxj at byte 0: not a line .*scrapy index"):
        writer(tmp_path)
    rebuild_index(Collection(tmp_path), lambda *_: None)

    assert names(tmp_path) == ["index.cdxj"]
    assert list(Collection(tmp_path).index.lines()) == expected_lines(tmp_path)
    writer(tmp_path).close()


def test_a_file_that_a_killed_run_left_behind_is_taken_in(tmp_path, tiers):
    """Merged, but not yet removed: its lines are there twice until the next run."""
    write(tmp_path, *map(page, (b"%d" % number for number in range(40))))
    write(tmp_path, page(b"new"))
    behind = tmp_path / "indexes/index-1.cdxj"
    kept = behind.read_bytes()
    rebuild_index(Collection(tmp_path), lambda *_: None)
    behind.write_bytes(kept)
    assert list(Collection(tmp_path).index.lines()) == expected_lines(tmp_path)

    writer(tmp_path).close()

    assert names(tmp_path) == ["index.cdxj"]
    assert list(Collection(tmp_path).index.lines()) == expected_lines(tmp_path)


def test_lines_of_a_warc_file_that_was_taken_away_do_not_come_back(tmp_path, tiers):
    """With a file of an older index; or ``scrapy index`` was killed before it had removed that file."""
    write(tmp_path, *map(page, (b"%d" % number for number in range(40))))
    (second,) = write(tmp_path, page(b"second"))
    behind = tmp_path / "indexes/index-1.cdxj"
    kept = behind.read_bytes()
    (tmp_path / "archive" / second.where.warc).unlink()
    rebuild_index(Collection(tmp_path), lambda *_: None)
    behind.write_bytes(kept)

    writer(tmp_path).close()

    assert list(Collection(tmp_path).index.lines()) == expected_lines(tmp_path)


def test_the_index_of_an_older_version_is_known_as_it_was_left(tmp_path):
    write(tmp_path, page(b"one"))
    with closing(sqlite3.connect(tmp_path / "state.sqlite3")) as db, db:
        db.execute("CREATE TABLE index_file (one INTEGER PRIMARY KEY, size INTEGER, mtime_ns INTEGER)")
        db.execute("INSERT INTO index_file SELECT 1, size, mtime_ns FROM index_files")
        db.execute("DROP TABLE index_files")
        db.execute("PRAGMA user_version = 2")

    state = State(tmp_path / "state.sqlite3")

    assert state.index_as_left() == Collection(tmp_path).index.as_left()
    state.close()


class Collected(RuleBasedStateMachine):
    """Runs, and what befalls the index and the state between them."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = TemporaryDirectory()
        self.path = Path(self.directory.name) / "collection"
        self.copies: list[Path] = []
        self.captures = 0
        self.patched = pytest.MonkeyPatch()
        self.patched.setattr(index_module, "_SMALL", 0)

    @rule(count=st.integers(min_value=0, max_value=12))
    def run(self, count: int) -> None:
        with writer(self.path) as open_writer:
            for _ in range(count):
                self.captures += 1
                url = f"https://a.cn/{self.captures % 5}"
                open_writer.write_exchange(exchange(page(b"%d" % self.captures), url=url))

    @rule()
    def rebuild(self) -> None:
        if self.path.exists():
            rebuild_index(Collection(self.path), lambda *_: None)

    @precondition(lambda self: (self.path / "state.sqlite3").exists())
    @rule()
    def copy(self) -> None:
        self.copies.append(shutil.copytree(self.path, Path(self.directory.name) / f"copy-{len(self.copies)}"))

    @precondition(lambda self: self.copies)
    @rule(data=st.data(), kept=st.booleans())
    def put_back_the_index(self, data: st.DataObject, kept: bool) -> None:
        """*kept*: what is there and not in the copy."""
        copy = data.draw(st.sampled_from(self.copies))
        if not kept:
            shutil.rmtree(self.path / "indexes")
        shutil.copytree(copy / "indexes", self.path / "indexes", dirs_exist_ok=True)

    @precondition(lambda self: self.copies)
    @rule(data=st.data())
    def put_back_the_state(self, data: st.DataObject) -> None:
        """As a power cut does that loses the last commits."""
        shutil.copy2(data.draw(st.sampled_from(self.copies)) / "state.sqlite3", self.path)

    @rule()
    def lose_the_state(self) -> None:
        (self.path / "state.sqlite3").unlink(missing_ok=True)

    @precondition(lambda self: Collection(self.path).index.files())
    @rule(data=st.data(), empty=st.booleans())
    def lose_a_file(self, data: st.DataObject, empty: bool) -> None:
        file = data.draw(st.sampled_from(Collection(self.path).index.files()))
        file.unlink()
        if empty:
            file.touch()

    @rule()
    def every_capture_is_found_once(self) -> None:
        writer(self.path).close()

        index = Collection(self.path).index
        in_files = [line for file in index.files() for line in file.read_bytes().splitlines(keepends=True)]
        assert sorted(in_files) == list(index.lines()) == expected_lines(self.path)
        assert len(in_files) == self.captures

    def teardown(self) -> None:
        try:
            self.every_capture_is_found_once()
        finally:
            self.patched.undo()
            self.directory.cleanup()


Collected.TestCase.settings = settings(max_examples=30, stateful_step_count=15, deadline=None)
TestCollected = Collected.TestCase


# ---------------------------------------------------------------- killed

_RUN = """
import sys
from pathlib import Path
from tests.archive.exchanges import exchange, page, writer
with writer(Path(sys.argv[1])) as open_writer:
    for number in range(10):
        open_writer.write_exchange(exchange(page(b"killed %d" % number)))
"""


def run_and_die(path: Path, place: str, at: int, environment: dict[str, str]) -> tuple[bool, list[str]]:
    """Add ten captures, and die before what is done *at* a *place*; return whether it did, and what was done there."""
    log = path.with_name(f"{path.name}.log")
    environment = {
        **os.environ,
        **environment,
        "PYTHONPATH": f"{CRASH_POINTS}:{ROOT}",
        "CRASH_ROOT": str(path),
        "CRASH_LOG": str(log),
        "CRASH_IN": place,
        "CRASH_AT": str(at),
    }
    run = subprocess.run([sys.executable, "-c", _RUN, str(path)], env=environment, cwd=ROOT, check=False)
    assert run.returncode in (0, -signal.SIGKILL)
    done = [step for step in log.read_text(encoding="utf-8").splitlines() if step.split()[1].startswith(place)]
    return run.returncode != 0, done


@pytest.mark.parametrize(
    ("environment", "becomes"),
    [({}, ["index.cdxj"]), ({"CRASH_FILES": "yes"}, ["index.cdxj", "index-1.cdxj", "index-2.cdxj"])],
    ids=["one file", "files"],
)
def test_a_run_that_is_killed_anywhere_in_a_merge_leaves_an_index_that_the_next_run_makes_whole(
    environment, becomes, tmp_path, tiers
):
    """Three files become one, or the last of them takes what is new.

    Killed before each thing that is done to them, or to what is known of them.
    """

    def collection(name: str) -> Path:
        path = tmp_path / name
        write(path, *map(page, (b"%d" % number for number in range(40))))
        write(path, *map(page, (b"second %d" % number for number in range(7))))
        write(path, page(b"third"))
        assert names(path) == ["index.cdxj", "index-1.cdxj", "index-2.cdxj"]
        return path

    killed, steps = run_and_die(collection("undisturbed"), "indexes", 0, environment)
    assert (killed, names(tmp_path / "undisturbed")) == (False, becomes)
    assert {step.split()[0] for step in steps} >= {"open", "fsync", "os.rename"}
    commits = sum("commit" in step for step in run_and_die(collection("again"), "state.sqlite3", 0, environment)[1])
    points = [("indexes", at + 1) for at in range(len(steps))] + [("state.sqlite3", at + 1) for at in range(commits)]
    for place, at in points:
        path = collection(f"{place}-{at}")
        killed, done = run_and_die(path, place, at, environment)
        assert killed, done
        before = set(Collection(path).index.lines())

        writer(path).close()

        assert before <= set(Collection(path).index.lines())
        in_files = [line for file in Collection(path).index.files() for line in file.read_bytes().splitlines(True)]
        assert sorted(in_files) == expected_lines(path), (place, at)
        assert sorted(each.name for each in (path / "indexes").iterdir()) == sorted(names(path))
