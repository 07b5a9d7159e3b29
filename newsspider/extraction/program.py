"""The identity of the program that makes records: the digest of all its lines."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import newsspider


@cache
def program_sha256() -> str:
    """Return the SHA-256 of the program's files, which is another after any change of a line."""
    digest = hashlib.sha256()
    package = Path(newsspider.__file__).parent
    for path in sorted(package.rglob("*.py")):
        digest.update(f"{path.relative_to(package)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
