from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.db import transaction
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken

from club.tokens import pair_for


class Open(APIView):
    permission_classes = ()

    def used_up(self, request):
        try:
            token = RefreshToken(request.data.get("refresh", ""))
        except TokenError as error:
            raise InvalidToken(str(error)) from error
        token.blacklist()
        return token


class SignIn(Open):
    def post(self, request):
        user = authenticate(username=request.data["username"], password=request.data["password"])
        if user is None:
            raise AuthenticationFailed
        return Response(pair_for(user))


class Refresh(Open):
    @transaction.atomic
    def post(self, request):
        user = User.objects.filter(pk=self.used_up(request)["user_id"], is_active=True).first()
        if user is None:
            raise AuthenticationFailed
        return Response(pair_for(user))


class Logout(Open):
    def post(self, request):
        self.used_up(request)
        return Response()


class LogoutEverywhere(APIView):
    def post(self, request):
        rows = OutstandingToken.objects.filter(user=request.user, blacklistedtoken=None)
        BlacklistedToken.objects.bulk_create(BlacklistedToken(token=row) for row in rows)
        return Response()


class Me(APIView):
    def get(self, request):
        return Response({"name": request.user.username, "role": request.user.member.role})
