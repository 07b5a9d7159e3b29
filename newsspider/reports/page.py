"""A run as one page of HTML that needs nothing but itself: the verdict first, then what it rests on."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from newsspider.archive.runs import named_moment
from newsspider.counted import counted
from newsspider.reports.plots import Series, duration, over_time, spark
from newsspider.verdict.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_PAGE = Template((files("newsspider.reports") / "page.html").read_text(encoding="utf-8"))
_PERIODS = 30
"""Points in a line of the fields' past: days, or runs where these are of one day."""
_MAX_FILES = 200
_CLOCK_SET = timedelta(minutes=1)
"""Between the moment that a run is called after and the one at which it began; less is not worth a word."""

_HEADLINES = {
    0: "Done",
    3: "Ended before its time",
    4: "Not everything was stored",
    5: "Too few articles were found",
    6: "Pages failed, or say less than before",
    75: "Interrupted: run it again",
}
_TILES = {
    "articles": "records", "new": "new", "changed": "changed", "unchanged": "unchanged", "parsed": "articles read",
    "requests": "requests", "failed": "article pages failed", "forbidden_by_robots": "forbidden by robots.txt",
}  # fmt: skip
_HUES = (215, 150, 30, 280, 340, 190, 60, 100)
"""Of the witnesses, in the order of their names."""


def as_html(manifest: Mapping[str, Any], earlier: Sequence[Tally] = ()) -> str:
    """Return the page of the run that *manifest* (as JSON) tells of; *earlier* runs are newest first."""
    code = manifest["exit_code"]
    run = Tally.of(manifest)
    alike = [each for each in earlier if each.has_same_scope(run) and each.parsed]
    witnesses = sorted({each.witness for tally in (run, *alike) for each in tally.given})
    sections = [
        _pace(manifest["pace"]),
        _examples("What happened to articles", "event", manifest["changes"]),
        _errors(manifest["errors"]),
        _fields(run, alike, witnesses),
        _lists(manifest["lists"]),
        _histogram("Answers by status", manifest["statuses"]),
        _histogram("Answers by host", manifest["hosts"]),
        _some("Pages that gave no record", manifest["unparsed"]),
        _some("Named articles that gave no record", manifest["without_record"]),
        _files(manifest),
    ]
    return _PAGE.substitute(
        title=escape(f"{manifest['collection']} {manifest['run']}: {_headline(code)}"),
        mood={0: "good", 75: "later"}.get(code, "bad"),
        headline=escape(_headline(code)),
        what=_what(manifest),
        reasons=_list(manifest["reasons"]),
        tiles="".join(_tiles(manifest)),
        witness_colours="\n".join(
            f".w{place} {{ background: hsl({_HUES[place % len(_HUES)]} {60 - 10 * (place // len(_HUES))}% 55%); }}"
            for place in range(len(witnesses))
        ),
        sections="\n".join(filter(None, sections)),
    )


def _headline(code: int) -> str:
    return _HEADLINES.get(code, f"Ended with {code}")


def _what(manifest: Mapping[str, Any]) -> str:
    started, ended = (datetime.fromisoformat(manifest[name]) for name in ("started", "ended"))
    source = "the archives " + ", ".join(manifest["source"]["archives"]) if manifest["source"] else "the network"
    good = "none"
    if manifest["last_success"]:
        good = f"{datetime.fromisoformat(manifest['last_success']):%Y-%m-%d %H:%M} UTC"
    named = named_moment(manifest["run"])
    clock = ""
    if named is not None and abs(named - started) > _CLOCK_SET:
        clock = f" The clock was set: the run is called after {named:%Y-%m-%d %H:%M:%S}."
    return (
        f"<b>{escape(manifest['spider'])}</b> into <b>{escape(manifest['collection'])}</b>, from {escape(source)}; "
        f"{started:%Y-%m-%d %H:%M:%S} UTC, {duration((ended - started).total_seconds())}; exit code "
        f"{manifest['exit_code']}.{clock} <span class=dim>Last good run: {good}. Run {escape(manifest['run'])}</span>"
    )


