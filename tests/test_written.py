"""Dates as pages in other languages print them; the names of months are held against those of CLDR."""

from __future__ import annotations

from datetime import datetime

import pytest
from babel.dates import get_month_names

from newsspider.text.written import MAX_LENGTH, find_written, offset_in, read_written

WIDE = "en de de_AT fr es pt it nl sv da nb pl tr cs ro hu sk ru uk el ar ar_LB ar_TN ar_DZ id fi he hi bn ur th ca"
WIDE += " bg et"
SHORT = "en de de_AT fr es pt it nl sv da nb pl tr ro sk ru uk el id th"


@pytest.mark.parametrize("locale", WIDE.split())
def test_every_month_has_the_names_that_its_language_gives_it(locale):
    for width in ("wide", "abbreviated") if locale in SHORT.split() else ("wide",):
        for month, name in get_month_names(width, "format", locale).items():
            text = f"2026. {name} 9." if locale == "hu" else f"9 {name} 2026"
            assert read_written(text, locale) == f"2026-{month:02}-09", text


@pytest.mark.parametrize(
    ("month", "names"),
    [
        (1, "Jän. Janv. ene. oca."), (2, "Févr fév Şub февр."), (3, "mär mrz. mars marca мартa"), (4, "avr. kwi. nis."),
        (5, "mei maja mayıs"), (6, "juin giu. cze. haz."), (7, "juil. lug. lip. tem."), (8, "août aoû ago. sie. ağu."),
        (9, "Sept. setiembre wrz. eyl."), (10, "Okt. out. ott. paź. eki."), (11, "listopada lis. kas."),
        (12, "Dez. déc. dic. gru. ara."),
    ],
)  # fmt: skip
def test_other_names_that_papers_give_to_months(month, names):
    for name in names.split():
        assert read_written(f"9 {name} 2026", "de") == f"2026-{month:02}-09", name


@pytest.mark.parametrize(
    ("line", "language", "iso"),
    [
        # The Buddhist era, where the month or the language is Thai.
        ("วันศุกร์ที่ 9 มกราคม พ.ศ. 2569 เวลา 17:04 น.", "th", "2026-01-09T17:04"),
        ("9 ม.ค. 2569 | 17.04 น.", "th", "2026-01-09T17:04"),
        ("๙ มกราคม ๒๕๖๙", "th", "2026-01-09"),
        ("9 มกราคม 2026", "th", "2026-01-09"),
        ("09/01/2569 17:04", "th", "2026-01-09T17:04"),
        ("09/01/2569 17:04", "TH-th", "2026-01-09T17:04"),
        ("09/01/2569 17:04", "en-GB", None),
        ("9 January 2569", "th", None),
        ("31 กุมภาพันธ์ 2569", "th", None),
        # The solar Hijri calendar, where the month or the language is Persian.
        ("جمعه ۱۹ دی ۱۴۰۴ ساعت ۱۷:۰۴", "fa", "2026-01-09T17:04"),
        ("۱۷:۰۴ - ۱۴۰۴/۱۰/۱۹", "fa", "2026-01-09T17:04"),
        ("۱۷:۰۴ - ۱۴۰۴/۱۰/۱۹", "FA_IR", "2026-01-09T17:04"),
        ("۱۴۰۴/۱۰/۱۹ ۰۵:۰۴ ب.ظ", "fa", "2026-01-09T17:04"),
        ("2 تیر 1399", "fa", "2020-06-22"),
        ("2 تير 1399 - 12:09", "fa", "2020-06-22T12:09"),  # the letter of a keyboard for Arabic
        ("1404/10/19", "ar", None),
        ("۹ ژانویه ۲۰۲۶", "fa", "2026-01-09"),
        ("۳۰ اسفند ۱۴۰۳", "fa", "2025-03-20"),  # a leap day
        ("۳۰ اسفند ۱۴۰۴", "fa", None),
        ("۳۱ مهر ۱۴۰۴", "fa", None),
        # Nepal counts other years, and is not read.
        ("२०८२/०९/२५", "ne", None),
        ("९ जनवरी २०२६", "hi", "2026-01-09"),
        ("9 জানুয়ারি ২০২৬, ১৭:০৪", "bn", "2026-01-09T17:04"),
        ("9 בינואר 2026, 17:04", "he", "2026-01-09T17:04"),
        ("9. tammikuuta 2026 klo 17.04", "fi", "2026-01-09T17:04"),
        ("9 January 1499", "en", None),
        ("9 January 1404", "fa", None),
    ],
)
def test_years_of_other_calendars_are_read_where_they_are_certain(line, language, iso):
    found = find_written(line, language)

    assert (found[0].iso if found else None) == iso


