"""axe-core: rules of accessibility (WCAG) that a machine can check, out of its npm package, checked by a pinned digest.

It is MPL and is part of nothing here; it is fetched for the tests only, by what ``FETCH`` says.
"""

from __future__ import annotations

import base64
import hashlib
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.browser import Browser

PACKAGE = Path(__file__).parent.parent.parent / "build" / "axe-core-4.14.1.tgz"
FETCH = "mkdir -p build && npm pack --pack-destination build axe-core@4.14.1"
_INTEGRITY = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
"""As a lock file of npm has it: SHA-512."""
_RUN = """
axe.run(document, {iframes: false, resultTypes: ["violations"]}).then(found => found.violations.flatMap(
    each => each.nodes.map(node => each.id + ": " + node.target.join(" ") + " " + node.html.slice(0, 120))))
"""


def script() -> str:
    data = PACKAGE.read_bytes()
    assert base64.b64encode(hashlib.sha512(data).digest()).decode() == _INTEGRITY, f"{PACKAGE} is another package"
    with tarfile.open(PACKAGE) as package:
        member = package.extractfile("package/axe.min.js")
        assert member is not None
        return member.read().decode()


def violations(browser: Browser, axe: str) -> list[str]:
    """Return what breaks a rule in the page that is open, replayed pages in it left out."""
    browser.evaluate(axe + "; 0")
    found: list[str] = browser.evaluate(_RUN)
    return found
