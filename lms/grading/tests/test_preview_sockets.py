"""WebSockets of a preview, through the workspace's seam."""

from __future__ import annotations

import pytest

from lms.grading.browsing import BadPreviewRequest
from lms.grading.preview_sockets import LONGEST_WAIT, read_socket_action
from lms.grading.tests.minibrowser import FILES, MiniBrowser, exercise, jail_socket

__all__ = ["exercise", "jail_socket"]

pytestmark = pytest.mark.django_db

CONSUMER = """
from channels.generic.websocket import WebsocketConsumer
from django.urls import path

class Echo(WebsocketConsumer):
    def connect(self):
        self.accept()
        self.send("seen " + str(self.scope["cookies"].get("seen")))

    def receive(self, text_data=None, bytes_data=None):
        if text_data == "fail":
            1 / 0
        self.send(text_data.upper() if text_data else None, bytes_data)

websocket_urlpatterns = [path("ws/", Echo.as_asgi())]
"""


@pytest.fixture
def mini(exercise) -> MiniBrowser:
    exercise.starter = {**FILES, "routing.py": CONSUMER}
    exercise.save()
    mini = MiniBrowser(exercise)
    mini.boot()
    return mini


def do(mini: MiniBrowser, action: str, status: int = 200, **values) -> dict:
    return mini.post("sockets/", {"preview": mini.preview, "action": action, **values}, status)


def test_frames_go_and_come_with_the_browsers_cookies(mini):
    mini.ask("GET", "/")
    opened = do(mini, "connect", path="/ws/")
    assert opened["value"]["accepted"]
    number = opened["value"]["socket"]
    assert do(mini, "receive", socket=number)["value"] == {"text": "seen yes"}
    do(mini, "send", socket=number, text="hello")
    assert do(mini, "receive", socket=number)["value"] == {"text": "HELLO"}
    do(mini, "send", socket=number, bytes="00ff")
    assert do(mini, "receive", socket=number)["value"] == {"bytes": "00ff"}
    assert do(mini, "receive", socket=number, timeout=0.05)["value"] is None
    closed = do(mini, "close", socket=number)
    assert [frame["kind"] for frame in closed["trace"]["frames"]][-1] == "disconnect"
    assert do(mini, "receive", socket=number)["exception"]["type"] == "NoSuchSocket"


def test_what_a_consumer_raises_is_told_with_its_line(mini):
    number = do(mini, "connect", path="/ws/")["value"]["socket"]
    told = do(mini, "send", socket=number, text="fail")["exception"]
    assert (told["type"], told["frames"][-1]["file"], told["frames"][-1]["line"]) == (
        "ZeroDivisionError",
        "routing.py",
        12,
    )
    assert mini.ask("GET", "/")["status"] == 200, "the project lives on"


def test_somebody_elses_socket_is_not_there(mini, exercise):
    do(mini, "connect", path="/ws/")
    stranger = MiniBrowser(exercise)
    stranger.preview = mini.preview
    assert do(stranger, "receive", 410, socket=1)["error"].startswith("Your project is not running")


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({}, "one of connect"),
        ({"action": "reset"}, "one of connect"),
        ({"action": "connect"}, "begins with /"),
        ({"action": "connect", "path": "/ws/", "subprotocols": "v1"}, "list"),
        ({"action": "connect", "path": "/ws/", "headers": {"a": "\r\n"}}, "no header may have"),
        ({"action": "send", "text": "x"}, "which `socket`"),
        ({"action": "send", "socket": True, "text": "x"}, "which `socket`"),
        ({"action": "send", "socket": 1}, "A frame is"),
        ({"action": "send", "socket": 1, "text": "x" * 70_000}, "A frame is"),
        ({"action": "send", "socket": 1, "bytes": "zz"}, "hexadecimal"),
        ({"action": "receive", "socket": 1, "timeout": "long"}, "number of seconds"),
    ],
)
def test_what_is_no_action_is_refused(data, complaint):
    with pytest.raises(BadPreviewRequest, match=complaint):
        read_socket_action(data)


def test_nobody_waits_for_long():
    wanted = read_socket_action({"action": "receive", "socket": 1, "timeout": 1e9})
    assert wanted["timeout"] == LONGEST_WAIT
