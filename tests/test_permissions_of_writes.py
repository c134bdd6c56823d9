"""Who may change what: every URL, by every method that it takes, tried by everybody.

A method is asked of each URL by the learner first; what answers 405 there does not take it. A new URL that
takes one fails until it has a row. Whatever others do, the learner's own things stay as they were.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from content.models import Exercise, LessonPage
from lms.accounts.models import Learner, User
from lms.api.models import ApiToken
from lms.grading.models import Draft, Submission
from lms.progress.models import Bookmark, Certificate, LessonRead, Note, QuizAnswer, ReviewCard
from lms.progress.tests.steps import quiz_fields
from tests.test_permissions import (  # noqa: F401 - everybody, and the learner's own things
    OPEN_IN_ADMIN,
    ROLES,
    ROUTES,
    TABLE,
    answer_of,
    arguments,
    clients,
    concrete,
    is_admin,
)

pytestmark = pytest.mark.django_db

METHODS = ("POST", "PUT", "PATCH", "DELETE")
# What each role is answered: L where it is led to sign in, else a status.
ALL = "200 200 200 200 200"
PROOF = "L 302 302 302 302"
SIGNED_IN = "L 200 200 200 200"
NOT_THERE = "404 404 404 404 404"
API_SESSION = "401 401 401 401 401"
BAD = "400 400 400 400 400"
NOTHING_BEGUN = "409 409 409 409 409"
EVERY = "POST PUT PATCH DELETE"

WRITES: dict[str, dict[str, str]] = {
    "<course_slug:track>/<course_slug:lesson>/": {EVERY: ALL},
    r"^((?:[\w\-]+/)*)$": {EVERY: ALL},
    "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/": {EVERY: NOT_THERE},
    "_util/login/": {"POST PUT": ALL},
    "account/data.json": {EVERY: PROOF},
    "account/delete/": {EVERY: PROOF},
    "accounts/2fa/authenticate/": {EVERY: PROOF},
    "accounts/2fa/reauthenticate/": {EVERY: PROOF},
    "accounts/2fa/recovery-codes/download/": {EVERY: "L 404 404 404 404"},
    "accounts/2fa/recovery-codes/generate/": {EVERY: PROOF},
    "accounts/2fa/totp/activate/": {EVERY: PROOF},
    "accounts/2fa/totp/deactivate/": {EVERY: "L 404 404 404 404"},
    "accounts/2fa/webauthn/add/": {EVERY: PROOF},
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": {EVERY: PROOF},
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": {EVERY: PROOF},
    "accounts/2fa/webauthn/login/": {"POST PUT": PROOF, "PATCH DELETE": "405 302 302 302 302"},
    "accounts/2fa/webauthn/reauthenticate/": {EVERY: PROOF},
    "accounts/3rdparty/": {"POST PUT": SIGNED_IN},
    "accounts/3rdparty/signup/": {EVERY: "L L L L L"},
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": {EVERY: ALL},
    "accounts/confirm-email/": {EVERY: PROOF},
    "accounts/email/": {"POST PUT": PROOF},
    "accounts/facebook/login/": {EVERY: NOT_THERE},
    "accounts/facebook/login/callback/": {EVERY: NOT_THERE},
    "accounts/facebook/login/token/": {EVERY: NOT_THERE},
    "accounts/github/login/": {EVERY: NOT_THERE},
    "accounts/github/login/callback/": {EVERY: NOT_THERE},
    "accounts/google/login/": {EVERY: NOT_THERE},
    "accounts/google/login/callback/": {EVERY: NOT_THERE},
    "accounts/google/login/token/": {EVERY: NOT_THERE},
    "accounts/login/": {"POST PUT": "200 302 302 302 302", "PATCH DELETE": "405 302 302 302 302"},
    "accounts/login/code/": {"POST PUT": "200 302 302 302 302", "PATCH DELETE": "405 302 302 302 302"},
    "accounts/login/code/confirm/": {EVERY: PROOF},
    "accounts/logout/": {"POST": "302 302 302 302 302"},
    "accounts/password/change/": {"POST PUT": SIGNED_IN},
    "accounts/password/reset/": {"POST PUT": ALL},
    "accounts/password/set/": {EVERY: PROOF},
    "accounts/reauthenticate/": {"POST PUT": SIGNED_IN},
    "accounts/sessions/": {"POST PUT": PROOF},
    "accounts/signup/": {"POST PUT": "200 302 302 302 302", "PATCH DELETE": "405 302 302 302 302"},
    "accounts/social/connections/": {EVERY: "301 301 301 301 301"},
    "accounts/social/login/cancelled/": {EVERY: "301 301 301 301 301"},
    "accounts/social/login/error/": {EVERY: "301 301 301 301 301"},
    "accounts/social/signup/": {EVERY: "301 301 301 301 301"},
    "api/auth/app/v1/account/authenticators": {EVERY: API_SESSION},
    "api/auth/app/v1/account/authenticators/recovery-codes": {EVERY: API_SESSION},
    "api/auth/app/v1/account/authenticators/totp": {EVERY: API_SESSION},
    "api/auth/app/v1/account/authenticators/webauthn": {EVERY: API_SESSION},
    "api/auth/app/v1/account/email": {"POST": NOTHING_BEGUN, "PUT PATCH DELETE": API_SESSION},
    "api/auth/app/v1/account/password/change": {EVERY: API_SESSION},
    "api/auth/app/v1/account/phone": {EVERY: NOT_THERE},
    "api/auth/app/v1/account/providers": {EVERY: API_SESSION},
    "api/auth/app/v1/auth/2fa/authenticate": {EVERY: API_SESSION},
    "api/auth/app/v1/auth/2fa/reauthenticate": {EVERY: API_SESSION},
    "api/auth/app/v1/auth/code/confirm": {EVERY: NOTHING_BEGUN},
    "api/auth/app/v1/auth/code/request": {EVERY: BAD},
    "api/auth/app/v1/auth/code/resend": {"POST": NOTHING_BEGUN},
    "api/auth/app/v1/auth/email/verify": {EVERY: NOTHING_BEGUN},
    "api/auth/app/v1/auth/email/verify/resend": {"POST": NOTHING_BEGUN},
    "api/auth/app/v1/auth/login": {EVERY: BAD},
    "api/auth/app/v1/auth/password/request": {EVERY: BAD},
    "api/auth/app/v1/auth/password/reset": {EVERY: BAD},
    "api/auth/app/v1/auth/phone/verify": {EVERY: NOT_THERE},
    "api/auth/app/v1/auth/phone/verify/resend": {EVERY: NOT_THERE},
    "api/auth/app/v1/auth/provider/redirect": {"POST": API_SESSION},
    "api/auth/app/v1/auth/provider/signup": {EVERY: NOTHING_BEGUN},
    "api/auth/app/v1/auth/provider/token": {EVERY: BAD},
    "api/auth/app/v1/auth/reauthenticate": {EVERY: API_SESSION},
    "api/auth/app/v1/auth/session": {"DELETE": API_SESSION},
    "api/auth/app/v1/auth/sessions": {EVERY: API_SESSION},
    "api/auth/app/v1/auth/signup": {"POST": BAD},
    "api/auth/app/v1/auth/webauthn/authenticate": {EVERY: API_SESSION},
    "api/auth/app/v1/auth/webauthn/login": {"POST": BAD},
    "api/auth/app/v1/auth/webauthn/reauthenticate": {EVERY: API_SESSION},
    "api/auth/app/v1/tokens/refresh": {EVERY: BAD},
    r"api/v1/^(?P<path>[\s\S]*)$": {EVERY: NOT_THERE},
    "api/v1/bookmarks/<slug:lesson>/<str:heading>/": {
        "PUT": "401 200 200 200 200",
        "DELETE": "401 204 404 404 404",
    },
    "api/v1/cohorts/": {EVERY: "401 403 403 405 405"},
    "api/v1/cohorts/<int:cohort>/": {EVERY: "401 403 403 405 405"},
    "api/v1/cohorts/<int:cohort>/learners/": {EVERY: "401 403 403 405 405"},
    "api/v1/exercises/<slug:lesson>/<slug:slug>/draft/": {"PUT": "401 412 200 200 200"},
    "api/v1/exercises/<slug:lesson>/<slug:slug>/submissions/": {"POST": "401 201 201 201 201"},
    "api/v1/notes/<slug:lesson>/": {"PUT": "401 412 200 200 200", "DELETE": "401 412 404 404 404"},
    "api/v1/reviews/<int:card>/": {"POST": "401 200 404 404 404"},
    "api/v1/submissions/<uuid:submission_id>/cancel/": {"POST": "401 409 404 404 404"},
    "api/v1/tokens/": {"POST": "401 201 201 201 201"},
    "api/v1/tokens/<slug:key_id>/": {"DELETE": "401 204 404 404 404"},
    "api/v1/tokens/current/": {"DELETE": "401 409 409 409 409"},
    "classes/<int:pk>/leave/": {"POST": "L 404 404 404 404"},
    "discussion/<slug:lesson>/": {"POST": "L 400 400 400 400"},
    "discussion/<slug:lesson>/<slug:exercise>/": {"POST": "L 400 400 400 400"},
    "discussion/<slug:lesson>/problems/<uuid:block>/": {"POST": "L 400 400 400 400"},
    "discussion/posts/<int:pk>/edit/": {"POST": "L 400 403 403 403"},
    "discussion/posts/<int:pk>/hide/": {"POST": "L 403 403 302 302"},
    "discussion/posts/<int:pk>/remove/": {"POST": "L 302 403 403 403"},
    "discussion/posts/<int:pk>/report/": {"POST": "L 400 400 400 400"},
    "discussion/threads/<int:pk>/": {"POST": "L 400 400 400 400"},
    "discussion/threads/<int:pk>/answer/": {"POST": "L 302 403 302 302"},
    "discussion/threads/<int:pk>/follow/": {"POST": PROOF},
    "discussion/threads/<int:pk>/lock/": {"POST": "L 403 403 302 302"},
    "discussion/unsubscribe/<str:token>/": {"POST": NOT_THERE},
    r"documents/^(\d+)/(.*)$": {EVERY: NOT_THERE},
    "documents/authenticate_with_password/<int:restriction_id>/": {EVERY: NOT_THERE},
    "exercises/<slug:lesson>/<slug:exercise>/download/": {"POST": ALL},
    "exercises/<slug:lesson>/<slug:exercise>/draft/": {"PUT": "200 409 200 200 200"},
    "exercises/<slug:lesson>/<slug:exercise>/preview/": {"POST": BAD},
    "exercises/<slug:lesson>/<slug:exercise>/preview/console/": {"POST": BAD},
    "exercises/<slug:lesson>/<slug:exercise>/preview/requests/": {"POST": "410 410 410 410 410"},
    "exercises/<slug:lesson>/<slug:exercise>/preview/sockets/": {"POST": BAD},
    "exercises/<slug:lesson>/<slug:exercise>/submissions/": {"POST": "201 201 201 201 201"},
    "feedback/read/": {"POST": "204 204 204 204 204"},
    "join/<slug:token>/": {"POST": "302 302 302 302 302"},
    "livez": {EVERY: ALL},
    "media/<path:path>": {EVERY: NOT_THERE},
    "progress/bookmark/": {"POST": "302 302 302 302 302"},
    "progress/certificates/": {"POST": PROOF},
    "progress/note/": {"POST": "302 302 302 302 302"},
    "progress/place/": {"POST": "204 204 204 204 204"},
    "progress/quiz/": {"POST": "302 302 302 302 302"},
    "progress/read/": {"POST": "302 302 302 302 302"},
    "progress/receipts/": {"POST": BAD},
    "progress/review/": {"POST": "200 200 302 302 302"},
    "readyz": {EVERY: "503 503 503 503 503"},
    "sitemap.xml": {EVERY: ALL},
    "submissions/<uuid:submission_id>/cancel/": {"POST": "404 409 404 404 404"},
    "teach/": {EVERY: "L 403 403 405 405"},
    "teach/attempts/<uuid:submission_id>/": {
        "POST": "L 403 403 404 200",
        "PUT PATCH DELETE": "L 403 403 405 405",
    },
    "teach/classes/<int:pk>/": {EVERY: "L 403 403 405 405"},
    "teach/classes/<int:pk>/delete/": {"POST": "L 403 403 404 302", "PUT PATCH DELETE": "L 403 403 405 405"},
    "teach/classes/<int:pk>/edit/": {"POST": "L 403 403 404 200", "PUT PATCH DELETE": "L 403 403 405 405"},
    "teach/classes/<int:pk>/link/": {"POST": "L 403 403 404 400", "PUT PATCH DELETE": "L 403 403 405 405"},
    "teach/classes/<int:pk>/members/<int:learner>/remove/": {
        "POST": "L 403 403 404 302",
        "PUT PATCH DELETE": "L 403 403 405 405",
    },
    "teach/classes/<int:pk>/teachers/": {
        "POST": "L 403 403 404 400",
        "PUT PATCH DELETE": "L 403 403 405 405",
    },
    "teach/classes/<int:pk>/teachers/<int:user>/remove/": {
        "POST": "L 403 403 404 302",
        "PUT PATCH DELETE": "L 403 403 405 405",
    },
    "teach/classes/new/": {"POST": "L 403 403 200 200", "PUT PATCH DELETE": "L 403 403 405 405"},
    "teach/complaints/<int:pk>/close/": {
        "POST": "L 403 403 404 404",
        "PUT PATCH DELETE": "L 403 403 405 405",
    },
    "teach/course/": {EVERY: "L 403 403 405 405"},
    "teach/exercises/<slug:lesson>/<slug:slug>/": {EVERY: "L 403 403 405 405"},
    "teach/export/<slug:kind>.<slug:form>": {EVERY: "L 403 403 405 405"},
    "teach/learners/": {EVERY: "L 403 403 405 405"},
    "teach/learners/<int:pk>/": {EVERY: "L 403 403 405 405"},
    "teach/learners/<int:pk>/<slug:lesson>/<slug:slug>/": {EVERY: "L 403 403 405 405"},
    "teach/lessons/<slug:slug>/": {EVERY: "L 403 403 405 405"},
    "teach/problems/": {EVERY: "L 403 403 405 405"},
    "teach/problems/<int:pk>/close/": {"POST": "L 403 403 404 404", "PUT PATCH DELETE": "L 403 403 405 405"},
    "teach/questions/": {EVERY: "L 403 403 405 405"},
    "teach/tracks/<slug:track>/": {EVERY: "L 403 403 405 405"},
    "trials/<int:pk>/": {EVERY: "L 403 403 405 405"},
    "trials/<int:pk>/download/": {"POST": "L 403 403 200 200", "PUT PATCH DELETE": "L 403 403 405 405"},
    "trials/<int:pk>/preview/": {"POST": "L 403 403 400 400", "PUT PATCH DELETE": "L 403 403 405 405"},
    "trials/<int:pk>/preview/<str:preview>/<int:page>/": {EVERY: "L 403 403 405 405"},
    "trials/<int:pk>/preview/console/": {
        "POST": "L 403 403 400 400",
        "PUT PATCH DELETE": "L 403 403 405 405",
    },
    "trials/<int:pk>/preview/requests/": {
        "POST": "L 403 403 410 410",
        "PUT PATCH DELETE": "L 403 403 405 405",
    },
    "trials/<int:pk>/preview/sockets/": {
        "POST": "L 403 403 400 400",
        "PUT PATCH DELETE": "L 403 403 405 405",
    },
    "trials/<int:pk>/runs/": {"POST": "L 403 403 201 201", "PUT PATCH DELETE": "L 403 403 405 405"},
    "trials/<int:pk>/runs/<uuid:trial_id>/": {EVERY: "L 403 403 405 405"},
    "trials/<int:pk>/runs/<uuid:trial_id>/cancel/": {
        "POST": "L 403 403 404 404",
        "PUT PATCH DELETE": "L 403 403 405 405",
    },
    "trials/<int:pk>/solution/": {EVERY: "L 403 403 405 405"},
}
# What takes no cookie of ours but a token, so that nothing can be forged; or is not there.
WITHOUT_CSRF = re.compile(r"api/auth/app/|api/v1/\^|accounts/google/login/token/|discussion/unsubscribe/")


@pytest.fixture
def bodies() -> dict[str, dict[str, Any]]:
    """What is sent where: good enough to be taken, so that who asks decides."""
    exercise, page = Exercise.objects.get(), LessonPage.objects.get(slug="counting")
    files = {"files": {next(path for path in exercise.starter if exercise.is_editable(path)): "x = 1\n"}}
    lesson = {"lesson": "counting"}
    return {
        "api/v1/exercises/<slug:lesson>/<slug:slug>/draft/": files,
        "api/v1/exercises/<slug:lesson>/<slug:slug>/submissions/": files,
        "api/v1/notes/<slug:lesson>/": {"text": "another's"},
        "api/v1/reviews/<int:card>/": {"answers": [0]},
        "api/v1/tokens/": {"name": "another's"},
        "exercises/<slug:lesson>/<slug:exercise>/draft/": {**files, "version": 0},
        "exercises/<slug:lesson>/<slug:exercise>/submissions/": files,
        "exercises/<slug:lesson>/<slug:exercise>/download/": files,
        "trials/<int:pk>/runs/": files,
        "trials/<int:pk>/download/": files,
        "progress/bookmark/": {**lesson, "heading": "see-it", "wanted": "no"},
        "progress/note/": {**lesson, "text": "another's"},
        "progress/place/": {**lesson, "heading": "see-it"},
        "progress/quiz/": quiz_fields(page, 0, 0),
        "progress/read/": lesson,
        "progress/review/": {"card": ReviewCard.objects.get().pk, "answers": [0]},
        "progress/certificates/": {"track": "farm", "name": "Mallory"},
    }


def own_things() -> list[Any]:
    """All that is the learner's, as it stands."""
    learner = Learner.objects.get(user__email="learner@example.org")
    kinds = (Draft, Submission, Note, Bookmark, ReviewCard, Certificate, LessonRead, QuizAnswer)
    found: list[Any] = [list(kind.objects.filter(learner=learner).order_by("pk").values()) for kind in kinds]
    found.append(list(ApiToken.objects.filter(user=learner.user).values("digest", "name")))
    found.append(list(User.objects.filter(pk=learner.user_id).values("email", "password", "is_active")))
    return found


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def send(client: Client, method: str, path: str, body: Any) -> Any:
    """Send it as JSON to what takes JSON, as a form to the others. The client keeps its cookies."""
    cache.clear()
    cookies = copy.deepcopy(client.cookies)
    try:
        if path.startswith(("/api/", "/exercises/", "/trials/")):
            headers = {"If-None-Match": "*"} if method == "PUT" else {"If-Match": '"seen"'}
            return client.generic(method, path, json.dumps(body), "application/json", headers=headers)
        if method == "POST":
            return client.post(path, body)
        return client.generic(method, path, "", "application/x-www-form-urlencoded")
    finally:
        client.cookies = cookies


