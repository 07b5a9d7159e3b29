"""``newsspider COMMAND``: the commands from any directory. Scrapy is imported for those alone that need it."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import newsspider
from newsspider.commands import SUMMARIES
from newsspider.parsing.withoutscrapy import do_without_scrapy
from newsspider.terminal import project
from newsspider.terminal.called import as_called, call
from newsspider.terminal.command import BaseCommand
from newsspider.terminal.console import complain, finish, open_closed_streams, say, say_lines
from newsspider.text.language import _
from newsspider.text.nearest import nearest
from newsspider.text.system import reason_of

if TYPE_CHECKING:
    from collections.abc import Sequence

OF_SCRAPY = ("check", "edit", "list", "parse", "settings", "shell", "view")
"""Commands that Scrapy has for its projects, and that are as useful in ours."""
_NOT_UNDERSTOOD = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that is named; return what to exit with."""
    open_closed_streams()
    if "_ARGCOMPLETE" in os.environ:  # the shell wants to know what may come next
        from newsspider.commands.completion import complete

        complete()
    call("newsspider", SUMMARIES)
    try:
        code = _main(list(sys.argv[1:] if argv is None else argv))
    except SystemExit as ended:  # of --help, or of what is not understood
        raise SystemExit(finish("newsspider", int(ended.code or 0))) from None
    return finish("newsspider", code)


def _main(arguments: list[str]) -> int:
    if arguments[:1] == ["help"] and arguments[1:]:
        arguments = [arguments[1], "--help"]
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        _print_help()
        return 0
    name, *rest = arguments
    if name in ("--version", "version"):
        say(f"newsspider {newsspider.__version__}")
    elif name in SUMMARIES:
        return _run(name, rest)
    elif name in OF_SCRAPY:
        from scrapy.cmdline import execute

        project.enter()
        execute(["newsspider", name, *rest])
    else:
        close = nearest(name, [*SUMMARIES, *OF_SCRAPY, "--version", "--help"])
        if close:
            complain(_("newsspider: there is no command %(name)s; did you mean %(near)s? newsspider --help lists them",
                       name=name, near=close))  # fmt: skip
        else:
            complain(_("newsspider: there is no command %(name)s; newsspider --help lists them", name=name))
        return _NOT_UNDERSTOOD
    return 0


def _print_help() -> None:
    say(_("newsspider %(version)s: crawls news, archives it, proves it", version=newsspider.__version__))
    say()
    say(_("Usage: newsspider COMMAND [options]"))
    say()
    for name, summary in SUMMARIES.items():
        say(f"  {name:<12} {as_called(_(summary))}")
    say()
    say(_("As in Scrapy: %(names)s.", names=", ".join(OF_SCRAPY)))
    say(_("`newsspider COMMAND --help` says more, with an example. Collections are in ./archives (ARCHIVE_DIR)."))


def _run(name: str, arguments: list[str]) -> int:
    """Run one of our commands as Scrapy's ``execute`` would, but load no other."""
    module = project.enter()
    command = import_module(f"newsspider.commands.{name}").Command()
    if not isinstance(command, BaseCommand):
        return _run_command_of_scrapy(name, command, arguments)
    parser = _parser(name, command)
    command.add_options(parser)
    opts, args = parser.parse_known_args(arguments)
    command.refuse_misuse(args, opts)
    if command.requires_scrapy:
        command.settings = _scrapy_settings(command)
    else:
        do_without_scrapy()
        command.settings = project.ProjectSettings(module)
    command.take_settings(args, opts)
    _run_in_process(command, args, opts)
    return command.exitcode


def _run_command_of_scrapy(name: str, command: Any, arguments: list[str]) -> int:
    from scrapy.exceptions import UsageError

    command.settings = _scrapy_settings(command)
    parser = _parser(name, command)
    command.add_options(parser)
    opts, args = parser.parse_known_args(arguments)
    try:
        command.process_options(args, opts)
        _run_in_process(command, args, opts)
    except UsageError as error:
        parser.error(as_called(str(error)) or f"takes {command.syntax()}")
    return int(command.exitcode)


def _scrapy_settings(command: Any) -> Any:
    from scrapy.utils.project import get_project_settings

    settings = get_project_settings()
    settings.setdict(command.default_settings, priority="command")
    return settings


class _Parser(argparse.ArgumentParser):
    """Takes ``-:json`` for a value, as Scrapy's does: ``-o -:json``."""

    def _parse_optional(self, arg_string: str) -> Any:
        return None if arg_string.startswith("-:") else super()._parse_optional(arg_string)

    def print_help(self, file: Any = None) -> None:
        say_lines(self.format_help().rstrip("\n"))


def _parser(name: str, command: Any) -> _Parser:
    return _Parser(
        prog=f"newsspider {name}",
        usage=f"newsspider {name} {command.syntax()}",
        description=as_called(command.long_desc()),
        conflict_handler="resolve",
    )


def _run_in_process(command: Any, args: list[str], opts: argparse.Namespace) -> None:
    if command.requires_crawler_process:
        from scrapy.crawler import AsyncCrawlerProcess

        command.crawler_process = AsyncCrawlerProcess(command.settings)
    if opts.profile:
        import cProfile

        with cProfile.Profile() as profile:
            command.run(args, opts)
        try:
            profile.dump_stats(opts.profile)
        except OSError as error:
            said = _("--profile %(path)s: cannot be written: %(error)s", path=opts.profile, error=reason_of(error))
            complain(f"newsspider {command.name}: {said}")
            command.exitcode = command.exitcode or 4
    else:
        command.run(args, opts)


if __name__ == "__main__":
    sys.exit(main())
