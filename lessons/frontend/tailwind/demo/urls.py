from django.urls import path

from . import views

app_name = "tailwind"

urlpatterns = [
    path("", views.workbench, name="start"),
    path("components/<slug:slug>/", views.workbench, name="workbench"),
    path("detection/", views.detection, name="detection"),
    path("huts/<int:pk>/", views.paint, name="paint"),
    path("weight/", views.weigh, name="weight"),
    path("site/", views.site, name="site"),
]
