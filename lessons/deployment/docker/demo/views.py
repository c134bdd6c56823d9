from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from . import building, cache, compose, context, drawing, findings, reading, sizes
from .forms import FaultForm, NewFileForm, TextForm
from .models import Build, CachedStep, File
from .seed import DOCKERFILES, example


def _files() -> dict[str, str]:
    return dict(File.objects.order_by("path").values_list("path", "text"))


def dockerfile(request: HttpRequest) -> HttpResponse:
    """The editor, and what a build would do now. What cannot be read is not saved."""
    file = get_object_or_404(File, path="Dockerfile")
    form = TextForm(request.POST or None, initial={"text": file.text})
    text, problem = file.text, ""
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            reading.read(text)
        except reading.BadDockerfileError as error:
            problem = str(error)
        else:
            file.text = text
            file.save()
            messages.success(request, "The Dockerfile is saved. Nothing is built by that.")
            return redirect("docker:dockerfile")
    refused = bool(problem or form.errors)
    page = {"form": form, "problem": problem, "dockerfiles": DOCKERFILES}
    if not refused:
        page |= _looked_at(request, text)
    return render(request, "docker/dockerfile.html", page, status=422 if refused else 200)


def _looked_at(request: HttpRequest, text: str) -> dict:
    """Lint, stages, steps and the image that would come of it."""
    files = _files()
    read = reading.read(text)
    plan = cache.plan(read, files)
    verdicts = building.verdicts(plan, files)
    found, why_not = findings.lint(request.META.get("DEMOS_JAIL"), text)
    looked = {
        "findings": found,
        "why_not": why_not,
        "graph": drawing.stages(read),
        "verdicts": verdicts,
        "error": plan.error,
        "what_if": None if plan.error else building.what_if(read, files),
    }
    return looked | ({"image": _described(read, plan, files, verdicts)} if plan.image else {})


def _described(
    read: reading.Dockerfile, plan: cache.Plan, files: dict[str, str], verdicts: list[building.Verdict]
) -> dict:
    image, last = plan.image, read.stages[-1]
    chain = [last]
    while chain[-1].parent is not None:
        chain.append(chain[-1].parent)
    base, base_by = sizes.base_of(chain[-1].base)
    titles = {stage.title for stage in chain}
    layers = [_from_packages(one, plan, read, files) for one in verdicts if one.stage in titles and one.key]
    known = [one.size for one in layers if one.size is not None]
    return {
        "user": findings.user_of(image),
        "is_root": findings.is_root(image),
        "command": findings.command_of(image),
        "is_dev_server": findings.is_dev_server(image),
        "exposed": findings.exposed(image),
        "named": findings.told_by_names([step for stage in chain for step in stage.steps]),
        "files": findings.tree(image),
        "base": chain[-1].base,
        "base_size": base,
        "base_by": base_by,
        "layers": layers,
        "size": sum(known) + (base or 0),
        "unknown": len(layers) - len(known) + (base is None),
        "stages": len({planned.stage for planned in plan.planned}),
    }


def _from_packages(
    one: building.Verdict, plan: cache.Plan, read: reading.Dockerfile, files: dict
) -> building.Verdict:
    """COPY --from=packages /opt/venv: as big as what that stage has installed there."""
    origin = next((p.step.flag("from") for p in plan.planned if p.step.line == one.line), None)
    source = read.stage(origin) if origin else None
    if source is None or one.size is not None:
        return one
    wanted = one.text.split()[-2]
    for step in source.steps:
        if step.instruction == "RUN" and wanted in step.value:
            one.size, one.sized_by = sizes.packages_of(step.value, files)
    return one


@require_POST
def load_example(request: HttpRequest, name: str) -> HttpResponse:
    if name not in DOCKERFILES:
        raise Http404
    File.objects.filter(path="Dockerfile").update(
        text=example(f"{name}.Dockerfile"), modified_at=timezone.now()
    )
    messages.success(request, f"Dockerfile: {DOCKERFILES[name]}.")
    return redirect("docker:dockerfile")


@require_POST
def build(request: HttpRequest) -> HttpResponse:
    files = _files()
    read = reading.read(files["Dockerfile"])
    plan = cache.plan(read, files)
    made = building.build(plan, files)
    messages.info(request, _told(made, _described(read, plan, files, []) if plan.image else None))
    return redirect("docker:built", made.pk)


