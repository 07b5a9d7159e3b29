"""The language in which a person is addressed: catalogues of gettext, chosen when a text is shown, not when imported.

What programs read (JSON, logs, manifests, exit codes) is English whatever the language. In order: the language of a
request (:func:`speaking`), the setting ``UI_LANGUAGE`` (:func:`use`), ``NEWSSPIDER_UI_LANGUAGE``, then the variables of
gettext. ``make catalogues`` collects the texts in ``locale/`` and compiles what is translated there.
"""

from __future__ import annotations

import gettext as catalogues
import os
import re
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pkgutil import get_data
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Language = Literal["en", "zh_CN"]

LANGUAGES: tuple[Language, ...] = ("en", "zh_CN")

DOMAIN = "newsspider"

VARIABLE = "NEWSSPIDER_UI_LANGUAGE"

_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""Of gettext, in its order."""

_MAX_HEADER = 1000
"""Characters of an Accept-Language that are read."""
_RANGE = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")
"""A range of languages and its weight: RFC 9110, 12.5.4."""

_of_request: ContextVar[Language | None] = ContextVar("language of the request", default=None)
_of_process: list[Language] = []
"""The one that was set, if any."""


def _(text: str, /, **values: object) -> str:
    """Return *text* in the present language, with *values* in place of ``%(name)s``.

    >>> with speaking("en"): _("%(path)s: no run yet", path="archives")
    'archives: no run yet'
    """
    found = translated(text)
    return found % values if values else found


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """Return what is said of so many in the present language; ``%(number)s`` is the number itself.

    >>> with speaking("en"): ngettext("%(number)s run", "%(number)s runs", 1200)
    '1,200 runs'
    """
    return translated(one, many, number) % {"number": f"{number:,}", **values}


def translated(one: str, many: str | None = None, number: int = 1) -> str:
    """Return the catalogue's text for *one*, or *many* for that *number*, with its ``%(name)s`` as they are."""
    catalogue = _catalogue(language())
    if not one:  # under which a catalogue has its header
        return ""
    return catalogue.gettext(one) if many is None else catalogue.ngettext(one, many, number)


def N_(text: str) -> str:  # noqa: N802  the name that gettext's users know
    """Mark *text* for the catalogues where it is only kept; ``_`` translates it where it is shown."""
    return text


def language() -> Language:
    """Return the present language."""
    return _of_request.get() or (_of_process[0] if _of_process else _of_environment())


def use(name: str | None) -> None:
    """Take the setting ``UI_LANGUAGE`` for this process; nothing, for the environment to decide.

    Raises ValueError for a language that there is not.
    """
    found = named(name) if name else None
    if name and not found:
        known = ", ".join(LANGUAGES)
        raise ValueError(_("%(name)s is no language of ours; there are: %(names)s", name=repr(name), names=known))
    _of_process[:] = [found] if found else []


@contextmanager
def speaking(name: Language | None) -> Iterator[None]:
    """Speak a language for a while, in this thread or task alone; None changes nothing."""
    token = _of_request.set(name or _of_request.get())
    try:
        yield
    finally:
        _of_request.reset(token)


def named(name: str) -> Language | None:
    """Return the language that a name of any spelling means; None for one that there is not.

    >>> [named(each) for each in ("zh", "zh-Hans-CN", "zh_CN.UTF-8", "en_GB", "C.UTF-8", "fr")]
    ['zh_CN', 'zh_CN', 'zh_CN', 'en', 'en', None]
    """
    first = re.split(r"[-_.@]", name.strip(), maxsplit=1)[0].lower()
    return {"zh": "zh_CN", "en": "en", "c": "en", "posix": "en"}.get(first)  # type: ignore[return-value]


def preferred(accept_language: str | None) -> Language | None:
    """Return the language that a browser's Accept-Language likes best; None where it names none of ours.

    >>> preferred("fr;q=0.9, zh-TW;q=0.8, en;q=0.7"), preferred("en, zh"), preferred("zh;q=0, en;q=0.1")
    ('zh_CN', 'en', 'en')
    >>> preferred("fr"), preferred("*"), preferred(None)
    (None, None, None)
    """
    weighed: dict[Language, float] = {}
    for each in (accept_language or "")[:_MAX_HEADER].split(","):
        if (found := _RANGE.fullmatch(each)) and (one := named(found[1])):
            weighed[one] = max(weighed.get(one, 0.0), float(found[2] or 1))
    best = max(weighed, key=lambda one: weighed[one], default=None)
    return best if best and weighed[best] else None


def tag() -> str:
    """Return the present language as HTML names it.

    >>> with speaking("zh_CN"): tag()
    'zh-CN'
    """
    return language().replace("_", "-")


def _of_environment() -> Language:
    if (name := os.environ.get(VARIABLE)) and (found := named(name)):
        return found
    for value in (os.environ[each] for each in _VARIABLES if os.environ.get(each)):
        # Only LANGUAGE is a list; the first variable that is set decides.
        return next((found for each in value.split(":") if (found := named(each))), "en")
    return "en"


@cache
def _catalogue(name: Language) -> catalogues.NullTranslations:
    if name == "en":
        return catalogues.NullTranslations()
    compiled = get_data("newsspider.text", f"locale/{name}/LC_MESSAGES/{DOMAIN}.mo")
    return catalogues.GNUTranslations(BytesIO(compiled or b""))

