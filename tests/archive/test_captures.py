"""From the place of a record to its page: which record a revisit stands for, and what may lie in files not at hand."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.collection import captures as captures_module
from newsspider.collection.captures import Captures, Elsewhere, FoundEntry, RecordPlace, by_distance, page_at
from newsspider.collection.collection import Collection
from newsspider.collection.source import WarcSource, open_source
from newsspider.record.items import Locator
from newsspider.warc.cdxj import CdxjEntry
from newsspider.warc.reader import RecordError
from newsspider.warc.recordids import RecordIds
from tests.archive.exchanges import URL, chunked, page
from tests.archive.test_lookup import response, revisit, warc

if TYPE_CHECKING:
    from pathlib import Path

PAGE = b"<p>the page"
A, B, C = (f"<urn:uuid:00000000-0000-4000-8000-00000000000{each}>" for each in "abc")
NOW = "2026-01-30T08:00:00Z"


def sha1(data: bytes = PAGE) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


class Held:
    """Records in a file called x.warc.gz, and what reading their pages says."""

    def __init__(self, directory: Path, *records: tuple[dict[str, str], bytes], others: bool = False) -> None:
        self.path = directory / "x.warc.gz"
        made = [warc(each) for each in records]
        self.path.write_bytes(b"".join(made))
        self.places = [sum(map(len, made[:number])) for number in range(len(made))]
        self.said: list[str] = []
        source = open_source(self.path, directory, self.said.append, alone=False)
        self.source = WarcSource(source.path, source.files, source.indexes, others)
        self.said.clear()

    def captures(self, **options: Any) -> Captures:
        return Captures([self.source], self.said.append, **{"max_block": None, **options})

    def place(self, number: int) -> RecordPlace:
        return RecordPlace(self.source, "x.warc.gz", self.places[number])

    def page(self, number: int, **options: Any) -> Any:
        return self.captures(**options).read(self.place(number))

    def original(self, number: int, **options: Any) -> int | None:
        """The number of the record that a revisit stands for; None where there is none."""
        try:
            first, second = self.captures(**options).records(self.place(number))
        except RecordError as error:
            if "a revisit whose original" in error.problem:
                return None
            raise
        assert second.offset == self.places[number]
        return self.places.index(first.offset)


# -- where and what ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "block", "read"),
    [
        ("response", page(PAGE), PAGE),
        ("resource", PAGE, PAGE),
        *((kind, page(PAGE), None) for kind in ("request", "metadata", "warcinfo", "conversion", "continuation")),
        ("response", page(PAGE, status=b"206 Part"), None),
        ("response", page(PAGE, b"Content-Range: bytes 0-10/11", status=b"206 Part"), PAGE),
    ],
)
def test_a_page_is_an_answer_or_a_resource(tmp_path, kind, block, read):
    held = Held(tmp_path, response(page(b"other")), response(block, WARC_Type=kind, Content_Type="text/plain"))

    found = held.page(1)
    assert (None if found is None else found.http.body()) == read
    (record,) = held.captures().records(held.place(1))
    assert record.offset == held.places[1]


def test_a_capture_says_what_its_writer_would(tmp_path):
    fields = {"WARC_Record_ID": A, "WARC_Payload_Digest": "sha1:x", "WARC_Date": "2026-01-30T08:00:00.5Z"}
    away = response(page(PAGE, status=b"404 X"), url="HTTPS://News.example:443/a", **fields)
    held = Held(tmp_path, away, response(page(PAGE)))

    capture = held.page(0).capture
    assert (capture.url, capture.status, capture.type) == ("https://news.example/a", 404, "response")
    assert capture.captured.isoformat() == "2026-01-30T08:00:00.500000+00:00"
    length = held.places[1]
    assert capture.where == Locator(
        warc="x.warc.gz", offset=0, length=length, record_id=A[1:-1], payload_digest="sha1:x"
    )
    bare = held.page(1).capture.where
    assert (bare.offset, bare.record_id, bare.payload_digest) == (length, None, None)
    assert held.page(1).elsewhere is False


def test_a_resource_of_no_type_is_bytes(tmp_path):
    typed = response(PAGE, WARC_Type="resource", Content_Type="a/看")
    held = Held(tmp_path, response(PAGE, WARC_Type="resource"), typed)

    assert held.page(0).http.headers == [(b"Content-Type", b"application/octet-stream")]
    assert held.page(1).http.headers == [(b"Content-Type", "a/看".encode())]


@pytest.mark.parametrize(
    ("block", "fields", "whole"),
    [
        (page(PAGE), {}, True),
        (page(PAGE), {"WARC_Truncated": "length"}, False),
        (page(PAGE) + b"more", {}, True),
        (page(PAGE)[:-1], {}, False),
        (b"HTTP/1.1 200 OK\r\n\r\n" + PAGE, {}, True),
        (b"HTTP/1.1 200 OK\r\n\r\n", {}, True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", {}, True),
        (b"HTTP/1.1 304 X\r\nContent-Length: 9\r\n\r\n", {}, True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(PAGE), {}, True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(PAGE * 9, size=5), {}, True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(PAGE)[:-6], {}, False),
    ],
    ids=range(11),
)
def test_a_page_is_whole_where_the_message_says_so(tmp_path, block, fields, whole):
    assert Held(tmp_path, response(block, **fields)).page(0).truncated is not whole


def test_a_record_that_is_no_answer_is_told(tmp_path):
    held = Held(tmp_path, response(page(PAGE)), response(b"SSH-2.0"))

    with pytest.raises(RecordError, match="the response has no HTTP status"):
        held.page(1)


def test_a_file_that_is_not_there_is_told_with_its_place(tmp_path):
    held = Held(tmp_path, response(page(PAGE)))
    collection = Collection(tmp_path / "c")
    collection.archive_dir.mkdir(parents=True)

    for archive, path in ((held.source, held.path / "y.warc.gz"), (collection, collection.archive_dir / "y.warc.gz")):
        with pytest.raises(FileNotFoundError, match=f"^{path}: there is no such file"):
            held.captures().read(RecordPlace(archive, "y.warc.gz", 0))


def test_a_place_is_in_the_first_archive_that_has_the_file(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = Held(tmp_path / "a", response(page(PAGE))), Held(tmp_path / "b", response(page(b"other")))
    empty = Collection(tmp_path / "c")
    captures = Captures([empty, second.source, first.source], [].append, max_block=None)

    assert captures.place("x.warc.gz", 7) == RecordPlace(second.source, "x.warc.gz", 7)
    assert captures.place("y.warc.gz", 7) is None
    assert captures.read(captures.place("x.warc.gz", 0)).http.body() == b"other"


def test_at_a_place_of_a_collection_is_a_page_or_it_is_told(tmp_path):
    collection = Collection(tmp_path / "c")
    collection.archive_dir.mkdir(parents=True)
    first = warc(response(page(PAGE)))
    (collection.archive_dir / "x.warc.gz.open").write_bytes(first + warc(response(b"GET /", WARC_Type="request")))

    def where(offset: int, warc: str = "x.warc.gz") -> Locator:
        return Locator(warc=warc, offset=offset, length=1, record_id=None, payload_digest=None)

    assert page_at(collection, where(0)).http.body() == PAGE
    with pytest.raises(RecordError, match=rf"\.warc\.gz\.open at byte {len(first)}: this record holds no page. Look"):
        page_at(collection, where(len(first)))
    with pytest.raises(FileNotFoundError, match="there is no such file"):
        page_at(collection, where(0, "y.warc.gz"))


@pytest.mark.parametrize(
    ("asked", "fields", "others", "is_page"),
    [
        (b"POST / HTTP/1.1", {"WARC_Concurrent_To": A}, True, False),
        (b"POST / HTTP/1.1", {"WARC_Concurrent_To": A}, False, True),
        (b"GET / HTTP/1.1", {"WARC_Concurrent_To": A}, True, True),
        (b"POST / HTTP/1.1", {"WARC_Concurrent_To": B}, True, True),
        (b"POST / HTTP/1.1", {}, True, True),
        (b"POST / HTTP/1.1", {"WARC_Concurrent_To": A, "WARC_Type": "metadata"}, True, True),
        (b"POST / HTTP/1.1", {"WARC_Concurrent_To": A, "WARC_Date": "then"}, True, False),
    ],
)
def test_in_an_index_of_others_the_request_behind_an_answer_is_looked_at(tmp_path, asked, fields, others, is_page):
    request = response(asked + b"\r\n\r\n", **{"WARC_Type": "request", "WARC_Record_ID": C, **fields})
    held = Held(tmp_path, response(page(PAGE), WARC_Record_ID=A), request, others=others)

    assert (held.page(0) is not None) is is_page


@pytest.mark.parametrize("behind", [b"", b"garbage", warc(response(b"GET /", WARC_Type="request"))[:-9]])
def test_what_lies_behind_an_answer_and_cannot_be_read_says_nothing(tmp_path, behind):
    held = Held(tmp_path, response(page(PAGE), WARC_Record_ID=A), others=True)
    held.path.write_bytes(held.path.read_bytes() + behind)

    assert held.page(0).http.body() == PAGE
    assert held.said == []


# -- segments ---------------------------------------------------------------------------------------------------------


def segments(*blocks: bytes) -> list[tuple[dict[str, str], bytes]]:
    first, *rest = blocks
    made = [response(first, WARC_Record_ID=A, WARC_Segment_Number="1")]
    for number, block in enumerate(rest, 2):
        fields = {"WARC_Type": "continuation", "WARC_Segment_Number": str(number), "WARC_Segment_Origin_ID": A}
        made.append(response(block, WARC_Record_ID=f"<urn:x:{number}>", **fields))
    made[-1][0]["WARC-Segment-Total-Length"] = str(sum(map(len, blocks)))
    return made


@pytest.mark.parametrize(("more", "read"), [(0, True), (-1, False)])
def test_segments_together_are_as_long_as_a_block_may_be(tmp_path, more, read):
    whole = page(PAGE * 30)
    held = Held(tmp_path, *segments(whole[:100], whole[100:200], whole[200:]))

    if read:
        assert held.page(0, max_block=len(whole)).http.body() == PAGE * 30
    else:
        with pytest.raises(RecordError, match=f"its segments have more than {len(whole) - 1} bytes"):
            held.page(0, max_block=len(whole) - 1)


@pytest.mark.parametrize(
    ("number", "problem"),
    [("2", "it is not the first segment"), ("0", "it is not the first segment"), ("", "it is not the first segment")],
)
def test_a_segment_that_is_not_the_first_is_no_whole_page(tmp_path, number, problem):
    held = Held(tmp_path, response(page(PAGE), WARC_Segment_Number=number))

    assert (held.page(0).truncated, held.said) == (
        True, [f"{held.path} at byte 0: a segmented record that is not complete: {problem}"]
    )  # fmt: skip


def test_segments_may_lie_in_a_file_that_is_not_at_hand(tmp_path):
    held = Held(tmp_path, *segments(page(PAGE)[:20], page(PAGE)[20:]))

    assert held.page(0).http.body() == PAGE
    with pytest.raises(Elsewhere):
        held.page(0, several=True)


# -- revisits ---------------------------------------------------------------------------------------------------------

STATED = {"WARC_Payload_Digest": sha1()}
OTHER = {"WARC_Payload_Digest": sha1(b"!")}
THEN = {"WARC_Refers_To_Date": NOW, "WARC_Refers_To_Target_URI": URL}


@pytest.mark.parametrize(
    ("original", "again", "named"),
    [
        # By its ID, whatever else is said.
        ({"WARC_Record_ID": A}, {"WARC_Refers_To": A}, True),
        ({"WARC_Record_ID": A}, {"WARC_Refers_To": A.upper().replace("URN", "urn")}, True),
        ({"WARC_Record_ID": A, **OTHER}, {"WARC_Refers_To": A, **STATED}, True),
        ({"WARC_Record_ID": A}, {"WARC_Refers_To": B}, False),
        ({}, {"WARC_Refers_To": ""}, False),
        # By its payload, whatever date is said.
        (STATED, STATED, True),
        (STATED, {**STATED, "WARC_Refers_To": B}, True),
        (STATED, {"WARC_Payload_Digest": f"SHA-1:{hashlib.sha1(PAGE).hexdigest()}"}, True),
        (OTHER, STATED, False),
        (OTHER, {**STATED, **THEN}, False),
        ({}, STATED, True),
        ({}, OTHER, False),
        (STATED, {"WARC_Payload_Digest": f"md5:{hashlib.md5(PAGE).hexdigest()}"}, True),
        (STATED, {"WARC_Payload_Digest": f"md5:{hashlib.md5(b'!').hexdigest()}", **THEN}, False),
        (STATED, {"WARC_Payload_Digest": f"md5:{hashlib.md5(PAGE).hexdigest()}", "WARC_Refers_To_Date": "2020"}, True),
        # By address and date, where no digest can tell.
        ({}, THEN, True),
        (STATED, THEN, True),
        ({}, {"WARC_Refers_To_Date": NOW}, True),
        ({}, {**THEN, "WARC_Refers_To_Target_URI": f"<{URL.replace('.com', '.com:443')}>"}, True),
        ({}, {**THEN, "WARC_Payload_Digest": "sha9:00"}, True),
        ({}, {"WARC_Payload_Digest": "sha9:00"}, False),
        ({}, {**THEN, "WARC_Refers_To": B}, True),
        ({"WARC_Record_ID": A}, {**THEN, "WARC_Refers_To": B}, False),
        ({"WARC_Record_ID": A}, THEN, True),
        ({}, {**THEN, "WARC_Refers_To_Target_URI": URL.upper().replace("HTTPS", "https")}, False),
        ({}, {}, False),
        *(({}, {**THEN, "WARC_Refers_To_Date": f"2026-01-30T{time}Z"}, True) for time in ("07:59:59", "08:00:01")),
        *(({}, {**THEN, "WARC_Refers_To_Date": f"2026-01-30T{time}Z"}, False) for time in ("07:59:58.9", "08:00:01.1")),
        ({"WARC_Date": "2026-01-30T08:00:00.95Z"}, {**THEN, "WARC_Refers_To_Date": "2026-01-30T08:00:01.9Z"}, True),
    ],
    ids=range(31),
)
def test_a_revisit_names_its_original(tmp_path, original, again, named):
    held = Held(tmp_path, response(page(PAGE), **original), revisit(WARC_Record_ID=C, **again))

    assert held.original(1) == (0 if named else None)
    if named:
        assert (held.page(1).http.body(), held.page(1).capture.type) == (PAGE, "revisit")


@pytest.mark.parametrize("stored", [True, False])
def test_the_payload_of_chunks_is_known_by_either_convention(tmp_path, stored):
    body = chunked(PAGE)
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    digest = hashlib.sha256(body if stored else PAGE).hexdigest()
    held = Held(tmp_path, response(answer), revisit(WARC_Payload_Digest=f"sha256:{digest}"))

    assert held.original(1) == 0


@pytest.mark.parametrize(
    ("fields", "original"),
    [
        ({"second": 9}, 3),
        ({"second": 1}, 0),
        ({"second": 4}, 2),
        ({"second": 9, "WARC_Refers_To_Date": "2026-01-30T08:00:01Z"}, 0),
        ({"second": 1, "WARC_Refers_To_Date": "2026-01-30T08:00:07Z"}, 3),
    ],
)
def test_of_originals_of_one_payload_the_nearest_to_the_date_is_meant(tmp_path, fields, original):
    """To the one that is named, else its own; of captures in one second the last."""
    answers = [response(page(PAGE), second=second, **STATED) for second in (1, 4, 4, 7)]
    held = Held(tmp_path, *answers, revisit(**fields, **STATED))

    assert held.original(4) == original


def test_a_revisit_of_others_is_found_by_id_only_where_it_names_no_address(tmp_path):
    held = Held(
        tmp_path,
        response(page(PAGE), url=f"{URL}2", WARC_Record_ID=A),
        revisit(WARC_Refers_To=A),
        revisit(WARC_Refers_To=A, WARC_Refers_To_Date=NOW),
        revisit(WARC_Refers_To=A, WARC_Refers_To_Target_URI=URL),
        revisit(WARC_Refers_To=A, WARC_Refers_To_Target_URI=f"{URL}2"),
    )

    assert [held.original(number) for number in (1, 2, 3, 4)] == [0, 0, None, 0]


def test_files_are_read_for_their_ids_once(tmp_path, monkeypatch):
    held = Held(
        tmp_path, response(page(PAGE), url=f"{URL}2", WARC_Record_ID=A), *(revisit(WARC_Refers_To=A) for _ in range(3))
    )
    made: list[RecordIds] = []

    def note(files: object) -> RecordIds:
        made.append(RecordIds(files))
        return made[-1]

    monkeypatch.setattr(captures_module, "RecordIds", note)
    captures = held.captures()
    assert [captures.read(held.place(number)).http.body() for number in (1, 2, 3)] == [PAGE] * 3
    assert len(made) == 1


def test_a_revisit_that_is_named_has_no_payload_of_its_own_to_compare(tmp_path):
    held = Held(
        tmp_path,
        response(page(PAGE), url=f"{URL}2", WARC_Record_ID=A),
        revisit(second=5, WARC_Record_ID=B, WARC_Refers_To=A),
        revisit(WARC_Payload_Digest=f"md5:{hashlib.md5(PAGE).hexdigest()}", WARC_Refers_To_Date="2026-01-30T08:00:05Z"),
    )

    assert (held.original(2), held.said) == (0, [])


@pytest.mark.parametrize(("length", "found"), [(1, True), (99, True), (100, True), (101, False)])
def test_a_chain_of_revisits_is_followed_so_far(tmp_path, length, found):
    ids = [f"<urn:x:{number}>" for number in range(length + 1)]
    chain = [revisit(url=f"{URL}{n}", WARC_Record_ID=ids[n], WARC_Refers_To=ids[n - 1]) for n in range(1, length + 1)]
    held = Held(tmp_path, response(page(PAGE), url=f"{URL}0", WARC_Record_ID=ids[0]), *chain)

    assert held.original(length) == (0 if found else None)


@pytest.mark.parametrize(
    ("block", "status", "headers"),
    [
        (b"", 200, [(b"X", b"then"), (b"Content-Length", b"11")]),
        (b"HTTP/1.1 404 Now\r\nX: now\r\n\r\n", 404, [(b"X", b"now")]),
    ],
    ids=["without a head", "with one"],
)
def test_a_revisit_has_its_own_head_where_it_has_one(tmp_path, block, status, headers):
    held = Held(tmp_path, response(page(PAGE, b"X: then"), **STATED), revisit(block, **STATED))

    found = held.page(1)
    assert (found.http.status, found.http.headers, found.http.body()) == (status, headers, PAGE)
    assert (found.capture.status, found.capture.where.offset) == (status, held.places[1])


def test_an_original_that_cannot_be_read_is_reported_and_the_next_taken(tmp_path):
    held = Held(
        tmp_path,
        response(page(PAGE), second=1, **STATED),
        response(page(PAGE), second=8, **STATED),
        revisit(**STATED),
    )
    data = bytearray(held.path.read_bytes())
    data[held.places[2] - 6] ^= 0xFF
    held.path.write_bytes(data)

    assert held.original(2) == 0
    assert [each.partition(" (")[0] for each in held.said] == [
        f"{held.path} at byte {held.places[1]}: not a whole gzip member"
    ]


def test_an_original_whose_file_is_gone_is_reported_and_the_next_taken(tmp_path):
    held = Held(tmp_path, response(page(PAGE), second=1, **STATED), revisit(**STATED))
    (index,) = held.source.indexes
    first = index.read_text().splitlines(keepends=True)[0]
    gone = first.replace("20260130080001", "20260130080008").replace("x.warc.gz", "gone.warc.gz")
    index.write_text("".join(sorted([*index.read_text().splitlines(keepends=True), gone])))

    assert held.original(1) == 0
    assert held.said == [f"{held.path}/gone.warc.gz: there is no such file"]


def test_a_record_of_another_kind_is_no_original(tmp_path):
    held = Held(
        tmp_path,
        response(page(b"!")),
        response(PAGE, second=8, WARC_Type="metadata", Content_Type="text/plain", **STATED),
        response(PAGE, second=5, WARC_Type="resource", **STATED),
        revisit(**STATED),
    )

    assert held.original(3) == 2


@pytest.mark.parametrize(
    ("original", "again", "certain"),
    [
        ({"WARC_Record_ID": A, **STATED}, {"WARC_Refers_To": A}, True),
        ({"WARC_Record_ID": A, **STATED}, {"WARC_Refers_To": A.replace("a>", "A>")}, True),
        ({"WARC_Record_ID": A, **STATED}, {"WARC_Refers_To": B}, False),
        ({"WARC_Record_ID": A, **STATED}, THEN, True),
        ({"WARC_Record_ID": A, **STATED}, {**THEN, "WARC_Refers_To": B}, False),
        (STATED, {**THEN, "WARC_Refers_To_Date": "2026-01-30T08:00:01Z"}, False),
        (STATED, {"WARC_Refers_To_Date": NOW}, True),
        (STATED, {"WARC_Refers_To_Target_URI": URL}, False),
        (STATED, {}, False),
        (OTHER, {}, False),
    ],
)
def test_an_original_may_lie_in_a_file_that_is_not_at_hand_unless_it_is_cited(tmp_path, original, again, certain):
    held = Held(tmp_path, response(page(PAGE), **original), revisit(WARC_Record_ID=C, **STATED, **again))

    if certain:
        assert held.original(1, several=True) == 0
    else:
        with pytest.raises(Elsewhere):
            held.page(1, several=True)


def test_of_equally_near_captures_the_last_of_a_file_is_first(tmp_path):
    def entry(second: int, filename: str, offset: int) -> FoundEntry:
        line = CdxjEntry(
            urlkey="cn,a)/", timestamp=f"202601300800{second:02}", url=URL, mime=None, status="200", digest=None,
            length=1, offset=offset, filename=filename,
        )  # fmt: skip
        return FoundEntry(line, Collection(tmp_path))

    one, two, three, four = entry(0, "a", 10), entry(0, "a", 9), entry(0, "b", 1), entry(4, "a", 0)
    assert by_distance([two, one, four, three], None) == [four, three, one, two]
    moment = one.entry.captured
    assert by_distance([two, one, four, three], moment) == [three, one, two, four]
    assert by_distance([two, one, four, three], moment + timedelta(seconds=2)) == [four, three, one, two]
    assert by_distance([four, one], moment + timedelta(seconds=9)) == [four, one]
    assert by_distance([four, one], moment - timedelta(days=9)) == [one, four]
