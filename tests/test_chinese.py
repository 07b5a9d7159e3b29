"""What a Chinese reader sees is Chinese: no English sentence on pages and in the output of commands."""

from __future__ import annotations

import inspect
import re

import pytest

from newsspider.commands import SUMMARIES
from newsspider.record.manifest import Ledger
from newsspider.runs import advice, notice
from newsspider.runs.verdict import Verdict
from newsspider.text.language import speaking
from newsspider.text.templates import render
from tests.prose import Shown, english
from tests.warcs import manifests

CHINESE = {"NEWSSPIDER_UI_LANGUAGE": "zh"}

def test_an_english_sentence_would_be_seen():
    lines = ["文章 abc", "it was not found there", "见 docs/when-the-site-changes.md", "scrapy crawl kankanews"]

    assert english(lines) == ["it was not found there"]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory, scrapy_run_in, demo_site):
    """Run commands over a crawl of the demo site, in Chinese."""
    run = scrapy_run_in(tmp_path_factory.mktemp("chinese"))
    ended = run(
        "crawl", "kankanews", "-s", f"CONNECT_TO={demo_site.connect_to}", "-s", "DOWNLOAD_DELAY=0.001",
        "-s", "AUTOTHROTTLE_ENABLED=False", env=CHINESE,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return run, ended.archive_dir / "kankanews"


def test_reports_are_chinese(crawled):
    _, path = crawled
    pages = [Shown(each.read_text(encoding="utf-8")) for each in sorted((path / "reports").glob("*.html"))]

    assert len(pages) == 2
    assert [page.language for page in pages] == ["zh-CN"] * 2
    assert [english(page.lines) for page in pages] == [[], []]


def test_manifest_and_json_stay_english(crawled):
    run, path = crawled
    (manifest,) = manifests(path)

    assert re.search("[\u4e00-\u9fff]", str({**manifest, "changes": [], "errors": []})) is None
    assert run("runs", "--json", env=CHINESE).stdout == run("runs", "--json").stdout


def test_commands_speak_chinese(crawled, demo_site):
    run, _ = crawled
    story = demo_site.site.expected()[0]
    ended = [
        run(*command, env=CHINESE)
        for command in (
            ("runs",), ("history", "--since", "1d"), ("history", story.url), ("doctor", "kankanews"),
            *((name, "--help") for name in SUMMARIES if name != "fetch"),  # whose options are Scrapy's own
        )
    ]  # fmt: skip

    lines = [line for each in ended for line in each.stdout.splitlines()]
    assert sum("首次收录" in line for line in lines) >= 2
    assert [line for line in english(lines) if story.title not in line and "[Errno" not in line] == []


def test_history_page_and_first_page_of_replay_are_chinese(crawled, demo_site, tmp_path):
    run, _ = crawled
    page = tmp_path / "history.html"
    run("history", demo_site.site.expected()[0].url, "--html", str(page), env=CHINESE)
    with speaking("zh_CN"):
        first = render("browser/playback/page.html", collection="c", path="c", command="newsspider browse c")

    for shown in (Shown(page.read_text(encoding="utf-8")), Shown(first)):
        assert shown.language == "zh-CN"
        assert english(shown.lines) == []


LEDGER = Ledger(
    asked=3, ended=1, outcomes=[], never=["https://a.example/1"], never_count=1, twice=["https://a.example/2"],
    twice_count=1,
)  # fmt: skip
GIVEN = {
    "int": 3, "float": 7.5, "str": "x", "str | None": "https://a.example/", "Ledger": LEDGER, "bool": True,
    "Sequence[str]": ["https://a.example/"], "Iterable[tuple[str, str, str]]": [("title", "0%", "90%")],
}  # fmt: skip
"""A value for each type."""
KINDS = [
    function
    for name, function in inspect.getmembers(advice, inspect.isfunction)
    if function.__annotations__.get("return") == "Advice" and not name.startswith("_")
]


@pytest.mark.parametrize("function", KINDS, ids=lambda function: function.__name__)
def test_verdicts_say_what_happened_whether_records_are_complete_and_what_to_do_in_both_languages(function):
    values = {name: GIVEN[kind] for name, kind in function.__annotations__.items() if name != "return"}
    said = function(**values)
    verdict = Verdict(exit_code=6, reasons=("reason",), advice=(said,))

    told = {}
    for language in ("en", "zh_CN"):
        with speaking(language):
            told[language] = notice.notice(collection="c", spider="s", verdict=verdict, run=None, files={})

    assert told["en"]["advice"][0].count(". ") >= 2
    assert english([told["zh_CN"]["text"]]) == []
    assert told["zh_CN"]["advice"][0].count("。") >= 3
    assert told["zh_CN"]["reasons"] == ["reason"]
