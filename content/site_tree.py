"""The pages above the lessons: the site, its roadmap, its tracks."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import Locale, Page, Site

from content.models import RoadmapPage, TrackPage
from content.syllabus import Track

LEAD = (
    "An interactive course in Django. Each lesson has a live demo to take apart, "
    "exercises that are graded as you work, and what changes in production."
)


@transaction.atomic
def ensure_tree(tracks: tuple[Track, ...]) -> dict[str, TrackPage]:
    """Return the track pages by slug. Makes what is missing of the tree, and leaves the rest as it is."""
    roadmap = RoadmapPage.objects.first() or _create_roadmap()
    have = {page.slug: page for page in TrackPage.objects.child_of(roadmap)}
    for track in tracks:
        page = have.get(track.slug)
        if page is None:
            page = TrackPage(title=track.title, slug=track.slug, position=track.position)
            have[track.slug] = roadmap.add_child(instance=page)
            page.save_revision().publish()
        elif (page.title, page.position) != (track.title, track.position):
            page.title, page.position = track.title, track.position
            page.save_revision().publish()
    return have


def _create_roadmap() -> RoadmapPage:
    language = get_supported_content_language_variant(settings.LANGUAGE_CODE)
    Locale.objects.get_or_create(language_code=language)
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
    roadmap = root.add_child(instance=RoadmapPage(title="Django Mastery", slug="roadmap", lead=LEAD))
    roadmap.save_revision().publish()
    _point_site_at(roadmap)
    return roadmap


def _point_site_at(roadmap: RoadmapPage) -> None:
    """Make the roadmap the home of the default site, in the place of Wagtail's welcome page."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    welcome = site.root_page if site else None
    if site is None:
        site = Site(is_default_site=True)
    origin = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    site.hostname = origin.hostname or "localhost"
    site.port = origin.port or (443 if origin.scheme == "https" else 80)
    site.site_name = settings.WAGTAIL_SITE_NAME
    site.root_page = roadmap
    site.save()
    if welcome is not None and welcome.specific_class is Page and not welcome.get_children().exists():
        welcome.delete()
