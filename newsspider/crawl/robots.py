"""The rules of robots.txt for one crawler (RFC 9309).

Which groups rule the crawler is decided here; Protego matches their paths. Protego 0.7 alone takes a group of a shorter
name, or of any word of the User-Agent, for the crawler's own, and a name with a version for nobody's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Literal

from protego import Protego
from scrapy.robotstxt import RobotParser as ScrapyRobotParser
from scrapy.utils.python import to_unicode

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

MAX_SIZE = 500 << 10
"""Bytes that are read; RFC 9309 asks for as many (2.5). A line that goes on beyond them is left out."""

MAX_SITEMAPS = 100
"""Lines ``Sitemap`` that are heeded."""

_LINE_END = re.compile(rb"\r\n|\r|\n")
_USER_AGENT = re.compile(rb"user[- ]?agent[ \t]*[: \t][ \t]*", re.IGNORECASE)
# Misspelled as other crawlers read it too.
_RULE = re.compile(rb"(?P<allow>allow)|(?:dis?s?all?ow|diasllow|disallaw)", re.IGNORECASE)
_VALUE = re.compile(rb"[ \t]*[: \t][ \t]*(.*)", re.DOTALL)
_CRAWL_DELAY = re.compile(rb"crawl[- ]delay[ \t]*[: \t][ \t]*([0-9]{1,9}(?:\.[0-9]{1,9})?)", re.IGNORECASE)
_SITEMAP = re.compile(rb"[ \t]*sitemap[ \t]*:[ \t]*([^\s#]+)", re.IGNORECASE)
_TOKEN = re.compile(r"[a-z_-]+")
_NOT_PRINTABLE = re.compile(rb"[^\x21-\x7e]")


def availability(status: int) -> Literal["read", "unavailable", "unreachable"]:
    """Return what an answer to a request for robots.txt means (RFC 9309, 2.3.1), once redirects were followed.

    ``unavailable``: the site has none, everything is allowed. ``unreachable``: its rules are not known, nothing is. The
    RFC names 4xx and 5xx; whatever it does not name (a redirect to nowhere, a 304 that nobody asked for, a part of the
    file, a site that is too busy to say) leaves the rules unknown as well.

    >>> [availability(status) for status in (200, 204, 404, 403)]
    ['read', 'read', 'unavailable', 'unavailable']
    >>> [availability(status) for status in (206, 302, 304, 429, 503, 999)]
    ['unreachable', 'unreachable', 'unreachable', 'unreachable', 'unreachable', 'unreachable']
    """
    if status // 100 == 2 and status != 206:
        return "read"
    return "unavailable" if status // 100 == 4 and status != 429 else "unreachable"


def product_token(user_agent: str) -> str:
    """Return the name, in lower case, by which robots.txt calls a crawler with this User-Agent.

    >>> product_token("newsspider/0.1.0 (+https://example.org/bot)")
    'newsspider'
    >>> product_token("Mozilla/5.0 (compatible; Newsbot/2.1; +https://example.org/bot)")
    'newsbot'
    """
    compatible = re.search(r"compatible;\s*([^/;\s)]+)", user_agent)
    name = compatible[1] if compatible else user_agent.strip()
    return re.split(r"[/\s;(]", name, maxsplit=1)[0].lower()


@dataclass(slots=True)
class _Group:
    """Rules, and whom they are for."""

    agents: list[str] = field(default_factory=list)
    """What the lines ``User-agent`` name, in lower case."""

    rules: list[str] = field(default_factory=list)
    """As Protego reads them, all in ASCII."""

    delay: float | None = None
    """Seconds; the longest that is named."""

    def rules_for(self, token: str) -> bool:
        """Whether the group is for the crawler called *token*.

        A name ends where no letter, ``_`` or ``-`` follows, so a version is no part of it (RFC 9309, 2.2.1). A crawler
        whose own name has a digit is known by the whole word.
        """
        for agent in self.agents:
            name = _TOKEN.match(agent)
            if token in (name and name[0], re.split(r"[/\s]", agent, maxsplit=1)[0]):
                return True
        return False


def _lines(body: bytes) -> list[bytes]:
    if len(body) > MAX_SIZE:
        body = body[: max(body.rfind(b"\n", 0, MAX_SIZE), body.rfind(b"\r", 0, MAX_SIZE), 0)]
    return _LINE_END.split(body.removeprefix(b"\xef\xbb\xbf"))


def _groups(lines: list[bytes]) -> list[_Group]:
    groups: list[_Group] = []
    has_rule = True  # so that the first User-agent opens a group
    for raw in lines:
        line = raw.partition(b"#")[0].strip()
        if agent := _USER_AGENT.match(line):
            if has_rule:
                groups.append(_Group())
                has_rule = False
            groups[-1].agents.append(line[agent.end() :].decode("latin-1").lower())
        elif not groups:
            continue
        elif (rule := _RULE.match(line)) and (value := _VALUE.fullmatch(line, rule.end())):
            has_rule = True
            # Bytes that are not ASCII are compared as they are sent, percent-encoded (2.2.2).
            path = _NOT_PRINTABLE.sub(lambda byte: b"%%%02X" % ord(byte[0]), value[1]).decode("ascii")
            if path:
                groups[-1].rules.append(f"{'Allow' if rule['allow'] else 'Disallow'}: {path}")
        elif delay := _CRAWL_DELAY.fullmatch(line):
            groups[-1].delay = max(groups[-1].delay or 0.0, float(delay[1]))
    return groups


def _sitemaps(lines: list[bytes]) -> list[str]:
    named = (line for raw in lines if (line := _SITEMAP.match(raw)))
    return [line[1].decode("utf-8", "replace") for line in islice(named, MAX_SITEMAPS)]


class RobotParser(ScrapyRobotParser):
    """The rules of one robots.txt, for Scrapy's ``ROBOTSTXT_PARSER``."""

    def __init__(self, body: bytes) -> None:
        lines = _lines(body)
        self._groups = _groups(lines)
        self.sitemaps = _sitemaps(lines)
        """What the lines ``Sitemap`` name, as written; they are for every crawler (RFC 9309, 2.2.4)."""
        self._rules: dict[str, tuple[Protego, float | None]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:
        return cls(robotstxt_body)

    def allowed(self, url: str | bytes, user_agent: str | bytes) -> bool:
        """Tell whether a crawler with this User-Agent may fetch *url*."""
        return self._rules_for(user_agent)[0].can_fetch(to_unicode(url), "*")

    def crawl_delay(self, user_agent: str | bytes) -> float | None:
        """Return the seconds that a crawler with this User-Agent shall leave between two requests."""
        return self._rules_for(user_agent)[1]

    def _rules_for(self, user_agent: str | bytes) -> tuple[Protego, float | None]:
        """Merge the groups for the crawler; those for everybody where it has none of its own (2.2.1)."""
        token = product_token(to_unicode(user_agent))
        if token not in self._rules:
            groups = [group for group in self._groups if group.rules_for(token)]
            groups = groups or [group for group in self._groups if "*" in group.agents]
            rules = "\n".join(rule for group in groups for rule in group.rules)
            delays = [group.delay for group in groups if group.delay is not None]
            self._rules[token] = Protego.parse("User-agent: *\n" + rules), max(delays, default=None)
        return self._rules[token]
