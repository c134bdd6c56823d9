import django_filters
from django.db.models import F
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.filters import OrderingFilter, SearchFilter
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import SAFE_METHODS, IsAdminUser, IsAuthenticated
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.viewsets import ModelViewSet
from seeds.models import Packet, Plant


class PacketSerializer(serializers.ModelSerializer):
    plant = serializers.SlugRelatedField(slug_field="slug", queryset=Plant.objects.all())

    class Meta:
        model = Packet
        fields = ["id", "plant", "variety", "year", "left"]


class PacketFilter(django_filters.FilterSet):
    plant = django_filters.CharFilter(field_name="plant__slug")
    min_left = django_filters.NumberFilter(field_name="left", lookup_expr="gte")

    class Meta:
        model = Packet
        fields = ["plant", "min_left"]


class Pages(PageNumberPagination):
    page_size = 5
    page_size_query_param = "page_size"


class IsStaffOrReadOnly(IsAdminUser):
    def has_permission(self, request, view):
        return request.method in SAFE_METHODS or super().has_permission(request, view)


class Takings(UserRateThrottle):
    scope = "takings"
    rate = "3/min"


class PacketViewSet(ModelViewSet):
    queryset = Packet.objects.select_related("plant")
    serializer_class = PacketSerializer
    permission_classes = [IsStaffOrReadOnly]
    pagination_class = Pages
    filter_backends = [DjangoFilterBackend, SearchFilter, OrderingFilter]
    filterset_class = PacketFilter
    search_fields = ["variety", "plant__name"]
    ordering_fields = ["year", "left"]
    ordering = ["variety", "id"]

    @action(
        detail=True,
        methods=["post"],
        permission_classes=[IsAuthenticated],
        throttle_classes=[Takings],
    )
    def take(self, request, pk=None):
        packet = self.get_object()
        if not Packet.objects.filter(pk=packet.pk, left__gt=0).update(left=F("left") - 1):
            return Response({"detail": "None left."}, status=409)
        packet.refresh_from_db()
        return Response(self.get_serializer(packet).data)
