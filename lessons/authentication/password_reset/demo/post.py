"""Three ways to send the same letter. They differ in who waits for the mail server."""

import threading
import time
from collections.abc import Callable
from contextvars import copy_context

from .models import Bench

MAIL_SERVER_TAKES = 0.8  # seconds; a stand-in, because this demo's mailbox answers at once


def deliver(send: Callable[[], None], how: str) -> None:
    if how == Bench.Delivery.AT_ONCE:
        send()
    elif how == Bench.Delivery.SLOW:
        _slowly(send)
    else:
        # A thread shows the timing, no more: it dies with the process, and the letter with it.
        # Real sites put the letter into a queue that a worker empties.
        threading.Thread(target=copy_context().run, args=(_slowly, send), daemon=True).start()


def _slowly(send: Callable[[], None]) -> None:
    time.sleep(MAIL_SERVER_TAKES)
    send()
