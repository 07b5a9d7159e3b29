"""The results of a unit that are kept until all are finished: its tally, and the key by which a later run finds it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import orjson

from newsspider.extraction.tally import CaptureTally
from newsspider.extraction.target import write

if TYPE_CHECKING:
    from pathlib import Path


def tally_path(directory: Path, unit: int) -> Path:
    """Return where the tally of a finished unit lies."""
    return directory / f"unit-{unit:05}.json"


def waiting_path(directory: Path, unit: int) -> Path:
    """Return where the tally lies of a unit that waits for what is in other files."""
    return directory / f"waiting-{unit:05}.json"


def kept_path(directory: Path, unit: int) -> Path:
    """Return the path of the results of such a unit's captures: a line each, or an offset that waits."""
    return directory / f"kept-{unit:05}.jsonl"


def index_path(directory: Path, unit: int) -> Path:
    """Return where the index of a unit's file lies."""
    return directory / f"index-{unit:05}.cdxj"


def facts_path(directory: Path, unit: int) -> Path:
    """Return where the facts lie that a unit's records cite."""
    return directory / f"facts-{unit:05}.jsonl"


def store(path: Path, key: str, tally: CaptureTally) -> None:
    """Note durably that what the tally is of is done."""
    write(path, orjson.dumps({"key": key, "tally": tally}))


def load(path: Path, key: str) -> CaptureTally | None:
    """Return the tally of what was done under the same key."""
    try:
        said = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return CaptureTally.from_record(said["tally"]) if said["key"] == key else None
