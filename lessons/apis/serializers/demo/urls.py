from django.urls import path

from . import views
from .bench import Bench

app_name = "serializers"

urlpatterns = [
    path("", views.panes, name="panes"),
    path("printed/", views.printed, name="printed"),
    path("shapes/", views.shapes, name="shapes"),
    path("tags/<slug:slug>/", views.tag, name="tag"),
    path("bench/<slug:kind>/", Bench.as_view(http_method_names=["post"]), name="bench-new"),
    path(
        "bench/<slug:kind>/<int:pk>/", Bench.as_view(http_method_names=["get", "put", "patch"]), name="bench"
    ),
]
