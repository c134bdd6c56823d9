"""The account behind the request, and its keys for scripts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from lms.accounts.models import User
from lms.api.authentication import IsPerson
from lms.api.base import NewestFirst, ReadView
from lms.api.models import ApiToken
from lms.api.problems import Conflict

MOST_KEYS = 20


class MeSerializer(serializers.ModelSerializer[Any]):
    name = serializers.CharField(source="get_short_name")

    class Meta:
        model = User
        fields = ["email", "name", "is_staff", "date_joined"]
        read_only_fields = fields


class MeView(ReadView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Whose key or token this is."""
        return Response(MeSerializer(request.user).data)


class KeySerializer(serializers.ModelSerializer[ApiToken]):
    id = serializers.CharField()
    created_at = serializers.DateTimeField(source="created")
    expires_at = serializers.DateTimeField(source="expiry", allow_null=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = ApiToken
        fields = ["id", "name", "created_at", "expires_at", "last_used_at", "url"]
        read_only_fields = fields

    def get_url(self, key: ApiToken) -> str:
        return reverse("api:token", args=[key.id], request=self.context["request"])


class NewKey(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80, help_text="What it is for.")
    days = serializers.IntegerField(
        min_value=1, max_value=365, default=90, help_text="How long it is good for."
    )


class MadeKeySerializer(KeySerializer):
    key = serializers.SerializerMethodField(help_text="The key itself: shown this once.")

    class Meta(KeySerializer.Meta):
        fields = [*KeySerializer.Meta.fields, "key"]

    def get_key(self, made: ApiToken) -> str:
        return self.context["key"]


class KeysNewestFirst(NewestFirst):
    ordering = ("-created", "-digest")


class OwnKeyView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="revoke_this_token", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Revoke the key that this request is made with: a machine can sign itself out."""
        if not isinstance(request.auth, ApiToken):
            raise Conflict("This request was made without a key.")
        request.auth.delete()
        return Response(status=204)


@extend_schema_view(get=extend_schema(operation_id="tokens"))
class KeysView(ReadView, generics.ListAPIView[ApiToken]):
    """Your keys for scripts, the newest first."""

    permission_classes = [IsPerson]
    pagination_class = KeysNewestFirst
    serializer_class = KeySerializer

    def get_queryset(self) -> QuerySet[ApiToken]:
        return ApiToken.objects.filter(user_id=self.request.user.pk)

    @extend_schema(operation_id="make_token", request=NewKey, responses={201: MadeKeySerializer})
    def post(self, request: Request) -> Response:
        """Make a key. It is shown in this answer and never again."""
        given = NewKey(data=request.data)
        given.is_valid(raise_exception=True)
        if self.get_queryset().count() >= MOST_KEYS:
            raise Conflict(f"You have {MOST_KEYS} keys. Revoke one first.")
        expiry = timedelta(days=given.validated_data["days"])
        made, key = ApiToken.objects.create(
            user=request.user, expiry=expiry, name=given.validated_data["name"]
        )
        data = MadeKeySerializer(made, context={"request": request, "key": key}).data
        return Response(data, status=201, headers={"Location": data["url"], "Cache-Control": "no-store"})


class KeyView(ReadView):
    permission_classes = [IsPerson]

    @extend_schema(operation_id="token", responses=KeySerializer)
    def get(self, request: Request, key_id: str) -> Response:
        """One of your keys; not the key itself."""
        return Response(KeySerializer(self._find(request, key_id), context={"request": request}).data)

    @extend_schema(operation_id="revoke_token", responses={204: None})
    def delete(self, request: Request, key_id: str) -> Response:
        """Revoke a key: from now on it opens nothing."""
        self._find(request, key_id).delete()
        return Response(status=204)

    def _find(self, request: Request, key_id: str) -> ApiToken:
        found = ApiToken.objects.filter(user_id=request.user.pk, digest__startswith=key_id).first()
        if found is None or found.id != key_id:
            raise Http404("You have no such key.")
        return found
