"""The outcome of every request of a run: each exactly one, and the sum at the end.

A request is what somebody asked for; its retries and redirects are steps of it. It is asked for under a ticket, may be
noted several times on its way (a record was given, then the callback raised: the gravest counts), and is ended once.
Nothing in here knows of Scrapy, and what is kept does not grow with the requests that have ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from newsspider.record.manifest import Ended, RequestOutcomes
from newsspider.text.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_LINES = 200
"""Kinds of ends that are counted apart, at most; the rest are counted as ``others``."""

_MAX_NAMED = 5
"""Requests that are named of those that ended never, or twice."""

_MAX_URL = 500

FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a request."""

    name: str
    """One of the words below, or ``failure``."""

    kind: str | None = None
    """Of a failure: what failed, for example ``HTTP 503``."""

    of_program: bool = False
    """Whether a program on this side failed, and not the site or the way there: that is no chance."""

    @property
    def failed(self) -> bool:
        return self.name == FAILURE


def failure(kind: str, *, of_program: bool = False) -> Outcome:
    """Return the outcome of a request that failed; *kind* as in ``HTTP 503``."""
    return Outcome(FAILURE, kind, of_program)


RECORD = Outcome("record")
UNCHANGED = Outcome("unchanged")
DUPLICATE = Outcome("duplicate")
"""The article has its record by another address."""
ALIAS = Outcome("alias")
"""It leads to an article that was asked for by itself."""
OLDER = Outcome("older")
GONE = Outcome("gone")
NO_ARTICLE = Outcome("not an article")
WRONG_GUESS = Outcome("wrong guess")
"""Its address looked like an article's, and it is not: nobody else said that it is one."""
DROPPED = Outcome("dropped")
"""By a pipeline, which said so."""
READ = Outcome("read")
CAPTURED = Outcome("captured")
ANSWERED = Outcome("answered")
ABSENT = Outcome("absent")
"""A robots.txt that there is not; a feed or a sitemap that nobody said there is."""
ROBOTS = Outcome("robots")
OFFSITE = Outcome("off-site")
IGNORED = Outcome("ignored")
"""By a component, which said so (``IgnoreRequest``)."""
ASKED_ALREADY = Outcome("asked already")
ASKED_AGAIN = Outcome("asked again")
"""Its answer could not be used, and another request took its place."""
NOT_HANDED_ON = Outcome("not handed on")
"""A spider made it, and a spider middleware kept it to itself."""
NOT_IN_ARCHIVE = Outcome("not in archive")
NOT_SENT = Outcome("not sent")
"""The run ended before its turn, or its host wants to be left alone."""


def _weight(outcome: Outcome | None) -> int:
    if outcome is None or outcome == READ:  # a step on the way of an article
        return 0
    if outcome.failed:
        return 3
    return 2 if outcome == RECORD else 1


@dataclass(slots=True)
class _Open:
    """A request that has not ended."""

    url: str
    of: str
    again: bool
    outcome: Outcome | None = None
    read: bool = False
    otherwise: Outcome | None = None


@dataclass(slots=True)
class _Line:
    outcome: Outcome
    example: str
    count: int = 0
    again: int = 0
    read: int = 0


class RequestLedger:
    """The requests that have not ended, and the counts of those that have."""

    def __init__(self) -> None:
        self._asked = 0
        self._open: dict[int, _Open] = {}
        self._lines: dict[tuple[str, str, str | None], _Line] = {}
        self._twice = 0
        self._named_twice: list[str] = []

    def ask(self, url: str, of: str, *, again: bool = False) -> int:
        """Take up a request, and return its ticket.

        *of* is what is asked for: ``article``, ``list`` and so on. *again*: it failed in an earlier run, and was never
        an article.
        """
        self._asked += 1
        self._open[self._asked] = _Open(url, of, again)
        return self._asked

    def is_noted(self, ticket: int) -> bool:
        """Tell whether it is known how a request ends."""
        return ticket in self._open and _weight(self._open[ticket].outcome) > 0

    def expect(self, ticket: int, otherwise: Outcome | None) -> None:
        """Say how a request ends if nothing more is heard of it; ``None``: then it is lost."""
        if ticket in self._open:
            self._open[ticket].otherwise = otherwise

    def note(self, ticket: int, outcome: Outcome, url: str = "") -> None:
        """Note an outcome on the way: the gravest counts, and of equals the first."""
        asked = self._open.get(ticket)
        if asked is None:
            self._tell_twice(url)
            return
        asked.read = asked.read or outcome == READ
        if asked.outcome is None or _weight(outcome) > _weight(asked.outcome):
            asked.outcome = outcome

    def end(self, ticket: int, otherwise: Outcome, url: str = "") -> Outcome:
        """End a request as what was noted, *otherwise* as that; return it."""
        asked = self._open.pop(ticket, None)
        if asked is None:
            self._tell_twice(url)
            return otherwise
        outcome = asked.outcome if asked.outcome is not None and _weight(asked.outcome) else otherwise
        self._count(asked, outcome)
        return outcome

    def _count(self, asked: _Open, outcome: Outcome) -> None:
        key = asked.of, outcome.name, outcome.kind
        if key not in self._lines and len(self._lines) >= _MAX_LINES and outcome.failed:
            key = asked.of, outcome.name, "others"
            outcome = failure("others", of_program=outcome.of_program)
        line = self._lines.setdefault(key, _Line(outcome, asked.url))
        line.count += 1
        line.again += asked.again
        line.read += asked.read

    def _tell_twice(self, url: str) -> None:
        self._twice += 1
        if len(self._named_twice) < _MAX_NAMED:
            self._named_twice.append(_short(url))

    def close(self, *, early: bool) -> None:
        """End what nothing more will be heard of. *early*: the run did not wait for all that was in its queue."""
        for ticket, asked in list(self._open.items()):
            if asked.otherwise is not None and (early or asked.otherwise != NOT_SENT):
                self.end(ticket, asked.otherwise)

    def count(
        self, of: str, name: str, *, of_program: bool | None = None, read: bool | None = None, again: bool = True
    ) -> int:
        """Count the requests that ended so; without *again* only those that did not fail before."""
        total = 0
        for (asked_for, ended_as, _), line in self._lines.items():
            if (asked_for, ended_as) == (of, name) and of_program in (None, line.outcome.of_program):
                counted = line.count if read is None else line.read if read else line.count - line.read
                total += counted if again else max(0, counted - line.again)
        return total

    def drawn(self) -> RequestOutcomes:
        """Draw the sum, for the manifest."""
        return RequestOutcomes(
            asked=self._asked,
            ended=sum(line.count for line in self._lines.values()) + self._twice,
            outcomes=list(self._outcomes()),
            never=[_short(asked.url) for asked in islice(self._open.values(), _MAX_NAMED)],
            never_count=len(self._open),
            twice=self._named_twice,
            twice_count=self._twice,
        )

    def _outcomes(self) -> Iterator[Ended]:
        for (of, name, kind), line in sorted(
            self._lines.items(), key=lambda each: (each[0][0], -each[1].count, each[0][1], each[0][2] or "")
        ):
            yield Ended(of=of, outcome=name, kind=kind, count=line.count, example=_short(line.example))


def _short(url: str) -> str:
    url = redact(url)
    return url if len(url) <= _MAX_URL else url[: _MAX_URL - 1] + "…"
