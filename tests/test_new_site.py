"""The documentation leads from nothing to a second site: one file of rules, one saved page; all commands know it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from newsspider.collection.collection import Collection
from newsspider.feeds import read
from tests.conftest import PROJECT
from tests.patience import HUNG
from tests.servers.changing import serving
from tests.servers.daily import STORIES, Daily

DOC = PROJECT / "docs" / "new-site.md"
OWN_SPIDER = """
from newsspider import sites
from newsspider.spiders.news import NewsSpider

"""


def rules() -> str:
    (block,) = re.findall(r"^```python\n(.*?)^```$", DOC.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(block.splitlines()) <= 30
    return block


def indented(heading: str) -> str:
    """The indented lines below a heading."""
    section = DOC.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return "".join(re.findall(r"^    (.*\n)", section, re.MULTILINE))


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the project with the new site's file in it."""
    for part in ("newsspider", "tests/cases", "tests/servers"):
        shutil.copytree(PROJECT / part, tmp_path / part)  # with what is compiled of it
    shared = [f"tests/{path.name}" for path in (PROJECT / "tests").glob("*.py") if not path.name.startswith("test_")]
    for part in ("scrapy.cfg", "pyproject.toml", "tests/test_cases.py", *shared):
        shutil.copy(PROJECT / part, tmp_path / part)
    (tmp_path / "newsspider/sites/daily.py").write_text(rules(), encoding="utf-8")
    return tmp_path


def run(project: Path, script: str, **settings: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=project,
        env={
            **os.environ,
            **{f"NEWSSPIDER_{name}": str(value) for name, value in settings.items()},
            "PYTHONPATH": str(project),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        },
        capture_output=True,
        encoding="utf-8",
        timeout=HUNG,
        check=False,
    )


@pytest.mark.slow
def test_documented_steps_lead_to_a_second_site(project):
    steps = [indented(heading) for heading in ("2. Take one page", "3. Check the case", "4. Crawl")]
    with serving(Daily()) as connect_to:
        port = re.search(r":443:127\.0\.0\.1:(\d+)", connect_to)[1]
        ended = run(
            project,
            "\n".join(steps),
            CONNECT_TO=f"daily.example:443:127.0.0.1:{port}",
            CONTACT="https://example.org/crawler",
            DOWNLOAD_DELAY=0.001,
            REQUISITES="",
            AUTOTHROTTLE_ENABLED=False,
        )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(r"\d+ passed", ended.stdout), ended.stdout
    golden = json.loads((project / "tests/cases/daily/plain/golden.json").read_bytes())
    assert golden["id"] == "daily:2026-01-30/harbour-lights"
    assert (golden["title"], golden["channel"]["name"]) == (STORIES["2026-01-30/harbour-lights"][0], "城市")
    assert golden["published_at"] == "2026-01-30T08:00:00+08:00"
    assert golden["source"]["name"] == "示例日报"
    assert golden["keywords"] == ["民生", "城市"]
    assert golden["body_text"].endswith("活动将持续到下月初。")
    assert golden["copyright_notice"] == "版权声明：未经授权，不得转载。"
    assert golden["provenance"]["warnings"] == ["published_at: printed only to the minute: 2026-01-30 08:00"]
    articles = {article.id: article.title for article in read(project / "archives/daily")}
    assert articles == {f"daily:{story}": title for story, (title, *_) in STORIES.items()}
    assert Collection(project / "archives/daily").warc_files()
    told = run(project, "scrapy history daily:2026-01-29/old-bridge")
    assert (told.returncode, STORIES["2026-01-29/old-bridge"][0] in told.stdout) == (0, True), told.stderr


def test_spider_of_its_own_takes_the_place_of_the_usual_one(project):
    code = OWN_SPIDER + indented("A crawl of its own")
    (project / "newsspider/spiders/daily.py").write_text(code, encoding="utf-8")

    listed = run(project, "scrapy list; scrapy crawl daily -a nonsense=1")

    assert {"daily", "kankanews"} <= {*listed.stdout.split()}
    assert "it takes url, since" in listed.stderr
    found = run(project, "python -c 'from newsspider.spiders import plain; print(hasattr(plain, \"daily\"))'")
    assert found.stdout == "False\n"


@pytest.mark.parametrize(
    ("pattern", "replacement", "said"),
    [
        (r"^SITE = ", "PAGE = ", "newsspider/sites/daily.py: it has no SITE, or one that is no Site; docs"),
        (r"\n\)\n\Z", "\n", "newsspider/sites/daily.py: SyntaxError: '(' was never closed"),
        (r"start_urls=", "starts=", "newsspider/sites/daily.py: TypeError: Site.__init__() got an unexpected keyword"),
        (r"a:last-child", "a:last-chidl", "'.crumbs a:last-chidl', the selector of channel, cannot be read"),
        (r'"daily",', '"dialy",', "newsspider/sites/daily.py: its name is 'dialy', and has to be that of the file"),
        (
            r"daily.example/{}",
            "daily.example/",
            "newsspider/sites/daily.py: articles has 'https://daily.example/.html'",
        ),
        (r"\[a-z0-9-\]", "[a-z0-9-", "newsspider/sites/daily.py: articles['https://daily.example/{}.html'] is"),
    ],
)
def test_file_that_lacks_something_is_told_before_a_crawl(project, pattern, replacement, said):
    file = project / "newsspider/sites/daily.py"
    text, count = re.subn(pattern, replacement, rules(), count=1, flags=re.MULTILINE | re.DOTALL)
    assert count == 1
    file.write_text(text, encoding="utf-8")

    ended = run(project, "scrapy crawl daily")

    assert ended.returncode == 1
    assert said in ended.stderr
