"""The sites: one file each, found by its name."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from newsspider.items import Article
    from newsspider.witnesses.article import Parsed
    from newsspider.witnesses.links import ArticleLink, Links


class Rules(Protocol):
    """What the file of a site has; ``docs/new-site.md`` writes one.

    A page is its content-decoded *body*, its *url*, its *headers* as pairs of bytes, and when it was captured (aware).
    """

    NAME: str
    """Of the site, its file, its spider, and in front of its articles' ids."""
    PARSER_VERSION: str
    """To be raised with every change of the rules: records name the version that made them."""
    DOMAINS: tuple[str, ...]
    """Its hosts are these and those below them."""
    CDN_DOMAINS: tuple[str, ...]
    """Where its pictures, video files, style sheets and scripts are, besides."""
    START_URLS: tuple[str, ...]
    """The lists that every crawl begins with."""

    def page_id(self, url: str, /) -> str | None:
        """What names an article of this site, from its address; None for every other address."""

    def article_url(self, page_id_: str, /) -> str | None:
        """Canonical address of the article that ``page_id`` calls so; None where it calls none so."""

    def is_article(self, url: str, /) -> bool: ...

    def is_list(self, url: str, /) -> bool:
        """Whether the page at a canonical address may list articles."""

    def canonical_url(self, url: str, /) -> str:
        """The one address of a page; UrlError for what is no web address. Those of other sites are only cleaned."""

    def published_from_url(self, url: str, /) -> date | None:
        """The day in an article's address, where there is one."""

    def parse_page(
        self, body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]], captured_at: datetime, /
    ) -> Parsed:
        """The article of a page and the facts in its footer; UnparsedPageError for a page that is none."""

    def parse(
        self, body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]], captured_at: datetime, /
    ) -> Article:
        """The article of ``parse_page``."""

    def links(self, body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]], /) -> Links:
        """The articles that a list page shows, and the lists that it leads to."""

    def listed_on(self, link: ArticleLink, captured_at: datetime, /) -> date | None:
        """The last day on which a listed article can have been published, as far as the list tells."""


class SiteNotFoundError(NewsspiderError):
    """There are no rules for a site of that name."""

    def __init__(self, name: str):
        super().__init__(f"no site is called {name!r}; there is: {', '.join(names())}")


class SiteIncompleteError(NewsspiderError):
    """The file of a site does not have all that a site has."""

    def __init__(self, name: str, problem: str):
        super().__init__(f"newsspider/sites/{name}.py: {problem}; docs/new-site.md says what a site has")


def names() -> list[str]:
    """Return the sites whose pages can be read.

    >>> names()
    ['kankanews']
    """
    return sorted(each.name for each in pkgutil.iter_modules(__path__))


@cache
def load(name: str) -> Rules:
    """Return the rules of a site; SiteNotFoundError says which there are, SiteIncompleteError what one lacks."""
    if name not in names():
        raise SiteNotFoundError(name)
    module = import_module(f"{__name__}.{name}")
    wanted = [*Rules.__annotations__, *(each for each in vars(Rules) if not each.startswith("_"))]
    if missing := [each for each in wanted if not hasattr(module, each)]:
        raise SiteIncompleteError(name, f"it has no {', '.join(missing)}")
    if name != module.NAME:
        raise SiteIncompleteError(name, f"its NAME is {module.NAME!r}, and has to be that of the file")
    return cast("Rules", module)
