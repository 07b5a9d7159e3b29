"""``newsspider completion``: prints the lines that make a shell complete commands, and answers that shell."""

from __future__ import annotations

import argparse
import os
from importlib import import_module
from pathlib import Path
from typing import Any

import argcomplete
from argcomplete.completers import FilesCompleter
from argcomplete.shell_integration import shellcode

from newsspider import sites
from newsspider.commands import SUMMARIES, summary
from newsspider.terminal import project
from newsspider.terminal.command import BaseCommand, UsageError
from newsspider.terminal.console import say_lines
from newsspider.text.language import _
from newsspider.text.nearest import did_you_mean

SHELLS = ("bash", "zsh", "fish")


class Command(BaseCommand):
    def syntax(self) -> str:
        return "|".join(SHELLS)

    def short_desc(self) -> str:
        return summary("completion")

    def long_desc(self) -> str:
        return _(
            "Print the lines that make a shell complete the commands, their options, and the names of sites and "
            'collections of the present directory. In ~/.bashrc or ~/.zshrc: eval "$(newsspider completion bash)"; '
            "for fish: newsspider completion fish > ~/.config/fish/completions/newsspider.fish"
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1 or args[0] not in SHELLS:
            given = " ".join(args)
            text = _("takes a shell, one of: %(names)s", names=", ".join(SHELLS))
            raise UsageError(text + did_you_mean(given, SHELLS))
        say_lines(shellcode(["newsspider"], shell=args[0]).rstrip("\n"))


def complete() -> None:
    """Answer the shell, which gives the line so far in ``COMP_LINE``; the process ends. Only one command is loaded."""
    parser = argparse.ArgumentParser("newsspider")
    commands = parser.add_subparsers()
    typed = os.environ["COMP_LINE"].split()
    for name in SUMMARIES:
        own = commands.add_parser(name, help=summary(name), conflict_handler="resolve")
        if name in typed[1:2]:
            _add_options(own, import_module(f"newsspider.commands.{name}").Command())
    argcomplete.autocomplete(parser)


def _add_options(parser: argparse.ArgumentParser, command: Any) -> None:
    if isinstance(command, BaseCommand):
        command.add_options(parser)
    names: Any = parser.add_argument("names", nargs="*", metavar=command.syntax())
    for action in (names, *parser._actions):
        _complete_names(action)


def _complete_names(action: Any) -> None:
    taken = str(action.metavar)
    if "SITE" in taken:
        action.completer = lambda **others: [*sites.names(), sites.ANY]
    elif "PATH" in taken:
        action.completer = lambda prefix, **others: [*_collections(), *FilesCompleter()(prefix, **others)]
    elif "COLLECTION" in taken:
        action.completer = lambda **others: _collections()


def _collections() -> list[str]:
    archives = Path(project.ProjectSettings(project.enter())["ARCHIVE_DIR"])
    return sorted({path.parent.name for part in ("archive", "runs") for path in archives.glob(f"*/{part}")})
