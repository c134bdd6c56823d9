"""What checks may ask for beyond plain requests and sockets, and what is said when a project fails at it."""

import pytest

from sandbox.jail import Jail, Project, grade
from sandbox.jail.tests.one_check import HEAD, Run, passed

UPLOADS = {
    "gallery/__init__.py": "",
    "gallery/models.py": (
        "from django.db import models\n"
        "class Picture(models.Model):\n    file = models.FileField(upload_to='pictures')\n"
    ),
    "gallery/static/gallery/site.css": "body { color: teal }\n",
    "static/logo.txt": "a logo\n",
    "urls.py": """
import json
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import path
from gallery.models import Picture

def upload(request):
    file = request.FILES["file"]
    picture = Picture.objects.create(file=file)
    response = redirect(picture.file.url)
    response.set_cookie("last", file.name, max_age=60)
    return response

def echo(request):
    return JsonResponse({"got": json.loads(request.body), "last": request.COOKIES.get("last")})

urlpatterns = [path("upload/", upload), path("echo/", echo)]
""",
}


def test_uploads_files_cookies_redirects_and_json(jail: Jail) -> None:
    checks = (
        HEAD
        + """
    def test_upload(self):
        big = b"x" * 3_000_000
        response = self.client.post("/upload/", files={"file": ("a.bin", big, "image/png")})
        self.expect((response.status_code, response.url), (302, "/media/pictures/a.bin"))
        self.expect(response.cookies["last"].value, "a.bin")
        followed = self.client.get("/media/pictures/a.bin", stream={"seconds": 10})
        self.expect((followed.status_code, followed.cut), (200, "bytes"))
        self.expect(self.client.put("/echo/", json={"a": [1]}).json(), {"got": {"a": [1]}, "last": "a.bin"})

    def test_gone(self):
        self.expect(self.client.get("/media/pictures/a.bin").status_code, 404)
        self.expect(self.client.get("/media/../urls.py").status_code, 404)

    def test_static(self):
        response = self.client.get("/static/gallery/site.css")
        self.expect(response.text, "body { color: teal }\\n")
        self.expect(response.headers["Content-Type"], "text/css")
        self.expect(self.client.get("/static/logo.txt").text, "a logo\\n")
        for path in ("nothing.css", "../urls.py", "%2e%2e/urls.py", "/etc/passwd"):
            self.expect(self.client.get(f"/static/{path}").status_code, 404, what=path)
"""
    )
    passed(grade(jail, Project(files=UPLOADS, apps=("gallery",)), checks, time_limit=20))


EXPECTING = {
    "shop/__init__.py": "",
    "shop/tasks.py": (
        "from celery import shared_task\n@shared_task\ndef add(a, b):\n    return a + b\n"
        "@shared_task\ndef fail():\n    raise RuntimeError('no stock')\n"
    ),
    "templates/page.html": "{% include 'part.html' %}",
    "templates/part.html": "part",
    "urls.py": """
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.shortcuts import render
from django.urls import path
from shop.tasks import add, fail

def page(request):
    list(User.objects.all()); list(User.objects.all())
    return render(request, "page.html")

def work(request):
    send_mail("One", "x", None, ["ada@example.com"])
    send_mail("Two", "x", None, ["bob@example.com"])
    add.apply_async((1, 2), countdown=60)
    fail.delay()
    return render(request, "page.html")

urlpatterns = [path("", page), path("work/", work)]
""",
}


def test_expectations_that_hold(checked: Run) -> None:
    body = """
with self.assertMaxQueries(4):
    response = self.client.get("/")
    self.client.get("/")
self.expect_template(response, "page.html")
self.expect_template(response, "part.html")
self.client.get("/work/")
self.expect(self.expect_mail(to="bob@example.com")["subject"], "Two")
task = self.expect_task("add", args=[1, 2])
self.expect((task["result"], task["countdown"], task["name"]), (3, 60, "shop.tasks.add"))
self.expect(self.expect_task("fail", state="FAILURE")["exception"]["frames"][0]["line"], 7)
"""
    passed(checked(EXPECTING, body, apps=("shop",)))


