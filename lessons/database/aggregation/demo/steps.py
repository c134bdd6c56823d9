"""A queryset as a list of steps, each of which can be run and can be read: the same object does both."""

import textwrap
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet


@dataclass(frozen=True)
class Piece:
    """A value to pass to the ORM, and the Python that makes it."""

    code: str
    value: Any


@dataclass(frozen=True)
class Step:
    """One call in the chain; `clause` names what it becomes in SQL."""

    method: str
    clause: str
    args: tuple[Piece, ...] = ()
    named: dict[str, Piece] = field(default_factory=dict)

    def apply(self, queryset: QuerySet) -> Any:
        values = {name: piece.value for name, piece in self.named.items()}
        return getattr(queryset, self.method)(*(piece.value for piece in self.args), **values)

    @property
    def code(self) -> str:
        given = [piece.code for piece in self.args]
        given += [f"{name}={piece.code}" for name, piece in self.named.items()]
        line = f".{self.method}({', '.join(given)})"
        if len(line) <= 76 or not given:
            return line
        indented = textwrap.indent("".join(f"{part},\n" for part in given), "    ")
        return f".{self.method}(\n{indented})"


@dataclass(frozen=True)
class Plan:
    """A model, the calls on its manager, and how many rows are wanted (None: all)."""

    model: type[Model]
    steps: tuple[Step, ...]
    limit: int | None = None

    def run(self) -> tuple[list[dict], QuerySet | None]:
        """Rows as dicts, and the queryset; None in its place where aggregate() has ended the chain."""
        result: Any = self.model._default_manager.all()
        for step in self.steps:
            result = step.apply(result)
        if isinstance(result, dict):
            return [result], None
        if self.limit:
            result = result[: self.limit]
        return list(result), result

    @property
    def lines(self) -> list[tuple[str, str]]:
        """(what it becomes in SQL, a call) from the manager to the slice."""
        lines = [("FROM", f"{self.model.__name__}.objects")]
        lines += [(step.clause, step.code) for step in self.steps]
        if self.limit:
            lines.append(("LIMIT", f"[:{self.limit}]"))
        return lines

    @property
    def code(self) -> str:
        """An expression that a shell takes as it is."""
        calls = "\n".join(text for _, text in self.lines)
        return "(\n" + textwrap.indent(calls, "    ") + "\n)"
