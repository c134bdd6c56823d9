"""The API. What `Endpoint` says for each view would stand in a project's REST_FRAMEWORK setting."""

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import action
from rest_framework.filters import OrderingFilter, SearchFilter
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import AllowAny, IsAuthenticatedOrReadOnly
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.routers import APIRootView
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet, ModelViewSet, ReadOnlyModelViewSet

from .browsable import BrowsableLog
from .filters import SightingFilter
from .models import Sighting, Species
from .pagination import Cursor, NumberedPages
from .permissions import IsObserverOrReadOnly, IsSteward
from .serializers import SightingSerializer, SpeciesSerializer, TotalSerializer
from .throttles import FewReports


class Endpoint:
    authentication_classes = [SessionAuthentication]
    permission_classes = [AllowAny]
    renderer_classes = [JSONRenderer, BrowsableLog]


class BirdLog(Endpoint, APIRootView):
    """Who saw which bird, and where."""


class SpeciesViewSet(Endpoint, ReadOnlyModelViewSet):
    """The birds of this marsh: a list and a retrieve, nothing to write."""

    queryset = Species.objects.order_by("name")
    serializer_class = SpeciesSerializer
    lookup_field = "slug"


class SightingViewSet(Endpoint, ModelViewSet):
    """What was seen. Everybody reads; who saw it may change it."""

    serializer_class = SightingSerializer
    permission_classes = [IsAuthenticatedOrReadOnly, IsObserverOrReadOnly]
    pagination_class = NumberedPages
    filter_backends = [DjangoFilterBackend, SearchFilter, OrderingFilter]
    filterset_class = SightingFilter
    search_fields = ["note", "species__name", "^species__latin"]
    ordering_fields = ["seen_at", "count"]
    ordering = ["-created_at", "-id"]

    def get_queryset(self):
        visible = Q(draft=False)
        if self.request.user.is_authenticated:
            visible |= Q(observer=self.request.user)
        return Sighting.objects.filter(visible).select_related("species", "observer")

    def perform_create(self, serializer):
        serializer.save(observer=self.request.user, created_at=timezone.now())

    @action(detail=True, methods=["post"], permission_classes=[IsSteward])
    def verify(self, request, pk=None):
        """A steward has looked at it."""
        sighting = self.get_object()
        sighting.verified = True
        sighting.save(update_fields=["verified"])
        return Response(self.get_serializer(sighting).data)


class FeedViewSet(Endpoint, ListModelMixin, GenericViewSet):
    """The same sightings, newest first, by cursor."""

    queryset = Sighting.objects.filter(draft=False).select_related("species", "observer")
    serializer_class = SightingSerializer
    pagination_class = Cursor


class UnjoinedViewSet(FeedViewSet):
    """The same feed without select_related(): the serializer asks for each row's species and observer."""

    queryset = Sighting.objects.filter(draft=False)


class TotalsView(Endpoint, APIView):
    """Birds by species, for a chart. Costly, so five a minute."""

    throttle_classes = [FewReports]

    @extend_schema(responses=TotalSerializer(many=True))
    def get(self, request):
        seen = Q(sightings__draft=False)
        totals = Species.objects.annotate(
            birds=Sum("sightings__count", filter=seen, default=0), records=Count("sightings", filter=seen)
        )
        return Response(TotalSerializer(totals.order_by("-birds", "name"), many=True).data)


class PlacesView(Endpoint, APIView):
    """Where somebody has looked. It says nothing of what it answers: see what the schema makes of it."""

    def get(self, request):
        return Response(sorted(set(Sighting.objects.filter(draft=False).values_list("place", flat=True))))
