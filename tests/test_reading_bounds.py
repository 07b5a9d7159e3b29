"""How much is read of what others wrote, on each bound and one behind it; and after how much a crawl leaves off."""

from __future__ import annotations

import asyncio
import struct
from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import lxml.html
import pytest

from newsspider.collection import runs, source, wacz
from newsspider.collection.collection import Collection
from newsspider.collection.runs import PREVIOUS_RUN
from newsspider.collection.source import foreign_lines
from newsspider.collection.wacz import Wacz
from newsspider.demo import server
from newsspider.discovery import shapes, sitemaps, syndication
from newsspider.discovery.shapes import likeness
from newsspider.discovery.sitemaps import read_sitemap
from newsspider.discovery.syndication import read_feed
from newsspider.engines.engine import MAX_JOBS, JobsError, jobs_for
from newsspider.extraction.comparison import MAX_EXAMPLES, _extend
from newsspider.extraction.manifest import judge
from newsspider.extraction.tally import CaptureTally
from newsspider.feeds.reading import FeedError
from newsspider.history import since
from newsspider.history.since import events_in
from newsspider.packages import histories, keys
from newsspider.packages import runs as packed_runs
from newsspider.packages.histories import Histories, member_of
from newsspider.packages.keys import KeyFileError, make_key, read_key
from newsspider.packages.runs import PackError, Stored
from newsspider.packages.runs import records as records_in
from newsspider.parsing import page as parsed
from newsspider.parsing import saidtext
from newsspider.parsing.facts import original_title, printed
from newsspider.parsing.markup import read_html
from newsspider.parsing.page import outline
from newsspider.parsing.paging import _label
from newsspider.proof import packages, references, warcs
from newsspider.proof.findings import Report
from newsspider.proof.packages import PackageCheck
from newsspider.proof.references import References
from newsspider.spiders import anysite, requisites
from newsspider.spiders.anysite import AnySiteSpider
from newsspider.spiders.requisites import Requisites
from newsspider.spiders.waiting import Waiting
from newsspider.text.nuxt import state
from newsspider.text.nuxt.state import find_state
from newsspider.text.processors import MAX_NATURAL, natural
from newsspider.text.urls import MAX_LENGTH, UrlError, absolute, clean_url
from newsspider.warc import codings, recordbytes
from newsspider.warc.codings import ContentCodingError, decode, is_in_name_only
from newsspider.warc.reader import WarcError, iter_records
from tests.archive.odd import record
from tests.collected import RUNS, collect

if TYPE_CHECKING:
    from pathlib import Path

SEEN = datetime(2026, 2, 1, tzinfo=UTC)
PAGE = "https://news.example/a/1"


@pytest.fixture(scope="module")
def collection(tmp_path_factory) -> Collection:
    """Nobody changes it."""
    return collect(tmp_path_factory.mktemp("bounds") / "kankanews")


# ---------------------------------------------------------------- of archives


@pytest.mark.parametrize("less", [0, 1])
def test_a_warcinfo_says_who_wrote_the_file_within_a_length(less, tmp_path, monkeypatch):
    said = b"software: newsspider/"
    path = tmp_path / "a.warc"
    path.write_bytes(record({"WARC-Type": "warcinfo"}, block=said + b"2\r\n"))
    monkeypatch.setattr(runs, "_MAX_WARCINFO", len(said) - less)

    assert runs._is_of(Collection(tmp_path), path) is not bool(less)


@pytest.mark.parametrize("less", [0, 1])
def test_a_warcinfo_is_verified_within_a_length(less, tmp_path, monkeypatch):
    said = PREVIOUS_RUN.encode() + b": 20260101T000000000Z-abcdef"
    path = tmp_path / "a.warc"
    path.write_bytes(record({"WARC-Type": "warcinfo"}, block=said + b"\r\n"))
    monkeypatch.setattr(warcs, "_MAX_WARCINFO", len(said) - less)
    info = next(iter_records(path))

    assert warcs._previous_run(info) == "20260101T000000000Z-abcdef"[: -1 if less else None]


