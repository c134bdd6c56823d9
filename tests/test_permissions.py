"""Who gets what: every URL that there is, asked for by everybody. A new one fails until it has a row."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from content.models import Exercise, LessonPage
from content.tests.folders import write_syllabus
from content.tests.loaded import load_syllabus
from lms.accounts.groups import ensure_instructors
from lms.accounts.models import Learner, User
from lms.api.models import ApiToken
from lms.classes.models import Cohort
from lms.discussion.models import Post, Thread
from lms.grading.models import Draft, Submission
from lms.progress.models import Bookmark, Certificate, Note, ReviewCard
from lms.progress.places import headings_of
from lms.progress.questions import questions_of
from lms.progress.reviews import begin_review

pytestmark = pytest.mark.django_db

ROLES = ("visitor", "learner", "other", "instructor", "admin")
OWN_WORDS = "what the learner keeps for themselves"
PASSWORD = "correct horse battery"
# What GET answers, by role in the order of ROLES. L: led to sign in; 2, 3, 4 …: a status.
PUBLIC = "200 200 200 200 200"
FOUND_ELSEWHERE = "302 302 302 302 302"
POST_ONLY = "405 405 405 405 405"
SIGNED_IN = "L 200 200 200 200"
PROOF = "L 302 302 302 302"  # asks for the password once more
OWNER = "404 200 404 404 404"
NOT_THERE = "404 404 404 404 404"
API = "401 200 200 200 200"
API_OWNER = "401 200 404 404 404"
API_POST_ONLY = "401 405 405 405 405"
# The teacher's pages: a learner may not, and of instructors only those who teach.
TEACH = "L 403 403 200 200"
TEACH_POST_ONLY = "L 403 403 405 405"
# A class of one's own, and learners in it: to everybody else it is not there.
TEACH_OWNER = "L 403 403 404 200"
# An exercise's draft in the workspace: for who may change exercises.
AUTHOR = "L 403 403 200 200"
AUTHOR_POST_ONLY = "L 403 403 405 405"
# It takes a session token, which none of these browsers has sent.
API_SESSION = "401 401 401 401 401"
# Of the admins, what is not asked for a sign-in: its texts, its drawings, its ways to sign in and out.
OPEN_IN_ADMIN = {"cms/jsi18n/", "cms/sprite/", "django-admin/logout/"}

TABLE = {
    r"^((?:[\w\-]+/)*)$": PUBLIC,
    "<course_slug:track>/<course_slug:lesson>/": PUBLIC,
    "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/": NOT_THERE,
    "_util/login/": PUBLIC,
    "account/": SIGNED_IN,
    "account/data.json": PROOF,
    "account/delete/": PROOF,
    "accounts/2fa/": SIGNED_IN,
    "accounts/2fa/authenticate/": PROOF,
    "accounts/2fa/reauthenticate/": PROOF,
    "accounts/2fa/recovery-codes/": "L 404 404 404 404",
    "accounts/2fa/recovery-codes/download/": "L 404 404 404 404",
    "accounts/2fa/recovery-codes/generate/": PROOF,
    "accounts/2fa/totp/activate/": PROOF,
    "accounts/2fa/totp/deactivate/": "L 404 404 404 404",
    "accounts/2fa/webauthn/": SIGNED_IN,
    "accounts/2fa/webauthn/add/": PROOF,
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": PROOF,
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": PROOF,
    "accounts/2fa/webauthn/login/": PROOF,
    "accounts/2fa/webauthn/reauthenticate/": PROOF,
    "accounts/3rdparty/": SIGNED_IN,
    "accounts/3rdparty/login/cancelled/": PUBLIC,
    "accounts/3rdparty/login/error/": API_SESSION,
    "accounts/3rdparty/signup/": "L L L L L",
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": PUBLIC,
    "accounts/confirm-email/": PROOF,
    "accounts/email/": SIGNED_IN,
    "accounts/facebook/login/": NOT_THERE,
    "accounts/facebook/login/callback/": NOT_THERE,
    "accounts/facebook/login/token/": NOT_THERE,
    "accounts/github/login/": NOT_THERE,
    "accounts/github/login/callback/": NOT_THERE,
    "accounts/google/login/": NOT_THERE,
    "accounts/google/login/callback/": NOT_THERE,
    "accounts/google/login/token/": NOT_THERE,
    "accounts/inactive/": PUBLIC,
    "accounts/login/": "200 302 302 302 302",
    "accounts/login/code/": "200 302 302 302 302",
    "accounts/login/code/confirm/": PROOF,
    "accounts/logout/": "302 200 200 200 200",
    "accounts/password/change/": SIGNED_IN,
    "accounts/password/reset/": PUBLIC,
    "accounts/password/reset/done/": PUBLIC,
    "accounts/password/reset/key/done/": PUBLIC,
    "accounts/password/set/": PROOF,
    "accounts/reauthenticate/": SIGNED_IN,
    "accounts/sessions/": SIGNED_IN,
    "accounts/signup/": "200 302 302 302 302",
    "accounts/social/connections/": "301 301 301 301 301",
    "accounts/social/login/cancelled/": "301 301 301 301 301",
    "accounts/social/login/error/": "301 301 301 301 301",
    "accounts/social/signup/": "301 301 301 301 301",
    "api/auth/app/v1/account/authenticators": API_SESSION,
    "api/auth/app/v1/account/authenticators/recovery-codes": API_SESSION,
    "api/auth/app/v1/account/authenticators/totp": API_SESSION,
    "api/auth/app/v1/account/authenticators/webauthn": API_SESSION,
    "api/auth/app/v1/account/email": API_SESSION,
    "api/auth/app/v1/account/password/change": API_SESSION,
    "api/auth/app/v1/account/phone": NOT_THERE,
    "api/auth/app/v1/account/providers": API_SESSION,
    "api/auth/app/v1/auth/2fa/authenticate": API_SESSION,
    "api/auth/app/v1/auth/2fa/reauthenticate": API_SESSION,
    "api/auth/app/v1/auth/code/confirm": "409 409 409 409 409",
    "api/auth/app/v1/auth/code/request": POST_ONLY,
    "api/auth/app/v1/auth/code/resend": POST_ONLY,
    "api/auth/app/v1/auth/email/verify": "409 409 409 409 409",
    "api/auth/app/v1/auth/email/verify/resend": POST_ONLY,
    "api/auth/app/v1/auth/login": POST_ONLY,
    "api/auth/app/v1/auth/password/request": POST_ONLY,
    "api/auth/app/v1/auth/password/reset": "400 400 400 400 400",
    "api/auth/app/v1/auth/phone/verify": NOT_THERE,
    "api/auth/app/v1/auth/phone/verify/resend": NOT_THERE,
    "api/auth/app/v1/auth/provider/redirect": POST_ONLY,
    "api/auth/app/v1/auth/provider/signup": "409 409 409 409 409",
    "api/auth/app/v1/auth/provider/token": POST_ONLY,
    "api/auth/app/v1/auth/reauthenticate": API_SESSION,
    "api/auth/app/v1/auth/session": API_SESSION,
    "api/auth/app/v1/auth/sessions": API_SESSION,
    "api/auth/app/v1/auth/signup": POST_ONLY,
    "api/auth/app/v1/auth/webauthn/authenticate": API_SESSION,
    "api/auth/app/v1/auth/webauthn/login": PUBLIC,
    "api/auth/app/v1/auth/webauthn/reauthenticate": API_SESSION,
    "api/auth/app/v1/config": PUBLIC,
    "api/auth/app/v1/tokens/refresh": POST_ONLY,
    "api/v1/": PUBLIC,
    r"api/v1/^(?P<path>[\s\S]*)$": NOT_THERE,
    "api/v1/bookmarks/": API,
    "api/v1/bookmarks/<slug:lesson>/<str:heading>/": API_OWNER,
    "api/v1/cohorts/": "401 403 403 200 200",
    "api/v1/cohorts/<int:cohort>/": "401 403 403 404 200",
    "api/v1/cohorts/<int:cohort>/learners/": "401 403 403 404 200",
    "api/v1/docs/": PUBLIC,
    "api/v1/exercises/": PUBLIC,
    "api/v1/exercises/<slug:lesson>/<slug:slug>/": PUBLIC,
    "api/v1/exercises/<slug:lesson>/<slug:slug>/draft/": API_OWNER,
    "api/v1/exercises/<slug:lesson>/<slug:slug>/solution/": "401 403 403 403 403",
    "api/v1/exercises/<slug:lesson>/<slug:slug>/submissions/": API,
    "api/v1/lessons/": PUBLIC,
    "api/v1/lessons/<slug:slug>/": PUBLIC,
    "api/v1/me/": API,
    "api/v1/notes/": API,
    "api/v1/notes/<slug:lesson>/": API_OWNER,
    "api/v1/progress/": API,
    "api/v1/progress/<slug:slug>/": API,
    "api/v1/reviews/": API,
    "api/v1/reviews/<int:card>/": API_OWNER,
    "api/v1/roadmap/": PUBLIC,
    "api/v1/schema/": PUBLIC,
    "api/v1/submissions/": API,
    "api/v1/submissions/<uuid:submission_id>/": API_OWNER,
    "api/v1/submissions/<uuid:submission_id>/cancel/": API_POST_ONLY,
    "api/v1/tokens/": API,
    "api/v1/tokens/<slug:key_id>/": API_OWNER,
    "api/v1/tokens/current/": API_POST_ONLY,
    "api/v1/tracks/<slug:slug>/": PUBLIC,
    "certificates/<uuid:number>/": PUBLIC,
    "certificates/<uuid:number>/badge.jwt": PUBLIC,
    "certificates/<uuid:number>/certificate.pdf": PUBLIC,
    "certificates/achievements/<slug:name>/": FOUND_ELSEWHERE,
    "certificates/issuer.json": PUBLIC,
    "discussion/<slug:lesson>/": PUBLIC,
    "discussion/<slug:lesson>/<slug:exercise>/": PUBLIC,
    "discussion/<slug:lesson>/problems/<uuid:block>/": "L 200 200 200 200",
    "discussion/posts/<int:pk>/edit/": "L 200 403 403 403",
    "discussion/posts/<int:pk>/hide/": "L 405 405 405 405",
    "discussion/posts/<int:pk>/remove/": "L 200 403 403 403",
    "discussion/posts/<int:pk>/report/": SIGNED_IN,
    "discussion/threads/<int:pk>/": PUBLIC,
    "discussion/threads/<int:pk>/answer/": "L 405 405 405 405",
    "discussion/threads/<int:pk>/follow/": "L 405 405 405 405",
    "discussion/threads/<int:pk>/lock/": "L 405 405 405 405",
    "discussion/unsubscribe/<str:token>/": NOT_THERE,
    r"documents/^(\d+)/(.*)$": NOT_THERE,
    "classes/<int:pk>/leave/": "L 404 404 404 404",
    "documents/authenticate_with_password/<int:restriction_id>/": NOT_THERE,
    "exercises/<slug:lesson>/<slug:exercise>/": PUBLIC,
    "exercises/<slug:lesson>/<slug:exercise>/attempts/": PUBLIC,
    "exercises/<slug:lesson>/<slug:exercise>/download/": POST_ONLY,
    "exercises/<slug:lesson>/<slug:exercise>/draft/": POST_ONLY,
    "exercises/<slug:lesson>/<slug:exercise>/preview/": POST_ONLY,
    "exercises/<slug:lesson>/<slug:exercise>/preview/<str:preview>/<int:page>/": "410 410 410 410 410",
    "exercises/<slug:lesson>/<slug:exercise>/preview/console/": POST_ONLY,
    "exercises/<slug:lesson>/<slug:exercise>/preview/requests/": POST_ONLY,
    "exercises/<slug:lesson>/<slug:exercise>/preview/sockets/": POST_ONLY,
    "exercises/<slug:lesson>/<slug:exercise>/solution/": "403 403 403 403 403",
    "exercises/<slug:lesson>/<slug:exercise>/submissions/": POST_ONLY,
    "favicon.ico": FOUND_ELSEWHERE,
    "feedback/read/": POST_ONLY,
    "join/<slug:token>/": PUBLIC,
    "livez": PUBLIC,
    "mailbox/": NOT_THERE,
    "media/<path:path>": NOT_THERE,
    "metrics": NOT_THERE,
    "progress/": PUBLIC,
    "progress/bookmark/": POST_ONLY,
    "progress/certificates/": "L 405 405 405 405",
    "progress/note/": POST_ONLY,
    "progress/place/": POST_ONLY,
    "progress/quiz/": POST_ONLY,
    "progress/read/": POST_ONLY,
    "progress/receipts/": POST_ONLY,
    "progress/review/": PUBLIC,
    "readyz": "503 503 503 503 503",
    "robots.txt": PUBLIC,
    "search/": PUBLIC,
    "sitemap.xml": PUBLIC,
    "submissions/<uuid:submission_id>/": OWNER,
    "submissions/<uuid:submission_id>/cancel/": POST_ONLY,
    "submissions/<uuid:submission_id>/files/": OWNER,
    "teach/": TEACH,
    "teach/attempts/<uuid:submission_id>/": TEACH_OWNER,
    "teach/classes/<int:pk>/": TEACH_OWNER,
    "teach/classes/<int:pk>/delete/": TEACH_OWNER,
    "teach/classes/<int:pk>/edit/": TEACH_OWNER,
    "teach/classes/<int:pk>/link/": "L 403 403 404 400",
    "teach/classes/<int:pk>/members/<int:learner>/remove/": "L 403 403 404 404",
    "teach/classes/<int:pk>/teachers/": TEACH_POST_ONLY,
    "teach/classes/<int:pk>/teachers/<int:user>/remove/": "L 403 403 404 404",
    "teach/classes/new/": TEACH,
    "teach/complaints/<int:pk>/close/": "L 403 403 405 405",
    "teach/course/": "L 403 403 302 200",
    "teach/exercises/<slug:lesson>/<slug:slug>/": "L 403 403 302 200",
    "teach/export/<slug:kind>.<slug:form>": "L 403 403 302 200",
    "teach/learners/": "L 403 403 302 200",
    "teach/learners/<int:pk>/": TEACH_OWNER,
    "teach/learners/<int:pk>/<slug:lesson>/<slug:slug>/": TEACH_OWNER,
    "teach/lessons/<slug:slug>/": "L 403 403 302 200",
    "teach/problems/": "L 403 403 200 200",
    "teach/problems/<int:pk>/close/": "L 403 403 405 405",
    "teach/questions/": "L 403 403 200 200",
    "teach/tracks/<slug:track>/": "L 403 403 302 200",
    "trials/<int:pk>/": AUTHOR,
    "trials/<int:pk>/download/": AUTHOR_POST_ONLY,
    "trials/<int:pk>/preview/": AUTHOR_POST_ONLY,
    "trials/<int:pk>/preview/<str:preview>/<int:page>/": "L 403 403 410 410",
    "trials/<int:pk>/preview/console/": AUTHOR_POST_ONLY,
    "trials/<int:pk>/preview/requests/": AUTHOR_POST_ONLY,
    "trials/<int:pk>/preview/sockets/": AUTHOR_POST_ONLY,
    "trials/<int:pk>/runs/": AUTHOR_POST_ONLY,
    "trials/<int:pk>/runs/<uuid:trial_id>/": "L 403 403 404 404",
    "trials/<int:pk>/runs/<uuid:trial_id>/cancel/": AUTHOR_POST_ONLY,
    "trials/<int:pk>/solution/": AUTHOR,
}


def walk(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from walk(pattern, route)


def is_admin(route: str) -> bool:
    return route.startswith(("cms/", "django-admin/"))


ROUTES = sorted(set(walk(get_resolver())))


@pytest.fixture
def clients(tmp_path: Path, settings, db) -> dict[str, Client]:
    settings.LESSONS_DIR = tmp_path
    write_syllabus(tmp_path)
    load_syllabus()
    cache.clear()
    found = {role: Client() for role in ROLES}
    for role in ROLES[1:]:
        user = User.objects.create_user(f"{role}@example.org", PASSWORD)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        if role == "instructor":
            user.groups.add(ensure_instructors())
        user.is_staff, user.is_superuser = role in ("instructor", "admin"), role == "admin"
        user.save()
        Learner.objects.create(user=user)
        found[role].force_login(user)
    return found


@pytest.fixture
def arguments(clients: dict[str, Client]) -> dict[str, str]:
    """What stands in a URL for each of its parts: the learner's own things, where there are such."""
    learner = Learner.objects.get(user__email="learner@example.org")
    exercise = Exercise.objects.get()
    now, file = timezone.now(), next(path for path in exercise.starter if exercise.is_editable(path))
    submission = Submission.objects.create(
        learner=learner,
        exercise=exercise,
        exercise_digest=exercise.digest,
        files={file: OWN_WORDS},
        output=OWN_WORDS,
        state="failed",
        finished_at=now,
    )
    Draft.objects.create(learner=learner, exercise=exercise, files={file: OWN_WORDS})
    Note.objects.create(learner=learner, lesson="counting", text=OWN_WORDS, updated_at=now)
    page = LessonPage.objects.get(slug="counting")
    heading = headings_of(page)[0].id
    Bookmark.objects.create(learner=learner, lesson="counting", heading=heading, created_at=now)
    key, then = next(iter(questions_of(page))), now - timedelta(days=40)
    begin_review(learner=learner, lesson="counting", question=key, right=True, now=then)
    token, _ = ApiToken.objects.create(user=learner.user, name=OWN_WORDS)
    certificate = Certificate.objects.create(
        learner=learner, title="x", name="x", lessons=[], credential="x", issued_at=timezone.now()
    )
    cohort = Cohort.objects.create(name="x", starts_on=timezone.localdate())
    question = Post.objects.create(
        thread=Thread.objects.create(
            lesson="counting",
            title="x",
            author=learner.user,
            created_at=timezone.now(),
            active_at=timezone.now(),
        ),
        author=learner.user,
        text="x",
        is_question=True,
        created_at=timezone.now(),
    )
    assert (question.pk, question.thread_id) == (1, 1), "what <int:pk> is filled with"
    return {
        "teach/classes/<int:pk>": str(cohort.pk),
        "teach/learners/<int:pk>": str(learner.pk),
        "trials/<int:pk>": str(exercise.pk),
        "cohort": str(cohort.pk),
        "token": str(cohort.join_token),
        "track": "farm",
        "kind": "learners",
        "form": "csv",
        "block": str(LessonPage.objects.get().body[0].id),
        "lesson": "counting",
        "exercise": exercise.slug,
        "slug": "counting",
        "submission_id": str(submission.pk),
        "number": str(certificate.pk),
        "name": "course",
        "heading": heading,
        "card": str(ReviewCard.objects.get().pk),
        "key_id": token.id,
    }


