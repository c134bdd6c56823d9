from django.apps import AppConfig


class ClassesConfig(AppConfig):
    name = "lms.classes"
    label = "classes"
