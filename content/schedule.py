"""When something is published by itself, said with the time zone that the admin reads and shows times in.

Wagtail activates the zone of whoever asks: the one chosen in their account, else settings.TIME_ZONE.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.panels import PublishingPanel


def zone_help() -> SafeString:
    """Return in which zone times are here, what time it is there, and where that is changed."""
    return format_html(
        "Times here are in the time zone {}, where it is {} now. "
        '<a href="{}">Choose another in your account.</a>',
        timezone.get_current_timezone_name(),
        f"{timezone.localtime():%H:%M}",
        reverse("wagtailadmin_account"),
    )


class SchedulePanel(PublishingPanel):
    """Wagtail's panel for the schedule, which says nothing of time zones."""

    class BoundPanel(PublishingPanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.help_text = zone_help()
