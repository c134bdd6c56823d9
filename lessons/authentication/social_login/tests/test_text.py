"""The code in lesson.md runs, and what the text says of allauth and Django is so."""

import re
import time
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.internal.flows.manage_email import assess_unique_email
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit, statekit
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.facebook.provider import FacebookProvider
from allauth.socialaccount.providers.github.provider import GitHubProvider
from allauth.socialaccount.providers.google.provider import GoogleProvider
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.contrib.auth.models import User
from django.test import RequestFactory, override_settings

from lessons.authentication.social_login.demo import drawing
from lessons.authentication.social_login.demo.provider import NonceProvider
from lessons.authentication.social_login.tests.people import (
    begin,
    consent,
    dance,
    local,
    set_policy,
    sign_in,
    sign_out,
)

TEXT = (Path(__file__).parents[1] / "lesson.md").read_text(encoding="utf-8")
CALLBACK = "accounts/oidc/google-stand-in/login/callback/"


@pytest.fixture
def visitor(visit):
    return visit("social_login")


def code_with(mark: str, **names: object) -> dict:
    """The names that the text's Python block with this mark in it defines."""
    block = next(code for code in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if mark in code)
    exec(compile(block, "lesson.md", "exec"), names)
    return names


def asked(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def named(visitor, name: str) -> list[dict]:
    return [trace for trace in visitor.traces if trace["url_name"] == name]


def inserts(trace: dict) -> list[str]:
    found = (re.match(r'INSERT INTO "(\w+)"', query["sql"]) for query in trace["queries"])
    return [match[1] for match in found if match]


def way_back(visitor, slug: str = "google", handle: str = "grace") -> str:
    """The callback's address, before anybody has followed it."""
    return local(consent(visitor, begin(visitor, slug).url, handle).headers["Location"])


def test_who_makes_which_request_and_what_it_carries(visitor) -> None:
    out = begin(visitor).url
    carried = {"client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge"}
    assert carried <= asked(out).keys()
    visitor.get(local(consent(visitor, out, "grace").headers["Location"]))
    [token], [userinfo], [callback] = (
        named(visitor, name) for name in ("token", "userinfo", "openid_connect_callback")
    )
    assert {"code", "client_secret", "code_verifier"} <= token["request"]["form"].keys()
    assert token["request"]["cookies"] == userinfo["request"]["cookies"] == {}
    assert "sessionid" in callback["request"]["cookies"]
    assert set(asked(f"?{callback['request']['query']}")) == {"code", "state"}
    # Traces are kept as requests end.
    order = [trace["url_name"] for trace in visitor.traces]
    assert order.index("token") < order.index("userinfo") < order.index("openid_connect_callback")
    assert order[0] == "configuration"


def test_what_the_session_keeps(visitor) -> None:
    out = asked(begin(visitor).url)
    states = visitor.traces[-1]["session"]["added"]["socialaccount_states"]
    attempt, began, provider = states[out["state"]]
    assert (provider, attempt["process"], attempt["nonce"]) == ("google-stand-in", "login", out["nonce"])
    assert drawing.challenge_of(attempt["pkce_code_verifier"]) == out["code_challenge"]
    assert abs(began - time.time()) < 60
    assert (statekit.MAX_STATES, statekit.STATE_TTL) == (10, 600)


def test_a_reload_of_the_callback_asks_for_no_token(visitor) -> None:
    back = way_back(visitor)
    assert visitor.get(back).status_code == 302
    assert visitor.get(back).status_code == 401
    assert len(named(visitor, "token")) == 1


def test_a_state_counts_for_its_own_provider(visitor) -> None:
    back = way_back(visitor)
    assert visitor.get(back.replace("google-stand-in", "github-stand-in")).status_code == 401
    assert visitor.get(back).status_code == 302


def test_a_stranger_s_callback_signs_nobody_in(visitor) -> None:
    back = way_back(visitor)
    other = visitor.beside(2)
    assert other.get(back.replace("/authentication/", "/~2/authentication/", 1)).status_code == 401
    assert named(visitor, "token") == []
    assert visitor.get(back).status_code == 302


def test_a_caught_code_is_worth_nothing_in_another_attempt(visitor) -> None:
    theirs = asked(way_back(visitor))
    mine = asked(begin(visitor).url)
    answer = visitor.get(f"{CALLBACK}?code={theirs['code']}&state={mine['state']}")
    assert (answer.status_code, named(visitor, "token")[-1]["response"]["status"]) == (401, 400)


def test_pkce_is_off_by_default_and_the_hash_is_the_one_in_the_text() -> None:
    for provider in (OpenIDConnectProvider, GoogleProvider, GitHubProvider, FacebookProvider):
        assert provider.pkce_enabled_default is False
    made = generate_code_challenge()
    assert drawing.challenge_of(made["code_verifier"]).encode() == made["code_challenge"]


def test_allauth_alone_sends_no_nonce(visitor, monkeypatch) -> None:
    assert "nonce" in asked(begin(visitor).url)
    monkeypatch.delattr(NonceProvider, "redirect")
    assert "nonce" not in asked(begin(visitor).url)


def test_strict_cookies_get_a_second_chance(visitor) -> None:
    with override_settings(SESSION_COOKIE_SAMESITE="Strict"):
        answer = visitor.get(f"{CALLBACK}?state=x&code=y")
    assert answer.status_code == 200
    assert "socialaccount/login_redirect.html" in [t["name"] for t in visitor.traces[-1]["templates"]]


@pytest.mark.parametrize("wrong", [{}, {"iss": "https://else.example"}, {"aud": "else"}, {"exp": 1}])
def test_what_allauth_asks_of_a_token_whose_signature_it_leaves_out(wrong: dict) -> None:
    claims = {"iss": "https://at.example", "aud": "us", "exp": int(time.time()) + 60, "sub": "1"}
    token = jwt.encode({**claims, **wrong}, "any key at all, for nobody looks at it", algorithm="HS256")
    options = {"keys_url": "", "issuer": claims["iss"], "audience": "us", "lookup_kid": None}

    def read() -> dict:
        return jwtkit.verify_and_decode(credential=token, verify_signature=False, **options)

    if wrong:
        with pytest.raises(OAuth2Error):
            read()
    else:
        assert read()["sub"] == "1"


def test_a_token_with_a_number_counts_once() -> None:
    claims = {"iss": "https://at.example", "exp": time.time() + 60, "jti": f"test-{time.time()}"}
    jwtkit.verify_jti(claims)
    with pytest.raises(OAuth2Error):
        jwtkit.verify_jti(claims)


def test_a_new_person_gets_three_rows_and_no_password(visitor) -> None:
    dance(visitor)
    rows = inserts(named(visitor, "openid_connect_callback")[-1])
    assert {"auth_user", "socialaccount_socialaccount", "account_emailaddress"} <= set(rows)
    assert SocialAccount._meta.unique_together == (("provider", "uid"),)
    with visitor.world():
        account = SocialAccount.objects.get()
        assert account.provider == "google-stand-in"
        assert account.uid == account.extra_data["id_token"]["sub"]
        assert not account.user.has_usable_password()


def test_a_taken_address_leads_to_the_form(visitor) -> None:
    dance(visitor)
    sign_out(visitor)
    answer = dance(visitor, "github", "ghopper")
    assert answer.url.endswith("/accounts/3rdparty/signup/")
    assert named(visitor, "openid_connect_callback")[-1]["user"]["after"] is None


@pytest.mark.parametrize(("verification", "form"), [("optional", False), ("mandatory", None)])
def test_where_addresses_have_to_be_confirmed_there_is_no_form(visitor, verification, form) -> None:
    settings = {"ACCOUNT_EMAIL_VERIFICATION": verification, "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"]}
    with visitor.world(), override_settings(ALLAUTH_SETTING_GETTER=settings.get):
        # False: the form is shown; None: a letter goes to the owner, and the page tells nothing.
        assert assess_unique_email("ada@analytical.example") is form


