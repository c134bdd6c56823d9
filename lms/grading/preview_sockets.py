"""WebSockets of a booted project, frame by frame: what the workspace sends them, and what they answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from lms.grading.browsing import BadPreviewRequest, read_request
from lms.grading.preview import Preview, PreviewStopped
from lms.grading.preview_views import find_preview, stopped_answer
from lms.grading.requests import answers_json, read_json

MOST_FRAME = 64 * 1024  # characters
# While it waits for a frame, the project answers nobody else.
LONGEST_WAIT = 1.0  # seconds
ACTIONS = ("connect", "send", "receive", "close", "trace")


@require_POST
@answers_json
def preview_socket(request: HttpRequest, lesson: str, exercise: str) -> JsonResponse:
    """Do one `action` with a WebSocket of the project: see docs/architecture.md, *The mini browser*."""
    data = read_json(request)
    wanted = read_socket_action(data)
    return act(find_preview(request, lesson, exercise, data.get("preview")), wanted)


def act(preview: Preview, wanted: dict[str, Any]) -> JsonResponse:
    """Do what read_socket_action has read, whoever's the project is."""
    try:
        return JsonResponse(preview.socket(wanted))
    except PreviewStopped as stopped:
        return JsonResponse({"problem": stopped_answer(stopped)})


def read_socket_action(data: dict[str, Any]) -> dict[str, Any]:
    """Return the operation as the jail takes it, cookies apart. Raises BadPreviewRequest."""
    action = data.get("action")
    if action not in ACTIONS:
        raise BadPreviewRequest(f"The action has to be one of {', '.join(ACTIONS)}.")
    if action == "connect":
        return {"action": action, "timeout": LONGEST_WAIT, **_handshake(data)}
    number = data.get("socket")
    if not isinstance(number, int) or isinstance(number, bool):
        raise BadPreviewRequest("Say which `socket`: the number that `connect` gave.")
    wanted: dict[str, Any] = {"action": action, "socket": number}
    if action == "send":
        wanted |= _frame(data)
    elif action == "receive":
        wanted["timeout"] = _seconds(data.get("timeout", 0))
    elif action == "close":
        wanted["code"] = 1000
    return wanted


def _handshake(data: dict[str, Any]) -> dict[str, Any]:
    asked = read_request({"method": "GET", "path": data.get("path"), "headers": data.get("headers") or {}})
    names = data.get("subprotocols") or []
    if not isinstance(names, list) or len(names) > 10 or not all(isinstance(name, str) for name in names):
        raise BadPreviewRequest("`subprotocols` is a list of at most 10 names.")
    headers = {"origin": "http://localhost", **asked.headers}
    return {
        "path": asked.path,
        "headers": [[name, value] for name, value in headers.items()],
        "secure": False,
        "host": "localhost",
        "subprotocols": [name[:100] for name in names],
    }


def _frame(data: dict[str, Any]) -> dict[str, str]:
    text = data.get("text")
    if isinstance(text, str) and len(text) <= MOST_FRAME:
        return {"text": text}
    raw = data.get("bytes")
    if text is None and isinstance(raw, str) and len(raw) <= 2 * MOST_FRAME:
        try:
            return {"bytes": bytes.fromhex(raw).hex()}
        except ValueError as error:
            raise BadPreviewRequest("`bytes` is hexadecimal.") from error
    raise BadPreviewRequest(
        f"A frame is `text` or `bytes` (hexadecimal), of at most {MOST_FRAME} characters."
    )


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadPreviewRequest("`timeout` is a number of seconds.")
    return min(max(float(value), 0.0), LONGEST_WAIT) if value == value else 0.0
