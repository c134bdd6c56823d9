"""What lesson.md says about Django and DRF, tried."""

import base64
import gzip
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.http import HttpResponse
from django.template import Context, Template
from django.test import RequestFactory
from django.views.decorators.http import etag

from lessons.frontend.react_api.demo.api import CardViewSet

STATIC = Path(__file__).parents[1] / "demo/static/react_api"


@pytest.fixture
def browser_of(visit):
    return visit("react_api")


def test_json_script_escapes():
    page = Template("{{ start|json_script:'start' }}").render(Context({"start": {"a": "</script><b>&"}}))
    assert "</script><b>" not in page
    text = page.partition(">")[2].rpartition("</script>")[0]
    assert json.loads(text) == {"a": "</script><b>&"}


def test_drf_exempts_its_views():
    assert CardViewSet.as_view({"get": "list"}).csrf_exempt


def test_a_cursor_is_a_position_in_base64(browser_of):
    page = browser_of.get("api/cards/?column=ready").json()
    (cursor,) = parse_qs(urlsplit(page["next"]).query)["cursor"]
    assert base64.b64decode(cursor) == f"p={page['results'][-1]['id']}".encode()
    assert base64.b64decode("cD0yMA==") == b"p=20"
    browser_of.get(page["next"].removeprefix("http://testserver"))
    (sql,) = [query["sql"] for query in browser_of.traces[-1]["queries"] if "FROM" in query["sql"]]
    assert "< 20" in sql
    assert sql.endswith("LIMIT 9")


def test_etag_answers_412_by_itself():
    view = etag(lambda request: '"2"')(lambda request: HttpResponse("written"))
    sent = {"headers": {"If-Match": '"1"'}}
    assert view(RequestFactory().patch("/", **sent)).status_code == 412
    assert view(RequestFactory().patch("/", headers={"If-Match": '"2"'})).status_code == 200


def test_manifest_storage_leaves_imports_alone():
    assert ManifestStaticFilesStorage.support_js_module_import_aggregation is False


def test_most_of_the_bundle_is_react():
    board, search = ((STATIC / name).read_bytes() for name in ("board.js", "search.js"))
    assert 65_000 < len(gzip.compress(board)) < 78_000
    assert len(search) > 0.9 * len(board)
    assert b"jsx" not in board[:200]


def test_the_cookie_is_set_by_the_empty_element_too(browser_of):
    assert "csrftoken" in browser_of.get().cookies
    assert "csrftoken" not in browser_of.get("api/cards/").cookies
