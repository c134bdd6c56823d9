from cafe.models import Device, Job
from django.contrib.auth.models import User


def seed():
    ada, bo = (User.objects.create_user(name) for name in ("ada", "bo"))
    toaster, radio = (Device.objects.create(name=name) for name in ("Toaster", "Radio"))
    Job.objects.create(owner=ada, device=toaster, problem="Burns one side")
    Job.objects.create(owner=bo, device=radio, problem="Hums", state="done")
    Job.objects.create(owner=ada, device=radio, problem="A present, so hush", private=True)
