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
        jobs = [
            (name, job.get("needs", ""), job.get("if", ""), job.get("steps", []))
            for name, job in read["jobs"].items()
        ]
        context = {"on": read["on"], "jobs": jobs}
    except (yaml.YAMLError, KeyError, AttributeError, TypeError) as error:
        context = {"error": f"{type(error).__name__}: {error}"}
    return render(request, "reader/summary.html", context)
