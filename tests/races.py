"""Two at once on a real PostgreSQL: who comes second waits, and then sees what the first one did.

Run by tests/test_services.py as a process of its own. Each race is played in two threads: the first holds its
transaction open until the second waits for a lock.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django

PATIENCE = 30.0  # seconds


def race(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Any]:
    """Return what both returned, of the second also the error that it raised.

    The second begins when the first is through, whose transaction ends once the second waits for it, or is
    through as well.
    """
    from django.db import connection, transaction

    began, worker = threading.Event(), [0]

    def play() -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                worker[0] = cursor.fetchone()[0]
            began.set()
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            result = first()
            playing = pool.submit(play)
            assert began.wait(PATIENCE)
            until = time.monotonic() + PATIENCE
            while not (playing.done() or _waits(worker[0])):
                assert time.monotonic() < until, "the second neither ended nor waited"
                time.sleep(0.02)
        error = playing.exception(PATIENCE)
        return result, playing.result() if error is None else error


def _waits(backend: int) -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        # Not pg_stat_activity: that stays as it was for the length of a transaction.
        cursor.execute("SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted", [backend])
        return bool(cursor.fetchone()[0])


def play_counts() -> None:
    """Somebody does a first thing while all of theirs is counted again, and the other way round."""
    from django.utils import timezone

    from lms.accounts.models import Learner
    from lms.classes.models import Failure, Standing, Tally
    from lms.grading.tests.people import attempt
    from lms.progress.record import mark_mission
    from lms.progress.recount import recount

    exercise, learner = _exercise(), Learner.objects.create()
    error = race(lambda: attempt(learner, exercise), lambda: recount(learner))[1]
    assert error is None, repr(error)
    assert Tally.objects.get(learner=learner).attempts == 1
    assert Standing.objects.get(learner=learner).passed == 1

    def mission() -> bool:
        return mark_mission(learner=learner, lesson=exercise.lesson, mission="jump", at=timezone.now())

    assert race(lambda: recount(learner), mission) == (None, True)
    standing = Standing.objects.get(learner=learner)
    assert (standing.passed, standing.missions) == (1, 1)

    other = Learner.objects.create()
    attempt(other, exercise, "test_a")
    error = race(lambda: recount(other), lambda: attempt(other, exercise, "test_a"))[1]
    assert not isinstance(error, Exception), repr(error)
    assert Tally.objects.get(learner=other).attempts == 2
    assert Failure.objects.get(learner=other).times == 2


def play_regrades() -> None:
    """Two reviewers press the button: one regrade is begun, and both see it."""
    from lms.accounts.models import Learner
    from lms.grading.models import Regrade, Submission
    from lms.grading.regrading import begin_regrade, discard_regrade
    from lms.grading.tests.people import attempt

    exercise = _exercise()
    exercise.publish_from_folder(exercise.save_revision())
    made = attempt(Learner.objects.create(), exercise)
    Submission.objects.filter(pk=made.pk).update(exercise_digest="of other checks")
    one, two = race(*[lambda: begin_regrade(exercise, user=None)] * 2)
    assert (isinstance(one, Regrade), two) == (True, one)
    discard_regrade(one, user=None)


def play_verdicts_and_a_sign_in() -> None:
    """A visitor signs in while new verdicts are written: the account is counted, with the new ones."""
    from lms.accounts.models import Learner
    from lms.classes.models import Tally
    from lms.grading.models import Regrade, Submission
    from lms.grading.regrading import _apply_some, _list_some, begin_regrade
    from lms.grading.tests.people import attempt
    from lms.progress.recount import recount

    exercise = _exercise()
    exercise.publish_from_folder(exercise.save_revision())
    visitor, account = Learner.objects.create(), Learner.objects.create()
    made = attempt(visitor, exercise, "test_a")
    Submission.objects.filter(pk=made.pk).update(exercise_digest="of other checks")
    regrade = begin_regrade(exercise, user=None)
    assert _list_some(regrade)
    regrade.attempts.update(state="passed", checks=[])
    Regrade.objects.filter(pk=regrade.pk).update(state="applying")

    def sign_in() -> None:
        Submission.objects.filter(pk=made.pk).update(learner=account)
        visitor.delete()
        recount(account)

    assert race(sign_in, lambda: _apply_some(regrade)) == (None, True)
    Regrade.objects.filter(pk=regrade.pk).update(state="applied")
    assert Submission.objects.get(pk=made.pk).state == "passed"
    tally = Tally.objects.get(learner=account)
    assert tally.tries_to_pass == 1


def play_verifications() -> None:
    """Two workers have graded the last case: the exercise is published once."""
    from wagtail.models import ModelLogEntry

    from content import verifying
    from content.models import Verification
    from lms.accounts.models import User

    exercise = _exercise(live=False)
    admin = User.objects.create_superuser("races@example.org")
    verification = verifying.begin(exercise, exercise.save_revision(), user=admin, then="publish")
    twice = race(*[lambda: verifying.conclude(verification)] * 2)
    assert twice == (None, None), twice
    assert Verification.objects.get(pk=verification.pk).done_at is not None
    published = ModelLogEntry.objects.filter(action="wagtail.publish", object_id=exercise.pk)
    assert published.count() == 1


def play_teachers() -> None:
    """The last two teachers of a class leave at once: one of them stays."""
    from lms.classes.cohorts import LastTeacher, add_teacher, remove_teacher
    from lms.grading.tests.people import make_class, make_teacher

    tina, otto = make_teacher("tina@races.example"), make_teacher("otto@races.example")
    cohort = make_class(tina)
    add_teacher(cohort=cohort, email="OTTO@races.example", by=tina)
    gone, kept = race(
        lambda: remove_teacher(cohort=cohort, teacher=tina, by=tina),
        lambda: remove_teacher(cohort=cohort, teacher=otto, by=otto),
    )
    assert (gone, type(kept)) == (True, LastTeacher)
    assert list(cohort.teachers.all()) == [otto]


def play_answers() -> None:
    """A moderator hides a reply while the asker marks it: what is hidden is no answer."""
    from django.utils import timezone

    from lms.accounts.models import User
    from lms.discussion.models import Post, Thread
    from lms.discussion.moderation import hide
    from lms.discussion.spoilers import Reader
    from lms.discussion.writing import NotAllowed, mark_answer

    now = timezone.now()
    asker = User.objects.create_user("asker@races.example")
    moderator = User.objects.create_superuser("moderator@races.example")
    thread = Thread.objects.create(lesson="races", title="x", author=asker, created_at=now, active_at=now)
    post = Post.objects.create(thread=thread, author=moderator, text="x", created_at=now)
    reader = Reader(asker, frozenset(), frozenset(), moderates=False)

    def mark() -> None:
        mark_answer(reader=reader, thread=Thread.objects.get(pk=thread.pk), post=Post.objects.get(pk=post.pk))

    def hide_it() -> None:
        hide(user=moderator, post=Post.objects.get(pk=post.pk), wanted=True, now=now)

    assert isinstance(race(hide_it, mark)[1], NotAllowed)
    assert Thread.objects.get(pk=thread.pk).answer is None
    hide(user=moderator, post=post, wanted=False, now=now)
    assert race(mark, hide_it) == (None, None)
    assert Thread.objects.get(pk=thread.pk).answer is None


def _exercise(**fields: Any) -> Any:
    from lms.grading.tests.factories import ExerciseFactory

    return ExerciseFactory(lesson="races", **fields)


RACES = {
    name.removeprefix("play_"): play for name, play in list(globals().items()) if name.startswith("play_")
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.test")
    django.setup()
    from django.db import connection

    assert connection.vendor == "postgresql", connection.vendor
    for name, play in RACES.items():
        play()
        print(name, flush=True)


if __name__ == "__main__":
    sys.exit(main())
