"""Removes what must not be in a log or report: passwords in addresses, credentials in headers, tokens, cookies."""

from __future__ import annotations

import re

_STARS = "***"

_WORDS = (
    r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|api_?key|access_?key|credentials?|webhook|sig(?:nature)?|sid|session"
    r"|(?:php|asp|j)?sess(?:ion)?_?id)"
)
_PLAIN_WORDS = r"(?:password|passwd|token|secret|credentials?|api_?key|access_?key)"
"""Those with which a name may end that has no sign before them, as ``clientSecret``."""
# Log lines quote strangers, so the time must grow as the line does, however it is made: where a pattern could begin in
# many places and fail at one that is after them all, that one is looked for first.
_WORD = re.compile(r"[^\s'\"<>]++")
# Also a password with a slash in it, which ought to be escaped, and in a key of S3 often is not.
_USERINFO = re.compile(r"(?<=[/\\]{2})(?:[^\s/'\"<>?#]+|[^\s/@:'\"<>?#]+:(?!\d+[/?#])[^\s'\"<>]+)@")
# To the end of the line: a cookie has spaces, semicolons and quotes in it, and more of them follow.
_HEADER = re.compile(
    r"(?i)\b((?:proxy-)?authorization|(?:set-)?cookie2?|x-(?:[\w-]{1,40}-)?(?:key|token|secret|auth))(b?['\"]?\s*[:=,]\s*)\S.*"
)
_BEARER = re.compile(r"(?i)\b(bearer )[\w.~+/=-]{8,}")
_PARAMETER = re.compile(
    rf"(?i)([?&;#][\w.-]*?\b_?(?:{_WORDS}|auth|key)|[?&;#][\w.-]*(?:_(?:{_WORDS}|key)|{_PLAIN_WORDS}))=[^\s&;#'\"<>]+"
)
_SETTING = re.compile(
    rf"(?i)((?>['\"](?=\w*+['\"])\w*{_WORDS}\w*+['\"])\s*+:\s*+)(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|[^\s,}}]+)"
)
_ANY = re.compile(rf"(?i)[/\\]{{2}}|authorization|bearer|cookie|\bx-|[?&;#][^\s=?&;#]*+=|{_WORDS}")
"""Without one of these there is nothing to hide, and looking costs a tenth."""


def redact(text: str) -> str:
    """Return *text* with stars for what is secret, and its lines as they were.

    >>> redact("https://ada:hunter2@proxy.example:3128/ and https://news.example/a?page=2&access_token=abc#x")
    'https://***@proxy.example:3128/ and https://news.example/a?page=2&access_token=***#x'
    >>> redact("https://news.example/#access_token=abc&state=1")
    'https://news.example/#access_token=***&state=1'
    >>> redact("{b'Cookie': [b'sid=1; theme=dark']}")
    "{b'Cookie': ***"
    >>> redact("Authorization: Basic YWRhOmh1bnRlcjI=")
    'Authorization: ***'
    >>> redact("{'AWS_SECRET_ACCESS_KEY': 'abc', 'BOT_NAME': 'newsspider'}")
    "{'AWS_SECRET_ACCESS_KEY': ***, 'BOT_NAME': 'newsspider'}"
    """
    if not _ANY.search(text):
        return text
    if "@" in text:
        text = _WORD.sub(_without_userinfo, text)
    text = _HEADER.sub(rf"\1\2{_STARS}", text)
    text = _BEARER.sub(rf"\1{_STARS}", text)
    text = _PARAMETER.sub(rf"\1={_STARS}", text)
    return _SETTING.sub(rf"\1{_STARS}", text)


def _without_userinfo(word: re.Match[str]) -> str:
    upto, at, rest = word[0].rpartition("@")
    return _USERINFO.sub(f"{_STARS}@", upto + at) + rest if at else rest
