from django.conf import settings
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from content.crawlers import SITEMAPS, favicon, robots
from content.views import search_lessons
from lms import health
from lms.api import problems
from lms.media import serve_media
from lms.operations.metrics import metrics
from lms.progress.lesson_page import show_lesson

handler500 = "lms.operations.outages.server_error"


class CourseSlug(StringConverter):
    """As tracks and lessons are named. What Wagtail keeps for itself begins with an underscore."""

    regex = "[a-z][a-z0-9_]*"


urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    # Who opens an answer that is no page of ours asks for its icon here.
    path("favicon.ico", favicon, name="favicon"),
    path("search/", search_lessons, name="search"),
    path("", include("lms.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("lms.progress.urls")),
    path("", include("lms.discussion.urls")),
    path("", include("lms.dashboard.urls")),
    path("", include("lms.grading.urls")),
    # Nobody has a phone number here, and allauth's views for them would fail.
    path("api/auth/app/v1/account/phone", problems.not_found),
    path("api/auth/app/v1/auth/phone/verify", problems.not_found),
    path("api/auth/app/v1/auth/phone/verify/resend", problems.not_found),
    path("api/auth/", include("allauth.headless.urls")),
    path("api/v1/", include("lms.api.urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("django-admin/", admin.site.urls),
]

if settings.SERVE_MEDIA:
    urlpatterns.append(path("media/<path:path>", serve_media))

# Where lessons are; what is none, Wagtail answers.
register_converter(CourseSlug, "course_slug")
urlpatterns.append(path("<course_slug:track>/<course_slug:lesson>/", show_lesson, name="lesson"))
# Wagtail's pages answer whatever path is left.
urlpatterns.append(path("", include(wagtail_urls)))
