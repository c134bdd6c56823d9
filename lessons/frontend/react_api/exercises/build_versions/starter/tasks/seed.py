from django.contrib.auth.models import User
from tasks.models import Label, Task

TITLES = ["Mend the moon", "Paint the sea", "Oil the trapdoor", "Find the second glove", "Wash the ghost"]


def seed():
    for name in ("iris", "otto"):
        User.objects.create_user(name, password="curtain-5")
    labels = [Label.objects.create(name=name) for name in ("props", "light", "costume")]
    for number in range(12):
        task = Task.objects.create(title=TITLES[number % 5], state=Task.State.values[number % 3])
        task.labels.set(labels[: number % 4])
