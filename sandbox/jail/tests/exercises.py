"""Small, complete exercises of kinds that need more than requests: a chat, tasks, an async fan-out."""

from dataclasses import dataclass

from sandbox.jail import Project


@dataclass(frozen=True)
class SmallExercise:
    """`wrong` maps the check that has to catch a mistake to the files that make it."""

    files: dict[str, str]
    checks: str
    wrong: dict[str, dict[str, str]]
    editable: tuple[str, ...]
    apps: tuple[str, ...] = ()
    seed: str = ""

    def project(self, *, editable: tuple[str, ...] | None = None, **changed: str) -> Project:
        files = {**self.files, **changed}
        return Project(files=files, apps=self.apps, seed=self.seed, editable=editable)


_CHAT_CONSUMER = """
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from chat.models import Message


class ChatConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self):
        if not self.scope["user"].is_authenticated:
            await self.close()
            return
        self.room = self.scope["url_route"]["kwargs"]["room"]
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        if hasattr(self, "room"):
            await self.channel_layer.group_discard(self.room, self.channel_name)

    async def receive_json(self, content):
        text = str(content.get("text", "")).strip()
        if not text:
            await self.close(code=4400)
            return
        await self.save(text)
        message = {"type": "chat.message", "text": text, "who": self.scope["user"].username}
        await self.channel_layer.group_send(self.room, message)

    async def chat_message(self, event):
        await self.send_json({"who": event["who"], "text": event["text"]})

    @database_sync_to_async
    def save(self, text):
        Message.objects.create(room=self.room, text=text)
"""

_CHAT_CHECKS = '''
from sandbox.jail.examiner import ExerciseTestCase


class Checks(ExerciseTestCase):
    def browser(self, name):
        browser = self.new_client()
        browser.login(username=name, password="correct horse")
        return browser

    def test_strangers(self):
        """Nobody who is not signed in gets in."""
        self.websocket("/ws/chat/lobby/").expect_refused(concept="scope: check the user before accept()")

    def test_other_sites(self):
        """A page of another site cannot open the chat with your cookies."""
        socket = self.browser("ada").websocket("/ws/chat/lobby/", headers={"Origin": "https://evil.example"})
        socket.expect_refused(concept="AllowedHostsOriginValidator")

    def test_echo(self):
        """What you say is told to you, with your name."""
        with self.browser("ada").websocket("/ws/chat/lobby/") as socket:
            socket.expect_accepted()
            socket.send_json({"text": "hello"})
            socket.expect_json({"who": "ada", "text": "hello"})
            self.expect([frame["kind"] for frame in socket.frames], ["connect", "accept", "text", "text"])
            self.expect_queries(socket, at_most=4)

    def test_room(self):
        """Everybody in the room hears it, and nobody in another room."""
        ada, bob = self.browser("ada"), self.browser("bob")
        first, second = ada.websocket("/ws/chat/lobby/"), bob.websocket("/ws/chat/lobby/")
        elsewhere = ada.websocket("/ws/chat/kitchen/")
        second.send_json({"text": "hi"})
        first.expect_json({"who": "bob", "text": "hi"}, concept="groups: group_send reaches every member")
        second.expect_json({"who": "bob", "text": "hi"})
        elsewhere.expect_nothing(concept="groups: one for each room")

    def test_kept(self):
        """A message is kept as soon as it was said."""
        with self.browser("ada").websocket("/ws/chat/lobby/") as socket:
            socket.send_json({"text": "kept"})
        source = "from chat.models import Message\\nlist(Message.objects.values_list('room', 'text'))"
        self.expect(self.project.run(source), [["lobby", "kept"]])

    def test_announcement(self):
        """What a view announces reaches the room."""
        socket = self.browser("ada").websocket("/ws/chat/lobby/")
        self.client.post("/announce/", data={"text": "tea is ready"})
        socket.expect_json({"who": "the house", "text": "tea is ready"})

    def test_empty(self):
        """An empty message closes the connection with code 4400."""
        socket = self.browser("ada").websocket("/ws/chat/lobby/")
        socket.send_json({"text": "  "})
        socket.expect_closed(4400)

    def test_fresh(self):
        """Nobody is left in the room from an earlier check."""
        socket = self.browser("ada").websocket("/ws/chat/lobby/")
        socket.expect_nothing()
        source = "from channels.layers import get_channel_layer\\nlen(get_channel_layer().groups['lobby'])"
        self.expect(self.project.run(source), 1)
'''

