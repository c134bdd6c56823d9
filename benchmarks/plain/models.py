from __future__ import annotations

from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page


class PlainPage(Page):
    """Headings and paragraphs, and nothing of anybody's own."""

    body = StreamField([("heading", blocks.CharBlock()), ("paragraph", blocks.RichTextBlock())])

    template = "plain/plain_page.html"
