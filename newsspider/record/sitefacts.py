"""SiteFacts: what a site's footer says of its publisher.

What is said in ``newsspider/record/items.py`` of all items holds here too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from newsspider.record.items import Locator
from newsspider.record.values import SCHEMA_VERSION, Url


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """A permit that the publisher states."""

    name: str
    """The permit as the footer names it, for example ``互联网新闻信息服务许可证``."""

    number: str
    """Its number as printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A telephone number that the footer states."""

    number: str
    """As printed, for example ``021-62870000``."""

    label: str | None = None
    """The words before it, for example ``举报电话``."""

    holder: str | None = None
    """Whose number it is, where that stands in brackets after it, for example ``市版权局``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """An e-mail address that the footer states."""

    address: str
    """As printed."""

    label: str | None = None
    """The words before it, for example ``举报邮箱``."""


@dataclass(slots=True, kw_only=True)
class SiteFacts:
    """The facts of a site's footer about its publisher: one record per change, not one per article."""

    schema_version: Literal["1.1"] = SCHEMA_VERSION
    """Version of this schema."""

    id: str
    """``<site>:facts:`` and 16 hexadecimal digits of SHA-256 over the facts below; the same facts give the
    same id."""

    site: str
    """Name of the site, as in ``scrapy crawl <site>``."""

    publisher: str | None = None
    """The company that claims the rights in the footer."""

    copyright: str | None = None
    """The footer's copyright line as printed."""

    licences: list[Licence] = field(default_factory=list)
    """Permits in the order printed."""

    icp_numbers: list[str] = field(default_factory=list)
    """Numbers of the ICP registration as printed, for example ``沪ICP备10207042号-1``."""

    police_numbers: list[str] = field(default_factory=list)
    """Numbers of the public security registration as printed, for example ``沪公网安备 31010602001114号``."""

    phones: list[Phone] = field(default_factory=list)
    """Telephone numbers in the order printed."""

    emails: list[Email] = field(default_factory=list)
    """E-mail addresses in the order printed."""

    url: Url
    """The page on which these facts were read."""

    fetched_at: datetime
    """When that page was captured, in UTC."""

    archive: Locator | None = None
    """Where that page lies in the archive; null for a record made outside a collection."""
