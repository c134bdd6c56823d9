from __future__ import annotations

import time
from typing import Any

import pytest

from lms.grading.assets import fetch_assets
from lms.grading.browsing import BadPreviewRequest, CookieJar, Page, read_request


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"method": "BREW", "path": "/"}, "not a method"),
        ({"path": "x"}, "begins with /"),
        ({"path": None}, "begins with /"),
        ({"path": "/", "headers": {"a b": "x"}}, "not a header"),
        ({"path": "/", "headers": {"x": "a\r\nb"}}, "character"),
        ({"path": "/", "body": 5}, "text"),
        ({"path": "/", "form": [["a"]]}, "pairs"),
        ({"path": "/", "files": [{"name": "a"}]}, "base64"),
        ({"path": "/", "body": "x" * 2_000_000}, "1 MB"),
    ],
)
def test_what_is_no_request_is_refused_with_the_reason(data: dict[str, Any], complaint: str):
    with pytest.raises(BadPreviewRequest, match=complaint):
        read_request(data)


def test_a_form_is_encoded_as_its_page_says():
    plain = read_request({"method": "post", "path": "/é?q=a b", "form": [["a", "1 2"]]})
    assert (plain.path, plain.body) == ("/%C3%A9?q=a%20b", b"a=1+2")
    parts = read_request(
        {"method": "POST", "path": "/", "form": [["a", "1"]], "encoding": "multipart/form-data"}
    )
    assert parts.headers["content-type"].startswith("multipart/form-data; boundary=")


def test_cookies_are_kept_sent_and_deleted():
    jar = CookieJar()
    jar.take([["Set-Cookie", "a=1; Path=/"], ["set-cookie", "b=2; Path=/shop/"]])
    assert jar.header("/") == "a=1"
    assert jar.header("/shop/x/") == "a=1; b=2"
    jar.take([["Set-Cookie", "a=; Max-Age=0"]])
    assert jar.to_json() == {"b": "2"}


def test_the_bridge_comes_before_the_page_and_text_is_never_markup():
    bridge = "<script></script>"
    shown = Page("text/html", b"<!DOCTYPE html><p>x").document(bridge)
    assert shown.index(bridge) < shown.index("<p>")
    assert "<script>alert" not in Page("application/json", b"<script>alert(1)").document("")


def test_a_jar_is_no_larger_than_a_browsers():
    jar = CookieJar()
    jar.take([["set-cookie", f"c{number}=x; Path=/nowhere/"] for number in range(150)])
    assert list(jar.to_json()) == [f"c{number}" for number in range(50, 150)]
    jar.take([["set-cookie", "long=" + "x" * 4096]])
    assert "long" not in jar.to_json()


@pytest.mark.parametrize("age", ["--5", "\u00b2", "9" * 5000, "x", "-"])
def test_an_age_that_is_none_is_no_age(age: str):
    jar = CookieJar()
    jar.take([["set-cookie", f"a=1; Max-Age={age}"]])
    jar.take([["set-cookie", "b=1; Max-Age=0"]])
    assert "b" not in jar.to_json()


@pytest.mark.parametrize("charset", ["undefined", "idna", "zip", "no-such", "unicode_escape", "x" * 99])
def test_a_charset_that_no_browser_knows_is_none(charset: str):
    assert Page(f"text/plain; charset={charset}", "ü".encode()).text() == "ü"


@pytest.mark.parametrize("charset", ["latin-1", "windows-1252", '"iso-8859-15"', "cp850"])
def test_a_charset_that_is_one_is_followed(charset: str):
    assert Page(f"text/plain; charset={charset}", "ü".encode(charset.strip('"'))).text() == "ü"


# Each would keep this process busy for minutes, and all who are served by it.
ENDLESS = {
    "a name that is counted out": ("text/plain; charset=punycode", b"a" * 2_000_000),
    "open comments": ("text/html", b"<!--" * 500_000),
    "open tags": ("text/html", b"<a " * 600_000),
    "open instructions": ("text/html", b"<?" * 1_000_000),
    "open ends": ("text/html", b"</a" * 600_000),
    "open attributes": ("text/html", b"<img src='" * 200_000),
    "open declarations": ("text/html", b"<!" * 1_000_000),
    "ends in a script": ("text/html", b"<script>" + b"</" * 1_000_000),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_page_that_is_slow_to_read_stops_nobody(name: str):
    page = Page(*ENDLESS[name])
    began = time.process_time()
    assert fetch_assets(page.text(), "/", lambda path: None) == {}
    assert len(page.document("")) >= len(page.content)
    assert time.process_time() - began < 3
