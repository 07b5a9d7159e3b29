"""A run as one self-contained HTML page: the verdict first, then the figures that it rests on."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from newsspider.collection.runs import named_moment
from newsspider.history.names import named
from newsspider.record.runcounts import RunCounts
from newsspider.runs.advice import read
from newsspider.runs.plots import Series, over_time, spark
from newsspider.runs.tally import Tally
from newsspider.terminal.called import as_called
from newsspider.text.counted import duration
from newsspider.text.language import N_, _, ngettext
from newsspider.text.replayed import PORT, replayed_at
from newsspider.text.templates import link, render, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from newsspider.text.message import Message

_NOTHING = Markup("")
_PERIODS = 30
"""Points in a line of the fields' past: days, or runs where these are of one day."""
_MAX_FILES = 200
_CLOCK_SET = timedelta(minutes=1)
"""Between the moment that a run is called after and the one at which it began; less is not worth a word."""

_HEADLINES = {
    0: N_("Done"),
    3: N_("Ended before its time"),
    4: N_("Not everything was stored"),
    5: N_("Too few articles were found"),
    6: N_("The site's pages have changed, or failed"),
    75: N_("Interrupted: run it again"),
}
_TILES = {
    "articles": N_("records"), "new": N_("new"), "changed": N_("changed"), "unchanged": N_("unchanged"),
    "parsed": N_("articles read"), "requests": N_("requests"), "failed": N_("article pages failed"),
    "forbidden_by_robots": N_("forbidden by robots.txt"),
}  # fmt: skip
_WORDS = {
    word: word
    for word in (
        # What was asked for, and how it ended: newsspider.runs.ledger.
        N_("article"), N_("list"), N_("page requisite"), N_("other"),
        N_("record"), N_("unchanged"), N_("duplicate"), N_("alias"), N_("older"), N_("gone"), N_("not an article"),
        N_("wrong guess"), N_("dropped"), N_("read"), N_("captured"), N_("answered"), N_("absent"), N_("robots"),
        N_("off-site"), N_("ignored"), N_("asked already"), N_("asked again"), N_("not handed on"),
        N_("not in archive"), N_("not sent"), N_("failure"),
        # The kinds of failure that have a name of ours.
        N_("timeout"), N_("damaged content coding"), N_("redirect in a ring"),
        N_("led to an article that failed"), N_("callback gave nothing"), N_("record not valid"),
        N_("its next step was dropped as asked already"),
    )
}  # fmt: skip
_HUES = (215, 150, 30, 280, 340, 190, 60, 100)
"""Of the witnesses, in the order of their names."""


def as_html(
    manifest: Mapping[str, Any],
    earlier: Sequence[Tally] = (),
    *,
    linked: Callable[[str], Markup] | None = None,
    above: Markup = _NOTHING,
) -> str:
    """Return the page of the run that *manifest* (as JSON) describes; *earlier* runs are newest first.

    *linked* makes a link of the address of an example: by default to the site, and to ``newsspider replay``. *above*
    stands over all.
    """
    code = manifest["exit_code"]
    run = Tally.of(manifest)
    alike = [each for each in earlier if each.has_same_scope(run) and each.parsed]
    witnesses = sorted({each.witness for tally in (run, *alike) for each in tally.given})
    periods, unit = _periods(run, alike)
    return render(
        "runs/page.html",
        manifest=manifest,
        advice=read(manifest),
        headline=_(_HEADLINES[code]) if code in _HEADLINES else _("Ended with %(code)s", code=code),
        mood={0: "good", 75: "later"}.get(code, "bad"),
        tiles=list(_tiles(manifest)),
        pace=_pace(manifest["pace"]),
        ledger=manifest.get("ledger"),  # a run from before requests were counted has none
        lists=manifest["lists"],
        fields=list(_fields(run, alike, periods)),
        past=_past(len(periods), unit),
        witnesses=witnesses,
        place={witness: number for number, witness in enumerate(witnesses)},
        colours=[
            f"{_HUES[number % len(_HUES)]} {60 - 10 * (number // len(_HUES))}%" for number in range(len(witnesses))
        ],
        percent=_percent,
        word=_word,
        as_called=lambda text: as_called(str(text)),
        replayed_by=f"newsspider replay {manifest['collection']}",
        strong=_strong,
        parted=_parted,
        files=_files(manifest),
        most_files=_MAX_FILES,
        linked=linked or partial(_linked, manifest["collection"], f"{run.ended.astimezone(UTC):%Y%m%d%H%M%S}"),
        above=above,
        **_when(manifest),
    )


def _when(manifest: Mapping[str, Any]) -> dict[str, str]:
    started, ended = (datetime.fromisoformat(manifest[name]) for name in ("started", "ended"))
    source = _("the network")
    if manifest["source"]:
        source = _("the archives %(paths)s", paths=", ".join(manifest["source"]["archives"]))
    if led := manifest.get("connect_to"):
        first, more, __ = led.partition(",")
        source = _("%(source)s, led elsewhere by CONNECT_TO=%(led)s", source=source, led=first + ",…" * bool(more))
    good = _("none")
    if manifest["last_success"]:
        good = f"{datetime.fromisoformat(manifest['last_success']):%Y-%m-%d %H:%M} UTC"
    called = named_moment(manifest["run"])
    clock = ""
    if called is not None and abs(called - started) > _CLOCK_SET:
        clock = _(" The clock was set: the run is called after %(time)s.", time=f"{called:%Y-%m-%d %H:%M:%S}")
    return {
        "source": source,
        "started": f"{started:%Y-%m-%d %H:%M:%S}",
        "took": duration((ended - started).total_seconds()),
        "clock": clock,
        "good": good,
    }


