"""What can happen to a collection, by chance or on purpose: each function changes one, and says where.

The list of them is published in ``docs/proof.md`` under the same names, with the kinds of fault that each is.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import struct
import zlib
from base64 import b32encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsspider.proof.findings import Place

MUTATIONS: dict[str, Callable[[Made], Where]] = {}


@dataclass(frozen=True)
class Where:
    """A place that a fault has to name."""

    file: Path
    offset: int | None = None
    line: int | None = None

    def is_named_by(self, place: Place) -> bool:
        return (
            str(self.file) == str(place.file)
            and self.offset in (None, place.offset)
            and self.line in (None, place.line)
        )


@dataclass(frozen=True)
class Made:
    """A collection that may be changed; two runs have written it."""

    path: Path
    after_first_run: Path
    """A copy of the collection from between the runs."""

    @property
    def index(self) -> Path:
        return self.path / "indexes" / "index.cdxj"

    @property
    def manifests(self) -> list[Path]:
        return sorted((self.path / "runs").glob("*.json"))

    @property
    def warcs(self) -> list[Path]:
        return sorted((self.path / "archive").glob("*.warc.gz"))

    def parts(self, run: int, stem: str = "part") -> list[Path]:
        return sorted((self.path / "items" / self.manifests[run].stem).glob(f"{stem}-*.jsonl"))

    def page(self, run: int = 0, number: int = 0) -> Page:
        """The WARC record of an article's page."""
        record = json.loads(self.parts(run)[0].read_bytes().splitlines()[number])
        return Page(self.path / "archive" / record["archive"]["warc"], record["archive"]["offset"])

    def reseal(self) -> None:
        """Make every manifest say what its files are now."""
        for path in self.manifests:
            manifest = json.loads(path.read_bytes())
            items = f"items/{path.stem}"
            for kind, directory in (
                ("warcs", "archive"), ("parts", items), ("site_facts_parts", items), ("changes_parts", items)
            ):  # fmt: skip
                for each in manifest[kind]:
                    data = (self.path / directory / each["name"]).read_bytes()
                    records = len(members(data)) if kind == "warcs" else data.count(b"\n")
                    each.update(size=len(data), sha256=hashlib.sha256(data).hexdigest(), records=records)
            path.write_bytes(json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n")


@dataclass(frozen=True)
class Page:
    """A record in a WARC file."""

    file: Path
    offset: int

    @property
    def where(self) -> Where:
        return Where(self.file, self.offset)

    def read(self) -> bytes:
        """The record, decompressed."""
        return zlib.decompressobj(31).decompress(self.file.read_bytes()[self.offset :])

    def write(self, record: bytes) -> None:
        """Put *record* in its place, in a sound gzip member as long as the old one if that is large enough."""
        data = self.file.read_bytes()
        old = zlib.decompressobj(31)
        old.decompress(data[self.offset :])
        size = len(data) - self.offset - len(old.unused_data)
        self.file.write_bytes(data[: self.offset] + member(record, size) + old.unused_data)

    def change(self, pattern: bytes, change: Callable[[re.Match[bytes]], bytes]) -> Where:
        """Change what *pattern* matches first."""
        changed, count = re.subn(pattern, change, self.read(), count=1)
        assert count == 1, pattern
        self.write(changed)
        return self.where


def mutation(function: Callable[[Made], Where]) -> Callable[[Made], Where]:
    """Enter a function in the list under its name in words."""
    MUTATIONS[function.__name__.replace("_", " ")] = function
    return function


def member(record: bytes, size: int) -> bytes:
    """A gzip member of *size* bytes, or more where there is no way: filled up by the file name in its header."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflate.compress(record) + deflate.flush()
    end = struct.pack("<II", zlib.crc32(record), len(record))
    name = b"x" * max(0, size - len(body) - 19)
    return b"\x1f\x8b\x08\x08\0\0\0\0\0\xff" + name + b"\0" + body + end


def members(data: bytes) -> list[bytes]:
    """The gzip members of a file."""
    found = []
    while data:
        inflate = zlib.decompressobj(31)
        inflate.decompress(data)
        found.append(data[: len(data) - len(inflate.unused_data)])
        data = inflate.unused_data
    return found


def other_digit(match: re.Match[bytes]) -> bytes:
    """Replace the last byte of the match by another digit or letter that may stand there."""
    text = match[0]
    return text[:-1] + (b"3" if text[-1:] != b"3" else b"4")


def sha1(data: bytes) -> bytes:
    return b"sha1:" + b32encode(hashlib.sha1(data).digest())


def flip(path: Path, offset: int, bit: int = 0) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= 1 << bit
    path.write_bytes(data)


def change_line(path: Path, number: int, change: Callable[[bytes], bytes]) -> Where:
    """Change one line of a file, counted from 0."""
    lines = path.read_bytes().splitlines(keepends=True)
    changed = change(lines[number])
    assert changed != lines[number]
    lines[number] = changed
    path.write_bytes(b"".join(lines))
    return Where(path, line=number + 1)


def change_record(path: Path, number: int, change: Callable[[dict[str, Any]], Any]) -> Where:
    """Change one record of a feed part, counted from 0, and write it as the program does."""

    def changed(line: bytes) -> bytes:
        record = json.loads(line)
        change(record)
        return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    return change_line(path, number, changed)


def change_manifest(path: Path, change: Callable[[dict[str, Any]], Any]) -> Where:
    manifest = json.loads(path.read_bytes())
    change(manifest)
    path.write_bytes(json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n")
    return Where(path)


# ------------------------------------------------------------------------------------------------ in a WARC record


@mutation
def a_bit_of_a_stored_page(made: Made) -> Where:
    page = made.page()
    length = len(members(page.file.read_bytes()[page.offset :])[0])
    flip(page.file, page.offset + length // 2)
    return page.where


@mutation
def a_bit_of_a_gzip_checksum(made: Made) -> Where:
    page = made.page()
    length = len(members(page.file.read_bytes()[page.offset :])[0])
    flip(page.file, page.offset + length - 8)
    return page.where


@mutation
def a_byte_of_a_body_in_a_sound_member(made: Made) -> Where:
    return made.page().change(rb"(?s)\r\n\r\nHTTP.*?\r\n\r\n.{40}", other_digit)


@mutation
def a_byte_of_an_http_header_in_a_sound_member(made: Made) -> Where:
    return made.page().change(rb"\r\nContent-Type: text/h", other_digit)


@mutation
def a_byte_of_a_request_in_a_sound_member(made: Made) -> Where:
    page = made.page()
    (first, _) = members(page.file.read_bytes()[page.offset :])[:2]
    return Page(page.file, page.offset + len(first)).change(rb"\nUser-Agent: n", other_digit)


@mutation
def a_second_of_a_warc_date(made: Made) -> Where:
    return Where(made.page().change(rb"WARC-Date: [^.]*", other_digit).file)


@mutation
def a_digit_of_an_ip_address(made: Made) -> Where:
    return Where(made.page().change(rb"WARC-IP-Address: 1", other_digit).file)


@mutation
def a_letter_of_a_mandatory_fields_name(made: Made) -> Where:
    return made.page().change(rb"WARC-Record-I.", other_digit)


@mutation
def a_digit_of_the_warc_version(made: Made) -> Where:
    return made.page().change(rb"WARC/1.1", other_digit)


@mutation
def a_content_length_too_small(made: Made) -> Where:
    return made.page().change(rb"\r\nContent-Length: (\d+)(?=\r\n\r\nHTTP)", lambda found: b"\r\nContent-Length: 99")


@mutation
def a_letter_of_a_block_digest(made: Made) -> Where:
    return made.page().change(rb"WARC-Block-Digest: sha1:.", other_digit)


@mutation
def a_letter_of_a_payload_digest(made: Made) -> Where:
    return made.page().change(rb"WARC-Payload-Digest: sha1:.", other_digit)


@mutation
def blank_lines_after_a_record(made: Made) -> Where:
    page = made.page()
    page.write(page.read() + b"\r\n")
    return page.where


def a_line_of_the_header(made: Made, pattern: bytes, change: Callable[[re.Match[bytes]], bytes] | bytes) -> Where:
    """Change the header of a page's record, in a sound member, and make the manifests right."""
    where = made.page().change(pattern, change if callable(change) else lambda _: change)
    made.reseal()
    return where


@mutation
def a_named_field_without_its_colon_in_a_sound_member(made: Made) -> Where:
    return a_line_of_the_header(made, rb"WARC-IP-Address:", b"WARC-IP-Address;")


@mutation
def a_byte_that_is_no_utf8_in_a_header_in_a_sound_member(made: Made) -> Where:
    return a_line_of_the_header(made, rb"WARC-IP-Address: .", b"WARC-IP-Address: \xff")


@mutation
def a_field_doubled_in_a_sound_member(made: Made) -> Where:
    return a_line_of_the_header(made, rb"WARC-Date: .*\r\n", lambda found: found[0] * 2)


@mutation
def a_field_of_a_warcinfo_in_the_record_of_a_page(made: Made) -> Where:
    return a_line_of_the_header(made, rb"WARC-IP-Address:", b"WARC-Filename:")


@mutation
def no_bracket_around_a_record_id_in_a_sound_member(made: Made) -> Where:
    return a_line_of_the_header(made, rb"WARC-Record-ID: <", b"WARC-Record-ID: ")


@mutation
def a_space_in_the_address_of_a_page_in_a_sound_member(made: Made) -> Where:
    return a_line_of_the_header(made, rb"WARC-Target-URI: .*?/detail", lambda found: found[0][:-1] + b" ")


@mutation
def a_day_that_there_is_not_in_a_sound_member(made: Made) -> Where:
    return a_line_of_the_header(made, rb"(WARC-Date: \d{4})-\d\d-\d\d", lambda found: found[1] + b"-02-30")


@mutation
def the_version_before_fractions_of_a_second_in_a_sound_member(made: Made) -> Where:
    return a_line_of_the_header(made, rb"WARC/1.1", b"WARC/1.0")


@mutation
def a_warc_version_in_lower_case_in_a_sound_member(made: Made) -> Where:
    return a_line_of_the_header(made, rb"WARC/1.1", b"warc/1.1")


@mutation
def a_warc_version_of_a_draft_in_a_sound_member(made: Made) -> Where:
    return a_line_of_the_header(made, rb"WARC/1.1", b"WARC/0.17")


@mutation
def a_header_whose_lines_end_otherwise_in_a_sound_member(made: Made) -> Where:
    page = made.page()
    header, block = page.read().split(b"\r\n\r\n", 1)
    page.write(header.replace(b"\r\n", b"\n") + b"\n\n" + block)
    return page.where


@mutation
def a_digest_of_an_unknown_algorithm_in_a_sound_member(made: Made) -> Where:
    return a_line_of_the_header(made, rb"WARC-Block-Digest: sha1:\w+", b"WARC-Block-Digest: blake9:00")


@mutation
def a_page_in_place_of_a_warcinfo_that_a_record_names(made: Made) -> Where:
    other = re.search(rb"WARC-Record-ID: (\S+)", made.page(number=1).read())
    assert other is not None
    return a_line_of_the_header(made, rb"WARC-Warcinfo-ID: \S+", b"WARC-Warcinfo-ID: " + other[1])


@mutation
def a_first_segment_without_a_second(made: Made) -> Where:
    return made.page().change(rb"WARC-Type: response", lambda kind: kind[0] + b"\r\nWARC-Segment-Number: 1")


@mutation
def segments_of_another_length_than_is_stated(made: Made) -> Where:
    fields = b"\r\nWARC-Segment-Number: 1\r\nWARC-Segment-Total-Length: 5"
    return made.page().change(rb"WARC-Type: response", lambda kind: kind[0] + fields)


@mutation
def a_revisit_of_another_address(made: Made) -> Where:
    return made.page(run=1).change(rb"WARC-Refers-To-Target-URI: https://w", other_digit)


@mutation
def a_revisit_of_another_moment(made: Made) -> Where:
    return made.page(run=1).change(rb"WARC-Refers-To-Date: \d{3}.", other_digit)


@mutation
def a_revisit_of_another_payload(made: Made) -> Where:
    return made.page(run=1).change(rb"WARC-Payload-Digest: sha1:.", other_digit)


@mutation
def a_revisit_of_another_page(made: Made) -> Where:
    other = re.search(rb"WARC-Record-ID: (\S+)", made.page(run=0, number=1).read())
    assert other is not None
    return made.page(run=1).change(rb"WARC-Refers-To: \S+", lambda _: b"WARC-Refers-To: " + other[1])


@mutation
def two_payloads_swapped(made: Made) -> Where:
    first, second = sorted((made.page(number=0), made.page(number=1)), key=lambda page: (page.file, -page.offset))
    parts = [page.read().split(b"\r\n\r\n", 2) for page in (first, second)]
    for page, (warc, http, _), (_, _, body) in zip((first, second), parts, reversed(parts), strict=True):
        length = len(http + body)  # four bytes between them, and four behind, which are the record's
        warc = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % length, warc)
        page.write(b"\r\n\r\n".join((warc, http, body)))
    return second.where


