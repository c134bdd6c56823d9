"""Two graphs as numbers for an SVG: the stages of a Dockerfile, the services of a compose file."""

from .compose import COMPLETED, HEALTHY, Stack
from .reading import Dockerfile, sources_of

WIDTH, HEIGHT, GAP_X, GAP_Y = 150, 46, 90, 26


def _placed(columns: list[list[str]]) -> dict[str, dict]:
    tallest = max(len(column) for column in columns)
    boxes = {}
    for number, column in enumerate(columns):
        for row, name in enumerate(column):
            y = 14 + round((row + (tallest - len(column)) / 2) * (HEIGHT + GAP_Y))
            boxes[name] = {
                "name": name,
                "x": 10 + number * (WIDTH + GAP_X),
                "y": y,
                "text_y": y + 20,
                "note_y": y + 36,
                "width": WIDTH,
                "height": HEIGHT,
            }
    return boxes


def _frame(columns: list[list[str]]) -> dict[str, int]:
    tallest = max(len(column) for column in columns)
    return {
        "width": 20 + len(columns) * (WIDTH + GAP_X) - GAP_X,
        "height": 28 + tallest * (HEIGHT + GAP_Y) - GAP_Y,
    }


def _line(start: dict, end: dict) -> str:
    """From the right of one box to the left of another, or round from below where that is behind it."""
    x1, y1 = start["x"] + WIDTH, start["y"] + HEIGHT / 2
    x2, y2 = end["x"] - 6, end["y"] + HEIGHT / 2
    if x2 > x1:
        half = (x1 + x2) / 2
        return f"M{x1:.0f} {y1:.0f}C{half:.0f} {y1:.0f} {half:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    return f"M{x1:.0f} {y1:.0f}c40 50 {x2 - x1 - 40:.0f} 50 {x2 - x1:.0f} {y2 - y1:.0f}"


def stages(dockerfile: Dockerfile) -> dict:
    """Base images on the left, the image on the right; a stage stands right of all that it needs."""
    needed = {stage.index for stage in dockerfile.needed()}
    depth: dict[int, int] = {}
    links = []
    for stage in dockerfile.stages:
        before = [(stage.parent, "FROM")] if stage.parent else []
        for step in stage.steps:
            before += [(dockerfile.stage(name), "COPY --from") for name in sources_of(step)]
        before = [(other, kind) for other, kind in dict.fromkeys(before) if other is not None]
        depth[stage.index] = 1 + max((depth[other.index] for other, _ in before), default=0)
        links += [(other.title, stage.title, kind) for other, kind in before]
    bases = list(dict.fromkeys(stage.base for stage in dockerfile.stages if stage.parent is None))
    links += [(stage.base, stage.title, "FROM") for stage in dockerfile.stages if stage.parent is None]
    columns = [[f"image:{base}" for base in bases]]
    for level in range(1, max(depth.values()) + 1):
        columns.append([stage.title for stage in dockerfile.stages if depth[stage.index] == level])
    boxes = _placed(columns)
    for stage in dockerfile.stages:
        kind = "last" if stage is dockerfile.stages[-1] else "" if stage.index in needed else "skipped"
        boxes[stage.title] |= {"kind": kind, "note": _note_of_stage(stage, kind)}
    for base in bases:
        boxes[f"image:{base}"] |= {"name": base, "kind": "base", "note": "base image"}
    lines = [
        {"d": _line(boxes.get(f"image:{one}") if one in bases else boxes[one], boxes[other]), "kind": kind}
        for one, other, kind in links
    ]
    return {"boxes": list(boxes.values()), "lines": lines, **_frame(columns)}


def _note_of_stage(stage, kind: str) -> str:
    return {"last": "becomes the image", "skipped": "not built"}.get(kind, f"{len(stage.steps)} steps")


def services(stack: Stack, told: dict[str, str]) -> dict:
    """Waves from left to right; in a circle there are none, and all stand in one row."""
    columns = stack.waves or [[name] for name in stack.services]
    boxes = _placed(columns)
    for name, box in boxes.items():
        state = told.get(name, "")
        kind = "" if state in ("starts", "") else "broken" if state.startswith(("runs", "ends")) else "waits"
        box |= {"kind": "circle" if name in stack.circle else kind, "note": _note_of_service(stack, name)}
    styles = {HEALTHY: "healthy", COMPLETED: "completed"}
    lines = [
        {"d": _line(boxes[arrow.on], boxes[arrow.service]), "kind": styles.get(arrow.condition, "started")}
        for arrow in stack.arrows
        if arrow.on in boxes
    ]
    return {"boxes": list(boxes.values()), "lines": lines, **_frame(columns)}


def _note_of_service(stack: Stack, name: str) -> str:
    body = stack.services[name]
    return str(body.get("image") or ("built here" if "build" in body else ""))[:22]
