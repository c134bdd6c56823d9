from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from school.models import Course, Enrolment, Student


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
    try:
        with transaction.atomic():
            found.enrolments.create(student=student, since=since)
    except IntegrityError:
        return JsonResponse({"error": "Already in this course."}, status=409)
    return JsonResponse({"enrolled": True}, status=201)


def best(request):
    try:
        year = int(request.GET.get("since", ""))
    except ValueError:
        return JsonResponse({"error": "since has to be a year."}, status=400)
    graded = Enrolment.objects.filter(student=OuterRef("pk"), grade=1, since=year)
    students = Student.objects.filter(Exists(graded))
    return JsonResponse({"students": list(students.order_by("name").values_list("name", flat=True))})
