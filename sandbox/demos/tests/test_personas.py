"""Several browsers of one visitor in one lesson: the same rows, separate sessions."""

from django.test import Client

HOME = "/yard/sandpit/"


def sign_in(browser, **options):
    return browser.post("login/", {"username": "ada", "password": "lovelace"}, **options)


def test_a_persona_has_the_same_rows_and_its_own_session(visit):
    first = visit("sandpit")
    second = first.beside(2)
    sign_in(first)
    second.post("", {"name": "Shared"})

    assert "Shared" in first.get().text
    assert '<p id="who">ada</p>' in first.get().text
    assert '<p id="who">nobody</p>' in second.get().text


def test_redirects_and_links_stay_with_the_persona(visit):
    second = visit("sandpit").beside(2)

    assert sign_in(second).headers["Location"] == f"/~2{HOME}"
    assert f'href="/~2{HOME}login/"' in second.get().text


def test_cookies_are_limited_to_lesson_and_persona(visit):
    first = visit("sandpit")
    assert sign_in(first).cookies["sessionid"]["path"] == HOME
    assert sign_in(first.beside(3)).cookies["sessionid"]["path"] == f"/~3{HOME}"
    assert first.get("knock/").cookies["knocked"]["path"] == HOME
    assert first.get("/stage/yard/sandpit/").cookies["csrftoken"]["path"] == f"/stage{HOME}"


def test_the_prefix_does_not_stay_for_the_next_request(visit):
    first = visit("sandpit")
    first.beside(2).get()

    assert f'href="{HOME}login/"' in first.get().text


def test_there_are_four_personas_and_no_more(visit):
    browser = visit("sandpit")

    assert browser.get(f"/~4{HOME}").status_code == 200
    for wrong in ("/~1", "/~5", "/~22", "/~2/~2", "/~"):
        assert browser.get(f"{wrong}{HOME}").status_code == 404


def test_the_trace_says_which_persona_it_was(visit):
    first = visit("sandpit")
    first.beside(2).get("count/")

    assert first.traces[-1]["persona"] == 2
    assert first.traces[-1]["request"]["path"] == f"/~2{HOME}count/"


def test_of_two_cookies_of_one_name_the_more_specific_counts(visit):
    """A learner's own project on localhost also has a sessionid, with the path "/"."""
    browser = visit("sandpit")
    sign_in(browser)
    header = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())

    page = Client(headers={"cookie": f"{header}; sessionid=someone-elses; csrftoken=other"}).get(HOME)

    assert '<p id="who">ada</p>' in page.text
