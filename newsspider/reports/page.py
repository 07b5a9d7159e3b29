"""A run as one page of HTML that needs nothing but itself: the verdict first, then what it rests on."""

from __future__ import annotations

from datetime import datetime
from html import escape
from importlib.resources import files
from itertools import islice
from string import Template
from typing import TYPE_CHECKING, Any

from newsspider.reports.plots import Series, duration, over_time, spark
from newsspider.verdict.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_PAGE = Template((files("newsspider.reports") / "page.html").read_text(encoding="utf-8"))
_RUNS = 30
"""Runs in a line of the fields' past."""
_MAX_FILES = 200

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
    witnesses = sorted({witness for given in manifest["witnesses"].values() for witness in given})
    run = Tally.of(manifest)
    alike = [each for each in islice(earlier, 1000) if each.has_same_scope(run) and each.parsed][: _RUNS - 1]
    sections = [
        _pace(manifest["pace"]),
        _errors(manifest["errors"]),
        _fields(manifest["witnesses"], [*reversed(alike), run], witnesses),
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
    return (
        f"<b>{escape(manifest['spider'])}</b> into <b>{escape(manifest['collection'])}</b>, from {escape(source)}; "
        f"{started:%Y-%m-%d %H:%M:%S} UTC, {duration((ended - started).total_seconds())}; exit code "
        f"{manifest['exit_code']}. <span class=dim>Last good run: {good}. Run {escape(manifest['run'])}</span>"
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
        + waiting
    )


def _errors(errors: Sequence[Mapping[str, Any]]) -> str:
    if not errors:
        return "<h2>Errors</h2><p>None.</p>"
    rows = "".join(
        f'<tr><th>{escape(each["kind"])}</th><td class="number">{each["count"]:,}</td>'
        f'<td><ul class="examples">{"".join(_example(example) for example in each["examples"])}</ul></td></tr>'
        for each in errors
    )
    return (
        '<h2>Errors, after all retries</h2><table><thead><tr><th>kind<th class="number">times<th>for example</thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _example(example: Mapping[str, Any]) -> str:
    said = f"<small>{escape(example['said'])}</small>" if example["said"] else ""
    return f"<li>{_link(example['url'])}{said}</li>"


def _fields(given: Mapping[str, Mapping[str, int]], runs: Sequence[Tally], witnesses: Sequence[str]) -> str:
    """*runs* are oldest first, this one last."""
    names = sorted({*given, *(each.field for run in runs for each in run.given)})
    if not names or not runs:
        return ""
    rows = "".join(_field(name, given.get(name, {}), runs, witnesses) for name in names)
    return (
        "<h2>Fields of the articles, and who gave them</h2>"
        '<table><thead><tr><th>field<th class="number">given<th class="number optional">before'
        f'<th class="optional">last {len(runs)} runs<th class="wide">witnesses</thead><tbody>{rows}</tbody></table>'
    )


def _field(name: str, given: Mapping[str, int], runs: Sequence[Tally], witnesses: Sequence[str]) -> str:
    shares = [_share(run, name) for run in runs]
    before = [each for each in shares[:-1] if each is not None]
    usual = f"{sum(before) / len(before):.0%}" if before else "–"
    now = shares[-1]
    articles = runs[-1].parsed or 1
    order = sorted(given.items(), key=lambda each: -each[1])
    bar = "".join(
        f'<i class="w{witnesses.index(witness)}" style="width:{100 * count / articles:.2f}%"></i>'
        for witness, count in order
    )
    names = "".join(
        f'<span><i class="w{witnesses.index(witness)}"></i>{escape(witness)} {count:,}</span>'
        for witness, count in order
    )
    past = spark(shares, f"{name} over the last runs")
    fell = " bad" if now is not None and before and now < 0.5 * sum(before) / len(before) else ""
    return (
        f'<tr><th>{escape(name)}</th><td class="number{fell}">{"–" if now is None else f"{now:.0%}"}</td>'
        f'<td class="number optional">{usual}</td><td class="optional">{past}</td>'
        f'<td><div class="bar">{bar}</div><p class="names">{names}</p></td></tr>'
    )


def _share(run: Tally, name: str) -> float | None:
    if not run.parsed:
        return None
    return min(1.0, sum(count for each, count in run.given.items() if each.field == name) / run.parsed)


def _lists(lists: Mapping[str, Any]) -> str:
    text = f"<p>{lists['read']:,} list pages were read; they link to articles {lists['links']:,} times.</p>"
    return f"<h2>Lists</h2>{text}" + (
        f"<h3>Without an article, for example</h3>{_links(lists['empty'])}" if lists["empty"] else ""
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
        f'<td class="number">{file["records"]:,} records</td><td class="number">{file["size"] / 1e6:,.2f} MB</td></tr>'
        for directory, file in named[:_MAX_FILES]
    )
    more = f"<p>and {len(named) - _MAX_FILES:,} more</p>" if len(named) > _MAX_FILES else ""
    summary = f"{len(named):,} files were written"
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
