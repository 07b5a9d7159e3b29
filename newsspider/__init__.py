"""Crawls news sites into proven records and a wire-exact web archive."""

__version__ = "0.1.0"
