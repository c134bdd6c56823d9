"""The mailbox of the stage."""

MAIL = "/stage/yard/sandpit/mail/"


def letters(browser) -> list[dict]:
    return browser.get(MAIL).json()["mail"]


def test_mail_arrives_in_the_visitors_own_mailbox(visit):
    ada, bob = visit("sandpit"), visit("sandpit")
    ada.get("write/")

    (letter,) = letters(ada)
    assert (letter["subject"], letter["to"], letter["read"]) == ("Your castle", ["ada@example.com"], False)
    assert letter["text"] == "See http://testserver/yard/sandpit/"
    assert letters(bob) == []


def test_links_in_a_personas_mail_lead_to_that_persona(visit):
    first = visit("sandpit")
    first.beside(2).get("write/")

    assert letters(first)[0]["text"] == "See http://testserver/~2/yard/sandpit/"


def test_mail_of_a_transaction_that_was_rolled_back_has_been_sent(visit):
    ada = visit("sandpit")

    assert ada.get("write/?fail").status_code == 409
    assert len(letters(ada)) == 1
    assert ada.get("count/").json()["names"] == ["Seeded"]


def test_html_is_shown_without_scripts(visit):
    ada = visit("sandpit")
    ada.get("write/")
    page = ada.get(f"{MAIL}{letters(ada)[0]['id']}/html")

    assert '<a href="http://testserver/yard/sandpit/">your castle</a>' in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none';")


def test_a_letter_is_unread_until_it_is_opened(visit):
    ada = visit("sandpit")
    ada.get("write/")
    assert ada.get("/stage/yard/sandpit/state").json()["mail"] == {"unread": 1, "total": 1}

    after = ada.post(f"{MAIL}{letters(ada)[0]['id']}/").json()

    assert after["mail"] == {"unread": 0, "total": 1}


def test_somebody_elses_letter_is_not_found(visit):
    ada, bob = visit("sandpit"), visit("sandpit")
    ada.get("write/")
    letter = letters(ada)[0]["id"]

    assert bob.get(f"{MAIL}{letter}/html").status_code == 404
    assert bob.post(f"{MAIL}{letter}/").status_code == 404


def test_reset_empties_the_mailbox(visit):
    ada = visit("sandpit")
    ada.get("write/")
    ada.post("/stage/yard/sandpit/reset")

    assert letters(ada) == []


def test_a_hundred_letters_are_kept(visit):
    ada = visit("sandpit")
    for _ in range(103):
        ada.get("write/")

    assert len(letters(ada)) == 100
