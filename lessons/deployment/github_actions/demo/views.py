from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from . import audit, documents, drawing, events, plan, pushes, schema
from .forms import FileForm, PullRequestForm, PushForm, WorkflowForm
from .models import File, PullRequest, Run
from .seed import WORKFLOW, original_files

HASHES = [
    ("actions/checkout", "v5.0.0", "08c6903cd8c0fde910a37f88322edcfb5dd907a8"),
    ("actions/setup-python", "v6.0.0", "e797f83bcb11b83ae66e0230d6156d7c80228e7c"),
]
TOKEN_OF = ("push", "pull_request", "pull_request_target")


def workflow(request: HttpRequest) -> HttpResponse:
    """The editor. What the schema refuses is not saved; what zizmor finds is."""
    file = File.objects.get(path=WORKFLOW)
    form = WorkflowForm(request.POST or None, initial={"text": file.text})
    text, refused = file.text, False
    if request.method == "POST":
        text = (request.POST.get("text") or "").replace("\r\n", "\n")
        document = documents.read(text)
        refused = not form.is_valid() or bool(schema.problems(document))
        if not refused:
            file.text = form.cleaned_data["text"]
            file.save()
            found, why_not = audit.findings(request.META.get("DEMOS_JAIL"), text)
            told = (
                f"was not asked: {why_not}"
                if why_not
                else "finds nothing"
                if not found
                else f"finds: {', '.join(one.rule for one in found)}"
            )
            messages.success(request, f"Saved. zizmor {told}.")
            return redirect("github_actions:workflow")
    context = {"form": form, "refused": refused, "hashes": HASHES, "push_form": PushForm()}
    context |= _looked_at(request, text)
    status = 422 if refused else 200
    return render(request, "github_actions/workflow.html", context, status=status)


def _looked_at(request: HttpRequest, text: str) -> dict[str, Any]:
    document = documents.read(text)
    found: dict[str, Any] = {"problems": schema.problems(document)}
    if found["problems"]:
        return found
    found["findings"], found["why_not"] = audit.findings(request.META.get("DEMOS_JAIL"), text)
    event = events.Event("push", title="…")
    contexts = {"github": event.context(1, "CI"), "env": {}, "vars": {}, "inputs": {}}
    try:
        jobs = plan.jobs_of(document.data, contexts)
        found["group"] = plan.group_of(document.data, contexts)[0]
    except (plan.BadPlan, plan.expressions.BadExpression) as error:
        return found | {"problems": [documents.Problem(document.line(("jobs",)), str(error), "jobs")]}
    ids = dict.fromkeys(job.id for job in jobs)
    rights = []
    for name in ids:
        body = document.data["jobs"][name]
        rows = [plan.allowed(document.data, body, events.Event(one)) for one in TOKEN_OF]
        told = [", ".join(f"{scope}: {level}" for scope, level in row.items()) or "nothing" for row in rows]
        rights.append((name, told))
    return found | {"graph": drawing.draw(jobs), "count": len(jobs), "rights": rights, "token_of": TOKEN_OF}


@require_GET
def files(request: HttpRequest) -> HttpResponse:
    return render(request, "github_actions/files.html", {"files": File.objects.exclude(path=WORKFLOW)})


def file(request: HttpRequest, path: str) -> HttpResponse:
    if path == WORKFLOW:
        return redirect("github_actions:workflow")
    found = get_object_or_404(File, path=path)
    form = FileForm(request.POST or None, initial={"text": found.text})
    if request.method == "POST" and form.is_valid():
        found.text = form.cleaned_data["text"]
        found.save()
        messages.success(request, f"{path} is saved. It is in the next push.")
        return redirect("github_actions:files")
    return render(request, "github_actions/file.html", {"file": found, "form": form})


@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """All files as on the first day; runs stay."""
    for path, text in original_files().items():
        File.objects.update_or_create(path=path, defaults={"text": text})
    messages.success(request, "Every file is as it was at first.")
    return redirect(
        request.POST.get("back") == "workflow" and "github_actions:workflow" or "github_actions:files"
    )


def pull_request(request: HttpRequest) -> HttpResponse:
    found = PullRequest.objects.get()
    form = PullRequestForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        form.save()
        return _started(request, pushes.open_pull_request, "github_actions:pull_request")
    return render(request, "github_actions/pull_request.html", {"form": form})


@require_POST
def push(request: HttpRequest) -> HttpResponse:
    form = PushForm(request.POST)
    if not form.is_valid():
        messages.error(request, "A push needs a branch's name, and a message.")
        return redirect("github_actions:runs")
    return _started(request, lambda: pushes.push(**form.cleaned_data), "github_actions:runs")


@require_POST
def dispatch(request: HttpRequest) -> HttpResponse:
    return _started(request, pushes.dispatch, "github_actions:runs")


def _started(request: HttpRequest, happen: Any, else_to: str) -> HttpResponse:
    try:
        runs, refusals = happen()
    except pushes.NotAWorkflow as error:
        runs, refusals = [], [str(error)]
    if "application/json" in request.headers.get("Accept", ""):
        panels = [reverse("github_actions:panel", args=[run.number]) for run in runs]
        return JsonResponse({"panels": panels, "refusals": refusals})
    for refusal in refusals:
        if not runs:
            messages.warning(request, f"No run was started. {refusal}")
    if not runs:
        return redirect(else_to)
    if len(runs) == 2:
        messages.info(
            request,
            f"One pull request, two events: #{runs[0].number} runs here, #{runs[1].number} is in the list.",
        )
    return redirect("github_actions:run", runs[0].number)


@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    return render(
        request, "github_actions/runs.html", {"runs": Run.objects.all()[:30], "push_form": PushForm()}
    )


@require_GET
def run(request: HttpRequest, number: int) -> HttpResponse:
    bench = request.META.get("DEMOS_JAIL")
    why_not = bench.why_not() if bench else "it is no part of this app."
    context = _panel(get_object_or_404(Run, number=number)) | {"why_not": why_not, "push_form": PushForm()}
    return render(request, "github_actions/run.html", context)


@require_GET
def panel(request: HttpRequest, number: int) -> HttpResponse:
    return render(request, "github_actions/panel.html", _panel(get_object_or_404(Run, number=number)))


def _panel(run: Run) -> dict[str, Any]:
    jobs = pushes.jobs_of(run)
    shown = [_job(job, run.results.get(job.key, {})) for job in jobs]
    graph = drawing.draw(jobs)
    states = {one["key"]: one["state"] for one in shown}
    return {"run": run, "event": pushes.event_of(run), "jobs": shown, "graph": graph, "states": states}


def _job(job: plan.Job, result: dict[str, Any]) -> dict[str, Any]:
    log: list[dict[str, Any]] = result.get("log", [])
    steps = []
    for number, step in enumerate(job.steps):
        told = [one for one in log if one["step"] == number]
        ended = next((one for one in reversed(told) if one["type"] == "step"), {})
        lines = [(one["kind"], line) for one in told if one["type"] == "log" for line in one["lines"]]
        steps.append(
            {
                "title": _step_title(step),
                "state": ended.get("state", ""),
                "lines": lines,
                "seconds": ended.get("seconds"),
            }
        )
    notes = [line for one in log if one["step"] == -1 for line in one["lines"]]
    return {
        "key": job.key,
        "title": job.title,
        "state": result.get("conclusion", ""),
        "steps": steps,
        "notes": notes,
    }


def _step_title(step: dict[str, Any]) -> str:
    if "name" in step:
        return str(step["name"])
    return str(step["uses"]) if "uses" in step else f"Run {str(step.get('run', '')).strip().splitlines()[0]}"
