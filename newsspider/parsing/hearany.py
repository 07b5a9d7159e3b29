"""Hears the witnesses that all pages have: text, headline and the lines around it, and what their head says."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from newsspider.parsing import datalayer

if TYPE_CHECKING:
    from newsspider.parsing.anypage import AnyPage
    from newsspider.parsing.hearing import Hearing
    from newsspider.parsing.landmarks import Landmarks
    from newsspider.parsing.metadata import Metadata


def hear_any_page(hearing: Hearing, anything: AnyPage, metadata: Metadata, landmarks: Landmarks | None) -> None:
    """Hear what all pages share; of *landmarks* the line with the date."""
    captured_at = hearing.loader.context["captured_at"]
    printed = (landmarks and hearing.ask("landmarks", partial(anything.around_date, landmarks))) or {}
    body = hearing.ask("text", anything.body) or {}
    said_only = hearing.ask("json-ld", partial(anything.body_in_metadata, body)) or {}
    masthead = hearing.ask("masthead", partial(anything.marked_times, captured_at)) or {}
    json_ld = hearing.ask("json-ld", partial(metadata.json_ld, hearing.doubts)) or {}
    og, meta = metadata.open_graph(), metadata.meta()
    said = {"text": body, "landmarks": printed, "json-ld": json_ld, "masthead": masthead, "meta": meta}
    named = {witness: each.pop("authors", None) for witness, each in said.items()}
    del named["meta"]
    sources = [source[0] for each in said.values() if (source := each.get("source"))]
    authors = hearing.ask("masthead", partial(anything.authors, named.items(), sources)) or []
    if landmarks and not landmarks.source_is_labelled and anything.is_of_names(printed.get("source"), authors):
        del printed["source"]
    hearing.hear("headline", anything.title)
    hearing.collect("json-ld", anything.another_title(json_ld))
    hearing.collect("og", anything.another_title(og))
    vague = {"published_at": said["meta"].pop("published_at")} if metadata.is_dated_vaguely else {}
    if metadata.is_dated_by_draft:
        hearing.loader.unsure.add("meta")
    for witness in ("masthead", "landmarks", "meta", "text"):
        hearing.collect(witness, said[witness])
    hearing.collect("json-ld", said_only)
    if not hearing.loader.knows("source") and anything.paper:
        hearing.collect("text", {"source": (anything.paper, None)})
    if not hearing.loader.knows("channel"):
        hearing.hear("page", anything.channel)
    if not hearing.loader.knows("keywords"):
        hearing.collect("og", metadata.tags())
    if not hearing.loader.knows("keywords"):
        hearing.hear("page", anything.keywords)
    _hear_dates(hearing, anything, vague)
    for witness, people in authors:
        hearing.collect(witness, {"authors": people})


def _hear_dates(hearing: Hearing, anything: AnyPage, vague: dict[str, str | None]) -> None:
    """Hear the times that the page prints, the *vague* one of its head, and what its scripts say.

    Where the head has one only lines are heard of which it is clear that they date the article.
    """
    loader = hearing.loader
    captured_at = loader.context["captured_at"]
    if not loader.knows("published_at"):
        hearing.hear("masthead", partial(anything.printed_times, captured_at, is_dated=bool(vague)))
    hearing.collect("meta", vague, is_vague=True)
    if vague and not loader.knows_day("published_at"):
        hearing.hear("masthead", partial(anything.printed_times, captured_at, is_dated=False))
    if not loader.knows("published_at"):
        known, zone = loader.get_collected_values("published_at"), loader.context["zone"]
        hearing.hear("script", partial(datalayer.say, anything.page, known, zone, hearing.doubts))
