"""Names to IP addresses, of both families.

Scrapy's default resolver knows IPv4 only; its other one takes no ``DNS_TIMEOUT``, and Twisted's below it never answers
when a name cannot even be asked for (``a..example``).
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from scrapy.resolver import HostResolution
from scrapy.utils.datatypes import LocalCache
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver
from twisted.internet.threads import deferToThreadPool
from zope.interface import implementer

if TYPE_CHECKING:
    from typing import Self

    from scrapy.settings import BaseSettings

_SocketAddress = tuple[Any, ...]
"""As ``getaddrinfo`` returns it: host, port, and for IPv6 flow and scope."""


@implementer(IHostnameResolver)
class Resolver:
    """The ``TWISTED_DNS_RESOLVER``: asks the operating system, and remembers what it said until the crawl ends."""

    def __init__(self, reactor: Any, *, cache_size: int, timeout: float):
        self._reactor = reactor
        self._known: LocalCache[str, list[_SocketAddress]] = LocalCache(cache_size)
        self._timeout = timeout

    @classmethod
    def from_crawler(cls, process: Any, reactor: Any) -> Self:
        """Make it by the settings of a crawler, or, as Scrapy does, of a process that runs crawlers."""
        settings: BaseSettings = process.settings
        cache_size = settings.getint("DNSCACHE_SIZE") if settings.getbool("DNSCACHE_ENABLED") else 0
        return cls(reactor, cache_size=cache_size, timeout=settings.getfloat("DNS_TIMEOUT"))

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802  (Twisted's name)
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: N803
        transportSemantics: Any = "TCP",  # noqa: N803
    ) -> HostResolution:
        """Tell *resolutionReceiver* the addresses, best first; none for a name that has none, or no answer in time."""
        resolution = HostResolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)

        def tell(found: list[_SocketAddress]) -> None:
            for host, _, *rest in found:
                kind = IPv6Address if rest else IPv4Address
                if addressTypes is None or kind in addressTypes:
                    resolutionReceiver.addressResolved(kind(transportSemantics, host, portNumber, *rest))
            resolutionReceiver.resolutionComplete()

        if isIPAddress(hostName):
            tell([(hostName, 0)])
            return resolution
        if isIPv6Address(hostName):
            tell([(hostName, 0, 0, 0)])
            return resolution
        if hostName in self._known:
            tell(self._known[hostName])
            return resolution
        lookup = deferToThreadPool(self._reactor, self._reactor.getThreadPool(), _addresses, hostName)
        lookup.addTimeout(self._timeout, self._reactor)
        lookup.addCallbacks(lambda found: self._remember(hostName, found), lambda _: [])
        lookup.addCallback(tell)
        return resolution

    def _remember(self, name: str, found: list[_SocketAddress]) -> list[_SocketAddress]:
        if self._known.limit:
            self._known[name] = found
        return found


def _addresses(name: str) -> list[_SocketAddress]:
    """Return the addresses to which this machine has a route, or all when it has none to any; OSError, UnicodeError."""
    found = [answer[4] for answer in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)]
    return [address for address in found if _has_route(address)] or found


def _has_route(address: _SocketAddress) -> bool:
    """Tell if there is a way to an address; nothing is sent."""
    family = socket.AF_INET6 if len(address) > 2 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address[0], 53, *address[2:]))
    except OSError:
        return False
    return True
