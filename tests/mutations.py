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

    from newsspider.verify.findings import Place

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
def blank_lines_behind_a_record(made: Made) -> Where:
    page = made.page()
    page.write(page.read() + b"\r\n")
    return page.where


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
    lines = made.parts(0)[0].read_bytes().splitlines()
    number, title = next(
        (number, title)
        for number, title in enumerate(json.loads(line)["title"] for line in lines)
        # Sent neither compressed nor in chunks.
        if title.encode() in (page := made.page(number=number).read()) and b"\r\nTransfer-Encoding:" not in page
    )
    page = made.page(number=number)
    warc, http, body = page.read().removesuffix(b"\r\n\r\n").split(b"\r\n\r\n", 2)
    forged = body.replace(title.encode(), (title[:-1] + "假").encode())
    assert len(forged) == len(body)
    digests = sha1(body), sha1(forged)
    block = http + b"\r\n\r\n" + forged
    warc = re.sub(rb"(WARC-Block-Digest: )\S+", rb"\1" + sha1(block), warc.replace(*digests))
    page.write(warc + b"\r\n\r\n" + block + b"\r\n\r\n")
    made.index.write_bytes(made.index.read_bytes().replace(*digests))
    made.reseal()
    return Where(made.parts(0)[0], line=number + 1)


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
def garbage_behind_a_warc_file(made: Made) -> Where:
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
def a_warc_file_compressed_anew(made: Made) -> Where:
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
def another_run_cited_by_a_warc_file(made: Made) -> Where:
    path = made.warcs[-1]

    def cite(some: list[bytes]) -> list[bytes]:
        warc, block = gzip.decompress(some[0]).removesuffix(b"\r\n\r\n").split(b"\r\n\r\n", 1)
        block = re.sub(rb"(previous-run: .*sha256:)\w+", rb"\1" + b"0" * 64, block)
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
