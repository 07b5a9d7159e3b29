"""What a crawl writes to its collection, and what it does when it no longer can: the extension, without a crawl."""

from __future__ import annotations

import atexit
import errno
import shutil
from datetime import UTC, datetime
from importlib.metadata import version

import pytest
from scrapy import Spider, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.test import get_crawler

import newsspider
from newsspider.collection.lock import CollectionLockedError, locked
from newsspider.collection.writer import ArchiveWriteError, CollectionWriter
from newsspider.crawl.extensions.archive import Archive
from newsspider.crawl.tap import Attempt, Tap
from newsspider.errors import NewsspiderError
from newsspider.warc.exchange import Wire
from tests.archive.exchanges import REQUEST, STARTED, URL, page
from tests.patience import HUNG
from tests.warcs import read_warcs

ANSWER = page(b"a page")


@pytest.fixture
def begin(tmp_path):
    """Begin to archive, with these settings."""
    begun = []

    def archive(**settings) -> Archive:
        crawler = get_crawler(
            Spider,
            settings_dict={
                "ARCHIVE_DIR": str(tmp_path), "COLLECTION": "ours", "WARC_MAX_SIZE": 1 << 30, "WARC_PREFIX": None,
                "WARC_PAYLOAD_DIGEST": "standard", "WARC_OPERATOR": None, **settings,
            },
        )  # fmt: skip
        made = Archive.from_crawler(crawler)
        made.ended = []
        made.end_crawl = made.ended.append
        begun.append(made)
        return made

    yield archive
    for each in begun:
        if not each._closed:
            each.close()


@pytest.fixture
def archive(begin) -> Archive:
    return begin()


def attempt(received: bytes = ANSWER, sent: bytes = REQUEST, **known) -> Attempt:
    given = {"peer": "203.0.113.7", "secured": None, "started": STARTED, "sent": [sent] if sent else []}
    return Attempt(**{**given, **known}, received=Wire(received))


def tap(*attempts: Attempt, proxied: bool = False) -> Tap:
    return Tap(proxied=proxied, timeout=HUNG, unread=False, attempts=list(attempts))


def record(archive: Archive, *attempts: Attempt, url: str = URL, **said):
    return archive.record(url, "GET", tap(*attempts), **{"truncated": None, **said})


def full(*_: object, **__: object) -> None:
    """Fail as a full disk does."""
    raise ArchiveWriteError("/archives", OSError(errno.ENOSPC, "No space left on device"))


def kept(archive: Archive) -> list:
    """The records of what was archived, without the warcinfo."""
    archive.close()
    return [each for each in read_warcs(archive.collection.path) if each.type != "warcinfo"]


# -- exchanges ------------------------------------------------------------------------------------------------------


def test_exchange_is_archived_and_its_capture_names_the_place(archive):
    capture = record(archive, attempt())
    response, request = kept(archive)[:2]

    assert (capture.url, capture.captured, capture.status, capture.type) == (URL, STARTED, 200, "response")
    assert (response.type, response.block, response["WARC-Record-ID"]) == (
        "response", ANSWER, f"<{capture.where.record_id}>"
    )  # fmt: skip
    assert (request.type, request.block) == ("request", REQUEST)
    assert (response["WARC-Target-URI"], response["WARC-IP-Address"]) == (URL, "203.0.113.7")


@pytest.mark.parametrize(("proxied", "ip"), [(False, "203.0.113.7"), (True, None)])
def test_address_of_a_proxy_is_not_archived_as_the_servers(proxied, ip, archive):
    archive.record(URL, "GET", tap(attempt(), proxied=proxied), truncated=None)

    assert kept(archive)[0]["WARC-IP-Address"] == ip


def test_every_attempt_is_archived_and_only_the_last_ended_as_the_request_did(archive):
    capture = record(
        archive, attempt(b"HTTP/1.1 200 OK\r\n\r\na"), attempt(ANSWER[:-2], peer="203.0.113.8"), truncated="length",
        failure="too long",
    )  # fmt: skip
    records = kept(archive)
    responses = [each for each in records if each.type == "response"]
    notes = [each.block for each in records if each.type == "metadata"]

    assert [each["WARC-Truncated"] for each in responses] == ["disconnect", "length"]
    assert responses[-1]["WARC-Record-ID"] == f"<{capture.where.record_id}>"
    assert [b"the connection was stale; repeated on a fresh one" in note for note in notes] == [True, False]
    assert [b"too long" in note for note in notes] == [False, True]


def test_attempt_without_a_byte_is_none(archive):
    assert record(archive, attempt(b"", sent=b"")) is None
    assert record(archive) is None
    counts = archive.findings.counts
    assert (counts.responses, counts.revisits, counts.unanswered) == (0, 0, 0)
    assert kept(archive) == []


def test_capture_is_that_of_the_last_attempt_that_held_bytes(archive):
    first = record(archive, attempt(), attempt(b"", sent=b""))

    assert first.status == 200