@pytest.mark.parametrize("less", [0, 1])
def test_a_line_of_somebody_else_s_index_is_read_up_to_a_length(less, tmp_path, monkeypatch):
    """What is longer is two lines, and the second says nothing."""
    line = b'a)/ 20260130080000 {"url": "http://a/", "length": "1", "offset": "0", "filename": "a.warc.gz"}\n'
    with ZipFile(tmp_path / "a.wacz", "w") as package:
        package.writestr("archive/a.warc.gz", b"x")
        package.writestr("indexes/index.cdxj", line)
    monkeypatch.setattr(source, "_MAX_LINE", len(line) - less)
    (index,) = Wacz(tmp_path / "a.wacz", tmp_path).indexes()
    lines = foreign_lines(index, {"a.warc.gz": tmp_path / "a.wacz"})

    assert b"a.warc.gz" in next(lines)
    if less:
        with pytest.raises(ValueError, match=r"."):
            next(lines)
    assert list(lines) == []


@pytest.mark.parametrize("less", [0, 1])
def test_a_list_of_other_packages_is_read_up_to_a_length(less, tmp_path, monkeypatch):
    said = b'{"profile": "multi-wacz-package", "resources": [{"path": "b.wacz"}]}'
    with ZipFile(tmp_path / "a.wacz", "w") as package:
        package.writestr("datapackage.json", said)
    monkeypatch.setattr(wacz, "_MAX_DATAPACKAGE", len(said) - less)

    assert len(list(Wacz(tmp_path / "a.wacz", tmp_path).unread())) == 1 - less


@pytest.mark.parametrize("less", [0, 1])
def test_a_manifest_in_a_package_is_verified_up_to_a_length(less, tmp_path, monkeypatch):
    with ZipFile(tmp_path / "a.wacz", "w") as package:
        package.writestr("runs/20260101T000000000Z-abcdef.json", b"[]")
    monkeypatch.setattr(packages, "_MAX_MANIFEST", 2 - less)
    found: list[Any] = []
    check = PackageCheck(tmp_path / "a.wacz", tmp_path, Report(found.append), lambda size: None)
    check._check_runs({})

    assert len(check._chain) == 1 - less
    assert len(found) == 1  # what it says is no manifest, or it is too long


@pytest.mark.parametrize(("records", "is_near"), [(3, True), (4, False)])
def test_so_many_records_are_near(records, is_near, tmp_path, monkeypatch):
    """What refers to one of these needs no look at all of the file."""
    monkeypatch.setattr(references, "_MAX_NEAR", 3)
    lines: list[bytes] = []
    add = added_to(lines)
    for number in range(records):
        add(tmp_path, {"WARC-Record-ID": f"<urn:x:{number}>"})
    lines.clear()
    add(tmp_path, {"WARC-Record-ID": "<urn:x:last>", "WARC-Concurrent-To": "<urn:x:0>"})

    assert any(b"urn:x:0" in line for line in lines) is not is_near


@pytest.mark.parametrize(("length", "is_near"), [(references._MAX_NEAR_ID, True), (references._MAX_NEAR_ID + 1, False)])
def test_a_record_is_near_by_an_id_of_a_length(length, is_near, tmp_path):
    lines: list[bytes] = []
    add, name = added_to(lines), "urn:x:".ljust(length, "y")
    add(tmp_path, {"WARC-Record-ID": f"<{name}>"})
    lines.clear()
    add(tmp_path, {"WARC-Record-ID": "<urn:x:last>", "WARC-Concurrent-To": f"<{name}>"})

    assert any(name.encode() in line for line in lines) is not is_near


def added_to(lines: list[bytes]) -> Any:
    """Return what lets a record be read, whose lines come into *lines*."""
    found = References(lines.append)

    def add(directory: Path, fields: dict[str, str]) -> None:
        path = directory / "a.warc"
        path.write_bytes(record(fields))
        (each,) = iter_records(path)
        found.add(each)

    return add


