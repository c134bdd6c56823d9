"""What to make happen at Foghorn. The format is in docs/architecture.md."""

import json


def go_red(trace: dict, earlier: list[dict]) -> bool:
    """Make a test fail, and see what is not deployed.

    *Files*, `tides/levels.py`: let the quay flood at 500 instead of 450, save, and push to `main` with the
    button on the workflow's page. Read the log of the step *Tests*. Then look at the boxes above: one
    job of the matrix failed, and `deploy` was never asked.
    """
    told = _told(trace)
    states = {event["job"]: event["state"] for event in told if event["type"] == "job"}
    failed = any("FAILED (" in line for line in _lines(told))
    return failed and _conclusion(told) == "failure" and states.get("deploy") == "skipped"


def be_refused(trace: dict, earlier: list[dict]) -> bool:
    """Have the file refused before anything runs.

    Misspell a key of the workflow, `run-on` for `runs-on`, or let `deploy` need a job that is not there, and
    press *Save*. The answer names the line. On GitHub the same push would be accepted, and no job would run.
    """
    return trace["url_name"] == "workflow" and trace["response"]["status"] == 422


def run_a_title(trace: dict, earlier: list[dict]) -> bool:
    """Be Mallory: let the title of a pull request run a command.

    The step *Say what is tested* writes the title into its script. On *Pull request*, give it a title that
    closes the quote, does something, and opens one again: `x"; python -c "print(6 * 7)"; echo "y`. The run's
    log of `lint` has your answer. Put the originals back first if the pipeline is red.
    """
    titles = [title for seen in earlier for title in _titles(seen)]
    return any(
        event["type"] == "log"
        and event["kind"] == "command"
        and event["lines"][0].startswith("python")
        and any(event["lines"][0] in title for title in titles)
        for event in _told(trace)
    )


def be_overtaken(trace: dict, earlier: list[dict]) -> bool:
    """Let a newer push end an older run.

    Give the workflow a `concurrency` with `group: ci-${{ github.ref }}` and `cancel-in-progress: true`, and
    `lint` a first step `- run: sleep 15`, so that there is time. Save and push; while it sleeps press
    *Push again* on the run's page.
    """
    return any(
        event["type"] == "run" and event["conclusion"] == "cancelled" and "same group" in event["reason"]
        for event in _told(trace)
    )


def find_nothing(trace: dict, earlier: list[dict]) -> bool:
    """Bring zizmor to silence.

    Four rules speak of the first workflow. A finding names its lines; below the findings stand the hashes of
    two tags. `permissions: {contents: read}` for the whole file, `persist-credentials: false` for each
    checkout, the title through `env`. Save, and read what the page says then.
    """
    return trace["url_name"] == "workflow" and any(
        message["text"] == "Saved. zizmor finds nothing." for message in trace["messages"]
    )


def _told(trace: dict) -> list[dict]:
    """What a run's socket said."""
    if trace["request"]["method"] != "WEBSOCKET":
        return []
    out = [
        frame["data"] for frame in trace["frames"] if frame["direction"] == "out" and frame["kind"] == "text"
    ]
    return [event for event in map(_event, out) if event]


def _event(data: str) -> dict:
    try:
        return json.loads(data)
    except ValueError:
        return {}  # it was too long to be kept whole


def _lines(told: list[dict]) -> list[str]:
    return [line for event in told if event["type"] == "log" for line in event["lines"]]


def _conclusion(told: list[dict]) -> str:
    return next((event["conclusion"] for event in reversed(told) if event["type"] == "run"), "")


def _titles(trace: dict) -> list[str]:
    if trace["url_name"] != "pull_request" or trace["request"]["method"] != "POST":
        return []
    return trace["request"]["form"].get("title", [])
