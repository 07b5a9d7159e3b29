"""Archives that others wrote, from the test data of public projects; not part of this one."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsspider.archive.lookup import Lookup
from newsspider.archive.source import SourceError

if TYPE_CHECKING:
    from newsspider.archive.captures import Page

FOREIGN = Path(__file__).parents[2].parent / "shared" / "foreign"
EXAMPLE = "http://example.com/"

pytestmark = pytest.mark.skipif(not FOREIGN.is_dir(), reason=f"no foreign archives in {FOREIGN}")


def find(url: str, *names: str) -> tuple[Page | None, list[str]]:
    reports: list[str] = []
    with closing(Lookup([FOREIGN / name for name in names], reports.append, max_block=None)) as lookup:
        return lookup.page(url, None), reports


@pytest.mark.parametrize(
    ("name", "captured", "kind"),
    [
        ("example-wget-bad-target-uri.warc.gz", "2018-02-09T15:12:11+00:00", "response"),
        ("example-wpull.warc.gz", "2015-03-30T23:50:46+00:00", "response"),
        ("example-resource.warc.gz", "2017-04-29T01:30:30+00:00", "response"),
        ("example.warc.gz", "2017-03-06T04:03:48+00:00", "revisit"),
        ("example.arc.gz", "2014-02-16T05:02:21+00:00", "response"),
    ],
)
def test_a_page_of_every_writer_is_read(name, captured, kind):
    found, reports = find(EXAMPLE, name)

    assert (found.capture.captured.isoformat(), found.capture.type) == (captured, kind)
    assert b"<title>Example Domain</title>" in found.http.body()
    assert reports == []


def test_behind_a_clipped_record_reading_goes_on():
    found, reports = find(EXAMPLE, "example-trunc.warc")

    assert found.http.body().startswith(b"<!doctype html>")
    assert [each.partition("example-trunc.warc ")[2][:17] for each in reports] == ["at byte 2,560: ne"]


def test_a_revisit_finds_its_original_in_another_file_at_another_address():
    names = ["example-url-agnostic-revisit.warc.gz", "example-url-agnostic-orig.warc.gz"]
    found, _ = find("http://test@example.com/", *names)

    assert found.capture.warc == names[0]
    assert b"Example Domain" in found.http.body()
    assert find("http://test@example.com/", names[0])[0] is None


def test_a_file_gzipped_as_a_whole_is_refused_with_advice():
    with pytest.raises(SourceError, match="warcio recompress"):
        find(EXAMPLE, "example-bad-non-chunked.warc.gz")


def test_a_file_without_answers_is_refused():
    with pytest.raises(SourceError, match="it holds no capture"):
        find(EXAMPLE, "example-digest.warc")


def test_a_folder_of_all_of_them_is_searched_and_what_is_damaged_named():
    found, reports = find(EXAMPLE, ".")

    assert found.capture.captured.year == 2018
    assert len(reports) == 2


def test_a_wacz_of_a_browser_is_read_by_its_index():
    found, reports = find("https://quotes.toscrape.com/", "quotes.wacz")

    assert (found.capture.warc, found.capture.offset, found.capture.length) == ("data.warc.gz", 109009, 2574)
    assert b"<title>Quotes to Scrape</title>" in found.http.body()
    revisited, _ = find("https://fonts.googleapis.com/css?family=Raleway:400,700", "quotes.wacz")
    assert (revisited.capture.type, revisited.http.body()[:18]) == ("revisit", b"/* cyrillic-ext */")
    assert reports == []
