"""The admin's form of an exercise: files as text, and the same demands as on a folder."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from wagtail.admin.forms import WagtailAdminModelForm

from content.bundles import join_files, split_files
from content.errors import ContentError
from content.exercise_format import (
    find_faults,
    read_cases,
    read_hints,
    with_removed,
    without_removed,
    write_cases,
)
from content.exercises import Case, ExerciseDocument, check_path
from content.lesson_format.lines import fenced_lines, numbered, tidy

_FIELD_OF = {"solution": "solution", "also_right": "also_right", "wrong": "wrong", "checks.py": "checks"}


class CodeField(forms.CharField):
    """Text of which every space counts; line ends become LF."""

    def __init__(self, *, rows: int = 12, wrap: bool = False, **kwargs: Any) -> None:
        space = "pre-wrap" if wrap else "pre"
        style = f"font-family: monospace; white-space: {space}"
        attrs = {"rows": rows, "spellcheck": "true" if wrap else "false", "style": style}
        super().__init__(strip=False, widget=forms.Textarea(attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class _ParsedField(CodeField):
    """A text that stands for a value. `write` and `read` go between the two."""

    def write(self, value: Any) -> str:
        raise NotImplementedError

    def read(self, text: str) -> Any:
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else self.write(value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return self.read(text)
        except ContentError as error:
            raise forms.ValidationError(str(error)) from error
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), (data or "").replace("\r\n", "\n"))


class FilesWidget(forms.Textarea):
    """A text of several files. The author's script makes tabs and an editor of it; it works without, too.

    `kind` is `file` for one file of the name `path`, `files` for a folder, `wrong` or `also_right` for cases.
    """

    def __init__(self, kind: str, *, path: str = "", rows: int = 12) -> None:
        attrs = {"rows": rows, "spellcheck": "false", "wrap": "off", "class": "author-code"}
        super().__init__(attrs={**attrs, "data-author-files": kind, "data-path": path})


class FilesField(_ParsedField):
    def __init__(self, *, rows: int = 12, kind: str = "files", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget = FilesWidget(kind, rows=rows)

    def write(self, value: Any) -> str:
        return join_files(value or {})

    def read(self, text: str) -> dict[str, str]:
        return split_files(text)


class CasesField(FilesField):
    def __init__(self, *, wrong: bool, **kwargs: Any) -> None:
        self.wrong = wrong
        super().__init__(kind="wrong" if wrong else "also_right", **kwargs)

    def write(self, value: Any) -> str:
        return join_files(write_cases({name: Case(**case) for name, case in (value or {}).items()}))

    def read(self, text: str) -> dict[str, Any]:
        return {
            name: case.to_json() for name, case in read_cases(split_files(text), wrong=self.wrong).items()
        }


class HintsField(_ParsedField):
    def write(self, value: Any) -> str:
        return "\n\n".join(f"### {hint['title']}\n{hint['body']}" for hint in value or [])

    def read(self, text: str) -> list[dict[str, str]]:
        return list(read_hints(list(fenced_lines(numbered(text)))))


class LinesField(_ParsedField):
    def __init__(self, *, paths: bool = False, **kwargs: Any) -> None:
        self.paths = paths
        super().__init__(rows=3, **kwargs)

    def write(self, value: Any) -> str:
        return "\n".join(value or [])

    def read(self, text: str) -> list[str]:
        items = text.split()
        for item in items if self.paths else []:
            check_path(item.removesuffix("/"))
        return items


FIRST_CHECKS = '''\
from sandbox.jail.examiner import ExerciseTestCase


class Checks(ExerciseTestCase):
    def test_answers(self):
        """The first page answers."""
        self.expect(self.client.get("/").status_code, 200, what="GET /")
'''


class ExerciseForm(WagtailAdminModelForm):
    """A draft may be unfinished. What is verified or published has to be whole, as a folder has to."""

    lesson = forms.ChoiceField(
        help_text="It cannot be changed once the exercise was published: what learners did hangs on it"
    )
    task = CodeField(wrap=True, help_text="Markdown")
    hints = HintsField(
        wrap=True,
        required=False,
        help_text="For each hint a line of ### and what it is about, and Markdown below it",
    )
    editable = LinesField(
        paths=True, help_text="What a learner may change: a path a line; a directory ends with /"
    )
    hidden = LinesField(paths=True, required=False, help_text="Paths of the starter that stay unseen")
    apps = LinesField(required=False, help_text="Django app modules of the project, one a line")
    starter = FilesField(rows=24, help_text="The whole project that a learner begins with, file by file")
    solution = FilesField(
        required=False,
        help_text="The files that differ from the starter; one named REMOVED lists those it goes without",
    )
    wrong = CasesField(
        wrong=True,
        required=False,
        help_text="What people get wrong, a case for each: the files that differ from the starter, and the "
        "check that has to catch it",
    )
    also_right = CasesField(
        wrong=False,
        required=False,
        help_text="Other ways that have to pass, a case for each: the files that differ from the starter",
    )
    checks = CodeField(
        help_text="checks.py: each method test_… of class Checks is a check, and learners read its docstring"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        instance = self.instance
        was_published = instance.pk is not None and (instance.live or instance.first_published_at is not None)
        lesson = instance.lesson
        self.fields["lesson"].choices = [(lesson,) * 2] if was_published else _lessons(lesson)
        self.fields["lesson"].disabled = self.fields["slug"].disabled = was_published
        self.fields["checks"].widget = FilesWidget("file", path="checks.py", rows=24)
        if not self._may_write_checks():
            self.fields["checks"].widget.attrs["readonly"] = True
            self.fields["checks"].help_text = "Your account may not write checks."
        if self.instance.pk is None and self._may_write_checks():
            self.initial["checks"] = FIRST_CHECKS
        files = with_removed(self.instance.solution, self.instance.solution_removed)
        self.initial["solution"] = files

    def clean_solution(self) -> dict[str, str]:
        files, removed = without_removed(self.cleaned_data["solution"])
        self.instance.solution_removed = list(removed)
        return files

    def clean_task(self) -> str:
        return tidy(self.cleaned_data["task"])

    def clean_checks(self) -> str:
        checks: str = self.cleaned_data["checks"]
        # Against what is stored, not what the form began with: an old revision that somebody goes back to
        # has checks that were never theirs to bring back.
        if not self._may_write_checks() and checks != self._stored_checks():
            raise forms.ValidationError("Your account may not write checks.")
        return checks

    def _may_write_checks(self) -> bool:
        return self.for_user is not None and self.for_user.has_perm("content.write_checks")

    def _stored_checks(self) -> str:
        if self.instance.pk is None:
            return ""
        stored = type(self.instance).objects.get(pk=self.instance.pk)
        return stored.get_latest_revision_as_object().checks

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not self.is_deferred_validation:
            for fault in find_faults(self._document(cleaned)):
                self.add_error(_FIELD_OF.get(str(fault.path).split("/")[0]), str(fault))
        return cleaned

    def _document(self, cleaned: dict[str, Any]) -> ExerciseDocument:
        values = {name: cleaned[name] for name in ExerciseDocument.__dataclass_fields__ if name in cleaned}
        for name in ("wrong", "also_right"):
            values[name] = {case: Case(**found) for case, found in cleaned[name].items()}
        return ExerciseDocument(**{**self._fixed(), **values})

    def _fixed(self) -> dict[str, Any]:
        """Return what the form does not change by a field of its own."""
        return {"solution_removed": self.instance.solution_removed}


def _lessons(chosen: str) -> list[tuple[str, str]]:
    """Return the lessons that an exercise can be of, published or not; none is chosen for a new one."""
    pages = apps.get_model("content", "LessonPage").objects.order_by("slug")
    found = {slug: f"{slug} – {title}" for slug, title in pages.values_list("slug", "title")}
    return [*({chosen: chosen or "Choose the lesson"} | found).items()]
