"""An author edits exercises in Wagtail's admin: drafts, a gate before learners get them, reviews."""

from __future__ import annotations

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from content import verifying
from content.models import Exercise, LessonPage, Verification
from content.tasks import publish_scheduled
from lms.accounts.groups import ensure_roles
from lms.accounts.models import User

pytestmark = pytest.mark.django_db
VIEWS = "wagtailsnippets_content_exercise"


@pytest.fixture(autouse=True)
def signed_in(client: Client, instructor: User) -> None:
    client.force_login(instructor)


def exercise_form(client: Client, exercise: Exercise) -> tuple[str, dict[str, str]]:
    """Return address and fields of the exercise's form, as the browser would post it untouched."""
    url = reverse(f"{VIEWS}:edit", args=[exercise.pk])
    soup = BeautifulSoup(client.get(url).content, "html.parser")
    form = soup.select_one("form[action][id='w-editor-form'], form[data-edit-form]")
    fields = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    # HTML lets the first line feed of a textarea go.
    fields |= {
        area["name"]: area.text.removeprefix("\n").replace("\n", "\r\n") for area in form.select("textarea")
    }
    for select in form.select("select[name]"):
        fields[select["name"]] = select.select_one("option[selected]")["value"]
    return url, fields


def test_exercise_saved_untouched_is_unchanged(lesson_page: LessonPage, client: Client, run):
    url, fields = exercise_form(client, Exercise.objects.get())
    assert client.post(url, fields).status_code == 302
    assert "1 unchanged" in run("load_lessons")


def as_(client: Client, *permissions: str) -> User:
    """Sign somebody in who may open the admin, and has these permissions on exercises."""
    user = User.objects.create_user("eve@example.org", "correct horse", is_staff=True)
    codenames = ["access_admin", *(f"{permission}_exercise" for permission in permissions)]
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return user


def post(client: Client, action: str, **changes: str) -> HttpResponse:
    """Open the exercise's form, change fields, and press a button."""
    url, fields = exercise_form(client, Exercise.objects.get())
    button = {f"action-{action}": "1"} if action else {}
    return client.post(url, {**fields, **changes, **button})


def graded(verification: Verification, broken: str = "") -> Verification:
    """End a verification as the grader does."""
    verification.outcomes = [
        {"kind": "solution", "case": "", "state": "x", "duration_ms": 1.0, "broken": broken}
    ]
    verification.save()
    verifying.conclude(verification)
    return Verification.objects.get(pk=verification.pk)


def test_an_edit_is_a_draft_and_kept(lesson_page: LessonPage, client: Client, run):
    before = Exercise.objects.get()
    url, fields = exercise_form(client, before)
    fields["starter"] = fields["starter"].replace("broken", "more broken")
    fields["hints"] += "\r\n### A third\r\nDo it.\r\n"
    assert client.post(url, fields).status_code == 302
    live = Exercise.objects.get()
    assert (live.starter, live.digest, live.has_unpublished_changes) == (before.starter, before.digest, True)
    draft = live.get_latest_revision_as_object()
    assert draft.starter == {**before.starter, "farm/views.py": "more broken\n"}
    assert draft.hints[2] == {"title": "A third", "body": "Do it."}
    assert "counting/repair_fence was edited" in run("load_lessons")


def test_a_draft_is_saved_and_opened_to_be_tried(lesson_page: LessonPage, client: Client):
    response = post(client, "try", title="Mend the fence")
    exercise = Exercise.objects.get()
    assert response["Location"] == reverse("trial", args=[exercise.pk])
    assert (exercise.title, exercise.get_latest_revision_as_object().title) == (
        "Repair the fence",
        "Mend the fence",
    )
    page = client.get(reverse(f"{VIEWS}:edit", args=[exercise.pk])).text
    assert 'name="action-try"' in page
    assert f'href="{response["Location"]}"' in page


UNFINISHED = [
    ("solution", "farm/views.py", "urls.py", "cannot be changed"),
    ("wrong", "caught by: test_gate", "caught by: test_other", "no test_other"),
    ("checks", "class Checks", "class Other", "no class Checks"),
]
MALFORMED = [
    ("solution", "farm/views.py", "../urls.py", "not a path"),
    ("starter", "=== ", "", "begins with"),
    ("hints", "### ", "", "begins with ###"),
    ("editable", "farm/", "/farm/", "not a path"),
]


