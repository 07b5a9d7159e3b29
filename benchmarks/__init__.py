"""Figures that can be run again: ``make bench``. Each has its peer or its limit in the same run, as a ratio."""
