"""Translates argparse's own texts: it looks them up in gettext under names that only argparse uses."""

from __future__ import annotations

import argparse

from newsspider.text.language import N_, translated

OF_ARGPARSE = (
    N_("usage: "),
    N_("options"),
    N_("positional arguments"),
    N_("%(prog)s: error: %(message)s\n"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("expected one argument"),
    N_("expected at least one argument"),
    N_("invalid %(type)s value: %(value)r"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("ambiguous option: %(option)s could match %(matches)s"),
    N_("ignored explicit argument %r"),
    N_("not allowed with argument %s"),
    N_("the following arguments are required: %s"),
    N_("one of the arguments %s is required"),
)
"""The texts of it that our commands can come to say; others stay English."""


def speak_as_we_do() -> None:
    """Have argparse take its texts from our catalogues, when it says them."""
    argparse._ = translated  # type: ignore[attr-defined]
