"""Where pages lie: in lists of files, in archives that manifests name, in windows of files that are elsewhere."""

from __future__ import annotations

import errno
import gzip
import io
import json
import tempfile
from typing import TYPE_CHECKING

import pytest

from newsspider.collection import listed as listed_module
from newsspider.collection import windows
from newsspider.collection.collection import Collection
from newsspider.collection.following import archive_paths, pages_of
from newsspider.collection.listed import ListError, listed
from newsspider.collection.scratch import ScratchError, scratch_directory
from newsspider.collection.web import WebFile
from newsspider.collection.windows import LEAST, MOST, Ranged, copied
from newsspider.collection.work import in_order
from newsspider.warc.urlkey import urlkey
from tests.archive.exchanges import URL, page
from tests.archive.test_writer import files, write

if TYPE_CHECKING:
    from pathlib import Path


# -- lists of files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_a_list_has_a_path_on_each_line_after_a_common_beginning(packed, tmp_path):
    path = tmp_path / "warc.paths.gz"
    path.write_bytes(packed(b"a/x.warc.gz\n\n  b/y.warc.gz \r\n"))
    source = listed(path, "https://data.example/")

    assert source.names() == list(source.unindexed) == ["x.warc.gz", "y.warc.gz"]
    assert source.indexes == ()
    assert [str(source.file(name)) for name in source.names()] == [
        "https://data.example/a/x.warc.gz", "https://data.example/b/y.warc.gz"
    ]  # fmt: skip
    assert isinstance(source.file("x.warc.gz"), WebFile)
    assert source.file("x.warc.gz") is source.file("x.warc.gz")  # what was met of it is known
    assert len(source.files) == 2
    assert listed(path, f"{tmp_path}/").file("y.warc.gz") == tmp_path / "b/y.warc.gz"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "the list names no file"),
        (b"\n \n", "the list names no file"),
        (b"a/x.warc.gz\nb/\n", "line 2 is no path of a file: 'b/'"),
        (b"../x.warc.gz\n", "line 1 is no path"),
        (b"a/./x.warc.gz\n", "line 1 is no path"),
        (b"/a/x.warc.gz\n", "line 1 is no path"),
        (b"a/x.warc.gz\n\nb/x.warc.gz\n", r"lines 1 and 3 are of files of one name, x\.warc\.gz"),
        (b"\xff\n", "the list cannot be read .*utf-8"),
        (b"\x1f\x8b garbage", "the list cannot be unpacked"),
    ],
)
def test_a_list_that_is_none_is_told(data, problem, tmp_path):
    path = tmp_path / "warc.paths"
    path.write_bytes(data)
    with pytest.raises(ListError, match=problem + r".* A list has the path of a WARC file on each line"):
        listed(path, "https://data.example/")
    with pytest.raises(ListError, match="cannot be read"):
        listed(tmp_path / "away", "https://data.example/")


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_a_list_is_read_up_to_a_length(packed, tmp_path, monkeypatch):
    path = tmp_path / "warc.paths"
    text = b"".join(b"%d/%d.warc\n" % (number, number) for number in range(1000))
    path.write_bytes(packed(text))
    monkeypatch.setattr(listed_module, "_MAX_LIST", len(text))
    assert len(listed(path, "https://data.example/").files) == 1000

    monkeypatch.setattr(listed_module, "_MAX_LIST", len(text) - 1)
    with pytest.raises(ListError, match=f"more than {len(text) - 1:,} bytes"):
        listed(path, "https://data.example/")


# -- archives that manifests name -------------------------------------------------------------------------------------


def names_archives(collection: Collection, *archives: Path) -> None:
    collection.runs_dir.mkdir(parents=True, exist_ok=True)
    manifest = {"source": {"archives": [str(path) for path in archives]}}
    (collection.runs_dir / "20260101T000000000Z-a.json").write_text(json.dumps(manifest))


def test_pages_lie_in_the_collection_or_where_its_manifests_say(tmp_path):
    ours = Collection(tmp_path / "ours")
    assert archive_paths(ours) == []
    for name in ("there", "moved", "elsewhere/there"):
        (tmp_path / name).mkdir(parents=True)
    there, moved, gone = (tmp_path / name for name in ("elsewhere/there", "moved", "gone"))
    names_archives(ours, there, ours.path, tmp_path / "away" / "moved", gone, moved)
    others = [there, moved, gone]
    assert archive_paths(ours) == others

    ours.archive_dir.mkdir()
    assert archive_paths(ours) == [ours.path, *others]


def test_several_archives_are_one_and_of_two_files_of_one_name_the_earlier_is_meant(tmp_path):
    ours, theirs = Collection(tmp_path / "ours"), Collection(tmp_path / "theirs")
    reports: list[str] = []
    write(ours.path, page(b"ours"))
    with pages_of(ours, reports.append) as pages:
        assert pages is ours

    write(theirs.path, page(b"theirs"))
    names_archives(ours, theirs.path, tmp_path / "gone")
    (own,), (other,) = files(ours.path), files(theirs.path)
    other = other.rename(other.with_name("other.warc.gz"))
    (theirs.archive_dir / own.name).write_bytes(b"of the same name")
    with pages_of(ours, reports.append) as pages:
        assert (pages.file(own.name), pages.file(other.name), pages.file("away")) == (own, other, None)
        assert sorted(pages.names()) == sorted([own.name, other.name])
        assert {entry.filename for entry in pages.find(urlkey(f"{URL}?n=0"))} >= {own.name, other.name}
        assert pages.path == ours.path
        assert not pages.indexed_by_others
    assert any(each.startswith(f"{tmp_path}/gone: ") for each in reports)


