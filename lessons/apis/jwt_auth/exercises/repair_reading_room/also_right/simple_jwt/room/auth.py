from django.conf import settings
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.tokens import AccessToken

CARDS = [
    type("Card", (AccessToken,), {"_token_backend": TokenBackend("HS256", key)}) for key in settings.CARD_KEYS
]


class CardAuthentication(JWTAuthentication):
    def get_validated_token(self, raw_token):
        for card in CARDS:
            try:
                return card(raw_token)
            except TokenError:
                continue
        raise InvalidToken
