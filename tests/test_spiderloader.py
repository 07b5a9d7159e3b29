"""A spider is found by its name, and only what it needs is imported for that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from newsspider.crawl.spiderloader import SpiderLoader

PROJECT = Path(__file__).parent.parent
ALONE = """
import sys
from scrapy.settings import Settings
from newsspider.crawl.spiderloader import SpiderLoader
settings = Settings({"SPIDER_MODULES": ["newsspider.spiders"]})
assert SpiderLoader.from_settings(settings).load("kankanews").name == "kankanews"
print([name for name in ("newsspider.spiders.anysite", "newsspider.spiders.plain") if name in sys.modules])
"""


@pytest.fixture
def loader() -> SpiderLoader:
    settings = Settings()
    settings.setmodule("newsspider.settings")
    found = get_spider_loader(settings)
    assert isinstance(found, SpiderLoader)
    return found


def test_spider_of_its_own_module_brings_no_other():
    ended = subprocess.run([sys.executable, "-c", ALONE], cwd=PROJECT, capture_output=True, text=True, check=True)

    assert ended.stdout == "[]\n"


def test_all_spiders_are_listed_and_found_by_name_and_host(loader):
    assert {"kankanews", "news", "harbour", "jiangcheng"} <= set(loader.list())
    assert [loader.load(name).name for name in loader.list()] == loader.list()
    assert loader.find_by_request(Request("https://www.kankanews.com/")) == ["kankanews"]


@pytest.mark.parametrize("name", ["nosuch", "articles", "..", "os.path", ""])
def test_name_that_no_spider_has_is_a_key_error(loader, name):
    with pytest.raises(KeyError):
        loader.load(name)
