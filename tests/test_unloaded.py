"""What is switched off is not loaded, and what is switched on is there."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from newsspider.crawl.unloaded import COMPONENTS, DisabledComponents


@pytest.mark.parametrize("switch", COMPONENTS)
@pytest.mark.parametrize("value", ["1", "0"])
def test_component_follows_its_switch(monkeypatch, switch, value):
    components, component = COMPONENTS[switch]
    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "newsspider.settings")  # which Scrapy would set for good
    settings = get_project_settings()
    settings.set(switch, value, priority="cmdline")

    DisabledComponents().update_settings(settings)

    as_in_scrapy = Settings()[components][component]
    assert settings[components][component] == (as_in_scrapy if value == "1" else None)
