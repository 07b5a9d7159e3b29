"""What a lookup finds: the right capture of the right address, whole, in whatever file its payload is."""

from __future__ import annotations

import gzip
import shutil
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.collection.collection import Collection
from newsspider.collection.lookup import ArchivedPage, Lookup
from newsspider.collection.source import SourceError
from newsspider.warc.cdxj import CdxjEntry
from newsspider.warc.urlkey import urlkey
from tests.archive.exchanges import STARTED, URL, chunked, exchange, header, page, writer

if TYPE_CHECKING:
    from pathlib import Path

LONG = b"<p>a payload that is long enough to be stored once</p>" * 40


def capture(path: Path, body: bytes, *, url: str = URL, after: float = 0, **changes: Any) -> None:
    """One run that captures one page, *after* seconds from STARTED."""
    with writer(path) as open_writer:
        open_writer.write_exchange(
            exchange(page(body), **{"url": url, "started": STARTED + timedelta(seconds=after), **changes})
        )


class Found:
    """What is found in *paths*, and what was reported when it was last searched."""

    def __init__(self, *paths: Path, max_block: int | None = None) -> None:
        self.reports: list[str] = []
        self._paths, self._max_block = paths, max_block

    def page(self, url: str = URL, at: datetime | None = None) -> ArchivedPage | None:
        self.reports.clear()
        with closing(Lookup(self._paths, self.reports.append, max_block=self._max_block)) as lookup:
            return lookup.page(url, at)

    def body(self, url: str = URL, at: datetime | None = None) -> bytes | None:
        found = self.page(url, at)
        return None if found is None else found.http.body()


def warc(*records: tuple[dict[str, str], bytes], version: bytes = b"WARC/1.0") -> bytes:
    """Somebody else's WARC file, gzipped record by record."""
    return b"".join(
        gzip.compress(
            header([*fields.items(), ("Content-Length", str(len(block)))]).replace(b"WARC/1.1", version)
            + block
            + b"\r\n\r\n"
        )
        for fields, block in records
    )


def response(block: bytes, *, url: str = URL, second: int = 0, **fields: str) -> tuple[dict[str, str], bytes]:
    own = {"WARC-Type": "response", "WARC-Target-URI": url, "WARC-Date": f"2026-01-30T08:00:{second:02}Z"}
    return {**own, **{name.replace("_", "-"): value for name, value in fields.items()}}, block


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "foreign.warc.gz"


# ---------------------------------------------------------------- when


def test_the_newest_capture_is_taken_unless_a_time_is_given(tmp_path):
    for after in (0, 3600, 7200):
        capture(tmp_path, b"%d" % after, after=after)
    found = Found(tmp_path)

    assert found.body() == b"7200"
    assert [found.body(at=STARTED + timedelta(seconds=each)) for each in (-9999, 0, 1700, 1900, 3600, 9999)] == [
        b"0", b"0", b"0", b"3600", b"3600", b"7200"
    ]  # fmt: skip


def test_of_equally_near_captures_the_newest_is_taken(tmp_path):
    capture(tmp_path, b"before", after=0.5)
    capture(tmp_path, b"after", after=10.5)

    at = STARTED.replace(microsecond=0) + timedelta(seconds=5)
    assert Found(tmp_path).body(at=at) == b"after"


def test_of_captures_in_one_second_the_last_is_taken(tmp_path):
    with writer(tmp_path) as open_writer:
        for body in (b"first", b"second", b"third"):
            open_writer.write_exchange(exchange(page(body)))

    assert Found(tmp_path).body() == b"third"
    assert Found(tmp_path).body(at=STARTED) == b"third"


def test_several_sources_are_searched_together(tmp_path):
    capture(tmp_path / "a", b"old")
    capture(tmp_path / "b", b"new", after=5)

    for paths in (("a", "b"), ("b", "a")):
        found = Found(*(tmp_path / each for each in paths))
        assert [found.body(), found.body(at=STARTED)] == [b"new", b"old"]


# ---------------------------------------------------------------- what


def test_it_tells_what_whoever_captured_it_would_say(tmp_path):
    with writer(tmp_path) as open_writer:
        written = [
            open_writer.write_exchange(exchange(page(LONG), url=f"{URL}?n={each}")) for each in ("first", "again")
        ]

    assert [each.type for each in written] == ["response", "revisit"]
    found = Found(tmp_path)
    assert [found.page(each.url).capture for each in written] == written
    assert [found.body(each.url) for each in written] == [LONG, LONG]


