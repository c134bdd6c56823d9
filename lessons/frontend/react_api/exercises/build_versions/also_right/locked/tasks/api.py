from django.db import transaction
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from rest_framework import generics, serializers
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.views import APIView
from tasks.models import Label, Task


class TaskSerializer(serializers.ModelSerializer):
    labels = serializers.SlugRelatedField("name", many=True, read_only=True)
    version = serializers.IntegerField(read_only=True)

    class Meta:
        model = Task
        fields = ("id", "title", "state", "labels", "version")


def tasks():
    return Task.objects.prefetch_related(Prefetch("labels", Label.objects.order_by("name")))


class Pages(CursorPagination):
    page_size = 5
    ordering = ("-pk",)


class Missing(APIException):
    status_code = 428


class TaskList(generics.ListAPIView):
    serializer_class = TaskSerializer
    pagination_class = Pages

    def get_queryset(self):
        wanted = {"state": self.request.GET["state"]} if "state" in self.request.GET else {}
        return tasks().filter(**wanted)


class TaskDetail(APIView):
    def get(self, request, pk):
        task = get_object_or_404(tasks(), pk=pk)
        if request.META.get("HTTP_IF_NONE_MATCH") == f'"{task.version}"':
            return Response(status=304)
        return self.answer(task)

    @transaction.atomic
    def patch(self, request, pk):
        if not request.user.is_authenticated:
            raise NotAuthenticated
        task = get_object_or_404(Task.objects.select_for_update(), pk=pk)
        if "If-Match" not in request.headers:
            raise Missing("Which version?")
        if request.headers["If-Match"] != f'"{task.version}"':
            return self.answer(task, 412)
        serializer = TaskSerializer(task, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        task.version += 1
        serializer.save()
        return self.answer(task)

    def answer(self, task, status=200):
        response = Response(TaskSerializer(task).data, status=status)
        response["ETag"] = f'"{task.version}"'
        return response
