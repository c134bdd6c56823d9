"""A child as the platform holds it: the connection that keeps it alive, and the line to it."""

import socket

from sandbox.jail import control
from sandbox.jail.wire import Channel


class JailUnavailable(Exception):
    """Grading is impossible here and now; one line says why. The platform's fault, never the learner's."""


class Child:
    """A locked-down process and the line to it. Closing kills it."""

    def __init__(self, connection: socket.socket, channel: Channel) -> None:
        self._connection = connection
        self.channel = channel

    def ended(self, timeout: float) -> control.Ended | None:
        """How it ended; None if it still runs after so many seconds, or the jail is gone."""
        self._connection.settimeout(timeout)
        try:
            return control.unpack_ended(self._connection.recv(control.ENDED_BYTES))
        except OSError:
            return None

    def close(self) -> None:
        self._connection.close()
        self.channel.close()
