"""What a run costs that finds nothing new: it loads what reads lists and keeps the archive, and no more.

``benchmarks/start.py`` counts its instructions; here is what they would be spent on.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.conftest import PROJECT, serve_demo
from tests.patience import HUNG

if TYPE_CHECKING:
    from pathlib import Path

NOT_NEEDED = {
    "articles": ("parsing.article", "parsing.classes", "parsing.byline", "parsing.dateline", "parsing.maintext"),
    "the state of pages": ("parsing.state", "text.nuxt.reader"),
    "histories": ("history.chronicle", "history.diff"),
    "collections in object storage": ("runs.stored.crawl", "runs.stored.pull"),
    "many sites at once": ("crawl.many",),
    "sites without a file": ("spiders.anysite", "parsing.anypage"),
    "packages, proof, targets of load": ("packages", "proof", "feeds.loading"),
}
"""Modules of the package, by what reads them."""


def test_run_that_finds_nothing_new_loads_nothing_that_is_for_articles(tmp_path: Path):
    with serve_demo("--articles", "3", "--no-redirect") as site:
        settings = {
            "CONNECT_TO": site.connect_to, "ARCHIVE_DIR": tmp_path, "DOWNLOAD_DELAY": 0.001, "REQUISITES": "",
            "AUTOTHROTTLE_ENABLED": 0, "LOG_LEVEL": "ERROR",
        }  # fmt: skip
        options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
        first, second = (
            subprocess.run(
                [sys.executable, "-X", "importtime", "-m", "newsspider.commands", "crawl", "kankanews", *options],
                cwd=PROJECT, capture_output=True, text=True, timeout=HUNG,
            )
            for _ in range(2)
        )  # fmt: skip

    assert (first.returncode, second.returncode) == (0, 0), second.stderr[-2000:]
    assert "parsing.article" in loaded(first)
    assert "parsing.links" in loaded(second)
    assert {why for why, names in NOT_NEEDED.items() if not loaded(second).isdisjoint(names)} == set()


def loaded(done: subprocess.CompletedProcess[str]) -> set[str]:
    """Names of our modules that Python reported as imported."""
    names = (line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {name.removeprefix("newsspider.") for name in names if name.startswith("newsspider.")}


def test_compiled_pages_are_used_until_their_source_changes(tmp_path: Path):
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    without_compiler = """
from jinja2 import Environment
from newsspider.text import templates
Environment.compile = lambda *args, **kwargs: exit("compiled again")
environment = templates._environment()
environment.get_template("runs/index.html")
environment.loader.load_func = lambda name: "changed"
environment.cache.clear()
environment.get_template("runs/index.html")
"""

    kept = subprocess.run(
        [sys.executable, "-m", "newsspider.text.templates"], cwd=PROJECT, env=environment, timeout=HUNG
    )
    used = subprocess.run(
        [sys.executable, "-c", without_compiler],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=HUNG,
    )

    assert kept.returncode == 0
    assert "compiled again" in used.stderr
    assert 'get_template("runs/index.html")' not in used.stderr
