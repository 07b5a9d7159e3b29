"""Hears the witnesses of one page, best first, and makes the record of what they agree on.

Class names come first: where a site still has them, each names one element. The landmarks are next, before metadata and
state, although those are tidier: only the landmarks are known for certain, and they are what a reader was shown, which
is what a record has to prove. They stand back where they are not sure themselves: for a body whose end they cannot see.

The cheap ones are always heard, so that they can contradict each other: class names, landmarks, metadata. The embedded
state costs several times as much as the rest of the page; it is decoded where the others leave a question open, or
where one stands against another. Then they vote: two that agree beat one that stands alone.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from newsspider.parsing import classes, facts, state
from newsspider.parsing.anypage import AnyPage
from newsspider.parsing.doubts import Doubts
from newsspider.parsing.footer import digest, read_footer
from newsspider.parsing.hearany import hear_any_page
from newsspider.parsing.hearing import Hearing
from newsspider.parsing.hiddenbody import hidden_body
from newsspider.parsing.jsonld import string
from newsspider.parsing.landmarks import Landmarks
from newsspider.parsing.live import with_entries
from newsspider.parsing.loaders import ArticleLoader
from newsspider.parsing.markup import MarkupError
from newsspider.parsing.metadata import Metadata
from newsspider.parsing.page import Page
from newsspider.parsing.paging import ALONE, Paging, read_paging
from newsspider.parsing.standfirst import around_headline, find_standfirst
from newsspider.parsing.unparsed import UnparsedPageError, UnreadMarkupError
from newsspider.parsing.zones import UNKNOWN
from newsspider.record.items import Article, Charset, Counts, Provenance
from newsspider.record.sitefacts import SiteFacts
from newsspider.text.counted import counted
from newsspider.text.language import N_
from newsspider.text.processors import clean_text, count_text, fold, says_modified
from newsspider.text.urls import shown, without_user

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsspider.parsing.site import Site
    from newsspider.parsing.zones import Zone
    from newsspider.text.moment import Moment


@dataclass(frozen=True, slots=True)
class Parsed:
    """The result of parsing one page; it unpacks to the article and the facts."""

    article: Article
    site_facts: SiteFacts | None
    paging: Paging = ALONE

    def __iter__(self) -> Iterator[Any]:
        return iter((self.article, self.site_facts))


def parse(site: Site, body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]], captured_at: datetime) -> Parsed:
    """Make the record of the page at *url*: a pure function of its arguments.

    *body* is content-decoded, *captured_at* aware. Raises ``UnparsedPageError`` for a page that is no article, and
    ``UrlError`` when *url* is no web address.
    """
    return hear(site, body, url, headers, captured_at)[0]


def hear(
    site: Site, body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]], captured_at: datetime
) -> tuple[Parsed, ArticleLoader]:
    """As ``parse``; return the loader too, which knows what each witness said."""
    try:
        return _hear(site, body, url, headers, captured_at)
    except MarkupError as error:
        raise UnreadMarkupError(url, error) from error


def _hear(
    site: Site, body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]], captured_at: datetime
) -> tuple[Parsed, ArticleLoader]:
    page = Page(body, url, headers)
    metadata = Metadata(page)
    doubts = Doubts()
    anything = AnyPage(page, metadata, doubts)
    loader = ArticleLoader(
        captured_at=captured_at,
        resolve=page.resolve,
        page_title=site.title_pattern,
        zone=site.zone,
        is_zone_of_site=site.zone is not None,
    )
    hearing = Hearing(loader, doubts)
    canonical_url, address_witness = _canonical(site, page, metadata, hearing)
    page_id = site.page_id(canonical_url)
    if page_id is None:
        raise UnparsedPageError(url, (N_("address"),), doubts.warnings)

    hidden = hearing.ask("page", partial(page.drop_hidden, hidden_body)) or ""
    zone = None if site.zone else hearing.ask("zone", anything.zone) or UNKNOWN
    if zone:
        loader.context["zone"], loader.context["is_zone_unknown"] = zone.at, zone is UNKNOWN
        if site.is_like_any and not anything.is_chinese:
            loader.context["language"] = anything.language
    article_url = partial(site.linked, page.resolve)
    dated = hearing.ask("masthead", anything.date_places) if site.is_like_any else None
    landmarks = hearing.ask("landmarks", partial(Landmarks, page, site.words, captured_at, article_url, doubts, dated))
    layout = None
    for generation, selectors in site.selectors.items():
        if hearing.hear(f"class:{generation}", partial(classes.say, page, selectors)):
            layout = generation
            break  # a page is of one generation
    unsure: dict[str, Any] = {}
    seen: dict[str, Any] = {}
    if landmarks and not site.is_like_any:
        seen = hearing.ask("landmarks", landmarks.say) or {}
    if site.metadata_first:
        _hear_metadata(hearing, metadata)
    if site.is_like_any:
        hear_any_page(hearing, anything, metadata, landmarks)
    else:
        if "paragraphs" in seen and (agreed := hearing.ask("text", partial(anything.against, seen["paragraphs"]))):
            doubts.doubt("body_text", "the landmarks hold another text than JSON-LD and the main text")
            seen = {name: value for name, value in seen.items() if name not in _BODY}
            hearing.collect("text", agreed)
        if landmarks and landmarks.body_is_open:
            unsure = {name: seen.pop(name) for name in _BODY if name in seen}
        hearing.collect("landmarks", seen)
    if site.scripts is not None:
        hearing.hear("script", partial(site.scripts, page))
    if not (site.is_like_any or site.metadata_first):
        _hear_metadata(hearing, metadata)
    if match := site.title_pattern.fullmatch(metadata.title or ""):
        channel = match.groupdict().get("channel")
        hearing.collect("title", {"title": match["title"], "channel": (channel, None) if channel else None})
    hinted = site.state_hint is not None and site.state_hint in page.markup
    if site.state_names is not None and (hinted or not _suffices(site, loader) or loader.is_contested()):
        hearing.hear("state", partial(state.say, page, site.state_names, captured_at, page_id, article_url, doubts))
    if unsure:
        hearing.collect("landmarks", unsure)
        if loader.witnesses.get("paragraphs", [""])[0] == "landmarks":
            doubts.doubt("body_text", "nothing was seen that ends it; it may hold what stands below the article")
    loader.vote()
    if (
        site.is_like_any
        and loader.witnesses.get("paragraphs", [""])[0] == "text"
        and not hearing.ask("text", partial(anything.is_article, is_dated=loader.knows_clock("published_at")))
    ):
        raise UnparsedPageError(url, (N_("text"),), doubts.warnings)
    if page.hidden_body is not None:
        doubts.doubt("body_text", "the page hides it from its readers until a script shows it")
    if hidden and _is_longer_than(hidden, loader):
        left = counted(len(hidden), "character")
        doubts.doubt("body_text", f"{left} that the page hides from its readers are left out")
    if (thing := metadata.things(doubts).article) and "liveBlogUpdate" in thing:
        hearing.ask("json-ld", partial(_add_entries, hearing, thing))
    has_body = loader.knows("paragraphs") or loader.knows("videos")
    if not has_body and loader.knows("title") and anything.calls_itself_article:
        doubts.doubt("body_text", "the page calls itself an article, and no witness finds its text")
        has_body = True
    missing = tuple(
        name for name, known in ((N_("title"), loader.knows("title")), (N_("body or video"), has_body)) if not known
    )
    if missing:
        raise UnparsedPageError(url, missing, doubts.warnings)
    _hear_facts(hearing, page, metadata, anything if site.is_like_any else None)
    site_facts = None
    if landmarks:
        site_facts = hearing.ask("landmarks", partial(_site_facts, site, landmarks, url, captured_at))
    article = _article(site, page, metadata, loader, canonical_url, layout, captured_at, zone, doubts)
    known = article.provenance.fields
    known["id"] = known["canonical_url"] = address_witness
    if site_facts:
        article.site_facts, known["site_facts"] = site_facts.id, "landmarks"
    links = [*page.elements["link"], *page.elements["a"]]
    paging = hearing.ask("page", partial(read_paging, links, page.url, page.resolve))
    return Parsed(article, site_facts, paging or ALONE), loader


def _hear_metadata(hearing: Hearing, metadata: Metadata) -> None:
    hearing.hear("json-ld", partial(metadata.json_ld, hearing.doubts))
    hearing.hear("og", metadata.open_graph)
    hearing.hear("meta", metadata.meta)


def _add_entries(hearing: Hearing, thing: dict[str, Any]) -> None:
    """Part the body into the entries of a live blog, and add those that JSON-LD has and the page does not print."""
    loader = hearing.loader
    witness = loader.witnesses.get("paragraphs", [None])[0]
    paragraphs = loader.get_output_value("paragraphs") or []
    blocks = (witness and loader.said_by(witness, "blocks")) or [{"type": "paragraph", "text": x} for x in paragraphs]
    parted = with_entries(blocks, thing)
    known = set(map(id, blocks))
    added = [block["text"] for block in parted if block["type"] == "paragraph" and id(block) not in known]
    if witness is None:
        if added:
            hearing.collect("json-ld", {"paragraphs": added, "blocks": parted})
        return
    paragraphs += added
    blocks[:] = parted
    if added and loader.knows("body_html"):
        html = [f"<p>{escape(text, quote=False)}</p>" for text in added]
        loader.put("body_html", "\n".join([loader.get_output_value("body_html"), *html]))


def _hear_facts(hearing: Hearing, page: Page, metadata: Metadata, anything: AnyPage | None) -> None:
    """Hear what is only known of a page whose title and body are."""
    loader = hearing.loader
    thing = metadata.things(hearing.doubts).article or {}
    hearing.hear("json-ld", partial(facts.from_json_ld, thing, page.resolve))
    hearing.hear("meta", partial(facts.from_meta, metadata.named, page.resolve))
    hearing.hear("link", partial(facts.from_links, page.elements["link"], page.url, page.resolve))
    headline = hearing.ask("headline", lambda: anything.headline) if anything else None
    near = around_headline(page.outline, headline and headline.element)
    hearing.hear("page", partial(facts.printed, near.above, near.below))
    title, paragraphs = loader.get_output_value("title"), loader.get_output_value("paragraphs")
    if title and paragraphs:
        named = (
            *(("json-ld", string(thing.get(name))) for name in ("abstract", "description")),
            ("og", metadata.named.get("og:description")),
            ("meta", metadata.named.get("description")),
        )
        found = hearing.ask("standfirst", partial(find_standfirst, near.below, title, paragraphs, named))
        if found:
            hearing.collect(found.witness, {"summary": found.text})


def _canonical(site: Site, page: Page, metadata: Metadata, hearing: Hearing) -> tuple[str, str]:
    """The address of the article and its witness: what the page names as its own, if that is an article of the site."""
    for witness, reference in (("link", metadata.canonical), ("og", metadata.named.get("og:url"))):
        if reference:
            if url := hearing.ask(witness, partial(site.linked, page.resolve, reference)):
                return url, witness
            hearing.doubts.doubt(
                "canonical_url",
                f"{witness} names {clean_text(shown(reference, 200))}, which is no article of {site.name}; ignored",
            )
    return site.canonical_url(page.url), "url"


def _suffices(site: Site, loader: ArticleLoader) -> bool:
    return all(loader.knows("paragraphs" if field == "body_text" else field) for field in site.expected)


def _is_longer_than(hidden: str, loader: ArticleLoader) -> bool:
    """Whether what is hidden may be the article, which some pages show at a click, rather than a menu or a box."""
    paragraphs = loader.get_collected_values("paragraphs")
    return "。" in hidden and len(hidden) > sum(map(len, paragraphs[0] if paragraphs else ()))


def _article(
    site: Site,
    page: Page,
    metadata: Metadata,
    loader: ArticleLoader,
    canonical_url: str,
    layout: str | None,
    captured_at: datetime,
    zone: Zone | None,
    doubts: Doubts,
) -> Article:
    values: dict[str, Any] = loader.load_item()
    witnesses = {field: names[0] for field, names in loader.witnesses.items()}
    for name, dispute in loader.disputes():
        doubts.doubt(name, dispute)

    for name in ("published_at", "modified_at"):
        if (moment := values.pop(name, None)) is not None:
            values[name] = _clock_time(moment, name, loader.latest, zone, doubts)
            if name == "published_at":
                values["published_raw"], witnesses["published_raw"] = moment.raw, witnesses[name]
    if published := values.get("published_at"):
        _check_address(site, page.url, published, doubts)
        if (modified := values.get("modified_at")) and modified < published - _BEFORE:
            doubts.doubt("modified_at", f"{modified.isoformat()} is before the publication; left out")
            values["modified_at"] = None
    elif day := site.published_from_url(canonical_url):
        doubts.warn("published_at", f"only the day is known, from the address: {day.isoformat()}")

    paragraphs = values.get("paragraphs", [])
    if paragraphs:
        values["body_text"], witnesses["body_text"] = "\n\n".join(paragraphs), witnesses["paragraphs"]
        parts = loader.said_by(witnesses["paragraphs"], "blocks")
        values["blocks"] = parts or [{"type": "paragraph", "text": each} for each in paragraphs]
        witnesses["blocks"] = witnesses["paragraphs"]
        if "modification_notes" not in values and (notes := [each for each in paragraphs if says_modified(each)]):
            values["modification_notes"], witnesses["modification_notes"] = notes, witnesses["paragraphs"]
    if metadata.title:
        values["page_title"], witnesses["page_title"] = metadata.title, "title"
    values["language"], witnesses["language"] = _language(metadata, paragraphs)
    for card in values.get("recommendations", ()):
        card.id = site.record_id(card.url) if card.url else None
    if values.get("keywords_raw") and not values.get("keywords"):
        doubts.warn("keywords", "printed run together; the line is in keywords_raw")
    for name in site.expected:
        if not values.get(name) and name not in doubts.spoken_of:  # a warning says why already
            doubts.warn(name, "no witness knows it")
    unreadable = {name: count for name in ("title", "body_text") if (count := (values.get(name) or "").count("\ufffd"))}
    if page.decoded.replacements:
        doubts.warn("provenance.charset", f"{counted(page.decoded.replacements, 'character')} could not be read")
        for name in unreadable:
            doubts.mark(name)
    else:  # a reference such as &#xD800; names no character, and the page's bytes are sound
        for name, count in unreadable.items():
            doubts.doubt(name, f"{counted(count, 'character')} could not be read")
    if page.is_cut_off:
        doubts.doubt("body_text", "the page has no end; the rest of the body may be missing")

    counts = count_text(paragraphs)
    return Article(
        id=f"{site.name}:{site.page_id(canonical_url)}",
        site=site.name,
        url=without_user(page.url),
        canonical_url=canonical_url,
        counts=Counts(chars=counts.chars, han=counts.han, words=counts.words, paragraphs=counts.paragraphs),
        content_hash=content_hash(values["title"], paragraphs),
        fetched_at=captured_at.astimezone(UTC),
        provenance=Provenance(
            parser=site.parser or site.name,
            parser_version=site.parser_version,
            layout=layout or next(witnesses[name] for name in ("paragraphs", "videos", "title") if name in witnesses),
            charset=Charset(
                declared=list(page.decoded.declared),
                used=page.decoded.used,
                replacements=page.decoded.replacements,
            ),
            cut_off=page.is_cut_off,
            doubts=[each for each in _FIELDS if each in doubts.fields],
            fields={each: witnesses[each] for each in _FIELDS if each in witnesses},
            warnings=doubts.warnings,
        ),
        **values,
    )


_BODY = ("paragraphs", "blocks", "body_html", "images")
_BEFORE = timedelta(days=1)  # by which the clocks of the two times may differ, or an article is prepared
_FIELDS = tuple(each.name for each in fields(Article))


def content_hash(title: str, paragraphs: list[str]) -> str:
    """Name what the article says, in match form, so that two captures with the same name say the same.

    >>> content_hash("标题:A", ["正文 一"]) == content_hash("标题:a", ["正文一"])
    True
    """
    lines = "".join(["".join(text.split()) + "\n" for text in (title, *paragraphs)])
    return "sha256:" + hashlib.sha256(fold(lines).encode()).hexdigest()


def _clock_time(moment: Moment, field: str, latest: datetime, zone: Zone | None, doubts: Doubts) -> datetime | None:
    """The time itself where the page prints one that can be; a day alone is not turned into midnight.

    *zone* is that of the page where its site has none.
    """
    if zone and zone.guess and moment.is_of_unnamed_zone:
        if zone is UNKNOWN:
            doubts.doubt(field, f"printed as {moment.raw}, in a zone of which the page says nothing")
            return None
        doubts.doubt(field, f"printed as {moment.raw}, which names no zone; {zone.name} is guessed from {zone.guess}")
    if moment.earliest > latest:
        doubts.doubt(field, f"printed as {moment.raw}, which is after the page was captured")
        return None
    if moment.precision == "second" and isinstance(moment.at, datetime):
        return moment.at
    doubts.warn(field, f"printed only to the {moment.precision}: {moment.raw}")
    return moment.at if moment.precision == "minute" and isinstance(moment.at, datetime) else None


def _check_address(site: Site, url: str, published: datetime, doubts: Doubts) -> None:
    day = site.published_from_url(url)
    if day and abs((published.date() - day).days) > 1:  # published shortly before or after midnight is no conflict
        doubts.doubt("published_at", f"{published.isoformat()}, but the address says {day.isoformat()}")


def _language(metadata: Metadata, paragraphs: list[str]) -> tuple[str | None, str]:
    if metadata.language and _LANGUAGE_TAG.fullmatch(metadata.language):
        return metadata.language, "html lang"
    counts = count_text(paragraphs)
    return ("zh" if counts.han * 2 > counts.chars else None), "letters"


_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}")


def _site_facts(site: Site, landmarks: Landmarks, url: str, captured_at: datetime) -> SiteFacts | None:
    facts = read_footer(landmarks.footer())
    if facts is None:
        return None
    return SiteFacts(
        id=f"{site.name}:facts:{digest(site.name, facts)}",
        site=site.name,
        publisher=facts.publisher,
        copyright=facts.copyright,
        licences=list(facts.licences),
        icp_numbers=list(facts.icp_numbers),
        police_numbers=list(facts.police_numbers),
        phones=list(facts.phones),
        emails=list(facts.emails),
        url=url,
        fetched_at=captured_at.astimezone(UTC),
    )