CHAT = SmallExercise(
    files={
        "chat/__init__.py": "",
        "chat/models.py": """
from django.db import models


class Message(models.Model):
    room = models.CharField(max_length=50)
    text = models.TextField()
""",
        "chat/seed.py": """
from django.contrib.auth.models import User


def fill():
    for name in ("ada", "bob"):
        User.objects.create_user(name, password="correct horse")
""",
        "chat/consumers.py": _CHAT_CONSUMER,
        "routing.py": """
from django.urls import path

from chat.consumers import ChatConsumer

websocket_urlpatterns = [path("ws/chat/<slug:room>/", ChatConsumer.as_asgi())]
""",
        "asgi.py": """
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

http = get_asgi_application()

from routing import websocket_urlpatterns

websocket = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
application = ProtocolTypeRouter({"http": http, "websocket": websocket})
""",
        "settings.py": """
ALLOWED_HOSTS = ["testserver"]
ASGI_APPLICATION = "asgi.application"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [("127.0.0.1", 6379)]},
    }
}
""",
        "urls.py": """
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.http import HttpResponse
from django.urls import path


def announce(request):
    message = {"type": "chat.message", "who": "the house", "text": request.POST["text"]}
    async_to_sync(get_channel_layer().group_send)("lobby", message)
    return HttpResponse(status=204)


urlpatterns = [path("announce/", announce)]
""",
    },
    checks=_CHAT_CHECKS,
    wrong={
        "test_strangers": {
            "chat/consumers.py": _CHAT_CONSUMER.replace(
                "if not self.scope", "if False and self.scope"
            ).replace('self.scope["user"].username', '"anybody"')
        },
        "test_room": {
            "chat/consumers.py": _CHAT_CONSUMER.replace(
                "await self.channel_layer.group_send(self.room, message)", "await self.chat_message(message)"
            )
        },
        "test_kept": {"chat/consumers.py": _CHAT_CONSUMER.replace("        await self.save(text)\n", "")},
        "test_empty": {
            "chat/consumers.py": _CHAT_CONSUMER.replace("if not text:", "if text == 'never':").replace(
                "await self.close()\n            return", "await self.close()\n            return", 1
            )
        },
    },
    editable=("chat/consumers.py",),
    apps=("chat",),
    seed="chat.seed.fill",
)

_RECEIPT_TASKS = """
from celery import shared_task
from django.core.mail import send_mail

from shop.gateway import Busy, charge
from shop.models import Order


@shared_task(bind=True, max_retries=3)
def charge_order(self, order_id):
    order = Order.objects.get(pk=order_id)
    if order.paid:
        return "already paid"
    try:
        reference = charge(order)
    except Busy as error:
        raise self.retry(exc=error, countdown=10 * 2**self.request.retries)
    order.paid = True
    order.save()
    send_receipt.delay(order.pk)
    return reference


@shared_task
def send_receipt(order_id):
    send_mail("Your receipt", f"Order {order_id}", "shop@example.com", ["ada@example.com"])
"""

_RECEIPT_VIEWS = """
from django.db import transaction
from django.http import HttpResponse

from shop.models import Order
from shop.tasks import charge_order


def buy(request):
    with transaction.atomic():
        order = Order.objects.create(amount=request.POST["amount"])
        transaction.on_commit(lambda: charge_order.delay(order.pk))
        if order.amount == "0":
            transaction.set_rollback(True)
    return HttpResponse(str(order.pk))
"""

_RECEIPT_CHECKS = '''
from sandbox.jail.examiner import ExerciseTestCase


class Checks(ExerciseTestCase):
    def busy(self, times):
        self.project.run(f"from shop import gateway\\ngateway.busy, gateway.charged = {times}, 0")

    def test_paid(self):
        """An order is charged, and a receipt is sent."""
        self.busy(0)
        response = self.client.post("/buy/", data={"amount": "12"})
        sent = [task["name"] for task in response.trace["tasks"]]
        self.expect(sent, ["shop.tasks.charge_order", "shop.tasks.send_receipt"])
        task = self.expect_task("charge_order", retries=0, concept="tasks")
        self.expect(task["result"], "ref-1")
        self.expect_mail(to="ada@example.com", subject="receipt")

    def test_retries(self):
        """A busy gateway is asked again: 10 seconds later, then 20."""
        self.busy(2)
        self.client.post("/buy/", data={"amount": "12"})
        self.expect_task("charge_order", state="SUCCESS", retries=2, concept="self.retry")
        tries = [task for task in self.project.tasks() if task["name"].endswith("charge_order")]
        self.expect([task["state"] for task in tries], ["RETRY", "RETRY", "SUCCESS"])
        self.expect([task["countdown"] for task in tries], [None, 10, 20], concept="countdown")
        self.expect(tries[0]["exception"]["type"], "Busy")
        self.expect(tries[0]["exception"]["frames"][0]["file"], "shop/tasks.py")

    def test_gives_up(self):
        """A gateway that stays busy is asked four times, and the order stays unpaid."""
        self.busy(100)
        self.client.post("/buy/", data={"amount": "12"})
        self.expect_task("charge_order", state="FAILURE", retries=3)
        self.expect(self.project.run("from shop.models import Order\\nOrder.objects.get().paid"), False)
        self.expect(self.project.mail(), [])

    def test_commit(self):
        """No order that was rolled back is charged."""
        self.client.post("/buy/", data={"amount": "0"})
        self.expect(self.project.tasks(), [], concept="transaction.on_commit")

    def test_once(self):
        """A task that comes twice charges once."""
        self.busy(0)
        self.client.post("/buy/", data={"amount": "12"})
        pk = self.project.run("from shop.models import Order\\nOrder.objects.get().pk")
        self.project.run(f"from shop.tasks import charge_order\\ncharge_order.delay({pk}).state")
        self.expect(self.project.tasks()[-1]["result"], "already paid", concept="idempotent tasks")
        self.expect(self.project.run("from shop import gateway\\ngateway.charged"), 1)
'''

