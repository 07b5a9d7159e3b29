"""The page requisites of a page: what a browser fetches to show it, besides the page itself.

Read from the markup alone; no script is run, so what a script puts together is not found. Frames are pages of their
own, and left out. Addresses are as a browser asks for them: nothing but the fragment is cut off.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from newsspider.parsing.requisites.srcset import ASCII_WHITESPACE, IMAGE_SRCSETS, candidates
from newsspider.parsing.requisites.styles import addresses
from newsspider.text.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsspider.parsing.page import Element, Page, Resolve

Kind = Literal["images", "styles", "scripts", "fonts", "posters", "videos"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_IMAGE_SRC = ("src", "data-src", "data-original", "data-lazy-src", "data-actualsrc", "data-url")
"""Scripts of lazy loading put the others into the first; there is no standard."""
_BACKGROUND = ("background", "data-bg", "data-background", "data-background-image")

_ICONS = frozenset(("icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon"))
_PRELOADED: dict[str, Kind] = {"image": "images", "style": "styles", "script": "scripts", "font": "fonts"}
_META_IMAGES = frozenset(
    ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src", "image",
     "msapplication-tileimage")
)  # fmt: skip


class Requisite(NamedTuple):
    """The address of a file that a page needs to be shown, and its kind."""

    url: str
    kind: Kind


def of_page(page: Page) -> Iterator[Requisite]:
    """Yield the requisites of a page in its order; one may come twice."""
    resolve = partial(page.resolve, keep_tracking=True)
    for element in page.root.iter():
        for reference, kind in _of_element(element):
            yield from _resolved(resolve, reference, kind)


def of_style_sheet(css: str, url: str, *, encoding: str = "utf-8") -> Iterator[Requisite]:
    """Yield what the style sheet at *url* refers to; one may come twice."""
    resolve = partial(absolute, url, encoding=encoding, keep_tracking=True)
    for reference, kind in addresses(css):
        yield from _resolved(resolve, reference, kind)


def _resolved(resolve: Resolve, reference: str, kind: Kind) -> Iterator[Requisite]:
    reference = reference.strip(ASCII_WHITESPACE)
    # A picture in the page itself may be megabytes, and "#id" or nothing is the page itself.
    if reference and not reference.startswith("#") and reference[:5].lower() != "data:":
        url = resolve(reference)
        if url is not None:
            yield Requisite(url, kind)


def _of_element(element: Element) -> Iterator[tuple[str, Kind]]:
    get = element.get
    match element.tag:
        case "img" | "amp-img":
            yield from _images(element)
        case "source":
            parent = element.getparent()
            if parent is not None and parent.tag in ("video", "audio"):
                yield from _given(element, ("src",), "videos")
            else:
                yield from _images(element)
        case "link":
            yield from _linked(element)
        case "script":
            yield from _given(element, ("src",), "scripts")
        case "style":
            yield from addresses(element.text or "")
        case "video" | "audio" | "track":
            yield from _given(element, ("src", "data-src"), "videos")
            yield from _given(element, ("poster", "data-poster"), "posters")
        case "meta":
            if (get("property") or get("name") or get("itemprop") or "").lower() in _META_IMAGES:
                yield from _given(element, ("content",), "images")
        case "input":
            if get("type", "").lower() == "image":
                yield from _given(element, ("src",), "images")
        case "image" | "use":  # of SVG
            yield from _given(element, ("href", "xlink:href"), "images")
    if declared := get("style"):
        yield from addresses(declared)
    for name in _BACKGROUND:
        if value := get(name):
            # Some write it as CSS does.
            yield from addresses(value) if "(" in value else ((value, "images"),)


def _given(element: Element, names: Iterable[str], kind: Kind) -> Iterator[tuple[str, Kind]]:
    for name in names:
        if value := element.get(name):
            yield value, kind


def _images(element: Element) -> Iterator[tuple[str, Kind]]:
    yield from _given(element, _IMAGE_SRC, "images")
    for name in IMAGE_SRCSETS:
        for reference in candidates(element.get(name, "")):
            yield reference, "images"


def _linked(element: Element) -> Iterator[tuple[str, Kind]]:
    relations = element.get("rel", "").lower().split()
    kind: Kind | None = None
    if "stylesheet" in relations:
        kind = "styles"
    elif _ICONS.intersection(relations):
        kind = "images"
    elif "modulepreload" in relations:
        kind = "scripts"
    elif "preload" in relations:
        kind = _PRELOADED.get(element.get("as", "").lower())
    if kind:
        yield from _given(element, ("href",), kind)
        for reference in candidates(element.get("imagesrcset", "")):
            yield reference, kind
