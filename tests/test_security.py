"""What docs/security.md promises and no other test holds: policies, uploads, and whom the server asks."""

from __future__ import annotations

import ast
import re
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from PIL import Image
from wagtail.documents.forms import get_document_form
from wagtail.documents.models import Document
from wagtail.embeds.embeds import get_embed
from wagtail.embeds.exceptions import EmbedException
from wagtail.images.fields import WagtailImageField

from lms.accounts.models import User
from tests.stack import ROOT

PAGES = ("/accounts/login/", "/accounts/signup/", "/search/", "/progress/")


def policy_of(response) -> dict[str, list[str]]:
    parts = response["Content-Security-Policy"].split(";")
    return {name: rest for name, *rest in (part.split() for part in parts)}


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_only_what_carries_this_answers_nonce(path: str):
    first, second = Client().get(path), Client().get(path)
    policy = policy_of(first)
    for directive in ("script-src", "style-src"):
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:", "https:"} & set(policy[directive])
    assert policy["object-src"] == policy["base-uri"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'self'"]
    nonces = [re.findall(r"'nonce-([^']+)'", answer["Content-Security-Policy"]) for answer in (first, second)]
    assert not set(nonces[0]) & set(nonces[1]), "a nonce is used once"
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", first.text)
    for attributes in inline:
        assert (
            any(f'nonce="{nonce}"' in attributes for nonce in nonces[0]) or "application/json" in attributes
        )
    assert not re.search(r"<[^>]+\son[a-z]+=", first.text), "an inline handler"


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_headers_against_sniffing_framing_and_leaking_addresses(path: str):
    response = Client().get(path)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.django_db
@override_settings(
    SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=31_536_000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True
)
def test_plain_http_is_led_to_https_which_stays():
    assert Client().get("/search/").status_code == 301
    answer = Client().get("/search/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.django_db
def test_an_unknown_host_is_refused():
    assert Client().get("/search/", headers={"Host": "evil.example.org"}).status_code == 400


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused():
    assert Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a"}).status_code == 403


@pytest.mark.django_db
def test_a_page_of_one_person_is_kept_by_no_cache():
    client = Client()
    client.force_login(User.objects.create_user("jo@example.org"))
    for path in ("/account/", "/progress/"):
        answer = client.get(path)
        assert answer.status_code == 200
        told = {part.strip() for part in answer.get("Cache-Control", "").split(",")}
        assert {"no-store", "private"} <= told


# --- Uploads ----------------------------------------------------------------------------------------


def picture(size: int = 10, *, name: str = "a.png", content: bytes | None = None) -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", (size, size)).save(file, "PNG")
    return SimpleUploadedFile(name, content or file.getvalue(), "image/png")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (picture(content=b"<script>alert(1)</script>"), "[Nn]ot a valid"),
        (picture(name="a.html"), "supported image format"),
        (picture(200), "too big"),
    ],
)
def test_a_picture_is_one_and_not_too_large(settings, file: SimpleUploadedFile, words: str):
    assert settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE <= 5 * 1024**2
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 100  # bytes: less than the last of these has
    with pytest.raises(ValidationError, match=words):
        WagtailImageField().clean(file)


@pytest.mark.django_db
def test_a_document_is_of_a_harmless_kind():
    form = get_document_form(Document)({"title": "x"}, {"file": SimpleUploadedFile("a.html", b"<script>")})
    assert "file" in form.errors


@pytest.mark.django_db
def test_a_document_is_not_given_out_behind_the_back_of_who_may_have_it(settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path
    for folder in ("documents", "images"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text("a")
    answers = {
        path: Client().get(f"/media/{path}").status_code
        for path in ("images/a.txt", "documents/a.txt", "/documents/a.txt", "images/../documents/a.txt")
    }
    assert answers.pop("images/a.txt") == 200
    assert set(answers.values()) == {404}
    nginx = (ROOT / "deploy/nginx/site.conf.template").read_text()
    assert "location /media/documents/ { return 404; }" in nginx


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["a.svg", "a.html", "a.js"])
def test_an_uploaded_file_that_is_opened_by_itself_runs_nothing(settings, tmp_path: Path, name: str):
    """Whatever got there: none of these is what an upload takes."""
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / name).write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    answer = Client().get(f"/media/{name}")
    policy = policy_of(answer)
    assert policy["default-src"] == ["'none'"]
    assert "script-src" not in policy
    assert policy["sandbox"] == []  # no script, no form, an origin of its own
    assert answer["X-Content-Type-Options"] == "nosniff"
    nginx = (ROOT / "deploy/nginx/site.conf.template").read_text()
    [served] = re.findall(r"location /media/ \{(.*?)\n    \}", nginx, re.DOTALL)
    assert f'add_header Content-Security-Policy "{answer["Content-Security-Policy"]}" always;' in served
    assert "add_header X-Content-Type-Options nosniff always;" in served


