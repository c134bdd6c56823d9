"""The left-luggage office, as the demos site runs it."""

import re
import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator, default_token_generator

from lessons.authentication.password_reset.demo.anatomy import forgeries, split_link, take_apart
from lessons.authentication.password_reset.demo.models import Bench, SentLink
from lessons.authentication.password_reset.demo.seed import PASSWORDS, seed
from lessons.authentication.password_reset.demo.tokens import BenchTokenGenerator
from lessons.authentication.password_reset.tests.people import (
    HOME,
    NEW,
    ask,
    change,
    latest_link,
    set_bench,
    sign_in,
    use,
)

LINKS = [
    "Mg/abc/",
    "a/b",
    "////",
    "gA/0-0/",
    "-/zzzzzzzzzzzzzz-0/",
    "MQ/zzzzzzzzzzzzz-0/",
    "MQ/é-0/",
    "MQ/1-2-3/",
    "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk/1-2/",
    "NDI/1-2/",
    "wrE/1-2/",
    "  /x  ",
]


@pytest.fixture
def visitor(visit):
    return visit("password_reset")


def anatomy_of(visitor, link: str):
    return visitor.get("workbench/", {"link": link}).context["anatomy"]


def test_seeding_twice_keeps_people_and_bench(visitor) -> None:
    with visitor.world():
        Bench.objects.update(clock_hours=73)
        seed()
        assert User.objects.count() == 4
        assert Bench.current().clock_hours == 73
        assert not User.objects.get(username="ivy").has_usable_password()
        assert not User.objects.get(username="hal").is_active


@pytest.mark.parametrize(
    "path", ["", "login/", "reset/", "reset/sent/", "reset/complete/", "workbench/", "rules/"]
)
def test_public_pages(visitor, path: str) -> None:
    assert visitor.get(path).status_code == 200
    assert "sessionid" not in visitor.cookies


@pytest.mark.parametrize("path", ["account/", "password/", "password/by-hand/"])
def test_closed_pages(visitor, path: str) -> None:
    assert visitor.get(path).url == f"{HOME}login/?next={HOME}{path}"


def test_a_locker_opens_for_its_owner_alone(visitor) -> None:
    assert "telescope" not in visitor.get("").text
    sign_in(visitor)
    page = visitor.get("").text
    assert "telescope" in page
    assert "nanosecond”" not in page


def test_reset_by_letter(visitor) -> None:
    assert ask(visitor).url == f"{HOME}reset/sent/"
    assert visitor.mail[-1]["to"] == ["ada@analytical.example"]
    link = latest_link(visitor)
    opened = visitor.get(link)
    assert opened.status_code == 302
    assert opened.url == re.sub(r"[^/]+/$", "set-password/", link)
    assert "_password_reset_token" in visitor.traces[-1]["session"]["added"]
    assert use(visitor, link).url == f"{HOME}reset/complete/"
    assert sign_in(visitor, password=NEW).url == f"{HOME}account/"


def test_the_letter_is_for_the_browser_that_asked(visitor) -> None:
    second = visitor.beside(2)
    ask(second)
    assert latest_link(visitor).startswith(f"/~2{HOME}reset/")
    assert use(second, latest_link(second)).status_code == 302


@pytest.mark.parametrize("email", ["nobody@nowhere.example", "hal@discovery.example", "ivy@gate.example"])
def test_same_answer_and_no_letter(visitor, email: str) -> None:
    answer, known = ask(visitor, email), ask(visitor)
    assert (answer.status_code, answer.url) == (known.status_code, known.url)
    assert [letter["to"] for letter in visitor.mail] == [["ada@analytical.example"]]


def test_a_link_in_a_letter_to_other_capitals_goes_to_the_stored_address(visitor) -> None:
    ask(visitor, "ADA@analytical.example")
    assert visitor.mail[-1]["to"] == ["ada@analytical.example"]


def test_with_the_bench_untouched_a_token_is_djangos(visitor) -> None:
    ask(visitor)
    uidb64, token = split_link(latest_link(visitor))
    with visitor.world():
        assert default_token_generator.check_token(User.objects.get(username="ada"), token)


def test_the_session_token_alone_decides_at_set_password(visitor) -> None:
    assert "does not work" in visitor.get("reset/MQ/set-password/").text


