"""Verification: what a crawl wrote passes, and of what may happen to it everything is found and named."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsspider import sites
from newsspider.collection.captures import Captures
from newsspider.parsing.site import Site
from newsspider.proof.findings import KINDS, Finding, Report
from newsspider.proof.paths import PathError, find_targets
from newsspider.proof.verification import Verification
from newsspider.sites.kankanews import SITE
from tests.archive import others
from tests.archive.exchanges import chunked, exchange, page, writer
from tests.called import Reached, missed, noting, sites_of
from tests.dealt import deal_out
from tests.loaded import start_scrapy
from tests.mutations import MUTATIONS, NEED_A_NOTED_HEAD, Made, Where, change_record, flip, members
from tests.patience import HUNG
from tests.prose import left_in_english

PROOF = Path(__file__).parent.parent / "docs" / "proof.md"
QUICKLY = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=False")


@dataclass
class Verified:
    """What a verification found."""

    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)

    def faults(self, kind: str | None = None) -> list[Finding]:
        return [each for each in self.findings if each.severity == "fault" and kind in (None, each.kind)]

    def kinds(self, severity: str) -> set[str]:
        return {each.kind for each in self.findings if each.severity == severity}


def verify(*paths: Path, head: str | None = None) -> Verified:
    verified = Verified()
    report = Report(verified.findings.append)
    targets = find_targets([str(path) for path in paths], Path("/nowhere"))
    verification = Verification(targets, report, lambda size: None)
    verification.run(head)
    assert left_in_english(verified.findings) == []
    verified.counts, verified.heads = dict(report.counts), verification.heads
    return verified


@pytest.fixture(scope="module")
def crawled(demo_site, scrapy_run_in, tmp_path_factory) -> Made:
    """A collection that two crawls of the demo site have written, in small files; nobody changes it."""
    directory = tmp_path_factory.mktemp("verify")
    scrapy_run = scrapy_run_in(directory)
    urls = ",".join(story.url for story in demo_site.site.expected()[:6])
    small = ("-s", "WARC_MAX_SIZE=30000", "-s", "PART_ITEMS=3", "-a", f"url={urls}")
    connect = ("-s", f"CONNECT_TO={demo_site.connect_to}")
    collection = directory / "archives" / "kankanews"
    between = directory / "between"

    first = scrapy_run("crawl", "kankanews", *small, *connect, *QUICKLY)
    assert first.returncode == 0, first.stderr
    shutil.copytree(collection, between)
    second = scrapy_run("crawl", "kankanews", *small, *connect, *QUICKLY)
    assert second.returncode == 0, second.stderr
    return Made(collection, between)


@pytest.fixture
def made(crawled, tmp_path) -> Made:
    """A copy of it that may be changed."""
    return Made(Path(shutil.copytree(crawled.path, tmp_path / crawled.path.name)), crawled.after_first_run)


@dataclass(frozen=True)
class Published:
    """What the documentation says that is found when something was changed."""

    faults: set[str]
    warnings: set[str]
    """In italics there."""


def published(text: str) -> dict[str, Published]:
    """Read a list of mutations in the documentation: name -> kinds that must be found."""
    rows = re.findall(r"^\| ([a-z][^|`]+) \| ((?:\*?`[a-z-]+`\*?(?:, )?)+) \|$", text, re.MULTILINE)
    return {
        name: Published(
            faults=set(re.findall(r"(?<!\*)`([a-z-]+)`", kinds)), warnings=set(re.findall(r"\*`([a-z-]+)`\*", kinds))
        )
        for name, kinds in rows
    }


PUBLISHED = published(PROOF.read_text(encoding="utf-8").partition("### Of events\n")[0])


class Laboratory:
    """Makes each mutation once, in a copy of its own, and keeps what verification found, and by which lines."""

    def __init__(self, crawled: Made, directory: Path) -> None:
        self.reached: set[Reached] = set()
        self._crawled = crawled
        self._directory = directory
        self._head = noted_head(crawled)
        self._tried: dict[str, tuple[Where, Verified]] = {}

    def try_out(self, name: str) -> tuple[Where, Verified]:
        if name not in self._tried:
            directory = Path(tempfile.mkdtemp(dir=self._directory))
            copy = Made(directory / "kankanews", self._crawled.after_first_run)
            shutil.copytree(self._crawled.path, copy.path)
            where = MUTATIONS[name](copy)
            with noting(self.reached):
                verified = verify(copy.path, head=self._head if name in NEED_A_NOTED_HEAD else None)
            self._tried[name] = where, verified
            shutil.rmtree(copy.path)
        return self._tried[name]


@pytest.fixture(scope="module")
def laboratory(crawled, tmp_path_factory) -> Laboratory:
    return Laboratory(crawled, tmp_path_factory.mktemp("mutated"))


def noted_head(made: Made) -> str:
    """Return the SHA-256 of the newest manifest."""
    return verify(made.path).heads[str(made.path)].rpartition("sha256:")[2]


def test_original_passes(crawled):
    verified = verify(crawled.path)

    assert verified.findings == []
    assert verified.counts["feed records"] == 13  # six articles, twice, and the footer's facts
    assert verified.counts["runs"] == 2
    assert len(crawled.warcs) > 3


@pytest.mark.parametrize("name", MUTATIONS)
def test_mutation_is_caught_and_its_place_named(name, laboratory):
    where, verified = laboratory.try_out(name)

    kinds = PUBLISHED[name]
    told = "\n".join(map(str, [where, *verified.findings]))
    assert kinds.faults <= verified.kinds("fault"), told
    assert kinds.warnings <= verified.kinds("warning"), told
    assert kinds.faults or verified.faults() == [], told
    assert any(
        where.is_named_by(each.place)
        for each in verified.findings
        if each.kind in (kinds.faults if each.severity == "fault" else kinds.warnings)
    ), told


def test_list_of_mutations_is_published():
    assert set(PUBLISHED) == set(MUTATIONS)
    assert {kind for row in PUBLISHED.values() for kind in row.faults | row.warnings} <= set(KINDS)


def test_whatever_can_be_reported_is_reported_for_some_mutation(laboratory):
    """A check that was weakened would show: what it reports is no longer reached, or no longer found."""
    for name in MUTATIONS:
        laboratory.try_out(name)

    assert missed(sites_of("collection"), laboratory.reached) == []


def test_warc_file_that_was_taken_over_cites_a_run_that_there_was(laboratory):
    """The state reports the changed manifest too, and says nothing of what the file cites."""
    where, verified = laboratory.try_out("another run cited by a warc file that was taken over")

    (problem,) = [each.problem for each in verified.findings if each.kind == "chain" and where.is_named_by(each.place)]
    assert problem.startswith("it cites ")


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_any_bit_of_any_file_is_caught(crawled, data):
    """Every byte counts, and whatever is wrong with one there are findings and no exception."""
    found = [path for kind in ("archive", "indexes", "items", "runs") for path in crawled.path.glob(f"{kind}/**/*")]
    path = data.draw(st.sampled_from(sorted(path for path in found if path.is_file())))
    offset = data.draw(st.integers(0, path.stat().st_size - 1))
    bit = data.draw(st.integers(0, 7))

    with tempfile.TemporaryDirectory() as directory:
        changed = Path(shutil.copytree(crawled.path, Path(directory) / "kankanews")) / path.relative_to(crawled.path)
        flip(changed, offset, bit)
        verified = verify(Path(directory) / "kankanews")

    assert str(changed) in {str(each.place.file) for each in verified.faults()}


# ---------------------------------------------------------------------------------------------------------- the runs


def test_older_copy_of_the_whole_collection_is_caught_by_a_noted_head_only(crawled):
    head = noted_head(crawled)

    assert verify(crawled.after_first_run).findings == []
    assert verify(crawled.after_first_run, head=head).kinds("fault") == {"chain"}


def test_noted_head_stays_good_when_runs_are_added(crawled):
    head = verify(crawled.after_first_run).heads[str(crawled.after_first_run)].rpartition("sha256:")[2]

    assert verify(crawled.path, head=head).findings == []


def test_collection_without_its_memory_passes_with_a_warning(made):
    for path in made.path.glob("state.sqlite3*"):
        path.unlink()

    verified = verify(made.path)

    assert (verified.kinds("fault"), verified.kinds("warning")) == (set(), {"state"})


def test_memory_that_cannot_be_read_is_a_warning(made):
    (made.path / "state.sqlite3").write_bytes(b"not a database" * 1000)

    verified = verify(made.path)

    assert (verified.kinds("fault"), verified.kinds("warning")) == (set(), {"state"})


def test_run_that_was_killed_leaves_warnings(made):
    made.manifests[1].unlink()
    shutil.copyfile(made.after_first_run / "state.sqlite3", made.path / "state.sqlite3")
    shutil.copyfile(made.after_first_run / "indexes" / "index.cdxj", made.index)
    part = made.path / "items" / "20990101T000000000Z-x" / ".part-00001.jsonl.part"
    part.parent.mkdir()
    part.write_bytes(b"half a rec")
    (made.path / "archive" / "x.warc.gz.open").write_bytes(b"half a member")

    verified = verify(made.path)

    assert verified.faults() == []
    assert verified.kinds("warning") == {"unfinished"}
    assert {Path(str(each.place.file)).name for each in verified.findings} >= {part.name, "x.warc.gz.open"}


def test_record_whose_page_is_in_an_unfinished_file_is_a_warning(made):
    warc = made.page(run=1).file
    made.manifests[1].unlink()
    shutil.copyfile(made.after_first_run / "state.sqlite3", made.path / "state.sqlite3")
    lines = made.index.read_bytes().splitlines(keepends=True)
    made.index.write_bytes(b"".join(line for line in lines if warc.name.encode() not in line))
    warc.rename(warc.with_name(warc.name + ".open"))

    verified = verify(made.path)

    assert verified.faults() == []
    assert any("cannot be opened yet" in each.problem for each in verified.findings)


# --------------------------------------------------------------------------------------------------------- the index


def test_index_of_several_files_is_checked_as_one(made):
    deal_out(made.path)
    assert verify(made.path).findings == []
    # How many captures a WARC file took is a matter of bytes; of a line alone none can be out of order.
    behind = max(made.index.parent.glob("index-*.cdxj"), key=lambda path: path.read_bytes().count(b"\n"))
    lines = behind.read_bytes().splitlines(keepends=True)
    assert len(lines) > 1
    behind.write_bytes(b"".join(lines[1:]) + lines[0])

    verified = verify(made.path)

    assert {(str(each.place.file), each.kind) for each in verified.faults()} == {(str(behind), "index")}
    behind.unlink()
    verified = verify(made.path)
    assert all("no line for the capture" in each.problem for each in verified.faults())
    assert len(verified.faults()) == len(lines)


def test_line_that_a_killed_run_left_in_two_files_is_a_warning(made):
    behind = made.index.with_name("index-1.cdxj")
    behind.write_bytes(made.index.read_bytes().splitlines(keepends=True)[3])

    verified = verify(made.path)

    assert [(each.severity, each.kind, each.place.file) for each in verified.findings] == [
        ("warning", "unfinished", behind)
    ]
    assert str(made.index) in verified.findings[0].problem


# -------------------------------------------------------------------------------------------------- records and rules


def install(monkeypatch, site: Site) -> None:
    monkeypatch.setattr(sites, "load", {"kankanews": site}.__getitem__)


def install_next_version(monkeypatch) -> None:
    install(monkeypatch, replace(sites.load("kankanews"), parser_version="next"))


def test_page_of_a_record_and_of_its_event_is_read_once_and_parsed_once(crawled, monkeypatch):
    parsed, read = Counter(), Counter()

    def parse_page(self, body, url, headers, captured, parse=Site.parse_page):
        parsed[captured] += 1
        return parse(self, body, url, headers, captured)

    def read_place(self, place, read_it=Captures.read):
        read[place.offset, place.warc] += 1
        return read_it(self, place)

    monkeypatch.setattr(Site, "parse_page", parse_page)
    monkeypatch.setattr(Captures, "read", read_place)

    verified = verify(crawled.path)

    assert verified.counts["events"] == 6
    for seen in (parsed, read):
        assert sorted(seen.values()) == [1] * 11 + [2]  # the facts of the footer are checked before all records


class WithOtherTitles(Site):
    def parse_page(self, *page):
        parsed = super().parse_page(*page)
        parsed.article.title = "by another rule"
        return parsed


def test_records_of_another_parser_version_are_compared_all_the_same(crawled, monkeypatch):
    install_next_version(monkeypatch)

    verified = verify(crawled.path)

    assert (verified.kinds("fault"), verified.kinds("warning")) == (set(), {"rule"})
    assert "13 records from here on were made by version" in verified.findings[0].problem
    assert "they come out the same" in verified.findings[0].problem


def test_changed_rule_is_told_from_a_changed_record(crawled, monkeypatch):
    install(monkeypatch, WithOtherTitles(**{each.name: getattr(SITE, each.name) for each in fields(Site)}))
    of_the_same_version = verify(crawled.path)
    install_next_version(monkeypatch)
    of_another_version = verify(crawled.path)

    assert of_the_same_version.kinds("fault") == {"differs"}
    assert "the record was altered" in of_the_same_version.faults()[0].problem
    assert of_another_version.faults() == []
    assert "12 come out differently, in title (12)" in of_another_version.findings[0].problem


def test_changed_byte_is_told_from_a_changed_rule(made, monkeypatch):
    install_next_version(monkeypatch)
    MUTATIONS["a byte of a body in a sound member"](made)

    assert "was altered: its payload has sha1:" in verify(made.path).faults("differs")[0].problem


def test_what_no_rule_decides_is_held_to_the_page_whatever_the_version(made, monkeypatch):
    install_next_version(monkeypatch)
    MUTATIONS["a time of capture with the manifest made right"](made)

    assert [each.problem.split(" is ")[0] for each in verify(made.path).faults("differs")] == [
        json.loads(made.parts(0)[0].read_bytes().splitlines()[0])["id"] + ": fetched_at"
    ]


@pytest.mark.parametrize(
    ("change", "kind", "said"),
    [
        ({"archive": None}, "locator", "names no page"),
        ({"site": "nowhere"}, "page", "no site is called 'nowhere'"),
        ({"offset": 10**30}, "page", "cannot be opened"),
        ({"offset": 10**18}, "page", "cannot be opened"),
        ({"offset": 8.0}, "page", "cannot be opened"),
        ({"offset": 0}, "locator", "is a record without a page"),
        ({"warc": "../../../etc/passwd"}, "page", "../../../etc/passwd is not in"),
    ],
)
def test_record_that_leads_nowhere_is_a_fault_and_no_crash(made, change, kind, said):
    part = made.parts(0)[0]
    place = {name: change.pop(name) for name in ("offset", "warc") if name in change}
    change_record(part, 0, lambda record: (record["archive"].update(place), record.update(change)))

    (fault,) = verify(part).faults(kind)

    assert said in fault.problem


def test_part_is_verified_by_itself(made):
    assert verify(made.parts(1)[0]).findings == []

    MUTATIONS["a title in a record"](made)

    assert verify(made.parts(0)[0]).kinds("fault") == {"differs", "part"}


def test_export_is_verified_against_a_collection(made, tmp_path):
    export = tmp_path / "export.jsonl"
    record = json.loads(made.parts(0)[0].read_bytes().splitlines()[0])
    export.write_text(json.dumps(record) + "\n")  # with escapes and spaces
    assert verify(made.path, export).findings == []

    export.write_text(json.dumps({**record, "title": "other"}) + "\n")
    assert verify(made.path, export).kinds("fault") == {"differs"}


def test_records_made_from_an_archive_are_held_to_that_archive(crawled, tmp_path, scrapy_run):
    source = Path(shutil.copytree(crawled.path, tmp_path / "source"))
    record = json.loads(crawled.parts(0)[0].read_bytes().splitlines()[0])
    result = scrapy_run("crawl", "kankanews", "-a", f"archive={source}", "-a", f"url={record['url']}")
    assert result.returncode == 0, result.stderr
    made_of_it = result.archive_dir / "kankanews"
    (made_of_it / "archive").mkdir(exist_ok=True)

    assert verify(made_of_it).faults() == []

    shutil.rmtree(source)
    assert verify(made_of_it).kinds("fault") == {"page"}


# --------------------------------------------------------------------------------------------------------- WARC files


def test_warc_file_by_itself_may_refer_to_others(crawled):
    last = crawled.warcs[-1]

    verified = verify(last)

    assert verified.faults() == []
    assert verified.kinds("warning") == {"reference"}  # of the revisits in it
    assert verify(*crawled.warcs).findings == []


@pytest.mark.parametrize("convention", ["standard", "stored"])
def test_both_conventions_for_chunked_payloads_pass_and_are_told_apart(tmp_path, convention):
    chunks = page(b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked") + chunked(b"a page" * 1000)
    with writer(tmp_path, payload_digest=convention) as open_writer:
        open_writer.write_exchange(exchange(chunks))

    verified = verify(tmp_path)

    assert verified.faults() == []
    assert verified.counts["payload digests"] == 1
    assert verified.counts.get("payload digests of the chunks as stored", 0) == (convention == "stored")


@pytest.mark.parametrize("coding", [b"Transfer-Encoding: chunked", b"Content-Length: 8388608", b"Server: x"])
def test_large_block_is_verified_without_a_copy_on_the_disk(tmp_path, monkeypatch, coding):
    body = bytes(8 << 20)
    sent = chunked(body, size=1 << 16) if b"chunked" in coding else body
    block = b"HTTP/1.1 200 OK\r\n" + coding + b"\r\n\r\n" + sent
    digest = [base64.b32encode(hashlib.sha1(data).digest()).decode() for data in (block, body)]
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0190f0a0-0000-7000-8000-000000000000>\r\n"
        "WARC-Date: 2026-01-30T08:00:00Z\r\nWARC-Target-URI: https://news.example/\r\n"
        f"WARC-Block-Digest: sha1:{digest[0]}\r\nWARC-Payload-Digest: sha1:{digest[1]}\r\n"
        f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    (tmp_path / "x.warc.gz").write_bytes(gzip.compress(head.encode() + block + b"\r\n\r\n"))

    def refuse(**options: object) -> None:
        pytest.fail("a temporary file was made")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    verified = verify(tmp_path / "x.warc.gz")

    assert verified.findings == []
    assert verified.counts["block digests"] == verified.counts["payload digests"] == 1


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
@pytest.mark.parametrize("write", [base64.b32encode, base64.b64encode, base64.urlsafe_b64encode, bytes.hex])
@pytest.mark.parametrize("padding", [b"", b"="])
@pytest.mark.parametrize("payload", [b"a page", b"another"])
def test_digests_are_compared_however_they_are_written(tmp_path, algorithm, write, padding, payload):
    written = write(hashlib.new(algorithm, b"a page").digest())
    value = written if isinstance(written, str) else (written if padding else written.rstrip(b"=")).decode()
    record = (
        "WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:0190f0a0-0000-7000-8000-000000000000>\r\n"
        "WARC-Date: 2026-01-30T08:00:00Z\r\nWARC-Target-URI: https://news.example/\r\nContent-Type: text/plain\r\n"
        f"WARC-Payload-Digest: {algorithm}:{value}\r\nContent-Length: {len(payload)}\r\n\r\n"
    )
    (tmp_path / "x.warc").write_bytes(record.encode() + payload + b"\r\n\r\n")

    assert verify(tmp_path / "x.warc").kinds("fault") == (set() if payload == b"a page" else {"payload-digest"})


def test_reference_that_is_empty_is_a_fault_of_its_field_alone(tmp_path):
    record = (
        "WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:0190f0a0-0000-7000-8000-000000000000>\r\n"
        "WARC-Date: 2026-01-30T08:00:00Z\r\nWARC-Target-URI: https://news.example/\r\nContent-Type: text/plain\r\n"
        "WARC-Concurrent-To: \r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    )
    (tmp_path / "x.warc").write_bytes(record.encode())

    assert [each.kind for each in verify(tmp_path / "x.warc").findings] == ["field"]


def test_digest_by_an_unknown_algorithm_is_a_warning(made):
    where = made.page().change(rb"WARC-Block-Digest: sha1:\w+", lambda _: b"WARC-Block-Digest: blake9:00")

    verified = verify(where.file)

    assert (verified.kinds("fault"), verified.kinds("warning") - {"reference"}) == (set(), {"digest-form"})


def test_findings_in_one_file_are_told_up_to_a_number_and_counted_beyond(tmp_path):
    with writer(tmp_path) as open_writer:
        for _ in range(150):
            open_writer.write_exchange(exchange(page(b"short")))
    (warc,) = (tmp_path / "archive").iterdir()
    warc.write_bytes(
        b"".join(
            gzip.compress(gzip.decompress(each).replace(b"WARC-Type: request", b"WARC-Typo: request"))
            for each in members(warc.read_bytes())
        )
    )
    findings: list[Finding] = []
    report = Report(findings.append)

    Verification(find_targets([str(warc)], tmp_path), report, lambda size: None).run(None)

    assert len(findings) == 100
    assert report.found["fault"] >= 150
    assert report.unlisted() == {str(warc): report.found.total() - 100}


FAULTS_OF_OTHERS = {
    "digests.warc": {"payload-digest", "record-id"},
    "clipped.warc": {"record", "record-end", "block-digest", "payload-digest"},
    "whole.warc.gz": {"record"},
    "wget.warc.gz": set(),
    "snapshot.warc.gz": set(),
    "recorder.warc.gz": set(),
    "wpull.warc.gz": {"field"},  # WARC-Warcinfo-ID in a warcinfo record
    # Milliseconds in WARC/1.0, and a first record without the line ends behind it.
    "original.warc.gz": {"field", "record-end"},
}


@pytest.mark.parametrize("name", FAULTS_OF_OTHERS)
def test_archives_of_other_tools_are_read_and_their_faults_named(name, tmp_path):
    assert verify(others.write_files(tmp_path) / name).kinds("fault") == FAULTS_OF_OTHERS[name]


def test_revisit_in_another_tools_file_finds_its_original_in_the_other_file(tmp_path):
    made = others.write_files(tmp_path)
    original, revisit = made / "original.warc.gz", made / "revisit.warc.gz"

    assert "reference" in verify(revisit).kinds("warning")
    assert verify(original, revisit).kinds("warning") == set()


# -------------------------------------------------------------------------------------------------------- the command


def test_command_prints_totals_and_ends_with_0(crawled, scrapy_run):
    result = scrapy_run("verify", str(crawled.path))

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines()[-1] == "no faults, no warnings"
    assert "WARC records (" in result.stdout  # with the speed
    assert f"the newest run is {crawled.manifests[1].stem} sha256:" in result.stdout


def test_command_names_file_place_clause_and_remedy_and_ends_with_1(made, scrapy_run):
    where = MUTATIONS["a letter of a block digest"](made)

    result = scrapy_run("verify", str(made.path))

    assert result.returncode == 1
    line = next(line for line in result.stdout.splitlines() if "WARC-Block-Digest" in line)
    assert line.startswith(f"fault: {where.file} at byte {where.offset:,}: WARC-Block-Digest is sha1:")
    assert line.endswith("[ISO 28500:2017, 5.8]. Restore the file from a copy")


def test_command_prints_json(made, scrapy_run):
    where = MUTATIONS["a title in a record"](made)

    result = scrapy_run("verify", "--json", str(made.path))

    said = json.loads(result.stdout)
    assert (result.returncode, said["faults"], said["warnings"]) == (1, 2, 0)
    assert {(each["kind"], each["file"], each["line"]) for each in said["findings"]} == {
        ("differs", str(where.file), where.line),
        ("part", str(where.file), None),
    }


def test_command_takes_the_name_of_a_collection(crawled, scrapy_run):
    archives = str(crawled.path.parent)

    assert scrapy_run("verify", "kankanews", env={"NEWSSPIDER_ARCHIVE_DIR": archives}).returncode == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.warc.gz", b"", "the file is empty"),
        ("empty.jsonl", b"", "the file is empty"),
        ("notes.txt", b"hello", "neither a WARC file nor a WACZ nor a feed part: it begins with b'hello'"),
        ("old.arc", b"filedesc://old.arc 0.0.0.0 20140216012908 text/plain 76\n", "an ARC file has no digests"),
        ("lone.jsonl", b"{}\n", "it lies in no collection"),
    ],
)
def test_path_that_cannot_be_verified_is_named_with_what_is_expected(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(PathError, match=re.escape(said)) as raised:
        verify(path)

    assert str(raised.value).startswith(str(path))
    assert "Give a collection, a WARC file, a WACZ or a feed part" in str(raised.value)


def test_directories_that_are_no_collection_or_an_empty_one_are_refused(tmp_path):
    with pytest.raises(PathError, match="it has no archive/ in it"):
        verify(tmp_path)

    (tmp_path / "archive").mkdir()

    with pytest.raises(PathError, match="the collection is empty"):
        verify(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "takes what is to be verified"),
        (("nowhere",), "no collection 'nowhere' in"),
        (("nowhere/at/all",), "nowhere/at/all: there is no such file, directory or collection"),
        (("",), "'': there is no such file, directory or collection"),
        (("--head", "00", "x"), "takes a SHA-256"),
    ],
)
def test_command_refuses_what_it_cannot_use(scrapy_run, arguments, said):
    result = scrapy_run("verify", *arguments)

    assert result.returncode in (1, 2)
    assert said in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_interrupted_verification_says_so(number, tmp_path):
    path = tmp_path / "endless.jsonl"
    os.mkfifo(path)
    process = start_scrapy(["verify", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with path.open("wb"):  # when it is open, it is being read
        process.send_signal(number)
        said = process.communicate(timeout=HUNG)

    assert process.returncode == 75
    assert said == ("", "\nscrapy verify: interrupted; the rest was not looked at\n")
