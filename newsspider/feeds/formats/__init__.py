"""Records in formats that other people's readers know: one file a format.

``docs/formats.md`` says where each field of a record goes, and what a format lacks.
"""
