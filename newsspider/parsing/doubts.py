"""Collects the doubts about a record: sentences for people, and the doubtful fields for programs.

A field is in doubt where the page says two things of it, where what is read may be more or less than there is, and
where what the page says cannot be. That no witness knows a field, or none to the second, puts nothing in doubt: what is
not known is null.
"""

from __future__ import annotations


class Doubts:
    """Collects what is said of one record while it is made."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        """Sentences that begin with what they are about, in the order in which they were said."""
        self.fields: set[str] = set()
        """Names of the fields in doubt; of the body and its parts, ``body_text``."""
        self.spoken_of: set[str] = set()
        """Fields and witnesses that the warnings are about."""

    def warn(self, about: str, problem: str) -> None:
        """Say what a reader should know of a field, or of a witness."""
        self.warnings.append(f"{about}: {problem}")
        self.spoken_of.add(about)

    def doubt(self, field: str, problem: str) -> None:
        """Say why a field is in doubt."""
        self.warn(field, problem)
        self.mark(field)

    def mark(self, field: str) -> None:
        """Put a field in doubt of which no sentence of its own speaks."""
        self.fields.add("body_text" if field in _BODY else field)


_BODY = ("paragraphs", "body_html")
