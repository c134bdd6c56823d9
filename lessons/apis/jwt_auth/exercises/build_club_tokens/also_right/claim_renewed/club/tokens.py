from rest_framework_simplejwt.serializers import TokenObtainPairSerializer, TokenRefreshSerializer

from club.models import Member


class PairSerializer(TokenObtainPairSerializer):
    @classmethod
    def get_token(cls, user):
        token = super().get_token(user)
        token["role"] = user.member.role
        return token


class RefreshSerializer(TokenRefreshSerializer):
    def validate(self, attrs):
        data = super().validate(attrs)
        refresh = self.token_class(data["refresh"])
        access = refresh.access_token
        access["role"] = Member.objects.get(user=refresh["user_id"]).role
        return {**data, "access": str(access)}