def test_letter_case_tells_pages_apart(tmp_path):
    """Index keys fold it, and identifiers of pages differ in it."""
    capture(tmp_path, b"right", url="https://www.kankanews.com/detail/LMw")
    capture(tmp_path, b"wrong", url="https://www.kankanews.com/detail/lmW", after=5)

    assert Found(tmp_path).body("https://www.kankanews.com/detail/LMw") == b"right"
    assert Found(tmp_path).body("https://www.kankanews.com/detail/LMW") is None


def test_the_other_scheme_serves_where_there_is_nothing_better(tmp_path):
    capture(tmp_path, b"plain", url="http://kankanews.com/detail/a", after=5)
    found = Found(tmp_path)

    assert (found.page().capture.url, found.page().elsewhere) == ("http://kankanews.com/detail/a", True)
    capture(tmp_path, b"the very one")
    assert (Found(tmp_path).body(), Found(tmp_path).page().elsewhere) == (b"the very one", False)


@pytest.mark.parametrize("written", [URL, URL.replace(".com", ".com:443"), URL.replace("https://www", "HTTPS://WWW")])
def test_another_spelling_is_not_elsewhere(file, written):
    """Nor is a redirect that the very address gave."""
    moved = page(b"", b"Location: /x", status=b"302 Found")
    file.write_bytes(warc(response(page(b"old"), url=written), response(moved, url=written, second=5)))

    for asked in (URL, f"{URL}#top", URL.replace(".com", ".com:443"), URL.replace("https://www", "Https://Www")):
        found = Found(file).page(asked)
        assert (found.http.status, found.elsewhere) == (302, False)


@pytest.mark.parametrize("status", [b"301 X", b"302 X", b"307 X", b"308 X"])
@pytest.mark.parametrize("url", [URL.replace("https", "http"), URL.replace("www.", "")])
def test_a_redirect_of_another_address_of_the_site_is_no_answer(file, status, url):
    file.write_bytes(warc(response(page(b"", status=status), url=url), response(page(b"plain"), url=url, second=5)))

    assert Found(file).body(at=STARTED) == b"plain"


