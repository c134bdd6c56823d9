from cafe.models import Job
from cafe.permissions import IsOwnerOrReadOnly
from cafe.serializers import JobSerializer
from django.db.models import Q
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.viewsets import ModelViewSet


class JobViewSet(ModelViewSet):
    serializer_class = JobSerializer
    permission_classes = [IsAuthenticatedOrReadOnly, IsOwnerOrReadOnly]

    def get_queryset(self):
        visible = Q(private=False)
        if self.request.user.is_authenticated:
            visible |= Q(owner=self.request.user)
        state = self.request.GET.get("state")
        if state:
            visible &= Q(state=state)
        return Job.objects.filter(visible).select_related("owner", "device").order_by("-pk")

    def perform_create(self, serializer):
        serializer.save(owner=self.request.user)
