"""Lantern Walks and its stand-ins, as the demos site runs them."""

import os
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client, Token
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User

from lessons.authentication.social_login.demo.drawing import challenge_of, draw
from lessons.authentication.social_login.demo.models import Dance, Hop, Person, Policy, StandIn, Walk
from lessons.authentication.social_login.demo.seed import seed
from lessons.authentication.social_login.tests.people import (
    HOME,
    begin,
    consent,
    dance,
    latest,
    local,
    set_policy,
    sign_in,
    sign_out,
)


@pytest.fixture
def visitor(visit):
    return visit("social_login")


def me(visitor) -> str | None:
    visitor.get()
    return visitor.traces[-1]["user"]["after"]


def hop_of(visitor, kind: str) -> Hop:
    with visitor.world():
        return Dance.objects.first().hops.filter(kind=kind).last()


def test_seeding_twice_changes_nothing(visitor) -> None:
    with visitor.world():
        before = (User.objects.count(), Person.objects.count(), Walk.objects.count(), StandIn.objects.count())
        keys = list(StandIn.objects.values_list("private_key", flat=True))
        Policy.objects.update(stop_between=True)
        seed()
        assert before == (7, 6, 3, 3)
        assert (User.objects.count(), Person.objects.count(), Walk.objects.count()) == before[:3]
        assert Client.objects.count() == 3
        assert list(StandIn.objects.values_list("private_key", flat=True)) == keys
        assert Policy.current().stop_between


@pytest.mark.parametrize("path", ["", "dances/", "policy/", "accounts/login/", "accounts/signup/"])
def test_pages_for_everybody(visitor, path: str) -> None:
    page = visitor.get(path)
    assert page.status_code == 200
    assert "Lantern Walks" in page.text


@pytest.mark.parametrize("path", ["accounts/3rdparty/error/", "accounts/3rdparty/cancelled/"])
def test_pages_of_failure(visitor, path: str) -> None:
    assert "Lantern Walks" in visitor.get(path).text


def test_joining_takes_somebody(visitor) -> None:
    assert visitor.post("walks/1/join/").url.startswith(f"{HOME}accounts/login/")
    dance(visitor)
    visitor.post("walks/1/join/")
    with visitor.world():
        assert Walk.objects.get(pk=1).walkers.get().username == "grace"


@pytest.mark.parametrize(
    ("slug", "handle", "user"),
    [("google", "grace", "grace"), ("facebook", "grace", "grace"), ("github", "nemo", "nemo")],
)
def test_each_stand_in_signs_in(visitor, slug: str, handle: str, user: str) -> None:
    assert dance(visitor, slug, handle).url == HOME
    assert me(visitor) == user
    with visitor.world():
        account = SocialAccount.objects.get()
        person = Person.objects.get(stand_in=slug, handle=handle)
        assert (account.provider, account.uid) == (f"{slug}-stand-in", person.sub)
        assert account.user != person.user
        assert not account.user.has_usable_password()


def test_an_address_is_verified_if_the_provider_says_so(visitor) -> None:
    dance(visitor)
    sign_out(visitor)
    dance(visitor, "github", "nemo")
    with visitor.world():
        found = dict(EmailAddress.objects.exclude(user__username="ada").values_list("email", "verified"))
    assert found == {"grace@navy.example": True, "nemo@nautilus.example": False}


def test_the_redirect_carries_state_nonce_and_challenge_but_no_secret(visitor) -> None:
    address = urlsplit(begin(visitor).url)
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert address.path == f"{HOME}at/google/authorize/"
    assert {"state", "nonce", "code_challenge"} < set(query)
    assert query["code_challenge_method"] == "S256"
    assert query["redirect_uri"].endswith(f"{HOME}accounts/oidc/google-stand-in/login/callback/")
    assert not {"code_verifier", "client_secret"} & set(query)


