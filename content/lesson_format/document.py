"""What a lesson.md says, as plain values. Markdown is kept as its author wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field

LEVELS = ("beginner", "intermediate", "advanced")
NOTE_KINDS = ("tip", "warning", "production", "security")


@dataclass(frozen=True, kw_only=True)
class FrontMatter:
    title: str
    feature: str
    why: str
    minutes: int
    level: str
    needs: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Block:
    # Where it begins in its file, for messages; two equal blocks may stand in different places.
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, kw_only=True)
class Prose(_Block):
    markdown: str


@dataclass(frozen=True, kw_only=True)
class Source(_Block):
    """An excerpt: `path#Symbol` or `path@region`, with Markdown on what to look at."""

    reference: str
    markdown: str = ""


@dataclass(frozen=True, kw_only=True)
class Demo(_Block):
    pass


@dataclass(frozen=True, kw_only=True)
class ExerciseCard(_Block):
    slug: str


@dataclass(frozen=True, kw_only=True)
class Note(_Block):
    kind: str
    title: str = ""
    markdown: str


@dataclass(frozen=True, kw_only=True)
class Figure(_Block):
    file: str
    alt: str
    caption: str = ""


@dataclass(frozen=True, kw_only=True)
class Compare(_Block):
    before_title: str
    before: str
    after_title: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    text: str
    right: bool
    explanation: str


@dataclass(frozen=True, kw_only=True)
class Question:
    text: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, kw_only=True)
class Quiz(_Block):
    questions: tuple[Question, ...]


Block = Prose | Source | Demo | ExerciseCard | Note | Figure | Compare | Quiz


@dataclass(frozen=True, kw_only=True)
class Lesson:
    front: FrontMatter
    blocks: tuple[Block, ...]

    def of_kind(self, kind: type) -> list:
        """Return the lesson's blocks of one class, in their order."""
        return [block for block in self.blocks if isinstance(block, kind)]