@pytest.mark.parametrize("action", ["verify", "publish"])
@pytest.mark.parametrize(("field", "old", "new", "words"), [*UNFINISHED, *MALFORMED])
def test_what_cannot_work_is_refused(lesson_page: LessonPage, client: Client, action, field, old, new, words):
    url, fields = exercise_form(client, Exercise.objects.get())
    assert old in fields[field]
    response = client.post(url, {**fields, field: fields[field].replace(old, new), f"action-{action}": "1"})
    assert response.status_code == 200
    assert words in response.content.decode().replace("&#x27;", "'")
    assert not Verification.objects.exists()


@pytest.mark.parametrize(("field", "old", "new", "words"), UNFINISHED)
def test_a_draft_may_be_unfinished(lesson_page: LessonPage, client: Client, field, old, new, words):
    url, fields = exercise_form(client, Exercise.objects.get())
    assert client.post(url, {**fields, field: fields[field].replace(old, new)}).status_code == 302


@pytest.mark.parametrize(("field", "old", "new", "words"), MALFORMED)
def test_a_draft_that_could_not_be_read_again_is_refused(
    lesson_page: LessonPage, client: Client, field, old, new, words
):
    url, fields = exercise_form(client, Exercise.objects.get())
    response = client.post(url, {**fields, field: fields[field].replace(old, new)})
    assert words in response.content.decode().replace("&#x27;", "'")


def test_publishing_waits_until_every_case_holds(lesson_page: LessonPage, client: Client):
    response = post(client, "publish", title="Mend the fence")
    verification = Verification.objects.get()
    assert response["Location"] == reverse("exercise_verification", args=[verification.pk])
    assert (verification.then, verification.total, verification.state) == ("publish", 4, "queued")
    assert Exercise.objects.get().title == "Repair the fence"

    assert graded(verification).done_at is not None
    live = Exercise.objects.get()
    assert (live.title, live.live_revision_id) == ("Mend the fence", verification.revision_id)
    assert not live.has_unpublished_changes


def test_a_verification_that_ends_late_publishes_nothing_over_a_later_version(
    lesson_page: LessonPage, client: Client
):
    post(client, "publish", title="Mend the fence")
    post(client, "publish", title="Paint the fence", points="7")
    early, late = Verification.objects.order_by("pk")
    graded(late)
    assert "later version" in graded(early).message
    assert Exercise.objects.get().title == "Paint the fence"


def test_a_case_that_does_not_hold_keeps_it_from_learners_and_says_why(
    lesson_page: LessonPage, client: Client
):
    page = post(client, "publish", title="Mend the fence")["Location"]
    graded(Verification.objects.get(), broken="has to pass, and is failed; test_gate: it is shut")
    assert Exercise.objects.get().title == "Repair the fence"
    assert "test_gate: it is shut" in client.get(page).content.decode()
    with pytest.raises(verifying.NotVerified):
        Exercise.objects.get().get_latest_revision().publish()


def test_what_was_verified_is_published_at_once(lesson_page: LessonPage, client: Client):
    post(client, "verify", title="Mend the fence")
    graded(Verification.objects.get())
    assert Exercise.objects.get().title == "Repair the fence", "to verify is not to publish"
    post(client, "publish")
    assert Exercise.objects.get().title == "Mend the fence"
    assert Verification.objects.count() == 1


def test_any_change_that_a_grade_depends_on_asks_for_another_run(lesson_page: LessonPage, client: Client):
    post(client, "verify")
    graded(Verification.objects.get())
    _, fields = exercise_form(client, Exercise.objects.get())
    post(client, "publish", wrong=fields["wrong"].replace("they take", "people take"))
    assert Verification.objects.count() == 2


def test_whoever_lost_the_right_meanwhile_publishes_nothing(lesson_page: LessonPage, client: Client):
    user = as_(client, "change", "publish")
    post(client, "publish", title="Mend the fence")
    user.user_permissions.clear()
    assert "permission" in graded(Verification.objects.get()).message
    assert Exercise.objects.get().title == "Repair the fence"


@pytest.mark.parametrize("is_changed", [False, True])
def test_an_approval_that_waits_for_the_cases_is_of_the_draft_that_was_read(
    lesson_page: LessonPage, client: Client, is_changed: bool
):
    ensure_roles()
    post(client, "submit", title="Mend the fence")
    assert graded(Verification.objects.get()).done_at is not None
    assert Exercise.objects.get().workflow_in_progress
    _, fields = exercise_form(client, Exercise.objects.get())
    approval = {
        "workflow-action-name": "approve",
        "wrong": fields["wrong"].replace("they take", "people take"),
    }
    post(client, "workflow-action", **approval)
    assert Exercise.objects.get().title == "Repair the fence", "its cases are not graded yet"
    if is_changed:
        post(client, "", title="Paint the fence")
    approved = graded(Verification.objects.get(then="approve"))
    assert Exercise.objects.get().workflow_in_progress is is_changed
    assert Exercise.objects.get().title == ("Repair the fence" if is_changed else "Mend the fence")
    assert ("changed since" in approved.message) is is_changed


