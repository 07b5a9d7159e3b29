"""Proof: whether WARC files, their index, the runs and every record are what they were when they were written.

``docs/proof.md`` says what is checked and what each change of the list there is caught by. Nothing in here writes,
but to temporary files; nothing stops at the first fault; and nothing is held in memory that grows with a collection,
but a line for each of its files.
"""
