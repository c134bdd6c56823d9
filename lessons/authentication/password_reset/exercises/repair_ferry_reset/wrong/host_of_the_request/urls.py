from django.contrib.auth.views import (
    LoginView,
    LogoutView,
    PasswordResetConfirmView,
    PasswordResetDoneView,
    PasswordResetView,
)
from django.urls import path, reverse_lazy

from ferry import views

urlpatterns = [
    path("", views.home, name="home"),
    path("crossings/", views.crossings, name="crossings"),
    path("login/", LoginView.as_view(template_name="ferry/login.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path(
        "forgot/",
        PasswordResetView.as_view(
            template_name="ferry/forgot.html",
            subject_template_name="ferry/subject.txt",
            email_template_name="ferry/letter.txt",
            success_url=reverse_lazy("sent"),
        ),
        name="forgot",
    ),
    path("sent/", PasswordResetDoneView.as_view(template_name="ferry/sent.html"), name="sent"),
    path(
        "reset/<uidb64>/<token>/",
        PasswordResetConfirmView.as_view(
            template_name="ferry/reset.html",
            success_url=reverse_lazy("login"),
        ),
        name="reset",
    ),
]
