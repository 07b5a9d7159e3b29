"""The record of a version out of its run's feed, in place of its page."""

from __future__ import annotations

from newsspider.history.recorded import _MOST, recorded
from newsspider.record.items import Article
from newsspider.record.records import from_record
from tests.feeds import article, line

WHERE = {"warc": "a.warc.gz", "offset": 0, "length": 9, "record_id": "urn:uuid:1", "payload_digest": None}
RECORD = article(1, archive=WHERE)
ARTICLE = from_record(RECORD, Article)


def test_parts_of_so_many_bytes_are_searched(tmp_path):
    said = line(RECORD)
    (tmp_path / "part-00001.jsonl").write_bytes(said)
    with (tmp_path / "part-00002.jsonl").open("wb") as file:
        file.truncate(_MOST - len(said))
    where, version = ARTICLE.archive, ARTICLE.provenance.parser_version
    on_it = recorded(tmp_path, where, version)

    with (tmp_path / "part-00002.jsonl").open("ab") as file:
        file.truncate(_MOST - len(said) + 1)

    assert on_it == ARTICLE
    assert recorded(tmp_path, where, version) is None
