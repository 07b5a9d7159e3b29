"""What one process checks at a time, and what a whole verification makes of it: by small archives, file by file."""

from __future__ import annotations

import errno
import gzip
import hashlib
import itertools
import json
import pickle
from base64 import b32encode
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.collection.work import Lost
from newsspider.errors import NewsspiderError
from newsspider.proof import units, warcs
from newsspider.proof.findings import Finding, Report
from newsspider.proof.paths import find_targets
from newsspider.proof.units import CheckError, CheckParts, CheckWarc, PartsUnit, parser_version, together, value_in
from newsspider.proof.verification import Verification, total_size
from newsspider.proof.warcs import WarcCheck
from newsspider.record.items import to_json_line
from newsspider.text.message import message
from newsspider.warc.exchange import MEMORY_LIMIT
from newsspider.warc.reader import WarcError, read_record
from tests.collected import RUNS, collect
from tests.history.seen import HOUR, NOON, STORIES, STORY, Seen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ID = "<urn:uuid:0190f0a0-0000-7000-8000-{:012}>"


def record(
    number: int = 0, block: bytes = b"", *, end: bytes = b"\r\n\r\n", media: str = "text/plain", **fields: str
) -> bytes:
    """Return a WARC record; fields by their names without ``WARC-``, and what is said of a resource unless given."""
    usual = {
        "Type": "resource", "Record-ID": ID.format(number), "Date": "2026-01-30T08:00:00Z",
        "Target-URI": f"https://news.example/{number}",
    }  # fmt: skip
    given = {name.replace("_", "-"): value for name, value in fields.items()}
    lines = [f"WARC-{name}: {value}" for name, value in (usual | given).items() if value]
    head = "\r\n".join(["WARC/1.1", *lines, f"Content-Type: {media}", f"Content-Length: {len(block)}"])
    return head.encode() + b"\r\n\r\n" + block + end


def warcinfo(*lines: str, **fields: str) -> bytes:
    block = "".join(f"{line}\r\n" for line in lines).encode()
    return record(9, block, media="application/warc-fields", Type="warcinfo", Target_URI="", **fields)


def check(path: Path, *, described: bool = True) -> tuple[units.Checked, list[tuple[str, str, int | None]]]:
    """Check a WARC file; return what came of it, and kind, severity and offset of each finding."""
    checked = CheckWarc(described=described)(path)
    return checked, [(each.kind, each.severity, each.place.offset) for each in checked.findings]


