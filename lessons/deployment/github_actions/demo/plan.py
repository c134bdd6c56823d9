"""From a workflow and an event to the jobs of a run: expanded, in order, with what each may and knows."""

from dataclasses import dataclass, field
from typing import Any

from . import expressions
from .events import Event
from .expressions import Contexts
from .matrix import BadMatrix, Combination, expand
from .schema import needs

MOST_JOBS = 24

Workflow = dict[str, Any]


class BadPlan(ValueError):
    """The file is well formed, and still there is no run to be made of it."""


@dataclass(frozen=True)
class Job:
    """One row of the graph: a job, or one combination of its matrix. `key` is unique in the run."""

    key: str
    id: str
    title: str
    body: dict[str, Any]
    needs: tuple[str, ...] = ()
    matrix: Combination = field(default_factory=dict)
    count: int = 1
    index: int = 0

    @property
    def steps(self) -> list[dict[str, Any]]:
        return self.body.get("steps", [])

    @property
    def environment(self) -> str:
        found = self.body.get("environment", "")
        return str(found.get("name", "") if isinstance(found, dict) else found)

    @property
    def fail_fast(self) -> bool:
        return self.body.get("strategy", {}).get("fail-fast", True) is not False

    @property
    def at_once(self) -> int:
        found = self.body.get("strategy", {}).get("max-parallel", MOST_JOBS)
        return max(1, int(found)) if isinstance(found, int) else MOST_JOBS


def jobs_of(workflow: Workflow, contexts: Contexts) -> list[Job]:
    """In the order of the file. A matrix that is made of another job's output can't be known before: one row.

    Raises BadPlan.
    """
    jobs: list[Job] = []
    for name, body in workflow["jobs"].items():
        try:
            combinations = _combinations(body, contexts)
            for index, combination in enumerate(combinations):
                title = _title(name, body, combination, contexts)
                key = f"{name}-{index}" if len(combinations) > 1 else name
                jobs.append(
                    Job(key, name, title, body, tuple(needs(body)), combination, len(combinations), index)
                )
        except (BadMatrix, expressions.BadExpression) as error:
            raise BadPlan(f"The job '{name}': {error}.") from error
    if len(jobs) > MOST_JOBS:
        raise BadPlan(f"{len(jobs)} jobs; this page takes {MOST_JOBS} at most.")
    return jobs


def _combinations(body: dict[str, Any], contexts: Contexts) -> list[Combination]:
    matrix = body.get("strategy", {}).get("matrix")
    if matrix is None:
        return [{}]
    if "needs." in expressions.shown(matrix):
        raise BadMatrix("it is made of another job's output, and this page expands it before any job runs")
    found = expressions.value(matrix, contexts)
    if not isinstance(found, dict):
        raise BadMatrix("its expression gives no mapping before the run begins")
    return expand(found)


def _title(name: str, body: dict[str, Any], combination: Combination, contexts: Contexts) -> str:
    if "name" in body:
        return expressions.fill(str(body["name"]), {**contexts, "matrix": combination})
    values = ", ".join(expressions.shown(value) for value in combination.values())
    return f"{name} ({values})" if values else name


def group_of(workflow: Workflow, contexts: Contexts) -> tuple[str, bool]:
    """The workflow's `concurrency`: its group, or nothing, and whether a newer run ends an older one."""
    found = workflow.get("concurrency")
    if found is None:
        return "", False
    if isinstance(found, str):
        return expressions.fill(found, contexts), False
    cancels = expressions.value(found.get("cancel-in-progress", False), contexts)
    return expressions.fill(str(found["group"]), contexts), expressions.truth(cancels)


def allowed(workflow: Workflow, job: dict[str, Any], event: Event) -> dict[str, str]:
    """What the job's GITHUB_TOKEN may do. An empty mapping is nothing at all."""
    found = job.get("permissions", workflow.get("permissions"))
    if found is None:
        found = "read-all" if event.name == "pull_request" else "the repository's default"
    if isinstance(found, str):
        known = found.endswith("-all")
        found = {"everything": found.removesuffix("-all") if known else f"by {found}"}
    if event.name == "pull_request":
        # From a fork: whatever the file says, nothing may be written.
        found = {scope: "read" if level == "write" else level for scope, level in found.items()}
    return {str(scope): str(level) for scope, level in found.items() if level != "none"}
