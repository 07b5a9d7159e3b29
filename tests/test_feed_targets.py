"""Scrapy's own feeds to FTP, S3 and Google Cloud Storage: stored there, or told, and no password anywhere."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from tests.patience import HUNG
from tests.servers.ftp import PASSWORD, serve_ftp
from tests.warcs import manifests

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import DemoSite, ScrapyResult, ScrapyRun


@pytest.fixture
def crawl(demo_site: DemoSite, scrapy_run: ScrapyRun) -> Callable[..., ScrapyResult]:
    """Crawl two articles of the demo site; arguments say where the feed goes."""
    urls = ",".join(story.url for story in demo_site.site.expected()[:2])
    common = (
        "crawl", "kankanews", "-a", f"url={urls}", "-s", f"CONNECT_TO={demo_site.connect_to}",
        "-s", "DOWNLOAD_DELAY=0.001", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "REQUISITES=",
    )  # fmt: skip

    def run(*arguments: str, **env: str) -> ScrapyResult:
        return scrapy_run(*common, *arguments, env=env)

    return run


def identifiers(lines: bytes) -> list[str]:
    return sorted(json.loads(line)["id"] for line in lines.splitlines())


def in_collection(run: ScrapyResult) -> list[str]:
    """Ids of the records in the run's own feed parts."""
    parts = (run.archive_dir / "kankanews").glob("items/*/part-*.jsonl")
    return sorted(name for part in parts for name in identifiers(part.read_bytes()))


def assert_not_stored(run: ScrapyResult, secret: str) -> None:
    """The run says so and ends with 4; its records are in the collection; the secret is nowhere that it wrote."""
    assert run.returncode == 4, run.stderr
    last = run.stderr.splitlines()[-1]
    assert last.startswith("scrapy crawl: ")
    assert "1 file of -o, -O or FEEDS could not be stored. The records in the collection are complete." in last
    assert len(in_collection(run)) == 2
    assert len(manifests(run.archive_dir / "kankanews")) == 1
    assert_not_told(run, secret)


def assert_not_told(run: ScrapyResult, secret: str) -> None:
    for each in (secret, secret.replace("@", "%40")):
        assert each not in run.stdout + run.stderr
        written = [path for path in run.archive_dir.rglob("*") if path.is_file()]
        assert [path for path in written if each.encode() in path.read_bytes()] == []


# -- FTP --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("appended", [False, True])
def test_feed_goes_to_an_ftp_server(appended, crawl, tmp_path):
    (tmp_path / "ftp/news").mkdir(parents=True)
    (tmp_path / "ftp/news/out.jsonl").write_bytes(b'{"id":"of last week"}\n')
    with serve_ftp(tmp_path / "ftp") as ftp:
        feed = {"format": "jsonlines", "overwrite": not appended}
        run = crawl("-s", f"FEEDS={json.dumps({ftp.address('news/out.jsonl'): feed})}")

    assert run.returncode == 0, run.stderr
    before = ["of last week"] if appended else []
    assert identifiers((tmp_path / "ftp/news/out.jsonl").read_bytes()) == sorted(in_collection(run) + before)
    assert_not_told(run, PASSWORD)


@pytest.mark.parametrize("trouble", ["password", "permission", "nobody there"])
def test_ftp_server_that_does_not_take_a_feed_is_told_and_no_password_with_it(trouble, crawl, tmp_path):
    (tmp_path / "ftp").mkdir()
    (tmp_path / "ftp/out.jsonl").write_bytes(b"of last week")
    wrong = "wrong-pony@battery"
    with serve_ftp(tmp_path / "ftp", writable=False) as ftp, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = ftp.address("out.jsonl", wrong if trouble == "password" else PASSWORD)
        if trouble == "nobody there":
            address = address.replace(str(ftp.port), str(closed.getsockname()[1]))
        run = crawl("-O", address)

    assert_not_stored(run, wrong if trouble == "password" else PASSWORD)
    assert "ftp://***@127.0.0.1" in run.stderr
    assert (tmp_path / "ftp/out.jsonl").read_bytes() == b"of last week"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ftp://ada:{}@/out.jsonl", "Got a storage URI without a hostname: ftp://***@/out.jsonl"),
        ("ftp://ada:{}@127.0.0.1:port/out.jsonl", "Port could not be cast to integer value as 'port'"),
        ("gopher://ada:{}@127.0.0.1/out.jsonl", "nothing is known of gopher://"),
    ],
)
def test_feed_that_can_never_be_stored_ends_a_crawl_before_it_begins(address, said, crawl):
    run = crawl("-O", address.format("wrong-pony"))

    assert run.returncode == 4
    last = run.stderr.splitlines()[-1]
    assert last.startswith(f"scrapy crawl: {address.format('wrong-pony').replace('ada:wrong-pony', '***')}: ")
    assert f"this feed cannot be stored: {said}. Nothing was fetched; give -o, -O or FEEDS a file, ftp://" in last
    assert not (run.archive_dir / "kankanews").exists()
    assert_not_told(run, "wrong-pony")


# -- S3 ---------------------------------------------------------------------------------------------------------------


def test_feed_goes_to_s3(s3_server, crawl):
    bucket = s3_server.make_bucket()
    run = crawl("-O", f"s3://{bucket}/news/out.jsonl", **s3_server.environment())

    assert run.returncode == 0, run.stderr
    client = s3_server.client()
    stored = client.get_object(Bucket=bucket, Key="news/out.jsonl")["Body"].read()
    client.close()
    assert identifiers(stored) == in_collection(run)
    assert len(in_collection(run)) == 2


def test_s3_that_does_not_take_a_feed_is_told_and_no_secret_with_it(s3_server, crawl):
    bucket = s3_server.make_bucket()
    run = crawl("-O", f"s3://newsspider:wrong-pony@{bucket}/out.jsonl", **s3_server.environment())

    assert_not_stored(run, "wrong-pony")
    assert f"s3://***@{bucket}/out.jsonl" in run.stderr


# -- Google Cloud Storage ---------------------------------------------------------------------------------------------


@pytest.fixture
def gcs_bucket():
    """An emulator of Google Cloud Storage with one bucket: it speaks the protocol, and asks for no credentials."""
    pytest.importorskip("google.cloud.storage", reason="needs tests/requirements-integration.txt")
    from gcp_storage_emulator.server import create_server

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = create_server("127.0.0.1", port, in_memory=True, default_bucket="news")
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


def test_feed_goes_to_google_cloud_storage(gcs_bucket, crawl):
    run = crawl("-O", "gs://news/daily/out.jsonl", "-s", "GCS_PROJECT_ID=made-up", STORAGE_EMULATOR_HOST=gcs_bucket)

    assert run.returncode == 0, run.stderr
    with urlopen(f"{gcs_bucket}/news/daily/out.jsonl", timeout=HUNG) as response:
        assert identifiers(response.read()) == in_collection(run)


def test_google_cloud_storage_that_does_not_take_a_feed_is_told(gcs_bucket, crawl):
    run = crawl("-O", "gs://nowhere/out.jsonl", "-s", "GCS_PROJECT_ID=made-up", STORAGE_EMULATOR_HOST=gcs_bucket)

    assert_not_stored(run, "made-up-secret")
