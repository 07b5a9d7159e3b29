"""The project of this directory and its settings, found where Scrapy finds them, without importing it."""

from __future__ import annotations

import os
import sys
from configparser import ConfigParser
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MODULE = "newsspider.settings"
"""Where there is no project of one's own."""
_VARIABLE = "SCRAPY_SETTINGS_MODULE"
_COMMANDS = "newsspider.commands"


def directory() -> Path | None:
    """Return the project that this directory is in: the nearest with a ``scrapy.cfg``, here or above."""
    here = Path.cwd()
    return next((path for path in (here, *here.parents) if (path / "scrapy.cfg").is_file()), None)


def enter() -> str:
    """Make the project's modules importable, and Scrapy use its settings; return the name of their module.

    A project that is not about newsspider has other commands and other settings, so that ours are used there.
    """
    if _VARIABLE not in os.environ:
        os.environ[_VARIABLE] = _configured() or MODULE
    return os.environ[_VARIABLE]


def _configured() -> str | None:
    """As Scrapy's ``init_env`` does it."""
    home = Path.home()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    places = [Path("/etc/scrapy.cfg"), config / "scrapy.cfg", home / ".scrapy.cfg"]
    if project := directory():
        places.append(project / "scrapy.cfg")
        if str(project) not in sys.path:
            sys.path.append(str(project))
    parser = ConfigParser()
    parser.read(places, encoding="utf-8")
    name = parser.get("settings", os.environ.get("SCRAPY_PROJECT", "default"), fallback=None)
    if name is None or getattr(import_module(name), "COMMANDS_MODULE", None) != _COMMANDS:
        return None
    return name


class ProjectSettings:
    """The settings of a module, read as Scrapy's are.

    >>> settings = ProjectSettings("newsspider.settings")
    >>> settings.setdict({"PART_ITEMS": "7"}, priority="cmdline")
    >>> settings.getint("PART_ITEMS"), settings.getbool("LOG_JSON"), settings["NONE_SUCH"]
    (7, False, None)
    """

    def __init__(self, module: str):
        self._values = {name: value for name, value in vars(import_module(module)).items() if name.isupper()}

    def __getitem__(self, name: str) -> Any:
        return self._values.get(name)

    def getint(self, name: str) -> int:
        return int(self[name] or 0)

    def getbool(self, name: str) -> bool:
        return str(self[name]) in ("1", "True", "true")

    def setdict(self, values: Mapping[str, Any], priority: str) -> None:
        """Take over values that the module is overruled by, as those of the command line."""
        self._values.update(values)
