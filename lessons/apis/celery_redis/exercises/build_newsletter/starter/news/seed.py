from news.models import Issue, Subscriber


def seed():
    Issue.objects.create(subject="Spring")
    for name in ("ada", "bo", "cleo"):
        Subscriber.objects.create(email=f"{name}@example.com")
