"""The index: lines, order, and equality with what cdxj-indexer makes of the same files."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsspider.collection.collection import Collection
from newsspider.collection.database import StateDamagedError
from newsspider.collection.indexing import index_lines, rebuild_index
from newsspider.warc import cdxj
from newsspider.warc.cdxj import CdxjEntry, IndexDamagedError, LineSorter, checked_lines, find, write_index
from newsspider.warc.reader import WarcError
from newsspider.warc.urlkey import urlkey
from tests.archive import others
from tests.archive.exchanges import STARTED, exchange, page, writer
from tests.archive.test_writer import ANSWERS, files, records, write


def cdxj_indexer(directory: Path, out: Path) -> list[str]:
    """Its index, but for what says 304 or 206, which has no page and is not in ours."""
    command = [Path(sys.executable).with_name("cdxj-indexer"), "--sort", "--output", out, directory]
    subprocess.run(command, check=True, capture_output=True)
    lines = out.read_text(encoding="utf-8").splitlines(keepends=True)
    return [line for line in lines if CdxjEntry.parse(line).status not in ("304", "206")]


def silent(done: int, total: int, captures: int) -> None:
    """No progress."""


entries = st.builds(
    CdxjEntry,
    urlkey=st.text(st.characters(codec="ascii", exclude_categories=["Cc", "Zs"]), min_size=1),
    timestamp=st.datetimes(min_value=datetime(1990, 1, 1)).map(lambda date: cdxj.timestamp(date.replace(tzinfo=UTC))),
    url=st.text(),
    mime=st.none() | st.text(),
    status=st.none() | st.text(),
    digest=st.none() | st.text(),
    length=st.integers(min_value=0),
    offset=st.integers(min_value=0),
    filename=st.text(),
)


@given(entries)
def test_an_entry_survives_its_line(entry):
    line = entry.line().decode()

    assert CdxjEntry.parse(line) == entry
    assert line.isascii()
    assert line.count("\n") == 1


@given(old=st.lists(entries, max_size=8), new=st.lists(entries, max_size=8))
def test_merging_keeps_every_line_once_and_in_order(old, new, tmp_path_factory):
    path = tmp_path_factory.mktemp("index") / "index.cdxj"
    lines = [sorted({entry.line() for entry in part}) for part in (old, new)]

    write_index(path, lines[0])
    write_index(path, checked_lines(path), lines[1])

    assert path.read_bytes() == b"".join(sorted({*lines[0], *lines[1]}))


def test_sorting_holds_little_in_memory_and_few_files_open_and_loses_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(cdxj, "_SORT_BYTES", 100)
    lines = [b"%06d\n" % number for number in range(6000)]
    shuffled = random.Random(1).sample(lines, len(lines))
    sorter = LineSorter(tmp_path)

    for line in [*shuffled, *shuffled[:100]]:
        sorter.add(line)

    links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    opened = [link for link in links if str(tmp_path) in str(link.readlink())]
    assert 0 < len(opened) < 3 * cdxj._FAN  # of more than four hundred batches
    assert list(sorter) == lines
    sorter.clear()
    assert (list(tmp_path.iterdir()), bool(sorter)) == ([], False)


@given(
    numbers=st.lists(st.integers(min_value=0, max_value=30), max_size=60), wanted=st.integers(min_value=0, max_value=31)
)
def test_bisection_finds_all_captures_of_a_key(numbers, wanted, tmp_path_factory):
    path = tmp_path_factory.mktemp("index") / "index.cdxj"
    made = [
        CdxjEntry(
            urlkey=f"cn,a)/{number}" + "x" * (number % 7),
            timestamp=f"2026013008{position:04}",
            url="http://a.cn/",
            mime=None,
            status=None,
            digest=None,
            length=1,
            offset=position,
            filename="f",
        )
        for position, number in enumerate(numbers)
    ]
    write_index(path, sorted(entry.line() for entry in made))

    key = f"cn,a)/{wanted}" + "x" * (wanted % 7)
    assert list(find(path, key)) == [entry for entry in made if entry.urlkey == key]


def test_the_index_is_cdxj_indexer_s(tmp_path):
    """Byte for byte: keys, fields, their order; whatever servers answered."""
    path = tmp_path / "collection"
    write(path, *ANSWERS.values(), *ANSWERS.values(), max_size=100_000)
    write(path, *reversed(ANSWERS.values()))

    index = (path / "indexes/index.cdxj").read_text(encoding="utf-8").splitlines(keepends=True)
    assert index == cdxj_indexer(path / "archive", tmp_path / "reference.cdxj")
    assert {json.loads(line.split(" ", 2)[2]).get("mime") for line in index} >= {None, "text/html", "warc/revisit"}


@settings(max_examples=5, deadline=None)
@given(heads=st.lists(st.binary(max_size=120), min_size=30, max_size=40))
def test_the_index_is_cdxj_indexer_s_for_any_head(heads, tmp_path_factory):
    path = tmp_path_factory.mktemp("collections") / "any"
    lines = [head.replace(b"\n", b"").replace(b"\r", b"") for head in heads]
    values = [b"HTTP/1.1 200 OK\r\nContent-Type: " + line + b"\r\n\r\nbody" for line in lines]
    statuses = [b"HTTP/1.1 " + line + b"\r\nA: b\r\n\r\nbody" for line in lines]
    write(path, *values, *statuses)

    index = (path / "indexes/index.cdxj").read_text(encoding="utf-8").splitlines(keepends=True)
    assert index == cdxj_indexer(path / "archive", path / "reference.cdxj")


def test_a_head_with_a_line_of_white_space_is_indexed_as_browsers_read_it(tmp_path):
    """The one known difference: warcio, and so cdxj-indexer, ends a head there, and sees no type behind it."""
    write(tmp_path, b"HTTP/1.1 200 OK\r\nA: b\r\n \r\nContent-Type: text/html\r\n\r\nbody")

    (ours,) = (tmp_path / "indexes/index.cdxj").read_text(encoding="utf-8").splitlines()
    (theirs,) = cdxj_indexer(tmp_path / "archive", tmp_path / "reference.cdxj")
    assert '"mime": "text/html"' in ours
    assert ours.replace('"mime": "text/html", ', "") == theirs.rstrip("\n")


def test_a_rebuilt_index_is_the_same_to_the_byte(tmp_path):
    write(tmp_path, *ANSWERS.values(), max_size=50_000)
    write(tmp_path, *ANSWERS.values())
    collection = Collection(tmp_path)
    kept = collection.index_path.read_bytes()
    collection.index_path.write_bytes(b"ruined")

    captures = rebuild_index(collection, silent)

    assert collection.index_path.read_bytes() == kept
    assert captures == kept.count(b"\n")
    write(tmp_path, ANSWERS["odd reason"])  # and the next run finds nothing wrong


def test_what_says_not_modified_is_archived_and_not_indexed(tmp_path):
    """Replay tools would show it as a blank page, in place of the capture that it says is still true."""
    write(tmp_path, b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n")
    path = tmp_path / "indexes" / "index.cdxj"
    written = path.read_bytes() if path.exists() else b""

    rebuild_index(Collection(tmp_path), silent)

    assert (written, path.read_bytes()) == (b"", b"")
    assert [kind for kind, _, _ in records(tmp_path)] == ["warcinfo", "response", "request"]


def test_an_index_that_is_gone_is_made_again(tmp_path):
    write(tmp_path, *ANSWERS.values())
    index = Collection(tmp_path).index_path
    kept = index.read_bytes()
    index.unlink()

    writer(tmp_path).close()

    assert index.read_bytes() == kept


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda lines: [*lines, b"cn,x)/ 20260130"], "not a line of an index"),
        (lambda lines: [lines[0][:-10], *lines[1:]], "not a line of an index"),
        (lambda lines: lines[::-1], "out of order"),
        (lambda lines: [b"\x00" * 100], "not a line of an index"),
    ],
)
def test_a_damaged_index_stops_the_run_with_the_remedy(damage, problem, tmp_path):
    path = tmp_path / "kankanews"
    write(path, page(b"one"), page(b"two"))
    index = path / "indexes/index.cdxj"
    index.write_bytes(b"".join(damage(index.read_bytes().splitlines(keepends=True))))
    before = index.read_bytes()

    with pytest.raises(IndexDamagedError, match=rf"index\.cdxj at byte \d+: {problem}.*scrapy index kankanews"):
        writer(path)

    assert index.read_bytes() == before


def test_a_warc_file_that_lost_its_end_stops_the_run(tmp_path):
    write(tmp_path, *ANSWERS.values())
    (file,) = files(tmp_path)
    data = file.read_bytes()
    file.write_bytes(data[:-100])

    place = f"{file.name} at byte {len(data) - 100:,}"
    with pytest.raises(WarcError, match=f"{place}: .* are left of {len(data):,}.*scrapy index"):
        writer(tmp_path)
    with pytest.raises(WarcError, match="the file ends within a gzip member"):
        rebuild_index(Collection(tmp_path), silent)

    file.write_bytes(data)
    writer(tmp_path).close()


def test_a_warc_file_that_is_gone_stops_the_run_until_the_index_is_rebuilt(tmp_path):
    (first,) = write(tmp_path, ANSWERS["plain"])
    write(tmp_path, ANSWERS["image"])
    (tmp_path / "archive" / first.where.warc).unlink()

    with pytest.raises(WarcError, match="gone"):
        writer(tmp_path)
    assert rebuild_index(Collection(tmp_path), silent) == 1

    (again,) = write(tmp_path, ANSWERS["plain"])
    assert again.type == "response"  # nothing refers to what is gone


def test_a_warc_file_that_is_gone_stops_the_first_run_that_finds_the_index_gone_too(tmp_path):
    (first,) = write(tmp_path, ANSWERS["plain"])
    (tmp_path / "archive" / first.where.warc).unlink()
    Collection(tmp_path).index_path.unlink()

    with pytest.raises(WarcError, match="gone"):
        writer(tmp_path)


def test_a_warc_file_put_into_the_collection_is_indexed(tmp_path):
    write(tmp_path / "a", ANSWERS["plain"])
    write(tmp_path / "b", ANSWERS["image"])
    shutil.copy(files(tmp_path / "b")[0], tmp_path / "a" / "archive")

    writer(tmp_path / "a").close()

    assert (tmp_path / "a/indexes/index.cdxj").read_text().count("\n") == 2


@pytest.mark.parametrize("junk", [b"not a database" * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_damaged_state_stops_the_run_with_the_remedy(junk, tmp_path):
    write(tmp_path, ANSWERS["plain"])
    state = tmp_path / "state.sqlite3"
    state.write_bytes(junk)

    with pytest.raises(StateDamagedError, match=r"state\.sqlite3: .*move the file away"):
        writer(tmp_path)

    assert state.read_bytes() == junk
    state.unlink()
    writer(tmp_path).close()


@pytest.mark.parametrize(
    "name",
    ["recorder.warc.gz", "snapshot.warc.gz", "wget.warc.gz", "wpull.warc.gz", "original.warc.gz", "revisit.warc.gz",
     "digests.warc"],
)  # fmt: skip
def test_archives_of_others_are_indexed_as_by_cdxj_indexer(name, tmp_path):
    (tmp_path / "archive").mkdir()
    path = tmp_path / "archive" / name
    path.write_bytes(others.FILES[name]())

    lines = sorted(line.decode() for line in index_lines(path))

    assert lines == cdxj_indexer(tmp_path / "archive", tmp_path / "reference.cdxj")


def test_keys_are_those_of_the_addresses(tmp_path):
    with writer(tmp_path) as open_writer:
        for number in range(5):
            open_writer.write_exchange(
                exchange(page(b"x"), url=f"https://a.cn/{number}", started=STARTED + timedelta(days=number))
            )

    index = Collection(tmp_path).index_path
    days = [entry.captured.day for entry in find(index, urlkey("https://a.cn/3"))]
    assert days == [(STARTED + timedelta(days=3)).day]


@pytest.mark.parametrize(
    ("written", "status"),
    [("200", "200"), ('"200"', "200"), ("null", None), ("[1]", None), ("true", None), ("{}", None)],
)
def test_status_media_type_and_digest_of_an_index_are_text_or_none(written, status):
    said = ", ".join(f'"{name}": {written}' for name in ("status", "mime", "digest"))
    entry = CdxjEntry.parse(
        f'example,a)/ 20260101000000 {{"url": "https://a.example/", {said}, "length": 1, "offset": 0, "filename": "a"}}'
    )

    assert (entry.status, entry.mime, entry.digest) == (status, status, status)


def test_line_of_an_index_that_is_no_text_is_told_in_words(tmp_path):
    path = tmp_path / "index.cdxj"
    path.write_bytes(b'example,a)/ 20260101000000 {"url": "\xff"}\n')

    with pytest.raises(IndexDamagedError, match=r"not in UTF-8: b'example,a\)/ 20260101000000") as raised:
        list(find(path, "example,a)/"))
    assert "codec" not in str(raised.value)
