"""The sites: one file each, found by its name."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from types import ModuleType


class SiteNotFoundError(NewsspiderError):
    """There are no rules for a site of that name."""

    def __init__(self, name: str):
        super().__init__(f"no site is called {name!r}; there is: {', '.join(names())}")


def names() -> list[str]:
    """Return the sites whose pages can be read.

    >>> names()
    ['kankanews']
    """
    return sorted(each.name for each in pkgutil.iter_modules(__path__))


@cache
def load(name: str) -> ModuleType:
    """Return the rules of a site; SiteNotFoundError says which there are."""
    if name not in names():
        raise SiteNotFoundError(name)
    return import_module(f"{__name__}.{name}")
