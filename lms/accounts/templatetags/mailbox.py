from typing import Any

from django import template
from django.urls import reverse

from lms.accounts.mailbox import is_open

register = template.Library()


@register.simple_tag(takes_context=True)
def mailbox_url(context: dict[str, Any]) -> str:
    """The address of the local mailbox where this reader may open it; an empty string otherwise."""
    request = context.get("request")
    return reverse("mailbox") if request is not None and is_open(request) else ""
