from cafe.models import Job
from cafe.permissions import IsOwnerOrReadOnly
from cafe.serializers import JobSerializer
from rest_framework.viewsets import ModelViewSet


class JobViewSet(ModelViewSet):
    serializer_class = JobSerializer
    permission_classes = [IsOwnerOrReadOnly]
    filterset_fields = ["state"]

    def get_queryset(self):
        return Job.objects.order_by("-pk")

    def get_object(self):
        return Job.objects.get(pk=self.kwargs["pk"])

    def perform_create(self, serializer):
        serializer.save(owner=self.request.user)
