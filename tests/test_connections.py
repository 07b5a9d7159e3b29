"""Where connections go, and where they never go."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.connections import ConnectToError, is_public, parse_connect_to

hosts = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]{2,5}){1,2}", fullmatch=True) | st.ip_addresses().map(
    str
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
        "a:x:b:80",
        "a:1:b:2:c",
        ":1:b:2",
    ],
)
def test_connect_to_that_cannot_be_read_is_named(text):
    with pytest.raises(ConnectToError, match="not HOST:PORT:HOST:PORT"):
        parse_connect_to(text)


@pytest.mark.parametrize("value", [None, "", " , "])
def test_no_connect_to_is_no_table(value):
    assert parse_connect_to(value) == {}


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1", "192.0.2.1",
        "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "2002:7f00:0001::", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    ],
)  # fmt: skip
def test_address_that_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "1.1.1.1", "2606:2800:220:1::1", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_address_that_is_public(address):
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_ipv4_address_is_judged_the_same_in_ipv6_clothes(address):
    number = int(address)

    assert is_public(str(address)) == is_public(str(ipaddress.IPv6Address((0xFFFF << 32) | number)))
    assert is_public(str(address)) == is_public(str(ipaddress.IPv6Address((0x64FF9B << 96) | number)))
