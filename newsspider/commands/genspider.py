"""``scrapy genspider``: Scrapy's name for what ``scrapy newsite`` does here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.commands import summary
from newsspider.terminal.command import BaseCommand
from newsspider.terminal.console import complain
from newsspider.text.language import _

if TYPE_CHECKING:
    import argparse


class Command(BaseCommand):
    def syntax(self) -> str:
        return "NAME URL"

    def short_desc(self) -> str:
        return summary("genspider")

    def long_desc(self) -> str:
        return _(
            "A site is one file of rules, and its spider makes itself, so that no spider is generated. "
            "Example: scrapy newsite harbour https://www.harbour.example/"
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        complain(
            "scrapy genspider: "
            + _(
                "a site is one file of rules here, and its spider makes itself; write it with: scrapy newsite "
                "%(given)s",
                given=" ".join(args) or "NAME URL",
            )
        )
        self.exitcode = 2
