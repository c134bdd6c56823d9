"""An author writes a lesson and an exercise from nothing; a reviewer publishes them; a learner does it."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.people import check, expect_result, open_exercise, sign_in, write_file
from tests.stack import Account, Stack

PASSWORD = "seven-runner-beans"

PEOPLE = """
import json
from allauth.account.models import EmailAddress
from content.models import TrackPage
from lms.accounts.groups import ensure_roles
from lms.accounts.models import User
for email, role in ((AUTHOR, "Authors"), (REVIEWER, "Reviewers")):
    user = User.objects.create_user(email, PASSWORD, is_staff=True)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    user.groups.add(ensure_roles()[role])
print(json.dumps(TrackPage.objects.get(slug="authentication").pk))
"""


@dataclass(frozen=True)
class Newsroom:
    """Who writes what. Each try has names of its own: what one that failed has written stays."""

    mark: str
    track: int  # the number of the track's page
    author: Account
    reviewer: Account

    @property
    def lesson(self) -> str:
        return f"greeting_people_{self.mark}"

    @property
    def title(self) -> str:
        return f"Greeting people {self.mark}"

    @property
    def exercise(self) -> str:
        return f"/exercises/{self.lesson}/say_hello/"


URLS = """\
from django.urls import path

from greetings import hello

urlpatterns = [path("hello/", hello)]
"""
STARTER = """\
from django.http import HttpResponse


def hello(request):
    return HttpResponse("nothing yet")
"""
CHECKS = '''\
from sandbox.jail.examiner import ExerciseTestCase


class Checks(ExerciseTestCase):
    def test_greets(self):
        """The page says hello."""
        self.expect_in("hello", self.client.get("/hello/").text, concept="HttpResponse: what is shown")
'''


@pytest.fixture
def newsroom(stack: Stack) -> Newsroom:
    """An author and a reviewer, who have accounts."""
    mark = uuid.uuid4().hex[:6]
    author, reviewer = (Account(f"{who}-{mark}@example.org", PASSWORD) for who in ("author", "reviewer"))
    names = f"AUTHOR, REVIEWER, PASSWORD = {author.email!r}, {reviewer.email!r}, {PASSWORD!r}\n"
    track = json.loads(stack.manage("shell", "-c", names + PEOPLE).stdout.splitlines()[-1])
    return Newsroom(mark, int(track), author, reviewer)


def test_a_lesson_and_an_exercise_from_nothing(
    page: Page, browser: Browser, stack: Stack, newsroom: Newsroom
):
    # Wagtail saves by itself half a second after a change, and is refused while a form is unfinished: whether
    # it comes to that depends on how fast this machine types.
    page.expected.append("400 (Bad Request)")  # type: ignore[attr-defined]
    sign_in(page, newsroom.author)
    expect(page.locator(".account-button")).to_be_visible()
    lesson = write_lesson(page, newsroom)
    exercise = write_exercise(page, newsroom)
    # The solution is the starter still: it is refused, and says why.
    press(page, "Submit to Review")
    expect(page.locator("#verification")).to_contain_text("1 of 3 cases does not hold", timeout=60_000)
    expect(page.locator("#verification")).to_contain_text("test_greets")
    page.get_by_role("link", name="Back to the exercise").click()
    open_tab(page, "Solution and cases")
    type_into(page, "solution", STARTER.replace("nothing yet", "hello"))
    press(page, "Submit to Review")
    expect(page.locator("#verification")).to_contain_text("It is in review", timeout=60_000)
    page.goto(lesson)
    press(page, "Submit to Review")
    expect(page.locator("body")).to_contain_text("has been submitted for moderation")

    reviewer = browser.new_context(base_url=stack.origin).new_page()
    sign_in(reviewer, newsroom.reviewer)
    expect(reviewer.locator(".account-button")).to_be_visible()
    assert reviewer.goto(newsroom.exercise).status == 404  # type: ignore[union-attr]
    for address in (exercise, lesson):
        reviewer.goto(address)
        press(reviewer, "Approve and Publish")
        expect(reviewer.locator("body")).not_to_contain_text("Approve and Publish")
    reviewer.context.close()

    learner = browser.new_context(base_url=stack.origin).new_page()
    learner.goto("/")
    learner.get_by_role("link", name=newsroom.title).first.click()
    expect(learner.locator("h1")).to_have_text(newsroom.title)
    learner.get_by_role("link", name=re.compile("Open the exercise")).click()
    open_exercise(learner, newsroom.exercise)
    write_file(learner, "greetings.py", STARTER.replace("nothing yet", "hello"))
    check(learner)
    expect_result(learner, "pass")
    learner.context.close()


def write_lesson(page: Page, newsroom: Newsroom) -> str:
    """Write a lesson with a text and an exercise; return the address of its editor."""
    page.goto(f"/cms/pages/add/content/lessonpage/{newsroom.track}/")
    for name, value in (
        ("Title", newsroom.title),
        ("Slug", newsroom.lesson),
        ("Feature", f"{newsroom.title} – Say hello"),
        ("Why", "Politeness"),
    ):
        page.get_by_label(name, exact=False).and_(page.locator("input[type=text]")).first.fill(value)
    insert_block(page, "Text").locator("textarea").fill("## Say it\n\nA view answers with words.")
    insert_block(page, "Exercise").locator("input[type=text]").fill("say_hello")
    page.get_by_role("button", name="Save draft").click()
    expect(page).to_have_url(re.compile(r"/pages/\d+/edit/"))
    address = page.url
    page.goto(address)
    preview = page.locator("details.author-preview").first
    preview.locator("summary").click()
    expect(preview.frame_locator("iframe").locator("h2")).to_have_text("Say it")
    return address


def insert_block(page: Page, kind: str) -> Locator:
    """Put a block at the end of the lesson's body; return it."""
    blocks = page.locator("#panel-child-content-body-content [data-streamfield-child]")
    before = blocks.count()
    page.get_by_title("Insert a block").last.click()
    page.get_by_role("option", name=kind, exact=True).click()
    expect(blocks).to_have_count(before + 1)
    return blocks.last


