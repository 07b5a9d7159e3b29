"""The state of a page: where it stands, and what it holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsspider.text.nuxt.limits import MAX_CHARACTERS, NuxtStateError
from newsspider.text.nuxt.reader import Reader

if TYPE_CHECKING:
    from newsspider.text.nuxt.limits import Value


def find_state(html: str) -> str | None:
    """Cut out the source of the state, or give ``None`` when the page has none.

    The first ``</script`` ends it, as it does for a browser, even inside a string.

    >>> find_state('<p>…</p><script>window.__NUXT__={data:[]};</script><script src="app.js"></script>')
    '{data:[]};'
    >>> find_state("<p>window.__NUXT__=1</p>") is None
    True
    """
    name = html.find(_NAME)
    while name != -1:
        tag = html.rfind("<", max(0, name - _MAX_SCRIPT_TAG), name)
        assigned = _ASSIGNED.match(html, name + len(_NAME))
        if assigned and tag != -1 and _SCRIPT_TAG.fullmatch(html, tag, name):
            end = _SCRIPT_END.search(html, assigned.end())
            return html[assigned.end() : end.start() if end else len(html)]
        name = html.find(_NAME, name + len(_NAME))
    return None


def read_state(source: str) -> Value:
    r"""Read what :func:`find_state` gave; any other source is a :class:`NuxtStateError`.

    >>> read_state('(function(a,d){d.id=a;return {url:"\\u002Fk24",ok:!0,none:void 0,more:[d,d]}}("x",{}));')
    {'url': '/k24', 'ok': True, 'none': None, 'more': [{'id': 'x'}, {'id': 'x'}]}
    >>> read_state("{data:fetch(0)}")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    newsspider.text.nuxt.limits.NuxtStateError: window.__NUXT__ was not read: found 'fetch(0)}' where a value was ...
    """
    if len(source) > MAX_CHARACTERS:
        raise NuxtStateError(MAX_CHARACTERS, f"more than {MAX_CHARACTERS} characters")
    return Reader(source).state()


_NAME = "window.__NUXT__"
_MAX_SCRIPT_TAG = 200
_SCRIPT_TAG = re.compile(r"<script(?:\s[^<>]*)?>\s*", re.IGNORECASE)
_ASSIGNED = re.compile(r"\s*=(?!=)")
_SCRIPT_END = re.compile(r"</[sS][cC][rR][iI][pP][tT](?=[\s/>])")