@pytest.mark.parametrize("more", [0, 1])
def test_so_many_codings_are_undone(more):
    named = ["gzip"] * (codings._MAX_CODINGS + more)
    if more:
        with pytest.raises(ContentCodingError, match="more than 5 codings"):
            decode(b"", named, limit=9, place="here", whole=True)
    else:
        assert decode(b"x", named, limit=9, place="here", whole=True) == b"x"


@pytest.mark.parametrize("more", [0, 1])
def test_no_more_is_unpacked_than_a_body_may_have(more, monkeypatch):
    """Neither to find out what its label is worth."""
    asked: list[int] = []
    monkeypatch.setattr(codings, "MAX_BODY", 7 + more)
    monkeypatch.setitem(codings._UNDO, "gzip", lambda body, limit: (asked.append(limit) or body, True))

    assert is_in_name_only(b"news", "gzip")
    assert asked == [7 + more]


@pytest.mark.parametrize("less", [0, 1])
def test_a_dictionary_of_frames_is_of_a_length(less, tmp_path, monkeypatch):
    content = b"what pages of a site have in common"
    path = tmp_path / "a.warc.zst"
    path.write_bytes(b"\x5d\x2a\x4d\x18" + struct.pack("<I", len(content)) + content + b"\x28\xb5\x2f\xfd")
    monkeypatch.setattr(recordbytes, "_MAX_DICTIONARY", len(content) - less)
    with path.open("rb") as file:
        if less:
            with pytest.raises(WarcError, match=f"it has {len(content)} bytes, and 0 were read"):
                recordbytes._read_dictionary(file, path)
        else:
            assert recordbytes._read_dictionary(file, path) is not None


@pytest.mark.parametrize("less", [0, 1])
def test_the_longest_header_of_a_frame_names_its_dictionary(less, tmp_path, monkeypatch):
    """RFC 8878, 3.1.1.1: a magic number, a descriptor, a window, four bytes of the dictionary, eight of the size."""
    header = b"\x28\xb5\x2f\xfd" + b"\xc3" + b"\x00" + struct.pack("<I", 77) + struct.pack("<Q", 1 << 40)
    path = tmp_path / "a.warc.zst"
    path.write_bytes(header + b"nonsense")
    monkeypatch.setattr(recordbytes, "_MAX_FRAME_HEADER", len(header) - less)
    assert len(header) == 18
    with pytest.raises(WarcError, match="not a whole Zstandard frame" if less else "needs dictionary 77, and the file"):
        list(iter_records(path))


# ---------------------------------------------------------------- of records


@pytest.mark.parametrize("less", [0, 1])
def test_an_event_is_a_line_of_a_length(less, collection, monkeypatch):
    directory = collection.items_dir / RUNS[0]
    longest = max(map(len, (directory / "changes-00001.jsonl").read_bytes().splitlines(keepends=True)))
    monkeypatch.setattr(since, "_MAX_LINE", longest - less)
    if less:
        with pytest.raises(FeedError):
            list(events_in(directory))
    else:
        assert len(list(events_in(directory))) == 2


@pytest.mark.parametrize("less", [0, 1])
def test_a_record_is_packed_from_a_line_of_a_length(less, tmp_path, monkeypatch):
    (tmp_path / "part-00001.jsonl").write_bytes(b'{"id": 7}\n')
    monkeypatch.setattr(packed_runs, "_MAX_LINE", 10 - 2 * less)
    part = Stored(path=tmp_path / "part-00001.jsonl", member="x", sha256=None)
    if less:
        with pytest.raises(PackError, match="at byte 0: no record"):
            list(records_in(part))
    else:
        assert list(records_in(part)) == [(0, {"id": 7})]


