"""A project's settings, put in place for a process that will never have others."""

from typing import Any

from django.apps import apps
from django.conf import UserSettingsHolder, settings
from django.core.signals import setting_changed
from rest_framework import filters, generics, pagination, throttling, versioning, views
from rest_framework.settings import api_settings

# What REST framework's classes have taken from the base settings when the zygote imported them.
_DEFAULTS: dict[Any, dict[str, str]] = {
    views.APIView: {
        "renderer_classes": "DEFAULT_RENDERER_CLASSES",
        "parser_classes": "DEFAULT_PARSER_CLASSES",
        "authentication_classes": "DEFAULT_AUTHENTICATION_CLASSES",
        "throttle_classes": "DEFAULT_THROTTLE_CLASSES",
        "permission_classes": "DEFAULT_PERMISSION_CLASSES",
        "content_negotiation_class": "DEFAULT_CONTENT_NEGOTIATION_CLASS",
        "metadata_class": "DEFAULT_METADATA_CLASS",
        "versioning_class": "DEFAULT_VERSIONING_CLASS",
    },
    generics.GenericAPIView: {
        "filter_backends": "DEFAULT_FILTER_BACKENDS",
        "pagination_class": "DEFAULT_PAGINATION_CLASS",
    },
    pagination.PageNumberPagination: {"page_size": "PAGE_SIZE"},
    pagination.LimitOffsetPagination: {"default_limit": "PAGE_SIZE"},
    pagination.CursorPagination: {"page_size": "PAGE_SIZE"},
    filters.SearchFilter: {"search_param": "SEARCH_PARAM"},
    filters.OrderingFilter: {"ordering_param": "ORDERING_PARAM"},
    throttling.SimpleRateThrottle: {"THROTTLE_RATES": "DEFAULT_THROTTLE_RATES"},
    versioning.BaseVersioning: {
        "default_version": "DEFAULT_VERSION",
        "allowed_versions": "ALLOWED_VERSIONS",
        "version_param": "VERSION_PARAM",
    },
}


def apply(overrides: dict[str, Any]) -> None:
    """As `override_settings` does, but before the apps are imported: models read settings as they load."""
    holder = UserSettingsHolder(settings._wrapped)  # type: ignore[misc]
    for name, value in overrides.items():
        setattr(holder, name, value)
    settings._wrapped = holder
    if "INSTALLED_APPS" in overrides:
        apps.set_installed_apps(overrides["INSTALLED_APPS"])
    for name, value in overrides.items():
        setting_changed.send(sender=UserSettingsHolder, setting=name, value=value, enter=True)


def refresh_rest_framework() -> None:
    """Let its classes have the project's REST_FRAMEWORK. Imports what that names, as a learner's own."""
    if not getattr(settings, "REST_FRAMEWORK", None):
        return
    for owner, attributes in _DEFAULTS.items():
        for attribute, name in attributes.items():
            setattr(owner, attribute, getattr(api_settings, name))
