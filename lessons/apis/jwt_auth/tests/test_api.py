"""What the API believes, what it refuses, and what each way to ask costs."""

import hashlib
import hmac

import jwt
import pytest
from django.contrib.auth.models import User
from rest_framework.authtoken.models import Token
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from lessons.apis.jwt_auth.demo import careless
from lessons.apis.jwt_auth.demo.keys import PUBLIC_KEY
from lessons.apis.jwt_auth.demo.models import Parcel
from lessons.apis.jwt_auth.demo.seed import PASSWORD

from .client import encoded_bytes, get, obtain, parts, post, rewritten, turn


@pytest.fixture
def browser(visit):
    return visit("jwt_auth")


def confused(token: str) -> str:
    """Signed by HMAC with the public key, as the header says."""
    signed = rewritten(token, {"alg": "HS256"}, courier=True).rpartition(".")[0]
    return f"{signed}.{encoded_bytes(hmac.digest(PUBLIC_KEY.encode(), signed.encode(), hashlib.sha256))}"


def unsigned(token: str) -> str:
    return rewritten(token, {"alg": "none"}, courier=True).rpartition(".")[0] + "."


def start_session(browser, username: str = "ada"):
    response = post(browser, "session/", username=username, password=PASSWORD)
    assert response.status_code == 200
    return browser


def test_a_pair_is_two_jwts_and_one_row(browser):
    pair = obtain(browser)
    header, payload = parts(pair["access"])
    assert header == {"alg": "ES256", "typ": "JWT"}
    assert 298 <= payload["exp"] - payload["iat"] <= 300  # two looks at the clock
    assert (payload["token_type"], payload["name"], payload["courier"]) == ("access", "ada", False)
    _, payload = parts(pair["refresh"])
    assert payload["exp"] - payload["iat"] == 24 * 3600
    with browser.world():
        assert OutstandingToken.objects.get().jti == payload["jti"]


def test_a_wrong_password_is_a_401(browser):
    assert post(browser, "token/", username="ada", password="wrong").status_code == 401
    assert post(browser, "session/", username="ada", password="wrong").status_code in (401, 403)


def test_your_parcels_and_nobody_elses(browser):
    token = obtain(browser)["access"]
    response = get(browser, "lockers/", token)
    assert [parcel["locker"] for parcel in response.json()["parcels"]] == [1, 2, 4]
    assert post(browser, "lockers/2/open/", token).json() == {"opened": 2, "what": "Bicycle lamps"}
    assert post(browser, "lockers/3/open/", token).status_code == 404
    with browser.world():
        assert list(Parcel.objects.filter(opened=True).values_list("locker", flat=True)) == [2]


def test_what_each_way_costs(browser):
    """The parcels are one query; the rest is who asks."""
    token = obtain(browser)["access"]
    drf = post(browser, "drf-token/", username="ada", password=PASSWORD).json()["token"]
    assert get(browser, "lockers/", token).headers["X-Queries"] == "2"
    assert get(browser, "lockers/", drf, "Token").headers["X-Queries"] == "2"
    start_session(browser)
    response = get(browser, "lockers/")
    assert response.json()["by"] == "SessionAuthentication"
    assert response.headers["X-Queries"] == "3"
    assert get(browser, "round/", obtain(browser, "bo")["access"]).headers["X-Queries"] == "1"


@pytest.mark.parametrize("path", ["lockers/", "round/"])
def test_nobody_gets_nothing(browser, path):
    response = get(browser, path)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_session_needs_the_csrf_token_to_write(visit):
    browser = visit("jwt_auth", enforce_csrf_checks=True)
    page = browser.get()
    csrf = browser.cookies["csrftoken"].value
    headers = {"X-CSRFToken": csrf}
    data = {"username": "ada", "password": PASSWORD}
    assert page.status_code == 200
    path = "api/session/"
    assert browser.post(path, data, content_type="application/json").status_code == 403
    assert browser.post(path, data, content_type="application/json", headers=headers).status_code == 200
    assert browser.post("api/lockers/2/open/").status_code == 403
    headers = {"X-CSRFToken": browser.cookies["csrftoken"].value}
    assert browser.post("api/lockers/2/open/", headers=headers).status_code == 200
    # A header that no browser adds by itself needs no such thing.
    assert post(browser, "lockers/2/open/", obtain(browser)["access"]).status_code == 200


def test_an_access_token_ends_by_the_lockers_clock(browser, visit):
    other = visit("jwt_auth")
    token = obtain(browser)["access"]
    turn(browser, "+6")
    response = get(browser, "lockers/", token)
    assert response.status_code == 401
    assert response.json()["messages"][0]["message"] == "Token is expired"
    assert get(other, "lockers/", token).status_code == 200, "another visitor's clock is another clock"
    browser.post("clock/", {"by": 0, "back_to": "desk"})
    assert get(browser, "lockers/", token).status_code == 200


def test_a_refresh_token_brings_a_new_pair_until_it_ends(browser):
    pair = obtain(browser)
    turn(browser, "+6")
    fresh = post(browser, "token/refresh/", refresh=pair["refresh"]).json()
    assert get(browser, "lockers/", fresh["access"]).status_code == 200
    _, payload = parts(fresh["access"])
    assert 298 <= payload["exp"] - payload["iat"] <= 300  # two looks at the clock
    turn(browser, "+25h")
    response = post(browser, "token/refresh/", refresh=fresh["refresh"])
    assert (response.status_code, response.json()["detail"]) == (401, "Token is expired")


