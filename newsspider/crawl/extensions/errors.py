"""The errors of a crawl: each kind once, with its number and a few of its pages."""

from __future__ import annotations

from collections import Counter

from newsspider.record.manifest import Errors as ErrorsOfKind
from newsspider.record.manifest import Example
from newsspider.text.redaction import redact

_KINDS = 30
_EXAMPLES = 3
_MAX_URL = 500
_MAX_SAID = 300


class Errors:
    """Collects errors of requests, in memory that does not grow with the crawl."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, list[Example]] = {}

    def add(self, kind: str, url: str, said: str = "") -> None:
        """Count what went wrong with *url*, after all retries."""
        if kind not in self._counts and len(self._counts) >= _KINDS:
            kind = "others"
        self._counts[kind] += 1
        examples = self._examples.setdefault(kind, [])
        if len(examples) < _EXAMPLES:
            examples.append(Example(url=_short(url, _MAX_URL), said=_short(said, _MAX_SAID) or None))

    @property
    def total(self) -> int:
        """The number of all errors."""
        return self._counts.total()

    def found(self) -> list[ErrorsOfKind]:
        """Return them for the manifest, the most frequent first."""
        return [
            ErrorsOfKind(kind=kind, count=count, examples=self._examples[kind])
            for kind, count in self._counts.most_common()
        ]


def _short(text: str, most: int) -> str:
    text = " ".join(redact(text).split())
    return text if len(text) <= most else text[: most - 1] + "…"
