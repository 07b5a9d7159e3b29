"""A sentence for a person that is kept, in a manifest for instance, and said in whatever language its reader has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

from newsspider.text.language import N_, speaking, translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A sentence for a person, kept so that it can be said in any language."""

    text: str
    """In English, with ``%(name)s`` in place of each value; of one thing, where their number matters."""

    many: str | None = None
    """The same of several things; null: ``text`` is said of any number."""

    number: int = 1
    """How many things there are."""

    values: dict[str, str | Message]
    """The values."""
    # Texts in what is kept; else also sentences, said in the same language.

    def __str__(self) -> str:
        """Return it in the present language.

        The text may be that of a manifest, which strangers write: it is no format for ``%``, which makes no end of
        blanks of ``%(path)999999999s``.
        """
        found = translated(self.text, self.many, self.number)
        return _PLACE.sub(lambda place: str(self.values.get(place[1], place[0])), found)

    def in_english(self) -> str:
        """Return it for programs.

        >>> message("%(path)s: no run yet", path="archives").in_english()
        'archives: no run yet'
        """
        with speaking("en"):
            return str(self)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Read one out of a manifest; KeyError, TypeError or ValueError if it is not one."""
        many = record["many"]
        values: dict[str, str | Message] = {str(name): str(value) for name, value in record["values"].items()}
        return cls(
            text=str(record["text"]), many=None if many is None else str(many), number=int(record["number"]),
            values=values,
        )  # fmt: skip


def message(text: str, /, **values: object) -> Message:
    """Return a sentence of any number of things; ``make catalogues`` finds its text here."""
    return Message(text=text, values={name: _value(value) for name, value in values.items()})


def messages(one: str, many: str, number: int, /, **values: object) -> Message:
    """Return a sentence of *one* thing or of *many*; ``%(number)s`` is the number.

    >>> messages("%(number)s run", "%(number)s runs", 1200).in_english()
    '1,200 runs'
    """
    said = {"number": f"{number:,}"} | {name: _value(value) for name, value in values.items()}
    return Message(text=one, many=many, number=number, values=said)


def message_of(error: BaseException) -> Message:
    """Return the sentence of an error; of one that is not ours, what it says itself.

    >>> message_of(ValueError("100 % wrong")).in_english()
    '100 % wrong'
    """
    said = error.args[0] if error.args else None
    return said if isinstance(said, Message) else Message(text=str(error), values={})


def _value(value: object) -> str | Message:
    if isinstance(value, BaseException):
        return message_of(value)
    return value if isinstance(value, Message) else str(value) or "–"


_JOINED = {
    "; ": N_("%(one)s; %(other)s"),
    ", ": N_("%(one)s, %(other)s"),
    " and ": N_("%(one)s and %(other)s"),
}


def joined(sentences: Iterable[Message], by: Literal["; ", ", ", " and "] = "; ") -> Message:
    """Return several sentences as one.

    >>> joined([message("one"), message("two")]).in_english()
    'one; two'
    """
    one, *others = sentences
    for each in others:
        one = message(_JOINED[by], one=one, other=each)
    return one
