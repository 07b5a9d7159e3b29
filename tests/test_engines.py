"""Work over engines: the same bytes as by one process, whatever is killed; and what is wrong with an engine is said."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import types
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsspider.collection.collection import Collection
from newsspider.collection.head import CollectionHead
from newsspider.collection.listed import listed
from newsspider.collection.work import Lost
from newsspider.engines.engine import EngineNameError, engine
from newsspider.engines.local import Local
from newsspider.engines.process import ATTEMPTS, ProcessError
from newsspider.errors import NewsspiderError
from newsspider.warc.cdxj import filename_of
from tests.archive.exchanges import exchange, page, writer
from tests.conftest import PROJECT
from tests.fatal import Fatal, FatalToLoad
from tests.loaded import Started, start_scrapy
from tests.patience import HUNG
from tests.servers.s3 import READER_KEY, READER_SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import ScrapyResult
    from tests.servers.dask import DaskServer

SMALL_FILES = ("-s", "WARC_MAX_SIZE=60000", "-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=False")


@pytest.fixture(scope="module")
def run(demo_site, scrapy_run_in, tmp_path_factory):
    """What runs ``scrapy`` where the collection ``kankanews`` holds two crawls, of which the second has revisits."""
    scrapy_run = scrapy_run_in(tmp_path_factory.mktemp("engines"))
    for _ in range(2):
        connect_to = f"CONNECT_TO={demo_site.connect_to}"
        ended = scrapy_run("crawl", "kankanews", "-a", "full=1", "-s", connect_to, *SMALL_FILES)
        assert ended.returncode == 0, ended.stderr
    return scrapy_run


@pytest.fixture(scope="module")
def archive(run) -> Path:
    """WARC files of which no index says anything: each is a unit."""
    return run("list").archive_dir / "kankanews" / "archive"


@pytest.fixture(scope="module")
def dask() -> Iterator[DaskServer]:
    pytest.importorskip("distributed", reason="needs distributed (extra dask)")
    from tests.servers.dask import serve_dask

    with serve_dask(2) as server:
        yield server


@pytest.fixture(scope="module")
def alone(run, archive, tmp_path_factory) -> dict[str, bytes]:
    """What one process makes of the files."""
    directory = tmp_path_factory.mktemp("alone") / "out"
    ended = run("extract", str(archive), "--to", str(directory), "--jobs", "1")
    assert ended.returncode == 0, ended.stderr
    return files(directory)


def files(directory: Path) -> dict[str, bytes]:
    """All files there; of the manifest what does not say when it was."""
    found = {path.name: path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    return {**found, "manifest.json": timeless(found["manifest.json"])}


def timeless(manifest: bytes) -> bytes:
    said = json.loads(manifest)
    return json.dumps({name: value for name, value in said.items() if name not in ("started", "ended")}).encode()


# ------------------------------------------------------------------------------------------------ the same bytes


def test_revisits_into_other_files_are_finished_in_a_second_stage(alone, archive):
    """Else what is compared below would be less than it says."""
    lines = list(Collection(archive.parent).index.lines())
    revisits = {filename_of(line) for line in lines if b'"mime": "warc/revisit"' in line}
    manifest = json.loads(alone["manifest.json"])

    assert len(revisits) > 3
    assert revisits < {path.name for path in archive.iterdir()}
    assert manifest["counts"]["unreadable"] == 0
    assert manifest["counts"]["articles"] > 60


def test_dask_gives_the_bytes_of_one_process(run, archive, alone, dask, tmp_path):
    ended = run("extract", str(archive), "--to", str(tmp_path / "out"), "--engine", dask.engine)

    assert ended.returncode == 0, ended.stderr
    assert files(tmp_path / "out") == alone


def test_dask_from_store_to_store_gives_the_bytes_of_one_process(run, archive, alone, store, tmp_path):
    pytest.importorskip("distributed", reason="needs distributed (extra dask)")
    from tests.servers.dask import serve_dask

    for path in archive.iterdir():
        store.put(f"archive/{path.name}", path.read_bytes())

    with serve_dask(1) as server:  # whose workers have the environment that leads to the store
        ended = run("extract", str(store.path("archive")), "--to", str(store.path("again")), "--engine", server.engine)

    assert ended.returncode == 0, ended.stderr
    made = {name.removeprefix("again/"): data for name, data in store.tree().items() if name.startswith("again/")}
    assert {name for name in made if name.startswith(".")} == set()
    manifest = json.loads(made.pop("manifest.json"))
    there = {each["name"]: each["sha256"] for each in manifest["parts"] + manifest["site_facts_parts"]}
    assert {name: hashlib.sha256(data).hexdigest() for name, data in made.items()} == there
    assert made == {name: data for name, data in alone.items() if name != "manifest.json"}


@pytest.mark.slow
def test_workers_killed_at_any_moment_lose_nothing(run, archive, alone, tmp_path):
    pytest.importorskip("distributed", reason="needs distributed (extra dask)")
    from tests.servers.dask import serve_dask

    chance = random.Random(11)
    with serve_dask(2) as server:
        for number in range(int(os.environ.get("ENGINE_KILLS", "3"))):
            out = tmp_path / str(number)
            process = started(archive, out, server.engine)
            wait_for(process, out, units=chance.randrange(0, 12))
            server.workers[-1].send_signal(signal.SIGKILL)
            _, said = process.communicate(timeout=HUNG)
            server.add_worker()
            server.wait_for_workers()

            assert process.returncode == 0, said
            assert files(out) == alone


@pytest.mark.slow
def test_driver_killed_and_run_again_loses_nothing(run, archive, alone, dask, tmp_path):
    out = tmp_path / "out"
    process = started(archive, out, dask.engine)
    wait_for(process, out, units=4)
    process.kill()
    process.communicate()

    ended = run("extract", str(archive), "--to", str(out), "--engine", dask.engine)

    assert ended.returncode == 0, ended.stderr
    assert files(out) == alone


def started(archive: Path, out: Path, engine: str) -> Started:
    return start_scrapy(["extract", archive, "--to", out, "--engine", engine], stderr=subprocess.PIPE)


def wait_for(process: Started, out: Path, *, units: int) -> None:
    while len(list((out / ".extract").glob("*-0*.json"))) < units and process.poll() is None:
        time.sleep(0.01)


# ------------------------------------------------------------------------------------------------ what kills a process


def test_unit_that_kills_its_process_is_named_and_the_others_go_on(tmp_path):
    seen = tmp_path / "seen"

    results = dict(Local(2)(Fatal((3,), seen), range(6)))

    lost = results.pop(3)
    assert results == {number: number * number for number in (0, 1, 2, 4, 5)}
    assert isinstance(lost, Lost)
    assert f"ended {ATTEMPTS} times, the last time killed by signal 9" in lost.why
    assert seen.read_text().split().count("3") == ATTEMPTS


def test_unit_at_which_the_function_fails_is_named(tmp_path):
    results = dict(Local(1)(Fatal((), tmp_path / "seen"), [-1, 2]))

    assert results == {-1: Lost("ValueError: -1"), 2: 4}


def test_process_that_cannot_begin_ends_the_work(monkeypatch):
    only_here = types.ModuleType("only_here")
    exec("def square(number): return number * number", only_here.__dict__)
    monkeypatch.setitem(sys.modules, "only_here", only_here)

    with pytest.raises(ProcessError, match="before it began"):
        list(Local(1)(only_here.square, [1]))


def test_process_that_is_killed_before_it_began_is_replaced(tmp_path):
    results = dict(Local(1)(FatalToLoad(ATTEMPTS - 1, tmp_path / "seen"), [3]))

    assert results == {3: 6}


def test_processes_that_are_all_killed_before_they_began_end_the_work(tmp_path):
    with pytest.raises(ProcessError, match="killed by signal 9"):
        list(Local(1)(FatalToLoad(ATTEMPTS, tmp_path / "seen"), [3]))


@pytest.fixture
def deadly(run, archive, tmp_path) -> tuple[Path, dict[str, str]]:
    """A copy of the collection, and the environment in which its first WARC file kills whatever process opens it."""
    shutil.copytree(archive.parent, tmp_path / "copy")
    first = min((tmp_path / "copy" / "archive").iterdir())
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\n"
        "def hook(event, arguments):\n"
        "    if event == 'open' and 'newsspider.engines.process' in sys.orig_argv:\n"
        f"        if str(arguments[0]) == {str(first)!r}:\n"
        "            os.kill(os.getpid(), 9)\n"
        "sys.addaudithook(hook)\n"
    )
    return first, {**os.environ, "PYTHONPATH": str(tmp_path)}


@pytest.mark.slow
def test_warc_file_that_kills_its_process_is_named_and_the_rest_is_extracted(deadly, tmp_path):
    first, environment = deadly
    command = [sys.executable, "-m", "scrapy", "extract", str(first.parent), "--to", str(tmp_path / "out")]

    ended = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)

    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert (ended.returncode, "Traceback" in ended.stderr) == (6, False), ended.stderr
    assert manifest["damaged"][0].startswith(f"{first}: the process that read it ended {ATTEMPTS} times")
    assert manifest["counts"]["articles"] > 30


@pytest.mark.slow
def test_warc_file_that_kills_its_process_is_a_fault_and_the_rest_is_verified(deadly):
    first, environment = deadly
    command = [sys.executable, "-m", "scrapy", "verify", str(first.parent.parent), "--jobs", "2"]

    ended = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)

    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False), ended.stderr
    assert f"fault: {first}: it could not be checked: the process that read it ended {ATTEMPTS} times" in ended.stdout
    assert "WARC records" in ended.stdout


# ------------------------------------------------------------------------------------------------ lists of files


@pytest.fixture
def served(archive) -> Iterator[tuple[str, list[str]]]:
    """The address at which the WARC files are served by ranges, and what was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            path = archive / self.path.partition("?")[0].rpartition("/")[2]
            if not path.exists():
                self.send_error(404)
                return
            data = path.read_bytes()
            first, last = map(int, self.headers["Range"].removeprefix("bytes=").split("-"))
            part = data[first : last + 1]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(part)))
            self.end_headers()
            self.wfile.write(part)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/crawl/", asked
        server.shutdown()
        thread.join()