def test_weak_passwords_leave_the_link_alive(visitor) -> None:
    ask(visitor)
    link = latest_link(visitor)
    refused = use(visitor, link, "my-locker-is-mine")
    codes = [error.code for error in refused.context["form"].errors.as_data()["new_password2"]]
    assert codes == ["password_has_context_word"]
    assert use(visitor, link).status_code == 302


@pytest.mark.parametrize("what", ["used", "login", "password", "email", "rehash"])
def test_what_kills_a_link(visitor, what: str) -> None:
    ask(visitor)
    link = latest_link(visitor)
    assert anatomy_of(visitor, link).valid
    if what == "used":
        use(visitor, link)
    elif what == "login":
        sign_in(visitor)
    else:
        with visitor.world():
            ada = User.objects.get(username="ada")
            if what == "email":
                ada.email = "lovelace@analytical.example"
            else:
                ada.set_password(PASSWORDS["ada"] if what == "rehash" else NEW)
            ada.save()
    assert "does not work" in visitor.get(link).text
    anatomy = anatomy_of(visitor, link)
    changed = [found.name for found in anatomy.ingredients if found.changed]
    assert changed == {"login": ["last_login"], "email": ["email"]}.get(what, ["password"])
    assert [step.passed for step in anatomy.steps] == [True, True, False, None]


@pytest.mark.parametrize(("hours", "works"), [(0, True), (71, True), (73, False)])
def test_the_clock(visitor, hours: int, works: bool) -> None:
    ask(visitor)
    link = latest_link(visitor)
    set_bench(visitor, clock_hours=hours)
    assert anatomy_of(visitor, link).valid is works
    assert (visitor.get(link).status_code == 302) is works


def test_the_very_second(visitor, monkeypatch) -> None:
    with visitor.world():
        ada, generator = User.objects.get(username="ada"), BenchTokenGenerator(Bench.current())
        token, now = generator.make_token(ada), generator._now()
        for seconds, works in ((259_200, True), (259_202, False)):
            later = now + timedelta(seconds=seconds)
            monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self, later=later: later)
            assert generator.check_token(ada, token) is works


@pytest.mark.parametrize(("key", "works"), [("first", True), ("with_fallback", True), ("alone", False)])
def test_the_key(visitor, key: str, works: bool) -> None:
    ask(visitor)
    link = latest_link(visitor)
    set_bench(visitor, key=key)
    assert anatomy_of(visitor, link).valid is works
    assert (visitor.get(link).status_code == 302) is works


def test_a_turned_key_signs_nobody_out(visitor) -> None:
    sign_in(visitor)
    set_bench(visitor, key="alone")
    assert visitor.get("account/").status_code == 200


def test_forgeries_are_refused(visitor) -> None:
    ask(visitor)
    with visitor.world():
        anatomy = take_apart(*split_link(latest_link(visitor)), BenchTokenGenerator(Bench.current()))
        tried = forgeries(anatomy)
    assert len(tried) == 3
    for _, uidb64, token in tried:
        assert "does not work" in visitor.get(f"reset/{uidb64}/{token}/").text


@pytest.mark.parametrize("link", LINKS)
def test_whatever_is_pasted(visitor, link: str) -> None:
    page = visitor.get("workbench/", {"link": link})
    assert page.status_code == 200
    anatomy = page.context["anatomy"]
    assert anatomy is None or not anatomy.valid
    if anatomy is not None:
        assert visitor.get(f"reset/{anatomy.uidb64}/{anatomy.token}/").status_code in (200, 404)


def test_the_workbench_gives_no_working_token_away(visitor) -> None:
    ask(visitor)
    uidb64, token = split_link(latest_link(visitor))
    younger = f"{token[:5]}{'0' if token[5] != '0' else '1'}-{'0' * 32}"
    page = visitor.get("workbench/", {"link": f"{uidb64}/{younger}/"}).text
    with visitor.world():
        ada = User.objects.get(username="ada")
        real = default_token_generator._make_token_with_timestamp(
            ada,
            take_apart(uidb64, younger, BenchTokenGenerator(Bench.current())).seconds,
            Bench.current().secret,
        )
        stored = ada.password
    assert real.partition("-")[2] not in page
    assert stored not in page


def test_pasted_text_is_escaped(visitor) -> None:
    assert "<script>alert" not in visitor.get("workbench/", {"link": "<script>alert(1)</script>/x-y/"}).text


