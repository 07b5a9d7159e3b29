"""What WARC/1.1 (ISO 28500:2017) and WARC/1.0 ask of a header: each rule kept, and each broken once."""

from __future__ import annotations

import pytest

from newsspider.proof.rules import FIELDS, broken
from newsspider.warc.reader import iter_records
from tests.archive.odd import record

ID = "<urn:uuid:01234567-89ab-4cde-8f01-23456789abcd>"
URI = "https://news.example/a"
WHEN = "2026-01-30T08:00:00Z"


@pytest.fixture
def said(tmp_path):
    """Write one record; return what its header breaks."""

    def run(fields=None, *, header: bytes | None = None, **odd) -> list[tuple[str, str, str]]:
        path = tmp_path / "x.warc"
        data = record(fields, **odd)
        path.write_bytes(data if header is None else header + b"\r\n\r\n")
        (read,) = iter_records(path)
        return [(kind, problem.in_english(), clause) for kind, problem, clause in broken(read)]

    return run


SOUND = {
    "response": {},
    "request": {"WARC-Concurrent-To": ID, "WARC-IP-Address": "203.0.113.7"},
    "resource": {"Content-Type": "image/png"},
    "warcinfo": {"WARC-Target-URI": None, "WARC-Filename": "x.warc.gz", "Content-Type": "application/warc-fields"},
    "metadata": {"WARC-Target-URI": None, "WARC-Refers-To": ID},
    "revisit": {"WARC-Profile": f"{URI}/profile", "WARC-Refers-To-Target-URI": URI, "WARC-Refers-To-Date": WHEN},
    "conversion": {"WARC-Refers-To": ID},
    "continuation": {"WARC-Segment-Number": "2", "WARC-Segment-Origin-ID": ID},
}
USUAL = frozenset(("WARC-Record-ID", "WARC-Date", "WARC-Type"))  # a record without Content-Length cannot be read
MANDATORY = {
    **dict.fromkeys(["response", "request", "resource", "conversion"], USUAL | {"WARC-Target-URI"}),
    **dict.fromkeys(["warcinfo", "metadata"], USUAL),
    "revisit": USUAL | {"WARC-Target-URI", "WARC-Profile"},
    "continuation": USUAL | {"WARC-Target-URI", "WARC-Segment-Number", "WARC-Segment-Origin-ID"},
}
_OF_AN_EXCHANGE = {"WARC-Refers-To", "WARC-Filename", "WARC-Segment-Origin-ID"}
FORBIDDEN = {
    "response": _OF_AN_EXCHANGE, "request": _OF_AN_EXCHANGE, "resource": _OF_AN_EXCHANGE,
    "warcinfo": {
        "WARC-Concurrent-To", "WARC-IP-Address", "WARC-Refers-To", "WARC-Target-URI", "WARC-Warcinfo-ID",
        "WARC-Segment-Origin-ID",
    },
    "metadata": _OF_AN_EXCHANGE - {"WARC-Refers-To"}, "revisit": _OF_AN_EXCHANGE - {"WARC-Refers-To"},
    "conversion": {"WARC-Concurrent-To", "WARC-IP-Address", "WARC-Filename", "WARC-Segment-Origin-ID"},
    "continuation": {"WARC-Concurrent-To", "WARC-IP-Address", "WARC-Refers-To", "WARC-Filename"},
}  # fmt: skip
VALUES = {"WARC-IP-Address": "203.0.113.7", "WARC-Filename": "x.warc.gz", "WARC-Target-URI": URI}


@pytest.mark.parametrize("version", [b"WARC/1.0", b"WARC/1.1"])
@pytest.mark.parametrize("kind", SOUND)
def test_a_sound_record_breaks_nothing(kind, version, said):
    assert said({"WARC-Type": kind, **SOUND[kind]}, version=version) == []


@pytest.mark.parametrize("kind", SOUND)
def test_every_field_that_a_type_wants_is_missed(kind, said):
    missed = set()
    for name in FIELDS.keys() - {"Content-Length"}:
        called = "nameless" if name == "WARC-Type" else kind
        for what, problem, clause in said({"WARC-Type": kind, **SOUND[kind], name: None}):
            assert (what, problem, clause) == ("field", f"a {called} record without {name}", FIELDS[name].clause)
            missed.add(name)

    assert missed == MANDATORY[kind]


@pytest.mark.parametrize("kind", SOUND)
def test_every_field_that_a_type_may_not_have_is_told(kind, said):
    told = set()
    for name in FIELDS:
        usual = record({"WARC-Type": kind, **SOUND[kind]}).decode("latin-1")
        if f"\r\n{name}: " not in usual:
            value = VALUES.get(name) or ("7" if name.endswith("Number") else WHEN if name.endswith("Date") else ID)
            value = URI if name in ("WARC-Profile", "WARC-Refers-To-Target-URI") else value
            found = said({"WARC-Type": kind, **SOUND[kind], name: value})
            assert found in ([], [("field", f"{name} is in a {kind} record", FIELDS[name].clause)])
            told |= {name} if found else set()

    assert told == FORBIDDEN[kind]


