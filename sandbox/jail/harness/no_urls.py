"""The URLconf of a project that has none."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
