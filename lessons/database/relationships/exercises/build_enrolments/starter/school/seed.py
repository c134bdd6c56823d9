from school.models import Course, Student


def seed():
    for name in ("Pottery", "Norwegian", "Accounting"):
        Course.objects.create(name=name)
    for name in ("Ada", "Bruno", "Cleo", "Dmitri"):
        Student.objects.create(name=name)
