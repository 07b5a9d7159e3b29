"""Packages: a WACZ of runs of a collection, to hand to somebody. Reads the collection, and writes one file."""
