"""The files of a package (WACZ): which there are, where they lie, and what in a zip is refused, on its bounds."""

from __future__ import annotations

import json
import random
import struct
import zipfile
import zlib
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from newsspider.collection import wacz
from newsspider.collection.wacz import Wacz, WaczError, is_package

if TYPE_CHECKING:
    from collections.abc import Callable

STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
NOISE = random.Random(3).randbytes(100_000)
LIST = "datapackage.json"


def package(
    path: Path, members: dict[str, bytes], compression: int = STORED, spoil: Callable[[zipfile.ZipFile], object] = id
) -> Path:
    """A zip of *members*; *spoil* may change its directory before that is written."""
    with zipfile.ZipFile(path / "x.wacz", "w", compression) as made:
        for name, data in members.items():
            made.writestr(name, data)
        spoil(made)
    return path / "x.wacz"


def replaced(path: Path, old: bytes, new: bytes, *, last: bool = False) -> Path:
    """Change the first or last *old* in a file to *new*, which is as long."""
    data = path.read_bytes()
    place = data.rindex(old) if last else data.index(old)
    path.write_bytes(data[:place] + new + data[place + len(old) :])
    return path


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    path = tmp_path / "scratch"
    path.mkdir()
    return path


@pytest.mark.parametrize(
    ("name", "data", "known"),
    [
        ("x.wacz", b"PK\x03\x04...", True),
        ("x.wacz", b"anything", True),
        ("x.WACZ", b"", True),
        ("x.zip", b"PK\x03\x04...", True),
        ("x", b"PK\x03\x04", True),
        ("x", b"PK\x03", False),
        ("x", b"anything", False),
        ("x.wacz.txt", b"anything", False),
        ("x.wacz", None, False),
    ],
)
def test_a_package_is_known_by_name_or_first_bytes(tmp_path, name, data, known):
    path = tmp_path / name
    assert is_package(path) is False
    if data is None:
        path.mkdir()
    else:
        path.write_bytes(data)

    assert is_package(path) is known


def test_what_cannot_be_opened_is_for_others_to_tell(tmp_path):
    class Closed(type(tmp_path)):
        def is_file(self) -> bool:
            return True

    assert is_package(Closed(tmp_path / "x.wacz")) is False


# -- which there are --------------------------------------------------------------------------------------------------

MEMBERS = {
    "pages/pages.jsonl": b"1", "archive/b.warc.gz": b"22", "archive/": b"", "archive/2019/a.warc": b"333",
    "archive/A.ARC.gz": b"4444", "indexes/index.cdx.gz": b"5", "indexes/a.cdxj": b"6", "indexes/b.cdx": b"7",
    "indexes/c.cdxj.gz": b"8", "indexes/index.txt": b"9", "indexes/deeper/d.cdxj": b"0", "d.cdxj": b"1",
    "a..b/..c.warc": b"2", "archive/notes.txt": b"3",
}  # fmt: skip


def test_files_are_in_order_of_name_each_with_what_it_is_called(tmp_path, scratch):
    opened = Wacz(package(tmp_path, MEMBERS), scratch)

    assert opened.paths() == sorted(MEMBERS.keys() - {"archive/"})
    assert [part.name for part in opened.warcs()] == ["2019/a.warc", "A.ARC.gz", "b.warc.gz"]
    assert [part.name for part in opened.indexes()] == ["a.cdxj", "b.cdx", "c.cdxj.gz", "index.cdx.gz"]
    assert opened.paths("archive", (".gz",)) == ["archive/A.ARC.gz", "archive/b.warc.gz"]
    assert str(opened.part("indexes/a.cdxj")) == f"{tmp_path}/x.wacz: indexes/a.cdxj"
    assert [opened.size(name) for name in ("archive/b.warc.gz", "archive/2019/a.warc")] == [2, 3]