@pytest.mark.parametrize(
    ("body", "expected", "got"),
    [
        ("with self.assertMaxQueries(1): self.client.get('/')", "at most 1 queries", "2 queries:\nSELECT"),
        ("self.expect_queries(self.client.get('/'), at_most=1)", "at most 1 queries", "2 queries:\nSELECT"),
        (
            "self.expect_template(self.client.get('/'), 'base.html')",
            "the template base.html is used",
            "page.html, part.html",
        ),
        ("self.expect_mail(to='eve@example.com')", "one message to eve@example.com", "no mail"),
        (
            "self.client.get('/work/'); self.expect_mail()",
            "one message",
            "“One” to ada@example.com; “Two” to bob@example.com",
        ),
        ("self.expect_task('add')", "the task add ends as SUCCESS", "it was never sent"),
        (
            "self.client.get('/work/'); self.expect_task('fail')",
            "the task fail ends as SUCCESS",
            "shop.tasks.fail []: FAILURE, retries 0, RuntimeError: no stock",
        ),
        ("self.expect_overlap(self.client.get('/'), at_least=2)", "2 waits at once", "0 waits, at most 0"),
    ],
)
def test_expectations_that_do_not_hold_say_what_was_there(
    checked: Run, body: str, expected: str, got: str
) -> None:
    verdict = checked(EXPECTING, body, apps=("shop",))
    [check] = verdict.checks
    assert (check.status, check.expected) == ("failed", expected)
    assert check.got.startswith(got)


def test_delay_on_commit_waits_for_the_commit(checked: Run) -> None:
    source = (
        "from django.db import transaction\\nfrom shop.tasks import add\\n"
        "with transaction.atomic():\\n    add.delay_on_commit(1, 2)\\n    add.delay(3, 4)"
    )
    body = f"""
self.project.run("{source}")
self.expect([task["args"] for task in self.project.tasks()], [[3, 4], [1, 2]])
"""
    passed(checked(EXPECTING, body, apps=("shop",)))


def test_arguments_of_tasks_travel_as_json(checked: Run) -> None:
    source = "from shop.tasks import add\\nadd.delay(object(), 1)"
    verdict = checked(EXPECTING, f'self.project.run("{source}")', apps=("shop",))
    assert verdict.checks[0].message == "EncodeError: Object of type object is not JSON serializable"


STREAMS = {
    "urls.py": """
import asyncio, time
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path

ended = []

def endless():
    try:
        while True:
            yield b"x" * 1000
    finally:
        ended.append("sync")

async def ticking():
    try:
        while True:
            yield b"x"
            await asyncio.sleep(0.01)
    finally:
        ended.append("async")

def broken():
    yield "one"
    raise ValueError("in the middle")

async def threads(request):
    await asyncio.gather(*(asyncio.to_thread(time.sleep, 0.02) for _ in range(3)))
    return HttpResponse("done")

async def timed():
    async with asyncio.timeout(5):
        yield b"a"
        yield b"b"

def stream(make):
    return lambda request: StreamingHttpResponse(make())

async def async_view(request):
    return StreamingHttpResponse(ticking())

async def timed_view(request):
    return StreamingHttpResponse(timed())

urlpatterns = [
    path("endless/", stream(endless)), path("ticking/", stream(ticking)), path("async/", async_view),
    path("broken/", stream(broken)), path("threads/", threads), path("timed/", timed_view),
]
"""
}


def test_streams_are_cut_and_their_generators_closed(checked: Run) -> None:
    body = """
endless = self.client.get("/endless/")
self.expect((endless.cut, len(endless.parts), len(endless.content)), ("parts", 1000, 1_000_000))
self.expect(self.client.get("/ticking/", stream={"seconds": 0.1}).cut, "seconds")
self.expect(self.client.get("/async/", stream={"parts": 2}).parts, [b"x", b"x"])
self.expect(self.project.run("import urls\\nurls.ended"), ["sync", "async", "async"])
whole = self.client.get("/timed/")
self.expect((whole.cut, whole.parts), ("", [b"a", b"b"]))
"""
    passed(checked(STREAMS, body))


