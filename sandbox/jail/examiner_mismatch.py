"""What a check says when something is not as it expected."""

from typing import Any

from sandbox.jail.harness.errors import clip

_SHOWN = 2000


class Mismatch(AssertionError):
    """A check's expectation that did not hold."""

    def __init__(self, *, expected: str, got: str, what: str = "", concept: str = "") -> None:
        super().__init__(what or f"expected {expected}, got {got}")
        self.expected, self.got, self.what, self.concept = expected, got, what, concept


def show(value: Any) -> str:
    """Text as it is, anything else as Python writes it; cut at 2,000 characters."""
    return clip(value if isinstance(value, str) else repr(value), _SHOWN)