# -- a WARC file ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gzipped", [False, True])
@pytest.mark.parametrize("behind", [b"", b"\r\n", b"no record" * 20_000])
def test_file_is_measured_to_its_last_byte_and_each_byte_is_counted_once(gzipped, behind, tmp_path):
    each = [record(number, b"x" * 100_000) for number in range(3)]
    data = b"".join(map(gzip.compress, each) if gzipped else each) + behind
    (tmp_path / "a.warc.gz").write_bytes(data)
    checked, _ = check(tmp_path / "a.warc.gz")

    assert checked.warc is not None
    assert (checked.warc.size, checked.warc.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert (checked.warc.records, checked.size) == (3, len(data))
    assert checked.taken is not None
    assert (checked.taken.counts["WARC files"], checked.taken.counts["WARC records"]) == (1, 3)


@pytest.mark.parametrize(("piece", "rest"), [(100, [6]), (4, [4, 2])])
def test_what_is_read_behind_a_gap_is_read_again(piece, rest, tmp_path, monkeypatch):
    """Salvage jumps over what no record is in; the digest is of every byte in its order all the same."""
    monkeypatch.setattr(warcs, "CHUNK_SIZE", piece)
    (tmp_path / "a.warc").write_bytes(b"0123456789")
    sizes: list[int] = []
    path = warcs._HashedPath(tmp_path / "a.warc", sizes.append, hashlib.sha256())
    for start, size in ((0, 2), (5, 2), (1, 2), (0, 4), (0, 1)):
        with path.open("rb") as file:
            file.seek(start)
            file.raw.readinto(memoryview(bytearray(size)))

    assert path.finish() == (10, hashlib.sha256(b"0123456789").hexdigest())
    assert sizes == [2, 1, 1, *rest]


def test_file_that_nothing_describes_is_neither_hashed_nor_indexed(tmp_path):
    (tmp_path / "a.warc").write_bytes(record())
    described, found = check(tmp_path / "a.warc")
    alone, _ = check(tmp_path / "a.warc", described=False)

    assert found == []
    assert (len(described.captured), alone.captured) == (1, [])
    assert alone.warc is not None
    assert (alone.warc.size, alone.warc.sha256) == (len(record()), "")


def test_files_are_checked_one_after_another_and_each_capture_is_told_with_whether_it_is_a_page(tmp_path):
    """An answer to HEAD is none (RFC 9110, 9.3.2)."""
    asked = record(1, b"HEAD /2 HTTP/1.1\r\n\r\n", media="application/http;msgtype=request", Type="request")
    answer = record(2, b"about it", Concurrent_To=ID.format(1))
    for name, data in (("a", asked + answer), ("b", record(3, b"a page"))):
        (tmp_path / f"{name}.warc").write_bytes(data)
    report, captured = Report(lambda finding: None), []

    check = WarcCheck(
        report, units.References(lambda line: None), lambda entry, is_page: captured.append((entry.url, is_page)),
        lambda size: None,
    )  # fmt: skip
    facts = [check.check(tmp_path / f"{name}.warc") for name in "ab"]

    assert captured == [("https://news.example/2", False), ("https://news.example/3", True)]
    assert [each.records for each in facts] == [2, 1]
    assert (report.counts["WARC files"], report.counts["WARC records"]) == (2, 3)


@pytest.mark.parametrize("data", [b"", b"no record at all", gzip.compress(b"")])
def test_file_without_a_record_is_a_fault(data, tmp_path):
    (tmp_path / "a.warc").write_bytes(data)
    checked, found = check(tmp_path / "a.warc")

    assert ("record", "fault", None) in found
    (told,) = [each for each in checked.findings if each.problem == "the file holds no record that can be read"]
    assert told.clause == "ISO 28500:2017, 4"
    assert told.remedy.endswith("take the file away if it is none of WARC")


@pytest.mark.parametrize(
    ("lines", "cited"),
    [
        (["previous-run: run-1"], "run-1"),
        (["previous-run: Run-1"], "Run-1"),
        (["Previous-Run:   run-1 sha256:00  "], "run-1 sha256:00"),
        ([" PREVIOUS-RUN : run-1"], "run-1"),
        (["software: x", "previous-run: run-1", "previous-run: run-2"], "run-1"),
        (["description: " + "x" * 10_000, "previous-run: run-1"], "run-1"),
        (["software: previous-run: run-1"], None),
        (["software: x\nprevious-run: run-1"], None),
        ([], None),
    ],
)
def test_what_a_warcinfo_cites_as_the_run_before(lines, cited, tmp_path):
    (tmp_path / "a.warc").write_bytes(warcinfo(*lines) + record() + warcinfo().replace(b"000009>", b"000008>"))
    checked, found = check(tmp_path / "a.warc")

    assert checked.warc is not None
    assert (checked.warc.previous_run, found) == ((cited, None), [])


def test_run_before_is_read_from_a_warcinfo_that_is_not_all_utf_8(tmp_path):
    block = b"operator: caf\xe9\r\nprevious-run: run-1\r\n"
    (tmp_path / "a.warc").write_bytes(
        record(9, block, media="application/warc-fields", Type="warcinfo", Target_URI="") + record()
    )
    checked, _ = check(tmp_path / "a.warc")

    assert checked.warc is not None
    assert checked.warc.previous_run == ("run-1",)


def test_warcinfo_is_checked_as_any_record(tmp_path):
    (tmp_path / "a.warc").write_bytes(warcinfo("a: b", Block_Digest="sha1:" + "A" * 32))

    assert check(tmp_path / "a.warc")[1] == [("block-digest", "fault", 0)]


@pytest.mark.parametrize(
    ("lf", "end", "found"),
    [
        (False, b"\r\n\r\n", []), (False, b"\n\n", ["record-end"]), (False, b"\r\n", ["record-end"]),
        (True, b"\r\n\r\n", ["line-ends"]), (True, b"\n\n", ["line-ends"]),
        (True, b"\n\r\n", ["line-ends", "record-end"]),
    ],
)  # fmt: skip
def test_record_ends_as_its_header_does(lf, end, found, tmp_path):
    head, block = record(end=b"").split(b"\r\n\r\n", 1)
    whole = head.replace(b"\r\n", b"\n") + b"\n\n" + block if lf else record(end=b"")
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(whole + end))

    assert check(tmp_path / "a.warc.gz")[1] == [(kind, "fault", 0) for kind in found]