@pytest.mark.parametrize(
    ("line", "language", "iso"),
    [
        # Day and month by name, with what languages put between them.
        ("9th of January, 2026", "en", "2026-01-09"),
        ("1st January 2026", "en", "2026-01-01"),
        ("2nd January 2026", "en", "2026-01-02"),
        ("3rd January 2026", "en", "2026-01-03"),
        ("1er janvier 2026", "fr", "2026-01-01"),
        ("1º de enero del 2026", "es", "2026-01-01"),
        ("9. Januar 2026", "de", "2026-01-09"),
        ("31 d'agosto 2026", "it", "2026-08-31"),
        ("31 d’agosto 2026", "it", "2026-08-31"),
        ("9-Jan-2026", "en", "2026-01-09"),
        ("January 9th, 2026", "en", "2026-01-09"),
        ("January 1st 2026", "en", "2026-01-01"),
        ("January 2nd, 2026", "en", "2026-01-02"),
        ("January 3rd, 2026", "en", "2026-01-03"),
        ("32 January 2026", "en", None),
        ("31 February 2026", "en", None),
        ("9 Januar 1899", "de", None),
        # The year first.
        ("2026년 1월 9일", "ko", "2026-01-09"),
        ("2026年1月9日", "ja", "2026-01-09"),
        ("2026. 1. 9.", "ko", "2026-01-09"),
        ("2026/12/31", "ja", "2026-12-31"),
        ("2026. január 9.", "hu", "2026-01-09"),
        ("2026/13/01", "ja", None),
        # Numbers alone: who writes the day first?
        ("09.01.2026", "de", "2026-01-09"),
        ("09.01.2026", "en", "2026-01-09"),
        ("09. 01. 2026", "en", "2026-01-09"),
        ("09-01-2026", "nl", "2026-01-09"),
        ("09/01/2026", "fr", "2026-01-09"),
        ("09/01/2026", "en", None),
        ("09/01/2026", "en-US", "2026-09-01"),
        ("09/01/2026", "en_us", "2026-09-01"),
        ("09/01/2026", "en-PH", "2026-09-01"),
        ("09/01/2026", "en-GB", "2026-01-09"),
        ("09/01/2026", "zh", None),
        ("09/01/2026", "ja", None),
        ("09/01/2026", "ko", None),
        ("09/01/2026", None, None),
        ("09/09/2026", "en", "2026-09-09"),
        ("13/01/2026", "en", "2026-01-13"),
        ("01/13/2026", "en", "2026-01-13"),
        ("12/13/2026", "fr", "2026-12-13"),
        ("13/13/2026", "fr", None),
        ("09.01.26, 17:04", "de", "2026-01-09T17:04"),
        ("09.01.26 | um 17:04", "de", "2026-01-09T17:04"),
        ("09.01.26", "de", "2026-01-09"),
        ("9.1.26", "it", "2026-01-09"),
        *(("26.01.09", language, None) for language in ("ko", "ja", "zh", "hu", "lt", None)),
        ("09.01.26.1", "de", None),
        ("9.1.51", "de", None),
        ("09/01/26", "de", None),
        ("24 نيسان / أبريل 2026 09:22 مساء", "ar", "2026-04-24T21:22"),
        # The clock behind, or before.
        ("9. Januar 2026, 17.04 Uhr", "de", "2026-01-09T17:04"),
        ("9. Januar 2026 um 17:04:22", "de", "2026-01-09T17:04:22"),
        ("9 janvier 2026 à 17h04", "fr", "2026-01-09T17:04"),
        ("9 января 2026 в 17:04", "ru", "2026-01-09T17:04"),
        ("9 januari 2026 om 17.04", "nl", "2026-01-09T17:04"),
        ("9 gennaio 2026 alle 17:04", "it", "2026-01-09T17:04"),
        ("9 de enero de 2026 a las 17:04", "es", "2026-01-09T17:04"),
        ("9 de janeiro de 2026 às 17h04", "pt", "2026-01-09T17:04"),
        ("9 januari 2026 kl. 17.04", "sv", "2026-01-09T17:04"),
        ("9 stycznia 2026 o 17:04", "pl", "2026-01-09T17:04"),
        ("January 9, 2026 at 5:04 pm", "en", "2026-01-09T17:04"),
        ("January 9, 2026 at 5:04 a.m.", "en", "2026-01-09T05:04"),
        ("January 9, 2026 12:04 AM", "en", "2026-01-09T00:04"),
        ("January 9, 2026 12:04 PM", "en", "2026-01-09T12:04"),
        ("January 9, 2026 13:04 PM", "en", "2026-01-09T13:04"),
        ("January 9, 2026 13:04 AM", "en", "2026-01-09T13:04"),
        ("January 9, 2026 11:59 PM", "en", "2026-01-09T23:59"),
        ("17:04, 9 January 2026, 18:05", "en", "2026-01-09T18:05"),
        ("2026년 1월 9일 오후 5:04", "ko", "2026-01-09T17:04"),
        ("2026년 1월 9일 오전 12:04", "ko", "2026-01-09T00:04"),
        ("2026年1月9日 下午5:04", "zh-TW", "2026-01-09T17:04"),
        ("2026年1月9日 午后5:04", "zh", "2026-01-09T17:04"),
        ("2026年1月9日 上午5:04", "zh-TW", "2026-01-09T05:04"),
        ("2026年1月9日 午後5時04分", "ja", "2026-01-09T17:04"),
        ("2026年1月9日 午前5時04分", "ja", "2026-01-09T05:04"),
        ("2026年1月9日(金) 17時04分", "ja", "2026-01-09T17:04"),
        ("٩ يناير ٢٠٢٦ - ٥:٠٤ م", "ar", "2026-01-09T17:04"),
        ("٩ يناير ٢٠٢٦ - ٥:٠٤ ص", "ar", "2026-01-09T05:04"),
        ("۹ يناير ۲۰۲۶", "ar", "2026-01-09"),
        ("17:04, 9 January 2026", "en", "2026-01-09T17:04"),
        ("5:04 pm on Friday, January 9, 2026", "en", "2026-01-09T17:04"),
        ("January 9, 2026 24:04", "en", None),
        # Zones.
        ("9 Jan 2026 17:04 GMT", "en", "2026-01-09T17:04+00:00"),
        ("9 Jul 2026 17:04 BST", "en", "2026-07-09T17:04+01:00"),
        ("9. Jan. 2026 17:04 MEZ", "de", "2026-01-09T17:04+01:00"),
        ("9. Juli 2026 17:04 MESZ", "de", "2026-07-09T17:04+02:00"),
        ("9 января 2026 17:04 МСК", "ru", "2026-01-09T17:04+03:00"),
        ("9 Jan 2026 17:04 WIB", "id", "2026-01-09T17:04+07:00"),
        ("9 Jan 2026 17:04 (JST)", "ja", "2026-01-09T17:04+09:00"),
        ("9 Jan 2026 17:04 AEDT", "en", "2026-01-09T17:04+11:00"),
        ("9 Jan 2026 17:04 CST", "en", "2026-01-09T17:04-06:00"),
        ("9 Jan 2026 17:04 PST", "en", "2026-01-09T17:04-08:00"),
        ("9 Jan 2026 17:04 +0530", "en", "2026-01-09T17:04+0530"),
        ("9 Jan 2026 17:04 -03:30", "en", "2026-01-09T17:04-03:30"),
        ("9 Jan 2026 17:04 ET", "en", "2026-01-09T17:04-05:00"),
        ("9 Jul 2026 17:04 ET", "en", "2026-07-09T17:04-04:00"),
        ("9 Jul 2026 17:04 CT", "en", "2026-07-09T17:04-05:00"),
        ("9 Jul 2026 17:04 MT", "en", "2026-07-09T17:04-06:00"),
        ("9 Jul 2026 17:04 PT", "en", "2026-07-09T17:04-07:00"),
        ("9 Jan 2026 17:04 XYZ", "en", "2026-01-09T17:04"),
        # ISO 8601 is read elsewhere.
        ("2026-01-09", "de", None),
        ("2026-01-09T17:04:00Z", "de", None),
        ("20260109", "de", None),
        ("1767950640", "de", None),
        ("On 9 January 2026", "en", None),
    ],
)
def test_a_date_is_read_as_its_language_writes_it(line, language, iso):
    assert read_written(line, language) == iso


