"""The values of ``-a`` that every site's spider takes, checked before anything is fetched."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from newsspider.collection.source import existing
from newsspider.errors import NewsspiderError
from newsspider.text.clock import SHANGHAI
from newsspider.text.message import message
from newsspider.text.since import moment_of
from newsspider.text.urls import UrlError, clean_url, is_within, names_user

if TYPE_CHECKING:

    from newsspider.parsing.site import Site


class SpiderArgumentError(NewsspiderError):
    """A value of ``-a`` cannot be used."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """The arguments of a crawl; the default is every page that is new or due."""

    urls: tuple[str, ...] = ()
    """The named articles, as they are asked for; none for those on the lists."""
    without_user: tuple[str, ...] = ()
    """Of these, the ones whose address had credentials in it."""
    since: date | None = None
    """The first day of the articles that are wanted."""
    follows_recommendations: bool = False
    full: bool = False
    limit: int | None = None
    """After how many articles to end; None: after all."""
    archives: tuple[Path, ...] = ()
    at: datetime | None = None

    @classmethod
    def read(
        cls,
        site: Site,
        besides: str = "",
        /,
        *,
        url: str | None = None,
        since: str | None = None,
        follow: str | None = None,
        full: str | None = None,
        limit: str | None = None,
        archive: str | None = None,
        at: str | None = None,
        **unknown: str,
    ) -> Self:
        """Check what was given; SpiderArgumentError says what is wrong, and how to write it.

        *besides* names what else the spider takes, for the message.
        """
        if unknown:
            raise SpiderArgumentError(
                message(
                    "-a %(name)s=…: %(site)s has no such argument; it takes %(names)s",
                    name=next(iter(unknown)), site=site.name,
                    names=f"{besides}url, since, follow, full, limit, archive, at",
                )
            )  # fmt: skip
        # Empty is no default: it stands for a variable that somebody forgot to set.
        named = [] if url is None else re.split(r",\s*(?=https?:)", url, flags=re.IGNORECASE)
        urls = [_own_url(each, site) for each in named]
        if follow not in (None, "recommendations"):
            raise SpiderArgumentError(
                message(
                    "-a follow=%(given)s: there is only -a follow=recommendations; leave it out to follow none",
                    given=follow,
                )
            )
        if full not in (None, "0", "1"):
            raise SpiderArgumentError(
                message("-a full=%(given)s: give -a full=1 for all articles, or leave it out", given=full)
            )
        if limit is not None and not re.fullmatch("[1-9][0-9]{0,8}", limit):
            raise SpiderArgumentError(
                message("-a limit=%(given)s: give a number of articles, as in -a limit=20", given=limit)
            )
        if limit is not None and urls:
            raise SpiderArgumentError(
                message("-a limit=%(given)s: -a url names the articles that are wanted; leave one out", given=limit)
            )
        archives = () if archive is None else tuple(map(existing, _paths(archive)))
        if at is not None and not archives:
            raise SpiderArgumentError(
                message("-a at=%(given)s: the network has no past; say where to look by -a archive=PATH", given=at)
            )
        return cls(
            urls=tuple(urls),
            without_user=tuple(own for own, given in zip(urls, named, strict=True) if names_user(given)),
            since=None if since is None else _date(since, site.zone or SHANGHAI),
            follows_recommendations=follow is not None,
            full=full == "1",
            limit=None if limit is None else int(limit),
            archives=archives,
            at=None if at is None else _moment(at, site.zone or SHANGHAI),
        )


def _paths(text: str) -> list[str]:
    """Return the paths of a list with commas; what is there under the whole of the text is one."""
    return [text] if os.path.exists(text) else text.split(",")  # noqa: PTH110  a long list is no error to this


def _own_url(url: str, site: Site) -> str:
    """Return a value of ``-a url`` as it is asked for."""
    try:
        own = clean_url(url, keep_tracking=True)
    except UrlError as error:
        raise SpiderArgumentError(message("-a url: %(problem)s", problem=error)) from error
    if not is_within(own, site.domains):
        host = urlsplit(own).hostname
        raise SpiderArgumentError(
            message(
                "-a url=%(url)s: %(host)s is not a host of %(site)s, which has: %(hosts)s",
                url=own, host=host, site=site.name, hosts=", ".join(site.domains),
            )
        )  # fmt: skip
    if _is_surely_a_list(own, site):
        raise SpiderArgumentError(
            message(
                "-a url=%(url)s: it is the address of a list page, and not of an article; to crawl the lists, leave it "
                "out", url=own,
            )
        )  # fmt: skip
    return own


def _is_surely_a_list(url: str, site: Site) -> bool:
    """Tell whether it is a page that the rules begin at, or a directory; of other lists nobody knows by the address."""
    known = url in site.start_urls or (urlsplit(url).path.endswith("/") and site.is_list(url))
    return known and not site.is_article(url)


def _date(text: str, zone: tzinfo) -> date:
    """Check the value of ``-a since``: a day, or the day on which a time or span begins."""
    try:
        return moment_of(text, zone=zone).astimezone(zone).date()
    except ValueError as error:
        raise SpiderArgumentError(
            message(
                "-a since=%(given)s: not a date; write it as 2026-11-01 or 2026-11-01T08:00, or as a span: 1d, 12h, 2w",
                given=text or "''",
            )
        ) from error


def _moment(text: str, zone: tzinfo) -> datetime:
    """Check the value of ``-a at``; a date is its noon, so that every capture of that day is nearer than any other."""
    try:
        with suppress(ValueError):
            return datetime.combine(date.fromisoformat(text), time(12), zone)
        return moment_of(text, zone=zone)
    except ValueError as error:
        raise SpiderArgumentError(
            message(
                "-a at=%(given)s: neither a date nor a time; write it as 2026-01-30 or 2026-01-30T08:00+08:00, "
                "or as 1d",
                given=text,
            )
        ) from error
