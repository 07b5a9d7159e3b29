"""Whatever is wrong with what a person gives: one clear line, last on stderr, a non-zero exit, and nothing lost."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from scrapy.settings import BaseSettings, Settings, default_settings

from newsspider import settings as project_settings
from newsspider.collection.collection import CollectionNameError
from newsspider.crawl import preflight, refused
from newsspider.crawl.connections import ConnectToError
from newsspider.crawl.preflight import SettingError
from newsspider.crawl.refused import RefusedSettingError
from newsspider.runs.thresholds import Thresholds
from tests.warcs import records

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import ScrapyResult

QUICKLY = ("-s", "DOWNLOAD_DELAY=0.001", "-s", "AUTOTHROTTLE_ENABLED=False")
NOWHERE = "www.kankanews.com:443:127.0.0.1:9"
"""The collections here are of a server of the tests: a crawl that leads elsewhere, too, may write into them."""


def assert_told(run: ScrapyResult, code: int, *parts: str) -> None:
    """The run ended with *code*; its last line has the *parts*; there is no traceback."""
    assert run.returncode == code, run.stderr
    assert "Traceback" not in run.stderr
    last = run.stderr.splitlines()[-1]
    assert [part for part in parts if part not in last] == [], last


# ---------------------------------------------------------------- the command line


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("sinse=2026-11-01", "-a sinse=…: kankanews has no such argument; it takes url, since"),
        ("since=yesterday", "-a since=yesterday: not a date; write it as 2026-11-01"),
        ("since=", "-a since='': not a date; write it as 2026-11-01"),
        ("follow=all", "-a follow=all: there is only -a follow=recommendations; leave it out to follow none"),
        ("url=www.kankanews.com/a", "-a url: 'www.kankanews.com/a' is not a web address: it has no scheme"),
        ("url=https://[www.kankanews.com/", "-a url: 'https://[www.kankanews.com/' is not a web address: no browser"),
        ("url=", "-a url: '' is not a web address: it has no scheme; give one like https://host/path"),
        (
            "url=https://www.kankanews.com/detail/x,https://news.example/",
            "-a url=https://news.example/: news.example is not a host of kankanews, which has: kankanews.com",
        ),
    ],
)
def test_argument_that_a_spider_cannot_use_is_told_in_one_line(argument, said, scrapy_run):
    run = scrapy_run("crawl", "kankanews", "-a", argument)

    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert run.stderr.startswith(f"scrapy crawl: {said}")
    assert not run.archive_dir.exists()


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("WARC_MAX_SIZE=1 GiB", "the setting WARC_MAX_SIZE is '1 GiB'; give it a whole number, 1 or more"),
        ("VERDICT_RUNS=9" + "9" * 20, "the setting VERDICT_RUNS is '999999999999999999999'; give it at most 1,152,"),
        ("REVISIT_LIMIT=" + "9" * 20, f"the setting REVISIT_LIMIT is '{'9' * 20}'; give it at most 1,152,921,504,"),
        ("VERDICT_MAX_QUIET=1e12", "the setting VERDICT_MAX_QUIET is '1e12'; give it at most 16,800,000"),
        ("REQUISITE_DAYS=700001", "the setting REQUISITE_DAYS is '700001'; give it at most 700,000"),
        ("CONNECT_TO=127.0.0.1", "CONNECT_TO: '127.0.0.1' is not HOST:PORT:HOST:PORT; write for example CONNECT_TO="),
        ("HTTPCACHE_ENABLED=True", "the setting HTTPCACHE_ENABLED is 'True': Scrapy's cache would answer, and what it"),
        ("JOBDIR=job", "the setting JOBDIR is 'job': Scrapy would remember there what it asked for, and not ask again"),
        ("ARCHIVE_DIR=s3://bucket/news", "the setting ARCHIVE_DIR is 's3://bucket/news'; give it a directory of this "),
        ("COLLECTION=../elsewhere", "'../elsewhere' cannot be a collection's name: that begins with a letter "),
    ],
)
@pytest.mark.parametrize("command", ["crawl kankanews", "fetch http://127.0.0.1/"])
def test_setting_that_cannot_work_is_told_in_one_line(command, setting, said, scrapy_run):
    run = scrapy_run(*command.split(), "-s", setting)

    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (1, "", 1)
    assert run.stderr.startswith(f"scrapy: {said}")
    assert not run.archive_dir.exists()
    assert not (run.archive_dir.parent / "elsewhere").exists()


def test_spider_that_is_not_there_is_answered_with_those_that_are(scrapy_run):
    run = scrapy_run("crawl", "nosuch")

    assert run.returncode == 1
    assert re.fullmatch(r"scrapy crawl: no spider is called 'nosuch'; choose from: [a-z_, ]*\n", run.stderr)
    assert "kankanews" in run.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["crawl"], 2, "takes the name of one spider, as in: scrapy crawl kankanews"),
        (["crawl", "kankanews", "--fast"], 2, "error: there is no option --fast"),
        (["crawl", "kankanews", "-a", "since"], 2, "error: -a since: takes NAME=VALUE"),
        (["crawl", "kankanews", "-s", "COLLECTION"], 2, "error: -s COLLECTION: takes NAME=VALUE"),
        (["crawl", "kankanews", "-o", "articles.docx"], 2, "Unrecognized output format 'docx'"),
        (["runs", "-n", "9" * 20], 1, "scrapy runs: no collection in "),
        (["history", "kankanews", "--since", "1d", "--in", "other"], 2, "--since takes one collection: name it, or "),
        (["extract", "x", "--to", "y", "-s", "EXTRACT_SPAN=abc"], 2, "the setting EXTRACT_SPAN is 'abc'; give it a"),
        (["extract", "x", "--to", "y", "-s", "EXTRACT_SPAN=0"], 2, "EXTRACT_SPAN is '0'; give it a whole number, 1 or"),
        (["extract", "x", "--to", "y", "-s", f"EXTRACT_SPAN={1 << 61}"], 2, "give it at most 1,152,921,504,606"),
        (["extract", "x", "--to", "y", "-s", "DOWNLOAD_MAXSIZE=-1"], 2, "DOWNLOAD_MAXSIZE is '-1'; give it a whole n"),
        (["index"], 2, "scrapy index takes one collection; example: scrapy index kankanews"),
        (["index", "nosuch"], 1, "scrapy index: no collection 'nosuch' in"),
        (["index", "../archives"], 1, "scrapy index: '../archives' cannot be a collection's name"),
        (["schema", "nonsense"], 2, "; got: nonsense"),
        (["demo", "twice"], 2, "demo takes no argument: 'twice'"),
        (["demo", "--articles", "many"], 2, "argument --articles: invalid int value: 'many'"),
        (["demo", "--articles", "0"], 2, "--articles takes a number from 1 to 100000"),
    ],
)
def test_command_that_is_not_understood_says_what_it_takes(arguments, code, said, scrapy_run):
    run = scrapy_run(*arguments)

    assert_told(run, code, said)
    assert run.stdout == ""
    assert not run.archive_dir.exists()


def test_variable_that_names_no_setting_is_not_passed_over(scrapy_run):
    run = scrapy_run("crawl", "kankanews", env={"NEWSSPIDER_COLECTION": "kankanews-2026"})

    assert (run.returncode, run.stderr.count("\n")) == (1, 1)
    assert run.stderr.startswith(
        "scrapy: the environment variable NEWSSPIDER_COLECTION names no setting; did you mean NEWSSPIDER_COLLECTION? "
    )
    assert not run.archive_dir.exists()


# ---------------------------------------------------------------- settings


def settings(**changed: object) -> BaseSettings:
    values = {name: getattr(project_settings, name) for name in project_settings.names}
    return BaseSettings({**values, **changed})


def test_settings_as_shipped_are_good():
    preflight.check(settings())


def test_every_number_and_switch_of_ours_is_checked():
    checked = {*preflight.SWITCHES, *preflight.WHOLE_NUMBERS, *preflight.NUMBERS, *preflight.SHARES}
    values = {name: getattr(project_settings, name) for name in project_settings.names}

    assert {name for name, value in values.items() if isinstance(value, int | float)} == checked


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("REVISIT", "6h", SettingError),
        ("REVISIT", '{"6h": 30}', SettingError),
        ("REVISIT", "2d:6h,6h:30m", SettingError),
        ("REVISIT_LIMIT", "-1", SettingError),
        ("WARC_MAX_SIZE", "0", SettingError),
        ("WARC_MAX_SIZE", "-1", SettingError),
        ("WARC_MAX_SIZE", "1.5", SettingError),
        ("WARC_MAX_SIZE", None, SettingError),
        ("PART_ITEMS", "0", SettingError),
        ("PART_ITEMS", "many", SettingError),
        ("DOWNLOAD_DELAY", "-0.1", SettingError),
        ("DOWNLOAD_DELAY", "nan", SettingError),
        ("DOWNLOAD_TIMEOUT", "inf", SettingError),
        ("ROBOTSTXT_OBEY", "maybe", SettingError),
        ("WARC_PAYLOAD_DIGEST", "md5", SettingError),
        ("LOG_LEVEL", "loud", SettingError),
        ("VERDICT_MAX_FAILED", "50%", SettingError),
        ("VERDICT_MAX_FAILED", "1.01", SettingError),
        ("VERDICT_MIN_FOUND", "-0.5", SettingError),
        ("VERDICT_MIN_GIVEN", "nan", SettingError),
        ("VERDICT_MIN_PAGES", "0", SettingError),
        ("VERDICT_MIN_ARTICLES", None, SettingError),
        ("VERDICT_MAX_QUIET", "3 days", SettingError),
        ("VERDICT_RUNS", "2", SettingError),
        *((name, str(preflight.MOST + 1), SettingError) for name in preflight.WHOLE_NUMBERS),
        ("VERDICT_MAX_QUIET", str(24 * preflight.MOST_DAYS + 1), SettingError),
        ("REQUISITE_DAYS", str(preflight.MOST_DAYS + 1), SettingError),
        ("DOWNLOAD_DELAY", str(86_400 * preflight.MOST_DAYS + 1), SettingError),
        ("VERDICT_SINCE", "yesterday", SettingError),
        ("VERDICT_WEBHOOK", "chat.example/hooks", SettingError),
        ("VERDICT_WEBHOOK", "file:///etc/passwd", SettingError),
        ("VERDICT_COMMAND", "no-such-program now", SettingError),
        ("VERDICT_COMMAND", "mail 'ops", SettingError),
        ("PROMETHEUS_TEXTFILE", "/nowhere/news.prom", SettingError),
        ("PROMETHEUS_TEXTFILE", "/tmp/news.txt", SettingError),
        ("VERDICT_SINCE", "2026-11-31", SettingError),
        ("ARCHIVE_DIR", "", SettingError),
        ("CONNECT_TO", "a:443:b:99999", ConnectToError),
        ("COLLECTION", "a/b", CollectionNameError),
        ("COLLECTION", "..", CollectionNameError),
        ("COLLECTION", ".hidden", CollectionNameError),
        ("COLLECTION", "a\0b", CollectionNameError),
        ("COLLECTION", "a" * 101, CollectionNameError),
    ],
)
def test_setting_that_nobody_can_work_with_is_refused(name, value, error):
    with pytest.raises(error, match=name if error is SettingError else None):
        preflight.check(settings(**{name: value}))


@pytest.mark.parametrize(
    "address",
    [
        "s3://b", "S3://b/news", " s3://b", "gs://b", "http://h/a", "file:///srv/a", "s3:/b", "s3:b", "hdfs://n/a",
        "host:/srv/a", "user@host:a", r"C:\news", "~", "~/news", "~user/news",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", preflight.DIRECTORIES)
def test_address_where_a_directory_is_needed_is_refused_with_the_command_that_sends_there(name, address):
    with pytest.raises(SettingError, match=f"{name} is {re.escape(repr(address))}; .*scrapy load COLLECTION --to s3://bucket/prefix"):
        preflight.check(settings(**{name: address}))


@pytest.mark.parametrize("directory", ["archives", "/srv/news", "./s3", "./s3:b", "a~", "C:/news", "a:b", "see: here/"])
def test_directory_may_be_called_what_people_call_directories(directory):
    preflight.check(settings(ARCHIVE_DIR=directory))


# ---------------------------------------------------------------- settings of Scrapy's that a crawl does not take


SCRAPY = {name: value for name, value in vars(default_settings).items() if name.isupper()}


def of_scrapy(**changed: object) -> Settings:
    """All settings as a crawl has them, but for those *changed* on the command line."""
    values = settings()
    made = Settings({**SCRAPY, **{name: values[name] for name in values}})
    made.setdict(changed, priority="cmdline")
    return made


def without(name: str, path: str) -> dict[str, int | None]:
    return {**getattr(project_settings, name), path: None}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, preflight.MOST) for name in preflight.WHOLE_NUMBERS),
        ("VERDICT_MAX_QUIET", 24 * preflight.MOST_DAYS),
        ("REQUISITE_DAYS", preflight.MOST_DAYS),
        ("DOWNLOAD_DELAY", 86_400 * preflight.MOST_DAYS),
    ],
)
def test_the_largest_number_of_a_setting_can_be_worked_with(name, value):
    preflight.check(of_scrapy(**{name: str(value)}))

    taken = Thresholds.of(of_scrapy(**{name: str(value)}))
    assert taken.runs == (value if name == "VERDICT_RUNS" else 30)
    assert taken.max_quiet == timedelta(hours=value if name == "VERDICT_MAX_QUIET" else 72)
    assert (datetime.now(UTC) - timedelta(days=preflight.MOST_DAYS)).year > 0


def test_settings_as_shipped_are_taken():
    refused.check(of_scrapy())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPCACHE_ENABLED", "1"),
        ("HTTPCACHE_ENABLED", True),
        ("JOBDIR", "crawls/1"),
        ("HTTPERROR_ALLOW_ALL", "true"),
        ("HTTPERROR_ALLOWED_CODES", "403,404"),
        ("HTTPERROR_ALLOWED_CODES", [500]),
        ("DEPTH_LIMIT", "3"),
        ("DEPTH_PRIORITY", "-1"),
        ("COMPRESSION_ENABLED", "False"),
        ("TWISTED_REACTOR_ENABLED", "0"),
        ("TWISTED_REACTOR", "twisted.internet.selectreactor.SelectReactor"),
        ("SCHEDULER", "scrapy_redis.scheduler.Scheduler"),
        ("SCHEDULER", "scrapy.core.scheduler.BaseScheduler"),
        ("DUPEFILTER_CLASS", "scrapy_redis.dupefilter.RFPDupeFilter"),
        ("DOWNLOADER", "scrapy.core.downloader.Downloader"),
        ("STATS_CLASS", "scrapy.statscollectors.DummyStatsCollector"),
        ("ITEM_PROCESSOR", "scrapy.middleware.MiddlewareManager"),
        ("DOWNLOAD_HANDLERS", '{"http": "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"}'),
        ("DOWNLOAD_HANDLERS", {"ftp": "scrapy.core.downloader.handlers.ftp.FTPDownloadHandler"}),
        ("EXTENSIONS", "{}"),
        ("ITEM_PIPELINES", {"tests.spiders.failing.BrokenPipeline": 200}),
        *((name, without(name, path)) for name, paths in refused.COMPONENTS.items() for path in paths),
    ],
)
def test_setting_by_which_something_else_would_answer_remember_or_count_is_refused(name, value):
    with pytest.raises(RefusedSettingError, match=f"^the setting {name} is .+: .+; .+"):
        refused.check(of_scrapy(**{name: value}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPCACHE_ENABLED", "False"),
        ("HTTPCACHE_DIR", "elsewhere"),
        ("JOBDIR", ""),
        ("DEPTH_LIMIT", "0"),
        ("HTTPERROR_ALLOWED_CODES", ""),
        ("DUPEFILTER_CLASS", "scrapy.dupefilters.BaseDupeFilter"),  # that of `scrapy shell`
        ("DOWNLOAD_HANDLERS", '{"https": "tests.spiders.untapped.UntappedHandler"}'),  # inherits from ours
        ("CLOSESPIDER_PAGECOUNT", "1"),
        ("REDIRECT_ENABLED", "False"),
        ("RETRY_ENABLED", "False"),
        ("ITEM_PIPELINES", {**project_settings.ITEM_PIPELINES, "tests.spiders.failing.BrokenPipeline": 200}),
    ],
)
def test_setting_that_leaves_the_crawl_its_work_is_taken(name, value):
    refused.check(of_scrapy(**{name: value}))


def test_memory_that_a_spider_sets_for_itself_is_refused_before_anything_is_fetched(scrapy_run, demo_site):
    before = demo_site.stats()["urls"]

    run = scrapy_run(
        "crawl", "keeps_a_job", "-s", "SPIDER_MODULES=tests.spiders", "-s", f"CONNECT_TO={demo_site.connect_to}"
    )

    assert_told(run, 1, "scrapy crawl: the setting JOBDIR is 'job': Scrapy would remember there what it asked for")
    assert demo_site.stats()["urls"] == before


def test_setting_that_is_a_slip_of_the_pen_is_told_in_one_line(scrapy_run):
    run = scrapy_run("crawl", "kankanews", "-s", "COLECTION=mine", "-s", "SOME_EXTENSIONS_OWN=1")

    assert run.returncode == 1
    assert run.stderr == (
        "scrapy: -s COLECTION=…: there is no such setting, so it would do nothing; did you mean COLLECTION?\n"
    )


@pytest.mark.parametrize("name", ["kankanews", "2026", "看看新闻-2026.11_a"])
def test_collection_may_be_called_what_people_call_things(name):
    preflight.check(settings(COLLECTION=name))


# ---------------------------------------------------------------- places that cannot be written


def test_archive_dir_that_is_a_file_is_named(scrapy_run):
    run = scrapy_run("crawl", "kankanews", "-s", f"ARCHIVE_DIR={__file__}")

    assert_told(run, 4, f"scrapy crawl: {__file__}/kankanews: cannot write to the archive: ", "Not a directory")


def test_archive_dir_that_is_read_only_is_named(scrapy_run, tmp_path):
    directory = tmp_path / "read-only"
    directory.mkdir()
    if os.geteuid() == 0:  # whom no permission stops
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", directory], check=False).returncode:
            pytest.skip("this machine cannot mount a tmpfs")
    else:
        directory.chmod(0o500)
    try:
        run = scrapy_run("crawl", "kankanews", "-s", f"ARCHIVE_DIR={directory}")
        feed = scrapy_run("crawl", "kankanews", "-o", f"{directory}/articles.jsonl")
    finally:
        if os.geteuid() == 0:
            subprocess.run(["umount", directory], check=True)

    kankanews = f"scrapy crawl: {directory}/kankanews"
    assert_told(run, 4, f"{kankanews}: cannot write to the archive: ", "See that whoever runs this")
    assert_told(feed, 4, f"scrapy crawl: {directory}/articles.jsonl: this feed cannot be written: {directory} is not a")


@pytest.mark.parametrize("room", ["items", "runs"])
def test_place_that_cannot_be_written_costs_the_site_no_request(room, scrapy_run, demo_site):
    directory = scrapy_run("list").archive_dir / "kankanews"
    directory.mkdir(parents=True)
    (directory / room).touch()
    before = demo_site.stats()["urls"]

    run = scrapy_run("crawl", "kankanews", "-s", f"CONNECT_TO={demo_site.connect_to}")

    assert_told(run, 4, f"scrapy crawl: {directory}: cannot write records or manifest: ", f"{directory}/{room}'")
    assert_told(run, 4, "A file is where a directory is needed: name another place, or move the file away")
    assert demo_site.stats()["urls"] == before


def test_feed_that_is_a_directory_is_named(scrapy_run, tmp_path):
    run = scrapy_run("crawl", "kankanews", "-O", f"{tmp_path}:jsonl")

    assert_told(run, 4, f"scrapy crawl: {tmp_path}: this feed cannot be written: it is a directory", "Name another")


# ---------------------------------------------------------------- a collection that is damaged


@pytest.fixture(scope="module")
def whole(demo_site, scrapy_run_in, tmp_path_factory) -> Path:
    """A collection of one good crawl."""
    directory = tmp_path_factory.mktemp("whole")
    run = scrapy_run_in(directory)("crawl", "kankanews", "-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY)
    assert run.returncode == 0, run.stderr
    return run.archive_dir / "kankanews"


@pytest.fixture
def collection(whole, tmp_path) -> Path:
    """A copy of it, to be damaged."""
    path = tmp_path / "archives" / "kankanews"
    shutil.copytree(whole, path)
    return path


def warc(collection: Path) -> Path:
    (path,) = collection.glob("archive/*")
    return path


def newest_manifest(collection: Path) -> Path:
    return max(collection.glob("runs/*"))


def replace_line(collection: Path) -> None:
    index = collection / "indexes" / "index.cdxj"
    lines = index.read_bytes().splitlines(keepends=True)
    index.write_bytes(b"".join([*lines[:5], b"garbage\n", *lines[6:]]))


def cut(path: Path, size: int) -> None:
    os.truncate(path, path.stat().st_size - size)


NO_MANIFEST = ["is not the manifest of a run", "move the file away"]


def content(collection: Path) -> dict[str, bytes]:
    files = [path for path in collection.rglob("*") if path.is_file() and not path.name.startswith((".lock", "state."))]
    return {str(path.relative_to(collection)): path.read_bytes() for path in files}


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (replace_line, ["index.cdxj at byte ", "not a line of an index", "scrapy index kankanews"]),
        (lambda path: cut(path / "indexes/index.cdxj", 10), ["index.cdxj at byte ", "scrapy index kankanews"]),
        (lambda path: cut(warc(path), 100), [".warc.gz at byte ", " bytes are left of ", "scrapy index"]),
        (lambda path: os.truncate(warc(path), 0), [".warc.gz at byte 0: the file is gone or empty", "scrapy index"]),
        (lambda path: warc(path).unlink(), [".warc.gz at byte 0: the file is gone or empty", "scrapy index"]),
        (
            lambda path: (path / "archive/other.warc.gz").write_bytes(b"garbage"),
            ["other.warc.gz at byte 0: no WARC record begins here, but b'garbage'", "scrapy index"],
        ),
        (
            lambda path: (path / "archive/other.warc.gz").write_bytes(b""),
            ["other.warc.gz at byte 0: the file is empty", "scrapy index"],
        ),
        (
            lambda path: (path / "archive/other.warc.gz").write_bytes(warc(path).read_bytes()[:5000]),
            ["other.warc.gz at byte ", "the file ends within a gzip member", "scrapy index"],
        ),
        (lambda path: (path / "state.sqlite3").write_bytes(b"garbage" * 999), ["state.sqlite3: file is not"]),
        (lambda path: newest_manifest(path).write_bytes(b'{"run": "2026'), NO_MANIFEST),
        (lambda path: newest_manifest(path).write_bytes(b"[]"), NO_MANIFEST),
        (lambda path: newest_manifest(path).write_bytes(b"{}"), NO_MANIFEST),
    ],
)
def test_damaged_collection_is_not_written_to(damage, said, collection, scrapy_run, demo_site):
    damage(collection)
    before = content(collection)

    run = scrapy_run("crawl", "kankanews", "-s", f"CONNECT_TO={demo_site.connect_to}")

    assert_told(run, 1, f"scrapy crawl: {collection}/", *said)
    assert content(collection) == before


def test_collection_that_is_read_only_can_be_read_and_costs_the_site_no_request(whole, scrapy_run, demo_site, tmp_path):
    path = tmp_path / "archives" / "kankanews"
    path.mkdir(parents=True)
    if os.geteuid() != 0 or subprocess.run(["mount", "--bind", whole, path], check=False).returncode:
        pytest.skip("only root can mount a directory read-only")
    before, asked = content(whole), demo_site.stats()["urls"]
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", path], check=True)
        crawl = scrapy_run("crawl", "kankanews", "-s", f"CONNECT_TO={demo_site.connect_to}")
        verify = scrapy_run("verify", "kankanews")
        history = scrapy_run("history", demo_site.site.expected()[0].url)
        doctor = scrapy_run("doctor", "kankanews", "-s", f"CONNECT_TO={demo_site.connect_to}")
    finally:
        subprocess.run(["umount", path], check=True)

    assert_told(crawl, 4, f"scrapy crawl: {path}: cannot write to the archive: ", "Read-only file system", "See that")
    assert (content(whole), demo_site.stats()["urls"]) == (before, asked)
    assert (verify.returncode, history.returncode) == (0, 0), verify.stdout + history.stderr
    assert (doctor.returncode, f"{path} cannot be written by user 0" in doctor.stdout) == (1, True)


@pytest.mark.parametrize(
    ("damage", "mend"),
    [
        (replace_line, None),
        (lambda path: cut(warc(path), 100), lambda path: warc(path).rename(path / "damaged.warc.gz")),
        (lambda path: (path / "state.sqlite3").write_bytes(b"garbage"), lambda path: (path / "state.sqlite3").unlink()),
        (lambda path: newest_manifest(path).write_bytes(b""), lambda path: newest_manifest(path).rename(path / "was")),
    ],
    ids=["index", "WARC file", "state", "manifest"],
)
def test_what_the_message_says_helps(damage, mend, collection, scrapy_run, demo_site):
    damage(collection)
    if mend is not None:
        mend(collection)

    index = scrapy_run("index", "kankanews")
    run = scrapy_run("crawl", "kankanews", "-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY)

    assert (index.returncode, run.returncode) == (0, 0), index.stderr + run.stderr
    given = [record["canonical_url"] for record in records(collection)]
    assert sorted(given) == sorted(story.url for story in demo_site.site.expected())


def test_flipped_byte_is_found_where_every_byte_is_read(collection, scrapy_run):
    data = bytearray(warc(collection).read_bytes())
    data[data.index(b"\x1f\x8b\x08", len(data) // 2) + 40] ^= 1  # of a member's data; nothing guards its time
    warc(collection).write_bytes(data)
    before = content(collection)

    run = scrapy_run("index", "kankanews")

    assert_told(run, 1, f"scrapy index: {warc(collection)} at byte ", "not a whole gzip member")
    assert content(collection) == before


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (f"crawl kankanews -s CONNECT_TO={NOWHERE}", 75),
        ("index kankanews", 75),
        (f"fetch https://www.kankanews.com/ -s CONNECT_TO={NOWHERE}", 1),
    ],
)
def test_collection_that_another_run_writes_to_is_left_to_it(command, code, collection, scrapy_run):
    before = content(collection)

    with (collection / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        run = scrapy_run(*command.split())

    assert_told(run, code, f"{collection}: another process is writing into this collection; try again when it is done")
    assert content(collection) == before
