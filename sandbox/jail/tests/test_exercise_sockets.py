"""What checks may ask of WebSockets, and what is said when a project's consumers fail at it."""

import pytest

from sandbox.jail import Jail, Project, grade
from sandbox.jail.tests.one_check import HEAD, Run, passed


def routed(consumer: str) -> dict[str, str]:
    return {
        "consumers.py": "import asyncio, time\nfrom channels.generic.websocket import *\n" + consumer,
        "routing.py": (
            "from django.urls import path\nfrom consumers import Consumer\n"
            "websocket_urlpatterns = [path('ws/', Consumer.as_asgi())]\n"
        ),
    }


SYNC = routed(
    """
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User

class Consumer(WebsocketConsumer):
    def connect(self):
        async_to_sync(self.channel_layer.group_add)("all", self.channel_name)
        self.accept(subprotocol="v2" if "v2" in self.scope["subprotocols"] else None)

    def receive(self, text_data=None, bytes_data=None):
        if bytes_data is not None:
            self.send(bytes_data=bytes_data[::-1])
            return
        User.objects.create_user(text_data)
        event = {"type": "told", "text": f"{User.objects.count()} {text_data}"}
        async_to_sync(self.channel_layer.group_send)("all", event)

    def told(self, event):
        self.send(text_data=event["text"])
"""
)


def test_a_sync_consumer_with_database_groups_bytes_and_a_subprotocol(checked: Run) -> None:
    body = """
one, two = self.websocket("/ws/", subprotocols=["v1", "v2"]), self.websocket("/ws/")
self.expect([one.subprotocol, two.subprotocol], ["v2", None])
one.send("ada")
one.expect_text("1 ada")
two.expect_text("1 ada")
two.send(b"abc")
self.expect(two.receive(), b"cba")
one.expect_nothing()
self.expect(self.project.run("from django.contrib.auth.models import User\\nUser.objects.count()"), 1)
"""
    passed(checked(SYNC, body))


def test_what_a_consumer_raises_is_told_with_its_own_line(checked: Run) -> None:
    files = routed(
        "class Consumer(WebsocketConsumer):\n    def receive(self, text_data=None, bytes_data=None):\n"
        "        1 / 0\n"
    )
    verdict = checked(files, "self.websocket('/ws/').send('x')")
    [check] = verdict.checks
    assert (check.status, check.message) == ("error", "ZeroDivisionError: division by zero")
    assert [(frame["file"], frame["code"]) for frame in check.frames] == [("consumers.py", "1 / 0")]
    assert check.traces[0]["exception"]["type"] == "ZeroDivisionError"


@pytest.mark.parametrize(
    ("consumer", "body", "expected", "got"),
    [
        ("pass", "self.websocket('/ws/').expect_refused()", "/ws/ refuses the connection", "it was accepted"),
        ("pass", "self.websocket('/ws/').receive(timeout=0.2)", "a frame within 0.2 s", "nothing"),
        ("pass", "self.websocket('/ws/').expect_json({'a': 1}, timeout=0.1)", "{'a': 1}", "nothing"),
        (
            "def connect(self):\n        self.accept()\n        self.send('early')",
            "self.websocket('/ws/').expect_nothing()",
            "no frame",
            "early",
        ),
        (
            "def connect(self):\n        self.accept()\n        self.close(4401)",
            "self.websocket('/ws/').expect_text('hello')",
            "hello",
            "the socket was closed with code 4401",
        ),
        (
            "def connect(self):\n        self.accept()\n        self.close(4401)",
            "self.websocket('/ws/').expect_closed(4403)",
            "the project closes the socket with code 4403",
            "closed with code 4401",
        ),
        (
            "def connect(self):\n        self.close()",
            "self.websocket('/ws/').expect_accepted()",
            "/ws/ accepts the connection",
            "it was refused (403)",
        ),
        (
            "def connect(self):\n        self.close()",
            "self.websocket('/ws/').send('x')",
            "an open socket at /ws/",
            "it was never accepted",
        ),
    ],
)
def test_what_a_socket_did_instead_is_said(
    checked: Run, consumer: str, body: str, expected: str, got: str
) -> None:
    verdict = checked(routed(f"class Consumer(WebsocketConsumer):\n    {consumer}\n"), body)
    [check] = verdict.checks
    assert (verdict.state, check.status, check.expected, check.got) == ("failed", "failed", expected, got)


