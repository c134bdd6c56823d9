"""What the text says, tried on the demo and on the packages."""

from base64 import b64decode
from urllib.parse import parse_qs, urlsplit

import pytest
from drf_spectacular.openapi import AutoSchema
from rest_framework.filters import OrderingFilter, SearchFilter
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.settings import DEFAULTS
from rest_framework.test import APIRequestFactory

from lessons.apis.rest_framework.demo import api
from lessons.apis.rest_framework.demo.models import Sighting
from lessons.apis.rest_framework.demo.routes import router
from lessons.apis.rest_framework.demo.throttles import FewReports


@pytest.fixture
def asked(visit):
    return visit("rest_framework")


def sql(asked) -> list[str]:
    return [query["sql"] for query in asked.traces[-1]["queries"] if "demo_sighting" in query["sql"]]


def test_defaults_of_the_package():
    assert DEFAULTS["DEFAULT_PERMISSION_CLASSES"] == ["rest_framework.permissions.AllowAny"]
    assert DEFAULTS["DEFAULT_PAGINATION_CLASS"] is None
    assert DEFAULTS["DEFAULT_THROTTLE_CLASSES"] == []
    assert DEFAULTS["HTML_SELECT_CUTOFF"] == 1000
    assert DEFAULTS["NUM_PROXIES"] is None


def test_routes_of_the_router():
    names = {pattern.name for pattern in router.urls}
    assert {"sighting-list", "sighting-detail", "sighting-verify", "api-root"} <= names
    with pytest.raises(AssertionError, match="basename"):
        type(router)().register("sightings", api.SightingViewSet)


def test_suffixes_and_methods_that_are_not_there(asked):
    assert asked.get("api/sightings.json").status_code == 200
    assert asked.post("api/species/").status_code == 405
    assert asked.get("api/sightings/", headers={"Accept": "image/png"}).status_code == 406


def test_a_refused_request_is_not_counted(monkeypatch):
    counted = []

    class Closed(BasePermission):
        def has_permission(self, request, view):
            return False

    class Counts(FewReports):
        def allow_request(self, request, view):
            counted.append(request)
            return True

    view = api.TotalsView.as_view(permission_classes=[Closed], throttle_classes=[Counts])
    assert view(APIRequestFactory().get("/")).status_code == 403
    assert counted == []


def test_csrf_is_the_session_authentications(visit):
    asked = visit("rest_framework", enforce_csrf_checks=True)
    asked.get("")
    answer = asked.post("api/sightings/", {})
    assert answer.json() == {"detail": "Authentication credentials were not provided."}
    asked.post("login/", {"who": "bo"}, headers={"X-CSRFToken": asked.cookies["csrftoken"].value})
    assert asked.post("api/sightings/", {}).json() == {"detail": "CSRF Failed: CSRF token missing."}


def test_lookups_of_a_search():
    search = SearchFilter()
    lookups = [search.construct_search(name, Sighting.objects.all()) for name in ("note", "^note", "=note")]
    assert lookups == ["note__icontains", "note__istartswith", "note__iexact"]


def test_a_detail_is_filtered_too(asked):
    assert asked.get("api/sightings/1/").status_code == 200
    assert asked.get("api/sightings/1/?at_least=5000").status_code == 404


def test_a_numbered_page_counts_and_the_cursor_does_not(asked):
    asked.get("api/sightings/?page=2")
    count, page = sql(asked)
    assert "COUNT(*)" in count
    assert "LIMIT 5 OFFSET 5" in page
    asked.get("api/feed/")
    assert not any("COUNT" in statement for statement in sql(asked))


def test_what_stands_in_a_cursor(asked):
    first = asked.get("api/feed/").json()
    [cursor] = parse_qs(urlsplit(first["next"]).query)["cursor"]
    with asked.world():
        last = Sighting.objects.get(pk=first["results"][-1]["id"])
    assert parse_qs(b64decode(cursor).decode()) == {"p": [str(last.created_at)]}
    asked.get(first["next"].partition("testserver")[2])
    [page] = sql(asked)
    assert '"created_at" < ' in page


def test_what_a_deletion_does_to_pages(asked):
    first = asked.get("api/sightings/").json()["results"]
    second = asked.get("api/sightings/?page=2").json()["results"]
    with asked.world():
        Sighting.objects.get(pk=first[0]["id"]).delete()
    assert asked.get("api/sightings/?page=2").json()["results"][0]["id"] == second[1]["id"]


def test_orders_that_may_be_asked_for(asked):
    view = api.SightingViewSet()
    view.format_kwarg, view.action = None, "list"
    view.request = Request(APIRequestFactory().get("/"))
    queryset = Sighting.objects.all()
    allowed = OrderingFilter().get_valid_fields(queryset, view, {"request": view.request})
    assert [name for name, _ in allowed] == ["seen_at", "count"]
    view.ordering_fields = "__all__"
    names = [name for name, _ in OrderingFilter().get_valid_fields(queryset, view, {})]
    assert {"created_at", "observer"} <= set(names)
    view.ordering_fields = None
    names = [name for name, _ in OrderingFilter().get_valid_fields(queryset, view, {"request": view.request})]
    assert "note" in names
    assert "created_at" not in names


def test_whom_a_throttle_knows():
    def ident(**headers) -> str:
        request = Request(APIRequestFactory().get("/", **headers))
        return FewReports().get_ident(request)

    assert ident() == "127.0.0.1"
    assert ident(HTTP_X_FORWARDED_FOR="10.0.0.1") == "10.0.0.1"
    assert ident(HTTP_X_FORWARDED_FOR="10.0.0.2") == "10.0.0.2"


def test_options_of_an_action_come_with_the_router():
    by_hand = api.SightingViewSet.as_view({"post": "verify"})
    assert by_hand.initkwargs == {}
    [route] = [
        pattern
        for pattern in router.urls
        if pattern.name == "sighting-verify" and "format" not in str(pattern.pattern)
    ]
    assert route.callback.initkwargs["permission_classes"] == [api.IsSteward]


def test_an_unknown_parameter_is_ignored(asked):
    assert asked.get("api/sightings/?at_lest=50").json()["count"] == 23


def test_two_paginators_share_a_name(asked):
    schema = asked.get("api/schema/?format=json").json()
    answers = [
        schema["paths"][f"/api/{name}/"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        for name in ("sightings", "feed")
    ]
    assert answers == [{"$ref": "#/components/schemas/PaginatedSightingList"}] * 2
    assert "count" not in schema["components"]["schemas"]["PaginatedSightingList"]["properties"]
    assert asked.get("api/sightings/").json()["count"] == 23
    assert hasattr(AutoSchema, "get_paginated_name")
