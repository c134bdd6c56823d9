"""`python -m benchmarks.processes.floor SOCKET`: a warm Python that forks, and isolates nothing."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
import traceback


def run(path: str) -> None:
    """Until it is killed."""
    from sandbox.jail.harness import warm

    database = warm.up()
    from benchmarks.processes.inline import serve

    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            # A child must never come back into this loop.
            try:
                with contextlib.closing(connection), connection.makefile("rwb") as stream:
                    serve(stream, stream, database)
            except BaseException:  # noqa: BLE001
                traceback.print_exc()
            finally:
                os._exit(0)
        connection.close()


if __name__ == "__main__":
    run(sys.argv[1])
