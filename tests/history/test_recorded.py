"""The record of a version out of its run's feed, in place of its page."""

from __future__ import annotations

from newsspider.history.recorded import _MOST, recorded
from newsspider.record.items import Article
from newsspider.record.records import from_record
from tests.feeds import article, write_run

WHERE = {"warc": "a.warc.gz", "offset": 0, "length": 9, "record_id": "urn:uuid:1", "payload_digest": None}
RECORD = article(1, archive=WHERE)
ARTICLE = from_record(RECORD, Article)
PARSER = ARTICLE.provenance.parser_version


def test_record_is_taken_as_long_as_the_part_is_the_one_that_was_published(tmp_path):
    items = write_run(tmp_path, "run-1", [article(2)], [RECORD])
    part, manifest = items / "part-00002.jsonl", tmp_path / "runs/run-1.json"
    published = part.read_bytes()
    assert recorded(items, ARTICLE.archive, PARSER) == ARTICLE

    part.write_bytes(published.replace("第1篇".encode(), "第9篇".encode()))
    assert part.read_bytes() != published
    assert recorded(items, ARTICLE.archive, PARSER) is None

    part.write_bytes(published)
    manifest.unlink()
    assert recorded(items, ARTICLE.archive, PARSER) is None


def test_parts_of_so_many_bytes_are_searched(tmp_path):
    items = write_run(tmp_path, "run-1", [RECORD])
    size = (items / "part-00001.jsonl").stat().st_size
    with (items / "part-00002.jsonl").open("wb") as file:
        file.truncate(_MOST - size)
    on_it = recorded(items, ARTICLE.archive, PARSER)

    with (items / "part-00002.jsonl").open("ab") as file:
        file.truncate(_MOST - size + 1)

    assert on_it == ARTICLE
    assert recorded(items, ARTICLE.archive, PARSER) is None
