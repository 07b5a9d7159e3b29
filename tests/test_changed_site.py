"""A site is redesigned: the verdict says so with a page for an example, and the documentation leads to mended rules."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import PROJECT, serve_demo
from tests.given_back import given_back
from tests.patience import HUNG
from tests.warcs import articles, manifests, of_url, read_warcs

if TYPE_CHECKING:
    from collections.abc import Iterator

DOC = PROJECT / "docs" / "when-the-site-changes.md"
QUICKLY = (
    "-s", "DOWNLOAD_DELAY=0.001", "-s", "AUTOTHROTTLE_ENABLED=False", "-s", "LOG_LEVEL=ERROR", "-s", "REQUISITES=",
)  # fmt: skip


def commands() -> str:
    """The commands of the document, in order, without what they print."""
    blocks = re.findall(r"(?:^    .*\n)+", DOC.read_text(encoding="utf-8"), re.MULTILINE)
    lines = [line.removeprefix("    ") for block in blocks for line in block.splitlines()]
    return "\n".join(line for line in lines if not line.startswith("the witness")) + "\n"


@pytest.fixture(scope="module")
def redesigned(scrapy_run_in, demo_site, tmp_path_factory) -> Iterator[tuple[Path, str, dict, set[str]]]:
    """Two crawls of the site as it was, and one after its redesign.

    Yields where, CONNECT_TO, and of the last of them the manifest and the addresses of its articles.
    """
    directory = tmp_path_factory.mktemp("redesigned")
    scrapy_run = scrapy_run_in(directory)

    def crawl(connect_to: str) -> int:
        return scrapy_run("crawl", "kankanews", "-s", f"CONNECT_TO={connect_to}", *QUICKLY).returncode

    with serve_demo("--articles", "40", "--seed", "3") as later:
        assert [crawl(demo_site.connect_to), crawl(later.connect_to)] == [0, 0]
    with serve_demo("--articles", "60", "--seed", "2", "--redesigned") as site:
        assert crawl(site.connect_to) == 6
        path = directory / "archives" / "kankanews"
        yield directory, site.connect_to, manifests(path)[-1], {article["url"] for article in articles(path)}


def test_redesign_is_told_with_witness_and_page_though_no_record_is_worse(redesigned):
    directory, _, manifest, urls = redesigned
    *_, reason = manifest["reasons"]

    title = r"the witness class:current gives title for 0% of \d+ articles, before 7\d%; not in (.*)"
    url = re.fullmatch(title, reason)
    assert url[1] in urls
    assert manifest["reasons"][0].startswith("the witness class:legacy gives ")
    assert "body_html for 0% of " in manifest["reasons"][0]
    assert manifest["counts"]["articles"] == 60
    (report,) = (directory / "archives" / "kankanews" / "reports").glob(f"{manifest['run']}.html")
    text = report.read_text(encoding="utf-8")
    assert len(manifest["advice"]) == 1  # of all the witnesses that fell silent
    assert "The design of the site&#x27;s pages has changed. The records are as complete as before: " in text
    assert "docs/when-the-site-changes.md" in text
    assert re.search(r"title by class:current: 0% of articles, before 7\d%\.", text)
    assert text.index("The design of the site") < text.index("class:")
    assert text.index("The design of the site") < text.index(f'<a href="{url[1]}"')


def test_field_that_is_lost_is_told_with_a_page(redesigned, scrapy_run_in):
    directory, *_ = redesigned
    with serve_demo("--articles", "40", "--seed", "5") as site, given_back(directory / "archives"):
        run = scrapy_run_in(directory)(
            "crawl", "loses_source", "-s", "SPIDER_MODULES=tests.spiders", "-s", "COLLECTION=kankanews",
            "-s", f"CONNECT_TO={site.connect_to}", *QUICKLY,
        )  # fmt: skip
        reason, *_ = manifests(directory / "archives" / "kankanews")[-1]["reasons"]
        seen = read_warcs(directory / "archives" / "kankanews")

    assert run.returncode == 6
    told = re.fullmatch(r"source is given for 0% of \d+ articles, before 100%; not in (.*)", reason)
    assert of_url(seen, told[1], "response", "revisit")  # as an address of an article, if not as its canonical one


@pytest.mark.slow
def test_documented_commands_lead_from_the_verdict_to_mended_rules(redesigned, tmp_path):
    directory, connect_to, manifest, _ = redesigned
    for part in ("newsspider", "tests/cases", "tests/servers"):
        shutil.copytree(PROJECT / part, tmp_path / part)  # with what is compiled of it
    shared = [f"tests/{path.name}" for path in (PROJECT / "tests").glob("*.py") if not path.name.startswith("test_")]
    for part in ("scrapy.cfg", "pyproject.toml", "tests/test_cases.py", *shared):
        shutil.copy(PROJECT / part, tmp_path / part)
    script, named = re.subn(
        "(?<=^URL=)[^ ]+", manifest["reasons"][-1].rpartition(" ")[2], commands(), flags=re.MULTILINE
    )
    settings = {"ARCHIVE_DIR": directory / "archives", "CONNECT_TO": connect_to, "REQUISITES": "", "DOWNLOAD_DELAY": 0}

    ended = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=tmp_path,
        env={
            **os.environ,
            **{f"NEWSSPIDER_{name}": str(value) for name, value in settings.items()},
            "NEWSSPIDER_AUTOTHROTTLE_ENABLED": "False",
            "PYTHONPATH": str(tmp_path),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        },
        capture_output=True,
        encoding="utf-8",
        timeout=HUNG,
        check=False,
    )

    assert (named, ended.returncode) == (1, 0), ended.stdout + ended.stderr
    differences = json.loads((tmp_path / "again" / "diff.json").read_bytes())
    assert differences["lost"] == 0
    assert differences["fields"]["provenance.fields.title"]["changed"] > 30
    assert manifests(directory / "archives" / "kankanews")[-1]["exit_code"] == 0
    for line in ("class:current", "passed"):
        assert line in ended.stdout