@mutation
def a_page_forged_with_digests_index_and_manifests_made_right(made: Made) -> Where:
    number, page = sent_as_it_is(made)
    title = json.loads(made.parts(0)[0].read_bytes().splitlines()[number])["title"]
    forge(made, page, lambda body: body.replace(title.encode(), (title[:-1] + "假").encode()))
    return Where(made.parts(0)[0], line=number + 1)


def sent_as_it_is(made: Made) -> tuple[int, Page]:
    """Return a page that was sent neither compressed nor in chunks, and the number of its record in the first part."""
    titles = [json.loads(line)["title"] for line in made.parts(0)[0].read_bytes().splitlines()]
    return next(
        (number, made.page(number=number))
        for number, title in enumerate(titles)
        if title.encode() in (page := made.page(number=number).read()) and b"\r\nTransfer-Encoding:" not in page
    )


def forge(made: Made, page: Page, change: Callable[[bytes], bytes]) -> None:
    """Change a body, which was sent as it is, and make right what can be made right: digests, index and manifests."""
    warc, http, body = page.read().removesuffix(b"\r\n\r\n").split(b"\r\n\r\n", 2)
    forged = change(body)
    assert len(forged) == len(body)
    assert forged != body
    digests = sha1(body), sha1(forged)
    block = http + b"\r\n\r\n" + forged
    warc = re.sub(rb"(WARC-Block-Digest: )\S+", rb"\1" + sha1(block), warc.replace(*digests))
    page.write(warc + b"\r\n\r\n" + block + b"\r\n\r\n")
    made.index.write_bytes(made.index.read_bytes().replace(*digests))
    made.reseal()