@pytest.mark.parametrize("compression", [STORED, DEFLATED])
def test_each_file_is_read_whole_and_as_itself(tmp_path, scratch, compression):
    members = {"archive/a.warc": NOISE, "archive/b.warc": NOISE[:500] * 20, "archive/c.warc": b""}
    opened = Wacz(package(tmp_path, members, compression), scratch)

    for _ in range(2):
        for part in opened.warcs():
            wanted = members[f"archive/{part.name}"]
            with part.open("rb") as file:
                assert (file.read(), part.size) == (wanted, len(wanted))
            assert b"".join(opened.pieces(f"archive/{part.name}")) == wanted
            assert opened.size(f"archive/{part.name}") == len(wanted)


def test_a_file_lies_behind_its_own_header(tmp_path, scratch):
    def spoil(made: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo("archive/a.warc")
        info.extra = struct.pack("<HH", 0x4242, 20) + bytes(20)
        made.writestr(info, b"the data")

    (part,) = Wacz(package(tmp_path, {}, spoil=spoil), scratch).warcs()
    with part.open("rb") as file:
        assert file.read() == b"the data"


@pytest.mark.parametrize(
    ("old", "new"), [(b"PK\x03\x04", b"PK\x03\x05"), (b"\x0e\0\0\0archive/", b"\xff\x7f\0\0archive/")]
)
def test_a_file_that_is_not_where_the_directory_says_is_told(tmp_path, scratch, old, new):
    path = replaced(package(tmp_path, {"archive/a.warc": b"the data"}), old, new)

    with pytest.raises(WaczError, match=r"archive/a\.warc is not where the zip's directory says"):
        Wacz(path, scratch).warcs()


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ("x.wacz", "a package within the package"),
        ("archive/x.WACZ", "a package within the package"),
        ("a.warc", "it lies outside archive/"),
        ("old.arc.gz", "it lies outside archive/"),
        ("archives/a.warc", "it lies outside archive/"),
        ("archive/old", "it is a WARC file by how it begins"),
        ("other/old", None),
        ("archive/a.arc", None),
    ],
)
def test_what_looks_like_an_archive_and_is_not_read_is_told(tmp_path, scratch, member, said):
    told = list(Wacz(package(tmp_path, {member: b"WARC/1.0\r\n"}), scratch).unread())

    assert [(path, str(why).startswith(str(said))) for path, why in told] == ([] if said is None else [(member, True)])


def test_a_file_that_is_damaged_looks_like_no_archive(tmp_path, scratch):
    path = replaced(package(tmp_path, {"archive/old": b"WARC/1.0 here\r\n"}), b"here", b"HERE")

    assert list(Wacz(path, scratch).unread()) == []


@pytest.mark.parametrize(
    ("resources", "told"),
    [
        ([], ""),
        ([{"path": "b.wacz", "name": "b"}, {"name": "c"}], ": b.wacz, c"),
        ([{"path": f"{n}"} for n in range(10)], ": 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"),
        ([{"path": f"{n}"} for n in range(11)], ": 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 1 more"),
        ([{"path": f"{n}"} for n in range(2010)], ": 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2,000 more"),
    ],
    ids=range(5),
)
def test_a_list_of_packages_is_told_with_the_first_of_them(tmp_path, scratch, resources, told):
    listed = json.dumps({"profile": "multi-wacz-package", "resources": resources}).encode()

    ((path, why),) = Wacz(package(tmp_path, {LIST: listed}), scratch).unread()
    assert (path, str(why)) == (
        LIST, f"a list of other packages (multi-WACZ), which are not read: give each by itself{told}"
    )  # fmt: skip


MULTI = b'{"profile": "multi-wacz-package", "resources": '


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"nonsense", b"[]", b"7", b"{}", b"\xff", b"[" * 100_000),
        b'{"profile": "data-package", "resources": []}',
        *(MULTI + rest for rest in (b'["x"]}', b"7}", b"null}", b'[["path"]]}')),
        MULTI.partition(b",")[0] + b"}",
    ],
    ids=range(13),
)
def test_another_list_is_no_list_of_packages(tmp_path, scratch, data):
    assert list(Wacz(package(tmp_path, {LIST: data}), scratch).unread()) == []


