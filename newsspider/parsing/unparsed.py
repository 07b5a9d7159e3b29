"""Pages that no record can be made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.errors import NewsspiderError
from newsspider.text.message import Message, joined, message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.parsing.markup import MarkupError


class UnparsedPageError(NewsspiderError):
    """No witness can explain a page as an article; it is archived and reported, never an empty record."""

    def __init__(self, url: str, missing: tuple[str, ...], warnings: Iterable[str] = ()):
        super().__init__(
            message(
                "%(url)s is not an article that can be read: no witness knows its %(missing)s; if a reader sees an "
                "article there, save it as a case and teach the site's table",
                url=url,
                missing=joined(
                    [joined([Message(text=name, values={}) for name in missing], " and ")]
                    + [Message(text=warning, values={}) for warning in warnings]
                ),
            )
        )
        self.url = url
        self.missing = missing


class UnreadMarkupError(UnparsedPageError):
    """A page has markup that would hold up a parser, as no page for people has; it is archived and reported."""

    def __init__(self, url: str, error: MarkupError):
        said = message(
            "%(url)s: %(error)s. The page is in the archive; look there at what sent it", url=url, error=error
        )
        NewsspiderError.__init__(self, said)
        self.url = url
        self.missing = ("markup",)
