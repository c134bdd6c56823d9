"""No machine overwrites unseen what another one has written: a change names the ETag that it began from."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from lms.api.problems import PreconditionRequired

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag, as it was last seen."
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="`*` to store a first one."
)


def seen_etag(request: Request) -> str:
    """Return the ETag that the request says it has seen; empty for `If-None-Match: *`: there was nothing.

    Raises PreconditionRequired where it says neither.
    """
    if request.headers.get("If-None-Match", "").strip() == "*":
        return ""
    header = request.headers.get("If-Match")
    if header is None:
        raise PreconditionRequired
    # An empty header is an ETag of nothing, and not the same as none.
    return header.strip() or '""'
