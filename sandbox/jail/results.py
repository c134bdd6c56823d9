"""What a grade comes to. The JSON of both is docs/architecture.md, "A submission"."""

from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["passed", "failed", "error", "not_run", "pending"]
State = Literal["passed", "failed", "error", "timeout", "cancelled", "ours"]


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """One check. `frames` are the learner's own, outermost first; `traces` are the X-rays of its requests."""

    name: str
    title: str
    status: Status
    expected: str = ""
    got: str = ""
    concept: str = ""
    message: str = ""
    frames: list[dict[str, Any]] = field(default_factory=list)
    output: str = ""
    ms: float = 0.0
    queries: int = 0
    query_budget: int | None = None
    traces: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        # asdict() would copy each X-ray to its last leaf, and take as long as some grades.
        return dict(vars(self))


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`passed` means that every check ran and passed, and that the project had nothing to say but answers.

    `phases` has seconds: "places" until both children were there, "boot" of both, "checks".
    """

    state: State
    message: str = ""
    checks: list[CheckResult] = field(default_factory=list)
    output: str = ""
    duration_ms: float = 0.0
    frames: list[dict[str, Any]] = field(default_factory=list)
    phases: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "checks": [check.to_json() for check in self.checks]}
