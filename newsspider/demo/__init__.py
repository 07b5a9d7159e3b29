"""A small Kankanews-like site on loopback, for ``scrapy demo``, the tests and the benchmarks.

Its articles are invented: no text, person or event in them is real. It knows nothing of the rest of the
project.
"""