def test_servers_call_without_cookies_and_each_call_is_drawn(visitor) -> None:
    dance(visitor)
    token = next(trace for trace in visitor.traces if trace["url_name"] == "token")
    info = next(trace for trace in visitor.traces if trace["url_name"] == "userinfo")
    assert (token["request"]["cookies"], info["request"]["cookies"]) == ({}, {})
    with visitor.world():
        kinds = [hop.kind for hop in Dance.objects.get().hops.all()]
    assert kinds == ["discovery", "out", "back", "discovery", "token", "userinfo"]
    sent = hop_of(visitor, "token").sent
    assert sent["client_secret"] == "…"
    assert challenge_of(sent["code_verifier"]) == hop_of(visitor, "out").sent["code_challenge"]


def test_the_id_token_is_signed_by_the_key_that_the_provider_publishes(visitor) -> None:
    dance(visitor)
    token = hop_of(visitor, "token").got["id_token"]
    keys = jwt.PyJWKSet.from_dict(visitor.get("at/google/.well-known/jwks.json").json())
    others = jwt.PyJWKSet.from_dict(visitor.get("at/github/.well-known/jwks.json").json())
    with pytest.raises(KeyError):
        others[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(
        token,
        keys[jwt.get_unverified_header(token)["kid"]].key,
        algorithms=["RS256"],
        audience="lantern-walks-at-google",
        issuer=f"http://testserver{HOME}at/google",
    )
    assert claims["nonce"] == hop_of(visitor, "out").sent["nonce"]
    assert (claims["email"], claims["email_verified"]) == ("grace@navy.example", True)


def test_every_check_of_a_good_dance_is_passed_and_shown(visitor) -> None:
    dance(visitor)
    with visitor.world():
        checks = [check for drawn in draw(Dance.objects.get()) for check in drawn.checks]
    assert len(checks) == 5
    assert all(check.passed for check in checks)
    page = visitor.get(f"dances/{latest(visitor).pk}/").text
    assert hop_of(visitor, "back").sent["code"] in page
    assert "Signed in as grace." in page


def test_a_claim_that_was_not_granted_is_not_told(visitor) -> None:
    back = consent(visitor, begin(visitor).url, "grace", scopes=["openid"])
    visitor.get(local(back.headers["Location"]))
    assert set(hop_of(visitor, "userinfo").got) == {"sub"}


@pytest.mark.parametrize("other", ["x", ""])
def test_a_changed_state_is_refused_and_the_code_stays_unused(visitor, other: str) -> None:
    back = consent(visitor, begin(visitor).url, "grace")
    state = latest(visitor).state
    refused = visitor.get(local(back.headers["Location"]).replace(state, other))
    assert refused.status_code == 401
    assert "no request with this state" in refused.text
    assert "token" not in {trace["url_name"] for trace in visitor.traces}
    assert me(visitor) is None


def test_a_state_of_another_browser_is_refused(visitor) -> None:
    """Login CSRF: the attacker's own code, handed to the victim's browser."""
    back = consent(visitor, begin(visitor).url, "grace")
    assert visitor.beside(2).get(local(back.headers["Location"])).status_code == 401


def test_a_callback_twice_is_refused_and_the_session_stays(visitor) -> None:
    back = local(consent(visitor, begin(visitor).url, "grace").headers["Location"])
    assert visitor.get(back).status_code == 302
    assert visitor.get(back).status_code == 401
    assert me(visitor) == "grace"
    assert latest(visitor).worked


def test_a_code_is_redeemed_once(visitor) -> None:
    dance(visitor)
    visitor.post(f"dances/{latest(visitor).pk}/again/")
    again = hop_of(visitor, "again")
    assert (again.status, again.got["error"]) == (400, "invalid_grant")


def test_nothing_is_redeemed_again_that_never_was(visitor) -> None:
    begin(visitor)
    assert "No code was redeemed" in visitor.post(f"dances/{latest(visitor).pk}/again/", follow=True).text


def test_a_changed_nonce_is_refused_after_the_code_was_redeemed(visitor) -> None:
    back = consent(visitor, begin(visitor).url.replace("nonce=", "nonce=x"), "grace")
    refused = visitor.get(local(back.headers["Location"]))
    assert refused.status_code == 401
    assert hop_of(visitor, "token").status == 200
    assert "nonce" in latest(visitor).outcome
    assert me(visitor) is None


def test_a_missing_nonce_is_refused_too(visitor) -> None:
    nonce = hop_of_nonce(begin(visitor).url)
    back = consent(visitor, latest_address(visitor).replace(f"&nonce={nonce}", ""), "grace")
    assert visitor.get(local(back.headers["Location"])).status_code == 401


def hop_of_nonce(address: str) -> str:
    return parse_qs(urlsplit(address).query)["nonce"][0]


def latest_address(visitor) -> str:
    locations = [dict(trace["response"]["headers"]).get("location", "") for trace in visitor.traces]
    return next(location for location in reversed(locations) if "/authorize/" in location)


def test_a_code_without_its_verifier_is_worth_nothing(visitor) -> None:
    """A stolen code in the thief's own dance: his state, his verifier, the victim's code."""
    victim = visitor.beside(2)
    address = begin(victim).url
    stolen = parse_qs(urlsplit(consent(victim, address, "grace").headers["Location"]).query)["code"][0]
    begin(visitor)
    state = latest(visitor).state
    refused = visitor.get(f"accounts/oidc/google-stand-in/login/callback/?code={stolen}&state={state}")
    assert refused.status_code == 401
    assert hop_of(visitor, "token").got["error"] == "invalid_grant"


def test_denying_tells_nothing(visitor) -> None:
    back = consent(visitor, begin(visitor).url, "grace", action="cancel")
    assert visitor.get(local(back.headers["Location"])).url == f"{HOME}accounts/3rdparty/cancelled/"
    assert "access_denied" in latest(visitor).outcome
    with visitor.world():
        assert not SocialAccount.objects.exists()
        assert not Token.objects.exists()


def test_an_address_that_is_not_registered_gets_no_code(visitor) -> None:
    address = begin(visitor).url.replace("%2Flogin%2Fcallback%2F", "%2Felsewhere%2F")
    page = visitor.get(local(address))
    assert page.status_code == 302
    visitor.post("at/google/choose/", {"person": "1"})
    refused = visitor.get(local(address))
    assert refused.status_code == 200
    assert "Mismatching redirect URI" in refused.text
    assert "Location" not in refused.headers


def test_another_providers_client_is_nobody_here(visitor) -> None:
    address = local(begin(visitor).url).replace("/at/google/", "/at/github/")
    assert visitor.get(address).status_code == 400
    data = {"client_id": "lantern-walks-at-google", "grant_type": "authorization_code", "code": "x"}
    assert visitor.post("at/github/token/", data).status_code == 400


def test_by_default_a_taken_address_signs_nobody_in(visitor) -> None:
    assert dance(visitor, "google", "ada").url == f"{HOME}accounts/3rdparty/signup/"
    answer = visitor.post(
        "accounts/3rdparty/signup/", {"username": "ada2", "email": "ada@analytical.example"}
    )
    assert "already exists" in answer.text
    assert me(visitor) is None


def test_email_authentication_takes_a_verified_address_only(visitor) -> None:
    set_policy(visitor, "email_authentication")
    dance(visitor, "facebook", "mallory")
    assert me(visitor) is None
    dance(visitor, "google", "ada")
    assert me(visitor) == "ada"


def test_trusting_every_address_hands_the_account_over(visitor) -> None:
    set_policy(visitor, "email_authentication", "trust_addresses")
    dance(visitor, "facebook", "mallory")
    assert me(visitor) == "ada"
    sign_out(visitor)
    set_policy(visitor)
    dance(visitor, "facebook", "mallory")
    assert me(visitor) is None


def test_connecting_adds_a_way_in_and_is_told_by_mail(visitor) -> None:
    sign_in(visitor)
    assert dance(visitor, "github", "ghopper", process="connect").url == f"{HOME}accounts/3rdparty/"
    assert "ada@analytical.example" in visitor.mail[-1]["to"]
    sign_out(visitor)
    dance(visitor, "github", "ghopper")
    assert me(visitor) == "ada"


def test_somebody_elses_connection_stays_theirs(visitor) -> None:
    dance(visitor)
    sign_out(visitor)
    sign_in(visitor)
    dance(visitor, process="connect")
    with visitor.world():
        assert SocialAccount.objects.get().user.username == "grace"


def test_the_last_way_in_cannot_be_removed(visitor) -> None:
    dance(visitor)
    with visitor.world():
        pk = SocialAccount.objects.get().pk
    assert "no password" in visitor.post("accounts/3rdparty/", {"account": pk}).text
    with visitor.world():
        assert SocialAccount.objects.exists()


def test_a_new_account_at_a_provider_is_unverified_and_nobody_here(visitor) -> None:
    data = {"join": "1", "name": "Eve", "handle": "eve", "email": "grace@navy.example"}
    visitor.post("at/github/choose/", data)
    with visitor.world():
        eve = Person.objects.get(handle="eve")
        assert not eve.email_verified
        assert (eve.user.email, eve.user.has_usable_password()) == ("", False)
    assert "Eve" in visitor.get("at/github/").text
    assert me(visitor) is None


def test_the_providers_cookie_is_for_its_own_pages(visitor) -> None:
    chosen = visitor.post("at/google/choose/", {"person": "1"})
    cookie = chosen.cookies["at_google"]
    assert (cookie["path"], cookie["httponly"]) == (f"{HOME}at/google/", True)
    assert "Grace Hopper" in visitor.get("at/google/").text
    assert "Nobody is signed in at GitHub" in visitor.get("at/github/").text


def test_a_stop_shows_what_is_carried_and_sends_it_on(visitor) -> None:
    set_policy(visitor, "stop_between")
    stop = begin(visitor)
    assert stop.url.startswith(f"{HOME}between/?to=")
    page = visitor.get(stop.url).text
    assert latest(visitor).state in page
    assert 'name="code_challenge"' in page


@pytest.mark.parametrize(
    "to", ["", "https://evil.example/?a=b", "//evil.example/?a=b", "/other/?a=b", "javascript:1?a=b"]
)
def test_a_stop_leads_nowhere_else(visitor, to: str) -> None:
    assert visitor.get("between/", {"to": to}).status_code == 404


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_the_chooser_leads_nowhere_else(visitor, onward: str) -> None:
    assert visitor.post("at/google/choose/", {"person": "1", "next": onward}).url == f"{HOME}at/google/"


@pytest.mark.parametrize("person", ["", "x", "999", "3"])
def test_the_chooser_knows_its_own_accounts(visitor, person: str) -> None:
    assert visitor.post("at/google/choose/", {"person": person}).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["accounts/oidc/nobody/login/", "accounts/oidc/nobody/login/callback/?code=x&state=y", "at/nobody/"],
)
def test_a_provider_that_is_not(visitor, path: str) -> None:
    assert visitor.post(path).status_code == 404
    assert visitor.get(path).status_code == 404


