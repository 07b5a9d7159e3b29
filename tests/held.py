"""Object storage in this process, as S3 describes it, for quick tests; ``test_held.py`` holds it to a real one.

What no store can be asked for, such as an answer that breaks off, is done when a test asks for it.
"""

from __future__ import annotations

import base64
import hashlib
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newsspider.collection import objects
from newsspider.collection.objects import ObjectPath, path_of

if TYPE_CHECKING:
    import pytest

try:
    from botocore import exceptions
except ImportError:  # the extra s3 is not installed, and whoever needs this is skipped
    exceptions = None  # type: ignore[assignment]  # elsewhere a module, and asked for nothing here


class Held:
    """A store of one bucket, ``bucket``, as boto3's client shows it: it lists four keys at a time."""

    exceptions: Any = exceptions

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.stated: dict[str, dict[str, Any]] = {}
        """What is kept with an object: its checksum as S3 states it, and metadata."""
        self.begun: dict[str, dict[str, Any]] = {}
        """Uploads in parts that are neither complete nor aborted."""
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.cut = 0
        """How many answers to come lack their last byte."""
        self.lacking: list[str] = []
        """What answers to come lack, one each."""

    def put(self, key: str, data: bytes) -> ObjectPath:
        self.objects[key] = data
        self.stated.pop(key, None)
        return self.path(key)

    @classmethod
    def in_place_of_a_store(cls, monkeypatch: pytest.MonkeyPatch) -> Held:
        made = cls()
        monkeypatch.setattr(objects, "client", lambda: made)
        monkeypatch.setattr(objects, "sleep", lambda seconds: None)
        return made

    @staticmethod
    def path(key: str = "") -> ObjectPath:
        path = path_of(f"s3://bucket/{key}")
        assert isinstance(path, ObjectPath)
        return path

    def list_objects_v2(self, **request: Any) -> dict[str, Any]:
        assert request.pop("Bucket") == "bucket"
        self.asked.append(("list", request))
        prefix, delimiter = request["Prefix"], request.get("Delimiter", "")
        entries: dict[str, bool] = {}
        for key in sorted(self.objects, key=str.encode):
            if key.startswith(prefix):
                head, found, _ = key[len(prefix) :].partition(delimiter) if delimiter else (key, "", "")
                entries[prefix + head + found if found else key] = bool(found)
        left = [each for each in entries.items() if each[0] > request.get("ContinuationToken", "")]
        page = left[: request.get("MaxKeys", 4)]
        answer: dict[str, Any] = {"IsTruncated": len(left) > len(page)}
        if answer["IsTruncated"]:
            answer["NextContinuationToken"] = page[-1][0]
        if keys := [key for key, common in page if not common]:
            answer["Contents"] = [{"Key": k, "Size": len(self.objects[k]), "ETag": self.etag(k)} for k in keys]
        if prefixes := [{"Prefix": key} for key, common in page if common]:
            answer["CommonPrefixes"] = prefixes
        return self._given(answer)

    def get_object(self, **request: Any) -> dict[str, Any]:
        assert request.pop("Bucket") == "bucket"
        self.asked.append(("get", request))
        key = request["Key"]
        if key not in self.objects:
            raise self.refusal("NoSuchKey", 404)
        if request.get("IfMatch") not in (None, self.etag(key)):
            raise self.refusal("PreconditionFailed", 412)
        data = self.objects[key]
        first, last = map(int, request["Range"].removeprefix("bytes=").split("-"))
        if first >= len(data):
            raise self.refusal("InvalidRange", 416)
        body = data[first : last + 1]
        given = f"bytes {first}-{first + len(body) - 1}/{len(data)}"
        if self.cut:
            self.cut -= 1
            body = body[:-1]
        return self._given({"Body": io.BytesIO(body), "ContentRange": given, "ETag": self.etag(key)})

    def put_object(self, **request: Any) -> dict[str, Any]:
        assert request.pop("Bucket") == "bucket"
        self.asked.append(("put", request))
        key, data = request["Key"], request["Body"]
        self._allow(key, request)
        if request["ChecksumSHA256"] != _base64(data):
            raise self.refusal("BadDigest", 400)
        self._keep(key, data, request["ChecksumSHA256"], request.get("Metadata", {}))
        return self._given({"ETag": self.etag(key), "ChecksumSHA256": request["ChecksumSHA256"]})

    def head_object(self, **request: Any) -> dict[str, Any]:
        assert request.pop("Bucket") == "bucket"
        assert request["ChecksumMode"] == "ENABLED"
        self.asked.append(("head", request))
        key = request["Key"]
        if key not in self.objects:
            raise self.refusal("404", 404)
        size = len(self.objects[key])
        return self._given({"ContentLength": size, "ETag": self.etag(key), "Metadata": {}, **self.stated.get(key, {})})

    def create_multipart_upload(self, **request: Any) -> dict[str, Any]:
        assert request["ChecksumAlgorithm"] == "SHA256"
        self.asked.append(("create", request))
        name = f"upload-{len(self.asked)}"
        self.begun[name] = {**request, "Initiated": datetime.now(UTC), "Parts": {}}
        return {"UploadId": name}

    def upload_part(self, **request: Any) -> dict[str, Any]:
        self.asked.append(("part", request))
        data = request["Body"]
        if request["ChecksumSHA256"] != _base64(data):
            raise self.refusal("BadDigest", 400)
        self.begun[request["UploadId"]]["Parts"][request["PartNumber"]] = data
        return {"ETag": f"part-{request['PartNumber']}"}

    def complete_multipart_upload(self, **request: Any) -> dict[str, Any]:
        self.asked.append(("complete", request))
        key = request["Key"]
        self._allow(key, request)
        begun = self.begun.pop(request["UploadId"])
        numbers = [part["PartNumber"] for part in request["MultipartUpload"]["Parts"]]
        assert numbers == sorted(begun["Parts"]) == list(range(1, len(numbers) + 1))
        parts = [begun["Parts"][number] for number in numbers]
        of_parts = b"".join(hashlib.sha256(part).digest() for part in parts)
        self._keep(key, b"".join(parts), f"{_base64(of_parts)}-{len(parts)}", begun["Metadata"])
        return {}

    def abort_multipart_upload(self, **request: Any) -> dict[str, Any]:
        self.asked.append(("abort", request))
        del self.begun[request["UploadId"]]
        return {}

    def list_multipart_uploads(self, **request: Any) -> dict[str, Any]:
        begun = [
            {"Key": each["Key"], "UploadId": name, "Initiated": each["Initiated"]}
            for name, each in self.begun.items()
            if each["Key"].startswith(request["Prefix"])
        ]
        return {"Uploads": begun} if begun else {}

    def _keep(self, key: str, data: bytes, checksum: str, metadata: dict[str, str]) -> None:
        self.objects[key] = data
        self.stated[key] = {"ChecksumSHA256": checksum, "Metadata": metadata}

    def _allow(self, key: str, request: dict[str, Any]) -> None:
        """Hold a write to its condition."""
        taken = "IfNoneMatch" in request and key in self.objects
        other = "IfMatch" in request and (key not in self.objects or request["IfMatch"] != self.etag(key))
        if taken or other:
            raise self.refusal("PreconditionFailed", 412)

    def etag(self, key: str) -> str:
        return f'"{hashlib.md5(self.objects[key]).hexdigest()}"'

    def _given(self, answer: dict[str, Any]) -> dict[str, Any]:
        if self.lacking:
            del answer[self.lacking.pop()]
        return answer

    @staticmethod
    def refusal(code: str, status: int) -> Exception:
        said = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
        error: Exception = exceptions.ClientError(said, "GetObject")
        return error


def _base64(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()
