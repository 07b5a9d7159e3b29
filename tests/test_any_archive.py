"""Whatever a crawl reads out of an archive, `scrapy extract` reads too, and `scrapy verify` finds both sound."""

from __future__ import annotations

import gzip
import zipfile
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

import brotli
import pytest

from newsspider.demo import pages
from newsspider.demo.site import Site
from tests.archive.exchanges import chunked, page
from tests.archive.test_lookup import response, revisit, warc
from tests.archive.test_pages import request
from tests.warcs import articles, feed_lines, manifests

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsspider.demo.stories import Story

STORIES = [story for story in Site(articles=40, seed=7).stories if story.kind == "current"]
HTML = b"Content-Type: text/html; charset=utf-8"


def html(story: Story) -> bytes:
    return pages.article(story).encode()


def ids(story: Story) -> list[str]:
    return [f"<urn:uuid:{uuid5(NAMESPACE_URL, story.url + each)}>" for each in "abc"]


def arc(url: str, block: bytes) -> bytes:
    return gzip.compress(f"{url} 192.0.2.1 20260130080000 text/html {len(block)}\n".encode() + block + b"\n")


def segmented(story: Story) -> bytes:
    block, (first_id, second_id, _) = page(html(story), HTML), ids(story)
    rest = {
        "WARC_Type": "continuation", "WARC_Record_ID": second_id, "WARC_Segment_Number": "2",
        "WARC_Segment_Origin_ID": first_id, "WARC_Segment_Total_Length": str(len(block)),
    }  # fmt: skip
    first = response(block[:900], url=story.url, WARC_Record_ID=first_id, WARC_Segment_Number="1")
    return warc(first, response(block[900:], url=story.url, **rest))


def revisited(story: Story) -> bytes:
    first, second, _ = ids(story)
    original = response(page(html(story), HTML), url="https://mirror.example/copy.html", WARC_Record_ID=first)
    return warc(original, revisit(url=story.url, WARC_Record_ID=second, WARC_Refers_To=first))


def with_others(story: Story) -> bytes:
    """The page, and later a part of it and what was answered to POST."""
    first, second, third = ids(story)
    part = page(html(story)[:500], HTML, b"Content-Range: bytes 0-499/9999", status=b"206 Partial Content")
    return warc(
        response(page(html(story), HTML), url=story.url, WARC_Record_ID=first),
        response(part, url=story.url, second=3, WARC_Record_ID=second),
        response(page(b"<p>thanks</p>", HTML), url=story.url, second=5, WARC_Record_ID=third),
        request(b"POST", "<urn:x:1>", second=5, WARC_Concurrent_To=third),
    )


def of(block: Callable[[bytes], bytes], **fields: str) -> Callable[[Story], bytes]:
    """A WARC file of one record."""
    return lambda story: warc(response(block(html(story)), **{"url": story.url, **fields}))


def packed(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\n" + HTML + b"\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    return head + chunked(gzip.compress(body))


SOURCES: dict[str, Callable[[Story], bytes]] = {
    "plain.warc": lambda story: gzip.decompress(of(lambda body: page(body, HTML))(story)),
    "gzipped.warc.gz": of(lambda body: page(body, HTML)),
    "resource.warc.gz": of(bytes, WARC_Type="resource", Content_Type="text/html"),
    "no-type.warc.gz": of(bytes, WARC_Type="resource", Content_Type="application/octet-stream"),
    "brotli.warc.gz": of(lambda body: page(brotli.compress(body, quality=4), HTML, b"Content-Encoding: UTF-8, BR")),
    "label.warc.gz": of(lambda body: page(body, HTML, b"Content-Encoding: none")),
    "transfer-coding.warc.gz": of(packed),
    "range.warc.gz": of(
        lambda body: page(
            body, HTML, b"Content-Range: bytes 0-%d/%d" % (len(body) - 1, len(body)), status=b"206 Partial Content"
        )
    ),
    "ncsa.warc.gz": of(lambda body: b"HTTP 200 Document follows\r\n" + HTML + b"\r\n\r\n" + body),
    "segmented.warc.gz": segmented,
    "revisited.warc.gz": revisited,
    "with-others.warc.gz": with_others,
    "port.warc.gz": lambda story: warc(response(page(html(story), HTML), url=story.url.replace(".com/", ".com.:443/"))),
    "no-scheme.warc.gz": lambda story: warc(
        response(html(story), url=story.url.removeprefix("https://"), WARC_Type="resource", Content_Type="text/html")
    ),
    "arc.arc.gz": lambda story: arc(story.url.replace("https", "http").replace(".com/", ".com:80/"), page(html(story))),
    "arc-without-heads.arc.gz": lambda story: arc(story.url.removeprefix("https://"), html(story)),
}


@pytest.fixture(scope="module")
def read(tmp_path_factory, scrapy_run_in):
    """The archives, the collection of the crawl that read them, and the directory of the extraction."""
    tmp_path = tmp_path_factory.mktemp("any")
    run = scrapy_run_in(tmp_path)
    archives = []
    for (name, make), story in zip(SOURCES.items(), STORIES, strict=False):
        archives.append(tmp_path / name)
        archives[-1].write_bytes(make(story))
    story = STORIES[len(SOURCES)]
    archives.append(tmp_path / "package.wacz")
    with zipfile.ZipFile(archives[-1], "w") as package:
        package.writestr("archive/a.warc.gz", SOURCES["gzipped.warc.gz"](story))

    urls = ",".join(story.url for story in STORIES[: len(SOURCES) + 1])
    paths = ",".join(map(str, archives))
    crawl = run("crawl", "kankanews", "-a", f"archive={paths}", "-a", f"url={urls}")
    assert crawl.returncode == 0, crawl.stderr
    extract = run("extract", *map(str, archives), "--to", str(tmp_path / "out"))
    assert extract.returncode == 0, extract.stderr
    return archives, crawl.archive_dir / "kankanews", tmp_path / "out", run


def test_a_crawl_gives_a_record_of_every_archive(read):
    archives, collection, *_ = read

    records = {record["archive"]["warc"]: record for record in articles(collection)}
    assert sorted(records) == sorted(["a.warc.gz" if each.suffix == ".wacz" else each.name for each in archives])
    titles = {record["title"] for record in records.values()}
    assert titles == {story.title for story in STORIES[: len(archives)]}


def test_extract_gives_the_same_records(read):
    _, collection, out, _ = read

    lines = [line for part in sorted(out.glob("part-*.jsonl")) for line in part.read_bytes().splitlines(keepends=True)]
    assert sorted(lines) == sorted(feed_lines(collection, manifests(collection)[-1]))


def test_verify_finds_the_records_of_both_sound(read):
    archives, collection, out, run = read
    parts = [*collection.glob("items/*/part-*.jsonl"), *out.glob("part-*.jsonl")]

    ended = run("verify", *map(str, archives), *map(str, parts))

    of_parts = [line for line in ended.stdout.splitlines() if ".jsonl" in line and "fault" in line]
    assert of_parts == [], ended.stdout
