"""Addresses of captures in one form: what is one address, and what is another."""

from __future__ import annotations

import pytest

from newsspider.warc.address import address, loosely, target_uri, with_scheme


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://a.cn/x?y=z", "https://a.cn/x?y=z"),
        ("https://a.cn/x#top", "https://a.cn/x"),
        ("https://a.cn/x#a#b", "https://a.cn/x"),
        ("https://a.cn/看 a", "https://a.cn/%E7%9C%8B%20a"),
        ("https://a.cn/a b", "https://a.cn/a%20b"),
        ("https://a.cn/a\tb\n\x7f", "https://a.cn/a%09b%0A%7F"),
        ("https://a.cn/%41看%zz", "https://a.cn/%41%E7%9C%8B%zz"),
        ("https://a.cn/!$&'()*+,;=:@~[]?看", "https://a.cn/!$&'()*+,;=:@~[]?%E7%9C%8B"),
        ("https://a.cn/\"<>\\^`{|}", "https://a.cn/\"<>\\^`{|}"),
    ],
)
def test_an_address_in_an_archive_is_visible_ascii_without_fragment(url, written):
    assert target_uri(url) == written
    assert target_uri(f"{url.partition('#')[0]}\udc80#").isascii()


@pytest.mark.parametrize(
    ("uri", "whole"),
    [
        *((each, f"http://{each}") for each in ("a.cn/x", "www.a.cn", "a.cn:80/", "a.cn?x", "a.cn#x", "a.cn.")),
        *((each, f"http://{each}") for each in ("a-b.cn/", "1.2.3.4/x", "新闻.cn/x", "a_b.cn:8080")),
        *((each, each) for each in ("http://a.cn/", "dns:a.cn", "a.cn:port/", "a/x.cn", "_a.cn/", "-a.cn/", ".cn/")),
        *((each, each) for each in ("localhost/x", "urn:x.cn:1", "", "filedesc://a.arc", "//a.cn/x", "a.cn:80x/")),
    ],
)
def test_a_scheme_that_was_left_out_is_put_before_what_is_a_host(uri, whole):
    assert with_scheme(uri) == whole


SAME = {
    "http://a.cn/x": [
        "http://a.cn/x", "HTTP://a.cn/x", "Http://A.CN/x", "http://A.cn/x", "http://a.CN/x", "http://a.cn:80/x",
        "http://a.cn:/x", "http://a.cn:080/x", "http://a.cn./x", "http://%61.cn/x", "a.cn/x", "A.cn:80/x", "//a.cn/x",
        "http://a.cn/x#y",
    ],
    "https://a.cn/": ["https://a.cn", "https://a.cn/", "https://a.cn:443", "https://a.cn:0443/", "https://a.cn#x"],
    "https://a.cn/?X=Y": ["https://a.cn?X=Y", "https://a.cn:443/?X=Y"],
    "http://a.cn:443/": ["http://a.cn:443", "HTTP://a.cn.:443/"],
    "https://a.cn:80/": ["https://a.cn:80/"],
    "https://a.cn:8443/": ["https://a.cn:8443", "https://A.cn:8443/"],
    "http://ada@a.cn/": ["http://ada@a.cn", "http://ada@A.cn:80/"],
    "http://@a.cn/": ["http://@a.cn/", "http://@a.cn"],
    "http://Ada:x@a.cn:81/": ["http://Ada:x@a.cn:81/", "http://Ada:x@A.CN.:81"],
    "http://[::1]/x": ["http://[::1]/x", "http://[::1]:80/x"],
    "http://[::1]:8080/x": ["http://[::1]:8080/x"],
    "http://xn--efvy88h.cn/x": ["http://新闻.cn/x", "http://%E6%96%B0%E9%97%BB.cn/x", "http://xn--efvy88h.cn/x"],
    "ftp://a.cn/": ["ftp://A.cn", "ftp://a.cn/"],
    "ftp://a.cn:21/": ["ftp://a.cn:21"],
    "dns:A.cn": ["dns:A.cn"],
    "http://a.cn/%E7%9C%8B": ["http://a.cn/看", "http://a.cn/%E7%9C%8B"],
    "http://a.cn/a%0Ab": ["http://a.cn/a\nb", "HTTP://a.cn/a\nb"],
    "urn:x": ["urn:x"],
    "http://a:b:c/": ["http://a:b:c/"],
}  # fmt: skip


@pytest.mark.parametrize("form", SAME)
def test_spellings_of_one_address_have_one_form(form):
    assert {address(each) for each in SAME[form]} == {form}
    assert address(form) == form


def test_a_host_that_is_none_is_escaped():
    long = "看" * 70  # of more than 63 characters in ASCII (RFC 1035)

    assert address(f"http://{long}.cn/x") == f"http://{'%E7%9C%8B' * 70}.cn/x"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.cn/x", "http://a.cn/X"),
        ("http://a.cn/x", "http://a.cn/x/"),
        ("http://a.cn/x", "https://a.cn/x"),
        ("http://a.cn/x", "http://www.a.cn/x"),
        ("http://a.cn/x", "http://a.cn/x?"),
        ("http://a.cn/%7E", "http://a.cn/~"),
        ("http://ada@a.cn/", "http://a.cn/"),
        ("http://a.cn/?a&b", "http://a.cn/?b&a"),
    ],
)
def test_another_address_has_another_form(one, other):
    assert address(one) != address(other)


LOOSE = {
    "a.cn/x": [
        "http://a.cn/x", "https://a.cn/x", "http://www.a.cn/x", "HTTPS://WWW.A.cn:443/x", "www.a.cn/x", "a.cn/x",
        "http://a.cn/%78",
    ],
    "www2.a.cn/x": ["http://www2.a.cn/x", "https://www2.a.cn/x"],
    "www.a.cn/x": ["http://www.www.a.cn/x"],
    "a.cn:8443/x": ["https://www.a.cn:8443/x", "http://a.cn:8443/x"],
    "a.cn/?u=http://www.b.cn/": ["http://a.cn/?u=http://www.b.cn/", "https://www.a.cn?u=http://www.b.cn/"],
    "ftp://www.a.cn/x": ["ftp://www.a.cn/x"],
}  # fmt: skip


@pytest.mark.parametrize("rest", LOOSE)
def test_scheme_and_www_are_left_out_where_a_site_may_serve_both(rest):
    assert {loosely(each) for each in LOOSE[rest]} == {rest}
