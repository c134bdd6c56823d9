import base64
import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from . import deploys
from .deploys import PLATFORMS
from .forms import ConfigForm, DeployForm, ManifestsForm, SockForm
from .machine import Overloaded
from .manifests import WRITTEN
from .models import App, Release
from .repository import files_of

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80" width="160" height="160">'
    '<path d="M25 8h26v34l18 14a10 10 0 0 1-12 16L25 50z" fill="#2f6f9f"/>'
    '<path d="M25 14h26v8H25z" fill="#9fd0ea"/></svg>'
)
# Of the app's own page: its frame is sandboxed, so they are offered beside it.
LINK = re.compile(r'href="(/pictures/[\w./-]+)"')
STYLESHEET = re.compile(r'<link rel="stylesheet" href="/static/([\w./-]+)">')
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def _app(slug: str) -> App:
    return get_object_or_404(App.objects.select_related("live"), platform=slug)


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    apps = {app.platform: app for app in App.objects.select_related("live")}
    rows = [(platform, apps[slug]) for slug, platform in PLATFORMS.items()]
    return render(request, "platforms/start.html", {"rows": rows})


def console(request: HttpRequest, slug: str) -> HttpResponse:
    """The manifests, what the platform reads in them, and all that was released."""
    app = _app(slug)
    platform = PLATFORMS[slug]
    form = ManifestsForm(platform.manifests, request.POST or None, initial=app.manifests)
    if request.method == "POST" and form.is_valid():
        app.manifests = form.texts()
        app.save(update_fields=["manifests"])
        messages.success(request, "Saved: it holds for the next deployment.")
        return redirect("platforms:console", slug)
    return render(request, "platforms/console.html", _console(app, form))


def _console(app: App, form: ManifestsForm | None = None, **more: Any) -> dict[str, Any]:
    platform = PLATFORMS[app.platform]
    lines = "\n".join(f"{key}={value}" for key, value in app.config.items())
    return {
        "app": app,
        "platform": platform,
        "form": form or ManifestsForm(platform.manifests, initial=app.manifests),
        "reading": deploys.read(app),
        "written": WRITTEN,
        "config_form": ConfigForm(initial={"variables": lines}),
        "deploy_form": DeployForm(),
        "files": sorted(files_of("1f3a9c2")),
        "settings": files_of("1f3a9c2")["config/settings.py"].decode(),
        "releases": app.releases.order_by("-number"),
        **more,
    }


@require_POST
def config(request: HttpRequest, slug: str) -> HttpResponse:
    app = _app(slug)
    form = ConfigForm(request.POST)
    if not form.is_valid():
        return render(request, "platforms/console.html", _console(app, config_form=form), status=400)
    try:
        made = deploys.set_config(app, form.cleaned_data["variables"])
    except Overloaded:
        return _overloaded(request, app)
    if made is None:
        messages.info(request, "Set. They hold from the next deployment on.")
        return redirect("platforms:console", slug)
    return _released(request, made)


@require_POST
def deploy(request: HttpRequest, slug: str) -> HttpResponse:
    app, form = _app(slug), DeployForm(request.POST)
    if not form.is_valid():
        return render(request, "platforms/console.html", _console(app, deploy_form=form), status=400)
    try:
        return _released(request, deploys.deploy(app, form.cleaned_data["commit"]))
    except Overloaded:
        return _overloaded(request, app)


@require_POST
def rollback(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    app = _app(slug)
    target = get_object_or_404(app.releases.filter(state="replaced"), number=number)
    try:
        return _released(request, deploys.rollback(app, target))
    except Overloaded:
        return _overloaded(request, app)


def _released(request: HttpRequest, made: Release) -> HttpResponse:
    """On to the log; what became of it stands in two headers as well, where the page is not read."""
    level = messages.SUCCESS if made.state == "live" else messages.ERROR
    messages.add_message(request, level, f"{made} {made.reason}: {made.state}")
    response = redirect("platforms:release", made.app.platform, made.number)
    response.headers["Release-State"] = made.state
    response.headers["Release-Commit"] = made.commit
    return response


def _overloaded(request: HttpRequest, app: App) -> HttpResponse:
    messages.error(request, "All machines are taken. Try again in a moment.")
    return render(request, "platforms/console.html", _console(app), status=503)


@require_GET
def release(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    app = _app(slug)
    found = get_object_or_404(app.releases, number=number)
    context = {"app": app, "platform": PLATFORMS[slug], "release": found, "lines": _classified(found.log)}
    return render(request, "platforms/release.html", context)


def _classified(log: str) -> list[tuple[str, str]]:
    """Each line with its kind: title, command, warning or plain."""
    kinds = {"----->": "title", "       $ ": "command", "       ! ": "warning"}
    return [
        (next((kind for mark, kind in kinds.items() if line.startswith(mark)), ""), line)
        for line in log.splitlines()
    ]


@require_POST
def restart(request: HttpRequest, slug: str) -> HttpResponse:
    app = _app(slug)
    lost = deploys.restart(app)
    files = "1 file of the old disk is" if lost == 1 else f"{lost} files of the old disk are"
    messages.info(request, f"Restarted. {files} gone with it.")
    return redirect("platforms:site", slug)


@require_GET
def site(request: HttpRequest, slug: str) -> HttpResponse:
    """The app as somebody outside sees it."""
    app = _app(slug)
    path = request.GET.get("path", "/")
    if not re.fullmatch(r"/[\w./-]*", path) or ".." in path:
        path = "/"
    return _answered(request, app, "GET", path, SockForm())


@require_POST
def report(request: HttpRequest, slug: str) -> HttpResponse:
    app, form = _app(slug), SockForm(request.POST)
    if not form.is_valid():
        return _answered(request, app, "GET", "/", form)
    data = {name: form.cleaned_data[name] for name in ("name", "place")}
    picture = PICTURE if form.cleaned_data["picture"] else ""
    return _answered(request, app, "POST", "/socks/", SockForm(), data, picture)


def _answered(
    request: HttpRequest,
    app: App,
    method: str,
    path: str,
    form: SockForm,
    data: dict[str, str] | None = None,
    picture: str = "",
) -> HttpResponse:
    try:
        answer = deploys.ask(app, method, path, data or {}, picture)
        if answer["status"] == 302:
            # A browser follows; the X-ray has the app's redirect in this page's log.
            answer = {**deploys.ask(app, "GET", answer["location"], {}), "before": f"{method} {path}: 302"}
    except Overloaded:
        return _overloaded(request, app)
    context = {
        "app": app,
        "platform": PLATFORMS[app.platform],
        "answer": answer,
        "asked": f"{method} {path}",
        "page": _page(app, answer),
        "form": form,
        "path": path if method == "GET" else "/",
        "disk": sorted(app.disk),
        "links": ["/", "/healthz/", *LINK.findall(answer["body"])],
    }
    response = render(request, "platforms/site.html", context)
    response.headers["App-Status"] = str(answer["status"])
    response.headers["App-Asked"] = f"{method} {path}"
    return response


def _page(app: App, answer: dict[str, Any]) -> str:
    """For a frame that loads nothing: the app's style sheet is written into its page."""
    body = answer["body"]
    if app.live is not None:
        built = app.live.built

        def inline(match: re.Match[str]) -> str:
            content = base64.b64decode(built.get(f"staticfiles/{match[1]}", ""))
            return f"<style>{content.decode(errors='replace')}</style>"

        body = STYLESHEET.sub(inline, body)
    return f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">{body}'