def records(files: dict[str, bytes]) -> list[bytes]:
    return [files[name] for name in sorted(files) if name.startswith(("part-", "site-facts-"))]


def test_list_of_files_is_extracted_from_the_web_and_a_missing_one_is_named(run, archive, alone, served, tmp_path):
    base, asked = served
    names = sorted(path.name for path in archive.iterdir())
    (tmp_path / "warc.paths.gz").write_bytes(gzip.compress("\n".join([*names, "gone.warc.gz"]).encode()))

    ended = run(
        "extract", "--paths", str(tmp_path / "warc.paths.gz"), "--base", base, "--to", str(tmp_path / "out"),
    )  # fmt: skip

    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert (ended.returncode, "Traceback" in ended.stderr) == (6, False), ended.stderr
    assert manifest["damaged"] == [f"{base}gone.warc.gz: there is no such file"]
    assert records(files(tmp_path / "out")) == records(alone)
    assert asked.count(f"/crawl/{names[0]}") <= 2 + 3 * 10  # to copy it; and for revisits in other files


def test_signature_of_an_address_is_in_nothing_that_is_written(run, archive, alone, served, tmp_path):
    base, asked = served
    names = [*sorted(path.name for path in archive.iterdir()), "gone.warc.gz"]
    signed = "?X-Amz-Credential=AKIA/2026/s3&X-Amz-Signature=hushhush"
    (tmp_path / "list").write_text("".join(f"{base}{name}{signed}\n" for name in names))

    ended = run("extract", "--paths", str(tmp_path / "list"), "--to", str(tmp_path / "out"))

    assert ended.returncode == 6, ended.stderr
    assert f"/crawl/{names[0]}{signed}" in asked
    made = files(tmp_path / "out")
    assert records(made) == records(alone)
    (problem,) = json.loads(made["manifest.json"])["damaged"]
    assert problem.startswith(f"{base}gone.warc.gz?X-Amz-Credential=***&")
    assert b"hush" not in b"".join([*made.values(), ended.stderr.encode(), ended.stdout.encode()])


