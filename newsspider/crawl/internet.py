"""The IP addresses of the public internet: a table of our own, the same under every version of Python.

Source: IANA's registries of special-purpose addresses (iana-ipv4-special-registry, iana-ipv6-special-registry), of
IPv6 address space and of multicast, as of November 2026. Of several rows that an address is in, the narrowest counts.
"""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv6Address

_REACHABLE = {
    "0.0.0.0/0": True,
    "0.0.0.0/8": False,  # this network (RFC 791)
    "10.0.0.0/8": False,  # private (RFC 1918)
    "100.64.0.0/10": False,  # carrier-grade NAT (RFC 6598)
    "127.0.0.0/8": False,  # loopback (RFC 1122)
    "169.254.0.0/16": False,  # link-local (RFC 3927)
    "172.16.0.0/12": False,  # private (RFC 1918)
    "192.0.0.0/24": False,  # protocol assignments (RFC 6890)
    "192.0.0.9/32": True,  # Port Control Protocol, anycast (RFC 7723)
    "192.0.0.10/32": True,  # TURN, anycast (RFC 8155)
    "192.0.2.0/24": False,  # documentation (RFC 5737)
    "192.88.99.0/24": False,  # 6to4 relays, deprecated (RFC 7526)
    "192.168.0.0/16": False,  # private (RFC 1918)
    "198.18.0.0/15": False,  # benchmarking (RFC 2544)
    "198.51.100.0/24": False,  # documentation (RFC 5737)
    "203.0.113.0/24": False,  # documentation (RFC 5737)
    "224.0.0.0/4": False,  # multicast (RFC 5771)
    "240.0.0.0/4": False,  # reserved, limited broadcast at its end (RFC 1112, RFC 8190)
    # Of IPv6 only 2000::/3 is given out: outside lie loopback, IPv4-compatible and IPv4-translated addresses, NAT64 for
    # local use (64:ff9b:1::/48), segment routing (5f00::/16), unique local, link-local, site-local and multicast ones.
    "::/0": False,
    "2000::/3": True,
    "2001::/23": False,  # protocol assignments, Teredo and ORCHID among them (RFC 2928)
    "2001:1::1/128": True,  # Port Control Protocol, anycast (RFC 7723)
    "2001:1::2/128": True,  # TURN, anycast (RFC 8155)
    "2001:1::3/128": True,  # DNS service discovery, anycast (RFC 9665)
    "2001:3::/32": True,  # Automatic Multicast Tunneling (RFC 7450)
    "2001:4:112::/48": True,  # AS112 (RFC 7535)
    "2001:20::/28": True,  # ORCHIDv2 (RFC 7343)
    "2001:30::/28": True,  # remote identification of drones (RFC 9374)
    "2001:db8::/32": False,  # documentation (RFC 3849)
    "3fff::/20": False,  # documentation (RFC 9637)
    # These lead to an IPv4 host, which is judged too.
    "::ffff:0:0/96": True,  # IPv4-mapped (RFC 4291)
    "64:ff9b::/96": True,  # NAT64 (RFC 6052)
    "2002::/16": True,  # 6to4 (RFC 3056)
}
"""Whether a block is globally reachable. Blocks that say the same as the one around them are left out."""

_NARROWEST_FIRST = sorted(
    ((ipaddress.ip_network(block), reachable) for block, reachable in _REACHABLE.items()),
    key=lambda row: -row[0].prefixlen,
)
_TRAILING_IPV4 = (ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("64:ff9b::/96"))
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
_ISATAP = 0x5EFE
_UNIVERSAL = 0x02000000
"""The bit of an ISATAP interface identifier that says if its IPv4 address is unique in the world (RFC 5214, 6.1)."""


def is_public(address: str) -> bool:
    """Tell whether an IP address can be reached from, and so crawled on, the public internet.

    >>> [is_public(a) for a in ("93.184.216.34", "127.0.0.1", "169.254.169.254", "100.64.0.1", "::ffff:10.0.0.1")]
    [True, False, False, False, False]
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    return _is_reachable(ip) and (isinstance(ip, IPv4Address) or all(map(_is_reachable, _embedded_ipv4(ip))))


def _is_reachable(ip: IPv4Address | IPv6Address) -> bool:
    return next(reachable for block, reachable in _NARROWEST_FIRST if ip in block)


def _embedded_ipv4(ip: IPv6Address) -> list[IPv4Address]:
    """Return the IPv4 hosts that an IPv6 address leads to: mapped, by NAT64, by 6to4, by ISATAP."""
    number = int(ip)
    found = []
    if any(ip in block for block in _TRAILING_IPV4) or (number >> 32 & 0xFFFFFFFF & ~_UNIVERSAL) == _ISATAP:
        found.append(IPv4Address(number & 0xFFFFFFFF))
    if ip in _SIX_TO_FOUR:
        found.append(IPv4Address(number >> 80 & 0xFFFFFFFF))
    return found