@pytest.mark.parametrize("names", [("email_authentication",), ("trust_addresses",)])
def test_mallory_needs_both(visitor, names) -> None:
    set_policy(visitor, *names)
    dance(visitor, "facebook", "mallory")
    assert named(visitor, "openid_connect_callback")[-1]["user"]["after"] is None


@pytest.mark.parametrize("confirmed", [True, False])
def test_an_address_that_was_never_confirmed_costs_the_password(visitor, confirmed) -> None:
    with visitor.world():
        EmailAddress.objects.filter(user__username="ada").update(verified=confirmed)
    set_policy(visitor, "email_authentication", "trust_addresses")
    dance(visitor, "facebook", "mallory")
    assert named(visitor, "openid_connect_callback")[-1]["user"]["after"] == "ada"
    with visitor.world():
        assert User.objects.get(username="ada").has_usable_password() is confirmed


def test_what_belongs_to_somebody_else_stays_there(visitor) -> None:
    dance(visitor)
    sign_out(visitor)
    sign_in(visitor)
    dance(visitor, process="connect")
    with visitor.world():
        assert SocialAccount.objects.get().user.username == "grace"


def test_the_last_connection_stays(visitor) -> None:
    dance(visitor)
    with visitor.world():
        pk = SocialAccount.objects.get().pk
    assert "Your account has no password set up." in visitor.post("accounts/3rdparty/", {"account": pk}).text
    with visitor.world():
        assert SocialAccount.objects.filter(pk=pk).exists()


