"""Reading and writing lesson.md."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.errors import ContentError
from content.lesson_format import (
    LEVELS,
    NOTE_KINDS,
    Answer,
    Compare,
    Demo,
    ExerciseCard,
    Figure,
    FrontMatter,
    Lesson,
    Note,
    Prose,
    Question,
    Quiz,
    Source,
    check_canonical,
    count_words,
    export,
    normalise,
    parse,
)
from content.lesson_format.lines import check_markdown, tidy
from content.tests.folders import LESSON

FRONT = LESSON.partition("---\n\n")[0] + "---\n\n"


def fault(text: str, check=parse) -> tuple[int, str]:
    with pytest.raises(ContentError) as caught:
        check(text)
    return caught.value.line, caught.value.message


def body_fault(body: str) -> tuple[int, str]:
    """Return the fault of a body; line 1 is the body's first."""
    line, message = fault(FRONT + body)
    return line - FRONT.count("\n"), message


def test_lesson_is_read_and_written_back():
    lesson = check_canonical(LESSON)
    assert export(lesson) == LESSON
    assert lesson.front.objectives == ("Count a sheep", "Say: that is one")
    assert [type(block).__name__ for block in lesson.blocks] == [
        *("Prose", "Demo", "Prose", "Source", "Source", "Prose", "ExerciseCard", "Figure", "Prose"),
        *("Note", "Compare", "Prose", "Quiz"),
    ]


def test_directive_inside_a_fence_is_text():
    assert ":::inside a fence" in parse(LESSON).blocks[5].markdown


def test_quiz_keeps_explanations_of_several_paragraphs():
    quiz = parse(LESSON).blocks[-1]
    assert [question.text for question in quiz.questions] == [
        "How many sheep are in `flock[:1]`?",
        "Which are sheep?",
    ]
    assert quiz.questions[0].answers[1] == Answer(
        text="One at most", right=True, explanation="An empty flock has none.\n\n```python\n[][:1] == []\n```"
    )


def test_words_are_those_of_prose():
    text = FRONT + "One two `three`.\n\n```\nfour five\n```\n\n:::note tip\n[six](http://seven) - 8\n:::\n"
    assert count_words(parse(text)) == 5


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("a\n\n:::nope\n:::\n", 3, "Unknown directive :::nope"),
        ("::: demo\n:::\n", 1, "A directive is written :::name"),
        ("a\n:::\n", 2, "closes nothing"),
        ("a\n\n:::demo\n", 3, "never closed"),
        (":::note tip\ntext\n:::demo\n:::\n", 3, "stands inside the note of line"),
        ("```python\n:::demo\n:::\n", 1, "code block that begins here with ``` is never closed"),
        (":::demo now\n:::\n", 1, "takes no argument"),
        (":::demo\ntext\n:::\n", 2, "nothing inside"),
        (":::demo\n:::\n\n:::demo\n:::\n", 4, "shows its demo once"),
        ("# Title\n", 1, "headings begin with ##"),
        (":::source\n:::\n", 1, "needs path#Symbol"),
        (":::source demo/views.py\n:::\n", 1, "path#Symbol or path@region"),
        (":::source ../x.py#y\n:::\n", 1, "leads out of it"),
        (":::source /x.py#y\n:::\n", 1, "leads out of it"),
        (":::source a.html#y\n:::\n", 1, "Only Python files"),
        (":::exercise Repair\n:::\n", 1, "exercise's slug"),
        (":::note hint\ntext\n:::\n", 1, "Unknown kind of note 'hint'"),
        (":::note tip A title\n:::\n", 1, "says nothing"),
        (":::note tip\ntext\n\n## Part\n:::\n", 4, "A heading cannot stand here"),
        (":::figure a.svg\ncaption: b\n:::\n", 1, "no `alt: …`"),
        (":::figure a.svg\nalt: b\nalt: c\n:::\n", 3, "second alt"),
        (":::figure a.svg\nalt: b\nwidth: 3\n:::\n", 3, "`alt: …`"),
        (":::figure ../a.svg\nalt: b\n:::\n", 1, "does not name a figure"),
        (":::figure a.exe\nalt: b\n:::\n", 1, "does not name a figure"),
        (":::compare\n### Before: a\nb\n:::\n", 1, "two parts"),
        (":::compare\ntext\n:::\n", 2, "begins with ### Before"),
        (":::compare\n### Before: a\n### After: b\nc\n:::\n", 1, "Before: of the comparison needs"),
        (":::quiz\n:::\n", 1, "no question"),
        (":::quiz\n- [x] a\n:::\n", 2, "begins with a question"),
        (":::quiz\n### Q\n- [x] a\n  b\n:::\n", 2, "no wrong answer"),
        (":::quiz\n### Q\n- [ ] a\n  b\n:::\n", 2, "no right answer"),
        (":::quiz\n### Q\n- [ ] a\n- [x] b\n  c\n:::\n", 3, "'a' has no explanation"),
        (":::quiz\n### Q\n- [X] a\n  b\n:::\n", 3, "begins with - [x]"),
        (":::quiz\n### Q\ntext\n:::\n", 3, "In a quiz, a line is"),
        (":::quiz\n### Q\n- [ ] a\n  b\n- [x] a\n  c\n:::\n", 2, "same answer twice"),
        ("a\x00b\n", 1, "U+0000"),
        ("", 0, "no text"),
    ],
)
def test_fault_in_the_body_is_told_with_its_line(body: str, line: int, words: str):
    found, message = body_fault(body)
    assert words in message
    assert found in (line, 1) if line == 0 else found == line


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("---\ntitle", "title", 1, "begin with its front matter"),
        ("why: Sleep\n", "", 1, "lacks why"),
        ("why: Sleep\n", "why: Sleep\nauthor: me\n", 5, "Unknown key 'author'"),
        ("why: Sleep\n", "why: Sleep\nwhy: Sleep\n", 5, "second time"),
        ("minutes: 20", "minutes: soon", 5, "whole number"),
        ("minutes: 20", "minutes: true", 5, "whole number"),
        ("level: beginner", "level: easy", 6, "one of beginner"),
        ("needs: []", "needs: login", 7, "has to be a list"),
        ("needs: []", "needs: [Log-in]", 7, "not a slug"),
        ("why: Sleep", "why: 7", 4, "has to be text"),
        ("why: Sleep", "why: [a: b", 5, "not YAML"),
        ("why: Sleep", "why: a: b", 4, "not YAML"),
    ],
)
def test_fault_in_the_front_matter_is_told_with_its_line(old: str, new: str, line: int, words: str):
    found, message = fault(LESSON.replace(old, new, 1))
    assert words in message
    assert found == line


