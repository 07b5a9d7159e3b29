"""Where connections go, and where they never go."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.exceptions import IgnoreRequest
from twisted.internet.address import IPv4Address
from twisted.internet.defer import fail
from twisted.internet.error import ConnectError, DNSLookupError
from twisted.python.failure import Failure

from newsspider.crawl import connections
from newsspider.crawl.connections import ConnectToError, PrivateAddressError, parse_connect_to
from newsspider.text.urls import clean_url

hosts = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]{2,5}){1,2}", fullmatch=True) | st.ip_addresses().map(
    lambda ip: str(ip if ip.version == 4 or ip.ipv4_mapped is None else ip.ipv4_mapped)  # two spellings of one
)
ports = st.integers(1, 65535)
pairs = st.tuples(hosts, ports)


def written(pair: tuple[str, int]) -> str:
    host, port = pair
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@given(st.dictionaries(pairs, pairs, max_size=4))
def test_connect_to_reads_what_was_written(table):
    text = ",".join(f"{written(left)}:{written(right)}" for left, right in table.items())

    assert parse_connect_to(text) == table


@pytest.mark.parametrize(
    "text",
    [
        "www.kankanews.com",
        "a.example:443",
        "a.example:443:127.0.0.1",
        "a:443:b:99999",
        "a:443:b:65536",
        "a:0:b:80",
        "a:80:b:0",
        "a:８０:b:80",
        "a:80:b:٨٠",
        "a:x:b:80",
        "a:1:b:2:c",
        ":1:b:2",
        "a:1:b:2:",
        "a:80:[b]:81",
        "a:80:[127.0.0.1]:81",
        "[a]:80:b:81",
        "a/b:80:b:81",
        "a:80:::1:81",
        "a:80:[::1]81",
        "[::1:80:b:81",
        "1.2.3.4.5:80:b:81",
    ],
)
def test_connect_to_that_cannot_be_read_is_named(text):
    with pytest.raises(ConnectToError, match="not HOST:PORT:HOST:PORT"):
        parse_connect_to(text)


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("[2001:DB8:0::0001]", "2001:db8::1"),
        ("[::ffff:192.0.2.1]", "::ffff:c000:201"),
        ("WWW.Kankanews.COM", "www.kankanews.com"),
        ("看看新闻.example", "xn--efv499aa5972a.example"),
    ],
)
def test_connect_to_names_a_host_as_the_addresses_do_that_are_asked_for(written, host):
    assert urlsplit(clean_url(f"http://{written}/")).hostname == host
    assert parse_connect_to(f"{written}:80:[::1]:8080") == {(host, 80): ("::1", 8080)}


def test_ports_go_up_to_65535_and_hosts_are_written_in_lower_case():
    assert parse_connect_to("a:1:B.Example:65535, b:65535:C:1") == {
        ("a", 1): ("b.example", 65535), ("b", 65535): ("c", 1)
    }  # fmt: skip


class Endpoint:
    """Stands for Twisted's endpoint of a host: it only tells what it was made for."""

    def __init__(self, reactor: Any, host: str, port: int, **options: Any) -> None:
        self.made = (host, port, options)


class Policy:
    """Makes TLS options that tell by which policy, and for which name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def creatorForNetloc(self, host: bytes, port: int) -> tuple[str, bytes, int]:  # noqa: N802  (Twisted's name)
        return self._name, host, port


@pytest.mark.parametrize("allow_private", [False, True])
@pytest.mark.parametrize(
    ("scheme", "host", "port", "target", "policy"),
    [
        (b"http", "a.example", 80, None, None),
        (b"http", "A.Example", 8000, ("127.0.0.1", 8080), None),
        (b"https", "b.example", 80, None, "verifying"),
        (b"https", "a.example", 8000, ("127.0.0.1", 8080), "trusting"),
        (b"https", "a.example", 8001, None, "verifying"),
    ],
)
def test_connection_goes_where_it_was_sent_and_is_checked_unless_it_was(
    allow_private, scheme, host, port, target, policy, monkeypatch
):
    monkeypatch.setattr(connections, "HostnameEndpoint", Endpoint)
    monkeypatch.setattr(connections, "PublicEndpoint", type("Public", (Endpoint,), {}))
    monkeypatch.setattr(connections, "wrapClientTLS", lambda options, endpoint: (options, endpoint))
    router = connections.Router(
        connect_to={("a.example", 8000): ("127.0.0.1", 8080)}, allow_private=allow_private,
        verifying=Policy("verifying"), trusting=Policy("trusting"),
    )  # fmt: skip

    found = router.endpoint(None, scheme, host, port, timeout=3)
    tls, endpoint = found if isinstance(found, tuple) else (None, found)
    assert tls == (None if policy is None else (policy, host.encode(), port))  # the name stays the first one
    assert endpoint.made == (*(target or (host, port)), {"timeout": 3})
    assert type(endpoint).__name__ == ("Endpoint" if target or allow_private else "Public")


def test_private_address_is_told_where_it_was_the_only_one(monkeypatch):
    monkeypatch.setattr(connections, "HostnameEndpoint", Endpoint)
    endpoint = connections.PublicEndpoint(None, "a.example", 80)
    lookup, refused = Failure(DNSLookupError()), Failure(ConnectError())

    assert endpoint._explain(lookup) is lookup  # there is no such name
    endpoint._refused.append("10.0.0.1")
    assert endpoint._explain(refused) is refused  # at a public address beside it
    with pytest.raises(PrivateAddressError, match="which is not a public address") as raised:
        endpoint._explain(lookup)
    assert isinstance(raised.value, IgnoreRequest)  # so that Scrapy asks no second time


def test_addresses_that_were_refused_before_are_none_of_this_connection(monkeypatch):
    monkeypatch.setattr(connections, "HostnameEndpoint", Endpoint)
    endpoint = connections.PublicEndpoint(None, "a.example", 80)
    endpoint._refused.append("10.0.0.1")
    endpoint._endpoint = type("Failing", (), {"connect": lambda self, factory: fail(DNSLookupError())})()
    failures: list[Failure] = []
    endpoint.connect(None).addErrback(failures.append)

    assert [failure.type for failure in failures] == [DNSLookupError]


@pytest.mark.parametrize("value", [None, "", " , "])
def test_no_connect_to_is_no_table(value):
    assert parse_connect_to(value) == {}


def test_lookup_is_told_of_from_its_beginning_to_its_end_and_private_addresses_are_kept_from_it():
    told: list[Any] = []

    class Receiver:
        def __getattr__(self, name: str) -> Any:
            return lambda *given: told.append((name, *given))

    class Resolved:
        def resolveHostName(self, receiver: Any, *args: Any, **kwargs: Any) -> str:  # noqa: N802  (Twisted's name)
            told.append((args, kwargs))
            receiver.resolutionBegan("resolution")
            for host in addresses:
                receiver.addressResolved(host)
            receiver.resolutionComplete()
            return "resolution"

    public, private = (IPv4Address("TCP", host, 443) for host in ("93.184.216.34", "10.0.0.1"))
    addresses, refused = (private, public), []
    reactor = connections._PublicReactor(SimpleNamespace(nameResolver=Resolved(), seconds=7), refused)

    assert reactor.nameResolver.resolveHostName(Receiver(), "a.example", portNumber=443) == "resolution"
    assert told == [
        (("a.example",), {"portNumber": 443}), ("resolutionBegan", "resolution"), ("addressResolved", public),
        ("resolutionComplete",),
    ]  # fmt: skip
    assert (refused, reactor.seconds) == (["10.0.0.1"], 7)
