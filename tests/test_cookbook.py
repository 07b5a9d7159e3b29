"""The cookbook's commands, as they stand in the document and in its order, on a site whose articles change."""

from __future__ import annotations

import ast
import fcntl
import importlib.util
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsspider.collection.collection import Collection
from newsspider.demo import pages
from newsspider.demo.site import Site
from newsspider.feeds import runs
from tests.conftest import PROJECT
from tests.patience import HUNG
from tests.servers.changing import ChangingSite, Role, serving
from tests.servers.postgres import binaries, serve_postgres
from tests.servers.spark import SMALL
from tests.warcs import manifests, records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.slow  # Spark, dlt, PostgreSQL and pandas are started

DOC = PROJECT / "docs" / "cookbook.md"
QUICKLY = {"DOWNLOAD_DELAY": "0.001", "AUTOTHROTTLE_ENABLED": "False", "REQUISITES": "", "LOG_LEVEL": "ERROR"}
STORIES = [story for story in Site(articles=60, seed=7).stories if story.kind == "current"][:12]
EDITED, RETITLED = STORIES[:2]
MORE = "这是后来添上的一句。"


def recipes() -> dict[str, str]:
    """Title -> commands, which are what is indented."""
    found = {}
    for section in DOC.read_text(encoding="utf-8").split("\n## ")[1:]:
        title, _, text = section.partition("\n")
        # A blank line within a block belongs to it.
        found[title] = "".join(line[4:] or "\n" for line in re.findall(r"^(?:    .*|)\n", text, re.MULTILINE))
    return found


RECIPES = recipes()


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory) -> Iterator[Callable[..., str]]:
    """A directory in which two runs have been, the second after two articles were changed; runs a recipe in it."""
    directory = tmp_path_factory.mktemp("kitchen")
    shutil.copy(PROJECT / "scrapy.cfg", directory)
    (directory / "spark").mkdir()
    quickly = f"spark.ui.enabled false\nspark.sql.shuffle.partitions 1\nspark.driver.extraJavaOptions {SMALL}\n"
    (directory / "spark" / "spark-defaults.conf").write_text(quickly, encoding="ascii")
    first, *rest = EDITED.paragraphs
    roles = {story.url: Role(story) for story in STORIES}
    roles[EDITED.url] = Role(EDITED, {1: pages.article(replace(EDITED, paragraphs=(first + MORE, *rest)))})
    roles[RETITLED.url] = Role(RETITLED, {1: pages.article(replace(RETITLED, title="另一个标题"))})
    site = ChangingSite(roles, lambda html, _: html)
    with serving(site) as connect_to:
        environment = {
            **os.environ,
            **{f"NEWSSPIDER_{name}": value for name, value in (QUICKLY | {"CONNECT_TO": connect_to}).items()},
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(PROJECT),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_CONF_DIR": str(directory / "spark"),
            "DLT_DATA_DIR": str(directory / "dlt"),  # and not in the home directory
        }

        def cook(script: str, expected: int = 0) -> str:
            ended = subprocess.run(
                ["bash", "-e", "-c", script],
                cwd=directory, env=environment, capture_output=True, encoding="utf-8", timeout=HUNG, check=False,
            )  # fmt: skip
            assert ended.returncode == expected, ended.stdout + ended.stderr
            return ended.stdout

        cook("scrapy crawl kankanews")
        site.act = 1
        cook("scrapy crawl kankanews -a full=1")
        cook.directory = directory
        cook.collection = directory / "archives" / "kankanews"
        yield cook


def needs(*modules: str) -> None:
    for module in modules:
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"needs {module} (tests/requirements-integration.txt)")


def test_every_recipe_has_a_test():
    tests = Path(__file__).read_text(encoding="utf-8")

    assert [title for title in RECIPES if f'RECIPES["{title}"]' not in tests] == []


def test_recipe_duckdb(kitchen):
    said = kitchen(RECIPES["DuckDB over the parts"])

    numbers = [int(number) for number in re.findall(r"│\s+(\d+) │\s+\d+ │", said)]
    channels = {record["channel"]["name"] for record in records(kitchen.collection) if record["channel"]}
    assert 0 < sum(numbers) <= len(STORIES)
    assert any(channel in said for channel in channels)


def test_recipe_pandas(kitchen):
    needs("pandas")
    said = kitchen(RECIPES["pandas"])

    assert re.search(rf"^count +{len(STORIES)}\.0+$", said, re.MULTILINE)


def test_recipe_parquet(kitchen):
    needs("pandas", "pyarrow")
    shutil.rmtree(kitchen.directory / "lake", ignore_errors=True)  # of the recipe for Spark
    said = kitchen(RECIPES["Parquet, for a lake"])

    assert f"{len(STORIES)} new articles, 2 changed" in said
    for story in (EDITED, RETITLED):
        assert re.search(rf"kankanews:{story.page_id} │ +2 │", said)
    assert re.search(r"^published_at +datetime64\[us, UTC\]$", said, re.MULTILINE)


