from ferry.models import Booking
from ferry.serializers import BookingSerializer
from rest_framework.viewsets import ModelViewSet


class BookingViewSet(ModelViewSet):
    queryset = Booking.objects.prefetch_related("passengers").order_by("pk")
    serializer_class = BookingSerializer
