"""`scrapy extract`: what a crawl of the demo site archived, parsed again without the crawl engine."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.collection.collection import Collection
from newsspider.extraction.comparison import Comparison, differences, excerpts
from newsspider.extraction.page import as_html
from newsspider.extraction.report import Differences, as_text
from newsspider.extraction.unit import Extract
from newsspider.sites.kankanews import SITE
from newsspider.warc.cdxj import CdxjEntry
from tests.archive.exchanges import exchange, page, writer
from tests.conftest import PROJECT
from tests.dealt import deal_out
from tests.loaded import Started, start_scrapy
from tests.patience import HUNG
from tests.warcs import feed_lines, manifests

QUICKLY = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "REQUISITES=")


@pytest.fixture(scope="module")
def run(demo_site, scrapy_run_in, tmp_path_factory):
    """What runs ``scrapy`` where the collection ``kankanews`` holds two crawls of the unchanged demo site.

    An extraction has one worker there, unless a test says otherwise: each takes half a second of a core to start.
    """
    scrapy_run = scrapy_run_in(tmp_path_factory.mktemp("extract"))
    for _ in range(2):
        connect_to = f"CONNECT_TO={demo_site.connect_to}"
        ended = scrapy_run("crawl", "kankanews", "-a", "full=1", "-s", connect_to, *QUICKLY)
        assert ended.returncode == 0, ended.stderr
    deal_out(ended.archive_dir / "kankanews")

    def run(command, *arguments, **options):
        one = ("--jobs", "1") if command == "extract" and "--jobs" not in arguments else ()
        return scrapy_run(command, *arguments, *one, **options)

    return run


@pytest.fixture(scope="module")
def collection(run) -> Path:
    return run("list").archive_dir / "kankanews"


@pytest.fixture(scope="module")
def extracted(run, collection, tmp_path_factory) -> Path:
    """The whole collection, extracted by two processes."""
    directory = tmp_path_factory.mktemp("extracted") / "out"
    ended = run("extract", "kankanews", "--to", str(directory), "--jobs", "2")
    assert ended.returncode == 0, ended.stderr
    return directory


@pytest.fixture
def copy(collection, tmp_path) -> Path:
    """A copy of the collection that may be spoilt."""
    return shutil.copytree(collection, tmp_path / "copy")


def manifest_of(directory: Path) -> dict[str, Any]:
    return json.loads((directory / "manifest.json").read_bytes())


def lines_of(directory: Path, kind: str = "parts") -> list[bytes]:
    parts = [(directory / part["name"]).read_bytes() for part in manifest_of(directory)[kind]]
    return [line for part in parts for line in part.splitlines(keepends=True)]


def places(lines: list[bytes]) -> dict[tuple[str, int], bytes]:
    """The records by the place of their page."""
    archives = [json.loads(line)["archive"] for line in lines]
    return {(archive["warc"], archive["offset"]): line for archive, line in zip(archives, lines, strict=True)}


def files(directory: Path) -> dict[str, bytes]:
    """All files in a directory, but the manifest, which says when it was."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


# ---------------------------------------------------------------- records


def test_records_of_the_crawl_come_out_again_to_the_byte(collection, extracted):
    crawled = [line for manifest in manifests(collection) for line in feed_lines(collection, manifest)]
    again = places(lines_of(extracted))

    assert crawled
    for place, line in places(crawled).items():
        assert again[place] == line


def test_every_capture_of_an_article_gives_a_record(collection, extracted, demo_site):
    entries = [line.decode().split(" ", 2) for line in Collection(collection).index.lines()]
    captures = [json.loads(entry[2]) for entry in entries]
    of_articles = {
        (each["filename"], int(each["offset"]))
        for each in captures
        if each.get("status") == "200" and SITE.is_article(each["url"])
    }
    soft = demo_site.site.missing[1]
    counts = manifest_of(extracted)["counts"]

    assert counts["captures"] == len(of_articles)
    assert set(places(lines_of(extracted))) == of_articles - {
        (each["warc"], each["offset"]) for each in manifest_of(extracted)["unparsed"]
    }
    assert [each["url"] for each in manifest_of(extracted)["unparsed"]] == [soft, soft]


