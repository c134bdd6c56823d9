"""The blocks of a lesson, one for each directive of lesson.md, and Markdown for what is between them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.functional import cached_property
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from content.errors import ContentError
from content.figures import size_of
from content.lesson_format import NOTE_KINDS
from content.lesson_format.lines import check_markdown, tidy
from content.lesson_format.parse import check_figure_name, split_reference
from content.lesson_format.quiz import problem_of
from content.markdown import HeadingIds, render_excerpt, render_inline, render_markdown, render_prose
from content.quiz import question_of, seal, view_of
from content.source import SourceError, cut

NOTE_LABELS = {"tip": "Tip", "warning": "Warning", "production": "In production", "security": "Security"}


def check_reference(value: str) -> None:
    _as_validation_error(split_reference, value)


def check_figure(value: str) -> None:
    _as_validation_error(check_figure_name, value)


def _as_validation_error(check: Any, *args: Any, **kwargs: Any) -> None:
    try:
        check(*args, **kwargs)
    except ContentError as error:
        place = f"Line {error.line}: " if error.line else ""
        raise ValidationError(f"{place}{error.message}") from error


def first_paragraph(markdown: str) -> str:
    """Return what stands before the first blank line, unless a code block begins in it."""
    paragraph = markdown.partition("\n\n")[0]
    return "" if "```" in paragraph or "~~~" in paragraph else paragraph


class MarkdownBlock(blocks.TextBlock):
    """Markdown as it stands in lesson.md. Unless it is `prose`, it has no headings of its own."""

    def __init__(self, prose: bool = False, **kwargs: Any) -> None:
        self.prose = prose
        super().__init__(**{"rows": 6 if prose else 2, **kwargs})

    @cached_property
    def field(self) -> Any:
        field = super().field
        # Spaces at the start of the first line mean something in Markdown.
        field.strip = False
        # The author's script puts its tools above it.
        field.widget.attrs["data-author-markdown"] = "prose" if self.prose else "text"
        if self.prose:
            # A block that is one field has a heading in the editor, and no label.
            field.widget.attrs["aria-label"] = "Text, in Markdown"
        return field

    def value_from_form(self, value: Any) -> str:
        # Browsers send CR LF; the file has LF.
        return tidy(value or "")

    def clean(self, value: Any) -> str:
        value = super().clean(value)
        _as_validation_error(check_markdown, value, headings=self.prose)
        return value

    class Meta:
        icon = "pilcrow"


class ProseBlock(MarkdownBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(prose=True, **kwargs)

    def get_context(self, value: str, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        context["html"] = render_prose(value, context.get("heading_ids") or HeadingIds())
        return context

    class Meta:
        icon = "pilcrow"
        label = "Text"
        template = "content/blocks/prose.html"


class OfferedBlock(blocks.CharBlock):
    """A line of text; the author's script looks for the attribute `offer` and offers what there is."""

    offer = ""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.field.widget.attrs |= {self.offer: "", "autocomplete": "off", "spellcheck": "false"}


class ReferenceBlock(OfferedBlock):
    """A place in the lesson's own files."""

    offer = "data-author-sources"


class SourceBlock(blocks.StructBlock):
    reference = ReferenceBlock(
        validators=[check_reference],
        help_text="path#Symbol or path@region, from the lesson's folder: demo/views.py#SignUpView",
    )
    markdown = MarkdownBlock(required=False, label="What to look at")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        context["note"] = render_markdown(value["markdown"])
        try:
            context["excerpt"] = cut(context["page"].folder, value["reference"])
        except SourceError as error:
            context["problem"] = error.message
        else:
            context["code"] = render_excerpt(context["excerpt"])
        return context

    class Meta:
        icon = "code"
        label = "Source excerpt"
        template = "content/blocks/source.html"


class DemoBlock(blocks.StaticBlock):
    class Meta:
        icon = "desktop"
        label = "Live demo"
        admin_text = (
            "The lesson's demo, with its missions and its X-ray. Once in a lesson. A demo is code: it comes "
            "with the lesson's folder, as excerpts do, and a lesson that was begun here has none yet."
        )
        template = "content/blocks/demo.html"


