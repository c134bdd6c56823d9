"""Discussions: anybody may read, who is signed in may write."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.accounts.models import User
from lms.discussion import moderation, notices, writing
from lms.discussion.answers import (
    MOST_DIGITS,
    is_hidden,
    own_only,
    place_context,
    refused,
    thread_changed,
    thread_context,
)
from lms.discussion.models import Post, Thread
from lms.discussion.places import Place, find_place, place_of, reader_of, threads_of

MOST_SHOWN = 5  # below a lesson; the discussion's own page has all of them
THREADS_A_PAGE = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def discussion(request: HttpRequest, lesson: str, exercise: str = "") -> HttpResponseBase:
    """The questions of a lesson or an exercise, with a form to ask; `part=list` stands below a lesson."""
    place = find_place(lesson, exercise)
    if request.method == "POST":
        return _ask(request, place)
    return _show(request, place)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A question with its replies; a POST replies."""
    found = _thread(request, pk)
    if request.method == "POST":
        return _reply(request, found)
    return render(
        request, "discussion/thread.html", {**thread_context(request, found), "error": "", "typed": {}}
    )


@never_cache
@login_required
@own_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit_post(request: HttpRequest, pk: int) -> HttpResponse:
    post, reader = _post(request, pk)
    if not writing.may_change(reader, post):
        raise writing.NotAllowed
    context: dict[str, Any] = {"post": post, "thread": post.thread, "error": "", "typed": {}}
    if request.method != "POST":
        return render(request, "discussion/edit.html", context)
    try:
        writing.edit(
            reader=reader,
            post=post,
            text=request.POST.get("text", ""),
            is_spoiler="is_spoiler" in request.POST,
            now=timezone.now(),
        )
    except writing.Refused as error:
        return refused(request, "discussion/edit.html", context, error)
    return thread_changed(request, post.thread, post)


@never_cache
@login_required
@own_only
@require_http_methods(["GET", "HEAD", "POST"])
def remove_post(request: HttpRequest, pk: int) -> HttpResponse:
    post, reader = _post(request, pk)
    if not writing.may_change(reader, post):
        raise writing.NotAllowed
    if request.method != "POST":
        return render(request, "discussion/remove.html", {"post": post, "thread": post.thread})
    place = place_of(post.thread)
    if writing.remove(reader=reader, post=post, now=timezone.now()):
        return thread_changed(request, post.thread)
    messages.success(request, "Your question is gone.")
    return redirect(place.discussion_url)


@login_required
@own_only
@require_POST
def mark_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take `post`, the number of the reply that answers the question; empty: none does."""
    found = _thread(request, pk)
    wanted = request.POST.get("post", "")
    post = get_object_or_404(Post, pk=_number(wanted), thread=found) if wanted else None
    reader = reader_of(request, place_of(found).page)
    writing.mark_answer(reader=reader, thread=found, post=post)
    return thread_changed(request, found, post)


@login_required
@require_POST
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Take `wanted`, `yes` or `no`: mail about this thread."""
    found = _thread(request, pk)
    writing.follow(user=cast(User, request.user), thread=found, wanted=request.POST.get("wanted") != "no")
    return thread_changed(request, found)


@login_required
@own_only
@require_POST
def lock_thread(request: HttpRequest, pk: int) -> HttpResponse:
    found = _thread(request, pk)
    moderation.lock(user=cast(User, request.user), thread=found, wanted=_wanted(request), now=timezone.now())
    return thread_changed(request, found)


@login_required
@own_only
@require_POST
def hide_post(request: HttpRequest, pk: int) -> HttpResponse:
    post, _ = _post(request, pk)
    moderation.hide(user=cast(User, request.user), post=post, wanted=_wanted(request), now=timezone.now())
    post.thread.refresh_from_db()
    return thread_changed(request, post.thread, post)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a post to the moderators: `text` says why."""
    post, _ = _post(request, pk)
    context: dict[str, Any] = {"post": post, "thread": post.thread, "error": "", "typed": {}}
    if request.method != "POST":
        return render(request, "discussion/complain.html", context)
    try:
        writing.complain(
            user=cast(User, request.user), post=post, text=request.POST.get("text", ""), now=timezone.now()
        )
    except writing.Refused as error:
        return refused(request, "discussion/complain.html", context, error)
    messages.success(request, "Thank you. A moderator looks at it.")
    return thread_changed(request, post.thread, post)


@never_cache
@csrf_exempt  # The button of a mail program posts here; the signed token says whose it is.
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """No more mail about a thread, without signing in. Looking at the page changes nothing."""
    try:
        subscription = notices.subscription_of(token)
    except notices.BadToken as error:
        raise Http404(str(error)) from error
    done = request.method == "POST"
    if done:
        writing.follow(user=subscription.user, thread=subscription.thread, wanted=False)
    context = {"thread": subscription.thread, "done": done}
    return render(request, "discussion/unsubscribe.html", context)


@require_safe
def _show(request: HttpRequest, place: Any) -> HttpResponse:
    context = place_context(request, place)
    if request.GET.get("part") == "list":
        threads = list(threads_of(place, reader_of(request, place.page))[: MOST_SHOWN + 1])
        context |= {"threads": threads[:MOST_SHOWN], "more": len(threads) > MOST_SHOWN}
        return render(request, "discussion/list.html", context)
    return render(request, "discussion/place.html", {**context, "page": _page(request, place)})


def _page(request: HttpRequest, place: Place) -> Page:
    """Return the page of the place's threads that is asked for; the last one where there are not so many."""
    found = threads_of(place, reader_of(request, place.page))
    return Paginator(found, THREADS_A_PAGE).get_page(request.GET.get("page"))


@login_required
def _ask(request: HttpRequest, place: Any) -> HttpResponse:
    try:
        opened = writing.ask(
            user=cast(User, request.user),
            name=request.POST.get("name", ""),
            place=place,
            title=request.POST.get("title", ""),
            text=request.POST.get("text", ""),
            is_spoiler="is_spoiler" in request.POST,
            now=timezone.now(),
        )
    except writing.Refused as error:
        context = {**place_context(request, place), "page": _page(request, place)}
        return refused(request, "discussion/place.html", context, error)
    return redirect("thread", pk=opened.pk)


@login_required
def _reply(request: HttpRequest, found: Thread) -> HttpResponse:
    try:
        post = writing.reply(
            user=cast(User, request.user),
            name=request.POST.get("name", ""),
            thread=found,
            place=place_of(found),
            text=request.POST.get("text", ""),
            is_spoiler="is_spoiler" in request.POST,
            now=timezone.now(),
        )
    except writing.Refused as error:
        return refused(request, "discussion/thread.html", thread_context(request, found), error)
    return thread_changed(request, found, post)


def _thread(request: HttpRequest, pk: int) -> Thread:
    found = get_object_or_404(Thread.objects.select_related("author__voice"), pk=pk)
    if is_hidden(reader_of(request, place_of(found).page), found):
        raise Http404("There is no such question.")
    return found


def _post(request: HttpRequest, pk: int) -> Any:
    post = get_object_or_404(Post.objects.select_related("thread", "author__voice"), pk=pk)
    found = _thread(request, post.thread_id)
    return post, reader_of(request, place_of(found).page)


def _wanted(request: HttpRequest) -> bool:
    return request.POST.get("wanted") != "no"


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > MOST_DIGITS:
        raise Http404("There is no such reply.")
    return int(text)
