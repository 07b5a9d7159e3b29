"""A WACZ of one article: its page, what the page shows, and nothing else of the collection."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.responses import StreamingResponse

from newsspider.browser.context import NotThereError
from newsspider.browser.guard import LOCKED
from newsspider.browser.pages.downloads import name_of
from newsspider.browser.pages.one import one
from newsspider.browser.reasons import reason
from newsspider.collection.wacz import WaczError
from newsspider.errors import NewsspiderError
from newsspider.packages.onepage import pack_page
from newsspider.text.language import _
from newsspider.warc.reader import WarcError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from starlette.requests import Request
    from starlette.responses import Response

    from newsspider.browser.context import Browser

_IN_MEMORY = 1 << 23
_PIECE = 1 << 18


def show(browser: Browser, request: Request, asked: dict[str, str]) -> Response:
    """Answer with the package."""
    found = one(browser, asked)
    if not found.record.get("archive"):
        raise NotThereError(_("The article has no record that says where its page lies."))
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 -- closed when it is sent
    try:
        pack_page(found.holding.archives(), found.record, file, datetime.now(UTC))
    except (WarcError, WaczError, NewsspiderError, OSError) as error:
        file.close()
        raise NotThereError(_("The package cannot be made. %(why)s", why=str(reason(error)))) from error
    headers = {
        "Content-Security-Policy": LOCKED,
        "Content-Disposition": f'attachment; filename="{name_of(found)}.wacz"',
        "Content-Length": str(file.tell()),
    }
    file.seek(0)
    return StreamingResponse(_sent(file), media_type="application/wacz", headers=headers)


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
