"""Search over all lessons, by section.

The course is a book of a few dozen chapters: its sections fit into memory, and looking through all of them
takes milliseconds. So there is no index that could be out of date, and SQLite and PostgreSQL find the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from content.markdown import HeadingIds, plain_text, sections_of
from content.pages import RoadmapRow, roadmap

MOST_WORDS = 8
MOST_CHARACTERS = 120
MOST_LESSONS = 20
MOST_PLACES = 5  # of one lesson
EXCERPT = 170  # characters

# Reading all lessons takes seconds: who searches meanwhile waits for that, and does not do it as well.
_reading = Lock()


@dataclass(frozen=True)
class Section:
    """A stretch of a lesson below one heading; `anchor` is empty for what stands above the first."""

    heading: str
    anchor: str
    text: str


@dataclass(frozen=True)
class Place:
    """A section that was found. `heading` and `excerpt` are HTML with what was looked for in `mark`."""

    url: str
    heading: SafeString
    excerpt: SafeString
    score: int


@dataclass(frozen=True)
class Found:
    """A lesson in which something was found, with its best places first."""

    row: RoadmapRow
    title: SafeString
    places: tuple[Place, ...]
    score: int


def words_of(query: str) -> tuple[str, ...]:
    """Return what to look for, in small letters; what stands in quotes stays together."""
    found = re.findall(r'"([^"]+)"|(\S+)', query[:MOST_CHARACTERS].casefold())
    words = (" ".join(quoted.split()) or plain.strip('",;?!') for quoted, plain in found)
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_WORDS]


def search(query: str, request: HttpRequest) -> list[Found]:
    """Return the published lessons with sections that have all words of `query`, the best first."""
    words = words_of(query)
    if not words:
        return []
    pattern = _pattern(words)
    exercises = _exercises()
    rows = [row for track in roadmap(request) for row in track.rows if row.page is not None]
    found = (_search_lesson(row, exercises.get(row.slug, ()), words, pattern) for row in rows)
    return sorted((one for one in found if one), key=lambda one: -one.score)[:MOST_LESSONS]


def _search_lesson(
    row: RoadmapRow, exercises: Iterable[Section], words: tuple[str, ...], pattern: re.Pattern[str]
) -> Found | None:
    page = row.page
    assert page is not None  # `search` takes published rows only
    with _reading:
        sections = [*_sections(page.pk, page.last_published_at), *exercises]
    places = [_place(row, section, words, pattern) for section in sections if _has_all(section, page, words)]
    if not places:
        return None
    places.sort(key=lambda place: -place.score)
    title_hits = 20 * len(pattern.findall(page.title))
    return Found(row, marked(page.title, pattern), tuple(places[:MOST_PLACES]), title_hits + places[0].score)


def _has_all(section: Section, page: Any, words: tuple[str, ...]) -> bool:
    """One word at least is the section's own; the lesson's title may have the others."""
    own = f"{section.heading} {section.text}".casefold()
    title = page.title.casefold()
    hits = [_pattern((word,)).search(own) is not None for word in words]
    return any(hits) and all(
        hit or _pattern((word,)).search(title) for hit, word in zip(hits, words, strict=True)
    )


def _place(row: RoadmapRow, section: Section, words: tuple[str, ...], pattern: re.Pattern[str]) -> Place:
    in_text = {hit.casefold() for hit in pattern.findall(section.text)}
    times = min(9, len(pattern.findall(section.text)))
    score = 12 * len(pattern.findall(section.heading)) + 3 * len(in_text) + times
    return Place(
        url=f"{row.url}#{section.anchor}" if section.anchor else row.url,
        heading=marked(section.heading, pattern),
        excerpt=excerpt(section.text, pattern),
        score=score,
    )


def excerpt(text: str, pattern: re.Pattern[str]) -> SafeString:
    """Return the stretch of `text` around the first hit, cut between words, the hits marked."""
    hit = pattern.search(text)
    start = max(0, (hit.start() if hit else 0) - EXCERPT // 3)
    if start:
        start = text.find(" ", start) + 1
    end = len(text) if start + EXCERPT >= len(text) else text.rfind(" ", start, start + EXCERPT)
    cut = text[start : end if end > start else start + EXCERPT]
    return mark_safe(f"{'… ' if start else ''}{marked(cut, pattern)}{' …' if end < len(text) else ''}")  # noqa: S308


def marked(text: str, pattern: re.Pattern[str]) -> SafeString:
    """Return `text` as HTML with every hit in a `mark`."""
    parts, last = [], 0
    for hit in pattern.finditer(text):
        parts.append(f"{escape(text[last : hit.start()])}<mark>{escape(hit[0])}</mark>")
        last = hit.end()
    return mark_safe("".join([*parts, escape(text[last:])]))  # noqa: S308


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Match words from their beginning: `sess` finds `session`, and `id` does not find `valid`."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(rf"(?<![^\W_]){re.escape(word)}" for word in longest_first), re.IGNORECASE)


@lru_cache(maxsize=128)
def _sections(page_id: int, published_at: datetime | None) -> tuple[Section, ...]:
    """Return the sections of a lesson as it was published at that moment."""
    page = apps.get_model("content", "LessonPage").objects.get(pk=page_id)
    about = [page.feature, page.why, *page.objectives_list]
    sections = [Section(page.title, "", " ".join(plain_text(text) for text in about))]
    ids = HeadingIds()
    for child in page.body:
        if child.block_type == "prose":
            for heading, text in sections_of(child.value, ids):
                sections.append(Section(heading.text, heading.id, "") if heading else sections.pop())
                sections.append(_with(sections.pop(), text))
        else:
            sections.append(_with(sections.pop(), " ".join(_texts(child.block_type, child.value))))
    return tuple(sections)


def _with(section: Section, text: str) -> Section:
    return Section(section.heading, section.anchor, f"{section.text} {text}".strip())


def _texts(kind: str, value: Any) -> Iterator[str]:
    """Yield what a block says that is no prose; the answers of a quiz are not given away."""
    match kind:
        case "source":
            yield value["reference"]
            yield plain_text(value["markdown"] or "")
        case "note":
            yield plain_text(value["title"] or "")
            yield plain_text(value["markdown"])
        case "compare":
            yield from (
                plain_text(value[name]) for name in ("before_title", "before", "after_title", "after")
            )
        case "figure":
            yield from (value["alt"], plain_text(value["caption"] or ""))
        case "quiz":
            yield from (plain_text(question["text"]) for question in value["questions"])


def _exercises() -> dict[str, list[Section]]:
    """Return every lesson's exercises as sections: their title and their task."""
    found: dict[str, list[Section]] = {}
    rows = apps.get_model("content", "Exercise").objects.live().values_list("lesson", "slug", "title", "task")
    for lesson, slug, title, task in rows:
        section = Section(f"Exercise: {title}", f"exercise-{slug}", plain_text(task))
        found.setdefault(lesson, []).append(section)
    return found
