"""The processes that a function is called in: how one ends."""

from __future__ import annotations

import pickle

from newsspider.engines.process import Process


def test_process_that_waits_for_a_unit_ends_by_itself_when_nobody_has_let_it_go_before():
    """As when its answer comes after all were let go, while it had a unit."""
    process = Process(pickle.dumps(len))
    assert process.answer("ab") == 2

    assert process.end() == "exit code 0"
