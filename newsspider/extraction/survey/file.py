"""The file of a site: its ``Site`` as Python, in no more lines than a person reads at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.extraction.survey.survey import Survey
    from newsspider.parsing.site import Site

MAX_LINES = 30
_MAX_WIDTH = 110
_LAST_RESORTS = ("keywords", "channel", "authors")
"""Selectors that are left out first where the file grows too long."""


def file_of(survey: Survey) -> str:
    """Return the text of the file, at most MAX_LINES lines."""
    site = survey.site
    dropped: set[str] = set()
    for each in ("", *_LAST_RESORTS):
        dropped.add(each)
        lines = [*_head(site, survey.home_title), *_site(site, dropped)]
        if len(lines) <= MAX_LINES:
            break
    return "\n".join(lines) + "\n"


def _head(site: Site, title: str | None) -> list[str]:
    named = " ".join((title or site.name).replace('"', "'").replace("\\", "/").split())[:60]
    return [
        f'"""{named} ({site.domains[0]}): what scrapy newsite read on its pages."""',
        "",
        "from newsspider.parsing.site import Site",
        "",
    ]


def _site(site: Site, dropped: set[str]) -> list[str]:
    lines = ["SITE = Site(", f"    name={_text(site.name)},", f"    domains={_texts(site.domains)},"]
    if site.cdn_domains:
        lines.append(f"    cdn_domains={_texts(site.cdn_domains)},")
    lines += _of_texts("start_urls", site.start_urls)
    if site.articles:
        lines.append("    articles={")
        lines += [f"        {_text(address)}: {_raw(pattern)}," for address, pattern in site.articles.items()]
        lines.append("    },")
    for generation, selectors in site.selectors.items():
        lines += ["    selectors={", f"        {_text(generation)}: {{"]
        lines += [
            f"            {_text(field)}: {_text(str(selector))},"
            for field, selector in selectors.items()
            if field not in dropped
        ]
        lines += ["        }", "    },"]
    if site.has_page_title:
        lines.append(f"    page_title={_raw(site.page_title)},")
    return [*lines, *_of_texts("expected", site.expected), ")"]


def _of_texts(name: str, texts: Iterable[str]) -> list[str]:
    line = f"    {name}={_texts(texts)},"
    if len(line) <= _MAX_WIDTH:
        return [line]
    return [f"    {name}=(", *(f"        {_text(each)}," for each in texts), "    ),"]


def _texts(texts: Iterable[str]) -> str:
    said = [_text(each) for each in texts]
    return f"({said[0]},)" if len(said) == 1 else f"({', '.join(said)})"


def _text(text: str) -> str:
    """A text as Python has it; JSON's escapes are Python's too."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _raw(pattern: str) -> str:
    """A pattern as Python has it, raw where it has a backslash."""
    if "\\" not in pattern or '"' in pattern or pattern.endswith("\\") or not pattern.isprintable():
        return _text(pattern)
    return f'r"{pattern}"'