def test_answers_revisits_and_requests_without_an_answer_are_counted_apart(archive):
    long = page(b"x" * 2000)
    for each in (attempt(long), attempt(long), attempt(long), attempt(ANSWER), attempt(b""), attempt(b"")):
        record(archive, each)
    counts = archive.findings.counts

    assert (counts.responses, counts.revisits, counts.unanswered) == (2, 2, 2)
    assert [each.type for each in kept(archive) if each.type in ("response", "revisit")] == [
        "response", "revisit", "revisit", "response",
    ]  # fmt: skip


def test_request_that_brought_nothing_is_noted_with_its_reason(archive):
    archive.note(URL, "POST", started=STARTED, outcome="dns", detail="there is no such name")
    (note,) = kept(archive)

    assert (note.type, note["WARC-Target-URI"], note["WARC-Date"][:19]) == ("metadata", URL, "2026-01-30T08:00:00")
    assert note.block.splitlines() == [b"outcome: dns", b"method: POST", b"detail: there is no such name"]
    assert archive._stats.get_value("archive/noted/dns") == 1


# -- what says who made it --------------------------------------------------------------------------------------------


def warcinfo(archive: Archive) -> dict[str, str]:
    record(archive, attempt())
    archive.close()
    info = read_warcs(archive.collection.path)[0].block.decode()
    return dict(line.split(": ", 1) for line in info.splitlines())


@pytest.mark.parametrize(("obeys", "robots"), [(True, "classic"), (False, "ignore")])
@pytest.mark.parametrize("operator", [None, "Ada <ada@example.org>"])
def test_warcinfo_says_who_crawled_with_what_and_by_which_rules(obeys, robots, operator, begin):
    told = warcinfo(
        begin(
            ROBOTSTXT_OBEY=obeys, WARC_OPERATOR=operator, USER_AGENT="ours (+https://ours.example/)", DOWNLOAD_DELAY=7,
            CONNECT_TO="a.example:80:127.0.0.1:8080", ALLOW_PRIVATE_ADDRESSES=True,
        )
    )  # fmt: skip

    assert told["software"] == f"newsspider/{newsspider.__version__} scrapy/{version('scrapy')}"
    assert (told["robots"], told.get("operator")) == (robots, operator)
    assert told["http-header-user-agent"] == "ours (+https://ours.example/)"
    # Without these, nobody could tell years later how the archive was made.
    assert {name.removeprefix("scrapy-") for name in told if name.startswith("scrapy-")} == {
        "ROBOTSTXT_OBEY", "DOWNLOAD_DELAY", "CONCURRENT_REQUESTS_PER_DOMAIN", "AUTOTHROTTLE_ENABLED",
        "DOWNLOAD_TIMEOUT", "DOWNLOAD_MAXSIZE", "DOWNLOAD_VERIFY_CERTIFICATES", "CONNECT_TO", "ALLOW_PRIVATE_ADDRESSES",
        "COOKIES_ENABLED", "REDIRECT_MAX_TIMES", "RETRY_TIMES",
    }  # fmt: skip
    assert (told["scrapy-DOWNLOAD_DELAY"], told["scrapy-ROBOTSTXT_OBEY"]) == ("7", str(obeys))
    assert told["scrapy-CONNECT_TO"] == "a.example:80:127.0.0.1:8080"


@pytest.mark.parametrize(("prefix", "begins"), [(None, "ours-"), ("night", "night-")])
def test_files_begin_with_the_name_that_is_set_or_that_of_the_collection(prefix, begins, begin):
    archive = begin(WARC_PREFIX=prefix)
    record(archive, attempt())

    assert [file.name.startswith(begins) for file in archive.finish()] == [True]


@pytest.mark.parametrize(("size", "files"), [(10, 3), (1 << 20, 1)])
def test_file_that_is_larger_than_set_is_closed_and_the_next_begun(size, files, begin):
    archive = begin(WARC_MAX_SIZE=size)
    for _ in range(3):
        record(archive, attempt())

    assert len(archive.finish()) == files


def test_digest_is_that_of_the_body_as_it_is_shown_or_as_it_came(begin):
    wire = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    digests = {}
    for setting in ("standard", "stored"):
        archive = begin(WARC_PAYLOAD_DIGEST=setting, COLLECTION=setting)
        digests[setting] = record(archive, attempt(wire)).where.payload_digest

    assert digests["standard"] == "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5"  # of "abc": FIPS 180-2, A.1
    assert digests["stored"] != digests["standard"]


def test_what_a_killed_run_left_is_told(begin, caplog):
    killed = begin()
    record(killed, attempt())
    killed.close()
    other = killed.collection.path.with_name("other")
    shutil.copytree(killed.collection.archive_dir, other / "archive")
    (path,) = (other / "archive").glob("*.warc.gz")
    path.write_bytes(path.read_bytes()[:-3])  # as it was while the last record came
    path.rename(f"{path}.open")

    after = begin(COLLECTION="other")
    (told,) = (each for each in caplog.messages if "the last run was killed" in each)
    assert told.startswith(f"{after.collection.path}: the last run was killed; kept what was complete: ")


