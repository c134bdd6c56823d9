import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.utils import timezone

from . import expressions, pushes
from .models import Run
from .plan import Job
from .runner import JobRun

AT_ONCE = 2  # jobs of a run: the jail has few places
# Jobs block for seconds, and the loop's own threads have shorter things to do.
THREADS = ThreadPoolExecutor(max_workers=8, thread_name_prefix="job")
GONE = 4404


class RunConsumer(AsyncJsonWebsocketConsumer):
    """Carries a run out while its page is open, and tells the page every line."""

    async def connect(self) -> None:
        self.number = self.scope["url_route"]["kwargs"]["number"]
        self.stop, self.reason = threading.Event(), ""
        self.work: asyncio.Task[None] | None = None
        self.freed = asyncio.Event()
        await self.accept()
        self.run = await database_sync_to_async(Run.objects.filter(number=self.number).first)()
        if self.run is None:
            await self.close(GONE)
            return
        await self.channel_layer.group_add(f"run-{self.number}", self.channel_name)
        await self.channel_layer.group_add("concurrency", self.channel_name)
        self.work = asyncio.create_task(self._work())

    async def disconnect(self, code: int) -> None:
        self.reason = self.reason or "Its page was closed."
        self.stop.set()
        self.freed.set()
        if self.work is not None:
            with contextlib.suppress(Exception):
                await self.work
        if getattr(self, "run", None) is not None:
            await self.channel_layer.group_discard(f"run-{self.number}", self.channel_name)
            await self.channel_layer.group_discard("concurrency", self.channel_name)

    async def receive_json(self, content: Any, **options: Any) -> None:
        if content == {"type": "cancel"}:
            await self.run_cancel({"reason": "Cancelled by hand."})

    # --- From this visitor's other consumers, and from the view that starts runs

    async def run_cancel(self, message: dict[str, Any]) -> None:
        self.reason = message["reason"]
        self.stop.set()
        self.freed.set()

    async def group_free(self, message: dict[str, Any]) -> None:
        self.freed.set()

    # --- The run

    async def _work(self) -> None:
        while not await database_sync_to_async(self._claim)():
            if self.run.state == Run.State.DONE:
                await self._tell(
                    {"type": "run", "conclusion": self.run.conclusion, "reason": self.run.reason}
                )
                await self._quietly(self.close())
                return
            await self._tell({"type": "run", "conclusion": "pending", "reason": f"Group {self.run.group}."})
            await self.freed.wait()
            self.freed.clear()
        results = await self._carry_out()
        conclusion = _together([result["conclusion"] for result in results.values()])
        if self.stop.is_set():
            conclusion = "cancelled"
        await database_sync_to_async(self._keep)(conclusion, results)
        await self._tell({"type": "run", "conclusion": conclusion, "reason": self.reason})
        await self.channel_layer.group_send("concurrency", {"type": "group.free"})
        await self._quietly(self.close())

    def _claim(self) -> bool:
        """True where this page may carry the run out."""
        self.run.refresh_from_db()
        waits = self.run.state == Run.State.PENDING
        if waits and self.stop.is_set():
            Run.objects.filter(pk=self.run.pk, state=Run.State.PENDING).update(
                state=Run.State.DONE, conclusion="cancelled", reason=self.reason
            )
            self.run.refresh_from_db()
        going = Run.objects.filter(group=self.run.group, state__in=[Run.State.QUEUED, Run.State.RUNNING])
        if waits and self.run.group and going.exists():
            return False
        claimed = Run.objects.filter(pk=self.run.pk, state__in=[Run.State.QUEUED, Run.State.PENDING])
        if claimed.update(state=Run.State.RUNNING, started_at=timezone.now()):
            return True
        if self.run.state == Run.State.RUNNING:
            # Another page carries it out.
            self.run.state, self.run.conclusion = Run.State.DONE, "elsewhere"
            self.run.reason = "Another page shows this run."
        return False

    def _keep(self, conclusion: str, results: dict[str, Any]) -> None:
        Run.objects.filter(pk=self.run.pk).update(
            state=Run.State.DONE, conclusion=conclusion, reason=self.reason, results=results
        )

    async def _carry_out(self) -> dict[str, Any]:
        jobs = pushes.jobs_of(self.run)
        results: dict[str, Any] = {}
        waiting, tasks = list(jobs), {}
        self.stops = {job.id: threading.Event() for job in jobs}
        while waiting or tasks:
            for job in list(waiting):
                needed = [one for one in jobs if one.id in job.needs]
                if any(one.key not in results for one in needed) or len(tasks) >= AT_ONCE:
                    continue
                if sum(1 for one in tasks.values() if one.id == job.id) >= job.at_once:
                    continue
                waiting.remove(job)
                task = asyncio.create_task(self._job(job, jobs, results))
                tasks[task] = job
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                job = tasks.pop(task)
                results[job.key] = task.result()
                if job.fail_fast and results[job.key]["conclusion"] == "failure":
                    self.stops[job.id].set()
                await self._tell({"type": "job", "job": job.key, "state": results[job.key]["conclusion"]})
        return results

    async def _job(self, job: Job, jobs: list[Job], results: dict[str, Any]) -> dict[str, Any]:
        contexts = {**pushes.context_of(self.run), "needs": _needs(job, jobs, results)}
        contexts["env"] = {**contexts["env"], **(job.body.get("env") or {})}
        stopped = self.stop.is_set() or self.stops[job.id].is_set()
        functions = _status_functions(job, jobs, results, stopped)
        result: dict[str, Any] = {"conclusion": "", "outputs": {}, "log": []}
        try:
            if not expressions.condition(job.body.get("if"), {**contexts, "functions": functions}):
                return result | {"conclusion": "cancelled" if stopped else "skipped"}
        except expressions.BadExpression as error:
            await self._note(job, result, f"Error: `if` is not a valid expression: {error}", "error")
            return result | {"conclusion": "failure"}
        if job.environment or "uses" in job.body:
            what = f"the environment {job.environment}" if job.environment else "another workflow"
            await self._note(
                job, result, f"Not run here: it wants {what}, and nothing is deployed from here.", "note"
            )
            return result | {"conclusion": "elsewhere"}
        await self._tell({"type": "job", "job": job.key, "state": "running"})
        for service in job.body.get("services") or {}:
            await self._note(job, result, f"The service {service} is not started here.", "note")
        await self._in_a_thread(job, contexts, result)
        return result

    async def _in_a_thread(self, job: Job, contexts: dict[str, Any], result: dict[str, Any]) -> None:
        """The job blocks: it runs in a thread, and what it says comes through a queue."""
        loop, said = asyncio.get_running_loop(), asyncio.Queue[dict[str, Any] | None]()
        run = JobRun(
            job,
            bench=self.scope.get("demos_jail"),
            event=pushes.event_of(self.run),
            base=self.run.files,
            head=self.run.files | self.run.fork,
            contexts=contexts,
            secrets=await database_sync_to_async(pushes.secrets_for)(self.run, job),
            emit=partial(loop.call_soon_threadsafe, said.put_nowait),
            stop=_Either(self.stop, self.stops[job.id]),
        )
        working = loop.run_in_executor(THREADS, run.run)
        working.add_done_callback(lambda _: said.put_nowait(None))
        while (event := await said.get()) is not None:
            result["log"].append({name: found for name, found in event.items() if name != "job"})
            await self._tell(event)
        result["conclusion"], result["outputs"] = await working

    async def _note(self, job: Job, result: dict[str, Any], text: str, kind: str) -> None:
        event = {"type": "log", "kind": kind, "lines": [text], "step": -1}
        result["log"].append(event)
        await self._tell({**event, "job": job.key})

    async def _tell(self, event: dict[str, Any]) -> None:
        await self._quietly(self.send_json(event))

    async def _quietly(self, saying: Any) -> None:
        # The page may be gone, and the run is then about to notice.
        with contextlib.suppress(Exception):
            await saying