def test_of_captures_that_are_not_whole_the_nearest_is_taken(file):
    cut = [b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n%d" % number for number in range(3)]
    file.write_bytes(warc(*(response(block, second=10 * number) for number, block in enumerate(cut))))

    assert [Found(file).body(at=STARTED + timedelta(seconds=each)) for each in (0, 11, 30)] == [b"0", b"1", b"2"]


def test_what_says_not_modified_in_an_index_of_others_is_no_page(tmp_path):
    unmodified = b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"
    records = [warc(response(page(b"the page"))), warc(response(unmodified, second=5))]
    lines = [
        CdxjEntry(
            urlkey=urlkey(URL), timestamp=f"2026013008000{5 * number}", url=URL, mime=None, status=status, digest=None,
            length=len(records[number]), offset=number * len(records[0]), filename="a.warc.gz",
        ).line()
        for number, status in enumerate(("200", "304"))
    ]  # fmt: skip
    with zipfile.ZipFile(tmp_path / "x.wacz", "w") as package:
        package.writestr("archive/a.warc.gz", b"".join(records))
        package.writestr("indexes/index.cdxj", b"".join(lines))

    assert Found(tmp_path / "x.wacz").body() == b"the page"


def test_a_redirect_of_the_other_scheme_is_no_answer(tmp_path):
    """It would lead back to where it was asked for."""
    with writer(tmp_path) as open_writer:
        answer = page(b"", b"Location: " + URL.encode(), status=b"301 Moved")
        open_writer.write_exchange(exchange(answer, url=URL.replace("https", "http")))

    assert Found(tmp_path).page() is None
    assert Found(tmp_path).page(URL.replace("https", "http")).http.status == 301


def test_not_modified_is_no_page(tmp_path):
    capture(tmp_path, b"the page")
    with writer(tmp_path) as open_writer:
        open_writer.write_exchange(
            exchange(b"HTTP/1.1 304 Not Modified\r\n\r\n", started=STARTED + timedelta(seconds=5))
        )

    assert Found(tmp_path).body() == b"the page"
    index = Collection(tmp_path).index_path  # as others make it
    line = index.read_text(encoding="utf-8")
    later = line.replace(" 2026", " 2027").replace('"status": "200"', '"status": "304"')
    index.write_text(line + later, encoding="utf-8")
    assert '"304"' in later
    assert Found(tmp_path).body() == b"the page"


def test_a_capture_that_is_not_whole_is_the_last_resort(tmp_path):
    cut = exchange(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhal", truncated="disconnect", started=STARTED)
    with writer(tmp_path) as open_writer:
        open_writer.write_exchange(cut)

    assert (Found(tmp_path).body(), Found(tmp_path).page().truncated) == (b"hal", True)
    capture(tmp_path, b"whole", after=-3600)
    assert (Found(tmp_path).body(), Found(tmp_path).page().truncated) == (b"whole", False)


def test_a_block_over_the_limit_is_reported_and_not_read(tmp_path):
    capture(tmp_path, b"small")
    capture(tmp_path, b"x" * 5000, after=5)
    found = Found(tmp_path, max_block=1000)

    assert found.body() == b"small"
    (report,) = found.reports
    assert "more than 1,000" in report


# ---------------------------------------------------------------- revisits of others


def revisit(block: bytes = b"", *, second: int = 9, **fields: str) -> tuple[dict[str, str], bytes]:
    return response(block, second=second, **{"WARC_Type": "revisit", **fields})


def test_a_revisit_without_date_is_resolved_by_its_digest(file):
    file.write_bytes(
        warc(
            response(page(b"other"), second=7, WARC_Payload_Digest="sha1:OTHER"),
            response(page(b"same"), second=1, WARC_Payload_Digest="sha1:SAME"),
            revisit(WARC_Payload_Digest="sha1:SAME"),
        )
    )

    assert Found(file).body() == b"same"


def test_the_label_of_a_digest_is_written_in_two_ways(file):
    file.write_bytes(
        warc(
            response(page(b"same"), WARC_Payload_Digest="sha256:81f0"),
            revisit(
                WARC_Payload_Digest="sha-256:81f0",
                WARC_Refers_To_Target_URI=f"<{URL}>",
                WARC_Refers_To_Date="2026-01-30T08:00:00Z",
            ),
        )
    )

    assert Found(file).body() == b"same"


def test_another_page_of_the_same_second_is_not_the_original(file):
    reference = {"WARC_Refers_To_Target_URI": URL, "WARC_Refers_To_Date": "2026-01-30T08:00:00Z"}
    file.write_bytes(
        warc(
            response(page(b"right"), WARC_Record_ID="<urn:uuid:1>", WARC_Payload_Digest="sha1:A"),
            response(page(b"wrong"), WARC_Record_ID="<urn:uuid:2>", WARC_Payload_Digest="sha1:B"),
            revisit(WARC_Payload_Digest="sha1:A", **reference),
            revisit(second=8, WARC_Refers_To="<urn:uuid:1>", **reference),
        )
    )
    found = Found(file)

    assert found.body() == b"right"
    assert found.body(at=datetime(2026, 1, 30, 8, 0, 8, tzinfo=UTC)) == b"right"


def test_a_revisit_keeps_its_own_head(file):
    file.write_bytes(
        warc(
            response(page(LONG, b"X: then"), WARC_Payload_Digest="sha1:A"),
            revisit(b"HTTP/1.1 200 OK\r\nX: now\r\n\r\n", WARC_Payload_Digest="sha1:A"),
        )
    )

    assert (b"X", b"now") in Found(file).page().http.headers
    assert Found(file).body() == LONG


def test_a_revisit_without_original_gives_way_to_the_next_capture(file):
    file.write_bytes(warc(response(page(b"old"), WARC_Payload_Digest="sha1:A"), revisit(WARC_Payload_Digest="sha1:B")))
    found = Found(file)

    assert found.body() == b"old"
    assert [each.partition(": ")[2] for each in found.reports] == [
        f"a revisit whose original, of {URL}, is in none of the files given"
    ]


def test_a_revisit_is_resolved_in_another_source(tmp_path):
    """Each WARC file of a collection given by itself."""
    capture(tmp_path / "c", LONG)
    capture(tmp_path / "c", LONG, after=60)
    first, second = Collection(tmp_path / "c").warc_files()

    assert Found(second).page() is None
    assert Found(second, first).page().capture.type == "revisit"
    assert Found(second, first).body() == LONG


# ---------------------------------------------------------------- odd answers


@pytest.mark.parametrize(
    ("block", "status", "body"),
    [
        (b"HTTP/1.1 200\r\n\r\nno reason", 200, b"no reason"),
        (b"HTTP/1.0 200 OK\n\nbare line feeds", 200, b"bare line feeds"),
        (page(b"Nothing here.", status=b"404 \xe6\x97\xa0"), 404, b"Nothing here."),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b"in chunks"), 200, b"in chunks"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nchunks undone", 200, b"chunks undone"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\ncoding undone", 200, b"coding undone"),
    ],
)
def test_odd_answers_are_read(file, block, status, body):
    file.write_bytes(warc(response(block), version=b"WARC/0.18"))
    found = Found(file).page()

    assert (found.http.status, found.http.body()) == (status, body)