class ExerciseBlock(OfferedBlock):
    """The slug of an exercise of the same lesson."""

    offer = "data-author-exercises"

    def __init__(self, **kwargs: Any) -> None:
        validator = RegexValidator(r"\A[a-z][a-z0-9_]*\Z", "Small letters, digits and underscores.")
        super().__init__(**{"validators": [validator], "help_text": "The exercise's slug", **kwargs})
        # A block that is one field has a heading in the editor, and no label.
        self.field.widget.attrs["aria-label"] = "The exercise's slug"

    def get_context(self, value: str, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        exercise = context.get("exercises", {}).get(value)
        context["exercise"] = exercise
        if exercise is None:
            context["problem"] = f"The lesson has no exercise {value!r}."
        else:
            context["task_html"] = render_markdown(first_paragraph(exercise.task))
        return context

    class Meta:
        icon = "edit"
        label = "Exercise"
        template = "content/blocks/exercise.html"


class AnswerBlock(blocks.StructBlock):
    text = blocks.CharBlock(label="Answer", help_text="Markdown on one line")
    right = blocks.BooleanBlock(required=False, label="This answer is right")
    explanation = MarkdownBlock(help_text="Why it is right, or wrong")

    class Meta:
        icon = "radio-full"


class QuestionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label="Question", help_text="Markdown on one line")
    answers = blocks.ListBlock(AnswerBlock(), min_num=2)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        problem = problem_of(question_of(cleaned))
        if problem and not self.is_deferred_validation:
            raise StructBlockValidationError(non_block_errors=[ValidationError(problem)])
        return cleaned

    class Meta:
        icon = "help"


class QuizBlock(blocks.StructBlock):
    questions = blocks.ListBlock(QuestionBlock(), min_num=1)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        block_id = str(context.get("block_id", ""))
        in_preview = getattr(context.get("request"), "is_preview", False)
        questions = [question_of(question) for question in value["questions"]]
        context["questions"] = [
            view_of(question, block_id, index, sealed=seal(question) if in_preview else "")
            for index, question in enumerate(questions)
        ]
        return context

    class Meta:
        icon = "help"
        label = "Quiz"
        template = "content/blocks/quiz.html"


class CompareBlock(blocks.StructBlock):
    before_title = blocks.CharBlock()
    before = MarkdownBlock()
    after_title = blocks.CharBlock()
    after = MarkdownBlock()

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        context["sides"] = [
            {
                "side": side,
                "label": side.capitalize(),
                "title": render_inline(value[f"{side}_title"]),
                "html": render_markdown(value[side]),
            }
            for side in ("before", "after")
        ]
        return context

    class Meta:
        icon = "resubmit"
        label = "Before and after"
        template = "content/blocks/compare.html"


class NoteBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(choices=[(kind, NOTE_LABELS[kind]) for kind in NOTE_KINDS])
    title = blocks.CharBlock(required=False)
    markdown = MarkdownBlock(label="Text")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        context["label"] = NOTE_LABELS.get(value["kind"], "")
        context["title"] = render_inline(value["title"] or "")
        context["html"] = render_markdown(value["markdown"])
        return context

    class Meta:
        icon = "info-circle"
        label = "Note"
        template = "content/blocks/note.html"


class FigureBlock(blocks.StructBlock):
    file = blocks.CharBlock(validators=[check_figure], help_text="A file of the lesson's folder figures/")
    alt = blocks.CharBlock(label="Text alternative", help_text="What somebody who cannot see it has to know")
    caption = blocks.CharBlock(required=False)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        context["caption"] = render_inline(value["caption"] or "")
        page = context["page"]
        file = page.folder / "figures" / value["file"]
        context["is_there"] = file.is_file()
        context["size"] = size_of(file)
        context["problem"] = f"There is no figures/{value['file']} in the lesson's folder."
        context["url"] = page.figure_url(value["file"])
        return context

    class Meta:
        icon = "image"
        label = "Figure"
        template = "content/blocks/figure.html"


class LessonBlocks(blocks.StreamBlock):
    """The body of a lesson. The names are the directives' names in lesson.md."""

    prose = ProseBlock()
    source = SourceBlock()
    demo = DemoBlock()
    exercise = ExerciseBlock()
    quiz = QuizBlock()
    compare = CompareBlock()
    note = NoteBlock()
    figure = FigureBlock()

    class Meta:
        block_counts = {"demo": {"max_num": 1}}
