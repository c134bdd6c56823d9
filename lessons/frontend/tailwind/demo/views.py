import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from . import drawing, weight
from . import site as own_site
from .build import Build, build, classes_of, document
from .detection import detect
from .forms import DetectionForm, HutForm, WorkbenchForm
from .models import Component, Entry, Hut

WIDTHS = [(360, "Phone"), (768, "Tablet"), (1280, "Desktop")]


def workbench(request: HttpRequest, slug: str = "card") -> HttpResponse:
    component, entry = get_object_or_404(Component, slug=slug), Entry.objects.get()
    scheme, status = "light", 200
    if request.method == "POST":
        form = WorkbenchForm(request.POST)
        if form.is_valid():
            form.save(component, entry)
            scheme = form.cleaned_data["scheme"] or scheme
        else:
            status = 400
    else:
        form = WorkbenchForm(initial={"markup": component.markup, "css": entry.css, "scheme": scheme})
    # region: compile
    built = build(entry.css, [component.markup])
    asked = built.named(classes_of(component.markup))
    nothing = [candidate.name for candidate in asked if not candidate.rules]
    # endregion: compile
    chance = [candidate for candidate in built.made if candidate not in asked]
    page = document(component.markup, built.css, scheme)
    context = {
        "form": form,
        "component": component,
        "components": Component.objects.order_by("pk"),
        "scheme": scheme,
        "built": built,
        "made": [candidate for candidate in built.made if candidate in asked],
        "nothing": [] if built.error else nothing,
        "chance": chance,
        "frames": [(width, name, page) for width, name in WIDTHS],
    }
    if built.error:
        status = 422
    return _told(render(request, "tailwind/workbench.html", context, status=status), built, nothing)


def _told(response: HttpResponse, built: Build, nothing: list[str]) -> HttpResponse:
    """The build in two headers, so that it can be read where the page is not."""
    response.headers["Tailwind-Made"] = json.dumps([candidate.name for candidate in built.made])
    response.headers["Tailwind-Nothing"] = json.dumps([] if built.error else nothing)
    return response


@require_GET
def detection(request: HttpRequest) -> HttpResponse:
    form = DetectionForm(request.GET or None)
    given = {"template": "glued", "sources": ["template"], "inline": ""}
    if form.is_bound:
        if not form.is_valid():
            return render(request, "tailwind/detection.html", {"form": form}, status=400)
        given = form.cleaned_data
    huts = list(Hut.objects.order_by("pk"))
    found = detect(given["template"], given["sources"], given["inline"], huts)
    context = {
        "form": form if form.is_bound else DetectionForm(initial=given),
        "found": found,
        "huts": huts,
        "page": document(found.page, found.build.css, "light"),
        "classes": [(name, name not in found.missing) for name in classes_of(found.page)],
    }
    status = 422 if found.build.error else 200
    response = render(request, "tailwind/detection.html", context, status=status)
    return _told(response, found.build, found.missing)


@require_POST
def paint(request: HttpRequest, pk: int) -> HttpResponse:
    """Another colour for a hut: a row, which no build has read."""
    hut = get_object_or_404(Hut, pk=pk)
    form = HutForm(request.POST, instance=hut)
    if form.is_valid():
        form.save()
        messages.success(request, f"{hut} is {hut.colour} now, with a hue of {hut.hue}.")
    else:
        messages.error(request, " ".join(error for errors in form.errors.values() for error in errors))
    return redirect("tailwind:detection")


@require_GET
def weigh(request: HttpRequest) -> HttpResponse:
    steps = weight.steps(list(Component.objects.order_by("pk")))
    context = {"steps": steps, "last": steps[-1], "chart": drawing.growth(steps)}
    return render(request, "tailwind/weight.html", context)


@require_GET
def site(request: HttpRequest) -> HttpResponse:
    built = own_site.site_build()
    context = {
        "built": built,
        "files": own_site.by_file(),
        "entry": own_site.ENTRY.read_text(),
        "same": own_site.RESULT.read_text() == built.css,
    }
    return render(request, "tailwind/site.html", context)
