"""A problem with a block of a lesson is reported, reaches the authors, and is closed."""

from __future__ import annotations

import uuid

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client
from django.utils import timezone

from lms.accounts.models import User
from lms.discussion.models import Problem
from lms.discussion.moderation import close

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(lesson_page) -> str:
    """Where a problem with the lesson's first excerpt is reported."""
    soup = BeautifulSoup(Client().get(lesson_page.url).content, "html.parser")
    links = soup.select(".block-report a")
    assert len(links) == len(lesson_page.body)
    block = next(block for block in lesson_page.body if block.block_type == "source")
    return soup.select_one(f"#block-{block.id} a")["href"]


def test_problem_reaches_the_authors_and_is_closed(
    url, ada, mod, lesson_page, django_capture_on_commit_callbacks
):
    author = User.objects.create_user("author@example.org", "x", is_staff=True)
    lesson_page.owner = author
    lesson_page.save()
    assert Client().get(url)["Location"].startswith("/accounts/login/")
    assert "Source demo/views.py#Fence.jump" in ada.get(url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        sent = ada.post(url, {"kind": "wrong", "text": "It jumps twice."}, follow=True)
    assert "Thank you" in sent.content.decode()
    assert sorted(letter.to[0] for letter in mail.outbox) == ["author@example.org", "mo@example.org"]
    assert "It jumps twice." in mail.outbox[0].body

    problem = Problem.objects.get()
    page = mod.get("/teach/problems/").content.decode()
    assert "It jumps twice." in page
    assert f"/cms/pages/{lesson_page.pk}/edit/#block-{problem.block}-section" in page
    with django_capture_on_commit_callbacks(execute=True):
        mod.post(f"/teach/problems/{problem.pk}/close/")
    assert mail.outbox[-1].to == ["ada@example.org"]
    assert "It jumps twice." not in mod.get("/teach/problems/").content.decode()
    closed = mod.get("/teach/problems/?state=closed").content.decode()
    assert "closed by Mo" in closed
    mod.post(f"/teach/problems/{problem.pk}/close/", {"wanted": "no"})
    assert "It jumps twice." in mod.get("/teach/problems/").content.decode()


def test_problem_is_closed_once_whoever_presses_at_the_same_time(
    url, ada, mod, person, django_capture_on_commit_callbacks
):
    ada.post(url, {"kind": "wrong", "text": "It jumps twice."})
    problem = Problem.objects.get()  # as both have it before either closes it
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        for moderator in (mod, person("Max", moderates=True)):
            close(user=moderator.user, report=problem, wanted=True, now=timezone.now())
    assert [letter.to for letter in mail.outbox] == [["ada@example.org"]]
    problem.refresh_from_db()
    assert problem.closed_by == mod.user


def test_list_takes_the_same_number_of_queries_however_long_it_is(
    url, ada, mod, person, django_assert_max_num_queries
):
    def closed(text: str, moderator: Client) -> None:
        ada.post(url, {"kind": "wrong", "text": text})
        moderator.post(f"/teach/problems/{Problem.objects.latest('pk').pk}/close/")

    closed("1", mod)
    mod.get("/teach/problems/?state=closed")
    with django_assert_max_num_queries(40) as few:
        mod.get("/teach/problems/?state=closed")
    count = len(few)
    for number in range(3):
        closed(f"more {number}", person(f"Max {number}", moderates=True))
    with django_assert_max_num_queries(count):
        mod.get("/teach/problems/?state=closed")


def test_only_moderators_close(url, ada, lesson_page):
    ada.post(url, {"kind": "wrong", "text": "It jumps twice."})
    assert ada.post(f"/teach/problems/{Problem.objects.get().pk}/close/").status_code == 403
    assert ada.get("/teach/problems/").status_code == 403
    assert Problem.objects.get().closed_at is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"kind": "wrong", "text": " "}, "Say what is wrong"),
        ({"kind": "nonsense", "text": "x"}, "what kind"),
        ({"kind": "wrong", "text": "x" * 2001}, "2,000 characters"),
    ],
)
def test_what_cannot_be_taken_is_told(url, ada, data, words):
    refused = ada.post(url, data)
    assert refused.status_code == 400
    assert words in refused.content.decode()


def test_flood_of_reports_is_refused(url, ada):
    for number in range(10):
        ada.post(url, {"kind": "other", "text": str(number)})
    assert ada.post(url, {"kind": "other", "text": "more"}).status_code == 429
    assert Problem.objects.count() == 10


def test_unknown_block_is_not_found(ada, lesson_page):
    assert ada.get(f"/discussion/counting/problems/{uuid.uuid4()}/").status_code == 404


def test_staff_without_second_factor_does_not_see_the_list(mod, settings, lesson_page):
    settings.STAFF_SECOND_FACTOR = True
    assert mod.get("/teach/problems/")["Location"] == "/accounts/2fa/"
