"""The harbour's notice board, as the demos site runs it."""

import time

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User

from lessons.authentication.email_verification.demo.models import House, Notice
from lessons.authentication.email_verification.demo.registry import find_key, take_apart, works
from lessons.authentication.email_verification.demo.seed import seed
from lessons.authentication.email_verification.tests.people import (
    HOME,
    PASSWORD,
    change_address,
    enter,
    latest_code,
    latest_link,
    pin,
    set_house,
    sign_in,
    sign_up,
    wait,
)

KEYS = [
    "a:b:c",
    "::",
    "Mw:1vO2Ab",
    "Mw:1vO2Ab:xyz",
    "é:é:é",
    "   ",
    "Mw:!:x",
    "W10:1vO2Ab:x",
    "<b>:a:b",
    "-:-:-",
]


@pytest.fixture
def visitor(visit):
    wait()
    return visit("email_verification")


def addresses(visitor, username: str) -> list[tuple[str, bool, bool]]:
    with visitor.world():
        rows = EmailAddress.objects.filter(user__username=username).order_by("pk")
        return [(row.email, row.verified, row.primary) for row in rows]


def letters_to(visitor) -> list[str]:
    return [address for letter in visitor.mail for address in letter["to"]]


def test_seeding_twice_changes_nothing(visitor) -> None:
    with visitor.world():
        House.objects.update(way="code")
        seed()
        assert (User.objects.count(), EmailAddress.objects.count(), Notice.objects.count()) == (2, 2, 3)
        assert House.current().by_code


@pytest.mark.parametrize(
    "path",
    [
        "",
        "register/",
        "accounts/login/",
        "accounts/signup/",
        "accounts/inactive/",
        "accounts/confirm-email/",
        "accounts/password/reset/",
        "accounts/password/reset/done/",
        "accounts/password/reset/key/done/",
        "accounts/password/reset/key/2-abc/",
    ],
)
def test_public_pages_look_like_the_harbour(visitor, path: str) -> None:
    page = visitor.get(path)
    assert page.status_code == 200
    assert "email_verification/style.css" in page.text


@pytest.mark.parametrize("path", ["accounts/email/", "accounts/logout/", "accounts/signup/"])
def test_pages_of_somebody_signed_in(visitor, path: str) -> None:
    sign_in(visitor, "grace")
    page = visitor.get(path)
    if page.status_code == 200:
        assert "email_verification/style.css" in page.text
    else:
        assert (path, page.url) == ("accounts/signup/", HOME)


def test_who_is_nobody_is_asked_to_sign_in(visitor) -> None:
    assert pin(visitor).url == f"{HOME}accounts/login/?next={HOME}pin/"
    assert visitor.get("accounts/email/").url == f"{HOME}accounts/login/?next={HOME}accounts/email/"


def test_by_link_one_is_in_at_once_and_may_not_pin(visitor) -> None:
    assert sign_up(visitor).url == HOME
    assert visitor.traces[-1]["user"]["after"] == "mary"
    assert addresses(visitor, "mary") == [("mary@quay.example", False, True)]
    refused = pin(visitor)
    assert refused.status_code == 200
    assert "email_verification/style.css" in refused.text
    with visitor.world():
        assert not Notice.objects.filter(author__username="mary").exists()


def test_the_link_confirms_by_its_button_and_not_by_looking(visitor) -> None:
    sign_up(visitor)
    link = latest_link(visitor)
    assert "Is this your address?" in visitor.get(link).text
    assert addresses(visitor, "mary") == [("mary@quay.example", False, True)]
    assert visitor.post(link).url == HOME
    assert addresses(visitor, "mary") == [("mary@quay.example", True, True)]
    assert pin(visitor).url == HOME
    assert "This link does not work" in visitor.get(link).text
    assert visitor.post(link).status_code == 404


def test_the_link_signs_nobody_in(visitor) -> None:
    sign_up(visitor)
    elsewhere = visitor.beside(2)
    link = f"/~2{latest_link(visitor)}"
    assert elsewhere.post(link).url == f"/~2{HOME}accounts/login/"
    assert elsewhere.traces[-1]["user"]["after"] is None
    assert pin(visitor).url == HOME