# -- when it ends -----------------------------------------------------------------------------------------------------


def test_what_came_is_durable_when_the_spider_is_closed(archive):
    synced = []
    archive._writer.sync = lambda: synced.append(True)
    archive._crawler.signals.send_catch_log(signals.spider_closed, spider=Spider("news"), reason="finished")

    assert synced == [True]


def test_file_can_be_taken_elsewhere_while_the_crawl_goes_on(archive):
    record(archive, attempt())
    archive.rotate()
    (first,) = archive.collection.archive_dir.glob("*.warc.gz")
    record(archive, attempt())

    assert archive.finish()[0].name == first.name
    assert len(archive.finish()) == 2


def test_lock_is_kept_when_all_is_durable_and_let_go_at_the_end(archive):
    record(archive, attempt())
    assert len(archive.finish()) == 1
    with pytest.raises(CollectionLockedError), locked(archive.collection.lock_path):
        pass
    archive.sync()  # of what there is no more
    archive.rotate()
    assert (archive.failure, archive.ended) == (None, [])
    archive.close()

    with locked(archive.collection.lock_path):
        pass


def test_archive_that_was_closed_has_nothing_more_to_make_durable(archive):
    record(archive, attempt())
    archive.close()
    archive.sync()
    archive.rotate()

    assert (archive.failure, len(kept(archive))) == (None, 2)


def test_collection_is_closed_when_python_ends_unless_that_was_done(begin, monkeypatch):
    """As ``scrapy shell`` leaves it."""
    at_exit = []
    monkeypatch.setattr(atexit, "register", at_exit.append)
    monkeypatch.setattr(atexit, "unregister", at_exit.remove)
    archive = begin()
    (close,) = at_exit
    record(archive, attempt())
    close()

    assert at_exit == []
    assert len(kept(begin())) == 2
    with monkeypatch.context() as patched:
        patched.setattr(CollectionWriter, "close", full)
        other = begin(COLLECTION="other")
        at_exit[-1]()  # what went wrong is in the log
        assert isinstance(other.failure, ArchiveWriteError)


# -- when it cannot be written ----------------------------------------------------------------------------------------


STEPS = {
    "exchange": ("write_exchange", lambda archive: record(archive, attempt()), IgnoreRequest, True),
    "note": (
        "write_failure",
        lambda archive: archive.note(URL, "GET", started=STARTED, outcome="dns", detail="no"),
        IgnoreRequest, True,
    ),
    "sync": ("sync", lambda archive: archive.sync(), ArchiveWriteError, True),
    "rotate": ("rotate", lambda archive: archive.rotate(), ArchiveWriteError, True),
    # The crawl has ended by then.
    "finish": ("finish", lambda archive: archive.finish(), ArchiveWriteError, False),
    "close": ("close", lambda archive: archive.close(), ArchiveWriteError, False),
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_write_that_fails_is_told_counted_and_ends_the_crawl(step, archive, caplog, monkeypatch):
    """A page that cannot be archived must not be crawled."""
    method, go, error, ends = STEPS[step]
    with monkeypatch.context() as patched:
        patched.setattr(archive._writer, method, full)
        with pytest.raises(error):
            go(archive)

    assert isinstance(archive.failure, ArchiveWriteError)
    assert archive.findings.unstored.archive_writes == 1
    assert archive.ended == (["archive_failed"] if ends else [])
    (told,) = [each for each in caplog.records if each.levelname == "CRITICAL"]
    assert told.message == str(archive.failure)
    counts = archive.findings.counts
    assert (counts.responses, counts.unanswered, archive._stats.get_value("archive/noted/dns")) == (0, 0, None)


def test_first_failure_is_kept_and_told_and_every_one_counted(archive, caplog, monkeypatch):
    failures = []
    with monkeypatch.context() as patched:
        patched.setattr(archive._writer, "write_exchange", full)
        for _ in range(2):
            with pytest.raises(IgnoreRequest, match="it could not be archived"):
                record(archive, attempt())
            failures.append(archive.failure)

    assert failures[0] is failures[1]
    assert archive.findings.unstored.archive_writes == 2
    assert [each.levelname for each in caplog.records].count("CRITICAL") == 1


def test_page_that_is_not_in_the_archive_ends_the_crawl(archive, caplog):
    error = NewsspiderError("no bytes were recorded")
    archive.end_for(error)

    assert (archive.failure, archive.ended) == (error, ["archive_failed"])
    assert archive.findings.unstored.archive_writes == 1
    assert caplog.messages == ["no bytes were recorded"]


def test_moment_of_an_exchange_is_that_of_its_request(archive):
    at = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)
    record(archive, attempt(started=at))

    assert kept(archive)[0]["WARC-Date"] == "2026-03-01T12:00:00.000005Z"
