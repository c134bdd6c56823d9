"""Problems with a block of a lesson: a learner reports one, the staff looks at the list and closes it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from content.differences import block_name
from content.models import LessonPage
from content.streams import from_stream
from lms.accounts.models import User
from lms.discussion import moderation, writing
from lms.discussion.answers import refused
from lms.discussion.models import Complaint, Problem, Thread
from lms.discussion.places import find_place, without_hidden
from lms.discussion.spoilers import may_moderate

THREADS_A_PAGE = 50
MOST_LISTED = 200
_STATES = {"open": True, "closed": False}


def for_moderators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Let in who may moderate: others sign in, or are refused."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_moderate(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast(Callable[..., HttpResponseBase], never_cache(login_required(guarded)))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_problem(request: HttpRequest, lesson: str, block: uuid.UUID) -> HttpResponse:
    """Take `kind` and `text`: what is wrong with this block of the lesson."""
    place = find_place(lesson)
    blocks = {
        child.id: found for child, found in zip(place.page.body, from_stream(place.page.body), strict=True)
    }
    if str(block) not in blocks:
        raise Http404("The lesson has no such part any more.")
    name = block_name(blocks[str(block)])
    context = {
        "place": place,
        "block": block,
        "name": name,
        "kinds": Problem.Kind,
        "sent": "sent" in request.GET,
        "error": "",
        "typed": {},
    }
    if request.method != "POST":
        return render(request, "discussion/report.html", context)
    try:
        writing.report_problem(
            user=cast(User, request.user),
            page=place,
            block=str(block),
            block_name=name,
            kind=request.POST.get("kind", ""),
            text=request.POST.get("text", ""),
            now=timezone.now(),
        )
    except writing.Refused as error:
        return refused(request, "discussion/report.html", context, error)
    return redirect(f"{request.path}?sent=yes")


@for_moderators
@require_safe
def open_questions(request: HttpRequest) -> HttpResponse:
    """The questions that nobody has answered, the oldest first."""
    threads = (
        without_hidden(Thread.objects.filter(answer=None, locked_at=None))
        .select_related("author__voice")
        .order_by("created_at", "pk")
    )
    page = Paginator(threads, THREADS_A_PAGE).get_page(request.GET.get("page"))
    titles = dict(LessonPage.objects.values_list("slug", "title"))
    rows = [{"thread": found, "lesson": titles.get(found.lesson, found.lesson)} for found in page]
    return render(request, "discussion/teach/questions.html", {"rows": rows, "page": page})


@for_moderators
@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Problems with lessons, and posts that were reported; `state` is `open` or `closed`."""
    state = request.GET.get("state", "open")
    is_open = _STATES.get(state, True)
    order = "created_at" if is_open else "-closed_at"
    found = Problem.objects.filter(closed_at__isnull=is_open).select_related(
        "reported_by__voice", "closed_by__voice"
    )
    pages = {page.slug: page for page in LessonPage.objects.defer("body")}
    about_posts = Complaint.objects.filter(closed_at__isnull=is_open).select_related(
        "reported_by__voice", "post__thread", "post__author__voice"
    )
    return render(
        request,
        "discussion/teach/problems.html",
        {
            "state": "open" if is_open else "closed",
            "problems": [
                {"problem": problem, "page": pages.get(problem.lesson), **_links(problem, pages)}
                for problem in found.order_by(order)[:MOST_LISTED]
            ],
            "complaints": about_posts.order_by(order)[:MOST_LISTED],
            "more": max(found.count(), about_posts.count()) > MOST_LISTED,
        },
    )


@for_moderators
@require_POST
def close_problem(request: HttpRequest, pk: int) -> HttpResponse:
    return _close(request, get_object_or_404(Problem, pk=pk))


@for_moderators
@require_POST
def close_complaint(request: HttpRequest, pk: int) -> HttpResponse:
    return _close(request, get_object_or_404(Complaint, pk=pk))


def _close(request: HttpRequest, report: Problem | Complaint) -> HttpResponse:
    """Take `wanted`: `yes` closes, `no` opens again."""
    wanted = request.POST.get("wanted") != "no"
    moderation.close(user=cast(User, request.user), report=report, wanted=wanted, now=timezone.now())
    return redirect(f"{reverse('teach_problems')}{'' if wanted else '?state=closed'}")


def _links(problem: Problem, pages: dict[str, LessonPage]) -> dict[str, str]:
    page = pages.get(problem.lesson)
    if page is None:
        return {"url": "", "editor": ""}
    editor = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return {
        "url": f"{page.url or ''}#block-{problem.block}",
        # Where Wagtail's editor has the block.
        "editor": f"{editor}#block-{problem.block}-section",
    }
