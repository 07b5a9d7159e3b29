"""The file of a key to sign with: PEM (PKCS #8), ECDSA on P-384, readable by its owner only, never overwritten."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from newsspider.durable import sync_directory
from newsspider.errors import NewsspiderError
from newsspider.packages.signature import new_private_key
from newsspider.text.message import message
from newsspider.text.system import reason_of

if TYPE_CHECKING:
    from pathlib import Path

_MAX_SIZE = 1 << 16


class KeyFileError(NewsspiderError):
    """A key cannot be read, or not be written; the message never holds any of it."""


def _unwritten(path: Path, error: OSError) -> KeyFileError:
    return KeyFileError(
        message("%(path)s: the key cannot be written (%(error)s). Give another file", path=path, error=reason_of(error))
    )


def make_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Make a key and write it to *path*, which must not exist."""
    key = new_private_key()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyFileError(
            f"{path} exists already, and a key is never overwritten: what it signed could not be signed again. "
            "Give another file"
        ) from error
    except OSError as error:
        raise _unwritten(path, error) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        sync_directory(path.absolute().parent)
    except OSError as error:
        path.unlink()
        raise _unwritten(path, error) from error
    return key


def read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Read a key; KeyFileError for one that others can read, or that is of another kind."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            pem = file.read(_MAX_SIZE)
    except OSError as error:
        raise KeyFileError(
            message(
                "%(path)s: the key cannot be read (%(error)s). Make one with: scrapy pack --new-key %(path)s",
                path=path, error=reason_of(error),
            )
        ) from error  # fmt: skip
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileError(
            f"{path} can be read or changed by others (mode {mode:o}), so nobody has to believe what it signs. "
            f"If no one has had it: chmod 600 {path}; else make another with: scrapy pack --new-key FILE"
        )
    try:
        key = load_pem_private_key(pem, password=None)
    except TypeError as error:
        raise KeyFileError(f"{path}: the key is encrypted with a password, and only plain ones are read") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyFileError(
            f"{path}: not a private key in PEM form. Make one with: scrapy pack --new-key FILE"
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP384R1):
        raise KeyFileError(
            f"{path}: a key of another kind; a package is signed by ECDSA on the curve P-384. "
            "Make one with: scrapy pack --new-key FILE"
        )
    return key
