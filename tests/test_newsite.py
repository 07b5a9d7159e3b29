"""A site is described from its pages: its file is short, reads the site as it is, and is for a person to check."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from newsspider.collection.source import open_source
from newsspider.demo import harbour, jiangcheng
from newsspider.demo.site import ServedPage
from newsspider.extraction.survey import addresses
from newsspider.extraction.survey.file import MAX_LINES, file_of
from newsspider.extraction.survey.survey import SurveyError, survey
from newsspider.extraction.survey.table import table
from newsspider.parsing.site import Site
from tests.conftest import PROJECT
from tests.patience import HUNG

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SITES = {"harbour": (harbour.Harbour(), harbour), "jiangcheng": (jiangcheng.Jiangcheng(), jiangcheng)}


def archive_of(site, base: str, path: Path) -> Path:
    """Write all pages of a made-up site into a WARC file."""
    records = []
    for number, target in enumerate(site.targets()):
        page = site.page(target)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {page.content_type}\r\nContent-Length: {len(page.body)}\r\n\r\n"
        block = head.encode() + page.body
        records.append(
            f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{UUID(int=number + 1)}>\r\n"
            f"WARC-Date: 2026-11-20T12:00:00Z\r\nWARC-Target-URI: {base}{target}\r\n"
            f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n".encode()
            + block
            + b"\r\n\r\n"
        )
    path.write_bytes(b"".join(records))
    return path


def look(tmp_path: Path, archive: Path, name: str, url: str):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return survey(open_source(archive, scratch, pytest.fail), name, url, pytest.fail)


def read_file(text: str) -> Site:
    """The Site of the text of a site's file."""
    names: dict[str, object] = {}
    exec(text, names)
    site = names["SITE"]
    assert isinstance(site, Site)
    return site


@pytest.mark.parametrize("name", SITES)
def test_file_is_short_and_reads_every_article_of_the_site_as_it_is(tmp_path, name):
    served, told = SITES[name]
    archive = archive_of(served, told.BASE, tmp_path / "site.warc")

    text = file_of(look(tmp_path, archive, name, told.BASE + "/"))

    assert len(text.splitlines()) <= MAX_LINES
    site = read_file(text)
    assert (site.name, site.domains, site.start_urls[0]) == (name, (f"{name}.example",), f"{told.BASE}/")
    assert {target for target in served.targets() if site.is_article(told.BASE + target)} == {
        story.path for story in told.STORIES
    }
    (selectors,) = site.selectors.values()
    assert selectors.keys() >= {"title", "published_at", "authors", "body"}
    for story in told.STORIES:
        page = served.page(story.path)
        record = site.parse(page.body, story.url, [(b"Content-Type", page.content_type.encode())], NOON)
        assert (record.title, record.published_at) == (story.title, story.published_at)
        assert tuple(record.paragraphs) == story.paragraphs
        assert [each.name for each in record.authors] == [story.author]
        assert record.provenance.fields["paragraphs"].startswith("class:")
        # The one names no zone, and a file that a program wrote claims none.
        assert record.provenance.doubts == ([] if name == "harbour" else ["published_at"])


def test_table_says_of_every_witness_on_which_page_it_agrees(tmp_path):
    class Odd(jiangcheng.Jiangcheng):
        """On the second page that is looked at, metadata says another title."""

        def page(self, target: str) -> ServedPage | None:
            page = super().page(target)
            if page and target == jiangcheng.STORIES[1].path:
                other = '<meta property="og:title" content="另一个标题">'.encode("gb2312")
                return ServedPage(body=page.body.replace(b"<title>", other + b"<title>"), content_type="text/html")
            return page

    archive = archive_of(Odd(), jiangcheng.BASE, tmp_path / "site.warc")

    found = look(tmp_path, archive, "jiangcheng", jiangcheng.BASE)

    lines = list(table(found.pages))
    assert lines[0].split() == ["field", "witness", "1", "2", "3", "4", "5", "record", "of", "page", "1"]
    assert lines[1].split()[:7] == ["title", "class:2026", *"====="]
    assert jiangcheng.STORIES[0].title in lines[1]
    assert [line.split() for line in lines if line.split()[:1] == ["og"]] == [["og", ".", "x", ".", ".", "."]]


def test_archive_without_an_article_of_the_host_says_how_to_get_some(tmp_path):
    archive = archive_of(SITES["harbour"][0], harbour.BASE, tmp_path / "site.warc")

    with pytest.raises(SurveyError, match=r"no article of other\.example .* scrapy crawl news -a site=https://other"):
        look(tmp_path, archive, "other", "https://other.example/")