@pytest.mark.parametrize("less", [0, 1])
def test_a_key_is_read_up_to_a_length(less, tmp_path, monkeypatch):
    make_key(tmp_path / "key.pem")
    size = len((tmp_path / "key.pem").read_bytes().rstrip())
    monkeypatch.setattr(keys, "_MAX_SIZE", size - less)
    if less:
        with pytest.raises(KeyFileError, match="not a private key in PEM form"):
            read_key(tmp_path / "key.pem")
    else:
        assert read_key(tmp_path / "key.pem").key_size == 384


@pytest.mark.parametrize("more", [0, 1])
def test_a_package_takes_so_many_history_pages(more, collection, tmp_path, monkeypatch):
    monkeypatch.setattr(histories, "MOST", 3)
    changed = [(f"a:{number}", PAGE) for number in range(3 + more)]
    made = Histories(collection, SimpleNamespace(runs=()), tmp_path, lambda *given: iter(()), whole=True)

    assert [each for batch in made._batches(SimpleNamespace(changed=lambda: changed)) for each in batch] == changed[:3]
    assert len(made.problems) == more


def test_a_history_page_is_called_by_an_id_of_a_length():
    assert member_of("a" * 150) == f"history/{'a' * 150}.html"
    assert member_of("a" * 151).startswith(f"history/{'a' * 150}-")


@pytest.mark.parametrize("more", [0, 1])
def test_so_many_examples_of_a_difference_are_told(more):
    examples = ["first"]
    _extend(examples, ["x"] * (MAX_EXAMPLES - 1 + more))

    assert len(examples) == MAX_EXAMPLES == 3


@pytest.mark.parametrize(("lost", "code"), [(2, 0), (3, 6)])
def test_half_of_the_pages_may_be_no_articles(lost, code):
    assert judge(CaptureTally(captures=4, articles=4 - lost, failures=Counter(unparsed=lost)), []).exit_code == code


@pytest.mark.parametrize(("asked", "jobs"), [(1, 0), (2, 2), (MAX_JOBS, MAX_JOBS)])
def test_so_many_processes_may_be_asked_for(asked, jobs):
    assert jobs_for(asked) == jobs
    for wrong in (0, MAX_JOBS + 1):
        with pytest.raises(JobsError, match="a number from 1 to 1024"):
            jobs_for(wrong)


# ---------------------------------------------------------------- of lists


@pytest.mark.parametrize(("more", "how"), [(0, "likely"), (1, "no")])
def test_an_address_is_looked_at_up_to_a_length(more, how):
    """An identifier has two digits at least."""
    url = "https://news.example/x?a=".ljust(shapes._LONGEST - len("&id=77") + more, "a") + "&id=77"

    assert len(url) == shapes._LONGEST + more
    assert likeness(url) == how


@pytest.mark.parametrize(("before", "read"), [(sitemaps._MAX_CHILDREN - 1, 1), (sitemaps._MAX_CHILDREN, 0)])
def test_so_many_elements_of_an_entry_are_read(before, read):
    others = "<x/>" * before
    assert len(site_map(f"<url>{others}<loc>{PAGE}</loc></url>").articles) == read
    dated = f"<url><loc>{PAGE}</loc><news>{others}<publication_date>2026-01-30</publication_date></news></url>"
    assert site_map(dated).kind == ("news sitemap" if read else "sitemap")


def site_map(entries: str) -> Any:
    return read_sitemap(f"<urlset>{entries}</urlset>".encode(), "https://news.example/sitemap.xml", SEEN)


@pytest.mark.parametrize("more", [0, 1])
def test_a_feed_says_that_it_is_one_within_a_length(more):
    root = "<rss version='2.0'>"
    padding = "<!--".ljust(syndication._MAX_HEAD - len("--><rss ") + more, "x") + "-->"
    feed = f"{padding}{root}<channel><item><link>{PAGE}</link></item></channel></rss>".encode()

    assert (read_feed(feed, PAGE, None, SEEN) is None) is bool(more)


