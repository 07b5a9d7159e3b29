"""A certificate for the demo site's names, made at start and kept nowhere."""

from __future__ import annotations

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

if TYPE_CHECKING:
    from collections.abc import Iterable


def server_context(hosts: Iterable[str], *, valid_for: timedelta = timedelta(days=2)) -> ssl.SSLContext:
    """TLS for a server of those names, signed by itself: no client trusts it without being asked to.

    *valid_for* is counted from now; within the last hour if it is negative: such a certificate has expired.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # load_cert_chain() takes files only; this one is readable by its owner alone, and gone when it is read.
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(_self_signed(list(hosts), valid_for))
        file.flush()
        context.load_cert_chain(Path(file.name))
    return context


def _self_signed(hosts: list[str], valid_for: timedelta) -> bytes:
    """A private key and its certificate, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, hosts[0])])
    names = [x509.DNSName(host) for host in hosts]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + valid_for)
        .add_extension(x509.SubjectAlternativeName([*names, x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)
