from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.http import HttpRequest
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    Revision,
    RevisionMixin,
    WorkflowMixin,
)

from content import verifying
from content.exercises import Case, ExerciseDocument, ExerciseFiles, digest_of
from content.markdown import render_file, render_markdown

slug_validator = RegexValidator(
    r"\A[a-z][a-z0-9_]*\Z", "Small letters, digits and underscores, a letter first."
)

LONGEST_TIME_LIMIT = 120  # seconds for a whole grade

# Everything that a folder says of an exercise, by the names that ExerciseDocument has as well.
DOCUMENT_FIELDS = (
    "lesson",
    "slug",
    "title",
    "kind",
    "points",
    "time_limit",
    "editable",
    "hidden",
    "apps",
    "urls",
    "entry",
    "seed",
    "task",
    "hints",
    "starter",
    "solution",
    "solution_removed",
    "wrong",
    "also_right",
    "checks",
)


# What `digest` is of: see ExerciseFiles.grading_digest.
GRADED_FIELDS = frozenset({"starter", "checks", "editable", "hidden", "apps", "urls", "seed", "time_limit"})


class ExerciseQuerySet(models.QuerySet["Exercise"]):
    def live(self) -> ExerciseQuerySet:
        """Return those that learners have: published, and not withdrawn."""
        return self.filter(live=True)


class Exercise(
    ExerciseFiles,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    models.Model,
):
    """A task with a project to begin with, and the checks that judge what became of it.

    It is tied to its lesson by name, not by key: pages have drafts and revisions and may be deleted and
    loaded again, and what learners handed in has to outlive all of that.

    The row is what learners have, or the latest draft of one that was never published; later drafts are
    revisions. No revision is published that was not verified: see `publish`.
    """

    class Kind(models.TextChoices):
        REPAIR = "repair"
        BUILD = "build"

    lesson = models.CharField(
        "lesson", max_length=100, validators=[slug_validator], help_text="The lesson's slug"
    )
    slug = models.CharField(max_length=100, validators=[slug_validator])
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)
    points = models.PositiveSmallIntegerField(default=10, validators=[MinValueValidator(1)])
    time_limit = models.PositiveSmallIntegerField(
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_TIME_LIMIT)],
        help_text="Seconds for the whole grade",
    )
    task = models.TextField(help_text="Markdown")
    hints = models.JSONField(default=list, blank=True, help_text="A list of {title, body}")

    editable = models.JSONField(default=list, help_text="Paths; a directory ends with /")
    hidden = models.JSONField(default=list, blank=True, help_text="Paths of the starter that stay unseen")
    apps = models.JSONField(default=list, blank=True, help_text="Django app modules of the project")
    urls = models.CharField("root URLconf", max_length=200, default="urls")
    entry = models.CharField(max_length=200, default="/", help_text="The URL that the preview opens first")
    seed = models.CharField(
        max_length=200, blank=True, help_text="Dotted path of a function that fills the database"
    )

    starter = models.JSONField(default=dict, help_text="The whole project: path to text")
    solution = models.JSONField(default=dict, blank=True, help_text="Files that differ from the starter")
    solution_removed = models.JSONField(
        default=list, blank=True, help_text="Paths of the starter it goes without"
    )
    wrong = models.JSONField(default=dict, blank=True, help_text="name: {files, removed, caught_by, why}")
    also_right = models.JSONField(default=dict, blank=True, help_text="name: {files, removed, why}")
    checks = models.TextField(help_text="checks.py")

    digest = models.CharField(
        max_length=64, editable=False, help_text="Of everything that a grade depends on"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ExerciseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lesson", "slug"], name="exercise_unique_in_its_lesson")
        ]
        # Each page of a lesson asks when the last one has changed, and a row holds a whole project.
        indexes = [models.Index(fields=["updated_at"], name="exercise_updated_at")]
        permissions = [("write_checks", "Can write the checks of exercises")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        # Saving a draft touches a few fields of the row with the draft in hand, and the digest is the row's.
        if fields is None or not GRADED_FIELDS.isdisjoint(fields):
            self.digest = self.grading_digest()
            kwargs["update_fields"] = None if fields is None else {*fields, "digest"}
        super().save(*args, **kwargs)

    def save_revision(
        self, *args: Any, overwrite_revision: Revision | None = None, **kwargs: Any
    ) -> Revision:
        """Save a draft. Wagtail's editor writes over its own last one, but never over one that counts.

        What was verified, or published and perhaps handed in to, stays what it was.
        """
        if overwrite_revision is not None and (
            overwrite_revision.pk == self.live_revision_id
            or self.verifications.filter(revision=overwrite_revision).exists()
        ):
            overwrite_revision = None
        revision: Revision = super().save_revision(*args, overwrite_revision=overwrite_revision, **kwargs)
        return revision

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> None:
        """Publish a revision, now or when it is due. Raises verifying.NotVerified unless its cases hold.

        Every way of publishing comes through here: the editor, an approval, the schedule.
        """
        verifying.require(revision.as_object())
        super().publish(revision, *args, **kwargs)

    def publish_from_folder(self, revision: Revision, *, user: Any = None) -> None:
        """Publish what a folder of lessons/ says: `make test` verifies those, before they get here."""
        super().publish(revision, user=user, skip_permission_checks=True)
        self.refresh_from_db()

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "content/admin/exercise_preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """Return what a learner is given: the task, the hints and the files that can be seen."""
        files = [
            {"path": path, "editable": self.is_editable(path), "code": render_file(path, text)}
            for path, text in self.visible_files().items()
        ]
        hints = [{"title": hint["title"], "html": render_markdown(hint["body"])} for hint in self.hints]
        return {
            **super().get_preview_context(request, mode_name),
            "task_html": render_markdown(self.task),
            "hints": hints,
            "files": files,
            "unseen": [path for path in self.starter if path not in self.visible_files()],
        }

    def wrong_cases(self) -> dict[str, Case]:
        return _cases(self.wrong)

    def also_right_cases(self) -> dict[str, Case]:
        return _cases(self.also_right)

    def document(self) -> ExerciseDocument:
        """Return what this row says, as a folder would have it."""
        values = {name: getattr(self, name) for name in DOCUMENT_FIELDS}
        lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        cases = {"wrong": self.wrong_cases(), "also_right": self.also_right_cases()}
        return ExerciseDocument(**{**values, **lists, **cases})

    def document_digest(self) -> str:
        """Return what ExerciseDocument.digest() is for the folder that says the same."""
        return digest_of({name: getattr(self, name) for name in DOCUMENT_FIELDS})


def _cases(stored: dict[str, dict[str, Any]]) -> dict[str, Case]:
    return {
        name: Case(
            files=case["files"],
            removed=tuple(case.get("removed", ())),
            caught_by=case.get("caught_by", ""),
            why=case.get("why", ""),
        )
        for name, case in stored.items()
    }
