"""Hears the witnesses of one page, best first, and makes the record of what they agree on.

Class names come first: where a site still has them, each names one element. The landmarks are next, before metadata and
state, although those are tidier: only the landmarks are known for certain, and they are what a reader was shown, which
is what a record has to prove. They stand back where they are not sure themselves: for a body whose end they cannot see.

The cheap ones are always heard, so that they can contradict each other: class names, landmarks, metadata. The embedded
state costs several times as much as the rest of the page; it is decoded where the others leave a question open.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from newsspider.errors import NewsspiderError
from newsspider.items import Article, Charset, Counts, Provenance, SiteFacts
from newsspider.loaders import ArticleLoader
from newsspider.nuxt import NuxtStateError
from newsspider.processors import count_text, fold, says_modified
from newsspider.urls import absolute
from newsspider.witnesses import classes, state
from newsspider.witnesses.footer import digest, read_footer
from newsspider.witnesses.landmarks import NEVER, Landmarks, Words
from newsspider.witnesses.metadata import Metadata
from newsspider.witnesses.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsspider.dates import Moment


class UnparsedPageError(NewsspiderError):
    """No witness can explain a page as an article; it is archived and reported, never an empty record."""

    def __init__(self, url: str, missing: tuple[str, ...], doubts: Iterable[str] = ()):
        because = "".join(f"; {doubt}" for doubt in doubts)
        super().__init__(
            f"{url} is not an article that can be read: no witness knows its {' and '.join(missing)}{because}; "
            f"if a reader sees an article there, save it as a case and teach the site's table"
        )
        self.url = url
        self.missing = missing


class Parsed(NamedTuple):
    """What one page gives."""

    article: Article
    site_facts: SiteFacts | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is particular to one site: its words, its names, its addresses. A witness that has no rules is not heard."""

    name: str
    parser_version: str
    selectors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Generation of pages -> field -> CSS selector."""

    words: Words = field(default_factory=Words)
    state_names: state.Names | None = None
    state_hint: bytes | None = None
    """Occurs in the state of pages of which only the state knows the video."""

    page_title: re.Pattern[str] = NEVER
    """``<title>`` of an article; its groups ``title`` and, if there is one, ``channel`` are heard."""

    title_suffix: re.Pattern[str] = NEVER
    """What the site adds to a headline in metadata."""

    scripts: Callable[[Page], dict[str, Any]] | None = None
    """Reads what inline scripts other than the state say, by field."""

    page_id: Callable[[str], str | None]
    canonical_url: Callable[[str], str]
    published_from_url: Callable[[str], date | None] = lambda url: None
    is_list: Callable[[str], bool]
    """Whether the page at a canonical address may list articles."""

    expected: tuple[str, ...]
    """Fields that every article of the site shows; a warning tells where one is missing."""

    def __post_init__(self) -> None:
        for selectors in self.selectors.values():
            classes.check(selectors)

    def article_url(self, base: str, reference: str | None) -> str | None:
        """Canonical address of the article that a page at *base* links to; ``None`` where it is none."""
        url = absolute(base, reference)
        if url is None:
            return None
        return self.canonical_url(url) if self.page_id(url) else None

    def record_id(self, url: str) -> str | None:
        page_id = self.page_id(url)
        return page_id and f"{self.name}:{page_id}"


def parse(site: Site, body: bytes, url: str, headers: Iterable[tuple[bytes, bytes]], captured_at: datetime) -> Parsed:
    """Make the record of the page at *url*: a pure function of its arguments.

    *body* is content-decoded, *captured_at* aware. Raises ``UnparsedPageError`` for a page that is no article, and
    ``UrlError`` when *url* is no web address.
    """
    page = Page(body, url, headers)
    metadata = Metadata(page)
    doubts: list[str] = []
    canonical_url, address_witness = _canonical(site, page, metadata, doubts)
    page_id = site.page_id(canonical_url)
    if page_id is None:
        raise UnparsedPageError(url, ("address",), doubts)

    hidden = page.drop_hidden()
    article_url = partial(site.article_url, page.base_url)
    loader = ArticleLoader(captured_at=captured_at, url=page.base_url, title_suffix=site.title_suffix)
    landmarks = Landmarks(page, site.words, captured_at, article_url)
    layout = None
    for generation, selectors in site.selectors.items():
        if said := classes.say(page, selectors):
            layout = generation
            loader.hear(f"class:{generation}", said)
            break  # a page is of one generation
    seen = landmarks.say()
    doubts += landmarks.doubts
    unsure = {name: seen.pop(name) for name in _BODY if name in seen} if landmarks.body_is_open else {}
    loader.hear("landmarks", seen)
    if site.scripts is not None:
        loader.hear("script", site.scripts(page))
    for witness, said in metadata.say().items():
        loader.hear(witness, said)
    if match := site.page_title.fullmatch(metadata.title or ""):
        channel = match.groupdict().get("channel")
        loader.hear("title", {"title": match["title"], "channel": (channel, None) if channel else None})
    hinted = site.state_hint is not None and site.state_hint in page.markup
    if site.state_names is not None and (hinted or not _suffices(site, loader)):
        try:
            loader.hear("state", state.say(page, site.state_names, captured_at, page_id, article_url))
        except NuxtStateError as error:
            doubts.append(f"state: {error}")
    if unsure:
        loader.hear("landmarks", unsure)
        if loader.witnesses.get("paragraphs", [""])[0] == "landmarks":
            doubts.append("body_text: nothing was seen that ends it; it may hold what stands below the article")
    if hidden and _is_longer_than(hidden, loader):
        doubts.append(f"body_text: {len(hidden)} characters that the page hides from its readers are left out")
    missing = tuple(
        name
        for name, known in (
            ("title", loader.knows("title")),
            ("body or video", loader.knows("paragraphs") or loader.knows("videos")),
        )
        if not known
    )
    if missing:
        raise UnparsedPageError(url, missing, doubts)
    site_facts = _site_facts(site, landmarks, url, captured_at)
    article = _article(site, page, metadata, loader, canonical_url, layout, captured_at, doubts)
    known = article.provenance.fields
    known["id"] = known["canonical_url"] = address_witness
    if site_facts:
        article.site_facts, known["site_facts"] = site_facts.id, "landmarks"
    return Parsed(article, site_facts)


def _canonical(site: Site, page: Page, metadata: Metadata, doubts: list[str]) -> tuple[str, str]:
    """The address of the article and its witness: what the page names as its own, if that is an article of the site."""
    for witness, reference in (("link", metadata.canonical), ("og", metadata.named.get("og:url"))):
        if reference:
            if url := site.article_url(page.base_url, reference):
                return url, witness
            doubts.append(
                f"canonical_url: {witness} names {reference[:200]}, which is no article of {site.name}; ignored"
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
    doubts: list[str],
) -> Article:
    values: dict[str, Any] = loader.load_item()
    witnesses = {field: names[0] for field, names in loader.witnesses.items()}
    doubts += loader.disputes()

    for name in ("published_at", "modified_at"):
        if (moment := values.pop(name, None)) is not None:
            values[name] = _clock_time(moment, name, loader.latest, doubts)
            if name == "published_at":
                values["published_raw"], witnesses["published_raw"] = moment.raw, witnesses[name]
    if published := values.get("published_at"):
        _check_address(site, page.url, published, doubts)
    elif day := site.published_from_url(canonical_url):
        doubts.append(f"published_at: only the day is known, from the address: {day.isoformat()}")

    paragraphs = values.get("paragraphs", [])
    if paragraphs:
        values["body_text"], witnesses["body_text"] = "\n\n".join(paragraphs), witnesses["paragraphs"]
        if "modification_notes" not in values and (notes := [each for each in paragraphs if says_modified(each)]):
            values["modification_notes"], witnesses["modification_notes"] = notes, witnesses["paragraphs"]
    if metadata.title:
        values["page_title"], witnesses["page_title"] = metadata.title, "title"
    values["language"], witnesses["language"] = _language(metadata, paragraphs)
    for card in values.get("recommendations", ()):
        card.id = site.record_id(card.url) if card.url else None
    if values.get("keywords_raw") and not values.get("keywords"):
        doubts.append("keywords: printed run together; the line is in keywords_raw")
    doubts += [f"{name}: no witness knows it" for name in site.expected if not values.get(name)]
    if page.decoded.replacements:
        doubts.append(f"provenance.charset: {page.decoded.replacements} characters could not be read")
    else:  # a reference such as &#xD800; names no character, and the page's bytes are sound
        doubts += [
            f"{name}: {count} characters could not be read"
            for name in ("title", "body_text")
            if (count := (values.get(name) or "").count("\ufffd"))
        ]
    if page.is_cut_off:
        doubts.append("body_text: the page has no end; the rest of the body may be missing")

    counts = count_text(paragraphs)
    return Article(
        id=f"{site.name}:{site.page_id(canonical_url)}",
        site=site.name,
        url=page.url,
        canonical_url=canonical_url,
        counts=Counts(chars=counts.chars, han=counts.han, words=counts.words, paragraphs=counts.paragraphs),
        content_hash=content_hash(values["title"], paragraphs),
        fetched_at=captured_at.astimezone(UTC),
        provenance=Provenance(
            parser=site.name,
            parser_version=site.parser_version,
            layout=layout or witnesses.get("paragraphs") or witnesses["videos"],
            charset=Charset(
                declared=list(page.decoded.declared),
                used=page.decoded.used,
                replacements=page.decoded.replacements,
            ),
            fields={each: witnesses[each] for each in _FIELDS if each in witnesses},
            warnings=doubts,
        ),
        **values,
    )


_BODY = ("paragraphs", "body_html", "images")
_FIELDS = tuple(each.name for each in fields(Article))


def content_hash(title: str, paragraphs: list[str]) -> str:
    """Name what the article says, in match form, so that two captures with the same name say the same.

    >>> content_hash("标题:A", ["正文 一"]) == content_hash("标题:a", ["正文一"])
    True
    """
    lines = "".join(["".join(text.split()) + "\n" for text in (title, *paragraphs)])
    return "sha256:" + hashlib.sha256(fold(lines).encode()).hexdigest()


def _clock_time(moment: Moment, field: str, latest: datetime, doubts: list[str]) -> datetime | None:
    """The time itself where the page prints one that can be; a day alone is not turned into midnight."""
    if moment.earliest > latest:
        doubts.append(f"{field}: printed as {moment.raw}, which is after the page was captured")
        return None
    if moment.precision == "second" and isinstance(moment.at, datetime):
        return moment.at
    doubts.append(f"{field}: printed only to the {moment.precision}: {moment.raw}")
    return moment.at if moment.precision == "minute" and isinstance(moment.at, datetime) else None


def _check_address(site: Site, url: str, published: datetime, doubts: list[str]) -> None:
    day = site.published_from_url(url)
    if day and abs((published.date() - day).days) > 1:  # published shortly before or after midnight is no conflict
        doubts.append(f"published_at: {published.isoformat()}, but the address says {day.isoformat()}")


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