# ----------------------------------------------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("urls", "said"),
    [
        # A section that differs is a part of what names an article; a number is one of any length.
        (["/world/article-12345.html", "/city/article-99.html"], {"/{}.html": r"[a-z]{1,8}/article-\d{1,8}"}),
        (["/c/2026-01/30/content_77.htm", "/c/2026-01/29/content_9.htm"],
         {"/c/{}.htm": r"(?P<day>\d{4}-\d\d/\d\d)/content_\d{1,8}"}),
        (["/20260130/t1.shtml", "/20260129/t2.shtml"], {"/{}.shtml": r"(?P<day>\d{8})/t\d{1,8}"}),
        # Words that all of a few addresses begin with are chance.
        (["/news/harbour-lights-on-4711", "/news/harbour-ferry-4712"], {"/news/{}": "[a-z0-9-]{1,64}"}),
        (["/a/1", "/b/23.html"], {"/a/{}": r"\d{1,8}", "/b/{}.html": r"\d{1,8}"}),
        (["/read?id=77&from=app", "/read?id=78&from=app"], {"/read?id={}": r"\d{1,8}"}),
        (["/看/2026/01/30/a-b", "/看/2026/01/29/c-d"], {"/%E7%9C%8B/{}": r"(?P<day>\d{4}/\d\d/\d\d)/[a-z0-9-]{1,8}"}),
        (["/about"], {}),
    ],
)  # fmt: skip
def test_addresses_become_a_pattern(urls, said):
    base = "https://news.example"
    given = [base + url.replace("看", "%E7%9C%8B") for url in urls]

    found = addresses.articles(given)

    assert found == {base + address: pattern for address, pattern in said.items()}
    site = Site(name="news_example", domains=("news.example",), start_urls=(base + "/",), articles=found)
    assert all(map(site.is_article, given))


