from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path
from django.views.generic import TemplateView

from . import counter, views

app_name = "password_reset"


def page(name: str) -> object:
    return TemplateView.as_view(template_name=f"password_reset/{name}.html")


urlpatterns = [
    path("", counter.home, name="home"),
    path(
        "login/",
        LoginView.as_view(template_name="password_reset/login.html", next_page="password_reset:account"),
        name="login",
    ),
    path("logout/", LogoutView.as_view(next_page="password_reset:home"), name="logout"),
    path("account/", counter.account, name="account"),
    path("account/address/", counter.change_address, name="change_address"),
    path("password/", views.ChangeView.as_view(), name="change"),
    path("password/by-hand/", views.ChangeByHandView.as_view(), name="change_by_hand"),
    path("reset/", views.ResetView.as_view(), name="reset"),
    path("reset/sent/", page("sent"), name="sent"),
    path("reset/complete/", page("complete"), name="complete"),
    path("reset/<uidb64>/<token>/", views.ConfirmView.as_view(), name="confirm"),
    path("workbench/", counter.workbench, name="workbench"),
    path("workbench/set/", counter.set_bench, name="set_bench"),
    path("rules/", counter.validators, name="validators"),
]
