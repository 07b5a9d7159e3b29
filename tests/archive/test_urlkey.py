from __future__ import annotations

import re
import warnings
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsspider.warc.urlkey import urlkey

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its regular expressions have escapes that Python warns of
    import surt

VISIBLE = "".join(map(chr, range(0x21, 0x7F)))

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
    ("http://a.cn/?a-b=2&a=1", "cn,a)/?a=1&a-b=2"),  # by name: as a whole, "a-b=2" comes before "a=1"
    ("http://a.cn/?a=2&a=10&a=1=2", "cn,a)/?a=10&a=1=2&a=2"),
    ("http://a.cn?x=Y", "cn,a)/?x=y"),
    ("http://a.cn/x?sid=0123456789abcdef0123456789abcdef&b=1", "cn,a)/x?b=1"),
    ("http://a.cn/#top", "cn,a)/"),
    ("http://a.cn/x?jsessionid=0123456789ABCDEF0123456789abcdef&b=1", "cn,a)/x?b=1"),
    ("http://a.cn/x?PHPSESSID=0123456789ABCDEF0123456789abcdef", "cn,a)/x"),
    ("http://a.cn/x?b=1&ASPSESSIONIDabcdefgh=ABCDEFGHIJKLMNOPQRSTUVWX&c=2", "cn,a)/x?b=1&c=2"),
    ("http://a.cn/x?sid=0123456789abcdef0123456789abcde&b=1", "cn,a)/x?b=1&sid=0123456789abcdef0123456789abcde"),
    ("http://a.cn/x?b=1&CFID=1&CFTOKEN=2&c=3", "cn,a)/x?b=1&c=3"),
    ("http://a.cn/x?cfid=1&cftoken=", "cn,a)/x?cfid=1&cftoken="),
    ("http://a.cn/(S(0123456789abcdefghijklmn))/x.aspx", "cn,a)/x.aspx"),
    ("http://a.cn/(a(0123456789abcdefghijklmn)b(0123456789abcdefghijklmn))/x.aspx", "cn,a)/x.aspx"),
    ("http://a.cn/(0123456789abcdefghijklmn)/x.aspx", "cn,a)/x.aspx"),
    ("http://a.cn/(0123456789abcdefghijklmn)/x.html", "cn,a)/(0123456789abcdefghijklmn)/x.html"),
    ("http://a.cn/(0123456789abcdefghijklmn)/.aspx", "cn,a)/(0123456789abcdefghijklmn)/.aspx"),
    (f"http://a.cn/x?sid={'0' * 32}&b=1&sid={'1' * 32}", f"cn,a)/x?&b=1&sid={'0' * 32}"),
    ("http://a.cn:80:/", "cn,a)/"),
    ("HTTP://a.cn:80/", "cn,a)/"),
    ("Https://a.cn:443/", "cn,a)/"),
    ("http://a.cn:443/", "cn,a:443)/"),
    ("http://a.cn:65535/", "cn,a:65535)/"),
    ("http://a.cn:65536/", "http://a.cn:65536/"),
    ("http://a.cn:0/", "cn,a)/"),
    ("http://a.cn:/x", "cn,a)/x"),
    ("http://u@v@a.cn/", "cn,a)/"),
    ("dns://www.a.cn/", "cn,a,www)/"),
    ("filedesc://x.arc", "filedesc://x.arc"),
    ("http://http://https://a.cn/", "cn,a)/"),
    ("  http://a.cn/x\ty\n ", "cn,a)/xy"),
    ("a.cn/x", "cn,a)/x"),
    ("http:////a.cn/x", "cn,a)/x"),
    ("http://.a..cn./", "cn,a)/"),
    ("http://a.cn/x/", "cn,a)/x"),
    ("http://a.cn/../../x", "cn,a)/x"),
    ("http://a.cn/x/..", "cn,a)/"),
    ("http://a.cn/x/.", "cn,a)/x"),
    ("http://a.cn/.x", "cn,a)/.x"),
    ("ftp://a.cn/X", "cn,a)/x"),
    ("mailto:A@b.cn", "mailto:a@b.cn"),
    ("http://%61.CN/", "cn,a)/"),
    ("http://4294967297/", "1,0,0,0)/"),
    ("http://1.2.3.999/", "999,3,2,1)/"),
    ("http://a.cn:port/", "http://a.cn:port/"),
    ("dns:www.kankanews.com", "dns:www.kankanews.com"),
    ("", "-"),
]


@pytest.mark.parametrize(("url", "key"), KEYS)
def test_key_is_what_the_field_expects(url, key):
    assert urlkey(url) == key
    assert not url or reference(url) == key


def reference(url: str) -> str:
    """As cdxj-indexer calls it: what surt cannot read is its own key, here without what would end it in a line."""
    try:
        return str(surt.surt(url))
    except Exception:
        return quote(url, safe=VISIBLE)


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


@given(
    st.text(st.characters(), max_size=40)
    | st.builds("http://{}:99999/{}".format, st.text(st.characters(), max_size=9), st.text(st.characters(), max_size=9))
    | st.builds("filedesc{}".format, st.text(st.characters(), max_size=9))
    | st.lists(pieces, max_size=9).map("http://a.cn/{}".format)
)
@example("http://x:99999/a\nb")
@example("filedesc:\ud800\n\u3000 x")
def test_a_key_is_visible_ascii_whatever_the_address_is(url):
    """A line of the index begins with it: a blank would end it, a line feed the line."""
    assert re.fullmatch("[!-~]+", urlkey(url))


SESSIONS = """
    / a .aspx %3f %25 25 %2 5 & & = x= sid=0123456789abcdef0123456789abcdef CFID= cfid=1 &cftoken= &CFTOKEN=3 sid
    PHPSESSID=0123456789ABCDEF0123456789abcsid= /(0123456789abcdefghijklmn)/ /(S(0123456789abcdefghijklmn))/
    /(S(0123456789abcdefghijklmn)f(0123456789abcdefghijklmn))/x.aspx
""".split()  # noqa: SIM905
of_sessions = st.lists(st.sampled_from(SESSIONS), max_size=9).map("".join)


@settings(max_examples=400)
@given(path=of_sessions, query=of_sessions)
def test_key_of_an_address_with_sessions_is_the_surt_package_s(path, query):
    url = f"http://a.cn/{path}?{query}"

    assert urlkey(url) == reference(url)


# What took minutes to hours.
MANY = 50_000
LONG = {
    "escaped again and again": ("http://a.cn/%" + "25" * MANY + "41", "cn,a)/a"),
    "sessions without a page": ("http://a.cn" + "/(s(0123456789abcdefghijklmn))" * MANY, None),
    "sessions behind a question": ("http://a.cn" + "/(s(0123456789abcdefghijklmn))" * MANY + "/%3Fx.aspx", None),
    "beginnings of a session": ("http://a.cn/?" + "cfid=" * MANY, "cn,a)/?" + "cfid=" * MANY),
    "one session of many": ("http://a.cn/?" + "cfid=" * MANY + "1&cftoken=2", "cn,a)/?" + "cfid=" * (MANY - 1)),
    "steps up": ("http://a.cn/" + "a/" * MANY + "../" * MANY + "b", "cn,a)/b"),
    "protocols": ("http://" * MANY + "a.cn/", "cn,a)/"),
}


@pytest.mark.parametrize("name", LONG)
def test_key_of_a_long_address_is_found_in_one_pass(name):
    url, key = LONG[name]

    assert urlkey(url) == (key or "cn,a)" + url.removeprefix("http://a.cn").replace("%3F", "?"))
