"""The API's addresses, by a router: a prefix for each viewset, a route for each of its actions."""

from django.urls import include, path
from rest_framework.routers import DefaultRouter

from . import api

# region: routes
router = DefaultRouter()
router.APIRootView = api.BirdLog
router.register("species", api.SpeciesViewSet)
router.register("sightings", api.SightingViewSet, basename="sighting")
router.register("feed", api.FeedViewSet, basename="feed")
router.register("unjoined", api.UnjoinedViewSet, basename="unjoined")

api_urls = [
    path("api/", include(router.urls)),
    path("api/totals/", api.TotalsView.as_view(), name="totals"),
    path("api/places/", api.PlacesView.as_view(), name="places"),
]
# endregion: routes
