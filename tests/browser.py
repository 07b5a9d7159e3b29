"""A headless Chromium that reaches nothing but loopback, told what to do through a pipe (the DevTools protocol).

What it asks of other machines goes to a proxy that answers nothing and takes note: a page that needs them shows.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from typing import TYPE_CHECKING, Any, Self

from tests.patience import HUNG

if TYPE_CHECKING:
    from pathlib import Path

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_ITS_MAKERS = re.compile(r"[A-Z]+ (?:https?://)?(?:[\w-]+\.)*(?:google|googleapis|gstatic|gvt1)\.com(?:[:/ ]|$)")
"""Requests for reasons of its own, of which each version has others, whatever the flags below say. No page of the tests
names these hosts."""
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-extensions",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
    "--disable-dev-shm-usage", "--window-size=1400,1000", "--remote-debugging-pipe",
)  # fmt: skip


class BrowserError(AssertionError):
    """The browser did not do, or not come to, what was expected."""


class Browser:
    """One browser with one page. *profile* is a directory that does not exist yet."""

    def __init__(self, profile: Path) -> None:
        assert CHROMIUM is not None
        self._proxy = _Proxy()
        self.outside = self._proxy.asked
        """The first line of each request to anywhere but loopback; all get no answer."""
        read, self._write = os.pipe()
        self._read, write = os.pipe()
        # It reads commands from descriptor 3, and writes to 4: the pipe's own must be neither. bash, because Debian's
        # sh has no descriptor of two digits.
        read, write = _out_of_the_way(read), _out_of_the_way(write)
        launch = f'exec "$0" "$@" 3<&{read} 4>&{write} {read}<&- {write}>&-'
        self._process = subprocess.Popen(
            ["bash", "-c", launch, CHROMIUM, *_FLAGS, f"--user-data-dir={profile}",
             f"--proxy-server=127.0.0.1:{self._proxy.port}", "about:blank"],
            pass_fds=(read, write), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(read)
        os.close(write)
        self._messages = os.fdopen(self._read, "rb")
        self._buffer = b""
        self._commands = 0
        self._session: str | None = None
        self.log: list[str] = []
        """What pages wrote to the console."""
        self._frames: list[str] = []
        pages = [each for each in self.do("Target.getTargets")["targetInfos"] if each["type"] == "page"]
        attached = self.do("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)
        self._session = attached["sessionId"]
        self.do("Page.enable")
        self.do("Runtime.enable")
        self.do("Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=False, flatten=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(HUNG)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._write)
        self._messages.close()
        self._proxy.close()

    def do(self, method: str, *, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Give a command of the protocol, to the page unless *session* is another's; return its result."""
        self._commands += 1
        command: dict[str, Any] = {"id": self._commands, "method": method, "params": parameters}
        if session or self._session:
            command["sessionId"] = session or self._session
        os.write(self._write, json.dumps(command).encode() + b"\0")
        while (message := self._next()).get("id") != self._commands:
            self._note(message.get("method"), message.get("params", {}))
        if "error" in message:
            raise BrowserError(f"{method}: {message['error']['message']}")
        result: dict[str, Any] = message["result"]
        return result

    def _note(self, event: str | None, about: dict[str, Any]) -> None:
        if event == "Runtime.consoleAPICalled":
            self.log.append(" ".join(str(each.get("value", "")) for each in about["args"]))
        elif event == "Target.attachedToTarget" and about["targetInfo"]["type"] == "iframe":
            self._frames.append(about["sessionId"])
        elif event == "Target.detachedFromTarget" and about["sessionId"] in self._frames:
            self._frames.remove(about["sessionId"])

    def _frame(self) -> str:
        """Return the session of the newest frame of another origin than the page's: it is a target of its own."""
        self.do("Runtime.evaluate", expression="0")  # hear what was said until now
        if not self._frames:
            raise BrowserError("the page has no frame of another origin")
        return self._frames[-1]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            data = self._messages.read1(1 << 16)
            if not data:
                raise BrowserError("the browser ended")
            self._buffer += data
        data, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(data)
        return message

    def open(self, url: str) -> None:
        self.do("Page.navigate", url=url)

    def evaluate(self, expression: str, *, framed: bool = False) -> Any:
        """Return the value of an expression in the page or its sandboxed frame, a promise's when it is kept."""
        session = self._frame() if framed else None
        answer = self.do(
            "Runtime.evaluate", session=session, expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise BrowserError(str(answer["exceptionDetails"].get("exception", answer["exceptionDetails"])))
        return answer["result"].get("value")

    def wait(self, expression: str, seconds: float = HUNG, *, framed: bool = False) -> Any:
        """Return the value of an expression as soon as it is true; what raises is not true yet."""
        deadline = time.monotonic() + seconds
        problem: object = None
        while time.monotonic() < deadline:
            try:
                problem = None
                if value := self.evaluate(expression, framed=framed):
                    return value
            except BrowserError as error:
                problem = error
            time.sleep(0.05)
        raise BrowserError(f"not within {seconds} s: {expression} ({problem}); console: {self.log[-5:]}")

    def screenshot(self, path: Path) -> None:
        """Write what the page looks like to *path*, as PNG."""
        path.write_bytes(base64.b64decode(self.do("Page.captureScreenshot")["data"]))


def _out_of_the_way(descriptor: int) -> int:
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD, 10)
    os.close(descriptor)
    return moved


class _Proxy:
    """Where the browser asks for everything that is not on loopback; takes note of it, and hangs up."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(1)
                asked = connection.recv(1 << 12).partition(b"\r\n")[0].decode("latin-1")
                if not _ITS_MAKERS.match(asked):
                    self.asked.append(asked)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # or accept() goes on
        self._listener.close()
        self._thread.join(HUNG)
