from django.urls import path

from tools import views

urlpatterns = [
    path("", views.home, name="home"),
    path("join/", views.join, name="join"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("password/", views.change_password, name="change_password"),
]
