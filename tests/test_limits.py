"""The limits that docs/faults.md states are those of the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from newsspider.collection import wacz
from newsspider.crawl.extensions import errors
from newsspider.parsing import markup, page
from newsspider.text.escaping import MAX_SHOWN
from newsspider.warc import salvage
from newsspider.warc.codings import MAX_BODY
from newsspider.warc.http import MAX_HEAD

FAULTS = Path(__file__).parent.parent / "docs" / "faults.md"
LIMITS = {
    "markup of a page": [markup.MAX_MARKUP],
    "attributes in the long tags of a page": [markup._LONG, markup.MAX_ATTRIBUTES],
    "levels of elements": [256],  # of libxml2; the test below measures it
    "what a package (WACZ) unpacks to": [wacz.MAX_RATIO],
    "what a package takes on the disk": [wacz.MAX_DISK_RATIO, wacz.FREE_DISK, wacz.MAX_DISK],
    "the page of a record that `verify` makes again": [MAX_BODY + MAX_HEAD],
    "bytes read in vain in a damaged WARC file": [salvage.REREAD, salvage._FREE],
    "kinds of error that a manifest names": [errors._EXAMPLES, errors._MAX_URL, errors._MAX_SAID, errors._KINDS],
    "what a message quotes of a stranger": [MAX_SHOWN],
}


@pytest.mark.parametrize("what", LIMITS)
def test_stated_limit_is_the_program_s(what):
    (row,) = [line for line in FAULTS.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {what}")]
    numbers = [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", "|".join(row.split("|")[1:3]))]

    assert numbers == LIMITS[what]


def test_levels_of_elements_are_those_that_are_read():
    """Made up: one paragraph in more and more elements."""

    def read(levels: int) -> bool:
        around = levels - 3  # html, body and p
        nested = f"<html><body>{'<div>' * around}<p>The boat sails.</p>{'</div>' * around}</body></html>"
        return b"The boat sails." in etree.tostring(markup.read_html(nested.encode()))

    (bound,) = LIMITS["levels of elements"]
    assert (read(bound), read(bound + 1)) == (True, False)
    assert bound < page.MAX_DEPTH  # ours is for a libxml2 that goes further
