from django.db.models import F
from rest_framework import mixins, serializers, viewsets
from rest_framework.authentication import SessionAuthentication
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from tasks.models import Task


class TaskSerializer(serializers.ModelSerializer):
    labels = serializers.SerializerMethodField()

    class Meta:
        model = Task
        fields = ["id", "title", "state", "labels", "version"]
        read_only_fields = ["version"]

    def get_labels(self, task):
        return sorted(label.name for label in task.labels.all())


class TaskPages(CursorPagination):
    page_size = 5
    ordering = "-id"


class TaskViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    queryset = Task.objects.prefetch_related("labels")
    serializer_class = TaskSerializer
    pagination_class = TaskPages
    authentication_classes = [SessionAuthentication]
    permission_classes = [AllowAny]

    def filter_queryset(self, queryset):
        state = self.request.query_params.get("state")
        return queryset.filter(state=state) if state else queryset

    def retrieve(self, request, pk):
        task = self.get_object()
        if request.headers.get("If-None-Match") == tag(task):
            return Response(status=304, headers={"ETag": tag(task)})
        return self.tagged(task)

    def partial_update(self, request, pk):
        task = self.get_object()
        seen = request.headers.get("If-Match")
        if seen is None:
            return Response({"detail": "If-Match is missing."}, status=428)
        serializer = self.get_serializer(task, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        current = Task.objects.filter(pk=task.pk, version=task.version)
        written = seen == tag(task) and current.update(**serializer.validated_data, version=F("version") + 1)
        return self.tagged(self.get_object(), 200 if written else 412)

    def tagged(self, task, status=200):
        return Response(self.get_serializer(task).data, status, headers={"ETag": tag(task)})


def tag(task):
    return f'"{task.version}"'
