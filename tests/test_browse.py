"""`scrapy browse` over what real crawls archived, asked by programs and by Chromium."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode
from urllib.request import urlopen

import pytest
from warcio.archiveiterator import ArchiveIterator

from newsspider.browser.playback.environment import EnvironmentNotMadeError, environment_python
from newsspider.demo.stories import BASE
from tests.browsing import HOSTILE, Browsed, Changing, browsing, crawled
from tests.patience import HUNG
from tests.prose import Shown, english
from tests.servers import axe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.demo.stories import Story

SITE = Changing()
SAID = re.compile(r"<[^>]+>")


@pytest.fixture(scope="module")
def collection(scrapy_run_in, tmp_path_factory) -> Path:
    """Four crawls of a site: one text changes twice, a headline once, one article goes, one comes back."""
    directory = tmp_path_factory.mktemp("browse")
    crawled(scrapy_run_in(directory), SITE, 4)
    return directory / "archives" / "kankanews"


@pytest.fixture(scope="module")
def cache(request) -> Path:
    """Where the environment of pywb is, or will be."""
    return Path(request.config.cache.mkdir("replay"))


@pytest.fixture(scope="module")
def pywb(cache) -> Path:
    """The same, once it is made, here or by the tests of replay."""
    try:
        environment_python(cache, print)
    except EnvironmentNotMadeError as error:
        pytest.skip(f"pywb is not here, and the package index does not give it: {error}")
    return cache


@pytest.fixture(scope="module")
def browsed(collection, cache) -> Iterator[Browsed]:
    with browsing(collection, cache=cache) as running:
        yield running


def id_of(story: Story) -> str:
    return f"kankanews:{story.path.removeprefix('/detail/')}"


def article(story: Story, page: str = "article", **asked: object) -> str:
    query = f"?{urlencode(asked)}" if asked else ""
    return f"/{page}/kankanews/{id_of(story)}{query}"


def searched(q: str, **asked: object) -> str:
    return "/?" + urlencode({"q": q, **asked})


def titles(html: str) -> list[str]:
    return [SAID.sub("", each) for each in re.findall(r"<h2><a [^>]*>(.*?)</a></h2>", html)]


# ------------------------------------------------------------------------------------------------- search


@pytest.mark.parametrize("length", [1, 2, 3, 7])
def test_a_chinese_word_of_any_length_is_found(browsed, length):
    word = SITE.gone.paragraphs[1].lstrip("“")[:length]

    html = browsed.text(searched(word))

    having = {story.title for story in SITE.expected() if word in story.title + "".join(story.paragraphs)}
    assert SITE.gone.title in titles(html)
    assert set(titles(html)) >= having - {SITE.renamed.title, SITE.hostile.title, SITE.edited.title}
    assert f"<mark>{word}</mark>" in html


def test_filters_narrow_the_list_and_the_address_keeps_them(browsed):
    channel = SITE.gone.channel
    of_channel = {story.title for story in SITE.expected() if story.channel == channel}

    html = browsed.text(searched("", channel=channel.name, since="2026-11-01"))

    assert set(titles(html)) <= of_channel | {"更正：" + SITE.renamed.title, HOSTILE.replace("\u202e", "\\u202e")}
    assert f'value="{channel.name}"' in html
    assert titles(browsed.text(searched("", gone=1))) == [SITE.gone.title]
    assert titles(browsed.text(searched("", changed=1))) == [SITE.edited.title, "更正：" + SITE.renamed.title]
    assert titles(browsed.text(searched(id_of(SITE.back)))) == [SITE.back.title]
    assert titles(browsed.text(searched(SITE.back.url))) == [SITE.back.title]
    assert titles(browsed.text(searched("", until="2001-01-01"))) == []


def test_a_word_that_an_article_no_longer_has_is_found_in_its_earlier_version(browsed):
    removed = SITE.edited.paragraphs[-1][:12]

    assert SITE.edited.title not in titles(browsed.text(searched(f'"{removed}"')))
    html = browsed.text(searched(f'"{removed}"', earlier=1))
    assert titles(html).count(SITE.edited.title) == 2
    assert "version 2 of 3" in html


def test_what_makes_no_sense_in_an_address_is_said(browsed):
    html = browsed.text(searched("…", since="yesterday", page="-7", order="price"))

    assert "There is no letter or digit to look for" in html
    assert "The first day is not a date" in html
    assert len(titles(html)) == len(SITE.expected())


# ------------------------------------------------------------------------------------------------- an article


def test_an_article_shows_what_happened_to_it(browsed):
    edited, gone, back = (browsed.text(article(each)) for each in (SITE.edited, SITE.gone, SITE.back))

    assert re.findall(r"· (silently edited|published|version \d)</h3>", edited) == [
        "silently edited", "version 3", "silently edited", "version 2", "published", "version 1",
    ]  # fmt: skip
    assert '<span class="badge bad">gone</span>' in gone
    assert '<span class="badge good">restored</span>' in back
    assert "the site answers that there is no such page (404)" in gone


def test_any_two_versions_are_compared(browsed):
    one = browsed.text(article(SITE.edited, "compare", **{"from": 1, "to": 2}))
    both = browsed.text(article(SITE.edited, "compare", **{"from": 1, "to": 3}))
    none = browsed.text(article(SITE.edited, "compare", **{"from": 3, "to": 3}))
    headline = browsed.text(article(SITE.renamed, "compare"))

    assert "<ins>据市民反映，</ins>" in one
    assert "<del>" not in one.partition("removed</del>")[2]
    assert "（本段已删去）" in both
    assert "The two say the same" in none
    assert "<ins>更正：</ins>" in headline
    assert browsed.get(article(SITE.edited, "compare", **{"from": 9, "to": 3})).status == 404


def test_an_earlier_version_is_read_and_says_that_it_is_one(browsed):
    html = browsed.text(article(SITE.edited, v=1))

    assert "This is version 1 of 3." in html
    assert "据市民反映" not in html
    assert browsed.get(article(SITE.edited, v=4)).status == 404


def test_a_citation_names_title_address_time_hash_and_records(browsed):
    record = json.loads(browsed.get(article(SITE.gone, "record")).body)
    text = browsed.text(article(SITE.gone, "cite", format="text"))
    bibtex = browsed.text(article(SITE.gone, "cite", format="bibtex"))
    (csl,) = json.loads(browsed.text(article(SITE.gone, "cite", format="csl")))

    needed = [
        SITE.gone.title, SITE.gone.url, record["content_hash"].removeprefix("sha256:"), record["id"],
        record["archive"]["record_id"], record["fetched_at"][:19],
    ]  # fmt: skip
    assert [each for each in needed if each not in text] == []
    assert [each for each in needed if each not in bibtex] == []
    assert csl["title"] == SITE.gone.title
    assert csl["URL"] == SITE.gone.url
    assert csl["issued"]["date-parts"] == [[SITE.gone.published_at.year, SITE.gone.published_at.month,
                                            SITE.gone.published_at.day]]  # fmt: skip
    assert csl["archive_location"] == record["archive"]["record_id"]


def test_what_is_downloaded_is_what_lies_in_the_collection(browsed, collection, tmp_path):
    record = browsed.get(article(SITE.gone, "record"))
    said = json.loads(record.body)
    warc = browsed.get(article(SITE.gone, "warc"))
    package = browsed.get(article(SITE.gone, "wacz"))

    lines = [line for part in collection.glob("items/*/part-*.jsonl") for line in part.read_bytes().splitlines(True)]
    assert record.body in lines
    (tmp_path / "one.warc.gz").write_bytes(warc.body)
    with (tmp_path / "one.warc.gz").open("rb") as file:
        (only,) = ArchiveIterator(file)
        assert only.rec_headers["WARC-Record-ID"] == f"<{said['archive']['record_id']}>"
    assert 'filename="kankanews-' in package.headers["Content-Disposition"]
    (tmp_path / "one.wacz").write_bytes(package.body)


def test_the_package_of_an_article_holds_its_page_and_pictures_and_is_a_wacz(browsed, scrapy_run, tmp_path):
    (tmp_path / "one.wacz").write_bytes(browsed.get(article(SITE.edited, "wacz")).body)

    verified = scrapy_run("verify", str(tmp_path / "one.wacz"))
    read = scrapy_run("extract", str(tmp_path / "one.wacz"), "--site", "kankanews", "--to", str(tmp_path / "out"))

    assert verified.returncode == 0, verified.stdout
    assert read.returncode == 0, read.stderr
    lines = (tmp_path / "out" / "part-00001.jsonl").read_text(encoding="utf-8").splitlines()
    (record,) = map(json.loads, lines)
    assert record["title"] == SITE.edited.title


def test_pictures_come_out_of_the_archive(browsed):
    html = browsed.text(article(SITE.edited))
    (first, *_) = re.findall(r'<img src="([^"]+)"', html)

    picture = browsed.get(first.replace("&amp;", "&"))

    assert picture.status == 200
    assert picture.headers["Content-Type"] == "image/png"
    assert picture.body.startswith(b"\x89PNG")
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert browsed.get(article(SITE.edited, "picture", n=99)).status == 404


def test_verify_now_proves_a_record_and_says_what_that_proves(browsed):
    html = browsed.get(article(SITE.edited, "verify"), method="POST").text

    assert "The record is what its page says" in html
    assert "What it does not prove" in html
    assert browsed.get(article(SITE.edited, "verify")).status == 404


# ------------------------------------------------------------------------------------------------- runs, changes


def test_changes_since_a_day(browsed):
    html = browsed.text("/changes?since=1d")
    silly = browsed.text("/changes?since=soon")

    assert "2 silently edited" in html
    assert "2 gone" in html
    assert "<ins>据市民反映，</ins>" in html
    assert "soon is neither a span nor a date" in silly


def test_runs_and_their_reports_lead_to_the_articles(browsed, collection):
    runs = sorted(path.stem for path in collection.glob("runs/*.json"))
    html = browsed.text("/runs")
    assert re.findall(r'href="/run/kankanews/([^"]+)"', html) == runs[::-1]

    report = browsed.text(f"/run/kankanews/{runs[1]}")

    assert f'href="{article(SITE.edited)}"' in report
    assert f'href="{BASE}' not in report
    assert browsed.get("/run/kankanews/none").status == 404
    assert "published_at" in browsed.text("/fields")


# ------------------------------------------------------------------------------------------------- walls


def test_only_this_machine_and_its_own_pages_are_answered(browsed):
    path = article(SITE.edited, "verify")

    assert browsed.get("/", Host="rebound.example").status == 403
    assert browsed.get("/", Host=f"localhost:{browsed.port}").status == 200
    assert browsed.get(path, "POST", Origin="https://evil.example").status == 403
    assert browsed.get(path, "POST", Origin="null").status == 403
    assert browsed.get(path, "POST", Sec_Fetch_Site="cross-site").status == 403
    assert browsed.get(path, "POST", Origin=browsed.home, Sec_Fetch_Site="same-origin").status == 200
    assert browsed.get("/", Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="document").status == 200
    assert browsed.get("/", Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="image").status == 403
    assert browsed.get("/", "PUT").status == 405
    assert browsed.get("/none").status == 404
    for answer in (browsed.get("/"), browsed.get("/style.css"), browsed.get("/none")):
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_no_page_needs_a_script_or_another_server(browsed):
    for path in ("/", article(SITE.edited), article(SITE.edited, "compare"), "/runs", "/changes", "/fields"):
        html = browsed.text(path)
        assert "<script" not in html
        assert re.findall(r'(?:src|action)="(?!/)', html) == []


def test_a_hostile_title_and_text_are_text(browsed):
    for path in (searched("敌意"), article(SITE.hostile), article(SITE.hostile, "cite", format="csl")):
        html = browsed.text(path)
        assert "\u202e" not in html
        if not path.startswith("/cite"):
            assert "<img src=x" not in html
            assert "&lt;img src=x onerror" in html


def test_the_pages_are_in_the_language_that_the_browser_asks_for(browsed):
    story = SITE.edited
    paths = ("/", article(story), article(story, "compare"), "/runs", "/changes?since=1d", "/fields", "/none")
    pages = [Shown(browsed.get(path, Accept_Language="zh-CN,zh;q=0.9").text) for path in paths]
    (run, *_) = re.findall(r'href="(/run/kankanews/[^"]+)"', browsed.text("/runs"))
    pages.append(Shown(browsed.get(run, Accept_Language="zh-CN").text))

    assert {page.language for page in pages} == {"zh-CN"}
    citations = [line for page in pages for line in english(page.lines) if story.title in line]
    assert [line for page in pages for line in english(page.lines) if line not in citations] == []
    assert "搜索" in pages[0].lines


# ------------------------------------------------------------------------------------------------- in a browser


def test_a_reader_searches_reads_compares_and_verifies(browsed, browser):
    browser.outside.clear()
    browser.open(browsed.home + "/")
    browser.wait("!!document.querySelector('#q')")
    browser.evaluate(f"document.querySelector('#q').value = '{SITE.edited.title[:6]}'; "
                     "document.querySelector('form').submit()")  # fmt: skip
    browser.wait("!!document.querySelector('mark')")
    browser.evaluate(f"Array.from(document.querySelectorAll('h2 a')).find(a => a.textContent == '{SITE.edited.title}')"
                     ".click()")  # fmt: skip
    browser.wait("!!document.querySelector('#timeline')")
    browser.evaluate("document.querySelector('#timeline form button').click()")
    browser.wait("!!document.querySelector('ins')")
    browser.open(browsed.home + article(SITE.edited))
    browser.wait("!!document.querySelector('#proof button')")
    browser.evaluate("document.querySelector('#proof button').click()")
    browser.wait("!!document.querySelector('.verdict.good')")

    assert browser.outside == []


@pytest.mark.slow
def test_the_page_is_replayed_beside_the_text(browsed, browser, pywb):
    browser.outside.clear()
    browser.open(browsed.home + article(SITE.back))
    browser.wait("!!document.querySelector('iframe')")

    shown = browser.wait(f"document.body?.innerText.includes('{SITE.back.title}')", 60, framed=True)

    assert shown
    assert browser.outside == []


@pytest.mark.parametrize("name", ["handed", "新闻", "hand over"])
def test_a_package_is_browsed_and_replayed_as_its_collection(collection, pywb, scrapy_run_in, name):
    package = collection.parent.parent / f"{name}.wacz"
    packed = scrapy_run_in(collection.parent.parent)("pack", "kankanews", "-o", str(package))
    assert packed.returncode == 0, packed.stderr

    with browsing(package, cache=pywb) as running:
        html = running.text(article(SITE.edited).replace("/kankanews/", f"/{quote(name)}/", 1))
        compared = running.text(f"/compare/{quote(name)}/{id_of(SITE.edited)}?from=1&to=2")
        (frame,) = re.findall(r'<iframe [^>]*src="([^"]+)"', html)
        with urlopen(running.get(frame).headers["Location"], timeout=HUNG) as replayed:
            page, policy = replayed.read().decode(), replayed.headers["Content-Security-Policy"]

    assert policy.endswith("; sandbox allow-scripts allow-forms")
    assert "<ins>据市民反映，</ins>" in compared
    assert SITE.edited.title in page


def test_nothing_hostile_runs_in_a_browser(browsed, browser):
    browser.open(browsed.home + article(SITE.hostile))
    browser.wait("!!document.querySelector('#cite')")

    assert "onerror" in browser.evaluate("document.querySelector('h1').textContent")
    assert browser.evaluate("document.querySelectorAll('[onerror], [onload], [onclick]').length") == 0
    captured = f"[...document.images].every(each => each.src.startsWith({json.dumps(browsed.home)} + '/picture/'))"
    assert browser.evaluate(captured) is True
    assert browser.evaluate("document.title") != "run"


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (800, "dark"), (1280, "light")])
def test_every_page_is_accessible_and_fits_its_width(browsed, browser, collection, width, scheme):
    if not axe.PACKAGE.exists():
        pytest.skip(f"axe-core is not here: {axe.FETCH}")
    script = axe.script()
    run = min(path.stem for path in collection.glob("runs/*.json"))
    browser.do("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False)
    browser.do("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    try:
        for path in (
            searched("天气", changed=""), searched("无此词", site="x"), article(SITE.edited), article(SITE.edited, v=1),
            article(SITE.edited, "compare", **{"from": 1, "to": 3}), "/runs", f"/run/kankanews/{run}", "/changes",
            "/fields", "/none",
        ):  # fmt: skip
            browser.open(browsed.home + path)
            browser.wait(f"document.readyState == 'complete' && location.href.endsWith({json.dumps(_quoted(path))})")
            assert axe.violations(browser, script) == [], path
            assert browser.evaluate("document.documentElement.scrollWidth") <= width, path
    finally:
        browser.do("Emulation.clearDeviceMetricsOverride")
        browser.do("Emulation.setEmulatedMedia", features=[])


def _quoted(path: str) -> str:
    return quote(path, safe="/?=&%:,+")
