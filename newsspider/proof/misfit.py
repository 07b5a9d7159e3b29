"""A sentence about what does not fit a schema: where, and what the validator says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.text.escaping import quoted
from newsspider.text.language import N_
from newsspider.text.message import message

if TYPE_CHECKING:
    import jsonschema_rs

    from newsspider.text.message import Message


def misfit(error: jsonschema_rs.ValidationError) -> Message:
    """Return it; the validator speaks English."""
    where = ".".join(map(str, error.instance_path))
    text = N_("at %(where)s, %(problem)s") if where else N_("at its top, %(problem)s")
    return message(text, where=where, problem=quoted(error.message))