@pytest.mark.parametrize(
    ("data", "base", "said"),
    [
        (b"https://a.example/?x=/a.warc.gz\n", "", "line 1 is no path of a file"),
        (b"https://a.example/x.warc.gz?a\nhttps://a.example/x.warc.gz?b\n", "", "lines 1 and 2 are of files"),
        (b"", "s3://b/", "the list names no file"),
        (b"a/x.warc.gz\nb/x.warc.gz\n", "s3://b/", "lines 1 and 2 are of files of one name, x.warc.gz"),
        (b"a/../x.warc.gz\n", "s3://b/", "line 1 is no path of a file"),
        (b"\x1f\x8b broken", "s3://b/", "the list cannot be unpacked"),
        (gzip.compress(b"x.warc.gz\n")[:-4], "s3://b/", "the list cannot be unpacked (it has no end)"),
        (b"https://a.example/x.warc.gz\n", "s3://b/", "line 1 is no path of a file"),
        (b"/a//x.warc.gz\n", "", "line 1 is no path of a file"),
        (b"/a/x.warc.gz\nftp://host/y.warc.gz\n", "", "can be read"),
        (b"x.warc.gz\n", "ftp://host/", "can be read"),
        (b"x.warc.gz\n", "https://user:secret@host/", "without credentials"),
    ],
)
def test_list_that_is_none_is_refused(run, tmp_path, data, base, said):
    (tmp_path / "list").write_bytes(data)

    ended = run("extract", "--paths", str(tmp_path / "list"), "--base", base, "--to", str(tmp_path / "out"))

    assert (ended.returncode, said in ended.stderr, "Traceback" in ended.stderr) == (1, True, False), ended.stderr
    assert "secret" not in ended.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("data", "base", "files"),
    [
        (b"a/x.warc.gz\n", "s3://bucket", ["s3://bucket/a/x.warc.gz"]),
        (b"\xef\xbb\xbfx.warc.gz\r\n\r\n y.warc.gz", "/archives/", ["/archives/x.warc.gz", "/archives/y.warc.gz"]),
        (b"https://a.example/b/x.warc.gz\n/c/y.warc.gz\nz.warc.gz", "",
         ["https://a.example/b/x.warc.gz", "/c/y.warc.gz", "{here}/z.warc.gz"]),
        (gzip.compress(b"x.warc.gz\n") + gzip.compress(b"y.warc.gz\n"), "/a", ["/a/x.warc.gz", "/a/y.warc.gz"]),
    ],
    ids=["base without a slash", "mark and line ends", "addresses without a base", "two members"],
)  # fmt: skip
def test_a_list_names_files_below_its_base_or_by_their_addresses(tmp_path, monkeypatch, data, base, files):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list").write_bytes(data)

    found = [str(file) for file in listed(tmp_path / "list", base).files.values()]
    assert found == [each.format(here=tmp_path) for each in files]