def test_a_reviewer_gets_a_letter_with_working_links_and_an_author_reads_what_is_asked_for(
    lesson_page: LessonPage, client: Client
):
    reviewer = User.objects.create_user("rea@example.org", "correct horse", first_name="Rea")
    reviewer.groups.add(ensure_roles()["Reviewers"])
    mail.outbox.clear()
    post(client, "submit", title="Mend the fence")
    graded(Verification.objects.get())
    letter = next(letter for letter in mail.outbox if letter.to == ["rea@example.org"])
    client.force_login(reviewer)
    links = re.findall(r"https?://[^/\s]+(/cms/snippets/\S+)", letter.body)
    assert [client.get(link).status_code for link in links] == [200, 200], letter.body

    post(client, "workflow-action", **{"workflow-action-name": "reject", "workflow-action-extra-data": "{}"})
    state = Exercise.objects.get().current_workflow_state.current_task_state
    state.comment = "Say which gate."
    state.save()
    page = client.get(exercise_form(client, Exercise.objects.get())[0]).text
    assert "Rea asks for changes: “Say which gate.”" in page


def test_the_list_says_what_learners_have(lesson_page: LessonPage, client: Client):
    there = Exercise.objects.get().document().fields()
    Exercise.objects.create(**{**there, "slug": "paint_fence"}, live=False)
    page = BeautifulSoup(client.get(reverse(f"{VIEWS}:list")).content, "html.parser")
    assert [tag.text.strip() for tag in page.select("td .w-status")] == ["draft", "live"]


def test_progress_is_told_until_it_ends(lesson_page: LessonPage, client: Client):
    page = post(client, "verify")["Location"]
    asked = client.get(page, headers={"HX-Request": "true"})
    assert (asked.status_code, b"<html" in asked.content) == (200, False)
    graded(Verification.objects.get())
    assert client.get(page, headers={"HX-Request": "true"}).status_code == 286


def test_a_draft_of_a_new_exercise_is_nobodys_yet(lesson_page: LessonPage, client: Client):
    _, fields = exercise_form(client, Exercise.objects.get())
    new = {**fields, "lesson": "counting", "slug": "paint_fence"}
    assert client.post(reverse(f"{VIEWS}:add"), new).status_code == 302
    made = Exercise.objects.get(slug="paint_fence")
    assert (made.live, made.starter) == (False, Exercise.objects.get(slug="repair_fence").starter)
    assert client.get("/exercises/counting/paint_fence/").status_code == 404

    client.post(reverse(f"{VIEWS}:edit", args=[made.pk]), {**new, "action-publish": "1"})
    graded(Verification.objects.get())
    assert client.get("/exercises/counting/paint_fence/").status_code == 200


def test_an_exercise_keeps_its_name_and_is_never_deleted(lesson_page: LessonPage, client: Client):
    exercise = Exercise.objects.get()
    post(client, "", slug="other", lesson="shearing")
    client.post(reverse(f"{VIEWS}:delete", args=[exercise.pk]))
    draft = Exercise.objects.get().get_latest_revision_as_object()
    assert draft.name == "counting/repair_fence"


def test_checks_are_written_only_with_the_permission_for_them(lesson_page: LessonPage, client: Client):
    url, fields = exercise_form(client, Exercise.objects.get())
    old = Exercise.objects.get().latest_revision_id
    fields["checks"] += "# more\r\n"
    assert client.post(url, fields).status_code == 302

    user = as_(client, "change")
    assert client.post(url, {**fields, "title": "Mend the fence"}).status_code == 302, "all but the checks"
    assert "may not write checks" in client.post(url, {**fields, "checks": "x"}).content.decode()
    # An old revision brings old checks back: that is writing them, too.
    exercise = Exercise.objects.get()
    revert = reverse(f"{VIEWS}:revisions_revert", args=[exercise.pk, old])
    fields["checks"] = exercise.checks
    assert "may not write checks" in client.post(revert, fields).content.decode()

    user.user_permissions.add(Permission.objects.get(codename="write_checks"))
    assert client.post(url, {**fields, "checks": fields["checks"] + "# again"}).status_code == 302