# -------------------------------------------------------------------------------------------------- of a WARC file


def rewritten(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> Where:
    path.write_bytes(b"".join(change(members(path.read_bytes()))))
    return Where(path)


@mutation
def a_warc_record_dropped(made: Made) -> Where:
    page = made.page()
    data = page.file.read_bytes()
    dropped = len(members(data[page.offset :])[0])
    page.file.write_bytes(data[: page.offset] + data[page.offset + dropped :])
    return page.where  # where the request to it is now


@mutation
def the_last_warc_record_dropped(made: Made) -> Where:
    return rewritten(made.warcs[0], lambda all_of_them: all_of_them[:-1])


@mutation
def a_warc_record_doubled(made: Made) -> Where:
    path = made.warcs[0]
    end = path.stat().st_size
    rewritten(path, lambda all_of_them: [*all_of_them, all_of_them[1]])
    return Where(path, end)


@mutation
def two_warc_records_swapped(made: Made) -> Where:
    return rewritten(made.warcs[0], lambda some: [some[0], some[2], some[1], *some[3:]])


@mutation
def garbage_after_a_warc_file(made: Made) -> Where:
    path = made.warcs[0]
    end = path.stat().st_size
    with path.open("ab") as file:
        file.write(b"garbage")
    return Where(path, end)


@mutation
def zero_bytes_between_warc_records(made: Made) -> Where:
    path = made.warcs[0]
    first = len(members(path.read_bytes())[0])
    rewritten(path, lambda some: [some[0], bytes(512), *some[1:]])
    return Where(path, first)


@mutation
def a_warc_file_cut_within_a_record(made: Made) -> Where:
    path = made.warcs[0]
    data = path.read_bytes()
    path.write_bytes(data[:-5])
    return Where(path, len(data) - len(members(data)[-1]))


@mutation
def a_warc_file_emptied(made: Made) -> Where:
    made.warcs[0].write_bytes(b"")
    return Where(made.warcs[0])


@mutation
def a_warc_file_gzipped_as_a_whole(made: Made) -> Where:
    path = made.warcs[0]
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())))
    return Where(path, 0)


