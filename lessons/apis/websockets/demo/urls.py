from django.urls import path

from . import views

app_name = "websockets"

urlpatterns = [
    path("", views.lobby, name="lobby"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("rooms/<slug:slug>/", views.room, name="room"),
    path("rooms/<slug:slug>/earlier/", views.earlier, name="earlier"),
    path("storm/", views.storm, name="storm"),
    path("readings/", views.readings, name="readings"),
    path("door/", views.door, name="door"),
]