BEFORE_CLOCKS = "at|um|kl|kl.|klo|ore|alle|às|as|a las|a les|à|om|o|ob|в|о|saat|godz.|στις|الساعة"


@pytest.mark.parametrize("word", BEFORE_CLOCKS.split("|"))
def test_a_word_may_stand_between_day_and_clock(word):
    assert read_written(f"9.1.2026 {word} 17:04", "de") == "2026-01-09T17:04"


@pytest.mark.parametrize(
    ("east", "names"),
    [
        *(("+00:00", "Z UTC GMT"), ("+01:00", "BST CET MEZ"), ("+02:00", "CEST MESZ EET"), ("+03:00", "EEST MSK МСК")),
        *(("+07:00", "WIB"), ("+08:00", "HKT SGT"), ("+09:00", "JST KST"), ("+10:00", "AEST"), ("+11:00", "AEDT")),
        *(("-04:00", "EDT"), ("-05:00", "EST CDT"), ("-06:00", "CST MDT"), ("-07:00", "MST PDT"), ("-08:00", "PST")),
    ],
)
def test_a_zone_is_so_far_from_greenwich(east, names):
    for name in names.split():
        if len(name) > 1:
            assert read_written(f"9 Jul 2026 17:04 {name}", "en") == f"2026-07-09T17:04{east}", name
            assert read_written(f"9 Jul 2026 17:04 ({name.lower()})", "en") == f"2026-07-09T17:04{east}", name


