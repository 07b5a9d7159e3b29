"""Which addresses are crawled: the first and the last of each block, and their neighbours outside."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.crawl.internet import is_public

NOT_PUBLIC = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/29",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
    "::/128", "::1/128", "::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/32",
    "2001:2::/48", "2001:10::/28", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fd00::/8", "fe80::/10",
    "fec0::/10", "ff00::/8",
]  # fmt: skip
"""Not globally reachable, by IANA's registries of special-purpose, multicast and IPv6 address space."""

PUBLIC_BESIDE_THEM = [
    "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.0.9", "192.0.0.10",
    "192.0.1.0", "192.0.1.255", "192.0.3.0", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0",
    "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255",
    "2000::", "2001:1::1", "2001:1::2", "2001:1::3", "2001:3::1", "2001:4:112::1", "2001:20::1", "2001:30::1",
    "2001:200::", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::", "2003::", "3ffe:ffff::", "3fff:1000::",
    "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "93.184.216.34", "1.1.1.1", "2606:2800:220:1::1",
]  # fmt: skip


@pytest.mark.parametrize("block", NOT_PUBLIC)
def test_first_and_last_address_of_a_block_that_is_not_public(block):
    network = ipaddress.ip_network(block)

    assert [is_public(str(network[0])), is_public(str(network[-1]))] == [False, False]


@pytest.mark.parametrize("address", PUBLIC_BESIDE_THEM)
def test_address_beside_such_a_block_is_public(address):
    assert is_public(address)


def test_zone_does_not_hide_an_address():
    assert not is_public("fe80::1%eth0")


PRIVATE_IPV4 = ["10.0.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.255.255", "100.64.0.1", "0.0.0.0"]


def within(prefix: str, ipv4: str, shift: int = 0) -> str:
    return str(ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) | int(ipaddress.IPv4Address(ipv4)) << shift))


@pytest.mark.parametrize("ipv4", PRIVATE_IPV4)
@pytest.mark.parametrize(
    ("prefix", "shift"),
    [
        ("::ffff:0:0", 0),  # IPv4-mapped
        ("::ffff:0:0:0", 0),  # IPv4-translated
        ("::", 0),  # IPv4-compatible
        ("64:ff9b::", 0),  # NAT64
        ("64:ff9b:1::", 0),  # NAT64 for local use
        ("2002::", 80),  # 6to4
        ("2001:0:5db8:d822::", 0),  # Teredo
        ("fe80::5efe:0:0", 0),  # ISATAP
        ("2606:2800:220:1:0:5efe::", 0),
        ("2606:2800:220:1:200:5efe::", 0),
        ("2002:5db8:d822::5efe:0:0", 0),  # under 6to4 of a public address
    ],
)
def test_private_ipv4_address_in_ipv6_clothes(prefix, shift, ipv4):
    assert not is_public(within(prefix, ipv4, shift))


@pytest.mark.parametrize(
    ("prefix", "shift"),
    [("::ffff:0:0", 0), ("64:ff9b::", 0), ("2002::", 80), ("2606:2800:220:1:200:5efe::", 0)],
)
@given(address=st.ip_addresses(v=4))
def test_ipv4_address_is_judged_the_same_in_ipv6_clothes(prefix, shift, address):
    assert is_public(within(prefix, str(address), shift)) == is_public(str(address))
