"""``datapackage.json``: the list of a package's files with their digests, the digest of that list, the signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson

from newsspider.collection.wacz import DATAPACKAGE, WaczError
from newsspider.packages.signature import SignatureFormError, fingerprint, is_signed
from newsspider.proof.digests import DigestFormError, Labelled
from newsspider.proof.findings import Place
from newsspider.proof.misfit import misfit
from newsspider.text.escaping import quoted
from newsspider.text.message import message, message_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsspider.collection.wacz import Wacz
    from newsspider.proof.findings import Report
    from newsspider.text.message import Message

DIGEST = "datapackage-digest.json"
_OUR_SOFTWARE = "newsspider "
_MAX_SIZE = 1 << 28
"""Bytes of either file; a line of 200 for each file in the package."""

_DATAPACKAGE = jsonschema_rs.Draft202012Validator(
    {
        "type": "object",
        "properties": {
            "resources": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "path": {"type": "string"},
                        "hash": {"type": "string"},
                        "bytes": {"type": "integer"},
                    },
                    "required": ["path", "hash", "bytes"],
                },
            },
            "software": {"type": "string"},
        },
        "required": ["resources"],
    }
)
_DIGEST = jsonschema_rs.Draft202012Validator(
    {
        "type": "object",
        "properties": {
            "path": {"const": DATAPACKAGE},
            "hash": {"type": "string"},
            "signedData": {
                "type": "object",
                "properties": {
                    name: {"type": "string"} for name in ("hash", "created", "software", "signature", "publicKey")
                },
                "required": ["hash", "signature"],
            },
        },
        "required": ["path", "hash"],
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A file as the list has it."""

    size: int
    """Bytes, unpacked."""
    digest: Labelled | None
    """None when it cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Datapackage:
    """The findings in the two files."""

    resources: dict[str, Resource]
    """By path."""
    signer: str | None
    """Fingerprint of the key that signed it; None when nobody did, or not rightly."""


class _UnreadableError(Exception):
    """Told already."""


def check_datapackage(wacz: Wacz, name: Callable[[str], str], report: Report) -> Datapackage | None:
    """Check the two files; return what they say, None when there is no list that can be read.

    *name* says what a file in the package is called in messages.
    """
    return _Check(wacz, name, report).check()


class _Check:
    def __init__(self, wacz: Wacz, name: Callable[[str], str], report: Report) -> None:
        self._wacz = wacz
        self._name = name
        self._report = report

    def check(self) -> Datapackage | None:
        try:
            data = self._read(DATAPACKAGE)
            said = self._parsed(DATAPACKAGE, data, _DATAPACKAGE)
        except _UnreadableError:
            return None
        return Datapackage(resources=self._resources(said), signer=self._signer(said, data))

    def _place(self, member: str) -> Place:
        return Place(self._name(member))

    def _fault(self, kind: str, member: str, problem: Message) -> None:
        self._report.fault(kind, self._place(member), problem)

    def _read(self, member: str) -> bytes:
        if member not in self._wacz.paths():
            self._fault("package", member, message("there is no such file in the package"))
            raise _UnreadableError
        try:
            return self._wacz.read(member, _MAX_SIZE)
        except WaczError as error:
            self._fault("package", member, error.said)
            raise _UnreadableError from error

    def _parsed(self, member: str, data: bytes, validator: jsonschema_rs.Draft202012Validator) -> dict[str, Any]:
        try:
            said: dict[str, Any] = orjson.loads(data)
            validator.validate(said)
        except orjson.JSONDecodeError as error:
            self._fault("package", member, message("not JSON: %(error)s", error=error))
            raise _UnreadableError from error
        except jsonschema_rs.ValidationError as error:
            self._fault("package", member, misfit(error))
            raise _UnreadableError from error
        return said

    def _resources(self, said: dict[str, Any]) -> dict[str, Resource]:
        resources: dict[str, Resource] = {}
        for each in said["resources"]:
            path, digest = each["path"], None
            if path in resources:
                self._fault("package", DATAPACKAGE, message("%(path)s is listed twice", path=path))
            try:
                digest = Labelled(each["hash"])
            except DigestFormError as error:
                self._fault("package", DATAPACKAGE, message("%(path)s: %(problem)s", path=path, problem=error))
            resources[path] = Resource(size=each["bytes"], digest=digest)
        return resources

    def _signer(self, datapackage: dict[str, Any], data: bytes) -> str | None:
        """Check the digest of the list, and its signature; return who signed it."""
        ours = datapackage.get("software", "").startswith(_OUR_SOFTWARE)
        if DIGEST not in self._wacz.paths():
            tell = self._report.fault if ours else self._report.warn  # the standard says: should
            tell("package", self._place(DIGEST), message("there is no such file, so nothing holds datapackage.json"))
            return None
        try:
            said = self._parsed(DIGEST, self._read(DIGEST), _DIGEST)
            digest = Labelled(said["hash"])
        except _UnreadableError:
            return None
        except DigestFormError as error:
            self._fault("package", DIGEST, message_of(error))
            return None
        there = digest.new()
        there.update(data)
        if not digest.matches(there.digest()):
            problem = message(
                "its digest is %(digest)s, and %(list)s says %(stated)s",
                digest=digest.written(there.digest()), list=DIGEST, stated=digest.text,
            )  # fmt: skip
            self._fault("package", DATAPACKAGE, problem)
        if (signed := said.get("signedData")) is None:
            return None
        self._report.counts["signatures"] += 1
        return self._checked(signed, said["hash"], datapackage)

    def _checked(self, signed: dict[str, Any], digest: str, datapackage: dict[str, Any]) -> str | None:
        """Check an anonymous signature; return the fingerprint of the key when it holds."""
        if "publicKey" not in signed:
            problem = message(
                "a signature of an unknown kind, which cannot be checked here; try: wacz validate --verify-auth"
            )
            if "domainCert" in signed:
                problem = message(
                    "a signature by a domain's certificate, which cannot be checked here; "
                    "try: wacz validate --verify-auth"
                )
            self._fault("signature", DIGEST, problem)
            return None
        if signed["hash"] != digest:
            problem = message(
                "what was signed is %(signed)s, and the digest of the list is %(digest)s",
                signed=signed["hash"], digest=digest,
            )  # fmt: skip
            self._fault("signature", DIGEST, problem)
            return None
        for name in ("created", "software"):  # no signature covers these here, but those in the list
            if (here := signed.get(name)) != (there := datapackage.get(name)):
                problem = message(
                    "%(field)s is %(here)s, and %(list)s says %(there)s",
                    field=name, here=quoted(here), list=DATAPACKAGE, there=quoted(there),
                )  # fmt: skip
                self._fault("signature", DIGEST, problem)
        try:
            if is_signed(digest, signed["signature"], signed["publicKey"]):
                return fingerprint(signed["publicKey"])
            self._fault("signature", DIGEST, message("the signature is not of this package by this key"))
        except SignatureFormError as error:
            self._fault("signature", DIGEST, message_of(error))
        return None
