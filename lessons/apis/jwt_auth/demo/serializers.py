from django.contrib.auth.models import User
from rest_framework_simplejwt import serializers

from .tokens import RefreshToken


class PairSerializer(serializers.TokenObtainPairSerializer):
    token_class = RefreshToken

    @classmethod
    def get_token(cls, user: User) -> RefreshToken:
        token = super().get_token(user)
        token["name"] = user.username
        # True at this moment, and repeated by each refresh.
        token["courier"] = user.is_staff
        return token


class RefreshSerializer(serializers.TokenRefreshSerializer):
    token_class = RefreshToken


class LogoutSerializer(serializers.TokenBlacklistSerializer):
    token_class = RefreshToken
