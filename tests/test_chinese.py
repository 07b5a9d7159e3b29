"""What a Chinese reader sees is Chinese: no English sentence on pages and in the output of commands."""

from __future__ import annotations

import ast
import inspect
import pickle
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.pofile import read_po

import newsspider
from newsspider.commands import SUMMARIES
from newsspider.errors import NewsspiderError
from newsspider.proof.findings import KINDS as FINDING_KINDS
from newsspider.record.manifest import RequestOutcomes
from newsspider.runs import advice, notice
from newsspider.runs.verdict import Verdict
from newsspider.sites import SiteNotFoundError
from newsspider.text.language import speaking
from newsspider.text.templates import render
from tests.prose import QUOTED, Shown, english
from tests.warcs import manifests

if TYPE_CHECKING:
    from babel.messages.catalog import Message

PACKAGE = Path(newsspider.__file__).parent
LOGGED = re.compile(r"\d{4}-\d\d-\d\d .*\[scrapy\.")
HAN = "[\u4e00-\u9fff]"
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
            *((name, "--help") for name in SUMMARIES),
        )
    ]  # fmt: skip

    lines = [line for each in ended for line in each.stdout.splitlines()]
    assert sum("首次收录" in line for line in lines) >= 2
    assert [line for line in english(lines) if story.title not in line and "[Errno" not in line] == []


NOTHING_OF_IT = "https://www.kankanews.com/detail/nothing0here"
MISTAKES = (
    "crawl", "crawl kankanew", "crawl kankanews --since", "crawl kankanews --since yesterday",
    "crawl kankanews --limit 0", "crawl kankanews --full --at 1d", "crawl kankanews -a full=2",
    "crawl kankanews -a x=1",
    "crawl kankanews --url https://other.example/x", "crawl kankanews --url https://www.kankanews.com/k24",
    "crawl kankanews --archive nothere", "crawl kankanews -s CONTCAT=x", "crawl kankanews -s UI_LANGUAGE=fr",
    "crawl kankanews", "crawl kankanews --limit zero", "crawl kankanews --url nonsense", "crawl news --site nonsense",
    "crawl kankanews -s PART_ITEMS=x", "crawl kankanews -s DOWNLOAD_DELAY=x", "crawl kankanews -s LOG_LEVEL=warn",
    "crawl kankanews -s CONNECT_TO=x", "crawl kankanews --collection s3:", "crawl --sites nothere --shard 0/2",
    "verify kankanews --jobs 0", "verify kankanews --engine nope", "export kankanews --columns nope --format csv",
    "load kankanews --to sqlite:", "load kankanews --to parquet:", "pack kankanews --sign nothere",
    "runs --pidfile nothere/p", "crawl kankanews --nolgo", "crawl --sites x kankanews", "crawl kankanews -a x",
    "verify", "verify nothere", "verify kankanews --head 1", "pack", "pack kankanew", "pack kankanews --since foo",
    "load", "load kankanews --to mysql://host/db", "load bad.wacz --to sqlite:///a.db", "load nothere --to parquet:a",
    "export", "export kankanews --format json-ld", "export kankanews --format ninjs --columns title",
    "browse nothere", "browse bad.jsonl",
    "crawl news", "browse --port 99999", "replay bad.wacz", "replay --port x", "runs nothere", "runs -n 0",
    "history", "history foo", f"history {NOTHING_OF_IT}", "history --since foo", "index nothere", "extract",
    "extract nothere --to y", "fetch", "fetch foo", "schema x", "completion tcsh", "demo x", "demo --articles 0",
    "doctor x", "newsite", "savefixture", "genspider a b",
)  # fmt: skip


def test_mistakes_are_answered_in_chinese(crawled, tmp_path):
    run, _ = crawled
    for name in ("bad.wacz", "bad.jsonl"):
        (tmp_path / name).write_text("nothing of ours", encoding="utf-8")

    for mistake in MISTAKES:
        ended = run(*(str(tmp_path / part) if "bad." in part else part for part in mistake.split()), env=CHINESE)

        assert ended.returncode not in (0, 3, 4), mistake
        assert re.search(HAN, ended.stderr), f"{mistake}: {ended.stderr}"
        assert english(line for line in ended.stderr.splitlines() if not LOGGED.match(line)) == [], mistake


