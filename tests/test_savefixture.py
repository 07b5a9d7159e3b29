"""`scrapy savefixture`: a captured page becomes a case that the tests of all cases read."""

from __future__ import annotations

import gzip
import json
from datetime import datetime

import pytest

from newsspider.demo.stories import BASE
from newsspider.extraction.cases import read_page
from tests import test_cases
from tests.warcs import articles, of_url, read_warcs

QUICKLY = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "REQUISITES=")


@pytest.fixture(scope="module")
def run(demo_site, scrapy_run_in, tmp_path_factory):
    """A collection with one article, captured twice, and a page that is none; what runs ``scrapy`` on it."""
    scrapy_run = scrapy_run_in(tmp_path_factory.mktemp("savefixture"))
    urls = f"{demo_site.site.expected()[0].url},{demo_site.site.missing[1]}"
    for _ in range(2):
        ended = scrapy_run(
            "crawl", "kankanews", "-a", f"url={urls}", "-s", f"CONNECT_TO={demo_site.connect_to}", *QUICKLY
        )
        assert ended.returncode == 5, ended.stderr  # the page that is none was named too
    return scrapy_run


@pytest.fixture
def save(run, tmp_path):
    """Run ``scrapy savefixture kankanews`` into the test's own cases."""

    def save(*arguments):
        return run("savefixture", "kankanews", *arguments, "--cases", str(tmp_path))

    return save


@pytest.fixture(scope="module")
def collection(run):
    return run("list").archive_dir / "kankanews"


@pytest.fixture(scope="module")
def record(collection):
    """The record that the last crawl gave."""
    return articles(collection)[0]


def files(case):
    return sorted(path.name for path in case.iterdir())


def test_case_gives_the_record_of_the_crawl(save, record, tmp_path):
    ended = save(record["url"], "a-page")

    case = tmp_path / "kankanews" / "a-page"
    assert ended.returncode == 0, ended.stderr
    assert files(case) == ["golden.json", "page.json", "page.warc.gz", "site_facts.json"]
    assert test_cases.load(case / "golden.json") == {**record, "archive": None}
    # The test of all cases takes it as it is.
    test_cases.test_page_yields_its_record(case)
    test_cases.test_footer_yields_the_site_facts_that_the_record_cites(case)
    test_cases.test_case_says_what_it_is_and_what_it_gives(case)


def test_page_is_what_came_over_the_wire(save, collection, record, tmp_path):
    save(record["url"], "a-page")

    with gzip.open(tmp_path / "kankanews" / "a-page" / "page.warc.gz") as file:
        saved = file.read()
    response, revisit = of_url(read_warcs(collection), record["url"], "response", "revisit")
    assert saved.count(b"WARC/1.1\r\n") == 2
    assert response.block in saved
    assert revisit.block in saved


def test_moment_chooses_the_capture(save, collection, record, tmp_path):
    first, last = of_url(read_warcs(collection), record["url"], "response", "revisit")

    save(record["url"], "last")
    save(record["url"], "first", "--at", "2026-01-01")

    saved = [read_page(tmp_path / "kankanews" / name / "page.warc.gz") for name in ("first", "last")]
    captured = [page.capture.captured for page in saved]
    assert captured == [datetime.fromisoformat(each["WARC-Date"]) for each in (first, last)]
    assert saved[0].http.body() == saved[1].http.body()


def test_page_without_an_article_is_a_case_too(save, demo_site, tmp_path):
    ended = save(demo_site.site.missing[1], "no-article")

    case = tmp_path / "kankanews" / "no-article"
    assert files(case) == ["error.json", "page.json", "page.warc.gz"]
    assert "It gives no record" in ended.stdout
    test_cases.test_page_that_nobody_can_explain_is_an_error_that_says_what_is_missing(case)


def test_person_is_told_to_check_the_record(save, record, tmp_path):
    ended = save(record["url"], "a-page")

    about = json.loads((tmp_path / "kankanews" / "a-page" / "page.json").read_text())
    assert "NOT YET CHECKED" in about["expected"]
    with pytest.raises(AssertionError, match=r"read what .* gives against the page"):
        test_cases.test_a_person_has_checked_what_the_case_gives(tmp_path / "kankanews" / "a-page")
    assert "golden.json against the page" in ended.stdout


def test_case_is_replaced_only_when_told_so(save, record, tmp_path):
    save(record["url"], "a-page")
    golden = tmp_path / "kankanews" / "a-page" / "golden.json"
    golden.write_text("checked by hand")

    refused = save(record["url"], "a-page")
    assert (refused.returncode, golden.read_text()) == (1, "checked by hand")
    assert "--force" in refused.stderr

    assert save(record["url"], "a-page", "--force").returncode == 0
    assert json.loads(golden.read_text())["id"] == record["id"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("URL", "../up"), "no name for a case"),
        (("URL", "Upper"), "no name for a case"),
        ((f"{BASE}/detail/nEverSeen01", "unseen"), "scrapy crawl kankanews -a url="),
        (("mailto:a@b.example", "unseen"), "not a web address"),
        (("URL", "a-page", "--at", "yesterday"), "write it as 2026-01-30"),
        (("URL",), "a site, an address and a name"),
    ],
)
def test_bad_argument_is_explained_and_nothing_is_written(save, record, tmp_path, arguments, said):
    ended = save(*(record["url"] if each == "URL" else each for each in arguments))

    assert ended.returncode != 0
    assert said in ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.rglob("*")) == []


def test_unknown_site_is_told_which_there_are(run):
    ended = run("savefixture", "gazette", "https://gazette.example/", "a-page")

    assert (ended.returncode, "choose from: " in ended.stderr) == (1, True)


def test_missing_collection_is_named(scrapy_run):
    ended = scrapy_run("savefixture", "kankanews", f"{BASE}/detail/LMwVGgj402z", "a-page")

    assert (ended.returncode, "no collection 'kankanews'" in ended.stderr) == (1, True)
