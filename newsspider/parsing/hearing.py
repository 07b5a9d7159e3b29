"""The one place where witnesses are heard: what one of them raises is a warning, and costs no other's word.

A page may hold any value anywhere. Whoever stumbles over one is a witness less, not a record less.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from newsspider.errors import NewsspiderError
from newsspider.text.processors import clean_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from newsspider.parsing.doubts import Doubts
    from newsspider.parsing.loaders import ArticleLoader

Answer = TypeVar("Answer")

_DATES = ("published_at", "modified_at")
_QUOTED = 60  # characters of a date in a warning
_MAX_MESSAGE = 200  # characters of an error in a warning
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+")


class Hearing:
    """Asks the witnesses of one page, and has the loader collect what they say."""

    def __init__(self, loader: ArticleLoader, doubts: Doubts) -> None:
        self.loader = loader
        self.doubts = doubts

    def ask(self, witness: str, question: Callable[[], Answer]) -> Answer | None:
        """Return what *question* returns; ``None``, and a warning, where it raises."""
        try:
            return question()
        except Exception as error:
            self._failed(witness, error)
            return None

    def hear(self, witness: str, question: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Collect the raw values that *witness* answers with, by field, and return them."""
        said = self.ask(witness, question) or {}
        self.collect(witness, said)
        return said

    def collect(self, witness: str, said: Mapping[str, Any], *, is_vague: bool = False) -> None:
        """Collect the raw values of *witness*, maybe *vague* ones; one that cannot be treated costs no other."""
        for field, raw in said.items():
            if raw is None:
                continue
            try:
                heard = self.loader.hear(witness, field, raw, is_vague=is_vague)
                if not heard and field in _DATES and (printed := clean_text(str(raw))):
                    self.doubts.warn(field, f"{witness} says “{printed[:_QUOTED]}”, which is no date that can be read")
            except Exception as error:
                self._failed(witness, error)

    def _failed(self, witness: str, error: Exception) -> None:
        if isinstance(error, MemoryError):  # says something of the machine, and nothing of the page
            raise error
        if isinstance(error, NewsspiderError):
            self.doubts.warn(witness, str(error))
            return
        # A place in memory is another one each time, and a record has to come out the same.
        message = _ADDRESS.sub("0x…", clean_text(str(error)) or "")[:_MAX_MESSAGE]
        self.doubts.warn(witness, f"raised {type(error).__name__}: {message}")
