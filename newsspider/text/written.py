"""Dates as pages in other languages write them: ``9. Januar 2026, 17:04 Uhr``, ``Jan. 9, 2026, 5:04 p.m. ET``.

``dates.py`` reads what Chinese pages and programs print. Here a month has a name, the day may come first, and a clock
may stand before its date. Whether 09/01/2026 is in January the language has to tell; in English only that of a country
does. The names of months are those of CLDR, long and short. In Persian and Thai years of other calendars are read too.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsspider.text.calendars import of_buddhist_era, of_solar_hijri

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_LENGTH = 150
"""Characters; a longer line is a paragraph."""

_MONTHS = (
    (
        "january jan januar jänner jän janv janvier enero ene janeiro gennaio gen januari stycznia sty ocak"
        " oca ledna ianuarie ian januára január января янв января́ січня січ ιανουαρίου ιαν يناير جانفي"
        " tammikuuta ינואר जनवरी জানুয়ারি জানুয়ারী جنوری ژانویه มกราคม ม.ค gener януари jaanuar|كانون الثاني"
    ),
    (
        "february feb februar feber février févr fév febrero fevereiro fev febbraio februari lutego lut şubat"
        " şub února februarie február februára февраля фев февр лютого лют φεβρουαρίου φεβ فبراير فيفري شباط"
        " helmikuuta פברואר फरवरी फ़रवरी ফেব্রুয়ারি ফেব্রুয়ারী فروری فوریه กุมภาพันธ์ ก.พ febrer февруари veebruar"
    ),
    (
        "march mar märz mär mrz mars marzo março maart mrt maret marts marca mart března martie március марта мар мартa"
        " березня бер μαρτίου μαρ مارس آذار"
        " maaliskuuta מרץ מרס मार्च মার্চ مارچ มีนาคม มี.ค març märts март"
    ),
    (
        "april apr avril avr abril abr aprile kwietnia kwi nisan nis dubna aprilie április apríla апреля апр"
        " квітня квіт кві απριλίου απρ أبريل ابريل إبريل أفريل نيسان"
        " huhtikuuta אפריל अप्रैल এপ্রিল اپریل آوریل เมษายน เม.ย aprill април"
    ),
    (
        "may mai mayo maio maggio mag mei maj maja mayıs května május mája máj"
        " мая травня трав тра μαΐου μαΐ مايو ماي أيار"
        " toukokuuta מאי मई মে مئی مه พฤษภาคม พ.ค maig май"
    ),
    (
        "june jun juni juin junio junho giugno giu czerwca cze haziran haz června iunie iun június júna jún июня июн"
        " червня черв чер ιουνίου ιουν يونيو جوان حزيران"
        " kesäkuuta יוני जून জুন جون ژوئن มิถุนายน มิ.ย juny juuni юни"
    ),
    (
        "july jul juli juillet juil julio julho luglio lug lipca lip temmuz tem července iulie iul július júla júl"
        " июля июл липня лип ιουλίου ιουλ يوليو جويلية تموز"
        " heinäkuuta יולי जुलाई জুলাই جولائی ژوئیه กรกฎาคม ก.ค juliol juuli юли"
    ),
    (
        "august aug août aoû agosto ago augustus augusti sierpnia sie ağustos ağu srpna augusztus augusta"
        " agustus agu августа авг серпня серп сер αυγούστου αυγ أغسطس اغسطس أوت آب"
        " elokuuta אוגוסט अगस्त আগস্ট اگست اوت สิงหาคม ส.ค agost август"
    ),
    (
        "september sep sept septembre septiembre setiembre setembro set settembre września wrz eylül eyl září"
        " septembrie szeptember septembra сентября сен сент вересня вер σεπτεμβρίου σεπ سبتمبر أيلول"
        " syyskuuta ספטמבר सितंबर सितम्बर সেপ্টেম্বর ستمبر سپتامبر กันยายน ก.ย setembre септември"
    ),
    (
        "october oct oktober okt octobre octubre outubro out ottobre ott października paź ekim eki října"
        " octombrie október októbra октября окт жовтня жовт жов οκτωβρίου οκτ أكتوبر اكتوبر"
        " lokakuuta אוקטובר अक्टूबर अक्तूबर অক্টোবর اکتوبر اکتبر ตุลาคม ต.ค oktoober октомври|تشرين الأول"
    ),
    (
        "november nov novembre noviembre novembro listopada lis kasım kas listopadu noiembrie novembra ноября"
        " ноя нояб листопада лист νοεμβρίου νοε نوفمبر"
        " marraskuuta נובמבר नवंबर नवम्बर নভেম্বর نومبر نوامبر พฤศจิกายน พ.ย ноември|تشرين الثاني"
    ),
    (
        "december dec dezember dez décembre déc diciembre dic dezembro dicembre desember des grudnia gru aralık ara"
        " prosince decembrie decembra декабря дек грудня груд гру δεκεμβρίου δεκ ديسمبر"
        " joulukuuta דצמבר दिसंबर दिसम्बर ডিসেম্বর دسمبر دسامبر ธันวาคม ธ.ค desembre detsember декември|كانون الأول"
    ),
)
_MONTH_OF = {
    name: month
    for month, names in enumerate(_MONTHS, 1)
    for part, text in enumerate(names.split("|"))
    for name in ([text] if part else text.split())
}
_OF_SOLAR_HIJRI = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"
_SOLAR_HIJRI = {name: month for month, name in enumerate(_OF_SOLAR_HIJRI.split(), 1)}
_SOLAR_HIJRI |= {name.replace("ی", "ي"): month for name, month in _SOLAR_HIJRI.items()}  # from a keyboard for Arabic
_THAI = re.compile("[\u0e01-\u0e5b]")
_UPDATED = re.compile(
    r"updat|modif|edited|aktualisi|geändert|\bstand\b|mis[e]? à jour|actuali[sz]|atualiz|aggiorna|bijgewerkt|gewijzigd"
    r"|uppdater|oppdater|opdater|ændret|päivitet|aktualiz|güncel|обновл|изменен|оновл|ενημ|수정|업데이트|更新|تحديث",
    re.IGNORECASE,
)
# English is written with the day first in all countries but these; without a country it may be either.
_MONTH_FIRST = frozenset({"en-us", "en-ph"})
_YEAR_FIRST = ("", "ja", "ko", "zh", "hu", "lt", "mn")
"""Languages whose short dates begin with the year, and a language that is not known."""
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯๐๑๒๓๔๕๖๗๘๙\xa0\u202f\u2009", "0123456789" * 5 + "   ")

_AFTER_NOON = ("p", "오후", "下午", "午后", "午後", "م", "ب")

_FROM_GREENWICH = r"(?:GMT|UTC)\s?([+-])\s?(0?[0-9]|1[0-4])(?::?([0-5][0-9]))?(?![0-9])"
_MINUTES_EAST = {
    **dict.fromkeys(("Z", "UTC", "GMT"), 0), "BST": 60, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120, "EET": 120,
    "EEST": 180, "MSK": 180, "МСК": 180, "WIB": 420, "HKT": 480, "SGT": 480, "JST": 540, "KST": 540, "AEST": 600,
    "AEDT": 660, "EDT": -240, "EST": -300, "CDT": -300, "CST": -360, "MDT": -360, "MST": -420, "PDT": -420, "PST": -480,
}  # fmt: skip
_BY_SEASON = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
}  # fmt: skip


class Written(NamedTuple):
    """A date on a line."""

    raw: str
    """As printed."""

    iso: str
    """The same in ISO 8601: a day, or a time to the minute or second, with an offset where a zone is named."""

    is_change: bool
    """Whether the words before it say that the article was changed then."""

    start: int
    end: int


def find_written(line: str, language: str | None) -> list[Written]:
    """Return the dates on a *line* of a page in *language*, a tag of BCP 47; none of a line that is too long.

    >>> [each[:3] for each in find_written("Stand: 09.01.2026, 17:04 Uhr", "de")]
    [('09.01.2026, 17:04 Uhr', '2026-01-09T17:04', True)]
    >>> find_written("By Ada Lovelace, Jan. 9, 2026, 5:04 p.m. EST", "en-US")[0].iso
    '2026-01-09T17:04-05:00'
    >>> find_written("01/09/2026 17:04", "fr")[0].iso, find_written("01/09/2026 17:04", "en")
    ('2026-09-01T17:04', [])
    """
    if len(line) > MAX_LENGTH:
        return []
    folded, tag = line.translate(_DIGITS), (language or "").lower().replace("_", "-")
    if not (_YEAR_OR_CLOCK.search(folded) or (tag[:2] in _OTHER_CALENDARS and _OTHER_YEAR.search(folded))):
        return []
    found: list[Written] = []
    begin = 0
    for match in _pattern().finditer(folded):
        if iso := _iso(match, tag):
            is_change = is_of_change(folded[begin : match.start()])
            found.append(Written(line[slice(*match.span())].strip(), iso, is_change, *match.span()))
            begin = match.end()
    return found


def is_of_change(words: str) -> bool:
    """Whether the *words* before a date say that something was changed then."""
    return _UPDATED.search(words) is not None


def read_written(text: str, language: str | None) -> str | None:
    """Return a *text* that is wholly a date in ISO 8601; ``None`` for other text, or if it is in ISO 8601 itself.

    >>> read_written("9 de enero de 2026 17:04", "es"), read_written("2026", "es")
    ('2026-01-09T17:04', None)
    """
    if _ISO.match(text):
        return None
    found = find_written(text, language)
    return found[0].iso if found and found[0].raw == text.strip() else None


_ISO = re.compile(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.+Z-]*)?\Z|\s*[0-9]{9,13}\Z")
_YEAR_OR_CLOCK = re.compile(
    r"(?:19|20)[0-9]{2}|[0-9]\.[0-9]{2}\D{1,8}[0-9]{1,2}[:.]|(?<![0-9.])[0-9]{1,2}\.[0-9]{1,2}\.[0-4][0-9](?![0-9.%])"
)


_OTHER_CALENDARS = ("fa", "th")
_OTHER_YEAR = re.compile("(?<![0-9])(?:25|1[34])[0-9]{2}(?![0-9])")


def _one_of(names: Iterable[str]) -> str:
    """Pattern of the longest of *names* at a place, parted by their first letters: ``re`` tries one after the other.

    >>> _one_of(["may", "march", "juni", "june", "jun"])
    'm(?:arch|ay)|j(?:uni|une|un)'
    """
    rest: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        rest.setdefault(name[0], []).append(re.escape(name[1:]))
    return "|".join(f"{first}(?:{'|'.join(each)})" for first, each in rest.items())


@cache
def _pattern() -> re.Pattern[str]:
    """Pattern of a date; compiled when the first page needs it."""
    names = _one_of([*_MONTH_OF, *_SOLAR_HIJRI])
    year, day = r"(?P<{}>(?:19|20|25|1[34])[0-9]{{2}})", r"(?P<{}>0?[1-9](?![0-9])|[12][0-9]|3[01])"
    month = rf"(?P<{{}}>{names})(?![^\W\d_])\.?"
    number = r"(?P<{}>0?[1-9](?![0-9])|1[0-2])"
    of = r"(?:(?:de|of|del)\s{1,3}|d['’]\s{0,3}|ב|พ\.?\s?ศ\.?\s{0,3})?"
    also = r"(?:\s?/\s?[^\W\d_]{3,12})?"  # as the Levant and the rest of the Arab world call a month
    date = "|".join(
        (
            (
                rf"{day.format('d1')}(?:st|nd|rd|th|er|º|ª|\.)?[\s-]{{0,3}}{of}{month.format('m1')}{also},?[\s-]{{0,3}}{of}"
                rf"{year.format('y1')}"
            ),
            rf"{month.format('m2')}\s{{0,3}}{day.format('d2')}(?:st|nd|rd|th)?,?\s{{1,3}}{year.format('y2')}",
            (
                rf"{year.format('y3')}(?:\s?[년年]\s?|\.?\s{{1,3}}|\.|-|/)(?:{number.format('m3')}|{month.format('m4')})"
                rf"(?:\s?[월月]\s?|\.\s?|-|/|\s){day.format('d3')}(?:\s?[일日]|\.(?![0-9]))?"
            ),
            (
                r"(?P<a>0?[1-9](?![0-9])|[12][0-9]|3[01])(?P<sign>\.\s?|/|-)(?P<b>0?[1-9](?![0-9])|[12][0-9]|3[01])"
                r"(?:\.\s?|/|-)(?P<y5>(?:19|20|25|1[34])[0-9]{2}|[0-9]{2}(?=\D{1,8}[0-9]{1,2}[:.][0-9]{2})"
                r"|(?<=\.)[0-4][0-9](?![0-9.%]))"
            ),
        )
    )
    half = r"(?:\s?(?P<half{0}>[ap]\.?\s?m\b\.?|(?:صباحا|مساء|ص|م|[قب]\.?ظ)(?![^\W\d_])))?"
    clock = (
        r"(?:(?P<part{0}>오전|오후|[上下]午|午[前后後])\s?)?(?P<hour{0}>[01]?[0-9]|2[0-3])(?:\s?[:.h]|\s?[시时時点點]|\s?Uhr)\s?(?P<minute{0}>[0-5][0-9])"
        rf"\s?[분分]?(?::(?P<second{{0}}>[0-5][0-9]))?(?![0-9]){half}(?:\s?(?:(?:Uhr|hrs?|hs?|ч)\b|น)\.?)?"
        r"(?:\s?\(?(?P<zone{0}>"
        rf"{_FROM_GREENWICH}"
        r"|(?-i:[A-Z]{{2,4}})|МСК|" + "|".join((*_MINUTES_EAST, *_BY_SEASON)) + r"|[+-][0-9]{{2}}:?[0-9]{{2}})\b\)?)?"
    )
    between = (
        r"\s?(?:[(\[]?[^\W\d_]{1,3}(?:요일)?[)\]])?"
        r"(?:(?<=[일日)\]])|[\s,.|·•/–—-]{1,5})(?:(?:at|um|kl|klo|ore|alle|às|as|a\s+las|a\s+les|à|om|o|ob|в|о|saat|godz|στις|الساعة|ساعت|เวลา|בשעה)\.?\s{1,2})?"
    )
    return re.compile(
        rf"(?<![0-9./:-])(?:{clock.format(1)}(?:\s?(?:on\b)?[\s,|·•–—-]{{1,5}})(?:on\s)?(?:[^\W\d_]{{2,12}},?\s)?)?"
        rf"(?:{date})(?![0-9])(?:{between}{clock.format(2)})?",
        re.IGNORECASE,
    )


def _iso(match: re.Match[str], language: str) -> str | None:
    part = match.groupdict()
    year = part["y1"] or part["y2"] or part["y3"] or part["y5"]
    name = part["m1"] or part["m2"] or part["m4"]
    month = _MONTH_OF.get(name.lower(), 0) or _SOLAR_HIJRI.get(name, 0) if name else int(part["m3"] or 0)
    day = int(part["d1"] or part["d2"] or part["d3"] or 0)
    if part["y5"] and len(year) == 2 and not part["hour2"] and language[:2] in _YEAR_FIRST:
        return None
    if part["a"]:
        order = _in_order(int(part["a"]), int(part["b"]), part["sign"], language)
        if order is None:
            return None
        day, month = order
    n = "2" if part["hour2"] else "1"
    hour, minute, second = part[f"hour{n}"], part[f"minute{n}"], part[f"second{n}"]
    half = (part[f"half{n}"] or part[f"part{n}"] or "").lower()
    try:
        on = _day(int(year) + (2000 if len(year) == 2 else 0), month, day, name, language)
        at = datetime(on.year, on.month, on.day, int(hour or 0), int(minute or 0))
    except ValueError:  # 31 February
        return None
    if not hour:
        return at.date().isoformat()
    if half and at.hour <= 12:
        at = at.replace(hour=at.hour % 12 + 12 * half.startswith(_AFTER_NOON))
    return f"{at.isoformat(timespec='minutes')}{f':{second}' if second else ''}{_offset(part[f'zone{n}'], at)}"


def _day(year: int, month: int, day: int, name: str | None, language: str) -> date:
    """Return the day in our calendar; ValueError where there is none, or where its calendar is not known."""
    if name in _SOLAR_HIJRI or (year < 1500 and not name and language[:2] == "fa"):
        return of_solar_hijri(year, month, day)
    if year >= 2500 and (_THAI.match(name) if name else language[:2] == "th"):
        return of_buddhist_era(year, month, day)
    if not 1900 <= year < 2100 or (language[:2] == "ne" and year >= 2050):  # Nepal counts 57 years more
        raise ValueError(f"a year of no calendar that is known: {year}")
    return date(year, month, day)


def offset_in(text: str, at: datetime) -> str:
    """Return the offset of the zone with which a *text* ends, at a local time; nothing where it ends with none.

    >>> offset_in("10/17/2022 04:01 PM EDT", datetime(2022, 10, 17, 16, 1))
    '-04:00'
    """
    zone = re.search(rf"\b({_FROM_GREENWICH}|[A-Z]{{2,4}})\)?\Z", text.strip())
    return _offset(zone[1], at) if zone else ""


def _in_order(one: int, two: int, sign: str, language: str) -> tuple[int, int] | None:
    """Day and month of two numbers; None where they may be either."""
    if one > 12 or two > 12:
        return (one, two) if two <= 12 else (two, one) if one <= 12 else None
    tongue, _, country = language.partition("-")
    if one == two or sign.startswith(".") or (tongue not in ("en", "zh", "ja", "ko", "")):
        return one, two
    if language in _MONTH_FIRST:
        return two, one
    return (one, two) if tongue == "en" and country else None


def _offset(zone: str | None, at: datetime) -> str:
    """The offset that a zone has at a local time; nothing for a name that is not known, or of several zones."""
    if not zone:
        return ""
    if zone[0] in "+-":
        return zone
    if match := re.fullmatch(_FROM_GREENWICH, zone, re.IGNORECASE):
        return f"{match[1]}{int(match[2]):02}:{match[3] or '00'}"
    east = _MINUTES_EAST.get(zone.upper())
    if east is None and zone.upper() in _BY_SEASON:
        try:
            offset = at.replace(tzinfo=ZoneInfo(_BY_SEASON[zone.upper()])).utcoffset()
        except ZoneInfoNotFoundError:  # a machine without the database of zones
            return ""
        east = int(offset.total_seconds()) // 60 if offset is not None else None
    if east is None:
        return ""
    return f"{'-' if east < 0 else '+'}{abs(east) // 60:02}:{abs(east) % 60:02}"