def write_exercise(page: Page, newsroom: Newsroom) -> str:
    """Write an exercise whose solution solves nothing yet; return the address of its editor."""
    page.goto("/cms/snippets/content/exercise/add/")
    page.get_by_label("Lesson").select_option(newsroom.lesson)
    page.locator("[name=slug]").fill("say_hello")
    page.locator("[name=title]").fill("Say hello")
    page.get_by_label("Kind").select_option("build")
    page.locator("[name=task]").fill("Let `/hello/` say hello.")
    open_tab(page, "Project")
    add_file(page, "starter", "urls.py")
    type_into(page, "starter", URLS)
    add_file(page, "starter", "greetings.py")
    type_into(page, "starter", STARTER)
    page.locator("[name=editable]").fill("greetings.py")
    open_tab(page, "Checks")
    # What has been verified once, whatever its name, is not verified again.
    type_into(page, "checks", f"{CHECKS}\n# {newsroom.mark}\n")
    open_tab(page, "Solution and cases")
    add_file(page, "solution", "greetings.py")
    cases = editor(page, "wrong")
    ask(cases, "Add a case", "rude")
    ask(cases, "Add a file", "greetings.py")
    type_into(page, "wrong", STARTER.replace("nothing yet", "bye"))
    cases.get_by_label("What people get wrong").fill("they say something else")
    cases.get_by_role("button", name="urls.py").click()
    cases.get_by_role("button", name="Remove the file").click()
    page.get_by_role("button", name="Save draft").click()
    expect(page).to_have_url(re.compile(r"/edit/\d+/"))
    return page.url


def editor(page: Page, field: str) -> Locator:
    return page.locator(f"textarea[name={field}] + .author-editor")


def add_file(page: Page, field: str, path: str) -> None:
    ask(editor(page, field), "Add a file", path)
    expect(editor(page, field).locator("[aria-current]").last).to_have_text(path)


def ask(parent: Locator, button: str, name: str) -> None:
    parent.get_by_role("button", name=button).click()
    parent.get_by_role("textbox", name=button).or_(parent.get_by_role("combobox", name=button)).fill(name)
    parent.page.keyboard.press("Enter")


def type_into(page: Page, field: str, text: str) -> None:
    editor(page, field).locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def press(page: Page, name: str) -> None:
    """Press a button of the editor's menu."""
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name=name, exact=True).click()
