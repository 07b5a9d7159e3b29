"""Object storage: reads ``s3://bucket/key`` in place, with the methods of a path on the disk.

``path_of`` knows the two apart; nothing above it has to. Where the store is and who asks is what boto3 takes from its
environment (``AWS_ENDPOINT_URL``, ``AWS_PROFILE``, …). boto3 (extra ``s3``) is loaded with the first such address.

obstore (0.12) would read as well, but it reports no checksum of an object, cannot list or abort the uploads that killed
processes left, and takes ``AWS_PROFILE`` from boto3 alone. s3fs, of fsspec, binds boto3's core to one version.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import shutil
import stat
from contextlib import closing, contextmanager
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path, PosixPath
from time import sleep
from typing import IO, TYPE_CHECKING, Any, NoReturn

from newsspider.collection.windows import LEAST, Ranged
from newsspider.errors import NewsspiderError
from newsspider.terminal.extras import ExtraMissingError
from newsspider.text.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from typing import TypeVar

    from botocore.exceptions import ClientError

    T = TypeVar("T")

SCHEME = "s3://"

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
_CONNECT_TIMEOUT, _READ_TIMEOUT = 10, 60
"""Seconds."""
_WAITS = (0.5, 1.0, 2.0, 4.0)
"""Seconds before another try, beyond those that boto3 makes at once: a store that restarts is back by then."""

_BAD_CREDENTIALS = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken")


class AddressError(NewsspiderError):
    """An address leads nowhere that can be read."""

    def __init__(self, shown: str, problem: str) -> None:
        super().__init__(f"{shown}: {problem}")


class ObjectStoreError(NewsspiderError):
    """The store cannot be reached, refuses, or holds another object than it did; the message names no credentials."""

    def __init__(self, place: object, problem: str, *, may_pass: bool = False) -> None:
        super().__init__(f"{place}: {problem}")
        self.may_pass = may_pass
        """Whether waiting may help."""


class ObjectChangedError(ObjectStoreError):
    """An object does not meet the condition of a request: it was changed since, or is there already."""


def path_of(address: Path | str) -> Path:
    """Return what *address* names, a file or directory here or in object storage. AddressError, ExtraMissingError."""
    if isinstance(address, Path):
        return address
    if not address.startswith(SCHEME):
        if "://" in address:
            problem = "only files of this machine, and s3://bucket/key, can be read; fetch it first"
            raise AddressError(redact(address), problem)
        return Path(address)
    bucket, _, key = address.removeprefix(SCHEME).partition("/")
    if not _BUCKET.fullmatch(bucket):
        # Not shown: there may be credentials in it.
        problem = "no bucket is called that; an address is s3://bucket/key, and credentials are no part of it"
        raise AddressError("s3://…", problem)
    if key and {"", ".", ".."} & set(key.removesuffix("/").split("/")):
        raise AddressError(address, "there is an empty part in it, or one of dots; an address is s3://bucket/key")
    try:
        import boto3  # noqa: F401 -- to say so before anything is asked
    except ImportError as error:
        raise ExtraMissingError("s3", error) from error
    return ObjectPath(address)


def on_disk(path: Path, scratch: Path) -> Path:
    """Return *path*, for what has to be a file here; of an object a copy in the directory *scratch*."""
    if not isinstance(path, ObjectPath):
        return path
    path.expect(path.length())
    copy = scratch / path.name
    with path.open("rb") as source, copy.open("wb") as file:
        shutil.copyfileobj(source, file, LEAST)
    return copy


class ObjectPath(PosixPath, Ranged):
    """An object, or what keys of objects begin with up to a ``/``, which is the directory here.

    What reads is overridden; all else of a path asks for a file name, and OSError says that there is none. An object is
    seen as it was when this very path first met it: once it has changed, reading ends with ObjectStoreError. A missing
    one is a FileNotFoundError, as on the disk.
    """

    _is_listed_directory = False
    """Whether a listing has shown that keys begin so."""

    def __str__(self) -> str:
        scheme, *rest = self.parts or ("",)
        return SCHEME + "/".join(rest) if scheme == "s3:" else "/".join(self.parts)  # relative to another

    def __fspath__(self) -> NoReturn:
        raise OSError(errno.ENOTSUP, "objects can only be read, and not as files", str(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.parts, {"_met": self._met}

    def as_uri(self) -> NoReturn:
        self.__fspath__()

    def absolute(self) -> ObjectPath:
        return self

    @property
    def bucket(self) -> str:
        return self.parts[1]

    @property
    def key(self) -> str:
        return "/".join(self.parts[2:])

    def exists(self, **_: Any) -> bool:
        return self.is_file() or self.is_dir()

    def is_file(self, **_: Any) -> bool:
        try:
            self._meet()
        except FileNotFoundError:
            return False
        return True

    def is_dir(self, **_: Any) -> bool:
        if self._is_listed_directory:
            return True
        found = self._page(Prefix=self.prefix, MaxKeys=1)
        return not self.key or "Contents" in found

    def stat(self, **_: Any) -> os.stat_result:
        """Return size and type; the rest is 0. FileNotFoundError for what is no object."""
        size = self._meet()[0]
        return os.stat_result((stat.S_IFREG | 0o444, 0, 0, 0, 0, 0, size, 0, 0, 0))

    @property
    def etag(self) -> str:
        """The ETag, which changes when the object does. FileNotFoundError."""
        return self._meet()[1]

    def iterdir(self) -> Generator[ObjectPath, None, None]:
        """Yield what is in the directory, in order of keys; nothing where there is none."""
        yield from self.glob("*")

    def glob(self, pattern: str, **_: Any) -> Iterator[ObjectPath]:  # type: ignore[override]  # has options, by version
        """Yield what fits *pattern*: as many parts as it has, each fitting its own; directories only of one part."""
        wanted = pattern.split("/")
        for path in self.walk() if len(wanted) > 1 else self._listed("/"):
            names = path.parts[len(self.parts) :]
            if len(names) == len(wanted) and all(map(fnmatchcase, names, wanted)):
                yield path

    def open(self, mode: str = "r", *_: Any, **__: Any) -> IO[Any]:  # type: ignore[override]
        """Open for reading bytes, the only *mode*. What is wrong with the object shows when it is read."""
        if mode != "rb":
            self.__fspath__()
        return self.opened()

    def read_bytes(self) -> bytes:
        with self.open("rb") as file:
            data: bytes = file.read()
        return data

    def length(self) -> int:
        return self._meet()[0]

    @property
    def prefix(self) -> str:
        """The prefix of the keys of all objects in this directory."""
        return f"{self.key}/" if self.key else ""

    def _meet(self) -> tuple[int, str]:
        # By a listing, since a refusal of HEAD has no body that would say why.
        if self._met is None:
            for each in self._page(Prefix=self.key, MaxKeys=1).get("Contents", ()):
                if each["Key"] == self.key:
                    self._met = each["Size"], each["ETag"]
        if self._met is None:
            raise _missing(self)
        return self._met

    def walk(self) -> Iterator[ObjectPath]:
        """Yield all objects below, in order of keys."""
        return self._listed("")

    def _listed(self, delimiter: str) -> Iterator[ObjectPath]:
        request = {"Prefix": self.prefix, "Delimiter": delimiter}
        more = True
        while more:
            page = self._page(**request)
            found = {each["Prefix"]: None for each in page.get("CommonPrefixes", ())}
            found |= {each["Key"]: (each["Size"], each["ETag"]) for each in page.get("Contents", ())}
            for key, met in sorted(found.items()):
                if (path := self._below(key)) is not None:
                    path._met = met
                    path._is_listed_directory = met is None
                    yield path
            more = page["IsTruncated"]
            request["ContinuationToken"] = page.get("NextContinuationToken", "")

    def _page(self, **request: Any) -> Any:
        return asked(self, lambda s3: whole(s3.list_objects_v2(Bucket=self.bucket, **request), "IsTruncated"))

    def _below(self, key: str) -> ObjectPath | None:
        """Return the path of a listed key; None for one that is no path, such as that of a directory itself."""
        names = key[len(self.prefix) :].removesuffix("/").split("/")
        return None if {"", ".", ".."} & set(names) else self.joinpath(*names)

    def range(self, start: int, size: int) -> bytes:
        """Return at most *size* bytes from *start* on, none after the end; FileNotFoundError, ObjectStoreError."""

        def get(s3: Any) -> bytes:
            same = {"IfMatch": self._met[1]} if self._met else {}
            span = f"bytes={start}-{start + size - 1}"
            try:
                answer = s3.get_object(Bucket=self.bucket, Key=self.key, Range=span, **same)
            except s3.exceptions.ClientError as error:
                if error.response["Error"]["Code"] == "InvalidRange":  # after its end
                    return b""
                raise
            with closing(answer["Body"]) as body:
                data: bytes = body.read()
            given, _, total = whole(answer, "ContentRange", "ETag")["ContentRange"].partition("/")
            if given != f"bytes {start}-{start + len(data) - 1}":
                raise ObjectStoreError(self, f"of its {given} only {len(data):,} bytes came", may_pass=True)
            self._met = self._met or (int(total), answer["ETag"])
            return data

        return asked(self, get)


def asked(place: object, ask: Callable[[Any], T]) -> T:
    """Return what *ask* gets from boto3's client, which is asked again where waiting may help.

    What is wrong with *place* is a FileNotFoundError for a missing object, else ObjectStoreError. A KeyError or
    ValueError of *ask* is an answer that broke off: see ``whole``.
    """
    for wait in (*_WAITS, None):
        try:
            with _errors(place):
                return ask(client())
        except ObjectStoreError as error:
            if wait is None or not error.may_pass:
                raise
            sleep(wait)
    raise AssertionError("unreachable")


def whole(answer: Any, *names: str) -> Any:
    """Return an answer of boto3's; KeyError where it lacks one of *names*.

    If the head of an answer is cut off, http.client takes it for complete, and boto3 returns a part as the whole.
    """
    for name in names:
        if name not in answer:
            raise KeyError(name)
    return answer


@cache
def client() -> Any:
    """Return boto3's client for S3, made from the environment. ObjectStoreError where that is invalid."""
    import boto3
    from botocore.config import Config

    # Below INFO it logs every header, session tokens among them; what urllib3 warns of, with a traceback, is an answer
    # that broke off.
    logging.getLogger("botocore").setLevel(logging.INFO)
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    config = Config(connect_timeout=_CONNECT_TIMEOUT, read_timeout=_READ_TIMEOUT)
    try:
        return boto3.session.Session().client("s3", config=config)
    except ValueError as error:  # an endpoint that is no URL, and the like
        raise ObjectStoreError("boto3", f"cannot work as its environment is: {redact(str(error))}") from error


