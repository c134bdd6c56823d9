"""Every error as problem details (RFC 9457), with a sentence that says what to do."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from lms.grading.drafts import DraftConflict
from lms.grading.projects import InvalidProject
from lms.grading.submit import TooManySubmissions

CONTENT_TYPE = "application/problem+json"


class Problem(serializers.Serializer[dict[str, Any]]):
    """What an error looks like: RFC 9457, and `errors` where fields are at fault."""

    type = serializers.CharField(help_text="`about:blank`: the status says it all.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence for the person who reads it.")
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False, help_text="By field."
    )


class Conflict(exceptions.APIException):
    status_code = 409
    default_code = "conflict"


class PreconditionFailed(exceptions.APIException):
    status_code = 412
    default_code = "precondition_failed"


class PreconditionRequired(exceptions.APIException):
    status_code = 428
    default_detail = "Send If-Match with the ETag that you have seen, or If-None-Match: * for a first one."
    default_code = "precondition_required"


class TooMany(exceptions.APIException):
    """`wait` is in seconds; 0 where nobody knows."""

    status_code = 429
    default_code = "too_many"

    def __init__(self, detail: str, wait: int = 0) -> None:
        super().__init__(detail)
        self.wait = wait or None


class TooLarge(exceptions.APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = "That is too large: all files together may have 1 MB."


def problem_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception of a view into its problem; None for one that is a fault of ours."""
    error = _as_api_exception(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    set_rollback()
    detail, errors = _words(error)
    headers = {name: response[name] for name in ("WWW-Authenticate", "Retry-After") if name in response}
    answer = Response(problem(response.status_code, detail, errors), response.status_code, headers=headers)
    answer.content_type = CONTENT_TYPE
    return answer


def problem(status: int, detail: str, errors: dict[str, list[str]] | None = None) -> dict[str, Any]:
    found = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return {**found, "errors": errors} if errors else found


# There is nothing to forge here, and the page that says so of a form is no answer for a program.
@csrf_exempt
def not_found(request: HttpRequest, path: str = "") -> JsonResponse:
    """What no address of the API is; the site's own page of this kind is for people."""
    return JsonResponse(
        problem(404, f"The API has nothing at {request.path}."), status=404, content_type=CONTENT_TYPE
    )


def _as_api_exception(error: Exception) -> Exception:
    match error:
        case InvalidProject():
            return exceptions.ValidationError({"files": [str(error)]})
        case TooManySubmissions():
            return TooMany(str(error), wait=error.seconds)
        case DraftConflict():
            return PreconditionFailed(str(error))
        case RequestDataTooBig():
            return TooLarge()
        case Http404():
            return exceptions.NotFound(str(error) or None)
        case PermissionDenied():
            return exceptions.PermissionDenied()
    return error


def _words(error: Exception) -> tuple[str, dict[str, list[str]] | None]:
    if not isinstance(error, exceptions.ValidationError):
        return str(getattr(error, "detail", error)), None
    errors = _flat(error.detail)
    first, words = next(iter(errors.items()))
    return (words[0] if first == "" else f"{first}: {words[0]}"), errors


def _flat(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """Nested errors by dotted path: {"files.a/b.py": ["…"]}."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for name, inner in detail.items():
            label = "" if name == "non_field_errors" else str(name)
            found.update(_flat(inner, ".".join(part for part in (prefix, label) if part)))
        return found
    if isinstance(detail, list) and any(isinstance(one, (dict, list)) for one in detail):
        found = {}
        for number, inner in enumerate(detail):
            found.update(_flat(inner, f"{prefix}.{number}".lstrip(".")))
        return found
    return {prefix: [str(one) for one in (detail if isinstance(detail, list) else [detail])]}
