"""What may be let through into the page, and what it has to pass first."""

from urllib.parse import urlsplit

import nh3
from django.utils.safestring import SafeString, mark_safe

TAGS = {"b", "strong", "i", "em", "code", "p", "br", "a"}
ATTRIBUTES = {"a": {"href"}}


def sanitised(text: str) -> SafeString:
    """Some markup, none of the rest: parsed as by a browser, and written anew."""
    cleaned = nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https"})
    return mark_safe(cleaned)  # noqa: S308 - the one line that has to be right


def web_address(text: str) -> str:
    """The address if it leads to the web, nothing otherwise.

    Escaping leaves `javascript:alert(1)` as it is: there is no character in it to escape.
    """
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return ""
    return text.strip() if parts.scheme in ("http", "https") and parts.netloc else ""
