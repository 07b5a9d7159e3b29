"""Labelled digests as archives write them: ``sha1:`` or ``SHA-1:``, in Base32, hex or Base64, padded or not."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING

from newsspider.text.escaping import quoted

if TYPE_CHECKING:
    from typing import TypeAlias

    Digest: TypeAlias = tuple[str, bytes | str]
    """Algorithm, as hashlib calls it, and value; a value that cannot be read as it is written."""

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_BASE32 = [high + low for high in _ALPHABET for low in _ALPHABET]
"""Base32 (RFC 4648) of ten bits; base64.b32encode takes twice as long."""

_SHIFTS = tuple(range(150, -1, -10))

_SIZES = {"md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}


def sha1(data: bytes = b"") -> hashlib._Hash:
    """Start a digest; SHA-1 because every index and deduplicator in the field compares by it."""
    return hashlib.sha1(data, usedforsecurity=False)


def labelled(digest: bytes) -> str:
    """Write a SHA-1 as the field does: lower-case label, upper-case Base32.

    >>> labelled(sha1().digest())
    'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    """
    number = int.from_bytes(digest, "big")
    return "sha1:" + "".join([_BASE32[number >> shift & 0x3FF] for shift in _SHIFTS])


def digest_of(text: str | None) -> Digest | None:
    """Return algorithm and value of a labelled digest, both in one spelling; None where it has no label.

    >>> digest_of("SHA-1:3i42h3s6nnfq2msvx7xzkyayscx5qbyj") == digest_of("sha1:DA39A3EE5E6B4B0D3255BFEF9560"
    ...     "1890AFD80709")
    True
    >>> digest_of("sha1:?"), digest_of("?"), digest_of(None)
    (('sha1', '?'), None, None)
    """
    label, colon, value = (text or "").partition(":")
    if not colon:
        # Written without a label it can only be the field's usual one, if it is as long as that.
        return ("sha1", digest) if isinstance(digest := _spelled(label, "sha1"), bytes) else None
    algorithm = label.strip().lower().replace("-", "")
    return algorithm, _spelled(value, algorithm)


def _spelled(text: str, algorithm: str) -> bytes | str:
    text = text.strip().rstrip("=")
    try:
        return _value(text, _SIZES[algorithm])
    except (KeyError, ValueError):
        return text


def _value(text: str, size: int) -> bytes:
    """Read a digest of *size* bytes, recognised by its length; ValueError if it is not one."""
    if len(text) == 2 * size:
        return bytes.fromhex(text)
    if len(text) == -(-8 * size // 5):
        return base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    if len(text) == -(-8 * size // 6):
        return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    raise binascii.Error(f"no digest of {size} bytes: {quoted(text)}")
