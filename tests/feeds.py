"""Feeds made by hand: runs of records that vary a real one, with manifests that are true of them."""

from __future__ import annotations

import copy
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

CASE = Path(__file__).parent / "cases/kankanews/current/golden.json"
"""The sample page's record."""

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def sample() -> dict[str, Any]:
    record: dict[str, Any] = json.loads(CASE.read_text(encoding="utf-8"))
    return record


def article(number: int, *, hours: float = 0, **fields: Any) -> dict[str, Any]:
    """Return the record of article *number*, captured so many hours after noon; *fields* say what else differs."""
    record = copy.deepcopy(sample())
    record |= {
        "id": f"kankanews:made{number}",
        "title": f"第{number}篇 {record['title']}",
        "fetched_at": (NOON + timedelta(hours=hours)).isoformat(),
        **fields,
    }
    text = record["title"] + record["body_text"]
    record["content_hash"] = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    return record


def line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def write_part(path: Path, records: list[dict[str, Any]]) -> dict[str, Any]:
    """Write a feed part; return what a manifest says of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = b"".join(map(line, records))
    path.write_bytes(data)
    return {
        "name": path.name,
        "records": len(records),
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def write_run(collection: Path, run: str, *parts: list[dict[str, Any]], **others: list[dict[str, Any]]) -> Path:
    """Write a complete run; *others* are its site facts and changes. Return its directory of parts."""
    items = collection / "items" / run
    manifest = {
        "schema_version": "1.1",
        "run": run,
        "parts": [
            write_part(items / f"part-{number:05}.jsonl", records) for number, records in enumerate(parts, start=1)
        ],
        **{
            f"{kind}_parts": [write_part(items / f"{kind.replace('_', '-')}-00001.jsonl", records)]
            for kind, records in others.items()
        },
    }
    (collection / "runs").mkdir(parents=True, exist_ok=True)
    (collection / "runs" / f"{run}.json").write_text(json.dumps(manifest), encoding="utf-8")
    return items