def _tiles(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    counts = RunCounts.of(manifest["counts"])
    for name, label in _TILES.items():
        yield f"{getattr(counts, name):,}", _(label)
    yield f"{counts.bytes / 1e6:,.1f}", _("MB fetched")


def _pace(pace: Mapping[str, Any] | None) -> dict[str, Markup | None] | None:
    """Return the plots of a run that took long enough for some."""
    if not pace:
        return None
    interval = pace["interval"]
    seconds = interval * len(pace["pages"])
    answers = Series("one", [count / interval for count in pace["pages"]])
    # "2000 kB" has no room beside a plot on a telephone.
    size, unit = (1e6, " MB") if max(pace["bytes"]) >= 1e6 * interval else (1e3, " kB")
    sizes = Series("one", [count / interval / size for count in pace["bytes"]])
    waits = [Series("one", pace["median_ms"]), Series("two", pace["slow_ms"])]
    plots: dict[str, Markup | None] = {
        "answers": over_time(answers, [], seconds=seconds, unit="", label=_("Answers a second over the run")),
        "sizes": over_time(sizes, [], seconds=seconds, unit=unit, label=_("Bytes a second over the run")),
        "waiting": None,
    }
    if any(value is not None for value in pace["median_ms"]):
        plots["waiting"] = over_time(None, waits, seconds=seconds, unit=" ms", label=_("Waiting time over the run"))
    return plots


def fields_over_time(runs: Sequence[Tally]) -> tuple[list[dict[str, Any]], str]:
    """Return each field of the articles of *runs*, newest first and alike, and the periods that its line is over."""
    periods, unit = _periods(runs[0], runs[1:])
    return list(_fields(runs[0], runs[1:], periods)), _counted(len(periods), unit)


def _fields(run: Tally, earlier: Sequence[Tally], periods: Sequence[Sequence[Tally]]) -> Iterator[dict[str, Any]]:
    """Yield each field of the articles: which share of them has it, and who gave it."""
    names = {each.field for tally in (run, *earlier[:_PERIODS]) for each in tally.given}
    for name in sorted(names):
        now, before = _share([run], name), _share(earlier[:_PERIODS], name)
        yield {
            "name": name,
            "now": _percent(now),
            "before": _percent(before),
            "fell": now is not None and before is not None and now < before / 2,
            "over_time": spark([_share(period, name) for period in periods], _("%(field)s over time", field=name)),
            "given": _by_witness([run], name),
            "given_before": _by_witness(earlier[:_PERIODS], name),
        }


def _periods(run: Tally, earlier: Sequence[Tally]) -> tuple[list[list[Tally]], str]:
    """Arrange the runs, of which *earlier* are newest first, by day: the last days, oldest first, and what they are."""
    days: dict[date, list[Tally]] = {}
    for each in (run, *earlier):
        days.setdefault(each.ended.astimezone(UTC).date(), []).append(each)
    if len(days) > 2:
        return list(reversed(list(days.values())[:_PERIODS])), "day"
    return [[each] for each in reversed((run, *earlier[: _PERIODS - 1]))], "run"


def _past(periods: int, unit: str) -> str:
    return _("this run") if periods == 1 else _("last %(periods)s", periods=_counted(periods, unit))


def _counted(periods: int, unit: str) -> str:
    if unit == "day":
        return ngettext("%(number)s day", "%(number)s days", periods)
    return ngettext("%(number)s run", "%(number)s runs", periods)


def _word(code: str) -> str:
    """Return what a person calls an event, an outcome or a failure; of a page's own words those."""
    return _(_WORDS[code]) if code in _WORDS else named(code) if code.isidentifier() else code


def _parted(detail: Message) -> tuple[str, str, str]:
    """Part a sentence at the address in it, if it has one."""
    url = str(detail.values.get("url", ""))
    return str(detail).partition(url) if url else (str(detail), "", "")


def _strong(text: str) -> Markup:
    return Markup("<b>{}</b>").format(shown(text))


def _linked(collection: str, captured: str, url: str) -> Markup:
    """Link to a page of the web, and to where ``newsspider replay`` shows its capture nearest to that time."""
    if not url.startswith(("https://", "http://")):
        return link(url)
    capture = f"http://127.0.0.1:{PORT}{replayed_at(collection, captured, url)}"
    return Markup('{} <a class="capture" href="{}" rel="noreferrer">{}</a>').format(
        link(url), shown(capture), _("capture")
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _by_witness(runs: Sequence[Tally], name: str) -> dict[str, float]:
    """Share of the articles of *runs* for which each witness gave the field."""
    articles = sum(run.parsed for run in runs)
    given: Counter[str] = Counter()
    for run in runs:
        for each, count in run.given.items():
            if each.field == name:
                given[each.witness] += count
    return {witness: count / articles for witness, count in given.items()} if articles else {}


def _share(runs: Sequence[Tally], name: str) -> float | None:
    """Share of the articles of *runs* that have the field; None for no articles."""
    return min(1.0, sum(_by_witness(runs, name).values())) if any(run.parsed for run in runs) else None


def _files(manifest: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return what the run wrote, each file after its directory."""
    return [
        (directory, file)
        for kind, directory in (
            ("parts", f"items/{manifest['run']}/"), ("site_facts_parts", f"items/{manifest['run']}/"),
            ("changes_parts", f"items/{manifest['run']}/"), ("warcs", "archive/"),
        )
        for file in manifest.get(kind, ())
    ]  # fmt: skip
