from django.apps import AppConfig


class LmsConfig(AppConfig):
    """The wiring layer: commands that start the whole."""

    name = "lms"
    label = "lms"
