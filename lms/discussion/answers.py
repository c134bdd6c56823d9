"""How the views answer: pages, redirects, or a thread drawn anew for htmx; refusals with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from lms.discussion.models import Post, Subscription, Thread
from lms.discussion.places import Place, place_of, reader_of
from lms.discussion.spoilers import Reader, hidden_question
from lms.discussion.writing import NotAllowed, TooMuch, may_mark

View = Callable[..., HttpResponseBase]
POSTS_A_PAGE = 50
MOST_DIGITS = 18  # of a number that a database can take


def own_only(view: View) -> View:
    """Answer 403 where somebody wants to do what is not theirs to do."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotAllowed as error:
            raise PermissionDenied from error

    return guarded


def refused(request: HttpRequest, template: str, context: dict[str, Any], error: Exception) -> HttpResponse:
    """Show the form again with what is wrong, and with what was typed."""
    status = 429 if isinstance(error, TooMuch) else 400
    response = render(
        request, template, {**context, "error": str(error), "typed": request.POST}, status=status
    )
    if isinstance(error, TooMuch):
        response["Retry-After"] = str(error.seconds)
    return response


def name_of(request: HttpRequest) -> str:
    """Return how the reader is called here; empty for who has not said it yet."""
    if not request.user.is_authenticated:
        return ""
    voice = getattr(request.user, "voice", None)
    return voice.name if voice else request.user.get_full_name()


def thread_context(request: HttpRequest, thread: Thread, post: Post | None = None) -> dict[str, Any]:
    """For discussion/thread.html: a page of posts, those that this reader may not read without their text.

    The page is that of `post`, or else of the post or the number that the address names.
    """
    place = place_of(thread)
    reader = reader_of(request, place.page)
    pages = Paginator(thread.posts.select_related("author__voice").order_by("pk"), POSTS_A_PAGE)
    page = pages.get_page(_page_number(request, thread, post))
    shown = [_shown(reader, thread, one) for one in page.object_list]
    following = (
        reader.user.is_authenticated
        and Subscription.objects.filter(thread=thread, user=reader.user, wanted=True).exists()
    )
    return {
        "thread": thread,
        "place": place,
        "reader": reader,
        "page": page,
        "here": reverse("thread", args=[thread.pk]),
        "posts": shown,
        "answer_elsewhere": thread.answer if _is_elsewhere(thread.answer_id, shown) else None,
        "may_mark": may_mark(reader, thread),
        "following": following,
        "voice_name": name_of(request),
    }


def thread_changed(request: HttpRequest, thread: Thread, post: Post | None = None) -> HttpResponse:
    """Answer with the thread as it is now: the page where `post` stands, or the one that was looked at."""
    if getattr(request, "htmx", False):
        return render(request, "discussion/thread_inside.html", thread_context(request, thread, post))
    if post:
        return redirect(post.get_absolute_url())
    page = request.GET.get("page", "")
    query = f"?page={page}" if page.isascii() and page.isdecimal() else ""
    return redirect(f"{reverse('thread', args=[thread.pk])}{query}")


def is_hidden(reader: Reader, thread: Thread) -> bool:
    """Whether the whole thread is kept from this reader: a moderator hid its question."""
    return not reader.may_open(hidden_question(thread))


def place_context(request: HttpRequest, place: Place) -> dict[str, Any]:
    return {"place": place, "voice_name": name_of(request), "error": "", "typed": {}}


def _page_number(request: HttpRequest, thread: Thread, post: Post | None) -> str | int:
    wanted = request.GET.get("post", "")
    if post:
        pk = post.pk
    elif wanted.isascii() and wanted.isdecimal() and len(wanted) <= MOST_DIGITS:
        pk = int(wanted)
    else:
        return request.GET.get("page", 1)
    return thread.posts.filter(pk__lt=pk).count() // POSTS_A_PAGE + 1


def _is_elsewhere(answer: int | None, shown: list[dict[str, Any]]) -> bool:
    return answer is not None and all(one["pk"] != answer for one in shown)


def _shown(reader: Reader, thread: Thread, post: Any) -> dict[str, Any]:
    may_read = reader.may_read(thread, post)
    return {
        "pk": post.pk,
        "anchor": post.anchor,
        "author": post.author,
        "is_question": post.is_question,
        "is_answer": thread.answer_id == post.pk,
        "is_own": reader.is_author(post),
        "is_spoiler": post.is_spoiler or bool(thread.exercise and post.has_code),
        "is_removed": post.removed_at is not None,
        "is_hidden": post.hidden_at is not None,
        "created_at": post.created_at,
        "edited_at": post.edited_at,
        "may_read": may_read,
        # What may not be read does not get as far as the template.
        "text": post.text if may_read else "",
    }
