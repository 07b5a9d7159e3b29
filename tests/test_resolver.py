"""Names are looked up in both families, within a bound of time, and what is dialled is what was judged."""

from __future__ import annotations

import socket

import pytest
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure

from newsspider.crawl import resolver
from newsspider.crawl.connections import PrivateAddressError, PublicEndpoint
from newsspider.crawl.resolver import Resolver

V4, V6 = "93.184.216.34", "2606:2800:220:1::1"


class Reactor(MemoryReactorClock):
    """Dials nothing, and its threads do at once what they are given."""

    nameResolver = None  # noqa: N815

    def getThreadPool(self):  # noqa: N802
        return self

    def callInThreadWithCallback(self, then, work, *args):  # noqa: N802
        try:
            result = work(*args)
        except Exception:
            then(False, Failure())
        else:
            then(True, result)

    def callFromThread(self, work, *args):  # noqa: N802
        work(*args)


@pytest.fixture
def dialled(monkeypatch):
    """Dial a host whose addresses the operating system says, or *error*; return the first, or the failure."""

    def dial(*addresses, error=None, routes=(V4, V6), times=1):
        def getaddrinfo(host, port, type):  # noqa: A002
            asked.append(host)
            if error is not None:
                raise error
            return [(0, type, 6, "", (each, 0, 0, 0) if ":" in each else (each, 0)) for each in addresses]

        asked, failures = [], []
        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        monkeypatch.setattr(resolver, "_has_route", lambda address: address[0] in routes)
        reactor = Reactor()
        reactor.nameResolver = Resolver(reactor, cache_size=9, timeout=5)
        for _ in range(times):
            PublicEndpoint(reactor, "news.example", 443).connect(Factory()).addErrback(failures.append)
        reactor.pump([0.1] * 40)
        assert asked == ["news.example"]
        return [client[:2] for client in reactor.tcpClients], [failure.value for failure in failures]

    return dial


def test_name_with_ipv6_only_is_dialled(dialled):
    assert dialled(V6) == ([(V6, 443)], [])


def test_both_families_are_dialled_in_the_order_of_the_system(dialled):
    assert dialled(V6, V4)[0] == [(V6, 443), (V4, 443)]


def test_address_without_a_route_is_left_out_beside_one_with(dialled):
    assert dialled(V6, V4, routes=[V4])[0] == [(V4, 443)]
    assert dialled(V6, routes=[])[0] == [(V6, 443)]


@pytest.mark.parametrize("private", ["127.0.0.1", "::1", "fec0::1", "64:ff9b:1::a00:1", "::a00:1"])
def test_private_address_beside_a_public_one_is_never_dialled(dialled, private):
    assert dialled(private, V4, V6, routes=[private, V4, V6])[0] == [(V4, 443), (V6, 443)]

    clients, (error,) = dialled(private)
    assert clients == []
    assert isinstance(error, PrivateAddressError)
    assert private in str(error)


def test_name_is_looked_up_once(dialled):
    assert dialled(V4, times=3)[0] == [(V4, 443)] * 3


@pytest.mark.parametrize("error", [socket.gaierror(), UnicodeError("label too long"), OSError("too many open files")])
def test_lookup_that_fails_is_an_error_at_once(dialled, error):
    clients, (failure,) = dialled(error=error)

    assert clients == []
    assert "news.example" in str(failure)


def test_lookup_that_hangs_ends_in_time(monkeypatch):
    reactor, failures = Reactor(), []
    reactor.nameResolver = Resolver(reactor, cache_size=9, timeout=5)
    monkeypatch.setattr(reactor, "callInThreadWithCallback", lambda *work: None)

    PublicEndpoint(reactor, "news.example", 443).connect(Factory()).addErrback(failures.append)
    reactor.advance(4.9)
    assert failures == []
    reactor.advance(0.2)

    assert "no results for hostname lookup: news.example" in str(failures[0].value)
