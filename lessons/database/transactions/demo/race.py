"""Two sessions pay into one account at the same moment: two threads, two connections, one database."""

import threading
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from contextvars import copy_context
from dataclasses import dataclass, field

from django.db import DatabaseError, connections, transaction
from django.db.models import F

from .models import Account
from .places import Ring, places
from .watch import Watch

PATIENCE = 0.4  # seconds that one waits for the other to have read

_races = threading.BoundedSemaphore(2)


class Busy(Exception):
    pass


class Stale(Exception):
    """Somebody has written since it was read."""


@dataclass
class Session:
    name: str
    cents: int
    watch: Watch
    meet: Callable[[], None] = lambda: None
    error: str = ""
    lanes: list[dict] = field(default_factory=list)


@dataclass
class Outcome:
    place: str
    start: int
    end: int
    sessions: list[Session]

    @property
    def promised(self) -> int:
        """What would be there if whoever was told of success has paid in."""
        return self.start + sum(session.cents for session in self.sessions if not session.error)

    @property
    def lost(self) -> int:
        return self.promised - self.end

    @property
    def refused(self) -> list[Session]:
        return [session for session in self.sessions if session.error]


# region: ways
def read_then_write(session: Session, accounts, pk: int) -> None:
    account = accounts.get(pk=pk)
    session.meet()
    account.balance += session.cents
    account.save(update_fields=["balance"])


def locked(session: Session, accounts, pk: int) -> None:
    account = accounts.select_for_update().get(pk=pk)
    session.meet()
    account.balance += session.cents
    account.save(update_fields=["balance"])


def in_the_database(session: Session, accounts, pk: int) -> None:
    session.meet()
    accounts.filter(pk=pk).update(balance=F("balance") + session.cents)


def by_version(session: Session, accounts, pk: int) -> None:
    account = accounts.get(pk=pk)
    session.meet()
    new = {"balance": account.balance + session.cents, "version": account.version + 1}
    if not accounts.filter(pk=pk, version=account.version).update(**new):
        raise Stale(f"version {account.version} is no longer there")


# endregion: ways

WAYS = {
    "read": (read_then_write, "read, add, save()"),
    "lock": (locked, "select_for_update(), add, save()"),
    "f": (in_the_database, 'update(balance=F("balance") + …)'),
    "version": (by_version, "read, then update() where the version is still the same"),
}


def run(way: str, mode: str, owner: Account) -> Outcome:
    """Raises Busy where too many races are on."""
    if not _races.acquire(timeout=3):
        raise Busy("Other races are on. Try again in a moment.")
    try:
        place = places()[mode]
        with place.prepared(owner) as ring:
            return _race(way, place, ring)
    finally:
        _races.release()


def _race(way: str, place, ring: Ring) -> Outcome:
    accounts = Account.objects.using(ring.alias)
    start = accounts.get(pk=ring.pk).balance
    zero = time.perf_counter()
    sessions = [Session("A", 1_000, Watch(zero)), Session("B", 2_500, Watch(zero))]
    ready, both_have_read = threading.Barrier(2), threading.Barrier(2)

    def meet() -> None:
        # Whoever cannot read before the other has written will not come: then this one goes on alone.
        with suppress(threading.BrokenBarrierError):
            both_have_read.wait(PATIENCE)

    def work(session: Session) -> None:
        session.meet = meet
        connection = connections[ring.alias]  # this thread's own
        try:
            ring.open(connection)
            ready.wait(5)
            with session.watch.on(connection):
                with transaction.atomic(using=ring.alias) if place.atomic else nullcontext():
                    WAYS[way][0](session, Account.objects.using(ring.alias), ring.pk)
        except (DatabaseError, Stale, threading.BrokenBarrierError) as error:
            session.error = f"{type(error).__name__}: {error}".strip()
        finally:
            connection.close()

    # A thread starts with an empty context: what belongs to this request goes along.
    threads = [
        threading.Thread(target=copy_context().run, args=(work, session), name=f"session {session.name}")
        for session in sessions
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end = accounts.get(pk=ring.pk).balance
    scale(sessions)
    return Outcome(place.title, start, end, sessions)


def scale(sessions: list[Session]) -> None:
    """Every statement as a bar on one axis of 100."""
    everything = [seen for session in sessions for seen in session.watch.statements]
    if not everything:
        return
    first = min(seen.start for seen in everything)
    whole = max(max(seen.end for seen in everything) - first, 0.001)
    for session in sessions:
        session.lanes = [
            {
                "statement": seen,
                "x": round((seen.start - first) / whole * 100, 2),
                "width": max(round((seen.end - seen.start) / whole * 100, 2), 0.8),
            }
            for seen in session.watch.statements
        ]


def in_order(sessions: list[Session]) -> list[dict]:
    """What both asked, in the order in which it began."""
    first = min((seen.start for session in sessions for seen in session.watch.statements), default=0.0)
    rows = [
        {"session": session.name, "statement": seen, "at": (seen.start - first) * 1000}
        for session in sessions
        for seen in session.watch.statements
    ]
    return sorted(rows, key=lambda row: row["at"])
