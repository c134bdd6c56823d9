from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from school.models import Course


def course(request, pk):
    found = get_object_or_404(Course, pk=pk)
    students = [{"name": student.name} for student in found.students.order_by("name")]
    return JsonResponse({"name": found.name, "students": students})


@require_POST
def join(request, pk):
    return JsonResponse({"error": "Nobody can join yet."}, status=501)


def best(request):
    return JsonResponse({"students": []})