def test_exercise_has_a_history(lesson_page: LessonPage, client: Client):
    url = reverse(f"{VIEWS}:history", args=[Exercise.objects.get().pk])
    assert client.get(url).status_code == 200


def test_a_verified_exercise_is_published_when_it_is_due(lesson_page: LessonPage, client: Client):
    due = timezone.now() + timedelta(days=1)
    post(client, "publish", title="Mend the fence", go_live_at=due.strftime("%Y-%m-%d %H:%M"))
    graded(Verification.objects.get())
    assert Exercise.objects.get().title == "Repair the fence"
    publish_scheduled()
    assert Exercise.objects.get().title == "Repair the fence"
    with patch("django.utils.timezone.now", return_value=due + timedelta(minutes=1)):
        publish_scheduled()
    assert Exercise.objects.get().title == "Mend the fence"


def test_a_verified_revision_is_never_written_over(lesson_page: LessonPage, client: Client):
    post(client, "verify", title="Mend the fence")
    verified = Verification.objects.get().revision
    post(client, "", title="Paint the fence", overwrite_revision_id=str(verified.pk))
    assert Verification.objects.get().revision.as_object().title == "Mend the fence"
    assert Exercise.objects.get().get_latest_revision_as_object().title == "Paint the fence"


def test_usage_names_the_lessons_that_show_it(lesson_page: LessonPage, client: Client):
    answer = client.get(reverse(f"{VIEWS}:usage", args=[Exercise.objects.get().pk])).content.decode()
    assert "Counting sheep" in answer
    assert reverse("wagtailadmin_pages:edit", args=[lesson_page.pk]) in answer


def test_a_preview_shows_what_a_learner_is_given_and_no_more(lesson_page: LessonPage, client: Client):
    exercise = Exercise.objects.get()
    _, fields = exercise_form(client, exercise)
    url = reverse(f"{VIEWS}:preview_on_edit", args=[exercise.pk])
    assert client.post(url, {**fields, "title": "Mend the fence"}).json()["is_valid"]
    soup = BeautifulSoup(client.get(url).content, "html.parser")
    assert soup.h1.text == "Mend the fence"
    assert [name.text for name in soup.select(".source__file")] == [
        "farm/extra/old.py",
        "farm/views.py",
        "urls.py",
    ]
    unseen = soup.select("p.muted")[1]
    assert [code.text for code in unseen.select("code")] == ["farm/seed.py"]
    assert "secret" not in soup.text
    assert "test_gate" not in soup.text


def test_a_new_exercise_belongs_to_no_lesson_until_one_is_chosen(lesson_page: LessonPage, client: Client):
    soup = BeautifulSoup(client.get(reverse(f"{VIEWS}:add")).content, "html.parser")
    assert [option["value"] for option in soup.select("select[name=lesson] option")] == ["", "counting"]
    assert "def test_answers" in soup.select_one("textarea[name=checks]").text


def test_a_new_exercise_is_previewed_without_a_name_and_saved_with_one_only(
    lesson_page: LessonPage, client: Client
):
    data = {"title": "Mend the gate", "points": "10", "time_limit": "10", "entry": "/", "urls": "urls"}
    preview = reverse(f"{VIEWS}:preview_on_add")
    assert client.post(preview, data).json() == {"is_valid": True, "is_available": True}
    words = client.get(preview).text
    assert "Mend the gate" in words
    assert "There is no task yet" in words and "There are no files yet" in words
    for given in ({}, {"lesson": "counting"}, {"slug": "mend_gate"}):
        assert client.post(reverse(f"{VIEWS}:add"), {**data, **given}).status_code == 200
    assert Exercise.objects.count() == 1
    given = {"lesson": "counting", "slug": "mend_gate"}
    assert client.post(reverse(f"{VIEWS}:add"), {**data, **given}).status_code == 302


def test_what_was_never_published_may_still_be_named_otherwise(lesson_page: LessonPage, client: Client):
    """The editor saves by itself, and may have saved a name that was half typed."""
    found = Exercise.objects.get()
    url, fields = exercise_form(client, found)
    client.post(url, {**fields, "slug": "mend_fence"})
    assert Exercise.objects.get().slug == found.slug, "learners' work hangs on it"
    draft = {**found.document().fields(), "slug": "repair_fen"}
    other = Exercise.objects.create(**draft, live=False)
    url, fields = exercise_form(client, other)
    assert client.post(url, {**fields, "slug": "repair_fences"}).status_code == 302
    assert Exercise.objects.get(pk=other.pk).slug == "repair_fences"
