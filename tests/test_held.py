"""What stands for a store in quick tests answers as a real one does, wherever a real one can be asked."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from newsspider.collection import objects
from tests.held import Held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stores import Store

exceptions = pytest.importorskip("botocore.exceptions", reason="the extra s3 is not installed")

DATA, OTHER = b"0123456789", b"another one"
PARTS = [b"5" * (5 << 20), b"the rest"]  # only the last may be smaller


def checksum(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def answers(client: Any, bucket: str, root: str) -> Iterator[tuple[str, Any]]:
    """Ask all that the program asks of a store, and yield what matters to it."""

    def asked(operation: str, **request: Any) -> Any:
        try:
            return getattr(client, operation)(Bucket=bucket, **request)
        except exceptions.ClientError as error:
            return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]

    def put(key: str, data: bytes, **condition: str) -> Any:
        return asked("put_object", Key=root + key, Body=data, ChecksumSHA256=checksum(data), **condition)

    def listed(**request: Any) -> Any:
        page = asked("list_objects_v2", Prefix=root, **request)
        return {
            "keys": [(each["Key"].removeprefix(root), each["Size"]) for each in page.get("Contents", ())],
            "directories": [each["Prefix"].removeprefix(root) for each in page.get("CommonPrefixes", ())],
            "more": page["IsTruncated"],
        }

    made = put("d/x", DATA, IfNoneMatch="*")
    etag = made["ETag"]
    yield "made", made["ChecksumSHA256"]
    yield "made again", put("d/x", OTHER, IfNoneMatch="*")
    yield "replaced, where it is another", put("d/x", OTHER, IfMatch='"0123456789abcdef0123456789abcdef"')
    yield "replaced", put("d/x", DATA, IfMatch=etag)["ETag"] == etag
    for name in ("range", "to the end"):
        got = asked("get_object", Key=f"{root}d/x", Range="bytes=2-4" if name == "range" else "bytes=7-99")
        yield name, (got["Body"].read(), got["ContentRange"], got["ETag"] == etag)
    yield "behind the end", asked("get_object", Key=f"{root}d/x", Range="bytes=10-12")
    yield "of another version", asked("get_object", Key=f"{root}d/x", Range="bytes=0-1", IfMatch='"0"')
    yield "none", asked("get_object", Key=f"{root}none", Range="bytes=0-1")
    yield "head of none", asked("head_object", Key=f"{root}none", ChecksumMode="ENABLED")
    head = asked("head_object", Key=f"{root}d/x", ChecksumMode="ENABLED")
    yield "head", (head["ContentLength"], head["ETag"] == etag, head["ChecksumSHA256"], head["Metadata"])
    # Not "d-": SeaweedFS lists it behind what is in d, S3 before it, by bytes.
    for key in ("d/y", "e", "é", "f/g/h"):
        put(key, OTHER)
    yield "list", listed(MaxKeys=1000)
    yield "directories", listed(Delimiter="/", MaxKeys=1000)
    yield "beginning", listed(MaxKeys=2)
    begun = asked("create_multipart_upload", Key=f"{root}large", ChecksumAlgorithm="SHA256", Metadata={"a": "b"})
    upload = begun["UploadId"]
    sent = [
        asked("upload_part", Key=f"{root}large", UploadId=upload, PartNumber=number, Body=part,
              ChecksumSHA256=checksum(part))
        for number, part in enumerate(PARTS, 1)
    ]  # fmt: skip
    pending = asked("list_multipart_uploads", Prefix=f"{root}large")
    yield "pending", [each["Key"].removeprefix(root) for each in pending.get("Uploads", ())]
    parts = [
        {"PartNumber": number, "ETag": each["ETag"], "ChecksumSHA256": checksum(part)}
        for number, (part, each) in enumerate(zip(PARTS, sent, strict=True), 1)
    ]
    asked("complete_multipart_upload", Key=f"{root}large", UploadId=upload, MultipartUpload={"Parts": parts})
    head = asked("head_object", Key=f"{root}large", ChecksumMode="ENABLED")
    yield "large", (head["ContentLength"], head["Metadata"], head["ChecksumSHA256"])


def test_what_stands_for_a_store_answers_as_one_does(store: Store) -> None:
    root = store.path()
    real = dict(answers(objects.client(), root.bucket, root.key))

    assert dict(answers(Held(), "bucket", "a/b/")) == real