def test_everybody_may_change_what_the_table_says_and_nothing_of_anybody_else(clients, arguments, bodies):  # noqa: F811
    found: dict[str, dict[str, str]] = {}
    before, touched = own_things(), []
    for route in TABLE:
        path, body, answers = concrete(route, arguments), bodies.get(route, {}), {}
        for method in METHODS:
            with taken_back():
                first = answer_of(send(clients["learner"], method, path, body))
            if first == "405":
                continue
            told = {"learner": first}
            for role in set(ROLES) - {"learner"}:
                with taken_back():
                    told[role] = answer_of(send(clients[role], method, path, body))
                    if told[role][0] == "2" and own_things() != before:
                        touched.append(f"{role}: {method} {path}")
            answers[method] = " ".join(told[role] for role in ROLES)
        grouped: dict[str, list[str]] = {}
        for method, told_all in answers.items():
            grouped.setdefault(told_all, []).append(method)
        if answers:
            found[route] = {" ".join(methods): told_all for told_all, methods in grouped.items()}
    assert touched == []
    assert found == WRITES, "say in WRITES who may change it"


def test_nobody_but_staff_changes_anything_of_the_admins(clients, arguments):  # noqa: F811
    seen = {}
    for route in filter(is_admin, ROUTES):
        for role in ("visitor", "learner"):
            with taken_back():
                got = answer_of(send(clients[role], "POST", concrete(route, arguments), {}))
            if got not in ("L", "403", "404", "405"):
                seen[route] = got
    assert set(seen) <= OPEN_IN_ADMIN


def test_no_change_is_taken_without_the_csrf_token(clients, arguments, bodies):  # noqa: F811
    clients["learner"].handler.enforce_csrf_checks = True
    taken = {}
    for route in TABLE:
        with taken_back():
            answer = send(clients["learner"], "POST", concrete(route, arguments), bodies.get(route, {}))
        if answer.status_code != 403:
            taken[route] = answer.status_code
    assert {route: status for route, status in taken.items() if not WITHOUT_CSRF.match(route)} == {}
