"""Checks the settings before anything is opened, logged or fetched.

Our own settings and those that our ``settings.py`` sets are looked at, and those of Scrapy's that a crawl does not take
(:mod:`newsspider.crawl.refused`); Scrapy reads its others itself.
"""

from __future__ import annotations

import logging
import math
import os
import re
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.settings import SETTINGS_PRIORITIES, default_settings

from newsspider import settings as project_settings
from newsspider.collection.collection import Collection
from newsspider.crawl import refused
from newsspider.crawl.connections import parse_connect_to
from newsspider.errors import NewsspiderError
from newsspider.history.schedule import Schedule, ScheduleError
from newsspider.parsing.requisites.page import KINDS
from newsspider.runs.notice import is_webhook, program
from newsspider.terminal import called
from newsspider.terminal.console import complain
from newsspider.text.language import LANGUAGES, N_, named, use
from newsspider.text.message import Message, message
from newsspider.text.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from scrapy.settings import BaseSettings

    from newsspider.terminal.command import Settings

SWITCHES = (
    "ALLOW_PRIVATE_ADDRESSES", "AUTOTHROTTLE_ENABLED", "CONDITIONAL_REQUESTS", "COOKIES_ENABLED",
    "DOWNLOAD_VERIFY_CERTIFICATES", "LOG_JSON", "METAREFRESH_ENABLED", "REMOTE_CONTROL_ENABLED",
    "ROBOTSTXT_OBEY", "TELNETCONSOLE_ENABLED", "WARN_ON_GENERATOR_RETURN_VALUE",
)  # fmt: skip
WHOLE_NUMBERS = {
    "CONCURRENT_ITEMS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_MAXSIZE": 0,
    "DOWNLOAD_WARNSIZE": 0,
    "EXTRACT_SPAN": 1,
    "LIST_DEPTH": 0,
    "PART_ITEMS": 1,
    "REDIRECT_MAX_TIMES": 0,
    "REQUISITES_MAX": 1,
    "REQUISITE_MAX_SIZE": 1,
    "REVISIT_LIMIT": 0,
    "RETRY_TIMES": 0,
    "VERDICT_MIN_ARTICLES": 1,
    "VERDICT_MIN_PAGES": 1,
    "VERDICT_RUNS": 3,
    "VIDEO_MAX_SIZE": 1,
    "WARC_MAX_SIZE": 1,
}
"""With the least each may be."""
NUMBERS = {
    "AUTOTHROTTLE_START_DELAY": (0, N_("seconds")),
    "COLLECTION_LEASE": (1, N_("seconds")),
    "DOWNLOAD_DELAY": (0, N_("seconds")),
    "DOWNLOAD_DELAY_JITTER": (0, N_("share of DOWNLOAD_DELAY")),
    "DOWNLOAD_TIMEOUT": (1, N_("seconds")),
    "REQUISITE_DAYS": (0, N_("days")),
    "RETRY_AFTER_MAX": (0, N_("seconds")),
    "CRAWL_DELAY_MAX": (0, N_("seconds")),
    "SHUTDOWN_TIMEOUT": (0, N_("seconds")),
    "VERDICT_MAX_QUIET": (0, N_("hours")),
}
"""With the least each may be, and of what."""
MOST = 1 << 60
"""Bytes, runs or pages; what reads them takes 64 bits."""
MOST_DAYS = 700_000
"""So that a day so long ago is one of the calendar: nineteen centuries."""
_IN_A_DAY = {"hours": 24, "seconds": 86_400}
DIRECTORIES = ("ARCHIVE_DIR", "REPLAY_CACHE")
_ADDRESS = re.compile(r"\s*(?:[A-Za-z0-9][A-Za-z0-9+.@_-]+:(?=\S)|[A-Za-z]:\\|~)")
"""The beginning of one, as of ``s3://bucket``, ``s3:bucket`` or ``user@host:/srv``; or of what is a path elsewhere."""
SHARES = ("VERDICT_MAX_FAILED", "VERDICT_MIN_FOUND", "VERDICT_MIN_GIVEN")
_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
DIGESTS = ("standard", "stored")


