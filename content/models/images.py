from django.db import models
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class LessonImage(AbstractImage):
    """A picture of a lesson. `alt` is for people who cannot see it; decoration has an empty one."""

    alt = models.CharField("text alternative", max_length=300, blank=True)

    admin_form_fields = (*Image.admin_form_fields, "alt")


class LessonRendition(AbstractRendition):
    image = models.ForeignKey(LessonImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="unique_rendition"
            )
        ]
