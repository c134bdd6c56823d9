"""A child as the platform holds it: the connection that keeps it alive, and the line to it."""

import socket

from sandbox.jail import control
from sandbox.jail.wire import Channel


class JailUnavailable(Exception):
    """Grading is impossible here and now; one line says why. The platform's fault, never the learner's."""


class Child:
    """A locked-down process and the line to it. Closing kills it.

    `template` is one of control.Template: what it has of one.
    """

    def __init__(self, connection: socket.socket, channel: Channel) -> None:
        self._connection = connection
        self.channel = channel
        self.template: int = control.Template.NONE

    def ended(self, timeout: float) -> control.Ended | None:
        """How it ended; None if it still runs after so many seconds.

        Raises JailUnavailable where the jail itself has gone: whatever became of the child then, its code
        did not do it.
        """
        self._connection.settimeout(timeout)
        try:
            words = self._connection.recv(control.ENDED_BYTES)
        except TimeoutError:
            return None
        except OSError as error:
            raise JailUnavailable("the jail ended in the middle of the work.") from error
        ended = control.unpack_ended(words)
        if ended is None:
            raise JailUnavailable("the jail ended in the middle of the work.")
        return ended

    def close(self) -> None:
        self._connection.close()
        self.channel.close()
