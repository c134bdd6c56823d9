from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from ferry import reset, views

urlpatterns = [
    path("", views.home, name="home"),
    path("crossings/", views.crossings, name="crossings"),
    path("login/", LoginView.as_view(template_name="ferry/login.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("forgot/", reset.forgot, name="forgot"),
    path("sent/", reset.sent, name="sent"),
    path("reset/<str:token>/", reset.reset, name="reset"),
]
