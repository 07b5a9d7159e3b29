"""What a run takes over of those that were killed, and what it learns of those that are complete."""

from __future__ import annotations

import hashlib
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from newsspider.collection.collection import Collection
from newsspider.demo import pages
from newsspider.demo.stories import tell
from newsspider.history.learning import Learner
from newsspider.record.items import to_json_line
from newsspider.runs import adoption
from newsspider.runs.adoption import (
    REPLAYED,
    LeftPartError,
    adopt,
    facts_of,
    learn,
    remove_directories_of,
    remove_half_written,
    unknown_articles,
)
from tests.history.records import read
from tests.order import order_below

if TYPE_CHECKING:
    from pathlib import Path

FIRST, SECOND, OWN = "20260101T000000Z", "20260102T000000Z", "20260103T000000Z"
ARTICLES = [read(pages.article(story), story.url) for story in tell(2, 1)]
LINES = [to_json_line(article) for article in ARTICLES]


class Ledger:
    """A ledger that knows these articles, events and complete runs, and says what it is told."""

    def __init__(self, *known: str, complete: tuple[str, ...] = ()) -> None:
        self.known, self.runs, self.calls = set(known), set(complete), []

    def knows(self, article) -> bool:
        return article.id in self.known

    def has_event(self, article, at, event) -> bool:
        return article in self.known

    def complete_runs(self) -> set[str]:
        return self.runs

    def take_over(self, run: str) -> None:
        self.calls.append(("take over", run))

    def commit(self) -> None:
        self.calls.append(("commit",))

    def complete(self, run: str, warcs) -> None:
        self.calls.append(("complete", run, list(warcs)))


@pytest.fixture
def collection(tmp_path) -> Collection:
    made = Collection.named(tmp_path, "news")
    made.items_dir.mkdir(parents=True)
    made.runs_dir.mkdir()
    return made


def left(collection: Collection, run: str, **files: bytes) -> Path:
    """Leave files in the directory of a run; ``_`` stands for a hyphen in their names."""
    directory = collection.items_dir / run
    directory.mkdir()
    for name, data in files.items():
        (directory / f"{name.replace('_', '-')}.jsonl").write_bytes(data)
    return directory


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_parts_of_killed_runs_are_numbered_on_the_oldest_first(collection):
    left(collection, SECOND, part_00001=b"c\n")
    left(collection, FIRST, part_00001=b"a\na\n", part_00002=b"b\n", site_facts_00001=b"f\n", others_00001=b"o\n")
    ledger = Ledger()

    adopted = adopt(collection, ledger, OWN)

    own = collection.items_dir / OWN
    assert (adopted.runs, adopted.records, ledger.calls) == ([FIRST, SECOND], 4, [("take over", OWN)])
    assert names(own) == ["part-00001.jsonl", "part-00002.jsonl", "part-00003.jsonl", "site-facts-00001.jsonl"]
    assert [(own / f"part-0000{number}.jsonl").read_bytes() for number in (1, 2, 3)] == [b"a\na\n", b"b\n", b"c\n"]
    assert [(part.name, part.records, part.size, part.sha256) for part in adopted.parts["part"]] == [
        (f"part-0000{number}.jsonl", records, len(data), hashlib.sha256(data).hexdigest())
        for number, records, data in [(1, 2, b"a\na\n"), (2, 1, b"b\n"), (3, 1, b"c\n")]
    ]
    assert [part.name for part in adopted.parts["site-facts"]] == ["site-facts-00001.jsonl"]
    assert names(collection.items_dir / FIRST) == ["others-00001.jsonl"]  # it is nobody's


def test_what_was_not_published_goes_and_what_was_is_durable_under_its_new_name(collection):
    directory = left(collection, FIRST, part_00001=b"a\n")
    (directory / ".part-00002.jsonl.part").write_bytes(b"half")
    (directory / ".part-00003.jsonl").write_bytes(b"hidden")
    with order_below(collection.items_dir) as steps:
        adopt(collection, Ledger(), OWN)

    assert names(directory) == [".part-00003.jsonl"]
    assert steps[:2] == [f"remove {FIRST}/.part-00002.jsonl.part", "sync ./"]  # its own directory is durable first
    assert steps[-2:] == [f"sync {OWN}/", "sync ./"]


def test_runs_that_are_complete_or_replayed_and_files_keep_what_is_theirs(collection):
    left(collection, FIRST, part_00001=b"a\n")
    (collection.runs_dir / f"{FIRST}.json").write_bytes(b"{}")
    (left(collection, SECOND, part_00001=b"a\n") / REPLAYED).touch()
    left(collection, OWN)
    (collection.items_dir / "20260102T120000Z").write_bytes(b"a file")

    assert adopt(collection, Ledger(), OWN).runs == []
    assert names(collection.items_dir / FIRST) == ["part-00001.jsonl"]


def damaged(collection: Collection, stem: str) -> SimpleNamespace:
    """Take over a part that is none."""
    left(collection, FIRST, **{f"{stem}_00001": b"no JSON\n"})
    return adopt(collection, Ledger(), OWN)


