"""Object storage for a test: a directory of its own there, and boto3's environment that leads to it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from newsspider.collection import objects
from newsspider.collection.objects import ObjectPath, path_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.servers.s3 import S3Server


class Store:
    """A directory of its own in a bucket."""

    def __init__(self, server: S3Server, bucket: str) -> None:
        self.server = server
        self._address = f"s3://{bucket}/{uuid.uuid4()}"
        self._client = server.client()
        self.close = self._client.close

    def put(self, key: str, data: bytes) -> ObjectPath:
        path = self.path(key)
        self._client.put_object(Bucket=path.bucket, Key=path.key, Body=data)
        return path

    def path(self, key: str = "") -> ObjectPath:
        path = path_of(f"{self._address}/{key}")
        assert isinstance(path, ObjectPath)
        return path

    def put_tree(self, directory: Path) -> None:
        """Put all files below *directory*."""
        for path in directory.rglob("*"):
            if path.is_file():
                self.put(path.relative_to(directory).as_posix(), path.read_bytes())

    def tree(self) -> dict[str, bytes]:
        """All that is there."""
        root = self.path()
        return {str(path.relative_to(root)): path.read_bytes() for path in root.walk()}


def use(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    """Have boto3 look at another environment."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    forget_client()


def forget_client() -> None:
    if objects.client.cache_info().currsize:
        objects.client().close()
    objects.client.cache_clear()