@pytest.mark.parametrize(
    ("printed", "offset"),
    [
        ("GMT+7", "+07:00"), ("(GMT+7)", "+07:00"), ("UTC+05:30", "+05:30"), ("GMT -0300", "-03:00"),
        ("(UTC + 3)", "+03:00"), ("GMT+14", "+14:00"), ("UTC-09", "-09:00"),
    ],
)  # fmt: skip
def test_a_zone_may_be_so_many_hours_from_greenwich(printed, offset):
    assert read_written(f"9 Jul 2026 17:04 {printed}", "en") == f"2026-07-09T17:04{offset}"
    assert offset_in(f"9 Jul 2026 5:04 pm {printed}", datetime(2026, 7, 9, 17, 4)) == offset


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [("ET", "-05:00", "-04:00"), ("CT", "-06:00", "-05:00"), ("MT", "-07:00", "-06:00"), ("PT", "-08:00", "-07:00")],
)
def test_a_zone_of_north_america_has_a_summer_time(zone, winter, summer):
    for name in (zone, zone.lower()):
        assert read_written(f"9 Jan 2026 17:04 {name}", "en") == f"2026-01-09T17:04{winter}"
        assert read_written(f"9 Jul 2026 17:04 {name}", "en") == f"2026-07-09T17:04{summer}"


@pytest.mark.parametrize(
    ("before", "is_change"),
    [
        *((word, True) for word in ("Updated", "Last modified:", "Edited", "Aktualisiert am", "Geändert:", "Stand:")),
        *(
            (word, True)
            for word in ("Mis à jour le", "Mise à jour :", "Actualizado el", "Atualizado em", "Aggiornato il")
        ),
        *((word, True) for word in ("Bijgewerkt op", "Gewijzigd", "Uppdaterad", "Oppdatert", "Opdateret", "Ændret")),
        *((word, True) for word in ("Päivitetty", "Aktualizacja", "Güncelleme", "Обновлено", "Изменено", "Оновлено")),
        *((word, True) for word in ("Ενημερώθηκε", "수정", "업데이트", "更新", "تحديث")),
        *((word, False) for word in ("Published", "Bestand", "Veröffentlicht am", "Publié le", "입력", "")),
    ],
)
def test_words_before_a_date_say_that_it_is_one_of_a_change(before, is_change):
    (found,) = find_written(f"{before} 9 January 2026 17:04", "en")

    assert (found.raw, found.is_change) == ("9 January 2026 17:04", is_change)


@pytest.mark.parametrize(
    "line",
    [f"9 Jan 2026, 5:04 PM {words}" for words in ("Jan 10, 2026", "(at the quay)", "Ada", "by")],
)
def test_word_behind_a_clock_is_no_zone(line):
    assert find_written(line, "en-US")[0].raw == "9 Jan 2026, 5:04 PM"


def test_what_stands_before_one_date_says_nothing_of_the_next():
    one, other = find_written("Updated 9 January 2026 17:04 Published 8 January 2026 16:00", "en")

    assert [(each.iso, each.is_change) for each in (one, other)] == [
        ("2026-01-09T17:04", True),
        ("2026-01-08T16:00", False),
    ]


@pytest.mark.parametrize("more", [0, 1])
def test_a_line_with_a_date_is_of_a_length(more):
    line = "9 January 2026 ".ljust(MAX_LENGTH + more, "x")

    assert len(find_written(line, "en")) == 1 - more
    assert MAX_LENGTH == 150
