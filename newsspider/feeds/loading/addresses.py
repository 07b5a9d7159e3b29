"""The forms of a target's address, and the error for an address of no known form."""

from __future__ import annotations

from newsspider.errors import NewsspiderError
from newsspider.text.language import N_
from newsspider.text.message import Message, message
from newsspider.text.nearest import nearest

FORMS = (
    "sqlite:///file.db",
    "postgresql://host:5432/database",
    "parquet:DIR",
    "opensearch+https://host:9200/index",
    "elasticsearch+https://host:9200/index",
    "s3://bucket/prefix",
)


class TargetAddressError(NewsspiderError):
    """There is no target at an address; nothing was opened."""

    def __init__(self, shown: str, problem: Message | str | None = None, meant: str | None = None) -> None:
        """*shown* is so much of the address as has no password in it; without a *problem* there is no such target."""
        text = N_("--to %(address)s: %(problem)s; choose from: %(forms)s")
        if problem is None:
            text = N_("--to %(address)s: no such target; choose from: %(forms)s")
            if meant:
                text = N_("--to %(address)s: no such target; choose from: %(forms)s; did you mean %(meant)s?")
        super().__init__(message(text, address=shown, problem=problem, forms=", ".join(FORMS), meant=meant))


def nearest_form(address: str) -> str | None:
    """Return the form that an address without a known scheme was probably meant to have.

    >>> nearest_form("news.db"), nearest_form("postgres://db/news"), nearest_form("parqet")
    ('sqlite:///news.db', 'postgresql://host:5432/database', 'parquet:DIR')
    >>> nearest_form("mysql://db/news")
    """
    scheme, colon, _ = address.partition(":")
    if not colon and address.endswith((".db", ".sqlite", ".sqlite3")):
        return f"sqlite:///{address}"
    schemes = {form.partition(":")[0]: form for form in FORMS}
    found = nearest(scheme.lower(), schemes, least=0.75)
    return found and schemes[found]
