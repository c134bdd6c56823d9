"""An author tries a draft in the workspace: graded by the draft, and nobody's attempt."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from content.models import Exercise
from lms.accounts.models import Learner, User
from lms.classes.models import Failure, Standing, Tally
from lms.grading import tasks
from lms.grading.models import Draft, Submission, Trial
from lms.grading.ordered import MOST_FAULTS
from lms.grading.preview import previews
from lms.grading.tests.factories import CHECKS, SOLUTION, STARTER, URLS, ExerciseFactory
from lms.grading.trial_run import SAVED_ANEW, run_trial
from lms.grading.trials import NEWER
from sandbox.jail import start_jail

pytestmark = pytest.mark.django_db
BYE = STARTER.replace("nothing yet", "bye")


@pytest.fixture(scope="module")
def jail_socket():
    with start_jail() as jail:
        yield str(jail.socket_path)


@pytest.fixture
def jail(jail_socket, settings):
    settings.JAIL_SOCKET = jail_socket
    yield
    previews.close_all()


@pytest.fixture(autouse=True)
def sent():
    with patch("lms.grading.tasks.try_draft.delay") as delay:
        yield delay


def user_with(email: str, *permissions: str) -> User:
    user = User.objects.create_user(email, "correct horse", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def author() -> Client:
    """Somebody who may change exercises, and may not write checks."""
    return client_of(user_with("ann@example.org", "access_admin", "change_exercise"))


def with_draft(exercise: Exercise, **changed: Any) -> Exercise:
    """Save a draft that differs from what learners have."""
    draft = exercise.get_latest_revision_as_object()
    for name, value in changed.items():
        setattr(draft, name, value)
    draft.save_revision(clean=False)  # as the editor does with a draft
    exercise.refresh_from_db()
    return exercise


@pytest.fixture
def exercise() -> Exercise:
    """Learners are to say hello, and with the draft bye; its checks and its hidden file are new."""
    return with_draft(
        ExerciseFactory(),
        title="Say bye",
        checks=CHECKS.replace('"hello", self', '"bye", self'),
        starter={"urls.py": URLS, "greetings.py": STARTER, "secret.py": "answer = 42\n"},
        solution={"greetings.py": BYE},
        hidden=["secret.py"],
    )


def post(client: Client, path: str, data: Any, status: int = 200) -> dict[str, Any]:
    answer = client.post(path, json.dumps(data), content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()


def check(client: Client, exercise: Exercise, text: str = BYE) -> str:
    """Press Check; return the trial's address."""
    runs = f"/trials/{exercise.pk}/runs/"
    return f"{runs}{post(client, runs, {'files': {'greetings.py': text}}, 201)['id']}/"


def graded(client: Client, exercise: Exercise, text: str = BYE) -> dict[str, Any]:
    address = check(client, exercise, text)
    run_trial(address.split("/")[-2])
    return client.get(address).json()


def test_a_draft_is_graded_by_its_own_files_and_checks_and_counts_as_nothing(jail, author, exercise):
    assert graded(author, exercise)["state"] == "passed"
    failed = graded(author, exercise, SOLUTION)
    assert (failed["state"], [one["status"] for one in failed["checks"]]) == ("failed", ["passed", "failed"])
    assert (failed["exercise"], failed["position"]) == (exercise.name, None)
    for model in (Submission, Draft, Tally, Failure, Standing, Learner):
        assert not model.objects.exists(), model  # type: ignore[attr-defined]
    exercise.refresh_from_db()
    assert (exercise.title, exercise.checks) == ("Say hello", CHECKS), "what learners have"


def test_the_page_is_the_workspace_with_the_draft_and_without_what_learners_do_not_see(author, exercise):
    page = author.get(f"/trials/{exercise.pk}/")
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert "Say bye" in page.text
    data = page.context["workspace"]
    assert [file["path"] for file in data["files"]] == ["urls.py", "greetings.py"]
    assert data["submitUrl"] == f"/trials/{exercise.pk}/runs/"
    for secret in ("answer = 42", "ExerciseTestCase", "HttpResponse: what is shown"):
        assert secret not in page.text
    assert author.get(f"/trials/{exercise.pk}/solution/").json() == {"files": {"greetings.py": BYE}}


