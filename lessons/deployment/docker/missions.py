"""What to make happen at Kettle. The format is in docs/architecture.md."""

import re


def all_over_again(trace: dict, earlier: list[dict]) -> bool:
    """Change one line of a view, and have all packages installed again.

    *Build*. Then, on *Files*, add a line to `menu/views.py`, and build again. The table says of each step why
    it ran.
    """
    return "packages installed again" in _built(trace) and _changed_since_a_build(earlier)


def packages_stay(trace: dict, earlier: list[dict]) -> bool:
    """Change one line of a view, and keep the packages.

    Which files does `pip install` need? Copy those first, and the others after it; or begin with
    *Put in order*. Build, change the view, and build once more.
    """
    told = _built(trace)
    return (
        "packages from the cache" in told
        and not re.search(r": 0 run", told)
        and _changed_since_a_build(earlier)
    )


def the_secret_inside(trace: dict, earlier: list[dict]) -> bool:
    """Build an image with a secret in it; then one without.

    *The image*, below the Dockerfile, lists what should stay out. `.dockerignore`, on *Files*, takes a
    pattern on each line. A name in `ENV` or `ARG` is no file: that has to go from the Dockerfile.
    """
    return "nothing inside that should stay out" in _built(trace) and any(
        "; inside: " in _built(seen) for seen in earlier
    )


def two_stages(trace: dict, earlier: list[dict]) -> bool:
    """Build in two stages or more an image that does not run as root.

    *In stages* is one way. Of its three stages, `test` is drawn and not built: why?
    """
    told = _built(trace)
    stages = re.search(r"(\d+) stages, user ([^;\s]+)", told)
    return bool(stages) and int(stages[1]) >= 2 and stages[2].split(":")[0] not in ("root", "0")


def in_a_circle(trace: dict, earlier: list[dict]) -> bool:
    """Make services wait for one another in a circle.

    On *Compose*. Let `db` wait for `web`, say. The schema has nothing against it.
    """
    return (
        trace["url_name"] == "compose"
        and trace["response"]["status"] == 422
        and any("there is a circle" in message["text"] for message in trace["messages"])
    )


def never_healthy(trace: dict, earlier: list[dict]) -> bool:
    """Let the database never become healthy, then Redis, and see who does not start.

    On *Compose*, below the list. Why does `web` not mind about `redis`?
    """
    return (
        trace["url_name"] == "compose"
        and trace["response"]["status"] == 200
        and {"broken=redis", "fault=sick"} <= _query(trace)
        and any(
            seen["url_name"] == "compose" and {"broken=db", "fault=sick"} <= _query(seen) for seen in earlier
        )
    )


def _query(trace: dict) -> set[str]:
    return set((trace["request"]["query"] or "").split("&"))


def _built(trace: dict) -> str:
    """The build in a sentence; nothing for another request."""
    if trace["url_name"] != "build":
        return ""
    return next((message["text"] for message in trace["messages"] if message["text"].startswith("Build")), "")


def _changed_since_a_build(earlier: list[dict]) -> bool:
    """Since the last build a file of Python was changed, and neither the Dockerfile nor the requirements."""
    changed = []
    for trace in reversed(earlier):
        if _built(trace):
            return bool(changed) and all(name.endswith(".py") for name in changed)
        if trace["url_name"] in ("dockerfile", "example", "prune") and trace["request"]["method"] == "POST":
            return False
        texts = [message["text"] for message in trace["messages"]]
        found = [re.match(r"(\S+) (?:has one line more|is saved|is deleted)\.", text) for text in texts]
        changed += [match[1] for match in found if match]
    return False
