"""Writes a WACZ 1.1.1, member by member: https://specs.webrecorder.net/wacz/1.1.1/

Why not py-wacz, the reference: it has no place for other files, so the records and manifests would stay outside; it
signs through a signing server only; and it would index all again. A WACZ is a zip and two JSON files: what
is written here is held against ``wacz validate`` and ReplayWeb.page in the tests.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import struct
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from newsspider.packages import signature
from newsspider.text.escaping import as_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric import ec

WACZ_VERSION = "1.1.1"
_DATAPACKAGE = "datapackage.json"
_DIGEST = "datapackage-digest.json"
_SIGNATURE_VERSION = "0.1.0"
"""Of the standard for signatures."""


_NAME = re.compile(r"[a-z0-9._-]+")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9._-]+")
_KEPT = 100
"""Characters of a file's name that are kept in the name of a resource."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedFile:
    """A file in the package."""

    path: str
    size: int
    """Bytes, uncompressed."""
    sha256: str
    """Lower-case hex."""


def resource_names(members: Sequence[PackedFile]) -> list[str]:
    """Return a name for each, as Frictionless wants them: of small letters, digits, ``-``, ``_`` and ``.``, each once.

    It is the file's own where that will do; else what can be kept of it, after a digest of the path, so that it stays
    the same whatever else is in a package.

    >>> resource_names([PackedFile(path=f"archive/{name}", size=0, sha256="") for name in ("A.warc.gz", "a~b.warc.gz")])
    ['a.warc.gz', '78ab0089-a-b.warc.gz']
    """
    names: dict[str, None] = {}
    for member in members:
        own = member.path.rpartition("/")[2].lower()
        if not _NAME.fullmatch(own) or own in names:
            kept = _NOT_IN_NAMES.sub("-", own).strip("-.")[:_KEPT]
            own = f"{hashlib.sha256(member.path.encode()).hexdigest()[:8]}-{kept}"
        names[own] = None
    return list(names)


class PackageWriter:
    """A package while it is written; a context manager, that completes it when all went well."""

    def __init__(self, file: IO[bytes], created: datetime, software: str) -> None:
        """*file* can be sought in and is closed by others; *created* is UTC."""
        self._zip = zipfile.ZipFile(file, "w")
        self._moment = created.timetuple()[:6]
        # The time once more, as Unix writes it. Without any extra field in the zip's directory ReplayWeb.page takes it
        # that there is none before the file either, and there is: the size, in 64 bits since it may turn out large.
        self._extra = struct.pack("<HHBI", 0x5455, 5, 1, int(created.timestamp()) & 0xFFFFFFFF)
        self._created = f"{created:%Y-%m-%dT%H:%M:%SZ}"
        self._software = software
        self.members: list[PackedFile] = []

    def add(self, path: str, pieces: Iterable[bytes], *, deflate: bool = False) -> PackedFile:
        """Add a file of unknown length. Stored as it is it can be read in place, so *deflate* is for text only."""
        info = zipfile.ZipInfo(path, self._moment)
        info.compress_type = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
        info.external_attr = 0o644 << 16
        info.extra = self._extra
        size, sha256 = 0, hashlib.sha256()
        with self._zip.open(info, "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece)
                sha256.update(piece)
                size += len(piece)
        added = PackedFile(path=path, size=size, sha256=sha256.hexdigest())
        self.members.append(added)
        return added

    def finish(self, about: Mapping[str, Any], key: ec.EllipticCurvePrivateKey | None) -> None:
        """Write what the package is made of, signed if there is a key; *about* are further fields of that."""
        datapackage = {
            "profile": "data-package",
            "wacz_version": WACZ_VERSION,
            **about,
            "created": self._created,
            "software": self._software,
            "resources": [
                {
                    "name": name,
                    "path": member.path,
                    "type": "file",  # or Frictionless guesses by a word in it that a manifest is one of its reports
                    "hash": f"sha256:{member.sha256}",
                    "bytes": member.size,
                }
                for name, member in zip(resource_names(self.members), self.members, strict=True)
            ],
        }
        digest = f"sha256:{self.add(_DATAPACKAGE, [_as_json(datapackage)], deflate=True).sha256}"
        said: dict[str, Any] = {"path": _DATAPACKAGE, "hash": digest}
        if key is not None:
            said["signedData"] = {
                "hash": digest,
                "created": self._created,
                "software": self._software,
                "version": _SIGNATURE_VERSION,
                "signature": signature.sign(key, digest),
                "publicKey": signature.public_key(key),
            }
        self.add(_DIGEST, [_as_json(said)], deflate=True)
        self._zip.close()

    def __enter__(self) -> PackageWriter:
        return self

    def __exit__(self, *exception: object) -> None:
        # Unfinished it ends as it is, which may fail for the reason that it was not finished.
        with contextlib.suppress(OSError, ValueError):
            self._zip.close()


def _as_json(value: Mapping[str, Any]) -> bytes:
    return as_json(value, indent=1).encode() + b"\n"
