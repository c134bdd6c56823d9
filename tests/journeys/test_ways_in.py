"""Second factor, passkey, code by mail, sessions, data and the end of an account, as a person does them."""

from __future__ import annotations

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.people import expect_complaint, mailed_code, new_account, sign_in


def code_now(secret: str, *, later: int = 0) -> str:
    """What the authenticator app shows, or will show so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def prove(page: Page, password: str) -> None:
    """The password once more, where the page asks for it."""
    if "/reauthenticate/" in page.url:
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Go on").click()


def sign_out(page: Page) -> None:
    page.locator(".account-button").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_an_authenticator_app_a_code_by_mail_and_a_recovery_code(page: Page):
    account = new_account(page)
    page.goto("/accounts/2fa/totp/activate/")
    prove(page, account.password)
    secret = page.locator("#authenticator_secret").input_value()
    page.get_by_label("Authenticator code").fill(code_now(secret))
    page.get_by_role("button", name="Activate").click()
    expect(page.locator("main")).to_contain_text("recovery codes", ignore_case=True)
    assert Axe().run(page).response["violations"] == []
    sign_out(page)

    page.goto("/accounts/login/")
    page.get_by_role("link", name="Mail me a code").click()
    page.get_by_label("Email").fill(account.email)
    page.get_by_role("button", name="Request Code").click()
    page.locator("input[name=code]").fill(mailed_code(page, account.email))
    page.get_by_role("button", name="Confirm").click()
    # A code by mail is the first proof; the app is the second.
    expect(page.get_by_role("heading", name="Two-Factor Authentication")).to_be_visible()
    # A code is good once; the next one is taken half a minute early, for clocks that are off.
    page.locator("input[name=code]").fill(code_now(secret, later=1))
    page.get_by_role("button", name="Sign In").click()
    expect(page.locator(".account-button")).to_be_visible()
    page.goto("/accounts/2fa/recovery-codes/")
    prove(page, account.password)
    kept = page.locator("#recovery_codes").input_value().split()
    sign_out(page)

    # The phone is lost: the password, and one of the codes that were kept.
    sign_in(page, account)
    page.locator("input[name=code]").fill(kept[0])
    page.get_by_role("button", name="Sign In").click()
    expect(page.locator(".account-button")).to_be_visible()


def test_a_passkey_instead_of_a_password(page: Page):
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    account = new_account(page)
    page.goto("/accounts/2fa/webauthn/add/")
    prove(page, account.password)
    page.get_by_label("Name").fill("This laptop")
    page.get_by_label(re.compile("Passwordless|passkey", re.IGNORECASE)).check()
    page.get_by_role("button", name="Add").click()
    expect(page).not_to_have_url(re.compile("/add/"))
    sign_out(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".account-button")).to_be_visible()


def test_the_data_goes_along_and_the_account_away(page: Page):
    account = new_account(page)
    page.goto("/account/")
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("link", name="Sessions").click()
    expect(page.get_by_role("heading", name="Sessions")).to_be_visible()
    page.goto("/account/delete/")
    prove(page, account.password)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download your data first").click()
    assert account.email in download.value.path().read_text()
    box = page.get_by_label(re.compile("to say that you mean it"))
    box.fill("somebody@example.org")
    page.get_by_role("button", name="Delete the account").click()
    expect(page.get_by_role("alert")).to_contain_text("not the address")
    expect_complaint(page, "400 (Bad Request)")
    box.fill(account.email)
    page.get_by_role("button", name="Delete the account").click()
    expect(page.get_by_text("Your account and everything in it is gone")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