@mutation
def a_warc_file_compressed_again(made: Made) -> Where:
    return rewritten(made.warcs[0], lambda some: [gzip.compress(gzip.decompress(each), 1) for each in some])


@mutation
def a_warc_file_unpacked(made: Made) -> Where:
    path = made.warcs[0]
    path.write_bytes(gzip.decompress(path.read_bytes()))
    return Where(path)


@mutation
def a_warc_file_removed(made: Made) -> Where:
    path = made.page().file
    path.unlink()
    return Where(path)


@mutation
def two_warc_files_under_each_others_name(made: Made) -> Where:
    first, second = made.warcs[:2]
    data = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(data)
    return Where(first)


@mutation
def a_warc_file_that_the_disk_cannot_read(made: Made) -> Where:
    return unreadable(made.warcs[0])


def unreadable(path: Path) -> Where:
    """Make reading a file fail as a broken disk does: this one has no memory at its beginning."""
    path.unlink()
    path.symlink_to("/proc/self/mem")
    return Where(path)


@mutation
def an_arc_file_called_warc_put_in(made: Made) -> Where:
    path = made.path / "archive" / "old.warc"
    first = b"filedesc://old.arc 0.0.0.0 20140216012908 text/plain %d\n%b\n"
    version = b"1 0 newsspider\nURL IP-address Archive-date Content-type Archive-length\n"
    path.write_bytes(first % (len(version), version))
    return Where(path)


@mutation
def an_arc_file_put_in(made: Made) -> Where:
    an_arc_file_called_warc_put_in(made)
    return Where((made.path / "archive" / "old.warc").rename(made.path / "archive" / "old.arc"))