# -- files that are elsewhere -----------------------------------------------------------------------------------------


class Elsewhere(Ranged):
    """A file of zeros and ones, and what was asked of it."""

    name = "x"

    def __init__(self, size: int, name: str = "s3://b/x") -> None:
        self.data = bytes(range(256)) * (size // 256) + bytes(size % 256)
        self.asked: list[tuple[int, int]] = []
        self._address = name
        self._version = "1"

    def __str__(self) -> str:
        return self._address

    def range(self, start: int, size: int) -> bytes:
        self.asked.append((start, size))
        self._met = len(self.data), self._version
        return self.data[start : start + size]

    def length(self) -> int:
        return len(self.data)


@pytest.fixture(autouse=True)
def no_windows():
    windows._windows.clear()
    yield
    windows._windows.clear()


def test_who_reads_on_gets_twice_as_much_each_time_up_to_a_bound():
    file = Elsewhere(20 << 20)
    with file.opened() as opened:
        assert opened.read() == file.data

    sizes = [size for _, size in file.asked]
    assert sizes[:4] == [LEAST, 2 * LEAST, 4 * LEAST, 8 * LEAST]
    assert max(sizes) == MOST
    assert [start for start, _ in file.asked] == [sum(sizes[:number]) for number in range(len(sizes))]


def test_one_place_is_one_request_and_what_was_got_is_not_asked_for_again():
    file = Elsewhere(1 << 20)
    with file.opened() as opened:
        opened.seek(300_000)
        assert opened.read(10) == file.data[300_000:300_010]
        assert file.asked == [(300_000, LEAST)]
    with file.opened() as opened:
        opened.seek(300_100)
        assert opened.read(10) == file.data[300_100:300_110]
    assert len(file.asked) == 1
    file.window(300_000 + LEAST)  # read on
    file.window(300_000 + LEAST - 1)  # where a record went over the end, the next begins before it
    assert file.asked[1:] == [(300_000 + LEAST, 2 * LEAST)]


def test_after_the_end_of_a_file_that_was_met_nothing_is_asked():
    file = Elsewhere(1000)
    file.window(0)
    assert file.window(999)[1] == file.data
    assert (file.window(1000), file.window(5000)) == ((1000, b""), (5000, b""))
    assert len(file.asked) == 1


def test_so_many_windows_are_kept_and_the_one_used_last_longest():
    first, second, *others, last = (Elsewhere(1000, f"s3://b/{number}") for number in range(5))
    for file in (first, second, *others, first, last):  # which takes the place of the second
        file.window(0)
    for file in (first, *others, last):
        file.window(0)
    assert [len(file.asked) for file in (first, second, *others, last)] == [1] * 5

    second.window(0)
    assert len(second.asked) == 2


def test_what_was_got_of_another_file_or_version_is_not_given():
    file, other = Elsewhere(1000), Elsewhere(1000, "s3://b/y")
    file.window(0)
    other.window(0)
    assert len(other.asked) == 1

    file._met = 1000, "2"
    file.window(0)
    assert len(file.asked) == 2


def test_what_will_be_read_is_asked_for_at_once_and_copied_whole(tmp_path):
    file = Elsewhere(300_000)
    copy = copied(file, tmp_path)

    assert (str(copy), copy.name) == ("s3://b/x", "x")
    with copy.open("rb") as opened:
        assert opened.read() == file.data
    assert file.asked == [(0, 300_000 + LEAST)]  # and nobody said before where it ends
    file.expect(300_000)
    windows._windows.clear()
    file.window(299_000)
    assert file.asked[1:] == [(299_000, 1000)]


def test_a_file_elsewhere_is_read_at_any_place():
    file = Elsewhere(1000)
    raw = file.opened().detach()
    assert (raw.readable(), raw.seekable(), raw.tell()) == (True, True, 0)
    assert (raw.seek(10), raw.seek(5, io.SEEK_CUR), raw.seek(-1, io.SEEK_END), raw.tell()) == (10, 15, 999, 999)
    assert (raw.read(10), raw.tell(), raw.read(10)) == (file.data[999:], 1000, b"")
    assert (raw.seek(-5), raw.read(2), raw.tell()) == (0, file.data[:2], 2)


# -- units and their order, room for what is temporary ----------------------------------------------------------------


def test_units_come_back_in_order_as_soon_as_those_before_them_have_ended():
    units = [["a"], ["b"], ["b"], ["c"]]  # two are equal, and are not one
    ended: list[str] = []

    def run(function, given):
        given = list(given)
        for number in (1, 0, 3, 2):
            ended.append(number)
            yield given[number], function(given[number]) + str(number)

    found = in_order(run, lambda unit: unit[0], units)
    assert (next(found), ended) == ((["a"], "a0"), [1, 0])
    assert [(unit, result) for unit, result in found] == [(["b"], "b1"), (["b"], "b2"), (["c"], "c3")]


@pytest.mark.parametrize("error", [None, KeyError, KeyboardInterrupt])
def test_what_is_temporary_is_removed(error, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def use() -> None:
        with scratch_directory() as scratch:
            assert scratch.parent == tmp_path
            (scratch / "x").touch()
            if error:
                raise error

    if error:
        with pytest.raises(error):
            use()
    else:
        use()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO])
def test_a_full_disk_is_told_with_what_to_do_and_another_error_as_it_is(code):
    def use() -> None:
        with scratch_directory():
            raise OSError(code, "what the system says")

    if code == errno.EIO:
        with pytest.raises(OSError, match="what the system says"):
            use()
        return
    with pytest.raises(ScratchError, match=r"no room for temporary files \(what the system says\).* TMPDIR") as caught:
        use()
    assert caught.value.exit_code == 4
