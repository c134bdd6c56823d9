"""When a project is given up as too slow, it says where it stands: in a loop, in a call that waits.

The supervisor ends it soon after in any case. A project that takes the signal for itself, or is inside of C
code, ends without these last words.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from sandbox.jail.harness.capture import Capture
from sandbox.jail.harness.errors import Own, clip, describe_stack
from sandbox.jail.wire import Channel

# No exception's name: the code raised none.
TIME_UP = "TimeUp"


class Stopwatch:
    """Ends the process with an answer of its own once what it watches has taken too long."""

    def __init__(self, channel: Channel, capture: Capture, own: Own) -> None:
        self._channel = channel
        self._capture = capture
        self._own = own
        self._answer: dict[str, Any] | None = None
        self._key = ""
        self._seconds = 0.0

    @contextmanager
    def watch(self, seconds: float | None, answer: dict[str, Any], key: str) -> Iterator[None]:
        """After `seconds` the answer is sent, with the exception TimeUp and its frames as `key`."""
        if seconds is None:
            yield
            return
        self._answer, self._key, self._seconds = answer, key, seconds
        signal.signal(signal.SIGALRM, self._tell)
        signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
        try:
            yield
        finally:
            # The signal may have come, and its handler be next.
            self._answer = None
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _tell(self, _: int, frame: FrameType | None) -> None:
        if self._answer is None:
            return
        message = f"no end after {self._seconds:.0f} s. It was stopped here."
        problem = {"type": TIME_UP, "message": message, "frames": self._frames(frame)}
        output = clip(self._capture.take())
        self._channel.send({**self._answer, "output": output, self._key: problem})
        os._exit(0)

    def _frames(self, frame: FrameType | None) -> list[dict[str, Any]]:
        """The main thread's, or where none of its lines are the learner's, those of another one."""
        main = threading.main_thread().ident
        others = [stack for thread, stack in sys._current_frames().items() if thread != main]
        stacks = (describe_stack(stack, self._own) for stack in (frame, *others))
        return next((frames for frames in stacks if frames), [])
