"""The schema says what really happens: every operation may answer with a problem."""

from __future__ import annotations

from typing import Any

from allauth.headless.contrib.rest_framework.authentication import JWTTokenAuthentication
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse

from lms.api.authentication import KeyAuthentication
from lms.api.problems import CONTENT_TYPE, Problem


def only_the_api(endpoints: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Leave out the views that Wagtail's admin has for its own scripts."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


class Schema(AutoSchema):
    def _get_response_bodies(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        bodies = super()._get_response_bodies(*args, **kwargs)
        for status in self._problems():
            bodies.setdefault(
                str(status),
                self._get_response_for_code(OpenApiResponse(Problem), str(status), [CONTENT_TYPE]),
            )
        return bodies

    def _problems(self) -> list[int]:
        found = [429, 406]
        if self.view.permission_classes and "AllowAny" not in str(self.view.permission_classes):
            found += [401, 403]
        else:
            # A key that is wrong is refused even where none is needed.
            found += [401]
        if "{" in self.path or self.method == "GET":
            found += [404]
        if self.method == "DELETE":
            found += [409, 412, 428]
        if self.method in ("POST", "PUT", "PATCH"):
            found += [400, 413, 415, 409, 412, 428]
        return sorted(found)


class JwtScheme(OpenApiAuthenticationExtension):
    target_class = JWTTokenAuthentication
    name = "jwt"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The `access_token` of a sign-in at `/api/auth/app/v1/auth/login`.",
        }


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token dm_…`, a key made at `/api/v1/tokens/`.",
        }
