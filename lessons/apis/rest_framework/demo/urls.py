from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from . import views
from .routes import api_urls

app_name = "rest_framework"

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("paging/", views.paging, name="paging"),
    path("paging/arrival/", views.arrival, name="arrival"),
    path("matrix/", views.matrix, name="matrix"),
    path("throttle/", views.throttle, name="throttle"),
    path("described/", views.described, name="described"),
    # DRF's templates look for these two names, to offer "Log in" and "Log out".
    path("login/", views.login_as, name="login"),
    path("logout/", views.logout_now, name="logout"),
    path(
        "api/schema/",
        SpectacularAPIView.as_view(patterns=api_urls, authentication_classes=[]),
        name="schema",
    ),
    *api_urls,
]
