"""Where verification says that something is wrong, read from its source; and at which of these places it did."""

from __future__ import annotations

import ast
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import newsspider.proof
from newsspider.proof.findings import Report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FrameType

PROOF = Path(newsspider.proof.__file__).parent
_REPORTS: dict[CodeType, str] = {Report.fault.__code__: "fault", Report.warn.__code__: "warning"}
_CALLS = {"fault": ("fault",), "warn": ("warning",), "_fault": ("fault",), "tell": ("fault", "warning")}
"""What is called to report something, and of what severity that may be."""


class Site(NamedTuple):
    """A place in the source that reports something, or words what another place reports."""

    file: str
    function: str
    first: int
    last: int
    severity: str
    """``fault``, ``warning``, or ``words``."""

    def __str__(self) -> str:
        return f"{self.file}:{self.first} {self.function} ({self.severity})"


class Reached(NamedTuple):
    """A line that was executed to report something, or to word it."""

    file: str
    line: int
    severity: str


def sites() -> set[Site]:
    """Return all there are."""
    found: set[Site] = set()
    for path in PROOF.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            for node in ast.walk(function):
                for severity in _severities(node):
                    found.add(Site(path.name, function.name, node.lineno, node.end_lineno or 0, severity))
    return found


def sites_of(keeper: str) -> set[Site]:
    """Return the sites that the mutations of ``collection``, ``package`` or ``events`` must reach."""
    return {site for site in sites() if _keeper(site) == keeper}


def _keeper(site: Site) -> str:
    if site.function == "_miss":
        return "process"  # what ends a process is no mutation of a collection: tests/test_engines.py
    if site.file == "events.py":
        return "events"
    of_package = site.file in ("packages.py", "datapackage.py") or "package" in site.function
    # In a collection everything is there that can be referred to.
    leads_out = (site.file, site.function, site.severity) == ("references.py", "_lacking", "warning")
    return "package" if of_package or leads_out else "collection"


def _severities(node: ast.AST) -> tuple[str, ...]:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="self" | "report") | ast.Attribute(), attr=name)):
            return _CALLS.get(name, ()) if name in ("fault", "warn", "_fault") else ()
        case ast.Call(func=ast.Name(id="tell")):
            return _CALLS["tell"]
        case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value):
            return ("words",) if _is_sentence(value) else ()
    return ()


def _is_sentence(value: ast.expr) -> bool:
    match value:
        case ast.IfExp():
            return _is_sentence(value.body) or _is_sentence(value.orelse)
        case ast.Tuple():
            return any(map(_is_sentence, value.elts))
        case ast.Call(func=ast.Name(id="message" | "messages" | "joined" | "N_")):
            return True
    return False


@contextmanager
def noting(reached: set[Reached]) -> Iterator[None]:
    """Note what is reached within."""
    proof = str(PROOF)

    def on_call(frame: FrameType, event: str, argument: object) -> object:
        code = frame.f_code
        if (severity := _REPORTS.get(code)) is not None:
            caller = frame.f_back
            while caller is not None and caller.f_code.co_filename.startswith(proof):
                reached.add(Reached(Path(caller.f_code.co_filename).name, caller.f_lineno, severity))
                caller = caller.f_back
        return on_return if code.co_filename.startswith(proof) else None

    def on_return(frame: FrameType, event: str, argument: object) -> object:
        if event == "return" and argument is not None:
            reached.add(Reached(Path(frame.f_code.co_filename).name, frame.f_lineno, "words"))
        frame.f_trace_lines = False
        return on_return

    before = sys.gettrace()
    sys.settrace(on_call)
    try:
        yield
    finally:
        sys.settrace(before)


def missed(wanted: set[Site], reached: set[Reached]) -> list[str]:
    """Return the sites at which nothing was reported."""
    return sorted(
        str(site)
        for site in wanted
        if not any(
            (site.file, site.severity) == (each.file, each.severity) and site.first <= each.line <= site.last
            for each in reached
        )
    )
