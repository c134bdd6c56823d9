"""What may not stand in a log: secrets of this installation, addresses of people, keys out of URLs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

HIDDEN = "[hidden]"
SHORTEST = 8  # characters; a shorter value would be found in ordinary words

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # redis://:password@host, postgres://user:password@host
    (re.compile(r"(?<=://)[^\s/@]*:[^\s/@]+(?=@)"), HIDDEN),
    (re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"), "[address]"),
    (re.compile(r"(?i)\b(bearer|token|basic) [\w.~+/=-]{8,}"), rf"\1 {HIDDEN}"),
    (
        re.compile(
            # A code of a sign-in, and not that of an exit.
            r"(?i)((?:password|passwd|secret|token|api_?key|(?<!exit )\bcode|receipt|badge|sessionid|csrf\w*)"
            r"[\"']?\s?[=:]\s?[\"']?)"
            r"[^\s\"'&,;)}]+"
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"(/password/reset/key/)[^/\s]+"), rf"\1{HIDDEN}"),
    # A key of the API.
    (re.compile(r"\bdm_\w{8,}"), HIDDEN),
)


def hider(secrets: Iterable[str]) -> Callable[[str], str]:
    """Return a function that takes `secrets`, and whatever looks like one, out of a text."""
    known = sorted({secret for secret in secrets if len(secret) >= SHORTEST}, key=len, reverse=True)

    def hide(text: str) -> str:
        for secret in known:
            text = text.replace(secret, HIDDEN)
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
        return text

    return hide


class Hide:
    """A step of structlog: every text of an event, however deep, without secrets and addresses."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._hide = hider(secrets)

    def __call__(self, logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for name, value in event.items():
            if not name.startswith("_"):
                event[name] = self.clean(value)
        return event

    def clean(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._hide(value)
        if isinstance(value, dict):
            return {name: self.clean(inner) for name, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.clean(inner) for inner in value]
        if value is None or isinstance(value, (bool, int, float)):
            return value
        return self._hide(str(value))
