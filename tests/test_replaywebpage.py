"""A package in ReplayWeb.page, in Chromium, with no network: pages listed, found by their text, read, and proven."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from newsspider.collection.collection import Collection
from newsspider.packages.keys import make_key
from newsspider.packages.packing import pack
from tests.browser import CHROMIUM, Browser
from tests.package_mutations import Packed, signed_data
from tests.servers.replaywebpage import FETCH, PACKAGE, ReplayWebPage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow  # Chromium is started

QUICKLY = ("-s", "DOWNLOAD_DELAY=0.01", "-s", "AUTOTHROTTLE_ENABLED=False")

# Its interface is made of shadow roots within shadow roots, and the page is in a frame within.
_ALL = """
window.all = (selector) => {
    const found = [];
    const walk = (root) => {
        found.push(...root.querySelectorAll(selector));
        for (const each of root.querySelectorAll('*')) {
            if (each.shadowRoot) walk(each.shadowRoot);
            if (each.tagName === 'IFRAME' && each.contentDocument) walk(each.contentDocument);
        }
    };
    walk(document);
    return found;
}; true
"""
_SEARCH = """
(() => {
    const field = all('input[placeholder^="Search by Page"]')[0];
    field.value = %s;
    field.dispatchEvent(new Event('input', {bubbles: true}));
    return true;
})()
"""
_LISTED = "all('wr-page-entry').map(entry => entry.page.title)"


@pytest.fixture(scope="module")
def package(demo_site, scrapy_run_in, tmp_path_factory) -> Path:
    """The whole demo site, signed."""
    directory = tmp_path_factory.mktemp("replaywebpage")
    connect = ("-s", f"CONNECT_TO={demo_site.connect_to}")
    run = scrapy_run_in(directory)("crawl", "kankanews", *connect, *QUICKLY)
    assert run.returncode == 0, run.stderr
    collection = Collection(run.archive_dir / "kankanews")
    key = make_key(directory / "key.pem")
    return pack(collection, directory / "site.wacz", since=None, run=None, key=key, now=datetime.now(UTC)).path


@pytest.fixture(scope="module")
def replay() -> Iterator[ReplayWebPage]:
    if not PACKAGE.exists():
        pytest.skip(f"ReplayWeb.page is not here; fetch it with: {FETCH}")
    with ReplayWebPage() as running:
        yield running


@pytest.fixture(scope="module")
def browser(replay, tmp_path_factory) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here; on Debian: apt-get install chromium")
    with Browser(tmp_path_factory.mktemp("browser") / "profile") as running:
        yield running


def opened(browser: Browser, replay: ReplayWebPage, package: Path) -> None:
    """Open a package, and wait until its pages are listed and can be searched."""
    browser.open(replay.opening(package))
    browser.wait(_ALL)
    browser.wait("all('wr-page-entry').length > 0")
    browser.wait("all('wr-page-view')[0].flex !== null && !all('wr-page-view')[0].updatingSearch")


def found(browser: Browser, words: str) -> set[str]:
    """The titles of what a search finds."""
    browser.evaluate(_SEARCH % json.dumps(words))
    browser.wait(f"all('wr-page-view')[0].query === {json.dumps(words)}")
    return set(browser.wait(f"new Promise(later => setTimeout(() => later({_LISTED}), 300))") or [])


def test_pages_are_listed_with_their_titles(browser, replay, package, demo_site):
    opened(browser, replay, package)

    assert set(browser.evaluate(_LISTED)) == {story.title for story in demo_site.site.expected()}
    assert browser.outside == []


def test_chinese_is_found_in_the_text(browser, replay, package, demo_site):
    opened(browser, replay, package)
    stories = demo_site.site.expected()

    for words in ("居民", "留言簿", "气象部门"):
        holding = {story.title for story in stories if any(words in each for each in (story.title, *story.paragraphs))}
        listed = found(browser, words)
        assert holding
        assert listed <= holding
        assert len(listed) == min(len(holding), 25)  # it shows no more


def test_part_of_a_title_is_found_and_a_longer_phrase_by_a_space_in_it(browser, replay, package, demo_site):
    opened(browser, replay, package)
    story = next(story for story in demo_site.site.expected() if len(story.title.split("：")[-1]) > 6)
    sentence = max("".join(story.paragraphs).replace("，", "。").split("。"), key=len)
    middle = sentence[1:8]

    assert story.title in found(browser, story.title.split("：")[-1][1:6])
    assert story.title in found(browser, f"{middle[:4]} {middle[4:]}")


def test_article_is_read_with_its_pictures_and_nothing_is_asked_outside(browser, replay, package, demo_site):
    opened(browser, replay, package)
    story = next(story for story in demo_site.site.expected() if story.kind == "current" and story.pictures)

    assert found(browser, story.title)
    browser.evaluate(
        f"all('wr-page-entry').find(each => each.page.title === {json.dumps(story.title)})"
        ".shadowRoot.querySelector('a').click()"
    )

    assert browser.wait(f"all('h1').some(each => each.innerText.trim() === {json.dumps(story.title)})")
    shown = browser.evaluate("all('h1').map(each => each.ownerDocument.body.innerText).join('')")
    for paragraph in story.paragraphs:
        assert paragraph in shown
    assert browser.wait("all('h1 ~ * img, article img, main img').some(each => each.naturalWidth > 1)")
    assert browser.outside == []


_SIGNATURES = """
(async () => {
    const kept = (request) => new Promise((keep, fail) => {
        request.onsuccess = () => keep(request.result);
        request.onerror = fail;
    });
    const found = [];
    for (const {name} of await indexedDB.databases()) {
        const database = await kept(indexedDB.open(name));
        if (database.objectStoreNames.contains('verification')) {
            const store = database.transaction('verification').objectStore('verification');
            found.push((await kept(store.get('signature')))?.matched);
        }
        database.close();
    }
    return found.sort();
})()
"""


def test_signature_holds_for_it_too_and_a_forged_one_does_not(replay, package, tmp_path):
    if CHROMIUM is None:
        pytest.skip("no Chromium here; on Debian: apt-get install chromium")
    forged = Packed(shutil.copyfile(package, tmp_path / "forged.wacz"), package)
    signature = json.loads(forged.members()["datapackage-digest.json"])["signedData"]["signature"]
    signed_data(forged, signature="AAAA" + signature[4:])

    with Browser(tmp_path / "profile") as browser:
        opened(browser, replay, package)
        assert browser.evaluate(_SIGNATURES) == [True]
        opened(browser, replay, forged.path)
        assert browser.evaluate(_SIGNATURES) == [False, True]
