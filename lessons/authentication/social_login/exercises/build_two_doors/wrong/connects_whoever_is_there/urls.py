from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from shed import connections, doors, views

urlpatterns = [
    path("", views.home, name="home"),
    path("shelf/", views.shelf, name="shelf"),
    path("login/", LoginView.as_view(template_name="shed/login.html"), name="login"),
    path("login/<slug:provider>/", doors.start, name="start"),
    path("callback/<slug:provider>/", doors.callback, name="callback"),
    path("connections/", connections.listing, name="connections"),
    path("connections/<slug:provider>/add/", doors.connect, name="connect"),
    path("connections/<slug:provider>/remove/", connections.remove, name="remove"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("provider/", include("provider.urls")),
]