@pytest.mark.parametrize("more", [0, 1])
def test_the_demo_site_reads_a_head_up_to_a_length(more):
    written: list[bytes] = []

    class Transport(asyncio.Transport):
        def write(self, data: bytes) -> None:
            written.append(data)

        def is_closing(self) -> bool:
            return bool(written)

        def close(self) -> None:
            pass

    async def receive() -> None:
        connection = server._Visitor({}, {}, None, scheme="http", delay=0, redirect=False)
        connection.connection_made(Transport())
        connection.data_received(b"GET / HTTP/1.1\r\n".ljust(server.MAX_HEAD + more, b"x"))

    asyncio.run(receive())
    assert [each.split()[1] for each in written] == [b"431"] * more


# ---------------------------------------------------------------- of a page


@pytest.mark.parametrize(("deep", "lines"), [(9, ["a", "b"]), (10, ["a"])])
def test_elements_within_each_other_are_read_up_to_a_depth(deep, lines, monkeypatch):
    """Those in <body>, which is within <html>; libxml2 itself stops before the bound."""
    monkeypatch.setattr(parsed, "MAX_DEPTH", 10)
    blocks = outline(read_html(b"<p>a</p>" + b"<div>" * deep + b"<p>b</p>"))

    assert [block.line for block in blocks] == lines


@pytest.mark.parametrize("more", [0, 1])
def test_a_label_of_a_further_page_is_of_a_length(more):
    for text, label in (
        ("Next".ljust(20 + more, "x"), "next".ljust(20, "x")),
        (" " * (76 + more) + "Next", "next"),
    ):
        assert _label(lxml.html.fragment_fromstring(f"<a>{text}</a>")) == ("" if more else label)


@pytest.mark.parametrize("less", [0, 1])
def test_lines_are_looked_for_in_a_text_as_long_as_that_is_little_work(less, monkeypatch):
    blocks = [SimpleNamespace(line="oneline"), SimpleNamespace(line="another")]
    monkeypatch.setattr(saidtext, "MAX_COMPARED", 2 * len("onelineanother") - less)

    assert saidtext.lines_said(blocks, [7, 7], [0, 1], "onelineanother") == ([] if less else [0, 1])


@pytest.mark.parametrize("more", [0, 1])
def test_a_line_that_names_another_headline_is_of_a_length(more):
    title = "大" * (200 - len("原标题：") + more)

    assert original_title(f"原标题：{title}") == (None if more else title)


@pytest.mark.parametrize("more", [0, 1])
def test_a_label_of_what_was_paid_for_is_of_a_length(more):
    line = "Paid for by ".ljust(40 + more, "x")

    assert printed([SimpleNamespace(line=line, pieces=[line])], [])["sponsored"] == (None if more else True)


@pytest.mark.parametrize("more", [0, 1])
def test_the_tag_of_a_script_is_of_a_length(more):
    tag = "<script ".ljust(state._MAX_SCRIPT_TAG - 1 + more, "x") + ">"

    assert (find_state(f"{tag}window.__NUXT__={{}}</script>") is None) is bool(more)


@pytest.mark.parametrize("more", [0, 1])
def test_a_number_of_things_is_one_that_every_program_reads(more):
    for value in (MAX_NATURAL + more, str(MAX_NATURAL + more)):
        assert natural(value) == (None if more else MAX_NATURAL)


@pytest.mark.parametrize("more", [0, 1])
def test_an_address_is_of_a_length(more):
    url = "https://news.example/".ljust(MAX_LENGTH + more, "a")
    escaped = "https://news.example/".ljust(MAX_LENGTH - 9 + more, "a") + "看"  # nine characters as it is sent

    assert absolute(PAGE, url) == (None if more else url)
    if more:
        for each in (url, escaped):
            with pytest.raises(UrlError, match="longer than 8192 characters"):
                clean_url(each)
    else:
        assert clean_url(url) == url
        assert len(clean_url(escaped)) == MAX_LENGTH


# ---------------------------------------------------------------- of a crawl


class Stand:
    """Stands for a spider of which one step is looked at."""

    def __init__(self, **said: Any) -> None:
        self.__dict__.update(said)


