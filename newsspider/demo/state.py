"""``window.__NUXT__`` as Nuxt 2 writes it: a function whose arguments are the repeated values."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import count, product
from string import ascii_letters
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*\Z", re.ASCII)
_RESERVED = frozenset({"do", "if", "in", "is", "as"})  # the short ones a parameter could collide with
_ESCAPES = str.maketrans({"/": "\\u002F", "<": "\\u003C", ">": "\\u003E", "\u2028": "\\u2028", "\u2029": "\\u2029"})

_Scalar = str | int | bool | None
State = _Scalar | list["State"] | dict[str, "State"]


def nuxt_state(state: State) -> str:
    r"""Write the statement that a page carries in its script.

    >>> print(nuxt_state({"id": "x/1", "on": True, "tags": ["x/1", True], "n": 7}))
    window.__NUXT__=(function(a,b){return {id:a,on:b,tags:[a,b],n:7}}("x\u002F1",true));
    """
    # Keyed with the type, because True == 1.
    seen = Counter((type(value), value) for value in _scalars(state))
    names = _names()
    parameters = {key: next(names) for key, times in seen.items() if times > 1}
    arguments = ",".join(_literal(value) for _, value in parameters)
    body = _write(state, parameters)
    return f"window.__NUXT__=(function({','.join(parameters.values())}){{return {body}}}({arguments}));"


def _scalars(state: State) -> Iterator[_Scalar]:
    if isinstance(state, dict):
        for value in state.values():
            yield from _scalars(value)
    elif isinstance(state, list):
        for value in state:
            yield from _scalars(value)
    else:
        yield state


def _write(state: State, parameters: dict[tuple[type, _Scalar], str]) -> str:
    if isinstance(state, dict):
        return "{" + ",".join(f"{_key(key)}:{_write(value, parameters)}" for key, value in state.items()) + "}"
    if isinstance(state, list):
        return "[" + ",".join(_write(value, parameters) for value in state) + "]"
    return parameters.get((type(state), state)) or _literal(state, inline=True)


def _key(key: str) -> str:
    return key if _IDENTIFIER.match(key) else _literal(key)


def _literal(value: _Scalar, *, inline: bool = False) -> str:
    if inline and isinstance(value, bool):
        return "!0" if value else "!1"  # minified where it stands, spelled out among the arguments
    return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)


def _names() -> Iterator[str]:
    """a … Z, aa, ab …"""
    for length in count(1):
        for letters in product(ascii_letters, repeat=length):
            if (name := "".join(letters)) not in _RESERVED:
                yield name
