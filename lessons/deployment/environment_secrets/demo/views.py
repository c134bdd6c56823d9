from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import release, rotation, scanning, signing, sources
from .environment import DEFAULT, DOTENV, ENVIRONMENT, Place
from .forms import CommitForm, RotateForm, SourcesForm
from .models import Commit, Customer

COOKIE = "bakery_session"
MOST_COMMITS = 20


# --- Where a setting comes from ---------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@never_cache
def settings_page(request: HttpRequest) -> HttpResponse:
    """Write the four places, and see what the settings module makes of them."""
    form = SourcesForm(request.POST or None, initial=SourcesForm.filled(sources.texts()))
    if request.method == "POST":
        if not form.is_valid():
            return _settings_page(request, form, 400)
        sources.save(form.texts())
        if "deploy" not in request.POST:
            return redirect("environment_secrets:settings")
        try:
            started = sources.deploy()
        except sources.Refused:
            return _settings_page(request, form, 422)
        messages.success(request, f"Release {started.pk} is running.")
        return redirect("environment_secrets:settings")
    return _settings_page(request, form, 200)


def _settings_page(request: HttpRequest, form: SourcesForm, status: int) -> HttpResponse:
    outcome = sources.outcome()
    running = sources.running()
    response = render(
        request,
        "environment_secrets/settings.html",
        {
            "form": form,
            "outcome": outcome,
            "rows": [(name, _cells(places)) for name, places in outcome.asked.items()],
            "source": release.FILE.read_text(),
            "running": running,
            "refused": status == 422,
        },
        status=status,
    )
    winners = "; ".join(
        f"{name}: {' > '.join(place.where for place in places) or 'none'}"
        for name, places in outcome.asked.items()
    )
    response.headers["X-Running"] = f"release {running.pk}; DEBUG={running.settings['DEBUG']}"
    response.headers["X-Came-From"] = winners.encode("ascii", "replace").decode()
    return response


def _cells(places: list[Place]) -> list[tuple[Place | None, bool]]:
    """A cell for each kind of place, and whether it won."""
    kinds = {"secret" if place.where.startswith("/") else place.where: place for place in places}
    return [
        (kinds.get(kind), kinds.get(kind) in places[:1]) for kind in ("secret", ENVIRONMENT, DOTENV, DEFAULT)
    ]


@require_GET
@never_cache
def error_page(request: HttpRequest) -> HttpResponse:
    running = sources.running()
    shown = release.in_an_error_page(running.settings)
    return render(request, "environment_secrets/error.html", {"running": running, "shown": shown})


# --- What a commit gives away -----------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@never_cache
def commits(request: HttpRequest) -> HttpResponse:
    last = Commit.objects.latest("pk")
    before = scanning.files_of(last)
    form = CommitForm(
        request.POST or None, initial={"settings_py": last.settings_py, "dotenv": last.dotenv, "hook": True}
    )
    if request.method == "POST":
        if not form.is_valid():
            return _commits_page(request, form, 400, [])
        new = Commit(
            message=form.cleaned_data["message"],
            settings_py=form.cleaned_data["settings_py"].replace("\r\n", "\n"),
            dotenv=form.cleaned_data["dotenv"].replace("\r\n", "\n"),
        )
        if Commit.objects.count() >= MOST_COMMITS:
            form.add_error("message", "The log is full. Reset the demo to begin anew.")
            return _commits_page(request, form, 400, [])
        found = scanning.scan(scanning.files_of(new)) if form.cleaned_data["hook"] else []
        if found:
            return _commits_page(request, form, 422, found)
        if scanning.files_of(new) != before:
            new.save()
            messages.success(request, f"Commit {new.pk}: {new.message}")
        else:
            messages.info(request, "Nothing to commit.")
        return redirect("environment_secrets:commits")
    return _commits_page(request, form, 200, [])


def _commits_page(request: HttpRequest, form: CommitForm, status: int, refused: list) -> HttpResponse:
    log, before, history = [], scanning.files_of(None), 0
    for commit in Commit.objects.order_by("pk"):
        after = scanning.files_of(commit)
        found = scanning.introduced(before, after)
        history += len({(finding.file, finding.line) for finding in found})
        log.append((commit, scanning.diff(before, after, found), found))
        before = after
    tree = scanning.scan(before)
    response = render(
        request,
        "environment_secrets/commits.html",
        {"form": form, "log": log[::-1], "tree": tree, "history": history, "refused": refused},
        status=status,
    )
    response.headers["X-Findings"] = f"tree={len(tree)}; history={history}"
    return response


# --- Changing SECRET_KEY ----------------------------------------------------------------------------


@require_GET
@never_cache
def keys(request: HttpRequest) -> HttpResponse:
    running = sources.running()
    release_keys = rotation.keys_of(running)
    you = signing.find_session(request.COOKIES.get(COOKIE, ""), release_keys)
    states = rotation.states(release_keys)
    response = render(
        request,
        "environment_secrets/keys.html",
        {
            "running": running,
            "keys": [(place, key[:8], len(key)) for place, key in enumerate(release_keys)],
            "came_from": _came_from("SECRET_KEY"),
            "you": you,
            "states": states,
            "ways": rotation.WAYS,
        },
    )
    if you.user and you.by:
        # Django's middleware does this by itself at the end of the request.
        _set_cookie(response, you.renewed)
    out = [state.customer.user.username for state in states if state.session.user is None]
    response.headers["X-You"] = f"{you.user} by key {you.by}" if you.user else "nobody"
    response.headers["X-Signed-Out"] = ", ".join(out) or "nobody"
    return response


def _came_from(variable: str) -> str:
    places = sources.outcome().asked.get(variable)
    return places[0].where if places else "nowhere"


def _set_cookie(response: HttpResponse, value: str) -> None:
    response.set_cookie(COOKIE, value, max_age=signing.WEEKS, httponly=True, samesite="Lax")


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    user = User.objects.get(username="dora")
    response = redirect("environment_secrets:keys")
    _set_cookie(response, signing.new_session(user, rotation.keys_of(sources.running())))
    return response


@require_POST
def rotate(request: HttpRequest) -> HttpResponse:
    form = RotateForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest("No such way.", content_type="text/plain")
    try:
        started = rotation.rotate(form.cleaned_data["way"])
    except sources.Refused as error:
        messages.error(
            request, f"The release does not start, and the one before goes on. {error}. Mend it in Settings."
        )
    else:
        messages.success(
            request, f"Release {started.pk} is running. {rotation.WAYS[form.cleaned_data['way']]}."
        )
    return redirect("environment_secrets:keys")


@require_POST
def come_by(request: HttpRequest, pk: int) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.select_related("user"), pk=pk)
    found = rotation.come_by(customer, rotation.keys_of(sources.running()))
    told: dict[Any, str] = {None: "is signed out", 0: "is signed in, by the current key"}
    again = f"is signed in, by fallback {found.by}; the session is signed anew"
    messages.info(request, f"{customer.user.username} {told.get(found.by, again)}.")
    return redirect("environment_secrets:keys")


@require_POST
def sign_in_again(request: HttpRequest, pk: int) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.select_related("user"), pk=pk)
    rotation.sign_in_again(customer, rotation.keys_of(sources.running()))
    messages.info(request, f"{customer.user.username} has signed in again, and is sent both letters anew.")
    return redirect("environment_secrets:keys")
