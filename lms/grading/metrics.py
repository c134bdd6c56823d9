"""What grading tells Prometheus. `lms.operations` shows it, where that is configured."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

# Seconds, by phase: "queue" since it was handed in, "places" in the jail, "boot", "checks", and "all" of it.
GRADE_PHASE = Histogram(
    "course_grade_phase_seconds",
    "Seconds that a submission spent in each phase on its way to a verdict.",
    ["phase"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
GRADES = Counter("course_grades", "Tries to grade a submission, by what came of them.", ["state"])
JAIL_REFUSALS = Counter(
    "course_jail_refusals", "How often the jail could not do a piece of work, by its kind.", ["work"]
)
# From the start, each at 0: an alert goes by what is added to it, and the first one would be none.
for _work in ("grade", "preview"):
    JAIL_REFUSALS.labels(work=_work)
