"""The lost-sock board's missions, each done by hand in its lesson and ticked there."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, expect

LESSON = "/deployment/platforms/"
MISSIONS = 6
PROCFILE = "release: python manage.py migrate --noinput\nweb: gunicorn config.wsgi\n"
BLUEPRINT = """databases:
  - name: socks
services:
  - type: web
    name: lost-socks
    runtime: python
    plan: starter
    buildCommand: pip install -r requirements.txt && python manage.py collectstatic --noinput
    preDeployCommand: python manage.py migrate
    startCommand: gunicorn config.wsgi
    healthCheckPath: /healthz/
    envVars:
      - key: SECRET_KEY
        generateValue: true
      - key: ALLOWED_HOSTS
        value: lost-socks.onrender.com
      - key: DATABASE_URL
        fromDatabase:
          name: socks
          property: connectionString
"""


def open_demo(page: Page) -> FrameLocator:
    page.goto(LESSON)
    expect(page.locator("#missions")).to_contain_text(f"0 of {MISSIONS}")
    page.locator("[data-stage] iframe").scroll_into_view_if_needed()
    return page.frame_locator("[data-stage] iframe").frame_locator("iframe >> nth=0")


def expect_ticked(page: Page, count: int) -> None:
    expect(page.locator(".mission-done")).to_have_count(count, timeout=20_000)


def open_platform(app: FrameLocator, name: str) -> None:
    app.get_by_role("navigation").get_by_role("link", name=name).click()
    expect(app.get_by_role("heading", level=1)).to_have_text(name)


def save(app: FrameLocator, name: str, text: str) -> None:
    app.get_by_label(name, exact=True).fill(text)
    app.get_by_role("button", name="Save").click()
    expect(app.get_by_role("status")).to_contain_text("Saved")


def set_variables(app: FrameLocator, text: str) -> None:
    app.get_by_label("Variables").fill(text)
    app.get_by_role("button", name="Set", exact=True).click()


def deploy(app: FrameLocator, commit: str, state: str) -> None:
    app.get_by_role("link", name="Deployments").click()
    app.get_by_label("Commit").select_option(commit)
    app.get_by_role("button", name="Deploy").click()
    expect(app.locator("#state")).to_have_text(state)


def open_app(app: FrameLocator, status: str) -> None:
    app.get_by_role("link", name="Open the app").click()
    expect(app.locator("#status")).to_have_text(status)


def report(app: FrameLocator, status: str) -> None:
    app.get_by_label("Name").fill("Red sock")
    app.get_by_label("Place").fill("Sauna")
    app.get_by_label("with a picture").check()
    app.get_by_role("button", name="Report").click()
    expect(app.locator("#status")).to_have_text(status)


def test_every_mission_is_ticked(page: Page):
    app = open_demo(page)
    open_platform(app, "Heroku")
    save(app, "Procfile", PROCFILE)
    set_variables(app, "SECRET_KEY=generate\nALLOWED_HOSTS=lost-socks.herokuapp.com")
    expect(app.get_by_role("status")).to_contain_text("They hold")
    deploy(app, "1f3a9c2", "live")
    open_app(app, "200")
    expect_ticked(page, 1)

    report(app, "200")
    picture = app.get_by_role("link", name="/pictures/socks/sock.svg")
    picture.click()
    expect(app.locator("#path")).to_have_value("/pictures/socks/sock.svg")
    expect(app.locator("#status")).to_have_text("200")
    app.get_by_role("button", name="Restart").click()
    expect(app.get_by_role("status")).to_contain_text("1 file of the old disk")
    picture.click()
    expect(app.locator("#status")).to_have_text("404")
    expect_ticked(page, 2)

    deploy(app, "c09e551", "failed")
    expect(app.locator(".problem")).to_contain_text("UNIQUE constraint failed")
    open_app(app, "200")
    expect_ticked(page, 3)

    deploy(app, "e41d77a", "live")
    open_app(app, "500")
    app.get_by_role("link", name="Deployments").click()
    app.get_by_role("button", name="Roll back to v1").click()
    expect(app.locator("#state")).to_have_text("live")
    open_app(app, "200")
    expect_ticked(page, 4)

    open_platform(app, "Render")
    save(app, "render.yaml", BLUEPRINT)
    deploy(app, "1f3a9c2", "live")
    expect_ticked(page, 5)

    open_platform(app, "Vercel")
    save(app, "vercel.json", '{"buildCommand": "python manage.py migrate --noinput"}')
    set_variables(app, "SECRET_KEY=generate\nALLOWED_HOSTS=.vercel.app")
    expect(app.get_by_role("status")).to_contain_text("They hold")
    deploy(app, "1f3a9c2", "live")
    open_app(app, "200")
    report(app, "500")
    expect(app.locator(".log")).to_contain_text("Read-only file system")
    expect_ticked(page, 6)

    page.reload()
    expect_ticked(page, 6)
