"""Whom to tell of a bad verdict: an address that takes JSON, a program that reads it. Neither can hold up anybody."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from newsspider.errors import NewsspiderError
from newsspider.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECONDS = 10
"""For an address, or a program, to take what it is told."""


class NotToldError(NewsspiderError):
    """Somebody could not be told; the run and its verdict are what they are."""


def notice(
    *, collection: str, spider: str, exit_code: int, reasons: list[str], run: str | None, files: Mapping[str, str]
) -> dict[str, Any]:
    """Return what is told: the verdict, where to read on, and one line of text for a chat; no secret is in it."""
    reasons = list(map(redact, reasons))
    return {
        "schema_version": "1.0",
        "collection": collection,
        "spider": spider,
        "run": run,
        "exit_code": exit_code,
        "reasons": reasons,
        **files,
        # Slack, Mattermost and others show this member, and pass over the rest.
        "text": f"{collection}: the crawl ended with {exit_code}: {'; '.join(reasons)}",
    }


def is_webhook(address: str) -> bool:
    """Whether it is an address that a notice can be sent to.

    >>> is_webhook("https://chat.example/hooks/x"), is_webhook("file:///etc/passwd"), is_webhook("chat.example")
    (True, False, False)
    """
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def program(command: str) -> list[str] | None:
    """Split *command* into a program and its arguments; None when there is no such program.

    >>> program("true 'one argument' $HOME; false")
    ['true', 'one argument', '$HOME;', 'false']
    """
    try:
        words = shlex.split(command)
    except ValueError:  # a quotation without an end
        return None
    return words if words and shutil.which(words[0]) else None


def post(address: str, said: Mapping[str, Any]) -> None:
    """Send what is *said* to a webhook; NotToldError within ten seconds if it is not taken."""
    request = Request(address, json.dumps(said).encode(), {"Content-Type": "application/json"}, method="POST")
    failure: list[str] = []

    def send() -> None:
        try:
            build_opener(_Straight).open(request, timeout=_SECONDS).close()
        except HTTPError as error:
            failure.append(f"it answered {error.code}")
            error.close()
        except (OSError, ValueError) as error:
            failure.append(str(getattr(error, "reason", error)))

    # The time-out of a socket is for each of its operations; only a thread can be left.
    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    thread.join(_SECONDS)
    if thread.is_alive():
        failure.append(f"it took more than {_SECONDS} s")
    if failure:
        raise NotToldError(f"VERDICT_WEBHOOK ({urlsplit(address).hostname}) was not told of the verdict: {failure[0]}")


class _Straight(HTTPRedirectHandler):
    """Follows nobody elsewhere: what is told is for the address that was named."""

    def redirect_request(self, *args: Any) -> None:
        return None


def run(command: str, said: Mapping[str, Any]) -> None:
    """Give what is *said* to a program on standard input; NotToldError if it fails, or takes more than ten seconds."""
    words = program(command)
    name = words[0] if words else "…"
    try:
        with subprocess.Popen(words or [name], stdin=subprocess.PIPE, start_new_session=True) as process:
            try:
                process.communicate(json.dumps(said).encode(), timeout=_SECONDS)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # and what it has started
                _fail(name, f"it took more than {_SECONDS} s")
    except OSError as error:
        _fail(name, str(error))
    if process.returncode:
        _fail(name, f"it ended with {process.returncode}")


def _fail(name: str, problem: str) -> NoReturn:
    raise NotToldError(f"VERDICT_COMMAND ({name}) was not told of the verdict: {problem}")