def test_the_address_as_the_key_and_the_pair(visitor) -> None:
    dance(visitor)
    sign_out(visitor)
    by_address = code_with("User.objects.get(email=", User=User)["find_user"]
    by_pair = code_with("known.get(", SocialAccount=SocialAccount)["find_user"]
    with visitor.world():
        grace = SocialAccount.objects.get()
        claims = {"sub": grace.uid, "email": "ada@analytical.example"}
        assert by_address(claims).username == "ada"
        assert by_pair(claims) == grace.user
        with pytest.raises(SocialAccount.DoesNotExist):
            by_pair({"sub": "another", "email": grace.user.email})


def test_a_wrong_redirect_uri_ends_at_the_provider(visitor) -> None:
    out = begin(visitor).url
    wrong = re.sub(r"redirect_uri=[^&]*", "redirect_uri=http%3A%2F%2Felse.example%2F", out)
    page = consent_page(visitor, wrong)
    assert "Location" not in page.headers
    assert "Mismatching redirect URI" in page.text
    assert named(visitor, "openid_connect_callback") == []


def consent_page(visitor, address: str):
    """What somebody sees there who is signed in at the provider."""
    front = local(address).partition("/authorize/")[0]
    page = visitor.get(local(address))
    person = re.search(r'name="person" value="(\d+)"', visitor.get(f"{front}/choose/").text)[1]
    visitor.post(f"{front}/choose/", {"person": person})
    page = visitor.get(local(address))
    assert not page.headers.get("Location", "").endswith("/choose/")
    return page


def test_an_empty_password_counts_as_usable() -> None:
    assert User(username="mary", password="").has_usable_password()
    user = User(username="mary")
    user.set_password(None)  # what create_user() does without a password
    assert not user.has_usable_password()


def test_the_settings_of_the_text(visitor) -> None:
    environ = {f"{name}_{part}": "x" for name in ("GOOGLE", "GITHUB") for part in ("ID", "SECRET")}
    settings = code_with("SOCIALACCOUNT_PROVIDERS", os=SimpleNamespace(environ=environ))
    request = RequestFactory().get("/")
    with visitor.world(), override_settings(ALLAUTH_SETTING_GETTER=settings.get):
        for name, provider in (("google", GoogleProvider), ("github", GitHubProvider)):
            [app] = [app for app in get_adapter().list_apps(request) if app.provider == name]
            assert (app.client_id, app.secret) == ("x", "x")
            made = provider(request, app=app)
            assert made.get_pkce_params()["code_challenge_method"] == "S256"
        assert made.get_scope() == ["user:email"]


def test_what_the_real_ones_say_of_addresses() -> None:
    def verified(provider: type, data: dict) -> list[bool]:
        return [address.verified for address in provider.extract_email_addresses(None, data)]

    mail = "grace@navy.example"
    assert verified(FacebookProvider, {"email": mail, "verified": True}) == [False]
    assert verified(GoogleProvider, {"email": mail, "email_verified": False}) == [False]
    assert verified(GoogleProvider, {"email": mail, "email_verified": True}) == [True]
    emails = [{"email": mail, "primary": True, "verified": True}, {"email": "x@y.example", "primary": False}]
    emails[1]["verified"] = False
    assert verified(GitHubProvider, {"emails": emails}) == [True, False]
    assert GitHubProvider.extract_uid(None, {"id": 7, "login": "ghopper"}) == "7"


def test_a_link_starts_nothing(visitor) -> None:
    page = visitor.get("accounts/oidc/google-stand-in/login/")
    assert page.status_code == 200
    assert visitor.traces[-1]["session"]["added"] == {}
