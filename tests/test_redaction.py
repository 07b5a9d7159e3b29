"""What is secret becomes stars: each sort of secret in each place where it can stand, and what only looks like one."""

from __future__ import annotations

import pytest

from newsspider.text.redaction import redact

WORDS = """
password passwd passphrase pass pwd secret token apikey api_key accesskey access_key credential credentials webhook sig
signature sid session sessid session_id sessionid phpsessid aspsessionid jsessionid
"""
HEADERS = """
Authorization Proxy-Authorization Cookie Set-Cookie Cookie2 Set-Cookie2 X-Key X-Api-Key X-Token X-Auth-Token X-Secret
X-Client-Secret X-Auth X-Vault-Auth
"""


@pytest.mark.parametrize("word", WORDS.split())
def test_a_parameter_or_a_setting_of_that_name_is_secret(word):
    assert redact(f"/x?a=1&{word}=abc&b=2") == f"/x?a=1&{word}=***&b=2"
    assert redact(f"/x?my_{word}=abc#b") == f"/x?my_{word}=***#b"
    assert redact(f"{{'MY_{word.upper()}': 'abc', 'B': 2}}") == f"{{'MY_{word.upper()}': ***, 'B': 2}}"
    assert redact(f'{{"{word}": "a\\"bc", "b": 2}}') == f'{{"{word}": ***, "b": 2}}'
    assert redact(f"{{'{word}': 17, 'b': 2}}") == f"{{'{word}': ***, 'b': 2}}"


@pytest.mark.parametrize("name", ["auth", "key", "_key", "_auth", "a._auth", "a-key", "my_key", "a.auth"])
def test_a_parameter_of_a_shorter_name_is_secret_too(name):
    assert redact(f"/x?{name}=abc&b=2") == f"/x?{name}=***&b=2"


@pytest.mark.parametrize(
    "name", ["accessToken", "clientSecret", "userPassword", "sslpassword", "myApiKey", "a.refreshtoken"]
)
def test_a_parameter_that_ends_with_a_plain_word_is_secret(name):
    assert redact(f"/x?{name}=abc&b=2") == f"/x?{name}=***&b=2"
    assert redact(f"postgresql://h/db?a=1&{name}=abc") == f"postgresql://h/db?a=1&{name}=***"


@pytest.mark.parametrize("name", ["monkey", "keyword", "author", "my_author", "tokens_left", "signed"])
def test_a_parameter_whose_name_only_has_the_word_in_it_is_none(name):
    assert redact(f"/x?{name}=abc&b=2") == f"/x?{name}=abc&b=2"


@pytest.mark.parametrize("name", HEADERS.split())
@pytest.mark.parametrize("form", ["{}: {}", "b'{}': {}", '"{}" = {}', "{},{}"])
def test_the_value_of_a_header_is_secret_to_the_end_of_the_line(name, form):
    for case in (name, name.lower(), name.upper()):
        line = form.format(case, "a=b; c='d'")

        assert redact(f"{line}\nnext: a=b") == f"{form.format(case, '***')}\nnext: a=b"


@pytest.mark.parametrize(
    "text",
    [
        *("X-Powered-By: a", "X-Keyboard: a", "Cookies: 2", "the cookie was stale", "Bearer abcdefg"),
        *("http://h:80/a@b", "http://h:8080?a@b", "http://h:80#a@b", "mailto:ada@h.example", "ada@h.example"),
        *("{'RETRY': 'token'}", "{'RETRIES': 3}", "http://a:1/x:y@h/", "token=abc", "https://h.example/token/abc"),
    ],
)
def test_what_only_looks_like_a_secret_stays(text):
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Bearer abcdefgh", "Bearer ***"),
        ("Bearer " + "a1B2" * 100 + " x", "Bearer *** x"),
        ("/x?token=abc;b=2&sid=c#d", "/x?token=***;b=2&sid=***#d"),
        ("BEARER a.b~c+d/e=f-g", "BEARER ***"),
        ("http://ada@h/ http://bob:x@h/", "http://***@h/ http://***@h/"),
        ("\\\\ada:x@h\\a", "\\\\***@h\\a"),
        ('"ftp://ada:x@h"', '"ftp://***@h"'),
        ("//ada:x@h/a", "//***@h/a"),
        ("https:\\\\ada:x@h\\a", "https:\\\\***@h\\a"),
        ("http://a:1x/y@h/", "http://***@h/"),
    ],
)
def test_credentials_are_secret_wherever_they_stand(text, redacted):
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "https://news.example/a/b?page=2&id=7#x",
        "https://www.kankanews.com/detail/LMwVGgj402z",
        "<GET https://news.example/a@b>",
        "https://news.example/a#section=1",
        "whoever is the bearer of this",
        "<GET https://news.example:8443/a@b>",
        "{'RETRY_TIMES': 2, 'COOKIES_ENABLED': False}",
        "看看新闻Knews记者: 王琳琳",
    ],
)
def test_what_is_no_secret_is_left_alone(text):
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("ftp://token@host/x", "ftp://***@host/x"),
        ("ftp://ada:hunter@2@host/x", "ftp://***@host/x"),
        ("s3://key:hun/ter+2@bucket/x", "s3://***@bucket/x"),
        ("ftp://ada:hun?ter#2@host/x", "ftp://***@host/x"),
        ("Set-Cookie: a=b; Path=/\nnext line", "Set-Cookie: ***\nnext line"),
        ("{b'Proxy-Authorization': [b'Basic abc']}", "{b'Proxy-Authorization': ***"),
        ("/x?a=1&sig=abc&b=2", "/x?a=1&sig=***&b=2"),
        ("/x?X-Amz-Signature=abc", "/x?X-Amz-Signature=***"),
        ("http://ada:p@ss@proxy.example:3128/", "http://***@proxy.example:3128/"),
        ("{'X-Api-Key': 'abc', 'A': 1}", "{'X-Api-Key': ***"),
        ("the site answered: Bearer eyJhbGciOi.J9 is old", "the site answered: Bearer *** is old"),
        *((f"/x{mark}access_token=abc", f"/x{mark}access_token=***") for mark in "?&;#"),
        *((f"/x{mark}{name}=abc&b=2", f"/x{mark}{name}=***&b=2") for mark in "?&;#" for name in ("auth", "key", "sid")),
        ("/x;jsessionid=abc?PHPSESSID=abc&sessionid=abc", "/x;jsessionid=***&sessionid=***"),
        (r"{'DB_PASSWORD': 'a\'b', 'A': 1}", "{'DB_PASSWORD': ***, 'A': 1}"),
        ('{"SLACK_WEBHOOK": "https://hooks.example/T/B/x"}', '{"SLACK_WEBHOOK": ***}'),
    ],
)
def test_what_is_secret_is_stars(text, redacted):
    assert redact(text) == redacted


MANY = 100_000


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("://a:b" * MANY, None),
        ("://a:b" * MANY + "@c", "://***@c"),
        ("'" + "token" * MANY, None),
        ("'" + "token" * MANY + "': 1", "'" + "token" * MANY + "': ***"),
        ("#" * MANY, None),
        ("cookie " * MANY, None),
        ("cookie " * MANY + "=a", "cookie " * MANY + "=***"),
        ("?" + "token" * MANY, None),
    ],
    ids=lambda text: text and f"{text[:8]}…{text[-8:]}",
)
def test_a_line_of_any_length_is_looked_through_in_one_pass(text, redacted):
    """Some took minutes."""
    assert redact(text) == (redacted or text)
