"""The table for a person: one row an article, times as times, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsspider.feeds.formats import export as exporting
from newsspider.feeds.formats import workbook
from newsspider.feeds.formats.export import export_table
from newsspider.feeds.formats.sheet import (
    COLUMNS,
    MAX_CELL,
    MAX_ROWS,
    USUAL,
    ColumnsError,
    Sheet,
    SheetSpaceError,
    columns_named,
    fitting,
)
from newsspider.record.events import Event
from newsspider.record.items import Article
from newsspider.record.records import from_record
from tests.feeds import article, write_run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def event(number: int, name: str, *, before: int, at: int, **fields: Any) -> dict[str, Any]:
    """Return the record of an event of article *number*: hours of 2026-11-22 at which it was captured, in UTC."""
    place = {"warc": "a.warc.gz", "offset": 0, "length": 9, "record_id": None, "payload_digest": None}
    return {
        "schema_version": "1.1", "event": name, "id": f"kankanews:made{number}", "site": "kankanews",
        "url": f"https://www.kankanews.com/a/{number}.html", "to_url": None,
        "before_at": f"2026-11-22T{before}:00:00+00:00", "at": f"2026-11-22T{at}:00:00+00:00", "before": place,
        "after": place, "status": None, "changed": {}, "claim": None, "run": "run-1", "parser_version": "1",
        "warnings": [], **fields,
    }  # fmt: skip


def table(*records: dict[str, Any], events: Sequence[dict[str, Any]] = (), form: str = "csv", **options: Any) -> bytes:
    articles = [from_record(each, Article) for each in records]
    happened = [from_record(each, Event) for each in events]
    return b"".join(export_table(articles, happened, form, warn=options.pop("warn", pytest.fail), **options))


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))


def cells(data: bytes) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True))


@pytest.fixture
def collection(tmp_path) -> Path:
    path = tmp_path / "archives/kankanews"
    write_run(path, "run-1", [article(1), article(2)], site_facts=[], changes=[])
    write_run(path, "run-2", [article(1, hours=1, title="改了的标题")], changes=[event(2, "gone", before=12, at=13)])
    return path


def test_an_article_has_one_row_as_it_was_captured_last_the_newest_first():
    data = table(
        article(1, hours=2, title="later"),
        article(1, title="earlier"),
        article(2, published_at="2026-11-01T08:00:00+08:00", title="newest"),
    )

    assert [row["title"] for row in rows(data)] == ["newest", "later"]


def test_of_captures_of_one_moment_the_one_that_comes_last_stands():
    london, between = ({"published_at": f"{day}T08:00:00+00:00"} for day in ("2026-11-22", "2026-01-01"))
    captures = (article(1, title="first"), article(2, **between), article(1, title="second", **london))

    assert rows(table(*captures, columns=("title", "zone")))[0] == {"title": "second", "zone": "UTC"}


def test_every_record_of_a_capture_has_a_row():
    """A better parser reads the same capture again."""
    data = table(article(1, title="first"), article(1, title="second"), columns=("title",), every=True)

    assert sorted(row["title"] for row in rows(data)) == ["first", "second"]


@pytest.mark.parametrize(("most", "fits"), [(2, True), (3, False), (9, False), (None, False)])
def test_workbook_has_no_more_rows_than_a_sheet(most, fits, monkeypatch):
    monkeypatch.setattr(workbook, "MAX_ROWS", 2)
    monkeypatch.setattr(exporting, "MAX_ROWS", 2)
    articles, warned = [article(number) for number in range(3)], []
    made = {"columns": ("title",), "count": most}
    if fits:
        assert len(cells(table(*articles, form="xlsx", **made))) == 3  # with the head
    else:
        with pytest.raises(workbook.TooManyRowsError, match="there are 3 articles, and a sheet takes 2 rows"):
            table(*articles, form="xlsx", **made)
    assert len(rows(table(*articles, warn=warned.append, **made))) == min(most or 3, 3)
    assert warned == ([] if fits else ["there are 3 rows, and a spreadsheet shows the first 2"])


def test_every_record_says_when_the_article_was_first_and_last_seen():
    data = table(
        *(article(1, hours=hours) for hours in (1, 3, 0)), columns=("first_seen_at", "last_seen_at"), every=True
    )

    assert rows(data) == [{"first_seen_at": "2026-11-22 20:00:00", "last_seen_at": "2026-11-22 23:00:00"}] * 3


def test_article_that_an_event_showed_to_be_back_is_present():
    happened = (event(1, "gone", before=12, at=14), event(1, "restored", before=14, at=15))
    (row,) = rows(table(article(1), events=happened, columns=("status", "last_seen_at")))

    assert row == {"status": "present", "last_seen_at": "2026-11-22 23:00:00"}


@pytest.mark.parametrize("beside", ["headline_changed", "silently_edited", "corrected"])
def test_article_that_moved_was_not_there_when_another_event_of_that_capture_tells_what_differs(beside):
    happened = (event(1, "moved", before=13, at=14), event(1, beside, before=13, at=14))
    (row,) = rows(table(article(1), events=happened, columns=("status", "last_seen_at")))

    assert row == {"status": "moved", "last_seen_at": "2026-11-22 21:00:00"}


def test_number_is_a_number_and_yes_and_no_are_what_they_are():
    data = table(article(1), form="xlsx", columns=("han", "exclusive", "comments_count", "is_free"))

    assert [(type(each), each) for each in cells(data)[1]] == [
        (int, 1495), (bool, True), (int, 0), (type(None), None)
    ]  # fmt: skip
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert (page.auto_filter.ref, page.freeze_panes) == ("A1:D2", "A2")


def test_line_ends_of_any_kind_are_one_in_a_workbook():
    assert cells(table(article(1, title="a\rb\r\nc\nd"), form="xlsx", columns=("title",)))[1] == ("a\nb\nc\nd",)


@pytest.mark.parametrize(
    ("day", "told"),
    [("1900-02-28", "1900-02-28 00:00:00"), ("1900-03-01", datetime(1900, 3, 1)), ("1900-03-02", datetime(1900, 3, 2))],
)
def test_first_day_that_is_right_in_all_programs_is_the_first_of_march_1900(day, told):
    data = table(article(1, published_at=f"{day}T00:00:00+08:00"), form="xlsx", columns=("published_at",))

    assert cells(data)[1] == (told,)


def test_workbook_tells_no_time_at_which_it_was_written():
    with zipfile.ZipFile(io.BytesIO(table(article(1), form="xlsx"))) as book:
        said = book.read("docProps/core.xml").decode()
        dates = {entry.date_time for entry in book.infolist()}

    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", said)) == {"1980-01-01T00:00:00Z"}
    assert {date[:2] for date in dates} == {(1980, 1)}  # the day depends on XlsxWriter


def test_captures_may_come_in_any_order():
    """The last one stands in all that it says, between others and behind them."""
    captures = {
        hours: article(1, hours=hours, title=f"{hours}", published_at=f"2026-11-{22 - hours}T08:00:00+0{hours}:00")
        for hours in (1, 2, 3)
    }
    columns = ("title", "zone", "first_seen_at", "last_seen_at")
    other = article(2, published_at="2026-11-19T23:59:00+00:00")  # between those that the captures 2 and 3 say

    for order in itertools.permutations(captures):
        (first, second) = rows(table(*(captures[hours] for hours in order), other, columns=columns))
        assert (first["title"], second) == (other["title"], {
            "title": "3", "zone": "UTC+03:00", "first_seen_at": "2026-11-22 16:00:00",
            "last_seen_at": "2026-11-22 18:00:00",
        })  # fmt: skip


def test_order_of_rows_is_by_time_of_publication_then_by_id_and_every_record_the_newest_first():
    undated = {"published_at": None, "modified_at": "2030-01-01T00:00:00+00:00"}
    records = [
        article(3), article(1), article(2), article(1, hours=1), article(4, **undated),
        article(5, published_at="2026-11-22T21:00:00+08:00"),
    ]  # fmt: skip
    names = [
        row["id"][-1] + row["fetched_at"][11:13]
        for row in rows(table(*records, columns=("id", "fetched_at"), every=True))
    ]

    assert names == ["520", "412", "121", "120", "220", "320"]
    assert len(rows(table(*records, columns=("id",), count=0))) == 0


def test_row_is_in_the_zone_of_publication_else_of_change_else_of_capture():
    unpublished = {"published_at": None}
    records = [
        article(1, **unpublished, modified_at="2026-01-01T00:00:00-05:00"),
        article(2, **unpublished, modified_at=None, fetched_at="2026-11-22T12:00:00+02:00"),
        article(3, modified_at="2026-01-01T00:00:00-05:00"),
    ]
    found = {row["id"][-1]: row["zone"] for row in rows(table(*records, columns=("id", "zone")))}

    assert found == {"1": "UTC-05:00", "2": "UTC+02:00", "3": "UTC+08:00"}


def test_times_of_captures_in_other_zones_are_compared_as_moments():
    record = article(1, fetched_at="2026-11-22T12:00:00+02:00")  # 10:00 in UTC
    later = article(1, fetched_at="2026-11-22T11:00:00+00:00")
    gone = event(1, "gone", before=11, at=12) | {
        "before_at": "2026-11-22T11:30:00+01:00", "at": "2026-11-22T07:00:00-04:30",
    }  # fmt: skip
    (row,) = rows(table(record, later, events=[gone], columns=("status", "first_seen_at", "last_seen_at")))

    assert row == {"status": "gone", "first_seen_at": "2026-11-22 18:00:00", "last_seen_at": "2026-11-22 19:00:00"}


@pytest.mark.parametrize(
    ("text", "names"),
    [("title", ("title",)), (" title ,id,title,, ", ("title", "id")), ("zone,status", ("zone", "status"))],
)
def test_columns_are_named_once_each_between_commas(text, names):
    assert columns_named(text) == names


@pytest.mark.parametrize(("text", "said"), [
    ("titel", "no column 'titel'; did you mean title"), ("", "no column ''."), (" , ", "no column ''."),
    ("title,Zone", "no column 'Zone'; did you mean zone"),
])  # fmt: skip
def test_column_that_there_is_none_of_is_told(text, said):
    with pytest.raises(ColumnsError, match=re.escape(said)) as raised:
        columns_named(text)
    assert raised.value.exit_code == 2


def test_rows_that_have_no_room_are_told():
    sheet, records = Sheet(USUAL), [from_record(article(number), Article) for number in range(50)]
    sheet._db.execute("PRAGMA max_page_count = 1")  # as where TMPDIR is full
    with pytest.raises(SheetSpaceError, match="no room for the rows of the table") as raised:
        list(map(sheet.add, records))
    assert raised.value.exit_code == 4


@pytest.mark.parametrize(("units", "kept"), [(32_766, 32_766), (32_767, 32_767), (32_768, 32_767)])
def test_cell_takes_so_many_utf_16_units(units, kept):
    assert fitting("x" * units) == "x" * kept
    assert fitting("😀" + "x" * (units - 2)) == "😀" + "x" * (kept - 2)


def test_cells_that_are_cut_are_counted_and_the_first_is_named():
    said: list[str] = []
    long = "x" * 32_768
    table(
        article(1, title=long), article(2, title=long, body_text=long), columns=("title", "body_text"), warn=said.append
    )

    assert said[0].startswith(
        "3 cells were cut at 32,767 characters, all that Excel takes, the first in title of kankanews:made1"
    )


def test_a_sheet_has_the_rows_that_excel_and_libreoffice_take():
    assert (MAX_ROWS, MAX_CELL) == (1_048_575, 32_767)


def test_row_says_how_the_article_stands():
    there, gone, back = article(1, hours=3), article(2), article(3, hours=5)
    happened = (
        event(1, "silently_edited", before=12, at=15),
        event(2, "gone", before=13, at=14),
        event(3, "gone", before=12, at=14),
        event(3, "restored", before=14, at=17),
    )
    data = table(there, gone, back, events=happened, columns=("id", "status", "first_seen_at", "last_seen_at"))

    # In the zone of the site, eight hours before UTC.
    assert rows(data) == [
        {"id": "kankanews:made1", "status": "present", "first_seen_at": "2026-11-22 20:00:00",
         "last_seen_at": "2026-11-22 23:00:00"},
        {"id": "kankanews:made2", "status": "gone", "first_seen_at": "2026-11-22 20:00:00",
         "last_seen_at": "2026-11-22 21:00:00"},
        {"id": "kankanews:made3", "status": "present", "first_seen_at": "2026-11-22 20:00:00",
         "last_seen_at": "2026-11-23 01:00:00"},
    ]  # fmt: skip


def test_times_are_those_of_the_site_and_the_row_names_its_zone():
    london = article(2, published_at="2019-07-01T09:30:00+01:00")
    unknown = article(3, published_at=None, modified_at=None, hours=1.5)
    columns = ("published_at", "fetched_at", "zone")
    read = cells(table(article(1), london, unknown, form="xlsx", columns=columns))

    assert read == [
        columns,
        (None, datetime(2026, 11, 22, 13, 30), "UTC"),
        (datetime(2019, 7, 1, 9, 30), datetime(2026, 11, 22, 13), "UTC+01:00"),
        (datetime(2019, 1, 9, 17, 4, 22), datetime(2026, 11, 22, 20), "UTC+08:00"),
    ]
    csv_row = rows(table(article(1), columns=columns))[0]
    assert csv_row == {
        "published_at": "2019-01-09 17:04:22", "fetched_at": "2026-11-22 20:00:00", "zone": "UTC+08:00"
    }  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_times_are_to_the_second(form):
    data = table(article(1, published_at="2026-01-02T03:04:05.999999+08:00"), form=form, columns=("published_at",))

    assert (rows(data)[0]["published_at"] if form == "csv" else str(cells(data)[1][0])) == "2026-01-02 03:04:05"


def test_list_is_what_it_names():
    record = article(
        1, keywords=["上海", "民情"], authors=[{"name": "甲", "role": None}, {"name": "乙", "role": "记者"}]
    )
    (row,) = rows(table(record, columns=("authors", "keywords")))

    assert row == {"authors": "甲; 乙", "keywords": "上海; 民情"}


def test_day_before_excels_first_is_a_text():
    (_, row) = cells(table(article(1, published_at="1899-05-04T00:00:00+08:00"), form="xlsx"))

    assert row[USUAL.index("published_at")] == "1899-05-04 00:00:00"


ENDS = ["0001-01-01T00:00:00+08:00", "0001-01-01T07:59:59+08:00", "9999-12-31T23:59:59-08:00"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("field", ["published_at", "modified_at", "fetched_at"])
@pytest.mark.parametrize("time", ENDS)
def test_time_that_the_calendar_has_not_in_utc_is_as_it_is_written(time, field, form):
    record = article(1) | {field: time}
    data = table(record, article(2), form=form, columns=("title", field))
    read = [row[field] for row in rows(data)] if form == "csv" else [row[1] for row in cells(data)[1:]]

    assert time in read
    assert len(read) == 2
    assert b"".join(exporting.export([from_record(record, Article)], "zyte", name="news"))


def test_first_moment_that_the_calendar_has_in_utc_is_a_time():
    (row,) = rows(table(article(1, published_at="0001-01-01T08:00:00+08:00"), columns=("published_at",)))

    assert row == {"published_at": "0001-01-01 08:00:00"}


FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "＝1", "'=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_workbook_is_a_formula_or_a_link_and_the_text_is_whole(text):
    data = table(article(1, title=text), form="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    cell = sheet["A2"]

    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    xml = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in xml
    assert b"hyperlink" not in xml


def test_text_is_never_taken_for_markup():
    """XlsxWriter 3.3.1 takes a text in the form of its own rich text for that, and writes it as markup."""
    text = "<r><t>x</t></r>"
    data = table(article(1, title=text), form="xlsx")

    (_, row) = cells(data)
    assert row[0] == text + " "


@given(
    st.text(min_size=1, max_size=60)
    | st.sampled_from(["\x00\x0b", "\ufffe\uffff", "_x0041_", " a ", "a\nb", "<b>&amp;", "\U0010ffff", "\u202e"])
)
@settings(deadline=None, max_examples=60)
def test_any_text_comes_back_from_a_workbook(text):
    (_, row) = cells(table(article(1, title=text), form="xlsx", columns=("title",)))

    # What XML has not is replaced (XML 1.0, 2.2). Excel reads _xHHHH_ as a character (ISO/IEC 29500-1, 22.9.2.19), so
    # that very text has its first _ written so; openpyxl leaves that to whoever reads.
    expected = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", re.sub("\r\n?", "\n", text))
    assert (row[0] or "").replace("_x005F_", "_") == expected


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_long_text_is_cut_where_excel_cuts_it_and_that_is_said(form):
    said: list[str] = []
    columns = ("title", "body_text")
    data = table(article(1, body_text="😀" * 20_000), article(2), form=form, columns=columns, warn=said.append)
    found = [row["body_text"] for row in rows(data)] if form == "csv" else [row[1] for row in cells(data)[1:]]

    assert found[0] == "😀" * 16_383  # two UTF-16 units each, and 32,767 are all
    assert said == [
        (
            "1 cell was cut at 32,767 characters, all that Excel takes, the first in body_text of kankanews:made1; "
            "--format csv --all-versions and the other formats have them whole"
        )
    ]


def test_more_rows_than_a_sheet_takes_are_refused_or_said(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_ROWS", 2)
    monkeypatch.setattr(exporting, "MAX_ROWS", 2)
    records = [article(number) for number in range(3)]
    said: list[str] = []

    with pytest.raises(workbook.TooManyRowsError, match="there are 3 articles, and a sheet takes 2 rows: take"):
        table(*records, form="xlsx")
    assert len(cells(table(*records, form="xlsx", count=2))) == 3
    assert len(rows(table(*records, warn=said.append))) == 3
    assert said == ["there are 3 rows, and a spreadsheet shows the first 2"]
    assert len(rows(table(*records, count=2))) == 2
    assert len(cells(table(*records[:2], form="xlsx"))) == 3
    assert len(rows(table(*records[:2]))) == 2  # as many as it shows: nothing is said


def test_every_column_can_be_had_and_the_same_articles_make_the_same_file():
    data = table(article(1), article(2), form="xlsx", columns=COLUMNS)

    assert cells(data)[0] == COLUMNS
    assert data == table(article(1), article(2), form="xlsx", columns=COLUMNS)


def test_channel_of_no_name_is_looked_for_as_any_other():
    with pytest.raises(exporting.ChannelNotFoundError):
        table(article(1), channel="")


def test_command_writes_a_table_that_excel_knows_for_utf_8(collection, scrapy_run, tmp_path):
    out = tmp_path / "news.csv"
    run = scrapy_run("export", "kankanews", "--format", "csv", "-o", str(out), "--columns", "title,status, id")

    assert (run.returncode, run.stdout, run.stderr) == (0, f"{out}: 0.1 kB written\n", "")
    assert (
        out.read_bytes()
        == (
            "\ufefftitle,status,id\r\n改了的标题,present,kankanews:made1\r\n"
            f"{article(2)['title']},gone,kankanews:made2\r\n"
        ).encode()
    )


def test_command_writes_a_workbook_and_every_version_of_it(collection, scrapy_run, tmp_path):
    run = scrapy_run("export", "kankanews", "--format", "xlsx", "-o", f"{tmp_path}/a.xlsx")
    every = scrapy_run("export", "kankanews", "--format", "xlsx", "--all-versions", "-o", f"{tmp_path}/b.xlsx")

    assert (run.returncode, run.stderr, every.returncode, every.stderr) == (0, "", 0, "")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert ([cell.value for cell in sheet[1]], sheet.max_row, sheet.freeze_panes) == ([*USUAL], 3, "A2")
    assert openpyxl.load_workbook(tmp_path / "b.xlsx").active.max_row == 4


def test_programs_get_every_record_with_all_columns_as_before(collection, scrapy_run, tmp_path):
    out = tmp_path / "all.csv"
    run = scrapy_run("export", "kankanews", "--format", "csv", "--all-versions", "-o", str(out))
    read = rows(out.read_bytes())

    assert (run.returncode, run.stderr) == (0, "")
    assert [row["id"] for row in read] == [f"kankanews:made{number}" for number in (1, 2, 1)]
    assert (tuple(read[0])[:2], read[0]["published_at"]) == (("id", "site"), "2019-01-09T17:04:22+08:00")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("csv", "--columns", "tilte"), "--columns: there is no column 'tilte'; did you mean title"),
        (("csv", "--columns", ","), "--columns: there is no column ''. There are: id, site"),
        (("csv", "--all-versions", "--columns", "status"), "there is no column 'status'; did you mean site_facts?"),
        (("atom", "--columns", "title"), "--columns is for csv and xlsx, and not for atom"),
        (("ninjs", "--all-versions"), "--all-versions is for csv and xlsx, and not for ninjs"),
        (("csv", "--all-versions", "--newest", "1"), "--newest takes each article once, and --all-versions every"),
        (("json-ld",), "--format json-ld: no such format; did you mean jsonld? There is: csv, xlsx, "),
        (("xslx",), "--format xslx: no such format; did you mean xlsx? There is: csv, xlsx, "),
    ],
)
def test_arguments_that_fit_no_table_are_told(arguments, said, collection, scrapy_run, tmp_path):
    run = scrapy_run("export", "kankanews", "-o", f"{tmp_path}/out", "--format", *arguments)

    assert (run.returncode, run.stdout) == (2, "")
    assert said in run.stderr
    assert not (tmp_path / "out").exists()
