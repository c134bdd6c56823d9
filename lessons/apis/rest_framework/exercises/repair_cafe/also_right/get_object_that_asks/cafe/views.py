from cafe.models import Job
from cafe.permissions import IsOwnerOrReadOnly
from cafe.serializers import JobSerializer
from django.db.models import Q
from django.shortcuts import get_object_or_404
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.viewsets import ModelViewSet


class JobViewSet(ModelViewSet):
    serializer_class = JobSerializer
    permission_classes = [IsAuthenticatedOrReadOnly & IsOwnerOrReadOnly]

    def get_queryset(self):
        jobs = Job.objects.filter(Q(private=False) | Q(owner=self.request.user.pk))
        state = self.request.query_params.get("state")
        if state is not None:
            if state not in Job.State.values:
                raise ValidationError({"state": f"One of {', '.join(Job.State.values)}."})
            jobs = jobs.filter(state=state)
        return jobs.prefetch_related("owner", "device").order_by("-pk")

    def get_object(self):
        job = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        self.check_object_permissions(self.request, job)
        return job

    def perform_create(self, serializer):
        serializer.save(owner=self.request.user)
