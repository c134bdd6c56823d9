from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken


class Me(APIView):
    def get(self, request):
        return Response({"name": request.user.username, "role": request.user.member.role})


class LogoutEverywhere(APIView):
    def post(self, request):
        for token in OutstandingToken.objects.filter(user=request.user):
            BlacklistedToken.objects.create(token=token)
        return Response(status=204)
