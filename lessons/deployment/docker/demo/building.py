"""A build: the plan's keys held against those that earlier builds have left, and the reason for each miss."""

from dataclasses import asdict, dataclass, field

from .cache import Plan, Planned, plan
from .models import Build, CachedStep
from .reading import Dockerfile
from .sizes import packages_of


@dataclass
class Verdict:
    """What becomes of one step."""

    stage: str
    line: int
    instruction: str
    text: str
    state: str  # "cached", "run", or "settings" for a step that makes no layer
    reason: str = ""
    key: str = ""
    below: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    size: int | None = None  # bytes, None where only an engine would know
    sized_by: str = ""


def verdicts(planned: Plan, files: dict[str, str]) -> list[Verdict]:
    """What a build would do now. Nothing is kept."""
    cached = set(
        CachedStep.objects.filter(key__in=[one.key for one in planned.planned if one.key]).values_list(
            "key", flat=True
        )
    )
    before = _latest()
    return [_verdict(one, one.key in cached, before, files) for one in planned.planned]


def what_if(dockerfile: Dockerfile, files: dict[str, str]) -> dict:
    """For each file: which layers would be made anew, if one line were added to it."""
    before = [one for one in plan(dockerfile, files).planned if one.key]
    rows = []
    for path in sorted(files):
        changed = plan(dockerfile, files | {path: files[path] + "# one line more\n"}).planned
        after = [one.key for one in changed if one.key]
        again = [one.key != key for one, key in zip(before, after, strict=True)]
        rows.append({"path": path, "again": again, "count": sum(again)})
    return {"steps": [one.step for one in before], "rows": rows}


def build(planned: Plan, files: dict[str, str]) -> Build:
    """Keep the keys and the verdicts. A build that fails keeps what it has done until then."""
    found = verdicts(planned, files)
    CachedStep.objects.bulk_create(
        [CachedStep(key=one.key) for one in found if one.state == "run"], ignore_conflicts=True
    )
    return Build.objects.create(steps=[asdict(one) for one in found], error=planned.error)


def _latest() -> list[dict]:
    latest = Build.objects.order_by("-pk").first()
    return latest.steps if latest else []


def _verdict(planned: Planned, is_cached: bool, before: list[dict], files: dict[str, str]) -> Verdict:
    step = planned.step
    found = Verdict(planned.stage, step.line, step.instruction, step.text, "settings")
    if not planned.key:
        return found
    found.state = "cached" if is_cached else "run"
    found.key, found.below, found.parts = planned.key, planned.below, planned.parts
    found.reason = "" if is_cached else _reason(planned, before)
    if step.instruction in ("COPY", "ADD"):
        found.size, found.sized_by = sum(planned.copied.values()), "bytes of these files"
        if step.flag("from") is not None and not planned.copied:
            found.size, found.sized_by = None, "what the other stage has made there"
    elif step.instruction == "WORKDIR":
        found.size, found.sized_by = 0, "a folder"
    else:
        found.size, found.sized_by = packages_of(step.value, files)
    return found


def _reason(planned: Planned, before: list[dict]) -> str:
    """Compared with the step that stood at this place in the build before."""
    if not before:
        return "nothing was ever built"
    same = [one for one in before if one["stage"] == planned.stage and one["text"] == planned.step.text]
    if not same:
        return "the instruction is new"
    old = same[0]
    if planned.below and old["below"] != planned.below:
        return "what lies below it has changed"
    changed = [
        name
        for name in {**old["parts"], **planned.parts}
        if old["parts"].get(name) != planned.parts.get(name)
    ]
    shown = ", ".join(sorted(changed)[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
    return f"changed: {shown}" if changed else "the cache was emptied"