@mutation
def another_run_cited_by_a_warc_file_that_was_taken_over(made: Made) -> Where:
    where = another_run_cited_by_a_warc_file(made)
    change_manifest(made.manifests[1], lambda manifest: manifest["adopted"].update(warcs=[where.file.name]))
    return where


@mutation
def another_run_cited_by_a_warc_file(made: Made) -> Where:
    path = made.warcs[-1]

    def cite(some: list[bytes]) -> list[bytes]:
        warc, block = gzip.decompress(some[0]).removesuffix(b"\r\n\r\n").split(b"\r\n\r\n", 1)
        block = re.sub(rb"(previous-run: .*sha256:)\w+", rb"\g<1>" + b"0" * 64, block)
        warc = re.sub(rb"(WARC-Block-Digest: )\S+", rb"\1" + sha1(block), warc)
        warc = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(block), warc)
        return [gzip.compress(warc + b"\r\n\r\n" + block + b"\r\n\r\n"), *some[1:]]

    return rewritten(path, cite)


# ---------------------------------------------------------------------------------------------------- of the index


def index_line(made: Made, change: Callable[[bytes], bytes]) -> Where:
    return change_line(made.index, 5, change)


@mutation
def a_digit_of_an_index_lines_offset(made: Made) -> Where:
    return index_line(made, lambda line: re.sub(rb'"offset": "\d', other_digit, line))


@mutation
def a_digit_of_an_index_lines_length(made: Made) -> Where:
    return index_line(made, lambda line: re.sub(rb'"length": "\d', other_digit, line))


@mutation
def a_letter_of_an_index_lines_digest(made: Made) -> Where:
    return index_line(made, lambda line: re.sub(rb"sha1:.", other_digit, line))


@mutation
def a_letter_of_an_index_lines_file_name(made: Made) -> Where:
    return index_line(made, lambda line: re.sub(rb'"filename": ".', other_digit, line))


@mutation
def a_brace_of_an_index_line(made: Made) -> Where:
    return index_line(made, lambda line: line.replace(b"{", b"["))


@mutation
def an_index_line_spaced_out(made: Made) -> Where:
    return index_line(made, lambda line: line.replace(b'", "', b'",  "', 1))


@mutation
def an_index_line_in_two_files(made: Made) -> Where:
    behind = made.index.with_name("index-1.cdxj")
    behind.write_bytes(made.index.read_bytes().splitlines(keepends=True)[3])
    return Where(behind, line=1)


@mutation
def an_index_line_dropped(made: Made) -> Where:
    lines = made.index.read_bytes().splitlines(keepends=True)
    made.index.write_bytes(b"".join(lines[:5] + lines[6:]))
    return Where(made.index)


@mutation
def an_index_line_doubled(made: Made) -> Where:
    index_line(made, lambda line: line * 2)
    return Where(made.index, line=7)


@mutation
def two_index_lines_swapped(made: Made) -> Where:
    lines = made.index.read_bytes().splitlines(keepends=True)
    lines[5], lines[6] = lines[6], lines[5]
    made.index.write_bytes(b"".join(lines))
    return Where(made.index, line=7)


@mutation
def an_index_cut_within_a_line(made: Made) -> Where:
    data = made.index.read_bytes()
    made.index.write_bytes(data[:-9])
    return Where(made.index, line=data.count(b"\n"))


@mutation
def an_older_index_put_back(made: Made) -> Where:
    shutil.copyfile(made.after_first_run / "indexes" / "index.cdxj", made.index)
    return Where(made.index)


@mutation
def an_index_removed(made: Made) -> Where:
    made.index.unlink()
    return Where(made.index)


# ----------------------------------------------------------------------------------------------------- of the feed


@mutation
def a_bit_of_a_feed_part(made: Made) -> Where:
    part = made.parts(0)[0]
    flip(part, part.read_bytes().index(b'"title":"') + len('"title":"') + 2)
    return Where(part, line=1)


@mutation
def a_title_in_a_record(made: Made) -> Where:
    return change_record(made.parts(0)[0], 1, lambda record: record.update(title=record["title"] + "!"))


@mutation
def a_title_in_a_record_with_the_manifest_made_right(made: Made) -> Where:
    where = a_title_in_a_record(made)
    made.reseal()
    return where


@mutation
def a_publication_time_with_the_manifest_made_right(made: Made) -> Where:
    time = "2001-01-01T00:00:00+08:00"
    where = change_record(made.parts(1)[0], 0, lambda record: record.update(published_at=time))
    made.reseal()
    return where


@mutation
def a_witness_in_a_record_with_the_manifest_made_right(made: Made) -> Where:
    where = change_record(made.parts(0)[0], 0, lambda record: record["provenance"]["fields"].update(title="rumour"))
    made.reseal()
    return where


