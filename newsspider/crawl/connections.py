"""Directs connections: to the server that the operator's ``CONNECT_TO`` names, and never into a private network.

A crawler follows addresses that strangers write. What a name resolves to is checked after the lookup, on the very
addresses that are dialled, so neither a redirect nor a second DNS answer leads inside. Behind a proxy it is the proxy
that looks names up and dials, and its rules that keep a crawler out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from twisted.internet.abstract import isIPv6Address
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import (
    IHostnameResolver,
    IReactorPluggableNameResolver,
    IResolutionReceiver,
    IStreamClientEndpoint,
)
from zope.interface import implementer

from newsspider.crawl.internet import is_public
from newsspider.errors import NewsspiderError
from newsspider.text.message import message
from newsspider.text.urls import UrlError, clean_url

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress, IHostResolution, IProtocol, IProtocolFactory
    from twisted.python.failure import Failure

HostPort = tuple[str, int]


class ConnectToError(NewsspiderError):
    """``CONNECT_TO`` cannot be read."""

    def __init__(self, entry: str):
        super().__init__(
            message(
                "CONNECT_TO: %(entry)s is not HOST:PORT:HOST:PORT; write for example "
                "CONNECT_TO=www.kankanews.com:443:127.0.0.1:8443",
                entry=repr(entry),
            )
        )


class PrivateAddressError(NewsspiderError, IgnoreRequest):
    """A URL leads to an address that the public internet does not have."""

    def __init__(self, host: str, addresses: list[str]):
        self.host = host
        super().__init__(
            f"{host} is at {', '.join(addresses)}, which is not a public address: not crawled; "
            "if you mean it, set ALLOW_PRIVATE_ADDRESSES=True or name it in CONNECT_TO"
        )


def parse_connect_to(value: str | None) -> dict[HostPort, HostPort]:
    """Read ``HOST:PORT:HOST:PORT[,…]``, the form of curl's ``--connect-to``; IPv6 addresses in brackets.

    >>> parse_connect_to("www.kankanews.com:443:127.0.0.1:8443")
    {('www.kankanews.com', 443): ('127.0.0.1', 8443)}
    >>> parse_connect_to("a.example:80:[::1]:8080")
    {('a.example', 80): ('::1', 8080)}
    """
    table = {}
    for entry in filter(None, (part.strip() for part in (value or "").split(","))):
        left, sep, rest = _split_host_port(entry)
        right, more, _ = _split_host_port(rest) if sep else (None, "", "")
        if left is None or right is None or more:
            raise ConnectToError(entry)
        try:
            table[_as_in_url(*left)] = right
        except UrlError as error:
            raise ConnectToError(entry) from error
    return table


def _as_in_url(host: str, port: int) -> HostPort:
    """Write a host as the addresses have it that are asked for: ``[::0001]`` as ``::1``, an IDN in ASCII; UrlError."""
    origin = urlsplit(clean_url(f"http://[{host}]" if ":" in host else f"http://{host}"))
    if origin.hostname is None or origin.path != "/":
        raise UrlError(host, message("it is more than a host"))
    return origin.hostname, port


def _split_host_port(text: str) -> tuple[HostPort | None, str, str]:
    """Take the first ``HOST:PORT`` off *text*: the pair, the separator after it, what follows."""
    if text.startswith("["):
        host, sep, rest = text[1:].partition("]:")
        if not isIPv6Address(host):
            return None, "", text
    else:
        host, sep, rest = text.partition(":")
    port, more, rest = rest.partition(":")
    if not (host and sep and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        return None, "", text
    return (host.lower(), int(port)), more, rest


@implementer(IResolutionReceiver)
class _PublicReceiver:
    """Passes on the public addresses of a lookup and keeps the others in *refused*."""

    def __init__(self, receiver: Any, refused: list[str]):
        self._receiver = receiver
        self._refused = refused

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802  (Twisted's name)
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802
        host: str = address.host
        if is_public(host):
            self._receiver.addressResolved(address)
        else:
            self._refused.append(host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class _PublicResolver:
    def __init__(self, resolver: Any, refused: list[str]):
        self._resolver = resolver
        self._refused = refused

    def resolveHostName(self, receiver: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N802
        return self._resolver.resolveHostName(_PublicReceiver(receiver, self._refused), *args, **kwargs)


@implementer(IReactorPluggableNameResolver)
class _PublicReactor:
    """The reactor as :class:`HostnameEndpoint` sees it: all but the name resolver is the real one."""

    def __init__(self, reactor: Any, refused: list[str]):
        self._reactor = reactor
        self._refused = refused

    @property
    def nameResolver(self) -> _PublicResolver:  # noqa: N802
        return _PublicResolver(self._reactor.nameResolver, self._refused)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)


@implementer(IStreamClientEndpoint)
class PublicEndpoint:
    """A host and port that are dialled only at public addresses."""

    def __init__(self, reactor: Any, host: str, port: int, **options: Any):
        self._host = host
        self._refused: list[str] = []
        self._endpoint = HostnameEndpoint(_PublicReactor(reactor, self._refused), host, port, **options)

    def connect(self, factory: IProtocolFactory) -> Deferred[IProtocol]:
        self._refused.clear()
        return self._endpoint.connect(factory).addErrback(self._explain)

    def _explain(self, failure: Failure) -> Failure:
        if self._refused and isinstance(failure.value, DNSLookupError):  # no other address was left to dial
            raise PrivateAddressError(self._host, self._refused) from failure.value
        return failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """Makes the endpoint for a request's scheme, host and port.

    A host that the operator sent elsewhere by ``CONNECT_TO`` is dialled there, private or not, and its certificate
    is not checked, since it is not the host's; SNI and ``Host`` stay the first name.
    """

    connect_to: Mapping[HostPort, HostPort]
    allow_private: bool
    verifying: Any
    """TLS as the settings want it: an ``IPolicyForHTTPS``."""
    trusting: Any
    """TLS without a check of the certificate."""

    def endpoint(self, reactor: Any, scheme: bytes, host: str, port: int, **options: Any) -> Any:
        """Return the endpoint; *options* are those of :class:`HostnameEndpoint`."""
        target = self.connect_to.get((host.lower(), port))
        endpoint: Any
        if target is not None:
            endpoint = HostnameEndpoint(reactor, *target, **options)
        elif self.allow_private:
            endpoint = HostnameEndpoint(reactor, host, port, **options)
        else:
            endpoint = PublicEndpoint(reactor, host, port, **options)
        if scheme == b"http":
            return endpoint
        policy = self.verifying if target is None else self.trusting
        return wrapClientTLS(policy.creatorForNetloc(host.encode("ascii"), port), endpoint)
