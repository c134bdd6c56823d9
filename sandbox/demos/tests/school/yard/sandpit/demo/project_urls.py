from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.urls import path, reverse


def unnamed(request: HttpRequest) -> JsonResponse:
    count = cache.get("count", 0) + 1
    cache.set("count", count)
    return JsonResponse(
        {"own": reverse("sandpit_unnamed"), "home": reverse("sandpit:castles"), "count": count}
    )


urlpatterns = [path("unnamed/", unnamed, name="sandpit_unnamed")]
