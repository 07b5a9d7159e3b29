"""Assignments to members of parameters, which the function of a state makes before it returns."""

from __future__ import annotations

from typing import Any, NamedTuple

from newsspider.text.nuxt.limits import NuxtStateError


class Parameter(NamedTuple):
    """Stands in the tree for an argument, as arguments come last in the source."""

    position: int


class Assignment(NamedTuple):
    """``parameter.path[0].path[1]=value``; without a path, ``parameter.add(value[0]).add(value[1])``."""

    offset: int
    parameter: Parameter
    path: list[str | int]
    value: Any


def assign(target: Any, assignment: Assignment, value: Any) -> None:
    """Put *value* at the path of *assignment*, whose members but the last must exist.

    Where there is no path, its members are added.
    """
    if not assignment.path:
        if type(target) is not list:
            raise NuxtStateError(assignment.offset, "an addition to what is no list of members")
        target.extend(value)
        return
    *way, last = assignment.path
    try:
        for member in way:
            target = target[_place(target, member)]
        target[_place(target, last)] = value
    except LookupError as error:
        raise NuxtStateError(assignment.offset, f"an assignment to {assignment.path} of nothing") from error


def _place(target: Any, member: str | int) -> str | int:
    if type(target) is dict:
        return str(member)
    if type(target) is list and type(member) is int:
        return member
    raise LookupError(member)