def test_fault_of_a_file_is_told_where_it_is(tmp_path):
    first, last = record(1), record(2)
    (tmp_path / "a.warc").write_bytes(first + b"junk, and no record\r\n\r\n" + last)

    checked, found = check(tmp_path / "a.warc")
    assert found == [("record", "fault", len(first))]
    with pytest.raises(WarcError) as raised:
        read_record(tmp_path / "a.warc", len(first))
    assert checked.findings[0].next_step.text == raised.value.remedy  # what helps is said by who reads


@pytest.mark.parametrize("described", [False, True])
def test_capture_of_which_no_line_can_be_made_is_a_fault_once_and_its_digests_count(described, tmp_path):
    """A date that is none is a fault of its field, and said by no other; the rest of the record is looked at."""
    wrong = record(1, b"a page", Date="yesterday", Block_Digest="sha1:" + "A" * 32, Concurrent_To=ID.format(7))
    (tmp_path / "a.warc").write_bytes(wrong)
    checked, found = check(tmp_path / "a.warc", described=described)

    assert found == [("field", "fault", 0), ("block-digest", "fault", 0)]
    assert checked.findings[0].clause == "ISO 28500:2017, 5.4"
    assert len(checked.references) == 2  # its ID, and what it refers to


@pytest.mark.parametrize("described", [False, True])
@pytest.mark.parametrize(("lf", "first"), [(False, []), (True, [("line-ends", "fault", 0)])])
def test_capture_of_no_type_is_a_fault_by_itself(lf, first, described, tmp_path):
    """No rule of a field is broken, and how the lines end makes it no type."""
    head, block = record(1, b"a page", Type="odd type").split(b"\r\n\r\n", 1)
    (tmp_path / "a.warc").write_bytes((head.replace(b"\r\n", b"\n") + b"\n\n" if lf else head + b"\r\n\r\n") + block)
    checked, found = check(tmp_path / "a.warc", described=described)

    assert found == [*first, ("record", "fault", 0), ("record", "fault", None)]
    assert checked.findings[-2].problem == "WARC-Type is no type of record: 'odd type'"


def test_arc_file_is_one_warning_and_held_to_no_rule_of_warc(tmp_path):
    about = b"1 1 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n"
    head = b"filedesc://a.arc 0.0.0.0 20080516000000 text/plain %d\n" % len(about) + about
    page = b"http://a.cn/x 192.0.2.1 20080516120000 text/plain 4\nthen"
    (tmp_path / "a.arc").write_bytes(head + b"\n" + page + b"\n" + page + b"\n")

    checked, found = check(tmp_path / "a.arc")
    assert found == [("unread", "warning", None)]
    assert checked.findings[0].problem == "an ARC file has no digests: read, and proven by nothing"
    assert checked.warc is not None
    assert checked.warc.records == 3
    (tmp_path / "b.arc").write_bytes((tmp_path / "a.arc").read_bytes())
    told: list[Finding] = []
    both = WarcCheck(Report(told.append), units.References(lambda line: None), None, lambda size: None)
    for name in ("a.arc", "b.arc"):
        both.check(tmp_path / name)
    assert [(each.kind, str(each.place.file)) for each in told] == [
        ("unread", f"{tmp_path}/a.arc"), ("unread", f"{tmp_path}/b.arc")
    ]  # fmt: skip


