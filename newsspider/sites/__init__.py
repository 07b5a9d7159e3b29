"""The sites: one file each, found by its name, and ``news``, the rules for the pages of all others.

The parser comes in with the first site that is loaded; it takes longer to import than all else.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from newsspider.errors import NewsspiderError
from newsspider.text.language import N_
from newsspider.text.message import message
from newsspider.text.nearest import nearest
from newsspider.text.urls import UrlError, clean_url, is_within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from newsspider.parsing.site import AnySite, Site

ANY = "news"
"""The name of the rules that know no site."""


class SiteNotFoundError(NewsspiderError):
    """There are no rules for a site of that name."""

    def __init__(self, name: str):
        known = [*names(), ANY]
        near = nearest(name, known)
        text = N_("no site is called %(name)s; choose from: %(known)s")
        if near:
            text = N_("no site is called %(name)s; choose from: %(known)s; did you mean %(near)s?")
        super().__init__(message(text, name=repr(name), known=", ".join(known), near=near))


class SiteFileError(NewsspiderError):
    """The file of a site cannot be used."""

    def __init__(self, name: str, problem: str):
        problem = " ".join(problem.split())
        super().__init__(f"newsspider/sites/{name}.py: {problem}; docs/new-site.md says what a site has")


def names() -> list[str]:
    """Return the sites that have a file, in the order of the alphabet."""
    return sorted(each.name for each in pkgutil.iter_modules(__path__) if each.name != ANY)


@cache
def load(name: str) -> Site:
    """Return a site by its name, or by the host that is the name of a site without a file.

    SiteNotFoundError says which there are, SiteFileError what is wrong with a file.
    """
    from newsspider.parsing.site import Site

    if "." in name:
        return _any().of_host(name)
    if name != ANY and name not in names():
        raise SiteNotFoundError(name)
    try:
        site = getattr(import_module(f"{__name__}.{name}"), "SITE", None)
    except NewsspiderError as error:
        raise SiteFileError(name, str(error)) from error
    except Exception as error:  # the file is a program, and may raise anything
        raise SiteFileError(name, f"{type(error).__name__}: {error}") from error
    if not isinstance(site, Site):
        raise SiteFileError(name, "it has no SITE, or one that is no Site")
    if site.name != name:
        raise SiteFileError(name, f"its name is {site.name!r}, and has to be that of the file")
    return site


def of(url: str) -> Site:
    """Return the site of an address: that whose domains have its host, else the host itself. UrlError."""
    url = clean_url(url)
    own = (site for site in map(load, names()) if is_within(url, site.domains))
    return next(own, None) or without_file(url)


def without_file(url: str) -> Site:
    """Return the site that the host of an address is where no file describes it. UrlError."""
    return _any().at(url)


def among(names: Iterable[str]) -> Callable[[str], Site | None]:
    """Return a function from an address to the one of these sites whose article it may be, or None.

    ``news`` stands for all sites, each read by its file where it has one.
    """
    known = tuple(names)
    own = [load(name) for name in known if name != ANY]

    def site_of(url: str) -> Site | None:
        if site := next((site for site in own if site.is_article(url)), None):
            return site
        try:
            site = of(url) if ANY in known else None
        except UrlError:
            return None
        return site if site and site.is_article(url) else None

    return site_of


def _any() -> AnySite:
    from newsspider.parsing.site import AnySite

    site = load(ANY)
    assert isinstance(site, AnySite), f"{ANY} is for any site"
    return site
