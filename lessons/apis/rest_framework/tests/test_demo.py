"""The log's API and the pages around it."""

import json
import re

import pytest
from bs4 import BeautifulSoup

from lessons.apis.rest_framework.demo.models import Sighting

NEW = {"species": "teal", "place": "Sluice", "count": 3, "seen_at": "2025-11-09T08:00:00Z"}
BROWSER = {"Accept": "text/html,*/*;q=0.8"}


@pytest.fixture
def browser(visit):
    return visit("rest_framework")


def send(browser, method: str, path: str, data: dict):
    return browser.generic(method, f"api/{path}", json.dumps(data), content_type="application/json")


def queries(browser, table: str) -> list[str]:
    return [query["sql"] for query in browser.traces[-1]["queries"] if f"demo_{table}" in query["sql"]]


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def matrix(browser, **chosen) -> dict[str, list[int]]:
    rows = soup(browser.get("matrix/", chosen)).select(".matrix tbody tr")
    return {row.th.get_text(" ", strip=True): [int(cell.b.text) for cell in row.select("td")] for row in rows}


def test_one_address_has_two_renderers(browser):
    assert browser.get("api/sightings/").headers["Content-Type"] == "application/json"
    page = browser.get("api/sightings/", headers=BROWSER)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "HTTP 200 OK" in page.text
    assert (
        browser.get("api/sightings/?format=json", headers=BROWSER).headers["Content-Type"]
        == "application/json"
    )


@pytest.mark.parametrize(
    "path", ["api/", "api/species/", "api/sightings/", "api/sightings/1/", "api/totals/"]
)
def test_the_browsable_api_has_names_and_landmarks(browser, path):
    page = soup(browser.get(path, headers=BROWSER))
    assert page.html["lang"] == "en"
    assert len(page.select("[role=main]")) == 1
    assert all(button.get_text(strip=True) or button.get("aria-label") for button in page.select("button"))


def test_who_writes_is_the_observer(browser):
    browser.post("login/", {"who": "bo"})
    answer = send(browser, "POST", "sightings/", NEW | {"observer": "ada", "verified": True})
    assert answer.status_code == 201
    assert (answer.json()["observer"], answer.json()["verified"]) == ("bo", False)


def test_a_draft_is_there_for_its_observer_only(browser):
    with browser.world():
        pk = Sighting.objects.get(draft=True).pk
    assert browser.get(f"api/sightings/{pk}/").status_code == 404
    browser.post("login/", {"who": "ada"})
    assert browser.get(f"api/sightings/{pk}/").status_code == 200


def test_verify_is_a_stewards(browser):
    for who, status in (("bo", 403), ("cleo", 200)):
        browser.post("login/", {"who": who})
        assert send(browser, "POST", "sightings/3/verify/", {}).status_code == status


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("at_least=50", 6),
        ("species=avocet", 3),
        ("place=gull+bank", 7),
        ("family=owls", 1),
        ("search=ring", 2),
        ("search=tringa", 3),
        ("search=totanus", 0),
        ("after=2025-11-07", 5),
    ],
)
def test_filters_and_search(browser, query, count):
    assert browser.get(f"api/sightings/?{query}").json()["count"] == count


def test_a_filter_that_is_no_date_is_a_400_and_an_unknown_one_is_ignored(browser):
    answer = browser.get("api/sightings/?after=yesterday")
    assert (answer.status_code, answer.json()) == (400, {"after": ["Enter a valid date."]})
    assert browser.get("api/sightings/?colour=red").json()["count"] == 23


def test_an_order_that_is_not_offered_is_ignored(browser):
    plain = browser.get("api/sightings/").json()["results"]
    assert browser.get("api/sightings/?ordering=observer__password").json()["results"] == plain


def test_page_sizes_have_a_ceiling(browser):
    assert len(browser.get("api/sightings/?page_size=1000").json()["results"]) == 20
    assert browser.get("api/sightings/?page=99").status_code == 404


def test_a_new_row_shifts_numbered_pages_and_not_the_cursor(browser):
    def ids(answer) -> list[int]:
        return [row["id"] for row in answer["results"]]

    numbered, cursor = (browser.get(f"api/{name}/").json() for name in ("sightings", "feed"))
    assert ids(numbered) == ids(cursor)
    browser.post("paging/arrival/")
    assert set(ids(browser.get(numbered["next"].partition("testserver")[2]).json())) & set(ids(numbered))
    assert not set(ids(browser.get(cursor["next"].partition("testserver")[2]).json())) & set(ids(cursor))


def test_the_joined_feed_asks_once_and_the_other_for_each_row(browser):
    joined = browser.get("api/feed/")
    assert len(browser.traces[-1]["queries"]) == 1
    unjoined = browser.get("api/unjoined/")
    assert len(browser.traces[-1]["queries"]) == 1 + 2 * 5
    assert joined.json()["results"] == unjoined.json()["results"]


def test_the_matrix_is_measured_and_leaves_no_trace(browser):
    with browser.world():
        before = list(Sighting.objects.order_by("pk").values())
    found = matrix(browser)
    with browser.world():
        assert list(Sighting.objects.order_by("pk").values()) == before
    assert found["DELETE Ada's destroy"] == [403, 204, 403, 403]
    assert found["GET Ada's draft retrieve"] == [404, 200, 404, 404]
    assert found["POST verify Ada's verify"] == [403, 403, 403, 200]
    assert found["POST a new one create"] == [403, 201, 201, 201]


def test_the_first_authenticator_says_401_or_403(browser):
    found = matrix(browser, permissions="as-it-is", authentication="basic-first")
    assert found["POST a new one create"] == [401, 201, 201, 201]


def test_an_object_permission_alone_leaves_create_open(browser):
    found = matrix(browser, permissions="observer-only", authentication="session")
    assert found["POST a new one create"][1] == 201
    assert found["POST a new one create"][0] == 500  # AnonymousUser is no observer
    assert found["DELETE Ada's destroy"][0] == 403


def test_nonsense_in_the_matrix_is_a_400(browser):
    assert browser.get("matrix/?permissions=root&authentication=session").status_code == 400


def test_the_window_shows_what_the_cache_has(browser):
    for _ in range(3):
        browser.get("api/totals/")
    page = soup(browser.get("throttle/"))
    assert len(page.select("circle")) == 3
    assert "2 more may come now" in page.text
    answers = [browser.get("api/totals/") for _ in range(3)]
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60


def test_each_person_has_a_window(browser):
    for _ in range(6):
        browser.get("api/totals/")
    browser.post("login/", {"who": "ada"})
    assert browser.get("api/totals/").status_code == 200
    assert len(soup(browser.get("throttle/")).select("circle")) == 1


def test_the_schema_knows_the_filters_and_not_the_places(browser):
    schema = browser.get("api/schema/?format=json").json()
    names = {parameter["name"] for parameter in schema["paths"]["/api/sightings/"]["get"]["parameters"]}
    assert names >= {"at_least", "species", "search", "ordering", "page", "page_size"}
    page = soup(browser.get("described/"))
    [complaint] = [item.text for item in page.select(".complaint")]
    assert complaint.startswith("Error [PlacesView]: unable to guess serializer")
    assert not re.search(r"/(work|home|root)/", page.text)


def test_next_stays_here(browser):
    answer = browser.post("login/", {"who": "ada", "next": "https://example.com/"})
    assert answer.headers["Location"].endswith("/apis/rest_framework/")
