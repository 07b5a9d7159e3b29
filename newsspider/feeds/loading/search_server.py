"""The part of the REST API that OpenSearch and Elasticsearch share and a load needs, over urllib3.

urllib3 alone, and neither's client: Elasticsearch's refuses OpenSearch, OpenSearch's hides the headers of an answer, so
that ``Retry-After`` is lost, and brings gRPC. ``application/json`` without a version is what all of them take, where a
client's ``compatible-with`` binds it to one major version of the server.
"""

from __future__ import annotations

import ssl
from base64 import b64encode
from dataclasses import dataclass
from time import sleep
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

import orjson
import urllib3
from urllib3.exceptions import HTTPError, LocationParseError, MaxRetryError, NewConnectionError, SSLError

from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_BULK_ACTIONS = 500
_BULK_BYTES = 5 << 20
"""Of one request, unless a single document is larger; servers take 100 MB, what stands before them often 10."""

_TIMEOUT = urllib3.Timeout(connect=10, read=120)
_RETRIES = urllib3.Retry(
    total=6,
    other=0,  # a certificate that is not trusted stays so
    allowed_methods=None,  # every request here may be repeated
    status_forcelist=(429, 502, 503, 504),
    backoff_factor=0.5,
    backoff_max=30,
    retry_after_max=60,
    raise_on_status=False,
)
"""Six more tries, at once and then after 1, 2, 4, 8, 16 seconds, or when ``Retry-After`` says, a minute at most."""

_ITEM_WAITS = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Seconds before documents are sent again that the server had no room for."""

_OF_OTHERS = (301, 302, 303, 307, 308, 404, 405)
"""How a server of something else may answer ``GET /``."""

_MAX_ID = 512
"""Bytes of a document's id; a longer one fails the whole request that it is in."""

_SAID = 300
"""Characters of what a server says."""


