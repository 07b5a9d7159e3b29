"""The error for a feature whose packages are not installed, with the way to install them."""

from __future__ import annotations

import json
import shlex
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit

from newsspider.errors import NewsspiderError
from newsspider.text.language import N_
from newsspider.text.message import message

_PACKAGE = "newsspider"


class ExtraMissingError(NewsspiderError):
    """Something needs packages that are not installed."""

    def __init__(self, extra: str, error: ImportError) -> None:
        text = N_("%(name)s is not installed, which this needs; install newsspider again with its extra: %(command)s")
        if _requirement(extra) is None:
            text = N_("%(name)s is not installed, which this needs; in the project's directory: %(command)s")
        super().__init__(message(text, name=error.name, command=command_for(extra)))


def command_for(extra: str) -> str:
    """Return the command that installs newsspider with an *extra*, by what and from where it is installed here."""
    requirement = _requirement(extra)
    if requirement is None:
        return f"pip install -e '.[{extra}]'"
    installer = "pip install"
    if (Path(sys.prefix) / "pipx_metadata.json").is_file():
        installer = "pipx install --force"
    elif (Path(sys.prefix) / "uv-receipt.toml").is_file():
        installer = "uv tool install --force"
    return f"{installer} {shlex.quote(requirement)}"


def _requirement(extra: str) -> str | None:
    """Return what names newsspider and the extra to pip, from where it was installed (PEP 610); None for a clone."""
    try:
        said = json.loads(distribution(_PACKAGE).read_text("direct_url.json") or "{}")
    except PackageNotFoundError:
        return None
    if said.get("dir_info", {}).get("editable"):
        return None
    url = said.get("url", "")
    if url.startswith("file:"):
        return f"{unquote(urlsplit(url).path)}[{extra}]"
    return f"{_PACKAGE}[{extra}] @ {url}" if url else f"{_PACKAGE}[{extra}]"
