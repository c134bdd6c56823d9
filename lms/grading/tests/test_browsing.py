from __future__ import annotations

from typing import Any

import pytest

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
