"""What tests of progress do again and again."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.test import Client
from django.utils import timezone

from content.models import Exercise, LessonPage
from lms.accounts.learners import SESSION_KEY
from lms.accounts.models import Learner, User
from lms.grading.models import Submission

PASSWORD = "correct horse battery"


def verified_user(email: str) -> User:
    user = User.objects.create_user(email, PASSWORD)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def reserve_key(client: Client) -> uuid.UUID:
    """Give this browser's session a key, as looking at a lesson does."""
    session = client.session
    session[SESSION_KEY] = str(uuid.uuid4())
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return uuid.UUID(session[SESSION_KEY])


def receipt(key: uuid.UUID, *, secret: str = "", **changed: Any) -> str:
    """Return a receipt as the demos site makes it, with some of its fields changed."""
    data = {
        "learner": key.hex,
        "lesson": "counting",
        "mission": "jump",
        "at": int(timezone.now().timestamp()),
    }
    return signing.dumps({**data, **changed}, key=secret or settings.RECEIPT_KEY, salt="mission")


def hand_in(client: Client, text: Any) -> Any:
    return client.post("/progress/receipts/", {"receipt": text}, content_type="application/json")


def submit(learner: Learner, exercise: Exercise, state: str = "passed") -> Submission:
    return Submission.objects.create(
        learner=learner,
        exercise=exercise,
        exercise_digest=exercise.digest,
        files={},
        state=state,
        finished_at=None if state in Submission.UNFINISHED else timezone.now(),
    )


def quiz_fields(page: LessonPage, index: int, *answers: int) -> dict[str, Any]:
    block = next(child for child in page.body if child.block_type == "quiz")
    return {"lesson": page.slug, "block": block.id, "question": index, "answers": list(answers)}
