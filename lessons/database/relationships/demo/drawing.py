"""Rows as boxes and foreign keys as arrows, in SVG's units. Templates write the SVG."""

from collections.abc import Iterable
from dataclasses import dataclass

from .rows import Key, Row

COLUMNS = [
    ["label", "musician"],
    ["band", "profile"],
    ["membership", "tour", "studio"],
    ["album", "gig", "genre"],
    ["track", "album_genres", "play"],
]
WIDTH, HEIGHT, STEP = 172, 26, 31
GAP, MARGIN, HEADING, BEND = 56, 12, 26, 40


@dataclass
class Node:
    row: Row
    x: int
    y: int
    state: str = ""

    @property
    def label(self) -> str:
        return self.row.text or f"row {self.row.pk}"

    @property
    def title(self) -> str:
        state = f", {self.state}" if self.state else ""
        return f"{self.row.kind} {self.row.pk}: {self.label}{state}"


@dataclass
class Edge:
    """An arrow from the row that has the column to the row that it names; `anchor` is of its caption."""

    start: Node
    end: Node
    path: str
    field: str
    caption: str = ""
    x: int = 0
    y: int = 0
    anchor: str = ""
    state: str = ""


@dataclass
class Picture:
    width: int
    height: int
    nodes: list[Node]
    edges: list[Edge]
    headings: list[tuple[int, int, str]]
    title: str


def whole_map(rows: dict[Key, Row], states: dict[Key, str], title: str) -> Picture:
    """All rows, in five columns of tables. `states` colours some: deleted, changed, created, dangling…"""
    nodes: dict[Key, Node] = {}
    headings = []
    bottom = 0
    for index, kinds in enumerate(COLUMNS):
        x, y = MARGIN + index * (WIDTH + GAP), MARGIN
        for kind in kinds:
            headings.append((x, y + 14, kind))
            y += HEADING
            for row in sorted((row for row in rows.values() if row.kind == kind), key=lambda row: row.pk):
                nodes[row.key] = Node(row, x, y, states.get(row.key, ""))
                y += STEP
            y += 10
        bottom = max(bottom, y)
    # Arrows between rows of the last column bend into the margin.
    width = 2 * MARGIN + len(COLUMNS) * WIDTH + (len(COLUMNS) - 1) * GAP + BEND
    return Picture(width, bottom, list(nodes.values()), list(_edges(nodes)), headings, title)


def around(rows: dict[Key, Row], focus: Key, title: str) -> Picture:
    """One row, what it points at (left of it), and what points at it (right of it)."""
    left = [target for _, target in rows[focus].arrows]
    right = [row.key for row in rows.values() if any(target == focus for _, target in row.arrows)]
    tallest = max(len(left), len(right), 1)
    height = tallest * (STEP + 8) + 2 * MARGIN + HEADING
    nodes: dict[Key, Node] = {}
    headings = []
    gap = 200
    for index, (keys, heading) in enumerate(
        ((left, "it points at"), ([focus], "this row"), (right, "these point at it"))
    ):
        x = MARGIN + index * (WIDTH + gap)
        headings.append((x, MARGIN + 14, heading if keys else f"{heading}: none"))
        y = HEADING + MARGIN + (tallest - len(keys)) * (STEP + 8) // 2
        for key in keys:
            nodes[key] = Node(rows[key], x, y, "focus" if key == focus else "")
            y += STEP + 8
    edges = [_named(edge, nodes[focus]) for edge in _edges(nodes, only=focus)]
    return Picture(2 * MARGIN + 3 * WIDTH + 2 * gap, height, list(nodes.values()), edges, headings, title)


def _edges(nodes: dict[Key, Node], only: Key | None = None) -> Iterable[Edge]:
    for node in nodes.values():
        for field, target in node.row.arrows:
            end = nodes.get(target)
            if end is not None and (only is None or only in (node.row.key, target)):
                yield _edge(node, end, field)


def _named(edge: Edge, focus: Node) -> Edge:
    """The column's name beside the other row, where the arrows are apart from each other."""
    edge.caption = f"{edge.start.row.kind}.{edge.field}"
    if edge.start is focus:
        edge.x, edge.y, edge.anchor = edge.end.x + WIDTH + 14, edge.end.y + 10, "start"
    else:
        edge.x, edge.y, edge.anchor = edge.start.x - 8, edge.start.y + 17, "end"
    return edge


def _edge(start: Node, end: Node, field: str) -> Edge:
    """A curve from the row that has the column to the row that it names."""
    y1, y2 = start.y + HEIGHT / 2, end.y + HEIGHT / 2
    if end.x < start.x:
        x1, x2, bend = start.x, end.x + WIDTH, -BEND
    elif end.x > start.x:
        x1, x2, bend = start.x + WIDTH, end.x, BEND
    else:
        x1 = x2 = start.x + WIDTH
        bend = BEND
    other = x2 + BEND if bend < 0 or x1 == x2 else x2 - BEND
    path = f"M{x1} {y1:g}C{x1 + bend} {y1:g} {other} {y2:g} {x2} {y2:g}"
    return Edge(start, end, path, field, state=start.state or end.state)
