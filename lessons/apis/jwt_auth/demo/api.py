"""The API of the lockers: three ways to say who asks, and a fourth that believes too much."""

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect
from rest_framework import status
from rest_framework.authentication import SessionAuthentication, TokenAuthentication
from rest_framework.authtoken.views import ObtainAuthToken
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.authentication import JWTAuthentication, JWTStatelessUserAuthentication
from rest_framework_simplejwt.views import TokenBlacklistView, TokenObtainPairView, TokenRefreshView

from . import careless
from .counting import counted
from .models import Parcel
from .serializers import LogoutSerializer, PairSerializer, RefreshSerializer


class LockerView(APIView):
    """JSON whatever the client accepts, and a header that says what the request cost."""

    renderer_classes = [JSONRenderer]

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        with counted() as statements:
            response = super().dispatch(request, *args, **kwargs)
        response.headers["X-Queries"] = str(len(statements))
        return response


class Obtain(LockerView, TokenObtainPairView):
    serializer_class = PairSerializer


class Refresh(LockerView, TokenRefreshView):
    serializer_class = RefreshSerializer


class Logout(LockerView, TokenBlacklistView):
    serializer_class = LogoutSerializer


class Lockers(LockerView):
    """Your own parcels. Each of the three authenticators loads the user's row."""

    authentication_classes = [JWTAuthentication, TokenAuthentication, SessionAuthentication]
    permission_classes = [IsAuthenticated]

    def get(self, request: Request) -> Response:
        parcels = Parcel.objects.filter(owner=request.user).order_by("locker")
        return Response(
            {
                "you": request.user.username,
                "by": type(request.successful_authenticator).__name__,
                "parcels": list(parcels.values("locker", "what", "opened")),
            }
        )


class Open(Lockers):
    http_method_names = ["post", "options"]

    def post(self, request: Request, locker: int) -> Response:
        parcel = get_object_or_404(Parcel, owner=request.user, locker=locker)
        Parcel.objects.filter(pk=parcel.pk).update(opened=True)
        return Response({"opened": locker, "what": parcel.what})


class IsCourier(BasePermission):
    """By the claim. What the user's row says by now, nobody looks up."""

    message = "The round is for couriers: the token says courier: false."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.auth and request.auth.get("courier"))


class Round(LockerView):
    """Everybody's parcels, for couriers. No user is loaded: the token says who asks."""

    authentication_classes = [JWTStatelessUserAuthentication]
    permission_classes = [IsCourier]

    def get(self, request: Request) -> Response:
        parcels = Parcel.objects.order_by("locker").values("locker", "what")
        return Response({"you": request.auth["name"], "parcels": list(parcels)})


class OldDoor(LockerView):
    """The couriers' entrance of an old locker, with its own idea of a token."""

    authentication_classes = []
    permission_classes = []

    def post(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            payload = careless.read(token)
        except careless.BadToken as error:
            return Response({"detail": str(error)}, status=status.HTTP_401_UNAUTHORIZED)
        if not payload.get("courier"):
            return Response({"detail": "For couriers."}, status=status.HTTP_403_FORBIDDEN)
        return Response({"door": "open", "come in": payload.get("name")})


class DrfToken(LockerView, ObtainAuthToken):
    """REST framework's own: a random key, which is the primary key of a row."""

    authentication_classes = [TokenAuthentication]

    def delete(self, request: Request) -> Response:
        if request.auth is None:
            raise AuthenticationFailed
        request.auth.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


@method_decorator(csrf_protect, name="dispatch")
class Session(LockerView):
    authentication_classes = [SessionAuthentication]
    permission_classes = []

    def post(self, request: Request) -> Response:
        user = authenticate(
            request, username=request.data.get("username"), password=request.data.get("password")
        )
        if user is None:
            raise AuthenticationFailed
        login(request._request, user)
        return Response({"you": user.get_username(), "csrf": get_token(request)})

    def delete(self, request: Request) -> Response:
        logout(request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)
