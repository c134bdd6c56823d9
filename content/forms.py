"""The admin's form of a lesson: what lesson.md demands is demanded here too."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.apps import apps
from django.utils.text import slugify
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from content.lesson_format.front_matter import SLUG
from content.needs import LessonsField, needs_of_all, way_back
from content.references import find_problems
from content.streams import from_stream
from content.syllabus import lesson_folder

# What Wagtail puts for a missing slug into the form of a preview: str(uuid.uuid4()).
_STAND_IN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_LONGEST = 200  # characters; a slug may have 255, and a number may follow


class LessonPageForm(WagtailAdminPageForm):
    """Publishing needs all that the lesson refers to; a draft may be ahead of the code."""

    needs = LessonsField(required=False, help_text="Lessons to do before this one")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needs"].offer(self.instance.needs, own=self.instance.slug)
        slug = self.fields["slug"]
        slug.disabled = self._is_settled()
        slug.required = True
        slug.help_text = (
            "Small letters, digits and underscores, as for a folder. It cannot be changed once the lesson "
            "was published or has an exercise"
        )

    def _is_settled(self) -> bool:
        """Whether the slug ties the page to a folder, to exercises and to what learners did.

        Until then it can be mended: the editor saves by itself, a slug that is half typed as well.
        """
        if self.instance.pk is None:
            return False
        exercises = apps.get_model("content", "Exercise").objects.filter(lesson=self.instance.slug)
        return self.instance.first_published_at is not None or self.instance.live or exercises.exists()

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if self.is_deferred_validation and _STAND_IN.match(slug):
            return self._slug_of_title()
        if not SLUG.match(slug):
            raise forms.ValidationError("Small letters, digits and underscores, a letter first.")
        return slug

    def _slug_of_title(self) -> str:
        """Return a slug for a preview of a lesson that was given none yet. Nothing is saved by it."""
        words = slugify(self.data.get("title", "")).replace("-", "_").lstrip("0123456789_")[:_LONGEST]
        slug = words or "lesson"
        taken = set(
            apps.get_model("content", "LessonPage")
            .objects.filter(slug__startswith=slug)
            .exclude(pk=self.instance.pk)
            .values_list("slug", flat=True)
        )
        names = (slug, *(f"{slug}_{number}" for number in range(2, len(taken) + 3)))
        return next(name for name in names if name not in taken)

    def clean_needs(self) -> str:
        needs: str = self.cleaned_data["needs"]
        slug = self.cleaned_data.get("slug") or self.instance.slug
        way = way_back(slug, needs.split(), needs_of_all())
        if way == [slug]:
            raise forms.ValidationError("A lesson cannot need itself.")
        if way:
            labels = self.fields["needs"].labels
            first, *others = [f"“{labels.get(step, step)}”" for step in way[:-1]]
            chain = ", which needs ".join([*others, "this lesson"])
            raise forms.ValidationError(f"{first} needs {chain}: it cannot come before it.")
        return needs

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.is_deferred_validation and cleaned.get("body") is not None:
            slug = cleaned.get("slug") or self.instance.slug
            errors = self._body_errors(cleaned["body"], slug)
            if errors:
                self.add_error("body", StreamBlockValidationError(block_errors=errors))
        return cleaned

    def _body_errors(self, body: Any, slug: str) -> dict[int, forms.ValidationError]:
        exercises = apps.get_model("content", "Exercise").objects.filter(lesson=slug)
        if "action-publish" in self.data:
            # A draft, or what is sent to review, may show an exercise that is in review itself.
            exercises = exercises.live()
        slugs = set(exercises.values_list("slug", flat=True))
        # A lesson that is being made has no place in the tree yet.
        folder = lesson_folder(self.parent_page.slug, slug)
        return {
            problem.index: StructBlockValidationError(
                block_errors={problem.field: forms.ValidationError(problem.message)}
            )
            if problem.field
            else forms.ValidationError(problem.message)
            for problem in find_problems(from_stream(body), folder, slugs)
        }