def test_front_matter_has_to_end():
    assert "never closed" in fault("---\ntitle: a\n")[1]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("level: beginner\nneeds: []", "needs: []\nlevel: beginner", 6),
        ("\n## See it\n", "\n\n## See it\n", 14),
        (":::demo\n:::\n", ":::demo\n:::\n\n", 21),
        ("title: Counting sheep", 'title: "Counting sheep"', 2),
        ("  No.\n:::\n", "  No.\n:::\n\n", LESSON.count("\n") + 2),
        ("  No.\n:::\n", "  No.\n:::", LESSON.count("\n") + 1),
        ("Sheep jump", "Sheep jump\r", 16),
    ],
)
def test_text_that_an_export_would_change_is_refused_at_its_first_line(old: str, new: str, line: int):
    text = LESSON.replace(old, new, 1)
    found, message = fault(text, check_canonical)
    assert "format_lessons" in message
    assert found == line
    assert check_canonical(normalise(text))


def test_windows_line_ends_are_normalised():
    assert normalise(LESSON.replace("\n", "\r\n")) == LESSON


# --- Round trips of made-up lessons -----------------------------------------------------------

LINE = (
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30)
    .map(str.strip)
    .filter(lambda text: text and len(text.splitlines()) == 1)
)
SLUG = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
FENCED = st.builds(
    lambda lines: "```\n" + "\n".join(lines) + "\n```", st.lists(LINE.filter(lambda x: "```" not in x))
)
PARTS = st.one_of(
    LINE, FENCED, st.sampled_from(["## Part", "### Piece", "- [x] item", "  indented", "", ":: :", "#### a"])
)


def _good(headings: bool):
    def is_good(text: str) -> bool:
        try:
            check_markdown(text, headings=headings)
        except ContentError:
            return False
        return bool(text)

    return is_good


def markdown(*, headings: bool) -> st.SearchStrategy[str]:
    return st.lists(PARTS, min_size=1, max_size=5).map("\n".join).map(tidy).filter(_good(headings))


PLAIN = markdown(headings=False)
ANSWERS = st.tuples(
    st.lists(LINE, min_size=2, max_size=4, unique=True), st.lists(PLAIN, min_size=4, max_size=4)
).map(
    lambda made: tuple(
        Answer(
            text=text,
            right=number == 0,
            explanation="\n".join(line if line.strip() else "" for line in why.split("\n")),
        )
        for number, (text, why) in enumerate(zip(made[0], made[1], strict=False))
    )
)
DIRECTIVES = st.one_of(
    st.builds(
        Source, reference=st.just("demo/models.py#Order.total"), markdown=st.one_of(st.just(""), PLAIN)
    ),
    st.builds(ExerciseCard, slug=SLUG),
    st.builds(Note, kind=st.sampled_from(NOTE_KINDS), title=st.one_of(st.just(""), LINE), markdown=PLAIN),
    st.builds(Figure, file=st.just("a.svg"), alt=LINE, caption=st.one_of(st.just(""), LINE)),
    st.builds(Compare, before_title=LINE, before=PLAIN, after_title=LINE, after=PLAIN),
    st.builds(
        Quiz,
        questions=st.lists(st.builds(Question, text=LINE, answers=ANSWERS), min_size=1, max_size=3).map(
            tuple
        ),
    ),
)


@st.composite
def lessons(draw) -> Lesson:
    front = draw(
        st.builds(
            FrontMatter,
            title=LINE,
            feature=LINE,
            why=LINE,
            minutes=st.integers(1, 9999),
            level=st.sampled_from(LEVELS),
            needs=st.lists(SLUG, max_size=3).map(tuple),
            objectives=st.lists(LINE, max_size=3).map(tuple),
            packages=st.lists(LINE, max_size=3).map(tuple),
        )
    )
    blocks = []
    for directive in draw(st.lists(DIRECTIVES, min_size=1, max_size=4)):
        # Prose of two blocks in a row is one in the file.
        blocks += [Prose(markdown=text) for text in draw(st.lists(markdown(headings=True), max_size=1))]
        blocks.append(directive)
    if draw(st.booleans()):
        blocks.append(Demo())
    return Lesson(front=front, blocks=tuple(blocks))


@given(lessons())
def test_any_lesson_comes_back_from_its_text(lesson: Lesson):
    text = export(lesson)
    assert check_canonical(text) == lesson


@given(st.text(st.sampled_from(":`~# \n-[]x.abdemoquiznot"), max_size=80))
def test_any_text_is_a_lesson_or_a_named_fault(body: str):
    try:
        lesson = parse(FRONT + body)
    except ContentError as error:
        assert error.line > 0
        return
    assert parse(export(lesson)) == lesson
    assert check_canonical(export(lesson))
