"""The anonymous signature of a WACZ: ECDSA over P-384 with SHA-256, as browsers' Web Crypto API writes it.

The standard (https://specs.webrecorder.net/wacz-auth/0.1.0/) names the fields and leaves the form of key and signature
open. ArchiveWeb.page makes them, and ReplayWeb.page checks them, in this form: what is signed is the text of the hash,
``sha256:`` and 64 hexadecimal digits; the key is a SubjectPublicKeyInfo (RFC 5280), the signature the two numbers one
after the other (IEEE P1363), 48 bytes each; both in Base64.

Such a signature proves that whoever had the key signed this, and not who that is: a key is known by its fingerprint,
which has to come by another way.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from newsspider.errors import NewsspiderError
from newsspider.text.amounts import bytes_of
from newsspider.text.escaping import quoted
from newsspider.text.message import message

_NUMBER_SIZE = 48
"""Bytes of one of the two numbers of a signature."""
_ALGORITHM = ec.ECDSA(hashes.SHA256())


class SignatureFormError(NewsspiderError, ValueError):
    """A key or a signature is not of the form described above."""


def new_private_key() -> ec.EllipticCurvePrivateKey:
    """Make a key to sign with."""
    return ec.generate_private_key(ec.SECP384R1())


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """Return the public half, as a package holds it."""
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(spki).decode()


def fingerprint(public: str) -> str:
    """Return what a key is known by: the SHA-256 of its SubjectPublicKeyInfo, in hex. SignatureFormError."""
    return hashlib.sha256(_decoded(public)).hexdigest()


def sign(key: ec.EllipticCurvePrivateKey, text: str) -> str:
    """Sign *text*."""
    numbers = decode_dss_signature(key.sign(text.encode(), _ALGORITHM))
    return base64.b64encode(b"".join(number.to_bytes(_NUMBER_SIZE, "big") for number in numbers)).decode()


def is_signed(text: str, signature: str, public: str) -> bool:
    """Tell whether *signature* is of *text*, by that key. SignatureFormError when either cannot be read."""
    try:
        key = load_der_public_key(_decoded(public))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SignatureFormError(message("the public key cannot be read (%(error)s)", error=error)) from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP384R1):
        raise SignatureFormError(message("the public key is none of the curve P-384"))
    numbers = _decoded(signature)
    if len(numbers) != 2 * _NUMBER_SIZE:
        size = bytes_of(len(numbers))
        raise SignatureFormError(message("the signature has %(size)s and not %(own)s", size=size, own=2 * _NUMBER_SIZE))
    r, s = (int.from_bytes(half, "big") for half in (numbers[:_NUMBER_SIZE], numbers[_NUMBER_SIZE:]))
    try:
        key.verify(encode_dss_signature(r, s), text.encode(), _ALGORITHM)
    except InvalidSignature:
        return False
    return True


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise SignatureFormError(message("not Base64: %(text)s", text=quoted(text))) from error
