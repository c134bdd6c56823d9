"""What programs that walk the web are told: which pages there are, and which are nobody's to index."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from content.models import LessonPage
from content.pages import published_lessons

# Somebody's own pages, forms to sign in by, and what is made anew for each who asks.
NOT_TO_INDEX = (
    "/account/",
    "/accounts/",
    "/api/",
    "/cms/",
    "/django-admin/",
    "/exercises/",
    "/progress/",
    "/search/",
    "/teach/",
)


class Lessons(Sitemap):
    """The roadmap (None) and the lessons that are published: two queries."""

    def items(self) -> list[LessonPage | None]:
        return [None, *(page for _, pages in published_lessons() for page in pages)]

    def location(self, page: LessonPage | None) -> str:
        return (page.url or "/") if page else "/"

    def lastmod(self, page: LessonPage | None) -> datetime | None:
        return page.last_published_at if page else None


SITEMAPS = {"lessons": Lessons}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Name the pages that need no crawler, and the map of the others."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in NOT_TO_INDEX),
        "",
        f"Sitemap: {site_address(reverse('sitemap'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers ask for the icon of what names none: an answer of the API, a figure by itself."""
    response = redirect(static("favicon.svg"))
    response["Cache-Control"] = "public, max-age=86400"
    return response


def site_address(path: str) -> str:
    """Return the whole address of a path of this site, by the name that it has in SITE_ORIGIN."""
    return path if "://" in path else f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}"
