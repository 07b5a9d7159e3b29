"""The environment that pywb runs in: made once for a user from pinned and hashed requirements; complete or absent.

pywb cannot live in ours: its brotlipy shadows the brotli that Scrapy reads pages with. venv and pip make it, which any
Python has; ``uvx pywb`` wants uv, and installs what is newest.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HERE = Path(__file__).parent
REQUIREMENTS = (_HERE / "build.txt", _HERE / "requirements.txt")
"""In the order in which they are installed."""

_MAKING = ".making-"
_CHECK = "from gevent.monkey import patch_all; patch_all(); import pywb.apps.frontendapp, sqlite3"
_PIP = (
    "-m", "pip", "--disable-pip-version-check", "--no-input", "--retries", "1", "--timeout", "15",
    "install", "--quiet", "--require-hashes", "--no-deps", "--no-build-isolation", "--no-warn-script-location",
)  # fmt: skip


class EnvironmentMissingError(NewsspiderError):
    """There is no environment, and the network is not to be used to make it."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"the environment with pywb is not there ({path}), and --offline forbids to make it; "
            "run scrapy replay once without --offline where the package index can be reached"
        )


class EnvironmentNotMadeError(NewsspiderError):
    """The environment could not be made; nothing of it is left."""

    def __init__(self, path: Path, doing: str, problem: str) -> None:
        super().__init__(
            f"the environment with pywb could not be made in {path.parent} ({doing}): {problem}. "
            "Nothing is left of it. It needs Python's venv module and a package index that pip reaches "
            "(PIP_INDEX_URL names another); then run the same command again"
        )


def cache_directory(setting: str | None) -> Path:
    """Return where environments are kept: what the setting says, or the user's cache by the XDG rules."""
    if setting:
        return Path(setting).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "newsspider"


def environment_python(cache: Path, say: Callable[[str], None], *, offline: bool = False) -> Path:
    """Return the Python of the environment in *cache*; make the environment when it is not there.

    *say* receives a line for each step. EnvironmentMissingError when *offline*, EnvironmentNotMadeError.
    """
    environment = cache / f"pywb-{_fingerprint()}"
    python = environment / "bin" / "python"
    if python.exists():
        return python
    if offline:
        raise EnvironmentMissingError(environment)
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _alone_in(cache, say):
            if not python.exists():  # nobody made it while we waited
                _make(environment, say)
    except OSError as error:
        raise EnvironmentNotMadeError(environment, "writing", str(error)) from error
    return python


def _fingerprint() -> str:
    """Name what is installed, and for which Python: another needs another environment."""
    digest = hashlib.sha256()
    for path in REQUIREMENTS:
        digest.update(path.read_bytes())
    digest.update(f"{sys.implementation.cache_tag} {platform.machine()} {sys.base_prefix}".encode())
    return digest.hexdigest()[:16]


@contextmanager
def _alone_in(cache: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Wait until no other process makes an environment here."""
    with (cache / ".lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another scrapy replay is making the environment with pywb; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(environment: Path, say: Callable[[str], None]) -> None:
    """Make the environment under another name and rename it when it works. Holds the lock of its directory."""
    shutil.rmtree(environment, ignore_errors=True)  # its Python is gone
    for left in environment.parent.glob(_MAKING + "*"):  # of a process that was killed: it no longer holds the lock
        shutil.rmtree(left, ignore_errors=True)
    lines = [line for path in REQUIREMENTS for line in path.read_text(encoding="utf-8").splitlines()]
    packages = sum(line.endswith(" \\") for line in lines if "==" in line)
    say(
        f"scrapy replay runs pywb, which needs an environment of its own. Making it, this once: {environment}\n"
        f"  1/3  a Python environment ({sys.executable} -m venv)"
    )
    started = monotonic()
    making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=environment.parent))
    try:
        python = str(making / "bin" / "python")
        _run(environment, "making a Python environment", sys.executable, "-I", "-m", "venv", str(making))
        say(f"  2/3  {packages} packages from the package index, each of a pinned version and checked by its SHA-256")
        for path in REQUIREMENTS:
            _run(environment, "installing packages", python, "-I", *_PIP, "-r", str(path))
        say("  3/3  does it run?")
        _run(environment, "trying it out", python, "-I", "-W", "ignore", "-c", _CHECK)
        making.rename(environment)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    say(f"Done, in {monotonic() - started:.0f} s. It is used again from now on, without the network.")


def _run(environment: Path, doing: str, *command: str) -> None:
    ended = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if ended.returncode:
        raise EnvironmentNotMadeError(environment, doing, _gist(ended.stderr + ended.stdout))


def _gist(output: str) -> str:
    """Return what went wrong, out of what a program printed: its errors, or else its end."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return " ".join(errors or lines[-3:])[:600].rstrip(".") or "it said nothing"
