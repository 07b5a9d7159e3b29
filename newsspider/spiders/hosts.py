"""The sites that the addresses given to a crawl are of: one with a file, any other, or several in one collection."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newsspider import sites
from newsspider.parsing.site import AnySite
from newsspider.spiders.arguments import SpiderArgumentError
from newsspider.text.message import message
from newsspider.text.urls import UrlError, absolute, clean_url

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from newsspider.parsing.site import Site


def clean_address(url: str, argument: str) -> str:
    """Return an address of a site, or SpiderArgumentError, which names the *argument* that gave it."""
    try:
        url = clean_url(url, keep_tracking=True)
    except UrlError as error:
        raise SpiderArgumentError(message("-a %(argument)s: %(problem)s", argument=argument, problem=error)) from error
    if "." not in host_of(url):
        said = message(
            "-a %(argument)s=%(url)s: a site is known by the name of its host: www.example.org",
            argument=argument, url=url,
        )  # fmt: skip
        raise SpiderArgumentError(said)
    return url


def host_of(url: str) -> str:
    """Return the host of an address, without ``www``."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def site_of(addresses: tuple[str, ...], starts: tuple[str, ...]) -> Site:
    """Return the site that has all the addresses."""
    found = {site.name: site for site in map(sites.of, addresses)}
    if len(found) > 1:
        domains = tuple(dict.fromkeys(domain for site in found.values() for domain in site.domains))
        return _Several(name=sites.ANY, domains=domains, start_urls=starts or _roots(addresses))
    (site,) = found.values()
    return replace(site, start_urls=tuple(dict.fromkeys((*starts, *site.start_urls))) or _roots(addresses))


def _roots(addresses: Iterable[str]) -> tuple[str, ...]:
    """Return the front pages of the hosts of articles: they are not asked for, and known as hosts of pages."""
    return tuple(dict.fromkeys(url for each in addresses if (url := absolute(each, "/"))))


class _Several(AnySite):
    """Several sites that go into one collection, each read by its own file, or as any site."""

    def at(self, url: str) -> Site:
        return sites.of(url)

    def canonical_url(self, url: str) -> str:  # type: ignore[override]  # that of Site is cached
        return self.at(url).canonical_url(url)

    def published_from_url(self, url: str) -> date | None:
        return self.at(url).published_from_url(url)
