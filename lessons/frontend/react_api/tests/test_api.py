import pytest

from lessons.frontend.react_api.demo import moods
from lessons.frontend.react_api.demo.models import Card, Column, Server


@pytest.fixture
def mika(visit):
    browser = visit("react_api", enforce_csrf_checks=True)
    return sign_in(browser, "mika")


def token_of(browser) -> str:
    browser.get()
    return browser.cookies["csrftoken"].value


def sign_in(browser, name: str):
    browser.get()
    sent = {"X-CSRFToken": token_of(browser)}
    assert browser.post("sign-in/", {"name": name}, headers=sent).status_code == 302
    return browser


def patch(browser, pk: int, values: dict, version: int | None = 1, token: bool = True):
    headers = {"X-CSRFToken": token_of(browser)} if token else {}
    if version is not None:
        headers["If-Match"] = f'"{version}"'
    return browser.patch(f"api/cards/{pk}/", values, content_type="application/json", headers=headers)


def set_mood(browser, mood: str) -> None:
    sent = {"X-CSRFToken": token_of(browser)}
    assert browser.post("server/", {"mood": mood}, headers=sent).status_code == 200


def in_column(browser, pk: int) -> str:
    with browser.world():
        return Card.objects.get(pk=pk).column


def test_anybody_reads_and_nobody_writes_without_signing_in(visit):
    browser = visit("react_api")
    assert browser.get("api/cards/").status_code == 200
    refused = patch(browser, 1, {"column": "stand"})
    assert (refused.status_code, refused.json()["detail"]) == (
        403,
        "Authentication credentials were not provided.",
    )


def test_a_move_raises_the_version(mika):
    answer = patch(mika, 1, {"column": "stand"})
    assert answer.status_code == 200
    assert answer.json()["column"] == "stand"
    assert (answer.json()["version"], answer.headers["ETag"]) == (2, '"2"')
    assert mika.get("api/cards/1/").headers["ETag"] == '"2"'


def test_an_old_version_is_refused_with_the_truth(mika):
    patch(mika, 1, {"column": "stand"})
    answer = patch(mika, 1, {"column": "waiting"})
    assert (answer.status_code, answer.json()["column"], answer.json()["version"]) == (412, "stand", 2)
    assert in_column(mika, 1) == "stand"


@pytest.mark.parametrize(("version", "status"), [(None, 428), ("x", 412), ("", 412), ("٣", 412)])
def test_a_version_is_asked_for(mika, version, status):
    assert patch(mika, 1, {"column": "stand"}, version=version).status_code == status
    assert in_column(mika, 1) == "ready"


def test_the_token_is_asked_for(mika):
    answer = patch(mika, 1, {"column": "stand"}, token=False)
    assert (answer.status_code, answer.json()["detail"]) == (403, "CSRF Failed: CSRF token missing.")


@pytest.mark.parametrize("values", [{"column": "nowhere"}, {"bike": ""}, {"bike": "x" * 61}])
def test_errors_come_by_field(mika, values):
    answer = patch(mika, 1, values)
    assert answer.status_code == 400
    assert answer.json().keys() == values.keys()


def test_the_version_cannot_be_written(mika):
    assert patch(mika, 1, {"version": 99, "fault": "None"}).json()["version"] == 2


def test_a_server_that_refuses_writes_nothing(mika):
    set_mood(mika, "refuses")
    assert patch(mika, 1, {"column": "stand"}).status_code == 503
    assert in_column(mika, 1) == "ready"
    assert mika.get("api/cards/1/").status_code == 200


def test_a_server_that_loses_its_answer_has_written(mika):
    set_mood(mika, "loses")
    assert patch(mika, 1, {"column": "stand"}).status_code == 504
    assert in_column(mika, 1) == "stand"
    assert patch(mika, 1, {"column": "nowhere"}, version=2).status_code == 400


def test_a_slow_server_waits(mika, monkeypatch):
    waited = []
    monkeypatch.setattr(moods.time, "sleep", waited.append)
    set_mood(mika, "slow")
    assert patch(mika, 1, {"column": "stand"}).status_code == 200
    assert waited == [2.0]


def test_pages_have_each_card_once_though_one_is_added_meanwhile(mika):
    first = mika.get("api/cards/?column=ready").json()
    with mika.world():
        Card.objects.create(bike="New", column=Column.READY)
    seen, address = [card["id"] for card in first["results"]], first["next"]
    while address:
        page = mika.get(address.removeprefix("http://testserver")).json()
        seen += [card["id"] for card in page["results"]]
        address = page["next"]
    assert seen == list(range(27, 0, -1))


def test_a_page_takes_one_query(mika):
    mika.get("api/cards/?column=ready")
    sql = [query["sql"] for query in mika.traces[-1]["queries"] if "react_api_card" in query["sql"]]
    assert len(sql) == 1
    assert "OFFSET" not in sql[0]


def test_the_board_is_an_empty_element(mika):
    page = mika.get().text
    assert '<div id="board">' in page
    assert "Peugeot" not in page
    assert '"user": "mika"' in page


def test_the_islands_have_their_cards_and_work_without_a_script(mika):
    page = mika.get("islands/?q=brompton").text
    assert page.count('class="card"') == 8 + 3 + 6
    assert "<b>Black Brompton</b> Waiting" in page
    sent = {"X-CSRFToken": token_of(mika)}
    assert mika.post("islands/1/move/", {"column": "stand"}, headers=sent).status_code == 302
    assert in_column(mika, 1) == "stand"
    assert mika.post("islands/1/move/", {"column": "x"}, headers=sent).status_code == 404


def test_the_search(mika):
    found = mika.get("search/?q=egg").json()["cards"]
    assert 0 < len(found) <= 6
    assert mika.get("search/?q=").json() == {"cards": []}


def test_measurements_are_kept(mika):
    sent = {"X-CSRFToken": token_of(mika)}
    values = {"page": "app", "requests": 6, "kilobytes": "201.5", "cards_ms": 120}
    assert mika.post("measured/", values, headers=sent).status_code == 201
    assert mika.post("measured/", values | {"page": "x"}, headers=sent).status_code == 400


def test_moods_are_the_visitors_own(visit, mika):
    set_mood(mika, "refuses")
    other = visit("react_api")
    other.get()
    with other.world():
        assert Server.objects.get().mood == "fine"