def test_what_is_no_answer_is_passed_over(file):
    file.write_bytes(
        warc(
            response(page(b"the page")),
            response(b"\x16\x03\x01", second=1),
            response(b"about it", second=2, WARC_Type="metadata", Content_Type="text/plain"),
            response(b"GET / HTTP/1.1\r\n\r\n", second=3, WARC_Type="request"),
        )
    )
    found = Found(file)

    assert found.body() == b"the page"
    assert [each.partition(": ")[2] for each in found.reports] == ["the response has no HTTP status"]


def test_a_resource_answers_as_a_page_would(file):
    file.write_bytes(warc(response(b"<title>kept</title>", WARC_Type="resource", Content_Type="text/html")))
    found = Found(file).page()

    assert (found.http.status, found.http.headers) == (200, [(b"Content-Type", b"text/html")])
    assert found.http.body() == b"<title>kept</title>"


def test_addresses_that_others_left_unescaped_are_found(file):
    file.write_bytes(warc(response(page(b"x"), url="<https://kankanews.com/看 看>")))

    assert Found(file).body("https://kankanews.com/%E7%9C%8B%20%E7%9C%8B") == b"x"


# ---------------------------------------------------------------- indexes


def test_an_index_is_used_where_there_is_one(tmp_path, monkeypatch):
    capture(tmp_path, b"x")
    monkeypatch.setattr("newsspider.collection.source.page_lines", None)

    assert Found(tmp_path).body() == b"x"


def test_files_that_the_index_lacks_are_read(tmp_path):
    capture(tmp_path, b"old")
    index = Collection(tmp_path).index_path
    before = index.read_bytes()
    capture(tmp_path, b"new", after=5)

    index.write_bytes(before)
    assert Found(tmp_path).body() == b"new"
    index.unlink()
    assert Found(tmp_path).body() == b"new"
    assert not index.exists()


def test_a_damaged_index_is_reported_and_done_without(tmp_path):
    capture(tmp_path, b"x")
    Collection(tmp_path).index_path.write_bytes(b"com,kankanews)/ 2026")
    found = Found(tmp_path)

    assert found.body() == b"x"
    (report,) = found.reports
    assert "not a line of an index" in report


def test_an_index_that_leads_to_another_page_is_not_followed(tmp_path):
    capture(tmp_path, b"old")
    capture(tmp_path, b"other", url=f"{URL}?other", after=5)
    index = Collection(tmp_path).index_path
    right, wrong = sorted(index.read_text().splitlines(keepends=True), key=lambda line: "?other" in line)
    index.write_text(right + wrong.replace("a?other", "a", 1).replace(f"{URL}?other", URL))
    found = Found(tmp_path)

    assert found.body() == b"old"
    (report,) = found.reports
    assert report.endswith(f": a record of {URL}?other, where the index has {URL}")


def test_a_file_that_the_index_names_and_is_gone_is_reported(tmp_path):
    capture(tmp_path, b"old")
    capture(tmp_path, b"new", after=5)
    gone = Collection(tmp_path).warc_files()[1]
    gone.unlink()
    found = Found(tmp_path)

    assert found.body() == b"old"
    (report,) = found.reports
    assert gone.name in report


def test_a_file_that_is_not_finished_is_named(tmp_path):
    capture(tmp_path, b"old")
    (path,) = Collection(tmp_path).warc_files()
    shutil.copy(path, path.with_name("killed.warc.gz.open"))
    found = Found(tmp_path)

    assert found.body() == b"old"
    (report,) = found.reports
    assert "killed.warc.gz.open: not finished" in report


def test_sources_stay_as_they_are_and_nothing_is_left_behind(tmp_path, monkeypatch):
    capture(tmp_path / "c", b"x")
    (path,) = Collection(tmp_path / "c").warc_files()
    before = sorted(tmp_path.rglob("*"))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))

    lookup = Lookup([path], [].append, max_block=None)
    assert lookup.page(URL, None) is not None
    lookup.close()
    lookup.close()
    with pytest.raises(SourceError):
        Lookup([path, scratch], [].append, max_block=None)

    scratch.rmdir()
    assert sorted(tmp_path.rglob("*")) == before


TWO_PAGES = warc(response(page(b"x")), response(page(b"y")))


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("empty.warc.gz", b"", "it holds no capture"),
        ("text.txt", b"hello", "begins here"),
        ("whole.warc.gz", gzip.compress(gzip.decompress(TWO_PAGES)), "recompress"),
        ("requests.warc.gz", warc(response(b"GET /", WARC_Type="request")), "it holds no capture"),
    ],
)
def test_a_file_without_captures_is_refused(tmp_path, name, data, problem):
    path = tmp_path / name
    path.write_bytes(data)

    with pytest.raises(SourceError, match=problem):
        Found(path).page()


def test_a_directory_without_archives_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")

    with pytest.raises(SourceError, match="it holds no WARC file"):
        Found(tmp_path).page()
