"""What is wrong with object storage, by the errors that boto3 raises: what is told, and what is asked for again."""

from __future__ import annotations

import logging

import pytest

from newsspider.collection import objects
from newsspider.collection.objects import (
    AddressError,
    ObjectChangedError,
    ObjectPath,
    ObjectStoreError,
    asked,
    path_of,
    whole,
)

exceptions = pytest.importorskip("botocore.exceptions", reason="needs boto3 (extra s3)")
parsers = pytest.importorskip("botocore.parsers", reason="needs boto3 (extra s3)")


@pytest.fixture
def slept(monkeypatch) -> list[float]:
    """The seconds that are waited, at once."""
    seconds: list[float] = []
    monkeypatch.setattr(objects, "sleep", seconds.append)
    return seconds


def refusal(code: str, status: int, message: str = "no") -> Exception:
    said = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    error: Exception = exceptions.ClientError(said, "GetObject")
    return error


def ask(error: Exception, times: int = 99) -> tuple[object, int]:
    """What comes of a request that fails so many times and then succeeds, and how often it was made."""
    made = 0

    def get(_: object) -> str:
        nonlocal made
        made += 1
        if made <= times:
            raise error
        return "what was asked for"

    try:
        return asked("s3://b/x", get), made
    except (FileNotFoundError, ObjectStoreError) as told:
        return told, made


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (refusal("NoSuchBucket", 404), "there is no such bucket; see that the name"),
        (refusal("AccessDenied", 403), "access denied; the user needs s3:ListBucket"),
        (refusal("403", 403), "access denied; the user needs s3:ListBucket"),
        *(
            (refusal(code, 403), f"the store does not accept the credentials ({code})")
            for code in ("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken")
        ),
        (refusal("Odd", 400, "an odd one"), "the store refuses: an odd one (Odd)"),
        (refusal("Odd", 499, "at https://u:hunter2@h/"), "the store refuses: at https://"),
        (exceptions.NoCredentialsError(), "no credentials; give them as boto3 takes them"),
        (exceptions.PartialCredentialsError(provider="env", cred_var="x"), "no credentials; give them"),
        (exceptions.ProfileNotFound(profile="p"), "boto3 cannot work as its environment is: "),
        (exceptions.ParamValidationError(report="at https://u:hunter2@h/"), "boto3 cannot work as its environment is"),
    ],
)
def test_what_waiting_does_not_mend_is_told_at_once(slept, error, said):
    told, times = ask(error)

    assert isinstance(told, ObjectStoreError)
    assert (str(told).startswith(f"s3://b/x: {said}"), told.may_pass, times, slept) == (True, False, 1, [])
    assert "hunter2" not in str(told)
    assert told.__cause__ is error


@pytest.mark.parametrize(("code", "status"), [("NoSuchKey", 404), ("404", 404)])
def test_what_is_not_there_is_a_missing_file(slept, code, status):
    told, times = ask(refusal(code, status))

    assert isinstance(told, FileNotFoundError)
    assert (str(told), times, slept) == ("[Errno 2] there is no such object: 's3://b/x'", 1, [])