@pytest.mark.parametrize("size", [MEMORY_LIMIT, MEMORY_LIMIT + 1, 2 * MEMORY_LIMIT])
def test_large_capture_has_an_index_line_as_any_other(size, tmp_path):
    sound, wrong = (f"sha1:{b32encode(hashlib.sha1(block).digest()).decode()}" for block in (bytes(size), b""))
    each = [record(number, bytes(size), Block_Digest=digest) for number, digest in enumerate((sound, wrong))]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(map(gzip.compress, each)))
    checked, found = check(tmp_path / "a.warc.gz")

    assert found == [("block-digest", "fault", len(gzip.compress(each[0])))]
    assert len(checked.captured) == 2
    assert checked.taken is not None


def test_files_are_let_go_when_they_are_read(tmp_path, recwarn):
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(record()))
    opened: list[Any] = []

    class Watched(type(tmp_path)):
        def open(self, *arguments: Any, **options: Any) -> Any:
            opened.append(super().open(*arguments, **options))
            return opened[-1]

    report = Report(lambda finding: None)
    WarcCheck(report, units.References(lambda line: None), lambda entry, is_page: None, lambda size: None).check(
        Watched(tmp_path / "a.warc.gz")
    )

    assert opened
    assert all(file.closed for file in opened)


@pytest.mark.parametrize("made", ["absent", "directory"])
def test_file_that_cannot_be_read_is_a_fault(made, tmp_path):
    if made == "directory":
        (tmp_path / "a.warc").mkdir()
    checked, found = check(tmp_path / "a.warc")

    assert (found, checked.warc, checked.error) == ([("record", "fault", None)], None, None)
    assert checked.findings[0].problem.startswith("the file cannot be read: ")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_disk_that_is_full_is_no_fault_of_the_file(number, tmp_path, monkeypatch):
    def full(*arguments: Any) -> None:
        raise OSError(number, "no room")

    monkeypatch.setattr(WarcCheck, "check", full)
    checked, found = check(tmp_path / "a.warc")

    assert found == []
    assert checked.error is not None
    assert (str(checked.error), checked.error.exit_code) == (
        f"{tmp_path}/a.warc: no room for temporary files (no room)", 4
    )  # fmt: skip


def test_what_stopped_a_check_comes_back_from_another_process():
    """As it can be said in any language."""
    said = message("%(path)s: no room", path="a.warc")
    error = pickle.loads(pickle.dumps(CheckError(said, 75)))

    assert (type(error), str(error), error.exit_code) == (CheckError, "a.warc: no room", 75)
    assert error.args[0] == said


def test_whatever_stopped_a_check_is_its_result(tmp_path, monkeypatch):
    said = message("%(path)s: no room", path="a.warc")

    class NoRoomError(NewsspiderError):
        exit_code = 75

    def stop(*arguments: Any) -> None:
        raise NoRoomError(said)

    monkeypatch.setattr(WarcCheck, "check", stop)
    checked, found = check(tmp_path / "a.warc")

    assert checked.error is not None
    assert (found, checked.error.args[0], checked.error.exit_code) == ([], said, 75)


# -- parts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b'{"a":{"b":"c"}}', "c"), (b'{"a":{"b":1}}', None), (b'{"a":{"b":null}}', None), (b'{"a":null}', None),
        (b'{"a":[]}', None), (b'{"a":"c"}', None), (b"{}", None), (b"[]", None), (b'"a"', None), (b"{", None),
        (b"", None), (b"\xff", None),
    ],
)  # fmt: skip
def test_text_in_a_line_is_read_or_there_is_none(line, found):
    assert value_in(line, "a", "b") == found


def test_version_of_a_parser_is_that_of_the_first_record(tmp_path):
    part = tmp_path / "part-00001.jsonl"
    long = b"x" * 100_000
    part.write_bytes(b"".join(b'{"body_text":"%b","provenance":{"parser_version":"%d"}}\n' % (long, n) for n in (4, 5)))

    assert parser_version(part) == "4"
    assert parser_version(tmp_path) is None
    assert parser_version(tmp_path / "part-00002.jsonl") is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("site-facts-00001.jsonl", "site_facts"), ("site-facts-1.jsonl", "site_facts"), ("part-00001.jsonl", "article"),
        ("site-facts-new.jsonl", "article"), ("my-site-facts-00001.jsonl", "article"), ("news.jsonl", "article"),
    ],
)  # fmt: skip
def test_what_is_called_as_a_part_of_site_facts_is_one(name, kind, tmp_path):
    held: list[str] = []
    check = SimpleNamespace(check=lambda part, kind, pages, **said: held.append(kind))
    units._check_records(check, tmp_path / name, None, True)

    assert held == [kind]


