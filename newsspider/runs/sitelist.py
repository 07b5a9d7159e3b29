"""A list of sites, a line each, and the shards in which several processes crawl it.

No host is of two sites: each has one process at a time that asks it, so the delay between two requests holds, however
many machines there are. A site stays in its shard whatever is added to the list or taken away.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from newsspider import sites
from newsspider.errors import NewsspiderError
from newsspider.text.escaping import quoted
from newsspider.text.message import message
from newsspider.text.system import reason_of
from newsspider.text.urls import UrlError, clean_url, names_user, shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_MOST = 1 << 28
"""Bytes of a list; two million sites."""
_COMMENT = re.compile(r"(?:^|\s)#.*")
_SHARD = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")


class SiteListError(NewsspiderError):
    """A list of sites cannot be crawled as it is."""


class ListedLineError(SiteListError):
    """A line of a list is no site, or none that may stand beside another of its lines."""

    exit_code = 2


class ShardError(NewsspiderError):
    """``--shard`` names no shard."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSite:
    """A line of a list."""

    line: int
    name: str
    """Of the site; of one without a file its host, without www."""
    url: str | None
    """Where to begin; None for a site that is called by its name."""
    domains: tuple[str, ...]
    """Its hosts are these and those below them."""

    @property
    def spider(self) -> str:
        return self.name if self.url is None else sites.ANY

    @property
    def arguments(self) -> dict[str, str]:
        """The arguments of its spider."""
        return {} if self.url is None else {"site": self.url}


@dataclass(frozen=True, slots=True)
class Shard:
    """One of *count* parts, the first of which is 0."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``i/N``. ShardError.

        >>> Shard.parse("3/16")
        Shard(number=3, count=16)
        """
        found = _SHARD.fullmatch(text)
        shard = cls(*map(int, found.groups())) if found else cls(0, 0)
        if not shard.number < shard.count:
            raise ShardError(
                message(
                    "--shard %(text)s: give i/N, as in 0/16 for the first of sixteen and 15/16 for the last",
                    text=text,
                )
            )
        return shard

    def has(self, site: ListedSite) -> bool:
        """Tell whether a site is in it, by a hash of its host."""
        digest = hashlib.sha256(site.domains[0].encode()).digest()
        return int.from_bytes(digest[:8], "big") % self.count == self.number


def read_sites(path: Path) -> list[ListedSite]:
    """Return the sites in a file, here or in object storage. SiteListError, ObjectStoreError."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
        if len(data) > _MOST:
            raise SiteListError(f"{path}: a list of sites has at most {_MOST:,} bytes; make several of it")
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else error
        said = message("%(path)s: this list of sites cannot be read: %(reason)s", path=path, reason=reason)
        raise SiteListError(said) from error
    lines = [(number, _COMMENT.sub("", line).strip()) for number, line in enumerate(text.splitlines(), 1)]
    found = [_site(path, number, line) for number, line in lines if line]
    if not found:
        raise ListedLineError(f"{path}: there is no site in it; a line of it is a site's name or address")
    _refuse_shared_hosts(path, found)
    return found


def _site(path: Path, number: int, line: str) -> ListedSite:
    if line in sites.names():
        return ListedSite(line=number, name=line, url=None, domains=sites.load(line).domains)
    place = f"{path}, line {number}"
    if not re.match("https?://", line, re.IGNORECASE):
        known = f"neither a site with a file ({', '.join(sites.names())}) nor an address, https://www.example.org/"
        raise ListedLineError(f"{place}: {quoted(shown(line))} is {known}")
    if len(line.split()) > 1:  # a browser would take the second for a part of the first
        raise ListedLineError(f"{place}: {quoted(shown(line))} is more than one address; a line has one")
    try:
        url = clean_url(line, keep_tracking=True)
        site = sites.of(url)
    except UrlError as error:
        raise ListedLineError(f"{place}: {error}") from error
    if names_user(line):
        raise ListedLineError(f"{place}: {url} is asked for without a user and a password; take them out of the line")
    if not all("." in domain for domain in site.domains):
        raise ListedLineError(f"{place}: {url}: a site is known by the name of its host: www.example.org")
    return ListedSite(line=number, name=site.name, url=url, domains=site.domains)


def _refuse_shared_hosts(path: Path, found: Iterable[ListedSite]) -> None:
    """ListedLineError where a host of one site is one of another, too."""
    of_domain: dict[str, ListedSite] = {}
    for site in found:
        for domain in site.domains:
            other = of_domain.setdefault(domain, site)
            if other is not site:
                raise _shared(path, domain, other, site)
    for domain, site in of_domain.items():
        above = domain.partition(".")[2]
        while above:
            other = of_domain.get(above, site)
            if other is not site:
                first, second = sorted((other, site), key=lambda each: each.line)
                raise _shared(path, domain, first, second)
            above = above.partition(".")[2]


def _shared(path: Path, domain: str, first: ListedSite, second: ListedSite) -> ListedLineError:
    return ListedLineError(
        f"{path}, lines {first.line} and {second.line}: {first.name} and {second.name} share the host {domain}, so "
        "that two processes could ask it at once. Keep one of them"
    )