def test_file_of_a_list_that_cannot_be_opened_is_named_and_the_rest_is_extracted(run, archive, alone, tmp_path):
    """Here a directory; a file that somebody else owns is another."""
    for path in archive.iterdir():
        shutil.copy(path, tmp_path)
    (tmp_path / "a-directory.warc.gz").mkdir()
    names = sorted(path.name for path in tmp_path.iterdir())
    (tmp_path / "list").write_text("\n".join(names), encoding="ascii")

    ended = run(
        "extract", "--paths", str(tmp_path / "list"), "--base", str(tmp_path), "--to", str(tmp_path / "out"),
    )  # fmt: skip

    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert (ended.returncode, "Traceback" in ended.stderr) == (6, False), ended.stderr
    assert manifest["damaged"] == [f"{tmp_path}/a-directory.warc.gz: Is a directory"]
    assert records(files(tmp_path / "out")) == records(alone)


# ------------------------------------------------------------------------------------------------ verification


@pytest.fixture
def spoilt(archive, tmp_path) -> Path:
    """A copy of the collection with faults in several files and parts."""
    collection = shutil.copytree(archive.parent, tmp_path / "spoilt")
    for path in sorted((collection / "archive").iterdir())[:3]:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)
    part = max(collection.glob("items/*/part-*.jsonl"))
    part.write_bytes(part.read_bytes().replace(b'"title":"', b'"title":"X', 1))
    return collection


