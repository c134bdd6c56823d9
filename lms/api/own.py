"""What a learner keeps for themselves: notes on lessons, and headings to find again."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from content.models import LessonPage
from lms.accounts.models import Learner
from lms.api.base import NewestFirst, ReadView, learner_of
from lms.api.preconditions import IF_MATCH, IF_NONE_MATCH, seen_etag
from lms.api.problems import PreconditionFailed
from lms.progress.models import Bookmark, Note
from lms.progress.notes import MOST_TEXT, note_of, set_bookmark, write_note
from lms.progress.places import headings_of


class NoteSerializer(serializers.ModelSerializer[Note]):
    text = serializers.CharField(max_length=MOST_TEXT, help_text="Plain text.")
    url = serializers.SerializerMethodField()

    class Meta:
        model = Note
        fields = ["lesson", "text", "updated_at", "url"]
        read_only_fields = ["lesson", "updated_at"]

    def get_url(self, note: Note) -> str:
        return reverse("api:note", args=[note.lesson], request=self.context["request"])


class BookmarkSerializer(serializers.ModelSerializer[Bookmark]):
    url = serializers.SerializerMethodField()
    page_url = serializers.SerializerMethodField(
        help_text="The heading on its page, for people; null while the lesson is not published."
    )

    class Meta:
        model = Bookmark
        fields = ["lesson", "heading", "created_at", "url", "page_url"]
        read_only_fields = fields

    def get_url(self, bookmark: Bookmark) -> str:
        named = [bookmark.lesson, bookmark.heading]
        return reverse("api:bookmark", args=named, request=self.context["request"])

    def get_page_url(self, bookmark: Bookmark) -> str | None:
        address = self._addresses.get(bookmark.lesson)
        return f"{address}#{bookmark.heading}" if address else None

    @cached_property
    def _addresses(self) -> dict[str, str | None]:
        return {page.slug: page.full_url for page in LessonPage.objects.live().public().defer("body")}


class NotesNewestFirst(NewestFirst):
    ordering = ("-updated_at", "-pk")


@extend_schema_view(get=extend_schema(operation_id="notes"))
class NotesView(ReadView, generics.ListAPIView[Note]):
    """Your notes, the one that you changed last first."""

    permission_classes = [IsAuthenticated]
    pagination_class = NotesNewestFirst
    serializer_class = NoteSerializer

    def get_queryset(self) -> QuerySet[Note]:
        return Note.objects.filter(learner=learner_of(self.request.user))


class NoteView(ReadView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="note", responses=NoteSerializer)
    def get(self, request: Request, lesson: str) -> Response:
        """Your note on this lesson."""
        return self._answer(_existing(note_of(learner_of(request.user), lesson)))

    @extend_schema(
        operation_id="write_note",
        request=NoteSerializer,
        parameters=[IF_MATCH, IF_NONE_MATCH],
        responses=NoteSerializer,
    )
    def put(self, request: Request, lesson: str) -> Response:
        """Write your note on this lesson. 412 where it was changed meanwhile: read that one first."""
        seen = seen_etag(request)
        _published(lesson)
        given = NoteSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with transaction.atomic():
            learner = _locked(request)
            _refuse_unseen(note_of(learner, lesson), seen)
            text = given.validated_data["text"]
            note = write_note(learner=learner, lesson=lesson, text=text, now=timezone.now())
        return self._answer(_existing(note))

    @extend_schema(operation_id="remove_note", parameters=[IF_MATCH], responses={204: None})
    def delete(self, request: Request, lesson: str) -> Response:
        """Remove your note on this lesson."""
        seen = seen_etag(request)
        with transaction.atomic():
            learner = _locked(request)
            _refuse_unseen(_existing(note_of(learner, lesson)), seen)
            write_note(learner=learner, lesson=lesson, text="", now=timezone.now())
        return Response(status=204)

    def _answer(self, note: Note) -> Response:
        data = NoteSerializer(note, context={"request": self.request}).data
        return Response(data, headers={"ETag": _etag(note)})


@extend_schema_view(get=extend_schema(operation_id="bookmarks"))
class BookmarksView(ReadView, generics.ListAPIView[Bookmark]):
    """The headings that you marked, the newest first."""

    permission_classes = [IsAuthenticated]
    pagination_class = NewestFirst
    serializer_class = BookmarkSerializer

    def get_queryset(self) -> QuerySet[Bookmark]:
        return Bookmark.objects.filter(learner=learner_of(self.request.user))


class BookmarkView(ReadView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="bookmark", responses=BookmarkSerializer)
    def get(self, request: Request, lesson: str, heading: str) -> Response:
        """Whether you marked this heading: 404 if not."""
        return self._answer(_marked(learner_of(request.user), lesson, heading))

    @extend_schema(operation_id="mark_heading", request=None, responses=BookmarkSerializer)
    def put(self, request: Request, lesson: str, heading: str) -> Response:
        """Mark a heading of a lesson, by the id that it has on the page. May be sent again."""
        if heading not in {found.id for found in headings_of(_published(lesson))}:
            raise Http404(f"The lesson {lesson} has no such heading.")
        learner = learner_of(request.user)
        set_bookmark(learner=learner, lesson=lesson, heading=heading, wanted=True, now=timezone.now())
        return self._answer(_marked(learner, lesson, heading))

    @extend_schema(operation_id="unmark_heading", responses={204: None})
    def delete(self, request: Request, lesson: str, heading: str) -> Response:
        """Take the mark away."""
        found = _marked(learner_of(request.user), lesson, heading)
        set_bookmark(learner=found.learner, lesson=lesson, heading=heading, wanted=False, now=timezone.now())
        return Response(status=204)

    def _answer(self, bookmark: Bookmark) -> Response:
        return Response(BookmarkSerializer(bookmark, context={"request": self.request}).data)


def _published(lesson: str) -> LessonPage:
    page = LessonPage.objects.live().public().filter(slug=lesson).first()
    if page is None:
        raise Http404(f"There is no published lesson {lesson}.")
    return page


def _locked(request: Any) -> Learner:
    """The learner's row is the lock: of two machines that write at once, one has to lose."""
    return Learner.objects.select_for_update().get(pk=learner_of(request.user).pk)


def _etag(note: Note) -> str:
    return f'"{hashlib.sha256(f"{note.updated_at.isoformat()} {note.text}".encode()).hexdigest()[:24]}"'


def _refuse_unseen(note: Note | None, seen: str) -> None:
    if seen != (_etag(note) if note else ""):
        raise PreconditionFailed("The note is another than the one that you have seen. Read it again first.")


def _existing(note: Note | None) -> Note:
    if note is None:
        raise Http404("You have no note on this lesson.")
    return note


def _marked(learner: Learner, lesson: str, heading: str) -> Bookmark:
    # Compared here: an id may have any character, and not every database takes every one.
    marked = Bookmark.objects.select_related("learner").filter(learner=learner, lesson=lesson)
    found = next((one for one in marked if one.heading == heading), None)
    if found is None:
        raise Http404("You have not marked this heading.")
    return found
