"""Makes collections, written as a crawl writes them but without one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from newsspider.collection.writer import CollectionWriter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.collection.collection import Collection
    from newsspider.warc.exchange import Exchange

STARTED = datetime(2026, 1, 30, tzinfo=UTC)
RUN = "20260130T000000000Z-bench"
_PART = 200
"""Records."""


def make(
    collection: Collection, captured: Iterable[tuple[Exchange, dict[str, Any] | None]], *, run: str = RUN
) -> None:
    """Write a run: exchanges, each with the record of its page if it has one, whose locator is filled in here."""
    items = collection.items_dir / run
    items.mkdir(parents=True)
    collection.runs_dir.mkdir(exist_ok=True)
    parts: list[dict[str, Any]] = []
    lines: list[bytes] = []

    def publish() -> None:
        data = b"".join(lines)
        name = f"part-{len(parts) + 1:05}.jsonl"
        (items / name).write_bytes(data)
        sha256 = hashlib.sha256(data).hexdigest()
        parts.append({"name": name, "size": len(data), "records": len(lines), "sha256": sha256})
        lines.clear()

    with CollectionWriter(
        collection, prefix="bench", max_size=1 << 30, payload_digest="standard", info=[], hostname="bench"
    ) as writer:
        for exchange, record in captured:
            capture = writer.write_exchange(exchange)
            if record is None:
                continue
            lines.append(orjson.dumps(record | {"archive": asdict(capture.where)}) + b"\n")
            if len(lines) == _PART:
                publish()
        if lines:
            publish()
        warcs = writer.finish()
    manifest = {
        "run": run,
        "previous": None,
        "started": STARTED.isoformat(),
        "parts": parts,
        "site_facts_parts": [],
        "site_facts": {},
        "warcs": [{name: getattr(each, name) for name in ("name", "size", "records", "sha256")} for each in warcs],
    }
    (collection.runs_dir / f"{run}.json").write_text(json.dumps(manifest), encoding="utf-8")
