from django.urls import path

from . import views

app_name = "email_verification"

urlpatterns = [
    path("", views.home, name="home"),
    path("pin/", views.pin, name="pin"),
    path("register/", views.register, name="register"),
    path("register/house/", views.set_house, name="set_house"),
]