@pytest.mark.parametrize(
    "data",
    [{}, {"clock_hours": "5", "key": "first", "delivery": "at_once"}, {"clock_hours": "0", "key": "x"}],
)
def test_the_bench_takes_no_nonsense(visitor, data: dict) -> None:
    answer = visitor.post("workbench/set/", data)
    assert answer.status_code == 200
    assert answer.context["bench_form"].errors
    with visitor.world():
        assert Bench.current().clock_hours == 0


def test_djangos_change_keeps_this_browser_and_ends_the_other(visitor) -> None:
    second = visitor.beside(2)
    for browser in (visitor, second):
        sign_in(browser)
    before = visitor.cookies["sessionid"].value
    assert change(visitor, PASSWORDS["ada"]).status_code == 302
    assert visitor.cookies["sessionid"].value != before
    rows = visitor.get("account/").context["rows"]
    assert {(row.mine, row.holds) for row in rows} == {(True, True), (False, False)}
    assert [browser.get("account/").status_code for browser in (visitor, second)] == [200, 302]


def test_the_change_by_hand_ends_both(visitor) -> None:
    second = visitor.beside(2)
    for browser in (visitor, second):
        sign_in(browser)
    assert change(visitor, PASSWORDS["ada"], "password/by-hand/").status_code == 302
    assert [browser.get("account/").status_code for browser in (visitor, second)] == [302, 302]


def test_a_reset_ends_every_session(visitor) -> None:
    second = visitor.beside(2)
    sign_in(second)
    ask(visitor)
    use(visitor, latest_link(visitor))
    assert second.get("account/").status_code == 302


def test_changing_needs_the_old_password(visitor) -> None:
    sign_in(visitor)
    refused = change(visitor, "wrong")
    assert list(refused.context["form"].errors) == ["old_password"]
    assert sign_in(visitor.beside(2)).status_code == 302


def test_a_bad_address_changes_nothing(visitor) -> None:
    sign_in(visitor)
    page = visitor.post("account/address/", {"email": "no address"})
    assert page.context["form"].errors
    assert "ada’s account" in page.text
    with visitor.world():
        assert User.objects.get(username="ada").email == "ada@analytical.example"


@pytest.mark.parametrize(
    ("password", "username", "code"),
    [
        ("ada@analytical.org", "ada", "password_too_similar"),
        ("short-one", "", "password_too_short"),
        ("password1234", "", "password_too_common"),
        ("907361542870", "", "password_entirely_numeric"),
        ("Lug-Gage of mine", "", "password_has_context_word"),
    ],
)
def test_each_rule_says_its_own(visitor, password: str, username: str, code: str) -> None:
    with visitor.world():
        pk = User.objects.get(username=username).pk if username else ""
    page = visitor.post("rules/", {"password": password, "user": pk})
    assert code in [verdict.code for verdict in page.context["verdicts"]]
    assert code in page.text
    assert password not in str(visitor.traces[-1]["request"])


def test_a_good_password_meets_no_objection(visitor) -> None:
    page = visitor.post("rules/", {"password": NEW, "user": ""})
    assert [verdict.message for verdict in page.context["verdicts"]] == [""] * 5


def test_the_slow_server_tells_and_the_background_does_not(visitor) -> None:
    def took(email: str) -> float:
        ask(visitor, email)
        return visitor.traces[-1]["ms"]

    set_bench(visitor, delivery="slow")
    assert took("ada@analytical.example") - took("nobody@nowhere.example") > 500
    set_bench(visitor, delivery="background")
    assert took("grace@navy.example") < 500
    for _ in range(30):
        if visitor.mail[-1]["to"] == ["grace@navy.example"]:
            break
        time.sleep(0.1)
    link = latest_link(visitor)
    assert use(visitor, link).status_code == 302
    with visitor.world():
        assert SentLink.objects.count() == 2


def test_a_letter_does_not_carry_the_token_into_the_next_address(visitor) -> None:
    ask(visitor)
    page = visitor.get(latest_link(visitor), follow=True)
    assert split_link(latest_link(visitor))[1] not in page.text
    assert page.request["PATH_INFO"].endswith("/set-password/")
    assert page.headers["Referrer-Policy"] == "same-origin"
