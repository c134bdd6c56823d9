"""What the workflow says, as a page: for the preview, no part of the task."""

from pathlib import Path

import yaml
from django.shortcuts import render

FILE = Path(__file__).resolve().parents[1] / ".github" / "workflows" / "ci.yml"


class Loader(yaml.SafeLoader):
    """Every plain value as it is written, so that `on` stays a text."""

    yaml_implicit_resolvers = {}


def summary(request):
    try:
        read = yaml.load(FILE.read_text(), Loader)
        context = {"on": read["on"], "jobs": [in_short(name, job) for name, job in read["jobs"].items()]}
    except (yaml.YAMLError, KeyError, AttributeError, TypeError) as error:
        context = {"error": f"{type(error).__name__}: {error}"}
    return render(request, "reader/summary.html", context)


def in_short(name, job):
    steps = [step.get("name") or step.get("uses") or step.get("run", "") for step in job.get("steps", [])]
    return {"name": name, "needs": job.get("needs", ""), "condition": job.get("if", ""), "steps": steps}
