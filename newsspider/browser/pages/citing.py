"""The citation of an article as text, BibTeX and CSL-JSON: it names the capture, and the digests that prove it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from newsspider.browser.context import NotThereError
from newsspider.browser.guard import LOCKED
from newsspider.browser.pages.one import one
from newsspider.text.escaping import as_json
from newsspider.text.language import _

if TYPE_CHECKING:
    from starlette.requests import Request

    from newsspider.browser.context import Browser
    from newsspider.browser.pages.one import One

_LATEX = str.maketrans(
    {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {char: f"\\{char}" for char in "&%$#_{}"}
)
_KEY = re.compile(r"[^A-Za-z0-9]+")


def show(browser: Browser, request: Request, asked: dict[str, str]) -> Response:
    """Answer with a citation as a file of its own."""
    found = citations(one(browser, asked))
    form = asked.get("format", "text")
    if form not in found:
        raise NotThereError(_("A citation is written as %(forms)s.", forms=", ".join(found) or "–"))
    ends = {"text": ("text/plain", "txt"), "bibtex": ("application/x-bibtex", "bib"), "csl": (_CSL, "json")}[form]
    headers = {
        "Content-Security-Policy": LOCKED,
        "Content-Disposition": f'attachment; filename="citation.{ends[1]}"',
    }
    return Response(found[form].encode("utf-8", "replace"), media_type=ends[0], headers=headers)


_CSL = "application/vnd.citationstyles.csl+json"


def citations(found: One) -> dict[str, str]:
    """Return the article's citation in each form, by its name; nothing for a page without a record."""
    if not found.has_record:
        return {}
    return {"text": _text(found.record), "bibtex": _bibtex(found.record), "csl": _csl(found.record)}


def _said(record: dict[str, Any]) -> dict[str, Any]:
    captured = datetime.fromisoformat(record["fetched_at"])
    where = record["archive"] or {}
    return {
        "title": record["title"] or record["page_title"] or record["url"],
        "authors": [each["name"] for each in record["authors"]],
        "publisher": (record["source"] or {}).get("name") or record["site"],
        "published": datetime.fromisoformat(record["published_at"]) if record["published_at"] else None,
        "url": record["canonical_url"],
        "captured": captured,
        "proof": [
            f"record {record['id']}",
            f"captured {captured:%Y-%m-%dT%H:%M:%SZ}",
            f"WARC record {where['record_id']} in {where['warc']}" if where.get("record_id") else "",
            f"SHA-256 of headline and text {record['content_hash'].removeprefix('sha256:')}",
        ],
    }


def _text(record: dict[str, Any]) -> str:
    said = _said(record)
    authors = ", ".join(said["authors"])
    published = f", {said['published']:%Y-%m-%d}" if said["published"] else ""
    proof = "; ".join(filter(None, said["proof"]))
    by = f"{authors}: " if authors else ""
    return f"{by}{said['title']}. {said['publisher']}{published}. {said['url']} ({proof}).\n"


def _bibtex(record: dict[str, Any]) -> str:
    said = _said(record)
    year = f"{said['published']:%Y}" if said["published"] else ""
    fields = {
        "title": f"{{{_latex(said['title'])}}}",
        # Each in braces of its own: a name is not taken apart.
        "author": " and ".join(f"{{{_latex(name)}}}" for name in said["authors"]),
        "organization": f"{{{_latex(said['publisher'])}}}",
        "date": f"{said['published']:%Y-%m-%d}" if said["published"] else "",
        "url": said["url"].replace("{", "%7B").replace("}", "%7D"),
        "urldate": f"{said['captured']:%Y-%m-%d}",
        "note": _latex("; ".join(filter(None, said["proof"]))),
    }
    key = _KEY.sub("-", f"{record['id']}-{year}").strip("-")[:80]
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@online{{{key},\n{lines}\n}}\n"


def _latex(text: str) -> str:
    r"""Escape what LaTeX would act on.

    >>> print(_latex("50% & {a}_b"))
    50\% \& \{a\}\_b
    """
    return " ".join(text.split()).translate(_LATEX)


def _csl(record: dict[str, Any]) -> str:
    said = _said(record)
    item: dict[str, Any] = {
        "id": record["id"],
        "type": "article-newspaper",
        "title": said["title"],
        "author": [{"literal": name} for name in said["authors"]],
        "container-title": said["publisher"],
        "issued": _parts(said["published"]),
        "accessed": _parts(said["captured"]),
        "URL": said["url"],
        "language": record["language"],
        "archive": (record["archive"] or {}).get("warc"),
        "archive_location": (record["archive"] or {}).get("record_id"),
        "note": "; ".join(filter(None, said["proof"])),
    }
    return as_json([{name: value for name, value in item.items() if value}], indent=1) + "\n"


def _parts(moment: datetime | None) -> dict[str, Any] | None:
    return {"date-parts": [[moment.year, moment.month, moment.day]]} if moment else None
