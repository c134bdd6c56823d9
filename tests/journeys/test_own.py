"""What comes of the work: a question that comes back, and a certificate that anybody can verify."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from openbadgeslib.ob3 import OB3Verifier
from playwright.sync_api import Browser, Download, Page, expect

from tests.journeys.people import new_account
from tests.stack import Account, Stack

TRACK = "frontend"
# Two lessons with their demos take a person hours: all is done at once, by the verbs that the pages call.
DO_IT_ALL = """
from datetime import timedelta
from django.utils import timezone
from content.models import Exercise, LessonPage
from content.quiz import check_answer
from lms.accounts.models import Learner
from lms.grading.models import Submission
from lms.progress.models import ReviewCard
from lms.progress.questions import questions_of
from lms.progress.record import mark_mission, mark_read, record_answer

learner, now = Learner.objects.get(user__email={email!r}), timezone.now()
then = now - timedelta(days=30)
for page in LessonPage.objects.live().filter(url_path__contains="/{track}/"):
    mark_read(learner=learner, lesson=page.slug, now=then)
    for mission in page.missions():
        mark_mission(learner=learner, lesson=page.slug, mission=mission.slug, at=then)
    for placed in questions_of(page).values():
        right = [number for number, answer in enumerate(placed.question.answers) if answer.right]
        result = check_answer(page, placed.block_id, placed.index, right)
        record_answer(learner=learner, lesson=page.slug, question=placed.question, result=result, now=then)
    for exercise in Exercise.objects.filter(lesson=page.slug):
        Submission.objects.create(learner=learner, exercise=exercise, exercise_digest=exercise.digest,
                                  files={{}}, state="passed", finished_at=then)
# Two questions are due, the others come back later.
due = ReviewCard.objects.filter(learner=learner).order_by("pk").values_list("pk", flat=True)[:2]
ReviewCard.objects.filter(learner=learner).exclude(pk__in=list(due)).update(due_at=now + timedelta(days=9))
"""


def do_it_all(stack: Stack, account: Account) -> None:
    stack.manage("shell", "--no-imports", "-c", DO_IT_ALL.format(email=account.email, track=TRACK))


def downloaded(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def answer_by_keyboard(page: Page) -> str:
    """Choose the first answer, send it, and return what the page says to it."""
    page.locator("input[name=answers]").first.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Answer").click()
    result = page.get_by_role("status").filter(has_text="It comes back on")
    expect(result).to_be_visible()
    return result.inner_text()


def test_questions_come_back_and_a_certificate_is_earned_and_verified(
    page: Page, stack: Stack, browser: Browser
):
    account = new_account(page)
    page.goto("/progress/")
    expect(page.locator(".own-offer", has_text="lessons left").first).to_be_visible()
    do_it_all(stack, account)

    page.goto("/progress/")
    expect(page.locator("main")).to_contain_text("2 questions are due")
    page.get_by_role("link", name="Answer them").click()
    said = [answer_by_keyboard(page)]
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Next question").click()
    said.append(answer_by_keyboard(page))
    assert all(re.match(r"(That is|Not) right\. It comes back on \d+ \w+ \d{4}\.", text) for text in said), (
        said
    )
    page.get_by_role("button", name="Finish").click()
    expect(page.locator("main")).to_contain_text("Nothing is due. The next question comes back on")

    page.goto("/progress/")
    page.get_by_label("Name on it").fill("Ada Lovelace")
    page.get_by_role("button", name="Issue it").click()
    expect(page).to_have_url(re.compile("/certificates/"))
    somebody_else_verifies(page.url, browser, stack)


def somebody_else_verifies(address: str, browser: Browser, stack: Stack) -> None:
    """An employer with the address, a browser of their own and no account."""
    context = browser.new_context(base_url=stack.origin)
    public = context.new_page()
    public.set_default_timeout(60_000)  # the first PDF of a process reads the fonts
    public.goto(address)
    expect(public.get_by_text("Ada Lovelace")).to_be_visible()
    expect(public.locator("main")).to_contain_text("Verified")
    assert Axe().run(public).response["violations"] == []
    with public.expect_download() as download:
        public.get_by_role("link", name="PDF").click()
    assert downloaded(download.value).startswith(b"%PDF-")
    with public.expect_download() as download:
        public.get_by_role("link", name="Open Badge").click()
    badge = downloaded(download.value).decode()
    # As a machine does it: with the key that the issuer publishes, and nothing else of ours.
    issuer: dict[str, Any] = json.loads(public.request.get("/certificates/issuer.json").text())
    credential = OB3Verifier(issuer["publicKeyPem"].encode()).verify(badge)
    assert str(credential.id).rstrip("/") == address.rstrip("/")
    context.close()