def test_recipe_sqlite(kitchen):
    said = kitchen(RECIPES["SQLite and Datasette"])

    assert f"[('present', {len(STORIES)})]" in said
    assert f"[('{EDITED.title}',)]" in said
    metadata = (kitchen.directory / "metadata.yaml").read_text(encoding="utf-8")
    words, silent = re.findall(r"sql: \|-\n((?: {8,}.*\n)+)", metadata)
    with closing(sqlite3.connect(kitchen.directory / "news.db")) as db:
        words = db.execute(words, {"word": "来添"}).fetchall()
        silent = db.execute(silent).fetchall()
    assert [row[1] for row in words] == [row[2] for row in silent] == [EDITED.title]


def as_script(cells: list[str]) -> str:
    """Put the cells of a notebook one after the other; what the last line of a cell is, is printed."""
    lines = []
    for cell in cells:
        *before, last = ast.parse(cell).body
        shown = f"print({ast.unparse(last)})" if isinstance(last, ast.Expr) else ast.unparse(last)
        lines += [*map(ast.unparse, before), shown]
    return "\n".join(lines)


def test_notebook(kitchen):
    needs("pandas", "matplotlib")
    notebook = json.loads((PROJECT / "docs" / "notebook" / "news.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    (kitchen.directory / "notebook.py").write_text(as_script(cells), encoding="utf-8")
    said = kitchen("scrapy load kankanews --to sqlite:///news.db > /dev/null; MPLBACKEND=Agg python notebook.py")

    assert f"articles: {len(STORIES)} without a time of publication: 0" in said
    assert "silent edits: 1" in said
    assert EDITED.title in said


def test_recipe_postgres(kitchen):
    if (directory := binaries()) is None or shutil.which("psql") is None:
        pytest.skip("needs a PostgreSQL server (postgresql)")
    with serve_postgres(directory) as server:
        script, named = re.subn(r"(?<=^DB=)\S+", server.address(), RECIPES["PostgreSQL"], flags=re.MULTILINE)
        said = kitchen(script)

    assert named == 1
    assert said.count("(5 rows)") == 2
    assert said.count(f"kankanews:{EDITED.page_id} ") in (2, 3)  # two versions, and perhaps among the newest five
    assert said.count(MORE) == 1


def test_recipe_alert(kitchen):
    said = kitchen(RECIPES["An alert on an edit"])

    assert sorted(re.findall(r"^(\w+): https://\S+/(\w+)$", said, re.MULTILINE)) == sorted(
        [("silently_edited", EDITED.page_id), ("headline_changed", RETITLED.page_id)]
    )
    assert f"title: {RETITLED.title} -> 另一个标题" in said
    assert (kitchen.directory / "alerts.txt").read_text(encoding="utf-8") == said
    assert kitchen("python alert.py cat") == ""
    (kitchen.directory / "alerted.txt").unlink()
    kitchen("python alert.py false 2> /dev/null", expected=1)
    assert kitchen("python alert.py cat") == said


def test_recipe_nightly_wacz(kitchen):
    said = kitchen(RECIPES["A nightly WACZ"])

    assert "2 runs" in said
    assert [path.name for path in kitchen.directory.glob("*.wacz")] == [f"kankanews-{datetime.now(UTC):%Y-%m-%d}.wacz"]


def test_recipe_hand_over(kitchen):
    said = kitchen(RECIPES["Hand-over to cron or a scheduler"])

    told = json.loads(said.splitlines()[-1])
    manifest = manifests(kitchen.collection)[-1]
    assert (told["run"], told["state"], told["exit_code"]) == (manifest["run"], "complete", 0)
    with Collection(kitchen.collection).lock_path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kitchen("sh hourly.sh 2> /dev/null", expected=75)


def test_recipe_airflow(kitchen):
    kitchen(RECIPES["Airflow"])


def test_recipe_spark(kitchen):
    needs("pyspark", "pyarrow")
    if shutil.which("java") is None:
        pytest.skip("needs a Java runtime")
    kitchen("scrapy load kankanews --to parquet:lake")
    said = kitchen(RECIPES["Spark"])

    assert f"{len(STORIES)} articles in " in said
    assert "count(1)" in said


def test_recipe_dlt(kitchen):
    needs("dlt")
    said = kitchen(RECIPES["dlt into DuckDB"])

    assert re.findall(r"^(\d+) records$", said, re.MULTILINE) == [str(len(records(kitchen.collection))), "0"]
    assert re.search(rf"│ +{len(STORIES)} │", said)


def test_recipe_kafka(kitchen):
    said = kitchen(RECIPES["Kafka"])

    told = [int(number) for number in re.findall(r"(\d+) messages", said)]
    assert sum(told) == len(records(kitchen.collection))
    spec = importlib.util.spec_from_file_location("to_kafka", kitchen.directory / "to_kafka.py")
    to_kafka = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(to_kafka)
    run = list(runs(kitchen.collection))[-1]
    lines = b"".join((run.directory / part["name"]).read_bytes() for part in run.manifest["parts"]).splitlines()
    assert [value for _, value in to_kafka.messages(run)] == lines
    assert [key.decode() for key, _ in to_kafka.messages(run)] == [json.loads(line)["id"] for line in lines]
