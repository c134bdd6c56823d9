from django.contrib.auth.views import LogoutView
from django.urls import path

from club import views

urlpatterns = [
    path("", views.home, name="home"),
    path("members/", views.members, name="members"),
    path("join/", views.JoinView.as_view(), name="join"),
    path("login/", views.SignInView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