def test_site_facts_that_records_cite_are_there_once(extracted):
    facts = [json.loads(line)["id"] for line in lines_of(extracted, "site_facts_parts")]

    assert len(facts) == len(set(facts))
    assert set(facts) == {json.loads(line)["site_facts"] for line in lines_of(extracted)} - {None}


def test_manifest_names_what_is_there_and_is_written_last(extracted):
    manifest = manifest_of(extracted)
    parts = manifest["parts"] + manifest["site_facts_parts"]

    for part in parts:
        data = (extracted / part["name"]).read_bytes()
        assert (part["size"], part["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert {path.name for path in extracted.iterdir()} == {part["name"] for part in parts} | {"manifest.json"}
    assert (extracted / "manifest.json").stat().st_mtime_ns == max(
        path.stat().st_mtime_ns for path in extracted.iterdir()
    )
    assert manifest["counts"]["articles"] == sum(part["records"] for part in manifest["parts"])
    assert (manifest["exit_code"], manifest["parsers"]["kankanews"]) == (0, SITE.parser_version)


def test_number_of_processes_changes_nothing(run, extracted, tmp_path):
    run("extract", "kankanews", "--to", str(tmp_path / "one"), "--jobs", "1")

    assert files(tmp_path / "one") == files(extracted)


def test_warc_files_without_an_index_give_the_same_records(run, collection, extracted, tmp_path):
    """Revisits find their originals, which lie in another file."""
    ended = run("extract", str(collection / "archive"), "--to", str(tmp_path / "out"))

    assert ended.returncode == 0, ended.stderr
    assert files(tmp_path / "out") == files(extracted)


def test_wacz_gives_the_same_records(run, collection, extracted, tmp_path):
    with zipfile.ZipFile(tmp_path / "crawl.wacz", "w") as wacz:
        for path in (collection / "archive").iterdir():
            wacz.write(path, f"archive/{path.name}")

    ended = run("extract", str(tmp_path / "crawl.wacz"), "--to", str(tmp_path / "out"))

    assert ended.returncode == 0, ended.stderr
    assert lines_of(tmp_path / "out") == lines_of(extracted)


def test_revisit_whose_original_is_not_given_is_named(run, collection, tmp_path):
    last = max((collection / "archive").iterdir())

    ended = run("extract", str(last), "--to", str(tmp_path / "out"))

    manifest = manifest_of(tmp_path / "out")
    assert ended.returncode == 6
    assert manifest["counts"]["unreadable"] == manifest["counts"]["captures"]
    assert {each["warc"] for each in manifest["unreadable"]} == {last.name}
    assert "a revisit whose original" in manifest["unreadable"][0]["problem"]


def test_worker_knows_nothing_of_scrapy():
    command = [sys.executable, "-X", "importtime", "-m", "newsspider.engines.process"]
    ended = subprocess.run(command, cwd=PROJECT, input=pickle.dumps(Extract), capture_output=True, check=False)

    imported = re.findall(r"\| +([\w.]+)$", ended.stderr.decode(), re.MULTILINE)
    assert "newsspider.parsing.article" in imported
    assert [name for name in imported if name.startswith(("scrapy.", "twisted"))] == []


# ---------------------------------------------------------------- damage


def test_damaged_record_is_named_and_the_others_are_read(run, copy, extracted, tmp_path):
    first = min((copy / "archive").iterdir())
    victim = next(place for place in places(lines_of(extracted)) if place[0] == first.name)
    with first.open("r+b") as file:
        file.seek(victim[1] + 300)
        file.write(b"\xff" * 40)

    ended = run("extract", str(copy), "--to", str(tmp_path / "out"))

    manifest = manifest_of(tmp_path / "out")
    whole = places(lines_of(tmp_path / "out"))
    assert ended.returncode == manifest["exit_code"] == 6
    assert "could not be read" in ended.stderr
    assert (first.name, victim[1]) in {(each["warc"], each["offset"]) for each in manifest["unreadable"]}
    assert f"{first} at byte {victim[1]:,}" in manifest["unreadable"][0]["problem"]
    lost = {place: line for place, line in places(lines_of(extracted)).items() if place not in whole}
    assert whole == {place: line for place, line in places(lines_of(extracted)).items() if place not in lost}
    # The page, and its revisits.
    assert set(lost) == {(each["warc"], each["offset"]) for each in manifest["unreadable"]}
    assert all("a revisit whose original" in each["problem"] for each in manifest["unreadable"][1:])


def test_pages_that_were_cut_off_are_named(run, tmp_path):
    url = "https://www.kankanews.com/detail/LMwVGgj402z"
    with writer(tmp_path / "short") as archive:
        archive.write_exchange(exchange(page(b"<p>All of it")[:-3], url=url))

    ended = run("extract", str(tmp_path / "short"), "--to", str(tmp_path / "out"))

    (line,) = Collection(tmp_path / "short").index.lines()
    entry = CdxjEntry.parse(line.decode())
    manifest = manifest_of(tmp_path / "out")
    assert (ended.returncode, manifest["counts"]["truncated"]) == (6, 1), ended.stderr
    assert manifest["truncated"] == [
        {"url": url, "warc": entry.filename, "offset": entry.offset, "problem": "the capture is not complete"}
    ]


def test_index_that_says_nothing_of_a_capture_is_told_of(run, copy, tmp_path):
    index = copy / "indexes" / "index.cdxj"
    lines = index.read_text().splitlines(keepends=True)
    index.write_text(lines[0].replace('"offset"', '"place"') + "".join(lines[1:]))

    ended = run("extract", str(copy), "--to", str(tmp_path / "out"))

    assert (ended.returncode, "scrapy index copy" in ended.stderr, "Traceback" in ended.stderr) == (1, True, False)
    assert not (tmp_path / "out").exists()


# ---------------------------------------------------------------- complete or absent


@pytest.fixture
def start(collection, tmp_path):
    """Start an extraction of many small units into ``out``; return its process, stopped when some are finished."""
    processes = []
    out = tmp_path / "out"

    def start() -> Started:
        command = ["extract", collection, "--to", tmp_path / "out", "--jobs", "2", "-s", "EXTRACT_SPAN=20000"]
        process = start_scrapy(command, stderr=subprocess.PIPE)
        processes.append(process)
        while len(list((out / ".extract").glob("unit-*.json"))) < 3 and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGSTOP)
        if (out / "manifest.json").exists():  # on a busy machine it may have been faster than we looked
            process.kill()
            shutil.rmtree(out)
            return start()
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()
        process.stderr.close()


def children(process: Started) -> list[int]:
    """Of all its threads."""
    tasks = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [int(each) for task in tasks for each in task.read_text().split()]


def is_there(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def test_killed_extraction_goes_on_where_it_was(run, start, extracted, tmp_path):
    process = start()
    workers = children(process)
    process.kill()
    process.wait()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("part-*.jsonl")}
    assert len(workers) == 2
    assert not (tmp_path / "out" / "manifest.json").exists()
    while any(map(is_there, workers)):  # they end with the first process, not with their work
        time.sleep(0.01)

    ended = run("extract", "kankanews", "--to", str(tmp_path / "out"), "-s", "EXTRACT_SPAN=20000")

    assert ended.returncode == 0, ended.stderr
    assert lines_of(tmp_path / "out") == lines_of(extracted)
    kept = [path for path, changed in before.items() if path.stat().st_mtime_ns == changed]
    assert len(kept) >= 3
    assert [path.name for path in (tmp_path / "out").iterdir() if path.name.startswith(".")] == []


def test_unit_is_done_again_when_its_archive_is_not_what_it_was(run, start, collection, extracted, tmp_path):
    process = start()
    process.kill()
    process.wait()
    for path in (tmp_path / "out" / ".extract").glob("unit-*.json"):
        said = json.loads(path.read_bytes())
        path.write_text(json.dumps({**said, "key": "of another archive"}))
    for path in (tmp_path / "out").glob("part-*.jsonl"):
        path.write_text("of another archive\n")

    run("extract", "kankanews", "--to", str(tmp_path / "out"), "-s", "EXTRACT_SPAN=20000")

    assert lines_of(tmp_path / "out") == lines_of(extracted)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_interrupted_extraction_says_so_and_can_go_on(run, start, tmp_path, number):
    process = start()
    process.send_signal(number)
    process.send_signal(signal.SIGCONT)
    _, said = process.communicate(timeout=HUNG)

    assert (process.returncode, "run it again" in said, "Traceback" in said) == (75, True, False)
    assert run("extract", "kankanews", "--to", str(tmp_path / "out"), "-s", "EXTRACT_SPAN=20000").returncode == 0


def test_unit_of_a_killed_process_is_extracted_by_another(run, start, extracted, tmp_path):
    process = start()
    os.kill(children(process)[0], signal.SIGKILL)
    process.send_signal(signal.SIGCONT)
    _, said = process.communicate(timeout=HUNG)

    assert (process.returncode, "Traceback" in said) == (0, False), said
    assert lines_of(tmp_path / "out") == lines_of(extracted)


def test_second_extraction_into_a_directory_waits_its_turn(run, start, tmp_path):
    process = start()
    second = run("extract", "kankanews", "--to", str(tmp_path / "out"))
    process.send_signal(signal.SIGCONT)
    process.communicate(timeout=HUNG)

    assert (second.returncode, "another process" in second.stderr) == (75, True)
    assert process.returncode == 0


@pytest.mark.slow
def test_full_disk_leaves_no_half_part(run, collection, tmp_path):
    directory = tmp_path / "out"
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))"
    ended = run("extract", str(collection), "--to", str(directory), before=limited)

    assert (ended.returncode, "cannot be written" in ended.stderr, "Traceback" in ended.stderr) == (4, True, False)
    assert not directory.exists() or list(directory.iterdir()) == []


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nowhere/at/all",), 1, "no such file, directory or collection"),
        (("nowhere",), 1, "there are: kankanews"),
        (("gs://bucket/a.warc.gz",), 1, "only files of this machine"),
        (("{empty}",), 1, "holds no WARC file"),
        (("{garbage}",), 1, "no capture in it can be read"),
        (("{nothing}",), 1, "it holds no capture"),
        (("{foreign}",), 5, "take those of all hosts by --site news"),
        (("kankanews", "--site", "gazette"), 1, "no site is called 'gazette'; choose from: "),
        (("kankanews", "--jobs", "0"), 2, "--jobs takes a number"),
        (("kankanews", "--diff", "nothing"), 1, "neither a collection nor a run"),
        (("kankanews", "--diff", "{garbage}"), 1, "not the manifest of a run"),
        ((), 2, "takes one or more archives"),
    ],
)
def test_bad_input_is_explained_and_nothing_is_written(run, tmp_path, arguments, code, said):
    (tmp_path / "empty").mkdir()
    (tmp_path / "garbage.warc.gz").write_bytes(b"\x1f\x8b but no more")
    (tmp_path / "nothing.warc").touch()
    (tmp_path / "foreign.warc").write_bytes(foreign())
    given = {
        "empty": tmp_path / "empty", "garbage": tmp_path / "garbage.warc.gz", "nothing": tmp_path / "nothing.warc",
        "foreign": tmp_path / "foreign.warc",
    }  # fmt: skip

    ended = run("extract", *(each.format(**given) for each in arguments), "--to", str(tmp_path / "new" / "out"))

    assert said in ended.stderr + ended.stdout
    assert ended.returncode == code
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "new").exists()


