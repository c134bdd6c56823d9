from django.contrib.auth.views import LoginView
from django.urls import path

from choir import views

urlpatterns = [
    path("", views.home, name="home"),
    path("wrap/", views.wrap, name="wrap"),
    path("login/", LoginView.as_view(template_name="choir/login.html"), name="login"),
]
