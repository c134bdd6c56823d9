from cafe.models import Job
from cafe.permissions import IsOwnerOrReadOnly
from cafe.serializers import JobSerializer
from django.db.models import Q
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.generics import get_object_or_404
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.viewsets import ModelViewSet


class JobViewSet(ModelViewSet):
    serializer_class = JobSerializer
    permission_classes = [IsAuthenticatedOrReadOnly, IsOwnerOrReadOnly]
    filter_backends = [DjangoFilterBackend]
    filterset_fields = ["state"]

    def get_queryset(self):
        visible = Q(private=False)
        if self.request.user.is_authenticated:
            visible |= Q(owner=self.request.user)
        return Job.objects.filter(visible).select_related("owner", "device").order_by("-pk")

    def get_object(self):
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])

    def perform_create(self, serializer):
        serializer.save(owner=self.request.user)