def test_a_generator_that_raises_is_the_learners_error(checked: Run) -> None:
    [check] = checked(STREAMS, "self.client.get('/broken/')").checks
    assert check.message == "ValueError: in the middle"
    assert check.frames[-1]["code"] == 'raise ValueError("in the middle")'


def test_waits_in_threads_overlap_too(checked: Run) -> None:
    body = """
response = self.client.get("/threads/")
self.expect_overlap(response, at_least=3)
self.expect_loop_free(response)
self.expect(response.trace["waits"]["count"], 3)
"""
    passed(checked(STREAMS, body))


@pytest.mark.parametrize("forged", ["{}", "[1]", "[{'name': 5}]", "'x'", "[{'name': 'shop.tasks.add'}]"])
def test_forged_tasks_fail_the_check_and_nothing_else(checked: Run, forged: str) -> None:
    forge = f"from sandbox.jail.harness import eager\neager.TaskLog.entries = lambda self: {forged}\n"
    files = {**EXPECTING, "urls.py": forge + EXPECTING["urls.py"]}
    verdict = checked(files, "self.expect_task('add')", apps=("shop",))
    assert (verdict.state, verdict.checks[0].status) == ("failed", "failed")


REST = {
    "settings.py": (
        "AUTH_USER_MODEL = 'store.Person'\nSHOP = 'North'\n"
        "REST_FRAMEWORK = {'DEFAULT_AUTHENTICATION_CLASSES': ['gate.Gate'], 'PAGE_SIZE': 7,\n"
        "    'DEFAULT_PERMISSION_CLASSES': ['rest_framework.permissions.IsAuthenticated']}\n"
    ),
    "store/__init__.py": "",
    "store/models.py": (
        "from django.conf import settings\nfrom django.contrib.auth.models import AbstractUser\n"
        "from django.db import models\n"
        "class Person(AbstractUser):\n    shop = settings.SHOP\n"
        "class Card(models.Model):\n"
        "    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)\n"
    ),
    "gate.py": (
        "from rest_framework.authentication import BaseAuthentication\nfrom store.models import Person\n"
        "class Gate(BaseAuthentication):\n"
        "    def authenticate(self, request):\n"
        "        return (Person(username='ada'), None) if 'X-Key' in request.headers else None\n"
        "    def authenticate_header(self, request):\n        return 'Key'\n"
    ),
    "urls.py": (
        "from django.urls import path\nfrom rest_framework.pagination import PageNumberPagination\n"
        "from rest_framework.response import Response\nfrom rest_framework.views import APIView\n"
        "from store.models import Card, Person\n"
        "class View(APIView):\n"
        "    def get(self, request):\n"
        "        model = Card._meta.get_field('person').related_model\n"
        "        return Response([request.user.username, PageNumberPagination.page_size, Person.shop,\n"
        "            model.__name__])\n"
        "urlpatterns = [path('', View.as_view())]\n"
    ),
}


@pytest.mark.parametrize("editable", [None, ("gate.py", "urls.py"), ("urls.py",)])
def test_packages_and_models_see_the_project_s_settings(jail: Jail, editable: tuple[str, ...] | None) -> None:
    """Models as they load; REST framework's classes although they were imported before the project."""
    body = (
        "        self.expect(self.client.get('/').status_code, 401)\n"
        "        response = self.client.get('/', headers={'X-Key': '1'})\n"
        "        self.expect(response.json(), ['ada', 7, 'North', 'Person'])\n"
    )
    checks = f'{HEAD}    def test_it(self):\n        """It works."""\n{body}'
    for _ in range(2):  # the first one makes the template
        passed(grade(jail, Project(files=REST, apps=("store",), editable=editable), checks, time_limit=20))


@pytest.mark.parametrize("view", ["def view", "async def view"])
def test_a_path_may_have_any_letter(checked: Run, view: str) -> None:
    urls = (
        "from django.http import HttpResponse\nfrom django.urls import path\n"
        f"{view}(request, name):\n    return HttpResponse(name + request.path)\n"
        "urlpatterns = [path('<str:name>/', view)]\n"
    )
    passed(
        checked(
            {"urls.py": urls}, "self.expect(self.client.get('/Smør 100%25é/').text, 'Smør 100%é/Smør 100%é/')"
        )
    )