@pytest.mark.parametrize("code", ["PreconditionFailed", "412"])
def test_what_is_another_by_now_is_told_as_that(slept, code):
    told, times = ask(refusal(code, 412))

    assert isinstance(told, ObjectChangedError)
    assert (told.may_pass, times, slept) == (False, 1, [])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        *((refusal("Odd", status), "the store refuses: no (Odd)") for status in (500, 503, 599, 409, 429)),
        (refusal("AccessDenied", 503), "access denied"),
        (exceptions.EndpointConnectionError(endpoint_url="http://h"), "the store cannot be reached ("),
        (exceptions.ConnectTimeoutError(endpoint_url="http://h"), "the store cannot be reached ("),
        (exceptions.ReadTimeoutError(endpoint_url="http://h"), "the store cannot be reached ("),
        (exceptions.HTTPClientError(error="x"), "the store cannot be reached ("),
        (exceptions.IncompleteReadError(actual_bytes=1, expected_bytes=2), "the store cannot be reached ("),
        (parsers.ResponseParserError("x"), "the answer of the store is not complete; run again"),
        (KeyError("ETag"), "the answer of the store is not complete; run again"),
        (ValueError("x"), "the answer of the store is not complete; run again"),
        (ObjectStoreError("s3://b/x", "of 5 bytes 4 came", may_pass=True), "of 5 bytes 4 came"),
    ],
    ids=range(15),
)
def test_what_may_pass_is_asked_for_again_with_longer_and_longer_waits(slept, error, said):
    assert ask(error, 1) == ("what was asked for", 2)
    assert slept == [0.5]
    slept.clear()
    assert ask(error, 4) == ("what was asked for", 5)
    assert slept == [0.5, 1, 2, 4]
    slept.clear()

    told, times = ask(error)
    assert (times, slept) == (5, [0.5, 1, 2, 4])
    assert isinstance(told, ObjectStoreError)
    assert (str(told).startswith(f"s3://b/x: {said}"), told.may_pass) == (True, True)


def test_what_is_no_error_of_the_store_is_none_of_its(slept):
    for error in (OSError("a full disk"), TypeError("ours"), FileNotFoundError("here")):
        with pytest.raises(type(error)) as raised:
            asked("s3://b/x", lambda _, error=error: (_ for _ in ()).throw(error))
        assert raised.value is error
    assert slept == []


def test_an_answer_that_lacks_a_part_is_not_whole():
    answer = {"ETag": "x", "Size": 0}

    assert whole(answer, "ETag", "Size") is answer
    assert whole(answer) is answer
    with pytest.raises(KeyError, match="IsTruncated"):
        whole(answer, "ETag", "IsTruncated")


def test_a_client_is_made_once_and_anew_after_it_is_forgotten(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    objects.client.cache_clear()
    first = objects.client()
    assert objects.client() is first
    assert logging.getLogger("botocore").level == logging.INFO  # below it are session tokens
    assert logging.getLogger("urllib3").level == logging.ERROR
    config = first.meta.config
    assert (config.connect_timeout, config.read_timeout) == (10, 60)

    closed: list[bool] = []
    monkeypatch.setattr(first, "close", lambda: closed.append(True))
    objects.forget_connections()
    second = objects.client()
    assert (second is first, closed) == (False, [True])
    second.close()
    objects.client.cache_clear()


def test_a_client_of_an_environment_that_makes_none_is_told(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://[hunter2")
    objects.client.cache_clear()

    with pytest.raises(ObjectStoreError, match=r"^boto3: cannot work as its environment is: "):
        objects.client()


@pytest.mark.parametrize(
    "address",
    ["s3://bucket", "s3://bucket/", "s3://bucket/x", "s3://bucket/x/", "s3://bucket/a/看 x", "s3://ab/x", "s3://a.b-c_9/x",
     "s3://" + "b" * 255 + "/x", "s3://bucket/.x/..y/z..", "s3://bucket/https://x".replace("//x", "/x")],
)  # fmt: skip
def test_an_address_is_a_bucket_and_a_key(address):
    path = path_of(address)

    assert isinstance(path, ObjectPath)
    bucket, _, key = address.removeprefix("s3://").partition("/")
    assert (path.bucket, path.key, str(path)) == (bucket, key.rstrip("/"), address.rstrip("/"))
    assert path.prefix == (f"{path.key}/" if path.key else "")
    assert path_of(path) is path


@pytest.mark.parametrize(
    ("address", "said"),
    [
        *((f"s3://{bucket}/x", "no bucket is called that") for bucket in ("", "a", "-a", ".ab", "a b", "é1")),
        ("s3://" + "b" * 256, "no bucket is called that"),
        *((f"s3://bucket/{key}", "an empty part") for key in ("/", "/x", "a//b", "a//", ".", "a/./b", "..", "a/..")),
        *((f"{scheme}://host/x", "only files of this machine") for scheme in ("https", "ftp", "gs", "S3")),
    ],
)
def test_an_address_that_is_none_is_refused(address, said):
    with pytest.raises(AddressError, match=said):
        path_of(address)