def concrete(route: str, arguments: dict[str, str]) -> str:
    """A path that the route answers."""
    filled = {
        "int": "1",
        "slug": "x",
        "str": "x",
        "course_slug": "x",
        "path": "x",
        "uuid": str(uuid.UUID(int=1)),
    }

    if "<slug:lesson>/<slug:slug>" in route:
        arguments = {**arguments, "slug": arguments["exercise"]}
    for start in ("teach/classes/<int:pk>", "teach/learners/<int:pk>", "trials/<int:pk>"):
        if route.startswith(start):
            arguments = {**arguments, "pk": arguments[start]}
    if "api/v1/tracks/" in route:
        arguments = {**arguments, "slug": "farm"}

    def fill(match: re.Match[str]) -> str:
        kind, _, name = match[1].rpartition(":")
        return arguments.get(name, filled[kind or "str"])

    path = re.sub(r"<([\w:]+)>", fill, re.sub(r"\(\?P<\w+>[^)]*\)", "x", route))
    path = (
        path.replace(r"(\d+)", "1").replace("(.*)", "x").replace("^", "").replace("$", "").replace("\\", "")
    )
    return "/" + re.sub(r"\(\(\?:.*", "", path)


def answer(client: Client, path: str) -> str:
    return answer_of(client.get(path))


