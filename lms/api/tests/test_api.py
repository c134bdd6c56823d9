from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from content.models import Exercise, LessonPage
from lms.accounts.models import Learner
from lms.api.models import ApiToken
from lms.grading.models import Submission
from lms.progress.tests.steps import PASSWORD, submit, verified_user

pytestmark = pytest.mark.django_db
API = "/api/v1"


def problem(answer, status: int) -> dict:
    """Return the problem that an answer is, after looking at its form."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["detail"].strip()
    return body


def editable(exercise: Exercise) -> str:
    return next(path for path in exercise.starter if exercise.is_editable(path))


# --- Reading the course ---


def test_the_course_can_be_read_without_an_account(lesson_page: LessonPage, exercise: Exercise):
    client = APIClient()
    tracks = client.get(f"{API}/roadmap/").json()
    rows = {row["slug"]: row for track in tracks for row in track["lessons"]}
    assert rows["counting"]["is_published"] is True
    lesson = client.get(rows["counting"]["url"]).json()
    assert lesson["text"].startswith("---\ntitle:")
    assert [mission["slug"] for mission in lesson["missions"]] == ["jump"]
    found = client.get(lesson["exercises"][0]["url"]).json()
    assert found["name"] == exercise.name
    assert set(found["starter"]) == set(exercise.starter) - set(exercise.hidden)
    # What judges an attempt, and what would give it away.
    assert not found.keys() & {"solution", "checks", "wrong", "also_right", "hidden"}


def test_a_lesson_that_is_not_published_does_not_exist(lesson_page: LessonPage, exercise: Exercise, api):
    lesson_page.unpublish()
    problem(api.get(f"{API}/lessons/counting/"), 404)
    problem(api.get(f"{API}/exercises/{exercise.name}/"), 404)
    problem(api.post(f"{API}/exercises/{exercise.name}/submissions/", {"files": {}}, format="json"), 404)
    assert api.get(f"{API}/exercises/").json() == []


def test_who_has_it_already_is_answered_304(lesson_page: LessonPage):
    first = APIClient().get(f"{API}/lessons/counting/")
    again = APIClient().get(f"{API}/lessons/counting/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    lesson_page.title = "Counting again"
    lesson_page.save_revision().publish()
    changed = APIClient().get(f"{API}/lessons/counting/", headers={"If-None-Match": first["ETag"]})
    assert changed.json()["title"] == "Counting again"


def test_a_list_of_lessons_takes_few_queries_whatever_its_length(
    lesson_page: LessonPage, second_lesson: Path, django_assert_max_num_queries
):
    APIClient().get(f"{API}/lessons/")
    with django_assert_max_num_queries(5):
        APIClient().get(f"{API}/lessons/")
    call_command("load_lessons")
    with django_assert_max_num_queries(5):
        assert len(APIClient().get(f"{API}/lessons/").json()) == 2


# --- Handing in ---


def test_a_script_hands_in_and_follows(api, exercise: Exercise, sent, django_capture_on_commit_callbacks):
    path = editable(exercise)
    with django_capture_on_commit_callbacks(execute=True):
        made = api.post(
            f"{API}/exercises/{exercise.name}/submissions/", {"files": {path: "x = 1\n"}}, format="json"
        )
    assert made.status_code == 201
    sent.assert_called_once_with(made.json()["id"])
    followed = api.get(made["Location"]).json()
    assert (followed["state"], followed["position"]) == ("queued", 1)
    assert followed["files"] == {path: "x = 1\n"}
    cancelled = api.post(f"{API}/submissions/{made.json()['id']}/cancel/")
    assert cancelled.json()["state"] == "cancelled"
    problem(api.post(f"{API}/submissions/{made.json()['id']}/cancel/"), 409)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ("not json", 400, None),
        ("[]", 400, None),
        ("{}", 400, "files"),
        ('{"files": 1}', 400, "files"),
        ('{"files": {}}', 400, "files"),
        ('{"files": {"../x": ""}}', 400, "files"),
        ('{"files": {"counting/views.py": 7.5e999}}', 400, None),
    ],
)
def test_what_cannot_be_graded_is_a_problem_with_a_sentence(api, exercise: Exercise, body, status, field):
    answer = api.generic(
        "POST", f"{API}/exercises/{exercise.name}/submissions/", body, content_type="application/json"
    )
    found = problem(answer, status)
    if field:
        assert field in found["errors"]
    assert not Submission.objects.exists()


def test_another_type_than_json_is_refused(api, exercise: Exercise):
    problem(api.post(f"{API}/exercises/{exercise.name}/submissions/", {"files": "x"}, format=None), 415)


def test_a_fourth_unfinished_submission_has_to_wait(api, exercise: Exercise, user, sent):
    learner = Learner.objects.create(user=user)
    for _ in range(3):
        submit(learner, exercise, "running")
    found = problem(
        api.post(
            f"{API}/exercises/{exercise.name}/submissions/",
            {"files": {editable(exercise): "x = 1"}},
            format="json",
        ),
        429,
    )
    assert "being graded" in found["detail"]


def test_submissions_come_in_pages_that_stay_what_they_were(api, exercise: Exercise, user):
    learner = Learner.objects.create(user=user)
    made = [str(submit(learner, exercise).pk) for _ in range(5)][::-1]
    first = api.get(f"{API}/submissions/?page_size=2").json()
    submit(learner, exercise)  # comes in between
    second = api.get(first["next"]).json()
    assert [one["id"] for one in first["results"] + second["results"]] == made[:4]


def test_somebody_elses_submission_does_not_exist(api, exercise: Exercise):
    theirs = submit(Learner.objects.create(user=verified_user("eve@example.org")), exercise, "queued")
    problem(api.get(f"{API}/submissions/{theirs.pk}/"), 404)
    problem(api.post(f"{API}/submissions/{theirs.pk}/cancel/"), 404)
    assert api.get(f"{API}/submissions/").json()["results"] == []
    theirs.refresh_from_db()
    assert theirs.state == "queued"


# --- Drafts ---


def test_a_draft_is_never_overwritten_unseen(api, exercise: Exercise):
    url, path = f"{API}/exercises/{exercise.name}/draft/", editable(exercise)
    problem(api.get(url), 404)
    problem(api.put(url, {"files": {path: "1"}}, format="json"), 428)
    first = api.put(url, {"files": {path: "1"}}, format="json", headers={"If-None-Match": "*"})
    assert first["ETag"] == '"v1"'
    second = api.put(url, {"files": {path: "2"}}, format="json", headers={"If-Match": first["ETag"]})
    assert second["ETag"] == '"v2"'
    problem(api.put(url, {"files": {path: "3"}}, format="json", headers={"If-Match": first["ETag"]}), 412)
    assert api.get(url).json()["files"] == {path: "2"}


def test_the_solution_opens_after_three_graded_tries(api, exercise: Exercise, user):
    learner, url = Learner.objects.create(user=user), f"{API}/exercises/{exercise.name}/solution/"
    assert "3 more tries" in problem(api.get(url), 403)["detail"]
    for _ in range(3):
        submit(learner, exercise, "failed")
    changes = {**exercise.solution, **dict.fromkeys(exercise.solution_removed)}
    assert api.get(url).json()["files"] == changes


# --- Progress ---


def test_progress_is_what_the_pages_say(api, lesson_page: LessonPage, exercise: Exercise, user):
    before = api.get(f"{API}/progress/counting/").json()
    assert (before["percent"], before["exercises_left"]) == (0, [exercise.slug])
    submit(Learner.objects.get(user=user), exercise)
    after = api.get(f"{API}/progress/").json()
    assert after["lessons_done"] == 0
    assert after["lessons"][0]["exercises_left"] == []
    assert after["lessons"][0]["percent"] > 0


# --- Who is asking ---


@pytest.mark.parametrize("path", ["submissions/", "progress/", "me/", "tokens/"])
def test_what_is_somebodys_own_needs_to_know_who(path, db):
    answer = APIClient().get(f"{API}/{path}")
    problem(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_sign_in_by_password_gives_a_token_that_ends_with_its_session(person, user):
    assert person.get(f"{API}/me/").json()["email"] == user.email
    signed_out = person.delete("/api/auth/app/v1/auth/session", headers={"X-Session-Token": "none"})
    assert signed_out.status_code in (401, 410)
    from django.contrib.sessions.models import Session

    Session.objects.all().delete()
    problem(person.get(f"{API}/me/"), 401)


def test_a_wrong_password_gives_none(user):
    answer = Client().post(
        "/api/auth/app/v1/auth/login",
        {"email": user.email, "password": PASSWORD + "!"},
        content_type="application/json",
    )
    assert answer.status_code == 400
    assert "access_token" not in answer.content.decode()


@pytest.mark.parametrize(
    "header", ["Token", "Token \xff", "Token x y", "Token dm_nonsense", "Bearer x.y.z", "Bearer"]
)
def test_a_key_that_is_none_is_refused(header, db):
    problem(APIClient().get(f"{API}/me/", headers={"Authorization": header}), 401)


def test_keys_are_made_shown_once_and_revoked(person, user):
    made = person.post(f"{API}/tokens/", {"name": "laptop", "days": 30}, format="json")
    assert made.status_code == 201
    assert made["Cache-Control"] == "no-store"
    key = made.json()["key"]
    assert key.startswith("dm_")
    assert key not in ApiToken.objects.get().digest
    listed = person.get(f"{API}/tokens/")
    assert key not in listed.content.decode()
    assert listed.json()["results"][0]["name"] == "laptop"
    script = APIClient()
    script.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    assert script.get(f"{API}/me/").json()["email"] == user.email
    assert ApiToken.objects.get().last_used_at is not None
    assert person.delete(made.json()["url"]).status_code == 204
    problem(script.get(f"{API}/me/"), 401)


def test_a_key_expires(api, user):
    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    problem(api.get(f"{API}/me/"), 401)


def test_a_key_cannot_make_or_revoke_keys(api, key):
    found = problem(api.post(f"{API}/tokens/", {"name": "more"}, format="json"), 403)
    assert "cannot manage keys" in found["detail"]
    problem(api.delete(f"{API}/tokens/{ApiToken.objects.get().id}/"), 403)
    assert ApiToken.objects.count() == 1


def test_somebody_elses_key_cannot_be_revoked(person):
    theirs, _ = ApiToken.objects.create(user=verified_user("eve@example.org"), name="hers")
    problem(person.delete(f"{API}/tokens/{theirs.id}/"), 404)
    # A prefix of one's own key is not its name either.
    problem(person.delete(f"{API}/tokens/{theirs.id[:4]}/"), 404)
    assert ApiToken.objects.count() == 1


def test_the_key_of_somebody_who_was_locked_out_opens_nothing(api, user):
    user.is_active = False
    user.save()
    problem(api.get(f"{API}/me/"), 401)


def test_a_session_needs_its_csrf_token(user, exercise: Exercise):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    answer = client.post(
        f"{API}/exercises/{exercise.name}/submissions/", {"files": {}}, content_type="application/json"
    )
    assert "CSRF" in problem(answer, 403)["detail"]


def test_a_flood_is_slowed_down_with_the_time_to_wait(settings, db):
    from lms.api.throttles import AnonThrottle

    rates = {**AnonThrottle.THROTTLE_RATES, "anon": "2/min"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AnonThrottle, "THROTTLE_RATES", rates)
        # Another address in a header of one's own is not another person.
        answers = [
            APIClient().get(f"{API}/exercises/", headers={"X-Forwarded-For": f"192.0.2.{number}"})
            for number in range(3)
        ]
    answer = answers.pop()
    assert [one.status_code for one in answers] == [200, 200]
    problem(answer, 429)
    assert 0 < int(answer["Retry-After"]) <= 60


def test_what_the_api_does_not_have_is_a_problem_too(db):
    problem(APIClient().get(f"{API}/nothing/here/"), 404)
    problem(APIClient().delete(f"{API}/roadmap/"), 405)
    problem(APIClient().get(f"{API}/roadmap/", headers={"Accept": "image/png"}), 406)


def test_the_page_to_try_it_has_no_script_of_its_own_in_it(client, db):
    page = client.get(f"{API}/docs/")
    assert page.status_code == 200
    assert "cdn." not in page.content.decode()
