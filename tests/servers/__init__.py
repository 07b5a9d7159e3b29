"""Servers that the tests crawl: real sockets on loopback, whose every byte is known."""