@mutation
def a_time_of_capture_with_the_manifest_made_right(made: Made) -> Where:
    time = "2020-01-01T00:00:00+00:00"
    where = change_record(made.parts(0)[0], 0, lambda record: record.update(fetched_at=time))
    made.reseal()
    return where


@mutation
def the_pages_of_two_records_swapped_with_the_manifest_made_right(made: Made) -> Where:
    part = made.parts(0)[0]
    first, second = (json.loads(line)["archive"] for line in part.read_bytes().splitlines()[:2])
    change_record(part, 0, lambda record: record.update(archive=second))
    where = change_record(part, 1, lambda record: record.update(archive=first))
    made.reseal()
    return where


@mutation
def a_letter_of_a_record_id_in_a_record_with_the_manifest_made_right(made: Made) -> Where:
    where = change_record(made.parts(0)[0], 0, lambda record: record["archive"].update(record_id="urn:uuid:0"))
    made.reseal()
    return where


def a_record_made_other(made: Made, change: Callable[[dict[str, Any]], Any]) -> Where:
    """Change a record, and make the manifests right."""
    where = change_record(made.parts(0)[0], 0, change)
    made.reseal()
    return where


@mutation
def a_length_of_a_page_in_a_record_with_the_manifest_made_right(made: Made) -> Where:
    return a_record_made_other(made, lambda record: record["archive"].update(length=record["archive"]["length"] - 1))


@mutation
def a_digest_of_a_page_in_a_record_with_the_manifest_made_right(made: Made) -> Where:
    return a_record_made_other(made, lambda record: record["archive"].update(payload_digest="sha1:" + "A" * 32))


@mutation
def no_page_in_a_record_with_the_manifest_made_right(made: Made) -> Where:
    return a_record_made_other(made, lambda record: record.update(archive=None))


@mutation
def a_record_led_to_no_page_with_the_manifest_made_right(made: Made) -> Where:
    return a_record_made_other(made, lambda record: record["archive"].update(offset=0))


@mutation
def a_site_that_there_is_none_of_with_the_manifest_made_right(made: Made) -> Where:
    return a_record_made_other(made, lambda record: record.update(site="nowhere"))


@mutation
def another_version_of_the_parser_with_the_manifest_made_right(made: Made) -> Where:
    """The site's facts do not name it, and are taken to be by that of the first record."""
    a_record_made_other(made, lambda record: record["provenance"].update(parser_version="0"))
    return Where(made.parts(0, "site-facts")[0], line=1)


@mutation
def a_record_of_a_page_that_is_no_article_with_the_manifest_made_right(made: Made) -> Where:
    """The article's record stays; the page that it leads to is robots.txt."""
    warcs = {path: members(path.read_bytes()) for path in made.warcs}
    path, number = next(
        (path, number)
        for path, some in warcs.items()
        for number, each in enumerate(some)
        if b"WARC-Type: response" in (record := gzip.decompress(each)) and b"/robots.txt\r\n" in record
    )
    record, offset = warcs[path][number], sum(map(len, warcs[path][:number]))
    said = gzip.decompress(record)
    (record_id,) = re.findall(rb"WARC-Record-ID: <(\S+)>", said)
    (digest,) = re.findall(rb"WARC-Payload-Digest: (\S+)", said)
    return a_record_made_other(
        made,
        lambda article: article["archive"].update(
            warc=path.name, offset=offset, length=len(record), record_id=record_id.decode(),
            payload_digest=digest.decode(),
        ),
    )  # fmt: skip


@mutation
def a_footer_blanked_with_digests_index_and_manifests_made_right(made: Made) -> Where:
    """The page that the site's facts are said to be from states none."""
    facts, page = made.parts(0, "site-facts")[0], sent_as_it_is(made)
    forge(made, page[1], lambda body: re.sub(rb"(?s)(?<=<footer class=\"footer\">).*(?=</footer>)", blank, body))
    archive = json.loads(made.parts(0)[0].read_bytes().splitlines()[page[0]])["archive"]
    payload = page[1].read().removesuffix(b"\r\n\r\n").split(b"\r\n\r\n", 2)[2]
    change_record(facts, 0, lambda record: record.update(archive={**archive, "payload_digest": sha1(payload).decode()}))
    made.reseal()
    return Where(facts, line=1)


def blank(match: re.Match[bytes]) -> bytes:
    return b" " * len(match[0])


@mutation
def a_directory_in_place_of_a_part(made: Made) -> Where:
    part = made.parts(0)[0]
    part.unlink()
    part.mkdir()
    return Where(part)


@mutation
def a_field_left_out_of_a_record(made: Made) -> Where:
    return change_record(made.parts(0)[0], 0, lambda record: record.pop("language"))