def test_a_type_that_is_not_known_may_have_anything_and_wants_what_all_want(said):
    assert said({"WARC-Type": "screenshot", "WARC-Target-URI": None, "WARC-Filename": "x", "WARC-Refers-To": ID}) == []
    assert said({"WARC-Type": "screenshot", "WARC-Date": None}) == [
        ("field", "a screenshot record without WARC-Date", "5.4")
    ]


@pytest.mark.parametrize("name", FIELDS)
def test_only_one_field_may_be_there_twice(name, said):
    value = {"WARC-Type": "response", "Content-Length": "0", "WARC-Date": WHEN, "WARC-Target-URI": URI}.get(name, ID)
    lines = record({}, block=b"").split(b"\r\n\r\n")[0] + f"\r\n{name}: {value}".encode() * 2
    found = said(header=lines)
    twice = [clause for _, problem, clause in found if problem == f"{name} is there twice"]

    assert bool(twice) == (name != "WARC-Concurrent-To")
    assert set(twice) <= {f"5.1, {FIELDS[name].clause}"}


IDS = {
    "WARC-Record-ID": "response", "WARC-Concurrent-To": "response", "WARC-Warcinfo-ID": "response",
    "WARC-Refers-To": "revisit", "WARC-Segment-Origin-ID": "continuation",
}  # fmt: skip
"""Each with a type that may have it."""


@pytest.mark.parametrize("name", IDS)
@pytest.mark.parametrize(
    ("value", "sound"),
    [
        (ID, True), ("<http://news.example/1#a>", True), ("<a:b>", True),
        ("urn:uuid:1", False), (f"{ID[:-1]}", False), (ID[1:], False), ("<>", False), ("<a>", False), ("<1:b>", False),
        ("<urn:uuid:1 2>", False), ("<urn:<1>", False), ("", False),
    ],
)  # fmt: skip
def test_an_id_is_a_uri_in_angle_brackets(name, value, sound, said):
    problems = [problem for _, problem, _ in said({"WARC-Type": IDS[name], **SOUND[IDS[name]], name: value})]

    assert problems == ([] if sound else [f"{name} is no URI in angle brackets: '{value}'"])


@pytest.mark.parametrize("name", ["WARC-Target-URI", "WARC-Refers-To-Target-URI", "WARC-Profile"])
@pytest.mark.parametrize(
    ("value", "sound"),
    [
        (URI, True), (f"<{URI}>", True), ("dns:news.example", True), ("x+y-z.1:a", True), ("a:新闻".encode(), True),
        ("/a", False), ("news.example/a", False), ("http://news.example/a b", False), ("http://a/b>c", False),
        ("http:", False), ("", False),
        (f"<<{URI}>>", False),
    ],
)  # fmt: skip
def test_an_address_is_a_uri(name, value, sound, said):
    problems = [problem.split(":")[0] for _, problem, _ in said({name: value})]

    assert problems == ([] if sound else [f"{name} is no URI"])


LESS = ["2026", "2026-01", "2026-01-30", "2026-01-30T08:00Z"]
FRACTIONS = [f"2026-01-30T08:00:00.{digits}Z" for digits in ("1", "123", "123456", "123456789")]
NO_DATES = [
    "", "now", "30 Jan 2026", "2026-01-30 08:00:00", "2026-01-30T08:00:00", "2026-01-30T08:00:00+00:00", "2026-1-30",
    "2026-02-29T08:00:00Z", "2026-13-01T08:00:00Z", "2026-01-30T24:00:00Z", "2026-01-30T08:60:00Z", "2026-01-30T08Z",
    "2026-01-30T08:00:61Z", "2026-01-30T08:00:60Z", "2026-12-31T23:58:60Z", "2026-01-30T08:00:00.Z",
    "2026-01-30T08:00:00.1234567890Z",
    "2026-01-30T08:00:00,1Z", "2026-01-30T08:00:00z", "２０２６-01-30T08:00:00Z", "20260130080000",
    "0000-01-01T00:00:00Z",
]  # fmt: skip


