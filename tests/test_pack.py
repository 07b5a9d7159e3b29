"""Packing: a WACZ holds the runs that were asked for, whole, proven and readable by the tools of others."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsspider.collection.collection import Collection
from newsspider.collection.work import here
from newsspider.engines.local import Local
from newsspider.packages import histories, pages
from newsspider.packages.keys import KeyFileError, make_key, read_key
from newsspider.packages.package import PackedFile, resource_names
from newsspider.packages.packing import pack
from newsspider.packages.runs import PackError, read_runs
from newsspider.packages.searchtext import search_text
from newsspider.packages.ziplines import Ziplines
from newsspider.proof.findings import Finding, Report
from newsspider.proof.paths import find_targets
from newsspider.proof.verification import Verification
from newsspider.warc.cdxj import CdxjEntry
from newsspider.warc.reader import WarcError
from tests.archive import odd
from tests.archive.exchanges import exchange, page, writer
from tests.dealt import deal_out
from tests.patience import HUNG

QUICKLY = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=False")
NOW = datetime(2026, 11, 22, 19, 54, 17, tzinfo=UTC)


@dataclass(frozen=True)
class Crawled:
    """A collection of two runs; the second saw some pages of the first again."""

    collection: Collection
    runs: list[str]
    urls: list[list[str]]


@pytest.fixture(scope="module")
def crawled(demo_site, scrapy_run_in, tmp_path_factory) -> Crawled:
    """Nobody changes it."""
    directory = tmp_path_factory.mktemp("pack")
    scrapy_run = scrapy_run_in(directory)
    stories = [story.url for story in demo_site.site.expected()]
    urls = [stories[:4], stories[2:6]]
    for some in urls:
        connect = ("-s", f"CONNECT_TO={demo_site.connect_to}", "-s", "WARC_MAX_SIZE=30000", "-s", "PART_ITEMS=3")
        run = scrapy_run("crawl", "kankanews", "-a", f"url={','.join(some)}", *connect, *QUICKLY)
        assert run.returncode == 0, run.stderr
    collection = Collection(directory / "archives" / "kankanews")
    deal_out(collection.path)
    return Crawled(collection, [run.id for run in read_runs(collection)], urls)


@pytest.fixture
def changeable(crawled, tmp_path) -> Collection:
    """A copy of it that may be changed."""
    return Collection(Path(shutil.copytree(crawled.collection.path, tmp_path / "archives" / "kankanews")))


def test_package_is_the_same_whoever_makes_its_pages(crawled, monkeypatch, tmp_path):
    monkeypatch.setattr(pages, "_BLOCK", 1)
    monkeypatch.setattr(histories, "_BATCH", 1)
    given = {"since": None, "run": None, "key": None, "now": NOW}

    one, two = (
        pack(crawled.collection, tmp_path / f"{number}.wacz", work=work, **given)
        for number, work in enumerate((here, Local(2)))
    )

    assert one.pages > 3
    assert one.path.read_bytes() == two.path.read_bytes()


def packed(collection: Collection, tmp_path: Path, **wishes) -> zipfile.ZipFile:
    given = {"since": None, "run": None, "key": None, "now": NOW, **wishes}
    return zipfile.ZipFile(pack(collection, tmp_path / "x.wacz", **given).path)


def lines(package: zipfile.ZipFile, member: str) -> list[dict]:
    return [json.loads(line) for line in package.read(member).splitlines()]


def index(package: zipfile.ZipFile) -> list[CdxjEntry]:
    text = gzip.decompress(package.read("indexes/index.cdx.gz")).decode()
    return [CdxjEntry.parse(line) for line in text.splitlines(keepends=True)]


def members(package: zipfile.ZipFile, directory: str) -> set[str]:
    return {name.partition("/")[2] for name in package.namelist() if name.startswith(f"{directory}/")}


# ------------------------------------------------------------------------------------------------------ what is in it


def test_whole_collection_goes_in_byte_for_byte(crawled, tmp_path):
    path = crawled.collection.path
    package = packed(crawled.collection, tmp_path)

    assert package.testzip() is None
    assert members(package, "archive") == {file.name for file in crawled.collection.warc_files()}
    assert members(package, "runs") == {f"{run}.json" for run in crawled.runs}
    assert members(package, "items") == {f"{part.parent.name}-{part.name}" for part in path.glob("items/*/*.jsonl")}
    for name in members(package, "archive"):
        assert package.read(f"archive/{name}") == (path / "archive" / name).read_bytes()
    for run in crawled.runs:
        for part in (path / "items" / run).iterdir():
            assert package.read(f"items/{run}-{part.name}") == part.read_bytes()


def test_every_file_but_the_datapackage_is_listed_with_size_and_digest(crawled, tmp_path):
    package = packed(crawled.collection, tmp_path)
    datapackage = json.loads(package.read("datapackage.json"))

    assert datapackage["created"] == "2026-11-22T19:54:17Z"
    assert {each["path"]: (each["hash"], each["bytes"]) for each in datapackage["resources"]} == {
        name: (f"sha256:{hashlib.sha256(package.read(name)).hexdigest()}", len(package.read(name)))
        for name in package.namelist()
        if not name.startswith("datapackage")
    }
    assert json.loads(package.read("datapackage-digest.json")) == {
        "path": "datapackage.json",
        "hash": f"sha256:{hashlib.sha256(package.read('datapackage.json')).hexdigest()}",
    }


def test_pages_are_the_versions_of_the_articles_newest_first(crawled, tmp_path):
    """Two articles were captured twice, and said the same."""
    package = packed(crawled.collection, tmp_path)
    records = [
        record
        for name in sorted(members(package, "items")) if "-part-" in name
        for record in lines(package, f"items/{name}")
    ]  # fmt: skip
    versions = list({record["id"]: record for record in reversed(records)}.values())
    header, *pages = lines(package, "pages/pages.jsonl")

    assert (header["format"], header["hasText"]) == ("json-pages-1.0", True)
    assert [each["ts"] for each in pages] == sorted((each["ts"] for each in pages), reverse=True)
    assert {(each["id"], each["url"], each["title"]) for each in pages} == {
        (record["archive"]["record_id"].removeprefix("urn:uuid:"), record["url"], record["title"])
        for record in versions
    }
    assert (len(pages), len(versions), len(records)) == (6, 6, 8)
    for record in versions:
        (text,) = (each["text"] for each in pages if record["archive"]["record_id"].endswith(each["id"]))
        assert text.startswith(f"{record['title']}\n\n{record['body_text']}")


def test_index_has_every_capture_once_and_is_that_of_the_collection(crawled, tmp_path):
    package = packed(crawled.collection, tmp_path)

    text = gzip.decompress(package.read("indexes/index.cdx.gz"))
    assert text == b"".join(crawled.collection.index.lines())


def test_blocks_of_the_index_are_found_by_its_small_file():
    given = [f"a{number:04} 20260130080000 {{}}\n".encode() for number in range(2500)]
    blocks = Ziplines(given, "index.cdx.gz")
    data = b"".join(blocks)
    meta, *places = bytes(blocks.index).decode().splitlines()

    assert json.loads(meta.removeprefix("!meta 0 ")) == {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}
    assert [place.partition(" {")[0] for place in places] == [
        "a0000 20260130080000", "a1024 20260130080000", "a2048 20260130080000"
    ]  # fmt: skip
    found = []
    for place in places:
        at = json.loads("{" + place.partition("{")[2])
        block = data[at["offset"] : at["offset"] + at["length"]]
        assert at["digest"] == f"sha256:{hashlib.sha256(block).hexdigest()}"
        found += gzip.decompress(block).splitlines(keepends=True)
    assert found == given


def test_file_that_the_index_lacks_is_indexed(changeable, tmp_path):
    lines = b"".join(changeable.index.lines())
    for file in changeable.index.files()[::2]:
        file.unlink()

    assert b"".join(changeable.index.lines()) != lines
    assert gzip.decompress(packed(changeable, tmp_path / "archives").read("indexes/index.cdx.gz")) == lines


def test_files_being_written_and_incomplete_runs_are_left_out(changeable, crawled, tmp_path):
    (changeable.archive_dir / "later-00000.warc.gz.open").write_bytes(b"half a member")
    (changeable.items_dir / "20990101T000000000Z-x").mkdir()
    (changeable.items_dir / "20990101T000000000Z-x" / "part-00001.jsonl").write_bytes(b"{}\n")

    package = packed(changeable, tmp_path)

    assert members(package, "archive") == {file.name for file in crawled.collection.warc_files()}
    assert not any("20990101" in name for name in package.namelist())


# ------------------------------------------------------------------------------------------------------ parts of it


def test_run_brings_its_files_and_those_that_its_revisits_need(crawled, tmp_path):
    package = packed(crawled.collection, tmp_path, run=crawled.runs[1])
    manifest = json.loads(package.read(f"runs/{crawled.runs[1]}.json"))
    revisits = [entry for entry in index(package) if entry.mime == "warc/revisit"]

    assert members(package, "runs") == {f"{crawled.runs[1]}.json"}
    assert {each["name"] for each in manifest["warcs"]} < members(package, "archive")
    assert {entry.filename for entry in index(package)} <= members(package, "archive")
    assert {each["url"] for each in lines(package, "pages/pages.jsonl")[1:]} == set(crawled.urls[1])
    assert {entry.url for entry in revisits} >= set(crawled.urls[1]) & set(crawled.urls[0])
    for revisit in revisits:
        assert any(each.digest == revisit.digest and each.mime != revisit.mime for each in index(package))


def test_run_brings_the_site_facts_that_an_earlier_run_wrote(crawled, tmp_path):
    package = packed(crawled.collection, tmp_path, run=crawled.runs[1])
    records = [record for name in members(package, "items") for record in lines(package, f"items/{name}")]

    assert {record["site_facts"] for record in records if "title" in record} <= {
        record["id"] for record in records if "title" not in record
    }


def test_since_takes_the_runs_that_began_then_or_later(crawled, tmp_path):
    since = datetime.strptime(crawled.runs[1][:18], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)

    package = packed(crawled.collection, tmp_path, since=since)

    assert members(package, "runs") == {f"{crawled.runs[1]}.json"}


@pytest.mark.parametrize("wish", [{"run": "nowhere"}, {"since": datetime(2099, 1, 1, tzinfo=UTC)}])
def test_runs_that_are_not_there_are_named_with_those_that_are(wish, crawled, tmp_path):
    with pytest.raises(PackError, match=f"the newest are .*{crawled.runs[1]}"):
        packed(crawled.collection, tmp_path, **wish)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["directory", "package", "file"])
def test_run_over_another_archive_brings_the_file_that_its_record_cites(form, crawled, scrapy_run, tmp_path):
    part = crawled.collection.items_dir / crawled.runs[0] / "part-00001.jsonl"
    record = json.loads(part.read_bytes().splitlines()[0])
    source = {
        "directory": crawled.collection.path,
        "package": Path(packed(crawled.collection, tmp_path).filename),
        "file": crawled.collection.archive_dir / record["archive"]["warc"],
    }[form]
    run = scrapy_run("crawl", "kankanews", "-a", f"archive={source}", "-a", f"url={record['url']}")
    assert run.returncode == 0, run.stderr
    collection = Collection(run.archive_dir / "kankanews")
    (line,) = next(collection.items_dir.glob("*/part-00001.jsonl")).read_bytes().splitlines()
    cited = json.loads(line)["archive"]["warc"]
    made = pack(collection, tmp_path / "y.wacz", since=None, run=None, key=None, now=NOW)

    assert (made.runs, made.pages, made.problems) == (1, 1, ())
    package = zipfile.ZipFile(made.path)
    assert cited in members(package, "archive")
    assert package.read(f"archive/{cited}") == (crawled.collection.archive_dir / cited).read_bytes()
    if form == "directory":
        assert len(members(package, "archive")) < len(crawled.collection.warc_files())
    report = Report(lambda finding: None)
    Verification(find_targets([str(made.path)], tmp_path), report, lambda size: None).run(None)
    assert (report.found["fault"], report.counts["feed records"]) == (0, 2)  # and the footer's facts


def test_run_over_an_archive_that_is_away_is_left_out_and_named(crawled, scrapy_run, tmp_path):
    source = tmp_path / "elsewhere" / "theirs"
    shutil.copytree(crawled.collection.path, source)
    run = scrapy_run("crawl", "kankanews", "-a", f"archive={source}", "-a", f"url={crawled.urls[0][0]}")
    assert run.returncode == 0, run.stderr
    collection = Collection(run.archive_dir / "kankanews")
    with writer(collection.path) as archive:
        archive.write_exchange(exchange(page(b"an answer")))
    shutil.rmtree(source)

    package = pack(collection, tmp_path / "x.wacz", since=None, run=None, key=None, now=NOW)

    assert (package.runs, package.pages) == (0, 0)
    assert str(source) in package.problems[0]
    assert "which no archive here has" in package.problems[1]


# ------------------------------------------------------------------------------------------------------ full text


def test_every_short_run_of_the_body_and_longer_ones_of_the_title_are_words():
    words = words_of(search_text("临湾新城明晨最低气温", "今天体感偏凉，请添衣。"))

    assert {"今天", "天体", "体感偏凉", "请添衣", "新城明晨最低气温", "临湾新城明晨最低气温"} <= words
    assert "今天体感偏" not in words  # nor any other of five: the price would be too high


def test_words_in_other_letters_count_as_one_character():
    assert {"AI大模型", "2026年", "AI"} <= words_of(search_text("", "用AI大模型和2026年的书"))


def words_of(text: str) -> set[str]:
    """What FlexSearch takes for words: tests/replaywebpage shows that it does."""
    return set(re.findall(r"[^\W_]+", text))


# ------------------------------------------------------------------------------------------------------ other tools


def wacz_validate(path: Path) -> subprocess.CompletedProcess[str]:
    pytest.importorskip("wacz", reason="py-wacz is not installed")
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "wacz", "validate", "-f", str(path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_wacz_validate_passes(crawled, tmp_path):
    package = packed(crawled.collection, tmp_path, key=make_key(tmp_path / "key.pem"))

    validated = wacz_validate(Path(package.filename))

    assert validated.returncode == 0, validated.stdout + validated.stderr
    assert "the passed WACZ is valid" in validated.stdout


def test_wacz_validate_passes_whatever_the_files_of_others_are_called(crawled, tmp_path):
    collection = Collection(Path(shutil.copytree(crawled.collection.path, tmp_path / "看看新闻")))
    heritrix = "IAH-20260130-00000-news~host~8443.warc.gz"
    names = [heritrix, "看看.warc.gz", "看看~.warc.gz", "NEWS.WARC.GZ", "a b&c.warc.gz"]
    for number, name in enumerate(names):
        made = odd.record({"WARC-Target-URI": f"{odd.URL}{number}"}, number=number)
        (collection.archive_dir / name).write_bytes(odd.members(made))
    package = packed(collection, tmp_path)

    resources = json.loads(package.read("datapackage.json"))["resources"]
    assert {f"archive/{name}" for name in names} <= {each["path"] for each in resources}
    assert len({each["name"] for each in resources}) == len(resources)
    assert [each["name"] for each in resources if not re.fullmatch(r"[a-z0-9._-]+", each["name"])] == []
    validated = wacz_validate(Path(package.filename))
    assert validated.returncode == 0, validated.stdout + validated.stderr
    found: list[Finding] = []
    targets = find_targets([package.filename], tmp_path)
    Verification(targets, Report(found.append), lambda size: None).run(None)
    assert found == []


def test_name_of_a_resource_stays_what_it_is_whatever_else_is_packed():
    paths = ["archive/a~b.warc.gz", "archive/a-b.warc.gz", "archive/A-B.warc.gz", "other/a-b.warc.gz", "archive/～"]
    made = [PackedFile(path=path, size=0, sha256="") for path in paths]

    names = resource_names(made)
    assert names[1] == "a-b.warc.gz"
    assert len(set(names)) == len(paths)
    assert resource_names(made[:1]) == names[:1]
    assert resource_names(made[-1:]) == names[-1:]


# ------------------------------------------------------------------------------------------------------ keys


def test_key_is_for_its_owner_only_and_is_never_overwritten(tmp_path):
    path = tmp_path / "key.pem"
    make_key(path)
    first = path.read_bytes()

    with pytest.raises(KeyFileError, match="exists already"):
        make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes() == first


def test_key_that_others_can_read_signs_nothing(tmp_path):
    make_key(tmp_path / "key.pem")
    (tmp_path / "key.pem").chmod(0o640)

    with pytest.raises(KeyFileError, match=r"can be read or changed by others \(mode 640\).*chmod 600"):
        read_key(tmp_path / "key.pem")


def of_another_curve() -> bytes:
    return openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout")


def with_a_password() -> bytes:
    return openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-aes256", "-pass", "pass:x")


def openssl(*arguments: str) -> bytes:
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make the key with")
    return subprocess.run(["openssl", *arguments], capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: b"", "not a private key in PEM form"),
        (lambda: b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "not a private key in PEM form"),
        (of_another_curve, "a key of another kind"),
        (with_a_password, "encrypted with a password"),
    ],
)
def test_file_that_is_no_key_to_sign_with_is_named(content, said, tmp_path):
    (tmp_path / "key.pem").write_bytes(content())
    (tmp_path / "key.pem").chmod(0o600)

    with pytest.raises(KeyFileError, match=said):
        read_key(tmp_path / "key.pem")


# ------------------------------------------------------------------------------------------------------ the command


def test_command_packs_into_the_collection_and_signs(scrapy_run, changeable, tmp_path):
    made = scrapy_run("pack", "--new-key", str(tmp_path / "key.pem"))
    run = scrapy_run("pack", "kankanews", "--sign", str(tmp_path / "key.pem"))

    assert (made.returncode, run.returncode) == (0, 0), made.stderr + run.stderr
    (package,) = changeable.wacz_dir.iterdir()
    assert str(package) in run.stdout
    assert made.stdout.split()[-1] in run.stdout
    assert "PRIVATE" not in made.stdout + run.stdout


def test_what_exists_is_not_overwritten(crawled, tmp_path):
    (tmp_path / "x.wacz").write_bytes(b"handed out")

    with pytest.raises(PackError, match="exists already"):
        packed(crawled.collection, tmp_path)
    assert (tmp_path / "x.wacz").read_bytes() == b"handed out"


def test_file_that_is_not_what_its_manifest_says_is_named_and_nothing_is_left(changeable, tmp_path):
    part = min(changeable.items_dir.glob("*/part-*.jsonl"))
    part.write_bytes(part.read_bytes().replace(b'"comments"', b'"comments" ', 1))

    with pytest.raises(PackError, match=f"{part.name}: its SHA-256 is"):
        packed(changeable, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["archives"]


def test_warc_file_that_cannot_be_read_is_named_and_nothing_is_left(changeable, tmp_path):
    (changeable.archive_dir / "broken-00000.warc.gz").write_bytes(b"\x1f\x8bno")

    with pytest.raises(WarcError, match="broken-00000"):
        packed(changeable, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["archives"]


def test_full_disk_leaves_nothing(changeable, scrapy_run, tmp_path):
    """A limit for the size of a file stands in for the disk."""
    command = 'ulimit -f 60; exec "$0" -m scrapy pack kankanews -o "$1"'
    ended = subprocess.run(
        ["sh", "-c", command, sys.executable, str(tmp_path / "x.wacz")],
        env={**os.environ, "NEWSSPIDER_ARCHIVE_DIR": str(tmp_path / "archives")},
        capture_output=True, text=True, check=False, timeout=HUNG,
    )  # fmt: skip

    assert ended.returncode == 4, ended.stderr
    assert "x.wacz: the package cannot be written (File too large)" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["archives"]


def test_place_of_packages_that_cannot_be_made_is_said(changeable, scrapy_run):
    (changeable.path / "wacz").write_bytes(b"")
    run = scrapy_run("pack", "kankanews")

    assert run.returncode == 4
    (said,) = run.stderr.splitlines()
    assert "the package cannot be written (File exists). A file is where a directory is needed" in said


@pytest.mark.parametrize("command", ["pack", "verify"])
def test_full_disk_of_temporary_files_is_told_and_is_no_fault_of_the_archive(
    command, changeable, scrapy_run, small_disk, tmp_path
):
    temporary, package = tmp_path / "temporary", str(tmp_path / "x.wacz")
    if command == "verify":
        scrapy_run("pack", "kankanews", "-o", package)
    small_disk(temporary, 8)

    arguments = ("kankanews", "-o", package) if command == "pack" else (package,)
    ended = scrapy_run(command, *arguments, env={"TMPDIR": str(temporary)})

    assert (ended.returncode, ended.stderr.count("\n")) == (4, 1), ended.stderr
    assert f"{temporary}: no room for temporary files (No space left on device)" in ended.stderr
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "takes one collection"),
        (("nowhere",), 1, "no collection 'nowhere'"),
        (("../x",), 1, "../x: there is no such file, directory or collection"),
        (("kankanews", "-o", "x.zip"), 2, "has to be called .wacz"),
        (("kankanews", "-o", "/nowhere/x.wacz"), 4, "/nowhere/x.wacz: the package cannot be written"),
        (("kankanews", "--since", "yesterday"), 2, "write it as 1d, 12h, 30m, 2w, 2026-11-01 or"),
        (("kankanews", "--since", "2026-11-01", "--run", "x"), 2, "give one of them"),
        (("kankanews", "--run", ""), 1, "no run ''"),
        (("--new-key", "key.pem", "--run", ""), 2, "goes alone"),
        (("kankanews", "--sign", "/nowhere/key.pem"), 1, "/nowhere/key.pem: the key cannot be read"),
        (("kankanews", "--new-key", "key.pem"), 2, "goes alone"),
        (("--new-key", "/nowhere/key.pem"), 1, "/nowhere/key.pem: the key cannot be written"),
        (("empty",), 1, "no finished WARC file"),
    ],
)
def test_what_cannot_be_packed_is_named(arguments, code, said, scrapy_run, changeable, tmp_path):
    (tmp_path / "archives" / "empty" / "archive").mkdir(parents=True)

    run = scrapy_run("pack", *arguments)

    assert (run.returncode, said in run.stderr + run.stdout) == (code, True), run.stderr + run.stdout
    assert "Traceback" not in run.stderr
    assert not list(tmp_path.glob("**/*.wacz"))
