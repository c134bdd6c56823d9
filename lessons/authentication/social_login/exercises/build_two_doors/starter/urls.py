from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from shed import views

urlpatterns = [
    path("", views.home, name="home"),
    path("shelf/", views.shelf, name="shelf"),
    path("login/", LoginView.as_view(template_name="shed/login.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("provider/", include("provider.urls")),
]