def test_an_exercise_that_was_never_published_in_a_lesson_that_is_none_yet(jail, author):
    exercise = ExerciseFactory(live=False, lesson="to_come")
    exercise.save_revision()
    assert author.get(f"/exercises/to_come/{exercise.slug}/").status_code == 404
    assert author.get(f"/trials/{exercise.pk}/").status_code == 200
    assert graded(author, exercise, SOLUTION)["state"] == "passed"


def test_the_latest_result_is_there_again_until_the_draft_changes(jail, author, exercise):
    told = graded(author, exercise)
    again = author.get(f"/trials/{exercise.pk}/").context["workspace"]
    assert (again["submission"], again["submittedFiles"]) == (told, {"greetings.py": BYE})
    with_draft(exercise, checks=CHECKS)
    now = author.get(f"/trials/{exercise.pk}/").context["workspace"]
    assert now["submission"] is None
    assert now["keptAs"] != again["keptAs"], "what was typed belongs to the other draft"


def test_checks_that_cannot_be_run_are_the_drafts_fault_and_told(jail, author, exercise):
    with_draft(exercise, checks="from nowhere import nothing\n")
    broken = graded(author, exercise)
    assert broken["state"] == "broken"
    assert "nowhere" in broken["message"]


@pytest.mark.parametrize(
    ("changed", "files", "words"),
    [
        ({"checks": " "}, {"greetings.py": BYE}, "no checks yet"),
        ({}, {"secret.py": "answer = 1"}, "cannot be changed"),
        ({}, {}, "no files"),
    ],
)
def test_what_cannot_be_graded_is_refused_with_the_reason(author, exercise, changed, files, words):
    with_draft(exercise, **changed)
    assert words in post(author, f"/trials/{exercise.pk}/runs/", {"files": files}, 400)["error"]
    assert not Trial.objects.exists()


def test_a_draft_without_a_starter_leads_back_to_the_editor(author, exercise):
    with_draft(exercise, starter={}, solution={})
    answer = author.get(f"/trials/{exercise.pk}/")
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/cms/snippets/content/exercise/edit/{exercise.pk}/",
    )


def test_a_draft_that_was_saved_anew_is_not_what_was_checked(jail, author, exercise):
    address = check(author, exercise)
    with_draft(exercise, checks=CHECKS)
    run_trial(address.split("/")[-2])
    told = author.get(address).json()
    assert (told["state"], told["message"]) == ("cancelled", SAVED_ANEW)


def test_who_checks_again_cancels_the_one_before_and_keeps_one(jail, author, exercise):
    first = check(author, exercise)
    second = check(author, exercise)
    assert author.get(first).json()["message"] == NEWER
    run_trial(first.split("/")[-2])
    assert author.get(first).json()["state"] == "cancelled"
    run_trial(second.split("/")[-2])
    check(author, exercise)
    assert [author.get(address).status_code for address in (first, second)] == [404, 404]
    assert Trial.objects.count() == 1


def test_a_trial_is_cancelled_once(author, exercise):
    address = check(author, exercise)
    assert post(author, f"{address}cancel/", {})["state"] == "cancelled"
    assert "finished already" in post(author, f"{address}cancel/", {}, 409)["error"]


def test_without_a_jail_it_waits_and_is_sent_again(author, exercise, jail, jail_socket, settings, sent):
    settings.JAIL_SOCKET = ""
    waits = graded(author, exercise)
    assert waits["state"] == "ours"
    assert "unavailable on this server" in waits["message"]
    assert tasks.enqueue_left_over() == 0
    sent.assert_not_called()
    later = timezone.now() + timedelta(seconds=20)
    with patch("lms.grading.tasks.timezone.now", return_value=later):
        tasks.enqueue_left_over()
    sent.assert_called_once_with(waits["id"])
    settings.JAIL_SOCKET = jail_socket
    run_trial(waits["id"])
    assert (Trial.objects.get().state, Trial.objects.get().faults) == ("passed", 0)