RECEIPTS = SmallExercise(
    files={
        "shop/__init__.py": "",
        "shop/models.py": """
from django.db import models


class Order(models.Model):
    amount = models.CharField(max_length=10)
    paid = models.BooleanField(default=False)
""",
        "shop/gateway.py": """
busy = 0
charged = 0


class Busy(Exception):
    pass


def charge(order):
    global busy, charged
    if busy:
        busy -= 1
        raise Busy("come back later")
    charged += 1
    return "ref-1"
""",
        "shop/tasks.py": _RECEIPT_TASKS,
        "shop/views.py": _RECEIPT_VIEWS,
        "shop/celery.py": """
from celery import Celery

app = Celery("shop", broker="redis://localhost:6379/0", backend="redis://localhost:6379/1")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
""",
        "settings.py": "import shop.celery\n\nCELERY_TASK_ALWAYS_EAGER = False\n",
        "urls.py": """
from django.urls import path
from shop import views

urlpatterns = [path("buy/", views.buy)]
""",
    },
    checks=_RECEIPT_CHECKS,
    wrong={
        "test_retries": {
            "shop/tasks.py": _RECEIPT_TASKS.replace("countdown=10 * 2**self.request.retries", "countdown=10")
        },
        "test_gives_up": {"shop/tasks.py": _RECEIPT_TASKS.replace("max_retries=3", "max_retries=5")},
        "test_commit": {
            "shop/views.py": _RECEIPT_VIEWS.replace(
                "transaction.on_commit(lambda: charge_order.delay(order.pk))", "charge_order.delay(order.pk)"
            )
        },
        "test_once": {"shop/tasks.py": _RECEIPT_TASKS.replace("if order.paid:", "if False:")},
    },
    editable=("shop/views.py", "shop/tasks.py"),
    apps=("shop",),
)

_FAN_OUT = """
import asyncio

from django.http import JsonResponse, StreamingHttpResponse

from prices import SHOPS, ask


async def compare(request):
    found = await asyncio.gather(*(ask(shop) for shop in SHOPS))
    return JsonResponse({"cheapest": min(found)})


async def ticker(request):
    async def lines():
        number = 0
        while True:
            yield f"data: {number}\\n\\n"
            number += 1
            await asyncio.sleep(0.01)

    return StreamingHttpResponse(lines(), content_type="text/event-stream")
"""

_FAN_OUT_CHECKS = '''
from sandbox.jail.examiner import ExerciseTestCase


class Checks(ExerciseTestCase):
    def test_cheapest(self):
        """The cheapest price is found."""
        self.expect(self.client.get("/compare/").json(), {"cheapest": 5})

    def test_at_once(self):
        """All shops are asked at once."""
        self.expect_overlap(self.client.get("/compare/"), at_least=5, concept="asyncio.gather")

    def test_loop(self):
        """Nobody else has to wait meanwhile."""
        self.expect_loop_free(self.client.get("/compare/"), concept="time.sleep blocks the event loop")

    def test_stream(self):
        """Prices are streamed one by one, without an end."""
        response = self.client.get("/ticker/", stream={"parts": 3})
        self.expect([part.split()[1] for part in response.parts], [b"0", b"1", b"2"])
        self.expect(response.cut, "parts")
        self.expect(self.client.get("/ticker/", stream={"seconds": 0.2}).cut, "seconds")
'''

FAN_OUT = SmallExercise(
    files={
        "prices.py": """
import asyncio
import time

SHOPS = {"corner": 9, "market": 5, "mall": 12, "harbour": 7, "online": 6}


async def ask(shop):
    await asyncio.sleep(0.02)
    return SHOPS[shop]


def ask_and_block(shop):
    time.sleep(0.02)
    return SHOPS[shop]
""",
        "views.py": _FAN_OUT,
        "urls.py": """
from django.urls import path

import views

urlpatterns = [path("compare/", views.compare), path("ticker/", views.ticker)]
""",
    },
    checks=_FAN_OUT_CHECKS,
    wrong={
        "test_at_once": {
            "views.py": _FAN_OUT.replace(
                "await asyncio.gather(*(ask(shop) for shop in SHOPS))", "[await ask(shop) for shop in SHOPS]"
            )
        },
        "test_loop": {
            "views.py": _FAN_OUT.replace("import SHOPS, ask", "import SHOPS, ask, ask_and_block").replace(
                "    return JsonResponse", "    ask_and_block('corner')\n    return JsonResponse"
            )
        },
        "test_stream": {"views.py": _FAN_OUT.replace("while True:", "while number < 2:")},
    },
    editable=("views.py",),
)

EXERCISES = {"a chat": CHAT, "tasks with retries": RECEIPTS, "an async fan-out": FAN_OUT}
