from board import views
from django.urls import path

urlpatterns = [
    path("", views.board),
    path("socks/", views.add),
    path("pictures/<path:name>", views.picture, name="picture"),
    path("healthz/", views.healthz),
]
