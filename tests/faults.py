"""The table of faults: what a server does to a crawl, and what is promised of it.

A row a fault; ``docs/faults.md`` is the same table for a reader. Each fault of an article stands where a sound article
would stand, so that healing the site gives that article. What a row promises is written by hand.
"""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from functools import cache
from typing import TYPE_CHECKING, Literal

import brotli

from newsspider.demo import pages
from newsspider.demo.site import Site
from newsspider.demo.stories import BASE, Story
from tests.servers.cases import ROBOTS_ALLOW, Case, Endlessly, Pause, Script, Then, chunked

if TYPE_CHECKING:
    from collections.abc import Iterable

STORIES = [story for story in Site(articles=160, seed=7).stories if story.kind == "current"]

SETTINGS = {
    "DOWNLOAD_TIMEOUT": "3", "RETRY_TIMES": "1", "CONCURRENT_REQUESTS_PER_DOMAIN": "8", "DOWNLOAD_DELAY": "0.01",
    "AUTOTHROTTLE_ENABLED": "False", "DOWNLOAD_MAXSIZE": str(1 << 20), "DOWNLOAD_WARNSIZE": "0", "LIST_DEPTH": "0",
    "REQUISITES": "", "LOG_LEVEL": "INFO",
}  # fmt: skip
"""Of the crawls: everything that waits waits for a short time."""
TRIES = 1 + int(SETTINGS["RETRY_TIMES"])
MAX_HEAD = 256 << 10
"""Bytes of a head that are read."""

Truncated = Literal["length", "time", "disconnect", "unspecified"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault of one article."""

    name: str
    """As in ``docs/faults.md``."""
    script: Callable[[Story], Script]
    """What the server does where the article should be."""
    first: Callable[[Story], Script] | None = None
    """What it does the first time, where that is something else."""
    tries: int = TRIES
    """How often it is asked for."""
    status: int | None = 200
    kind: str | None
    """Under which kind of the manifest's errors it is counted, with the article for an example; None: under none."""
    unparsed: bool = False
    """Whether it is among the pages that gave no record."""
    record: bool = False
    """Whether the article has a record all the same."""
    warning: str | None = None
    """What a warning of that record says."""
    truncated: Truncated | None = None
    """``WARC-Truncated`` of the response records."""
    kept: Literal["whole", "start", "nothing"] = "whole"
    """How much of what the server sent is in the archive: all, a beginning, none, as nothing came."""
    outcome: str | None = None
    """What a metadata record says where nothing came."""
    leads: Callable[[Story], list[Case]] = lambda story: []
    """What stands where a redirect leads."""


# ------------------------------------------------------------------------------------------------ sound pages


def html(story: Story) -> bytes:
    return pages.article(story).encode()


def ok(
    body: bytes, *headers: bytes, length: int | None = None, content_type: bytes = b"text/html; charset=utf-8"
) -> bytes:
    lines = [b"HTTP/1.1 200 OK", b"Content-Type: " + content_type, *headers]
    return b"\r\n".join([*lines, b"Content-Length: %d" % (len(body) if length is None else length), b"", body])


def answer(status: str, *headers: str, body: bytes = b"") -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""])
    return head.encode() + body


def redirect(location: str, *headers: str) -> bytes:
    return answer("302 Found", f"Location: {location}", *headers)


def chunks(*pieces: bytes) -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"".join(pieces)
    )


def sound(story: Story, pictures: Iterable[str] = ()) -> Case:
    """The article as it should be; it shows *pictures*, too."""
    shown = "".join(f'<img src="{url}">' for url in pictures).encode()
    body = html(story).replace(b"</body>", shown + b"</body>")
    return Case(name=story.path[1:], script=(ok(body),), payload=body)


def lists(stories: Iterable[Story]) -> list[Case]:
    """The start pages of a site with these articles."""
    listed = pages.home([story.card for story in stories], (), ()).encode()
    return [Case(name=name, script=(ok(listed),), payload=listed) for name in ("", "k24", "xinwen/")]


