"""A page as Wagtail's own tutorial makes it, to measure a lesson's page against."""
