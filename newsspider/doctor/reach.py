"""The way to a site: the User-Agent, and whether its names resolve to addresses that may be crawled."""

from __future__ import annotations

import re
import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as LookupTimeoutError
from typing import TYPE_CHECKING

from newsspider.crawl.internet import is_public
from newsspider.doctor.finding import CheckResult
from newsspider.text.language import _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_TIMEOUT = 10.0
"""Seconds for a name to resolve."""

_CONTACT = re.compile(r"https?://\S+|[^\s@]+@[^\s@]+\.[^\s@]+|mailto:\S+")


def contact(value: str | None, user_agent: str) -> Iterator[CheckResult]:
    """Check that whoever runs the site can find out who crawls it."""
    if value is None or not value.strip():
        yield CheckResult(
            "warning",
            "contact",
            _(
                "the User-Agent is %(agent)s, and nobody can reach you; set CONTACT to a URL or an e-mail address "
                "before you crawl a real site",
                agent=repr(user_agent),
            ),
        )
    elif not _CONTACT.fullmatch(value.strip()):
        yield CheckResult(
            "warning", "contact", _("CONTACT is %(value)s; make it a URL or an e-mail address", value=repr(value))
        )
    else:
        yield CheckResult("ok", "contact", user_agent)


def names(hosts: Collection[str], *, led_elsewhere: Collection[str], allow_private: bool) -> Iterator[CheckResult]:
    """Resolve each of *hosts*; those *led_elsewhere* by ``CONNECT_TO`` are never looked up by a crawl."""
    for host in hosts:
        if host in led_elsewhere:
            yield CheckResult("ok", "dns", _("%(host)s is led elsewhere by CONNECT_TO", host=host))
            continue
        try:
            addresses = _resolve(host)
        except (OSError, LookupTimeoutError) as error:
            reason = str(error) or _("no answer in %(seconds)s s", seconds=f"{_TIMEOUT:.0f}")
            yield CheckResult(
                "fault",
                "dns",
                _(
                    "%(host)s cannot be resolved (%(reason)s); see /etc/resolv.conf and the network",
                    host=host,
                    reason=reason,
                ),
            )
            continue
        private = [each for each in addresses if not is_public(each)]
        if private and not allow_private:
            yield CheckResult(
                "fault",
                "dns",
                _(
                    "%(host)s is at %(addresses)s, which is not public, so it would not be crawled; see your resolver, "
                    "or set ALLOW_PRIVATE_ADDRESSES=True if you mean it",
                    host=host,
                    addresses=", ".join(private),
                ),
            )
        else:
            yield CheckResult(
                "ok", "dns", _("%(host)s is at %(addresses)s", host=host, addresses=", ".join(addresses[:4]))
            )


def _resolve(host: str) -> list[str]:
    """Return the host's addresses; OSError, or TimeoutError where the resolver is silent."""
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        answers = pool.submit(socket.getaddrinfo, host, 443, type=socket.SOCK_STREAM).result(_TIMEOUT)
    finally:
        pool.shutdown(wait=False)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))