def forget_connections() -> None:
    """Make another client, without a connection: processes that are forked now must share none."""
    if client.cache_info().currsize:
        client().close()
        client.cache_clear()
    client()


@contextmanager
def _errors(place: object) -> Iterator[None]:
    from botocore import exceptions
    from botocore.parsers import ResponseParserError

    try:
        yield
    except exceptions.ClientError as error:
        raise _refusal(place, error) from error
    except (exceptions.NoCredentialsError, exceptions.PartialCredentialsError) as error:
        problem = "no credentials; give them as boto3 takes them, by AWS_PROFILE or AWS_ACCESS_KEY_ID and its secret"
        raise ObjectStoreError(place, problem) from error
    except (exceptions.ConnectionError, exceptions.HTTPClientError, exceptions.IncompleteReadError) as error:
        problem = f"the store cannot be reached ({redact(str(error))}); see that it is up, and AWS_ENDPOINT_URL right"
        raise ObjectStoreError(place, problem, may_pass=True) from error
    except (ResponseParserError, KeyError, ValueError) as error:
        raise ObjectStoreError(place, "the answer of the store is not complete; run again", may_pass=True) from error
    except exceptions.BotoCoreError as error:
        raise ObjectStoreError(place, f"boto3 cannot work as its environment is: {redact(str(error))}") from error


def _missing(place: object) -> FileNotFoundError:
    return FileNotFoundError(errno.ENOENT, "there is no such object", str(place))


def _refusal(place: object, error: ClientError) -> Exception:
    code = error.response["Error"]["Code"]
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    match code:
        case "NoSuchKey" | "404":
            return _missing(place)
        case "NoSuchBucket":
            problem = "there is no such bucket; see that the name and AWS_ENDPOINT_URL are right"
        case "PreconditionFailed" | "412":
            return ObjectChangedError(place, "the object was changed meanwhile; run again for what it is now")
        case "AccessDenied" | "403":
            problem = "access denied; the user needs s3:ListBucket and s3:GetObject, and to load s3:PutObject"
        case _ if code in _BAD_CREDENTIALS:
            problem = f"the store does not accept the credentials ({code})"
        case _:
            problem = f"the store refuses: {redact(error.response['Error'].get('Message', ''))} ({code})"
    return ObjectStoreError(place, problem, may_pass=status >= 500 or status in (409, 429))