def test_a_list_that_is_damaged_is_no_list_of_packages(tmp_path, scratch):
    listed = MULTI + b'[{"path": "x"}]}'
    path = replaced(package(tmp_path, {LIST: listed}), b'"x"', b'"y"')

    assert list(Wacz(path, scratch).unread()) == []


# -- what is refused --------------------------------------------------------------------------------------------------


def method(number: int) -> Callable[[zipfile.ZipFile], None]:
    def spoil(made: zipfile.ZipFile) -> None:
        made.filelist[0].compress_type = number

    return spoil


TEXT = b"some words " * 100


@pytest.mark.parametrize(
    ("compression", "spoil", "old", "new"),
    [
        (STORED, id, b"some", b"SOME"),
        (STORED, method(99), b"some", b"some"),
        (DEFLATED, id, zlib.compress(TEXT, wbits=-15)[:5], b"\xff" * 5),
    ],
    ids=["checksum", "unknown method", "deflate"],
)
def test_a_file_that_cannot_be_unpacked_is_named(tmp_path, scratch, compression, spoil, old, new):
    path = replaced(package(tmp_path, {"archive/a.warc": TEXT}, compression, spoil), old, new)

    with pytest.raises(WaczError, match=r"x\.wacz: archive/a\.warc cannot be unpacked \("):
        list(Wacz(path, scratch).pieces("archive/a.warc"))


def test_a_file_is_read_up_to_a_limit(tmp_path, scratch):
    opened = Wacz(package(tmp_path, {"a": b"x" * 1000}), scratch)

    assert opened.read("a", 1000) == b"x" * 1000
    with pytest.raises(WaczError, match="a has more than 999 bytes"):
        opened.read("a", 999)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"PK\x01\x02\x14\x03\x14\x00", b"PK\x01\x02\x14\x03\xff\x00"),  # by a later version
        (b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x00\x08"),  # a name in UTF-8: it is not
        (b"PK\x01\x02", b"PK\x01\x03"),
    ],
)
def test_a_zip_that_cannot_be_read_is_refused(tmp_path, scratch, old, new):
    path = replaced(package(tmp_path, {"archive/a.warc": b""}), old, new, last=True)
    replaced(path, b"archive/a.warc", b"archive/\xff.warc", last=True)

    with pytest.raises(WaczError, match=r"x\.wacz: not a zip file that can be read"):
        Wacz(path, scratch)


def test_two_files_of_one_name_are_refused(tmp_path, scratch):
    path = replaced(package(tmp_path, {"a.warc": b"", "b.warc": b""}), b"b.warc", b"a.warc", last=True)

    with pytest.raises(WaczError, match=r"it holds two files called 'a\.warc'"):
        Wacz(path, scratch)


@pytest.mark.parametrize("name", ["..", "../x", "a/../x", "a/..", "/x", "//x", "a\\x", "\\x", "C:x", "c:/x", "z:\\x"])
def test_a_name_that_leads_outside_is_refused(tmp_path, scratch, name):
    with pytest.raises(WaczError, match="leads outside it"):
        Wacz(package(tmp_path, {"a": b"", name: b""}), scratch)


@pytest.mark.parametrize("name", ["a..b", "..a", "a..", "...", "a/.x", "ab:c", "1:x", "看"])
def test_a_name_that_only_looks_so_is_read(tmp_path, scratch, name):
    assert Wacz(package(tmp_path, {name: b""}), scratch).paths() == [name]


@pytest.mark.parametrize(("bytes_before", "refused"), [(0, False), (1, True), (29, True), (1000, True)])
def test_files_that_share_bytes_are_refused(tmp_path, scratch, bytes_before, refused):
    """A header and its bytes; the name between the two is told by the header alone."""

    def spoil(made: zipfile.ZipFile) -> None:
        twin = zipfile.ZipInfo("b")
        twin.header_offset, twin.CRC, twin.compress_size, twin.file_size = 30 + 1000 - bytes_before, 0, 0, 0
        made.filelist.append(twin)

    path = package(tmp_path, {"a": bytes(1000)}, spoil=spoil)
    if refused:
        with pytest.raises(WaczError, match="b overlaps the file before it"):
            Wacz(path, scratch)
    else:
        assert Wacz(path, scratch).paths() == ["a", "b"]


