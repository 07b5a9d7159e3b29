"""The base class of commands: summary, options, action; for ``newsspider COMMAND`` and ``scrapy COMMAND`` alike.

It has the shape of a ``ScrapyCommand`` without being one: to import Scrapy takes longer than most commands.
"""

from __future__ import annotations

import argparse
import os
from abc import ABC, abstractmethod
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from newsspider.errors import NewsspiderError
from newsspider.terminal.called import as_called
from newsspider.terminal.console import complain, finish, open_closed_streams
from newsspider.terminal.interruption import INTERRUPTED
from newsspider.terminal.usage import speak_as_we_do
from newsspider.text import language
from newsspider.text.language import _
from newsspider.text.nearest import nearest
from newsspider.text.redaction import redact
from newsspider.text.system import reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


speak_as_we_do()


class UsageError(Exception):
    """The command was called in a way that it does not know; it ends with 2, and a line that says how."""


class Settings(Protocol):
    """The methods of settings that commands use; Scrapy's settings have them, too."""

    def __getitem__(self, name: str) -> Any: ...

    def getint(self, name: str) -> int: ...

    def getbool(self, name: str) -> bool: ...

    def setdict(self, values: Mapping[str, Any], priority: str) -> None: ...


class BaseCommand(ABC):
    """A command of its own module, which gives it its name. Scrapy's names are those of its ``ScrapyCommand``."""

    requires_project = True
    requires_crawler_process = False
    requires_scrapy = False
    """Whether its settings must be Scrapy's own."""
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    settings: Settings
    """Set before all else is called."""
    exitcode = 0
    """What the process ends with."""

    @property
    def name(self) -> str:
        """The command's name on the command line."""
        return type(self).__module__.rpartition(".")[2]

    def syntax(self) -> str:
        """Say what it takes, as in ``[COLLECTION]``."""
        return ""

    @abstractmethod
    def short_desc(self) -> str:
        """Say in a line what it does."""

    @abstractmethod
    def long_desc(self) -> str:
        """Say what it does, with an example."""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add its options; whoever overrides this calls it first."""
        self._parser = parser
        # Scrapy's makes a heading of each line that ends with a colon, and capitals of it: "-A Name=Value".
        parser.formatter_class = argparse.HelpFormatter
        parser.add_argument("-h", "--help", action="help", help=_("print this and end"))
        group = parser.add_argument_group(_("options of all commands"))
        group.add_argument(
            "-s", "--set", action="append", default=[], metavar="NAME=VALUE", help=_("a setting; may be repeated")
        )
        group.add_argument("--pidfile", metavar="FILE", help=_("write the process ID to FILE"))
        group.add_argument("--profile", metavar="FILE", help=_("write what cProfile counts to FILE"))
        for names in (("-L", "--loglevel"), ("--logfile",)):  # Scrapy's; here is no log, and scripts may have them
            group.add_argument(*names, help=argparse.SUPPRESS)
        group.add_argument("--nolog", action="store_true", help=argparse.SUPPRESS)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do what Scrapy leaves to this step."""
        open_closed_streams()
        self.refuse_misuse(args, opts)
        self.take_settings(args, opts)

    def refuse_misuse(self, args: list[str], opts: argparse.Namespace) -> None:
        """End here where the command line is not understood; no setting has to be known for that but the language."""
        self._speak(dict(each.partition("=")[::2] for each in opts.set).get("UI_LANGUAGE"))
        self._refuse_unknown(args)
        self._or_misused(self.check, args, opts)

    def take_settings(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take over the settings of the command line, and whatever else has to be set before the command begins."""
        for each in opts.set:
            name, equals, value = each.partition("=")
            if not equals:
                self._parser.error(_("%(option)s: takes NAME=VALUE", option=f"-s {name}"))
            self.settings.setdict({name: value}, priority="cmdline")
        self._speak(self.settings["UI_LANGUAGE"])
        if opts.pidfile:
            self._write_pid(Path(opts.pidfile))
        self._or_misused(self.prepare, args, opts)

    def _write_pid(self, path: Path) -> None:
        try:
            path.write_text(f"{os.getpid()}\n", encoding="utf-8")
        except OSError as error:
            self._parser.error(
                _("--pidfile %(path)s: cannot be written: %(error)s", path=path, error=reason_of(error))
            )

    def _speak(self, name: str | None) -> None:
        try:
            language.use(name)
        except ValueError as error:
            self._parser.error(f"UI_LANGUAGE: {error}")

    def check(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: B027  most look where they begin
        """Look at arguments and options. UsageError."""

    def prepare(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: B027  most have nothing to set
        """Take over what else the command needs of its options. UsageError."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do it; ``exitcode`` then says how it ended. An error that knows its exit code is a line."""
        try:
            self._or_misused(self.execute, args, opts)
        except NewsspiderError as error:
            complain(f"scrapy {self.name}: {redact(error.localized())}")
            self.exitcode = error.exit_code
        finally:
            self.exitcode = finish(f"scrapy {self.name}", self.exitcode)

    def interrupted(self, left: str | None = None) -> None:
        """Say that it was interrupted, and what that leaves; for ``execute``."""
        complain()
        said = _("interrupted; %(left)s", left=left) if left else _("interrupted")
        complain(f"scrapy {self.name}: {said}")
        self.exitcode = INTERRUPTED

    def _or_misused(
        self, step: Callable[[list[str], argparse.Namespace], None], args: list[str], opts: argparse.Namespace
    ) -> None:
        try:
            step(args, opts)
        except UsageError as error:
            self._parser.error(as_called(str(error)))

    def _refuse_unknown(self, args: list[str]) -> None:
        for each in takewhile(lambda each: each != "--", args):
            if each.startswith("-") and each != "-":
                name = each.partition("=")[0]
                # Two dashes that all have make no two names alike.
                options = {option.lstrip("-"): option for option in self._parser._option_string_actions}
                near = nearest(name.lstrip("-"), options, least=0.7)
                if near:
                    self._parser.error(
                        _("there is no option %(name)s; did you mean %(near)s?", name=name, near=options[near])
                    )
                self._parser.error(_("there is no option %(name)s", name=name))

    @abstractmethod
    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do what the command is for. UsageError, NewsspiderError."""
