"""The address at which a capture is replayed: pywb's ``/COLLECTION/TIMESTAMP/URL``."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

PORT = 8080
"""Of ``scrapy replay``, where no other is named."""

AS_IT_IS = "/:?&=%;,@!$~*+()[]"
"""What is not escaped of an address that becomes the end of one of ours."""


_TAKEN = ("go", "static")
"""What stands for something else at the beginning of an address."""


def replayed_as(collection: str) -> str:
    """Return what a collection or package is called in addresses: its name, or a digest of one that is not plain ASCII.

    Escaped, an address would be spelled in more than one way, and what is replayed there would depend on which.

    >>> replayed_as("demo"), replayed_as("新闻"), replayed_as(replayed_as("新闻"))
    ('demo', 'collection-d39567b2', 'collection-d39567b2')
    """
    if re.fullmatch(r"[A-Za-z0-9._-]+", collection) and collection not in _TAKEN:
        return collection
    return f"collection-{hashlib.sha256(collection.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"


def replayed_at(collection: str, captured: str, url: str) -> str:
    """Return the path of a capture: 14 digits, or ``*`` for all. The address stays as it is, but for what would end it.

    >>> replayed_at("demo", "20260130080000", 'https://a.example/?a="&b=%20#c')
    '/demo/20260130080000/https://a.example/?a=%22&b=%20%23c'
    """
    return f"/{replayed_as(collection)}/{captured}/{quote(url, safe=AS_IT_IS)}"
