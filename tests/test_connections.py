"""Where connections go, and where they never go."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsspider.crawl.connections import ConnectToError, parse_connect_to
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


@pytest.mark.parametrize("value", [None, "", " , "])
def test_no_connect_to_is_no_table(value):
    assert parse_connect_to(value) == {}
