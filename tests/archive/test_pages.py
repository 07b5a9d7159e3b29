"""What stands for a page, however others wrote it: which records make one, and which never do."""

from __future__ import annotations

import base64
import gzip
import hashlib
import zlib
from contextlib import closing
from typing import TYPE_CHECKING

import brotli
import pytest

from newsspider.collection.captures import page_at
from newsspider.collection.collection import Collection
from newsspider.collection.indexing import rebuild_index
from newsspider.collection.lookup import Lookup
from newsspider.collection.source import SourceError, open_source
from newsspider.warc.address import address
from tests.archive.exchanges import URL, exchange, page, writer
from tests.archive.test_lookup import Found, response, revisit, warc
from tests.archive.test_wacz import DEFLATED, wacz

if TYPE_CHECKING:
    from pathlib import Path

PAGE = b"<title>the page</title>" + b"<p>its text</p>" * 99
OTHER = b"something else"
A, B, C = (f"<urn:uuid:00000000-0000-0000-0000-00000000000{each}>" for each in "abc")


def request(method: bytes, record_id: str, *, second: int = 0, **fields: str) -> tuple[dict[str, str], bytes]:
    own = {"WARC_Type": "request", "WARC_Record_ID": record_id, "Content_Type": "application/http;msgtype=request"}
    return response(method + b" /detail/a HTTP/1.1\r\nHost: a\r\n\r\n", second=second, **own, **fields)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "foreign.warc.gz"


# ---------------------------------------------------------------- method and range


@pytest.mark.parametrize("method", [b"HEAD", b"OPTIONS", b"POST", b"PUT", b"PROPFIND", b"M-SEARCH", b"head"])
@pytest.mark.parametrize("names", ["request names response", "response names request"])
@pytest.mark.parametrize("order", ["response first", "request first", "far apart"])
def test_an_answer_to_another_method_is_no_page(file, method, names, order):
    by_request = {"WARC_Concurrent_To": B} if names == "request names response" else {}
    by_response = {} if by_request else {"WARC_Concurrent_To": C}
    answer = response(page(OTHER), second=5, WARC_Record_ID=B, **by_response)
    asked = request(method, C, second=5, **by_request)
    sound = [response(page(PAGE), WARC_Record_ID=A), request(b"GET", "<urn:x:1>", WARC_Concurrent_To=A)]
    records = {
        "response first": [*sound, answer, asked],
        "request first": [*sound, asked, answer],
        "far apart": [asked, *sound, answer],
    }[order]
    file.write_bytes(warc(*records))

    assert Found(file).body() == PAGE


@pytest.mark.parametrize("concurrent", ["", "<>", None])
def test_a_request_without_id_says_nothing_of_a_page_that_names_none(file, concurrent):
    fields = {} if concurrent is None else {"WARC_Concurrent_To": concurrent}
    asked, block = request(b"HEAD", "", url="https://www.kankanews.com/detail/b", **fields)
    del asked["WARC-Record-ID"]
    file.write_bytes(warc(response(page(PAGE), **fields), (asked, block)))

    assert Found(file).body() == PAGE


def test_an_answer_to_another_method_is_no_page_of_the_collection_that_made_it(tmp_path):
    with writer(tmp_path) as open_writer:
        open_writer.write_exchange(exchange(page(PAGE)))
        posted = open_writer.write_exchange(
            exchange(page(OTHER), method="POST", sent=b"POST /detail/a HTTP/1.1\r\nHost: a\r\n\r\n")
        )
    kept = Collection(tmp_path).index_path.read_bytes()

    assert Found(tmp_path).body() == PAGE
    assert page_at(Collection(tmp_path), posted.where).http.body() == OTHER  # whoever cites it finds it
    rebuild_index(Collection(tmp_path), lambda *_: None)
    assert Collection(tmp_path).index_path.read_bytes() == kept


