from cafe.models import Job
from cafe.permissions import IsOwnerOrReadOnly
from cafe.serializers import JobSerializer
from django_filters import rest_framework as filters
from rest_framework.viewsets import ModelViewSet


class JobFilter(filters.FilterSet):
    class Meta:
        model = Job
        fields = ["state"]


class JobViewSet(ModelViewSet):
    queryset = Job.objects.select_related("owner", "device").order_by("-pk")
    serializer_class = JobSerializer
    permission_classes = [IsOwnerOrReadOnly]
    filter_backends = [filters.DjangoFilterBackend]
    filterset_class = JobFilter

    def get_queryset(self):
        jobs = super().get_queryset()
        public = jobs.filter(private=False)
        user = self.request.user
        return public | jobs.filter(owner=user) if user.is_authenticated else public

    def perform_create(self, serializer):
        serializer.save(owner=self.request.user)
