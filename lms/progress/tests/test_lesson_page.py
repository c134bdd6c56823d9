"""How a lesson's page is served: by few queries, to everybody their own, and never an old one."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction

from content.models import Exercise, LessonPage, TrackPage
from lms.accounts.learners import SESSION_KEY
from lms.accounts.models import Learner, User
from lms.progress import lesson_page as serving
from lms.progress.holes import PageWithHoles
from lms.progress.models import LessonRead
from lms.progress.notes import set_bookmark, write_note
from lms.progress.places import headings_of
from lms.progress.record import mark_mission, mark_place, mark_read
from lms.progress.tests.steps import PASSWORD, quiz_fields, submit, verified_user

pytestmark = pytest.mark.django_db
URL = "/farm/counting/"
NOBODYS, SIGNED_IN = 3, 12  # queries


def body_of(client: Client, url: str = URL) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def queries_of(client: Client, url: str = URL) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        body_of(client, url)
    found = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in found if not re.match("SAVEPOINT|RELEASE|BEGIN|COMMIT", sql)]


def token_of(body: str) -> str:
    return re.search(r'name="csrf-token" content="([^"]+)"', body)[1]


def comparable(body: str) -> str:
    """The page without what is another at each request."""
    return re.sub(r'(csrf-token" content|csrfmiddlewaretoken" value|badge)="?[^"&]+', r"\1", body)


# --- Few queries ---


def test_somebody_new_is_answered_by_three_queries_at_most(lesson_page: LessonPage):
    body_of(Client())
    for visitor in (Client(), Client()):
        assert len(queries_of(visitor)) <= NOBODYS, "the first visit, which makes the session"
        assert len(queries_of(visitor)) <= NOBODYS, "the second"


def test_a_learner_with_all_there_is_is_answered_by_twelve_at_most(
    client: Client, exercise: Exercise, user: User
):
    page, now = LessonPage.objects.get(slug="counting"), timezone.now()
    client.login(username=user.email, password=PASSWORD)
    learner = Learner.objects.create(user=user)
    heading = headings_of(page)[-1].id
    mark_read(learner=learner, lesson=page.slug, now=now)
    mark_mission(learner=learner, lesson=page.slug, mission="jump", at=now)
    mark_place(learner=learner, lesson=page.slug, heading=heading, now=now)
    write_note(learner=learner, lesson=page.slug, text="mine", now=now)
    set_bookmark(learner=learner, lesson=page.slug, heading=heading, wanted=True, now=now)
    submit(learner, exercise, "failed")
    client.post("/progress/quiz/", quiz_fields(page, 0, 0))
    body = body_of(client)
    assert "mine" in body
    assert user.email in body
    found = queries_of(client)
    assert len(found) <= SIGNED_IN, found


# --- Everybody their own ---


def test_everybody_has_a_token_and_a_badge_of_their_own_that_work(lesson_page: LessonPage, monkeypatch):
    bodies = []
    for visitor in (Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)):
        body = body_of(visitor)
        assert serving._TOKEN_HOLE not in body and serving._BADGE_HOLE not in body
        assert visitor.session[SESSION_KEY].replace("-", "") in body, "the badge is of this session's key"
        read = {"lesson": "counting", "csrfmiddlewaretoken": token_of(body)}
        assert visitor.post("/progress/read/", read).status_code == 302
        bodies.append(body)
    assert token_of(bodies[0]) != token_of(bodies[1])
    assert comparable(bodies[0]) == comparable(bodies[1])
    assert LessonRead.objects.count() == 2


def test_it_is_the_same_page_compressed(lesson_page: LessonPage):
    body_of(Client())
    client = Client(headers={"Accept-Encoding": "br, gzip"})
    answer = client.get(URL)
    assert (answer["Content-Encoding"], int(answer["Content-Length"])) == ("gzip", len(answer.content))
    assert {"Accept-Encoding", "Cookie"} <= set(answer["Vary"].split(", "))
    body = gzip.decompress(answer.content).decode()
    assert len(answer.content) < len(body) / 2
    assert comparable(body) == comparable(body_of(Client()))
    read = {"lesson": "counting", "csrfmiddlewaretoken": token_of(body)}
    assert client.post("/progress/read/", read).status_code == 302


@pytest.mark.parametrize(
    "text", ["", "a", "ab", "no holes", "a<1>b<2>c", "<1>", "<1><1>é<2>", "<2>x<1>" * 500]
)
def test_holes_are_filled_wherever_they_are(text: str):
    values = {"<1>": "first – €", "<2>": ""}
    page = PageWithHoles(text, list(values))
    wanted = text.replace("<1>", values["<1>"]).replace("<2>", values["<2>"]).encode()
    assert page.filled(values) == gzip.decompress(page.gzipped(values)) == wanted


def test_one_visitor_s_token_is_none_for_another(lesson_page: LessonPage):
    mallory, ada = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    theirs = token_of(body_of(mallory))
    body_of(ada)
    read = {"lesson": "counting", "csrfmiddlewaretoken": theirs}
    assert ada.post("/progress/read/", read).status_code == 403


def test_the_page_that_is_kept_is_the_page_that_is_rendered(lesson_page: LessonPage, monkeypatch):
    kept = body_of(Client())
    monkeypatch.setattr(serving, "newcomer_key", lambda request: None)
    assert comparable(kept) == comparable(body_of(Client()))


def test_who_has_done_something_or_signed_in_sees_it(client: Client, lesson_page: LessonPage, user: User):
    assert "You have read this lesson" not in body_of(client)
    client.post("/progress/read/", {"lesson": "counting"})
    assert "You have read this lesson" in body_of(client)
    assert "You have read this lesson" not in body_of(Client())
    other = Client()
    body_of(other)
    other.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert user.email in body_of(other)
    other.post("/accounts/logout/")
    said = body_of(other)
    assert user.email not in said
    assert "signed out" in said.lower()
    assert "signed out" not in body_of(other).lower(), "a message is shown once"


def test_a_key_that_went_into_an_account_is_not_used_again(
    client: Client, lesson_page: LessonPage, user: User
):
    body_of(client)
    key = client.session[SESSION_KEY]
    Learner.objects.create(key=key, user=user)
    body_of(client)
    assert client.session[SESSION_KEY] != key


def test_it_has_the_headers_of_every_page(lesson_page: LessonPage):
    for client in (Client(), Client()):
        answer = client.get(URL)
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"
        assert "Cookie" in answer["Vary"]
    assert Client().head(URL).content == b""


# --- Never an old one ---


def test_what_is_published_is_seen_at_once_and_a_draft_is_not(lesson_page: LessonPage):
    assert "Counting sheep" in body_of(Client())
    lesson_page.title = "Counting goats"
    revision = lesson_page.save_revision()
    assert "Counting goats" not in body_of(Client())
    revision.publish()
    assert "Counting goats" in body_of(Client())
    lesson_page.unpublish()
    assert Client().get(URL).status_code == 404


def test_what_another_process_has_changed_is_seen_too(lesson_page: LessonPage):
    """Nothing in this process hears of a change in the database: neither a signal nor a cache."""
    body_of(Client())
    LessonPage.objects.update(title="Counting ducks", last_published_at=timezone.now())
    assert "Counting ducks" in body_of(Client())


def test_an_exercise_that_changes_or_goes_is_seen_at_once(exercise: Exercise):
    assert exercise.title in body_of(Client())
    exercise.title = "Mend the fence"
    exercise.save()
    assert "Mend the fence" in body_of(Client())
    exercise.delete()
    assert "Mend the fence" not in body_of(Client())


def test_a_page_that_becomes_private_asks_who_is_there(lesson_page: LessonPage):
    body_of(Client())
    PageViewRestriction.objects.create(page=lesson_page, restriction_type=PageViewRestriction.LOGIN)
    assert Client().get(URL).status_code == 302
    user = verified_user("eve@example.org")
    client = Client()
    client.force_login(user)
    assert client.get(URL).status_code == 200


def test_a_lesson_that_went_to_another_track_is_not_at_its_old_address(lesson_page: LessonPage):
    # Of a name as long as that of the old one, as `database` and `security` are.
    track = lesson_page.get_parent().get_parent().add_child(instance=TrackPage(title="Barn", slug="barn"))
    body_of(Client())
    LessonPage.objects.get().move(track, pos="last-child")
    assert Client().get(URL)["Location"] == "/barn/counting/"


def test_code_of_the_demo_that_changes_is_seen(lesson_page: LessonPage, lesson_folder: Path):
    assert "sheep_over_the_fence" not in body_of(Client())
    views = lesson_folder / "demo/views.py"
    views.write_text(views.read_text().replace("def jump(", "def jump(  # sheep_over_the_fence\n        "))
    serving._last_change.cache_clear()  # files are looked at once a second
    assert "sheep_over_the_fence" in body_of(Client())


def test_a_folder_that_goes_at_this_moment_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "lesson.md").write_text("Sheep")
    (tmp_path / "gone").mkdir()
    scandir = os.scandir

    def late(path: Path | str) -> Any:
        if str(path).endswith("gone") and os.path.isdir(path):
            os.rmdir(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", late)
    assert serving._last_change(tmp_path, 0)[0] == 1
    assert serving._last_change(tmp_path / "gone", 1) == (0, 0)


def test_a_lesson_without_a_folder_changes_with_its_page_alone(tmp_path: Path):
    assert serving._last_change(tmp_path / "written_in_the_admin", 1) == (0, 0)


def test_what_is_no_lesson_is_answered_by_wagtail(lesson_page: LessonPage):
    cache.clear()
    assert Client().get("/farm/nothing/").status_code == 404
    assert Client().get("/nothing/counting/").status_code == 404
    assert Client().get("/farm/")["Location"] == "/#track-farm"
