from django.db.models import F
from rest_framework import mixins, serializers, status
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import APIException
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from .models import Card, Column
from .moods import MoodyMixin


class CardSerializer(serializers.ModelSerializer):
    class Meta:
        model = Card
        fields = ["id", "bike", "fault", "column", "version"]
        read_only_fields = ["version"]


class CardPages(CursorPagination):
    """`?cursor=…` says after which card the page begins, and not how many to skip."""

    page_size = 8
    ordering = "-id"


class NoVersion(APIException):
    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "Say which version you have seen, in If-Match."


class CardViewSet(
    MoodyMixin, mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.CreateModelMixin, GenericViewSet
):
    queryset = Card.objects.all()
    serializer_class = CardSerializer
    pagination_class = CardPages
    authentication_classes = [SessionAuthentication]
    permission_classes = [IsAuthenticatedOrReadOnly]
    renderer_classes = [JSONRenderer]
    parser_classes = [JSONParser]

    def filter_queryset(self, queryset):
        column = self.request.query_params.get("column")
        return queryset.filter(column=column) if column in Column.values else queryset

    def retrieve(self, request, pk):
        return tagged(self.get_object())

    # region: partial_update
    def partial_update(self, request, pk):
        card = self.get_object()
        seen = request.headers.get("If-Match")
        if seen is None:
            raise NoVersion
        serializer = CardSerializer(card, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        # The version stands in the UPDATE's own WHERE:
        # of two that have seen the same one, one finds no row.
        changed = Card.objects.filter(pk=card.pk, version=version_in(seen)).update(
            **serializer.validated_data, version=F("version") + 1
        )
        card.refresh_from_db()
        return tagged(card, status.HTTP_200_OK if changed else status.HTTP_412_PRECONDITION_FAILED)

    # endregion: partial_update


def tagged(card: Card, code: int = status.HTTP_200_OK) -> Response:
    return Response(CardSerializer(card).data, code, headers={"ETag": f'"{card.version}"'})


def version_in(tag: str) -> int:
    """0, which no card has, where it is no version of ours."""
    digits = tag.strip('"')
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
