"""The address at which a capture is replayed: pywb's ``/COLLECTION/TIMESTAMP/URL``."""

from __future__ import annotations

from urllib.parse import quote

PORT = 8080
"""Of ``scrapy replay``, where no other is named."""

AS_IT_IS = "/:?&=%;,@!$~*+()[]"
"""What is not escaped of an address that becomes the end of one of ours."""


def replayed_at(collection: str, captured: str, url: str) -> str:
    """Return the path of a capture: 14 digits, or ``*`` for all. The address stays as it is, but for what would end it.

    >>> replayed_at("demo", "20260130080000", 'https://a.example/?a="&b=%20#c')
    '/demo/20260130080000/https://a.example/?a=%22&b=%20%23c'
    """
    return f"/{quote(collection)}/{captured}/{quote(url, safe=AS_IT_IS)}"
