"""``make screenshots``: pictures of the archive browser and of a report for the documents, by Chromium.

They are of a made-up site.

Needs Chromium and fonts for Chinese (fonts-noto-cjk), and the environment of pywb, which `scrapy replay` makes.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import tempfile
import threading
from functools import partial
from pathlib import Path

from newsspider.browser.playback.environment import cache_directory, environment_python
from tests.browser import CHROMIUM, Browser
from tests.browsing import QUICKLY, Changing, browsing, crawled
from tests.conftest import PROJECT, ScrapyResult, serve_demo

IMAGES = Path(__file__).parent.parent / "docs" / "images"
_REPLAYED = "document.body?.innerText.length > 200 && [...document.images].every(each => each.complete)"


def main() -> int:
    if CHROMIUM is None:
        print("make screenshots needs Chromium; on Debian: apt-get install chromium fonts-noto-cjk", file=sys.stderr)
        return 1
    cache = cache_directory(None)
    environment_python(cache, print)
    with tempfile.TemporaryDirectory() as name:
        directory, site = Path(name), Changing(articles=40, hostile=False)
        crawled(partial(_scrapy, directory / "archives"), site, 4)
        IMAGES.mkdir(exist_ok=True)
        with browsing(directory / "archives/kankanews", cache=cache) as browsed, Browser(directory / "p") as browser:
            edited = f"kankanews/kankanews:{site.edited.path.removeprefix('/detail/')}"
            shoot = partial(_shoot, browsed.home, browser)
            browser.do("Emulation.setScrollbarsHidden", hidden=True)
            shoot("browse-search", "/?q=%E5%A4%A9%E6%B0%94", 1000, height=520)
            shoot("browse-article", f"/article/{edited}", 1280, height=720, replayed=True)
            shoot("browse-compare", f"/compare/{edited}?from=1&to=3", 1000, height=540)
            shoot("browse-changes-dark", "/changes", 900, scheme="dark", height=560)
            shoot("browse-phone", f"/article/{edited}", 390, scheme="dark", height=780)
            report = _report_of_a_redesign(directory / "redesigned")
            _shoot("file://", browser, "report", str(report), 1000, height=900)
    return 0


def _report_of_a_redesign(archives: Path) -> Path:
    """Crawl the demo site as it was and after its redesign; return the report of the last run."""
    for options in (("--articles", "40"), ("--articles", "40", "--seed", "3"), ("--articles", "60", "--redesigned")):
        with serve_demo(*options) as site:
            _scrapy(archives, "crawl", "kankanews", "-s", f"CONNECT_TO={site.connect_to}", *QUICKLY)
    return max((archives / "kankanews/reports").glob("2*.html"))


def _scrapy(archives: Path, *arguments: str) -> ScrapyResult:
    ended = subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments], cwd=PROJECT, capture_output=True, encoding="utf-8", check=False,
        env={**os.environ, "NEWSSPIDER_ARCHIVE_DIR": str(archives)},
    )  # fmt: skip
    return ScrapyResult(
        returncode=ended.returncode, stdout=ended.stdout, stderr=ended.stderr, archive_dir=archives
    )


def _shoot(
    home: str, browser: Browser, name: str, path: str, width: int, *, scheme: str = "light",
    height: int, replayed: bool = False,
) -> None:  # fmt: skip
    browser.do("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
    browser.do("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.open(home + path)
    browser.wait("document.readyState === 'complete' && location.href !== 'about:blank'")
    if replayed:
        browser.wait(_REPLAYED, framed=True)
    threading.Event().wait(0.5)  # until it is painted
    picture = base64.b64decode(browser.do("Page.captureScreenshot", format="png")["data"])
    (IMAGES / f"{name}.png").write_bytes(picture)
    print(f"{IMAGES / name}.png: {len(picture) / 1000:.0f} kB")


if __name__ == "__main__":
    sys.exit(main())
