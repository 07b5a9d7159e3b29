"""A real S3 server, SeaweedFS, on free ports of loopback, in a directory that goes with it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sysconfig
import tempfile
import time
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.patience import HUNG

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY, SECRET = "newsspider", "correct-horse-battery-staple"
_ENDS_WITH_ITS_INPUT = ("sh", "-c", '"$@" & read -r _; kill -9 $!', "sh")
"""So it outlives no test run, however that ends."""

READER_KEY, READER_SECRET = "reader", "reads-and-no-more"


def program() -> Path | None:
    """Return where the server is; None where it is not installed."""
    weed = Path(sysconfig.get_path("scripts")) / "weed"
    found = weed if weed.exists() else shutil.which("weed")
    return Path(found) if found else None


@dataclass(frozen=True)
class S3Server:
    """A server that knows two users: one may do everything, the other only list and read."""

    port: int

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self, key: str = KEY, secret: str = SECRET) -> dict[str, str]:
        """Return the environment in which boto3 finds the server, and no other configuration."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self) -> Any:
        """Return boto3's client of the user who may do everything."""
        return boto3.session.Session(KEY, SECRET, region_name="us-east-1").client(
            "s3", endpoint_url=self.endpoint, config=Config(retries={"total_max_attempts": 1})
        )

    def make_bucket(self) -> str:
        """Make a bucket, empty and under a name of its own; return the name."""
        name = f"test-{uuid.uuid4().hex[:12]}"
        client = self.client()
        try:
            client.create_bucket(Bucket=name)
        finally:
            client.close()
        return name


@contextmanager
def serve_s3(weed: Path) -> Iterator[S3Server]:
    """Serve S3 until the end of the context."""
    directory = Path(tempfile.mkdtemp(prefix="newsspider-s3-"))
    try:
        config = directory / "s3.json"
        config.write_text(json.dumps({"identities": [
            _identity("all", KEY, SECRET, ["Admin", "Read", "Write", "List", "Tagging"]),
            _identity("reader", READER_KEY, READER_SECRET, ["Read", "List"]),
        ]}), encoding="ascii")  # fmt: skip
        # One volume for a new bucket and not seven: there are as many buckets as tests.
        (directory / "master.toml").write_text("[master.volume_growth]\ncopy_1 = 1\n", encoding="ascii")
        ports = _free_ports(8)
        options = {
            "dir": directory, "ip": "127.0.0.1", "ip.bind": "127.0.0.1", "s3": "true", "s3.config": config,
            "master.port": ports[0], "master.port.grpc": ports[1], "volume.port": ports[2],
            "volume.port.grpc": ports[3], "filer.port": ports[4], "filer.port.grpc": ports[5],
            "s3.port": ports[6], "s3.port.grpc": ports[7], "s3.port.iceberg": 0, "s3.port.lance": 0,
            "s3.localSocket": directory / "s3.sock", "filer.localSocket": directory / "filer.sock",
            "master.volumeSizeLimitMB": 64, "volume.max": 1000, "volume.preStopSeconds": 0,
            "volume.minFreeSpace": 0, "master.electionTimeout": "1s",
            "s3.autoCreateBucket": "false", "master.telemetry": "false",
        }  # fmt: skip
        log = directory / "log"
        with log.open("wb") as out, subprocess.Popen(
            [*_ENDS_WITH_ITS_INPUT, weed, "-logtostderr=true", "server",
             *(f"-{name}={value}" for name, value in options.items())],
            stdin=subprocess.PIPE, stdout=out, stderr=out, cwd=directory,
            env={"PATH": os.environ["PATH"], "HOME": str(directory)},
        ) as server:  # fmt: skip
            try:
                s3 = S3Server(ports[6])
                _wait_for(server, s3, log)
                yield s3
            finally:
                server.stdin.close()  # what it holds goes with it
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _identity(name: str, key: str, secret: str, actions: list[str]) -> dict[str, Any]:
    return {"name": name, "credentials": [{"accessKey": key, "secretKey": secret}], "actions": actions}


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _wait_for(server: subprocess.Popen[bytes], s3: S3Server, log: Path) -> None:
    """Wait until the server has stored something: it answers before it can do that."""
    deadline = time.monotonic() + HUNG
    while server.poll() is None and time.monotonic() < deadline:
        client = s3.client()
        try:
            bucket = s3.make_bucket()
            client.put_object(Bucket=bucket, Key="ready", Body=b"ready")
            client.delete_object(Bucket=bucket, Key="ready")
            client.delete_bucket(Bucket=bucket)
        except (BotoCoreError, ClientError):
            time.sleep(0.1)
        else:
            return
        finally:
            client.close()
    said = log.read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"the S3 server does not come up: {said[-2000:]}")
