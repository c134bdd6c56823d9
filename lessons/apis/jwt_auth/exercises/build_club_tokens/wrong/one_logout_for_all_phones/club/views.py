from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken


class Me(APIView):
    def get(self, request):
        return Response({"name": request.user.username, "role": request.user.member.role})


class Logout(APIView):
    authentication_classes = ()
    permission_classes = ()

    def post(self, request):
        user = RefreshToken(request.data["refresh"])["user_id"]
        for token in OutstandingToken.objects.filter(user=user):
            BlacklistedToken.objects.get_or_create(token=token)
        return Response(status=204)


class LogoutEverywhere(APIView):
    def post(self, request):
        for token in OutstandingToken.objects.filter(user=request.user):
            BlacklistedToken.objects.get_or_create(token=token)
        return Response(status=204)
