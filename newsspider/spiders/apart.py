"""Keeps the pages of two collections apart: a crawl of one collection's archive never writes into another."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from newsspider.collection.runs import complete_runs, manifest_of
from newsspider.errors import NewsspiderError
from newsspider.text.language import N_
from newsspider.text.message import message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scrapy.settings import BaseSettings

    from newsspider.collection.collection import Collection

logger = logging.getLogger(__name__)


class MixedCollectionError(NewsspiderError):
    """A crawl would put pages of a site and pages from elsewhere into one collection."""

    def __init__(self, collection: Collection, run: str, *, led: bool) -> None:
        text = N_(
            "%(path)s was filled by the hosts themselves, and now CONNECT_TO leads elsewhere (run %(run)s): its "
            "articles and those of this crawl would mix. Name another collection: -s COLLECTION=NAME"
        )
        if led:
            text = N_(
                "%(path)s was filled from other servers than those of the hosts, to which CONNECT_TO led, as that of "
                "scrapy demo does (run %(run)s): its articles and those of this crawl would mix. Name another "
                "collection: -s COLLECTION=NAME"
            )
        super().__init__(message(text, path=collection.path, run=run))


def refuse_mixture(collection: Collection, connect_to: str | None) -> None:
    """Raise MixedCollectionError where the last crawl of the network into *collection* went another way than this one.

    Manifests that cannot be read, or are from before this was noted, decide nothing.
    """
    for run in reversed(complete_runs(collection)):
        try:
            manifest = json.loads(manifest_of(collection, run).read_bytes())
            if manifest["source"] is not None:
                continue
            led = bool(manifest["connect_to"])
        except (OSError, ValueError, LookupError, TypeError):
            return
        if led != bool(connect_to):
            raise MixedCollectionError(collection, run, led=led)
        return


def collection_apart(own: Collection, archives: Sequence[Path]) -> str:
    """Return the name of the collection that records go into: *own*, or one beside it.

    The latter where the archives are a collection that lies beside it, or any other and *own* has fetched pages itself.
    """
    directories = [path for path in archives if path.name != own.name and (path / "archive").is_dir()]
    beside = own.path.parent.absolute()
    others = [path.name for path in directories if _has_fetched(own) or path.absolute().parent == beside]
    if not others:
        return own.name
    name = others[0] if others[0].startswith(f"{own.name}-") else f"{own.name}-{others[0]}"
    logger.warning(
        "The pages are those of collection %s: their records go into collection %s, apart from those of %s; "
        "-s COLLECTION=NAME puts them elsewhere", others[0], name, own.name,
    )  # fmt: skip
    return name


def _has_fetched(collection: Collection) -> bool:
    return collection.archive_dir.is_dir() and any(collection.archive_dir.iterdir())


def warn_of_no_contact(settings: BaseSettings) -> None:
    """Warn of a crawl that goes to a real site, whose owner could not say a word to anybody."""
    if not (settings["CONTACT"] or settings["CONNECT_TO"]):
        logger.warning(
            "CONTACT is not set: the owner of the site cannot reach you. Give -s CONTACT=https://example.org/crawler, "
            "or an e-mail address"
        )