@pytest.mark.slow
def test_processes_and_dask_find_what_one_process_finds_in_the_same_order(run, spoilt, dask):
    alone, *others = [
        run("verify", str(spoilt), "--json", *options)
        for options in (("--jobs", "1"), ("--jobs", "2"), (), ("--engine", dask.engine))
    ]

    said = json.loads(alone.stdout)
    assert alone.returncode == 1
    assert len({each["file"] for each in said["findings"]}) > 3
    for each in others:
        assert each.returncode == 1, each.stderr
        assert json.loads(each.stdout) == said, each.stderr


def test_index_is_the_same_whoever_reads_the_files(run, archive, dask, tmp_path):
    collection = shutil.copytree(archive.parent, tmp_path / "copies" / "copy")
    index = collection / "indexes" / "index.cdxj"
    made = set()
    for options in (("--jobs", "1"), ("--jobs", "2"), ("--engine", dask.engine), ()):
        index.unlink(missing_ok=True)
        ended = run("index", "copy", *options, "-s", f"ARCHIVE_DIR={tmp_path / 'copies'}")
        assert ended.returncode == 0, ended.stderr
        made.add(index.read_bytes())

    assert made == {b"".join(Collection(archive.parent).index.lines())}


def test_workers_in_another_directory_find_what_a_relative_path_names(run, archive, dask, tmp_path):
    """As a collection does by its name, where ARCHIVE_DIR is relative, as it is unless somebody sets it."""

    def seen_from_here(path: Path) -> str:
        return os.path.relpath(path, Path.cwd())

    def there(*arguments: str) -> ScrapyResult:
        env = {"NEWSSPIDER_ARCHIVE_DIR": seen_from_here(archive.parent.parent)}
        return run(*arguments, "--engine", dask.engine, env=env)

    listed = tmp_path / "list"
    listed.write_text("\n".join(sorted(path.name for path in archive.iterdir())), encoding="utf-8")
    base = seen_from_here(archive)
    out, more = tmp_path / "out", tmp_path / "more"
    for arguments in (
        ("verify", "kankanews"),
        ("verify", seen_from_here(archive.parent)),
        ("index", "kankanews"),
        ("extract", "kankanews", "--diff", "kankanews", "--to", seen_from_here(out)),
        ("extract", "--paths", seen_from_here(listed), "--base", base, "--to", seen_from_here(more)),
    ):
        ended = there(*arguments)
        assert ended.returncode == 0, ended.stdout + ended.stderr

    assert json.loads((out / "diff.json").read_bytes())["different"] == 0
    found = [sorted(line for part in records(files(each)) for line in part.splitlines()) for each in (out, more)]
    assert found[0] == found[1]


def test_index_of_a_collection_in_object_storage_is_made_there(run, archive, store, tmp_path):
    for path in archive.iterdir():
        store.put(f"x/archive/{path.name}", path.read_bytes())
    store.put("x/indexes/index-1.cdxj", b"")
    whole = b"".join(Collection(archive.parent).index.lines())
    pytest.importorskip("distributed", reason="needs distributed (extra dask)")
    from tests.servers.dask import serve_dask

    with serve_dask(1) as server:
        by_dask = run("index", str(store.path("x")), "--engine", server.engine)
    made = store.tree()["x/indexes/index.cdxj"]
    again = run("index", str(store.path("x")), "--jobs", "1")  # over what is there

    assert (by_dask.returncode, again.returncode) == (0, 0), by_dask.stderr + again.stderr
    assert made == whole
    assert {name: data for name, data in store.tree().items() if "indexes" in name} == {"x/indexes/index.cdxj": whole}


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (
            {"x/HEAD": CollectionHead(generation=1).as_json(), "x/archive/a.warc.gz": b"a"},
            "crawls keep this collection",
        ),
        ({"x/runs/a.json": b"{}"}, "there is no WARC file in it"),
    ],
)
def test_index_in_object_storage_that_cannot_be_made_is_said(scrapy_run, store, there, said):
    for name, data in there.items():
        store.put(name, data)

    ended = scrapy_run("index", str(store.path("x")))

    assert (ended.returncode, said in ended.stderr, "Traceback" in ended.stderr) == (1, True, False), ended.stderr
    assert store.tree() == there