def test_a_handshake_without_an_answer_is_not_waited_for_long(checked: Run) -> None:
    files = routed(
        "class Consumer(AsyncWebsocketConsumer):\n    async def connect(self):\n"
        "        await asyncio.sleep(60)\n"
    )
    verdict = checked(files, "self.websocket('/ws/', timeout=0.2).expect_accepted()")
    assert verdict.checks[0].got == "no answer to the handshake"
    assert verdict.duration_ms < 5000


def test_a_consumer_that_spins_runs_out_of_time_alone(checked: Run) -> None:
    files = routed("class Consumer(WebsocketConsumer):\n    def connect(self):\n        while True: pass\n")
    assert checked(files, "self.websocket('/ws/')", time_limit=1.5).state == "timeout"


def test_a_task_left_running_by_a_consumer_ends_with_the_check(jail: Jail) -> None:
    files = routed(
        "beats = []\n"
        "class Consumer(AsyncWebsocketConsumer):\n    async def connect(self):\n        await self.accept()\n"
        "        while True:\n            beats.append(1)\n            await asyncio.sleep(0.01)\n"
    )
    checks = (
        HEAD
        + "    def test_one(self):\n        self.websocket('/ws/').expect_nothing(timeout=0.1)\n\n"
        + "    def test_two(self):\n"
        + "        before = self.project.run('import consumers; len(consumers.beats)')\n"
        + "        self.expect_true(before > 2)\n"
        + "        self.websocket('/ws/').expect_nothing(timeout=0.05)\n"
        + "        source = 'import consumers; len(consumers.beats)'\n"
        + "        self.expect_true(before < self.project.run(source) < before + 30)\n"
    )
    # `import x; y` on one line is a question whose last expression is y.
    passed(grade(jail, Project(files=files), checks, time_limit=20))


def test_sockets_are_bounded(checked: Run) -> None:
    verdict = checked(SYNC, "for _ in range(30): self.websocket('/ws/')")
    assert verdict.checks[0].message == "TooManySockets: 20 WebSockets are open already"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"urls.py": "urlpatterns = []\n"}, "NoWebSockets: there is no ASGI application"),
        (SYNC, "ValueError: No route found for path 'nowhere/'."),
        ({"asgi.py": "application = 1 / 0\n"}, "ZeroDivisionError"),
    ],
)
def test_a_project_that_answers_no_websockets_is_told_so(
    checked: Run, files: dict[str, str], told: str
) -> None:
    verdict = checked(files, "self.websocket('/nowhere/')")
    assert verdict.checks[0].status == "error"
    assert verdict.checks[0].message.startswith(told)


FORGE = """
from sandbox.jail.harness import sockets, eager, requests
answer = sockets.Sockets.answer
forged = {forged}
def forge(self, message):
    return forged if message["action"] == {action!r} else answer(self, message)
sockets.Sockets.answer = forge
"""


@pytest.mark.parametrize("action", ["connect", "send", "receive", "close"])
@pytest.mark.parametrize(
    "forged",
    [
        "{}",
        "{'value': None}",
        "{'value': {'accepted': True}}",
        "{'value': {'socket': [], 'accepted': True, 'subprotocol': {}, 'code': 'x'}, 'trace': {'id': 1}}",
        "{'value': {'bytes': 'zz'}}",
        "{'value': {'code': 'x', 'reason': []}}",
        "{'value': 5, 'op': 'result', 'status': 'passed', 'name': 'test_it'}",
        "{'exception': {'type': [], 'message': {}, 'frames': 7}}",
        "{'value': {'text': 'nearly'}, 'trace': {}}",
    ],
)
def test_forged_answers_of_sockets_fail_the_check_and_nothing_else(
    checked: Run, action: str, forged: str
) -> None:
    """They come from the learner's process, which may say what it likes, and knows not what is expected."""
    files = {**SYNC, "urls.py": FORGE.format(forged=forged, action=action) + "urlpatterns = []\n"}
    body = """
socket = self.websocket("/ws/")
socket.expect_accepted()
socket.send("ada")
socket.expect_text("1 ada")
self.expect_queries(socket, at_most=100)
socket.close()
"""
    verdict = checked(files, body)
    # By the time of a close everything has been checked.
    assert verdict.state in (("failed", "passed") if action == "close" else ("failed",)), verdict
