from rest_framework_simplejwt.serializers import TokenObtainPairSerializer, TokenRefreshSerializer

class PairSerializer(TokenObtainPairSerializer):
    @classmethod
    def get_token(cls, user):
        token = super().get_token(user)
        token["role"] = user.member.role
        return token


class RefreshSerializer(TokenRefreshSerializer):
    """As it is."""