def calls(path: Path, *names: str) -> list[ast.Call]:
    """The calls in a module of what is called so, or of a method that is."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [
        node
        for node in nodes
        if isinstance(node, ast.Call) and (getattr(node.func, "id", None) or getattr(node.func, "attr", None)) in names
    ]


WRITTEN_IN_PLACE = (ast.JoinedStr, ast.BinOp, ast.Constant)
"""A text that is put together where it is handed on, so that no catalogue can have it."""


def test_no_finding_lacks_a_translation():
    """A problem is a sentence of the catalogues wherever verification reports one, and so is every remedy."""
    modules = sorted((PACKAGE / "proof").glob("*.py"))
    problems = [
        (path.name, call.lineno, call.args[2])
        for path in modules
        for call in calls(path, "fault", "warn", "_fault")
        if len(call.args) > 2
    ]
    with (PACKAGE / "text/locale/zh_CN/LC_MESSAGES/newsspider.po").open("rb") as file:
        known = read_po(file)

    assert len(problems) > 60
    assert [(name, line) for name, line, problem in problems if isinstance(problem, WRITTEN_IN_PLACE)] == []
    assert [kind for kind, each in FINDING_KINDS.items() if not known.get(each.remedy).string] == []


def test_texts_of_messages_are_in_the_catalogues_as_they_stand():
    texts = [
        (path, call.lineno, call.args[0])
        for path in sorted(PACKAGE.rglob("*.py"))
        for call in calls(path, "message", "messages", "_", "ngettext", "N_")
        if call.args
    ]

    assert len(texts) > 700
    assert [(path.name, line) for path, line, text in texts if isinstance(text, WRITTEN_IN_PLACE[:2])] == []


def test_verification_of_a_damaged_collection_speaks_chinese(crawled, tmp_path):
    run, path = crawled
    damaged = Path(shutil.copytree(path, tmp_path / "kankanews"))
    warc = min((damaged / "archive").glob("*.warc.gz"))
    data = bytearray(warc.read_bytes())
    data[len(data) // 2] ^= 1
    warc.write_bytes(data)
    (damaged / "indexes" / "index.cdxj").write_bytes(b"nothing of it\n")
    (part,) = (damaged / "items").glob("*/part-00001.jsonl")
    part.write_bytes(part.read_bytes().replace(b'"title":"', b'"title":"x', 1))

    told, english_one = (run("verify", str(damaged), env=env).stdout for env in (CHINESE, {}))
    as_json = [run("verify", str(damaged), "--json", env=env).stdout for env in (CHINESE, {})]

    assert english([QUOTED.sub("·", line) for line in told.splitlines()]) == []
    assert len(english([QUOTED.sub("·", line) for line in english_one.splitlines()])) > 5
    assert told.count("故障：") == english_one.count("fault: ") > 5
    assert as_json[0] == as_json[1]


def test_errors_stay_english_for_programs_whatever_their_reader_speaks():
    error = SiteNotFoundError("kankanew")

    with speaking("zh_CN"):
        assert str(error).startswith("no site is called 'kankanew'; choose from: ")
        assert str(error).endswith("; did you mean kankanews?")
        assert error.localized().startswith("没有名为 'kankanew' 的站点")
        assert str(pickle.loads(pickle.dumps(NewsspiderError(error.args[0])))) == str(error)


HALF_WIDTH = re.compile(rf"{HAN}[,;:?!()]|[,;:?!()]{HAN}|{HAN}\.(?=\s|$)|[\uff0c\u3002\uff1b\uff1a\uff1f\uff01] ")
DOUBLED = re.compile(rf"({HAN}{{2,}}[\uff1a:]) *\1")


def test_chinese_texts_have_the_punctuation_of_chinese_and_no_label_twice():
    with (PACKAGE / "text/locale/zh_CN/LC_MESSAGES/newsspider.po").open("rb") as file:
        texts = [each for message in read_po(file) if message.id for each in strings(message)]

    assert len(texts) > 600
    assert [text for text in texts if HALF_WIDTH.search(text) or DOUBLED.search(text)] == []


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def test_history_page_and_first_page_of_replay_are_chinese(crawled, demo_site, tmp_path):
    run, _ = crawled
    page = tmp_path / "history.html"
    run("history", demo_site.site.expected()[0].url, "--html", str(page), env=CHINESE)
    with speaking("zh_CN"):
        first = render("browser/playback/page.html", collection="c", path="c", command="newsspider browse c")

    for shown in (Shown(page.read_text(encoding="utf-8")), Shown(first)):
        assert shown.language == "zh-CN"
        assert english(shown.lines) == []


LEDGER = RequestOutcomes(
    asked=3, ended=1, outcomes=[], never=["https://a.example/1"], never_count=1, twice=["https://a.example/2"],
    twice_count=1,
)  # fmt: skip
GIVEN = {
    "int": 3, "float": 7.5, "str": "x", "str | None": "https://a.example/", "RequestOutcomes": LEDGER, "bool": True,
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
