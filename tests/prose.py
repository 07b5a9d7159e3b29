"""English sentences in what a reader sees of a page, or of what a command prints."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from newsspider.text.language import speaking

if TYPE_CHECKING:
    from newsspider.proof.findings import Finding

NO_PROSE = re.compile(r"https?://\S+|`[^`]*`|\S*[_/.:=@-]\S*|(?:scrapy|newsspider) \w+|\b[A-Z]\S*")
"""Addresses, commands, names of files, settings and fields, abbreviations."""

ENGLISH = re.compile(r"\b[a-z]{2,}(?: [a-z]{2,}){2,}\b")
"""Three words in a row."""


class Shown(HTMLParser):
    """The text of a page that a reader sees, or is read to."""

    def __init__(self, page: str):
        super().__init__()
        self.lines: list[str] = []
        self.language = None
        self._hidden = 0
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self._hidden += tag in ("style", "code")
        values = dict(attributes)
        if tag == "html":
            self.language = values.get("lang")
        self.lines += [values[name] or "" for name in ("placeholder", "aria-label", "title", "alt") if name in values]

    def handle_endtag(self, tag):
        self._hidden -= tag in ("style", "code")

    def handle_data(self, data):
        if not self._hidden:
            self.lines.append(data)


def english(lines: list[str]) -> list[str]:
    return [line.strip() for line in lines if ENGLISH.search(NO_PROSE.sub("·", line))]


QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|\((?:[^()]|\([^()]*\))*\)|\[Errno .*")
"""What strangers wrote, and what libraries say, stands so in a finding."""


def left_in_english(findings: list[Finding]) -> list[str]:
    """Return those findings that have an English sentence for a Chinese reader."""
    with speaking("zh_CN"):
        # Twice, as what stands in brackets may quote brackets that do not close.
        return english([QUOTED.sub("·", QUOTED.sub("·", finding.localized())) for finding in findings])
