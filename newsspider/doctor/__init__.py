"""Checks of the machine and settings that crawls run with: one kind of check a file. Reads, and repairs nothing."""
