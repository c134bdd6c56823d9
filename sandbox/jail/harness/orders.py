"""What a child that waits hears from the zygote."""

import os
import socket

from sandbox.jail import control
from sandbox.jail.harness import pages


def start(descriptor: int, writes: pages.Ranges) -> control.Start:
    """Waits for the word to begin. The line to the platform comes with it, and takes the descriptor's place.

    Copies the pages of `writes` when it is told that there is time. Raises struct.error or ValueError where
    that is not what came, or not all of it.
    """
    with socket.socket(fileno=descriptor) as from_zygote:
        while True:
            word, lines, _, _ = socket.recv_fds(from_zygote, 1, 1)
            if word != control.COPY or lines:
                break
            pages.copy(writes, descriptor)
        rest = from_zygote.recv(control.START_BYTES - 1, socket.MSG_WAITALL)
        told = control.unpack_start(word + rest)
        [line] = lines
        from_zygote.detach()
    os.dup2(line, descriptor, inheritable=False)
    os.close(line)
    return told
