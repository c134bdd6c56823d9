"""What people do in discussions, as their browsers send it."""

from __future__ import annotations

from django.test import Client

from lms.accounts.models import Learner
from lms.discussion.models import Post, Thread
from lms.progress.tests.steps import submit

LESSON = "/discussion/counting/"
EXERCISE = "/discussion/counting/repair_fence/"


def ask(
    client: Client, place: str = LESSON, *, title: str = "Why a gate?", text: str = "I wonder.", **more: str
):
    """Ask; return the thread."""
    data = {"name": client.user.voice.name, "title": title, "text": text, **more}
    answer = client.post(place, data)
    assert answer.status_code == 302, answer.content.decode()
    return Thread.objects.latest("pk")


def reply(client: Client, thread: Thread, text: str = "Because.", **more: str) -> Post:
    data = {"name": client.user.voice.name, "text": text, **more}
    answer = client.post(f"/discussion/threads/{thread.pk}/", data)
    assert answer.status_code == 302, answer.content.decode()
    return Post.objects.latest("pk")


def read(client: Client, thread: Thread) -> str:
    answer = client.get(f"/discussion/threads/{thread.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def pass_exercise(client: Client, exercise) -> None:
    submit(Learner.objects.get(user=client.user), exercise)


def post_url(post: Post, what: str) -> str:
    return f"/discussion/posts/{post.pk}/{what}/"


def thread_url(thread: Thread, what: str = "") -> str:
    return f"/discussion/threads/{thread.pk}/{what}"
