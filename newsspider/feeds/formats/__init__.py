"""Records in formats that other people's readers know: one file a format.

Each is what an existing program reads: a feed reader, a spreadsheet, a search engine (JSON-LD), the system of a news
agency (ninjs), a pipeline for zyte-common-items. ``docs/formats.md`` says where each field of a record goes, and what
a format lacks.
"""
