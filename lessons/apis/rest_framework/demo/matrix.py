"""Permissions, measured: every request is put to the real viewset, as every person, and taken back."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from rest_framework.authentication import BasicAuthentication, SessionAuthentication
from rest_framework.permissions import (
    AllowAny,
    DjangoModelPermissions,
    IsAdminUser,
    IsAuthenticated,
    IsAuthenticatedOrReadOnly,
)
from rest_framework.test import APIRequestFactory

from .api import SightingViewSet
from .models import Sighting
from .people import everybody
from .permissions import IsObserverOrReadOnly

PERMISSIONS = {
    "as-it-is": [IsAuthenticatedOrReadOnly, IsObserverOrReadOnly],
    "allow-any": [AllowAny],
    "signed-in": [IsAuthenticated],
    "signed-in-to-write": [IsAuthenticatedOrReadOnly],
    "observer-only": [IsObserverOrReadOnly],
    "staff": [IsAdminUser],
    "model-permissions": [DjangoModelPermissions],
    "observer-or-staff": [IsAuthenticatedOrReadOnly, IsObserverOrReadOnly | IsAdminUser],
}
AUTHENTICATION = {
    "session": [SessionAuthentication],
    "basic-first": [BasicAuthentication, SessionAuthentication],
}
NEW = {
    "species": "teal",
    "place": "Sluice",
    "count": 3,
    "seen_at": "2025-11-09T08:00:00Z",
}
# what is asked, method, whose row, which action of the viewset, body
ASKED = [
    ("the list", "GET", "", "list", None),
    ("a new one", "POST", "", "create", NEW),
    ("Ada's", "GET", "ada", "retrieve", None),
    ("Ada's", "PATCH", "ada", "partial_update", {"count": 27}),
    ("Bo's", "PATCH", "bo", "partial_update", {"count": 27}),
    ("Ada's", "DELETE", "ada", "destroy", None),
    ("Ada's draft", "GET", "draft", "retrieve", None),
    ("Ada's draft", "DELETE", "draft", "destroy", None),
    ("verify Ada's", "POST", "ada", "verify", {}),
]


@dataclass(frozen=True)
class Answer:
    who: str
    status: int
    detail: str
    challenge: str  # the WWW-Authenticate header


def label(classes: list) -> str:
    return "[" + ", ".join(getattr(found, "__name__", None) or _operands(found) for found in classes) + "]"


def measure(host: str, permissions: str, authentication: str) -> Iterator[dict]:
    """A row for each request, with the answer that each person got."""
    people, rows, chosen = everybody(), _rows(), PERMISSIONS[permissions]
    for what, method, whose, action, body in ASKED:
        # What stands in @action(…) is applied by the router, and here there is none.
        own = (
            getattr(SightingViewSet, action).kwargs if action == "verify" else {"permission_classes": chosen}
        )
        view = SightingViewSet.as_view(
            {method.lower(): action},
            authentication_classes=AUTHENTICATION[authentication],
            **own,
        )
        answers = [_ask(view, host, name, user, method, rows.get(whose), body) for name, user in people]
        yield {"what": what, "method": method, "action": action, "answers": answers}


# region: ask
def _ask(view, host, name: str, user, method, pk: int | None, body: dict | None) -> Answer:
    data = "" if body is None else json.dumps(body)
    requests = APIRequestFactory(HTTP_HOST=host)
    request = requests.generic(method, "/", data, content_type="application/json")
    request.user = user  # what AuthenticationMiddleware would have put there
    with transaction.atomic():
        try:
            response = view(request, **({"pk": pk} if pk else {})).render()
        except Exception as error:  # noqa: BLE001 - a browser would get a 500
            return Answer(name, 500, f"{type(error).__name__}: {error}", "")
        finally:
            transaction.set_rollback(True)
    # endregion: ask
    answer = response.data if isinstance(response.data, dict) else {}
    return Answer(
        name, response.status_code, str(answer.get("detail", "")), response.get("WWW-Authenticate", "")
    )


def _rows() -> dict[str, int]:
    """One row of each kind: the oldest public one of Ada's and of Bo's, and Ada's draft."""
    rows = Sighting.objects.order_by("pk")
    keys = {
        "ada": rows.filter(observer__username="ada", draft=False),
        "bo": rows.filter(observer__username="bo", draft=False),
        "draft": rows.filter(observer__username="ada", draft=True),
    }
    # A row that was deleted is asked for all the same, by a key that nobody has.
    return {whose: found.values_list("pk", flat=True).first() or 999_999 for whose, found in keys.items()}


def _operands(holder) -> str:
    return f"{holder.op1_class.__name__} | {holder.op2_class.__name__}"
