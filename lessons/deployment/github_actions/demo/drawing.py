"""Where the boxes of a job graph stand: a column further right than whatever a job needs."""

from dataclasses import dataclass, field

from .plan import Job

WIDTH, HEAD, ROW, FOOT = 208, 34, 27, 8
GAP_X, GAP_Y, EDGE = 56, 22, 12
LETTERS = 25  # that fit into a row


@dataclass
class Row:
    key: str
    title: str
    y: int

    @property
    def short(self) -> str:
        return self.title if len(self.title) <= LETTERS else self.title[: LETTERS - 1] + "…"


@dataclass
class Box:
    id: str
    condition: str
    x: int = 0
    y: int = 0
    rows: list[Row] = field(default_factory=list)

    @property
    def height(self) -> int:
        return HEAD + ROW * len(self.rows) + FOOT

    @property
    def note(self) -> str:
        return f"{len(self.rows)} of a matrix" if len(self.rows) > 1 else "if: …" if self.condition else ""


@dataclass
class Graph:
    boxes: list[Box]
    edges: list[str]
    width: int
    height: int
    words: str


def draw(jobs: list[Job]) -> Graph:
    first = {job.id: job for job in reversed(jobs)}
    depth: dict[str, int] = {}
    for job in jobs:
        _depth(job.id, first, depth)
    columns: dict[int, list[Box]] = {}
    for name in dict.fromkeys(job.id for job in jobs):
        box = Box(name, str(first[name].body.get("if", "")))
        columns.setdefault(depth[name], []).append(box)
    boxes: dict[str, Box] = {}
    for column, inside in columns.items():
        y = EDGE
        for box in inside:
            box.x, box.y = EDGE + column * (WIDTH + GAP_X), y
            for job in jobs:
                if job.id == box.id:
                    box.rows.append(Row(job.key, job.title, y + HEAD + ROW * len(box.rows)))
            y += box.height + GAP_Y
            boxes[box.id] = box
    edges = [_edge(boxes[needed], box) for box in boxes.values() for needed in first[box.id].needs]
    words = "; ".join(
        f"{name} ({len(box.rows)})" + (f" needs {', '.join(first[name].needs)}" if first[name].needs else "")
        for name, box in boxes.items()
    )
    width = max(box.x + WIDTH for box in boxes.values()) + EDGE
    height = max(box.y + box.height for box in boxes.values()) + EDGE
    return Graph(list(boxes.values()), edges, width, height, words)


def _depth(name: str, first: dict[str, Job], depth: dict[str, int]) -> int:
    if name not in depth:
        depth[name] = 1 + max((_depth(one, first, depth) for one in first[name].needs), default=-1)
    return depth[name]


def _edge(left: Box, right: Box) -> str:
    x1, y1 = left.x + WIDTH, left.y + HEAD // 2 + 8
    x2, y2 = right.x, right.y + HEAD // 2 + 8
    middle = (x1 + x2) // 2 if x2 - x1 <= GAP_X else x2 - GAP_X // 2
    curve = f"Q{middle} {y1} {middle} {(y1 + y2) // 2} Q{middle} {y2} {middle + 10} {y2}"
    return f"M{x1} {y1} H{middle - 10} {curve} H{x2}"
