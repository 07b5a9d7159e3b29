"""Downloads: the record as it stands in its part, and the WARC record that it was read from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import Response

from newsspider.browser.context import NotThereError
from newsspider.browser.filling import line_at
from newsspider.browser.guard import LOCKED
from newsspider.browser.pages.one import One, one
from newsspider.browser.reasons import reason
from newsspider.collection.wacz import WaczError
from newsspider.terminal.called import program
from newsspider.text.language import _
from newsspider.warc.copying import member_of
from newsspider.warc.reader import WarcError, read_record
from newsspider.warc.recordbytes import GZIP

if TYPE_CHECKING:
    from starlette.requests import Request

    from newsspider.browser.context import Browser

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.-]+")
_MAX_RECORD = 1 << 30


def record(browser: Browser, request: Request, asked: dict[str, str]) -> Response:
    """Answer with the line of the part, byte for byte."""
    found = one(browser, asked)
    try:
        line = line_at(found.holding, found.version.place)
    except (OSError, ValueError, WaczError) as error:
        raise NotThereError(_("The record cannot be read. %(why)s", why=str(reason(error)))) from error
    return download(line, "application/json", f"{name_of(found)}.json")


def warc(browser: Browser, request: Request, asked: dict[str, str]) -> Response:
    """Answer with the member of the WARC file: a WARC file of one record."""
    found = one(browser, asked)
    where = found.record.get("archive")
    if not where:
        raise NotThereError(_("The article has no record that says where its page lies."))
    return download(raw(found, where), "application/warc", f"{name_of(found)}.warc.gz")


def raw(found: One, where: dict[str, object]) -> bytes:
    """Return the member at a place, byte for byte; of a file of no such members, one that is made. NotThereError."""
    name, offset, length = str(where["warc"]), int(str(where["offset"])), int(str(where["length"]))
    try:
        file = next((each for archive in found.holding.archives() if (each := archive.file(name)) is not None), None)
        if file is None:
            raise NotThereError(_("No archive that is open here holds %(warc)s.", warc=name))
        with file.open("rb") as opened:
            opened.seek(offset)
            data = opened.read(min(length, _MAX_RECORD))
    except (OSError, WaczError, ValueError) as error:
        raise NotThereError(_("%(warc)s cannot be read. %(why)s", warc=name, why=str(reason(error)))) from error
    if len(data) != length:
        command = f"{program()} verify {found.holding.path}"
        raise NotThereError(_("%(warc)s is shorter than the record says; see: %(command)s", warc=name, command=command))
    if data.startswith(GZIP):
        return data
    try:
        return b"".join(member_of(read_record(file, offset)))
    except (OSError, WarcError) as error:
        raise NotThereError(_("%(warc)s cannot be read. %(why)s", warc=name, why=str(reason(error)))) from error


def name_of(found: One) -> str:
    """Return a name for a file about an article: letters, digits, points and dashes."""
    return f"{_NOT_IN_NAMES.sub('-', found.row.id).strip('-.')[:80] or 'article'}-v{found.version.number}"


def download(data: bytes, kind: str, name: str) -> Response:
    """Answer with a file to keep."""
    headers = {"Content-Security-Policy": LOCKED, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=kind, headers=headers)
