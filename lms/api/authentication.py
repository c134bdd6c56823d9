"""Who is asking: a session of the site, a program with a JWT of allauth, or a script with a key."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from allauth.headless.contrib.rest_framework.authentication import JWTTokenAuthentication
from django.utils import timezone
from knox.auth import TokenAuthentication
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission

from lms.api.models import ApiToken

if TYPE_CHECKING:
    # DRF's views import this module while they are being imported.
    from rest_framework.request import Request
    from rest_framework.views import APIView

# A busy script would write a row at each request otherwise.
_NOTE_USE_EVERY = timedelta(minutes=5)


class KeyAuthentication(TokenAuthentication):
    """`Authorization: Token dm_…`. Notes when the key was last used, to the five minutes."""

    def authenticate_credentials(self, token: bytes) -> tuple[Any, ApiToken]:
        if not token.isascii():
            raise AuthenticationFailed("Invalid token.")
        found: tuple[Any, ApiToken] = super().authenticate_credentials(token)
        return found

    def validate_user(self, auth_token: ApiToken) -> tuple[Any, ApiToken]:
        found: tuple[Any, ApiToken] = super().validate_user(auth_token)
        now = timezone.now()
        if auth_token.last_used_at is None or now - auth_token.last_used_at > _NOTE_USE_EVERY:
            ApiToken.objects.filter(pk=auth_token.pk).update(last_used_at=now)
        return found


class IsPerson(BasePermission):
    """A script's key may not make keys or revoke them: who finds one would never be rid of again."""

    message = "A key cannot manage keys. Sign in, or use a JWT."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_authenticated) and not isinstance(request.auth, ApiToken)


__all__ = ["IsPerson", "JWTTokenAuthentication", "KeyAuthentication", "SessionAuthentication"]
