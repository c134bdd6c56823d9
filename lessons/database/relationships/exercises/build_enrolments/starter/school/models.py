from django.db import models


class Student(models.Model):
    name = models.CharField(max_length=40)


class Course(models.Model):
    name = models.CharField(max_length=40)
    students = models.ManyToManyField(Student, related_name="courses")