class SettingError(NewsspiderError):
    """A setting has a value that nobody can work with."""

    def __init__(self, name: str, value: object, wanted: Message):
        super().__init__(
            message(
                "the setting %(name)s is %(value)s; give it %(wanted)s", name=name, value=repr(value), wanted=wanted
            )
        )


class UnknownSettingError(NewsspiderError):
    """``-s`` names a setting that there is not, and that one of ours is meant by."""

    def __init__(self, name: str, meant: str):
        super().__init__(
            message(
                "-s %(name)s=…: there is no such setting, so it would do nothing; did you mean %(meant)s?",
                name=name, meant=meant,
            )
        )  # fmt: skip


class UnknownVariableError(NewsspiderError):
    """An environment variable names a setting that there is not."""

    def __init__(self, variable: str, known: set[str]):
        name = variable.removeprefix(project_settings.prefix)
        close = nearest(name, known)
        meant = f"did you mean {project_settings.prefix}{close}? " if close else ""
        super().__init__(
            f"the environment variable {variable} names no setting; "
            f"{meant}newsspider/settings.py and Scrapy's documentation have them all"
        )


class Preflight:
    """Scrapy add-on: ends the command with one line when a crawl could not work as set."""

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        # Scrapy calls this before its first line in the log. An exception would come out as a traceback.
        try:
            check_environment()
            check(settings)
            refused.check(settings)
            use(settings["UI_LANGUAGE"])
        except NewsspiderError as error:
            complain(f"{called.program()}: {error.localized()}")
            sys.exit(error.exit_code)

    def update_settings(self, settings: BaseSettings) -> None:
        """Look at what the spider itself sets, too; this is raised where the crawl begins."""
        refused.check_memories(settings)


def check_environment() -> None:
    """Raise for a ``NEWSSPIDER_`` variable that would silently do nothing."""
    known = _known()
    for variable in sorted(os.environ):
        if variable.startswith(project_settings.prefix) and variable.removeprefix(project_settings.prefix) not in known:
            raise UnknownVariableError(variable, known)


def check(settings: BaseSettings) -> None:
    """Raise for the first setting that has no usable value, or an unknown name that must be a slip of the pen."""
    _check_names(settings)
    for name in SWITCHES:
        _require(settings, name, _reads(settings.getbool), message("True or False"))
    for name in WHOLE_NUMBERS:
        check_whole_number(settings, name)
    for name, (least, unit) in NUMBERS.items():
        wanted = message("a number, %(least)s or more (%(unit)s)", least=least, unit=message(unit))
        _require(settings, name, _reads(settings.getfloat, least), wanted)
        most = MOST_DAYS * _IN_A_DAY.get(unit, 1)
        _require(settings, name, _reads(settings.getfloat, most=most), message("at most %(most)s", most=f"{most:,}"))
    for name in SHARES:
        _require(settings, name, _reads(settings.getfloat, 0, 1), message("a share, from 0 to 1"))
    day = message("a day: 2026-11-01")
    _require(settings, "VERDICT_SINCE", lambda name: not settings[name] or _is_day(settings[name]), day)
    _check_notices(settings)
    _require(settings, "WARC_PAYLOAD_DIGEST", lambda name: settings[name] in DIGESTS, message("standard or stored"))
    _require(
        settings,
        "REQUISITES",
        lambda name: set(settings.getlist(name)) <= set(KINDS),
        message("some of %(kinds)s, by commas, or nothing", kinds=", ".join(KINDS)),
    )
    _require(
        settings,
        "REQUISITE_HOSTS",
        lambda name: all(_DOMAIN.fullmatch(domain) for domain in settings.getlist(name)),
        message("domains by commas, such as static.example.com,example.net"),
    )
    try:
        Schedule.parse(settings["REVISIT"])
    except ScheduleError as error:
        wanted = message('ages and intervals, as in "6h:30m,2d:6h,30d:7d" (%(error)s)', error=error)
        raise SettingError("REVISIT", settings["REVISIT"], wanted) from error
    levels = logging.getLevelNamesMapping()
    level = message("DEBUG, INFO, WARNING, ERROR or CRITICAL")
    _require(settings, "LOG_LEVEL", lambda name: settings[name] in levels, level)
    _require(
        settings,
        "ARCHIVE_DIR",
        lambda name: bool(str(settings[name] or "").strip()),
        message("the directory where collections are"),
    )
    for name in DIRECTORIES:
        _require(
            settings,
            name,
            lambda name: not _ADDRESS.match(str(settings[name])),
            message(
                "a directory of this machine, without ~, which only a shell knows (one with a colon in its name is "
                "written ./a:b); what is in one goes into object storage by: scrapy load COLLECTION "
                "--to s3://bucket/prefix; and a crawl goes there by: scrapy crawl SITE --collection s3://bucket/SITE"
            ),
        )
    parse_connect_to(settings["CONNECT_TO"])
    _require(
        settings, "UI_LANGUAGE", lambda name: not settings[name] or named(str(settings[name])) is not None,
        message("one of %(names)s", names=", ".join(LANGUAGES)),
    )  # fmt: skip
    if settings["COLLECTION"]:
        Collection.named(Path(settings["ARCHIVE_DIR"]), settings["COLLECTION"])