def _tiles(manifest: Mapping[str, Any]) -> Iterator[str]:
    counts = manifest["counts"]
    for name, label in _TILES.items():
        if name in counts:
            yield f"<li><b>{counts[name]:,}</b>{label}</li>\n"
    yield f"<li><b>{counts.get('bytes', 0) / 1e6:,.1f}</b>MB fetched</li>\n"


def _pace(pace: Mapping[str, Any] | None) -> str:
    if not pace:
        return ""
    interval = pace["interval"]
    seconds = interval * len(pace["pages"])
    answers = Series("one", [count / interval for count in pace["pages"]])
    # "2000 kB" has no room beside a plot on a telephone.
    size, unit = (1e6, " MB") if max(pace["bytes"]) >= 1e6 * interval else (1e3, " kB")
    sizes = Series("one", [count / interval / size for count in pace["bytes"]])
    waits = [Series("one", pace["median_ms"]), Series("two", pace["slow_ms"])]
    waiting = ""
    if any(value is not None for value in pace["median_ms"]):
        waiting = (
            '<h3>Waiting time until an answer begins <span class="key"><i></i>half of them <i class="two"></i>'
            "all but one in twenty</span></h3>"
            + over_time(None, waits, seconds=seconds, unit=" ms", label="Waiting time over the run")
        )
    return (
        "<h2>Pace</h2><h3>Answers a second</h3>"
        + over_time(answers, [], seconds=seconds, unit="", label="Answers a second over the run")
        + "<h3>Bytes a second, of bodies as they came</h3>"
        + over_time(sizes, [], seconds=seconds, unit=unit, label="Bytes a second over the run")
        + waiting
    )


def _errors(errors: Sequence[Mapping[str, Any]]) -> str:
    return _examples("Errors, after all retries", "kind", errors) or "<h2>Errors</h2><p>None.</p>"


def _examples(heading: str, kind: str, happened: Sequence[Mapping[str, Any]]) -> str:
    """Tell what *happened*: each kind of it, which its member *kind* names, with its count and examples."""
    rows = "".join(
        f'<tr><th>{escape(each[kind])}</th><td class="number">{each["count"]:,}</td>'
        f'<td><ul class="examples">{"".join(_example(example) for example in each["examples"])}</ul></td></tr>'
        for each in happened
    )
    head = f'<thead><tr><th>{kind}<th class="number">times<th>for example</thead>'
    return f"<h2>{heading}</h2><table>{head}<tbody>{rows}</tbody></table>" if rows else ""


def _example(example: Mapping[str, Any]) -> str:
    said = f"<small>{escape(example['said'])}</small>" if example["said"] else ""
    return f"<li>{_link(example['url'])}{said}</li>"


