"""The User-Agent: who the crawler says it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import newsspider

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


class UserAgent:
    """Scrapy add-on: an honest User-Agent with the operator's contact, unless ``USER_AGENT`` is set."""

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        contact = settings["CONTACT"]
        agent = f"newsspider/{newsspider.__version__}" + (f" (+{contact})" if contact else "")
        settings.set("USER_AGENT", agent, priority="addon")
