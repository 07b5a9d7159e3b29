"""Commands, one file each; the rooms below do their work.

Most need nothing of Scrapy, which takes longer to import than they take. Its own command line asks for what is a
``ScrapyCommand``, and has to be told that these count as such.
"""

import sys

from newsspider.terminal.command import BaseCommand
from newsspider.text.language import N_, _

SUMMARIES = {
    "crawl": N_("Crawl a site: records, archive and a manifest; the exit code says how it ended"),
    "newsite": N_("Write the file of a site and five cases from its pages, for a person to check"),
    "genspider": N_("Say how a site is added: scrapy newsite NAME URL"),
    "demo": N_("Crawl the bundled site: see what a run prints and writes"),
    "doctor": N_("Check settings, disk, clock, permissions, DNS, contact, lock and the last runs"),
    "runs": N_("List the runs of a collection, newest first: verdict, counts, duration; also those that were killed"),
    "history": N_("Show the versions of an article and what was changed, to the word; or what changed everywhere"),
    "browse": N_("Look at collections in a browser on this machine: search, versions, differences, proof, runs"),
    "replay": N_("Replay archived pages as they were, for a browser on this machine"),
    "verify": N_("Check archives, index, runs and every record against its page"),
    "index": N_("Rebuild the index of a collection from its WARC files"),
    "extract": N_("Parse all article pages of archives again, over several processes; compare with earlier records"),
    "export": N_("Write a table for Excel, or records in another format: CSV, JSON-LD, ninjs, Atom, JSON Feed, zyte"),
    "load": N_("Load records into a database, a search engine or Parquet files, or a collection into object storage"),
    "pack": N_("Pack a collection, or runs of it, into one WACZ file"),
    "fetch": N_("Fetch one address, print its body and archive the exchange"),
    "savefixture": N_("Make a captured page a test case, with today's record of it for a person to check"),
    "completion": N_("Print what makes a shell complete commands, options, sites and collections"),
    "schema": N_("Print the JSON Schema of the records"),
}
"""The summary of each command, in the order of a day's work; a list of commands imports none of them."""


def summary(name: str) -> str:
    """Return what the command of that name does, in the present language."""
    return _(SUMMARIES[name])


if "scrapy.commands" in sys.modules:
    sys.modules["scrapy.commands"].ScrapyCommand.register(BaseCommand)
