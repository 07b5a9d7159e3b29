"""A process of one thread's own, which calls a function with one unit after another."""

from __future__ import annotations

import pickle

from newsspider.engines.process import Contained


def test_process_that_had_a_unit_when_all_were_let_go_ends_by_itself():
    contained = Contained(pickle.dumps(len))
    assert contained("ab") == 2
    (process,) = contained._all

    # As when its answer comes after `close` has gone round: nobody else has told it to end.
    assert process.end() == "exit code 0"
