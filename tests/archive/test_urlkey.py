from __future__ import annotations

import warnings

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsspider.archive.urlkey import urlkey

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its regular expressions have escapes that Python warns of
    import surt

KEYS = [
    ("https://www.kankanews.com/detail/LMwVGgj402z", "com,kankanews)/detail/lmwvggj402z"),
    ("http://www.kankanews.com/a/2019-01-09/0038709367.shtml", "com,kankanews)/a/2019-01-09/0038709367.shtml"),
    ("https://kankanews.com", "com,kankanews)/"),
    ("http://www2.kankanews.com:80/a/", "com,kankanews)/a"),
    ("https://kankanews.com:443/", "com,kankanews)/"),
    ("https://kankanews.com:8443/", "com,kankanews:8443)/"),
    ("http://user:secret@kankanews.com/a", "com,kankanews)/a"),
    ("http://127.0.0.1:8000/", "1,0,0,127:8000)/"),
    ("http://2130706433/", "1,0,0,127)/"),
    ("http://0177.1/", "1,0,0,127)/"),
    ("http://[::1]:8000/", "::1:8000)/"),
    ("http://München.de/看", "de,xn--mnchen-3ya)/%e7%9c%8b"),
    ("http://a.cn/%E7%9C%8B", "cn,a)/%e7%9c%8b"),
    ("http://a.cn/x%2525", "cn,a)/x%25"),
    ("http://a.cn/a/./b/../c//d", "cn,a)/a/c/d"),
    ("http://a.cn/?", "cn,a)/"),
    ("http://a.cn/?b=2&a=1&a", "cn,a)/?a&a=1&b=2"),
    ("http://a.cn?x=Y", "cn,a)/?x=y"),
    ("http://a.cn/x?sid=0123456789abcdef0123456789abcdef&b=1", "cn,a)/x?b=1"),
    ("http://a.cn/#top", "cn,a)/"),
    ("http://a.cn:port/", "http://a.cn:port/"),
    ("dns:www.kankanews.com", "dns:www.kankanews.com"),
    ("", "-"),
]


@pytest.mark.parametrize(("url", "key"), KEYS)
def test_key_is_what_the_field_expects(url, key):
    assert urlkey(url) == key


def reference(url: str) -> str:
    """As cdxj-indexer calls it: what surt cannot read is its own key."""
    try:
        return str(surt.surt(url))
    except Exception:
        return url


PIECES = """
    http:// https:// HTTP:// ftp: dns: www. www12. WWW. a b.cn KanKan.com .. . / // /./ /../ :80 :443 :8080 : @ u:p@
    [::1] ? & = a=1 B=2 # #x %20 %2525 %41 %e7%9c%8b % é 看看 新闻.cn 127.0.0.1 0177.1 2130706433 1.2 index.html
    \\ " { ' ; + *
    sid=0123456789abcdef0123456789abcdef jsessionid=0123456789ABCDEF0123456789abcdef cfid=1&cftoken=2
    ASPSESSIONIDabcdefgh=ABCDEFGHIJKLMNOPQRSTUVWX (S(0123456789abcdefghijklmn))/x.aspx
""".split()  # noqa: SIM905 -- a list of fifty quoted strings is no easier to read
pieces = st.sampled_from([*PIECES, " ", "\t"])


@settings(max_examples=400)
@given(
    st.lists(pieces, max_size=9).map("".join) | st.builds("http://{}".format, st.lists(pieces, max_size=9).map("".join))
)
@example("http://a.cn/\x85")
@example(" ")
def test_key_is_the_surt_package_s(url):
    assert urlkey(url) == reference(url)


@given(st.lists(pieces, min_size=1, max_size=9).map("".join))
def test_key_of_an_address_has_no_space(tail):
    """A space would end the key in a line of the index."""
    assert " " not in urlkey("http://a.cn/" + tail)
