from rest_framework_simplejwt.serializers import TokenObtainPairSerializer, TokenRefreshSerializer
from rest_framework_simplejwt.tokens import RefreshToken

from club.models import Member


class ClubRefreshToken(RefreshToken):
    @property
    def access_token(self):
        """With the role of this moment; a claim of the refresh token would only be repeated."""
        token = super().access_token
        token["role"] = Member.objects.get(user=self["user_id"]).role
        return token


class PairSerializer(TokenObtainPairSerializer):
    token_class = ClubRefreshToken


class RefreshSerializer(TokenRefreshSerializer):
    token_class = ClubRefreshToken
