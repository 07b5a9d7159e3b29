"""The S3 server of the tests keeps what object storage is relied on for; else tests against it would show little."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.servers.s3 import READER_KEY, READER_SECRET, S3Server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def client(s3_server) -> Iterator[Any]:
    client = s3_server.client()
    yield client
    client.close()


def sha256(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def refusal(error: pytest.ExceptionInfo[ClientError]) -> str:
    return error.value.response["Error"]["Code"]


def test_object_is_made_only_once(s3_server, client):
    bucket = s3_server.make_bucket()
    client.put_object(Bucket=bucket, Key="a", Body=b"first", IfNoneMatch="*")

    with pytest.raises(ClientError) as refused:
        client.put_object(Bucket=bucket, Key="a", Body=b"second", IfNoneMatch="*")

    assert refusal(refused) == "PreconditionFailed"
    assert client.get_object(Bucket=bucket, Key="a")["Body"].read() == b"first"


def test_object_with_another_checksum_is_refused(s3_server, client):
    bucket = s3_server.make_bucket()

    with pytest.raises(ClientError) as refused:
        client.put_object(Bucket=bucket, Key="a", Body=b"sent", ChecksumSHA256=sha256(b"meant"))

    assert refusal(refused) == "BadDigest"
    assert client.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_checksum_of_an_object_is_told(s3_server, client):
    bucket = s3_server.make_bucket()
    client.put_object(Bucket=bucket, Key="a", Body=b"sent", ChecksumSHA256=sha256(b"sent"))

    head = client.head_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")

    assert (head["ContentLength"], head["ChecksumSHA256"]) == (4, sha256(b"sent"))


def test_changed_object_is_not_what_was_asked_for(s3_server, client):
    bucket = s3_server.make_bucket()
    etag = client.put_object(Bucket=bucket, Key="a", Body=b"first")["ETag"]
    client.put_object(Bucket=bucket, Key="a", Body=b"second")

    with pytest.raises(ClientError) as refused:
        client.get_object(Bucket=bucket, Key="a", Range="bytes=0-2", IfMatch=etag)

    assert refusal(refused) == "PreconditionFailed"


def test_missing_bucket_is_not_made(s3_server, client):
    with pytest.raises(ClientError) as refused:
        client.put_object(Bucket="no-such-bucket", Key="a", Body=b"sent")

    assert refusal(refused) == "NoSuchBucket"


@pytest.mark.parametrize(
    ("key", "secret", "code"),
    [
        ("newsspider", "wrong", "SignatureDoesNotMatch"),
        ("nobody", "wrong", "InvalidAccessKeyId"),
        (READER_KEY, READER_SECRET, "AccessDenied"),
    ],
)
def test_who_may_not_write_is_refused(s3_server: S3Server, monkeypatch, key, secret, code):
    import boto3

    bucket = s3_server.make_bucket()
    for name, value in s3_server.environment(key, secret).items():
        monkeypatch.setenv(name, value)
    client = boto3.session.Session().client("s3")

    with pytest.raises(ClientError) as refused:
        client.put_object(Bucket=bucket, Key="a", Body=b"sent")

    client.close()
    assert refusal(refused) == code
