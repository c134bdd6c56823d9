"""Bodies of responses, bounded: a stream without an end is cut, as if the browser had gone away."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from sandbox.jail.limits import BODY_BYTES

_MAX_PARTS = 1000
_SECONDS = 5.0
_MAX_SECONDS = 30.0
_GOODBYE = 1.0  # seconds for a generator to notice that it was cancelled


class ResponseTooLarge(Exception):
    """More than a frame takes."""


@dataclass
class Body:
    """What was read. `parts` are the sizes in which it came, `cut` is the bound that ended it, or ""."""

    most_parts: int = _MAX_PARTS
    seconds: float = _SECONDS
    content: bytearray = field(default_factory=bytearray)
    parts: list[int] = field(default_factory=list)
    cut: str = ""

    def take(self, part: bytes) -> bool:
        """Whether there may be more."""
        kept = part[: BODY_BYTES - len(self.content)]
        self.content += kept
        self.parts.append(len(kept))
        if len(kept) < len(part):
            self.cut = "bytes"
        elif len(self.parts) >= self.most_parts:
            self.cut = "parts"
        return not self.cut

    def to_json(self) -> dict[str, Any]:
        return {"parts": self.parts, "cut": self.cut}


def bounds(asked: Mapping[str, Any] | None) -> Body:
    """An empty body for what was asked: `parts` and `seconds`, each or none."""
    asked = asked or {}
    parts = min(max(int(asked.get("parts") or _MAX_PARTS), 1), _MAX_PARTS)
    seconds = min(max(float(asked.get("seconds") or _SECONDS), 0.01), _MAX_SECONDS)
    return Body(most_parts=parts, seconds=seconds)


def read(response: HttpResponseBase, body: Body) -> Body:
    """For sync code. Raises ResponseTooLarge, and what the learner's generator raises."""
    if isinstance(response, HttpResponse):
        return _whole(response, body)
    if getattr(response, "is_async", False):
        return async_to_sync(aread)(response, body)
    deadline = time.monotonic() + body.seconds
    for part in response:
        if not body.take(part):
            break
        # A generator that never yields can't be interrupted here: the time limit ends it.
        if time.monotonic() > deadline:
            body.cut = "seconds"
            break
    response.close()
    return body


async def aread(response: HttpResponseBase, body: Body) -> Body:
    """For async code."""
    if isinstance(response, HttpResponse):
        return _whole(response, body)
    if not getattr(response, "is_async", False):
        return await sync_to_async(read)(response, body)
    # One task for the whole stream: a generator may rely on being resumed by the task that began it.
    task = asyncio.create_task(_drain(response, body))
    done, _ = await asyncio.wait({task}, timeout=body.seconds)
    if not done:
        body.cut = "seconds"
        task.cancel()
        await asyncio.wait({task}, timeout=_GOODBYE)
    if task.done() and not task.cancelled():
        task.result()
    return body


async def _drain(response: Any, body: Body) -> None:
    stream = aiter(response)
    async for part in stream:
        if not body.take(part):
            break
    await stream.aclose()


def _whole(response: HttpResponse, body: Body) -> Body:
    if len(response.content) > BODY_BYTES:
        raise ResponseTooLarge(f"the response has more than {BODY_BYTES} bytes")
    body.content += response.content
    body.parts = [len(response.content)]
    return body
