"""Who may frame a page, and what a page of the stage may do."""

import pytest

ANCESTORS = "frame-ancestors 'self' http://localhost:8000"


@pytest.mark.parametrize("path", ["", "count/", "/stage/yard/sandpit/", "/yard/sandpit/nowhere/", "boom/"])
def test_only_the_lms_may_frame(visit, path):
    response = visit("sandpit").get(path)

    assert response.headers["Content-Security-Policy"].endswith(ANCESTORS)
    assert "X-Frame-Options" not in response.headers


def test_a_demos_own_policy_stays_and_ours_holds_too(visit):
    policy = visit("sandpit").get("knock/").headers["Content-Security-Policy"]

    assert policy == f"default-src 'self', {ANCESTORS}"


def test_the_stage_allows_no_inline_code(visit):
    response = visit("sandpit").get("/stage/yard/sandpit/")
    policy = response.headers["Content-Security-Policy"]

    assert "script-src 'self';" in policy and "style-src 'self';" in policy and "unsafe" not in policy
    assert "<style" not in response.text and " style=" not in response.text and "onclick" not in response.text


@pytest.mark.parametrize(
    ("asked", "start"),
    [
        ("/yard/sandpit/count/?a=1", "/yard/sandpit/count/?a=1"),
        ("", "/yard/sandpit/"),
        ("https://evil.example/yard/sandpit/", "/yard/sandpit/"),
        ("//evil.example/yard/sandpit/", "/yard/sandpit/"),
        ("javascript:alert(1)", "/yard/sandpit/"),
        ("/yard/sandpit/../../stage/", "/yard/sandpit/"),
        ("/yard/sandpit/%2e%2e/%2E./livez", "/yard/sandpit/"),
        ("/yard/sandpit/\\..\\x", "/yard/sandpit/"),
        ("/yard/sandpit/%5c..", "/yard/sandpit/"),
        ("/yard/sandpit/\n", "/yard/sandpit/"),
        ("/database/aggregation/", "/yard/sandpit/"),
        ("/~2/yard/sandpit/", "/yard/sandpit/"),
    ],
)
def test_the_stage_opens_no_address_outside_of_the_lesson(visit, asked, start):
    page = visit("sandpit").get("/stage/yard/sandpit/", {"path": asked})

    assert f'data-start="{start}"' in page.text


@pytest.mark.parametrize("path", ["/stage/yard/not_yet/", "/stage/yard/nothing/", "/~2/stage/yard/sandpit/"])
def test_there_is_no_stage_without_a_demo(visit, path):
    assert visit("sandpit").get(path).status_code == 404


def test_the_index_lists_the_demos_that_exist(visit):
    page = visit("sandpit").get("/").text

    assert 'href="/stage/yard/sandpit/"' in page
    assert "not_yet" not in page


def test_health(visit):
    browser = visit("sandpit")
    browser.get()

    assert browser.get("/livez").text == "ok"
    assert browser.get("/readyz").json()["storage"] is True


def test_not_ready_where_nothing_can_be_written(visit, settings, tmp_path):
    settings.DEMOS_VAR_DIR = tmp_path / "missing"

    response = visit("sandpit").get("/readyz")

    assert response.status_code == 503
    assert response.json()["storage"] is False
