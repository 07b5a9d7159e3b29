"""The names of the kinds of event, for a person."""

from __future__ import annotations

from newsspider.text.language import N_, _

_NAMES = {
    "published": N_("published"),
    "restored": N_("restored"),
    "moved": N_("moved"),
    "headline_changed": N_("headline changed"),
    "edited": N_("edited"),
    "silently_edited": N_("silently edited"),
    "corrected": N_("corrected"),
    "changed": N_("changed"),
    "soft_gone": N_("soft gone"),
    "gone": N_("gone"),
}


def named(event: str) -> str:
    """Return the name of a kind of event in the present language; that of a later version as it is.

    >>> named("silently_edited"), named("future_kind")
    ('silently edited', 'future kind')
    """
    return _(_NAMES[event]) if event in _NAMES else event.replace("_", " ")
