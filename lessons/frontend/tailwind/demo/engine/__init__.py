"""Tailwind's own compiler, in QuickJS: the npm package, bundled into tailwind.js, which runs without Node.

A visitor's text goes in as a string and comes out in a style sheet. It is never evaluated: the one script
that is, is ours.
"""

import json
import threading
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import quickjs

SCRIPT = Path(__file__).parent / "tailwind.js"
STACK_BYTES = 1 << 20
MEMORY_BYTES = 64 << 20
SECONDS = 3.0  # of the process's CPU time, for one question


class CompileError(Exception):
    """What Tailwind says is wrong with the entry."""


# region: engine
class Engine:
    """One warm interpreter: 4 MB, and some 30 ms for a style sheet. It answers one question at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._context: quickjs.Context | None = None

    def ask(self, question: str, css: str, names: Iterable[str]) -> Any:
        """Raises CompileError."""
        with self._lock:
            context = self._context = self._context or _started()
            context.set_time_limit(SECONDS)
            try:
                context.get("ask")(question, css, json.dumps(list(names)))
                while context.execute_pending_job():
                    pass
                answer = json.loads(context.get("answer") or '{"error": "no answer", "fatal": true}')
            except quickjs.JSException as error:
                answer = {"error": str(error).splitlines()[0], "fatal": True}
            if answer.get("fatal"):
                # Out of time or memory, and who knows in which state: the next question gets another one.
                self._context = None
        if "error" in answer:
            raise CompileError(f"Given up: {answer['error']}" if answer["fatal"] else answer["error"])
        return answer["value"]


# endregion: engine


def _started() -> quickjs.Context:
    context = quickjs.Context()
    context.set_max_stack_size(STACK_BYTES)
    context.set_memory_limit(MEMORY_BYTES)
    context.eval(SCRIPT.read_text())
    return context


_engine = Engine()


@lru_cache(maxsize=64)
def _remembered(question: str, css: str, names: tuple[str, ...]) -> Any:
    return _engine.ask(question, css, names)


def style_sheet(css: str, names: Iterable[str]) -> str:
    """The entry compiled for these candidates: the rules that the command line writes."""
    return str(_remembered("css", css, tuple(names)))


def rules_of(css: str, names: Iterable[str]) -> list[tuple[str, str | None, int | None]]:
    """For each candidate its rules (None: it is no utility) and its place in the style sheet."""
    return [tuple(row) for row in _remembered("each", css, tuple(names))]
