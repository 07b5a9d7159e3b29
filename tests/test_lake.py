"""A lake by itself: commits by number, each once, durable step by step, and finished by whoever comes next."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import threading
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING

import pytest

from newsspider.feeds.loading import lake as module
from newsspider.feeds.loading.lake import Lake, LakeError, LakeLockedError
from tests.order import order_below

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST, SECOND = "0000000001", "0000000002"


@pytest.fixture
def directory(tmp_path) -> Path:
    return tmp_path / "new/lake"


@pytest.fixture
def lake(directory) -> Iterator[Lake]:
    with closing(Lake(directory, "loaded_parts")) as opened:
        yield opened


def added(
    lake: Lake, data: bytes = b"data", table: str = "versions", site: str | None = "a", month: str | None = None
) -> str:
    """Make a file and take it into the next commit; return the end of its name."""
    made = lake.new()
    made.write_bytes(data)
    lake.add(made, lake.place(table, site, month))
    return f"{hashlib.sha256(data).hexdigest()[:16]}.parquet"


def tree(directory: Path) -> dict[str, bytes]:
    """All that readers find."""
    found = (path for path in directory.rglob("*") if path.is_file() and ".newsspider" not in str(path))
    return {str(path.relative_to(directory)): path.read_bytes() for path in found}


def told(directory: Path, number: str) -> dict[str, object]:
    return json.loads((directory / ".newsspider/commits" / number / "commit.json").read_bytes())


def test_files_come_with_a_commit_and_not_before(lake, directory):
    one, two = added(lake), added(lake, b"more", "site_facts", "b", "2026-01")
    assert tree(directory) == {}
    assert lake.commit([])

    assert tree(directory) == {
        f"versions/site=a/{FIRST}-{one}": b"data", f"site_facts/site=b/month=2026-01/{FIRST}-{two}": b"more"
    }  # fmt: skip
    assert told(directory, FIRST) == {
        "files": {
            "0.parquet": f"versions/site=a/{FIRST}-{one}", "1.parquet": f"site_facts/site=b/month=2026-01/{FIRST}-{two}"
        },
        "replaced": [],
    }  # fmt: skip
    assert [path.name for path in lake.files("versions")] == [f"{FIRST}-{one}"]
    assert lake.files("changes") == []


def test_next_commit_has_the_next_number_and_only_what_came_since(lake, directory):
    first, second = added(lake), None
    lake.commit([])
    second = added(lake, b"more")
    assert lake.commit(lake.files("versions"))

    assert tree(directory) == {f"versions/site=a/{SECOND}-{second}": b"more"}
    assert told(directory, SECOND) == {
        "files": {"1.parquet": f"versions/site=a/{SECOND}-{second}"}, "replaced": [f"versions/site=a/{FIRST}-{first}"]
    }  # fmt: skip


def test_load_that_was_not_first_has_changed_nothing_and_comes_next(lake, directory):
    with closing(Lake(directory, "loaded_parts")) as other:
        mine, theirs = added(lake), added(other, b"theirs")
        assert other.commit([])
        assert not lake.commit([])
        assert tree(directory) == {f"versions/site=a/{FIRST}-{theirs}": b"theirs"}
        lake.settle()
        assert lake.commit([])

    assert set(tree(directory)) == {f"versions/site=a/{FIRST}-{theirs}", f"versions/site=a/{SECOND}-{mine}"}


def test_commit_is_durable_before_it_is_one_and_in_its_place_before_the_next(lake, directory):
    added(lake, b"old")
    lake.commit([])
    (old,) = lake.files("versions")
    own = lake.new().parent.relative_to(directory)
    commits = ".newsspider/commits"
    with order_below(directory) as steps:
        end = added(lake)
        lake.commit([old])

    name, file = "2.parquet", f"versions/site=a/{SECOND}-{end}"
    assert steps[0] == f"sync {own}/{name} 4"
    size = (directory / commits / SECOND / "commit.json").stat().st_size
    assert (steps[1], size > 0) == (f"sync {own}/commit.json {size}", True)
    assert steps[2:5] == [f"sync {own}/", f"rename {own} {commits}/{SECOND}", f"sync {commits}/"]
    moved, gone = (steps.index(step) for step in (
        f"rename {commits}/{SECOND}/{name} {file}", f"remove {old.relative_to(directory)}"
    ))  # fmt: skip
    assert {"sync versions/site=a/", "sync versions/", "sync ./"} <= set(steps[moved + 1 : gone])
    assert {"sync versions/site=a/", "sync versions/", "sync ./"} <= set(steps[gone + 1 :])


def test_directory_of_a_new_site_is_durable_before_a_file_leaves_for_it(lake, directory):
    with order_below(directory) as steps:
        end = added(lake, site="b", month="2026-01")
        lake.commit([])

    moved = steps.index(f"rename .newsspider/commits/{FIRST}/0.parquet versions/site=b/month=2026-01/{FIRST}-{end}")
    assert {"sync ./", "sync versions/", "sync versions/site=b/"} <= set(steps[:moved])


def test_table_that_somebody_removed_does_not_come_back(lake, directory):
    added(lake)
    lake.commit([])
    shutil.rmtree(directory / "versions")
    Lake(directory, "loaded_parts").close()

    assert not (directory / "versions").exists()


def test_lake_and_what_it_needs_are_durable_when_it_is_there(directory):
    with order_below(directory.parents[1]) as steps:
        Lake(directory, "loaded_parts").close()

    assert steps[:2] == ["sync ./", "sync new/"]
    assert {"sync new/lake/", "sync new/lake/.newsspider/"} <= set(steps)


@pytest.mark.parametrize("there", [False, True])
def test_file_that_another_load_has_just_moved_is_in_its_place(there, directory):
    class Made:
        """A file that is there, and is not moved."""

        looked = 0

        def exists(self) -> bool:
            self.looked += 1
            return self.looked == 1 or there

        def replace(self, path: Path) -> None:
            raise FileNotFoundError

    with pytest.raises(FileNotFoundError) if there else nullcontext():
        module._move(Made(), directory / "versions/0.parquet")


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_commit_of_a_load_that_was_killed_is_finished_by_the_next(moved, directory):
    first = Lake(directory, "loaded_parts")
    old = added(first, b"old")
    first.commit([])
    ends = [added(first, data) for data in (b"1", b"2")]
    names = [path.name for path in sorted(first.new().parent.glob("*.parquet"))]
    (directory / "versions/site=a/stays.parquet").write_bytes(b"3")
    first.settle = lambda: None  # as where it is killed then
    assert first.commit([directory / f"versions/site=a/{FIRST}-{old}"])
    for name, end in list(zip(names, ends, strict=True))[:moved]:
        (directory / ".newsspider/commits" / SECOND / name).replace(directory / f"versions/site=a/{SECOND}-{end}")
    first.close()

    Lake(directory, "loaded_parts").close()

    assert tree(directory) == {
        f"versions/site=a/{SECOND}-{ends[0]}": b"1", f"versions/site=a/{SECOND}-{ends[1]}": b"2",
        "versions/site=a/stays.parquet": b"3",
    }  # fmt: skip
    with closing(Lake(directory, "loaded_parts")) as after:
        added(after, b"4")
        assert after.commit([])
    assert (directory / ".newsspider/commits/0000000003").is_dir()


def test_settled_commit_may_lose_a_site_and_hold_other_names(lake, directory):
    added(lake)
    lake.commit([])
    (directory / ".newsspider/commits/notes").mkdir()
    added(lake, b"more", site="b")
    (old,) = lake.files("versions")
    old.unlink()
    old.parent.rmdir()  # somebody has removed what the site has

    assert lake.commit([old])
    assert list(tree(directory).values()) == [b"more"]


def test_what_is_discarded_comes_with_no_commit(lake, directory):
    added(lake, b"no")
    lake.discard()
    assert list(lake.new().parent.iterdir()) == []
    end = added(lake)
    lake.commit([])

    assert list(tree(directory)) == [f"versions/site=a/{FIRST}-{end}"]
    assert list(told(directory, FIRST)["files"].values()) == list(tree(directory))


def test_commit_that_cannot_be_made_is_an_error(lake, directory):
    added(lake)
    (directory / ".newsspider/commits").rename(directory / ".newsspider/aside")

    with pytest.raises(FileNotFoundError):
        lake.commit([])


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        '{"files": []}',
        '{"files": {}}',
        '{"files": {"a": 1}, "replaced": []}',
        '{"files": {}, "replaced": 1}',
    ],
)
def test_list_of_a_commit_that_is_none_is_told(text, directory):
    Lake(directory, "loaded_parts").close()
    commit = directory / ".newsspider/commits" / FIRST
    commit.mkdir()
    (commit / "commit.json").write_text(text, encoding="utf-8")

    with pytest.raises(LakeError, match=r"commit\.json is no list of a commit") as raised:
        Lake(directory, "loaded_parts")
    assert raised.value.exit_code == 4


@pytest.mark.parametrize("site", ["../../etc", "/etc", "a/b", "a=b", ".."])
def test_no_name_of_a_site_leads_out_of_the_lake(site, lake, directory):
    place = lake.place("versions", site, "2026-01")

    assert place.parent.parent == directory / "versions"
    assert (place.name, lake.place("versions")) == ("month=2026-01", directory / "versions")


# -- who may write ----------------------------------------------------------------------------------------------------


def test_directory_of_something_else_is_left_alone(directory):
    (directory / "deep").mkdir(parents=True)
    (directory / "deep/notes.txt").write_bytes(b"x")

    with pytest.raises(LakeError, match=r"something else here: .*notes\.txt\. .*; see that the disk") as raised:
        Lake(directory, "loaded_parts")
    assert raised.value.exit_code == 4
    assert [path.name for path in directory.rglob("*")] == ["deep", "notes.txt"]


@pytest.mark.parametrize(
    "trace", [".newsspider/loading/x/next/0.parquet", ".newsspider-lock", ".newsspider-loading/0.parquet", "empty/"]
)
def test_traces_of_a_load_that_was_killed_at_once_are_no_hindrance(trace, directory):
    (directory / trace).parent.mkdir(parents=True, exist_ok=True)
    (directory / trace).mkdir() if trace.endswith("/") else (directory / trace).write_bytes(b"x")

    Lake(directory, "loaded_parts").close()


@pytest.mark.parametrize("own", ["loaded_parts/part-0.parquet", ".newsspider/commits/notes"])
def test_lake_may_hold_files_of_others_beside_its_own(own, directory):
    for name in (own, "notes.txt"):
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(b"x")

    Lake(directory, "loaded_parts").close()
    assert (directory / "notes.txt").exists()


def test_loads_share_a_lake_and_each_removes_only_what_it_made(lake, directory):
    mine = lake.new().parent.parent
    other = Lake(directory, "loaded_parts")
    theirs = other.new().parent.parent
    assert (mine.is_dir(), theirs.is_dir(), other.scratch.parent == theirs) == (True, True, True)
    other.close()

    assert (mine.is_dir(), theirs.exists()) == (True, False)


def test_what_a_load_made_may_be_gone_when_it_ends(directory):
    opened = Lake(directory, "loaded_parts")
    assert opened.scratch.is_dir()
    shutil.rmtree(opened.scratch.parent)
    opened.close()

    assert list((directory / ".newsspider/loading").iterdir()) == []


def test_files_of_a_table_are_listed_in_one_order(lake, directory):
    for number in (3, 1, 4, 1, 5, 9, 2, 6):
        place = directory / f"versions/site={number}"
        place.mkdir(parents=True, exist_ok=True)
        for name in ("b", "a", "c"):
            (place / f"{name}.parquet").write_bytes(b"")

    assert lake.files("versions") == sorted(lake.files("versions"))


def test_what_killed_loads_left_goes_when_a_load_is_alone(directory):
    Lake(directory, "loaded_parts").close()
    left = [directory / ".newsspider/loading/killed", directory / ".newsspider-loading"]
    for each in left:
        each.mkdir(parents=True)
        (each / "0.parquet").write_bytes(b"x")
    with closing(Lake(directory, "loaded_parts")):
        assert [each.exists() for each in left] == [False, False]
        left[0].mkdir()
        Lake(directory, "loaded_parts").close()
        assert left[0].exists()  # it may be of another load


@pytest.mark.parametrize(("kind", "waits"), [(fcntl.LOCK_EX, True), (fcntl.LOCK_SH, False)])
def test_load_of_an_earlier_version_is_not_disturbed(kind, waits, directory, monkeypatch):
    monkeypatch.setattr(module, "_WAIT", 0)
    Lake(directory, "loaded_parts").close()
    descriptor = os.open(directory / ".newsspider-lock", os.O_RDWR)
    fcntl.flock(descriptor, kind)
    try:
        if waits:
            with pytest.raises(LakeLockedError, match="an earlier version of newsspider is writing here") as raised:
                Lake(directory, "loaded_parts")
            assert raised.value.exit_code == 75
        else:
            Lake(directory, "loaded_parts").close()
    finally:
        os.close(descriptor)
    Lake(directory, "loaded_parts").close()


def test_load_of_an_earlier_version_is_waited_for(directory):
    Lake(directory, "loaded_parts").close()
    descriptor = os.open(directory / ".newsspider-lock", os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    done = threading.Timer(0.1, os.close, [descriptor])
    done.start()
    Lake(directory, "loaded_parts").close()

    done.join()


@pytest.mark.parametrize("error", [FileNotFoundError, KeyboardInterrupt])
def test_lake_that_could_not_be_opened_is_let_go(error, directory, monkeypatch):
    def stopped(_: Lake) -> None:
        raise error

    Lake(directory, "loaded_parts").close()
    if error is KeyboardInterrupt:
        monkeypatch.setattr(Lake, "settle", stopped)
    else:
        (directory / ".newsspider/commits" / FIRST).mkdir()
    with pytest.raises(error):
        Lake(directory, "loaded_parts")

    descriptor = os.open(directory / ".newsspider-lock", os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody has it
    os.close(descriptor)
    assert list((directory / ".newsspider/loading").iterdir()) == []
