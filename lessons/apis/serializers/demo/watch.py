"""What a serializer asks of whom, in which order: its own methods and its fields', as they are called."""

import functools
from dataclasses import dataclass
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.fields import SkipField, empty
from rest_framework.serializers import BaseSerializer, ListSerializer, Serializer

MOST_STEPS = 80


@dataclass
class Step:
    depth: int
    what: str
    given: str
    became: str = ""
    failed: bool = False


class Watch:
    def __init__(self, serializer: Serializer) -> None:
        self.steps: list[Step] = []
        self._depth = 0
        self._watch(serializer, "")

    # region: watch
    def _watch(self, field, path: str) -> None:
        """A method that is set on the instance is found before the class's own."""
        for name in _methods(field):
            label = f"{path}.{name}" if path else name
            setattr(field, name, self._told(getattr(field, name), label))
        if isinstance(field, ListSerializer):
            self._watch(field.child, f"{path}[]")
        elif isinstance(field, Serializer):
            for name, child in field.fields.items():
                if not child.read_only:
                    self._watch(child, f"{path}.{name}" if path else name)

    # endregion: watch

    def _told(self, method, label: str):
        @functools.wraps(method)
        def told(data=empty, *args, **kwargs):
            step = Step(self._depth, label, "nothing" if data is empty else short(data))
            if len(self.steps) < MOST_STEPS:
                self.steps.append(step)
            self._depth += 1
            try:
                became = method(data, *args, **kwargs)
            except SkipField:
                step.became = "left out"
                raise
            except ValidationError as error:
                step.became, step.failed = short(error.detail), True
                raise
            finally:
                self._depth -= 1
            step.became = short(became)
            return became

        return told


def _methods(field) -> list[str]:
    names = ["to_internal_value"]
    if isinstance(field, Serializer):
        names += [f"validate_{name}" for name in field.fields if hasattr(field, f"validate_{name}")]
    if field.validators:
        names.append("run_validators")
    return [*names, "validate"] if isinstance(field, BaseSerializer) else names


def short(value: Any) -> str:
    text = repr(value) if not isinstance(value, dict | list) else _plain(value)
    return text if len(text) <= 90 else f"{text[:87]}…"


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_plain(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_plain(inner) for inner in value) + "]"
    return str(value) if isinstance(value, str) else repr(value)
