from django.db import models


class Student(models.Model):
    name = models.CharField(max_length=40)


class Course(models.Model):
    name = models.CharField(max_length=40)
    students = models.ManyToManyField(Student, through="Enrolment", related_name="courses")


class Enrolment(models.Model):
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="enrolments")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="enrolments")
    since = models.PositiveSmallIntegerField()
    grade = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "student"], name="once_in_a_course")]