# ------------------------------------------------------------------------------------------------ the articles' faults


def _half(story: Story) -> bytes:
    body = html(story)
    return body[: len(body) // 2]


def _drip(data: bytes) -> Script:
    return (*(step for byte in data for step in (bytes([byte]), Pause(1))), Then.STALL)


def _broken_gzip(story: Story) -> bytes:
    packed = bytearray(gzip.compress(html(story), mtime=0))
    for place in range(len(packed) // 2, len(packed) // 2 + 40):
        packed[place] ^= 0xFF
    return bytes(packed)


@cache
def _bomb() -> bytes:
    """256 MiB of nothing in 256 kB."""
    packer = zlib.compressobj(wbits=31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(256)) + packer.flush()


def _soon() -> str:
    return formatdate(time.time() + 2, usegmt=True)


def _long_header() -> bytes:
    """A head of 10 MB, a kB a line."""
    return b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-Line-%d: %b\r\n" % (n, b"x" * 1000) for n in range(10_000)) + b"\r\n"


_WALL = "<!doctype html><meta charset=utf-8><title>请稍候</title><p>请开启 Cookie 后再访问本站。</p>".encode()


ARTICLES: tuple[Fault, ...] = (
    Fault(
        name="reset at once",
        script=lambda s: (Then.RESET,),
        status=None, kind="connection lost", kept="nothing", outcome="disconnect",
    ),
    Fault(
        name="reset in the header",
        script=lambda s: (b"HTTP/1.1 200 OK\r\nContent-Le", Pause(0.3), Then.RESET),
        status=None, kind="connection lost", truncated="disconnect",
    ),
    Fault(
        name="reset in the body",
        script=lambda s: (ok(_half(s), length=len(html(s))), Pause(0.3), Then.RESET),
        kind="connection lost", truncated="disconnect",
    ),
    Fault(
        name="reset once, then sound",
        first=lambda s: (ok(_half(s), length=len(html(s))), Pause(0.3), Then.RESET),
        script=lambda s: (ok(html(s)),),
        kind=None, record=True, truncated="disconnect",
    ),
    Fault(
        name="stall before the answer",
        script=lambda s: (Then.STALL,),
        status=None, kind="timeout", kept="nothing", outcome="time",
    ),
    Fault(
        name="stall in the body",
        script=lambda s: (ok(_half(s), length=len(html(s))), Then.STALL),
        kind="timeout", truncated="time",
    ),
    Fault(
        name="slow drip in the header",
        script=lambda s: _drip(ok(html(s))[:20]),
        status=None, kind="timeout", truncated="time", kept="start",
    ),
    Fault(
        name="slow drip in the body",
        script=lambda s: (ok(b"", length=len(html(s))), *_drip(html(s)[:20])),
        kind="timeout", truncated="time", kept="start",
    ),
    Fault(
        name="longer than it is",  # Content-Length names more than comes
        script=lambda s: (ok(html(s), length=len(html(s)) + 100), Then.CLOSE),
        kind="connection lost", truncated="disconnect",
    ),
    Fault(
        name="shorter than it is",
        script=lambda s: (ok(html(s), length=len(html(s)) // 2), Then.CLOSE),
        tries=1, kind=None, record=True, warning="the page has no end", kept="start",
    ),
    Fault(
        name="length that is no number",
        script=lambda s: (ok(html(s)).replace(b"Content-Length: ", b"Content-Length: about "), Then.CLOSE),
        status=None, kind="malformed answer", truncated="unspecified", kept="start",
    ),
    Fault(
        name="two lengths that differ",
        script=lambda s: (ok(html(s), b"Content-Length: 100"), Then.CLOSE),
        status=None, kind="malformed answer", truncated="unspecified", kept="start",
    ),
    Fault(
        name="no status",
        script=lambda s: (b"HTTP/1.1 OK\r\nContent-Type: text/html\r\n\r\n" + html(s), Then.CLOSE),
        status=None, kind="malformed answer", truncated="unspecified", kept="start",
    ),
    Fault(
        name="rules broken that browsers let pass",
        script=lambda s: (
            chunks(b"%04X  ;\r\n" % len(html(s)), html(s), b"\r\n0\r\n").replace(
                b"\r\n", b"\r\nP3P : CP=CAO\r\n: no name\r\nno colon\r\n", 1
            ),
            Then.CLOSE,
        ),
        tries=1, kind=None, record=True,
    ),
    Fault(
        name="chunk cut short",
        script=lambda s: (chunks(b"%x\r\n" % len(html(s)), _half(s)), Then.CLOSE),
        kind="connection lost", truncated="disconnect",
    ),
    Fault(
        name="chunk of no size",
        script=lambda s: (chunks(chunked(_half(s), 1000).removesuffix(b"0\r\n\r\n"), b"zzz\r\n", html(s)), Then.CLOSE),
        kind="malformed answer", truncated="unspecified", kept="start",
    ),
    Fault(
        name="broken gzip",
        script=lambda s: (ok(_broken_gzip(s), b"Content-Encoding: gzip"),),
        kind="damaged content coding",
    ),
    Fault(
        name="gzip cut short",
        script=lambda s: (ok(gzip.compress(html(s), mtime=0)[:-1000], b"Content-Encoding: gzip"),),
        kind="damaged content coding",
    ),
    Fault(
        name="chunks in name only",
        script=lambda s: (chunks(html(s)), Then.CLOSE),
        tries=1, kind=None, record=True,
    ),
    Fault(
        name="gzip in name only",
        script=lambda s: (ok(html(s), b"Content-Encoding: gzip"),),
        tries=1, kind=None, record=True,
    ),
    Fault(
        name="gzip in name only, of another length",
        script=lambda s: (ok(html(s), b"Content-Encoding: gzip", length=len(html(s)) // 2), Then.CLOSE),
        kind="damaged content coding", kept="start",
    ),
    Fault(
        name="Brotli in name only",
        script=lambda s: (ok(html(s), b"Content-Encoding: br"),),
        kind="damaged content coding",
    ),
    Fault(
        name="Brotli unasked",
        script=lambda s: (ok(brotli.compress(html(s), quality=4), b"Content-Encoding: UTF-8, br"),),
        tries=1, kind=None, record=True,
    ),
    Fault(
        name="gzip bomb",
        script=lambda s: (ok(_bomb(), b"Content-Encoding: gzip"),),
        tries=1, kind="too long",
    ),
    Fault(
        name="endless body",
        script=lambda s: (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", Endlessly(b"and so on " * 50_000)),
        tries=1, kind="too long", truncated="length", kept="start",
    ),
    Fault(
        name="10 MB header",
        script=lambda s: (_long_header(), html(s), Then.CLOSE),
        tries=1, status=None, kind="too long", truncated="length", kept="start",
    ),
    Fault(
        name="redirect to itself",
        script=lambda s: (redirect(s.url),),
        tries=1, status=302, kind="redirect in a ring",
    ),
    Fault(
        name="redirects in a ring",
        script=lambda s: (redirect("/elsewhere"),),
        leads=lambda s: [Case(name="elsewhere", script=(redirect(s.path),), payload=b"")],
        tries=1, status=302, kind="redirect in a ring",
    ),
    Fault(
        name="redirects without end",
        script=lambda s: (redirect("/hop/0"),),
        leads=lambda s: [Case(name=f"hop/{n}", script=(redirect(f"/hop/{n + 1}"),), payload=b"") for n in range(20)],
        tries=1, status=302, kind="redirects without end",
    ),
    Fault(
        name="redirect to a private address",
        script=lambda s: (redirect("http://127.0.0.1:9/admin"),),
        tries=1, status=302, kind="redirect off the site",
    ),
    Fault(
        name="redirect to no address",
        script=lambda s: (redirect("http://[::1"),),
        tries=1, status=302, kind="redirect to no address",
    ),
    Fault(
        name="redirect to a host that refuses",
        script=lambda s: (redirect("https://refuses.kankanews.com/"),),
        tries=1, status=302, kind="robots.txt: connection refused",
    ),
    Fault(
        name="redirect to a host without DNS",
        script=lambda s: (redirect("https://nameless.kankanews.com/"),),
        tries=1, status=302, kind="robots.txt: name not found",
    ),
    Fault(
        name="429 with Retry-After in seconds",
        script=lambda s: (answer("429 Too Many Requests", "Retry-After: 1"),),
        status=429, kind="HTTP 429",
    ),
    Fault(
        name="503 with Retry-After as a date",
        script=lambda s: (answer("503 Service Unavailable", f"Retry-After: {_soon()}"),),
        status=503, kind="HTTP 503",
    ),
    Fault(
        name="403",
        script=lambda s: (answer("403 Forbidden", body=b"no"),),
        tries=1, status=403, kind="HTTP 403",
    ),
    Fault(
        name="404",
        script=lambda s: (answer("404 Not Found", body=b"no"),),
        tries=1, status=404, kind="HTTP 404",
    ),
    Fault(
        name="cookie wall that redirects to itself",
        script=lambda s: (redirect(s.url, "Set-Cookie: seen=1; Path=/"),),
        tries=1, status=302, kind="redirect in a ring",
    ),
    Fault(
        name="cookie wall on one page",
        script=lambda s: (redirect(f"{BASE}/verify", "Set-Cookie: seen=1; Path=/"),),
        leads=lambda s: [Case(name="verify", script=(ok(_WALL),), payload=_WALL)],
        tries=1, status=302, kind=None, unparsed=True,
    ),
    Fault(
        name="the same cookie wall, for another page",
        script=lambda s: (redirect(f"{BASE}/verify", "Set-Cookie: seen=1; Path=/"),),
        tries=1, status=302, kind=None, unparsed=True,
    ),
    Fault(
        name="cookie wall under a 200",
        script=lambda s: (ok(_WALL, b"Set-Cookie: seen=1; Path=/"),),
        tries=1, kind=None, unparsed=True,
    ),
    Fault(
        name="empty 200",
        script=lambda s: (ok(b""),),
        tries=1, kind=None, unparsed=True,
    ),
    Fault(
        name="another charset than it says",
        script=lambda s: (ok(html(s).decode().encode("gb18030", "xmlcharrefreplace")),),
        tries=1, kind=None, record=True,
    ),
    Fault(
        name="bytes of no charset",
        script=lambda s: (ok(html(s).replace("。".encode(), b"\xff\xfe\xff", 3)),),
        tries=1, kind=None, record=True, warning="characters could not be read",
    ),
)  # fmt: skip

FAULTY = dict(zip((fault.name for fault in ARTICLES), STORIES, strict=False))
"""Name of a fault -> the article that it befalls."""
SOUND = STORIES[len(ARTICLES) :]


def site(*, healed: bool) -> list[Case]:
    """All articles and lists, with the faults or healed of them."""
    cases = [*lists(STORIES), *(sound(story) for story in SOUND)]
    for fault in ARTICLES:
        story = FAULTY[fault.name]
        if healed:
            cases.append(sound(story))
        else:
            first = None if fault.first is None else fault.first(story)
            cases += [
                Case(name=story.path[1:], script=fault.script(story), first=first, payload=None),
                *fault.leads(story),
            ]
    return cases


# ------------------------------------------------------------------------------------------------ a whole host's faults


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFault:
    """A fault of the whole site, met by a crawl that knows its articles and has all of them to look at again."""

    name: str
    """As in ``docs/faults.md``."""
    everywhere: Case | None = None
    """What stands at every address but robots.txt; None: the sound site."""
    robots: Case = ROBOTS_ALLOW
    connect: Literal["server", "closed port", "name without address", "proxy"] = "server"
    """Where the site's name leads."""
    exit_code: int
    reason: str
    """The gravest."""
    kind: str | None
    """Of the manifest's errors; None: nothing failed, and the lists that show no article are named."""
    example: str = BASE + "/"
    """One of its examples."""
    archived: str
    """What the archive holds of that: a status, or the outcome of a metadata record."""
    articles_asked: bool = False
    """Whether articles were asked for all the same."""
    unsettled: bool = False
    """Whether what stood where articles were might have been taken for articles that are gone."""


def _everywhere(*script: bytes | Pause | Then) -> Case:
    return Case(name="", script=script, payload=None)


_ROBOTS = f"{BASE}/robots.txt"
_UNREAD = "no list page could be read"

HOSTS: tuple[HostFault, ...] = (
    HostFault(
        name="connection refused",
        connect="closed port",
        exit_code=5, reason=_UNREAD, kind="robots.txt: connection refused", example=_ROBOTS, archived="refused",
    ),
    HostFault(
        name="DNS gone",
        connect="name without address",
        exit_code=5, reason=_UNREAD, kind="robots.txt: name not found", example=_ROBOTS, archived="dns",
    ),
    HostFault(
        name="TLS expired",
        connect="proxy",
        exit_code=5, reason=_UNREAD, kind="robots.txt: TLS failed", example=_ROBOTS, archived="tls",
    ),
    HostFault(
        name="robots.txt answers 500",
        robots=Case(name="robots.txt", script=(answer("500 Oops"),), payload=b""),
        exit_code=5, reason=_UNREAD, kind="robots.txt: HTTP 500", example=_ROBOTS, archived="500",
    ),
    HostFault(
        name="robots.txt does not come",
        robots=Case(name="robots.txt", script=(Then.STALL,), payload=None),
        exit_code=5, reason=_UNREAD, kind="robots.txt: timeout", example=_ROBOTS, archived="time",
    ),
    HostFault(
        name="silence everywhere",
        everywhere=_everywhere(Then.STALL),
        exit_code=5, reason=_UNREAD, kind="timeout", archived="time", articles_asked=True,
    ),
    HostFault(
        name="403 everywhere",
        everywhere=_everywhere(answer("403 Forbidden", body=b"no")),
        exit_code=5, reason=_UNREAD, kind="HTTP 403", archived="403", articles_asked=True,
    ),
    HostFault(
        name="429 with a Retry-After that is too long",
        everywhere=_everywhere(answer("429 Too Many Requests", "Retry-After: 3600")),
        exit_code=75, reason="ended by retry_after", kind="asked to come back later", archived="429",
    ),
    HostFault(
        name="cookie wall that redirects everywhere",
        everywhere=_everywhere(redirect("?seen=1", "Set-Cookie: seen=1; Path=/")),
        exit_code=5, reason=_UNREAD, kind="redirect in a ring", archived="302", articles_asked=True,
    ),
    HostFault(
        name="cookie wall under a 200 everywhere",
        everywhere=_everywhere(ok(_WALL, b"Set-Cookie: seen=1; Path=/")),
        exit_code=5, reason="3 list pages could be read, and none links to an article", kind=None, archived="200",
        articles_asked=True, unsettled=True,
    ),
    HostFault(
        name="empty 200 everywhere",
        everywhere=_everywhere(ok(b"")),
        exit_code=5, reason="no list page could be read", kind="empty page", archived="200",
        articles_asked=True,
    ),
)  # fmt: skip
KNOWN = STORIES[:3]
"""The articles of that site: so few that their going, all at once, would be believed."""
PICTURES = ("static.statickksmg.com", "skin.kankanews.com")
"""Hosts of nothing but pictures: of the CDN, and of the site itself."""


def small_site() -> list[Case]:
    return [*lists(KNOWN), *map(sound, KNOWN)]
