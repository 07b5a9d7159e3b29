"""``scrapy schema``: the JSON Schema of the records, for whoever receives a feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.commands import summary
from newsspider.record import schema
from newsspider.terminal.command import BaseCommand, UsageError
from newsspider.terminal.console import say_lines
from newsspider.text.language import _
from newsspider.text.nearest import did_you_mean

if TYPE_CHECKING:
    import argparse


class Command(BaseCommand):
    def syntax(self) -> str:
        return f"[{'|'.join(schema.KINDS)}]"

    def short_desc(self) -> str:
        return summary("schema")

    def long_desc(self) -> str:
        return _(
            "Print the JSON Schema (2020-12) of one kind of record: article (the default), site_facts, change (an "
            "event in the history of an article), or manifest (what a run says of itself). "
            "Example: scrapy schema > article.json"
        )

    def execute(self, args: list[str], opts: argparse.Namespace) -> None:
        kind = args[0] if args else "article"
        if len(args) > 1 or kind not in schema.KINDS:
            text = _("scrapy schema takes one of: %(names)s; got: %(given)s",
                     names=", ".join(schema.KINDS), given=" ".join(args))  # fmt: skip
            raise UsageError(text + did_you_mean(kind, schema.KINDS))
        say_lines(schema.load(kind).rstrip("\n"))
