"""A page's own scripts come with it into the frame, as its styles do."""

from __future__ import annotations

from lms.grading.assets import fetch_assets, with_assets

SCRIPT = ("text/javascript", b'document.title = "</script>";')


def framed(text: str) -> str:
    found = {"/static/shop.js": SCRIPT, "/static/shop.txt": ("text/plain", b"no script")}
    return with_assets(text, "/shop/", fetch_assets(text, "/shop/", found.get))


def test_a_script_keeps_its_place_and_cannot_end_itself():
    text = '<script src="/static/shop.js"></script><p>after</p>'
    assert framed(text) == '<script>document.title = "<\\/script>";</script><p>after</p>'


def test_a_deferred_script_runs_after_the_page():
    text = '<script defer src="/static/shop.js"></script><p>after</p>'
    assert framed(text) == '<script></script><p>after</p><script>document.title = "<\\/script>";</script>'


def test_a_module_stays_one():
    assert framed('<script src="/static/shop.js" type="module">').startswith('<script type="module">document')


def test_what_is_no_script_of_the_project_is_left_alone():
    for tag in (
        '<script src="/static/shop.txt">',
        '<script src="https://cdn.example/static/shop.js">',
        "<script>let a;",
    ):
        assert framed(tag) == tag
