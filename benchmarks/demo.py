"""The load server of the benchmarks: the demo site, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def demo_site(articles: int) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", "newsspider.demo", "--articles", str(articles), "--no-redirect"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())
        server.terminate()


def fast_settings(site: dict[str, Any]) -> dict[str, Any]:
    """Settings under which the engine, not politeness, sets the pace."""
    return {
        "CONNECT_TO": site["connect_to"],
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "REQUISITES": "",  # pages are what is measured, and the peers fetch nothing else
        "LOG_LEVEL": "ERROR",
    }


def as_options(settings: dict[str, Any]) -> list[str]:
    return [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