def test_one_letter_in_three_minutes_and_nobody_is_told(visitor) -> None:
    sign_in(visitor, "grace")
    answers = [pin(visitor).text.count("Confirm your address first") for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert letters_to(visitor) == ["grace@navy.example"]
    visitor.post("accounts/email/", {"action_send": "", "email": "grace@navy.example"})
    assert len(visitor.mail) == 1
    wait()
    visitor.post("accounts/email/", {"action_send": "", "email": "grace@navy.example"})
    assert letters_to(visitor) == ["grace@navy.example"] * 2


def test_the_throttle_is_each_visitors_own(visitor, visit) -> None:
    other = visit("email_verification")
    for browser in (visitor, other):
        sign_in(browser, "grace")
        pin(browser)
        assert len(browser.mail) == 1


def test_a_change_of_address_counts_once_it_is_confirmed(visitor) -> None:
    sign_in(visitor, "ada")
    change_address(visitor, "ada@quay.example")
    assert addresses(visitor, "ada") == [
        ("ada@analytical.example", True, True),
        ("ada@quay.example", False, False),
    ]
    assert pin(visitor).status_code == 302
    visitor.post(latest_link(visitor))
    assert addresses(visitor, "ada") == [("ada@quay.example", True, True)]
    assert letters_to(visitor) == ["ada@quay.example", "ada@analytical.example"]
    with visitor.world():
        assert User.objects.get(username="ada").email == "ada@quay.example"


def test_the_old_address_can_be_kept(visitor) -> None:
    sign_in(visitor, "ada")
    change_address(visitor, "ada@quay.example")
    link = latest_link(visitor)
    visitor.post("accounts/email/", {"action_remove": "", "email": "ada@quay.example"})
    assert addresses(visitor, "ada") == [("ada@analytical.example", True, True)]
    assert "This link does not work" in visitor.get(link).text


def test_by_link_a_taken_address_is_told(visitor) -> None:
    page = sign_up(visitor, "adam", "ada@analytical.example")
    assert "already registered" in page.text
    assert visitor.mail == []


def test_by_code_nobody_is_in_before(visitor) -> None:
    set_house(visitor, "code")
    assert sign_up(visitor).url == f"{HOME}accounts/confirm-email/"
    assert visitor.traces[-1]["user"]["after"] is None
    assert pin(visitor).url.startswith(f"{HOME}accounts/login/")
    assert enter(visitor, latest_code(visitor)).url == HOME
    assert visitor.traces[-1]["user"]["after"] == "mary"
    assert addresses(visitor, "mary") == [("mary@quay.example", True, True)]
    assert pin(visitor).url == HOME


def test_case_and_hyphen_of_a_code_do_not_matter(visitor) -> None:
    set_house(visitor, "code")
    sign_up(visitor)
    assert enter(visitor, latest_code(visitor).replace("-", " ").lower()).url == HOME


def test_a_code_is_this_browsers(visitor) -> None:
    set_house(visitor, "code")
    sign_up(visitor)
    second = visitor.beside(2)
    assert enter(second, latest_code(visitor)).url == f"/~2{HOME}accounts/login/"
    assert addresses(visitor, "mary") == [("mary@quay.example", False, True)]


def test_three_wrong_codes_end_the_right_one(visitor) -> None:
    set_house(visitor, "code")
    sign_up(visitor)
    code = latest_code(visitor)
    for _ in range(2):
        assert "Incorrect code" in enter(visitor, "BBBB-BBBB").text
    assert enter(visitor, "BBBB-BBBB").url == f"{HOME}accounts/login/"
    assert enter(visitor, code).url == f"{HOME}accounts/login/"
    assert addresses(visitor, "mary") == [("mary@quay.example", False, True)]
    wait()
    assert sign_in(visitor, "mary").url == f"{HOME}accounts/confirm-email/"
    assert latest_code(visitor) != code
    assert enter(visitor, latest_code(visitor)).url == HOME


def test_another_code_makes_the_first_worthless_and_may_be_had_twice(visitor) -> None:
    set_house(visitor, "code")
    sign_up(visitor)
    first = latest_code(visitor)
    resend = {"action": "resend"}
    early = visitor.post("accounts/confirm-email/", resend)
    assert early.status_code == 429
    assert "email_verification/style.css" in early.text
    for letters in (2, 3):
        wait()
        visitor.post("accounts/confirm-email/", resend)
        assert len(visitor.mail) == letters
    wait()
    visitor.post("accounts/confirm-email/", resend)  # no such action any more: it counts as a wrong code
    assert len(visitor.mail) == 3
    assert enter(visitor, first).status_code == 200
    assert addresses(visitor, "mary") == [("mary@quay.example", False, True)]


def test_a_mistyped_address_can_be_mended_before_the_code(visitor) -> None:
    set_house(visitor, "code")
    sign_up(visitor, email="mary@quai.example")
    wait()
    visitor.post("accounts/confirm-email/", {"action": "change", "email": "mary@quay.example"})
    assert letters_to(visitor) == ["mary@quai.example", "mary@quay.example"]
    assert enter(visitor, latest_code(visitor)).url == HOME
    assert addresses(visitor, "mary") == [("mary@quay.example", True, True)]


def test_by_code_a_taken_address_is_told_to_its_owner_alone(visitor) -> None:
    set_house(visitor, "code")
    second = visitor.beside(2)
    free = sign_up(second, "mary", "mary@quay.example")
    taken = sign_up(visitor, "adam", "ada@analytical.example")
    assert free.url == f"/~2{taken.url}"
    assert "already exists" in visitor.mail[-1]["text"]
    assert visitor.get(taken.url).status_code == 200
    with visitor.world():
        assert not User.objects.filter(username="adam").exists()
    assert enter(visitor, "BBBB-BBBB").status_code == 200


def test_by_code_two_signs_of_a_taken_address_are_left(visitor, monkeypatch) -> None:
    """allauth changes the address of a user, and hashes the password of a user; here is none."""
    set_house(visitor, "code")
    hashed = []
    set_password = User.set_password
    monkeypatch.setattr(
        User, "set_password", lambda user, raw: (hashed.append(user.username), set_password(user, raw))
    )
    second = visitor.beside(2)
    free = second.get(sign_up(second, "mary", "mary@quay.example").url)
    taken = visitor.get(sign_up(visitor, "adam", "ada@analytical.example").url)
    assert "Enter the code" in free.text and "Enter the code" in taken.text
    assert "That is not my address" in free.text
    assert "That is not my address" not in taken.text
    assert hashed == ["mary"]


def test_by_code_a_change_of_address_takes_a_code(visitor) -> None:
    set_house(visitor, "code")
    sign_in(visitor, "ada")
    assert change_address(visitor, "ada@quay.example").url == f"{HOME}accounts/confirm-email/"
    assert addresses(visitor, "ada") == [("ada@analytical.example", True, True)]
    assert enter(visitor, latest_code(visitor)).status_code == 302
    assert addresses(visitor, "ada") == [("ada@quay.example", True, True)]


@pytest.mark.parametrize("way", ["link", "code"])
def test_over_as_soon_as_it_is_sent(visitor, way: str) -> None:
    set_house(visitor, way, "over")
    sign_up(visitor)
    time.sleep(0.01)
    if way == "link":
        assert "This link does not work" in visitor.get(latest_link(visitor)).text
    else:
        assert enter(visitor, latest_code(visitor)).url == f"{HOME}accounts/login/"
    assert addresses(visitor, "mary") == [("mary@quay.example", False, True)]


def test_the_register_follows_a_link(visitor) -> None:
    def steps() -> list[bool | None]:
        anatomy = visitor.get("register/", {"link": link}).context["anatomy"]
        with visitor.world():
            assert anatomy.works is works(find_key(link)) or lifetime == "over"
        return [step.passed for step in anatomy.steps]

    sign_up(visitor)
    link, lifetime = latest_link(visitor), "usual"
    assert steps() == [True, True, True, True]
    lifetime = "over"
    set_house(visitor, lifetime=lifetime)
    assert steps() == [True, False, None, None]
    lifetime = "usual"
    set_house(visitor)
    visitor.post(link)
    assert steps() == [True, True, True, False]
    with visitor.world():
        EmailAddress.objects.filter(user__username="mary").delete()
    assert steps() == [True, True, False, None]
    link = f"{link[:-2]}/"
    assert steps() == [False, None, None, None]


@pytest.mark.parametrize("key", KEYS)
def test_whatever_is_pasted(visitor, key: str) -> None:
    page = visitor.get("register/", {"link": key})
    assert page.status_code == 200
    anatomy = page.context["anatomy"]
    assert anatomy is None or not anatomy.works
    assert "<b>:" not in page.text


def test_a_forged_payload_is_not_ours(visitor) -> None:
    sign_up(visitor)
    _, stamp, signature = find_key(latest_link(visitor)).split(":")
    with visitor.world():
        assert not take_apart(f"MQ:{stamp}:{signature}").steps[0].passed


def test_a_choice_that_is_none_changes_nothing(visitor) -> None:
    set_house(visitor, "by-pigeon")
    with visitor.world():
        assert House.current().way == "link"


def test_the_letter_of_the_second_browser_is_for_it(visitor) -> None:
    second = visitor.beside(2)
    sign_up(second)
    assert latest_link(visitor).startswith(f"/~2{HOME}accounts/confirm-email/")
    assert second.post(latest_link(visitor)).url == f"/~2{HOME}"


def test_a_password_reset_by_link_does_not_confirm_the_address(visitor) -> None:
    visitor.post("accounts/password/reset/", {"email": "grace@navy.example"})
    form = visitor.get(latest_link(visitor)).url
    assert visitor.post(form, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302
    assert addresses(visitor, "grace") == [("grace@navy.example", False, True)]
    assert sign_in(visitor, "grace", PASSWORD).url == HOME


def test_passwords_are_masked_in_the_xray(visitor) -> None:
    sign_up(visitor)
    assert PASSWORD not in str(visitor.traces[-1]["request"])
