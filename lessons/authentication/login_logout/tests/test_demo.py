"""The Reading Room, as the demos site runs it."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session

from lessons.authentication.login_logout.demo.models import Book, Loan, SessionEvent
from lessons.authentication.login_logout.demo.seed import READERS, seed

HOME = "/authentication/login_logout/"
PASSWORD = "seven-runner-beans"


@pytest.fixture
def visitor(visit: Callable):
    return visit("login_logout")


def sign_in(visitor, username: str = "ada", **extra: str):
    return visitor.post("login/", {"username": username, "password": READERS[username], **extra})


def key_of(visitor) -> str:
    return visitor.cookies["sessionid"].value


def test_seeding_twice_changes_nothing_but_hashes(visitor) -> None:
    with visitor.world():
        seed()
        assert list(User.objects.order_by("username").values_list("username", flat=True)) == ["ada", "grace"]
        assert User.objects.get(username="ada").check_password(READERS["ada"])


@pytest.mark.parametrize("path", ["", "login/", "signup/", "signed-out/", "sessions/"])
def test_public_pages_make_no_session(visitor, path: str) -> None:
    assert visitor.get(path).status_code == 200
    assert "sessionid" not in visitor.cookies
    with visitor.world():
        assert not Session.objects.exists()


def test_a_visitor_who_looks_around_costs_one_query(visitor) -> None:
    visitor.get("")
    assert [query["sql"].split()[0] for query in visitor.traces[-1]["queries"]] == ["SELECT"]
    assert "login_logout_book" in visitor.traces[-1]["queries"][0]["sql"]


def test_the_desk_begins_with_session_then_user(visitor) -> None:
    sign_in(visitor)
    visitor.get("desk/")
    first, second = [query["sql"] for query in visitor.traces[-1]["queries"][:2]]
    assert 'FROM "django_session"' in first
    assert 'FROM "auth_user"' in second


def test_signing_in_keeps_the_bag_and_changes_the_key(visitor) -> None:
    visitor.post("bag/1/")
    before = key_of(visitor)
    sign_in(visitor)
    assert key_of(visitor) != before
    with visitor.world():
        assert visitor.session["bag"] == [1]
        assert not Session.objects.filter(pk=before).exists()
        event = SessionEvent.objects.get(kind="signed_in")
    assert (event.key_before, event.key_after) == (before[:8], key_of(visitor)[:8])


def test_signing_in_again_as_the_same_reader_keeps_the_key(visitor) -> None:
    sign_in(visitor)
    before = key_of(visitor)
    sign_in(visitor)
    assert key_of(visitor) == before


def test_somebody_else_signing_in_gets_an_empty_session(visitor) -> None:
    sign_in(visitor)
    visitor.post("bag/1/")
    before = key_of(visitor)
    sign_in(visitor, "grace")
    assert visitor.traces[-1]["session"]["flushed"]
    with visitor.world():
        assert "bag" not in visitor.session
        assert not Session.objects.filter(pk=before).exists()
        event = SessionEvent.objects.get(kind="replaced")
    assert (event.username, event.key_before, event.key_after) == ("grace", before[:8], key_of(visitor)[:8])


def test_remember_me_decides_max_age(visitor) -> None:
    short = sign_in(visitor).cookies["sessionid"]
    long = sign_in(visitor, remember="on").cookies["sessionid"]
    assert (short["max-age"], short["expires"]) == ("", "")
    assert long["max-age"] == 1209600


def test_without_it_the_row_still_lives_for_two_weeks(visitor) -> None:
    sign_in(visitor)
    with visitor.world():
        row = Session.objects.get()
        left = row.expire_date - User.objects.get(username="ada").last_login
    assert 13.9 < left.total_seconds() / 86400 < 14.1


def test_wrong_name_and_wrong_password_look_the_same(visitor) -> None:
    answers = [
        visitor.post("login/", {"username": name, "password": "no"}) for name in ("ada", "nobody-at-all")
    ]
    errors = [answer.context["form"].non_field_errors() for answer in answers]
    assert errors[0] == errors[1]
    assert len(errors[0]) == 1
    looked_up = [
        [query["fingerprint"] for query in trace["queries"] if "auth_user" in query["sql"]]
        for trace in visitor.traces
    ]
    assert looked_up[0] == looked_up[1]
    assert len(looked_up[0]) == 1


def test_deactivated_account_gets_the_same_message_and_loses_its_session(visitor) -> None:
    sign_in(visitor)
    with visitor.world():
        User.objects.filter(username="ada").update(is_active=False)
    assert visitor.get("desk/").status_code == 302
    refused = sign_in(visitor)
    assert refused.context["form"].non_field_errors().as_data()[0].code == "invalid_login"


@pytest.mark.parametrize("path", ["desk/", "desk/?a=b"])
def test_the_way_back(visitor, path: str) -> None:
    bounced = visitor.get(path)
    assert bounced.status_code == 302
    form = visitor.get(bounced.url).context["next"]
    assert form == HOME + path
    assert sign_in(visitor, next=form).url == HOME + path


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
    ],
)
@pytest.mark.parametrize("how", ["query", "form"])
def test_nobody_is_sent_elsewhere(visitor, target: str, how: str) -> None:
    signing_up = {"username": "mary", "password1": PASSWORD, "password2": PASSWORD}
    for path, data in (
        ("login/", {"username": "ada", "password": READERS["ada"]}),
        ("signup/", signing_up),
    ):
        if how == "form":
            answer = visitor.post(path, {**data, "next": target})
        else:
            answer = visitor.post(path, data, query_params={"next": target})
        assert answer.url == HOME, path


def test_signing_up_signs_in_and_goes_on(visitor) -> None:
    data = {"username": "mary", "email": "", "password1": PASSWORD, "password2": PASSWORD}
    answer = visitor.post("signup/", data, query_params={"next": f"{HOME}desk/"})
    assert answer.url == f"{HOME}desk/"
    assert visitor.traces[-1]["user"] == {"before": None, "after": "mary"}
    assert "mary’s desk" in visitor.get("desk/").text
    with visitor.world():
        assert User.objects.get(username="mary").check_password(PASSWORD)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "ADA"}, "username"),
        ({"password2": "another-password"}, "password2"),
        ({"password1": "12345678", "password2": "12345678"}, "password2"),
        ({"email": "no address"}, "email"),
    ],
)
def test_signing_up_refuses(visitor, changes: dict, field: str) -> None:
    data = {"username": "mary", "password1": PASSWORD, "password2": PASSWORD, **changes}
    answer = visitor.post("signup/", data)
    assert list(answer.context["form"].errors) == [field]
    with visitor.world():
        assert User.objects.count() == 2


def test_signing_out_deletes_row_cookie_and_bag_but_not_loans(visitor) -> None:
    sign_in(visitor)
    visitor.post("bag/1/")
    visitor.post("borrow/")
    visitor.post("bag/2/")
    key = key_of(visitor)
    answer = visitor.post("logout/")
    assert (answer.url, answer.cookies["sessionid"]["max-age"]) == (f"{HOME}signed-out/", 0)
    assert any(
        query["sql"].startswith('DELETE FROM "django_session"') for query in visitor.traces[-1]["queries"]
    )
    with visitor.world():
        assert not Session.objects.filter(pk=key).exists()
        assert Loan.objects.get().book_id == 1


def test_signing_out_by_get_is_refused(visitor) -> None:
    sign_in(visitor)
    assert visitor.get("logout/").status_code == 405
    assert visitor.get("desk/").status_code == 200


def test_signing_out_as_nobody_is_no_event(visitor) -> None:
    assert visitor.post("logout/").status_code == 302
    with visitor.world():
        assert not SessionEvent.objects.exists()


def test_a_copied_cookie_is_worthless_after_signing_out(visitor) -> None:
    sign_in(visitor)
    thief = visitor.beside(1)
    thief.cookies["sessionid"] = key_of(visitor)
    assert thief.get("desk/").status_code == 200
    visitor.post("logout/")
    assert thief.get("desk/").status_code == 302


def test_the_sessions_page_shows_both_browsers_and_no_whole_key(visitor) -> None:
    second = visitor.beside(2)
    sign_in(visitor)
    sign_in(second, "grace")
    page = visitor.get("sessions/")
    assert {row.username: row.mine for row in page.context["rows"]} == {"ada": True, "grace": False}
    for client in (visitor, second):
        assert key_of(client)[:8] in page.text
        assert key_of(client) not in page.text
    assert second.get("sessions/").context["mine"].username == "grace"
    assert f'href="/~2{HOME}desk/"' in second.get("").text


def test_the_sessions_page_with_a_cookie_that_names_nothing(visitor) -> None:
    visitor.cookies["sessionid"] = "a" * 32
    assert "no live row has that key" in visitor.get("sessions/").text


def test_ending_the_other_sessions(visitor) -> None:
    second, third = visitor.beside(2), visitor.beside(3)
    for client, name in ((visitor, "ada"), (second, "ada"), (third, "grace")):
        sign_in(client, name)
    visitor.post("sessions/end-others/")
    assert [client.get("desk/").status_code for client in (visitor, second, third)] == [200, 302, 200]


def test_ending_sessions_needs_a_reader(visitor) -> None:
    assert visitor.post("sessions/end-others/").status_code == 302
    assert visitor.get("sessions/end-others/").status_code == 405


def test_a_changed_password_ends_the_other_sessions(visitor) -> None:
    sign_in(visitor)
    with visitor.world():
        ada = User.objects.get(username="ada")
        ada.set_password(PASSWORD)
        ada.save()
    assert visitor.get("desk/").status_code == 302
    assert any("DELETE" in query["sql"] for query in visitor.traces[-1]["queries"])


def test_a_bag_of_books_that_are_gone(visitor) -> None:
    sign_in(visitor)
    visitor.post("bag/1/")
    with visitor.world():
        Book.objects.filter(pk=1).delete()
    assert visitor.get("desk/").context["bag"] == []
    assert visitor.post("bag/1/").status_code == 404


def test_borrowing_twice_is_one_loan(visitor) -> None:
    sign_in(visitor)
    for _ in range(2):
        visitor.post("bag/3/")
        visitor.post("borrow/")
    with visitor.world():
        assert Loan.objects.count() == 1


def test_names_are_escaped(visitor) -> None:
    answer = visitor.post("login/", {"username": "<script>alert(1)</script>", "password": "x"})
    assert "<script>alert" not in answer.text
    assert "<script>alert" not in visitor.get("sessions/").text
