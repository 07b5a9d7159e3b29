"""Notifies of a bad verdict: an address that takes JSON, a program that reads it. Neither can delay the run.

The hook of a timer, such as systemd's ``OnFailure=``, knows the exit code alone; these receive the reasons and advice.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import threading
from base64 import b64encode
from contextlib import suppress
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from newsspider.errors import NewsspiderError
from newsspider.runs.advice import lines
from newsspider.text.language import _
from newsspider.text.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsspider.runs.verdict import Verdict

_SECONDS = 10
"""For an address, or a program, to take the notice."""


class NoticeError(NewsspiderError):
    """The notice could not be delivered; the run and its verdict stay what they are."""


def notice(
    *, collection: str, spider: str, verdict: Verdict, run: str | None, files: Mapping[str, str]
) -> dict[str, Any]:
    """Return the notice: the verdict, where to read on, and one text for a chat; no secret is in it."""
    reasons = list(map(redact, verdict.reasons))
    advice = [redact(line) for line in lines(verdict.advice)] or reasons
    return {
        "schema_version": "1.0",
        "collection": collection,
        "spider": spider,
        "run": run,
        "exit_code": verdict.exit_code,
        "reasons": reasons,
        "advice": advice,
        **files,
        # Slack, Mattermost and others show this member, and pass over the rest.
        "text": _(
            "%(collection)s: the crawl ended with %(code)s: %(said)s",
            collection=collection, code=verdict.exit_code, said="\n".join(advice),
        ),
    }


def is_webhook(address: str) -> bool:
    """Whether it is an address that a notice can be sent to.

    >>> is_webhook("https://chat.example/hooks/x"), is_webhook("https://聊天.example/x"), is_webhook("https://chat.example/看")
    (True, True, False)
    >>> is_webhook("file:///etc/passwd"), is_webhook("chat.example")
    (False, False)
    """
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        is_written = f"{parts.path}{parts.query}".isascii() and address.isprintable() and " " not in address
        return is_address and is_written
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
    """Send what is *said* to a webhook; NoticeError within ten seconds if it is not taken."""
    request = Request(_without_user(address), json.dumps(said).encode(), _headers(address), method="POST")
    failure: list[str] = []

    def send() -> None:
        try:
            build_opener(_NoRedirects).open(request, timeout=_SECONDS).close()
        except HTTPError as error:
            failure.append(f"it answered {error.code}")
            error.close()
        except (OSError, ValueError) as error:
            failure.append(str(getattr(error, "reason", error)))
        except HTTPException as error:  # whose text may have the secret of the address in it
            failure.append(f"it did not answer in HTTP ({type(error).__name__})")

    # The time-out of a socket is for each of its operations; only a thread can be left.
    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    thread.join(_SECONDS)
    if thread.is_alive():
        failure.append(f"it took more than {_SECONDS} s")
    if failure:
        raise NoticeError(f"VERDICT_WEBHOOK ({urlsplit(address).hostname}) did not get the verdict: {failure[0]}")


def _without_user(address: str) -> str:
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _headers(address: str) -> dict[str, str]:
    """Say who sends it, if the address does: urllib would take the user for a part of the host."""
    parts, headers = urlsplit(address), {"Content-Type": "application/json"}
    if parts.username or parts.password:
        named = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {b64encode(named.encode()).decode()}"
    return headers


class _NoRedirects(HTTPRedirectHandler):
    """Refuses redirects: the notice is for the address that was named."""

    def redirect_request(self, *args: Any) -> None:
        return None


def run(command: str, said: Mapping[str, Any]) -> None:
    """Give what is *said* to a program on standard input; NoticeError if it fails, or takes more than ten seconds."""
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
    raise NoticeError(f"VERDICT_COMMAND ({name}) did not get the verdict: {problem}")