class _Either(threading.Event):
    """Set when this run, or the job's matrix, was told to stop."""

    def __init__(self, *events: threading.Event) -> None:
        super().__init__()
        self.events = events

    def is_set(self) -> bool:
        return any(event.is_set() for event in self.events)

    def wait(self, timeout: float | None = None) -> bool:
        left = timeout or 0.0
        while left > 0 and not self.is_set():
            super().wait(min(left, 0.1))
            left -= 0.1
        return self.is_set()


def _together(conclusions: list[str]) -> str:
    for worst in ("cancelled", "failure"):
        if worst in conclusions and (worst == "failure" or "failure" not in conclusions):
            return worst
    return "success"


def _needs(job: Job, jobs: list[Job], results: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for needed in job.needs:
        of = [results[one.key] for one in jobs if one.id == needed]
        result = _result([one["conclusion"] for one in of])
        outputs = {name: text for one in of for name, text in one["outputs"].items()}
        found[needed] = {"result": result, "outputs": outputs}
    return found


def _result(conclusions: list[str]) -> str:
    found = _together(conclusions)
    return "skipped" if set(conclusions) == {"skipped"} else found


def _status_functions(
    job: Job, jobs: list[Job], results: dict[str, Any], stopped: bool
) -> dict[str, Callable[[], bool]]:
    above, todo = set(), list(job.needs)
    while todo:
        name = todo.pop()
        if name not in above:
            above.add(name)
            todo += next(one.needs for one in jobs if one.id == name)
    ended = {one.key: results[one.key]["conclusion"] for one in jobs if one.id in above}
    needed = [results[one.key]["conclusion"] for one in jobs if one.id in job.needs]
    return {
        "always": lambda: True,
        "cancelled": lambda: stopped,
        "failure": lambda: "failure" in ended.values(),
        # A job that was skipped is not a success: what needs it is skipped as well.
        "success": lambda: not stopped and set(needed) <= {"success", "elsewhere"},
    }
