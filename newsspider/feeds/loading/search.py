"""``opensearch+https://…``, ``elasticsearch+https://…``: the newest version of every article, and beside it the rest.

Nothing here is one transaction, so the order makes it safe: first the articles, where the server keeps a newer one,
then their versions, by which the next load decides what is new, and at the end that the part is loaded. Whatever is
interrupted is done again by the next load, and comes out the same; so do two loads at once.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newsspider.feeds.loading.addresses import TargetAddressError
from newsspider.feeds.loading.search_mappings import (
    ARTICLES,
    CHANGES,
    LOADED,
    PROPERTIES,
    SITE_FACTS,
    VERSIONS,
    template,
)
from newsspider.feeds.loading.search_server import Action, SearchError, SearchServer
from newsspider.feeds.loading.versions import LoadCounts, NewVersion, decide

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from newsspider.feeds.loading.loading import Refuse
    from newsspider.feeds.loading.source import Part

_FOUND = 10_000
"""Documents that a search gives at most (``index.max_result_window``)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INDEX = re.compile(r"[a-z0-9][a-z0-9._-]{0,200}")


class SearchTarget:
    """Loads parts into an index and those beside it: ``-versions``, ``-changes``, ``-site-facts``, ``-loaded``."""

    def __init__(self, scheme: str, rest: str) -> None:
        """Open ``scheme:rest``, as in ``opensearch+https://user:password@host:9200/index``.

        TargetAddressError, SearchError.
        """
        address = f"{scheme.partition('+')[2]}:{rest}"
        try:
            parts = urlsplit(address)
            host = f"{parts.hostname}:{parts.port or 9200}"
        except ValueError:  # its message may have the password in it
            raise TargetAddressError(f"{scheme}://…", "no address; in a password @ is %40") from None
        self._index = parts.path.strip("/")
        if not parts.hostname or parts.query or parts.fragment or not _INDEX.fullmatch(self._index):
            problem = "names no server, or no index (of a-z, 0-9, '.', '_' and '-'); in a password @ is %40"
            raise TargetAddressError(f"{scheme}://…", problem)
        user = f"{parts.username}:***@" if parts.username else ""
        self._server = SearchServer(address, f"{scheme}://{user}{host}/{self._index}")
        self._unrefreshed = True
        """Whether versions may have been stored that no search finds yet."""
        for suffix, properties in PROPERTIES.items():
            self._make_index(self._index + suffix, properties)

    def has(self, part: Part) -> bool:
        mark = self._server.get(self._index + LOADED, _id_of(part))
        return mark is not None and mark["sha256"] == part.sha256

    def load(self, part: Part, records: Sequence[dict[str, Any]], refuse: Refuse, *, last: bool) -> LoadCounts:
        """Store some *records* of a part; with its *last* ones, also that it is loaded."""
        load = self._load_articles if part.kind == "article" else self._load_others
        counts = load(part, records, refuse)
        if last:
            self._mark(part)
        return counts

    def close(self) -> None:
        self._server.close()

    def _make_index(self, index: str, properties: dict[str, Any]) -> None:
        """Make an index with its template where there is none, and add what the mapping of an older one lacks."""
        if not self._server.exists(f"/{index}"):
            if not self._server.exists(f"/_index_template/newsspider-{index}"):
                self._server.put_template(f"newsspider-{index}", template(index, properties))
            self._server.create(index)
        self._server.add_mapping(index, properties)

    def _load_articles(self, part: Part, records: Sequence[dict[str, Any]], refuse: Refuse) -> LoadCounts:
        decision = decide(records, self._known(sorted({record["id"] for record in records})))
        counts = decision.counts
        refused = self._store(decision.newest.values(), self._article)
        versions = [version for version in decision.versions if version.number not in refused]
        refused |= self._store(versions, partial(self._version, part))
        self._unrefreshed |= bool(versions)
        for version in decision.versions:
            if version.number in refused:
                refuse(version.number, refused[version.number])
                counts.add(LoadCounts(new=-1) if version.first else LoadCounts(changed=-1))
        return counts

    def _store(self, versions: Collection[NewVersion], action: Callable[[NewVersion], Action]) -> dict[int, str]:
        """Store them; return why some can never be, by their places in the batch."""
        numbers = [version.number for version in versions]
        refused = self._server.store([action(version) for version in versions])
        return {numbers[place]: reason for place, reason in refused.items()}

    def _known(self, ids: list[str]) -> Iterator[tuple[str, str, str]]:
        """Yield id, time and record hash of the versions that the server has of these articles."""
        if self._unrefreshed:
            self._server.refresh(self._index + VERSIONS)
            self._unrefreshed = False
        found = self._server.search(
            self._index + VERSIONS,
            {
                "query": {"terms": {"id": ids}},
                "sort": [{"fetched_at": "desc"}],
                "size": _FOUND,
                "_source": ["id", "fetched_at", "record_hash"],
            },
        )
        if len(found) == _FOUND and len(ids) > 1:
            middle = len(ids) // 2
            yield from self._known(ids[:middle])
            yield from self._known(ids[middle:])
            return
        for version in found:
            yield version["id"], version["fetched_at"], version["record_hash"]

    def _article(self, version: NewVersion) -> Action:
        return Action(
            index=self._index + ARTICLES,
            id=version.record["id"],
            document=version.record | {"record_hash": version.record_hash},
            version=_microseconds(version.record["fetched_at"]),
        )

    def _version(self, part: Part, version: NewVersion) -> Action:
        names = ("id", "fetched_at", "title", "content_hash")
        return Action(
            index=self._index + VERSIONS,
            id="@".join(version.key),
            document={name: version.record.get(name) for name in names}
            | {"record_hash": version.record_hash, "run": part.run, "record": version.record},
        )

    def _load_others(self, part: Part, records: Sequence[dict[str, Any]], refuse: Refuse) -> LoadCounts:
        refused = self._server.store([self._other(part, record) for record in records])
        for number, reason in refused.items():
            refuse(number, reason)
        return LoadCounts(others=len(records) - len(refused))

    def _other(self, part: Part, record: dict[str, Any]) -> Action:
        if part.kind == "site_facts":
            return Action(index=self._index + SITE_FACTS, id=record["id"], document=record)
        key = "@".join(str(record[name]) for name in ("id", "event", "at"))
        return Action(index=self._index + CHANGES, id=key, document=record)

    def _mark(self, part: Part) -> None:
        """Say that a part is loaded, after all of its records."""
        document = {"run": part.run, "part": part.path.name, "sha256": part.sha256}
        mark = Action(index=self._index + LOADED, id=_id_of(part), document=document)
        for reason in self._server.store([mark]).values():
            raise SearchError(self._server.name, f"does not take the mark that {_id_of(part)} is loaded: {reason}")


def _id_of(part: Part) -> str:
    return f"{part.run}/{part.path.name}"


def _microseconds(moment: str) -> int:
    """Return a time as a version, which is never negative.

    >>> _microseconds("1970-01-01T08:00:01.000002+08:00")
    1000002
    """
    return max(0, (datetime.fromisoformat(moment) - _EPOCH) // timedelta(microseconds=1))
