"""The text's claims about the packages, tried."""

import inspect
import re
from pathlib import Path

import jwt
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from rest_framework_simplejwt import settings as simple_jwt
from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.models import TokenUser
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from lessons.apis.jwt_auth.demo.seed import PASSWORD

from .client import get, obtain, parts, post, rewritten, turn

TEXT = (Path(__file__).parents[1] / "lesson.md").read_text()


@pytest.fixture
def browser(visit):
    return visit("jwt_auth")


def reason(response) -> str:
    return response.json()["messages"][0]["message"]


def test_the_claims_of_the_table(browser):
    payload = parts(obtain(browser)["access"])[1]
    table = TEXT.partition("| claim |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`(\w+)`", "\n".join(row.split("|")[1] for row in table.splitlines()[2:])))
    assert named == set(payload)
    assert isinstance(payload["user_id"], str)


def test_the_signature_is_looked_at_before_the_time(browser):
    pair = obtain(browser)
    turn(browser, "+6")
    assert reason(get(browser, "lockers/", rewritten(pair["access"], courier=True))) == "Token is invalid"
    assert reason(get(browser, "lockers/", pair["access"])) == "Token is expired"
    assert reason(get(browser, "lockers/", pair["refresh"])) == "Token has wrong type"


def test_a_replay_leaves_the_newer_token_alone(browser):
    pair = obtain(browser)
    fresh = post(browser, "token/refresh/", refresh=pair["refresh"]).json()
    assert post(browser, "token/refresh/", refresh=pair["refresh"]).status_code == 401
    assert post(browser, "token/refresh/", refresh=fresh["refresh"]).status_code == 200


@pytest.mark.parametrize("scheme", ["bearer", "JWT"])
def test_another_scheme_is_nobodys_header(browser, scheme):
    response = get(browser, "lockers/", obtain(browser)["access"], scheme)
    assert response.status_code == 401
    assert response.json()["detail"] == "Authentication credentials were not provided."


def test_the_scheme_of_a_drf_token_may_be_written_in_any_case(browser):
    key = post(browser, "drf-token/", username="ada", password=PASSWORD).json()["token"]
    assert get(browser, "lockers/", key, "token").status_code == 200


def test_refreshing_for_a_deleted_user_is_a_500(browser):
    pair = obtain(browser)
    with browser.world():
        User.objects.get(username="ada").delete()
    assert post(browser, "token/refresh/", refresh=pair["refresh"]).status_code == 500
    assert browser.traces[-1]["exception"]["type"].endswith("DoesNotExist")


def test_the_table_has_tokens_that_work(browser):
    pair = obtain(browser)
    with browser.world():
        stored = OutstandingToken.objects.get().token
    assert parts(stored)[1]["jti"] == parts(pair["refresh"])[1]["jti"]
    assert post(browser, "token/refresh/", refresh=stored).status_code == 200


def test_the_key_is_secret_key_and_fallbacks_are_not_known():
    assert simple_jwt.DEFAULTS["SIGNING_KEY"] == settings.SECRET_KEY
    folder = Path(inspect.getfile(tokens)).parent
    assert not [file for file in folder.rglob("*.py") if "FALLBACKS" in file.read_text()]


def test_leeway_and_the_check_of_passwords_are_settings():
    assert simple_jwt.DEFAULTS["CHECK_REVOKE_TOKEN"] is False
    assert simple_jwt.DEFAULTS["LEEWAY"] == 0
    assert "password_changed" in inspect.getsource(JWTAuthentication.get_user)


def test_the_stateless_user_is_made_of_claims(browser):
    token = tokens.UntypedToken()
    token["user_id"] = "7"
    assert TokenUser(token).id == "7"
    assert TokenUser(token).is_authenticated


def test_pyjwt_demands_algorithms():
    with pytest.raises(jwt.DecodeError, match="algorithms"):
        jwt.decode(jwt.encode({"a": 1}, "k" * 40), "k" * 40)


def test_a_token_without_a_type_or_of_another_key_is_no_token():
    stranger = TokenBackend("HS256", "k" * 40).encode({"token_type": "access", "exp": 4_000_000_000})
    with pytest.raises(tokens.TokenError, match="invalid"):
        tokens.AccessToken(stranger)
