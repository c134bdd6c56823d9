"""Where a discussion stands: below a lesson, or below an exercise of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from content.models import Exercise, LessonPage
from lms.discussion.models import Post, Thread
from lms.discussion.spoilers import Reader
from lms.progress.state import progress_of


@dataclass(frozen=True)
class Place:
    page: LessonPage
    exercise: Exercise | None = None

    @property
    def title(self) -> str:
        return self.exercise.title if self.exercise else self.page.title

    @property
    def url(self) -> str:
        """The page that is discussed."""
        if self.exercise:
            return reverse("workspace", args=[self.page.slug, self.exercise.slug])
        return self.page.url or "/"

    @property
    def discussion_url(self) -> str:
        if self.exercise:
            return reverse("discussion", args=[self.page.slug, self.exercise.slug])
        return reverse("discussion", args=[self.page.slug])


def find_place(lesson: str, exercise: str = "") -> Place:
    """Return the place; one of a lesson that is not published does not exist. Raises Http404."""
    page = get_object_or_404(LessonPage.objects.live().public(), slug=lesson)
    if not exercise:
        return Place(page)
    return Place(page, get_object_or_404(Exercise.objects.live(), lesson=lesson, slug=exercise))


def place_of(thread: Thread) -> Place:
    """Return where a thread stands. One of an exercise that is gone stands below its lesson."""
    page = get_object_or_404(LessonPage.objects.live().public(), slug=thread.lesson)
    found = Exercise.objects.live().filter(lesson=thread.lesson, slug=thread.exercise).first()
    return Place(page, found)


def reader_of(request: HttpRequest, page: LessonPage) -> Reader:
    """Return who reads: somebody without an account may have passed exercises, too."""
    done = progress_of(request).done(page.slug).exercises
    return Reader.of(request.user, page, done)


def threads_of(place: Place, reader: Reader) -> QuerySet[Thread]:
    """Return the threads of a place, the last to change first, each with its number of `replies`.

    What a moderator hid, or its author took back before anybody answered, is not listed.
    """
    replies = Count(
        "posts", filter=Q(posts__is_question=False, posts__removed_at=None, posts__hidden_at=None)
    )
    found = Thread.objects.filter(
        lesson=place.page.slug, exercise=place.exercise.slug if place.exercise else ""
    )
    if not reader.moderates:
        found = without_hidden(found)
    return found.annotate(replies=replies).select_related("author__voice").order_by("-active_at", "-pk")


def without_hidden(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    """Leave out the threads whose question a moderator hid. A hidden reply hides no thread."""
    # exclude() over a relation to many would ask its two conditions of any two posts.
    hidden = Post.objects.filter(thread=OuterRef("pk"), is_question=True, hidden_at__isnull=False)
    return threads.filter(~Exists(hidden))
