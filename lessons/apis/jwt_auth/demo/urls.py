from django.urls import path

from . import api, views

app_name = "jwt_auth"

urlpatterns = [
    path("", views.desk, name="desk"),
    path("forge/", views.forge, name="forge"),
    path("keep/", views.keep, name="keep"),
    path("keep/arrived/", views.arrived, name="arrived"),
    path("office/", views.office, name="office"),
    path("office/users/<int:pk>/", views.change_user, name="change_user"),
    path("office/users/<int:pk>/end/", views.end_tokens, name="end_tokens"),
    path("clock/", views.turn_clock, name="clock"),
    path("api/token/", api.Obtain.as_view(), name="obtain"),
    path("api/token/refresh/", api.Refresh.as_view(), name="refresh"),
    path("api/token/logout/", api.Logout.as_view(), name="logout"),
    path("api/drf-token/", api.DrfToken.as_view(), name="drf_token"),
    path("api/session/", api.Session.as_view(), name="session"),
    path("api/lockers/", api.Lockers.as_view(), name="lockers"),
    path("api/lockers/<int:locker>/open/", api.Open.as_view(), name="open"),
    path("api/round/", api.Round.as_view(), name="round"),
    path("api/old-door/", api.OldDoor.as_view(), name="old_door"),
]
