"""The time zone in which a page prints times that name none.

What the page says elsewhere with an offset decides; failing that the country and the language, a guess that the
record puts in doubt. English, Spanish, Arabic and others are written in many zones: the language decides nothing.
"""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable

_OFFSET = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}[T ][0-9:.,]{4,20}\s?([+-])([01][0-9]):?([0-9]{2})$")

_OF_COUNTRY = {
    "ae": "Asia/Dubai", "ar": "America/Argentina/Buenos_Aires", "at": "Europe/Vienna", "bd": "Asia/Dhaka",
    "be": "Europe/Brussels", "bg": "Europe/Sofia", "br": "America/Sao_Paulo", "by": "Europe/Minsk",
    "ch": "Europe/Zurich", "cl": "America/Santiago",
    "cn": "Asia/Shanghai", "co": "America/Bogota", "cz": "Europe/Prague", "de": "Europe/Berlin",
    "dk": "Europe/Copenhagen", "ee": "Europe/Tallinn", "eg": "Africa/Cairo", "es": "Europe/Madrid",
    "fi": "Europe/Helsinki", "fr": "Europe/Paris", "gb": "Europe/London", "gh": "Africa/Accra", "gr": "Europe/Athens",
    "hk": "Asia/Hong_Kong", "hr": "Europe/Zagreb", "hu": "Europe/Budapest", "id": "Asia/Jakarta", "ie": "Europe/Dublin",
    "il": "Asia/Jerusalem", "in": "Asia/Kolkata", "ir": "Asia/Tehran", "is": "Atlantic/Reykjavik", "it": "Europe/Rome",
    "jp": "Asia/Tokyo", "ke": "Africa/Nairobi", "kr": "Asia/Seoul", "lb": "Asia/Beirut", "lk": "Asia/Colombo",
    "lt": "Europe/Vilnius", "lu": "Europe/Luxembourg", "lv": "Europe/Riga", "ma": "Africa/Casablanca",
    "mo": "Asia/Macau", "mx": "America/Mexico_City", "my": "Asia/Kuala_Lumpur",
    "ng": "Africa/Lagos", "nl": "Europe/Amsterdam",
    "no": "Europe/Oslo", "np": "Asia/Kathmandu", "nz": "Pacific/Auckland", "pe": "America/Lima", "ph": "Asia/Manila",
    "pk": "Asia/Karachi", "pl": "Europe/Warsaw", "pt": "Europe/Lisbon", "ro": "Europe/Bucharest",
    "rs": "Europe/Belgrade", "ru": "Europe/Moscow", "sa": "Asia/Riyadh", "se": "Europe/Stockholm",
    "sg": "Asia/Singapore",
    "si": "Europe/Ljubljana", "sk": "Europe/Bratislava", "th": "Asia/Bangkok", "tr": "Europe/Istanbul",
    "tw": "Asia/Taipei", "ua": "Europe/Kyiv", "uk": "Europe/London", "ve": "America/Caracas",
    "vn": "Asia/Ho_Chi_Minh", "za": "Africa/Johannesburg",
}  # fmt: skip
"""By the end of a host's name; of countries with one zone, or in one of which most people live or all papers print."""

_OF_LANGUAGE = {
    "bg": "bg", "cs": "cz", "da": "dk", "de": "de", "el": "gr", "et": "ee", "fa": "ir", "fi": "fi", "fr": "fr",
    "he": "il", "hi": "in", "hr": "hr", "hu": "hu", "id": "id", "is": "is", "it": "it", "ja": "jp", "ko": "kr",
    "lt": "lt",
    "lv": "lv", "nb": "no", "nl": "nl", "nn": "no", "no": "no", "pl": "pl", "ro": "ro", "ru": "ru", "sk": "sk",
    "sl": "si",
    "sr": "rs", "sv": "se", "th": "th", "tr": "tr", "uk": "ua", "vi": "vn", "zh": "cn",
}  # fmt: skip
"""The country of a language that has one country, or one zone, or most of its papers in one."""


class Zone(NamedTuple):
    """The zone of a page."""

    at: tzinfo
    name: str
    guess: str | None
    """What it is guessed from; None where the page says it."""


def find_zone(
    dates: Iterable[str], url: str, language: str | None, locales: Iterable[str | None] = ()
) -> Zone | None:
    """Return the zone of a page that writes *dates*, lies at *url* and is in *language*; None where nothing decides.

    *locales* are languages by which it is called elsewhere; the region of one counts where it is of the same language.

    >>> find_zone(["2025-05-15T20:00:52.000+0900"], "https://www.example.com/", "ko").name
    '+09:00'
    >>> find_zone([], "https://www.example.com/1", "ko-KR")[1:]
    ('Asia/Seoul', 'its language, ko-KR')
    >>> find_zone([], "https://www.example.com/1", "en") is None
    True
    >>> find_zone([], "https://www.example.com/1", "en", ["en_IN"])[1:]
    ('Asia/Kolkata', 'its language, en_IN')
    """
    for text in dates:
        match = _OFFSET.search(text.strip())
        if match and match[2] + match[3] != "0000":
            east = timedelta(hours=int(match[2]), minutes=int(match[3]))
            return Zone(timezone(east if match[1] == "+" else -east), f"{match[1]}{match[2]}:{match[3]}", None)
    host = urlsplit(url).hostname or ""
    country = host.rpartition(".")[2]
    if zone := _zone(_OF_COUNTRY.get(country)):
        return Zone(zone, _OF_COUNTRY[country], f"its address, .{country}")
    tongue = _subtags(language)[0]
    for locale in (language, *locales):
        first, *regions = _subtags(locale)
        for region in regions if first == (tongue or first) else ():
            if zone := _zone(_OF_COUNTRY.get(region)):
                return Zone(zone, _OF_COUNTRY[region], f"its language, {locale}")
    country = _OF_LANGUAGE.get(tongue, "")
    if zone := _zone(_OF_COUNTRY.get(country)):
        return Zone(zone, _OF_COUNTRY[country], f"its language, {tongue}")
    return None


def _subtags(language: str | None) -> list[str]:
    return (language or "").strip().lower().replace("_", "-").split("-")


@cache
def _zone(name: str | None) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except ZoneInfoNotFoundError:  # a machine without the database of zones
        return None


UNKNOWN = Zone(UTC, "UTC", "nothing")
"""Stands where nothing decides; a time that names no zone is not known then."""