def foreign() -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>hello"
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://gazette.example/\r\n"
        f"WARC-Date: 2026-01-30T08:00:00Z\r\nContent-Type: application/http\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def test_directory_in_use_is_left_alone(run, extracted, tmp_path):
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "thesis.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")

    for target, said in ((tmp_path / "used", "not empty"), (tmp_path / "file", "cannot be written"),
                         (extracted, "finished extraction")):  # fmt: skip
        before = files(target) if target.is_dir() else target.read_bytes()
        ended = run("extract", "kankanews", "--to", str(target))

        assert (ended.returncode, said in ended.stderr, "Traceback" in ended.stderr) == (1, True, False), ended.stderr
        assert (files(target) if target.is_dir() else target.read_bytes()) == before


# ---------------------------------------------------------------- differences


@pytest.fixture
def differing(run, collection, copy, tmp_path) -> dict[str, Any]:
    """What ``--diff`` tells when the records of then had other values; ``text`` is what it prints."""
    manifest = manifests(copy)[0]
    part = copy / "items" / manifest["run"] / manifest["parts"][0]["name"]
    records = [json.loads(line) for line in part.read_bytes().splitlines()]
    records[0]["title"] += " <script>"
    records[1]["title"] = None
    records[1]["recommendations"][2]["title"] = "another"
    records[2]["modified_at"] = "2026-01-30T08:00:00+08:00"
    records[3]["archive"]["offset"] += 1  # of a page that is not there
    part.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")

    ended = run("extract", str(collection), "--to", str(tmp_path / "out"), "--diff", str(copy))

    assert ended.returncode == 0, ended.stderr
    return {
        **json.loads((tmp_path / "out" / "diff.json").read_bytes()),
        "text": ended.stdout,
        "html": (tmp_path / "out" / "diff.html").read_text(encoding="utf-8"),
        "records": records,
    }


