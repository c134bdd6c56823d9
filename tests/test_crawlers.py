"""What the web at large sees of the course: its map, what is not for it, how a link to it looks."""

from __future__ import annotations

import re
from urllib.robotparser import RobotFileParser

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import get_resolver
from PIL import Image

from content.models import LessonPage
from lms.progress.tests.conftest import lesson_folder, lesson_page
from tests.stack import ROOT

__all__ = ["lesson_folder", "lesson_page"]
ORIGIN = "https://course.example"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def origin(settings) -> None:
    settings.WAGTAILADMIN_BASE_URL = ORIGIN


def metas(client: Client, path: str) -> dict[str, str]:
    page = BeautifulSoup(client.get(path).text, "html.parser")
    found = {tag["property"]: tag["content"] for tag in page.select("meta[property]")}
    return found | {
        "title": page.title.get_text(),
        "description": page.select_one("meta[name=description]")["content"],
        "canonical": page.select_one("link[rel=canonical]")["href"],
    }


def test_the_map_has_the_roadmap_and_each_published_lesson(client: Client, lesson_page: LessonPage):
    answer = client.get("/sitemap.xml")
    assert answer["Content-Type"] == "application/xml"
    places = re.findall("<loc>(.*?)</loc>", answer.text)
    assert places == ["http://testserver/", f"http://testserver{lesson_page.url}"]
    assert answer.text.count("<lastmod>") == 1
    lesson_page.unpublish()
    assert lesson_page.url not in client.get("/sitemap.xml").text


def test_the_map_takes_as_many_queries_for_many_lessons(
    client: Client, lesson_page: LessonPage, django_assert_max_num_queries
):
    client.get("/sitemap.xml")
    with django_assert_max_num_queries(4):
        client.get("/sitemap.xml")


def test_robots_are_kept_from_what_is_nobodys_to_index(client: Client, lesson_page: LessonPage):
    answer = client.get("/robots.txt")
    rules = RobotFileParser()
    rules.parse(answer.text.splitlines())
    assert rules.site_maps() == [f"{ORIGIN}/sitemap.xml"]
    for path in ("/", lesson_page.url, "/static/app.css"):
        assert rules.can_fetch("anybody", path), path
    for path in ("/accounts/login/", "/progress/", "/search/?q=x", "/api/v1/docs/", "/exercises/a/b/"):
        assert not rules.can_fetch("anybody", path), path


def test_each_path_that_robots_are_kept_from_is_there(client: Client):
    routes = {str(pattern.pattern).partition("/")[0] for pattern in get_resolver().url_patterns}
    for module in ("lms.progress.urls", "lms.dashboard.urls", "lms.grading.urls"):
        routes |= {str(one.pattern).partition("/")[0] for one in get_resolver(module).url_patterns}
    for path in re.findall("Disallow: /(.*)/", client.get("/robots.txt").text):
        assert path in routes


def test_who_asks_for_an_icon_without_a_page_gets_it(client: Client):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"].endswith("favicon.svg")


def test_a_link_to_a_lesson_shows_what_it_is_about(client: Client, lesson_page: LessonPage):
    LessonPage.objects.filter(pk=lesson_page.pk).update(feature="Counting – by `len`", why="To know how many")
    found = metas(client, lesson_page.url)
    assert found["canonical"] == found["og:url"] == f"{ORIGIN}{lesson_page.url}"
    assert found["og:title"] == lesson_page.title
    assert found["title"] == f"{lesson_page.title} · Django Mastery"
    assert found["og:description"] == found["description"] == "Counting – by len. To know how many."


def test_a_link_to_the_course_shows_a_picture_that_is_there(client: Client, lesson_page: LessonPage):
    found = metas(client, "/")
    assert found["canonical"] == f"{ORIGIN}/"
    assert found["title"] == "Django Mastery: an interactive course"
    picture = found["og:image"]
    assert picture.startswith(f"{ORIGIN}/static/sharing")
    with Image.open(ROOT / "static/dist" / "sharing.png") as image:
        assert image.size == (1200, 630)


def test_a_newcomer_reads_that_no_account_is_needed(client: Client, lesson_page: LessonPage):
    text = BeautifulSoup(client.get("/").text, "html.parser").select_one(".roadmap__count").get_text(" ")
    assert "None of it needs an account" in " ".join(text.split())


def test_who_signs_up_from_a_lesson_comes_back_to_it(client: Client, lesson_page: LessonPage):
    page = BeautifulSoup(client.get(lesson_page.url).text, "html.parser")
    for link in page.select(".account-links a"):
        assert link["href"].endswith(f"?next={lesson_page.url}")
    home = BeautifulSoup(client.get("/").text, "html.parser")
    assert [link["href"] for link in home.select(".account-links a")] == [
        "/accounts/login/",
        "/accounts/signup/",
    ]
