"""A collection in object storage: who may change it now, until when, and whether what its HEAD names is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.collection.head import NAME, look
from newsspider.doctor.finding import CheckResult
from newsspider.errors import NewsspiderError
from newsspider.feeds.loading.sending import holds
from newsspider.text.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from newsspider.collection.head import CollectionHead
    from newsspider.collection.objects import ObjectPath


def collection(root: ObjectPath) -> Iterator[CheckResult]:
    """Check the collection at *root*, by the clock of the store."""
    try:
        looked = look(root)
        if looked is None:
            yield CheckResult("ok", "lease", _("%(root)s has no HEAD: nobody has crawled into it", root=root))
            return
        head, now = looked
        yield _lease(root, head, now)
        yield from _named(root, head)
    except (NewsspiderError, OSError) as error:
        yield CheckResult("fault", "store", str(error))


def _lease(root: ObjectPath, head: CollectionHead, now: datetime) -> CheckResult:
    number = head.generation
    if head.holder is None:
        said = _("nobody holds %(root)s; lease %(number)s was the last", root=root, number=number)
        return CheckResult("ok", "lease", said)
    until = f"{head.until:%Y-%m-%d %H:%M:%S}" if head.until else "–"
    if head.until is not None and now < head.until:
        said = _(
            "%(holder)s holds %(root)s until %(until)s UTC or longer, by lease %(number)s",
            root=root, holder=head.holder, until=until, number=number,
        )  # fmt: skip
        return CheckResult("ok", "lease", said)
    said = _(
        "%(holder)s did not let go of %(root)s in order, and its lease, %(number)s, ended at %(until)s UTC; nothing "
        "has to be done, the next run takes over what it had sent",
        root=root, holder=head.holder, until=until, number=number,
    )  # fmt: skip
    return CheckResult("warning", "lease", said)


def _named(root: ObjectPath, head: CollectionHead) -> Iterator[CheckResult]:
    """See that the newest run and the state are what HEAD says."""
    if head.run is None:
        yield CheckResult("ok", "runs", _("%(path)s has no complete run yet", path=root))
        return
    state = head.snapshot
    named = [(f"runs/{head.run.run}.json", head.run.sha256), *([(state.name, state.sha256)] if state else [])]
    for name, sha256 in named:
        try:
            problem = "" if holds(root / name, sha256) else _("its SHA-256 is another")
        except FileNotFoundError:
            problem = _("there is no such object")
        if problem:
            yield _not_as_named(root, name, problem)
        else:
            yield CheckResult("ok", "store", _("%(object)s is what %(head)s says", object=root / name, head=NAME))


def _not_as_named(root: ObjectPath, name: str, problem: str) -> CheckResult:
    said = _(
        "%(object)s is not what %(head)s says: %(problem)s; put it back from a copy, and see what else is wrong with: "
        "scrapy verify %(root)s",
        object=root / name, head=root / NAME, problem=problem, root=root,
    )  # fmt: skip
    return CheckResult("fault", "store", said)
