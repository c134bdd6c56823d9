from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from cafe import joining, views

urlpatterns = [
    path("", views.home, name="home"),
    path("bench/", views.bench, name="bench"),
    path("join/", joining.join, name="join"),
    path("code/", joining.code, name="code"),
    path("code/again/", joining.another, name="another"),
    path("login/", LoginView.as_view(template_name="cafe/login.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
