"""What a collection remembers between runs: found at once by who noted it, by others when it is kept."""

from __future__ import annotations

from contextlib import closing

import pytest

from newsspider.collection.database import StateDamagedError
from newsspider.collection.state import State, copy_without_files, peek_newest_run
from newsspider.warc.answer import Original

ONE, TWO = b"1" * 20, b"2" * 20
RUN = ("20260101T000000000Z-a", "ff" * 32)


def original(warc: str, chunked: int = 0) -> Original:
    return Original(record_id="urn:uuid:1", url="http://a.cn/", date="2026-01-30T08:00:00Z", warc=warc, chunked=chunked)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.sqlite3"


@pytest.fixture
def state(path):
    with closing(State(path)) as opened:
        yield opened


def test_a_payload_is_known_at_once_and_to_others_when_it_is_kept(state, path):
    with closing(State(path)) as other:
        state.remember_payload(ONE, original("a.warc.gz", chunked=1))
        assert (state.find_payload(ONE), other.find_payload(ONE)) == (original("a.warc.gz", chunked=1), None)
        assert state.find_payload(TWO) is None

        state.commit()
        assert state.find_payload(ONE) == other.find_payload(ONE) == original("a.warc.gz", chunked=1)


def test_the_payload_that_was_stored_last_is_the_one_to_refer_to(state, path):
    state.remember_payload(ONE, original("old.warc.gz"))
    state.commit()
    state.remember_payload(ONE, original("new.warc.gz"))
    assert state.find_payload(ONE) == original("new.warc.gz")

    state.commit()
    with closing(State(path)) as other:
        assert other.find_payload(ONE) == original("new.warc.gz")


def test_what_was_not_kept_is_not_known_later(state, path):
    state.remember_payload(ONE, original("a.warc.gz"))
    state.close()

    with closing(State(path)) as later:
        assert later.find_payload(ONE) is None


def test_what_was_kept_once_is_not_written_again(state):
    """Else a payload that was forgotten meanwhile would come back."""
    state.remember_payload(ONE, original("gone.warc.gz"))
    state.commit()
    state.set_indexed([], {}, all_files=True)
    state.commit()

    assert state.find_payload(ONE) is None


@pytest.mark.parametrize(
    ("all_files", "files", "payloads"),
    [
        (False, {"a.warc.gz": 1, "b.warc.gz": 22, "c.warc.gz": 3}, {ONE: "a.warc.gz", TWO: "b.warc.gz"}),
        (True, {"b.warc.gz": 22, "c.warc.gz": 3}, {TWO: "b.warc.gz"}),
    ],
)
def test_files_are_added_or_are_all_there_are_and_then_nothing_refers_to_others(all_files, files, payloads, state):
    state.remember_payload(ONE, original("a.warc.gz"))
    state.remember_payload(TWO, original("b.warc.gz"))
    state.commit()
    state.set_indexed(
        [("a.warc.gz", 1), ("b.warc.gz", 2)], {"index.cdxj": (1, 2), "index-1.cdxj": (3, 4)}, all_files=True
    )

    state.set_indexed([("b.warc.gz", 22), ("c.warc.gz", 3)], {"index.cdxj": (5, 6)}, all_files=all_files)

    assert state.indexed_files() == files
    assert state.index_as_left() == {"index.cdxj": (5, 6)}  # of what is not named any more nothing is known
    found = {key: state.find_payload(key) for key in (ONE, TWO)}
    assert {key: each.warc for key, each in found.items() if each} == payloads


def test_the_newest_run_is_one(state, path):
    assert (state.newest_run(), peek_newest_run(path)) == (None, None)

    state.set_newest_run("20250101T000000000Z-a", "00" * 32)
    state.set_newest_run(*RUN)

    assert state.newest_run() == peek_newest_run(path) == RUN


def test_to_look_for_the_newest_run_makes_nothing(path):
    assert peek_newest_run(path) is None
    assert not path.exists()

    path.write_bytes(b"")  # a database in which nothing is yet
    assert peek_newest_run(path) is None
    assert path.read_bytes() == b""

    path.write_bytes(b"garbage" * 999)
    with pytest.raises(StateDamagedError):
        peek_newest_run(path)


def test_a_copy_for_another_machine_knows_payloads_and_no_files(state, path, tmp_path):
    state.remember_payload(ONE, original("a.warc.gz"))
    state.commit()
    state.set_indexed([("a.warc.gz", 1)], {"index.cdxj": (1, 2)}, all_files=False)
    state.set_newest_run(*RUN)
    copy = tmp_path / "copy" / "state.sqlite3"
    copy.parent.mkdir()
    copy.write_bytes(b"of a run that was killed")

    copy_without_files(path, copy)

    assert [each.name for each in copy.parent.iterdir()] == ["state.sqlite3"]
    assert copy.read_bytes()[18:20] == b"\1\1"  # no log belongs to it (https://www.sqlite.org/fileformat2.html, 1.3.2)
    with closing(State(copy)) as copied:
        assert copied.find_payload(ONE) == original("a.warc.gz")
        assert (copied.newest_run(), copied.indexed_files(), copied.index_as_left()) == (RUN, {}, {})
    assert state.indexed_files() == {"a.warc.gz": 1}
    assert state.index_as_left() == {"index.cdxj": (1, 2)}
