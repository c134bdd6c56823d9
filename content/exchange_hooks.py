"""*Load and export* in Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from content.exchange import PERMISSION, Archive, Detail, Overview


class ExchangeMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)


@hooks.register("register_admin_urls")
def exchange_urls() -> list[Any]:
    return [
        path("exchange/", Overview.as_view(), name="exchange"),
        path("exchange/lessons.zip", Archive.as_view(), name="exchange_archive"),
        path("exchange/<slug:slug>/", Detail.as_view(), name="exchange_lesson"),
        path("exchange/<slug:slug>/lesson.zip", Archive.as_view(), name="exchange_lesson_archive"),
    ]


@hooks.register("register_admin_menu_item")
def exchange_menu_item() -> MenuItem:
    return ExchangeMenuItem(
        "Load and export", reverse("exchange"), name="exchange", icon_name="resubmit", order=700
    )


@hooks.register("register_permissions")
def exchange_permission() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="content", codename="change_loadrecord")
