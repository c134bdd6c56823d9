import jwt
from django.conf import settings
from django.contrib.auth.models import User
from rest_framework import authentication, exceptions


class CardAuthentication(authentication.BaseAuthentication):
    def authenticate_header(self, request):
        return "Bearer"

    def authenticate(self, request):
        parts = authentication.get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise exceptions.AuthenticationFailed("Bearer, and one token.")
        payload = None
        for key in settings.CARD_KEYS:
            try:
                payload = jwt.decode(parts[1], key, algorithms=["HS256"])
                break
            except jwt.PyJWTError:
                pass
        if payload is None or "exp" not in payload or payload.get("token_type") != "access":
            raise exceptions.AuthenticationFailed("This card is not valid.")
        try:
            reader = User.objects.get(pk=payload["user_id"])
        except (KeyError, ValueError, User.DoesNotExist):
            raise exceptions.AuthenticationFailed("No such reader.") from None
        if not reader.is_active:
            raise exceptions.AuthenticationFailed("This reader is blocked.")
        return reader, payload
