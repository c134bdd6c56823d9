from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from school.models import Course, Student


def course(request, pk):
    found = get_object_or_404(Course, pk=pk)
    enrolments = found.enrolments.select_related("student").order_by("student__name")
    students = [{"name": row.student.name, "since": row.since, "grade": row.grade} for row in enrolments]
    return JsonResponse({"name": found.name, "students": students})


@require_POST
def join(request, pk):
    found = get_object_or_404(Course, pk=pk)
    try:
        since = int(request.POST.get("since", ""))
        student = Student.objects.get(pk=int(request.POST.get("student", "")))
    except (ValueError, Student.DoesNotExist):
        return JsonResponse({"error": "student has to be a key, since a year."}, status=400)
    found.enrolments.create(student=student, since=since)
    return JsonResponse({"enrolled": True}, status=201)


def best(request):
    try:
        year = int(request.GET.get("since", ""))
    except ValueError:
        return JsonResponse({"error": "since has to be a year."}, status=400)
    students = Student.objects.filter(enrolments__grade=1, enrolments__since=year).distinct()
    return JsonResponse({"students": list(students.order_by("name").values_list("name", flat=True))})
