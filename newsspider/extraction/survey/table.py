"""A table of fields, witnesses and pages: who agrees with the record, who contradicts it, who says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsspider.text.processors import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsspider.extraction.survey.survey import Looked

_FIELDS = (
    "title", "published_at", "modified_at", "source", "channel", "authors", "editors", "keywords", "paragraphs",
    "images", "videos",
)  # fmt: skip
_LONGEST = 44
AGREES, CONTRADICTS, SILENT = "=", "x", "."


def table(pages: Sequence[Looked]) -> Iterator[str]:
    """Yield the lines: a heading, then one for each field and witness, with the record's value of the first page."""
    numbers = "  ".join(str(number) for number in range(1, len(pages) + 1))
    yield f"{'field':<14}{'witness':<14}{numbers}  record of page 1"
    for field in _FIELDS:
        said = [dict(page.loader.agreement(field)) for page in pages]
        shown = _shown(pages[0], field)
        for witness in _by_rank(said):
            marks = "  ".join(_mark(each.get(witness)) for each in said)
            yield f"{field:<14}{witness:<14}{marks}  {shown}".rstrip()
            field, shown = "", ""


def _by_rank(said: Sequence[dict[str, bool]]) -> list[str]:
    """The witnesses, the one that is believed most first."""
    return sorted({witness for each in said for witness in each}, key=lambda name: (_first(said, name), name))


def _first(said: Sequence[dict[str, bool]], witness: str) -> int:
    """The best rank of a witness on any page."""
    return min(list(each).index(witness) for each in said if witness in each)


def _mark(agrees: bool | None) -> str:
    return SILENT if agrees is None else AGREES if agrees else CONTRADICTS


def _shown(page: Looked, field: str) -> str:
    value: Any = getattr(page.article, field)
    match value:
        case None | []:
            return "-"
        case list() if field == "paragraphs":
            text = f"{len(value)}: {value[0]}"
        case list():
            text = ", ".join(getattr(each, "name", None) or getattr(each, "url", None) or str(each) for each in value)
        case _:
            text = getattr(value, "name", None) or str(value)
    text = clean_text(text) or ""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
