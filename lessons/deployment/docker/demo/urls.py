from django.urls import path

from . import views

app_name = "docker"

urlpatterns = [
    path("", views.dockerfile, name="dockerfile"),
    path("examples/<slug:name>/", views.load_example, name="example"),
    path("builds/", views.build, name="build"),
    path("builds/<int:pk>/", views.built, name="built"),
    path("cache/prune/", views.prune, name="prune"),
    path("files/", views.folder, name="folder"),
    path("files/<int:pk>/", views.file, name="file"),
    path("files/<int:pk>/change/", views.change, name="change"),
    path("compose/", views.services, name="compose"),
]