@pytest.mark.django_db
def test_an_uploaded_document_runs_nothing_either(settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path
    text = SimpleUploadedFile("a.txt", b"<script>alert(1)</script>")
    document = Document.objects.create(title="x", file=text)
    answer = Client().get(document.url)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert policy_of(answer)["default-src"] == ["'none'"]


@pytest.mark.django_db
def test_a_body_that_is_too_large_is_refused_before_it_is_read():
    body = b"x" * (django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    answer = Client().post("/accounts/login/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (400, 413)


# --- Whom the server asks -----------------------------------------------------------------------------

# Where something of ours opens a connection of its own, and to what.
ASKS = {
    "lms/processes.py": "livez of the sites that `manage.py up` has started",
    "lms/cli/http.py": "the site, from a learner's own machine",
    "lms/letters/server.py": "the mail server that EMAIL_URL names",
}
CLIENTS = {"requests", "httpx", "aiohttp", "urllib3", "http.client", "urllib.request", "ftplib", "smtplib"}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_nothing_on_the_server_fetches_an_address_that_somebody_names():
    asking = {
        path.relative_to(ROOT).as_posix()
        for folder in ("lms", "content")
        for path in (ROOT / folder).rglob("*.py")
        if "tests" not in path.parts and imported(path) & CLIENTS
    }
    assert asking == set(ASKS)


@pytest.mark.django_db
def test_an_embedded_address_is_not_fetched_either():
    with pytest.raises(EmbedException):
        get_embed("https://www.youtube.com/watch?v=_U79Wc965vw")


# --- The rest -------------------------------------------------------------------------------------------


def test_passwords_are_hashed_slowly():
    from lms.settings import base

    assert not hasattr(base, "PASSWORD_HASHERS"), (
        "Django's own order: PBKDF2 with its present number of rounds"
    )
    assert PBKDF2PasswordHasher.iterations >= 600_000


def test_a_password_is_long_and_no_common_one():
    for refused, words in (("kX9-pelican", "12 characters"), ("qwertyqwerty", "too common")):
        with pytest.raises(ValidationError, match=words):
            validate_password(refused)
    validate_password("kX9-pelicans")
    validate_password("a sentence of words, " * 6)


def promises() -> tuple[list[list[str]], str]:
    """The rows of the table in docs/security.md, as [points, what, held by], and what stands below it."""
    table, _, not_held = (ROOT / "docs" / "security.md").read_text().partition("## What is not held")
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in table.splitlines()
        if re.match(r"\| \d+\.\d", line)
    ]
    assert len(rows) > 40
    assert not_held
    return rows, not_held


def test_every_test_that_the_table_of_asvs_names_exists():
    named = [one for _, _, held in promises()[0] for one in re.findall(r"[^\s`,]*::[^\s`,]*", held)]
    missing = []
    for one in named:
        file, _, name = one.partition("::")
        source = ROOT / file
        if not source.is_file() or not re.search(
            rf"^(?:async )?def {re.escape(name)}\(", source.read_text(), re.MULTILINE
        ):
            missing.append(one)
    assert missing == []


def test_every_row_of_the_table_has_a_test_or_says_why_not():
    for row in promises()[0]:
        assert len(row) == 3, row
        assert "::" in row[2] or row[2].startswith("—"), row


def test_no_point_is_held_and_not_held():
    rows, not_held = promises()
    points = [point for row in rows for point in re.findall(r"\d+\.\d+\.\d+", row[0])]
    assert len(points) == len(set(points)), "a point has one row"
    assert not set(points) & set(re.findall(r"\d+\.\d+\.\d+", not_held))