@mutation
def a_record_spaced_out_with_the_manifest_made_right(made: Made) -> Where:
    where = change_line(made.parts(0)[0], 0, lambda line: line.replace(b'","', b'", "', 1))
    made.reseal()
    return where


@mutation
def a_key_twice_in_a_record_with_the_manifest_made_right(made: Made) -> Where:
    where = change_line(made.parts(0)[0], 0, lambda line: line.replace(b"{", b'{"title":"something else",', 1))
    made.reseal()
    return where


@mutation
def a_record_dropped(made: Made) -> Where:
    part = made.parts(0)[0]
    part.write_bytes(b"".join(part.read_bytes().splitlines(keepends=True)[1:]))
    return Where(part)


@mutation
def a_record_dropped_with_the_manifest_made_right(made: Made) -> Where:
    a_record_dropped(made)
    made.reseal()
    return Where(made.manifests[0])


@mutation
def two_records_swapped(made: Made) -> Where:
    part = made.parts(0)[0]
    lines = part.read_bytes().splitlines(keepends=True)
    part.write_bytes(b"".join([lines[1], lines[0], *lines[2:]]))
    return Where(part)


@mutation
def a_record_of_another_run_put_in(made: Made) -> Where:
    part = made.parts(1)[0]
    with part.open("ab") as file:
        file.write(made.parts(0)[0].read_bytes().splitlines(keepends=True)[0])
    return Where(part)


@mutation
def a_part_cut_within_a_record(made: Made) -> Where:
    part = made.parts(0)[0]
    data = part.read_bytes()
    part.write_bytes(data[:-20])
    return Where(part, line=data.count(b"\n"))


@mutation
def a_part_removed(made: Made) -> Where:
    part = made.parts(0)[0]
    part.unlink()
    return Where(part)


@mutation
def a_part_put_in(made: Made) -> Where:
    part = made.parts(0)[0]
    added = part.with_name("part-00099.jsonl")
    shutil.copyfile(part, added)
    return Where(added)


@mutation
def a_telephone_number_of_the_site_facts_with_the_manifest_made_right(made: Made) -> Where:
    facts = made.parts(0, "site-facts")[0]
    where = change_record(facts, 0, lambda record: record["phones"][0].update(number="000"))
    made.reseal()
    return where


@mutation
def the_site_facts_removed(made: Made) -> Where:
    made.parts(0, "site-facts")[0].unlink()
    return Where(made.parts(1)[0], line=1)


@mutation
def a_time_of_an_event_with_the_manifest_made_right(made: Made) -> Where:
    time = "2020-01-01T00:00:00+00:00"
    where = change_record(made.parts(0, "changes")[0], 0, lambda event: event.update(at=time))
    made.reseal()
    return where


@mutation
def an_article_of_an_event_with_the_manifest_made_right(made: Made) -> Where:
    where = change_record(made.parts(0, "changes")[0], 1, lambda event: event.update(id="kankanews:LMwVGgj402z"))
    made.reseal()
    return where


@mutation
def a_capture_of_an_event_that_is_not_there_with_the_manifest_made_right(made: Made) -> Where:
    where = change_record(made.parts(0, "changes")[0], 2, lambda event: event["after"].update(warc="gone.warc.gz"))
    made.reseal()
    return where


@mutation
def an_event_dropped(made: Made) -> Where:
    part = made.parts(0, "changes")[0]
    part.write_bytes(b"".join(part.read_bytes().splitlines(keepends=True)[1:]))
    return Where(part)


# ----------------------------------------------------------------------------------------------------- of the runs


@mutation
def a_count_in_an_older_manifest(made: Made) -> Where:
    return change_manifest(made.manifests[0], lambda manifest: manifest["counts"].update(articles=1))


@mutation
def a_count_in_the_newest_manifest(made: Made) -> Where:
    return change_manifest(made.manifests[1], lambda manifest: manifest["counts"].update(articles=1))


@mutation
def a_brace_of_a_manifest(made: Made) -> Where:
    path = made.manifests[0]
    path.write_bytes(path.read_bytes().rstrip().removesuffix(b"}"))
    return Where(path)


@mutation
def an_older_manifest_removed(made: Made) -> Where:
    made.manifests[0].unlink()
    return Where(made.manifests[0])  # the one that cites it


@mutation
def the_newest_manifest_removed(made: Made) -> Where:
    made.manifests[1].unlink()
    return Where(made.path / "state.sqlite3")


@mutation
def an_older_run_removed(made: Made) -> Where:
    remove_run(made, 0)
    return Where(made.manifests[0])


