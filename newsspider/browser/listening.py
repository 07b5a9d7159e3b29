"""The socket that a server gets: on this machine alone, taken before anything else is made or opened."""

from __future__ import annotations

import os
import socket

from newsspider.errors import NewsspiderError

HOST = "127.0.0.1"
"""Loopback alone: another machine reaches it by a tunnel, or receives a WACZ."""


class PortError(NewsspiderError):
    """The port cannot be listened on."""

    def __init__(self, port: int, error: OSError) -> None:
        super().__init__(
            f"port {port} of {HOST} cannot be used ({os.strerror(error.errno or 0)}); "
            "give another with --port, or --port 0 for any that is free"
        )


def listen(port: int) -> socket.socket:
    """Return a socket that listens on *port*, 0 for any that is free, and is inherited. PortError."""
    try:
        listener = socket.create_server((HOST, port))
    except OSError as error:
        raise PortError(port, error) from error
    listener.set_inheritable(True)
    return listener
