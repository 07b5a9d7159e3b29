"""A directory of WARC files: its index, state, lock and look-up, and the one door to a captured page."""