def _check_notices(settings: BaseSettings) -> None:
    _require(
        settings,
        "PROMETHEUS_TEXTFILE",
        lambda name: not settings[name]
        or Path(settings[name]).is_dir()
        or (settings[name].endswith(".prom") and Path(settings[name]).parent.is_dir()),
        message("a directory, or a file in one that is called NAME.prom"),
    )
    # Where verdicts go may be a secret, and is not repeated.
    if settings["VERDICT_WEBHOOK"] and not is_webhook(settings["VERDICT_WEBHOOK"]):
        raise SettingError("VERDICT_WEBHOOK", "…", message("an address like https://host/path"))
    if settings["VERDICT_COMMAND"] and not program(settings["VERDICT_COMMAND"]):
        wanted = message("a program that is there, and its arguments, quoted as for a shell")
        raise SettingError("VERDICT_COMMAND", "…", wanted)


def _check_names(settings: BaseSettings) -> None:
    """A name that is far from all of ours may be that of an extension of Scrapy's; nobody here can tell."""
    known = _known()
    for name in settings:
        given = name not in known and settings.getpriority(name) == SETTINGS_PRIORITIES["cmdline"]
        if given and (meant := nearest(name, known, least=0.8)):
            raise UnknownSettingError(name, meant)


def _known() -> set[str]:
    return project_settings.names | {name for name in vars(default_settings) if name.isupper()}


def check_whole_number(settings: Settings, name: str) -> None:
    """Raise SettingError where one of `WHOLE_NUMBERS` is none, less than it may be, or too large."""
    least = WHOLE_NUMBERS[name]
    wanted = message("a whole number, %(least)s or more", least=least)
    _require(settings, name, _reads(settings.getint, least), wanted)
    _require(settings, name, _reads(settings.getint, most=MOST), message("at most %(most)s", most=f"{MOST:,}"))


def _require(settings: Settings, name: str, holds: Callable[[str], bool], wanted: Message) -> None:
    if not holds(name):
        raise SettingError(name, settings[name], wanted)


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except (TypeError, ValueError):
        return False


def _reads(
    read: Callable[[str], Any], least: float = -math.inf, most: float = sys.float_info.max
) -> Callable[[str], bool]:
    """Return whether a setting can be read as *read* does it, and is not under *least* nor over *most*."""

    def holds(name: str) -> bool:
        try:
            return bool(least <= read(name) <= most)
        except (TypeError, ValueError):
            return False

    return holds
