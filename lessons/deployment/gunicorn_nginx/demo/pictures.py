"""Reports as lanes: where each bar begins and how long it is, in percent of the whole time."""

from typing import Any


def of_burst(data: dict[str, Any]) -> dict[str, Any]:
    """A lane for each worker, in the order of their first answers; what failed has one of its own."""
    width = max((answer[1] for answer in data["answers"]), default=1)
    lanes: dict[int, dict[str, Any]] = {}
    for began, ended, pid, status, blend in data["answers"]:
        who = pid if status == 200 else 0
        lane = lanes.setdefault(who, {"pid": who, "count": 0, "blends": [], "bars": []})
        lane["count"] += 1
        if blend and blend not in lane["blends"]:
            lane["blends"].append(blend)
        lane["bars"].append(
            {"x": _percent(began, width), "width": _percent(max(ended - began, width / 300), width)}
        )
    mark = data["mark"]
    return {
        "lanes": sorted(lanes.values(), key=lambda lane: lane["pid"] == 0),
        "ms": round(width),
        "mark": {"words": mark["words"], "ms": round(mark["at"]), "x": _percent(mark["at"], width)}
        if mark
        else None,
    }


def of_slow(data: dict[str, Any]) -> dict[str, Any]:
    width = max((span["ended"] for span in data["spans"]), default=1)
    return {
        "ms": round(width),
        "lanes": [
            {
                **span,
                "is_cup": span["name"].startswith("cup"),
                "ms": round(span["ended"] - span["began"]),
                "x": _percent(span["began"], width),
                "width": _percent(max(span["ended"] - span["began"], width / 200), width),
            }
            for span in data["spans"]
        ],
    }


def of_static(data: dict[str, Any]) -> list[dict[str, Any]]:
    slowest = max(way["median_ms"] for way in data["ways"]) or 1
    return [{**way, "width": _percent(way["median_ms"], slowest)} for way in data["ways"]]


def _percent(part: float, whole: float) -> str:
    return f"{min(100 * part / whole, 100):.2f}%"
