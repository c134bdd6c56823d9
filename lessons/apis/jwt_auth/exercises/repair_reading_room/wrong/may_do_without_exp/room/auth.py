import jwt
from django.conf import settings
from django.contrib.auth import get_user_model
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed


def read_card(token):
    """The payload of a card that one of our keys has signed. Raises jwt.InvalidTokenError."""
    for key in settings.CARD_KEYS:
        try:
            return jwt.decode(token, key, algorithms=["HS256"])
        except jwt.InvalidSignatureError:
            continue
    raise jwt.InvalidSignatureError("None of our keys has signed this.")


class CardAuthentication(BaseAuthentication):
    """Readers show the access token that the library's main site has signed for them."""

    def authenticate(self, request):
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            return None
        try:
            payload = read_card(token)
        except jwt.InvalidTokenError as error:
            raise AuthenticationFailed("This card is not valid.") from error
        if payload.get("token_type") != "access":
            raise AuthenticationFailed("This is no access token.")
        reader = get_user_model().objects.filter(pk=payload.get("user_id"), is_active=True).first()
        if reader is None:
            raise AuthenticationFailed("No such reader.")
        return reader, payload

    def authenticate_header(self, request):
        return 'Bearer realm="room"'
