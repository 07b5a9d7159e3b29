"""Article addresses that redirect to another article of the same crawl; their outcome is known at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

R = TypeVar("R")


class Aliases(Generic[R]):
    """Follows each of them to where it leads in the end. All addresses are canonical ones."""

    def __init__(self) -> None:
        self._targets: dict[str, tuple[str, R]] = {}
        self._failed: set[str] = set()

    def lead(self, asked: str, landed: str, request: R) -> None:
        """Note that *asked* led to *landed*, which was asked for already; *request* is the last of its requests."""
        self._targets[asked] = landed, request

    def fail(self, *addresses: str) -> None:
        """Note addresses that gave no article; what leads to one of them has none either."""
        self._failed.update(addresses)

    def ended(self) -> Iterator[tuple[str, str | None, bool, R]]:
        """Yield every address that led to another: where it leads in the end, whether that failed, and its request.

        The end is None where it leads back to itself.

        >>> aliases = Aliases[str]()
        >>> aliases.lead("a", "b", "request of a"), aliases.lead("b", "c", "request of b"), aliases.fail("c")
        (None, None, None)
        >>> next(aliases.ended())
        ('a', 'c', True, 'request of a')
        """
        for asked, (_, request) in self._targets.items():
            last = self._last_of(asked)
            yield asked, last, last in self._failed, request

    def _last_of(self, address: str) -> str | None:
        passed = set()
        while address in self._targets and address not in passed:
            passed.add(address)
            address, _ = self._targets[address]
        return None if address in passed else address