def test_a_refresh_token_works_once(browser):
    pair = obtain(browser)
    first = post(browser, "token/refresh/", refresh=pair["refresh"])
    second = post(browser, "token/refresh/", refresh=pair["refresh"])
    assert (first.status_code, second.status_code) == (200, 401)
    assert second.json()["detail"] == "Token is blacklisted"
    with browser.world():
        assert (OutstandingToken.objects.count(), BlacklistedToken.objects.count()) == (2, 1)


def test_a_refresh_token_is_no_access_token_and_the_other_way_round(browser):
    pair = obtain(browser)
    response = get(browser, "lockers/", pair["refresh"])
    assert (response.status_code, response.json()["messages"][0]["message"]) == (401, "Token has wrong type")
    assert post(browser, "token/refresh/", refresh=pair["access"]).status_code == 401


def test_logging_out_does_not_end_the_access_token(browser):
    pair = obtain(browser)
    assert post(browser, "token/logout/", refresh=pair["refresh"]).status_code == 200
    assert post(browser, "token/refresh/", refresh=pair["refresh"]).status_code == 401
    assert get(browser, "lockers/", pair["access"]).status_code == 200
    turn(browser, "+6")
    assert get(browser, "lockers/", pair["access"]).status_code == 401


@pytest.mark.parametrize("change", [{"courier": True}, {"exp": 4_000_000_000}, {"user_id": "2"}])
def test_other_words_above_the_same_signature(browser, change):
    token = rewritten(obtain(browser)["access"], **change)
    for path in ("lockers/", "round/"):
        assert get(browser, path, token).status_code == 401
    assert post(browser, "old-door/", token).status_code == 401


@pytest.mark.parametrize("forge", [unsigned, confused])
def test_the_header_does_not_choose_how_it_is_verified_except_at_the_old_door(browser, forge):
    token = forge(obtain(browser)["access"])
    assert get(browser, "round/", token).status_code == 401
    assert post(browser, "old-door/", token).json() == {"door": "open", "come in": "ada"}


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "e30.e30.", "e30.e30.é"])
def test_nonsense_at_the_old_door(browser, token):
    with browser.world(), pytest.raises(careless.BadToken):
        careless.read(token)


def test_the_old_door_knows_genuine_tokens_and_the_time(browser):
    token = obtain(browser, "bo")["access"]
    assert post(browser, "old-door/", token).status_code == 200
    assert post(browser, "old-door/", obtain(browser)["access"]).status_code == 403
    turn(browser, "+6")
    assert post(browser, "old-door/", token).status_code == 401


def test_pyjwt_itself_refuses_a_public_key_as_a_secret(browser):
    """Even where both kinds of algorithm are allowed."""
    token = confused(obtain(browser)["access"])
    with pytest.raises(jwt.InvalidKeyError, match="should not be used as an HMAC secret"):
        jwt.decode(token, PUBLIC_KEY, algorithms=["ES256", "HS256"])


def test_a_blocked_user_is_found_where_the_row_is_read(browser):
    pair = obtain(browser, "bo")
    drf = post(browser, "drf-token/", username="bo", password=PASSWORD).json()["token"]
    browser.post("office/users/2/", {"field": "is_active"})
    response = get(browser, "lockers/", pair["access"])
    assert (response.status_code, response.json()["code"]) == (401, "user_inactive")
    assert get(browser, "lockers/", drf, "Token").status_code == 401
    assert post(browser, "token/refresh/", refresh=pair["refresh"]).status_code == 401
    assert get(browser, "round/", pair["access"]).status_code == 200, "no row is read here"


def test_a_claim_is_repeated_by_every_refresh(browser):
    pair = obtain(browser, "bo")
    browser.post("office/users/2/", {"field": "is_staff"})
    fresh = post(browser, "token/refresh/", refresh=pair["refresh"]).json()
    assert get(browser, "round/", fresh["access"]).status_code == 200
    assert get(browser, "round/", obtain(browser, "bo")["access"]).status_code == 403


def test_the_drf_token_is_a_row(browser):
    keys = {post(browser, "drf-token/", username="ada", password=PASSWORD).json()["token"] for _ in range(2)}
    [key] = keys  # each user has one
    assert browser.delete("api/drf-token/", headers={"Authorization": f"Token {key}"}).status_code == 204
    response = get(browser, "lockers/", key, "Token")
    assert (response.status_code, response.json()["detail"]) == (401, "Invalid token.")
    assert browser.delete("api/drf-token/").status_code == 401


def test_a_session_ends_at_once(browser):
    start_session(browser)
    assert get(browser, "lockers/").status_code == 200
    assert browser.delete("api/session/").status_code == 204
    assert get(browser, "lockers/").status_code == 401


def test_ending_somebodys_tokens(browser):
    ada, bo = obtain(browser), obtain(browser, "bo")
    post(browser, "drf-token/", username="ada", password=PASSWORD)
    browser.post("office/users/1/end/")
    assert post(browser, "token/refresh/", refresh=ada["refresh"]).status_code == 401
    assert post(browser, "token/refresh/", refresh=bo["refresh"]).status_code == 200
    with browser.world():
        assert not Token.objects.exists()
        assert User.objects.count() == 2