def test_a_trial_that_always_fails_is_left_to_its_author(jail, author, exercise, sent):
    trial, pauses = check(author, exercise).split("/")[-2], []
    with patch("lms.grading.trial_run.complete_project", side_effect=RuntimeError("no such column")):
        while not (found := Trial.objects.get()).finished_at:
            run_trial(trial)
            pauses.append(Trial.objects.get().claimed_until - timezone.now())
            assert Trial.objects.get().state in ("ours", "aside")
    assert (len(pauses), found.state, found.faults) == (MOST_FAULTS, "aside", MOST_FAULTS)
    assert pauses[-2] > timedelta(minutes=10), "less and less often"
    with patch("lms.grading.tasks.timezone.now", return_value=timezone.now() + timedelta(days=1)):
        tasks.enqueue_left_over()
    sent.assert_not_called()
    told = author.get(f"/trials/{exercise.pk}/").context["workspace"]
    assert told["submission"]["state"] == "aside"
    assert "check again" in told["submission"]["message"]
    assert told["submittedFiles"] == {"greetings.py": BYE}, "kept"
    assert graded(author, exercise)["state"] == "passed"


def test_what_ends_each_worker_that_takes_it_is_left_to_its_author(jail, author, exercise):
    trial, tries = check(author, exercise).split("/")[-2], []

    def ends(_trial):
        tries.append(1)
        raise SystemExit  # the worker is killed: nothing after it is done

    with patch("lms.grading.trial_run._verdict", side_effect=ends):
        for _ in range(MOST_FAULTS + 3):
            Trial.objects.filter(state="running").update(claimed_until=timezone.now())
            with suppress(SystemExit):
                run_trial(trial)
    assert (len(tries), Trial.objects.get().state) == (MOST_FAULTS, "aside")


def test_a_trial_is_taken_over_from_a_worker_that_died_and_from_no_other(jail, author, exercise):
    address = check(author, exercise)
    Trial.objects.update(state="running", claimed_until=timezone.now() + timedelta(minutes=1))
    run_trial(address.split("/")[-2])
    assert author.get(address).json()["state"] == "running"
    tasks.enqueue_after_restart()
    run_trial(address.split("/")[-2])
    assert author.get(address).json()["state"] == "passed"


def test_the_message_is_sent_once_it_is_committed(author, exercise, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        address = check(author, exercise)
        sent.assert_not_called()
    sent.assert_called_once_with(address.split("/")[-2])


def test_the_mini_browser_and_the_console_have_the_drafts_project(jail, author, exercise):
    base = f"/trials/{exercise.pk}/preview/"
    preview = post(author, base, {"files": {"greetings.py": BYE}}, 201)["preview"]
    asked = post(author, f"{base}requests/", {"preview": preview, "path": "/hello/"})
    assert asked["status"] == 200
    page = author.get(f"{base}{preview}/{asked['page']}/")
    assert page.content.endswith(b"</script>bye")
    assert "sandbox" in page["Content-Security-Policy"]
    question = {"preview": preview, "source": "import secret\nsecret.answer"}
    assert post(author, f"{base}console/", question)["value"] == 42
    other = client_of(user_with("bob@example.org", "access_admin", "change_exercise"))
    assert "not running" in post(other, f"{base}console/", question, 410)["error"]
    assert not Learner.objects.exists()


def test_the_project_to_take_home_is_the_drafts(author, exercise):
    answer = author.post(
        f"/trials/{exercise.pk}/download/",
        json.dumps({"files": {"greetings.py": BYE}}),
        content_type="application/json",
    )
    assert answer["Content-Type"] == "application/zip"


@pytest.mark.parametrize(
    "permissions", [(), ("access_admin",), ("access_admin", "view_exercise"), ("change_exercise",)]
)
def test_who_may_not_change_exercises_sees_no_draft(exercise, permissions):
    client = client_of(user_with("eve@example.org", *permissions))
    for path in ("", "solution/"):
        assert client.get(f"/trials/{exercise.pk}/{path}").status_code == 403
    post_only = client.post(f"/trials/{exercise.pk}/runs/", "{}", content_type="application/json")
    assert post_only.status_code == 403


def test_anothers_trial_is_not_there(author, exercise):
    address = check(author, exercise)
    other = client_of(user_with("bob@example.org", "access_admin", "change_exercise"))
    assert other.get(address).status_code == 404
    assert other.post(f"{address}cancel/").status_code == 404
    assert Trial.objects.get().state == "queued"


def test_staff_without_a_second_factor_is_led_to_it(author, exercise, settings):
    settings.STAFF_SECOND_FACTOR = True
    assert author.get(f"/trials/{exercise.pk}/")["Location"] == "/accounts/2fa/"


def test_the_page_takes_a_few_queries(author, exercise, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        author.get(f"/trials/{exercise.pk}/")
