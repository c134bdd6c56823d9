"""The bank's missions, with a real site next door; and how far that site can reach."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.journeys.people import expect_complaint
from tests.stack import Stack

LESSON = "/security/csrf/"
MISSIONS = 7


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    app = page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")
    app.locator("header").get_by_role("link", name="Sign in").click()
    app.get_by_label("Username").fill("ada")
    app.get_by_label("Password").fill("copper-kettle")
    app.locator("main").get_by_role("button", name="Sign in").click()
    expect(app.locator("main")).to_contain_text("ada’s pot")
    return app


def defend(app: FrameLocator, **switches: str | bool) -> None:
    app.get_by_role("link", name="Defences").click()
    for name, value in switches.items():
        if isinstance(value, bool):
            app.locator(f"[name={name}]").set_checked(value)
        else:
            app.locator(f'[name={name}][value="{value}"]').check()
    app.locator("main").get_by_role("button", name="Save").click()
    expect(app.get_by_role("status")).to_contain_text("Changed")


def kittens(page: Page, app: FrameLocator) -> Page:
    # Where the account is open already, the page that goes has the same link, and a click on it goes with it.
    with page.expect_event("framenavigated", lambda frame: frame.url.endswith("/security/csrf/")):
        app.get_by_role("link", name="Account").click()
    with page.context.expect_page() as opened:
        app.get_by_role("link", name="free-kittens").click()
    other = opened.value
    expect(other.get_by_role("heading", level=1)).to_have_text("Every kitten must go")
    return other


def fall_for(page: Page, app: FrameLocator, attack: str) -> None:
    other = kittens(page, app)
    other.locator("h2").get_by_role("link", name=attack, exact=True).click()
    other.locator(".prize").locator("button, a.button").click()
    expect(other.get_by_role("heading", name="Every kitten must go")).to_have_count(0)
    if attack == "Read the token first":
        expect(other.get_by_role("status")).to_contain_text("keeps the answer to itself")
    else:
        other.wait_for_url("http://localhost:*/**")
    other.close()


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def test_every_mission_is_ticked(page: Page) -> None:
    app = open_demo(page)
    defend(app, samesite="None")
    fall_for(page, app, "A form")
    expect_ticked(page, 1)

    defend(app, samesite="Lax")
    fall_for(page, app, "A form")
    fall_for(page, app, "A link")
    expect_ticked(page, 2)

    defend(app, view="protected", samesite="None")
    fall_for(page, app, "A form")
    expect_ticked(page, 3)

    defend(app, trusts_attacker=True)
    fall_for(page, app, "A form")
    fall_for(page, app, "A form with a token")
    expect_ticked(page, 4)

    fall_for(page, app, "Read the token first")
    expect_ticked(page, 5)

    defend(app, samesite="Strict", trusts_attacker=False)
    other = kittens(page, app)
    other.get_by_role("link", name="my own bank").click()
    other.get_by_role("link", name="Ask again from here").click()
    expect(other.locator("main")).to_contain_text("ada’s pot")
    expect_ticked(page, 6)

    defend(app, samesite="Lax", links_pay=False)
    for attack in ("A form", "A form that speaks JSON", "A link"):
        fall_for(page, app, attack)
    app.get_by_role("link", name="Account").click()
    app.get_by_role("button", name="Send").click()
    expect(app.get_by_role("status")).to_contain_text("Sent: 20")
    expect_ticked(page, MISSIONS)


# The table "What Chromium sends" of the lesson: does the session come along?
SENT = {
    "Strict": {"A form": False, "A link": False, "A picture": False},
    "Lax": {"A form": False, "A link": True, "A picture": False},
    "None": {"A form": True, "A link": True, "A picture": False},
    "": {"A form": True, "A link": True, "A picture": False},
}


def test_what_chromium_sends(whole_page: Page) -> None:
    page = whole_page
    app = open_demo(page)
    for samesite, expected in SENT.items():
        defend(app, samesite=samesite)
        for attack, comes_along in expected.items():
            if attack == "A picture":
                other = kittens(page, app)
                with page.context.expect_event("response", lambda answer: "/pay/" in answer.url):
                    other.get_by_role("link", name=attack).click()
                other.close()
            else:
                fall_for(page, app, attack)
            app.get_by_role("link", name="Arrivals").click()
            cookies = app.locator("tbody tr").first.locator("td").nth(2)
            expect(cookies).to_contain_text("sessionid" if comes_along else "none")


REACH = """async ([course, bank]) => {
  const addresses = {
    course: `${course}/`,
    progress: `${course}/progress/receipts/`,
    stage: `${bank}/stage/security/csrf/state`,
  };
  const tries = {};
  for (const [name, address] of Object.entries(addresses)) {
    for (const [mode, method] of [["cors", "GET"], ["no-cors", "POST"]]) {
      try {
        const answer = await fetch(address, {mode, method, credentials: "include"});
        tries[`${name} ${mode}`] = answer.type === "opaque" ? "opaque" : await answer.text();
      } catch {
        tries[`${name} ${mode}`] = "blocked";
      }
    }
  }
  return {tries, cookies: document.cookie, opener: window.opener === null, stored: localStorage.length};
}"""


def test_the_other_site_reaches_nothing_of_the_course(page: Page, stack: Stack) -> None:
    app = open_demo(page)
    other = kittens(page, app)
    seen = other.evaluate(REACH, [stack.origin, stack.demos_origin])
    assert seen["cookies"] == "" and seen["opener"] and seen["stored"] == 0
    assert {name: what for name, what in seen["tries"].items() if what != "blocked"} in (
        {},
        {"stage no-cors": "opaque"},  # the bank's own origin: a request may go there, its answer stays unread
    )
    # Without its policy, as a real attacker's page: the course refuses the POST, and lets nobody read.
    for path in ("/progress/receipts/", "/accounts/login/", "/exercises/csrf/repair_allotments/submissions/"):
        headers = {"Origin": stack.demos_origin.replace("localhost", "127.0.0.1")}
        answer = page.context.request.post(f"{stack.origin}{path}", headers=headers, data={"receipt": "x"})
        assert answer.status == 403, path
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["", "/security/csrf/", "/security/csrf/arrivals/"])
def test_the_course_may_not_frame_the_other_site(page: Page, stack: Stack, path: str) -> None:
    """Nothing at the attacker's host may become part of the lesson's page."""
    attacker = stack.demos_origin.replace("localhost", "127.0.0.1")
    page.goto(LESSON)
    blocked = page.evaluate(
        """address => new Promise(resolve => {
          document.addEventListener("securitypolicyviolation", event => resolve(event.effectiveDirective));
          const frame = document.createElement("iframe");
          frame.src = address;
          document.body.append(frame);
        })""",
        f"{attacker}{path}",
    )
    assert blocked == "frame-src"
    expect_complaint(page, "Content Security Policy")
