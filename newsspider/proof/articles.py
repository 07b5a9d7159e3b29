"""Pages parsed once for all that cites them: a record, the site facts in it, and events, as a rule near each other."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from newsspider.parsing.pages import with_further_pages
from newsspider.parsing.unparsed import UnparsedPageError

if TYPE_CHECKING:
    from newsspider.collection.captures import ArchivedPage
    from newsspider.parsing.article import Parsed
    from newsspider.parsing.pages import Find
    from newsspider.parsing.site import Site

_KEPT = 1024
"""Pages that are remembered; a part has 200 records (PART_ITEMS), and their events come next."""


class Articles:
    """Parses captured pages, and keeps the last ones. A field that a page cannot know, as the lead to it, says what was
    set last.
    """

    def __init__(self) -> None:
        self._parsed: OrderedDict[tuple[str, str, str, int], Parsed | UnparsedPageError] = OrderedDict()

    def parsed(self, site: Site, page: ArchivedPage, find: Find) -> Parsed:
        """Return the article of a page, its further pages included; UnparsedPageError where it has none."""
        where = page.capture.where
        key = (site.name, page.http.place, where.warc, where.offset)
        known = self._parsed.get(key)
        if known is None:
            known = self._parse(site, page)
            if isinstance(known, UnparsedPageError) or known.paging.next_url is None:
                self._parsed[key] = known
                if len(self._parsed) > _KEPT:
                    self._parsed.popitem(last=False)
        if isinstance(known, UnparsedPageError):
            raise known
        return with_further_pages(site, known, find)

    def _parse(self, site: Site, page: ArchivedPage) -> Parsed | UnparsedPageError:
        capture = page.capture
        try:
            return site.parse_page(page.http.body(), capture.url, page.http.headers, capture.captured)
        except UnparsedPageError as error:
            return error.with_traceback(None)