# ------------------------------------------------------------------------------------------------ what is wrong


@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        ("ray", 2, "takes local, dask:tcp://HOST:PORT"),
        ("dask:", 2, "takes local, dask:tcp://HOST:PORT"),
        ("dask:tcp://127.0.0.1:1", 3, "no scheduler answers"),
        ("spark://127.0.0.1:1", 3, "no master answers"),
    ],
)
def test_engine_that_cannot_be_used_is_said_before_any_work(run, archive, tmp_path, address, code, said):
    if address.startswith("spark"):
        pytest.importorskip("pyspark", reason="needs pyspark (extra spark)")

    ended = run("extract", str(archive), "--to", str(tmp_path / "out"), "--engine", address)

    assert (ended.returncode, said in ended.stderr, "Traceback" in ended.stderr) == (code, True, False), ended.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("address", "extra"), [("dask:tcp://h:1", "dask"), ("spark://h:1", "spark")])
def test_engine_that_is_not_installed_is_named(monkeypatch, address, extra):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)

    with pytest.raises(NewsspiderError, match=rf"pip install -e '\.\[{extra}\]'"), engine(address, 1):
        pass


def test_scheduler_without_a_worker_is_said(monkeypatch):
    pytest.importorskip("distributed", reason="needs distributed (extra dask)")
    from newsspider.engines import dask
    from tests.servers.dask import serve_dask

    monkeypatch.setattr(dask, "_SECONDS", 1)

    with serve_dask(0) as server, pytest.raises(NewsspiderError, match="has no worker"), engine(server.engine, 1):
        pass


def test_worker_with_other_lines_of_the_program_is_refused(tmp_path):
    pytest.importorskip("distributed", reason="needs distributed (extra dask)")
    from tests.servers.dask import serve_dask

    shutil.copytree(PROJECT / "newsspider", tmp_path / "newsspider", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "newsspider" / "errors.py").open("a", encoding="utf-8") as file:
        file.write("# another line\n")

    with serve_dask(0) as server:
        server.add_worker(pythonpath=tmp_path)
        server.wait_for_workers()
        with pytest.raises(NewsspiderError, match="another version of newsspider"), engine(server.engine, 1):
            pass


@pytest.mark.parametrize("engine_of", ["local", "dask"])
def test_nothing_is_extracted_where_nothing_may_be_written(run, archive, store, dask, engine_of):
    reader = {"AWS_ACCESS_KEY_ID": READER_KEY, "AWS_SECRET_ACCESS_KEY": READER_SECRET}
    address = dask.engine if engine_of == "dask" else "local"

    ended = run("extract", str(archive), "--to", str(store.path("out")), "--engine", address, env=reader)

    assert (ended.returncode, "access denied" in ended.stderr, "Traceback" in ended.stderr) == (1, True, False)
    assert READER_SECRET not in ended.stderr
    assert store.tree() == {}


def test_other_extraction_that_was_begun_in_object_storage_is_left_alone(scrapy_run, store):
    with writer(scrapy_run("list").archive_dir / "kankanews") as archive:
        archive.write_exchange(exchange(page(b"<p>a"), url="https://www.kankanews.com/detail/LMwVGgj402z"))
    store.put("out/.extract/extraction.json", b"{}")

    ended = scrapy_run("extract", "kankanews", "--to", str(store.path("out")))

    assert (ended.returncode, "another extraction was begun there" in ended.stderr) == (1, True), ended.stderr
    assert store.tree() == {"out/.extract/extraction.json": b"{}"}


@pytest.mark.parametrize("name", ["local", "dask", "spark"])
def test_each_engine_is_under_a_hundred_lines(name):
    """What they have in common is said once, so that one more costs little."""
    path = PROJECT / "newsspider/engines" / f"{name}.py"

    assert len(path.read_text(encoding="utf-8").splitlines()) < 100


def test_name_that_is_none_is_refused():
    with pytest.raises(EngineNameError), engine("local:4", 1):
        pass


def test_errors_come_whole_from_another_machine():
    from newsspider.engines.elsewhere import OtherProgramError

    error = OtherProgramError("worker 1")

    assert str(pickle.loads(pickle.dumps(error))) == str(error)