@pytest.mark.parametrize(
    ("stem", "read"),
    [
        ("part", lambda collection, adopted: unknown_articles(collection, Ledger(), OWN, adopted)),
        ("site_facts", lambda collection, adopted: facts_of(collection, OWN, adopted)),
    ],
    ids=["articles", "facts"],
)
def test_part_that_cannot_be_read_is_named_with_what_to_do(stem, read, collection):
    adopted = damaged(collection, stem)
    with pytest.raises(LeftPartError, match="move the file away, and run again"):
        list(read(collection, adopted))


def test_events_that_cannot_be_read_are_named_with_what_to_do(collection):
    with pytest.raises(LeftPartError, match="move the file away, and run again"):
        damaged(collection, "changes")


@pytest.mark.parametrize(("known", "kept"), [((), False), (("a",), False), (("a", "b"), True)], ids=str)
def test_events_are_taken_over_where_all_of_them_were_committed(known, kept, collection, monkeypatch):
    monkeypatch.setattr(
        adoption, "read_part", lambda *_: (SimpleNamespace(id=each, at=None, event="gone") for each in "ab")
    )
    directory = left(collection, FIRST, changes_00001=b"a\nb\n")

    adopted = adopt(collection, Ledger(*known), OWN)

    assert ([part.records for part in adopted.parts["changes"]], names(directory)) == ([2] * kept, [])


def test_records_of_which_the_ledger_knows_nothing_are_given(collection):
    left(collection, FIRST, part_00001=b"".join(line.rstrip(b"\n") + b"\n" for line in LINES))
    adopted = adopt(collection, Ledger(), OWN)

    assert len({article.id for article in ARTICLES}) > 1
    unknown = unknown_articles(collection, Ledger(ARTICLES[0].id), OWN, adopted)
    assert [article.id for article in unknown] == [article.id for article in ARTICLES[1:]]


def test_only_the_empty_directories_of_the_runs_that_are_named_are_removed(collection):
    left(collection, FIRST)
    left(collection, SECOND, part_00001=b"somebody's\n")
    left(collection, OWN)
    remove_directories_of(collection, [FIRST, SECOND, "20250101T000000Z"])

    assert names(collection.items_dir) == [SECOND, OWN]


def test_half_written_files_of_killed_runs_and_manifests_go(collection):
    of_killed, of_complete = left(collection, FIRST), left(collection, SECOND)
    (collection.runs_dir / f"{SECOND}.json").write_bytes(b"{}")
    for directory in (of_killed, of_complete, collection.runs_dir):
        (directory / ".x.part").touch()
    remove_half_written(collection)

    assert [names(each) for each in (of_killed, of_complete, collection.runs_dir)] == [
        [], [".x.part"], [f"{SECOND}.json"]
    ]  # fmt: skip


# ---------------------------------------------------------------- runs that the ledger lacks


@pytest.fixture
def learned(monkeypatch) -> list[str]:
    """The runs whose records were learned, of two records each."""
    runs: list[str] = []

    def learn_run(_, run) -> int:
        runs.append(run.run)
        return 2

    monkeypatch.setattr(Learner, "learn_run", learn_run)
    return runs


def ended(collection: Collection, run: str, **manifest) -> None:
    said = {"run": run, "warcs": [{"name": f"{run}.warc.gz"}]} | manifest
    (collection.runs_dir / f"{run}.json").write_text(json.dumps(said), encoding="utf-8")


def test_complete_runs_are_learned_once_and_those_from_archives_only_named(collection, learned, caplog):
    caplog.set_level("INFO", adoption.__name__)
    for run in (FIRST, SECOND, OWN):
        ended(collection, run)
    ended(collection, "20260104T000000Z", source={"archives": ["old"]})
    ledger = Ledger(complete=(FIRST,))

    assert learn(collection, ledger, None) == 4
    assert learned == [SECOND, OWN]
    assert ledger.calls == [
        ("complete", run, [f"{run}.warc.gz"]) for run in (SECOND, OWN, "20260104T000000Z")
    ]  # fmt: skip
    assert "does not know 3 runs" in caplog.text


def test_one_run_that_is_learned_is_nothing_to_tell_of(collection, learned, caplog):
    caplog.set_level("INFO", adoption.__name__)
    ended(collection, FIRST)

    assert (learn(collection, Ledger(), None), caplog.messages) == (2, [])


@pytest.mark.parametrize("manifest", ["{", "{}", "[]", '{"warcs": [{}]}', '{"warcs": 1}', '{"warcs": [1]}'])
def test_manifest_that_says_nonsense_is_told_and_holds_up_no_other(manifest, collection, learned, caplog):
    (collection.runs_dir / f"{FIRST}.json").write_text(manifest, encoding="utf-8")
    ended(collection, SECOND)
    ledger = Ledger()

    assert learn(collection, ledger, None) == 2
    assert ledger.calls == [("commit",), ("complete", SECOND, [f"{SECOND}.warc.gz"])]
    assert f"{FIRST}.json: its articles count as new ones" in caplog.text


def test_feed_that_cannot_be_read_is_told_and_holds_up_no_other(collection, caplog):
    ended(collection, FIRST, parts=[{"name": "part-00001.jsonl", "sha256": "0" * 64}])
    ledger = Ledger()

    assert learn(collection, ledger, None) == 0
    assert ledger.calls == [("commit",)]
    assert f"{FIRST}.json: its articles count as new ones" in caplog.text
