"""What checks can expect of a trace: queries, templates, mail, tasks, waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from sandbox.jail.examiner_client import Response
from sandbox.jail.examiner_link import Link
from sandbox.jail.examiner_mismatch import Mismatch, show

_STATEMENTS = 15


class RunningProject:
    """`self.project`: questions to the learner's process that are not requests."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def run(self, source: str) -> Any:
        """Executes Python there; the JSON value of the last expression.

        Raises LearnerError with what it raised.
        """
        return self._link.value({"op": "run", "source": source})

    def mail(self) -> list[dict[str, Any]]:
        """Messages sent since the check began.

        Subject, body, from_email, to, cc, bcc, html, headers, attachments.
        """
        return list(self._link.value({"op": "mail"}))

    def tasks(self) -> list[dict[str, Any]]:
        """Celery's tasks since the check began: an entry for each try, in the order in which they began.

        name, args, kwargs, state (SUCCESS, FAILURE, RETRY, …), retries, countdown, eta, queue, result,
        exception, ms.
        """
        return list(self._link.value({"op": "tasks"}))


class Expectations:
    """The part of ExerciseTestCase that looks into X-rays."""

    link: ClassVar[Link]
    project: RunningProject

    @contextmanager
    def assertMaxQueries(self, at_most: int, what: str = "", concept: str = "") -> Iterator[None]:
        """All that is asked inside makes at most so many queries."""
        before = self.link.queries
        statements = self.link.statements = []
        yield
        count = self.link.queries - before
        if count > at_most:
            _too_many(count, statements, at_most, what, concept)

    def expect_queries(self, trace_or_response: Any, at_most: int, what: str = "", concept: str = "") -> None:
        """Fails with the statements where the request made more than `at_most`."""
        trace = _trace(trace_or_response)
        count = len(trace["queries"]) + int(trace.get("dropped", {}).get("queries", 0))
        if count > at_most:
            _too_many(count, [str(query["sql"]) for query in trace["queries"]], at_most, what, concept)

    def expect_template(self, trace_or_response: Any, name: str, what: str = "", concept: str = "") -> None:
        """The template was rendered, by itself or inside another one."""
        used = [str(template["name"]) for template in _trace(trace_or_response)["templates"]]
        if name not in used:
            got = ", ".join(used) or "no template"
            raise Mismatch(expected=f"the template {name} is used", got=got, what=what, concept=concept)

    def expect_mail(
        self, to: str | None = None, subject: str | None = None, what: str = "", concept: str = ""
    ) -> dict[str, Any]:
        """The one message, since the check began, to this address and with this text in its subject."""
        sent = self.project.mail()
        found = [
            message
            for message in sent
            if (to is None or to in [*message["to"], *message["cc"], *message["bcc"]])
            and (subject is None or subject in message["subject"])
        ]
        if len(found) != 1:
            wanted = "one message" + (f" to {to}" if to else "") + (f" about “{subject}”" if subject else "")
            got = "; ".join(f"“{m['subject']}” to {', '.join(m['to'])}" for m in sent) or "no mail"
            raise Mismatch(expected=wanted, got=got, what=what, concept=concept)
        return found[0]

    def expect_task(
        self,
        name: str,
        *,
        state: str = "SUCCESS",
        retries: int | None = None,
        args: Any = None,
        what: str = "",
        concept: str = "",
    ) -> dict[str, Any]:
        """The last try of this task ended so. `name` may be its end (`send_receipt`); `args` are JSON."""
        tries = [task for task in self.project.tasks() if _is_named(task["name"], name)]
        last = tries[-1] if tries else None
        matches = last is not None and (
            last["state"] == state
            and (retries is None or last["retries"] == retries)
            and (args is None or last["args"] == list(args))
        )
        if last is None or not matches:
            wanted = f"the task {name} ends as {state}"
            wanted += f" after {retries} retries" if retries is not None else ""
            wanted += f" with args {list(args)}" if args is not None else ""
            got = "\n".join(_tried(task) for task in tries[-5:]) or "it was never sent"
            raise Mismatch(expected=wanted, got=got, what=what, concept=concept)
        return last

    def expect_overlap(self, response: Response, at_least: int, what: str = "", concept: str = "") -> None:
        """So many waits (asyncio.sleep, time.sleep in threads) were under way at one moment."""
        waits = response.waits
        if waits["peak"] < at_least:
            got = f"{waits['count']} waits, at most {waits['peak']} at once, {waits['ms']:.0f} ms together"
            raise Mismatch(expected=f"{at_least} waits at once", got=got, what=what, concept=concept)

    def expect_loop_free(self, response: Response, what: str = "", concept: str = "") -> None:
        """Nothing slept on the event loop's own thread."""
        blocked = response.waits["blocked_ms"]
        if blocked:
            got = f"the event loop stood still for {blocked:.0f} ms: nobody else was served"
            raise Mismatch(expected="no blocking call on the event loop", got=got, what=what, concept=concept)


def _trace(trace_or_response: Any) -> dict[str, Any]:
    """Of a response, of a WebSocket, or the trace itself."""
    found: dict[str, Any] = getattr(trace_or_response, "trace", trace_or_response)
    return found


def _too_many(count: int, statements: list[str], at_most: int, what: str, concept: str) -> None:
    shown = "\n".join(statement[:200] for statement in statements[:_STATEMENTS])
    raise Mismatch(
        expected=f"at most {at_most} queries", got=f"{count} queries:\n{shown}", what=what, concept=concept
    )


def _is_named(full: str, name: str) -> bool:
    return full == name or full.endswith(f".{name}")


def _tried(task: dict[str, Any]) -> str:
    error = task["exception"]
    told = f", {error['type']}: {error['message']}" if error else ""
    arguments = show(task["args"]) + (f" {show(task['kwargs'])}" if task["kwargs"] else "")
    return f"{task['name']} {arguments}: {task['state']}, retries {task['retries']}{told}"