def test_files_may_be_listed_in_any_order(tmp_path, scratch):
    path = package(tmp_path, {"a": bytes(100), "b": bytes(100)}, spoil=lambda made: made.filelist.reverse())

    assert Wacz(path, scratch).paths() == ["a", "b"]


def test_a_package_whose_list_leads_past_its_end_is_cut_off(tmp_path, scratch):
    size = package(tmp_path, {"a": b"x"}).stat().st_size

    def spoil(made: zipfile.ZipFile) -> None:
        made.filelist[0].compress_size = end - 30  # behind its header

    end = size
    assert Wacz(package(tmp_path, {"a": b"x"}, spoil=spoil), scratch).paths() == ["a"]
    end = size + 1
    with pytest.raises(WaczError, match="it is cut off: what it lists lies past its end"):
        Wacz(package(tmp_path, {"a": b"x"}, spoil=spoil), scratch)


@pytest.mark.parametrize(("more", "refused"), [(0, False), (-1, True)])
def test_all_files_together_unpack_to_so_many_times_the_package(tmp_path, scratch, monkeypatch, more, refused):
    path = package(tmp_path, {"a": bytes(50_000), "b": bytes(50_000)}, DEFLATED)
    monkeypatch.setattr(wacz, "MAX_RATIO", Fraction(100_000 + more, path.stat().st_size))

    if refused:
        with pytest.raises(WaczError, match="it would unpack to 100,000 bytes"):
            Wacz(path, scratch)
    else:
        assert Wacz(path, scratch).paths() == ["a", "b"]


@pytest.mark.parametrize(
    ("free", "ratio", "most", "room"),
    [
        (20_000, 0, 1 << 40, True),
        (19_999, 0, 1 << 40, False),
        (0, 20_000, 1 << 40, True),
        (0, 19_999, 1 << 40, False),
        (1 << 40, 1 << 40, 20_000, True),
        (1 << 40, 1 << 40, 19_999, False),
    ],
)
def test_what_is_unpacked_takes_so_much_of_the_disk(tmp_path, scratch, monkeypatch, free, ratio, most, room):
    """As much as is free, or so many times the package where that is more; and never more than a bound."""
    path = package(tmp_path, {"archive/a.warc": bytes(10_000), "archive/b.warc": bytes(10_000)}, DEFLATED)
    monkeypatch.setattr(wacz, "FREE_DISK", free)
    monkeypatch.setattr(wacz, "MAX_DISK_RATIO", Fraction(ratio, path.stat().st_size))
    monkeypatch.setattr(wacz, "MAX_DISK", most)
    opened = Wacz(path, scratch)

    if room:
        assert [part.size for part in (*opened.warcs(), *opened.warcs())] == [10_000] * 4  # of what is there none again
    else:
        with pytest.raises(WaczError, match=r"archive/b\.warc would take 20,000 bytes on the disk"):
            opened.warcs()
        assert len(list(scratch.iterdir())) == 1


@pytest.mark.parametrize(("free", "room"), [(10_000, True), (9_999, False)])
def test_what_the_disk_has_no_room_for_is_not_begun(tmp_path, scratch, monkeypatch, free, room):
    monkeypatch.setattr(wacz.shutil, "disk_usage", lambda place: SimpleNamespace(free=free if place == scratch else 0))
    opened = Wacz(package(tmp_path, {"archive/a.warc": bytes(10_000)}, DEFLATED), scratch)

    if room:
        assert len(opened.warcs()) == 1
    else:
        with pytest.raises(OSError, match="No space left on device"):
            opened.warcs()
        assert list(scratch.iterdir()) == []
    assert Path(f"{tmp_path}/x.wacz").exists()
