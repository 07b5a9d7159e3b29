"""A whole extraction in this process: of archives that are not what they were, and of those that hold no article."""

from __future__ import annotations

import gzip
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.collection.places import each_once, place
from newsspider.collection.work import here
from newsspider.extraction import extraction
from newsspider.extraction.directory import TargetError
from newsspider.extraction.earlier import AmbiguousFileError
from newsspider.extraction.extraction import NoArticleError, extract
from newsspider.extraction.request import Request
from newsspider.terminal.progress import Progress
from tests.archive.test_lookup import revisit, warc
from tests.test_extraction_units import STORIES, html, shown

if TYPE_CHECKING:
    from pathlib import Path

    from newsspider.extraction.extraction import Extracted

def unpacked(*records: Any) -> bytes:
    return gzip.decompress(warc(*records))


ORIGINAL = shown(html(STORIES[0]), url=STORIES[0].url)
REVISIT = revisit(
    url=STORIES[0].url, second=5, WARC_Refers_To_Target_URI=STORIES[0].url, WARC_Refers_To_Date="2026-01-30T08:00:00Z"
)
OTHER = shown(html(STORIES[1]), url=STORIES[1].url, second=6)


@pytest.fixture
def folder(tmp_path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder


@pytest.fixture
def requested(folder, tmp_path) -> Request:
    return Request(paths=(folder,), sites=("kankanews",), directory=tmp_path / "to", span=1 << 20, max_body=1 << 22)


def extracted(request: Request) -> Extracted:
    return extract(request, here, Progress())


def killed(request: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have all units extracted, and end before the manifest is written."""
    with monkeypatch.context() as patched:
        patched.setattr(extraction, "manifest_of", interrupted)
        with pytest.raises(KeyboardInterrupt):
            extracted(request)


def interrupted(*_: Any) -> None:
    raise KeyboardInterrupt


def files(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.glob("*.jsonl")}


@pytest.mark.parametrize(
    ("before", "after", "articles"),
    [
        # The file with the original comes, and others have taken the revisit for unreadable.
        ({"a.warc.gz": warc(REVISIT), "c.warc.gz": warc(OTHER)}, {"b.warc.gz": warc(ORIGINAL)}, 3),
        ({"a.warc.gz": warc(ORIGINAL), "c.warc.gz": warc(REVISIT)}, {"a.warc.gz": warc(OTHER)}, 1),
        # One file alone, of which nothing was kept for others, gets a second one that needs it.
        ({"a.warc.gz": warc(ORIGINAL)}, {"d.warc.gz": warc(REVISIT)}, 2),
        # Another file of the same size.
        ({"a.warc": unpacked(ORIGINAL, OTHER)}, {"a.warc": unpacked(OTHER, ORIGINAL)}, 2),
    ],
)
def test_what_was_finished_of_other_archives_is_done_again(before, after, articles, folder, requested, monkeypatch):
    for name, data in before.items():
        (folder / name).write_bytes(data)
    killed(requested, monkeypatch)
    for name, data in after.items():
        (folder / name).write_bytes(data)
        os.utime(folder / name, ns=(1, 1))

    again = extracted(requested)
    fresh = extracted(replace(requested, directory=requested.directory / "../fresh"))

    assert (again.tally.articles, again.verdict) == (articles, fresh.verdict)
    assert files(again.manifest.parent) == files(fresh.manifest.parent)


def test_what_was_finished_of_the_same_archives_is_kept(folder, requested, monkeypatch):
    (folder / "a.warc.gz").write_bytes(warc(ORIGINAL))
    (folder / "c.warc.gz").write_bytes(warc(REVISIT, OTHER))
    killed(requested, monkeypatch)
    before = {path: path.stat().st_mtime_ns for path in requested.directory.glob("part-*")}

    assert extracted(requested).tally.articles == 3
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert len(before) == 2


# ---------------------------------------------------------------- archives that have something in common


def test_an_archive_that_is_given_twice_is_read_once(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(folder)
    (tmp_path / "other").mkdir()
    given = ["folder", "other", str(folder), "link", "folder/../other"]

    assert each_once(place(each, tmp_path) for each in given) == (folder, tmp_path / "other")


def test_files_of_one_name_are_compared_with_nothing(folder, requested, tmp_path):
    """A record names the file of its page, and not where that lay."""
    (folder / "a.warc.gz").write_bytes(warc(ORIGINAL))
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.warc.gz").write_bytes(warc(OTHER))
    both = replace(requested, paths=(folder, other))
    part = tmp_path / "part-00001.jsonl"
    part.write_bytes(b"")

    with pytest.raises(AmbiguousFileError, match=f"{folder} and {other} both hold a file called a.warc.gz"):
        extracted(replace(both, earlier=(part,)))
    assert not requested.directory.exists()
    assert extracted(both).tally.articles == 2
    (other / "a.warc.gz").rename(other / "b.warc.gz")
    assert extracted(replace(both, earlier=(part,), directory=tmp_path / "again")).tally.articles == 2


# ---------------------------------------------------------------- a target in object storage


def test_extraction_that_came_to_nothing_is_in_no_other_s_way(folder, requested, store, monkeypatch):
    """Neither one that finds no article, nor one that was interrupted before a unit was finished."""
    (folder / "a.warc.gz").write_bytes(warc(ORIGINAL))
    there = replace(requested, directory=store.path("to"))

    with pytest.raises(NoArticleError):
        extracted(replace(there, sites=("harbour",)))
    assert store.tree() == {}
    with monkeypatch.context() as patched:
        patched.setattr(extraction, "Extract", interrupted)
        with pytest.raises(KeyboardInterrupt):
            extracted(replace(there, max_body=1))
    assert store.tree() == {}
    assert extracted(there).tally.articles == 1
    assert sorted(store.tree()) == ["to/manifest.json", "to/part-00001.jsonl", "to/site-facts-00001.jsonl"]


def test_extraction_of_which_a_unit_is_finished_is_in_the_way_of_another(folder, requested, store, monkeypatch):
    (folder / "a.warc.gz").write_bytes(warc(ORIGINAL))
    there = replace(requested, directory=store.path("to"))
    killed(there, monkeypatch)

    with pytest.raises(TargetError, match="another extraction was begun there"):
        extracted(replace(there, max_body=1))
    assert extracted(there).tally.articles == 1
