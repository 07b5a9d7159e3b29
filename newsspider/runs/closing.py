"""The closing lines of a run at a terminal: what it did, where that is, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from newsspider.text.language import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newsspider.collection.collection import Collection


def closing(collection: Collection, manifest_path: Path, next_steps: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the lines; *next_steps* are command lines, each with what it does. The run has its manifest."""
    manifest = orjson.loads(manifest_path.read_bytes())
    yield ""
    yield from _done(manifest)
    yield ""
    for path, what in _files(collection, manifest_path, manifest):
        yield f"  {path}"
        yield f"      {what}"
    yield ""
    yield _("Try next:")
    for command, what in next_steps:
        yield f"  {command}"
        yield f"      {what}"


def _done(manifest: dict[str, Any]) -> Iterator[str]:
    counts = manifest["counts"]
    articles = ngettext("%(number)s article", "%(number)s articles", counts["articles"])
    requests = ngettext("%(number)s request", "%(number)s requests", counts["requests"])
    if manifest["exit_code"]:
        yield _("Ended with exit code %(code)s, for the reasons above: %(articles)s from %(requests)s.",
                code=manifest["exit_code"], articles=articles, requests=requests)  # fmt: skip
    else:
        yield _("Done: %(articles)s from %(requests)s, %(requisites)s of them for the images, style sheets and scripts "
                "of their pages.", articles=articles, requests=requests, requisites=counts["requisites"])  # fmt: skip
    if not counts["articles"]:
        yield ngettext("Nothing is new: %(number)s address on the lists is known.",
                       "Nothing is new: the %(number)s addresses on the lists are known.", counts["known"])  # fmt: skip
    yield _("Of the answers %(revisits)s had a payload that the archive holds already (stored as revisits), and "
            "%(unparsed)s of the article pages said that there is no article.",
            revisits=counts["revisits"], unparsed=counts["unparsed"])  # fmt: skip
    if counts["forbidden_by_robots"]:
        yield ngettext("robots.txt forbade %(number)s link.", "robots.txt forbade %(number)s links.",
                       counts["forbidden_by_robots"])  # fmt: skip


def _files(collection: Collection, manifest_path: Path, manifest: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    items = collection.items_dir / manifest["run"]
    for part in manifest["parts"]:
        records = ngettext("%(number)s record, one a line", "%(number)s records, one a line", part["records"])
        yield items / part["name"], records
    for part in manifest["changes_parts"]:
        events = ngettext("%(number)s event: new or changed", "%(number)s events: new or changed", part["records"])
        yield items / part["name"], events
    for part in manifest["site_facts_parts"]:
        yield items / part["name"], _("the footer's facts, once")
    for warc in manifest["warcs"]:
        records = ngettext("%(number)s WARC record", "%(number)s WARC records", warc["records"])
        yield collection.archive_dir / warc["name"], f"{records}, {warc['size'] / 1e6:.1f} MB"
    if manifest["warcs"]:
        yield collection.index.path, _("where each capture lies")
    yield manifest_path, _("the manifest: what this run did, with digests")
    report = collection.reports_dir / f"{manifest['run']}.html"
    if report.is_file():
        yield report, _("the report, for a browser: how complete each field is, what failed and why")
