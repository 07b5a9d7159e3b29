"""What is left of a finished unit until all are: its tally and key, under which a later run finds it to be done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import orjson

from newsspider.durable import write_whole
from newsspider.extraction.unit import Tally

if TYPE_CHECKING:
    from pathlib import Path


def tally_path(directory: Path, unit: int) -> Path:
    return directory / f"unit-{unit:05}.json"


def facts_path(directory: Path, unit: int) -> Path:
    return directory / f"facts-{unit:05}.jsonl"


def store(directory: Path, unit: int, key: str, tally: Tally) -> None:
    """Note durably that a unit is done."""
    write_whole(tally_path(directory, unit), orjson.dumps({"key": key, "tally": tally}))


def load(directory: Path, unit: int, key: str) -> Tally | None:
    """Return the tally of a unit that was done under the same key."""
    try:
        said = json.loads(tally_path(directory, unit).read_bytes())
    except FileNotFoundError:
        return None
    return Tally.from_record(said["tally"]) if said["key"] == key else None
