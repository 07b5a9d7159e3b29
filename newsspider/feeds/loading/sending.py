"""One file to object storage: complete or absent there, over nothing that is there, and held against its SHA-256.

S3 takes the SHA-256 of what is sent at once, and refuses anything else. What is sent in parts it knows only by the
SHA-256 of the SHA-256 of its parts, so the file's own goes along as metadata (``sha256``).
"""

from __future__ import annotations

import base64
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsspider.collection.objects import ObjectChangedError, ObjectStoreError, asked, whole
from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import IO

    from newsspider.collection.objects import ObjectPath

PART_SIZE = 16 << 20
"""Bytes sent at once; what is larger goes in parts."""

_MAX_PARTS = 10_000
"""Of S3."""

_CHUNK = 1 << 20


class SendError(NewsspiderError):
    """An object is not what was to be there."""

    exit_code = 4


@dataclass(frozen=True, slots=True)
class Digest:
    """The digests of a file, in the forms of S3 and of a manifest."""

    size: int
    sha256: str
    """Of its bytes, lower-case hex."""
    parts: tuple[bytes, ...]
    """SHA-256 of each part that it is sent in; one of a file that is sent at once."""

    @property
    def checksum(self) -> str:
        """As S3 states it of the object."""
        if len(self.parts) == 1:
            return _base64(self.parts[0])
        return f"{_base64(hashlib.sha256(b''.join(self.parts)).digest())}-{len(self.parts)}"


def part_size(size: int) -> int:
    """Return the bytes of each part of a file.

    >>> part_size(1 << 30) == PART_SIZE, -(-(1 << 40) // part_size(1 << 40))
    (True, 10000)
    """
    return max(PART_SIZE, -(-size // _MAX_PARTS))


def digest_of(path: Path, advance: Callable[[int], None] = lambda size: None) -> Digest:
    """Read a file; *advance* takes the bytes that are read. OSError."""
    size = path.stat().st_size
    whole, done = hashlib.sha256(), 0
    parts: list[bytes] = []
    with path.open("rb") as file:
        while not parts or done < size:
            part, left = hashlib.sha256(), part_size(size)
            while left and (data := file.read(min(left, _CHUNK))):
                whole.update(data)
                part.update(data)
                left -= len(data)
                done += len(data)
                advance(len(data))
            parts.append(part.digest())
            if left:
                break
    return Digest(done, whole.hexdigest(), tuple(parts))


def holds(target: ObjectPath, sha256: str) -> bool:
    """Tell if an object has this SHA-256, which the store states or is read. FileNotFoundError, ObjectStoreError."""

    def has_it() -> bool:
        head = _head(target)
        checksum = head.get("ChecksumSHA256", "-")
        if "-" not in checksum:
            return bool(checksum == _base64(bytes.fromhex(sha256)))
        return (head["Metadata"].get("sha256") or digest_of(target).sha256) == sha256

    return _twice(has_it)


def put(path: Path, target: ObjectPath, digest: Digest, *, over: str | None = None) -> str:
    """Do what ``send`` does; return the ETag. A store that says in its answer what it has is not asked again."""
    if len(digest.parts) > 1:
        send(path, target, digest, over=over)
        return str(_head(target)["ETag"])
    condition = {"IfNoneMatch": "*"} if over is None else {"IfMatch": over}
    try:
        with path.open("rb") as file:
            answer = _send_whole(file, target, digest, condition)
    except ObjectChangedError:
        head = _head(target)  # as well after an answer that was lost
        if not holds(target, digest.sha256):
            raise
        return str(head["ETag"])
    if answer.get("ChecksumSHA256") != digest.checksum:
        _prove(target, digest)
    return str(answer["ETag"])


def send(
    path: Path,
    target: ObjectPath,
    digest: Digest,
    advance: Callable[[int], None] = lambda size: None,
    *,
    over: str | None = None,
) -> None:
    """Make *target* what *path* is, if there is no object; or only over the one whose ETag is *over*.

    ObjectChangedError where it is otherwise, ObjectStoreError, SendError, OSError.
    """
    condition = {"IfNoneMatch": "*"} if over is None else {"IfMatch": over}
    try:
        with path.open("rb") as file:
            if len(digest.parts) == 1:
                _send_whole(file, target, digest, condition)
                advance(digest.size)
            else:
                _send_parts(file, target, digest, condition, advance)
    except ObjectChangedError:
        # As well after an answer that was lost: what was sent first is what is there.
        if over is not None or not holds(target, digest.sha256):
            raise
    _prove(target, digest)


def _send_whole(file: IO[bytes], target: ObjectPath, digest: Digest, condition: Mapping[str, str]) -> Any:
    return _ask(
        target, "put_object", "ETag", Body=file.read(), ChecksumSHA256=digest.checksum,
        Metadata={"sha256": digest.sha256}, **condition,
    )  # fmt: skip


def _send_parts(
    file: IO[bytes], target: ObjectPath, digest: Digest, condition: Mapping[str, str], advance: Callable[[int], None]
) -> None:
    metadata = {"sha256": digest.sha256}
    begun = _ask(target, "create_multipart_upload", "UploadId", ChecksumAlgorithm="SHA256", Metadata=metadata)
    upload = {"UploadId": begun["UploadId"]}
    sent: list[dict[str, Any]] = []
    try:
        for number, sha256 in enumerate(digest.parts, start=1):
            part = {"PartNumber": number, "ChecksumSHA256": _base64(sha256)}
            data = file.read(part_size(digest.size))
            answer = _ask(target, "upload_part", "ETag", Body=data, **part, **upload)
            sent.append(part | {"ETag": answer["ETag"]})
            advance(len(data))
        _ask(target, "complete_multipart_upload", MultipartUpload={"Parts": sent}, **upload, **condition)
    except BaseException:
        with suppress(ObjectStoreError, FileNotFoundError):  # there is nothing to take back, or no way to
            _ask(target, "abort_multipart_upload", **upload)
        raise


def _prove(target: ObjectPath, digest: Digest) -> None:
    """Raise SendError if the object is not what was sent; if the store states no checksum, the object is read."""

    def is_proven() -> bool:
        head = _head(target)
        checksum = head.get("ChecksumSHA256")
        proven = checksum == digest.checksum if checksum else digest_of(target).sha256 == digest.sha256
        return bool(proven and head["ContentLength"] == digest.size)

    if not _twice(is_proven):
        raise SendError(f"{target}: the store holds something else than was sent; remove it there, and run again")


def _twice(ask: Callable[[], bool]) -> bool:
    """Ask again before a no is believed: an answer to HEAD that broke off may say anything, but not what is right."""
    return ask() or ask()


def _head(target: ObjectPath) -> Any:
    return _ask(target, "head_object", "ContentLength", "ETag", "Metadata", ChecksumMode="ENABLED")


def _ask(target: ObjectPath, operation: str, *needed: str, **request: Any) -> Any:
    """Return the answer, which has what is *needed*."""
    place = {"Bucket": target.bucket, "Key": target.key}
    return asked(target, lambda s3: whole(getattr(s3, operation)(**place, **request), *needed))


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