def test_a_link_starts_nothing(visitor) -> None:
    page = visitor.get("accounts/oidc/google-stand-in/login/")
    assert page.status_code == 200
    with visitor.world():
        assert not Dance.objects.exists()


def test_two_browsers_dance_each_at_their_own_address(visitor) -> None:
    other = visitor.beside(2)
    assert dance(other, "github", "nemo").url == f"/~2{HOME}"
    assert me(other) == "nemo"
    assert me(visitor) is None


WITH_A_CLIENT_ID = """
import django
django.setup()
from sandbox.demos.testing import Browser
visitor = Browser("social_login")
print("Continue with Google (the real one)" in visitor.get().text)
print(visitor.post("accounts/google/login/").headers["Location"])
visitor.post("accounts/oidc/google-stand-in/login/")
print(visitor.traces[-1]["response"]["status"])
"""


def test_real_providers_stand_beside_where_there_are_client_ids(visitor) -> None:
    assert "(the real one)" not in visitor.get().text
    names = {"DJANGO_SETTINGS_MODULE": "sandbox.demos.settings_test", "DEMOS_ONLY": "social_login"}
    ids = {"GOOGLE_CLIENT_ID": "our-id", "GOOGLE_CLIENT_SECRET": "our-secret", "GITHUB_CLIENT_ID": "another"}
    told = subprocess.run(
        [sys.executable, "-c", WITH_A_CLIENT_ID],
        env={**os.environ, **names, **ids},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    is_there, address, stand_in = told.stdout.split()
    assert (is_there, stand_in) == ("True", "302")
    assert address.startswith("https://accounts.google.com/")
    assert "client_id=our-id" in address
    assert "code_challenge=" in address
    assert "our-secret" not in address
