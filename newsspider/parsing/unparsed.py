"""Pages that no record can be made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.parsing.markup import MarkupError


class UnparsedPageError(NewsspiderError):
    """No witness can explain a page as an article; it is archived and reported, never an empty record."""

    def __init__(self, url: str, missing: tuple[str, ...], warnings: Iterable[str] = ()):
        because = "".join(f"; {warning}" for warning in warnings)
        super().__init__(
            f"{url} is not an article that can be read: no witness knows its {' and '.join(missing)}{because}; "
            f"if a reader sees an article there, save it as a case and teach the site's table"
        )
        self.url = url
        self.missing = missing


class UnreadMarkupError(UnparsedPageError):
    """A page has markup that would hold up a parser, as no page for people has; it is archived and reported."""

    def __init__(self, url: str, error: MarkupError):
        NewsspiderError.__init__(self, f"{url}: {error}. The page is in the archive; look there at what sent it")
        self.url = url
        self.missing = ("markup",)