def test_diff_counts_what_was_added_lost_and_changed(differing, extracted):
    kinds = {path: {kind: field[kind] for kind in ("added", "lost", "changed") if field[kind]}
             for path, field in differing["fields"].items()}  # fmt: skip
    title, without = differing["records"][0], differing["records"][1]

    assert kinds == {
        "title": {"added": 1, "changed": 1},
        "recommendations[].title": {"changed": 1},
        "modified_at": {"lost": 1},
    }
    (example,) = differing["fields"]["title"]["examples"]["changed"]
    assert example == {"url": title["url"], "then": title["title"], "now": title["title"].removesuffix(" <script>")}
    assert differing["fields"]["title"]["examples"]["added"][0]["url"] == without["url"]
    assert differing["elsewhere"] == 1
    articles = manifest_of(extracted)["counts"]["articles"]
    assert differing["different"] == 3
    assert differing["same"] + differing["different"] + differing["gained"] == articles
    assert differing["parsers_then"] == {f"kankanews {SITE.parser_version}": articles - differing["gained"]}


def test_diff_is_told_as_text_and_as_a_page_that_needs_nothing_else(differing):
    title = differing["records"][0]["title"]

    assert re.search(r"^title +1 +0 +1$", differing["text"], re.MULTILINE)
    assert f"then   {title!r}" in differing["text"]
    assert title.replace(" <script>", "<mark> &lt;script&gt;</mark>") in differing["html"]
    assert "<script" not in differing["html"]
    assert re.findall(r"(?:src|url\(|@import|<link)", differing["html"]) == []


