"""Makes the plain page, of a given length: `manage.py shell -c "from benchmarks.plain.page import …"`."""

from __future__ import annotations

from wagtail.models import Site

from benchmarks.plain.models import PlainPage

PARAGRAPH = (
    "<p>Each request brings its cookie, and the <b>session</b> says whose it is. What a view returns is "
    '<a href="https://docs.djangoproject.com/">a response</a> like any other; what it asked of the database '
    "on the way is another question, and the next part of this page is about that. A template is given what "
    "it shows and asks for nothing itself, so that one can tell from the view how many queries it takes. "
    "<i>Nobody has to guess.</i></p>"
)


def make_page(length: int) -> None:
    """Publish `/plain/` with about `length` characters of text: a heading before every five paragraphs."""
    part = 5 * PARAGRAPH
    body: list[tuple[str, str]] = []
    for number in range(max(1, round(length / (len(part) + 40)))):
        body += [("heading", f"Part {number + 1}"), ("paragraph", part)]
    root = Site.objects.get(is_default_site=True).root_page
    for old in PlainPage.objects.all():
        old.delete()
    root.add_child(instance=PlainPage(title="A plain page", slug="plain", body=body))
