"""``scrapy schema``: the JSON Schema of the records, for whoever receives a feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsspider import schema

if TYPE_CHECKING:
    import argparse


class Command(ScrapyCommand):
    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return f"[{'|'.join(schema.KINDS)}]"

    def short_desc(self) -> str:
        return "Print the JSON Schema of the records"

    def long_desc(self) -> str:
        return (
            "Print the JSON Schema (2020-12) of one kind of record: article (the default), site_facts, change (an "
            "event in the history of an article), or manifest (what a run says of itself). "
            "Example: scrapy schema > article.json"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        kind = args[0] if args else "article"
        if len(args) > 1 or kind not in schema.KINDS:
            raise UsageError(f"scrapy schema takes one of {', '.join(schema.KINDS)}; got: {' '.join(args)}")
        print(schema.load(kind), end="")