class SearchError(NewsspiderError):
    """The server cannot be reached, refuses, or is not a search server; the message names no password."""

    exit_code = 4

    def __init__(self, name: str, problem: str, advice: str = "see what the server's log says of it") -> None:
        super().__init__(f"{name}: {problem}. What was loaded before is complete; {advice}, then run again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A document that becomes the one with its id."""

    index: str
    id: str
    document: dict[str, Any]
    version: int | None = None
    """Of documents that have one, a lower does not replace a higher."""

    @property
    def id_too_long(self) -> bool:
        return len(self.id.encode()) > _MAX_ID

    def lines(self) -> bytes:
        """Return the two lines of a bulk request."""
        about: dict[str, Any] = {"_index": self.index, "_id": self.id}
        if self.version is not None:
            about |= {"version": self.version, "version_type": "external_gte"}
        return orjson.dumps({"index": about}) + b"\n" + orjson.dumps(self.document) + b"\n"


class SearchServer:
    """A server at ``http[s]://[user[:password]@]host[:port]``; *name* is what messages call it."""

    def __init__(self, address: str, name: str) -> None:
        self.name = name
        parts = urlsplit(address)
        headers = {"Accept": "application/json"}
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
        # The system's authorities, or those in SSL_CERT_FILE and SSL_CERT_DIR.
        tls = {"ssl_context": ssl.create_default_context()} if parts.scheme == "https" else {}
        try:
            self._pool = urllib3.connection_from_url(
                f"{parts.scheme}://{host}:{parts.port or 9200}",
                headers=headers,
                timeout=_TIMEOUT,
                retries=_RETRIES,
                **tls,
            )
        except LocationParseError as error:
            raise self._none(str(error)) from None
        self._look()

    def exists(self, path: str) -> bool:
        return self._ask("HEAD", path, allowed=(404,))[0] == 200

    def get(self, index: str, name: str) -> dict[str, Any] | None:
        """Return a document; it need not have been refreshed."""
        status, answer = self._ask("GET", f"/{index}/_doc/{quote(name, safe='')}", allowed=(404,))
        return None if status == 404 else answer["_source"]

    def put_template(self, name: str, template: dict[str, Any]) -> None:
        self._ask("PUT", f"/_index_template/{name}", template)

    def create(self, index: str) -> None:
        """Make an index by its template, unless another load was quicker."""
        status, answer = self._ask("PUT", f"/{index}", allowed=(400,))
        if status == 400 and answer["error"]["type"] != "resource_already_exists_exception":
            raise SearchError(self.name, f"index {index} cannot be made: {_reason(answer)}")

    def add_mapping(self, index: str, properties: dict[str, Any]) -> None:
        """Map what is not mapped yet, and nothing by guessing. SearchError where it is mapped to something else."""
        mapping = {"dynamic": False, "properties": properties}
        status, answer = self._ask("PUT", f"/{index}/_mapping", mapping, allowed=(400,))
        if status == 400:
            raise SearchError(
                self.name,
                f"index {index} is there and has another mapping: {_reason(answer)}",
                "name another index, or make this one again by its template (docs/search.md)",
            )

    def refresh(self, index: str) -> None:
        """Make what was stored searchable."""
        self._ask("POST", f"/{index}/_refresh")

    def search(self, index: str, body: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the documents that are found. SearchError where not all shards answered."""
        answer = self._ask("POST", f"/{index}/_search", body)[1]
        if answer.get("timed_out") or answer["_shards"]["failed"]:
            raise SearchError(self.name, f"a search in {index} was not answered whole", "see that the index is green")
        return [hit["_source"] for hit in answer["hits"]["hits"]]

    def store(self, actions: Sequence[Action]) -> dict[int, str]:
        """Store documents; return why some can never be, by their places in *actions*.

        What is stored is on the disk when this returns (``index.translog.durability`` is ``request`` unless somebody
        changed it). A document whose version is lower than that of the one that is there counts as stored.
        """
        lines = [action.lines() for action in actions]
        refused = {n: f"its id is longer than {_MAX_ID} bytes" for n, each in enumerate(actions) if each.id_too_long}
        for places in _bulks(lines):
            self._bulk(lines, [place for place in places if place not in refused], refused)
        return refused

    def close(self) -> None:
        self._pool.close()

    def _look(self) -> None:
        """See that it is a search server at all."""
        answer = self._ask("GET", "/", allowed=_OF_OTHERS)[1]
        version = answer.get("version") if isinstance(answer, dict) else None
        if not isinstance(version, dict) or "lucene_version" not in version:
            raise self._none("answers, but not as OpenSearch or Elasticsearch does")

    def _bulk(self, lines: Sequence[bytes], places: list[int], refused: dict[int, str]) -> None:
        for wait in (*_ITEM_WAITS, None):
            if not places:
                return
            body = b"".join(lines[place] for place in places)
            status, answer = self._ask("POST", "/_bulk", body, allowed=(413,))
            if status == 413:
                self._bulk_halves(lines, places, refused)
                return
            if len(answer.get("items", ())) != len(places):
                raise self._none("answers a bulk request, but not for each of its documents")
            places, problem = self._sort_out(places, answer, refused)
            if places and wait is None:
                raise SearchError(self.name, f"has no room for {len(places)} documents: {problem}", "give it time")
            if places and wait is not None:
                sleep(wait)

    def _bulk_halves(self, lines: Sequence[bytes], places: list[int], refused: dict[int, str]) -> None:
        """Send a request that was too large in two."""
        middle = len(places) // 2
        if middle == 0:
            refused[places[0]] = "the server takes no request of that size (413)"
            return
        self._bulk(lines, places[:middle], refused)
        self._bulk(lines, places[middle:], refused)

    def _sort_out(self, places: list[int], answer: Any, refused: dict[int, str]) -> tuple[list[int], str]:
        """Return which documents have to be sent again, and why."""
        again, problem = [], ""
        results = [next(iter(item.values())) for item in answer["items"]]
        for place, result in zip(places, results, strict=True):
            status = result["status"]
            if status < 300 or status == 409:
                continue
            if status == 400:
                refused[place] = _reason(result)
            elif status == 429 or status >= 500:
                again.append(place)
                problem = _reason(result)
            else:
                raise SearchError(self.name, f"refuses to store documents: {_reason(result)}")
        return again, problem

    def _ask(
        self, method: str, path: str, body: dict[str, Any] | bytes | None = None, allowed: Iterable[int] = ()
    ) -> tuple[int, Any]:
        """Return status and JSON of an answer. SearchError where it is neither 2xx nor one of the *allowed*."""
        headers = dict(self._pool.headers)
        if body is not None:
            headers["Content-Type"] = "application/x-ndjson" if isinstance(body, bytes) else "application/json"
        data = orjson.dumps(body) if isinstance(body, dict) else body
        try:
            answer = self._pool.urlopen(method, path, data, headers, redirect=False)
        except HTTPError as error:
            raise self._unreachable(error) from None  # the message holds it; it names no headers
        if answer.status in (401, 403):
            raise SearchError(
                self.name,
                f"refuses {method} {path} ({answer.status}): {_said(answer.data)}",
                "see that user and password are right, and that the user may write and manage these indices",
            )
        if answer.status >= 300 and answer.status not in allowed:
            raise SearchError(self.name, f"answers {method} {path} with {answer.status}: {_said(answer.data)}")
        if method == "HEAD":
            return answer.status, None
        try:
            return answer.status, orjson.loads(answer.data) if answer.status != 413 else None
        except orjson.JSONDecodeError:
            raise self._none("answers, but not in JSON") from None

    def _unreachable(self, error: HTTPError) -> SearchError:
        cause: BaseException = error.reason if isinstance(error, MaxRetryError) and error.reason else error
        if isinstance(cause, SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(cause):
            return SearchError(
                self.name,
                f"its certificate is not trusted: {cause}",
                "for an authority of your own, name the file with its certificate in SSL_CERT_FILE",
            )
        if isinstance(cause, NewConnectionError):
            return SearchError(self.name, f"cannot be reached: {cause.__cause__ or cause}", "see that it is up")
        return SearchError(self.name, f"does not answer: {cause}", "see that it is up, and whether it speaks https")

    def _none(self, problem: str) -> SearchError:
        return SearchError(self.name, problem, "see that the address is right")


def _bulks(lines: Sequence[bytes]) -> Iterator[list[int]]:
    """Yield places of documents that go together, bounded in number and bytes.

    >>> list(_bulks([b"-" * (3 << 20), b"-" * (3 << 20), b"-"]))
    [[0], [1, 2]]
    """
    places: list[int] = []
    size = 0
    for place, line in enumerate(lines):
        if places and (len(places) == _BULK_ACTIONS or size + len(line) > _BULK_BYTES):
            yield places
            places, size = [], 0
        places.append(place)
        size += len(line)
    if places:
        yield places


def _reason(result: dict[str, Any]) -> str:
    """Return what a server says of a document, the cause included.

    >>> _reason({"error": {"type": "t", "reason": "failed to parse field [n]", "caused_by": {"reason": "no number"}}})
    'failed to parse field [n]: no number'
    """
    error = result.get("error")
    if not isinstance(error, dict):
        return str(error)[:_SAID]
    reasons = [str(error.get("reason") or error.get("type"))]
    if isinstance(cause := error.get("caused_by"), dict) and cause.get("reason"):
        reasons.append(str(cause["reason"]))
    return ": ".join(reasons)[:_SAID]


def _said(data: bytes) -> str:
    """Return the reason in an answer, or how it begins."""
    try:
        answer = orjson.loads(data)
    except orjson.JSONDecodeError:
        return repr(data[:80].decode("utf-8", "replace"))
    return _reason(answer) if isinstance(answer, dict) and "error" in answer else repr(answer)[:80]
