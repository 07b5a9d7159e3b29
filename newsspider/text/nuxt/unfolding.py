"""The size of a state whose parts are shared, as if it were unfolded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newsspider.text.nuxt.limits import MAX_DEPTH, MAX_NODES, NuxtStateError

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTAINERS = (dict, list)


def measure(state: Any, offset: int) -> None:
    """Make null where a part of *state* contains itself, and refuse a *state* that, unfolded, is beyond a limit.

    Each part is looked at once. Errors name *offset*.
    """
    if type(state) not in CONTAINERS:
        return
    measured: dict[int, tuple[int, int]] = {}  # by identity: values inside, depth; all parts live while this runs
    unfolding = [_Unfolding(state)]
    on_the_way = {id(state)}
    while unfolding:
        part = unfolding[-1]
        for place, child in part.children:
            if type(child) not in CONTAINERS:
                part.size += 1
            elif id(child) in measured:
                part.add(*measured[id(child)])
            elif id(child) in on_the_way:
                part.container[place] = None
                part.size += 1
            else:
                unfolding.append(_Unfolding(child))
                on_the_way.add(id(child))
                break
        else:
            unfolding.pop()
            on_the_way.remove(id(part.container))
            measured[id(part.container)] = part.size, part.depth
            if unfolding:
                unfolding[-1].add(part.size, part.depth)
        if part.size > MAX_NODES:
            raise NuxtStateError(offset, f"more than {MAX_NODES} values when unfolded")
        if part.depth > MAX_DEPTH or len(unfolding) > MAX_DEPTH:
            raise NuxtStateError(offset, f"more than {MAX_DEPTH} arrays and objects within one another")


class _Unfolding:
    """A container whose children are being counted."""

    __slots__ = ("children", "container", "depth", "size")

    def __init__(self, container: Any):
        self.container = container
        self.children: Iterator[tuple[Any, Any]] = iter(
            container.items() if type(container) is dict else enumerate(container)
        )
        self.size = 1
        self.depth = 1

    def add(self, size: int, depth: int) -> None:
        self.size += size
        self.depth = max(self.depth, depth + 1)