def _told(made: Build, image: dict | None) -> str:
    """The build in a sentence, as the log of an engine would sum it up."""
    states = [one["state"] for one in made.steps]
    text = f"Build {made.pk}: {states.count('run')} run, {states.count('cached')} cached"
    installs = [
        one["state"] for one in made.steps if one["instruction"] == "RUN" and sizes.is_install(one["text"])
    ]
    if installs:
        text += f"; packages {'installed again' if 'run' in installs else 'from the cache'}"
    if image is None:
        return f"{text}; failed."
    text += f"; {image['stages']} stage{'s' if image['stages'] > 1 else ''}, user {image['user']}"
    leaks = [*image["exposed"], *image["named"]]
    return f"{text}; {'inside: ' + ', '.join(leaks) if leaks else 'nothing inside that should stay out'}."


@require_GET
def built(request: HttpRequest, pk: int) -> HttpResponse:
    made = get_object_or_404(Build, pk=pk)
    return render(request, "docker/built.html", {"build": made, "verdicts": made.steps})


@require_POST
def prune(request: HttpRequest) -> HttpResponse:
    count = CachedStep.objects.count()
    CachedStep.objects.all().delete()
    messages.info(request, f"{count} steps are forgotten, as by docker builder prune.")
    return redirect("docker:dockerfile")


def folder(request: HttpRequest) -> HttpResponse:
    form = NewFileForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("docker:file", form.save().pk)
    ignore = _files().get(context.IGNORE_FILE, "")
    rows = [
        {"file": file, "sum": context.checksum(file.text), "ignored": context.ignored_by(file.path, ignore)}
        for file in File.objects.order_by("path")
    ]
    page = {
        "rows": rows,
        "form": form,
        "sent": sum(row["file"].size for row in rows if not row["ignored"]),
        "all": sum(row["file"].size for row in rows),
    }
    return render(request, "docker/folder.html", page, status=422 if form.errors else 200)


def file(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(File, pk=pk)
    form = TextForm(request.POST or None, initial={"text": found.text})
    if request.method == "POST" and form.is_valid():
        found.text = form.cleaned_data["text"]
        found.save()
        messages.success(request, f"{found} is saved.")
        return redirect("docker:folder")
    return render(request, "docker/file.html", {"file": found, "form": form})


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One line more at the end, or a new time and nothing else, or gone."""
    found = get_object_or_404(File, pk=pk)
    how = request.POST.get("how")
    if how == "delete" and found.path not in ("Dockerfile", "compose.yaml", context.IGNORE_FILE):
        found.delete()
        messages.success(request, f"{found} is deleted.")
    elif how == "touch":
        found.save()
        messages.success(request, f"{found} has a new time of change, and is as it was.")
    elif how == "line":
        found.text += f"# edited, line {found.text.count(chr(10)) + 1}\n"
        found.save()
        messages.success(request, f"{found} has one line more.")
    return redirect("docker:folder")


def services(request: HttpRequest) -> HttpResponse:
    found = get_object_or_404(File, path="compose.yaml")
    form = TextForm(request.POST or None, initial={"text": found.text})
    text = found.text
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
    stack = compose.read(text)
    refused = bool(stack.problems or stack.circle or form.errors)
    if request.method == "POST" and not refused:
        found.text = text
        found.save()
        messages.success(request, "compose.yaml is saved.")
        return redirect("docker:compose")
    if request.method == "POST" and stack.circle:
        messages.error(request, f"Not saved, there is a circle: {' → '.join(stack.circle)}.")
    page = {"form": form, "stack": stack}
    if stack.services and not stack.problems:
        page |= _order(request, stack)
    return render(request, "docker/compose.html", page, status=422 if refused else 200)


def _order(request: HttpRequest, stack: compose.Stack) -> dict:
    fault_form = FaultForm(request.GET if "fault" in request.GET else None, stack.services)
    chosen = fault_form.cleaned_data if fault_form.is_valid() else {"broken": "", "fault": "sick"}
    told = compose.outcome(stack, chosen["broken"], chosen["fault"])
    waves = [
        [{"name": name, "told": told[name], "arrows": stack.of(name)} for name in wave]
        for wave in stack.waves
    ]
    return {
        "fault_form": fault_form,
        "broken": chosen["broken"],
        "waves": waves,
        "graph": drawing.services(stack, told),
        "left": [name for name, state in told.items() if state not in ("starts", *compose.FAULTS.values())],
    }
