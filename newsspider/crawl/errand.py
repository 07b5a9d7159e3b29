"""The purpose of a request, as its spider states it: one typed object in the request's ``meta``.

Scrapy copies ``meta`` from a request to its retries and redirects, so the object goes along with every step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from scrapy.http import Response

from newsspider.record.items import Lead

if TYPE_CHECKING:
    from scrapy import Request

    from newsspider.collection.capture import Capture
    from newsspider.parsing.pages import Pages  # noqa: TC004  the parser comes in with the first article

_KEY = "errand"


@dataclass(frozen=True, slots=True)
class GoingOn:
    """An article of which a further page is asked for."""

    pages: Pages
    first: Response
    """Its first page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForArticle:
    """An article page."""

    asked: str
    """The canonical address that is asked for."""
    named: str | None = None
    """The value of ``-a url`` that names it."""
    was_article: bool = False
    """Whether an earlier run found an article there."""
    failed_before: bool = False
    """Whether it failed in an earlier run, and never was an article."""
    lead: Lead | None = None
    """What led to it; None for what an earlier run saw."""
    guessed: bool = False
    """Whether nothing but the look of its address says that it is one."""
    going_on: GoingOn | None = None
    """The pages before it, of an article that goes on over several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForList:
    """A list page."""

    depth: int = 0
    """Lists that were followed to get there; 0: the site's rules name it."""
    probed: bool = False
    """Whether nobody says that it is there, so that its absence is no fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForRequisite:
    """A page requisite."""

    kind: str
    """One of ``REQUISITES``."""

    @property
    def is_read(self) -> bool:
        """Whether anybody reads the body; a video is only archived."""
        return self.kind != "videos"


Errand: TypeAlias = ForArticle | ForList | ForRequisite


def meta_of(errand: Errand, **more: Any) -> dict[str, Any]:
    """Return the ``meta`` of a request for *errand*."""
    return {_KEY: errand, **more}


def errand_of(request: Request | None) -> Errand | None:
    """Return what a request is for; None for one of no spider of this project."""
    errand = None if request is None else request.meta.get(_KEY)
    return errand if isinstance(errand, Errand) else None


def note_capture(request: Request, capture: Capture) -> None:
    """Note where the answer to *request* lies, for :func:`capture_of`."""
    request.meta["capture"] = capture


def capture_of(response: Response) -> Capture:
    """Return where the archive has *response*."""
    capture: Capture = response.meta["capture"]
    return capture
