"""The admin's form of a lesson: what lesson.md demands is demanded here too."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from content.lesson_format.front_matter import SLUG
from content.needs import LessonsField, needs_of_all, way_back
from content.references import find_problems
from content.streams import from_stream


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
        if not SLUG.match(slug):
            raise forms.ValidationError("Small letters, digits and underscores, a letter first.")
        return slug

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
            errors = self._body_errors(cleaned["body"])
            if errors:
                self.add_error("body", StreamBlockValidationError(block_errors=errors))
        return cleaned

    def _body_errors(self, body: Any) -> dict[int, forms.ValidationError]:
        exercises = apps.get_model("content", "Exercise").objects.filter(lesson=self.instance.slug)
        if "action-publish" in self.data:
            # A draft, or what is sent to review, may show an exercise that is in review itself.
            exercises = exercises.live()
        slugs = set(exercises.values_list("slug", flat=True))
        return {
            problem.index: StructBlockValidationError(
                block_errors={problem.field: forms.ValidationError(problem.message)}
            )
            if problem.field
            else forms.ValidationError(problem.message)
            for problem in find_problems(from_stream(body), self.instance.folder, slugs)
        }