def answer_of(response: Any) -> str:
    """Return the status, or L where it leads to a page to sign in."""
    led = response.status_code == 302 and re.match(
        r"/(accounts|cms|django-admin)/login/", response["Location"]
    )
    return "L" if led else str(response.status_code)


def test_every_url_has_its_row():
    there = {route for route in ROUTES if not is_admin(route)}
    assert there - set(TABLE) == set(), "say in TABLE who may have them"
    assert set(TABLE) - there == set(), "these are gone"


def test_everybody_gets_what_the_table_says_and_nothing_of_the_learner_s_own(clients, arguments):
    found, shown = {}, set()
    for route in TABLE:
        cache.clear()
        path, told = concrete(route, arguments), []
        for role in ROLES:
            response = clients[role].get(path)
            told.append(answer_of(response))
            # An administrator sees everybody on the teachers' pages. This instructor teaches others.
            may = role == "learner" or (role == "admin" and route.startswith("teach/"))
            if OWN_WORDS.encode() in b"".join(response) and not may:
                shown.add((route, role))
        found[route] = " ".join(told)
    assert shown == set()
    assert found == TABLE


def test_nobody_but_staff_sees_anything_of_the_admins(clients, arguments):
    seen = {}
    for route in filter(is_admin, ROUTES):
        for role in ("visitor", "learner"):
            got = answer(clients[role], concrete(route, arguments))
            if got not in ("L", "403", "404"):
                seen[route] = got
    assert set(seen) == OPEN_IN_ADMIN


def test_staff_without_a_second_factor_sees_nothing_either(clients, arguments, settings):
    settings.STAFF_SECOND_FACTOR = True
    admin = User.objects.get(email="admin@example.org")
    for route in filter(is_admin, ROUTES):
        clients["admin"].force_login(admin)  # signing out is one of them
        response = clients["admin"].get(concrete(route, arguments))
        free = route.endswith(("login/", "logout/"))
        assert free or (response.status_code, response["Location"]) == (302, "/accounts/2fa/"), route
