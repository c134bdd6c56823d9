"""A shop with a guest book and a search. `guestbook` is the page in the frame; the others stand around it."""

import json
import secrets
from urllib.parse import unquote_plus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from .forms import CommentForm, SearchSwitches, WallSwitches
from .markup import sanitised, web_address
from .models import Asking, Comment, Loot, ReadersPass, Report, Switches
from .payloads import ENTRIES, QUESTIONS
from .policies import own_page, wall_policy
from .search import SORTS, search

PASS = "readers_pass"  # noqa: S105 - a cookie's name
MOST = 30  # entries, pieces of loot, reports that are kept


@require_GET
@own_page
def home(request: HttpRequest) -> HttpResponse:
    switches = Switches.current()
    known = ReadersPass.objects.filter(key=request.COOKIES.get(PASS, "")).first()
    readers_pass = known or ReadersPass.objects.create(reader="Mira")
    context = {
        "form": CommentForm(),
        "switches": WallSwitches(instance=switches),
        "entries": ENTRIES,
        "reader": readers_pass,
        "cookie_name": PASS,
        "wall": outside(request) + "guestbook/",
        **_desk(),
    }
    response = render(request, "xss_sql_injection/home.html", context)
    # Sent each time, so that the switch changes the cookie that is there.
    response.set_cookie(
        PASS, readers_pass.key, httponly=switches.httponly, samesite="Lax", secure=request.is_secure()
    )
    return response


def outside(request: HttpRequest) -> str:
    """The shop's address for a page that has no cookies. Only on a site of demos is it another one."""
    return request.META.get("DEMOS_DOOR") or reverse("xss_sql_injection:home")


@require_safe
def guestbook(request: HttpRequest) -> HttpResponse:
    """The wall: what guests wrote, by the template that the switch says, under the policy that it says."""
    switches = Switches.current()
    nonce = secrets.token_urlsafe(12)
    entries = [
        {
            "name": comment.name,
            "homepage": comment.homepage,
            "text": comment.text,
            "sanitised": sanitised(comment.text),
            "web_address": web_address(comment.homepage),
        }
        for comment in Comment.objects.order_by("-pk")[:MOST]
    ]
    latest = entries[0]["name"] if entries else ""
    response = render(
        request,
        f"xss_sql_injection/guestbook_{switches.rendering}.html",
        {"entries": entries, "latest": latest, "nonce": nonce},
    )
    policy = wall_policy(switches.policy, nonce, report=request.path + "report/")
    response.headers["Content-Security-Policy"] = policy
    return response


@require_POST
def sign(request: HttpRequest) -> HttpResponse:
    form = CommentForm(request.POST)
    if form.is_valid():
        form.save()
        _keep_newest(Comment)
        messages.success(request, "Your entry is in the book, as you wrote it.")
    else:
        messages.error(request, "An entry has a name and a text: 300 and 2,000 characters at most.")
    return redirect("xss_sql_injection:home")


@require_POST
def wall_switches(request: HttpRequest) -> HttpResponse:
    return _switch(request, WallSwitches, "xss_sql_injection:home")


@require_POST
def search_switches(request: HttpRequest) -> HttpResponse:
    return _switch(request, SearchSwitches, "xss_sql_injection:search")


def _switch(
    request: HttpRequest, form_class: type[WallSwitches] | type[SearchSwitches], back: str
) -> HttpResponse:
    form = form_class(request.POST, instance=Switches.current())
    if not form.is_valid():
        return HttpResponseBadRequest("There is no such switch.", content_type="text/plain")
    switches = form.save()
    messages.success(request, f"Built differently now: {switches}.")
    return redirect(back)


@require_POST
def tidy(request: HttpRequest) -> HttpResponse:
    """Back to the two entries of the first day; the thief's desk is emptied, too."""
    first = Comment.objects.order_by("pk").values_list("pk", flat=True)[:2]
    Comment.objects.exclude(pk__in=list(first)).delete()
    Loot.objects.all().delete()
    Report.objects.all().delete()
    messages.success(request, "The book is as it was on the first day.")
    return redirect("xss_sql_injection:home")


@require_safe
def thief(request: HttpRequest) -> HttpResponse:
    """Somebody else's server, in truth: whatever stands behind the question mark is noted."""
    loot = unquote_plus(request.META["QUERY_STRING"])[:500]
    Loot.objects.create(text=loot)
    _keep_newest(Loot)
    return HttpResponse("Thank you.", content_type="text/plain")


@csrf_exempt  # a browser's report brings no token, and changes nothing but this list
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    try:
        said = json.loads(request.body)["csp-report"]
        directive = said.get("effective-directive") or said["violated-directive"]
        Report.objects.create(directive=str(directive)[:60], blocked=str(said["blocked-uri"])[:200])
    except (ValueError, KeyError, TypeError, AttributeError):
        return HttpResponseBadRequest("That is no report.", content_type="text/plain")
    _keep_newest(Report)
    return HttpResponse(status=204)


def _keep_newest(model: type[Comment] | type[Loot] | type[Report]) -> None:
    newest = model._default_manager.order_by("-pk").values_list("pk", flat=True)[:MOST]
    model._default_manager.exclude(pk__in=list(newest)).delete()


@require_GET
@own_page
def desk(request: HttpRequest) -> HttpResponse:
    """The part of the page below the frame, for its script to look again."""
    return render(request, "xss_sql_injection/desk.html", _desk())


def _desk() -> dict[str, object]:
    keys = dict(ReadersPass.objects.values_list("key", "reader"))
    loot = [
        {"text": piece.text, "opens": next((name for key, name in keys.items() if key in piece.text), "")}
        for piece in Loot.objects.order_by("-pk")[:6]
    ]
    return {"loot": loot, "reports": Report.objects.order_by("-pk")[:6]}


@require_GET
@own_page
def search_page(request: HttpRequest) -> HttpResponse:
    switches = Switches.current()
    asked, sort = request.GET.get("q", "")[:400], request.GET.get("sort", "title")[:400]
    answer = search(switches.asking, asked, sort)
    context = {
        "asked": asked,
        "sort": sort,
        "sorts": SORTS,
        "answer": answer,
        "statement": _marked(
            answer.statements, *((asked, sort) if switches.asking == Asking.GLUED else ("", ""))
        ),
        "switches": SearchSwitches(instance=switches),
        "questions": QUESTIONS,
    }
    return render(request, "xss_sql_injection/search.html", context)


def _marked(statements: list[tuple[str, object]], asked: str, sort: str) -> dict[str, object]:
    """The statement in pieces, and which of them came from the visitor. Values that travelled apart."""
    sql, params = statements[-1] if statements else ("", None)
    pieces = []
    for before, theirs in (("LIKE '%", asked), ("ORDER BY ", sort)):
        at = sql.find(before + theirs) + len(before) if before + theirs in sql else -1
        if at >= 0 and theirs:
            pieces += [(sql[:at], False), (theirs, True)]
            sql = sql[at + len(theirs) :]
    values = list(params) if isinstance(params, list | tuple) else []
    return {"pieces": [*pieces, (sql, False)], "values": values}
