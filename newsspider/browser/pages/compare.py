"""The differences between any two versions of an article, word by word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsspider.browser.context import NotThereError
from newsspider.browser.pages.one import One, number_of, one
from newsspider.browser.pages.showing import page
from newsspider.browser.reasons import reason
from newsspider.collection.wacz import WaczError
from newsspider.errors import NewsspiderError
from newsspider.history.chronicle import VersionComparison, compare
from newsspider.history.page import grouped, moved, shown_fields
from newsspider.record.items import Article, Locator
from newsspider.record.records import from_record
from newsspider.text.language import _
from newsspider.warc.reader import WarcError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from newsspider.browser.context import Browser
    from newsspider.browser.holding import Holding


def show(browser: Browser, request: Request, asked: dict[str, str]) -> Response:
    """Answer with the comparison of two versions."""
    newest = one(browser, {**asked, "v": ""})
    before = one(browser, asked, number=number_of(asked.get("from", ""), max(1, newest.row.versions - 1)))
    after = one(browser, asked, number=number_of(asked.get("to", ""), newest.row.versions))
    for each in (before, after):
        if not each.has_record:
            why = each.problem or _("it has no record")
            number = each.version.number
            raise NotThereError(_("Version %(number)s cannot be compared: %(why)s", number=number, why=why))
    comparison, doubt = _compared(before, after)
    return page(
        browser,
        "compare",
        one=newest,
        row=newest.row,
        before=before,
        after=after,
        comparison=comparison,
        fields=shown_fields(comparison),
        same=comparison.headline is None and comparison.text is None and not comparison.fields,
        doubt=doubt,
        moved=moved(),
        grouped=grouped,
    )


def _compared(before: One, after: One) -> tuple[VersionComparison, str | None]:
    """Compare two versions as one parser sees them; also return what a reader should doubt."""
    records = [from_record(each.record, Article) for each in (before, after)]
    versions = {each.provenance.parser_version for each in records}
    if len(versions) == 1:
        return compare(*records), None
    try:
        return compare(_again(before.holding, before.record), _again(after.holding, after.record)), None
    except (WarcError, WaczError, NewsspiderError, OSError) as error:
        doubt = _(
            "Two versions of the parser read these, and their pages cannot be read again (%(why)s): what differs may "
            "be what the parser knows, and not what the site wrote.", why=str(reason(error)).rstrip("。."),
        )  # fmt: skip
        return compare(*records), doubt


def _again(holding: Holding, record: dict[str, Any]) -> Article:
    """Read a page once more, by today's parser."""
    from newsspider import sites
    from newsspider.collection.captures import page_at
    from newsspider.parsing.pages import nearest_in, with_further_pages

    where = Locator(**record["archive"])
    archive = next((each for each in holding.archives() if each.file(where.warc) is not None), None)
    if archive is None:
        raise FileNotFoundError(f"no archive that is open here holds {where.warc}")
    captured = page_at(archive, where)
    site = sites.load(record["site"])
    first = site.parse_page(
        captured.http.body(), captured.capture.url, captured.http.headers, captured.capture.captured
    )
    return with_further_pages(site, first, nearest_in(archive)).article
