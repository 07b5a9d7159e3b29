"""Crawls news sites into proven records and a wire-exact web archive."""

from importlib.metadata import version

__version__ = version("newsspider")