def test_same_parser_gives_no_difference(run, collection, tmp_path):
    newest = manifests(collection)[-1]["run"]
    ended = run("extract", "kankanews", "--to", str(tmp_path / "out"), "--diff", newest)

    told = json.loads((tmp_path / "out" / "diff.json").read_bytes())
    assert ended.returncode == 0, ended.stderr
    assert (told["same"], told["different"], told["fields"]) == (manifests(collection)[-1]["counts"]["articles"], 0, {})


@pytest.fixture
def told() -> Differences:
    """A comparison of one page, all of whose text is hostile."""
    comparison = Comparison()
    then = {"url": "javascript:alert(1)", "title": "</p><script>alert(1)</script>", "provenance": {"parser": "<b>"}}
    comparison.compare(json.dumps(then).encode(), json.dumps({**then, "title": "$then & ${x}"}).encode())
    return Differences(comparison=comparison, then="<img src=x>", elsewhere=0, parsers={"kankanews": "1"})


def test_page_shows_hostile_text_as_text(told):
    page = as_html(told)

    assert not re.search(r"<script|<img|<b>&|href=\"javascript", page)
    assert "&lt;img src=x&gt;" in page
    assert "<mark>$then &amp; ${x}</mark>" in page


def test_text_of_a_comparison_is_on_its_own_lines(told):
    assert "today  '$then & ${x}'" in as_text(told)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", min_size=1, max_size=1), inner),
    max_leaves=6,
)


@given(values)
def test_value_does_not_differ_from_itself(value):
    assert list(differences(value, value)) == []


@given(values, values)
def test_what_was_added_one_way_was_lost_the_other(one, other):
    there = Counter((each.path, each.kind) for each in differences(one, other))
    back = Counter((each.path, each.kind) for each in differences(other, one))

    opposite = {"added": "lost", "lost": "added", "changed": "changed"}
    assert Counter({(path, opposite[kind]): count for (path, kind), count in back.items()}) == there


@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=400))
def test_excerpt_shows_where_two_texts_part(shared, one, other):
    then, now = shared + one, shared + other
    cut = excerpts(then, now)

    assert (cut[0] == cut[1]) == (then == now)
    assert max(map(len, cut)) <= 162
