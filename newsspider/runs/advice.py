"""Explains the reasons of a verdict to a person: what happened, whether the records are complete, what to do next.

One function a kind of reason; the reasons themselves, exact and in English, are what programs read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from newsspider.record.manifest import Advice
from newsspider.text.language import _
from newsspider.text.message import Message, message, messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from newsspider.record.manifest import RequestOutcomes


_MOST_NAMED = 5
"""Pages that are named; the manifest has the rest."""


class Reason(NamedTuple):
    """A reason for which a run is not good, for programs and for people."""

    said: str
    """The figures in one English sentence, for programs and logs."""
    advice: Advice


def read(manifest: Mapping[str, Any]) -> list[Advice]:
    """Return the advice in a *manifest*; KeyError, TypeError or ValueError where it has another form."""
    return [
        Advice(
            **{name: Message.of(each[name]) for name in ("happened", "records", "next_step")},
            details=[Message.of(detail) for detail in each["details"]],
        )
        for each in manifest.get("advice", ())
    ]


def sentences(advice: Advice) -> str:
    """Return its sentences in the present language, without the details."""
    return _(
        "%(happened)s %(records)s %(next)s",
        happened=advice.happened, records=advice.records, next=advice.next_step,
    )  # fmt: skip


def with_error(advice: Sequence[Advice], error: Exception) -> tuple[Advice, ...]:
    """Add the error that led to it, in its own words, to the end of what is said, if anything is."""
    if not advice:
        return ()
    *others, last = advice
    return (*others, replace(last, details=[*last.details, Message(text=str(error), values={})]))


def merged(advice: Iterable[Advice]) -> list[Advice]:
    """Merge pieces of advice that say the same, and keep the details of all."""
    seen: dict[tuple[str, str], Advice] = {}
    for each in advice:
        key = (str(each.happened), str(each.next_step))
        known = seen.get(key)
        more = [detail for detail in each.details if known is None or detail not in known.details]
        seen[key] = replace(known, details=[*known.details, *more]) if known else each
    return list(seen.values())


def lines(advice: Iterable[Advice]) -> Iterator[str]:
    """Yield what a terminal shows: a line for each, and its details after it."""
    for each in advice:
        yield sentences(each)
        yield from (f"  {detail}" for detail in each.details)


# ---------------------------------------------------------------- what every reason may say

_COMPLETE = message("The records that were written are complete.")
_REST_COMPLETE = message("The other records are complete, and every page that came is in the archive.")
_SOME_MISSING = message("The records that were written are complete, but some may be missing.")
_NONE = message("The run wrote no record; those of earlier runs are as they were.")
_LOG_SAYS = message("The log has the error. Mend it, then crawl again.")
_IF_CHANGED = message(
    "Open one of the pages that the report names in a browser. If it shows an article there, the site has changed: "
    "docs/when-the-site-changes.md has the steps."
)


def _advice(happened: Message, records: Message, next_step: Message, *details: Message) -> Advice:
    return Advice(happened=happened, records=records, next_step=next_step, details=list(details))


def _over(runs: int) -> list[Message]:
    """Say that small runs were judged together."""
    return [messages("Counted over one run.", "Counted over the last %(number)s runs.", runs)] if runs > 1 else []


# ---------------------------------------------------------------- not stored


def archive_failed(writes: int) -> Advice:
    return _advice(
        messages("%(number)s write to the archive failed.", "%(number)s writes to the archive failed.", writes),
        message("The records until then are complete; what was fetched later is missing."),
        message(
            "See that the disk has room (newsspider doctor does), then crawl again: what is missing is fetched then."
        ),
    )


def feed_failed(writes: int) -> Advice:
    return _advice(
        messages("%(number)s write of records failed.", "%(number)s writes of records failed.", writes),
        message("Their pages are in the archive; the records are missing until the next run writes them."),
        message(
            "See that the disk has room (newsspider doctor does), then crawl again: what is missing is fetched then."
        ),
    )


def pipeline_raised(articles: int) -> Advice:
    return _advice(
        messages(
            "A pipeline failed on %(number)s article.", "A pipeline failed on %(number)s articles.", articles
        ),
        message("These articles may have no record; the others are complete."),
        _LOG_SAYS,
    )


def feeds_not_stored(feeds: int) -> Advice:
    return _advice(
        messages(
            "%(number)s file of -o, -O or FEEDS could not be stored.",
            "%(number)s files of -o, -O or FEEDS could not be stored.",
            feeds,
        ),
        message("The records in the collection are complete."),
        message("The log has the error. The file can be made again from the collection: newsspider export."),
    )


def items_not_written(items: int) -> Advice:
    return _advice(
        messages(
            "%(number)s record does not fit the format of -o, -O or FEEDS.",
            "%(number)s records do not fit the format of -o, -O or FEEDS.",
            items,
        ),
        message("The records in the collection are complete."),
        message(
            "The log names them. Choose another format, or make the file from the collection: newsspider export."
        ),
    )


def not_valid(articles: int) -> Advice:
    return _advice(
        messages(
            "The record of %(number)s article is not valid, and was left out.",
            "The records of %(number)s articles are not valid, and were left out.",
            articles,
        ),
        _REST_COMPLETE,
        message(
            "This is a fault of the parser. Report it with the log; newsspider extract reads the pages again later."
        ),
    )


# ---------------------------------------------------------------- ended early


def stopped() -> Advice:
    return _advice(
        message("The run was stopped before it was done."),
        message("What was fetched until then is stored, and its records are complete."),
        message("Run it again: it goes on where it stopped."),
    )


def told_to_wait() -> Advice:
    return _advice(
        message("The site asked to be left alone for a while."),
        message("What was fetched until then is stored, and its records are complete."),
        message("Run it again later; a higher RETRY_AFTER_MAX lets a run wait longer."),
    )


def ended_early(reason: str) -> Advice:
    return _advice(
        message("The run ended before its time (%(reason)s).", reason=reason),
        message("What was fetched until then is stored, and its records are complete."),
        message("See the log for the cause, then run it again: it goes on where it ended."),
    )


# ---------------------------------------------------------------- requests and programs


def unbalanced(ledger: RequestOutcomes) -> Advice:
    details = [
        message("Requests asked: %(asked)s; ended: %(ended)s.", asked=f"{ledger.asked:,}", ended=f"{ledger.ended:,}")
    ]
    details += [message("It never ended: %(url)s", url=url) for url in ledger.never]
    details += [message("It ended twice: %(url)s", url=url) for url in ledger.twice]
    return _advice(
        message("It is not known what became of some of the requests."),
        _SOME_MISSING,
        message("Crawl again. If it comes back, report it with the manifest: it is a fault of the program."),
        *details,
    )


def callbacks_raised(callbacks: int) -> Advice:
    return _advice(
        messages(
            "The program failed on the %(number)s page that it read, and no article was read.",
            "The program failed on %(number)s pages, and no article was read.",
            callbacks,
        ),
        message("The run wrote no record, but every page that came is in the archive."),
        _LOG_SAYS,
    )


def program_failed(broken: int, pages: int) -> Advice:
    return _advice(
        messages(
            "The program failed on %(broken)s of %(number)s article page.",
            "The program failed on %(broken)s of %(number)s article pages.",
            pages,
            broken=f"{broken:,}",
        ),
        _REST_COMPLETE,
        _LOG_SAYS,
    )


def pages_failed(failed: int, pages: int, runs: int) -> Advice:
    return _advice(
        messages(
            "%(failed)s of %(number)s article page could not be fetched or read.",
            "%(failed)s of %(number)s article pages could not be fetched or read.",
            pages,
            failed=f"{failed:,}",
        ),
        _REST_COMPLETE,
        _IF_CHANGED,
        *_over(runs),
    )


def pages_forbidden(forbidden: int, pages: int, runs: int) -> Advice:
    return _advice(
        messages(
            "robots.txt forbids %(forbidden)s of %(number)s article page.",
            "robots.txt forbids %(forbidden)s of %(number)s article pages.",
            pages,
            forbidden=f"{forbidden:,}",
        ),
        message("Those articles were not fetched; the other records are complete."),
        message("Read the site's robots.txt, and ask its owner if you need these articles."),
        *_over(runs),
    )


def one_article(same: int, addresses: int, url: str | None) -> Advice:
    return _advice(
        messages(
            "The site shows one and the same article at %(same)s of %(number)s address.",
            "The site shows one and the same article at %(same)s of %(number)s addresses.",
            addresses,
            same=f"{same:,}",
        ),
        message("That article has one record; the others are missing."),
        message("Open one of the other addresses in a browser: the site may lead away whoever it takes for a program."),
        message("The article: %(url)s", url=url or "–"),
    )


# ---------------------------------------------------------------- too little found


def no_record(urls: Sequence[str]) -> Advice:
    return _advice(
        messages(
            "%(number)s article that was named gave no record.",
            "%(number)s articles that were named gave no record.",
            len(urls),
        ),
        _REST_COMPLETE,
        message("See the report for what the address answered; an article that is gone answers 404 or 410."),
        *(message("No record of: %(url)s", url=url) for url in urls[:_MOST_NAMED]),
    )


def lists_unread(failed: int, lists: int) -> Advice:
    return _advice(
        messages(
            "%(failed)s of %(number)s list page could not be read.",
            "%(failed)s of %(number)s list pages could not be read.",
            lists,
            failed=f"{failed:,}",
        ),
        _SOME_MISSING,
        message("See the report for why, then crawl again: articles that are still listed are found then."),
    )


def no_list(why: str | None) -> Advice:
    details = [message("Most often: %(why)s", why=why)] if why else []
    return _advice(
        message("No list page of the site could be read, so no new article was found."),
        _NONE,
        message("See whether the site opens in a browser, and what newsspider doctor says of the network."),
        *details,
    )


def no_links(lists: int) -> Advice:
    return _advice(
        messages(
            "%(number)s list page was read, and links to no article.",
            "%(number)s list pages were read, and none links to an article.",
            lists,
        ),
        _NONE,
        _IF_CHANGED,
    )


def none_given(links: int) -> Advice:
    return _advice(
        messages(
            "The lists link to %(number)s article, and it gave no record.",
            "The lists link to %(number)s articles, and none gave a record.",
            links,
        ),
        _NONE,
        _IF_CHANGED,
    )


def fewer_links(links: int, runs: int, usual: float) -> Advice:
    return _advice(
        messages(
            "The lists link to %(number)s article, far fewer than usual.",
            "The lists link to %(number)s articles, far fewer than usual.",
            links,
        ),
        _SOME_MISSING,
        _IF_CHANGED,
        message("Median of the last %(runs)s runs: %(usual)s.", runs=runs, usual=f"{usual:g}"),
    )


def fewer_records(records: int, runs: int, usual: float) -> Advice:
    return _advice(
        messages(
            "The run gave %(number)s record, far fewer than usual.",
            "The run gave %(number)s records, far fewer than usual.",
            records,
        ),
        _SOME_MISSING,
        _IF_CHANGED,
        message("Median of the last %(runs)s runs: %(usual)s.", runs=runs, usual=f"{usual:g}"),
    )


def nothing_new(hours: int, since: str) -> Advice:
    return _advice(
        messages("Nothing new came for %(number)s hour.", "Nothing new came for %(number)s hours.", hours),
        _COMPLETE,
        message("See whether the site has news. If it has none for so long as a rule, raise VERDICT_MAX_QUIET."),
        message("The last new article came at %(since)s UTC.", since=since),
    )


# ---------------------------------------------------------------- a site that has changed


def field_lost(field: str, now: str, before: str, url: str | None) -> Advice:
    return _advice(
        message("Fewer articles than before have the field %(field)s.", field=field),
        message("Their records lack it (null); all other fields are complete."),
        message(
            "Open the page below. If it still shows it, mend the rules of the site by docs/when-the-site-changes.md; "
            "newsspider extract then fills in what is missing. If the site no longer has it, set VERDICT_SINCE to "
            "today."
        ),
        message("%(field)s: %(now)s of articles, before %(before)s.", field=field, now=now, before=before),
        *_page(url),
    )


def design_changed(witness: str, shares: Iterable[tuple[str, str, str]], url: str | None, *, lost: bool) -> Advice:
    """Say that a *witness* has fallen silent: of each field the share of articles now and before; *lost*: for good."""
    by_share: dict[tuple[str, str], list[str]] = {}
    for field, now, before in shares:
        by_share.setdefault((now, before), []).append(field)
    return _advice(
        message("The design of the site's pages has changed."),
        message("Some records lack a field; see below.") if lost else message(
            "The records are as complete as before: what the old rules no longer find was read in another way."
        ),
        message("Teach the rules the new design before it costs a field: docs/when-the-site-changes.md has the steps."),
        *(
            message(
                "%(fields)s by %(witness)s: %(now)s of articles, before %(before)s.",
                fields=", ".join(fields), witness=witness, now=now, before=before,
            )
            for (now, before), fields in by_share.items()
        ),
        *_page(url),
    )  # fmt: skip


def _page(url: str | None) -> list[Message]:
    return [message("A page without it: %(url)s", url=url)] if url else []