# ------------------------------------------------------------------------------------------------------- command


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the project, where files may be written."""
    for part in ("newsspider", "tests/servers"):
        shutil.copytree(PROJECT / part, tmp_path / part)  # with what is compiled of it
    for part in ("scrapy.cfg", "pyproject.toml", "tests/conftest.py", "tests/stores.py", "tests/test_cases.py"):
        shutil.copy(PROJECT / part, tmp_path / part)
    for name in SITES:
        (tmp_path / f"newsspider/sites/{name}.py").unlink(missing_ok=True)
    return tmp_path


def scrapy(project: Path, *arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=project,
        env={
            **os.environ,
            "PYTHONPATH": str(project),
            **{f"NEWSSPIDER_{name}": str(value) for name, value in settings.items()},
        },
        capture_output=True,
        encoding="utf-8",
        timeout=HUNG,
        check=False,
    )


def test_site_of_an_archive_is_written_with_cases_and_nothing_is_written_over(project):
    archive = archive_of(SITES["jiangcheng"][0], jiangcheng.BASE, project / "site.warc")
    command = ("newsite", "river", jiangcheng.BASE + "/", "--archive", str(archive))

    first, again, forced = (scrapy(project, *each) for each in (command, command, (*command, "--force")))

    assert (first.returncode, forced.returncode) == (0, 0), first.stderr + forced.stderr
    assert "The pattern of articles knows 12 of 12 links that look like articles" in first.stdout
    cases = sorted((project / "tests/cases/river").iterdir())
    assert [case.name for case in cases] == [f"article-{number}" for number in range(1, 6)]
    titles = {json.loads((case / "golden.json").read_bytes())["title"] for case in cases}
    assert titles <= {story.title for story in jiangcheng.STORIES}
    assert len(titles) == 5
    assert again.returncode == 1
    assert "river.py is there already; take another name, or replace it with --force" in again.stderr
    listed = scrapy(project, "list")
    assert "river" in listed.stdout.split(), listed.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("Harbour", "https://www.harbour.example/"), "'Harbour' is no name for a site: lower-case letters"),
        (("news", "https://www.harbour.example/"), "'news' is no name for a site"),
        (("class", "https://www.harbour.example/"), "'class' is no name for a site"),
        (("harbour2", "harbour.example"), "'harbour.example' is not a web address"),
        (("harbour2", "https://www.harbour.example/", "--archive", "nowhere"), "nowhere"),
        (("harbour2", "https://localhost/"), "the crawl got no page of https://localhost/, for the reason above"),
    ],
)
def test_bad_input_is_explained_and_nothing_is_written(project, arguments, said):
    before = sorted((project / "newsspider/sites").iterdir())

    ended = scrapy(project, "newsite", *arguments)

    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert [path for path in sorted((project / "newsspider/sites").iterdir()) if path.suffix == ".py"] == [
        path for path in before if path.suffix == ".py"
    ]


def test_file_is_written_when_all_cases_are(project):
    archive = archive_of(SITES["harbour"][0], harbour.BASE, project / "site.warc")
    cases = project / "tests/cases"
    cases.mkdir(exist_ok=True)
    (cases / "quay").write_bytes(b"no directory")

    ended = scrapy(project, "newsite", "quay", harbour.BASE + "/", "--archive", str(archive), "--force")

    assert ended.returncode == 1
    assert "the case cannot be written" in ended.stderr
    assert not (project / "newsspider/sites/quay.py").exists()


def test_host_that_has_a_file_is_crawled_by_it_and_that_is_said(project):
    nowhere = "www.kankanews.com:443:127.0.0.1:9"
    file = project / "newsspider/sites/kankanews.py"
    before = file.read_bytes()
    ended = scrapy(project, "newsite", "kankanews", "https://www.kankanews.com/", "--force", CONNECT_TO=nowhere)

    assert ended.returncode == 1
    assert "kankanews.com has a file, by which the crawl goes: move kankanews.py away" in ended.stderr
    assert file.read_bytes() == before


def test_host_of_another_file_gets_no_second_one(project):
    (project / "site.warc").write_bytes(b"")
    for arguments in ((), ("--force",), ("--archive", str(project / "site.warc"))):
        ended = scrapy(project, "newsite", "kan", "https://k.kankanews.com/", *arguments)

        assert (ended.returncode, ended.stdout) == (1, "")
        assert "kankanews.com is of kankanews.py already: replace that file (the name kankanews, and" in ended.stderr
    assert not (project / "newsspider/sites/kan.py").exists()


def test_genspider_leads_to_newsite(scrapy_run):
    ended = scrapy_run("genspider", "harbour", "www.harbour.example")

    assert ended.returncode == 2
    assert "scrapy newsite harbour www.harbour.example" in ended.stderr
    assert not re.search("Traceback|Created", ended.stderr + ended.stdout)


# ------------------------------------------------------------------------------------------- the two example sites


@pytest.mark.parametrize("name", SITES)
def test_file_of_an_example_is_what_newsite_writes(tmp_path, name):
    served, told = SITES[name]
    archive = archive_of(served, told.BASE, tmp_path / "site.warc")

    written = (PROJECT / "newsspider/sites" / f"{name}.py").read_text(encoding="utf-8")

    assert written == file_of(look(tmp_path, archive, name, told.BASE + "/"))


@pytest.mark.parametrize("name", SITES)
def test_cases_of_an_example_give_what_the_site_says_of_its_articles(name):
    stories = {story.url: story for story in SITES[name][1].STORIES}
    cases = sorted((PROJECT / "tests/cases" / name).glob("*/golden.json"))

    records = [json.loads(case.read_bytes()) for case in cases]

    assert len({record["id"] for record in records}) == 5
    for record in records:
        story = stories[record["url"]]
        assert (record["title"], record["paragraphs"]) == (story.title, list(story.paragraphs))
        assert datetime.fromisoformat(record["published_at"]) == story.published_at
        assert [each["name"] for each in record["authors"]] == [story.author]


def quickly(demo_site) -> dict[str, object]:
    return {
        "CONNECT_TO": demo_site.connect_to, "DOWNLOAD_DELAY": 0.001, "AUTOTHROTTLE_ENABLED": False,
        "CONTACT": "https://example.org/crawler", "LOG_LEVEL": "WARNING",
    }  # fmt: skip


def records_of(collection: Path) -> dict[str, dict]:
    """The records of a collection by address."""
    lines = [line for part in collection.glob("items/*/part-*.jsonl") for line in part.read_bytes().splitlines()]
    return {record["url"]: record for record in map(json.loads, lines)}


@pytest.mark.parametrize("name", SITES)
def test_example_is_crawled_with_its_file_and_without_it(project, demo_site, name):
    told = SITES[name][1]
    of_host = scrapy(project, "crawl", "news", "-a", f"site={told.BASE}/", **quickly(demo_site))
    shutil.copy(PROJECT / "newsspider/sites" / f"{name}.py", project / "newsspider/sites")
    of_file = scrapy(project, "crawl", name, **quickly(demo_site))

    assert (of_host.returncode, of_file.returncode) == (0, 0), of_host.stderr + of_file.stderr
    without, with_file = records_of(project / f"archives/{name}.example"), records_of(project / "archives" / name)
    assert without.keys() == with_file.keys() == {story.url for story in told.STORIES}
    for story in told.STORIES:
        for record in (without[story.url], with_file[story.url]):
            assert (record["title"], record["paragraphs"]) == (story.title, list(story.paragraphs))
            assert datetime.fromisoformat(record["published_at"]) == story.published_at
            assert [each["name"] for each in record["authors"]] == [story.author]
        assert without[story.url]["id"] == f"{name}.example:{story.path}"
        assert with_file[story.url]["id"].startswith(f"{name}:")


@pytest.mark.parametrize("name", SITES)
def test_newsite_looks_through_the_crawl_and_writes_a_file_that_the_crawl_uses(project, demo_site, name):
    told = SITES[name][1]

    described = scrapy(project, "newsite", name, told.BASE + "/", **quickly(demo_site))
    crawled = scrapy(project, "crawl", name, **quickly(demo_site))

    assert (described.returncode, crawled.returncode) == (0, 0), described.stderr + crawled.stderr
    collection = open_source(project / f"archives/{name}.example", project, pytest.fail)
    assert any(b"/robots.txt" in line for index in collection.indexes for line in index.read_bytes().splitlines())
    assert len(records_of(project / f"archives/{name}.example")) == 5
    assert records_of(project / "archives" / name).keys() == {story.url for story in told.STORIES}
    assert len(list((project / "tests/cases" / name).glob("*/golden.json"))) == 5
