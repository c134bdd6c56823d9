"""Where every task of a job is, and how it got there: from the journal, and from the result backend."""

import time
from dataclasses import dataclass, field
from datetime import datetime

from celery.exceptions import TimeLimitExceeded, WorkerLostError
from celery.result import AsyncResult

from .celery import app
from .models import Event, Job

FINAL = {"success", "failure", "lost", "revoked", "expired"}
BAD = FINAL - {"success"}


@dataclass
class Segment:
    """A stretch of the timeline: waiting, held back until its time, or running with how it ended."""

    state: str
    start: float
    end: float
    pid: int | None = None
    x: float = 0.0  # of 100
    width: float = 0.0

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass
class Lane:
    """One task, with all its tries."""

    task_id: str
    name: str
    state: str = "unsent"
    told: str = ""
    progress: dict | None = None
    segments: list[Segment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def runs(self) -> list[Segment]:
        return [segment for segment in self.segments if segment.state not in ("waiting", "held")]


@dataclass
class Card:
    job: Job
    lanes: list[Lane]
    seconds: float
    finished: bool

    @property
    def message(self) -> dict | None:
        sent = [event for lane in self.lanes for event in lane.events if event.kind == Event.Kind.SENT]
        return {name: sent[0].data[name] for name in ("headers", "body")} if sent else None

    @property
    def running(self) -> list[Lane]:
        return [lane for lane in self.lanes if lane.state == "running"]

    @property
    def waiting(self) -> list[Lane]:
        return [lane for lane in self.lanes if lane.state in ("waiting", "held")]

    @property
    def key(self) -> str:
        """Changes when other buttons belong on the card."""
        return f"{bool(self.waiting)}{bool(self.running)}{self.finished}"

    @property
    def doubles(self) -> int:
        numbers = [sheet.number for sheet in self.job.prints.all()]
        return len(numbers) - len(set(numbers))


def card(job: Job, now: float | None = None) -> Card:
    now = now or time.time()
    lanes = {task_id: Lane(task_id, name) for task_id, name in job.plan}
    for event in job.events.order_by("at", "pk"):
        lanes.setdefault(event.task_id, Lane(event.task_id, event.task)).events.append(event)
    ordered = sorted(lanes.values(), key=lambda lane: lane.events[0].at if lane.events else now)
    for lane in ordered:
        read(lane, now)
    active = any(lane.state in ("waiting", "held", "running") for lane in ordered)
    planned = all(lane.state in FINAL for lane in ordered)
    broken = job.kind != Job.Kind.CHORD and any(lane.state in BAD for lane in ordered)
    seconds = scale(ordered)
    return Card(job, ordered, seconds, bool(ordered) and not active and (planned or broken))


def read(lane: Lane, now: float) -> None:
    """Walk through the events of a task; what they leave open, the result backend knows."""
    waits_since = runs_since = None
    over = held = pid = None
    for event in lane.events:
        if event.kind == Event.Kind.SENT:
            waits_since, held = event.at, event.data["eta"]
        elif event.kind == Event.Kind.STARTED:
            if runs_since is not None:
                lane.segments.append(Segment("lost", runs_since, over or event.at, pid))
            if waits_since is not None:
                wait(lane, waits_since, event.at, held)
            waits_since, runs_since, over, pid = None, event.at, None, event.pid
        elif event.kind == Event.Kind.ENDED and runs_since is not None:
            lane.segments.append(
                Segment((event.data["state"] or "revoked").lower(), runs_since, event.at, pid)
            )
            lane.told, runs_since = event.data["result"], None
        else:
            over = event.at
    result = AsyncResult(lane.task_id, app=app)
    state = result.state.lower()
    if (
        state == "failure"
        and runs_since
        and not isinstance(result.result, (WorkerLostError, TimeLimitExceeded))
    ):
        state = "started"  # its process is alive: the result is written, and the journal is about to be
    if state in ("failure", "revoked") and (runs_since or waits_since or not lane.events):
        lane.told = repr(result.result)
        over = over or ended_at(result) or now
    if runs_since is not None:
        lane.state = {"failure": "lost", "revoked": "revoked"}.get(state, "running")
        lane.progress = result.info if state == "progress" else None
        lane.segments.append(Segment(lane.state, runs_since, now if lane.state == "running" else over, pid))
    elif waits_since is not None:
        lane.state = "revoked" if state == "revoked" else "held" if is_ahead(held, now) else "waiting"
        wait(lane, waits_since, over if lane.state == "revoked" else now, held)
    elif lane.segments:
        lane.state = lane.segments[-1].state
    elif state in FINAL:
        lane.state = state
    if lane.state == "revoked" and "expired" in lane.told:
        lane.state = "expired"


def wait(lane: Lane, start: float, end: float, eta: str | None) -> None:
    """Until its time the message is held back by a worker; after that it waits for a free process."""
    due = min(datetime.fromisoformat(eta).timestamp(), end) if eta else start
    if due > start:
        lane.segments.append(Segment("held", start, due))
    if end > max(due, start):
        lane.segments.append(Segment("waiting", max(due, start), end))


def is_ahead(eta: str | None, now: float) -> bool:
    return bool(eta) and datetime.fromisoformat(eta).timestamp() > now


def ended_at(result: AsyncResult) -> float | None:
    done = result.date_done
    return done.timestamp() if isinstance(done, datetime) else None


def scale(lanes: list[Lane]) -> float:
    """Place all segments on one axis of 100; answers how many seconds that is."""
    everything = [segment for lane in lanes for segment in lane.segments]
    if not everything:
        return 0.0
    start = min(segment.start for segment in everything)
    whole = max(max(segment.end for segment in everything) - start, 0.1)
    for segment in everything:
        segment.x = round((segment.start - start) / whole * 100, 2)
        segment.width = max(round(segment.seconds / whole * 100, 2), 0.6)
    return whole