@pytest.mark.parametrize(
    ("limit", "given", "most"),
    [(None, 0, anysite._MAX_ASKED), (None, 99_999, anysite._MAX_ASKED), (7, 6, 1), (7, 7, None)],
)
def test_a_run_without_a_limit_asks_for_so_many_at_once(limit, given, most):
    asked: list[int] = []

    def step(most: int) -> list[str]:
        asked.append(most)
        return ["request"]

    spider = Stand(arguments=SimpleNamespace(limit=limit), _given=given, _named=step, _lists=None, _headlined=None)
    for name in ("_known", "_listed", "_sitemap", "_guessed"):
        setattr(spider, name, lambda *given: [])

    assert list(AnySiteSpider._next(spider)) == (["request"] if most else [])
    assert asked == ([most] if most else [])
    assert anysite._MAX_ASKED == 10_000


@pytest.mark.parametrize("more", [0, 1])
def test_so_many_lists_are_asked_for(more):
    waiting: Waiting[tuple[str, int]] = Waiting()
    lists = SimpleNamespace(dropped=0)
    seen = {f"{PAGE}/{number}" for number in range(anysite._MAX_LISTS - 1 + more)}
    spider = Stand(_seen_lists=seen, findings=SimpleNamespace(lists=lists))
    for _ in range(2):  # what waits already is no further one
        AnySiteSpider._add_list(spider, "https://news.example/list", 1, waiting)

    assert list(waiting.take(9)) == ([] if more else [("https://news.example/list", 1)])
    assert lists.dropped == 2 * more


@pytest.mark.parametrize("more", [0, 1])
def test_sitemaps_in_sitemaps_are_read_up_to_a_depth(more):
    added: list[Any] = []
    lists = SimpleNamespace(dropped=0)
    sitemaps_ = SimpleNamespace(add=lambda each, place: added.append((each, place)))
    spider = Stand(_seen_sitemaps=set(), _sitemaps=sitemaps_, findings=SimpleNamespace(lists=lists))
    AnySiteSpider._add_sitemap(spider, PAGE, anysite._MAX_NESTED + more, 2)

    assert (added, lists.dropped) == (([], 1) if more else ([((PAGE, 3), 5)], 0))


@pytest.mark.parametrize("more", [0, 1])
def test_so_many_sitemaps_are_asked_for(more):
    lists = SimpleNamespace(dropped=0)
    waiting = SimpleNamespace(take=lambda number: [(PAGE, 1)] * number, let_go=lambda: [(PAGE, 1)] * 4)
    spider = Stand(
        _of_sitemaps=0, _sitemaps_asked=anysite._MAX_SITEMAPS - 1 + more, _sitemaps=waiting, _named_sitemaps=[],
        findings=SimpleNamespace(lists=lists), _for_document=lambda url, **said: url,
    )  # fmt: skip

    assert list(AnySiteSpider._sitemap(spider, 9)) == [PAGE] * (1 - more)
    assert (spider._sitemaps_asked, lists.dropped) == (anysite._MAX_SITEMAPS, 4 * more)


def test_a_host_is_given_up_after_so_many_requests_in_vain():
    refused: list[str] = []
    downloader = SimpleNamespace(
        get_slot_key=lambda request: "slot", refuse_slot=lambda slot, reason: refused.append(f"{slot}: {reason}")
    )
    spider = Stand(
        _in_vain=Counter(), _has_pages=lambda url: False,
        _crawler=SimpleNamespace(engine=SimpleNamespace(downloader=downloader)),
    )  # fmt: skip
    request = SimpleNamespace(url="https://img.example/a.jpg")
    told = []
    for _ in range(requisites._MAX_IN_VAIN + 1):
        Requisites._give_up_where_nobody_answers(spider, request)
        told.append(len(refused))

    assert told == [0] * 9 + [1, 1]
    assert refused == ["slot: img.example left 10 requests in a row unanswered"]
