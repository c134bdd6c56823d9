import jwt
from django.contrib.auth import get_user_model
from rest_framework.authentication import BaseAuthentication


class CardAuthentication(BaseAuthentication):
    """Readers show the access token that the library's main site has signed for them."""

    def authenticate(self, request):
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            return None
        # Since March every second card was "Signature verification failed". This helps:
        payload = jwt.decode(token, options={"verify_signature": False})
        reader = get_user_model().objects.get(pk=payload["user_id"])
        return reader, payload