@mutation
def the_newest_run_removed_with_its_pages_and_index(made: Made) -> Where:
    remove_run(made, 1)
    shutil.copyfile(made.after_first_run / "indexes" / "index.cdxj", made.index)
    return Where(made.path / "state.sqlite3")


def remove_run(made: Made, run: int) -> None:
    """Remove a run: its manifest, its parts and its WARC files."""
    path = made.manifests[run]
    for warc in json.loads(path.read_bytes())["warcs"]:
        (made.path / "archive" / warc["name"]).unlink()
    shutil.rmtree(made.path / "items" / path.stem)
    path.unlink()


@mutation
def an_older_manifest_in_place_of_the_newest(made: Made) -> Where:
    shutil.copyfile(made.manifests[0], made.manifests[1])
    return Where(made.manifests[1])


@mutation
def a_manifest_under_another_name(made: Made) -> Where:
    path = made.manifests[0]
    return Where(path.rename(path.with_stem(path.stem + "x")))


@mutation
def a_manifest_put_in_between(made: Made) -> Where:
    path = made.manifests[0]
    added = path.with_stem(path.stem + "x")
    shutil.copyfile(path, added)
    nothing = {"parts": [], "site_facts_parts": [], "warcs": []}
    return change_manifest(added, lambda manifest: manifest.update(run=added.stem, **nothing))


@mutation
def another_previous_run_in_the_newest_manifest(made: Made) -> Where:
    return change_manifest(made.manifests[1], lambda manifest: manifest["previous"].update(run="20200101T000000000Z-x"))


@mutation
def no_previous_run_in_the_newest_manifest(made: Made) -> Where:
    change_manifest(made.manifests[1], lambda manifest: manifest.update(previous=None))
    return Where(made.manifests[0])


@mutation
def a_list_in_place_of_a_manifest(made: Made) -> Where:
    made.manifests[0].write_bytes(b"[]")
    return Where(made.manifests[0])


@mutation
def the_whole_collection_as_it_was_before_the_newest_run(made: Made) -> Where:
    shutil.rmtree(made.path)
    shutil.copytree(made.after_first_run, made.path)
    return Where(made.path)


# ------------------------------------------------------------------------------------------ what a killed run leaves


def kill_the_newest_run(made: Made) -> None:
    """Take back what a run does last: its manifest, its lines in the index, that it is remembered."""
    made.manifests[1].unlink()
    shutil.copyfile(made.after_first_run / "state.sqlite3", made.path / "state.sqlite3")
    shutil.copyfile(made.after_first_run / "indexes" / "index.cdxj", made.index)


@mutation
def a_run_killed_before_its_manifest(made: Made) -> Where:
    part = made.parts(1)[0]
    kill_the_newest_run(made)
    return Where(part)


@mutation
def a_run_killed_before_its_lines_are_in_the_index(made: Made) -> Where:
    kill_the_newest_run(made)
    return Where(made.index)


@mutation
def a_run_killed_while_it_wrote_a_part(made: Made) -> Where:
    part = made.path / "items" / "20990101T000000000Z-x" / ".part-00001.jsonl.part"
    part.parent.mkdir()
    part.write_bytes(b"half a rec")
    return Where(part)


@mutation
def a_run_killed_while_it_wrote_a_warc_file(made: Made) -> Where:
    """Records that are in a part already have their pages in it."""
    part, warc = made.parts(1)[0], made.page(run=1).file
    kill_the_newest_run(made)
    warc.rename(warc.with_name(warc.name + ".open"))
    return Where(part, line=1)


@mutation
def a_warc_file_of_a_killed_run_being_written(made: Made) -> Where:
    warc = made.page(run=1).file
    kill_the_newest_run(made)
    return Where(warc.rename(warc.with_name(warc.name + ".open")))


@mutation
def a_warc_file_of_a_killed_run_finished(made: Made) -> Where:
    kill_the_newest_run(made)
    return Where(made.warcs[-1])


@mutation
def another_run_cited_by_a_warc_file_of_a_killed_run(made: Made) -> Where:
    where = another_run_cited_by_a_warc_file(made)
    kill_the_newest_run(made)
    return where


# ------------------------------------------------------------------------------------------------------- of the memory


@mutation
def the_memory_removed(made: Made) -> Where:
    for path in made.path.glob("state.sqlite3*"):
        path.unlink()
    return Where(made.path / "state.sqlite3")


@mutation
def something_else_in_place_of_the_memory(made: Made) -> Where:
    (made.path / "state.sqlite3").write_bytes(b"not a database" * 1000)
    return Where(made.path / "state.sqlite3")


NEED_A_NOTED_HEAD = {"the whole collection as it was before the newest run"}
"""What nothing shows but the SHA-256 of the newest manifest, noted before (``--head``)."""