@pytest.mark.parametrize(
    "content_range",
    [b"bytes 0-365/1687", b"bytes 5-9/10", b"bytes 0-9/*", b"bytes 0-9/11", b"bytes=0-9/10", b"items 0-9/10", b""],
)
def test_a_part_of_a_page_is_no_page(file, content_range):
    field = b"Content-Range: " + content_range
    file.write_bytes(warc(response(page(PAGE)), response(page(OTHER, field, status=b"206 Partial"), second=5)))

    assert Found(file).body() == PAGE


def test_a_range_that_is_all_of_a_page_is_one(file):
    whole = page(PAGE, b"Content-Range: bytes 0-%d/%d" % (len(PAGE) - 1, len(PAGE)), status=b"206 Partial Content")
    file.write_bytes(warc(response(page(OTHER)), response(whole, second=5)))

    assert Found(file).body() == PAGE


def test_an_answer_that_announces_more_than_is_there_is_the_last_resort(file):
    """As one to HEAD is whose request is not there."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"
    file.write_bytes(warc(response(page(PAGE)), response(head, second=5)))

    assert Found(file).body() == PAGE
    assert Found(file).page().truncated is False


def test_an_index_of_others_that_lists_answers_to_post_is_read(tmp_path):
    (tmp_path / "archive").mkdir()
    path = tmp_path / "archive/a.warc.gz"
    path.write_bytes(warc(response(page(PAGE)), response(page(OTHER), second=5)))
    (index,) = open_source(path, tmp_path, [].append).indexes
    lines = index.read_text().splitlines(keepends=True)
    posted = lines[1].replace("/detail/a ", "/detail/a?__wb_method=POST&x=1 ", 1)
    package = wacz(
        tmp_path / "c.wacz",
        {"archive/a.warc.gz": path.read_bytes(), "indexes/index.cdxj": (lines[0] + posted).encode()},
        DEFLATED,
    )

    assert Found(package).body() == PAGE


def test_an_index_of_others_that_lists_an_answer_to_options_as_a_page_is_read(tmp_path):
    path = tmp_path / "a.warc.gz"
    sound = response(page(PAGE), WARC_Record_ID=A)
    asked = response(page(OTHER), second=5, WARC_Record_ID=B)
    path.write_bytes(warc(sound, asked))
    (index,) = open_source(path, tmp_path, [].append).indexes
    data = warc(sound, asked, request(b"OPTIONS", C, second=5, WARC_Concurrent_To=B))
    members = {"archive/a.warc.gz": data, "indexes/index.cdxj": index.read_bytes()}

    assert Found(wacz(tmp_path / "c.wacz", members, DEFLATED)).body() == PAGE


# ---------------------------------------------------------------- segments


def segments(*blocks: bytes, total: int | None = None, truncated: bool = False) -> list[tuple[dict[str, str], bytes]]:
    made = [response(blocks[0], WARC_Record_ID=A, WARC_Segment_Number="1")]
    for number, block in enumerate(blocks[1:], 2):
        fields = {"WARC_Type": "continuation", "WARC_Segment_Number": str(number), "WARC_Segment_Origin_ID": A}
        if number == len(blocks):
            fields["WARC_Segment_Total_Length"] = str(sum(map(len, blocks)) if total is None else total)
            if truncated:
                fields["WARC_Truncated"] = "length"
        made.append(response(block, WARC_Record_ID=f"<urn:x:{number}>", **fields))
    return made


WHOLE = page(PAGE)


def test_segments_are_joined(file):
    first, *rest = segments(WHOLE[:300], WHOLE[300:900], WHOLE[900:])
    file.write_bytes(warc(*rest[::-1], first))
    found = Found(file)

    assert (found.body(), found.page().truncated, found.reports) == (PAGE, False, [])


def test_segments_in_another_file_of_the_source_are_joined(tmp_path):
    first, second = segments(WHOLE[:300], WHOLE[300:])
    (tmp_path / "1.warc.gz").write_bytes(warc(first))
    (tmp_path / "2.warc.gz").write_bytes(warc(second))

    assert Found(tmp_path).body() == PAGE
    said: list[str] = []
    with closing(Lookup([tmp_path / "2.warc.gz", tmp_path / "1.warc.gz"], said.append, max_block=None)) as lookup:
        assert lookup.page(URL, None).http.body() == PAGE
    assert said == [f"{tmp_path / '2.warc.gz'}: it holds no capture"]
    with pytest.raises(SourceError, match="no capture in them can be read"):
        Lookup([tmp_path / "2.warc.gz", tmp_path / "2.warc.gz"], said.append, max_block=None)
    alone = Found(tmp_path / "1.warc.gz")
    assert alone.page().truncated is True
    (report,) = alone.reports
    assert report.endswith("a segmented record that is not complete: segment 2 is in none of the files given")


@pytest.mark.parametrize(
    ("records", "problem"),
    [
        (segments(WHOLE[:300], WHOLE[300:], total=5), f"its 2 segments make {len(WHOLE):,} bytes, and 5 are stated"),
        (segments(WHOLE[:300], WHOLE[300:900], WHOLE[900:])[:2], "segment 3 is in none of the files given"),
        (segments(WHOLE[:300], WHOLE[300:], truncated=True), "segment 2 was cut off"),
        (segments(WHOLE[:300]), "segment 2 is in none of the files given"),
        (segments(WHOLE[:300], WHOLE[300:900], WHOLE[900:])[::2], "segment 2 is in none of the files given"),
    ],
)
def test_segments_that_are_not_all_there_are_no_whole_page(file, records, problem):
    file.write_bytes(warc(*records))
    found = Found(file)

    assert found.page().truncated is True
    assert found.reports[0].endswith(problem)
    file.write_bytes(warc(*records, response(page(OTHER), second=0, WARC_Date="2020-01-01T00:00:00Z")))
    assert Found(file).body() == OTHER


TOTAL_WITH_ZERO = {"WARC-Segment-Total-Length": f"0{len(WHOLE)}"}


@pytest.mark.parametrize(
    "change",
    [
        lambda first, second, third: [first, second, second, third],
        lambda *all_of_them: [(f | {"WARC-Segment-Total-Length": str(len(WHOLE))}, b) for f, b in all_of_them],
        lambda *all_of_them: [(f, b) if b != WHOLE[900:] else (f | TOTAL_WITH_ZERO, b) for f, b in all_of_them],
        lambda first, *_: [(first[0] | {"WARC-Segment-Total-Length": str(len(WHOLE))}, WHOLE)],
        lambda *all_of_them: [(f | {"WARC-Segment-Number": "0" + f["WARC-Segment-Number"]}, b) for f, b in all_of_them],
    ],
    ids=["one of them twice", "each with the length", "a length with a zero before it", "a single one", "number 01"],
)
def test_segments_are_joined_however_their_fields_are_written(file, change):
    file.write_bytes(warc(*change(*segments(WHOLE[:300], WHOLE[300:900], WHOLE[900:]))))
    found = Found(file)

    assert (found.body(), found.page().truncated, found.reports) == (PAGE, False, [])


def test_segments_together_are_not_longer_than_a_page_may_be(file):
    file.write_bytes(warc(*segments(WHOLE[:300], WHOLE[300:])))
    found = Found(file, max_block=1500)

    assert found.page() is None
    assert "more than 1,500 bytes" in found.reports[0]


# ---------------------------------------------------------------- revisits


SHA1 = hashlib.sha1(PAGE)
ORIGINAL = {"WARC_Record_ID": A, "WARC_Payload_Digest": "sha1:" + base64.b32encode(SHA1.digest()).decode()}


@pytest.mark.parametrize(
    "digest",
    [
        f"sha1:{SHA1.hexdigest()}",
        f"SHA-1:{SHA1.hexdigest().upper()}",
        "sha1:" + base64.b32encode(SHA1.digest()).decode().lower(),
        "sha1:" + base64.b64encode(SHA1.digest()).decode(),
        "sha1:" + base64.urlsafe_b64encode(SHA1.digest()).decode().rstrip("="),
        f"sha256:{hashlib.sha256(PAGE).hexdigest()}",
        f"md5:{hashlib.md5(PAGE).hexdigest()}",
        SHA1.hexdigest(),
        base64.b32encode(SHA1.digest()).decode(),
    ],
)
def test_the_original_has_its_digest_in_another_spelling(file, digest):
    file.write_bytes(
        warc(response(page(OTHER), second=3), response(page(PAGE), **ORIGINAL), revisit(WARC_Payload_Digest=digest))
    )

    assert Found(file).body() == PAGE
    with closing(Lookup([file], [].append, max_block=None)) as lookup:
        assert lookup.page(URL, None).capture.type == "revisit"


@pytest.mark.parametrize("named", [A, A.upper().replace("URN:UUID", "urn:uuid"), A[1:-1]])
def test_the_original_is_named_by_its_id_alone(file, named):
    file.write_bytes(
        warc(response(page(PAGE), url="https://other.cn/", WARC_Record_ID=A), revisit(WARC_Refers_To=named))
    )

    assert Found(file).body() == PAGE


@pytest.mark.parametrize("date", ["2026-01-30T08:00:01Z", "2026-01-30T08:00:00.999Z", "2026-01-30T07:59:59Z"])
def test_the_original_is_named_by_a_date_that_is_a_second_off(file, date):
    named = {"WARC_Refers_To_Target_URI": URL, "WARC_Refers_To_Date": date}
    file.write_bytes(warc(response(page(PAGE)), revisit(**named)))

    assert Found(file).body() == PAGE
    file.write_bytes(warc(response(page(PAGE)), revisit(**{**named, "WARC_Refers_To_Date": "2026-01-30T08:00:03Z"})))
    assert Found(file).page().capture.type == "response"


def test_the_original_is_a_revisit_itself(file):
    file.write_bytes(
        warc(
            response(page(PAGE), url="https://other.cn/", WARC_Record_ID=A),
            revisit(second=5, WARC_Record_ID=B, WARC_Refers_To=A),
            revisit(second=7, WARC_Record_ID=C, WARC_Refers_To=B),
        )
    )

    found = Found(file).page()
    assert (found.http.body(), found.capture.where.record_id) == (PAGE, C[1:-1])


def test_revisits_in_a_ring_have_no_original(file):
    file.write_bytes(
        warc(
            response(page(OTHER)),
            revisit(second=5, WARC_Record_ID=B, WARC_Refers_To=C),
            revisit(second=7, WARC_Record_ID=C, WARC_Refers_To=B),
        )
    )
    found = Found(file)

    assert found.body() == OTHER
    assert any("a revisit whose original" in each for each in found.reports)


def test_a_revisit_of_a_page_in_brotli_is_decoded(file):
    packed = page(brotli.compress(PAGE), b"Content-Encoding: br")
    head = packed.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    digest = "sha1:" + hashlib.sha1(brotli.compress(PAGE)).hexdigest()
    file.write_bytes(
        warc(response(packed, WARC_Payload_Digest=digest), revisit(head, WARC_Payload_Digest=digest))
    )

    assert Found(file).page().capture.type == "revisit"
    assert Found(file).body() == PAGE


@pytest.mark.parametrize("field", [b"", b"Content-Encoding: br\r\n"])
def test_a_payload_has_the_coding_that_its_own_head_names_where_the_revisits_names_none(file, field):
    packed = page(brotli.compress(PAGE), b"Content-Encoding: br")
    head = b"HTTP/1.1 200 OK\r\n" + field + b"\r\n"
    file.write_bytes(warc(response(packed, WARC_Record_ID=A), revisit(head, WARC_Refers_To=A)))

    assert Found(file).body() == PAGE


def test_a_revisit_whose_head_describes_a_body_without_coding_is_plain(file):
    """As a crawl read it: the first answer said br and was plain, and the second, of the same bytes, said nothing."""
    lied = page(PAGE, b"Content-Encoding: br")
    head = page(PAGE, b"Content-Type: text/html").partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    file.write_bytes(warc(response(lied, WARC_Record_ID=A), revisit(head, WARC_Refers_To=A)))

    assert Found(file).body() == PAGE


@pytest.mark.parametrize(("label", "coded"), [("gzip", gzip.compress(PAGE)), ("deflate", zlib.compress(PAGE))])
def test_a_page_whose_coding_was_undone_is_whole_also_where_its_length_was_left(file, label, coded):
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {label}\r\nContent-Length: {len(coded)}\r\n\r\n".encode()
    file.write_bytes(warc(response(head + PAGE)))
    assert Found(file).body() == PAGE

    file.write_bytes(warc(response(head + coded + b"\r\nwhat the connection had more")))
    assert Found(file).body() == PAGE


# ---------------------------------------------------------------- what is not complete


@pytest.mark.parametrize(
    ("body", "truncated"),
    [
        (b"9\r\n<p>a page\r\n0\r\n\r\n", False),
        (b"9\r\n<p>a page\r\n0\r\n", False),
        (b"9\r\n<p>a page\r\n", True),
        (b"9\r\n<p>a p", True),
        (b"9\r\n<p>a page\r\n9\r\n<p>an", True),
        (PAGE, False),  # the chunks were undone, and the field was left
    ],
)
def test_chunks_without_the_last_one_are_no_whole_page(file, body, truncated):
    file.write_bytes(warc(response(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body)))

    assert Found(file).page().truncated is truncated
    file.write_bytes(file.read_bytes() + warc(response(page(OTHER), WARC_Date="2020-01-01T00:00:00Z")))
    assert (Found(file).body() == OTHER) is truncated


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    "written",
    [
        "https://www.kankanews.com:443/detail/a",
        "HTTPS://WWW.Kankanews.COM/detail/a",
        "https://www.kankanews.com./detail/a",
        "https://www.kankanews.com:/detail/a",
        "https://www.kankanews.com/detail/a#top",
        "<https://www.kankanews.com:443/detail/a>",
        "http://www.kankanews.com:80/detail/a",
        "www.kankanews.com/detail/a",
        "kankanews.com/detail/a",
    ],
)
def test_an_address_is_found_however_it_is_written(file, written):
    file.write_bytes(warc(response(page(PAGE), url=written), response(page(OTHER), url=URL[:-1] + "A", second=3)))
    found = Found(file)

    assert found.body() == PAGE
    assert address(found.page().capture.url) == found.page().capture.url
    asked = Found(file).page(written.strip("<>"))
    assert asked is not None
    assert asked.http.body() == PAGE


@pytest.mark.parametrize("url", ["https://www.kankanews.com:8443/detail/a", "https://www.kankanews.com:80/detail/a"])
def test_another_port_is_another_address(file, url):
    file.write_bytes(warc(response(page(PAGE), url=url)))

    assert Found(file).page() is None
    assert Found(file).body(url) == PAGE


# ---------------------------------------------------------------- ARC


@pytest.mark.parametrize(
    ("url", "block", "status"),
    [
        ("http://www.kankanews.com/detail/a", page(PAGE), 200),
        ("HTTP://www.kankanews.com:80/detail/a", page(PAGE), 200),
        ("www.kankanews.com/detail/a", page(PAGE), 200),
        ("www.kankanews.com/detail/a", PAGE, 200),
        ("http://www.kankanews.com/detail/a", b"HTTP 200 Document follows\r\n\r\n" + PAGE, 200),
        ("http://www.kankanews.com/detail/a", PAGE, 200),
    ],
)
@pytest.mark.parametrize("gzipped", [False, True])
def test_pages_of_arc_files_are_found(tmp_path, url, block, status, gzipped):
    path = tmp_path / ("a.arc.gz" if gzipped else "a.arc")
    data = f"{url} 192.0.2.1 20121120080000 text/html {len(block)}\n".encode() + block + b"\n"
    path.write_bytes(gzip.compress(data) if gzipped else data)
    found = Found(path).page()

    assert (found.http.body(), found.http.status, found.capture.where.record_id) == (PAGE, status, None)
    assert found.capture.url == "http://www.kankanews.com/detail/a"