def test_parts_of_one_number_and_run_go_together_the_events_last(tmp_path):
    names = [
        "run-2/part-00001.jsonl", "run-1/changes-00001.jsonl", "run-1/part-00002.jsonl", "run-1/part-00001.jsonl",
        "run-1/site-facts-00001.jsonl", "run-1/changes-00003.jsonl", "run-1/a.jsonl", "run-1/b.jsonl",
        "run-1/part-00011.jsonl",
    ]  # fmt: skip

    assert [
        [str(part.relative_to(tmp_path)) for part in group] for group in together([tmp_path / n for n in names])
    ] == [
        ["run-1/a.jsonl"],
        ["run-1/b.jsonl"],
        ["run-1/part-00001.jsonl", "run-1/site-facts-00001.jsonl", "run-1/changes-00001.jsonl"],
        ["run-1/changes-00003.jsonl"],
        ["run-1/part-00002.jsonl"],
        ["run-1/part-00011.jsonl"],
        ["run-2/part-00001.jsonl"],
    ]


@pytest.fixture(scope="module")
def archived(tmp_path_factory) -> tuple[Path, list[bytes]]:
    """A collection with the pages of three articles, in several files, and the lines of their records."""
    path = tmp_path_factory.mktemp("units") / "kankanews"
    path.mkdir()
    seen = Seen(path)
    lines = [to_json_line(seen.fetch(story, NOON + n * HOUR)) for n, story in enumerate((STORY, *STORIES[1:3]))]
    seen.close()
    return path, lines


@pytest.fixture
def other(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("other") / "archive/a.warc"
    path.parent.mkdir()
    path.write_bytes(record())
    return path.parent.parent


def part(tmp_path: Path, name: str, *lines: bytes) -> Path:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(lines))
    return path


@pytest.fixture
def check_parts() -> Iterator[Any]:
    made: list[CheckParts] = []

    def make(facts: frozenset[str] | None) -> CheckParts:
        made.append(CheckParts(facts))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_parts_are_held_to_the_archives_that_are_named_with_them(archived, other, check_parts, tmp_path):
    collection, lines = archived
    made = [part(tmp_path, f"run-1/part-0000{n}.jsonl", line) for n, line in enumerate(lines[:2], start=1)]
    check = check_parts(None)
    here, elsewhere = (check(PartsUnit(paths=(made[0],), archives=(each,))) for each in (collection, other))

    assert here.findings == []
    assert [each.kind for each in elsewhere.findings] == ["page"]
    both = check(PartsUnit(paths=tuple(made), archives=(collection,)))
    assert (both.findings, set(both.parts)) == ([], {("run-1", "part-00001.jsonl"), ("run-1", "part-00002.jsonl")})
    assert both.taken is not None
    assert (both.taken.counts["feed parts"], both.taken.counts["feed records"]) == (2, 2)
    assert both.size == sum(each.stat().st_size for each in made)
    assert both.seconds["feed records"] > 0


@pytest.mark.parametrize("made", ["absent", "directory"])
def test_part_that_cannot_be_read_is_a_fault_and_the_next_is_checked(made, archived, check_parts, tmp_path):
    collection, lines = archived
    first, second = tmp_path / "run-1/part-00001.jsonl", part(tmp_path, "run-1/part-00002.jsonl", lines[0])
    if made == "directory":
        first.mkdir()
    checked = check_parts(None)(PartsUnit(paths=(first, second), archives=(collection,)))

    assert [(each.kind, each.place.file) for each in checked.findings] == [("part", first)]
    assert set(checked.parts) == {("run-1", "part-00002.jsonl")}


