"""Collections whose index has several files, as it has when it is large."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from newsspider.collection.collection import Collection
from newsspider.collection.state import State
from newsspider.warc.cdxj import filename_of

if TYPE_CHECKING:
    from pathlib import Path


def deal_out(path: Path) -> None:
    """Put the lines of the one file of an index into one for each WARC file, and let the next run know them."""
    index = Collection(path).index
    assert index.files() == [index.path]
    lines = list(index.lines())
    warcs = sorted({filename_of(line) for line in lines})
    assert len(warcs) > 1
    for number, warc in enumerate(warcs):
        dealt = [line for line in lines if filename_of(line) == warc]
        index.path.with_name(f"index-{number}.cdxj" if number else "index.cdxj").write_bytes(b"".join(dealt))
    with closing(State(path / "state.sqlite3")) as state:
        state.set_indexed([], index.as_left(), all_files=False)
