"""WebSockets of an exercise, opened and used by hand in the workspace's mini browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.people import open_exercise, put_draft

EXERCISE = "/exercises/websockets/build_auction/"
ECHO = """
from channels.generic.websocket import WebsocketConsumer

class Echo(WebsocketConsumer):
    def connect(self):
        self.accept()
        self.send("welcome")

    def receive(self, text_data=None, bytes_data=None):
        if text_data == "leave":
            self.close(4001)
        elif text_data == "fail":
            raise ValueError("nothing to say")
        else:
            self.send(text_data.upper())

class Closed(WebsocketConsumer):
    def connect(self):
        self.close()
"""
ROUTES = """
from django.urls import path
from auction.consumers import Closed, Echo

websocket_urlpatterns = [path("ws/echo/", Echo.as_asgi()), path("ws/closed/", Closed.as_asgi())]
"""


def connect(page: Page, path: str) -> None:
    page.get_by_label("Method").select_option("WEBSOCKET")
    page.locator("[data-browser=address]").fill(path)
    page.get_by_role("button", name="Go", exact=True).click()


def test_frames_are_sent_and_read_by_hand(page: Page):
    open_exercise(page, EXERCISE)
    put_draft(page, {"auction/consumers.py": ECHO, "routing.py": ROUTES}, path=EXERCISE)
    page.reload()
    page.get_by_role("tab", name="Browser").click()

    connect(page, "/ws/echo/")
    echo = page.get_by_role("region", name="WebSocket /ws/echo/").first
    expect(echo.get_by_role("status")).to_have_text("open", timeout=30_000)
    expect(echo.locator(".socket-in")).to_have_text(["received: welcome"])
    line = echo.get_by_label("Text to send to /ws/echo/")
    line.fill("hello")
    line.press("Enter")
    expect(echo.locator(".socket-frame")).to_have_text(
        ["received: welcome", "sent: hello", "received: HELLO"]
    )
    # What is sent on a socket is not a new address: nothing else was opened.
    expect(page.get_by_role("status").filter(has_text="WEBSOCKET")).to_have_count(0)
    expect(page.get_by_role("region", name="WebSocket")).to_have_count(1)

    connect(page, "/ws/closed/")
    refused = page.get_by_role("region", name="WebSocket /ws/closed/")
    expect(refused.get_by_role("status")).to_contain_text("refused")

    line.fill("leave")
    echo.get_by_role("button", name="Send").click()
    expect(echo.get_by_role("status")).to_have_text("closed (4001)")
    expect(line).to_be_hidden()

    connect(page, "/ws/echo/")
    both = page.get_by_role("region", name="WebSocket /ws/echo/")
    expect(both).to_have_count(2)
    again = both.first
    again.get_by_label("Text to send").fill("fail")
    again.get_by_role("button", name="Send").click()
    expect(again.locator(".problem-box")).to_contain_text("nothing to say")
    expect(again.locator(".problem-box")).to_contain_text("auction/consumers.py")

    page.get_by_role("tab", name="X-ray").click()
    expect(page.locator(".xray-request", has_text="/ws/echo/").first).to_be_visible()
