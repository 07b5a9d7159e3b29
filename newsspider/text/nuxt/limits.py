"""The limits of a state, the types of its values, and the error for a state beyond them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from datetime import datetime

MAX_CHARACTERS = 2_000_000
"""Length of the source; states of 30,000 are usual."""

MAX_DEPTH = 100
"""Arrays and objects within one another."""

MAX_NODES = 200_000
"""Values of all kinds, shared ones counted wherever they appear."""

MAX_ARRAY = 10_000
"""The n of ``Array(n)``."""

MAX_NUMBER = 64
"""Characters of a number; JavaScript prints 24 at most, and more of a BigInt. A longer one is null."""

Value: TypeAlias = "dict[str, Value] | list[Value] | str | int | float | bool | datetime | None"
"""Dates are aware, in UTC. ``None`` stands for null, undefined, a hole in an array, and, as in JSON, NaN; and for what
has no plain form."""


class NuxtStateError(NewsspiderError):
    """A state is not of the known shape or beyond a limit; the page's other witnesses have to speak."""

    def __init__(self, offset: int, problem: str):
        super().__init__(f"window.__NUXT__ was not read: {problem}, at character {offset} of the state")
        self.offset = offset
        self.problem = problem
