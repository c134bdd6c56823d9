"""What was measured while it happened, and its places in a picture."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Span:
    name: str
    began: float  # ms since the timeline's beginning, as `ended`
    ended: float | None = None
    outcome: str = "running"
    said: str = ""
    thread: str = ""
    wanted: float | None = None  # when it would have begun, if it had been let

    @property
    def ms(self) -> int:
        return round((self.ended or self.began) - self.began)

    @property
    def held_up(self) -> int:
        """ms between when it would have begun and when it did."""
        return round(self.began - self.wanted) if self.wanted is not None else 0


@dataclass
class Mark:
    words: str
    at: float


@dataclass
class Timeline:
    """`with timeline.span("Skerry"): …` in the code that is to be seen."""

    spans: list[Span] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    began: float = field(default_factory=time.perf_counter)

    def now(self) -> float:
        return (time.perf_counter() - self.began) * 1000

    @contextmanager
    def span(self, name: str, wanted: float | None = None) -> Iterator[Span]:
        span = Span(name, self.now(), thread=threading.current_thread().name, wanted=wanted)
        self.spans.append(span)
        try:
            yield span
        except Exception as error:
            span.outcome, span.said = "failed", str(error) or type(error).__name__
            raise
        except BaseException:  # CancelledError is none of the Exceptions
            span.outcome = "cancelled"
            raise
        else:
            span.outcome = "answered"
        finally:
            span.ended = self.now()

    def mark(self, words: str) -> float:
        self.marks.append(Mark(words, self.now()))
        return self.marks[-1].at

    @property
    def ms(self) -> int:
        ends = [span.ended or span.began for span in self.spans] + [mark.at for mark in self.marks]
        return round(max(ends, default=0))

    def count(self, outcome: str) -> int:
        return sum(span.outcome == outcome for span in self.spans)

    def picture(self) -> dict:
        """Percentages of the whole width, as text, for the template."""
        width = max(self.ms, 1)
        threads = list(dict.fromkeys(span.thread for span in self.spans))
        return {
            "ms": self.ms,
            "lanes": [_lane(span, width, threads) for span in self.spans],
            "marks": [
                {"words": mark.words, "ms": round(mark.at), "x": _percent(mark.at, width)}
                for mark in self.marks
            ],
            "threads": len(threads),
        }


def _lane(span: Span, width: int, threads: list[str]) -> dict:
    ended = span.ended if span.ended is not None else width
    wanted = span.began if span.wanted is None else min(span.wanted, span.began)
    return {
        "span": span,
        "thread": threads.index(span.thread) + 1,
        "x": _percent(span.began, width),
        "width": _percent(max(ended - span.began, width / 200), width),
        "held_x": _percent(wanted, width),
        "held_width": _percent(span.began - wanted, width),
    }


def _percent(ms: float, width: int) -> str:
    return f"{min(100 * ms / width, 100):.2f}%"