def _fields(run: Tally, earlier: Sequence[Tally], witnesses: Sequence[str]) -> str:
    periods, unit = _periods(run, earlier)
    before = earlier[:_PERIODS]
    names = sorted({each.field for tally in (run, *before) for each in tally.given})
    if not names:
        return ""
    past = f"last {counted(len(periods), unit)}" if len(periods) > 1 else "this run"
    rows = "".join(_field(name, run, before, periods, witnesses) for name in names)
    return (
        "<h2>Fields of the articles, and who gave them</h2>"
        '<table><thead><tr><th>field<th class="number">given<th class="number optional">before'
        f'<th class="optional">{past}<th class="wide">witnesses now, and before</thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _periods(run: Tally, earlier: Sequence[Tally]) -> tuple[list[list[Tally]], str]:
    """Arrange the runs, of which *earlier* are newest first, by day: the last days, oldest first, and what they are."""
    days: dict[date, list[Tally]] = {}
    for each in (run, *earlier):
        days.setdefault(each.ended.astimezone(UTC).date(), []).append(each)
    if len(days) > 2:
        return list(reversed(list(days.values())[:_PERIODS])), "day"
    return [[each] for each in reversed((run, *earlier[: _PERIODS - 1]))], "run"


def _field(
    name: str, run: Tally, earlier: Sequence[Tally], periods: Sequence[Sequence[Tally]], witnesses: Sequence[str]
) -> str:
    now, before = _share([run], name), _share(earlier, name)
    given, given_before = _by_witness([run], name), _by_witness(earlier, name)
    names = "".join(
        f'<span><i class="w{place}"></i>{escape(witness)} {_percent(given.get(witness, 0))}</span>'
        for place, witness in enumerate(witnesses)
        if witness in given or witness in given_before
    )
    fell = " bad" if now is not None and before is not None and now < before / 2 else ""
    past = spark([_share(period, name) for period in periods], f"{name} over time")
    return (
        f'<tr><th>{escape(name)}</th><td class="number{fell}">{_percent(now)}</td>'
        f'<td class="number optional">{_percent(before)}</td><td class="optional">{past}</td>'
        f'<td>{_bar(given, witnesses)}{_bar(given_before, witnesses, "before")}<p class="names">{names}</p></td></tr>'
    )


def _bar(shares: Mapping[str, float], witnesses: Sequence[str], more: str = "") -> str:
    parts = "".join(
        f'<i class="w{place}" style="width:{100 * shares[witness]:.2f}%"></i>'
        for place, witness in enumerate(witnesses)
        if witness in shares
    )
    return f'<div class="bar {more}">{parts}</div>' if shares or not more else ""


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


def _lists(lists: Mapping[str, Any]) -> str:
    read = f"{counted(lists['read'], 'list page')} could be read, with {counted(lists['links'], 'link')} to articles"
    text = f"<p>{read if lists['read'] else 'No list page could be read'}.</p>"
    return f"<h2>Lists</h2>{text}" + "".join(
        f"<h3>{heading}, for example</h3>{_links(urls)}"
        for heading, urls in (("Not to be had", lists.get("failed")), ("Without an article", lists["empty"]))
        if urls
    )


def _histogram(heading: str, counts: Mapping[str, int]) -> str:
    if not counts:
        return ""
    most = max(counts.values())
    rows = "".join(
        f'<tr><th>{escape(name)}</th><td class="number">{count:,}</td>'
        f'<td class="wide"><div class="bar"><i class="one" style="width:{100 * count / most:.2f}%"></i></div></td></tr>'
        for name, count in counts.items()
    )
    return f"<h2>{heading}</h2><table><tbody>{rows}</tbody></table>"


def _some(heading: str, urls: Sequence[str]) -> str:
    return f"<h2>{heading}</h2>{_links(urls)}" if urls else ""


def _files(manifest: Mapping[str, Any]) -> str:
    named = [
        (directory, file)
        for kind, directory in (
            ("parts", f"items/{manifest['run']}/"), ("site_facts_parts", f"items/{manifest['run']}/"),
            ("changes_parts", f"items/{manifest['run']}/"), ("warcs", "archive/"),
        )
        for file in manifest.get(kind, ())
    ]  # fmt: skip
    rows = "".join(
        f"<tr><th>{escape(directory + file['name'])}</th>"
        f'<td class="number">{counted(file["records"], "record")}</td>'
        f'<td class="number">{file["size"] / 1e6:,.2f} MB</td></tr>'
        for directory, file in named[:_MAX_FILES]
    )
    more = f"<p>and {len(named) - _MAX_FILES:,} more</p>" if len(named) > _MAX_FILES else ""
    summary = f"Files written: {len(named):,}"
    return f"<details><summary>{summary}</summary><table><tbody>{rows}</tbody></table>{more}</details>"


def _list(sentences: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(each)}</li>" for each in sentences)
    return f"<ul>{items}</ul>" if items else ""


def _links(urls: Iterable[str]) -> str:
    return f'<ul class="examples">{"".join(f"<li>{_link(url)}</li>" for url in urls)}</ul>'


def _link(url: str) -> str:
    """Link to a page of the web, and to nothing else."""
    if url.startswith(("https://", "http://")):
        return f'<a href="{escape(url)}" rel="noreferrer">{escape(url)}</a>'
    return escape(url)
