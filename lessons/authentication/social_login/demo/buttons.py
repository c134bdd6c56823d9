"""The buttons "Continue with …": the stand-ins first, then real providers where there are client ids."""

from dataclasses import dataclass

from allauth.socialaccount.adapter import get_adapter
from django.http import HttpRequest

STAND_IN = "-stand-in"
ORDER = ("google", "facebook", "github")


@dataclass(frozen=True)
class Button:
    name: str
    start_url: str
    dress: str  # google, facebook or github
    is_stand_in: bool


def buttons(request: HttpRequest) -> list[Button]:
    found = []
    for provider in get_adapter().list_providers(request):
        slug = provider.sub_id
        dress = slug.removesuffix(STAND_IN)
        found.append(Button(provider.name, provider.get_login_url(request), dress, slug.endswith(STAND_IN)))
    return sorted(found, key=lambda button: (not button.is_stand_in, ORDER.index(button.dress)))