@pytest.mark.parametrize("name", ["WARC-Date", "WARC-Refers-To-Date"])
class TestDates:
    @pytest.mark.parametrize("value", [WHEN, "2016-12-31T23:59:60Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
    @pytest.mark.parametrize("version", [b"WARC/1.0", b"WARC/1.1", b"warc/1.0"])
    def test_in_seconds_are_dates_in_all_versions(self, name, value, version, said):
        assert [problem for what, problem, _ in said({name: value}, version=version) if what == "field"] == []

    @pytest.mark.parametrize("value", LESS + FRACTIONS)
    def test_of_more_and_less_are_dates_since_1_1(self, name, value, said):
        clause = FIELDS[name].clause

        assert said({name: value}) == []
        for version in (b"WARC/1.0", b"warc/1.0"):
            found = [each for each in said({name: value}, version=version) if each[0] == "field"]
            assert found == [("field", f"{name} is not in seconds, as WARC/1.0 wants it: '{value}'", clause)]

    @pytest.mark.parametrize("value", NO_DATES)
    def test_of_another_form_or_of_no_day_are_none(self, name, value, said):
        for version in (b"WARC/1.0", b"WARC/1.1"):
            assert said({name: value}, version=version) == [
                ("field", f"{name} is no date in UTC: '{value}'", FIELDS[name].clause)
            ]


def test_names_of_fields_are_of_any_case(said):
    assert said({"WARC-Date": None, "warc-date": WHEN, "WARC-Record-ID": None, "Warc-Record-Id": ID}) == []
    assert said({"WARC-DATE": "2016", "WARC-Date": None}, version=b"WARC/1.0")[0][1].startswith("WARC-Date is not in")


@pytest.mark.parametrize(
    ("version", "kind", "problem"),
    [
        (b"warc/1.1", "version", "in lower case"),
        (b"Warc/1.0", "version", "in lower case"),
        *((b"WARC/0." + minor, "version", "a draft of before the standard") for minor in (b"9", b"10", b"18", b"19")),
        *((b"WARC/" + other, "version", "not WARC/1.0 or WARC/1.1") for other in (b"0.8", b"0.20", b"0.180", b"1.2")),
        (b"WARC/1_0", "version", "not WARC/1.0 or WARC/1.1"),
    ],
)
def test_a_first_line_of_another_version_is_told(version, kind, problem, said):
    ((what, told, clause),) = said({}, version=version)

    assert (what, clause) == (kind, "4")
    assert problem in told


def test_of_a_first_line_that_is_long_the_beginning_is_told(said):
    ((_, told, _),) = said({}, version=b"WARC/7." + b"0" * 100)

    assert told == f"the first line is b'WARC/7.{'0' * 33}', not WARC/1.0 or WARC/1.1"


CLAUSES = [
    "WARC-Record-ID", "Content-Length", "WARC-Date", "WARC-Type", "Content-Type", "WARC-Concurrent-To",
    "WARC-Block-Digest", "WARC-Payload-Digest", "WARC-IP-Address", "WARC-Refers-To", "WARC-Refers-To-Target-URI",
    "WARC-Refers-To-Date", "WARC-Target-URI", "WARC-Truncated", "WARC-Warcinfo-ID", "WARC-Filename", "WARC-Profile",
    "WARC-Identified-Payload-Type", "WARC-Segment-Number", "WARC-Segment-Origin-ID", "WARC-Segment-Total-Length",
]  # fmt: skip
"""The fields in the order of their clauses, of which that of the first is 5.2."""


def test_a_field_has_the_clause_that_the_standard_has_for_it():
    assert {name: rule.clause for name, rule in FIELDS.items()}.items() <= {
        name: f"5.{number}" for number, name in enumerate(CLAUSES, start=2)
    }.items()


def test_lines_that_end_as_no_line_does_are_told_once(said):
    assert said({}, end=b"\n") == [("line-ends", "the lines of the header end with LF alone, not CR LF", "4")]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"no colon", "not a named field: b'no colon'"),
        (b"with blank: x", "not a named field: b'with blank: x'"),
        (b"X-Latin: caf\xe9", "not in UTF-8"),
        (b"X-Null: a\x00b", "not a named field"),
        *((b"X-Control: a" + each + b"b", "not a named field") for each in (b"\x08", b"\x0b", b"\x1f", b"\x7f")),
        (b": without a name", "not a named field: b': without a name'"),
        (b"X-Folded: a\r\n b\x00c", "not a named field: b' b\\x00c'"),
    ],
)
def test_a_line_that_is_no_field_is_told(line, problem, said):
    lines = record({}, block=b"").split(b"\r\n\r\n")[0]
    found = said(header=lines + b"\r\n" + line)

    assert [(what, clause) for what, _, clause in found] == [("header", "4")]
    assert found[0][1].startswith(problem)


@pytest.mark.parametrize(
    "line", [b"X-UTF-8: caf\xc3\xa9", b"X-Tab: a\tb", b"X-Folded: a\r\n b", b"X-Folded: a\r\n\tb", b"X-Empty:"]
)
def test_a_line_that_is_a_field_breaks_nothing(line, said):
    lines = record({}, block=b"").split(b"\r\n\r\n")[0]

    assert said(header=lines + b"\r\n" + line) == []
