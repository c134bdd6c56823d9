"""Static files are small over the wire from a checkout too, where no collectstatic has run."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from lms.static_files import CompressingWhiteNoise, compressed_copy


@pytest.fixture
def whitenoise(settings, tmp_path: Path) -> CompressingWhiteNoise:
    settings.VAR_DIR = settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = False  # as where a site runs
    return CompressingWhiteNoise(lambda request: HttpResponse(status=404))


def ask(whitenoise: CompressingWhiteNoise, path: str, **headers: str) -> HttpResponse:
    request: HttpRequest = RequestFactory().get(path, **headers)
    return whitenoise(request)


@pytest.mark.parametrize("name", ["app.css", "app.js", "icons.svg", "xray/panel.css"])
def test_scripts_styles_and_drawings_are_compressed(whitenoise: CompressingWhiteNoise, name: str):
    plain = b"".join(ask(whitenoise, f"/static/{name}"))
    packed = ask(whitenoise, f"/static/{name}", HTTP_ACCEPT_ENCODING="gzip")
    assert packed["Content-Encoding"] == "gzip"
    assert packed["Vary"] == "Accept-Encoding"
    content = b"".join(packed)
    assert len(content) < len(plain) / 2
    assert gzip.decompress(content) == plain


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_who_has_a_file_already_is_not_sent_it_again(whitenoise: CompressingWhiteNoise, encoding: str):
    first = ask(whitenoise, "/static/app.css", HTTP_ACCEPT_ENCODING=encoding)
    since = {"HTTP_IF_MODIFIED_SINCE": first["Last-Modified"], "HTTP_ACCEPT_ENCODING": encoding}
    assert ask(whitenoise, "/static/app.css", **since).status_code == 304


def test_a_font_is_compressed_already(whitenoise: CompressingWhiteNoise):
    answer = ask(whitenoise, "/static/fonts/source-sans-3.woff2", HTTP_ACCEPT_ENCODING="gzip")
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer


def test_a_changed_file_gets_another_copy(settings, tmp_path: Path):
    settings.VAR_DIR = tmp_path
    script = tmp_path / "some.js"
    script.write_text("one();" * 100)
    first = compressed_copy(script)
    script.write_text("two();" * 100)
    second = compressed_copy(script)
    assert first != second
    assert gzip.decompress(second.read_bytes()) == script.read_bytes()
    assert sorted(path.suffix for path in first.parent.iterdir()) == [".gz", ".gz"]


@pytest.mark.django_db
def test_pages_are_compressed(client: Client):
    answer = client.get("/accounts/login/", headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(answer.content)
