from django.db import transaction
from django.db.models import Q
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAdminUser, IsAuthenticated
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.viewsets import GenericViewSet
from seeds.models import Packet, Plant


class NoneLeft(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = "None left."


class Reading(BasePermission):
    def has_permission(self, request, view):
        return request.method in SAFE_METHODS


class ThreeAMinute(SimpleRateThrottle):
    rate = "3/m"

    def get_cache_key(self, request, view):
        return f"take-{request.user.pk}" if view.action == "take" else None


class PacketSerializer(serializers.ModelSerializer):
    plant = serializers.SlugRelatedField("slug", queryset=Plant.objects)

    class Meta:
        model = Packet
        fields = "__all__"


class Pages(PageNumberPagination):
    page_size, max_page_size, page_size_query_param = 5, 20, "page_size"


class Packets(
    mixins.CreateModelMixin,
    mixins.RetrieveModelMixin,
    mixins.UpdateModelMixin,
    mixins.DestroyModelMixin,
    mixins.ListModelMixin,
    GenericViewSet,
):
    serializer_class = PacketSerializer
    pagination_class = Pages
    throttle_classes = [ThreeAMinute]

    def get_permissions(self):
        return [IsAuthenticated()] if self.action == "take" else [(Reading | IsAdminUser)()]

    def get_queryset(self):
        packets = Packet.objects.prefetch_related("plant")
        asked = self.request.query_params
        if asked.get("plant"):
            packets = packets.filter(plant__slug=asked["plant"])
        if asked.get("min_left"):
            if not asked["min_left"].isdigit():
                raise ValidationError({"min_left": "A number."})
            packets = packets.filter(left__gte=int(asked["min_left"]))
        if asked.get("search"):
            word = asked["search"]
            packets = packets.filter(Q(variety__icontains=word) | Q(plant__name__icontains=word))
        order = asked.get("ordering", "")
        return packets.order_by(order if order.lstrip("-") in ("year", "left") else "variety", "pk")

    @action(detail=True, methods=["post"])
    def take(self, request, pk=None):
        with transaction.atomic():
            packet = Packet.objects.select_for_update().filter(pk=self.get_object().pk).get()
            if packet.left < 1:
                raise NoneLeft
            packet.left -= 1
            packet.save(update_fields=["left"])
        return Response(self.get_serializer(packet).data)
