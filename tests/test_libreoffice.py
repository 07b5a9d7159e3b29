"""The table for a person as LibreOffice opens it: texts and times as they were, and nothing calculated."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest

from newsspider.feeds.formats.sheet import MAX_CELL
from tests.feeds import article
from tests.patience import HUNG
from tests.test_sheet import rows, table

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice (libreoffice-calc-nogui)"),
]

TITLES = [
    "台风“桦加沙”登陆",
    '说“是”, "yes" 或 ;',
    "=1+1",
    "+8613800000000",
    "@SUM(A1)",
    "-3 度",
    "007",
    "1/2",
    "2026-11-28",
    "TRUE",
]
PROSE = TITLES[:6]
"""What CSV has no way to call a text, such as 007, is a number to whoever opens it."""
BODY = "第一段。\n\n第二段，“引文”。"
COLUMNS = ("title", "published_at", "body_text")
CSV = "Text - txt - csv (StarCalc)"
FORM = "44,34,76"
"""Comma, quotation mark, UTF-8: what LibreOffice proposes for a file with a byte order mark."""


def news(titles: list[str], form: str) -> bytes:
    records = [article(number, title=title, body_text=BODY) for number, title in enumerate(titles, 1)]
    longest = article(0, title="长", body_text="x" * MAX_CELL)
    return table(longest, *records, form=form, columns=COLUMNS)


def converted(path: Path, to: str, *options: str) -> Path:
    """Have LibreOffice open a file and save it in another format, with a profile of its own."""
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    out = path.parent / "out"
    command = ["soffice", profile, "--headless", *options, "--convert-to", to, "--outdir", str(out), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=HUNG)
    (made,) = out.iterdir()
    return made


def test_workbook_is_opened_with_all_texts_and_times(tmp_path):
    path = tmp_path / "news.xlsx"
    path.write_bytes(news(TITLES, "xlsx"))

    opened = rows(converted(path, f"csv:{CSV}:{FORM}").read_bytes())

    assert {each["title"] for each in opened} == {"长", *TITLES}
    assert {each["published_at"] for each in opened} == {"2019-01-09 17:04:22"}
    assert {each["body_text"] for each in opened} == {BODY, "x" * MAX_CELL}


def test_csv_is_opened_with_times_as_times_and_calculates_nothing(tmp_path):
    path = tmp_path / "news.csv"
    path.write_bytes(news(PROSE, "csv"))

    made = converted(path, "xlsx", f"--infilter={CSV}:{FORM},1,,1033,false,true")
    head, *opened = openpyxl.load_workbook(made).active.iter_rows()

    assert tuple(cell.value for cell in head) == COLUMNS
    assert {title.value.removeprefix("'") for title, _, _ in opened} == {"长", *PROSE}
    assert {cell.data_type for row in opened for cell in row} == {"s", "d"}
    assert {published.value for _, published, _ in opened} == {datetime(2019, 1, 9, 17, 4, 22)}
    assert {body.value for _, _, body in opened} == {BODY, "x" * MAX_CELL}