def test_article_may_cite_the_facts_that_are_known_and_others_only_where_none_are(archived, check_parts, tmp_path):
    collection, lines = archived
    said = json.loads(lines[0]) | {"site_facts": "kankanews:facts:1"}
    made = part(tmp_path, "run-1/part-00001.jsonl", to_line(said))
    unit = PartsUnit(paths=(made,), archives=(collection,))

    kinds = {
        facts: [each.kind for each in check_parts(facts)(unit).findings if each.kind == "site-facts"]
        for facts in (None, frozenset[str](), frozenset(["kankanews:facts:1"]))
    }
    assert kinds == {None: [], frozenset(): ["site-facts"], frozenset(["kankanews:facts:1"]): []}
    assert [check_parts(facts)(unit).facts for facts in kinds] == [set(), set(), set()]
    again = pickle.loads(pickle.dumps(check_parts(frozenset())))
    assert [each.kind for each in again(unit).findings if each.kind == "site-facts"] == ["site-facts"]
    again.close()


def to_line(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def test_records_of_another_version_are_told_of_by_who_checks_them(archived, check_parts, tmp_path):
    collection, lines = archived
    said = json.loads(lines[0])
    said["provenance"]["parser_version"] = "0"
    checked = check_parts(None)(
        PartsUnit(paths=(part(tmp_path, "run-1/part-00001.jsonl", to_line(said)),), archives=(collection,))
    )

    assert checked.findings == []
    assert [(site, old) for site, old, _ in checked.other_records] == [("kankanews", "0")]


def test_site_facts_are_held_to_the_parser_of_the_articles_beside_them(check_parts, tmp_path):
    """They name no version of their own: that of the first article of their run made them."""
    collection = collect(tmp_path / "kankanews")
    run = collection.items_dir / RUNS[0]
    parts = tuple(sorted(run.glob("*.jsonl"), key=lambda part: not part.name.startswith("site-facts")))
    assert parts[0].name == "site-facts-00001.jsonl"
    as_it_was = parts[0].read_bytes()
    facts = json.loads(as_it_was)
    unit = PartsUnit(paths=parts, archives=(collection.path,))
    checked = check_parts(frozenset())(unit)

    assert (checked.findings, checked.facts) == ([], {facts["id"]})
    assert checked.other_records == {}
    parts[0].write_bytes(to_line(dict(reversed(facts.items()))))
    exported = PartsUnit(paths=parts[:1], archives=(collection.path,), own_form=False)
    assert check_parts(frozenset())(exported).findings == []
    assert len(check_parts(frozenset())(PartsUnit(paths=parts[:1], archives=(collection.path,))).findings) == 1
    parts[0].write_bytes(as_it_was)
    first = run / "part-00001.jsonl"
    said = json.loads(first.read_bytes().splitlines()[0])
    said["provenance"]["parser_version"] = "0"
    first.write_bytes(to_line(said))
    facts_only = check_parts(frozenset())(PartsUnit(paths=parts[:1], archives=(collection.path,)))
    assert facts_only.findings == []
    assert [(site, old) for site, old, _ in facts_only.other_records] == [("kankanews", "0")]


def test_seconds_are_those_between_the_beginning_and_the_end_of_each(archived, check_parts, tmp_path, monkeypatch):
    """By a clock that goes on by a second whenever somebody looks at it."""
    collection, lines = archived
    monkeypatch.setattr(units, "monotonic", itertools.count(1000).__next__)
    parts = tuple(part(tmp_path, f"run-1/part-0000{n}.jsonl", line) for n, line in enumerate(lines[:2], start=1))
    checked = check_parts(None)(PartsUnit(paths=parts, archives=(collection,)))

    assert checked.seconds == {"feed records": 2}
    (tmp_path / "a.warc").write_bytes(record())
    assert check(tmp_path / "a.warc")[0].seconds == {"WARC records": 1}


def test_archives_are_opened_once_and_closed_at_the_end(archived, tmp_path, monkeypatch):
    collection, lines = archived
    seen: list[str] = []

    class Noting(units.PageOpener):
        def __enter__(self) -> Any:
            seen.append("opened")
            return super().__enter__()

        def __exit__(self, *error: Any) -> None:
            seen.append("closed")
            super().__exit__(*error)

    monkeypatch.setattr(units, "PageOpener", Noting)
    unit = PartsUnit(paths=(part(tmp_path, "run-1/part-00001.jsonl", lines[0]),), archives=(collection,))
    check = CheckParts(None)
    check(unit)
    check(unit)
    assert seen == ["opened"]
    check.close()
    assert seen == ["opened", "closed"]


# -- a whole verification ---------------------------------------------------------------------------------------------


def verified(
    *paths: Path, head: str | None = None, signer: str | None = None, **options: Any
) -> tuple[list[Finding], Verification, int]:
    """Verify; return what is found, the verification, and how many bytes were read."""
    found: list[Finding] = []
    sizes: list[int] = []
    targets = find_targets([str(path) for path in paths], paths[0].parent)
    verification = Verification(targets, Report(found.append), sizes.append, **options)
    verification.run(head, signer)
    assert total_size(targets) == sum(sizes) or found
    return found, verification, sum(sizes)


def said(found: list[Finding]) -> list[tuple[str, str]]:
    return [(each.severity, each.kind) for each in found]


@pytest.mark.parametrize("beside", ["collection", "WARC files"])
def test_export_is_held_to_what_is_given_beside_it(beside, archived, tmp_path):
    collection, lines = archived
    export = part(tmp_path, "export.jsonl", *(to_line(dict(reversed(json.loads(line).items()))) for line in lines))
    given = [collection] if beside == "collection" else sorted((collection / "archive").glob("*.warc.gz"))

    found, verification, _ = verified(export, *given)
    assert [each for each in said(found) if each != ("warning", "unfinished")] == []  # of a run without a manifest
    assert verification.seconds["WARC records"] > 0
    assert verification.seconds["feed records"] > 0
    pages = [kind for severity, kind in said(verified(export, *given[:1])[0]) if severity == "fault"]
    assert pages == ([] if beside == "collection" else ["page", "page"])


def test_export_may_cite_facts_that_nobody_knows(archived, tmp_path):
    collection, lines = archived
    record = json.loads(lines[0]) | {"site_facts": "kankanews:facts:1"}
    export = part(tmp_path, "export.jsonl", to_line(record))

    assert "site-facts" not in [kind for _, kind in said(verified(export, collection)[0])]


def test_warc_files_by_themselves_may_refer_to_others_and_to_each_other(tmp_path):
    one, two = tmp_path / "one.warc", tmp_path / "two.warc"
    one.write_bytes(record(1, Concurrent_To=ID.format(2)))
    two.write_bytes(record(2))

    assert said(verified(one)[0]) == [("warning", "reference")]
    assert said(verified(one, two)[0]) == []
    two.write_bytes(record(1))
    assert said(verified(one, two)[0]) == [("fault", "record-id"), ("warning", "reference")]


def test_unit_that_ends_its_process_is_a_fault_and_the_others_are_checked(archived, tmp_path):
    collection, lines = archived
    warcs = sorted((collection / "archive").glob("*.warc.gz"))
    parts = [part(tmp_path, f"{n}.jsonl", line) for n, line in enumerate(lines)]

    def losing(function, given):
        for unit in given:
            lost = unit == warcs[0] or (isinstance(unit, PartsUnit) and unit.paths == (parts[1],))
            yield unit, Lost("killed") if lost else function(unit)

    found, _, _ = verified(*warcs, *parts, run=losing)
    assert [(each.kind, each.place.file, each.problem) for each in found] == [
        ("record", warcs[0], "it could not be checked: killed"),
        ("part", parts[1], "it could not be checked: killed"),
    ]


def test_what_stopped_a_check_stops_the_verification(tmp_path, monkeypatch):
    (tmp_path / "a.warc").write_bytes(record())

    def full(*arguments: Any) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(WarcCheck, "check", full)
    with pytest.raises(CheckError, match="no room for temporary files"):
        verified(tmp_path / "a.warc")


def test_package_that_is_none_is_a_fault(tmp_path):
    (tmp_path / "a.wacz").write_bytes(b"PK\x03\x04 and nothing else")

    assert said(verified(tmp_path / "a.wacz")[0]) == [("fault", "package")]
