from django.apps import AppConfig


class DiscussionConfig(AppConfig):
    name = "lms.discussion"
    label = "discussion"
